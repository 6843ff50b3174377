//! What an open gate means, in one sentence.
//!
//! "Nothing found" is never said of what was not looked at, nor without saying how much of it the
//! loaded data can speak of.

use super::model::Report;
use super::text::count;

/// The sentence behind "gate open".
pub(super) fn of(report: &Report<'_>) -> String {
    let totals = report.totals();
    let suppressed = report.summary.suppressed;
    let mut text = match report.summary.open {
        0 if totals.declared == 0 => "the documents declare no components".to_owned(),
        0 => nothing_found(report),
        open => {
            let mut text = format!("{} below the gate's rules", count(open, "finding"));
            if totals.not_covered > 0 {
                text.push_str(&format!("; {}", reach(report)));
            }
            text
        }
    };
    if suppressed > 0 {
        text.push_str(&format!("; {suppressed} suppressed"));
    }
    text
}

/// What the data can tell about the evaluated components.
pub(super) fn knowledge(report: &Report<'_>) -> String {
    let totals = report.totals();
    let whole = totals.covered() - totals.named;
    let mut parts: Vec<String> = [
        ("is whole for", whole),
        ("knows the packages of", totals.named),
        ("can tell nothing, or only exploited flaws, of", totals.not_covered),
    ]
    .into_iter()
    .filter(|(_, number)| *number > 0)
    .map(|(what, number)| format!("{what} {number}"))
    .collect();
    let last = parts.pop().unwrap_or_default();
    let first = if parts.is_empty() { String::new() } else { parts.join(", ") + " and " };
    let guessed = match totals.low_certainty {
        0 => String::new(),
        1 => "; 1 is identified by names alone, certainty low".to_owned(),
        some => format!("; {some} are identified by names alone, certainty low"),
    };
    format!("{} data {first}{last}{guessed}", origin(report))
}

/// Which data that is.
fn origin(report: &Report<'_>) -> &'static str {
    if report.data.is_bundled_alone() { "bundled" } else { "loaded" }
}

fn nothing_found(report: &Report<'_>) -> String {
    let totals = report.totals();
    let what = if report.summary.suppressed == 0 { "no finding" } else { "no open finding" };
    let (missing, declared) = (totals.not_evaluated, totals.declared);
    let evaluated = count(totals.evaluated, "component");
    let mut limits = match totals.low_certainty {
        0 => String::new(),
        some => format!(" ({some} of them identified by names alone)"),
    };
    if totals.named > 0 {
        limits.push_str(&format!(" as far as the {} records go", origin(report)));
    }
    match (missing, totals.not_covered) {
        (0, 0) => format!("{what} among {evaluated}{limits}"),
        (_, 0) => format!(
            "{what} among {evaluated} that could be evaluated{limits}; {missing} of {declared} \
             could NOT"
        ),
        (0, _) => format!("{what}, but {}: this is no clean bill", reach(report)),
        (_, _) => format!(
            "{what}, but {missing} of {declared} components could NOT be evaluated and {}: this is \
             no clean bill",
            reach(report)
        ),
    }
}

/// How many of the evaluated components the data can speak of.
fn reach(report: &Report<'_>) -> String {
    let totals = report.totals();
    let of = match totals.not_evaluated {
        0 => count(totals.evaluated, "component"),
        _ => totals.evaluated.to_string(),
    };
    format!("the {} records can speak of {} of {of}", origin(report), totals.covered())
}
