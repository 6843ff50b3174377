//! The report for people: the decision, what to change, what was not looked at.
//!
//! At most 100 columns, nothing that only colour tells. Findings are grouped by the change that cures
//! them, the gravest group first.

mod change;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::model::{NotEvaluated, Report};
use super::text::{WIDTH, count, feed_entries, labelled, plain, wrap};
use crate::advisory::bundled;
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
    let (style, word) = match (report.gate.class, report.summary.open) {
        ("ok", _) => (GREEN, "GATE OPEN"),
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
    let mut lines = wrap(&headline(report), WIDTH - word.len() - 2).into_iter();
    writeln!(out, "{style}{word}{style:#}  {}", lines.next().unwrap_or_default())?;
    lines.try_for_each(|line| writeln!(out, "  {line}"))
}

/// What an open gate means; "nothing found" is never said of what was not looked at.
fn headline(report: &Report<'_>) -> String {
    let declared: usize = report.inputs.iter().map(|i| i.components.declared).sum();
    let evaluated: usize = report.inputs.iter().map(|i| i.components.evaluated).sum();
    let (open, suppressed) = (report.summary.open, report.summary.suppressed);
    let what = if suppressed == 0 { "no finding" } else { "no open finding" };
    let mut text = match (open, declared) {
        (0, 0) => "the documents declare no components".to_owned(),
        (0, _) if evaluated == declared => {
            format!("{what} among {}", count(evaluated, "component"))
        }
        (0, _) => format!(
            "{what} among {} that could be evaluated; {} of {declared} could NOT",
            count(evaluated, "component"),
            declared - evaluated
        ),
        (open, _) => format!("{} below the gate's rules", count(open, "finding")),
    };
    if suppressed > 0 {
        text.push_str(&format!("; {suppressed} suppressed"));
    }
    text
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
    let declared: usize = report.inputs.iter().map(|i| i.components.declared).sum();
    let evaluated: usize = report.inputs.iter().map(|i| i.components.evaluated).sum();
    let missing = declared - evaluated;
    let documents = count(report.inputs.len(), "document");
    let mut text =
        format!("{evaluated} of {} evaluated in {documents}", count(declared, "component"));
    if missing > 0 {
        text.push_str(&format!("; {missing} NOT evaluated: {}", reasons(report)));
    }
    field(out, "coverage", &text)?;
    let listed = || report.not_evaluated.iter().filter(|e| e.reason != "not-a-package");
    for entry in listed().take(NAMED) {
        let detail = entry.detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
        let label = &entry.component.label;
        field(out, "", &format!("{label}: {}{detail}{}", entry.reason, place(entry, report)))?;
    }
    if listed().count() > NAMED {
        let more = listed().count() - NAMED;
        field(out, "", &format!("and {more} more: --format json lists all"))?;
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
        let text = format!("{}: {records}{withdrawn}{built}", source.name);
        field(out, if number == 0 { "data" } else { "" }, &text)?;
    }
    if let Some(days) =
        report.data.age_days.filter(|_| report.data.sources.iter().any(|s| s.imported))
    {
        let days = usize::try_from(days).unwrap_or(0);
        field(out, "", &format!("the imported data is {} old", count(days, "day")))?;
    }
    let records = || report.data.sources.iter().filter(|source| source.kind == "osv");
    let bundled_alone = records().all(|source| source.name == bundled::NAME);
    if bundled_alone {
        field(
            out,
            "",
            "these know the log4j and logback families and nothing else: give --advisories",
        )?;
    }
    Ok(())
}

fn warnings(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let inputs = report.inputs.iter().flat_map(|input| input.warnings);
    let all = report.data.warnings.iter().chain(report.warnings).chain(inputs);
    for (number, warning) in all.enumerate() {
        field(out, if number == 0 { "warnings" } else { "" }, warning)?;
    }
    Ok(())
}
