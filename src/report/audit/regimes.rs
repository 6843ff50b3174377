//! Regimes for people: the list, and all about one; at most 100 columns.

use std::io::{self, Write};

use anstyle::Style;
use jiff::Timestamp;

use super::{BOLD, GREEN, YELLOW};
use crate::audit::clock::{
    Anchor, Declared, Fact, Limit, Regime, Stage, Standing, Start, Table, Then,
};
use crate::report::text::{WIDTH, labelled, plain, wrap};

/// Writes all regimes with their standing, and the events and answers that can be entered.
///
/// # Errors
/// When the writer fails.
pub fn list(
    regimes: &[Regime],
    declared: &Declared,
    now: Timestamp,
    out: &mut dyn Write,
) -> io::Result<()> {
    for regime in regimes {
        heading(regime, declared, now, out)?;
        for stage in &regime.stages {
            let text = format!("{}: {} [{}]", stage.id, limit(regime, stage), stage.evidence);
            lines(&text, 4, out)?;
        }
    }
    writeln!(out, "\n{BOLD}Events that `bomvet audit mark --anchor` enters{BOLD:#}")?;
    for anchor in Anchor::ALL {
        lines(&format!("{anchor}: {}", anchor.meaning()), 2, out)?;
    }
    writeln!(out, "\n{BOLD}Answers that `bomvet audit mark --fact` enters{BOLD:#}")?;
    for fact in Fact::ALL {
        lines(&format!("{fact}={}", fact.words().join("|")), 2, out)?;
    }
    Ok(())
}

fn heading(
    regime: &Regime,
    declared: &Declared,
    now: Timestamp,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (style, standing): (Style, String) = match declared.standing(regime, now) {
        Standing::On => (GREEN, "ON".to_owned()),
        Standing::MayApply(words) => (BOLD, format!("may apply, if {words}")),
        Standing::Off(reason) => (YELLOW, format!("off: {reason}")),
    };
    let text = format!("{}  {}", regime.id, regime.name);
    for line in wrap(&plain(&text), WIDTH) {
        writeln!(out, "{BOLD}{line}{BOLD:#}")?;
    }
    for line in wrap(&plain(&standing), WIDTH - 2) {
        writeln!(out, "  {style}{line}{style:#}")?;
    }
    Ok(())
}

fn lines(text: &str, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    for (number, line) in wrap(&plain(text), WIDTH - indent - 4).into_iter().enumerate() {
        let indent = if number == 0 { indent } else { indent + 4 };
        writeln!(out, "{:indent$}{line}", "")?;
    }
    Ok(())
}

/// How much time a stage gives from when.
fn limit(regime: &Regime, stage: &Stage) -> String {
    let starts: Vec<String> = stage.starts.iter().map(Start::to_string).collect();
    let from = match starts.as_slice() {
        [] => String::new(),
        [one] => format!(" from {one}"),
        several => format!(" from the first of {}", several.join(", ")),
    };
    let cap = stage.cap.as_ref().map(|(span, start)| format!(", at most {span} from {start}"));
    let time = match &stage.limit {
        Limit::Within(span) => span.to_string(),
        Limit::AtOnce(how) | Limit::Open(how) => how.clone(),
        Limit::Fixed(at) => format!("until {at}"),
        Limit::Table(table) => format!("by table {}", regime.tables[*table].id),
        Limit::KevDue => "until the day in CISA's catalogue".to_owned(),
    };
    let only = match (&stage.only, &stage.provided) {
        (Some((_, flag)), _) => format!(", only where its row asks for {flag}"),
        (None, Some(provided)) => format!(", only if {provided}"),
        (None, None) => String::new(),
    };
    format!("{time}{from}{}{only}", cap.unwrap_or_default())
}

/// Writes all about one regime.
///
/// # Errors
/// When the writer fails.
pub fn details(
    regime: &Regime,
    declared: &Declared,
    now: Timestamp,
    out: &mut dyn Write,
) -> io::Result<()> {
    heading(regime, declared, now, out)?;
    for (label, text) in [
        ("text", regime.law.clone()),
        ("asks for", regime.kind.to_string()),
        ("status", regime.force()),
        ("binds", regime.who.clone()),
        ("starts with", regime.trigger.clone()),
        ("was read", regime.read.clone()),
        ("data", format!("{} of {}, SHA-256 {}", regime.path, regime.version, regime.sha256)),
    ] {
        field(label, &text, out)?;
    }
    for stage in &regime.stages {
        writeln!(out, "\n{BOLD}{}{BOLD:#}", plain(&format!("{}  {}", stage.id, stage.name)))?;
        let contents: Vec<&str> = stage.contents.iter().map(|one| one.what.as_str()).collect();
        field("time", &limit(regime, stage), out)?;
        field("to", &stage.to, out)?;
        field("holds", &contents.join("; "), out)?;
        field("evidence", &format!("{}: {}", stage.evidence, stage.source), out)?;
        if let Some(note) = &stage.note {
            field("note", note, out)?;
        }
    }
    for table in &regime.tables {
        rows(table, out)?;
    }
    writeln!(out)?;
    for conflict in &regime.conflicts {
        field("conflict", &format!("with {}: {}", conflict.with.join(", "), conflict.text), out)?;
    }
    for note in &regime.notes {
        field("note", note, out)?;
    }
    for source in &regime.sources {
        field("source", source, out)?;
    }
    Ok(())
}

/// A table with what holds where nobody answers.
fn rows(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("table {} [{}]  {}", table.id, table.evidence, table.source);
    writeln!(out)?;
    for line in wrap(&plain(&title), WIDTH) {
        writeln!(out, "{BOLD}{line}{BOLD:#}")?;
    }
    for input in &table.inputs {
        let default = match &input.default {
            Some(assumed) => {
                format!(
                    "{} where nobody tells [{}]: {}",
                    assumed.word, assumed.evidence, assumed.source
                )
            }
            None => "must be told".to_owned(),
        };
        lines(&format!("{}: {default}", input.fact), 2, out)?;
    }
    for row in &table.rows {
        let facts = table.inputs.iter().zip(&row.when);
        let when: Vec<String> = facts
            .map(|(input, word)| format!("{} {}", input.fact, word.unwrap_or("any")))
            .collect();
        let then = match &row.then {
            Then::Within(span) => span.to_string(),
            Then::Says(text) => text.clone(),
        };
        let flags: String = row.flags.iter().map(|flag| format!(" + {flag}")).collect();
        lines(&format!("{}: {then}{flags}", when.join(", ")), 2, out)?;
    }
    Ok(())
}

fn field(label: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    for (label, line) in labelled(label, text) {
        writeln!(out, "  {label}  {line}")?;
    }
    Ok(())
}
