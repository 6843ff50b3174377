//! Compressed files, archives and envelopes, black box: read as if they lay open, or refused in one
//! line, quickly and whatever is in them.

use crate::support;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::support::packing::{bzip2, gzip, jar, tar};

const BOM: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
    {"type": "library", "name": "log4j-core",
     "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"}]}"#;

/// Exit code, report and standard error of a scan in a folder.
fn scan(folder: &Path, input: &str) -> (i32, serde_json::Value, String) {
    let output = support::bomvet()
        .current_dir(folder)
        .args(["scan", "--format", "json", input])
        .timeout(Duration::from_secs(60))
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), report, String::from_utf8(output.stderr).unwrap())
}

/// The one line that refuses the bytes.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let folder = support::temp_dir();
    support::write(&folder.path().join(name), bytes);
    let (code, report, stderr) = scan(folder.path(), name);
    assert_eq!(code, 3, "{stderr}");
    assert!(report.is_null(), "nothing may look like a report");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    stderr.trim_end().to_owned()
}

/// The paths of what was found vulnerable.
fn found_in(report: &serde_json::Value) -> Vec<String> {
    let text = |input: &serde_json::Value| input["path"].as_str().unwrap().to_owned();
    report["inputs"].as_array().unwrap().iter().map(text).collect()
}

#[test]
fn a_compressed_document_is_read_whatever_its_name() {
    let folder = support::temp_dir();
    for (name, bytes) in [
        ("a.json", gzip(BOM.as_bytes())),
        ("b.gz", bzip2(BOM.as_bytes())),
        ("c.xz", gzip(&bzip2(&gzip(BOM.as_bytes())))),
    ] {
        support::write(&folder.path().join(name), &bytes);
        let (code, report, stderr) = scan(folder.path(), name);
        assert_eq!(code, 1, "{stderr}");
        assert_eq!(found_in(&report), [name]);
        assert_eq!(report["components"][0]["locations"][0], format!("{name}:3:15"));
    }
}

#[test]
fn each_document_of_an_archive_is_an_input() {
    let folder = support::temp_dir();
    let files =
        [("a/sbom.json", BOM.as_bytes()), ("notes.txt", b"none"), ("../../b.json", BOM.as_bytes())];
    support::write(&folder.path().join("d.zip"), &jar(&files));
    let (code, report, stderr) = scan(folder.path(), "d.zip");
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert_eq!(found_in(&report), ["d.zip!/a/sbom.json", "d.zip!/../../b.json"]);
    support::write(&folder.path().join("d.tar.gz"), &gzip(&tar(&files[..2])));
    let (code, report, _) = scan(folder.path(), "d.tar.gz");
    assert_eq!(code, 1);
    assert_eq!(found_in(&report), ["d.tar.gz!/a/sbom.json"]);
    let (code, report, _) = scan(folder.path(), ".");
    assert_eq!(code, 1);
    assert_eq!(found_in(&report).len(), 3);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is unpacked to disk");
}

#[test]
fn a_broken_document_in_an_archive_is_named_and_the_others_are_reported() {
    let folder = support::temp_dir();
    let files = [("a.json", BOM.as_bytes()), ("b.json", &BOM.as_bytes()[..60])];
    support::write(&folder.path().join("d.zip"), &jar(&files));
    let (code, report, stderr) = scan(folder.path(), "d.zip");
    assert_eq!(code, 3);
    assert!(stderr.starts_with("error: could not read d.zip!/b.json at 1:"), "{stderr}");
    assert_eq!(found_in(&report), ["d.zip!/a.json"]);
}

#[test]
fn an_archive_without_documents_is_no_clean_archive() {
    assert_eq!(
        refusal("d.zip", &jar(&[("a.txt", b"x"), ("b.txt", b"y")])),
        "error: could not read d.zip: holds no bill of materials (2 files looked at)"
    );
    assert!(refusal("empty.gz", &gzip(b"")).ends_with("is empty"));
}

#[test]
fn a_truncated_stream_is_an_error_with_its_cause() {
    let whole = gzip(BOM.as_bytes());
    assert_eq!(
        refusal("a.json.gz", &whole[..whole.len() / 2]),
        "error: could not read a.json.gz: is damaged gzip: the file is truncated"
    );
    let mut wrong = whole;
    let sum = wrong.len() - 8;
    wrong[sum] ^= 1;
    assert!(refusal("a.json.gz", &wrong).contains("is damaged gzip"));
}

#[test]
fn an_envelope_is_opened_and_its_signatures_are_not_believed() {
    let Some(shared) = support::shared() else { return };
    let (code, report, stderr) =
        scan(&shared.join("sboms"), "trivy__centos-7-cyclonedx.intoto.jsonl");
    assert!(code <= 1 || code == 3, "{stderr}");
    let warnings = report.to_string();
    assert!(
        warnings.contains("signed envelope (DSSE), 1 signature present, not verified"),
        "{report}"
    );
}

#[test]
fn every_line_of_a_json_lines_file_is_an_input_that_its_line_tells() {
    let folder = support::temp_dir();
    let line = BOM.replace('\n', " ");
    let text = format!("{line}\n{{\"sbom\": {line}}}\n{{\"predicate\": {{\"buildType\": 1}}}}\n");
    support::write(&folder.path().join("a.jsonl"), text.as_bytes());
    let (code, report, stderr) = scan(folder.path(), "a.jsonl");
    assert_eq!((code, stderr.as_str()), (1, ""));
    assert_eq!(found_in(&report), ["a.jsonl", "a.jsonl"]);
    let places: Vec<_> =
        report["components"].as_array().unwrap().iter().map(|c| &c["locations"][0]).collect();
    assert_eq!(places, ["a.jsonl:1:126", "a.jsonl:2:135"]);
    assert!(report.to_string().contains("a.jsonl:3:1: this line is passed over"));
}

#[test]
fn xml_in_the_encoding_that_it_declares_is_read() {
    let folder = support::temp_dir();
    let xml = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n\
        <bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><components><component type=\"library\">\
        <publisher>Gr\u{f6}\u{df}e</publisher><name>log4j-core</name><version>2.14.1</version>\
        <purl>pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1</purl>\
        </component></components></bom>";
    let latin1: Vec<u8> = xml.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    support::write(&folder.path().join("a.xml"), &latin1);
    let (code, _, stderr) = scan(folder.path(), "a.xml");
    assert_eq!(code, 1, "{stderr}");
    let pom = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<project>\
        <modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId>\
        <version>1</version><name>Gr\u{f6}\u{df}e</name><dependencies><dependency>\
        <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId>\
        <version>2.14.1</version></dependency></dependencies></project>";
    let latin1: Vec<u8> = pom.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    support::write(&folder.path().join("pom.xml"), &gzip(&latin1));
    let (code, _, stderr) = scan(folder.path(), "pom.xml");
    assert_eq!(code, 1, "{stderr}");
}
