//! Components whose documents do not say which package they are: hinted at by default, matched by the
//! guess where `--certainty low` asks, and marked then.

use crate::support;
use std::io::{Cursor, Write};
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

const SBOM: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
  {"type": "library", "name": "org.apache.logging.log4j.core", "version": "2.14.1"},
  {"type": "library", "name": "by-type", "purl": "pkg:generic/log4j-core@2.14.1"},
  {"type": "library", "name": "by-cpe", "version": "2.14.1",
   "cpe": "cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*"},
  {"type": "file", "name": "lib/log4j-1.2.17.jar"},
  {"type": "library", "name": "com.example:tool", "version": "1"},
  {"type": "library", "name": "zlib", "version": "1.3"},
  {"type": "library", "name": "logback-core"},
  {"type": "library", "name": "logback-classic", "version": "[1.0,2.0)"}]}"#;

/// What can be guessed with a version, each with its likely package URL.
const GUESSES: [(&str, &str); 5] = [
    ("org.apache.logging.log4j.core", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"),
    ("by-type", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"),
    ("by-cpe", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"),
    ("lib/log4j-1.2.17.jar", "pkg:maven/log4j/log4j@1.2.17"),
    ("com.example:tool", "pkg:maven/com.example/tool@1"),
];

fn folder() -> TempDir {
    let folder = support::temp_dir();
    support::write(&folder.path().join("sbom.cdx.json"), SBOM.as_bytes());
    folder
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let args = [&["scan", "--now", "2026-11-25T12:00:00Z"], args].concat();
    let output = support::bomvet().args(args).current_dir(folder).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn report(folder: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&run(folder, &[args, &["--format", "json"]].concat()).1).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn not_evaluated(report: &Value) -> Vec<&str> {
    list(&report["not_evaluated"])
        .iter()
        .map(|e| e["component"]["name"].as_str().unwrap())
        .collect()
}

#[test]
fn by_default_nothing_is_matched_by_a_guess_and_every_guess_is_told() {
    let folder = folder();
    for args in [&["sbom.cdx.json"][..], &["--certainty", "known", "sbom.cdx.json"]] {
        let report = report(folder.path(), args);
        assert_eq!(list(&report["findings"]).len(), 0);
        assert_eq!(report["policy"]["certainty"], "known");
        for (name, purl) in GUESSES {
            let entry =
                list(&report["not_evaluated"]).iter().find(|e| e["component"]["name"] == name);
            assert_eq!(entry.unwrap()["likely"], purl, "{name}");
        }
    }
    let (code, table) = run(folder.path(), &["sbom.cdx.json"]);
    assert_eq!(code, Some(3));
    let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("likely pkg:maven/com.example/tool@1"), "{table}");
    // logback-core and logback-classic have no version to be judged by
    assert!(words.contains("5 of these can be guessed: --certainty low"), "{table}");
}

#[test]
fn asked_to_bomvet_matches_guesses_and_marks_what_it_finds() {
    let folder = folder();
    let report = report(folder.path(), &["--certainty", "low", "sbom.cdx.json"]);
    assert_eq!(report["policy"]["certainty"], "low");
    assert_eq!(not_evaluated(&report), ["logback-classic", "logback-core", "zlib"]);
    for (name, purl) in GUESSES {
        let component = list(&report["components"]).iter().find(|c| c["name"] == name).unwrap();
        assert_eq!(component["certainty"], "low", "{name}");
        let package =
            purl.strip_prefix("pkg:maven/").and_then(|rest| rest.split_once('@')).unwrap().0;
        assert_eq!(component["matched_as"], format!("Maven {}", package.replace('/', ":")));
    }
    let findings = list(&report["findings"]);
    for (name, id) in [
        ("org.apache.logging.log4j.core", "CVE-2021-44228"),
        ("by-type", "CVE-2021-44228"),
        ("by-cpe", "CVE-2021-44228"),
        ("lib/log4j-1.2.17.jar", "CVE-2019-17571"),
    ] {
        let is_it = |f: &&Value| f["component"]["name"] == name && f["advisory"]["id"] == id;
        let finding = findings.iter().find(is_it).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(finding["certainty"], "low", "{name}");
        let notes = finding["notes"].to_string();
        assert!(notes.contains("identity guessed"), "{name}: {notes}");
    }
    assert!(findings.iter().all(|finding| finding["certainty"] == "low"));
    let counts = &report["inputs"][0]["components"];
    assert_eq!((&counts["evaluated"], &counts["low_certainty"]), (&5.into(), &5.into()));
}

#[test]
fn a_guess_that_no_record_names_is_never_covered_not_even_by_whole_data() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("records")).unwrap();
    let record = r#"{"id": "T-1", "modified": "2026-01-01T00:00:00Z", "affected": [
        {"package": {"ecosystem": "Maven", "name": "com.example:other"}, "versions": ["1"]}]}"#;
    support::write(&folder.path().join("records/T-1.json"), record.as_bytes());
    let args =
        ["--certainty", "low", "--advisories", "records", "--fail-on", "never", "sbom.cdx.json"];
    let report = report(folder.path(), &args);
    let tool = list(&report["components"]).iter().find(|c| c["name"] == "com.example:tool");
    assert_eq!(tool.unwrap()["coverage"], "nothing");
    assert_eq!(report["summary"]["not_covered"], 1);
}

#[test]
fn the_table_shows_how_sure_it_is() {
    let folder = folder();
    let (code, table) = run(folder.path(), &["--certainty", "low", "sbom.cdx.json"]);
    assert_eq!(code, Some(1));
    let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("certainty low"), "{table}");
    assert!(words.contains("5 are identified by names alone, certainty low"), "{table}");
    assert!(words.contains("identity guessed"), "{table}");
}

#[test]
fn configuration_and_environment_ask_for_it_too_and_the_option_wins() {
    let folder = folder();
    support::write(&folder.path().join("low.toml"), b"[matching]\ncertainty = \"low\"\n");
    let is_low = |args: &[&str]| report(folder.path(), args)["policy"]["certainty"] == "low";
    assert!(is_low(&["--config", "low.toml", "sbom.cdx.json"]));
    assert!(!is_low(&["--config", "low.toml", "--certainty", "known", "sbom.cdx.json"]));

    let mut program = support::bomvet();
    program.env("BOMVET_MATCHING_CERTAINTY", "low").current_dir(folder.path());
    program.args(["scan", "sbom.cdx.json"]).assert().code(1);

    support::write(&folder.path().join("odd.toml"), b"[matching]\ncertainty = \"maybe\"\n");
    assert_eq!(run(folder.path(), &["--config", "odd.toml", "sbom.cdx.json"]).0, Some(2));
}

#[test]
fn a_jar_that_only_its_file_name_speaks_of_is_matched_by_it() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file("com/example/Shaded.class", options).unwrap();
    writer.write_all(b"\xca\xfe\xba\xbe").unwrap();
    let folder = support::temp_dir();
    let bytes = writer.finish().unwrap().into_inner();
    support::write(&folder.path().join("log4j-1.2.17.jar"), &bytes);

    let known = report(folder.path(), &["log4j-1.2.17.jar"]);
    assert_eq!(list(&known["findings"]).len(), 0);
    assert_eq!(not_evaluated(&known), ["log4j"]);
    let low = report(folder.path(), &["--certainty", "low", "log4j-1.2.17.jar"]);
    let found = list(&low["findings"]).iter().find(|f| f["advisory"]["id"] == "CVE-2019-17571");
    assert_eq!(found.unwrap()["certainty"], "low");
}
