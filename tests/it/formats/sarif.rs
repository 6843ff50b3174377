//! SARIF 2.1.0, and what GitHub asks of it.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::scans::{self, count, list, text};
use crate::support;

const GAP: &str = "incomplete-audit";

fn parsed(what: &str, sarif: &str) -> Value {
    serde_json::from_str(sarif).unwrap_or_else(|error| panic!("{what}: {error}"))
}

fn results(sarif: &Value) -> &[Value] {
    list(&sarif["runs"][0]["results"])
}

fn findings(sarif: &Value) -> impl Iterator<Item = &Value> {
    results(sarif).iter().filter(|result| result["ruleId"] != GAP)
}

/// Every report with its name and the JSON report of the same scan.
fn each(check: impl Fn(&str, &Value, &Value)) {
    for (name, sarif, report) in scans::all("sarif") {
        check(name, &parsed(name, &sarif), &report);
    }
}

#[test]
fn every_document_follows_the_schema() {
    let Some(shared) = support::shared() else { return };
    let schema = support::read(&shared.join("schemas/sarif/sarif-2.1.0.schema.json"));
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let schema = jsonschema::draft4::new(&schema).unwrap();
    each(|name, sarif, _| {
        let errors: Vec<_> =
            schema.iter_errors(sarif).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    });
}

#[test]
fn every_finding_is_one_result_and_its_status_is_kept() {
    each(|name, sarif, report| {
        let suppressed =
            findings(sarif).filter(|result| !list(&result["suppressions"]).is_empty()).count();
        assert_eq!(suppressed, count(report, "suppressed"), "{name}");
        assert_eq!(findings(sarif).count() - suppressed, count(report, "open"), "{name}");
        let with = results(sarif).iter().filter(|result| result.get("suppressions").is_some());
        let with = with.count();
        assert!(with == 0 || with == results(sarif).len(), "{name}: all or none (3.27.23)");
    });
}

#[test]
fn github_finds_what_it_requires() {
    each(|name, sarif, _| {
        for result in results(sarif) {
            let places = list(&result["locations"]);
            assert!((1..=100).contains(&places.len()), "{name}: {result}");
            for place in places {
                let place = &place["physicalLocation"];
                let uri = text(&place["artifactLocation"]["uri"]);
                assert!(!uri.is_empty() && !uri.contains([' ', '#', '!']), "{name}: {uri}");
                assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%", "{name}");
                assert!(place["region"]["startLine"].as_u64().unwrap() >= 1, "{name}");
            }
            let prints = result["partialFingerprints"].as_object().unwrap();
            assert!(prints.values().all(|print| !text(print).is_empty()), "{name}");
            assert!(!text(&result["message"]["text"]).is_empty(), "{name}");
        }
        for rule in list(&sarif["runs"][0]["tool"]["driver"]["rules"]) {
            for key in ["shortDescription", "fullDescription"] {
                let length = text(&rule[key]["text"]).chars().count();
                assert!((1..=1024).contains(&length), "{name}: {rule}");
            }
            assert!(!text(&rule["help"]["text"]).is_empty(), "{name}: {rule}");
            assert!(list(&rule["properties"]["tags"]).len() <= 10, "{name}: {rule}");
        }
    });
}

#[test]
fn results_and_rules_refer_to_each_other() {
    each(|name, sarif, report| {
        let rules = list(&sarif["runs"][0]["tool"]["driver"]["rules"]);
        let mut used = BTreeSet::new();
        for result in results(sarif) {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"], "{name}");
            used.insert(text(&result["ruleId"]).to_owned());
        }
        let ids: BTreeSet<_> = rules.iter().map(|rule| text(&rule["id"]).to_owned()).collect();
        assert_eq!(ids, used, "{name}");
        assert_eq!(ids.len(), rules.len(), "{name}: an id twice");
        let flaws: BTreeSet<_> =
            list(&report["findings"]).iter().map(|f| text(&f["advisory"]["id"])).collect();
        let gap = usize::from(ids.contains(GAP));
        assert_eq!(rules.len(), flaws.len() + gap, "{name}");
    });
}

#[test]
fn a_rule_bears_the_score_as_a_string() {
    each(|name, sarif, report| {
        for finding in list(&report["findings"]) {
            let rules = list(&sarif["runs"][0]["tool"]["driver"]["rules"]).iter();
            let id = scans::plain(text(&finding["advisory"]["id"]));
            let mut own = rules.filter(|rule| rule["id"] == id.as_str());
            let severity = &own.next().unwrap()["properties"]["security-severity"];
            match finding["severity"]["score"].as_f64() {
                Some(score) => {
                    let told: f64 = text(severity).parse().unwrap();
                    assert!(told >= score - 0.05, "{name}: {severity} for {score}");
                }
                None if finding["severity"]["level"] == "unknown" => assert!(severity.is_null()),
                None => assert!(text(severity).parse::<f64>().is_ok()),
            }
        }
    });
}

#[test]
fn what_has_no_verdict_is_a_note_and_named() {
    each(|name, sarif, report| {
        let notices = list(&sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"]);
        for entry in list(&report["not_evaluated"]) {
            let reason = text(&entry["reason"]);
            let told = notices.iter().any(|notice| {
                notice["descriptor"]["id"] == reason
                    && text(&notice["message"]["text"]).contains("NOT evaluated")
                    && notice["level"] == "warning"
            });
            assert!(told, "{name}: {entry}");
        }
        let notes: Vec<_> = results(sarif).iter().filter(|r| r["ruleId"] == GAP).collect();
        let incomplete = list(&report["inputs"]).iter().filter(|input| {
            let of = |key: &str| input["components"][key].as_u64().unwrap();
            of("not_evaluated") + of("not_covered") > 0
        });
        assert_eq!(notes.len(), incomplete.count(), "{name}");
        assert!(notes.iter().all(|note| note["level"] == "note"), "{name}");
    });
}

#[test]
fn it_tells_what_it_rests_on_and_holds_no_null() {
    for (name, sarif, report) in scans::all("sarif") {
        scans::tells_what_it_rests_on(name, &sarif, &report);
        scans::is_plain(name, &sarif);
        assert!(!sarif.contains(": null"), "{name}");
    }
}

#[test]
fn fingerprints_survive_new_lines_and_releases_and_tell_results_apart() {
    let folder = scans::folder();
    let prints = || {
        let sarif = parsed("", &scans::printed(folder.path(), "sarif", &["mixed.cdx.json"]));
        let all: Vec<String> =
            results(&sarif).iter().map(|r| r["partialFingerprints"].to_string()).collect();
        let unique: BTreeSet<String> = all.iter().cloned().collect();
        assert_eq!(unique.len(), all.len());
        unique
    };
    let before = prints();
    assert!(before.len() > 4, "{before:?}");
    let moved =
        format!("\n\n\n{}", scans::MIXED.replace("\"version\": \"1\"}}", "\"version\": \"2\"}}"));
    fs::write(folder.path().join("mixed.cdx.json"), moved).unwrap();
    assert_eq!(prints(), before);
}

#[test]
fn a_place_in_an_archive_is_the_outer_file() {
    let folder = scans::folder();
    let (name, text_inside) =
        support::packing::pom("org.apache.logging.log4j", "log4j-core", "2.17.0");
    let inner = support::packing::jar(&[(&name, &text_inside)]);
    let jar = support::packing::jar(&[("lib/log4j-core-2.17.0.jar", &inner)]);
    fs::write(folder.path().join("my app.jar"), jar).unwrap();
    let sarif = parsed("", &scans::printed(folder.path(), "sarif", &["my app.jar"]));
    let result = findings(&sarif).next().unwrap();
    let place = &result["locations"][0];
    assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "my%20app.jar");
    let inner = text(&place["logicalLocations"][0]["fullyQualifiedName"]);
    assert_eq!(inner, "my app.jar!/lib/log4j-core-2.17.0.jar");
}

#[test]
fn a_line_inside_of_an_archive_is_no_line_of_the_archive() {
    let folder = scans::folder();
    let zip = support::packing::jar(&[("a/sbom.cdx.json", scans::MIXED.as_bytes())]);
    fs::write(folder.path().join("all.zip"), zip).unwrap();
    let sarif = parsed("", &scans::printed(folder.path(), "sarif", &["all.zip"]));
    let inside: BTreeSet<_> = findings(&sarif)
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "all.zip");
            assert_eq!(place["region"]["startLine"], 1);
            text(&result["message"]["text"]).contains("in all.zip!/a/sbom.cdx.json:")
        })
        .collect();
    assert_eq!(inside, BTreeSet::from([true]));
    let log = scans::printed(folder.path(), "github", &["all.zip"]);
    assert!(log.contains("file=all.zip,title="), "{log}");
}

/// GitHub keeps 5,000 results of a run and does not promise which.
#[test]
fn more_results_than_github_keeps_are_cut_with_a_notice_and_the_gravest_stay() {
    let folder = scans::folder();
    fs::write(folder.path().join("many.cdx.json"), scans::many(1_300)).unwrap();
    let args = ["--fail-on", "never", "many.cdx.json"];
    let sarif = parsed("", &scans::printed(folder.path(), "sarif", &args));
    let report: Value =
        serde_json::from_str(&scans::printed(folder.path(), "json", &args)).unwrap();
    let all = list(&report["findings"]).len();
    assert!(all > 5_000, "{all}");
    assert_eq!(results(&sarif).len(), 5_000);
    let shown = findings(&sarif).count();
    let notices = list(&sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"]);
    let limit = notices.iter().find(|notice| notice["descriptor"]["id"] == "limit").unwrap();
    let told = format!("{} findings are not in this file", all - shown);
    assert!(text(&limit["message"]["text"]).contains(&told), "{limit}");
    let levels: Vec<_> = findings(&sarif).map(|r| text(&r["properties"]["severity"])).collect();
    let reported = list(&report["findings"]).iter().take(shown);
    let reported: Vec<_> = reported.map(|f| text(&f["severity"]["level"])).collect();
    assert_eq!(levels, reported, "the gravest stay");
}
