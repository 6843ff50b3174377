//! The report for people: the decision, what to change, what was not looked at.
//!
//! At most 100 columns, nothing that only colour tells. Findings are grouped by the change that cures
//! them, the gravest group first.

mod change;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::change::all as changes;
use super::headline;
use super::model::{NotEvaluated, Report};
use super::text::{WIDTH, count, labelled, plain, wrap};
use super::words;
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
    for change in changes(report) {
        writeln!(out)?;
        change::Printed(&change).write(detail, out)?;
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
    let word = words::decision(report);
    let style = match (report.gate.class, report.summary.not_covered) {
        ("ok", 0) => GREEN,
        ("ok", _) => YELLOW,
        _ => RED,
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
        let by = words::suppressed(finding).unwrap_or_default();
        let text = format!("{} in {}, {by}", finding.advisory.id, finding.component.label);
        field(out, finding.severity.level, &text)?;
    }
    Ok(())
}

fn coverage(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = report.totals();
    field(out, "coverage", &words::coverage(report))?;
    if totals.evaluated > 0 {
        field(out, "", &headline::knowledge(report))?;
    }
    let listed = || report.not_evaluated.iter().filter(|e| e.reason != "not-a-package");
    for entry in listed().take(NAMED) {
        let label = &entry.component.label;
        field(out, "", &format!("{label}: {}{}", words::why(entry), place(entry, report)))?;
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

fn data(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (number, source) in report.data.sources.iter().enumerate() {
        field(out, if number == 0 { "data" } else { "" }, &words::source(source))?;
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
    for (number, warning) in words::warnings(report).enumerate() {
        field(out, if number == 0 { "warnings" } else { "" }, warning)?;
    }
    Ok(())
}
