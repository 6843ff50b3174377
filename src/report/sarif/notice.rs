//! What else a reader must know: the gate's reasons, who has no verdict, warnings, what was left out.

use std::collections::BTreeSet;

use super::wire::{Named, Notice, Text};
use super::{MOST_RESULTS, count, location, text, words};
use crate::report::model::{NotEvaluated, Report};
use crate::report::place;

/// How many components without a verdict are named.
const MOST_NAMED: usize = 1_000;

/// Every notification of the run.
pub(super) fn all(report: &Report<'_>, left_out: usize) -> Vec<Notice> {
    let gate = if report.gate.verdict == "fail" { "error" } else { "note" };
    let reasons = words::reasons(report);
    let mut all: Vec<Notice> = reasons.iter().map(|reason| notice("gate", gate, reason)).collect();
    all.push(notice("coverage", "note", &words::whole_coverage(report)));
    if left_out > 0 {
        let said = format!(
            "{} not in this file, which holds the gravest {MOST_RESULTS} results: the JSON report \
             has all",
            is_or_are(left_out)
        );
        all.push(notice("limit", "warning", &said));
    }
    all.extend(words::data(report).iter().map(|line| notice("data", "note", line)));
    all.extend(words::warnings(report).map(|warning| notice("warning", "warning", warning)));
    all.extend(report.not_evaluated.iter().take(MOST_NAMED).map(|entry| missing(entry, report)));
    let more = report.not_evaluated.len().saturating_sub(MOST_NAMED);
    if more > 0 {
        let said =
            format!("{} more without a verdict are not named here", count(more, "component"));
        all.push(notice("limit", "warning", &said));
    }
    all
}

fn is_or_are(findings: usize) -> String {
    let verb = if findings == 1 { "is" } else { "are" };
    format!("{} {verb}", count(findings, "finding"))
}

/// The names that notifications refer to.
pub(super) fn names(notices: &[Notice]) -> Vec<Named> {
    let ids: BTreeSet<&'static str> = notices.iter().map(|notice| notice.descriptor.id).collect();
    ids.into_iter().map(|id| Named { id }).collect()
}

fn notice(id: &'static str, level: &'static str, said: &str) -> Notice {
    let message = Text { text: text(said) };
    Notice { descriptor: Named { id }, level, message, locations: Vec::new() }
}

fn missing(entry: &NotEvaluated<'_>, report: &Report<'_>) -> Notice {
    let said = format!("{} is NOT evaluated: {}", entry.component.label, words::why(entry));
    let (file, line) = place::of(&entry.component, report);
    Notice { locations: vec![location(file, line)], ..notice(entry.reason, "warning", &said) }
}
