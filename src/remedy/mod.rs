//! What to do about the findings of a component: one change that cures them together.

mod steps;
pub mod target;

use std::collections::BTreeMap;

use crate::advisory::database::Database;
use crate::advisory::playbook::{Playbook, Strength, names};
use crate::advisory::store::StoreError;
use crate::ids::AdvisoryId;
use crate::inventory::{Component, Declaration, Inventory};
use crate::judge::Judged;
use crate::version::{Order, Version};
use target::{Choice, Releases, Target};

/// What the remedy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Take another version of the same package.
    Upgrade,
    /// Take another package: this one gets no fix.
    Replace,
    /// Take it out: it is malware.
    Remove,
    /// No cure is known.
    None,
}

impl Action {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Replace => "replace",
            Self::Remove => "remove",
            Self::None => "none",
        }
    }
}

/// Another way, and what speaks for it or against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// A version of the same package, or `group:artifact version` of another.
    pub to: String,
    /// Why one might take it.
    pub why: String,
}

/// What helps while the upgrade is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopgap {
    /// What to do.
    pub what: String,
    /// How much it helps.
    pub strength: Strength,
    /// The findings it works for.
    pub works_for: Vec<String>,
    /// Findings of this component that it does not help against.
    pub not_for: Vec<String>,
    /// The versions it is made for, in words.
    pub versions: String,
}

/// One change for one component.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// The component, by its place in the inventory.
    pub component: usize,
    /// What to do.
    pub action: Action,
    /// The version to take.
    pub to: Option<Target>,
    /// The findings it clears.
    pub clears: Vec<AdvisoryId>,
    /// The findings that stay or come with it.
    pub leaves: Vec<AdvisoryId>,
    /// Other ways.
    pub alternatives: Vec<Alternative>,
    /// Where the version is declared, when that is known.
    pub declared_in: Option<Declaration>,
    /// Direct dependencies that bring the component in.
    pub introduced_by: Vec<String>,
    /// What to do, one sentence each.
    pub steps: Vec<String>,
    /// What helps meanwhile.
    pub mitigations: Vec<Stopgap>,
    /// The version that would clear all, were it not for the Java level that was asked for.
    pub beyond_java: Option<Target>,
    /// Whether the package is known to be released together with its group.
    pub release: Release,
}

/// Whether packages of one Maven group are known to be one release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// A playbook says so.
    OfGroup,
    /// Nobody says so.
    Alone,
}

/// All that a remedy is made from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// Who is inside.
    pub inventory: &'a Inventory,
    /// What is known to be vulnerable.
    pub database: &'a Database,
    /// What else is known.
    pub playbook: &'a Playbook,
    /// Who is released together.
    pub releases: &'a Releases<'a>,
    /// The Java level that bounds upgrades.
    pub java: Option<u8>,
}

/// One remedy for each component that has open findings, in the order of the inventory.
///
/// # Errors
/// When the imported data is damaged.
pub fn find(judged: &[Judged], sources: Sources<'_>) -> Result<Vec<Remedy>, StoreError> {
    let mut by_component: BTreeMap<usize, Vec<&Judged>> = BTreeMap::new();
    for one in judged.iter().filter(|judged| judged.is_open()) {
        by_component.entry(one.finding.component).or_default().push(one);
    }
    by_component.into_iter().map(|(index, open)| remedy(index, &open, sources)).collect()
}

fn remedy(index: usize, open: &[&Judged], sources: Sources<'_>) -> Result<Remedy, StoreError> {
    let component = &sources.inventory.components[index];
    let name = package_name(component);
    let choice = target::choose(component, open, sources)?;
    let malicious = open.iter().any(|judged| judged.finding.malicious);
    let replacements = sources.playbook.replacements_of(&name);
    let mut alternatives = choice.alternatives.clone();
    alternatives.extend(
        replacements
            .map(|r| Alternative { to: format!("{} {}", r.with, r.version), why: r.why.clone() }),
    );
    let action = match (malicious, &choice.to, alternatives.is_empty()) {
        (true, _, _) => Action::Remove,
        (false, Some(_), _) => Action::Upgrade,
        (false, None, false) => Action::Replace,
        (false, None, true) => Action::None,
    };
    let to = if malicious { None } else { choice.to.clone() };
    let (clears, leaves) = effect(open, to.as_ref(), &choice);
    let mut remedy = Remedy {
        component: index,
        action,
        to,
        clears,
        leaves,
        alternatives,
        declared_in: component.declared_in.as_deref().cloned(),
        introduced_by: introduced_by(component, sources.inventory),
        steps: Vec::new(),
        mitigations: mitigations(component, &name, open, sources.playbook),
        beyond_java: choice.beyond_java.clone(),
        release: match sources.playbook.lines_of(&name).next() {
            Some(_) => Release::OfGroup,
            None => Release::Alone,
        },
    };
    remedy.steps = steps::of(&remedy, component, open, sources);
    Ok(remedy)
}

/// Which of the open findings the target clears, and what it leaves or brings.
fn effect(
    open: &[&Judged],
    to: Option<&Target>,
    choice: &Choice,
) -> (Vec<AdvisoryId>, Vec<AdvisoryId>) {
    let ids = open.iter().filter_map(|judged| judged.finding.ids.first().cloned());
    if to.is_none() {
        return (Vec::new(), ids.collect());
    }
    (ids.filter(|id| !choice.leaves.contains(id)).collect(), choice.leaves.clone())
}

/// `group:artifact` of a component, in its ecosystem's normal form.
fn package_name(component: &Component) -> String {
    component.identity.as_ref().map_or_else(|_| component.name.clone(), |p| p.name.clone())
}

/// The direct dependencies on the known paths; empty when it is direct itself or nobody knows.
fn introduced_by(component: &Component, inventory: &Inventory) -> Vec<String> {
    let graph = &inventory.inputs[component.input].graph;
    let Some(reference) = &component.reference else {
        return Vec::new();
    };
    let mut names: Vec<String> = Vec::new();
    for path in graph.paths(reference) {
        if path.len() < 3 {
            continue;
        }
        let name = inventory.label_of(component.input, path[1]);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn mitigations(
    component: &Component,
    package: &str,
    open: &[&Judged],
    playbook: &Playbook,
) -> Vec<Stopgap> {
    let version = component.version.as_deref().map(|v| Version::parse(Order::Maven, v));
    let Some(Ok(version)) = version else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for mitigation in playbook.mitigations_of(package, &version) {
        let among = |ids: &[String]| -> Vec<String> {
            let open_ids = open.iter().filter(|j| ids.iter().any(|id| names(&j.finding.ids, id)));
            open_ids.filter_map(|j| j.finding.ids.first()).map(ToString::to_string).collect()
        };
        let works_for = among(&mitigation.works_for);
        if !works_for.is_empty() {
            found.push(Stopgap {
                what: mitigation.what.clone(),
                strength: mitigation.strength,
                works_for,
                not_for: among(&mitigation.not_for),
                versions: mitigation.versions(),
            });
        }
    }
    found
}
