//! CycloneDX 1.4 to 1.7 as VEX: its schema, and what makes an analysis of use.

use std::collections::HashSet;

use super::{Faults, Node};
use crate::config::justification;

const STATES: [&str; 6] = [
    "resolved",
    "resolved_with_pedigree",
    "exploitable",
    "in_triage",
    "false_positive",
    "not_affected",
];

const RESPONSES: [&str; 5] =
    ["can_not_fix", "will_not_fix", "update", "rollback", "workaround_available"];

pub(super) fn lint(root: &Node<'_>, faults: &mut Faults) {
    let version = root.said("specVersion").unwrap_or_default();
    let minor = version.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok());
    if minor.is_none_or(|minor| minor < 4) {
        let text = format!("specVersion is \"{version}\": vulnerabilities exist since 1.4");
        faults.error(root.get("specVersion").unwrap_or(root), "cyclonedx-version", text);
    }
    let metadata = root.get("metadata").unwrap_or(root);
    faults.instant(metadata, "timestamp", "cyclonedx-time");
    if metadata.get("timestamp").is_none() {
        faults.warn(metadata, "cyclonedx-time", "the document has no time");
    }
    let companies = ["manufacturer", "supplier", "manufacture"];
    let company = companies.iter().filter_map(|name| metadata.get(name));
    let mut authors = metadata.list("authors").iter().chain(company);
    if !authors.any(|one| one.said("name").is_some()) {
        faults.warn(metadata, "cyclonedx-author", "the document names no author");
    }
    let is_analysed = |one: &&Node<'_>| one.get("analysis").is_some();
    if !root.list("vulnerabilities").iter().any(|one| is_analysed(&one)) {
        let at = root.get("vulnerabilities").unwrap_or(root);
        faults.error(at, "cyclonedx-vulnerabilities", "holds no vulnerability with an analysis");
    }
    let mut known = HashSet::new();
    if let Some(subject) = metadata.get("component") {
        learn(subject, &mut known);
    }
    root.list("components").iter().for_each(|one| learn(one, &mut known));
    let services = root.list("services").iter().filter_map(|one| one.said("bom-ref"));
    known.extend(services);
    let entries = root.list("vulnerabilities").iter();
    entries.filter(is_analysed).for_each(|one| vulnerability(one, &known, faults));
}

fn learn<'n>(component: &'n Node<'_>, known: &mut HashSet<&'n str>) {
    known.extend(component.said("bom-ref"));
    component.list("components").iter().for_each(|inner| learn(inner, known));
}

fn vulnerability(one: &Node<'_>, known: &HashSet<&str>, faults: &mut Faults) {
    if one.said("id").is_none() {
        faults.warn(one, "cyclonedx-id", "names no vulnerability (\"id\")");
    }
    let Some(analysis) = one.get("analysis") else { return };
    faults.word(analysis, "state", &STATES, "cyclonedx-state");
    let words: Vec<&str> = justification::of_cyclonedx().collect();
    faults.word(analysis, "justification", &words, "cyclonedx-justification-word");
    for response in analysis.list("response") {
        if !response.text().is_some_and(|word| RESPONSES.contains(&word)) {
            let text = format!("a response is none of {}", RESPONSES.join(", "));
            faults.error(response, "cyclonedx-response", text);
        }
    }
    faults.instant(analysis, "firstIssued", "cyclonedx-time");
    faults.instant(analysis, "lastUpdated", "cyclonedx-time");
    match analysis.said("state") {
        None => {
            faults.warn(analysis, "cyclonedx-state", "an analysis without a state says nothing");
        }
        Some(state @ ("not_affected" | "false_positive"))
            if analysis.said("justification").or(analysis.said("detail")).is_none() =>
        {
            let text = format!("{state} without justification or detail closes nothing");
            faults.warn(analysis, "cyclonedx-justification", text);
        }
        Some(_) => {}
    }
    if one.list("affects").is_empty() {
        let text = "an analysis of no component (\"affects\") says nothing";
        faults.error(one.get("affects").unwrap_or(one), "cyclonedx-affects", text);
    }
    one.list("affects").iter().for_each(|place| affects(place, known, faults));
}

fn affects(place: &Node<'_>, known: &HashSet<&str>, faults: &mut Faults) {
    let Some(reference) = faults.needs(place, "ref", "cyclonedx-ref") else { return };
    let at = place.get("ref").unwrap_or(place);
    match reference.strip_prefix("urn:cdx:") {
        Some(link) if !is_link(link) => {
            let text = "is no BOM-Link: expected urn:cdx:SERIAL/VERSION#REF";
            faults.error(at, "cyclonedx-bom-link", format!("\"{reference}\" {text}"));
        }
        None if !known.contains(reference) => {
            let text = "is no component of this document and no BOM-Link: whose component is it?";
            faults.warn(at, "cyclonedx-dangling", format!("\"{reference}\" {text}"));
        }
        _ => {}
    }
    for version in place.list("versions") {
        let is_one = version.get("version").is_some() != version.get("range").is_some();
        if !is_one {
            faults.error(version, "cyclonedx-versions", "needs either \"version\" or \"range\"");
        }
        let statuses = ["affected", "unaffected", "unknown"];
        faults.word(version, "status", &statuses, "cyclonedx-versions");
    }
}

/// `SERIAL/VERSION#REF` by the pattern of the schema, in any case.
fn is_link(link: &str) -> bool {
    let Some((document, reference)) = link.split_once('#') else { return false };
    let Some((serial, version)) = document.split_once('/') else { return false };
    let groups = serial.split('-');
    let is_serial = groups.clone().map(str::len).eq([8, 4, 4, 4, 12])
        && groups.flat_map(str::bytes).all(|b| b.is_ascii_hexdigit());
    let is_version =
        version.bytes().all(|b| b.is_ascii_digit()) && version.starts_with(|c: char| c != '0');
    is_serial && is_version && !reference.is_empty()
}
