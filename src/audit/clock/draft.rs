//! Drafts of reports: text for people to finish. What is not known is marked, and nothing is sent.

use std::fmt::Write;

use jiff::Timestamp;

use super::case::{Case, Source};
use super::evaluate::{Basis, Clock, State};
use super::known::Told;
use super::moment::Lateness;
use super::regime::{Known, Regime, Stage};

/// Writes the report of a stage as far as it is known, in Markdown. Each item that is not known is
/// `[unknown: …]`.
#[must_use]
pub fn draft(clock: &Clock<'_>, case: &Case, told: &Told, now: Timestamp) -> String {
    let (regime, stage) = (clock.regime, clock.stage);
    let mut out = String::new();
    // writing into a text cannot fail
    let _ = writeln!(out, "# {}: {}\n", regime.name, stage.name);
    let _ = writeln!(
        out,
        "DRAFT of {now}. Not sent to anybody. Not legal advice. To be checked and finished by people.\n"
    );
    let _ = writeln!(out, "| | |\n| --- | --- |");
    for (label, text) in head(clock, case) {
        let _ = writeln!(out, "| {label} | {} |", cell(&text));
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
            None => format!("[unknown: {}]", content.what),
        };
        let _ = writeln!(out, "### {}\n\n{text}\n", capital(&content.what));
    }
    notes(regime, stage, clock, &mut out);
    out
}

fn head(clock: &Clock<'_>, case: &Case) -> Vec<(&'static str, String)> {
    let (regime, stage) = (clock.regime, clock.stage);
    let mut rows = vec![
        ("Flaw or incident", clock.subject.clone()),
        ("Product", case.product.clone().unwrap_or_else(|| "[unknown: product]".to_owned())),
        ("Rule", format!("{} ({})", regime.law, regime.id)),
        ("Status of the rule", regime.force()),
        ("State of the rule's data", format!("{}, SHA-256 {}", regime.version, regime.sha256)),
        ("Owed by", regime.who.clone()),
        ("Owed to", stage.to.clone()),
        ("Due", due(&clock.state)),
    ];
    if let Some(basis) = &clock.basis {
        rows.push(("Counted from", counted_from(basis)));
    }
    if let Some(provided) = &stage.provided {
        rows.push(("Only where", provided.clone()));
    }
    let support = format!("{}: {}; read was: {}", stage.evidence, stage.source, regime.read);
    rows.push(("How this is supported", support));
    rows
}

fn due(state: &State) -> String {
    match state {
        State::Running { due } | State::DueSoon { due } => due.to_string(),
        State::Overdue { due, by: Lateness::Late(by) } => format!("{due}, which is {by} ago"),
        State::Overdue { due, .. } => format!("{due}, which has passed"),
        State::Done { at, due: Some(due), .. } => format!("{due}; done {at}"),
        State::Done { at, due: None, .. } => format!("done {at}"),
        State::Owed { since, how } => format!("{how}, since {since}"),
        State::NoLimit(how) => how.clone(),
        State::NotOwed(why) => format!("not owed: {why}"),
        State::OutOfForce(day) => {
            format!("[unknown: the event of {day} lies where the rule does not hold]")
        }
        State::Unsourced => "[unknown: its number is from memory and was not checked]".to_owned(),
        State::NotStarted { waits } => {
            let waits: Vec<String> = waits.iter().map(ToString::to_string).collect();
            format!("[unknown: not started, waits for {}]", waits.join(" or "))
        }
    }
}

fn counted_from(basis: &Basis) -> String {
    let who = match &basis.by {
        Source::Person { name, entered } => format!("entered by {name} at {entered}"),
        Source::History => "first detection in the history of audits".to_owned(),
        Source::Data(name) => name.clone(),
    };
    let default = match basis.stands {
        super::case::Stands::Itself => "",
        super::case::Stands::Default => "; DEFAULT: first detection stands for it",
    };
    let span = basis.span.map(|span| format!("{span} from ")).unwrap_or_default();
    format!("{span}{} {} ({who}{default})", basis.start, basis.at)
}

fn notes(regime: &Regime, stage: &Stage, clock: &Clock<'_>, out: &mut String) {
    let _ = writeln!(out, "## Before you use this\n");
    for conflict in &regime.conflicts {
        let with = conflict.with.join(", ");
        let _ = writeln!(
            out,
            "- **Conflict** with {with}, if both concern you: {} [{}]",
            conflict.text, conflict.evidence
        );
    }
    let all = stage.note.iter().chain(&clock.notes).chain(&clock.answers).chain(&regime.notes);
    for note in all {
        let _ = writeln!(out, "- {}", cell(note));
    }
    for source in &regime.sources {
        let _ = writeln!(out, "- Source: {source}");
    }
}

/// Text of others inside a table: on one line, and without what would end the cell.
fn cell(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.replace('|', "\\|")
}

/// Text of others as a quotation: it cannot begin a heading or a list of the draft.
fn quoted(text: &str) -> String {
    let harmless = |line: &str| -> String {
        line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    let lines: Vec<String> =
        text.lines().map(|line| format!("> {}", harmless(line)).trim_end().to_owned()).collect();
    lines.join("\n")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}
