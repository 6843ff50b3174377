//! What the rules of the configuration can know about documents, components and findings.

use jiff::Timestamp;

use super::gate::Known;
use super::{Judged, Triage};
use crate::advisory::severity::Level;
use crate::config::{Answer, ComponentFacts, DocumentFacts, FindingFacts, GatePolicy};
use crate::ids::AdvisoryId;
use crate::inventory::{Component, Inventory, Scope};

/// About a document.
pub(super) fn document(inventory: &Inventory, index: usize) -> DocumentFacts {
    let input = &inventory.inputs[index];
    let count = inventory.count(Some(index));
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    DocumentFacts {
        path: input.path.to_string(),
        format: input.format.to_string(),
        spec_version: input.spec_version.clone().unwrap_or_default(),
        subject: input.subject.as_ref().map(|subject| subject.name.clone()).unwrap_or_default(),
        declared: number(count.declared),
        evaluated: number(count.evaluated),
        not_evaluated: number(count.not_evaluated),
    }
}

/// About a component, by its place.
pub(super) fn component(inventory: &Inventory, index: usize) -> ComponentFacts {
    let component = &inventory.components[index];
    let package = component.identity.as_ref().ok();
    ComponentFacts {
        purl: component.purl_text.clone().unwrap_or_default(),
        ecosystem: package.map(|package| package.ecosystem.to_string()).unwrap_or_default(),
        group: component.group.clone().unwrap_or_default(),
        name: component.name.clone(),
        version: component.version.clone().unwrap_or_default(),
        scope: component.scope.map_or("unknown", Scope::as_str).to_owned(),
        relation: relation(inventory, component).to_owned(),
        evaluated: package.is_some(),
        coverage: component.coverage.as_str().to_owned(),
        licenses: inventory.licences.get(&index).cloned().unwrap_or_default(),
    }
}

fn relation(inventory: &Inventory, component: &Component) -> &'static str {
    let graph = &inventory.inputs[component.input].graph;
    match component.reference.as_deref().and_then(|reference| graph.distance(reference)) {
        None => "unknown",
        Some(1) => "direct",
        Some(_) => "transitive",
    }
}

/// About a finding. What is not known counts as the policy says of what is unrated.
pub(super) fn finding(
    judged: &Judged,
    known: Known<'_>,
    policy: &GatePolicy,
    now: Timestamp,
) -> FindingFacts {
    let finding = &judged.finding;
    let unknown = |most: f64| if policy.unknown_severity == Answer::Fail { most } else { 0.0 };
    let level = finding.severity.level;
    let epss = finding.exploitation.epss.as_ref().map(|epss| epss.score.value());
    let days = |since: Option<Timestamp>| {
        since.map_or(-1, |since| now.duration_since(since).as_hours().max(0) / 24)
    };
    FindingFacts {
        id: finding.ids.first().map(ToString::to_string).unwrap_or_default(),
        ids: finding.ids.iter().map(AdvisoryId::to_string).collect(),
        summary: finding.summary.clone(),
        severity: level.as_str().to_owned(),
        score: match level {
            Level::Unknown => unknown(10.0),
            _ => finding.severity.score.unwrap_or_default(),
        },
        kev: finding.exploitation.kev.is_some(),
        epss: epss.unwrap_or_else(|| unknown(1.0)),
        malicious: finding.malicious,
        fixable: (known.fixable)(judged),
        untriaged: judged.triage == Triage::Missing,
        mitigated: finding.mitigated.is_some(),
        certainty: finding.certainty.as_str().to_owned(),
        age_days: days(finding.published),
        known_days: days(judged.first_seen),
    }
}
