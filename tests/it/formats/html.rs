//! The page, read as XML: it is written so that both readings agree.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::Value;

use super::scans::{self, count, list, sum, text};

/// The page without what stands in its style and script, which no parser of XML would take.
fn without_code(page: &str) -> String {
    let mut rest = page;
    let mut bare = String::new();
    for tag in ["style", "script"] {
        let (before, behind) = rest.split_once(&format!("<{tag}>")).unwrap();
        let (_, behind) = behind.split_once(&format!("</{tag}>")).unwrap();
        bare.push_str(before);
        bare.push_str(&format!("<{tag}/>"));
        rest = behind;
    }
    bare + rest
}

fn each(check: impl Fn(&str, &Document<'_>, &Value)) {
    for (name, page, report) in scans::all("html") {
        let bare = without_code(&page);
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        let document = Document::parse_with_options(&bare, options)
            .unwrap_or_else(|error| panic!("{name}: {error}\n{bare}"));
        check(name, &document, &report);
    }
}

fn elements<'a>(page: &'a Document<'a>, tag: &str) -> Vec<Node<'a, 'a>> {
    page.descendants().filter(|node| node.has_tag_name(tag)).collect()
}

/// All text below a node.
fn words(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

#[test]
fn every_finding_and_every_component_without_a_verdict_is_one_row() {
    each(|name, page, report| {
        let rows = |status: &str| {
            let all = elements(page, "tr").into_iter();
            all.filter(|row| row.attribute("data-status") == Some(status)).count()
        };
        assert_eq!(rows("open"), count(report, "open"), "{name}");
        assert_eq!(rows("suppressed"), count(report, "suppressed"), "{name}");
        assert_eq!(rows("missing"), list(&report["not_evaluated"]).len(), "{name}");
        for (level, number) in report["summary"]["by_severity"].as_object().unwrap() {
            let told = elements(page, "tr").into_iter().filter(|row| {
                row.attribute("data-status") == Some("open")
                    && row.attribute("data-severity") == Some(level)
            });
            assert_eq!(*number, told.count(), "{name}: {level}");
        }
    });
}

#[test]
fn the_decision_stands_first_and_the_figures_are_those_of_the_report() {
    each(|name, page, report| {
        let decision = words(elements(page, "h1")[0]);
        let expected = match report["gate"]["class"].as_str() {
            Some("ok") => "GATE OPEN",
            Some("gate") => "GATE CLOSED",
            _ => "NO VERDICT",
        };
        assert_eq!(decision, expected, "{name}");
        let figures = words(elements(page, "ul")[1]);
        for (number, what) in [
            (sum(report, "evaluated"), "evaluated"),
            (sum(report, "not_evaluated"), "NOT evaluated"),
            (report["summary"]["suppressed"].as_u64().unwrap(), "suppressed"),
        ] {
            assert!(figures.contains(&format!("{number}{what}")), "{name}: {figures}");
        }
        let header = elements(page, "header")[0].attribute("class");
        let gaps = sum(report, "not_evaluated") + sum(report, "not_covered");
        assert!(header != Some("open") || gaps == 0, "{name}: green with gaps");
    });
}

#[test]
fn it_asks_for_nothing_and_runs_nothing_foreign() {
    each(|name, page, _| {
        for node in page.descendants().filter(Node::is_element) {
            let tag = node.tag_name().name();
            let known = [
                "html", "head", "meta", "title", "style", "script", "body", "header", "main",
                "section", "article", "h1", "h2", "h3", "p", "b", "ul", "ol", "li", "dl", "dt",
                "dd", "div", "span", "code", "a", "table", "thead", "tbody", "tr", "th", "td",
                "details", "summary", "form", "fieldset", "legend", "label", "input", "output",
                "button",
            ];
            assert!(known.contains(&tag), "{name}: <{tag}>");
            for attribute in node.attributes() {
                let key = attribute.name();
                let asks = key.starts_with("on") || matches!(key, "src" | "style" | "action");
                assert!(!asks, "{name}: {key} on <{tag}>");
                if key == "href" {
                    let value = attribute.value();
                    assert_eq!(tag, "a", "{name}");
                    assert!(value.starts_with("https://") || value.starts_with("http://"));
                }
            }
        }
        let metas = elements(page, "meta").into_iter();
        let mut policies =
            metas.filter(|meta| meta.attribute("http-equiv") == Some("Content-Security-Policy"));
        let policy = policies.next().unwrap().attribute("content").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{name}: {policy}");
        assert!(!policy.contains("unsafe"), "{name}: {policy}");
    });
}

#[test]
fn hostile_names_are_text() {
    each(|name, page, report| {
        let said = words(page.root_element());
        for finding in list(&report["findings"]) {
            for foreign in [&finding["component"]["purl"], &finding["advisory"]["summary"]] {
                let shown = scans::plain(text(foreign));
                assert!(said.contains(&shown), "{name}: {shown} is not in\n{said}");
            }
        }
        scans::is_plain(name, &said);
    });
}

#[test]
fn every_path_opens() {
    each(|name, page, report| {
        let findings = list(&report["findings"]).iter();
        let paths: usize = findings.map(|finding| list(&finding["paths"]).len()).sum();
        let lists = elements(page, "ol");
        assert_eq!(lists.len(), paths, "{name}");
        assert!(lists.iter().all(|list| list.parent().unwrap().has_tag_name("details")), "{name}");
    });
}

#[test]
fn it_tells_what_it_rests_on() {
    each(|name, page, report| {
        let said = words(page.root_element());
        scans::tells_what_it_rests_on(name, &said, report);
        for input in list(&report["inputs"]) {
            assert!(said.contains(text(&input["sha256"])), "{name}");
        }
    });
}
