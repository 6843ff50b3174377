//! VEX statements, rule by rule: which close a finding, which do not, and what is said about them.
//!
//! The rules are those of the specifications of OpenVEX, CSAF, CycloneDX and SPDX, and where these leave
//! a choice, the table of `docs/vex.md`.

#![expect(
    clippy::needless_pass_by_value,
    reason = "parts are written with json! where they are given"
)]

use crate::support;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

const NOW: &str = "2026-11-25T12:00:00Z";
const LATE: &str = "2026-06-01T00:00:00Z";
const LATER: &str = "2026-07-01T00:00:00Z";
const SERIAL: &str = "11111111-2222-4333-8444-555555555555";

/// What a scan said.
struct Told {
    report: Value,
    code: Option<i32>,
    stderr: String,
}

impl Told {
    fn status(&self) -> &str {
        let findings = self.report["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{findings:?}");
        findings[0]["status"].as_str().unwrap()
    }

    fn is_closed(&self) -> bool {
        self.status() == "suppressed"
    }

    fn by(&self) -> &Value {
        &self.report["findings"][0]["suppressed_by"]
    }

    fn notes(&self) -> String {
        self.report["findings"][0]["notes"].to_string()
    }

    fn warns(&self, text: &str) -> bool {
        self.report["warnings"].to_string().contains(text)
    }
}

/// One component of Maven, `example:a` in version 1, in a product.
fn sbom() -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 3,
      "serialNumber": format!("urn:uuid:{SERIAL}"),
      "metadata": {"component": {"type": "application", "bom-ref": "root", "name": "app",
        "version": "5", "purl": "pkg:generic/app@5"}},
      "components": [{"type": "library", "bom-ref": "a", "name": "a", "version": "1",
        "cpe": "cpe:2.3:a:example:a:1:*:*:*:*:*:*:*",
        "purl": "pkg:maven/example/a@1?type=jar"}]})
}

/// Scans documents with statements; `trust` is the configured order of authors.
fn scan_all(sboms: &[Value], documents: &[Value], trust: &[&str]) -> Told {
    let folder = support::temp_dir();
    let write = |name: &str, value: &Value| {
        fs::write(folder.path().join(name), value.to_string()).unwrap();
    };
    write(
        "record.json",
        &json!({"id": "X-1", "aliases": ["CVE-2026-0001"], "modified": "2026-01-01T00:00:00Z",
          "affected": [{"package": {"ecosystem": "Maven", "name": "example:a"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]}]}]}),
    );
    fs::write(folder.path().join("bomvet.toml"), format!("[vex]\ntrust = {trust:?}\n")).unwrap();
    let mut command = support::bomvet();
    command.current_dir(folder.path()).args(["scan", "-f", "json", "--now", NOW]);
    command.args(["--no-bundled", "--advisories", "record.json"]);
    for (number, sbom) in sboms.iter().enumerate() {
        write(&format!("{number}.cdx.json"), sbom);
        command.arg(format!("{number}.cdx.json"));
    }
    for (number, document) in documents.iter().enumerate() {
        write(&format!("vex{number}.json"), document);
        command.args(["--vex", &format!("vex{number}.json")]);
    }
    let output = command.timeout(Duration::from_secs(20)).output().unwrap();
    Told {
        report: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        code: output.status.code(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn scan(documents: &[Value]) -> Told {
    scan_all(&[sbom()], documents, &[])
}

/// An OpenVEX document with one statement about a product.
fn openvex(product: Value, more: Value) -> Value {
    let mut statement = json!({"vulnerability": {"name": "CVE-2026-0001"}, "products": [product],
      "status": "not_affected", "justification": "vulnerable_code_not_present"});
    let members = more.as_object().unwrap().clone();
    statement.as_object_mut().unwrap().extend(members);
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/1",
      "author": "A", "timestamp": LATE, "statements": [statement]})
}

fn about(id: &str) -> Value {
    openvex(json!({"@id": id}), json!({}))
}

fn says(more: Value) -> Value {
    openvex(json!({"@id": "pkg:maven/example/a@1"}), more)
}

fn by(author: &str, mut document: Value) -> Value {
    document["author"] = json!(author);
    document
}

/// A CycloneDX document with one analysis about a reference.
fn cyclonedx(reference: &str, analysis: Value) -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
      "metadata": {"timestamp": LATE, "authors": [{"name": "A"}]},
      "vulnerabilities": [{"id": "CVE-2026-0001", "analysis": analysis,
        "affects": [{"ref": reference}]}]})
}

fn cleared() -> Value {
    json!({"state": "not_affected", "justification": "code_not_reachable"})
}

#[test]
fn a_package_url_is_a_pattern() {
    for pattern in ["pkg:maven/example/a@1", "pkg:maven/example/a", "pkg:maven/example/a?type=jar"]
    {
        assert!(scan(&[about(pattern)]).is_closed(), "{pattern}");
    }
    for pattern in
        ["pkg:maven/example/a@2", "pkg:npm/a", "pkg:maven/example/a?type=war", "pkg:maven/other/a"]
    {
        let told = scan(&[about(pattern)]);
        assert!(!told.is_closed(), "{pattern}");
        assert!(told.warns("statement 1 of vex0.json (CVE-2026-0001) matched no product"));
    }
}

#[test]
fn a_closed_finding_says_who_closed_it_and_why() {
    let told = scan(&[says(json!({}))]);
    assert_eq!(told.code, Some(0));
    assert_eq!(
        *told.by(),
        json!({"kind": "vex", "status": "not_affected",
          "justification": "vulnerable_code_not_present",
          "source": "statement 1 of vex0.json (https://example.com/1)", "author": "A",
          "ticket": null, "at": LATE, "until": null})
    );
}

#[test]
fn a_subcomponent_counts_in_its_product_alone() {
    let within = |product: &str| {
        let part = json!([{"@id": "pkg:maven/example/a"}]);
        scan(&[openvex(json!({"@id": product, "subcomponents": part}), json!({}))])
    };
    assert!(within("pkg:generic/app@5").is_closed());
    assert!(within("pkg:generic/app").is_closed());
    assert!(!within("pkg:generic/app@6").is_closed());
    assert!(!within("pkg:generic/other").is_closed());
}

#[test]
fn a_product_without_subcomponents_says_nothing_about_its_parts() {
    let told = scan(&[about("pkg:generic/app@5")]);
    assert!(!told.is_closed());
    assert!(told.warns("too broad"));
}

#[test]
fn any_alias_names_the_flaw() {
    for names in [
        json!({"name": "X-1"}),
        json!({"name": "V-9", "aliases": ["cve-2026-0001"]}),
        json!({"@id": "https://nvd.nist.gov/vuln/detail/CVE-2026-0001", "name": "V-9"}),
    ] {
        assert!(scan(&[says(json!({"vulnerability": names}))]).is_closed(), "{names}");
    }
    let told = scan(&[says(json!({"vulnerability": {"name": "CVE-2026-0002"}}))]);
    assert!(!told.is_closed() && told.warns("matched no finding"));
}

#[test]
fn a_bom_ref_must_be_in_one_document_only() {
    let document = cyclonedx("a", cleared());
    assert!(scan(std::slice::from_ref(&document)).is_closed());
    let mut other = sbom();
    other["components"][0]["purl"] = json!("pkg:maven/example/b@1");
    let told = scan_all(&[sbom(), other], &[document], &[]);
    assert!(!told.is_closed());
}

#[test]
fn a_bom_link_needs_serial_number_and_version() {
    let link = |tail: &str| scan(&[cyclonedx(&format!("urn:cdx:{SERIAL}/{tail}"), cleared())]);
    assert!(link("3#a").is_closed());
    assert!(!link("2#a").is_closed());
    assert!(!link("3#b").is_closed());
    let whole = link("3#root");
    assert!(!whole.is_closed() && whole.warns("too broad"));
}

#[test]
fn a_cpe_is_compared_as_text_and_a_hash_is_that_of_the_document() {
    assert!(scan(&[about("cpe:2.3:a:example:a:1:*:*:*:*:*:*:*")]).is_closed());
    assert!(!scan(&[about("cpe:2.3:a:example:a:*:*:*:*:*:*:*:*")]).is_closed());
    let sha256 = scan(&[]).report["inputs"][0]["sha256"].clone();
    let within = |hash: &Value| {
        let part = json!([{"@id": "pkg:maven/example/a@1"}]);
        let product = json!({"hashes": {"sha-256": hash}, "subcomponents": part});
        scan(&[openvex(product, json!({}))]).is_closed()
    };
    assert!(within(&sha256));
    assert!(!within(&json!("0".repeat(64))));
}

#[test]
fn of_one_author_the_latest_counts_in_any_order() {
    let early = says(json!({}));
    let late = says(json!({"status": "affected", "action_statement": "wait", "timestamp": LATER}));
    for documents in [[early.clone(), late.clone()], [late, early]] {
        let told = scan(&documents);
        assert!(!told.is_closed());
        assert!(told.notes().contains("VEX: affected by A"), "{}", told.notes());
        assert!(!told.warns("contradict"));
    }
    let first = says(json!({"status": "affected", "action_statement": "wait"}));
    assert!(scan(&[first, says(json!({"timestamp": LATER}))]).is_closed());
}

#[test]
fn of_one_moment_the_more_exact_counts_else_the_less_favourable() {
    let wide = openvex(
        json!({"@id": "pkg:maven/example/a"}),
        json!({"status": "affected", "action_statement": "wait"}),
    );
    assert!(scan(&[wide, says(json!({}))]).is_closed());
    let told =
        scan(&[says(json!({"status": "affected", "action_statement": "wait"})), says(json!({}))]);
    assert!(!told.is_closed() && told.warns("contradict"));
}

#[test]
fn of_several_authors_the_trusted_counts_else_the_less_favourable() {
    let open = by("B", says(json!({"status": "affected", "action_statement": "wait"})));
    let documents = [says(json!({"timestamp": LATER})), open];
    let told = scan(&documents);
    assert!(!told.is_closed() && told.warns("contradict"));
    assert!(scan_all(&[sbom()], &documents, &["A", "B"]).is_closed());
    assert!(scan_all(&[sbom()], &documents, &["a"]).is_closed());
    assert!(!scan_all(&[sbom()], &documents, &["B", "A"]).is_closed());
}

#[test]
fn without_author_or_time_nothing_is_closed() {
    for key in ["author", "timestamp"] {
        let mut document = says(json!({}));
        document.as_object_mut().unwrap().remove(key);
        let told = scan(&[document]);
        assert!(!told.is_closed() && told.warns("so it closes nothing"), "{key}");
    }
    // a time without its offset from UTC is none
    assert!(!scan(&[says(json!({"timestamp": "2026-06-01T00:00:00Z"}))]).warns("closes nothing"));
    let mut local = says(json!({}));
    local["timestamp"] = json!("2026-06-01T00:00:00");
    assert!(!scan(&[local]).is_closed());
}

#[test]
fn cyclonedx_may_be_anonymous_when_it_is_given_and_that_is_said() {
    let mut document = cyclonedx("a", cleared());
    document.as_object_mut().unwrap().remove("metadata");
    let told = scan(std::slice::from_ref(&document));
    assert!(told.is_closed() && told.warns("names no author or no time"));
    let affected = by("B", says(json!({"status": "affected", "action_statement": "wait"})));
    assert!(!scan(&[document, affected]).is_closed());
}

#[test]
fn a_document_that_clears_its_own_parts_needs_a_trusted_author() {
    let mut own = sbom();
    let assessed = cyclonedx("a", cleared());
    own["vulnerabilities"] = assessed["vulnerabilities"].clone();
    own["metadata"]["authors"] = json!([{"name": "A"}]);
    own["metadata"]["timestamp"] = json!(LATE);
    let told = scan_all(&[own.clone()], &[], &[]);
    assert!(!told.is_closed() && told.warns("vex.trust"));
    assert!(scan_all(&[own.clone()], &[], &["A"]).is_closed());
    own["metadata"].as_object_mut().unwrap().remove("authors");
    assert!(!scan_all(&[own], &[], &["A"]).is_closed());
}

#[test]
fn what_is_investigated_or_has_no_reason_stays_open() {
    for more in [
        json!({"status": "under_investigation"}),
        json!({"justification": null}),
        json!({"justification": "because"}),
        json!({"status": "affected"}),
    ] {
        assert!(!scan(&[says(more.clone())]).is_closed(), "{more}");
    }
    let prose = json!({"justification": null, "impact_statement": "the class is removed"});
    assert_eq!(scan(&[says(prose)]).by()["justification"], "the class is removed");
    assert!(scan(&[says(json!({"status": "affected"}))]).warns("ask its author"));
    let old = scan(&[says(json!({"status": "under_investigation"}))]);
    assert!(old.warns("under investigation for 177 days"));
}

#[test]
fn words_of_cyclonedx_that_depend_on_the_deployment_close_nothing() {
    let analysis = |word: &str| {
        let analysis = json!({"state": "not_affected", "justification": word, "detail": "so"});
        scan(&[cyclonedx("a", analysis)]).is_closed()
    };
    assert!(
        ["code_not_present", "code_not_reachable", "protected_by_compiler"].map(analysis)
            == [true; 3]
    );
    let conditional = [
        "requires_configuration",
        "requires_dependency",
        "requires_environment",
        "protected_at_runtime",
        "protected_at_perimeter",
        "protected_by_mitigating_control",
    ];
    assert_eq!(conditional.map(analysis), [false; 6]);
}

#[test]
fn states_of_cyclonedx_have_their_meaning() {
    let state = |state: &str| scan(&[cyclonedx("a", json!({"state": state, "detail": "so"}))]);
    assert_eq!(state("false_positive").by()["status"], "false_positive");
    assert_eq!(state("resolved").by()["status"], "fixed");
    assert_eq!(state("resolved_with_pedigree").by()["status"], "fixed");
    assert!(!state("exploitable").is_closed() && !state("in_triage").is_closed());
}

#[test]
fn listed_versions_are_the_only_ones() {
    let listed = |versions: Value| {
        let mut document = cyclonedx("a", cleared());
        document["vulnerabilities"][0]["affects"][0]["versions"] = versions;
        scan(&[document]).is_closed()
    };
    assert!(listed(json!([{"version": "1", "status": "unaffected"}])));
    assert!(!listed(json!([{"version": "2", "status": "unaffected"}])));
    assert!(!listed(json!([{"version": "1", "status": "unknown"}])));
    assert!(!listed(json!([{"range": "vers:maven/<2", "status": "unaffected"}])));
}

#[test]
fn fixed_must_name_the_release() {
    let fixed = |id: &str| scan(&[openvex(json!({"@id": id}), json!({"status": "fixed"}))]);
    assert!(fixed("pkg:maven/example/a@1").is_closed());
    let told = fixed("pkg:maven/example/a");
    assert!(!told.is_closed() && told.warns("says fixed and names no version"));
}

#[test]
fn statements_from_the_future_do_not_count_and_old_ones_are_remarked_on() {
    let future = scan(&[says(json!({"timestamp": "2026-12-01T00:00:00Z"}))]);
    assert!(!future.is_closed() && future.warns("is from the future"));
    let mut document = says(json!({}));
    document["timestamp"] = json!("2025-12-01T00:00:00Z");
    let old = scan(&[document]);
    assert!(old.is_closed() && old.warns("is older than the last change of the advisory"));
}

/// A CSAF document: the product `P` has the part `a` in version 1, as `PART`.
fn csaf(flaw: Value) -> Value {
    let mut vulnerability = json!({"cve": "CVE-2026-0001"});
    vulnerability.as_object_mut().unwrap().extend(flaw.as_object().unwrap().clone());
    json!({"document": {"category": "csaf_vex", "csaf_version": "2.0",
        "publisher": {"name": "A"}, "tracking": {"id": "D-1", "current_release_date": LATE}},
      "product_tree": {
        "branches": [{"branches": [
          {"product": {"product_id": "P", "name": "p",
            "product_identification_helper": {"purl": "pkg:generic/app@5"}}},
          {"product": {"product_id": "LIB", "name": "a",
            "product_identification_helper": {"purls": ["pkg:maven/example/a@1"]}}}]}],
        "relationships": [{"category": "default_component_of", "product_reference": "LIB",
          "relates_to_product_reference": "P",
          "full_product_name": {"product_id": "PART", "name": "a in p"}}],
        "product_groups": [{"group_id": "G", "product_ids": ["PART", "LIB"]}]},
      "vulnerabilities": [vulnerability]})
}

#[test]
fn csaf_gives_reasons_through_flags_threats_and_groups() {
    for product in ["PART", "LIB"] {
        let status = json!({"known_not_affected": [product]});
        let flags = |flag: Value| scan(&[csaf(json!({"product_status": status, "flags": [flag]}))]);
        let flag = flags(json!({"label": "component_not_present", "product_ids": [product]}));
        assert_eq!(flag.by()["justification"], "component_not_present");
        assert!(flag.by()["source"].as_str().unwrap().contains("D-1"));
        let group = flags(json!({"label": "component_not_present", "group_ids": ["G"]}));
        assert!(group.is_closed());
        let other = flags(json!({"label": "component_not_present", "product_ids": ["P"]}));
        assert!(!other.is_closed());
        let threat = json!({"category": "impact", "details": "no", "product_ids": [product]});
        let threats = json!({"product_status": status, "threats": [threat]});
        assert_eq!(scan(&[csaf(threats)]).by()["justification"], "no");
    }
}

#[test]
fn csaf_that_contradicts_itself_closes_nothing() {
    let flags = json!([{"label": "component_not_present", "product_ids": ["PART"]}]);
    let status = json!({"known_not_affected": ["PART"], "known_affected": ["PART"]});
    let told = scan(&[csaf(json!({"product_status": status, "flags": flags}))]);
    assert!(!told.is_closed() && told.warns("contradict"));
    let status = json!({"fixed": ["LIB"]});
    assert_eq!(scan(&[csaf(json!({"product_status": status}))]).by()["status"], "fixed");
}

/// An SPDX 3 document with one assessment.
fn spdx3(kind: &str, more: Value) -> Value {
    let mut assessment = json!({"type": format!("security_{kind}VulnAssessmentRelationship"),
      "spdxId": "urn:x:1", "creationInfo": "_:c", "from": "urn:x:flaw", "to": ["urn:x:a"],
      "relationshipType": "doesNotAffect"});
    assessment.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
      {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": LATE,
       "createdBy": ["urn:x:who"]},
      {"type": "Organization", "spdxId": "urn:x:who", "name": "A", "creationInfo": "_:c"},
      {"type": "security_Vulnerability", "spdxId": "urn:x:flaw", "creationInfo": "_:c",
       "externalIdentifier": [{"externalIdentifierType": "cve", "identifier": "CVE-2026-0001"}]},
      {"type": "software_Package", "spdxId": "urn:x:a", "name": "a", "creationInfo": "_:c",
       "software_packageVersion": "1", "software_packageUrl": "pkg:maven/example/a@1"},
      assessment]})
}

#[test]
fn assessments_of_spdx_are_statements() {
    let word = json!({"security_justificationType": "vulnerableCodeNotPresent"});
    let told = scan(&[spdx3("VexNotAffected", word.clone())]);
    assert_eq!(told.by()["justification"], "vulnerable_code_not_present");
    assert_eq!((&told.by()["author"], &told.by()["at"]), (&json!("A"), &json!(LATE)));
    assert!(!scan(&[spdx3("VexNotAffected", json!({}))]).is_closed());
    assert_eq!(scan(&[spdx3("VexFixed", json!({}))]).by()["status"], "fixed");
    assert!(!scan(&[spdx3("VexAffected", word.clone())]).is_closed());
    assert!(!scan(&[spdx3("VexUnderInvestigation", word.clone())]).is_closed());
    // the same document, scanned
    let own = spdx3("VexNotAffected", word);
    assert!(!scan_all(std::slice::from_ref(&own), &[], &[]).is_closed());
    assert!(scan_all(&[own], &[], &["A"]).is_closed());
}

#[test]
fn a_document_that_cannot_be_used_is_one_line_and_exit_code_2() {
    let refused = |text: &str| {
        let folder = support::temp_dir();
        fs::write(folder.path().join("a.cdx.json"), sbom().to_string()).unwrap();
        fs::write(folder.path().join("vex.json"), text).unwrap();
        let mut command = support::bomvet();
        command.current_dir(folder.path()).args(["scan", "a.cdx.json", "--vex", "vex.json"]);
        let output = command.timeout(Duration::from_secs(20)).output().unwrap();
        assert_eq!((output.status.code(), output.stdout), (Some(2), Vec::new()), "{text:.60}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        stderr
    };
    let deep = format!("{{\"statements\": {}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    let flag = json!({"label": "component_not_present", "group_ids": vec!["G"; 2_000]});
    let flaw = json!({"product_status": {"known_not_affected": ["P0"]}, "flags": [flag]});
    let mut wide = csaf(flaw);
    let products: Vec<_> = (0..3_000).map(|number| format!("P{number}")).collect();
    wide["product_tree"]["product_groups"][0]["product_ids"] = json!(products);
    let wide = wide.to_string();
    let cases = [
        (wide.as_str(), "vulnerability 1 names its products too often"),
        ("", "is empty"),
        ("{\"statements\": [", "vex.json at 1:16: ends too early: the file is truncated"),
        ("{\"a\" 1}", "vex.json at 1:6: is no JSON: expected `:`"),
        (&deep, "nested deeper than 128 levels"),
        ("{\"statements\": [{\"products\": 7}]}", "invalid type: integer `7`"),
        ("{\"statements\": []}", "makes no statement"),
        ("{\"statements\": [{\"status\": \"fine\"}]}", "statement 1 has \"fine\""),
        ("{\"x\": 1}", "is no VEX document"),
        ("[]", "invalid"),
        ("\u{7}ELF\0\0", "vex.json"),
    ];
    for (text, cause) in cases {
        let stderr = refused(text);
        assert!(stderr.contains(cause), "{stderr}");
    }
    let told = scan_all(&[sbom()], &[cyclonedx("a", json!({"state": "fine"}))], &[]);
    assert!(told.code == Some(2) && told.stderr.contains("\"fine\""), "{}", told.stderr);
}

#[test]
fn many_idle_statements_are_counted_and_not_listed() {
    let mut document = about("pkg:maven/example/none");
    let one = document["statements"][0].clone();
    document["statements"] = Value::Array(vec![one; 3000]);
    let told = scan(&[document]);
    assert!(!told.is_closed() && told.warns("vex0.json: 2990 more statements matched nothing"));
    assert!(told.report["warnings"].as_array().unwrap().len() < 20);
}
