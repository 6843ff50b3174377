//! Markdown for GitHub: the rows add up, foreign text is no markup, the size has a limit.

use std::fs;

use serde_json::Value;

use super::scans::{self, count, list};

/// The rows of the table below a heading, each split into its cells.
fn rows<'a>(page: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let mut parts = page.split("\n## ");
    let part = parts.find(|part| part.starts_with(heading));
    let lines = part.unwrap_or_default().lines().filter(|line| line.starts_with("| "));
    let cells = |line: &'a str| line.split('|').map(str::trim).collect();
    lines.skip(2).map(cells).collect()
}

/// Character references as what they stand for.
fn resolved(page: &str) -> String {
    let page = page.replace("&#8203;", "");
    let mut parts = page.split("&#");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(';').unwrap();
        text.push(char::from_u32(number.parse().unwrap()).unwrap());
        text.push_str(rest);
    }
    text
}

#[test]
fn every_finding_and_every_component_without_a_verdict_is_one_row() {
    for (name, page, report) in scans::all("markdown") {
        assert_eq!(rows(&page, "Findings").len(), count(&report, "open"), "{name}");
        assert_eq!(rows(&page, "Suppressed").len(), count(&report, "suppressed"), "{name}");
        let missing = list(&report["not_evaluated"]).len();
        assert_eq!(rows(&page, "NOT evaluated").len(), missing, "{name}");
        let told = format!("## Findings ({})", count(&report, "open"));
        assert_eq!(page.contains(&told), count(&report, "open") > 0, "{name}");
    }
}

#[test]
fn every_row_has_the_cells_of_its_heading() {
    for (name, page, _) in scans::all("markdown") {
        for (heading, cells) in [("Findings", 6), ("NOT evaluated", 3), ("Suppressed", 4)] {
            for row in rows(&page, heading) {
                // what stands before the first bar and behind the last is empty
                assert_eq!(row.len(), cells + 2, "{name}: {row:?}");
            }
        }
    }
}

#[test]
fn foreign_text_is_no_markup() {
    for (name, page, _) in scans::all("markdown") {
        scans::is_plain(name, &page);
        let own = ["<code>", "</code>", "](<http"];
        let bare = own.iter().fold(page.clone(), |page, tag| page.replace(tag, ""));
        assert!(!bare.contains(['<', '@', '`', '\\']), "{name}: {bare}");
        for line in bare.lines() {
            let ours = ["#", "-", "  -", "|", "**"].iter().any(|start| line.starts_with(start));
            assert!(line.is_empty() || ours, "{name}: {line}");
        }
    }
}

#[test]
fn it_begins_with_the_decision_and_tells_what_it_rests_on() {
    for (name, page, report) in scans::all("markdown") {
        let word = match report["gate"]["class"].as_str() {
            Some("ok") => "# bomvet: GATE OPEN",
            Some("gate") => "# bomvet: GATE CLOSED",
            _ => "# bomvet: NO VERDICT",
        };
        assert_eq!(page.lines().next(), Some(word), "{name}");
        scans::tells_what_it_rests_on(name, &resolved(&page), &report);
    }
}

#[test]
fn a_page_stays_below_what_github_takes_and_counts_what_it_left_out() {
    let folder = scans::folder();
    fs::write(folder.path().join("many.cdx.json"), scans::many(1_300)).unwrap();
    let args = ["--fail-on", "never", "many.cdx.json"];
    let page = scans::printed(folder.path(), "markdown", &args);
    assert!(page.len() <= 1 << 20, "{} bytes", page.len());
    let report: Value =
        serde_json::from_str(&scans::printed(folder.path(), "json", &args)).unwrap();
    let shown = rows(&page, "Findings").len();
    let told = format!("**{} more rows not shown", count(&report, "open") - shown);
    assert!(shown > 100 && page.contains(&told), "{shown} rows, no {told:?}");
}
