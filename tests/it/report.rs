//! What people read: snapshots of the table and the help, and what must hold in every output.
//!
//! After a change of words: `INSTA_UPDATE=always cargo test --test it report::`, then look at each.

use crate::support;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

const NOW: &str = "2026-11-25T12:00:00Z";

const CLEAN: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
  {"type": "library", "name": "web-starter", "purl": "pkg:maven/com.example/web-starter@1.8.2"},
  {"type": "library", "name": "reports", "purl": "pkg:maven/com.example/reports@0.9.6"}]}"#;

const EMPTY: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}"#;

const PARTLY: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
  {"type": "library", "name": "web-starter", "purl": "pkg:maven/com.example/web-starter@1.8.2"},
  {"type": "library", "name": "zlib", "version": "1.3"}]}"#;

const NOT_AT_ALL: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
  {"type": "library", "name": "zlib", "version": "1.3"}]}"#;

const CORE: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
  {"type": "library", "name": "log4j-core",
   "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.0"}]}"#;

const WAIVERS: &str = r#"[[waiver]]
id = "CVE-2021-44832"
component = "pkg:maven/org.apache.logging.log4j/log4j-core"
expires = "2026-12-01"
reason = "no JDBC appender is configured, see TICKET-1"

[[waiver]]
id = "GHSA-2qrg-x229-3v8q"
expires = "2027-12-01"
reason = "we have no socket server"
"#;

const ALL_OF_CORE: &str = r#"[[waiver]]
id = "CVE-2021-44832"
expires = "2027-12-01"
[[waiver]]
id = "CVE-2025-68161"
expires = "2027-12-01"
[[waiver]]
id = "CVE-2026-34477"
expires = "2027-12-01"
[[waiver]]
id = "CVE-2026-34480"
expires = "2027-12-01"
"#;

/// Escape sequences, carriage returns, line ends and a right-to-left override wherever a document
/// may write text.
const HOSTILE: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6",
 "metadata": {"component": {"type": "application", "bom-ref": "root", "name": "ap\u001b[2Jp"}},
 "components": [
  {"type": "library", "bom-ref": "a\u001b[31m", "name": "mid\u001b[31m\u202edle\rX", "version": "1",
   "purl": "pkg:maven/com.example/middle@1"},
  {"type": "library", "bom-ref": "b", "name": "log4j\u001b[1m-co\r\u202ere", "version": "2.17.0",
   "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.17.0"},
  {"type": "library", "group": "gr\u001b]0;t\u0007oup", "name": "no\u001b[31m-\r\u202eid",
   "version": "1\n.0"},
  {"type": "library", "name": "odd", "purl": "pkg:yo\u001b[31m\u202e\rcto/odd@1"}],
 "dependencies": [{"ref": "root", "dependsOn": ["a\u001b[31m"]},
                  {"ref": "a\u001b[31m", "dependsOn": ["b", "no\u001b[31m\u202ewhere"]}]}"#;

const HOSTILE_RECORD: &str = r#"{"id": "X-\u001b[31m1", "modified": "2026-01-01T00:00:00Z",
 "summary": "repaints\u001b[2J the \u202eterminal\r", "details": "a\n\u001b[2Jb\rc",
 "affected": [{"package": {"ecosystem": "Maven", "name": "com.example:middle"},
               "ranges": [{"type": "ECOSYSTEM",
                           "events": [{"introduced": "0"}, {"fixed": "2\u001b[31m"}]}]}],
 "references": [{"type": "WEB", "url": "https://example.com/\u001b[31m"}]}"#;

/// A folder with every document that the tests here name.
fn folder() -> TempDir {
    let folder = support::temp_dir();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    support::copy_tree(&examples, &folder.path().join("examples"));
    fs::create_dir(folder.path().join("records")).unwrap();
    for (name, text) in [
        ("clean.cdx.json", CLEAN),
        ("empty.cdx.json", EMPTY),
        ("partly.cdx.json", PARTLY),
        ("not-at-all.cdx.json", NOT_AT_ALL),
        ("core.cdx.json", CORE),
        ("waivers.toml", WAIVERS),
        ("all-of-core.toml", ALL_OF_CORE),
        ("hostile.cdx.json", HOSTILE),
        ("records/hostile.json", HOSTILE_RECORD),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// What a run left behind.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    let mut program = support::program();
    // clap breaks the help by it
    program.args(args).current_dir(folder).env_remove("COLUMNS");
    finish(program)
}

fn finish(program: Command) -> Ran {
    let output = assert_cmd::Command::from_std(program).output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The command as typed, what it printed, how it ended.
fn transcript(args: &[&str]) -> String {
    let folder = folder();
    let ran = run(folder.path(), args);
    let errors = if ran.stderr.is_empty() {
        String::new()
    } else {
        format!("standard error:\n{}", ran.stderr)
    };
    let code = ran.code.unwrap();
    format!("$ bomvet {}\n{}{errors}exit code {code}\n", args.join(" "), ran.stdout)
}

#[test]
fn the_sample_in_brief() {
    insta::assert_snapshot!(transcript(&["scan", "--now", NOW, "examples/sbom.cdx.json"]));
}

#[test]
fn the_sample_in_full() {
    let args = ["scan", "--now", NOW, "--verbose", "examples/sbom.cdx.json"];
    insta::assert_snapshot!(transcript(&args));
}

#[test]
fn the_sample_pom() {
    insta::assert_snapshot!(transcript(&["scan", "--now", NOW, "examples/pom.xml"]));
}

#[test]
fn explaining_an_advisory() {
    insta::assert_snapshot!(transcript(&["explain", "--now", NOW, "CVE-2021-44228"]));
}

#[test]
fn explaining_a_package_in_a_version() {
    let purl = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";
    insta::assert_snapshot!(transcript(&["explain", "--now", NOW, purl]));
}

#[test]
fn explaining_a_package_in_every_version() {
    insta::assert_snapshot!(transcript(&["explain", "--now", NOW, "pkg:maven/log4j/log4j"]));
}

#[test]
fn a_clean_document() {
    insta::assert_snapshot!(transcript(&["scan", "--now", NOW, "clean.cdx.json"]));
}

#[test]
fn an_empty_document() {
    insta::assert_snapshot!(transcript(&["scan", "--now", NOW, "empty.cdx.json"]));
}

#[test]
fn a_document_that_was_evaluated_in_part() {
    insta::assert_snapshot!(transcript(&["scan", "--now", NOW, "partly.cdx.json"]));
}

#[test]
fn findings_under_waivers() {
    let args = ["scan", "--now", NOW, "--config", "waivers.toml", "core.cdx.json"];
    insta::assert_snapshot!(transcript(&args));
}

#[test]
fn help() {
    insta::assert_snapshot!(transcript(&["--help"]));
}

#[test]
fn help_of_scan() {
    insta::assert_snapshot!(transcript(&["scan", "--help"]));
}

#[test]
fn help_of_explain() {
    insta::assert_snapshot!(transcript(&["explain", "--help"]));
}

/// Scans whose table is looked at below: options and inputs.
const SCANS: [&[&str]; 14] = [
    &["examples/sbom.cdx.json"],
    &["--verbose", "examples/sbom.cdx.json"],
    &["examples/pom.xml"],
    &["--fail-on", "never", "examples/pom.xml"],
    &["--java", "7", "examples/pom.xml"],
    &["clean.cdx.json"],
    &["empty.cdx.json"],
    &["partly.cdx.json"],
    &["not-at-all.cdx.json"],
    &["core.cdx.json", "partly.cdx.json", "examples"],
    &["--config", "waivers.toml", "core.cdx.json"],
    &["--config", "all-of-core.toml", "core.cdx.json"],
    &["--config", "all-of-core.toml", "core.cdx.json", "partly.cdx.json"],
    &["--advisories", "records", "--verbose", "hostile.cdx.json"],
];

const OTHERS: [&[&str]; 10] = [
    &["explain", "--now", NOW, "CVE-2021-44228"],
    &["explain", "--now", NOW, "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"],
    &["explain", "--now", NOW, "pkg:maven/log4j/log4j"],
    &["explain", "--now", NOW, "--advisories", "records", "X-\u{1b}[31m1"],
    &["explain", "--now", NOW, "--advisories", "records", "pkg:maven/com.example/middle@1"],
    &["explain", "--now", NOW, "pkg:maven/g%1B%0D/a%E2%80%AE@1"],
    &["explain", "--now", NOW, "CVE-1999-0001"],
    &["--help"],
    &["scan", "--help"],
    &["explain", "--help"],
];

fn scan(folder: &Path, args: &[&str]) -> Ran {
    run(folder, &[&["scan", "--now", NOW], args].concat())
}

fn report(folder: &Path, args: &[&str]) -> Value {
    let ran = scan(folder, &[args, &["--format", "json"]].concat());
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}"))
}

/// Every table and every page, each with its command line.
fn outputs() -> Vec<(String, Ran)> {
    let folder = folder();
    let scans = SCANS.iter().map(|args| (args.join(" "), scan(folder.path(), args)));
    let others = OTHERS.iter().map(|args| (args.join(" "), run(folder.path(), args)));
    scans.chain(others).collect()
}

/// The same for every document of the cases, as a table on the case's own records.
fn tables_of_cases() -> Vec<(String, Ran, Value)> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut tables = Vec::new();
    for (case, folder) in support::entries(&cases) {
        if !folder.join("advisories").is_dir() {
            continue;
        }
        for (name, path) in support::entries(&folder) {
            if !path.is_file() || name == "case.json" || name == "bomvet.toml" {
                continue;
            }
            let args = ["--advisories", "advisories", "--no-bundled", name.as_str()];
            let json = scan(&folder, &[&args[..], &["--format", "json"]].concat());
            if let Ok(report) = serde_json::from_str(&json.stdout) {
                tables.push((format!("{case}/{name}"), scan(&folder, &args), report));
            }
        }
    }
    assert!(tables.len() > 40, "only {} documents gave a report", tables.len());
    tables
}

#[test]
fn no_line_is_wider_than_100_columns() {
    let of_cases = tables_of_cases().into_iter().map(|(what, ran, _)| (what, ran));
    let mut faults = Vec::new();
    for (what, ran) in outputs().into_iter().chain(of_cases) {
        let wide = ran.stdout.lines().filter(|line| line.width() > 100);
        faults.extend(wide.map(|line| format!("{what}: {line}")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_pipe_gets_no_control_character_but_line_ends() {
    for (what, ran) in outputs() {
        let odd =
            |c: &char| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c);
        assert_eq!(ran.stdout.chars().find(odd), None, "{what}\n{}", ran.stdout);
    }
}

#[test]
fn errors_get_no_control_character_either() {
    let folder = folder();
    let mut faults = Vec::new();
    let name = "fo\u{1b}[31m\u{202e}o.xml";
    fs::write(folder.path().join("root.xml"), "<ro\u{202e}ot/>").unwrap();
    let mut runs: Vec<&[&str]> = vec![
        &["scan", "root.xml"],
        &["explain", "CVE-\u{1b}[31m"],
        &["explain", "pkg:ma\u{1b}ven"],
        &["scan", "--fail-on", "a\u{1b}[31m"],
    ];
    if cfg!(unix) {
        // whoever made the folder chose the name
        fs::create_dir(folder.path().join("received")).unwrap();
        fs::write(folder.path().join("received").join(name), "<bom>").unwrap();
        runs.push(&["scan", "received"]);
        runs.push(&["scan", "--verbose", "received", "clean.cdx.json"]);
    }
    for args in runs {
        let ran = run(folder.path(), args);
        let text = ran.stdout + &ran.stderr;
        let odd = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        if text.contains(odd) {
            faults.push(format!("{args:?}: {text:?}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn colours_are_written_when_asked_for_and_change_no_word() {
    let folder = folder();
    for args in [
        &["scan", "--now", NOW, "examples/sbom.cdx.json"][..],
        &["scan", "--now", NOW, "clean.cdx.json"],
        &["explain", "--now", NOW, "CVE-2021-44228"],
    ] {
        let plain = run(folder.path(), args).stdout;
        let colored = run(folder.path(), &[args, &["--color", "always"]].concat()).stdout;
        assert!(colored.contains('\u{1b}'), "{args:?}");
        assert_eq!(without_colours(&colored), plain, "{args:?}");
        let never = run(folder.path(), &[args, &["--color", "never"]].concat()).stdout;
        assert_eq!(never, plain, "{args:?}");
    }
}

/// Without `ESC [ … m`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').unwrap().1)
}

#[test]
fn no_color_and_clicolor_force_are_followed() {
    let folder = folder();
    let with = |name: &str, value: &str| {
        let mut program = support::program();
        program.args(["scan", "--now", NOW, "clean.cdx.json"]).current_dir(folder.path());
        program.env(name, value);
        finish(program).stdout
    };
    assert!(with("CLICOLOR_FORCE", "1").contains('\u{1b}'));
    assert!(!with("NO_COLOR", "1").contains('\u{1b}'));
}

#[test]
fn hostile_names_are_spelled_out_with_colours_too() {
    let folder = folder();
    let args = ["--advisories", "records", "--verbose", "hostile.cdx.json"];
    let plain = scan(folder.path(), &args).stdout;
    for spelled in [
        "mid\\u{1b}[31m\\u{202e}dle\\u{d}X",
        "log4j\\u{1b}[1m-co\\u{d}\\u{202e}re",
        "gr\\u{1b}]0;t\\u{7}oup:no\\u{1b}[31m-\\u{d}\\u{202e}id",
        "pkg:yo\\u{1b}[31m\\u{202e}\\u{d}cto/odd",
        "ap\\u{1b}[2Jp",
        "repaints\\u{1b}[2J the \\u{202e}terminal",
    ] {
        assert!(plain.contains(spelled), "{spelled} is not in\n{plain}");
    }
    let colored = scan(folder.path(), &[&args[..], &["--color", "always"]].concat()).stdout;
    assert_eq!(without_colours(&colored), plain, "only our own colours are escape sequences");
}

#[test]
fn json_keeps_hostile_names_as_escapes() {
    let folder = folder();
    let ran = scan(folder.path(), &["--format", "json", "hostile.cdx.json"]);
    assert!(!ran.stdout.contains(|c: char| c.is_control() && c != '\n'), "{}", ran.stdout);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let names: Vec<_> = report["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"mid\u{1b}[31m\u{202e}dle\rX"), "{names:?}");
}

/// The levels of the rows of a table: of open findings, and of suppressed ones.
fn rows(table: &str) -> (Vec<&str>, Vec<&str>) {
    let levels = ["critical", "high", "medium", "low", "none", "unknown"];
    let (mut open, mut suppressed) = (Vec::new(), Vec::new());
    let mut in_suppressed = false;
    for line in table.lines() {
        in_suppressed = match line {
            _ if line.ends_with(" suppressed") && line.contains(" finding") => true,
            "" => false,
            _ => in_suppressed,
        };
        let Some(label) = line.strip_prefix("  ").and_then(|line| line.split(' ').next()) else {
            continue;
        };
        match levels.contains(&label) {
            true if in_suppressed => suppressed.push(label),
            true => open.push(label),
            false => {}
        }
    }
    (open, suppressed)
}

fn check_rows(what: &str, table: &str, report: &Value) {
    let (open, suppressed) = rows(table);
    let summary = &report["summary"];
    assert_eq!(summary["open"], open.len(), "{what}: open rows\n{table}");
    assert_eq!(summary["suppressed"], suppressed.len(), "{what}: suppressed rows\n{table}");
    for (level, count) in summary["by_severity"].as_object().unwrap() {
        let rows = open.iter().filter(|row| *row == level).count();
        assert_eq!(*count, rows, "{what}: {level} rows\n{table}");
    }
}

#[test]
fn the_summary_counts_the_rows() {
    let folder = folder();
    for args in SCANS {
        let table = scan(folder.path(), args).stdout;
        check_rows(&args.join(" "), &table, &report(folder.path(), args));
    }
    for (what, ran, report) in tables_of_cases() {
        check_rows(&what, &ran.stdout, &report);
    }
}

fn check_first_line(what: &str, ran: &Ran) {
    let first = ran.stdout.lines().next().unwrap_or_default();
    let word = match ran.code {
        Some(0) => "GATE OPEN",
        Some(1) => "GATE CLOSED",
        _ => "NO VERDICT",
    };
    assert!(first.starts_with(word), "{what}: exit {:?}, first line {first:?}", ran.code);
}

#[test]
fn the_decision_is_the_first_line_and_agrees_with_the_exit_code() {
    let folder = folder();
    for args in SCANS {
        check_first_line(&args.join(" "), &scan(folder.path(), args));
    }
    for (what, ran, _) in tables_of_cases() {
        check_first_line(&what, &ran);
    }
}

/// Every word that a reader could take for "all is well".
const CLEAN_WORDS: [&str; 4] = ["no finding", "clean", "nothing found", "no known flaw"];

fn check_coverage(what: &str, table: &str, report: &Value) {
    let line = table.lines().find(|line| line.starts_with("  coverage "));
    let line = line.unwrap_or_else(|| panic!("{what}: no coverage line\n{table}"));
    let sum = |key: &str| -> u64 {
        let inputs = report["inputs"].as_array().unwrap().iter();
        inputs.map(|input| input["components"][key].as_u64().unwrap()).sum()
    };
    let (declared, missing) = (sum("declared"), sum("not_evaluated"));
    let counts = format!("{} of {declared} component", sum("evaluated"));
    assert!(line.contains(&counts), "{what}: {line}");
    let told = format!("{missing} NOT evaluated");
    assert_eq!(line.contains("NOT evaluated"), missing > 0, "{what}: {line}");
    assert!(missing == 0 || line.contains(&told), "{what}: {line}");
    let first = table.lines().next().unwrap_or_default();
    if missing > 0 && CLEAN_WORDS.iter().any(|word| first.contains(word)) {
        assert!(first.contains(" NOT"), "{what}: {first}");
        assert!(first.contains(&missing.to_string()), "{what}: {first}");
    }
    let (named, blind) = (sum("named"), sum("not_covered"));
    let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = format!("knows the packages of {named}");
    assert_eq!(words.contains(&told), named > 0, "{what}: {table}");
    let told = format!("can tell nothing, or only exploited flaws, of {blind}");
    assert_eq!(words.contains(&told), blind > 0, "{what}: {table}");
    if blind > 0 && CLEAN_WORDS.iter().any(|word| first.contains(word)) {
        assert!(words.contains("this is no clean bill"), "{what}: {table}");
    }
}

#[test]
fn coverage_is_always_told_and_a_gap_never_called_clean() {
    let folder = folder();
    for args in SCANS {
        let table = scan(folder.path(), args).stdout;
        check_coverage(&args.join(" "), &table, &report(folder.path(), args));
    }
    for (what, ran, report) in tables_of_cases() {
        check_coverage(&what, &ran.stdout, &report);
    }
}

#[test]
fn a_suppressed_finding_is_not_called_no_finding() {
    let folder = folder();
    let ran = scan(folder.path(), &["--config", "all-of-core.toml", "core.cdx.json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    let first = ran.stdout.lines().next().unwrap();
    assert!(!first.contains("no finding"), "{first}, but below:\n{}", ran.stdout);
}
