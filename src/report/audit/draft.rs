//! Drafts of reports: text for people to finish. What is not known is marked, and nothing is sent.

use std::fmt::Write;

use jiff::Timestamp;

use super::clocks::{from, title};
use crate::audit::clock::{Basis, Case, Clock, Known, Regime, Stage, Stands, State, Told};
use crate::report::markdown::whole;
use crate::report::text::plain;

/// Writes the report of a stage as far as it is known, in Markdown. Each item that is not known is
/// `[unknown: …]`.
#[must_use]
pub fn draft(clock: &Clock<'_>, case: &Case, told: &Told, now: Timestamp) -> String {
    let (regime, stage) = (clock.regime, clock.stage);
    let mut out = String::new();
    // writing into a text cannot fail
    let _ = writeln!(out, "# {}: {}\n", whole(&regime.name), whole(&stage.name));
    let _ = writeln!(
        out,
        "DRAFT of {now}. Not sent to anybody. Not legal advice. To be checked and finished by people.\n"
    );
    let _ = writeln!(out, "| | |\n| --- | --- |");
    for (label, text) in head(clock, case) {
        let _ = writeln!(out, "| {label} | {text} |");
    }
    let _ = writeln!(out, "\n## Contents\n");
    for content in &stage.contents {
        let known = match content.known {
            Some(Known::Product) => case.product.clone(),
            Some(item) => told.item(item),
            None => None,
        };
        let text = match known {
            Some(text) => quoted(&text),
            None => unknown(&whole(&content.what)),
        };
        let _ = writeln!(out, "### {}\n\n{text}\n", capital(&whole(&content.what)));
    }
    notes(regime, stage, clock, &mut out);
    out
}

fn head(clock: &Clock<'_>, case: &Case) -> Vec<(&'static str, String)> {
    let (regime, stage) = (clock.regime, clock.stage);
    let product = case.product.as_deref().map_or_else(|| unknown("product"), whole);
    let data = format!("{}, SHA-256 {}", regime.version, regime.sha256);
    let mut rows = vec![
        ("Flaw or incident", whole(&clock.subject)),
        ("Product", product),
        ("Rule", whole(&format!("{} ({})", regime.law, regime.id))),
        ("Status of the rule", whole(&regime.force())),
        ("State of the rule's data", whole(&data)),
        ("Owed by", whole(&regime.who)),
        ("Owed to", whole(&stage.to)),
        ("Due", due(clock)),
    ];
    rows.extend(clock.basis.as_ref().map(|basis| ("Counted from", counted_from(basis))));
    rows.extend(stage.provided.as_ref().map(|provided| ("Only where", whole(provided))));
    let support = format!("{}: {}; read was: {}", stage.evidence, stage.source, regime.read);
    rows.push(("How this is supported", whole(&support)));
    rows
}

/// How the duty stands; marked where there is no date that people could rely on.
fn due(clock: &Clock<'_>) -> String {
    let text = whole(&title(clock).1);
    match &clock.state {
        State::NotStarted { .. } | State::OutOfForce(_) | State::Unsourced => unknown(&text),
        _ => text,
    }
}

fn counted_from(basis: &Basis) -> String {
    let text = whole(&from(basis));
    match basis.stands {
        Stands::Itself => text,
        Stands::Default => format!("{text} {}", unknown(&format!("when it was {}", basis.start))),
    }
}

fn unknown(what: &str) -> String {
    format!("[unknown: {what}]")
}

fn notes(regime: &Regime, stage: &Stage, clock: &Clock<'_>, out: &mut String) {
    let _ = writeln!(out, "## Before you use this\n");
    for conflict in &regime.conflicts {
        let with = conflict.with.join(", ");
        let _ = writeln!(
            out,
            "- **Conflict** with {with}, if both concern you: {} [{}]",
            whole(&conflict.text),
            conflict.evidence
        );
    }
    let all = stage.note.iter().chain(&clock.notes).chain(&clock.answers).chain(&regime.notes);
    for note in all {
        let _ = writeln!(out, "- {}", whole(note));
    }
    for source in &regime.sources {
        let _ = writeln!(out, "- Source: {}", plain(source));
    }
}

/// Text of others as a quotation: it cannot begin a heading or a list of the draft.
fn quoted(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| format!("> {}", whole(line)).trim_end().to_owned()).collect();
    lines.join("\n")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}
