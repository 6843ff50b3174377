//! JUnit's XML, read by an XML parser.

use roxmltree::{Document, Node};
use serde_json::Value;

use super::scans::{self, count, list, sum, text};
use std::collections::HashSet;
use std::fs;

fn tagged<'a>(node: Node<'a, 'a>, tag: &str) -> Vec<Node<'a, 'a>> {
    node.descendants().filter(|node| node.has_tag_name(tag)).collect()
}

fn number(node: Node<'_, '_>, attribute: &str) -> usize {
    node.attribute(attribute).unwrap().parse().unwrap()
}

/// Every report of the scans, parsed.
fn each(check: impl Fn(&str, &Document<'_>, &Value)) {
    for (name, xml, report) in scans::all("junit") {
        let document =
            Document::parse(&xml).unwrap_or_else(|error| panic!("{name}: {error}\n{xml}"));
        check(name, &document, &report);
    }
}

#[test]
fn counts_are_those_of_the_cases() {
    each(|name, xml, _| {
        let suites = tagged(xml.root(), "testsuite");
        for node in suites.iter().copied().chain([xml.root_element()]) {
            for (attribute, tag) in [
                ("tests", "testcase"),
                ("failures", "failure"),
                ("errors", "error"),
                ("skipped", "skipped"),
            ] {
                assert_eq!(number(node, attribute), tagged(node, tag).len(), "{name}: {attribute}");
            }
            assert!(number(node, "tests") > 0, "{name}: Jenkins passes over empty suites");
        }
    });
}

#[test]
fn every_open_finding_fails_and_nothing_without_a_verdict_passes() {
    each(|name, xml, report| {
        let gate = usize::from(report["gate"]["verdict"] == "fail");
        assert_eq!(tagged(xml.root(), "failure").len(), count(report, "open") + gate, "{name}");
        let skipped = |start: &str| {
            let of = |node: &Node<'_, '_>| node.attribute("message").unwrap().starts_with(start);
            tagged(xml.root(), "skipped").into_iter().filter(of).count()
        };
        assert_eq!(skipped("suppressed: "), count(report, "suppressed"), "{name}");
        assert_eq!(skipped("NOT evaluated: "), list(&report["not_evaluated"]).len(), "{name}");
        for case in tagged(xml.root(), "testcase") {
            let passed = case.children().all(|child| child.is_text());
            if passed && case.attribute("name") == Some("coverage") {
                let path = case.attribute("classname").unwrap();
                let own = |input: &&Value| scans::plain(text(&input["path"])) == path;
                let input = list(&report["inputs"]).iter().find(own).unwrap();
                assert_eq!(input["components"]["not_evaluated"], 0, "{name}");
                assert_eq!(input["components"]["not_covered"], 0, "{name}");
            }
        }
    });
}

#[test]
fn the_gate_is_the_first_case() {
    each(|name, xml, report| {
        let first = tagged(xml.root(), "testcase")[0];
        assert_eq!(first.attribute("name"), Some("gate"), "{name}");
        let fails = !tagged(first, "failure").is_empty();
        assert_eq!(fails, report["gate"]["class"] == "gate", "{name}");
    });
}

#[test]
fn a_policy_on_missing_verdicts_makes_errors_of_them() {
    let folder = scans::folder();
    fs::write(folder.path().join("strict.toml"), "[gate]\nnot_evaluated = \"fail\"\n").unwrap();
    let args = ["--config", "strict.toml", "mixed.cdx.json"];
    let xml = scans::printed(folder.path(), "junit", &args);
    let report: Value =
        serde_json::from_str(&scans::printed(folder.path(), "json", &args)).unwrap();
    let xml = Document::parse(&xml).unwrap();
    let errors = tagged(xml.root(), "error").len() as u64;
    assert!(errors > 0);
    assert_eq!(errors, sum(&report, "not_evaluated"));
}

#[test]
fn no_case_has_the_name_of_another() {
    each(|name, xml, _| {
        for suite in tagged(xml.root(), "testsuite") {
            let mut names = HashSet::new();
            for case in tagged(suite, "testcase") {
                let own = (case.attribute("classname"), case.attribute("name"));
                assert!(names.insert(own), "{name}: {own:?} twice");
            }
        }
    });
}

#[test]
fn it_is_plain_text_and_tells_what_it_rests_on() {
    for (name, xml, report) in scans::all("junit") {
        scans::is_plain(name, &xml);
        assert!(!xml.contains('\u{fffe}'), "{name}: XML 1.0 allows it nowhere");
        scans::tells_what_it_rests_on(name, &xml, &report);
    }
}
