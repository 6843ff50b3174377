//! Texts about the enriched bill of materials, and about empty lists in every format.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Row, document, printed};
use crate::cases_support::outcome::{Outcome, demand, list, text};
use crate::cases_support::sandbox::Ran;
use crate::support;

pub(crate) const TEXTS: &[Row] = &[
    (
        "102",
        "output.metadata.component equals input.metadata.component (version 0.1.0, type firmware, properties)",
        subject_is_kept,
    ),
    (
        "102",
        "output.metadata.tools.components starts with first-generator and has this tool added",
        tool_is_added,
    ),
    (
        "102",
        "components, dependencies, externalReferences and specVersion are unchanged",
        the_rest_is_unchanged,
    ),
    (
        "102",
        "vulnerabilities has one entry with affects[0].ref equal to the bom-ref of log4j-core",
        one_vulnerability_by_reference,
    ),
    ("102", "ratings[0].score == 10.0 and method CVSSv31", rating_is_kept),
    (
        "103",
        "no null anywhere in CycloneDX, SARIF, OpenVEX or JSON output where the schema wants array or string",
        no_null_for_a_list,
    ),
    ("103", "dependsOn entries are unique in CycloneDX output", depends_on_is_unique),
    (
        "103",
        "an OpenVEX document without statements is not written (or is marked as empty by the tool's own rule)",
        no_empty_openvex,
    ),
];

/// The lists of `bomvet.report/1`.
const LISTS: [&str; 24] = [
    "sources",
    "ecosystems",
    "warnings",
    "fail_on",
    "inputs",
    "components",
    "locations",
    "not_evaluated",
    "findings",
    "aliases",
    "urls",
    "records",
    "conditions",
    "notes",
    "claims",
    "paths",
    "remedies",
    "clears",
    "leaves",
    "alternatives",
    "introduced_by",
    "steps",
    "mitigations",
    "reasons",
];

/// What the run printed with `format` "cyclonedx", and what it was given.
fn both(outcome: &Outcome<'_>) -> Result<(Value, Value), String> {
    let ran = outcome.ran();
    let output = serde_json::from_str(&ran.stdout).map_err(|error| {
        let why = ran.stderr.trim().lines().next().unwrap_or_default();
        format!("standard output is no CycloneDX: {error}; {why}")
    })?;
    let input = support::read(&outcome.sandbox.root().join(&ran.step.inputs[0]));
    Ok((output, serde_json::from_slice(&input).unwrap()))
}

fn subject_is_kept(outcome: &Outcome<'_>) -> Result<(), String> {
    let (output, input) = both(outcome)?;
    let (now, before) = (&output["metadata"]["component"], &input["metadata"]["component"]);
    demand(now == before, || format!("{now}, was {before}"))
}

fn tool_is_added(outcome: &Outcome<'_>) -> Result<(), String> {
    let (output, _) = both(outcome)?;
    let tools = list(&output["metadata"]["tools"]["components"]);
    let names: Vec<_> = tools.iter().map(|tool| text(&tool["name"])).collect();
    demand(names == ["first-generator", "bomvet"], || format!("{names:?}"))
}

fn the_rest_is_unchanged(outcome: &Outcome<'_>) -> Result<(), String> {
    let (output, input) = both(outcome)?;
    for member in ["components", "dependencies", "externalReferences", "specVersion"] {
        let same = output[member] == input[member];
        demand(same, || format!("{member}: {}", output[member]))?;
    }
    Ok(())
}

fn one_vulnerability_by_reference(outcome: &Outcome<'_>) -> Result<(), String> {
    let (output, input) = both(outcome)?;
    let core = list(&input["components"]).iter().find(|c| c["name"] == "log4j-core");
    let reference = &core.ok_or("the input has no log4j-core")?["bom-ref"];
    let [entry] = list(&output["vulnerabilities"]) else {
        return Err(output["vulnerabilities"].to_string());
    };
    demand(entry["affects"][0]["ref"] == *reference, || entry.to_string())
}

fn rating_is_kept(outcome: &Outcome<'_>) -> Result<(), String> {
    let (output, _) = both(outcome)?;
    let rating = &output["vulnerabilities"][0]["ratings"][0];
    let holds = rating["score"] == 10.0 && rating["method"] == "CVSSv31";
    demand(holds, || rating.to_string())
}

/// Whether a value or anything inside it is null.
fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().any(holds_null),
        Value::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}

/// A member that must be a list and is null.
fn no_list(value: &Value) -> Option<&str> {
    match value {
        Value::Array(list) => list.iter().find_map(no_list),
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            let wrong = member.is_null() && LISTS.contains(&name.as_str());
            if wrong { Some(name.as_str()) } else { no_list(member) }
        }),
        _ => None,
    }
}

/// The outcome of one of the runs alone.
fn one_by_one<'a>(outcome: &Outcome<'a>) -> impl Iterator<Item = Outcome<'a>> {
    let sandbox = outcome.sandbox;
    outcome.runs.chunks(1).map(move |runs: &'a [Ran]| Outcome { runs, sandbox })
}

fn no_null_for_a_list(outcome: &Outcome<'_>) -> Result<(), String> {
    for one in one_by_one(outcome) {
        let tag = &one.ran().step.tag;
        let json = document(&one, "json")?;
        let wrong = no_list(&json);
        demand(wrong.is_none(), || format!("{tag}json: {wrong:?}"))?;
        for format in ["cyclonedx", "sarif"] {
            let document = document(&one, format)?;
            demand(!holds_null(&document), || format!("{tag}{format}: {document}"))?;
        }
        let openvex = printed(&one, "openvex")?;
        let parsed = serde_json::from_str::<Value>(&openvex);
        let sound = openvex.trim().is_empty() || parsed.is_ok_and(|vex| !holds_null(&vex));
        demand(sound, || format!("{tag}openvex: {openvex}"))?;
    }
    Ok(())
}

fn depends_on_is_unique(outcome: &Outcome<'_>) -> Result<(), String> {
    for one in one_by_one(outcome) {
        let document = document(&one, "cyclonedx")?;
        for entry in list(&document["dependencies"]) {
            let all: Vec<_> = list(&entry["dependsOn"]).iter().map(text).collect();
            let unique: BTreeSet<_> = all.iter().collect();
            demand(unique.len() == all.len(), || entry.to_string())?;
        }
    }
    Ok(())
}

fn no_empty_openvex(outcome: &Outcome<'_>) -> Result<(), String> {
    let one = one_by_one(outcome).next().ok_or("no run")?;
    let done = one.sandbox.print(&one.ran().step, "openvex");
    demand(done.code != Some(2), || done.stderr.trim().to_owned())?;
    let said = done.stderr.contains("no statement");
    demand(done.stdout.trim().is_empty() || said, || done.stdout.clone())
}
