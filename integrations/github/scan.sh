#!/usr/bin/env bash
# The scan of the GitHub Action. What the workflow says comes in variables and is never part of a
# command line that a shell reads again.
set -euo pipefail

# GitHub takes at most 1 MiB of summary from one step.
summary_limit=1000000

arguments=(scan --no-progress --color never --format table)

# Adds an option for each line of a text that is not blank.
each_line() {
    local option="$1" line
    while IFS= read -r line; do
        line="${line#"${line%%[![:space:]]*}"}"
        line="${line%"${line##*[![:space:]]}"}"
        [ -z "$line" ] || arguments+=("$option=$line")
    done <<<"$2"
}

each_line --config "${SCAN_CONFIG:-}"
each_line --fail-on "${SCAN_FAIL_ON:-}"
each_line --advisories "${SCAN_ADVISORIES:-}"
each_line --vex "${SCAN_VEX:-}"
each_line --baseline "${SCAN_BASELINE:-}"
each_line --output "${SCAN_REPORTS:-}"
arguments+=(--)
while IFS= read -r line; do
    [ -z "${line//[[:space:]]/}" ] || arguments+=("$line")
done <<<"${SCAN_INPUTS:-.}"

table="$(mktemp)"
trap 'rm -f "$table"' EXIT
code=0
bomvet "${arguments[@]}" >"$table" || code=$?
cat "$table"

case "$code" in
    0) verdict=open ;;
    1) verdict=closed ;;
    *) verdict=none ;;
esac
{
    echo "exit-code=$code"
    echo "verdict=$verdict"
} >>"${GITHUB_OUTPUT:-/dev/null}"

if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    {
        # a fence that no report can close: its lines are indented or begin with a letter
        echo '~~~~~~~~text'
        head -c "$summary_limit" "$table"
        [ "$(wc -c <"$table")" -le "$summary_limit" ] || printf '\n(cut: the job log holds all)\n'
        echo '~~~~~~~~'
    } >>"$GITHUB_STEP_SUMMARY"
fi

[ "$code" -ne 1 ] || [ "${SCAN_SOFT_FAIL:-false}" != true ] || code=0
exit "$code"
