//! Texts about what was read and what was not evaluated.

use serde_json::Value;

use super::Row;
use crate::cases_support::outcome::{Outcome, demand, list, text};
use crate::cases_support::sandbox::Ran;

pub(crate) const TEXTS: &[Row] = &[
    (
        "051",
        "both components are listed by name as not evaluated, with the number of records that exist for them",
        records_are_counted_without_version,
    ),
    ("051", "any finding with version 0 or an empty version", no_version_is_not_zero),
    (
        "052",
        "no vulnerabilities found (or words to that effect)",
        nothing_evaluated_is_not_called_clean,
    ),
    ("058", "a warning names the ref used twice", twice_used_ref),
    ("061", "a warning for the refs ghost and ghost2", unknown_refs),
    (
        "066",
        "pkg:hex/plug is listed as not covered: no record of that ecosystem is loaded",
        hex_is_not_covered,
    ),
    ("066", "exit_class ok", not_ok),
    (
        "068",
        "log4j-api is not reported as a dependency of either module",
        managed_api_is_no_dependency,
    ),
    ("069", "the junit finding shows scope test", junit_is_test),
    (
        "069",
        "log4j-core 2.14.1 appears, if at all, as 'managed, not used'",
        managed_core_is_not_used,
    ),
    ("069", "a gating finding for log4j-core", no_finding_on_core),
    ("071", "a warning for line 7", line_7_is_warned_of),
    ("071", "a component made from the empty= line", empty_is_no_component),
];

fn records_are_counted_without_version(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    for name in ["log4j-core", "json-smart"] {
        let entries = list(&ran.report["not_evaluated"]);
        let entry = entries.iter().find(|e| e["component"]["name"] == name);
        let entry = entry.ok_or_else(|| format!("{name} is not listed"))?;
        let detail = text(&entry["detail"]);
        demand(detail.contains("1 record "), || format!("{name}: no number of records: {detail}"))?;
        let table = ran.table();
        let shown = table.contains(name) && table.contains(detail);
        demand(shown, || format!("the table does not say it: {table}"))?;
    }
    Ok(())
}

fn no_version_is_not_zero(outcome: &Outcome<'_>) -> Result<(), String> {
    for finding in outcome.ran().findings() {
        let version = text(&finding["component"]["version"]);
        demand(!["", "0"].contains(&version), || finding["component"].to_string())?;
    }
    Ok(())
}

fn nothing_evaluated_is_not_called_clean(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let said = format!("{} {}", ran.table(), ran.stderr).to_lowercase();
    for words in [
        "no vulnerabilit",
        "no finding",
        "0 finding",
        "0 vulnerabilit",
        "nothing found",
        "no known",
        "no issue",
        "gate open",
        "clean",
        "all clear",
    ] {
        demand(!said.contains(words), || format!("\"{words}\" in: {said}"))?;
    }
    Ok(())
}

fn twice_used_ref(outcome: &Outcome<'_>) -> Result<(), String> {
    outcome.ran().warned(&["\"dup\""])
}

fn unknown_refs(outcome: &Outcome<'_>) -> Result<(), String> {
    outcome.ran().warned(&["\"ghost\""])?;
    outcome.ran().warned(&["\"ghost2\""])
}

fn hex_is_not_covered(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let entries = list(&ran.report["not_evaluated"]);
    let is_hex = |e: &&Value| text(&e["component"]["purl"]).starts_with("pkg:hex/plug");
    let entry = entries.iter().find(is_hex).ok_or("not listed")?;
    let told = entry["reason"] == "ecosystem-not-supported"
        && text(&entry["detail"]).contains("no advisory data");
    demand(told, || entry.to_string())?;
    demand(ran.table().contains("pkg:hex/plug"), || "not in the table".to_owned())
}

fn not_ok(outcome: &Outcome<'_>) -> Result<(), String> {
    demand(outcome.ran().code != Some(0), || "exit 0".to_owned())
}

/// Everything that the report lists, evaluated or not, by name.
fn listed<'a>(ran: &'a Ran, name: &'a str) -> impl Iterator<Item = &'a Value> {
    let without = list(&ran.report["not_evaluated"]).iter().map(|e| &e["component"]);
    let evaluated = list(&ran.report["components"]).iter();
    evaluated.chain(without).filter(move |component| {
        text(&component["purl"]).contains(name) || text(&component["name"]).contains(name)
    })
}

fn managed_api_is_no_dependency(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    demand(listed(ran, "log4j-api").next().is_none(), || "log4j-api is listed".to_owned())?;
    demand(!ran.table().contains("log4j-api"), || ran.table())
}

fn junit_is_test(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    let findings = ran.findings_of("pkg:maven/junit/junit@4.12");
    let holds = findings.iter().all(|f| f["component"]["scope"] == "test");
    demand(!findings.is_empty() && holds, || format!("{findings:?}"))?;
    demand(ran.table().contains("scope test"), || ran.table())
}

fn managed_core_is_not_used(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    demand(listed(ran, "log4j-core").next().is_none(), || {
        "log4j-core is listed as a component".to_owned()
    })?;
    let table = ran.table();
    let said = !table.contains("log4j-core") || table.contains("managed, not used");
    demand(said, || table.clone())
}

fn no_finding_on_core(outcome: &Outcome<'_>) -> Result<(), String> {
    let on_core = |f: &&Value| text(&f["component"]["purl"]).contains("log4j-core");
    let finding = outcome.ran().findings().iter().find(on_core);
    demand(finding.is_none(), || format!("{finding:?}"))
}

fn line_7_is_warned_of(outcome: &Outcome<'_>) -> Result<(), String> {
    let ran = outcome.ran();
    ran.warned(&["gradle.lockfile:7"]).or_else(|_| ran.warned(&["gradle.lockfile", "line 7"]))
}

fn empty_is_no_component(outcome: &Outcome<'_>) -> Result<(), String> {
    let found = listed(outcome.ran(), "empty").next();
    demand(found.is_none(), || format!("{found:?}"))
}
