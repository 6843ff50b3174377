//! GitLab's dependency scanning report: what its schema 15.2 demands, as assertions.

use std::collections::HashSet;
use std::fs;

use serde_json::Value;

use super::scans::{self, count, list, sum, text};

fn each(check: impl Fn(&str, &Value, &Value)) {
    for (name, text, report) in scans::all("gitlab") {
        let document = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        check(name, &document, &report);
    }
}

/// The parts of the schema that concern what is written here, as a schema of its own.
fn schema() -> jsonschema::Validator {
    let filled = serde_json::json!({"type": "string", "minLength": 1});
    let tool = serde_json::json!({
        "type": "object", "required": ["id", "name", "version", "vendor"],
        "properties": {"id": filled, "name": filled, "version": filled,
            "vendor": {"type": "object", "required": ["name"], "properties": {"name": filled}}}});
    let time = serde_json::json!({
        "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"});
    let web = serde_json::json!({"type": "string", "pattern": "^(https?|ftp)://.+"});
    let cvss3 = "^CVSS:3[.][01]/([A-Z]{1,3}:[A-Z]/)*[A-Z]{1,3}:[A-Z]$";
    let flaw = serde_json::json!({
        "type": "object", "required": ["id", "identifiers", "location"],
        "properties": {
            "id": filled,
            "name": {"type": "string", "maxLength": 255},
            "description": {"type": "string", "maxLength": 1_048_576},
            "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
            "solution": {"type": "string", "maxLength": 7000},
            "identifiers": {"type": "array", "minItems": 1, "maxItems": 20, "items": {
                "type": "object", "required": ["type", "name", "value"],
                "properties": {"type": filled, "name": filled, "value": filled, "url": web}}},
            "cvss_vectors": {"type": "array", "minItems": 1, "maxItems": 10, "items": {
                "type": "object", "required": ["vendor", "vector"],
                "properties": {"vendor": filled,
                    "vector": {"type": "string", "minLength": 32, "maxLength": 128, "pattern": cvss3}}}},
            "links": {"type": "array", "items": {
                "type": "object", "required": ["url"], "properties": {"url": web}}},
            "location": {"type": "object", "required": ["file", "dependency"], "properties": {
                "file": filled,
                "dependency": {"type": "object", "required": ["package", "version"], "properties": {
                    "package": {"type": "object", "required": ["name"], "properties": {"name": filled}},
                    "version": filled, "direct": {"type": "boolean"}}}}}}});
    let schema = serde_json::json!({
        "type": "object", "required": ["scan", "version", "vulnerabilities"],
        "properties": {
            "version": {"const": "15.2.4"},
            "scan": {
                "type": "object",
                "required": ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
                "properties": {
                    "analyzer": tool, "scanner": tool, "start_time": time, "end_time": time,
                    "status": {"enum": ["success", "failure"]},
                    "type": {"const": "dependency_scanning"},
                    "messages": {"type": "array", "items": {
                        "type": "object", "required": ["level", "value"],
                        "properties": {"level": {"enum": ["info", "warn", "fatal"]}, "value": filled}}}}},
            "vulnerabilities": {"type": "array", "items": flaw}}});
    jsonschema::draft7::new(&schema).unwrap()
}

#[test]
fn every_document_follows_the_schema() {
    let schema = schema();
    each(|name, document, _| {
        let errors = schema.iter_errors(document);
        let errors: Vec<_> = errors.map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    });
}

#[test]
fn open_findings_are_listed_and_the_rest_is_told() {
    each(|name, document, report| {
        assert_eq!(list(&document["vulnerabilities"]).len(), count(report, "open"), "{name}");
        let told = |start: &str| {
            let messages = list(&document["scan"]["messages"]).iter();
            messages.filter(|message| text(&message["value"]).contains(start)).count()
        };
        assert_eq!(told("suppressed: "), count(report, "suppressed"), "{name}");
        assert_eq!(told(" is NOT evaluated: ") as u64, sum(report, "not_evaluated"), "{name}");
        assert_eq!(document["scan"]["status"], "success", "{name}");
    });
}

#[test]
fn identifiers_of_findings_are_unique_and_stay() {
    let folder = scans::folder();
    let ids = || {
        let text = scans::printed(folder.path(), "gitlab", &["mixed.cdx.json"]);
        let document: Value = serde_json::from_str(&text).unwrap();
        let all: Vec<String> =
            list(&document["vulnerabilities"]).iter().map(|v| v["id"].to_string()).collect();
        let unique: HashSet<String> = all.iter().cloned().collect();
        assert_eq!(unique.len(), all.len());
        unique
    };
    let before = ids();
    assert!(before.len() > 4);
    fs::write(folder.path().join("mixed.cdx.json"), format!("\n\n{}", scans::MIXED)).unwrap();
    assert_eq!(ids(), before);
}

#[test]
fn a_scan_without_a_verdict_is_a_failure() {
    let folder = scans::folder();
    let blind = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "library", "name": "zlib", "version": "1.3"}]}"#;
    fs::write(folder.path().join("blind.cdx.json"), blind).unwrap();
    let mut program = crate::support::bomvet();
    program.args(["scan", "--now", scans::NOW, "-f", "gitlab", "blind.cdx.json"]);
    let output = program.current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["scan"]["status"], "failure");
    let fatal = list(&document["scan"]["messages"]).iter().filter(|m| m["level"] == "fatal");
    assert_eq!(fatal.count(), 1);
}

#[test]
fn it_is_plain_text_and_tells_what_it_rests_on() {
    for (name, text, report) in scans::all("gitlab") {
        scans::is_plain(name, &text);
        scans::tells_what_it_rests_on(name, &text, &report);
    }
}
