// Answers pairs of versions ("left<tab>right" a line) as golang.org/x/mod, or with "bitnami" as
// Bitnami's go-version does: -1, 0, 1, or ! where one is no version.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	bitnami "github.com/bitnami/go-version/pkg/version"
	"golang.org/x/mod/semver"
)

func main() {
	compare := modules
	if len(os.Args) > 1 && os.Args[1] == "bitnami" {
		compare = containers
	}
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	for pairs := bufio.NewScanner(os.Stdin); pairs.Scan(); {
		left, right, _ := strings.Cut(pairs.Text(), "\t")
		fmt.Fprintln(output, compare(left, right))
	}
}

// Records write Go's versions without the leading v.
func modules(left, right string) string {
	left, right = withV(left), withV(right)
	if !semver.IsValid(left) || !semver.IsValid(right) {
		return "!"
	}
	return fmt.Sprint(semver.Compare(left, right))
}

func withV(text string) string {
	if strings.HasPrefix(text, "v") {
		return text
	}
	return "v" + text
}

func containers(left, right string) string {
	a, err := bitnami.Parse(left)
	if err != nil {
		return "!"
	}
	b, err := bitnami.Parse(right)
	if err != nil {
		return "!"
	}
	return fmt.Sprint(a.Compare(b))
}
