//! What every format says besides its findings: the decision, the coverage, the data, the remarks.

use std::collections::{BTreeMap, HashMap};

use super::headline;
use super::model::{Finding, NotEvaluated, Remedy, Report, Source};
use super::text::{count, feed_entries};

/// The decision in two words.
pub(super) fn decision(report: &Report<'_>) -> &'static str {
    match report.gate.class {
        "ok" => "GATE OPEN",
        "gate" => "GATE CLOSED",
        _ => "NO VERDICT",
    }
}

/// Why it was decided so: the gate's reasons, or what an open gate means.
pub(super) fn reasons(report: &Report<'_>) -> Vec<String> {
    if report.gate.reasons.is_empty() {
        return vec![headline::of(report)];
    }
    report.gate.reasons.iter().map(ToString::to_string).collect()
}

/// How much was evaluated, and what was not for which reason.
pub(super) fn coverage(report: &Report<'_>) -> String {
    let totals = report.totals();
    let mut text = format!(
        "{} of {} evaluated in {}",
        totals.evaluated,
        count(totals.declared, "component"),
        count(report.inputs.len(), "document")
    );
    if totals.not_evaluated > 0 {
        let reasons = counted_reasons(report.not_evaluated.iter());
        text.push_str(&format!("; {} NOT evaluated: {reasons}", totals.not_evaluated));
    }
    text
}

/// The coverage and what the data can tell, in one sentence.
pub(super) fn whole_coverage(report: &Report<'_>) -> String {
    match report.totals().evaluated {
        0 => coverage(report),
        _ => format!("{}; {}", coverage(report), headline::knowledge(report)),
    }
}

/// `2 no-version, 1 no-identifier`, by name.
pub(super) fn counted_reasons<'r>(entries: impl Iterator<Item = &'r NotEvaluated<'r>>) -> String {
    let mut numbers = BTreeMap::new();
    entries.for_each(|entry| *numbers.entry(entry.reason).or_insert(0_usize) += 1);
    let parts: Vec<_> = numbers.iter().map(|(name, number)| format!("{number} {name}")).collect();
    parts.join(", ")
}

/// The components of one document that have no verdict: they come by document.
pub(super) fn without_verdict<'r, 'a>(
    report: &'r Report<'a>,
    input: usize,
) -> &'r [NotEvaluated<'a>] {
    let all = &report.not_evaluated;
    let first = all.partition_point(|entry| entry.input < input);
    let behind = all.partition_point(|entry| entry.input <= input);
    &all[first..behind]
}

/// Why one component has no verdict: reason, fact, guess.
pub(super) fn why(entry: &NotEvaluated<'_>) -> String {
    match detail(entry) {
        text if text.is_empty() => entry.reason.to_owned(),
        text => format!("{} ({text})", entry.reason),
    }
}

/// The fact and the guess behind a reason; empty where there are none.
pub(super) fn detail(entry: &NotEvaluated<'_>) -> String {
    let likely = entry.likely.map(|purl| format!("likely {purl}"));
    let parts: Vec<&str> = entry.detail.into_iter().chain(likely.as_deref()).collect();
    parts.join("; ")
}

/// One origin of data: how much, of when.
pub(super) fn source(source: &Source<'_>) -> String {
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
    let packages = source.packages.map(|of| format!(" of {}", count(of, "package")));
    let packages = packages.unwrap_or_default();
    let extent = if source.extent == "whole" { ", taken for all there is" } else { "" };
    format!("{}: {records}{packages}{extent}{withdrawn}{built}", source.name)
}

/// The data with digests and age, and what nobody may conclude from it: one line each.
pub(super) fn data(report: &Report<'_>) -> Vec<String> {
    let data = &report.data;
    let with_digest = |one: &Source<'_>| format!("{}, SHA-256 {}", source(one), one.sha256);
    let mut lines: Vec<String> = data.sources.iter().map(with_digest).collect();
    let age = data.age_days.map(|days| {
        let days = usize::try_from(days).unwrap_or(0);
        format!("the oldest data is {} old", count(days, "day"))
    });
    lines.extend(age);
    lines.extend(data.caveat.clone());
    lines
}

/// Every warning: of the data, of the audit, of the documents.
pub(crate) fn warnings<'r>(report: &'r Report<'_>) -> impl Iterator<Item = &'r str> {
    let inputs = report.inputs.iter().flat_map(|input| input.warnings);
    let all = report.data.warnings.iter().chain(report.warnings).chain(inputs);
    all.map(String::as_str)
}

/// What made the report, of when, under which policy.
pub(super) fn origin(report: &Report<'_>) -> String {
    let policy = match (report.policy.path, report.policy.sha256) {
        (Some(path), Some(digest)) => format!("policy {path}, SHA-256 {digest}"),
        (Some(path), None) => format!("policy {path}"),
        _ => "no policy file".to_owned(),
    };
    let rules = report.policy.fail_on.join(", ");
    format!(
        "{} {} at {}; {policy}; fail on {rules}",
        report.tool.name, report.tool.version, report.generated_at
    )
}

/// What stays the same of each finding over edits and releases. A package may be there in two versions:
/// the second then has a number behind it, so that tools tell the two apart.
pub(super) fn prints(report: &Report<'_>) -> Vec<String> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let print = |finding: &'_ Finding<'_>, number: usize| match number {
        1 => finding.id.clone(),
        _ => format!("{}/{number}", finding.id),
    };
    let numbered = report.findings.iter().map(|finding| {
        let number = seen.entry(finding.id.as_str()).or_default();
        *number += 1;
        print(finding, *number)
    });
    numbered.collect()
}

/// The remedy of each component that has one, by the component's place.
pub(super) fn remedies<'r, 'a>(report: &'r Report<'a>) -> HashMap<usize, &'r Remedy<'a>> {
    report.remedies.iter().map(|remedy| (remedy.place, remedy)).collect()
}

/// Who suppressed a finding, and why; nothing for an open one.
pub(super) fn suppressed(finding: &Finding<'_>) -> Option<String> {
    let by = finding.suppressed_by.as_ref()?;
    let until = by.until.map(|until| format!(" until {until}")).unwrap_or_default();
    let why = by.justification.map(|why| format!(": {why}")).unwrap_or_default();
    Some(format!("{} by {}{until}{why}", by.status, by.source))
}

/// The releases that records name as fixed, each once.
pub(super) fn fixes(finding: &Finding<'_>) -> String {
    let mut fixes: Vec<_> = finding.records.iter().filter_map(|record| record.fixed).collect();
    fixes.sort_unstable();
    fixes.dedup();
    fixes.join(" or ")
}

/// What else people want to know at once: exploited, mitigated, how certain, whether it counts.
pub(super) fn marks(finding: &Finding<'_>) -> Vec<String> {
    let mut marks = Vec::new();
    if let Some(kev) = &finding.exploitation.kev {
        marks.push(format!("EXPLOITED since {}", kev.added));
    }
    marks.extend(likelihood(finding));
    if let Some(seen) = &finding.mitigated {
        marks.push(format!("mitigated: {} ({})", seen.by, seen.evidence));
    }
    if finding.certainty != "exact" {
        marks.push(format!("certainty {}", finding.certainty));
    }
    if finding.status == "open" && !finding.counts_at_gate {
        marks.push("does not count at the gate".to_owned());
    }
    marks
}

/// The EPSS score in three decimals, and what a coordinator saw of attacks where no catalogue lists it.
pub(super) fn likelihood(finding: &Finding<'_>) -> Vec<String> {
    let exploitation = &finding.exploitation;
    let epss = exploitation.epss.as_ref().map(|epss| match epss.score {
        score if score > 0.0 && score < 0.001 => "EPSS below 0.001".to_owned(),
        score => format!("EPSS {score:.3}"),
    });
    let seen = exploitation.ssvc.as_ref().and_then(|decision| decision.exploitation);
    let seen = match seen {
        Some("active") if exploitation.kev.is_none() => Some("EXPLOITED by SSVC".to_owned()),
        Some("poc") if exploitation.kev.is_none() => Some("exploit public".to_owned()),
        _ => None,
    };
    epss.into_iter().chain(seen).collect()
}

/// `critical 10.0`.
pub(super) fn severity(finding: &Finding<'_>) -> String {
    let score = finding.severity.score.map(|score| format!(" {score:.1}")).unwrap_or_default();
    format!("{}{score}", finding.severity.level)
}

/// What to do about a component, in one text; empty where nothing is known.
pub(super) fn remedy(remedy: &Remedy<'_>) -> String {
    remedy.steps.join("; ")
}
