//! Comma-separated values, read by RFC 4180.

use serde_json::Value;

use super::scans::{self, count, list, text};

/// The records of a file. Fails where it breaks the grammar of RFC 4180 section 2.
fn records(what: &str, csv: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut rest = csv.chars().peekable();
    while rest.peek().is_some() {
        let mut record = Vec::new();
        loop {
            let mut field = String::new();
            if rest.next_if_eq(&'"').is_some() {
                loop {
                    match rest.next() {
                        Some('"') if rest.next_if_eq(&'"').is_some() => field.push('"'),
                        Some('"') => break,
                        Some(c) => field.push(c),
                        None => panic!("{what}: a quote is not closed"),
                    }
                }
            } else {
                while let Some(c) = rest.next_if(|c| !matches!(c, ',' | '\r' | '\n')) {
                    assert_ne!(c, '"', "{what}: a quote in a bare field");
                    field.push(c);
                }
            }
            record.push(field);
            match (rest.next(), rest.peek()) {
                (Some(','), _) => {}
                (Some('\r'), Some('\n')) => break,
                other => panic!("{what}: {other:?} behind a field"),
            }
        }
        rest.next();
        all.push(record);
    }
    all
}

/// A record's field by the name of its column.
struct Rows(Vec<Vec<String>>);

impl Rows {
    fn of(what: &str, csv: &str) -> Self {
        let rows = records(what, csv);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{what}: ragged");
        Self(rows)
    }

    fn column(&self, name: &str) -> usize {
        self.0[0].iter().position(|known| known == name).unwrap()
    }

    fn with(&self, name: &str, value: &str) -> Vec<&Vec<String>> {
        let column = self.column(name);
        self.0[1..].iter().filter(|row| row[column] == value).collect()
    }
}

#[test]
fn every_finding_and_every_component_without_a_verdict_is_one_row() {
    for (name, csv, report) in scans::all("csv") {
        let rows = Rows::of(name, &csv);
        let status = rows.column("status");
        let findings = rows.with("kind", "finding");
        for of in ["open", "suppressed"] {
            let told = findings.iter().filter(|row| row[status] == of).count();
            assert_eq!(told, count(&report, of), "{name}: {of}");
        }
        let missing = rows.with("kind", "not-evaluated").len();
        assert_eq!(missing, list(&report["not_evaluated"]).len(), "{name}");
    }
}

#[test]
fn a_row_says_what_the_json_report_says() {
    for (name, csv, report) in scans::all("csv") {
        let rows = Rows::of(name, &csv);
        let findings = rows.with("kind", "finding");
        for (row, finding) in findings.iter().zip(list(&report["findings"])) {
            let says = |column: &str, value: &Value| {
                let told = row[rows.column(column)].trim_start_matches('\'');
                assert_eq!(told, scans::plain(text(value)), "{name}: {column}");
            };
            says("id", &finding["advisory"]["id"]);
            says("severity", &finding["severity"]["level"]);
            says("component", &finding["component"]["purl"]);
            says("version", &finding["component"]["version"]);
            says("status", &finding["status"]);
        }
    }
}

#[test]
fn no_field_is_a_formula_and_none_holds_a_control_character() {
    for (name, csv, _) in scans::all("csv") {
        for field in records(name, &csv).iter().flatten() {
            scans::is_plain(name, field);
            assert!(!field.contains('\n'), "{name}: {field}");
            assert!(!field.trim_start().starts_with(['=', '+', '-', '@']), "{name}: {field}");
        }
    }
}

#[test]
fn it_tells_what_it_rests_on() {
    for (name, csv, report) in scans::all("csv") {
        scans::tells_what_it_rests_on(name, &csv, &report);
    }
}
