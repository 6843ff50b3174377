//! Texts about SARIF, and about totals across formats.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Row, document};
use crate::cases_support::outcome::{Outcome, demand, list, text};
use crate::cases_support::sandbox::Ran;
use crate::support;

pub(crate) const TEXTS: &[Row] = &[
    ("094", "$.version == '2.1.0'", version_is_2_1_0),
    ("094", "len($.runs[0].results) == 4", four_results),
    (
        "094",
        "every result: locations[0].physicalLocation.artifactLocation.uri == 'sbom.cdx.json'",
        each_has_the_file,
    ),
    ("094", "every result: locations[0].physicalLocation.region.startLine >= 1", each_has_a_line),
    ("094", "every result: message.text not empty", each_has_a_message),
    (
        "094",
        "every result: partialFingerprints has at least one non-empty member",
        each_has_a_fingerprint,
    ),
    (
        "094",
        "every rule: properties['security-severity'] is a decimal string, e.g. '10.0'",
        each_rule_has_a_severity,
    ),
    ("096", "len(results) == 3", three_results),
    (
        "096",
        "rule ids are unique and are exactly the ids used by results (2)",
        rules_are_those_used,
    ),
    ("096", "results[i].ruleIndex, if given, points to the rule with the same id", rule_index_fits),
    (
        "096",
        "two results share one ruleId and differ in fingerprint",
        shared_rule_differs_in_fingerprint,
    ),
    ("096", "ruleId does not contain a package version", rule_id_has_no_version),
    (
        "097",
        "the set of (ruleId, partialFingerprints) is equal in both runs",
        fingerprints_are_equal,
    ),
    ("097", "no fingerprint contains or depends on a line number", fingerprints_know_no_line),
    (
        "097",
        "the key primaryLocationLineHash is not used for a home-made value",
        githubs_key_is_left_alone,
    ),
    (
        "101",
        "summary total == rows in table == open findings in JSON == SARIF results without suppressions == 2",
        totals_are_equal,
    ),
    ("101", "suppressed are counted on their own (1)", suppressed_are_counted_apart),
    ("101", "per-severity counts add up: critical 1, medium 1", levels_add_up),
];

/// The document that a run with `format` "sarif" printed.
fn sarif(ran: &Ran) -> Result<Value, String> {
    serde_json::from_str(&ran.stdout).map_err(|error| {
        let why = ran.stderr.trim().lines().next().unwrap_or_default();
        format!("standard output is no SARIF: {error}; {why}")
    })
}

fn results(sarif: &Value) -> &[Value] {
    list(&sarif["runs"][0]["results"])
}

fn rules(sarif: &Value) -> &[Value] {
    list(&sarif["runs"][0]["tool"]["driver"]["rules"])
}

fn version_is_2_1_0(outcome: &Outcome<'_>) -> Result<(), String> {
    let version = &sarif(outcome.ran())?["version"];
    demand(version == "2.1.0", || version.to_string())
}

fn count(outcome: &Outcome<'_>, wanted: usize) -> Result<(), String> {
    let sarif = sarif(outcome.ran())?;
    let found = results(&sarif).len();
    demand(found == wanted, || format!("{found} results"))
}

fn four_results(outcome: &Outcome<'_>) -> Result<(), String> {
    count(outcome, 4)
}

fn three_results(outcome: &Outcome<'_>) -> Result<(), String> {
    count(outcome, 3)
}

/// Demands something of each result, and that there are results.
fn each(outcome: &Outcome<'_>, holds: impl Fn(&Value) -> bool) -> Result<(), String> {
    let sarif = sarif(outcome.ran())?;
    demand(!results(&sarif).is_empty(), || "no results".to_owned())?;
    let wrong = results(&sarif).iter().find(|result| !holds(result));
    demand(wrong.is_none(), || format!("{wrong:?}"))
}

fn each_has_the_file(outcome: &Outcome<'_>) -> Result<(), String> {
    each(outcome, |result| {
        let place = &result["locations"][0]["physicalLocation"];
        place["artifactLocation"]["uri"] == "sbom.cdx.json"
    })
}

fn each_has_a_line(outcome: &Outcome<'_>) -> Result<(), String> {
    each(outcome, |result| {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        region["startLine"].as_u64().is_some_and(|line| line >= 1)
    })
}

fn each_has_a_message(outcome: &Outcome<'_>) -> Result<(), String> {
    each(outcome, |result| !text(&result["message"]["text"]).trim().is_empty())
}

fn each_has_a_fingerprint(outcome: &Outcome<'_>) -> Result<(), String> {
    each(outcome, |result| {
        let prints = result["partialFingerprints"].as_object();
        prints.is_some_and(|prints| prints.values().any(|print| !text(print).is_empty()))
    })
}

fn each_rule_has_a_severity(outcome: &Outcome<'_>) -> Result<(), String> {
    let sarif = sarif(outcome.ran())?;
    demand(!rules(&sarif).is_empty(), || "no rules".to_owned())?;
    for rule in rules(&sarif) {
        let severity = text(&rule["properties"]["security-severity"]);
        let decimal = severity
            .split_once('.')
            .is_some_and(|(whole, tenths)| whole.parse::<u8>().is_ok() && tenths.len() == 1);
        demand(decimal && severity.parse::<f64>().is_ok(), || rule.to_string())?;
    }
    Ok(())
}

fn rules_are_those_used(outcome: &Outcome<'_>) -> Result<(), String> {
    let sarif = sarif(outcome.ran())?;
    let listed: Vec<_> = rules(&sarif).iter().map(|rule| text(&rule["id"])).collect();
    let unique: BTreeSet<_> = listed.iter().copied().collect();
    let used: BTreeSet<_> = results(&sarif).iter().map(|r| text(&r["ruleId"])).collect();
    demand(listed.len() == 2 && unique == used, || format!("rules {listed:?}, used {used:?}"))
}

fn rule_index_fits(outcome: &Outcome<'_>) -> Result<(), String> {
    let sarif = sarif(outcome.ran())?;
    let rules = rules(&sarif);
    each(outcome, |result| match result["ruleIndex"].as_u64() {
        None => result["ruleIndex"].is_null(),
        Some(index) => usize::try_from(index)
            .ok()
            .and_then(|index| rules.get(index))
            .is_some_and(|rule| rule["id"] == result["ruleId"]),
    })
}

fn shared_rule_differs_in_fingerprint(outcome: &Outcome<'_>) -> Result<(), String> {
    let sarif = sarif(outcome.ran())?;
    let all = results(&sarif);
    let differs = |(index, one): (usize, &Value)| {
        all[index + 1..].iter().any(|other| {
            one["ruleId"] == other["ruleId"]
                && one["partialFingerprints"] != other["partialFingerprints"]
        })
    };
    demand(all.iter().enumerate().any(differs), || sarif.to_string())?;
    let prints: BTreeSet<_> = all.iter().map(|r| r["partialFingerprints"].to_string()).collect();
    demand(prints.len() == all.len(), || format!("{prints:?}"))
}

fn rule_id_has_no_version(outcome: &Outcome<'_>) -> Result<(), String> {
    let versions: Vec<String> = outcome
        .ran()
        .findings()
        .iter()
        .map(|f| text(&f["component"]["version"]).to_owned())
        .collect();
    each(outcome, |result| {
        let id = text(&result["ruleId"]);
        !id.contains('@') && !versions.iter().any(|version| id.contains(version.as_str()))
    })
}

fn identities(sarif: &Value) -> BTreeSet<String> {
    let identity = |r: &Value| format!("{} {}", r["ruleId"], r["partialFingerprints"]);
    results(sarif).iter().map(identity).collect()
}

fn fingerprints_are_equal(outcome: &Outcome<'_>) -> Result<(), String> {
    let [a, b] = outcome.runs else {
        return Err("expected two runs".to_owned());
    };
    let (a, b) = (identities(&sarif(a)?), identities(&sarif(b)?));
    demand(!a.is_empty() && a == b, || format!("{a:?} and {b:?}"))
}

fn fingerprints_know_no_line(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let before = identities(&sarif(ran)?);
    let folder = ran.step.wanted("cwd").unwrap_or(".");
    let path = outcome.sandbox.root().join(folder).join(&ran.step.inputs[0]);
    let mut moved = b"\n\n\n\n\n\n\n".to_vec();
    moved.extend(support::read(&path));
    support::write(&path, &moved);
    let after = identities(&sarif(&outcome.sandbox.scan(&ran.step))?);
    demand(before == after, || format!("{before:?}, seven lines later {after:?}"))
}

fn githubs_key_is_left_alone(outcome: &Outcome<'_>) -> Result<(), String> {
    let sarif = sarif(outcome.ran())?.to_string();
    demand(!sarif.contains("primaryLocationLineHash"), || "it is used".to_owned())
}

/// The rows of open findings: they begin with their level, and end where the suppressed ones are told.
fn rows(table: &str) -> usize {
    const LEVELS: [&str; 6] = ["critical", "high", "medium", "low", "none", "unknown"];
    let lines = table.lines().take_while(|line| !line.ends_with(" suppressed"));
    let is_row = |line: &&str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        line.starts_with("  ") && !line.starts_with("   ") && LEVELS.contains(&first)
    };
    lines.filter(is_row).count()
}

fn totals_are_equal(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let sarif = document(outcome, "sarif")?;
    let unsuppressed =
        results(&sarif).iter().filter(|result| list(&result["suppressions"]).is_empty());
    let totals = [
        usize::try_from(ran.report["summary"]["open"].as_u64().unwrap_or(0)).unwrap(),
        rows(&ran.stdout),
        ran.with_status("open").len(),
        unsuppressed.count(),
    ];
    demand(totals == [2; 4], || format!("summary, table, JSON, SARIF: {totals:?}"))
}

fn suppressed_are_counted_apart(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let summary = &ran.report["summary"];
    demand(summary["suppressed"] == 1, || summary.to_string())?;
    let table = ran.table();
    demand(table.contains("1 finding suppressed"), || table.clone())
}

fn levels_add_up(outcome: &Outcome<'_>) -> Result<(), String> {
    let levels = &outcome.ran().report["summary"]["by_severity"];
    let of = |level: &str| levels[level].as_u64();
    let rest = ["high", "low", "none", "unknown"];
    let holds = of("critical") == Some(1)
        && of("medium") == Some(1)
        && rest.into_iter().all(|level| of(level) == Some(0));
    demand(holds, || levels.to_string())
}
