//! Comma-separated values by RFC 4180: one row for each finding and for each component without a
//! verdict, told apart by `kind`; further rows tell decision, coverage, data and warnings.
//!
//! Spreadsheets take some beginnings of a field for a formula: such a field begins with an apostrophe.

use std::io::{self, Write};

use super::model::{Component, Finding, NotEvaluated, Remedy, Report};
use super::text::plain;
use super::{place, words};
use crate::review::answers::sheet::FORMULA;

const COLUMNS: [&str; 23] = [
    "kind",
    "status",
    "severity",
    "score",
    "id",
    "aliases",
    "component",
    "name",
    "version",
    "scope",
    "direct",
    "fixed",
    "upgrade_to",
    "kev",
    "epss",
    "certainty",
    "counts_at_gate",
    "reason",
    "document",
    "file",
    "line",
    "location",
    "detail",
];

/// One row, by the names of its columns; the others are empty.
type Row = Vec<(&'static str, String)>;

/// Writes the heading and every row.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    line(COLUMNS.iter().map(|name| (*name).to_owned()), out)?;
    for reason in words::reasons(report) {
        let gate = report.gate.verdict.to_owned();
        let row = vec![("status", gate), ("reason", report.gate.class.to_owned())];
        said("gate", &reason, row, out)?;
    }
    said("coverage", &words::whole_coverage(report), Row::new(), out)?;
    for text in words::data(report) {
        said("data", &text, Row::new(), out)?;
    }
    said("origin", &words::origin(report), Row::new(), out)?;
    let remedies = words::remedies(report);
    for one in &report.findings {
        row(finding(one, remedies.get(&one.place).copied(), report), out)?;
    }
    for entry in &report.not_evaluated {
        row(missing(entry, report), out)?;
    }
    words::warnings(report).try_for_each(|text| said("warning", text, Row::new(), out))
}

fn said(kind: &str, text: &str, mut cells: Row, out: &mut dyn Write) -> io::Result<()> {
    cells.extend([("kind", kind.to_owned()), ("detail", text.to_owned())]);
    row(cells, out)
}

fn finding(finding: &Finding<'_>, remedy: Option<&Remedy<'_>>, report: &Report<'_>) -> Row {
    let exploitation = &finding.exploitation;
    let score = finding.severity.score.map(|score| format!("{score:.1}"));
    let mut detail = vec![finding.advisory.summary.to_owned()];
    detail.extend(remedy.map(words::remedy));
    detail.retain(|part| !part.is_empty());
    let mut row = component(&finding.component, report);
    row.extend([
        ("kind", "finding".to_owned()),
        ("status", finding.status.to_owned()),
        ("severity", finding.severity.level.to_owned()),
        ("score", score.unwrap_or_default()),
        ("id", finding.advisory.id.to_owned()),
        ("aliases", finding.advisory.aliases.join(" ")),
        ("fixed", words::fixes(finding)),
        ("upgrade_to", remedy.and_then(|remedy| remedy.to).unwrap_or_default().to_owned()),
        ("kev", exploitation.kev.as_ref().map(|kev| kev.added.to_owned()).unwrap_or_default()),
        ("epss", exploitation.epss.as_ref().map(|e| e.score.to_string()).unwrap_or_default()),
        ("certainty", finding.certainty.to_owned()),
        ("counts_at_gate", finding.counts_at_gate.to_string()),
        ("reason", words::suppressed(finding).unwrap_or_default()),
        ("detail", detail.join("; ")),
    ]);
    row
}

fn missing(entry: &NotEvaluated<'_>, report: &Report<'_>) -> Row {
    let mut row = component(&entry.component, report);
    row.extend([
        ("kind", "not-evaluated".to_owned()),
        ("status", "not-evaluated".to_owned()),
        ("reason", entry.reason.to_owned()),
        ("detail", words::detail(entry)),
    ]);
    row
}

fn component(component: &Component<'_>, report: &Report<'_>) -> Row {
    let (file, line) = place::of(component, report);
    let document = report.inputs.get(component.input).map_or("", |input| input.path);
    vec![
        ("component", component.label.clone()),
        ("name", component.name.to_owned()),
        ("version", component.version.unwrap_or_default().to_owned()),
        ("scope", component.scope.unwrap_or_default().to_owned()),
        ("direct", component.direct.map(|direct| direct.to_string()).unwrap_or_default()),
        ("document", document.to_owned()),
        ("location", place::exact(component, report)),
        ("file", file.to_owned()),
        ("line", line.map(|line| line.to_string()).unwrap_or_default()),
    ]
}

fn row(mut cells: Row, out: &mut dyn Write) -> io::Result<()> {
    let mut cell = |name: &&'static str| {
        let place = cells.iter().position(|(known, _)| known == name);
        place.map(|place| cells.swap_remove(place).1).unwrap_or_default()
    };
    let fields: Vec<String> = COLUMNS.iter().map(&mut cell).collect();
    line(fields.into_iter(), out)
}

fn line(fields: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    let fields: Vec<String> = fields.map(|field| quoted(&field)).collect();
    out.write_all((fields.join(",") + "\r\n").as_bytes())
}

/// A field that no spreadsheet computes and no reader splits.
fn quoted(field: &str) -> String {
    guarded(plain(field))
}

/// The same of a field that may have several lines.
pub(super) fn quoted_lines(field: &str) -> String {
    let lines: Vec<String> = field.lines().map(plain).collect();
    guarded(lines.join("\n"))
}

fn guarded(mut text: String) -> String {
    if text.trim_start().starts_with(FORMULA) {
        text.insert(0, '\'');
    }
    let is_bare = |c: char| c.is_alphanumeric() || "-._:/@'?&%+".contains(c);
    if text.chars().all(is_bare) { text } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(quoted("log4j-core"), "log4j-core");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(quoted("a b"), "\"a b\"");
    }

    #[test]
    fn no_field_begins_as_a_formula() {
        assert_eq!(quoted("=1"), "\"'=1\"");
        assert_eq!(quoted("@octocat"), "'@octocat");
        assert_eq!(quoted(" -1"), "\"' -1\"");
        assert_eq!(quoted("\t=1"), "\"\\u{9}=1\"", "a tab is spelled out and begins no formula");
    }
}
