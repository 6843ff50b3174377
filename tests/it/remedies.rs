//! What is advised, and what is said about a match: on small documents against the bundled records or
//! records made here.

use crate::support;
use std::sync::Arc;

use bomvet::advisory::bundled;
use bomvet::advisory::database::{Batch, Database};
use bomvet::advisory::record::Record;
use bomvet::config::Settings;
use bomvet::ingest;
use bomvet::matching::MatchCertainty;
use bomvet::pipeline::{self, Audit};
use bomvet::remedy::{Action, Remedy};

/// Audits one component against records; none given means the bundled ones.
fn audit(purl: &str, records: &[&str], java: Option<u8>) -> Audit {
    let folder = support::temp_dir();
    let path = folder.path().join("sbom.json");
    let text = format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
            {{"type": "library", "name": "part", "purl": "{purl}"}}]}}"#
    );
    support::write(&path, text.as_bytes());
    let source = Arc::from("test");
    let parse = |json: &&str| Record::parse(json, &source).unwrap();
    let batch = match records {
        [] => bundled::batch(),
        records => Batch { records: records.iter().map(parse).collect(), ..Batch::default() },
    };
    let now = "2026-11-25T12:00:00Z".parse().unwrap();
    let database = Database::new(vec![batch], now);
    let settings = Settings { java, ..Settings::default() };
    pipeline::audit(ingest::read_all(&[path]), &database, &settings, Vec::new(), now).unwrap()
}

fn remedy(audit: &Audit) -> &Remedy {
    let [remedy] = audit.remedies.as_slice() else { panic!("{} remedies", audit.remedies.len()) };
    remedy
}

fn record(id: &str, name: &str, events: &str) -> String {
    format!(
        r#"{{"id": "{id}", "modified": "2026-01-01T00:00:00Z", "affected": [
            {{"package": {{"ecosystem": "Maven", "name": "{name}"}},
              "ranges": [{{"type": "ECOSYSTEM", "events": [{events}]}}]}}]}}"#
    )
}

const CORE: &str = "pkg:maven/org.apache.logging.log4j/log4j-core";

#[test]
fn where_a_line_has_no_clean_version_both_tiers_are_shown() {
    let audit = audit(&format!("{CORE}@2.9.1"), &[], None);
    let remedy = remedy(&audit);
    let to = remedy.to.as_ref().unwrap();
    assert_eq!((to.version.as_str(), to.java), ("2.25.5", Some(8)));
    assert!(remedy.leaves.is_empty());
    let stay = &remedy.alternatives[0];
    assert_eq!(stay.to, "2.12.4");
    assert!(
        stay.why.starts_with("stays on 2.12.x, needs Java 7: clears what is exploited or critical")
    );
    assert!(stay.why.contains("leaves") && stay.why.contains("CVE-2025-68161"), "{}", stay.why);
}

#[test]
fn the_java_level_bounds_the_target_and_what_stays_is_named() {
    let audit = audit(&format!("{CORE}@2.9.1"), &[], Some(7));
    let remedy = remedy(&audit);
    assert_eq!(remedy.to.as_ref().unwrap().version, "2.12.4");
    let left: Vec<String> = remedy.leaves.iter().map(ToString::to_string).collect();
    assert!(left.contains(&"CVE-2025-68161".to_owned()), "{left:?}");
    assert!(!left.iter().any(|id| id.starts_with("CVE-2021-")), "{left:?}");
    let cleared: Vec<String> = remedy.clears.iter().map(ToString::to_string).collect();
    assert!(cleared.contains(&"CVE-2021-44228".to_owned()), "{cleared:?}");
}

#[test]
fn on_java_6_the_critical_flaw_that_stays_is_said() {
    let audit = audit(&format!("{CORE}@2.1"), &[], None);
    let stay = &remedy(&audit).alternatives[0];
    assert_eq!(stay.to, "2.3.2");
    assert!(stay.why.contains("does not clear CVE-2017-5645"), "{}", stay.why);
}

#[test]
fn log4j_1_gets_another_package_and_no_version() {
    let audit = audit("pkg:maven/log4j/log4j@1.2.17", &[], None);
    let remedy = remedy(&audit);
    assert_eq!((remedy.action, remedy.to.as_ref()), (Action::Replace, None));
    assert!(
        remedy.alternatives.iter().any(|other| other.to.starts_with("ch.qos.reload4j:reload4j "))
    );
    assert!(remedy.steps[0].contains("no fixed release exists under log4j:log4j"));
}

#[test]
fn malware_is_removed_not_upgraded() {
    let json = record("MAL-2026-1", "g:a", r#"{"introduced": "0"}, {"fixed": "2"}"#);
    let audit = audit("pkg:maven/g/a@1", &[&json], None);
    assert_eq!(remedy(&audit).action, Action::Remove);
    assert_eq!(remedy(&audit).to, None);
}

#[test]
fn a_last_affected_version_is_no_target() {
    let json = record("X-1", "g:a", r#"{"introduced": "0"}, {"last_affected": "2.1"}"#);
    let audit = audit("pkg:maven/g/a@1", &[&json], None);
    let remedy = remedy(&audit);
    assert_eq!((remedy.action, remedy.to.as_ref()), (Action::None, None));
    assert!(remedy.steps[0].contains("versions above 2.1 are not known to be affected"));
}

#[test]
fn a_fix_of_a_later_line_is_called_that() {
    let own = record("X-1", "g:a", r#"{"introduced": "6.1.0"}, {"last_affected": "6.1.22"}"#);
    let later = record("X-2", "g:a", r#"{"introduced": "6.2.0"}, {"fixed": "6.2.11"}"#);
    let audit = audit("pkg:maven/g/a@6.1.22", &[&own, &later], None);
    let remedy = remedy(&audit);
    assert_eq!(remedy.to.as_ref().unwrap().version, "6.2.11");
    assert!(remedy.steps.iter().any(|step| step.contains("6.2.11 is on a later release line")));
}

#[test]
fn where_maven_3_and_4_part_the_finding_says_so() {
    let json = record("X-1", "g:a", r#"{"introduced": "0"}, {"fixed": "2.3.0-beta.1"}"#);
    let audit = audit("pkg:maven/g/a@2.3.0.beta1", &[&json], None);
    let [judged] = audit.judged.as_slice() else { panic!("{} findings", audit.judged.len()) };
    let notes = &judged.finding.notes;
    assert!(notes.iter().any(|note| note.contains("Maven 3 and Maven 4 order")), "{notes:?}");
}

#[test]
fn a_flaw_that_only_maven_4_sees_is_no_finding_and_not_silent() {
    let json = record("X-1", "g:a", r#"{"introduced": "0"}, {"fixed": "2.3.0.beta1"}"#);
    let audit = audit("pkg:maven/g/a@2.3.0-beta.1", &[&json], None);
    assert!(audit.judged.is_empty());
    assert_eq!(
        audit.warnings,
        [
            "pkg:maven/g/a@2.3.0-beta.1: X-1 does not cover it by Maven 3's order of versions and does \
          by Maven 4's (bound \"2.3.0.beta1\")"
        ]
    );
}

#[test]
fn a_bound_that_cannot_be_ordered_is_a_finding_of_low_certainty() {
    let json = record("X-1", "g:a", r#"{"introduced": "0"}, {"fixed": "VERSION"}"#)
        .replace("VERSION", &"9".repeat(5000));
    let audit = audit("pkg:maven/g/a@1", &[&json], None);
    assert_eq!(audit.judged[0].finding.certainty, MatchCertainty::Low);
}

#[test]
fn records_that_disagree_are_shown_and_the_stricter_decides() {
    let json = |id: &str, alias: &str, fixed: &str| {
        record(id, "g:a", &format!(r#"{{"introduced": "0"}}, {{"fixed": "{fixed}"}}"#))
            .replace("\"modified\"", &format!("\"aliases\": [\"{alias}\"], \"modified\""))
    };
    let (one, two) = (json("CVE-1-1", "GHSA-x", "1.1"), json("GHSA-x", "CVE-1-1", "1.3"));
    let audit = audit("pkg:maven/g/a@1.2", &[&one, &two], None);
    let [judged] = audit.judged.as_slice() else { panic!("{} findings", audit.judged.len()) };
    let note = "records disagree: CVE-1-1 says not affected, GHSA-x says fixed in 1.3; the stricter decides";
    assert!(judged.finding.notes.iter().any(|n| n == note), "{:?}", judged.finding.notes);
    assert_eq!(remedy(&audit).to.as_ref().unwrap().version, "1.3");
}

#[test]
fn coordinates_without_a_package_url_are_judged_only_where_a_record_knows_them() {
    let folder = support::temp_dir();
    let path = folder.path().join("sbom.json");
    let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "library", "group": "org.apache.logging.log4j", "name": "log4j-core", "version": "2.14.1"},
        {"type": "library", "group": "com.example", "name": "other", "version": "1"}]}"#;
    support::write(&path, text.as_bytes());
    let now = "2026-11-25T12:00:00Z".parse().unwrap();
    let database = Database::new(vec![bundled::batch()], now);
    let audit = pipeline::audit(
        ingest::read_all(&[path]),
        &database,
        &Settings::default(),
        Vec::new(),
        now,
    )
    .unwrap();
    let count = audit.inventory.count(None);
    assert_eq!((count.evaluated, count.not_evaluated), (1, 1));
    assert_eq!(audit.judged[0].finding.certainty, MatchCertainty::Repaired);
}
