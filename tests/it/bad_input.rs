//! Whatever is no bill of materials, or a damaged one, ends with exit code 3 and one line that names
//! file, place and cause. Nothing panics, nothing hangs, no report is left behind.

use crate::support;
use std::fs;
use std::time::Duration;

/// Scans the bytes as a file and returns the one line of the error.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let folder = support::temp_dir();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let report = folder.path().join("report.json");
    let output = support::bomvet()
        .current_dir(folder.path())
        .args(["scan", name, "-o"])
        .arg(format!("json={}", report.display()))
        .timeout(Duration::from_secs(20))
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert_eq!(output.stdout, b"", "nothing may look like a report");
    assert!(!report.exists(), "a report was left behind");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    stderr.trim_end().to_owned()
}

#[test]
fn a_missing_file_is_named() {
    let output = support::bomvet().args(["scan", "no-such.cdx.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: could not read no-such.cdx.json: no such file or folder\n"
    );
}

#[test]
fn a_folder_without_documents_is_no_clean_folder() {
    let folder = support::temp_dir();
    fs::write(folder.path().join("notes.txt"), "nothing here").unwrap();
    let output = support::bomvet().arg("scan").arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.ends_with("no bill of materials in this folder (1 files looked at)\n"),
        "{stderr}"
    );
}

#[test]
fn other_files_in_a_folder_are_passed_over_and_broken_documents_are_not() {
    let folder = support::temp_dir();
    let empty = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}"#;
    fs::write(folder.path().join("a.json"), empty).unwrap();
    fs::write(folder.path().join("main.rs"), "const KEY: &str = \"bomFormat\";").unwrap();
    fs::write(folder.path().join("data.json"), r#"{"note": "bomFormat"}"#).unwrap();
    let scan = || support::bomvet().arg("scan").arg(folder.path()).output().unwrap();
    assert_eq!(scan().status.code(), Some(0));
    fs::write(folder.path().join("b.json"), &empty[..40]).unwrap();
    assert_eq!(scan().status.code(), Some(3));
}

#[test]
fn an_empty_file_is_no_empty_document() {
    assert_eq!(refusal("empty.json", b""), "error: could not read empty.json: is empty");
    assert_eq!(refusal("blank.json", b" \n\n"), "error: could not read blank.json: is empty");
}

#[test]
fn truncated_json_names_the_place_where_it_ends() {
    let text = b"{\"bomFormat\": \"CycloneDX\",\n \"specVersion\": \"1.6\",\n \"components\": [{\"name\": \"a";
    let line = refusal("cut.cdx.json", text);
    assert!(line.starts_with("error: could not read cut.cdx.json at 3:"), "{line}");
    assert!(line.ends_with("the file is truncated"), "{line}");
}

#[test]
fn json_that_is_no_bill_of_materials_is_told_so() {
    assert_eq!(
        refusal("package.json", br#"{"name": "app", "version": "1.0.0"}"#),
        "error: could not read package.json: is JSON but no bill of materials: \
         neither bomFormat nor spdxVersion found"
    );
}

#[test]
fn utf_16_is_read_and_half_a_character_is_refused() {
    let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}"#;
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let folder = support::temp_dir();
    fs::write(folder.path().join("wide.json"), &bytes).unwrap();
    let whole =
        support::bomvet().arg("scan").arg(folder.path().join("wide.json")).output().unwrap();
    assert_eq!(whole.status.code(), Some(0));
    bytes.pop();
    let line = refusal("wide.json", &bytes);
    assert!(line.contains("UTF-16"), "{line}");
}

#[test]
fn nesting_of_200_000_levels_ends_with_an_error() {
    let opening = "{\"components\":[".repeat(200_000);
    let json =
        format!("{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[{opening}");
    let line = refusal("deep.json", json.as_bytes());
    assert!(line.contains("nested deeper than 128 levels"), "{line}");
    let opening = "<components><component type=\"library\"><name>a</name>".repeat(200_000);
    let xml = format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\">{opening}");
    let line = refusal("deep.xml", xml.as_bytes());
    assert!(line.contains("deep.xml at 1:"), "{line}");
    let opening = "<a>".repeat(200_000);
    let pom = format!("<project><modelVersion>4.0.0</modelVersion>{opening}");
    let line = refusal("pom.xml", pom.as_bytes());
    assert!(line.contains("pom.xml"), "{line}");
}

#[test]
fn entity_bombs_are_refused() {
    let entities =
        "<!DOCTYPE bom [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let bom = format!("{entities}<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\">&b;</bom>");
    let line = refusal("bomb.xml", bom.as_bytes());
    assert!(line.contains("document type"), "{line}");
    let pom = format!("{entities}<project><modelVersion>4.0.0</modelVersion>&b;</project>");
    let line = refusal("pom.xml", pom.as_bytes());
    assert!(line.to_lowercase().contains("dtd") || line.contains("document type"), "{line}");
}

#[test]
fn damaged_packed_and_binary_files_are_named_for_what_they_are() {
    assert!(refusal("a.json.gz", b"\x1f\x8b\x08\x00rest").contains("gzip"));
    assert!(refusal("a.jar", b"PK\x03\x04rest").contains("zip"));
    assert!(refusal("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04").contains("7z"));
    assert!(refusal("a.cdx", b"\x0a\x05\x00\x01\x02\x03").contains("binary"));
}

#[test]
fn formats_that_are_known_and_not_read_are_named() {
    let rdf = b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'></rdf:RDF>";
    assert!(refusal("a.rdf", rdf).contains("RDF without SPDX"));
    assert!(refusal("a.spdx.xml", b"<Document/>").contains("SPDX XML"));
    assert!(refusal("a.yaml", b"spdxVersion: SPDX-2.3\n<<: {}\n").contains("merge key"));
    assert!(refusal("a.xml", b"<web-app/>").contains("<web-app>"));
    assert!(refusal("a.json", br#"{"matches": [], "descriptor": {}}"#).contains("Grype"));
}

#[test]
fn a_document_of_which_nothing_can_be_evaluated_is_not_clean() {
    let folder = support::temp_dir();
    let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6",
                   "components": [{"type": "library", "name": "zlib", "version": "1.3"}]}"#;
    fs::write(folder.path().join("a.json"), text).unwrap();
    let output =
        support::bomvet().current_dir(folder.path()).args(["scan", "a.json"]).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(stdout.starts_with("NO VERDICT\n"), "{stdout}");
    assert!(stdout.contains("a.json: its one component could not be evaluated"), "{stdout}");
}

#[test]
fn one_broken_document_among_good_ones_closes_the_scan_and_the_rest_is_reported() {
    let folder = support::temp_dir();
    let good = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "library", "name": "a", "purl": "pkg:maven/g/a@1"}]}"#;
    fs::write(folder.path().join("good.json"), good).unwrap();
    fs::write(folder.path().join("bad.json"), "{\"bomFormat\"").unwrap();
    let output = support::bomvet()
        .current_dir(folder.path())
        .args(["scan", "good.json", "bad.json"])
        .output();
    let output = output.unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(stdout.starts_with("NO VERDICT\n  could not read bad.json"), "{stdout}");
}
