//! SARIF 2.1.0 (OASIS), within what GitHub's code scanning takes.
//!
//! One rule for each flaw, one result for each finding, and one note for each document that has
//! components without a verdict: an empty list of results would read as "nothing there". All else that
//! a reader must know is a notification of the invocation.

mod notice;
mod rule;
mod wire;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::model::{Finding, Input, Remedy, Report};
use super::text::{clip, count, plain};
use super::{json, place, words};
use wire::{
    Artifact, Driver, Hit, HitFacts, InputFacts, Invocation, Location, Log, Logical, Physical,
    Region, Run, RunFacts, Suppression, Text, Tool,
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// How many results GitHub keeps of one run; which, it does not promise.
const MOST_RESULTS: usize = 5_000;

/// How many locations GitHub keeps of one result.
const MOST_PLACES: usize = 100;

/// Longer texts are cut; GitHub shows fewer.
const LONGEST: usize = 4_000;

/// Where relative paths begin: the reader knows.
const BASE: &str = "%SRCROOT%";

/// Writes one log with one run.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules = rule::Rules::default();
    let gaps: Vec<usize> =
        (0..report.inputs.len()).filter(|i| has_gap(&report.inputs[*i])).collect();
    let room = MOST_RESULTS.saturating_sub(gaps.len());
    let (mut results, left_out) = findings(report, room, &mut rules);
    results.extend(gaps.into_iter().take(MOST_RESULTS).map(|i| gap(i, report, &mut rules)));
    let notices = notice::all(report, left_out);
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: report.tool.name,
                    semantic_version: report.tool.version,
                    rules: rules.into_list(),
                    notifications: notice::names(&notices),
                },
            },
            invocations: [Invocation {
                execution_successful: matches!(report.gate.class, "ok" | "gate"),
                exit_code: report.gate.exit_code,
                exit_code_description: report.gate.class,
                end_time_utc: &report.generated_at,
                tool_execution_notifications: notices,
            }],
            results,
            properties: facts(report),
        }],
    };
    json::pretty(&log, out)
}

/// The gravest findings that there is room for, open ones first, and how many there is none for.
fn findings<'r>(
    report: &'r Report<'_>,
    room: usize,
    rules: &mut rule::Rules,
) -> (Vec<Hit<'r>>, usize) {
    let remedies = words::remedies(report);
    let numbered = report.findings.iter().zip(words::prints(report));
    let (open, closed): (Vec<_>, Vec<_>) = numbered.partition(|(one, _)| one.status == "open");
    let total = open.len() + closed.len();
    let shown = open.into_iter().chain(closed).take(room);
    let results: Vec<Hit<'_>> = shown
        .map(|(finding, print)| {
            let remedy = remedies.get(&finding.place).copied();
            hit(finding, print, remedy, (report, rules))
        })
        .collect();
    let left_out = total - results.len();
    (results, left_out)
}

fn hit<'r>(
    finding: &'r Finding<'_>,
    print: String,
    remedy: Option<&'r Remedy<'_>>,
    (report, rules): (&'r Report<'_>, &mut rule::Rules),
) -> Hit<'r> {
    let rule_index = rules.of(finding);
    let places = finding.component.locations.iter().take(MOST_PLACES);
    let mut locations: Vec<Location> = places.map(|l| location(&l.path, place::line(l))).collect();
    if locations.is_empty() {
        locations.push(location(place::document(&finding.component, report), None));
    }
    let declared = remedy.and_then(|remedy| remedy.declared_in.as_ref());
    let related_locations = declared.map(|declared| Location {
        message: Some(Text { text: text(&format!("declared here: {}", declared.how)) }),
        ..location(declared.path, Some(declared.line))
    });
    let suppression = words::suppressed(finding).map(|by| Suppression {
        kind: "external",
        status: "accepted",
        justification: text(&by),
    });
    Hit {
        rule_id: plain(finding.advisory.id),
        rule_index,
        level: rule::level(finding.severity.level),
        message: Text { text: message(finding, remedy) },
        locations,
        related_locations: related_locations.into_iter().collect(),
        partial_fingerprints: BTreeMap::from([("bomvetFinding/v1", print)]),
        suppressions: (report.summary.suppressed > 0).then(|| suppression.into_iter().collect()),
        properties: Some(HitFacts {
            component: plain(&finding.component.label),
            severity: finding.severity.level,
            certainty: finding.certainty,
            counts_at_gate: finding.counts_at_gate,
            scope: finding.component.scope,
            upgrade_to: remedy.and_then(|remedy| remedy.to),
        }),
    }
}

fn message(finding: &Finding<'_>, remedy: Option<&Remedy<'_>>) -> String {
    let mut parts = vec![format!(
        "{} is affected by {}: {}",
        finding.component.label, finding.advisory.id, finding.advisory.summary
    )];
    match words::fixes(finding) {
        fixes if fixes.is_empty() => {}
        fixes => parts.push(format!("fixed in {fixes}")),
    }
    parts.extend(words::marks(finding));
    parts.extend(place::inside(&finding.component));
    if let Some(path) = finding.paths.first().filter(|path| path.len() > 2) {
        let steps: Vec<&str> = path.iter().map(|step| step.label.as_str()).collect();
        parts.push(format!("path: {}", steps.join(" > ")));
    }
    if finding.component.locations.len() > MOST_PLACES {
        let more = finding.component.locations.len() - MOST_PLACES;
        parts.push(format!("{more} more places are not listed here"));
    }
    parts.extend(words::suppressed(finding).map(|by| format!("suppressed: {by}")));
    parts.extend(remedy.map(|remedy| format!("do: {}", words::remedy(remedy))));
    text(&parts.join("; "))
}

/// Whether a document has components that nothing is known of.
fn has_gap(input: &Input<'_>) -> bool {
    !input.components.is_whole()
}

/// The note on such a document.
fn gap<'r>(number: usize, report: &'r Report<'_>, rules: &mut rule::Rules) -> Hit<'r> {
    let input = &report.inputs[number];
    let counts = &input.components;
    let mut parts =
        vec![format!("{} of {} evaluated", counts.evaluated, count(counts.declared, "component"))];
    if counts.not_evaluated > 0 {
        let own = words::without_verdict(report, number);
        let reasons = words::counted_reasons(own.iter());
        parts.push(format!("{} NOT evaluated: {reasons}", counts.not_evaluated));
    }
    if counts.not_covered > 0 {
        let blind = counts.not_covered;
        parts
            .push(format!("the loaded data can tell nothing, or only exploited flaws, of {blind}"));
    }
    parts.push("neither safe nor affected is known of these".to_owned());
    let print = format!("{} {}", rule::GAP, place::uri(place::file(input.path)));
    Hit {
        rule_id: rule::GAP.to_owned(),
        rule_index: rules.gap(),
        level: "note",
        message: Text { text: text(&parts.join("; ")) },
        locations: vec![location(input.path, None)],
        related_locations: Vec::new(),
        partial_fingerprints: BTreeMap::from([("bomvetDocument/v1", print)]),
        suppressions: (report.summary.suppressed > 0).then(Vec::new),
        properties: None,
    }
}

/// A file and a line: the first where the format has no lines, since GitHub takes no result without.
fn location(path: &str, line: Option<u32>) -> Location {
    let file = place::file(path);
    let inner = place::is_inner(path).then(|| Logical { fully_qualified_name: text(path) });
    Location {
        physical_location: Physical {
            artifact_location: Artifact {
                uri: place::uri(file),
                uri_base_id: (!place::is_absolute(file)).then_some(BASE),
            },
            region: Region { start_line: line.unwrap_or(1).max(1) },
        },
        logical_locations: inner.into_iter().collect(),
        message: None,
    }
}

/// A foreign text as a message: harmless, of bounded length, and without the brackets that would make
/// a link of it (3.11.6).
fn text(foreign: &str) -> String {
    let text = clip(&plain(foreign), LONGEST);
    if !text.contains(['\\', '[', ']']) {
        return text;
    }
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn facts<'r>(report: &'r Report<'_>) -> RunFacts<'r> {
    let totals = report.totals();
    let input = |input: &Input<'r>| InputFacts { path: plain(input.path), sha256: input.sha256 };
    RunFacts {
        gate: report.gate.verdict,
        reasons: words::reasons(report).iter().map(|reason| plain(reason)).collect(),
        coverage: plain(&words::whole_coverage(report)),
        data: words::data(report).iter().map(|line| plain(line)).collect(),
        origin: plain(&words::origin(report)),
        inputs: report.inputs.iter().map(input).collect(),
        open: report.summary.open,
        suppressed: report.summary.suppressed,
        declared: totals.declared,
        evaluated: totals.evaluated,
        not_evaluated: totals.not_evaluated,
        not_covered: totals.not_covered,
    }
}
