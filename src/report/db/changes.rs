//! What changed between two imports, and which findings that explains.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::{BOLD, field};
use crate::advisory::store::Manifest;
use crate::advisory::store::diff::{Change, Changed};
use crate::ids::AdvisoryId;
use crate::matching::drift::{Drift, Drifted};
use crate::report::json;
use crate::report::text::{WIDTH, count, plain, wrap};

const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();

/// Writes changes for people; `findings` where documents were given.
///
/// # Errors
/// When the writer fails.
pub fn changes_table(
    (old, new): (&Manifest, &Manifest),
    changes: &[Changed],
    findings: Option<&[Drifted]>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let totals = Change::ALL.map(|change| {
        let number = changes.iter().filter(|changed| changed.change == change).count();
        format!("{number} {}", change.as_str())
    });
    writeln!(out, "{BOLD}{}{BOLD:#}", totals.join(", "))?;
    field(out, "from", &format!("{}, {}", old.as_of, old.sha256))?;
    field(out, "to", &format!("{}, {}", new.as_of, new.sha256))?;
    for changed in changes {
        let packages = packages(changed);
        let about = if packages.is_empty() { String::new() } else { format!(" ({packages})") };
        let text = format!("{}  {}{about}", changed.record.id, changed.record.summary);
        entry(out, (Style::new(), changed.change.as_str()), &text)?;
    }
    let Some(findings) = findings else { return Ok(()) };
    writeln!(out, "\n{BOLD}{}{BOLD:#}", findings_title(findings))?;
    for one in findings {
        let word = match one.drift {
            Drift::Appeared => (RED, "appeared"),
            Drift::Gone => (GREEN, "gone"),
        };
        let id = one.ids.first().map_or("", AdvisoryId::as_str);
        let text = format!("{id} in {} ({}): {}", one.component, one.input, because(one));
        entry(out, word, &text)?;
    }
    Ok(())
}

fn entry(out: &mut dyn Write, (style, word): (Style, &str), text: &str) -> io::Result<()> {
    const COLUMN: usize = 11;
    for (number, line) in wrap(&plain(text), WIDTH - COLUMN - 2).into_iter().enumerate() {
        let word = if number == 0 { word } else { "" };
        writeln!(out, "  {style}{word:<COLUMN$}{style:#}{line}")?;
    }
    Ok(())
}

fn findings_title(findings: &[Drifted]) -> String {
    let of = |drift| findings.iter().filter(|one| one.drift == drift).count();
    let appeared = count(of(Drift::Appeared), "finding");
    format!("{appeared} appeared, {} gone", of(Drift::Gone))
}

fn because(one: &Drifted) -> String {
    if one.because.is_empty() {
        return "no changed record explains it".to_owned();
    }
    let parts = one.because.iter().map(|(id, change)| format!("{id} {}", change.as_str()));
    parts.collect::<Vec<_>>().join(", ")
}

/// The packages that a record speaks of, the first three by name.
fn packages(changed: &Changed) -> String {
    let mut names: Vec<&str> = changed.record.affected.iter().map(|p| p.name.as_str()).collect();
    names.dedup();
    let more = names.len().saturating_sub(3);
    names.truncate(3);
    let mut text = names.join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    old: Side<'a>,
    new: Side<'a>,
    changes: Vec<JsonChange<'a>>,
    findings: Option<Vec<JsonFinding<'a>>>,
}

#[derive(Serialize)]
struct Side<'a> {
    as_of: String,
    sha256: &'a str,
    records: usize,
}

#[derive(Serialize)]
struct JsonChange<'a> {
    change: &'static str,
    id: &'a str,
    aliases: Vec<&'a str>,
    summary: &'a str,
    modified: Option<String>,
    packages: Vec<JsonPackage<'a>>,
}

#[derive(Serialize)]
struct JsonPackage<'a> {
    ecosystem: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    drift: &'static str,
    component: &'a str,
    input: &'a str,
    ids: Vec<&'a str>,
    because: Vec<JsonCause<'a>>,
}

#[derive(Serialize)]
struct JsonCause<'a> {
    id: &'a str,
    change: &'static str,
}

/// Writes changes for programs.
///
/// # Errors
/// When the writer fails.
pub fn changes_json(
    (old, new): (&Manifest, &Manifest),
    changes: &[Changed],
    findings: Option<&[Drifted]>,
    out: &mut dyn Write,
) -> io::Result<()> {
    json::pretty(
        &Json {
            schema: "bomvet.db-diff/1",
            old: side(old),
            new: side(new),
            changes: changes.iter().map(change).collect(),
            findings: findings.map(|all| all.iter().map(finding).collect()),
        },
        out,
    )
}

fn side(manifest: &Manifest) -> Side<'_> {
    let Manifest { as_of, sha256, records, .. } = manifest;
    Side { as_of: as_of.to_string(), sha256, records: *records }
}

fn texts(ids: &[AdvisoryId]) -> Vec<&str> {
    ids.iter().map(AdvisoryId::as_str).collect()
}

fn change(changed: &Changed) -> JsonChange<'_> {
    let record = &changed.record;
    JsonChange {
        change: changed.change.as_str(),
        id: record.id.as_str(),
        aliases: texts(&record.aliases),
        summary: &record.summary,
        modified: record.modified.map(|at| at.to_string()),
        packages: record
            .affected
            .iter()
            .map(|part| JsonPackage { ecosystem: part.ecosystem.as_str(), name: &part.name })
            .collect(),
    }
}

fn finding(one: &Drifted) -> JsonFinding<'_> {
    JsonFinding {
        drift: match one.drift {
            Drift::Appeared => "appeared",
            Drift::Gone => "gone",
        },
        component: &one.component,
        input: &one.input,
        ids: texts(&one.ids),
        because: one
            .because
            .iter()
            .map(|(id, change)| JsonCause { id: id.as_str(), change: change.as_str() })
            .collect(),
    }
}
