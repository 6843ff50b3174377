//! `bomvet vex check`: each rule of `docs/vex.md` with a document that breaks it and no other, and the
//! place where it says so.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bomvet::judge::vex::lint::lint;
use bomvet::judge::vex::{Origin, Source};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::stage::{ISSUER, JUNE, LINK, Stage, openvex, sbom};
use crate::support;

fn openvex_document() -> Value {
    let mut document = openvex(&json!({"justification": "component_not_present"}));
    document["statements"][0]["products"] = json!([{"@id": "pkg:generic/app@5", "subcomponents": [{"identifiers": {"purl": "pkg:a/b"}}]}]);
    document
}

fn csaf_document() -> Value {
    json!({"document": {"category": "csaf_vex", "csaf_version": "2.0", "title": "t",
        "publisher": {"category": "vendor", "name": "A", "namespace": "https://example.com"},
        "tracking": {"id": "1", "status": "final", "version": "1", "current_release_date": JUNE,
          "initial_release_date": JUNE,
          "revision_history": [{"date": JUNE, "number": "1", "summary": "s"}]}},
      "product_tree": {"full_product_names": [{"name": "a", "product_id": "P1"},
          {"name": "b", "product_id": "P2"}],
        "product_groups": [{"group_id": "G", "product_ids": ["P1", "P2"]}]},
      "vulnerabilities": [{"cve": "CVE-2026-0001", "notes": [{"category": "other", "text": "t"}],
        "product_status": {"known_affected": ["P2"], "known_not_affected": ["P1"]},
        "flags": [{"label": "component_not_present", "product_ids": ["P1"]}],
        "remediations": [{"category": "none_available", "details": "d", "group_ids": ["G"]}]}]})
}

fn cyclonedx_document() -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
      "metadata": {"timestamp": JUNE, "authors": [{"name": "A"}]},
      "vulnerabilities": [{"id": "CVE-2026-0001",
        "analysis": {"state": "not_affected", "justification": "code_not_present"},
        "affects": [{"ref": format!("{LINK}#a")}]}]})
}

fn spdx3_document() -> Value {
    json!({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
      {"type": "security_VexNotAffectedVulnAssessmentRelationship", "spdxId": "urn:r",
        "creationInfo": "_:c", "relationshipType": "doesNotAffect", "from": "urn:v",
        "to": ["urn:p"], "security_justificationType": "componentNotPresent"},
      {"type": "security_VexAffectedVulnAssessmentRelationship", "spdxId": "urn:s",
        "creationInfo": "_:c", "relationshipType": "affects", "from": "urn:v", "to": ["urn:p"],
        "security_actionStatement": "update"}]})
}

/// What is changed: a place, and what stands there instead; nothing takes it away.
type Edit = (&'static str, Option<Value>);

/// The rule, the edit that breaks it, and the text that begins at the place of the fault.
type Row = (&'static str, Edit, &'static str);

fn openvex_rows() -> Vec<Row> {
    const STATEMENT: &str = "{\n      \"products\"";
    let at = "/statements/0";
    let of = |name: &str| -> &'static str { Box::leak(format!("{at}{name}").into_boxed_str()) };
    vec![
        (
            "openvex-context",
            ("/@context", Some(json!("https://example.com"))),
            "\"https://example.com\",",
        ),
        ("openvex-id", ("/@id", Some(json!(" "))), "\" \""),
        ("openvex-author", ("/author", None), "{\n  \"@context\""),
        ("openvex-time", ("/timestamp", Some(json!("2026-06-01"))), "\"2026-06-01\""),
        ("openvex-version", ("/version", Some(json!(0))), "0\n"),
        ("openvex-statements", ("/statements", Some(json!([]))), "[]"),
        ("openvex-member", ("/extra", Some(json!("x"))), "\"x\""),
        ("openvex-vulnerability", (of("/vulnerability/name"), None), "{}"),
        ("openvex-status", (of("/status"), Some(json!("odd"))), "\"odd\""),
        ("openvex-justification", (of("/justification"), None), STATEMENT),
        ("openvex-justification-word", (of("/justification"), Some(json!("odd"))), "\"odd\""),
        (
            "openvex-justification-place",
            (of("/status"), Some(json!("fixed"))),
            "\"component_not_present\"",
        ),
        ("openvex-products", (of("/products"), Some(json!([]))), "[]"),
        ("openvex-component", (of("/products/0/@id"), None), "{\n          \"subcomponents\""),
    ]
}

fn csaf_rows() -> Vec<Row> {
    const FLAW: &str = "{\n      \"cve\"";
    vec![
        ("csaf-category", ("/document/category", Some(json!("csaf_base"))), "\"csaf_base\""),
        ("csaf-version", ("/document/csaf_version", Some(json!("1"))), "\"1\""),
        ("csaf-title", ("/document/title", Some(json!(""))), "\"\""),
        (
            "csaf-publisher",
            ("/document/publisher/namespace", None),
            "{\n      \"category\": \"vendor\"",
        ),
        ("csaf-tracking", ("/document/tracking/revision_history", Some(json!([]))), "[]"),
        (
            "csaf-product-id",
            ("/product_tree/full_product_names/2", Some(json!({"name": "c"}))),
            "{\n        \"name\": \"c\"",
        ),
        (
            "csaf-product-twice",
            ("/product_tree/full_product_names/2", Some(json!({"name": "c", "product_id": "P2"}))),
            "\"P2\"\n      }\n    ],",
        ),
        (
            "csaf-product-unknown",
            ("/vulnerabilities/0/product_status/fixed", Some(json!(["P9"]))),
            "\"P9\"",
        ),
        ("csaf-vulnerabilities", ("/vulnerabilities", Some(json!([]))), "[]"),
        ("csaf-id", ("/vulnerabilities/0/cve", None), "{\n      \"flags\""),
        ("csaf-notes", ("/vulnerabilities/0/notes", None), FLAW),
        ("csaf-status", ("/vulnerabilities/0/product_status", Some(json!({}))), "{}"),
        ("csaf-flag", ("/vulnerabilities/0/flags/0/label", Some(json!("odd"))), "\"odd\""),
        (
            "csaf-contradiction",
            ("/vulnerabilities/0/product_status/under_investigation", Some(json!(["P1"]))),
            "\"P1\"\n        ]\n      },\n",
        ),
        (
            "csaf-impact",
            ("/vulnerabilities/0/flags/0/product_ids", Some(json!(["P2"]))),
            "\"P1\"\n        ]\n      },\n",
        ),
        (
            "csaf-action",
            ("/vulnerabilities/0/remediations/0/group_ids", None),
            "\"P2\"\n        ],\n        \"known_not",
        ),
        ("csaf-product-tree", ("/product_tree", None), "{\n  \"document\""),
    ]
}

fn cyclonedx_rows() -> Vec<Row> {
    const METADATA: &str = "{\n    \"authors\"";
    vec![
        ("cyclonedx-version", ("/specVersion", Some(json!("1.3"))), "\"1.3\""),
        ("cyclonedx-time", ("/metadata/timestamp", None), METADATA),
        ("cyclonedx-author", ("/metadata/authors", None), "{\n    \"timestamp\""),
        (
            "cyclonedx-vulnerabilities",
            ("/vulnerabilities", Some(json!([{"id": "X"}]))),
            "[\n    {\n      \"id\": \"X\"",
        ),
        ("cyclonedx-id", ("/vulnerabilities/0/id", None), "{\n      \"affects\""),
        ("cyclonedx-state", ("/vulnerabilities/0/analysis/state", Some(json!("odd"))), "\"odd\""),
        (
            "cyclonedx-justification",
            ("/vulnerabilities/0/analysis/justification", None),
            "{\n        \"state\"",
        ),
        (
            "cyclonedx-justification-word",
            ("/vulnerabilities/0/analysis/justification", Some(json!("odd"))),
            "\"odd\"",
        ),
        (
            "cyclonedx-response",
            ("/vulnerabilities/0/analysis/response", Some(json!(["odd"]))),
            "\"odd\"",
        ),
        ("cyclonedx-affects", ("/vulnerabilities/0/affects", Some(json!([]))), "[]"),
        ("cyclonedx-ref", ("/vulnerabilities/0/affects/0/ref", Some(json!(""))), "\"\""),
        (
            "cyclonedx-bom-link",
            ("/vulnerabilities/0/affects/0/ref", Some(json!("urn:cdx:1/1#a"))),
            "\"urn:cdx",
        ),
        ("cyclonedx-dangling", ("/vulnerabilities/0/affects/0/ref", Some(json!("a"))), "\"a\""),
        (
            "cyclonedx-versions",
            ("/vulnerabilities/0/affects/0/versions", Some(json!([{"status": "affected"}]))),
            "{\n              \"status\"",
        ),
    ]
}

fn spdx3_rows() -> Vec<Row> {
    const FIRST: &str = "{\n      \"creationInfo\"";
    vec![
        ("spdx3-statements", ("/@graph", Some(json!([]))), "[]"),
        ("spdx3-ends", ("/@graph/0/to", None), FIRST),
        (
            "spdx3-relationship",
            ("/@graph/0/relationshipType", Some(json!("affects"))),
            "\"affects\"",
        ),
        ("spdx3-creation", ("/@graph/0/creationInfo", None), "{\n      \"from\""),
        ("spdx3-time", ("/@graph/0/security_publishedTime", Some(json!("June"))), "\"June\""),
        ("spdx3-justification", ("/@graph/0/security_justificationType", None), FIRST),
        (
            "spdx3-justification-word",
            ("/@graph/0/security_justificationType", Some(json!("odd"))),
            "\"odd\"",
        ),
        (
            "spdx3-action",
            ("/@graph/1/security_actionStatement", Some(json!(""))),
            "{\n      \"creationInfo\": \"_:c\",\n      \"from\": \"urn:v\",\n      \"relationshipType\": \"affects\"",
        ),
    ]
}

fn edited(document: &Value, (pointer, value): &Edit) -> String {
    let mut document = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(members), Some(value)) => {
            members.insert(name.to_owned(), value.clone());
        }
        (Value::Object(members), None) => assert!(members.remove(name).is_some(), "{pointer}"),
        (Value::Array(list), Some(value)) => list.push(value.clone()),
        _ => panic!("{pointer}"),
    }
    serde_json::to_string_pretty(&document).unwrap()
}

/// Line and column of a text, counted by hand.
fn place(text: &str, of: &str) -> String {
    let before = &text[..text.find(of).unwrap_or_else(|| panic!("no {of} in {text}"))];
    let line = before.matches('\n').count() + 1;
    let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1;
    format!("{line}:{column}")
}

fn all_rows() -> [(Value, Vec<Row>); 4] {
    [
        (openvex_document(), openvex_rows()),
        (csaf_document(), csaf_rows()),
        (cyclonedx_document(), cyclonedx_rows()),
        (spdx3_document(), spdx3_rows()),
    ]
}

#[test]
fn every_rule_names_its_fault_and_its_place() {
    let stage = Stage::new(&sbom(), "");
    for (document, rows) in all_rows() {
        stage.write("v.json", &document);
        let sound = stage.run(&["vex", "check", "v.json"]);
        assert_eq!(sound.stdout, "1 checked: 0 errors, 0 warnings\n");
        assert_eq!(sound.code, Some(0));
        for (rule, edit, at) in rows {
            let text = edited(&document, &edit);
            fs::write(stage.folder.path().join("v.json"), &text).unwrap();
            let ran = stage.run(&["vex", "check", "v.json"]);
            let lines: Vec<&str> = ran.stdout.lines().collect();
            assert_eq!(lines.len(), 2, "{rule}: {}", ran.stdout);
            assert!(lines[0].ends_with(&format!("[{rule}]")), "{rule}: {}", lines[0]);
            let start = format!("v.json:{}: ", place(&text, at));
            assert!(lines[0].starts_with(&start), "{rule} is not at {start}{}", lines[0]);
            let is_error = lines[0].contains(": error: ");
            assert_eq!(ran.code, Some(if is_error { 2 } else { 0 }), "{rule}");
        }
    }
}

#[test]
fn affected_needs_an_action() {
    let stage = Stage::new(&sbom(), "");
    let mut document = openvex_document();
    let statement = document["statements"][0].as_object_mut().unwrap();
    statement.remove("justification");
    statement.insert("status".to_owned(), json!("affected"));
    stage.write("v.json", &document);
    let ran = stage.run(&["vex", "check", "v.json"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stdout.contains("[openvex-action]"), "{}", ran.stdout);
}

#[test]
fn every_rule_is_in_the_manual_and_every_rule_of_the_manual_is_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manual = String::from_utf8(support::read(&root.join("docs/vex.md"))).unwrap();
    let words = manual.split('`').skip(1).step_by(2);
    let starts = ["openvex-", "csaf-", "cyclonedx-", "spdx3-"];
    let is_rule = |word: &&str| starts.iter().any(|start| word.starts_with(start));
    let listed: BTreeSet<&str> = words.filter(is_rule).collect();
    let rows = all_rows();
    let tested = rows.iter().flat_map(|(_, rows)| rows.iter().map(|(rule, ..)| *rule));
    let tested: BTreeSet<&str> = tested.chain(["openvex-action"]).collect();
    assert_eq!(listed, tested);
    let source: String = ["openvex", "csaf", "cyclonedx", "spdx3"]
        .iter()
        .map(|name| support::read(&root.join(format!("src/judge/vex/lint/{name}.rs"))))
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .collect();
    let written = source.split('"').skip(1).step_by(2).filter(is_rule);
    assert_eq!(written.collect::<BTreeSet<_>>(), tested);
}

#[test]
fn what_is_no_vex_document_is_one_line_and_the_others_are_checked() {
    let stage = Stage::new(&sbom(), "");
    for (text, cause) in [
        ("{\"statements\": [", "bad.json at 1:16: ends too early: the file is truncated"),
        ("{}", "bad.json: is no VEX document"),
        ("[[[", "bad.json at 1:3: ends too early"),
    ] {
        fs::write(stage.folder.path().join("bad.json"), text).unwrap();
        stage.write("good.json", &openvex_document());
        let ran = stage.run(&["vex", "check", "bad.json", "good.json"]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.stderr.contains(cause), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
    let deep = format!("{{\"statements\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    fs::write(stage.folder.path().join("bad.json"), deep).unwrap();
    let ran = stage.run(&["vex", "check", "bad.json"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("nested deeper than 128 levels"), "{}", ran.stderr);
}

#[test]
fn what_bomvet_writes_has_no_fault() {
    let config = format!("{ISSUER}[[waiver]]\nid = \"X-1\"\n");
    for vex in [json!({"justification": "component_not_present"}), json!({"status": "fixed"})] {
        let stage = Stage::new(&sbom(), &config);
        stage.write("in.json", &openvex(&vex));
        for format in ["openvex", "csaf", "cyclonedx"] {
            for more in [&["--vex", "in.json"][..], &[]] {
                let ran = stage.scan(format, more);
                fs::write(stage.folder.path().join("v.json"), ran.stdout).unwrap();
                let checked = stage.run(&["vex", "check", "v.json"]);
                assert_eq!(checked.stdout, "1 checked: 0 errors, 0 warnings\n", "{format}");
            }
        }
    }
}

proptest! {
    /// Any part of a document in the place of any other: one answer, and no panic.
    #[test]
    fn any_text_has_an_answer(
        document in 0_usize..4,
        (from, to) in (0.0..1.0, 0.0..1.0),
        piece in prop::sample::select(vec!["", "null", "[]", "{}", "\"x\"", "1", "}", "\u{e9}", "["]),
    ) {
        let text = serde_json::to_string_pretty(&all_rows()[document].0).unwrap();
        let at = |share: f64| (0..text.len()).nth((text.len() as f64 * share) as usize).unwrap_or(0);
        let (from, to) = (at(f64::min(from, to)), at(f64::max(from, to)));
        let mutant = format!("{}{piece}{}", &text[..from], &text[to..]);
        let source = Source { path: "v.json", origin: Origin::Given };
        if let Ok(faults) = lint(&mutant, source) {
            let lines = mutant.matches('\n').count() + 1;
            prop_assert!(faults.iter().all(|fault| fault.place.line as usize <= lines));
        }
    }
}
