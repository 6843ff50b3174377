//! The difference of two audits, for people and as JSON, `bomvet.diff/1`: components document by
//! document, then findings, licences and statements of all together.

mod risk;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::text::{WIDTH, count, plain, wrap};
use crate::inventory::diff::{Change, DocumentDiff};
use crate::inventory::{Component, Input, Scope};
use crate::review::change;

/// The identifier of the JSON's shape.
pub const SCHEMA: &str = "bomvet.diff/1";

const BOLD: Style = Style::new().bold();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const GREEN: Style = AnsiColor::Green.on_default();

/// Writes what came, went and changed, in at most 100 columns.
///
/// # Errors
/// When the writer fails.
pub fn table(change: &change::Change<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (number, diff) in change.documents.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        for line in wrap(&plain(&heading(diff)), WIDTH) {
            writeln!(out, "{BOLD}{line}{BOLD:#}")?;
        }
        for component in &diff.added {
            entry(out, (GREEN, "added"), &described(component))?;
        }
        for component in &diff.removed {
            entry(out, (RED, "removed"), &described(component))?;
        }
        for change in &diff.changed {
            entry(out, (YELLOW, "changed"), &changed(*change))?;
        }
        writeln!(out, "  {}", totals(diff))?;
    }
    risk::table(change, out)
}

fn entry(out: &mut dyn Write, (style, word): (Style, &str), text: &str) -> io::Result<()> {
    const COLUMN: usize = 9;
    aligned(out, (style, word, COLUMN), text)
}

/// A line that begins with a word in a column of its own.
fn aligned(
    out: &mut dyn Write,
    (style, word, column): (Style, &str, usize),
    text: &str,
) -> io::Result<()> {
    for (number, line) in wrap(&plain(text), WIDTH - column - 2).into_iter().enumerate() {
        let word = if number == 0 { word } else { "" };
        writeln!(out, "  {style}{word:<column$}{style:#}{line}")?;
    }
    Ok(())
}

fn heading(diff: &DocumentDiff<'_>) -> String {
    let about = |input: &Input| {
        let subject = input.subject.as_ref()?;
        let version = subject.version.as_deref().unwrap_or_default();
        Some(format!("{} {version}", subject.name).trim_end().to_owned())
    };
    let named = |input: &Input| match about(input) {
        Some(about) => format!("{} ({about})", input.path),
        None => input.path.to_string(),
    };
    match (diff.old, diff.new) {
        (Some(old), Some(new)) => format!("{} -> {}", named(old), named(new)),
        (Some(old), None) => format!("{}: no such document in the new ones", named(old)),
        (None, Some(new)) => format!("{}: no such document in the old ones", named(new)),
        (None, None) => String::new(),
    }
}

fn described(component: &Component) -> String {
    let scope = component.scope.map(|scope| format!(", {}", scope.as_str())).unwrap_or_default();
    format!("{}{scope}", name_and_version(component))
}

fn changed(change: Change<'_>) -> String {
    let unknown =
        |version: &Option<String>| version.clone().unwrap_or_else(|| "unknown".to_owned());
    let mut parts = Vec::new();
    if change.old.version != change.new.version {
        let lower = if change.is_downgrade() { " (lower)" } else { "" };
        let (old, new) = (unknown(&change.old.version), unknown(&change.new.version));
        parts.push(format!("{old} -> {new}{lower}"));
    } else {
        parts.extend(change.new.version.clone());
    }
    if change.old.scope != change.new.scope {
        let scope = |scope: Option<Scope>| scope.map_or("none", Scope::as_str);
        parts.push(format!("scope {} -> {}", scope(change.old.scope), scope(change.new.scope)));
    }
    format!("{} {}", change.new.full_name(), parts.join(", "))
}

fn name_and_version(component: &Component) -> String {
    let version = component.version.as_deref().unwrap_or_default();
    format!("{} {version}", component.full_name()).trim_end().to_owned()
}

fn totals(diff: &DocumentDiff<'_>) -> String {
    if diff.is_empty() {
        return format!("no difference in {}", count(diff.unchanged, "component"));
    }
    let (added, removed, changed) = (diff.added.len(), diff.removed.len(), diff.changed.len());
    format!("{added} added, {removed} removed, {changed} changed, {} the same", diff.unchanged)
}

/// Writes one JSON document and a line end.
///
/// # Errors
/// When the writer fails.
pub fn json(change: &change::Change<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diffs = &change.documents;
    let documents: Vec<_> = diffs.iter().map(document).collect();
    let sum = |of: fn(&DocumentDiff<'_>) -> usize| diffs.iter().map(of).sum();
    let report = Report {
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        documents,
        findings: risk::findings(&change.risks),
        licences: change.licences.iter().map(risk::licence).collect(),
        statements: change.claims.iter().map(risk::statement).collect(),
        summary: Summary {
            added: sum(|diff| diff.added.len()),
            removed: sum(|diff| diff.removed.len()),
            changed: sum(|diff| diff.changed.len()),
            unchanged: sum(|diff| diff.unchanged),
            introduced: change.risks.introduced.len(),
            resolved: change.risks.resolved.len(),
            reopened: change.risks.reopened.len(),
            unknown: change.risks.lost.len(),
            unknown_before: change.risks.unseen.len(),
        },
    };
    serde_json::to_writer_pretty(&mut *out, &report).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

fn document<'a>(diff: &'a DocumentDiff<'a>) -> Document<'a> {
    let side = |input: &'a Input| Side {
        path: &input.path,
        sha256: &input.sha256,
        format: input.format.to_string(),
        subject: input.subject.as_ref().map(|subject| Subject {
            name: &subject.name,
            version: subject.version.as_deref(),
            purl: subject.purl.as_deref(),
        }),
    };
    Document {
        old: diff.old.map(side),
        new: diff.new.map(side),
        added: diff.added.iter().map(|one| part(one)).collect(),
        removed: diff.removed.iter().map(|one| part(one)).collect(),
        changed: diff
            .changed
            .iter()
            .map(|one| Both { old: part(one.old), new: part(one.new) })
            .collect(),
        unchanged: diff.unchanged,
    }
}

fn part(component: &Component) -> Part<'_> {
    Part {
        purl: component.purl_text.as_deref(),
        name: component.full_name(),
        version: component.version.as_deref(),
        scope: component.scope.map(Scope::as_str),
        location: component.location.to_string(),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    tool: Tool,
    documents: Vec<Document<'a>>,
    findings: risk::Findings<'a>,
    licences: Vec<risk::Licence<'a>>,
    statements: Vec<risk::Statement<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    added: usize,
    removed: usize,
    changed: usize,
    unchanged: usize,
    introduced: usize,
    resolved: usize,
    reopened: usize,
    unknown: usize,
    unknown_before: usize,
}

#[derive(Serialize)]
struct Document<'a> {
    old: Option<Side<'a>>,
    new: Option<Side<'a>>,
    added: Vec<Part<'a>>,
    removed: Vec<Part<'a>>,
    changed: Vec<Both<'a>>,
    unchanged: usize,
}

#[derive(Serialize)]
struct Side<'a> {
    path: &'a str,
    sha256: &'a str,
    format: String,
    subject: Option<Subject<'a>>,
}

#[derive(Serialize)]
struct Subject<'a> {
    name: &'a str,
    version: Option<&'a str>,
    purl: Option<&'a str>,
}

#[derive(Serialize)]
struct Part<'a> {
    purl: Option<&'a str>,
    name: String,
    version: Option<&'a str>,
    scope: Option<&'static str>,
    location: String,
}

#[derive(Serialize)]
struct Both<'a> {
    old: Part<'a>,
    new: Part<'a>,
}
