//! Findings by the change that cures them, the gravest change first: how every report for people is
//! ordered.

use std::collections::HashMap;

use super::model::{Finding, Mitigation, Remedy, Report};
use super::text::count;

/// The open findings of one change.
pub(super) struct Change<'r, 'a> {
    pub(super) remedies: Vec<&'r Remedy<'a>>,
    pub(super) findings: Vec<&'r Finding<'a>>,
}

/// All changes, the one with the gravest finding first.
pub(super) fn all<'r, 'a>(report: &'r Report<'a>) -> Vec<Change<'r, 'a>> {
    let mut changes: Vec<Change<'r, 'a>> = Vec::new();
    let (mut by_key, mut by_component) = (HashMap::new(), HashMap::new());
    for remedy in &report.remedies {
        let place = *by_key.entry(remedy.change.as_str()).or_insert_with(|| {
            changes.push(Change { remedies: Vec::new(), findings: Vec::new() });
            changes.len() - 1
        });
        changes[place].remedies.push(remedy);
        by_component.insert(remedy.place, place);
    }
    // findings come by severity, so the first finding of a change gives its rank
    let mut ranks = vec![usize::MAX; changes.len()];
    let open = report.open();
    for (rank, finding) in open.enumerate() {
        let Some(&place) = by_component.get(&finding.place) else { continue };
        changes[place].findings.push(finding);
        ranks[place] = ranks[place].min(rank);
    }
    let mut ranked: Vec<_> = ranks.into_iter().zip(changes).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, change)| change).collect()
}

impl<'r, 'a> Change<'r, 'a> {
    /// What changes to what, and what that clears.
    pub(super) fn title(&self) -> String {
        format!("{} {}: {}", self.names().join(", "), self.action(), self.effect())
    }

    fn action(&self) -> String {
        let first = self.remedies[0];
        match (first.action, first.to) {
            (_, Some(to)) => {
                let java = first.java.map(|java| format!(" (Java {java})")).unwrap_or_default();
                format!("-> {to}{java}")
            }
            ("replace", _) => "-> replace".to_owned(),
            ("remove", _) => "-> remove".to_owned(),
            _ => "-> no fix known".to_owned(),
        }
    }

    fn effect(&self) -> String {
        let first = self.remedies[0];
        let total = self.findings.len();
        match (first.to.is_some(), first.leaves.is_empty()) {
            (true, true) if total == 1 => "clears its finding".to_owned(),
            (true, true) => format!("clears all {total} findings"),
            (true, false) => {
                let cleared: usize = self.remedies.iter().map(|remedy| remedy.clears.len()).sum();
                format!("clears {cleared} of {total} findings")
            }
            (false, _) => count(total, "finding"),
        }
    }

    /// What stays or comes with the version to take.
    pub(super) fn left(&self) -> Option<String> {
        let first = self.remedies[0];
        if first.leaves.is_empty() || first.to.is_none() {
            return None;
        }
        let told = |id: &&str| {
            let known = self.findings.iter().any(|finding| finding.advisory.id == *id);
            if known { (*id).to_owned() } else { format!("{id} (comes with it)") }
        };
        let left: Vec<String> = first.leaves.iter().map(told).collect();
        Some(left.join(", "))
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for finding in self.remedies.iter().filter_map(|remedy| self.finding_of(remedy)) {
            let version = finding.component.version.unwrap_or_default();
            let name = format!("{} {version}", finding.component.name).trim().to_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The gravest finding that a remedy is for.
    pub(super) fn finding_of(&self, remedy: &Remedy<'_>) -> Option<&'r Finding<'a>> {
        self.findings.iter().find(|finding| finding.place == remedy.place).copied()
    }

    /// What to do, the first step of each component before all further ones.
    pub(super) fn steps(&self) -> Vec<&'r str> {
        let mut told: Vec<&str> = Vec::new();
        let first = self.remedies.iter().filter_map(|remedy| remedy.steps.first());
        let further = self.remedies.iter().flat_map(|remedy| remedy.steps.iter().skip(1));
        for step in first.chain(further) {
            if !told.contains(&step.as_str()) {
                told.push(step);
            }
        }
        told
    }

    /// What helps meanwhile, each once.
    pub(super) fn stopgaps(&self) -> Vec<&'r Mitigation<'a>> {
        let mut all: Vec<&Mitigation<'_>> = Vec::new();
        for mitigation in self.remedies.iter().flat_map(|remedy| &remedy.mitigations) {
            if !all.iter().any(|known| known.what == mitigation.what) {
                all.push(mitigation);
            }
        }
        all
    }
}

/// A stopgap with what it helps against and what it does not.
pub(super) fn stopgap(mitigation: &Mitigation<'_>) -> String {
    let mut text = format!("{} ({}", mitigation.what, mitigation.strength);
    text.push_str(&format!(" for {}", mitigation.works_for.join(", ")));
    if !mitigation.not_for.is_empty() {
        text.push_str(&format!("; no help for {}", mitigation.not_for.join(", ")));
    }
    text.push(')');
    text
}
