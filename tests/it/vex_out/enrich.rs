//! `--enrich`: findings in a copy of the scanned document.

use std::fs;

use serde_json::{Value, json};

use super::schemas;
use super::stage::{Ran, Stage, openvex, sbom};

fn enrich(sbom: &Value) -> (Stage, Ran) {
    let stage = Stage::new(sbom, "");
    let ran = stage.scan("cyclonedx", &["--enrich"]);
    (stage, ran)
}

/// A document without what may be added to it.
fn rest(mut document: Value) -> Value {
    document["vulnerabilities"] = Value::Null;
    document["metadata"]["tools"] = Value::Null;
    document["metadata"]["properties"] = Value::Null;
    document
}

#[test]
fn nothing_that_was_there_is_lost_or_changed() {
    let text = r#"{"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
 "x-unknown": {"b": 1.50, "a": [1e3]},
 "components": [ {"type": "library", "bom-ref": "a", "name": "a", "version": "1",
   "purl": "pkg:maven/example/a@1", "x": null} ],
 "bomFormat": "CycloneDX", "version": 3, "specVersion": "1.6",
 "vulnerabilities": [ {"id": "CVE-1", "x": 1.0, "affects": [{"ref": "a"}]} ],
 "metadata": {"x": 1, "properties": [{"name": "k", "value": "v"}], "tools": [{"name": "t"}]}}"#;
    let stage = Stage::new(&Value::Null, "");
    fs::write(stage.folder.path().join("sbom.json"), text).unwrap();
    let ran = stage.scan("cyclonedx", &["--enrich"]);
    let (before, after): (Value, Value) = (serde_json::from_str(text).unwrap(), ran.json());
    assert_eq!(rest(after.clone()), rest(before));
    // as text, in the old order
    let order =
        ["$schema", "x-unknown", "\"components\"", "bomFormat", "vulnerabilities\"", "metadata\""];
    let places = order.map(|name| ran.stdout.find(name).unwrap());
    assert!(places.is_sorted(), "{}", ran.stdout);
    for kept in ["{\"b\": 1.50, \"a\": [1e3]}", "{\"id\": \"CVE-1\", \"x\": 1.0, "] {
        assert!(ran.stdout.contains(kept), "no {kept} in {}", ran.stdout);
    }
    let metadata = &after["metadata"];
    assert_eq!(metadata["tools"], json!([{"name": "t"}, {"name": "bomvet", "version": "0.1.0"}]));
    assert_eq!(metadata["properties"][0], json!({"name": "k", "value": "v"}));
    let entries = after["vulnerabilities"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1]["id"], "CVE-2026-0001");
    assert_eq!(entries[1]["affects"], json!([{"ref": "a"}]));
}

#[test]
fn a_second_run_adds_nothing_and_renews_its_own() {
    let (stage, first) = enrich(&sbom());
    schemas::hold("cyclonedx", &first.json());
    fs::write(stage.folder.path().join("sbom.json"), &first.stdout).unwrap();
    let mut second = stage.scan("cyclonedx", &["--enrich"]).json();
    let mut first = first.json();
    // the input is another file now, and says so
    for document in [&mut first, &mut second] {
        let properties = document["metadata"]["properties"].as_array_mut().unwrap();
        properties.retain(|one| one["name"] != "bomvet:input");
    }
    assert_eq!(first, second);
}

#[test]
fn an_entry_that_is_there_is_not_repeated_and_not_touched() {
    let mut sbom = sbom();
    let entry = json!({"id": "X-1", "references": [{"id": "CVE-2026-0001", "source": {}}],
      "affects": [{"ref": "a"}], "detail": "ours"});
    sbom["vulnerabilities"] = json!([entry]);
    let (stage, ran) = enrich(&sbom);
    assert_eq!(ran.json()["vulnerabilities"], json!([entry]));
    // but what is stated is news
    stage.write("in.json", &openvex(&json!({"justification": "vulnerable_code_not_present"})));
    let ran = stage.scan("cyclonedx", &["--enrich", "--vex", "in.json"]);
    let document = ran.json();
    assert_eq!(document["vulnerabilities"][0], entry);
    assert_eq!(document["vulnerabilities"][1]["analysis"]["state"], "not_affected");
    schemas::hold("cyclonedx", &document);
}

#[test]
fn a_component_without_a_bom_ref_is_named_in_words() {
    let mut sbom = sbom();
    sbom["components"][0].as_object_mut().unwrap().remove("bom-ref");
    let (_, ran) = enrich(&sbom);
    let document = ran.json();
    schemas::hold("cyclonedx", &document);
    let entry = &document["vulnerabilities"][0];
    assert_eq!(entry["affects"], Value::Null);
    let named = json!({"name": "bomvet:component", "value": "pkg:maven/example/a@1"});
    assert!(entry["properties"].as_array().unwrap().contains(&named), "{entry}");
}

#[test]
fn older_versions_get_what_they_know() {
    for minor in ["4", "5"] {
        let mut sbom = sbom();
        sbom["specVersion"] = json!(format!("1.{minor}"));
        let (_, ran) = enrich(&sbom);
        let document = ran.json();
        schemas::hold("cyclonedx", &document);
        assert_eq!(document["metadata"]["tools"].is_array(), minor == "4");
    }
    let mut old = sbom();
    old["specVersion"] = json!("1.3");
    let (_, ran) = enrich(&old);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(5), ""));
    assert!(ran.stderr.contains("vulnerabilities exist since 1.4"), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_added_to_is_refused_with_its_reason() {
    let stage = Stage::new(&sbom(), "");
    let ran = stage.scan("table", &["--enrich"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("none is asked for"), "{}", ran.stderr);
    stage.write("two.json", &sbom());
    let ran = stage.scan("cyclonedx", &["--enrich", "two.json"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("2 documents were read"), "{}", ran.stderr);
    fs::write(stage.folder.path().join("gradle.lockfile"), "example:a:1=c\n").unwrap();
    let ran = stage.run(&["scan", "-f", "cyclonedx", "--enrich", "gradle.lockfile"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("gradle.lockfile is gradle-lockfile"), "{}", ran.stderr);
    let mut odd = sbom();
    odd["metadata"]["tools"] = json!("text");
    let (_, ran) = enrich(&odd);
    assert_eq!(ran.code, Some(5));
    assert!(ran.stderr.contains("metadata.tools cannot be added to"), "{}", ran.stderr);
}
