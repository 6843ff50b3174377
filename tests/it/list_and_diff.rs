//! The inventory as people see it, and what changed between two of them. Snapshots of the whole
//! output: look at them before accepting.

use crate::support;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

const LOCKFILE: &str = "# This is a Gradle generated file for dependency locking.
com.example:only-here:1.0=compileClasspath
junit:junit:4.12=testCompileClasspath,testRuntimeClasspath
org.apache.logging.log4j:log4j-core:2.14.1=runtimeClasspath
org.slf4j:slf4j-api:1.7.36=compileClasspath,runtimeClasspath
broken line
empty=annotationProcessor
";

const NEWER: &str = "# This is a Gradle generated file for dependency locking.
com.example:new-here:1.0=classpath
junit:junit:4.12=runtimeClasspath
org.apache.logging.log4j:log4j-core:2.17.1=runtimeClasspath
org.slf4j:slf4j-api:1.7.30=compileClasspath,runtimeClasspath
empty=annotationProcessor
";

/// As Maven 3.8.7 prints it with `-Dverbose`.
const TREE: &str = "\
acme.app:shop:jar:1.0
+- acme.lib:b:jar:1:compile
|  +- (acme.lib:a:jar:1:compile - omitted for duplicate)
|  \\- org.apache.logging.log4j:log4j-core:jar:2.14.1:compile
|     \\- org.apache.logging.log4j:log4j-api:jar:2.14.1:compile
+- acme.lib:a:jar:1:compile
|  \\- (acme.lib:b:jar:1:compile - omitted for duplicate)
\\- com.example:library-with-a-name-that-goes-on-and-on-and-does-not-end:test-jar:tests:1.0-SNAPSHOT:test
";

const BOM: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6",
  "metadata": {"component": {"bom-ref": "app", "type": "application", "name": "app", "version": "1"}},
  "components": [
    {"type": "library", "bom-ref": "a", "group": "com.example", "name": "a", "version": "1"},
    {"type": "library", "bom-ref": "b", "name": "log4j-core", "purl": "pkg:generic/log4j-core@2.14.1"},
    {"type": "library", "bom-ref": "c", "name": "c", "purl": "pkg:maven/com.example/c"},
    {"type": "library", "bom-ref": "d", "name": "d", "purl": "pkg:maven/com.example/d@1"}],
  "dependencies": [{"ref": "app", "dependsOn": ["a"]}, {"ref": "a", "dependsOn": ["b", "c"]}]}"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = support::temp_dir();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Standard output, and the exit code behind it; no line is wider than 100 columns.
fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = support::bomvet().current_dir(folder).args(arguments).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    if !arguments.contains(&"json") {
        assert!(stdout.lines().all(|line| line.chars().count() <= 100), "{stdout}");
    }
    format!("{stdout}{stderr}exit {}\n", output.status.code().unwrap())
}

#[test]
fn the_list_names_every_component() {
    let files = [("gradle.lockfile", LOCKFILE), ("tree.txt", TREE), ("bom.json", BOM)];
    let folder = folder(&files);
    let listed = run(folder.path(), &["scan", "--list", "gradle.lockfile", "tree.txt", "bom.json"]);
    insta::assert_snapshot!("list", listed);
}

#[test]
fn the_tree_shows_who_brings_in_what() {
    let files = [("gradle.lockfile", LOCKFILE), ("tree.txt", TREE), ("bom.json", BOM)];
    let folder = folder(&files);
    let tree =
        run(folder.path(), &["scan", "--list=tree", "tree.txt", "bom.json", "gradle.lockfile"]);
    insta::assert_snapshot!("tree", tree);
}

#[test]
fn a_deep_tree_goes_on_below() {
    let mut text = "g:root:jar:1\n".to_owned();
    for depth in 0..40 {
        text.push_str(&format!("{}\\- g:a{depth}:jar:1:compile\n", "   ".repeat(depth)));
    }
    let folder = folder(&[("tree.txt", text.as_str())]);
    let tree = run(folder.path(), &["scan", "--list=tree", "tree.txt"]);
    for depth in 0..40 {
        assert!(tree.contains(&format!("g:a{depth} 1")), "{depth}: {tree}");
    }
    assert_eq!(tree.matches("(continued below)").count(), 2, "{tree}");
}

#[test]
fn the_list_ends_with_the_code_of_reading() {
    let folder = folder(&[("gradle.lockfile", LOCKFILE), ("broken.json", "{\"bomFormat\"")]);
    let code =
        |arguments: &[&str]| run(folder.path(), arguments).lines().last().unwrap().to_owned();
    assert_eq!(code(&["scan", "gradle.lockfile"]), "exit 1");
    assert_eq!(code(&["scan", "--list", "gradle.lockfile"]), "exit 0");
    assert_eq!(code(&["scan", "--list", "gradle.lockfile", "broken.json"]), "exit 3");
    let json = |list: &[&str]| {
        let now = ["--now", "2026-11-25T12:00:00Z", "--format", "json", "gradle.lockfile"];
        run(folder.path(), &[&["scan"], list, &now].concat())
    };
    let strip = |text: String| text.rsplit_once("exit").unwrap().0.to_owned();
    assert_eq!(strip(json(&["--list=tree"])), strip(json(&[])));
}

#[test]
fn a_difference_is_told_and_closes_nothing_unless_asked() {
    let folder = folder(&[("old/gradle.lockfile", LOCKFILE), ("new/gradle.lockfile", NEWER)]);
    insta::assert_snapshot!("diff", run(folder.path(), &["diff", "old", "new"]));
    let asked = run(folder.path(), &["diff", "--exit-code", "old", "new"]);
    assert!(asked.ends_with("exit 1\n"), "{asked}");
    let same = run(folder.path(), &["diff", "--exit-code", "old", "old/gradle.lockfile"]);
    assert!(same.ends_with("  no difference in 4 components\nexit 0\n"), "{same}");
    let json = run(folder.path(), &["diff", "--format", "json", "old", "new"]);
    insta::assert_snapshot!("diff_json", json);
}

#[test]
fn a_difference_tells_findings_licences_and_statements() {
    let version = |version: &str, licence: &str, state: &str| {
        format!(
            r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {{"component":
            {{"bom-ref": "app", "type": "application", "name": "app", "version": "1"}}}}, "components":
            [{{"type": "library", "bom-ref": "core", "name": "log4j-core", "version": "{version}",
            "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@{version}", "licenses": [{{"license":
            {{"id": "{licence}"}}}}]}}], "vulnerabilities": [{{"id": "CVE-2021-44832", "analysis":
            {{"state": "{state}"}}, "affects": [{{"ref": "core"}}]}}]}}"#
        )
    };
    let (old, new) =
        (version("2.17.1", "Apache-2.0", "in_triage"), version("2.14.1", "MIT", "exploitable"));
    let folder = folder(&[("old.json", old.as_str()), ("new.json", new.as_str())]);
    let told = run(folder.path(), &["diff", "old.json", "new.json"]);
    insta::assert_snapshot!("diff_risk", told);
    let json = |arguments: &[&str]| -> serde_json::Value {
        let told = run(folder.path(), &[&["diff", "--format", "json"], arguments].concat());
        serde_json::from_str(told.rsplit_once("exit").unwrap().0).unwrap()
    };
    let report = json(&["old.json", "new.json"]);
    let ids = |list: &serde_json::Value| -> Vec<String> {
        let all = list.as_array().unwrap().iter();
        all.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let mended = ["CVE-2021-44228", "CVE-2021-44832", "CVE-2021-45046", "CVE-2021-45105"];
    assert_eq!(ids(&report["findings"]["reopened"]), mended);
    assert_eq!(report["findings"]["reopened"][0]["before"]["version"], "2.17.1");
    assert_eq!(report["summary"]["reopened"], 4);
    assert_eq!(report["licences"][0]["new"][0], "MIT");
    assert_eq!(report["statements"][0]["new"], "affected");
    let back = json(&["new.json", "old.json"]);
    assert_eq!(ids(&back["findings"]["resolved"]), mended);
    assert_eq!(back["findings"]["resolved"][0]["how"], "version");
}

#[test]
fn a_difference_needs_the_data_that_it_is_asked_to_use() {
    let folder = folder(&[("gradle.lockfile", LOCKFILE)]);
    let told = run(folder.path(), &["diff", "--no-bundled", "gradle.lockfile", "gradle.lockfile"]);
    assert!(told.ends_with("exit 4\n"), "{told}");
    let vex = ["diff", "--vex", "none.json", "gradle.lockfile", "gradle.lockfile"];
    assert!(run(folder.path(), &vex).ends_with("exit 2\n"));
}

#[test]
fn what_cannot_be_read_is_not_compared() {
    let folder = folder(&[("old.lockfile", LOCKFILE), ("notes.txt", "nothing")]);
    let told = run(folder.path(), &["diff", "old.lockfile", "notes.txt"]);
    assert!(told.starts_with("error: could not read notes.txt"), "{told}");
    assert!(told.ends_with("exit 3\n"), "{told}");
    assert!(run(folder.path(), &["diff", "-", "-"]).ends_with("exit 2\n"));
}
