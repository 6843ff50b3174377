//! Baselines: what is known is listed and does not close the gate, unless it became worse; a baseline
//! loses entries and wins none by itself.

use crate::support;
use serde_json::{Value, json};

use crate::policy_support::{CRITICAL, HIGH, LOW, NOW, World, component, sbom};

/// A product with `example:a`, which has two flaws, and a baseline of both.
fn world() -> World {
    let world = World::new();
    world.record("CVE-2026-0001", "a", HIGH, &json!({"aliases": ["GHSA-aaaa-bbbb-cccc"]}));
    world.record("CVE-2026-0002", "a", LOW, &json!({}));
    world.document("app.cdx.json", &sbom("app", &[component("a", "1")]));
    let told = world.scan(&["app.cdx.json", "--write-baseline", "known.json"]);
    assert_eq!(told.code, 1, "writing a baseline is no pardon");
    assert!(told.stderr.contains("0 kept, 0 dropped, 2 added"), "{}", told.stderr);
    world
}

fn status(world: &World, args: &[&str]) -> (i32, Vec<(String, String)>) {
    let told = world.scan(&[&["app.cdx.json", "--baseline", "known.json"], args].concat());
    (told.code, told.statuses())
}

fn pair(id: &str, status: &str) -> (String, String) {
    (id.to_owned(), status.to_owned())
}

fn ids(baseline: &Value) -> Vec<&str> {
    let findings = baseline["findings"].as_array().unwrap();
    findings.iter().map(|entry| entry["ids"][0].as_str().unwrap()).collect()
}

#[test]
fn what_the_baseline_knows_is_listed_and_closes_nothing() {
    let world = world();
    let told = world.scan(&["app.cdx.json", "--baseline", "known.json"]);
    assert_eq!(told.code, 0, "{:?}", told.reasons());
    let by = &told.finding("CVE-2026-0001")["suppressed_by"];
    assert_eq!(by["kind"], "baseline");
    assert_eq!(by["status"], "known");
    assert_eq!(by["source"], "entry 1 of known.json");
    assert_eq!(by["at"], NOW);
    assert_eq!(told.report["summary"]["suppressed"], 2);
}

#[test]
fn another_release_of_the_package_and_another_alias_are_the_same_flaw() {
    let world = world();
    world.document("app.cdx.json", &sbom("app", &[component("a", "1.5")]));
    let known = pair("CVE-2026-0001", "suppressed");
    assert_eq!(status(&world, &[]), (0, vec![known, pair("CVE-2026-0002", "suppressed")]));
    let mut baseline = world.read("known.json");
    baseline["findings"][0]["ids"] = json!(["GHSA-aaaa-bbbb-cccc"]);
    world.write("known.json", baseline.to_string());
    assert_eq!(status(&world, &[]).0, 0);
}

#[test]
fn a_new_flaw_another_package_and_another_product_are_not_known() {
    let world = world();
    world.record("CVE-2026-0003", "a", LOW, &json!({}));
    let (code, statuses) = status(&world, &["--fail-on", "new"]);
    assert_eq!(code, 1);
    assert!(statuses.contains(&pair("CVE-2026-0003", "open")), "{statuses:?}");
    assert!(statuses.contains(&pair("CVE-2026-0002", "suppressed")), "{statuses:?}");

    world.document("other.cdx.json", &sbom("other", &[component("a", "1")]));
    let told = world.scan(&["other.cdx.json", "--baseline", "known.json"]);
    assert!(told.statuses().iter().all(|(_, status)| status == "open"));
    assert!(told.warns("known.json: 2 entries are about what was not scanned"));
}

#[test]
fn a_flaw_that_became_graver_or_exploited_counts_again() {
    let world = world();
    world.record("CVE-2026-0002", "a", CRITICAL, &json!({}));
    let told = world.scan(&["app.cdx.json", "--baseline", "known.json"]);
    assert_eq!(told.code, 1);
    let note = "known (entry 2 of known.json), but its severity was low and is critical";
    assert_eq!(told.finding("CVE-2026-0002")["notes"], json!([note]));
    assert_eq!(told.finding("CVE-2026-0001")["status"], "suppressed");

    let kev = json!({"database_specific": {"kev": {"added": "2026-11-20"}}});
    world.record("CVE-2026-0002", "a", LOW, &kev);
    let told = world.scan(&["app.cdx.json", "--baseline", "known.json"]);
    assert_eq!(told.code, 1);
    let note = "known (entry 2 of known.json), but it is exploited by now";
    assert_eq!(told.finding("CVE-2026-0002")["notes"], json!([note]));

    world.record("CVE-2026-0002", "a", "no vector", &json!({}));
    assert_eq!(status(&world, &[]).0, 1, "an unrated flaw may be worse than a low one");
}

#[test]
fn an_older_baseline_loses_what_is_gone_and_wins_nothing_unless_asked() {
    let world = world();
    world.record("CVE-2026-0003", "a", LOW, &json!({}));
    std::fs::remove_file(world.path().join("records/a-CVE-2026-0002.json")).unwrap();
    let told = world.scan(&["app.cdx.json", "--baseline", "known.json"]);
    let gone = "entry 2 of known.json (CVE-2026-0002 in Maven example:a) matches no finding";
    assert!(told.warns(gone), "{}", told.report["warnings"]);

    let rewrite = ["app.cdx.json", "--write-baseline", "known.json", "--now"];
    let told = world.scan(&[&rewrite[..], &["2026-11-26T00:00:00Z"]].concat());
    let note = "1 kept, 1 dropped, 0 added; 1 open or graver NOT added (--grow-baseline adds them)";
    assert!(told.stderr.contains(note), "{}", told.stderr);
    assert_eq!(ids(&world.read("known.json")), ["CVE-2026-0001"]);

    let told = world.scan(&[&rewrite[..], &["2026-11-27T00:00:00Z", "--grow-baseline"]].concat());
    assert!(told.stderr.contains("1 kept, 0 dropped, 1 added"), "{}", told.stderr);
    let baseline = world.read("known.json");
    assert_eq!(ids(&baseline), ["CVE-2026-0001", "CVE-2026-0003"]);
    assert_eq!(baseline["findings"][0]["first_seen"], NOW, "the day it was first seen stays");
    assert_eq!(baseline["findings"][1]["first_seen"], "2026-11-27T00:00:00Z");
}

#[test]
fn entries_about_what_was_not_scanned_stay() {
    let world = world();
    world.document("other.cdx.json", &sbom("other", &[component("a", "1")]));
    let told = world.scan(&["other.cdx.json", "--write-baseline", "known.json"]);
    assert!(told.stderr.contains("2 kept, 0 dropped"), "{}", told.stderr);
    assert_eq!(ids(&world.read("known.json")), ["CVE-2026-0001", "CVE-2026-0002"]);
}

#[test]
fn a_graver_flaw_is_not_taken_over_silently() {
    let world = world();
    world.record("CVE-2026-0002", "a", CRITICAL, &json!({}));
    let rewrite = ["app.cdx.json", "--write-baseline", "known.json"];
    assert!(world.scan(&rewrite).stderr.contains("1 open or graver NOT added"));
    assert_eq!(status(&world, &[]).0, 1);
    world.scan(&[&rewrite[..], &["--grow-baseline"]].concat());
    assert_eq!(status(&world, &[]).0, 0);
}

#[test]
fn a_waived_finding_is_no_part_of_a_baseline() {
    let world = world();
    world.write("bomvet.toml", "[[waiver]]\nid = \"CVE-2026-0001\"\n");
    world.scan(&["app.cdx.json", "--write-baseline", "second.json"]);
    assert_eq!(ids(&world.read("second.json")), ["CVE-2026-0002"]);
}

#[test]
fn a_scan_without_a_verdict_writes_no_baseline() {
    let world = world();
    world.write("broken.cdx.json", "{\"bomFormat\": \"CycloneDX\", \"components\": [");
    let told = world.scan(&["app.cdx.json", "broken.cdx.json", "--write-baseline", "second.json"]);
    assert_eq!(told.code, 3);
    assert!(told.stderr.contains("baseline second.json was not written"), "{}", told.stderr);
    assert!(!world.path().join("second.json").exists());
}

#[test]
fn what_is_no_baseline_ends_with_2_and_is_not_written_over() {
    let world = world();
    let good = world.read("known.json").to_string();
    let entry = |key: &str, value: Value| {
        let mut baseline: Value = serde_json::from_str(&good).unwrap();
        baseline["findings"][0][key] = value;
        baseline.to_string()
    };
    for (text, cause) in [
        (good[..good.len() / 2].to_owned(), "at 1:"),
        ("[]".to_owned(), "could not read baseline known.json"),
        (sbom("app", &[]).to_string(), "is no baseline: it has no \"schema\""),
        ("{\"schema\": \"bomvet.report/1\"}".to_owned(), "schema is \"bomvet.report/1\", expected"),
        (entry("ids", json!([])), "entry 1 has no ids"),
        (entry("ids", json!([" "])), "an identifier is empty"),
        (entry("severity", json!("grave")), "unknown variant `grave`"),
        (entry("first_seen", json!("yesterday")), "at 1:"),
        (entry("until", json!("2030")), "unknown field `until`"),
    ] {
        world.write("known.json", &text);
        for option in ["--baseline", "--write-baseline"] {
            let told = world.scan(&["app.cdx.json", option, "known.json"]);
            assert_eq!(told.code, 2, "{text}");
            assert!(told.stderr.contains(cause), "{cause}: {}", told.stderr);
            assert_eq!(support::read(&world.path().join("known.json")), text.as_bytes());
        }
    }
    assert_eq!(world.scan(&["app.cdx.json", "--baseline", "none.json"]).code, 2);
}

#[test]
fn without_a_baseline_every_finding_is_new() {
    let world = world();
    let told = world.scan(&["app.cdx.json", "--fail-on", "new"]);
    assert_eq!(told.reasons(), ["1 high and 1 low findings (rule new)"]);
}

/// A statement about both flaws of the world.
fn statement(status: &str, more: &Value) -> String {
    let mut document = json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/1",
      "author": "A", "timestamp": "2026-11-20T00:00:00Z",
      "statements": [{"vulnerability": {"name": "CVE-2026-0001"},
        "products": [{"@id": "pkg:maven/example/a@1"}], "status": status,
        "action_statement": "wait"}]});
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    document.to_string()
}

#[test]
fn untriaged_is_what_neither_a_statement_nor_a_waiver_speaks_of() {
    let world = world();
    let waiver = |end: &str| format!("[[waiver]]\nid = \"CVE-2026-0002\"\nexpires = \"{end}\"\n");
    world.write("bomvet.toml", waiver("2026-12-01"));
    let scan = || world.scan(&["app.cdx.json", "--fail-on", "untriaged", "--vex", "vex.json"]);
    for (text, code) in [
        (statement("affected", &json!({})), 0),
        (statement("under_investigation", &json!({})), 0),
        (statement("affected", &json!({"author": ""})), 1),
        (statement("under_investigation", &json!({"timestamp": "2026-09-01T00:00:00Z"})), 1),
    ] {
        world.write("vex.json", &text);
        assert_eq!(scan().code, code, "{text}: {:?}", scan().reasons());
    }
    world.write("vex.json", statement("affected", &json!({})));
    world.write("bomvet.toml", waiver("2026-11-01"));
    assert_eq!(scan().reasons(), ["1 low finding (rule untriaged)"]);
}
