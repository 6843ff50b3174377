//! What `bomvet fix` did and what it did not, for people: standard error, at most 100 columns.

use super::text::{WIDTH, count, plain, wrap};
use crate::fix::{Cured, Left, Outcome};
use crate::pipeline::Audit;

/// How many reasons are told for one component.
const REASONS: usize = 4;

/// The lines to print; `after` is the audit with the patch in place.
#[must_use]
pub fn told(outcome: &Outcome, after: &Audit) -> Vec<String> {
    let mut lines = Vec::new();
    for one in &outcome.cured {
        cured(one, &mut lines);
    }
    let all_left = || outcome.left.iter().chain(&outcome.lost);
    for one in all_left() {
        left(one, &mut lines);
    }
    let open: usize = all_left().map(|one| one.ids.len()).sum();
    let cures: usize = outcome.cured.iter().map(|one| one.ids.len()).sum();
    let files = match outcome.patches.len() {
        0 => "no file changes".to_owned(),
        number => count(number, "file") + if number == 1 { " changes" } else { " change" },
    };
    lines.push(format!("{files}: {} cured, {open} left", count(cures, "finding")));
    for (_, reason) in &after.gate.reasons {
        put("gate", reason, &mut lines);
    }
    let unknown = after.inventory.parts().filter(|part| part.identity.is_err()).count();
    if unknown > 0 {
        let what = format!("{} not evaluated: bomvet scan lists them", count(unknown, "component"));
        put("note", &what, &mut lines);
    }
    lines
}

fn cured(one: &Cured, lines: &mut Vec<String>) {
    put("cured", &format!("{} -> {}: {}", one.what, one.to, one.ids.join(", ")), lines);
    one.changes.iter().for_each(|change| put("  change", change, lines));
    one.notes.iter().for_each(|note| put("  note", note, lines));
}

fn left(one: &Left, lines: &mut Vec<String>) {
    put("left", &format!("{}: {}", one.what, one.ids.join(", ")), lines);
    one.why.iter().take(REASONS).for_each(|why| put("  why", why, lines));
    if one.why.len() > REASONS {
        put("  why", &format!("{} more ways do not help", one.why.len() - REASONS), lines);
    }
}

/// A labelled text, its further lines below the first.
fn put(label: &str, text: &str, lines: &mut Vec<String>) {
    let indent = " ".repeat(label.len() + 2);
    for (number, line) in wrap(&plain(text), WIDTH - indent.len()).iter().enumerate() {
        let start = if number == 0 { format!("{label}: ") } else { indent.clone() };
        lines.push(start + line);
    }
}
