//! What is stated, what is left out, who speaks.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::schemas;
use super::stage::{ISSUER, JUNE, LINK, NOW, Stage, analysis, openvex, restated, sbom};
use crate::support;

fn properties<'a>(of: &'a Value, name: &str) -> Vec<&'a str> {
    let list = of["properties"].as_array().unwrap().iter();
    list.filter(|one| one["name"] == name).map(|one| one["value"].as_str().unwrap()).collect()
}

#[test]
fn a_statement_is_taken_over_with_its_time_and_its_origin() {
    let vex = openvex(&json!({"justification": "vulnerable_code_not_present"}));
    let statement = restated("openvex", &vex)["statements"][0].clone();
    assert_eq!(statement["status"], "not_affected");
    assert_eq!(statement["justification"], "vulnerable_code_not_present");
    assert_eq!(statement["timestamp"], JUNE);
    assert_eq!(statement["vulnerability"], json!({"name": "CVE-2026-0001", "aliases": ["X-1"]}));
    let product = &statement["products"][0];
    assert_eq!(product["@id"], "pkg:generic/app@5");
    assert_eq!(product["subcomponents"][0]["@id"], "pkg:maven/example/a@1");
    let origin = format!("stated by A on {JUNE}: statement 1 of in.json (https://example.com/1)");
    assert_eq!(statement["status_notes"], origin);
}

#[test]
fn csaf_gives_flag_impact_remediation_and_product_tree() {
    let vex =
        openvex(&json!({"justification": "component_not_present", "impact_statement": "why"}));
    let document = restated("csaf", &vex);
    let [flaw] = document["vulnerabilities"].as_array().unwrap().as_slice() else { panic!() };
    let part = &document["product_tree"]["relationships"][0];
    let id = &part["full_product_name"]["product_id"];
    assert_eq!(part["category"], "default_component_of");
    assert_eq!(flaw["product_status"], json!({"known_not_affected": [id]}));
    assert_eq!(
        flaw["flags"],
        json!([{"date": JUNE, "label": "component_not_present", "product_ids": [id]}])
    );
    assert_eq!(flaw["threats"][0]["details"], "why");
    assert_eq!(flaw["cve"], "CVE-2026-0001");
    assert_eq!(flaw["ids"], json!([{"system_name": "X", "text": "X-1"}]));
    assert_eq!(flaw["scores"][0]["cvss_v3"]["baseSeverity"], "CRITICAL");
    let head = &document["document"];
    let publisher = json!({"category": "vendor", "name": "Us", "namespace": "https://example.com"});
    assert_eq!((&head["category"], &head["publisher"]), (&json!("csaf_vex"), &publisher));
    assert_eq!(head["tracking"]["current_release_date"], NOW);

    let affected = openvex(&json!({"status": "affected", "action_statement": "update"}));
    let flaw = restated("csaf", &affected)["vulnerabilities"][0].clone();
    assert_eq!(flaw["remediations"][0]["details"], "update");
    assert_eq!(flaw["remediations"][0]["category"], "mitigation");
    // the record names a release that mends it
    let unsaid = analysis(&json!({"state": "exploitable"}));
    let flaw = restated("csaf", &unsaid)["vulnerabilities"][0].clone();
    assert_eq!(flaw["remediations"][0]["category"], "vendor_fix");
    let details = flaw["remediations"][0]["details"].as_str().unwrap();
    assert!(details.ends_with("bomvet proposes: update pkg:maven/example/a@1 to 2"), "{details}");
}

#[test]
fn states_keep_their_meaning_in_every_format() {
    for (state, openvex, csaf) in [
        ("resolved", "fixed", "fixed"),
        ("exploitable", "affected", "known_affected"),
        ("in_triage", "under_investigation", "under_investigation"),
        ("false_positive", "not_affected", "known_not_affected"),
        ("not_affected", "not_affected", "known_not_affected"),
    ] {
        let mut said = json!({"state": state, "detail": "because"});
        if state == "resolved" {
            said = json!({"state": state});
        }
        let mut vex = analysis(&said);
        // what is fixed needs a release, which this handle names
        vex["vulnerabilities"][0]["affects"][0]["versions"] = json!([{"version": "1"}]);
        let written = restated("openvex", &vex);
        assert_eq!(written["statements"][0]["status"], openvex);
        let notes = written["statements"][0]["status_notes"].as_str().unwrap();
        assert_eq!(notes.contains("false_positive in the original"), state == "false_positive");
        let written = restated("csaf", &vex);
        let status = written["vulnerabilities"][0]["product_status"].as_object().unwrap();
        assert_eq!(status.keys().collect::<Vec<_>>(), [csaf]);
        let written = restated("cyclonedx", &vex);
        assert_eq!(written["vulnerabilities"][0]["analysis"]["state"], state);
    }
}

/// The table of RULES 4.2: the word in OpenVEX and CSAF for one of CycloneDX.
#[test]
fn a_justification_is_translated_and_its_original_word_stays() {
    for (word, shared) in [
        ("code_not_present", "vulnerable_code_not_present"),
        ("code_not_reachable", "vulnerable_code_not_in_execute_path"),
        ("protected_by_compiler", "inline_mitigations_already_exist"),
    ] {
        let vex = analysis(&json!({"state": "not_affected", "justification": word}));
        let statement = restated("openvex", &vex)["statements"][0].clone();
        assert_eq!(statement["justification"], shared);
        let original = format!("justification in the original: {word}");
        assert!(statement["status_notes"].as_str().unwrap().contains(&original), "{statement}");
        let flaw = restated("csaf", &vex)["vulnerabilities"][0].clone();
        assert_eq!(flaw["flags"][0]["label"], shared);
        assert!(flaw["notes"].to_string().contains(&original), "{flaw}");
    }
    for (shared, word) in [
        ("vulnerable_code_not_present", Some("code_not_present")),
        ("vulnerable_code_not_in_execute_path", Some("code_not_reachable")),
        ("component_not_present", None),
        ("vulnerable_code_cannot_be_controlled_by_adversary", None),
        ("inline_mitigations_already_exist", None),
    ] {
        let entry = restated("cyclonedx", &openvex(&json!({"justification": shared})));
        let entry = &entry["vulnerabilities"][0];
        assert_eq!(entry["analysis"]["justification"].as_str(), word);
        assert_eq!(properties(entry, "bomvet:vex:justification"), [shared]);
    }
}

#[test]
fn a_waiver_accepts_what_is_there_and_does_not_deny_it() {
    let config = format!(
        "{ISSUER}[[waiver]]\nid = \"X-1\"\nexpires = \"2026-12-31\"\nreason = \"TICKET-1\"\n"
    );
    let stage = Stage::new(&sbom(), &config);
    let ran = stage.scan("openvex", &[]);
    assert_eq!(ran.code, Some(0));
    let statement = ran.json()["statements"][0].clone();
    assert_eq!(statement["status"], "affected");
    assert_eq!(statement["action_statement"], "the risk is accepted until 2026-12-31: TICKET-1");
    assert_eq!(statement["timestamp"], NOW);
    assert!(statement["status_notes"].as_str().unwrap().starts_with("waiver at bomvet.toml:"));
    let csaf = stage.scan("csaf", &[]).json();
    schemas::hold("csaf", &csaf);
    assert_eq!(csaf["vulnerabilities"][0]["remediations"][0]["category"], "none_available");
}

#[test]
fn a_waiver_with_a_justification_in_a_word_denies_the_flaw() {
    let config = |word: &str| {
        format!(
            "{ISSUER}[[waiver]]\nid = \"X-1\"\nexpires = \"2026-12-31\"\nreason = \"TICKET-1\"\n\
             justification = \"{word}\"\n"
        )
    };
    let stage = Stage::new(&sbom(), &config("vulnerable_code_not_in_execute_path"));
    // our own word counts before that of others
    stage.write("in.json", &openvex(&json!({"justification": "component_not_present"})));
    for more in [&[][..], &["--vex", "in.json"]] {
        let statement = stage.scan("openvex", more).json()["statements"][0].clone();
        assert_eq!(statement["status"], "not_affected");
        assert_eq!(statement["justification"], "vulnerable_code_not_in_execute_path");
        assert_eq!(statement["impact_statement"], "TICKET-1");
        let origin = "waiver at bomvet.toml:5, which holds until 2026-12-31";
        assert_eq!(statement["status_notes"], origin);
    }
    let csaf = stage.scan("csaf", &[]).json();
    schemas::hold("csaf", &csaf);
    assert_eq!(csaf["vulnerabilities"][0]["threats"][0]["details"], "TICKET-1");
    let document = stage.scan("cyclonedx", &[]).json();
    assert_eq!(document["vulnerabilities"][0]["analysis"]["justification"], "code_not_reachable");
    let json = stage.scan("json", &[]).json();
    assert_eq!(json["findings"][0]["suppressed_by"]["status"], "waived");
    // what depends on the deployment is no word that a product's maker can state
    for word in ["protected_at_perimeter", "", "no"] {
        let ran = Stage::new(&sbom(), &config(word)).scan("json", &[]);
        assert_eq!(ran.code, Some(2));
        let cause = format!("bomvet.toml:5: waiver X-1: justification is \"{word}\", expected one");
        assert!(ran.stderr.contains(&cause), "{}", ran.stderr);
    }
}

#[test]
fn of_what_nobody_speaks_no_vex_speaks_and_a_vdr_has_no_analysis() {
    let stage = Stage::new(&sbom(), ISSUER);
    for format in ["openvex", "csaf"] {
        let ran = stage.scan(format, &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
        assert!(ran.stderr.contains("no statement to write"), "{}", ran.stderr);
        assert!(ran.stderr.contains("1 finding without a statement"), "{}", ran.stderr);
    }
    let document = stage.scan("cyclonedx", &[]).json();
    schemas::hold("cyclonedx", &document);
    let [entry] = document["vulnerabilities"].as_array().unwrap().as_slice() else { panic!() };
    assert_eq!(entry["analysis"], Value::Null);
    assert_eq!(entry["affects"], json!([{"ref": format!("{LINK}#a")}]));
    assert_eq!(entry["ratings"][0]["method"], "CVSSv31");
    assert_eq!(entry["ratings"][0]["score"], 10.0);
    assert_eq!(properties(entry, "bomvet:status"), ["open"]);
    assert_eq!(document["externalReferences"], json!([{"type": "bom", "url": LINK}]));
}

#[test]
fn an_old_document_does_not_stay_where_nothing_is_stated_any_more() {
    let stage = Stage::new(&sbom(), ISSUER);
    let path = stage.folder.path().join("out.json");
    fs::write(&path, "old").unwrap();
    stage.scan("table", &["-o", "openvex=out.json"]);
    assert!(!path.exists());
    fs::create_dir(&path).unwrap();
    stage.scan("table", &["-o", "openvex=out.json"]);
    assert!(path.is_dir(), "no folder is ever removed");
}

#[test]
fn evidence_shows_that_a_flaw_matters_and_never_that_it_does_not() {
    let stage = Stage::new(&sbom(), ISSUER);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bare = root.join("tests/cases/017-jndilookup-removed/log4j-core-2.14.1.jar");
    fs::copy(bare, stage.folder.path().join("core.jar")).unwrap();
    let told = |more: &[&str]| {
        let ran = stage.run(&[&["scan", "-f", "json", "--now", NOW, "core.jar"], more].concat());
        ran.json()["findings"].as_array().unwrap().clone()
    };
    let seen = told(&[]).iter().filter(|f| !f["mitigated"].is_null()).count();
    assert_ne!(seen, 0, "the archive shows no mitigation");
    let ran = stage.run(&["scan", "-f", "openvex", "--now", NOW, "core.jar"]);
    let document = ran.json();
    schemas::hold("openvex", &document);
    let statements = document["statements"].as_array().unwrap();
    assert_eq!(statements.len(), seen);
    for statement in statements {
        assert_eq!(statement["status"], "affected");
        let action = statement["action_statement"].as_str().unwrap();
        assert!(action.starts_with("in place: JndiLookup class absent"), "{action}");
    }
}

#[test]
fn nobody_is_invented_who_speaks() {
    let stage = Stage::new(&sbom(), "");
    stage.write("in.json", &openvex(&json!({"justification": "component_not_present"})));
    let ran = stage.scan("openvex", &["--vex", "in.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("set author under [vex]"), "{}", ran.stderr);
    let ran = stage.scan("csaf", &["--vex", "in.json"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("set author, namespace, category under [vex]"), "{}", ran.stderr);
    // CycloneDX asks for no author
    let document = stage.scan("cyclonedx", &["--vex", "in.json"]).json();
    schemas::hold("cyclonedx", &document);
    assert_eq!(document["metadata"]["authors"], Value::Null);
    let wrong = Stage::new(&sbom(), "[vex]\ncategory = \"boss\"\n").scan("table", &[]);
    assert!(wrong.stderr.contains("bomvet.toml:2: category is \"boss\""), "{}", wrong.stderr);
}

#[test]
fn vex_create_writes_what_is_stated_alone_and_asks_no_gate() {
    let mut sbom = sbom();
    let second = json!({"type": "library", "bom-ref": "a2", "name": "a", "version": "0",
      "purl": "pkg:maven/example/a@0"});
    sbom["components"].as_array_mut().unwrap().push(second);
    let stage = Stage::new(&sbom, ISSUER);
    stage.write("in.json", &openvex(&json!({"justification": "component_not_present"})));
    for format in ["openvex", "csaf", "cyclonedx"] {
        let create = ["vex", "create", "--format", format];
        let more = ["--vex", "in.json", "--author", "Me", "-o", "out.json"];
        let ran = stage.with(&create, &more);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
        let text = support::read(&stage.folder.path().join("out.json"));
        let document: Value = serde_json::from_slice(&text).unwrap();
        schemas::hold(format, &document);
        let (list, author) = match format {
            "openvex" => (&document["statements"], &document["author"]),
            "csaf" => (&document["vulnerabilities"], &document["document"]["publisher"]["name"]),
            _ => (&document["vulnerabilities"], &document["metadata"]["authors"][0]["name"]),
        };
        assert_eq!(list.as_array().unwrap().len(), 1, "{format}");
        assert_eq!(author, "Me");
        let nothing = stage.with(&create, &[]);
        assert_eq!((nothing.code, nothing.stdout.as_str()), (Some(0), ""));
        assert!(nothing.stderr.contains("no statement to write"), "{}", nothing.stderr);
    }
    let missing = stage.run(&["vex", "create", "none.json"]);
    assert_eq!(missing.code, Some(3));
}

#[test]
fn a_document_says_of_its_data_how_old_it_is_and_what_was_not_evaluated() {
    let vex = openvex(&json!({"justification": "component_not_present"}));
    let document = restated("cyclonedx", &vex);
    let metadata = &document["metadata"];
    assert_eq!(properties(metadata, "bomvet:coverage:declared"), ["2"]);
    assert_eq!(properties(metadata, "bomvet:coverage:not-evaluated"), ["1"]);
    assert_eq!(properties(metadata, "bomvet:not-evaluated"), ["nobody: no-identifier"]);
    assert_eq!(properties(metadata, "bomvet:data:age"), ["328 days"]);
    let source = properties(metadata, "bomvet:data:source")[0];
    assert!(source.contains("1 records of 2026-01-01T00:00:00Z, sha256:"), "{source}");
    for (format, text) in [
        ("openvex", restated("openvex", &vex)["tooling"].to_string()),
        ("csaf", restated("csaf", &vex)["document"]["notes"].to_string()),
    ] {
        for part in ["2026-01-01T00:00:00Z, sha256:", "age 328 days", "1 not evaluated"] {
            assert!(text.contains(part), "{format}: no {part} in {text}");
        }
    }
}

#[test]
fn documents_are_the_same_again_and_named_by_what_they_say() {
    let vex = openvex(&json!({"justification": "component_not_present"}));
    let other = openvex(&json!({"justification": "vulnerable_code_not_present"}));
    for (format, pointer) in
        [("openvex", "/@id"), ("csaf", "/document/tracking/id"), ("cyclonedx", "/serialNumber")]
    {
        let one = restated(format, &vex);
        assert_eq!(one, restated(format, &vex));
        let id = one.pointer(pointer).unwrap().as_str().unwrap();
        assert_ne!(restated(format, &other).pointer(pointer).unwrap(), id);
        assert!(id.contains("-8"), "{id} is no UUID of version 8");
    }
}

#[test]
fn a_document_without_a_bom_link_has_its_components_listed_in_the_report() {
    let spdx = json!({"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "d",
      "dataLicense": "CC0-1.0", "documentNamespace": "https://example.com/d",
      "creationInfo": {"created": JUNE, "creators": ["Tool: t"]},
      "packages": [{"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1",
        "downloadLocation": "NOASSERTION", "externalRefs": [{"referenceType": "purl",
          "referenceCategory": "PACKAGE-MANAGER", "referenceLocator": "pkg:maven/example/a@1"}]}],
      "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
        "relatedSpdxElement": "SPDXRef-a"}]});
    let document = Stage::new(&spdx, "").scan("cyclonedx", &[]).json();
    schemas::hold("cyclonedx", &document);
    let component = &document["components"][0];
    assert_eq!(component["purl"], "pkg:maven/example/a@1");
    assert_eq!(document["vulnerabilities"][0]["affects"][0]["ref"], component["bom-ref"]);
    let told = properties(&document["metadata"], "bomvet:no-bom-link");
    assert!(told[0].starts_with("sbom.json (spdx-json) has no serial number"), "{told:?}");
}

#[test]
fn what_is_listed_twice_is_stated_once() {
    let mut sbom = sbom();
    let again = sbom["components"][0].clone();
    sbom["components"].as_array_mut().unwrap().push(again);
    let stage = Stage::new(&sbom, ISSUER);
    stage.write("in.json", &openvex(&json!({"justification": "component_not_present"})));
    // the same product once more, behind another one
    let mut other = sbom.clone();
    other["metadata"]["component"]["purl"] = json!("pkg:generic/other@1");
    other["serialNumber"] = json!("urn:uuid:11111111-2222-4333-8444-666666666666");
    stage.write("other.json", &other);
    stage.write("again.json", &sbom);
    for more in [&["--vex", "in.json"][..], &["--vex", "in.json", "other.json", "again.json"]] {
        for format in ["openvex", "csaf", "cyclonedx"] {
            let document = stage.scan(format, more).json();
            schemas::hold(format, &document);
        }
    }
    let enriched = stage.scan("cyclonedx", &["--enrich"]).json();
    assert_eq!(enriched["vulnerabilities"][0]["affects"], json!([{"ref": "a"}]));
}

#[test]
fn hostile_names_break_no_document() {
    let evil = "\u{1b}[2K\"},\u{202e}<b>\\ \n";
    let mut sbom = sbom();
    sbom["metadata"]["component"] = json!({"type": "application", "bom-ref": evil, "name": evil,
      "version": evil, "purl": evil});
    sbom["components"] = json!([{"type": "library", "bom-ref": evil, "name": evil, "version": "1",
      "purl": "pkg:maven/example/a@1?x=%22 \u{7}", "cpe": evil}]);
    let stage = Stage::new(
        &sbom,
        &format!("{ISSUER}[[waiver]]\nid = \"X-1\"\nreason = {evil:?}\n")
            .replace("\\u{1b}", "\\u001b")
            .replace("\\u{202e}", "\\u202e"),
    );
    for format in ["openvex", "csaf", "cyclonedx"] {
        let ran = stage.scan(format, &[]);
        let document = ran.json();
        schemas::hold(format, &document);
        let raw = |c: char| c.is_control() && c != '\n';
        assert!(!ran.stdout.contains(raw), "{format}: {}", ran.stdout);
        let count = match format {
            "openvex" => document["statements"].as_array().unwrap().len(),
            _ => document["vulnerabilities"].as_array().unwrap().len(),
        };
        assert_eq!(count, 1, "{format}");
    }
}
