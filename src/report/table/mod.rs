//! The report for people: the decision, what to change, what was not looked at.
//!
//! At most 100 columns, nothing that only colour tells. Findings are grouped by the change that cures
//! them, the gravest group first.

mod change;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::headline;
use super::model::{NotEvaluated, Report};
use super::text::{WIDTH, count, feed_entries, labelled, plain, wrap};
use crate::inventory::Location;

/// How many components without a verdict are named; the JSON report names all.
const NAMED: usize = 10;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const GREEN: Style = AnsiColor::Green.on_default().bold();

/// How much the table tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What decides, what to do, the stopgaps against the worst.
    Brief,
    /// Conditions and every stopgap too.
    Full,
}

/// Writes the whole table.
pub(super) fn write(report: &Report<'_>, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    decision(report, out)?;
    for change in change::all(report) {
        writeln!(out)?;
        change.write(detail, out)?;
    }
    suppressed(report, out)?;
    writeln!(out)?;
    coverage(report, out)?;
    data(report, out)?;
    warnings(report, out)
}

fn field(out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
    for (label, line) in labelled(label, text) {
        writeln!(out, "  {DIM}{label}{DIM:#}  {line}")?;
    }
    Ok(())
}

fn decision(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (style, word) = match (report.gate.class, report.summary.not_covered) {
        ("ok", 0) => (GREEN, "GATE OPEN"),
        ("ok", _) => (YELLOW, "GATE OPEN"),
        ("gate", _) => (RED, "GATE CLOSED"),
        _ => (RED, "NO VERDICT"),
    };
    if !report.gate.reasons.is_empty() {
        writeln!(out, "{style}{word}{style:#}")?;
        for reason in &report.gate.reasons {
            for line in wrap(&plain(reason), WIDTH - 2) {
                writeln!(out, "  {line}")?;
            }
        }
        return Ok(());
    }
    let mut lines = wrap(&headline::of(report), WIDTH - word.len() - 2).into_iter();
    writeln!(out, "{style}{word}{style:#}  {}", lines.next().unwrap_or_default())?;
    lines.try_for_each(|line| writeln!(out, "  {line}"))
}

fn suppressed(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.summary.suppressed == 0 {
        return Ok(());
    }
    writeln!(out, "\n{BOLD}{} suppressed{BOLD:#}", count(report.summary.suppressed, "finding"))?;
    for finding in report.findings.iter().filter(|f| f.status == "suppressed") {
        let Some(by) = &finding.suppressed_by else {
            continue;
        };
        let until = by.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let why = by.justification.map(|why| format!(": {why}")).unwrap_or_default();
        field(
            out,
            finding.severity.level,
            &format!(
                "{} in {}, {} by {}{until}{why}",
                finding.advisory.id, finding.component.label, by.status, by.source
            ),
        )?;
    }
    Ok(())
}

fn coverage(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = report.totals();
    let mut text = format!(
        "{} of {} evaluated in {}",
        totals.evaluated,
        count(totals.declared, "component"),
        count(report.inputs.len(), "document")
    );
    if totals.not_evaluated > 0 {
        text.push_str(&format!("; {} NOT evaluated: {}", totals.not_evaluated, reasons(report)));
    }
    field(out, "coverage", &text)?;
    if totals.evaluated > 0 {
        field(out, "", &headline::knowledge(report))?;
    }
    let listed = || report.not_evaluated.iter().filter(|e| e.reason != "not-a-package");
    for entry in listed().take(NAMED) {
        let likely = entry.likely.map(|purl| format!("likely {purl}"));
        let detail: Vec<&str> = entry.detail.into_iter().chain(likely.as_deref()).collect();
        let detail = match detail.join("; ") {
            text if text.is_empty() => text,
            text => format!(" ({text})"),
        };
        let label = &entry.component.label;
        field(out, "", &format!("{label}: {}{detail}{}", entry.reason, place(entry, report)))?;
    }
    if listed().count() > NAMED {
        let more = listed().count() - NAMED;
        field(out, "", &format!("and {more} more: --format json lists all"))?;
    }
    let guessable = report.not_evaluated.iter().filter(|entry| entry.is_guessable).count();
    if guessable > 0 {
        let text = format!("{guessable} of these can be guessed: --certainty low matches guesses");
        field(out, "", &text)?;
    }
    Ok(())
}

/// Where a component stands; of one document alone its place is enough, unless that is an archive.
fn place(entry: &NotEvaluated<'_>, report: &Report<'_>) -> String {
    let inner = |location: &Location| report.inputs.iter().all(|i| i.path != &*location.path);
    match entry.component.locations.first() {
        Some(location) if report.inputs.len() > 1 || inner(location) => format!(", {location}"),
        Some(location) => location.place.map(|place| format!(", at {place}")).unwrap_or_default(),
        None => String::new(),
    }
}

fn reasons(report: &Report<'_>) -> String {
    let mut names: Vec<&str> = report.not_evaluated.iter().map(|entry| entry.reason).collect();
    names.sort_unstable();
    names.dedup();
    let number = |name: &str| report.not_evaluated.iter().filter(|e| e.reason == name).count();
    let parts: Vec<_> = names.iter().map(|name| format!("{} {name}", number(name))).collect();
    parts.join(", ")
}

fn data(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (number, source) in report.data.sources.iter().enumerate() {
        let built = source.built_at.as_deref().and_then(|at| at.split('T').next());
        let built = match (built, source.imported) {
            (Some(day), true) => format!(", imported, as of {day}"),
            (Some(day), false) => format!(", newest of {day}"),
            (None, _) => String::new(),
        };
        let withdrawn = match source.withdrawn {
            0 => String::new(),
            number => format!(", {number} withdrawn"),
        };
        let records = feed_entries(source.kind, source.records);
        let packages = source.packages.map(|of| format!(" of {}", count(of, "package")));
        let packages = packages.unwrap_or_default();
        let extent = if source.extent == "whole" { ", taken for all there is" } else { "" };
        let records = format!("{records}{packages}{extent}");
        let text = format!("{}: {records}{withdrawn}{built}", source.name);
        field(out, if number == 0 { "data" } else { "" }, &text)?;
    }
    if let Some(days) =
        report.data.age_days.filter(|_| report.data.sources.iter().any(|s| s.imported))
    {
        let days = usize::try_from(days).unwrap_or(0);
        field(out, "", &format!("the imported data is {} old", count(days, "day")))?;
    }
    report.data.caveat.iter().try_for_each(|caveat| field(out, "", caveat))
}

fn warnings(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let inputs = report.inputs.iter().flat_map(|input| input.warnings);
    let all = report.data.warnings.iter().chain(report.warnings).chain(inputs);
    for (number, warning) in all.enumerate() {
        field(out, if number == 0 { "warnings" } else { "" }, warning)?;
    }
    Ok(())
}
