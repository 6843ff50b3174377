//! Findings that came, went, or came back.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{Component, Inventory, diff};
use crate::judge::{Judged, Verdict};
use crate::pipeline::Audit;
use crate::review::is_open;
use crate::version::{Order, Version};

/// The findings of two deliveries.
#[derive(Debug, Default)]
pub struct Risks<'a> {
    /// Open now, and not there before.
    pub introduced: Vec<Risk<'a>>,
    /// Open before, and gone or closed now.
    pub resolved: Vec<Resolved<'a>>,
    /// Cured before, and open now.
    pub reopened: Vec<Reopened<'a>>,
    /// Open before, of packages that cannot be evaluated now.
    pub lost: Vec<Risk<'a>>,
    /// Open now, of packages that could not be evaluated before: nobody can tell whether they are new.
    pub unseen: Vec<Risk<'a>>,
    /// How many are open in both.
    pub unchanged: usize,
}

/// A finding with its component.
#[derive(Clone, Copy, Debug)]
pub struct Risk<'a> {
    /// The finding, with its verdict.
    pub judged: &'a Judged,
    /// The component that has it.
    pub component: &'a Component,
}

impl Risk<'_> {
    /// The identifier to name the flaw by.
    #[must_use]
    pub fn id(&self) -> &str {
        self.judged.finding.ids.first().map_or("", |id| id.as_str())
    }
}

/// A finding that is no more.
#[derive(Clone, Copy, Debug)]
pub struct Resolved<'a> {
    /// As it was.
    pub risk: Risk<'a>,
    /// What became of it.
    pub cure: Cure<'a>,
}

/// What became of a finding.
#[derive(Clone, Copy, Debug)]
pub enum Cure<'a> {
    /// The package is not there any more.
    Removed,
    /// The package is there as this component, which does not have the flaw.
    Replaced(&'a Component),
    /// Somebody closed it.
    Closed(&'a Judged),
}

/// A finding that came back.
#[derive(Clone, Copy, Debug)]
pub struct Reopened<'a> {
    /// As it is.
    pub risk: Risk<'a>,
    /// The component before, which did not have the flaw; nothing where the flaw was there and closed.
    pub before: Option<&'a Component>,
}

impl Risks<'_> {
    /// Whether nothing came and nothing went.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.introduced.is_empty()
            && self.resolved.is_empty()
            && self.reopened.is_empty()
            && self.lost.is_empty()
            && self.unseen.is_empty()
    }
}

/// Package and flaw.
type Key = (String, String);

/// One delivery, by package and flaw.
struct Flaws<'a> {
    inventory: &'a Inventory,
    all: BTreeMap<Key, Vec<&'a Judged>>,
    packages: BTreeMap<String, Vec<&'a Component>>,
    /// Names of components without a verdict.
    unknown: BTreeSet<&'a str>,
}

impl<'a> Flaws<'a> {
    fn of(audit: &'a Audit) -> Self {
        let inventory = &audit.inventory;
        let mut flaws = Self {
            inventory,
            all: BTreeMap::new(),
            packages: BTreeMap::new(),
            unknown: BTreeSet::new(),
        };
        for component in &inventory.components {
            match component.identity {
                Ok(_) => {
                    flaws.packages.entry(diff::identity(component)).or_default().push(component);
                }
                Err(_) => {
                    flaws.unknown.insert(&component.name);
                }
            }
        }
        for judged in &audit.judged {
            let component = &inventory.components[judged.finding.component];
            let id = judged.finding.ids.first().map(ToString::to_string).unwrap_or_default();
            flaws.all.entry((diff::identity(component), id)).or_default().push(judged);
        }
        flaws
    }

    fn open(&self, key: &Key) -> Option<Risk<'a>> {
        let judged = self.all.get(key).filter(|judged| is_open(judged, self.inventory))?;
        let first = judged.iter().find(|one| one.is_open())?;
        Some(self.risk(first))
    }

    fn closed(&self, key: &Key) -> Option<&'a Judged> {
        let judged = self.all.get(key).filter(|judged| !is_open(judged, self.inventory))?;
        judged.iter().find(|one| one.verdict != Verdict::Open).copied()
    }

    fn risk(&self, judged: &'a Judged) -> Risk<'a> {
        Risk { judged, component: &self.inventory.components[judged.finding.component] }
    }

    /// The component of a package that had the cure of a flaw.
    fn cured(&self, package: &str, judged: &Judged) -> Option<&'a Component> {
        let components = self.packages.get(package)?.iter();
        components.copied().find(|component| is_behind_fix(component, judged))
    }
}

/// Whether a version is at or behind the mended one of an interval that holds another version.
fn is_behind_fix(component: &Component, judged: &Judged) -> bool {
    let Ok(package) = &component.identity else { return false };
    let Some(order) = Order::of_ecosystem(package.ecosystem.as_str()) else { return false };
    let parse = |text: &str| Version::parse(order, text).ok();
    let Some(version) = parse(&package.version) else { return false };
    let is_behind = |bound: &Option<String>, least: Ordering| {
        let bound = bound.as_deref().and_then(parse);
        bound.and_then(|bound| version.compare(&bound)).is_some_and(|order| order >= least)
    };
    judged.finding.evidence.iter().filter(|evidence| evidence.affected).any(|evidence| {
        is_behind(&evidence.fixed, Ordering::Equal)
            || (evidence.fixed.is_none() && is_behind(&evidence.last_affected, Ordering::Greater))
    })
}

/// What came and what went.
pub(super) fn compare<'a>(old: &'a Audit, new: &'a Audit) -> Risks<'a> {
    let (old, new) = (Flaws::of(old), Flaws::of(new));
    let mut risks = Risks::default();
    for key in new.all.keys() {
        let Some(risk) = new.open(key) else { continue };
        if old.open(key).is_some() {
            risks.unchanged += 1;
        } else if old.all.contains_key(key) {
            risks.reopened.push(Reopened { risk, before: None });
        } else if let Some(before) = old.cured(&key.0, risk.judged) {
            risks.reopened.push(Reopened { risk, before: Some(before) });
        } else if old.unknown.contains(risk.component.name.as_str()) {
            risks.unseen.push(risk);
        } else {
            risks.introduced.push(risk);
        }
    }
    for key in old.all.keys() {
        let Some(risk) = old.open(key) else { continue };
        if new.open(key).is_some() {
            continue;
        }
        let cure = match (new.closed(key), new.packages.get(&key.0)) {
            (Some(judged), _) => Cure::Closed(judged),
            (None, _) if new.unknown.contains(risk.component.name.as_str()) => {
                risks.lost.push(risk);
                continue;
            }
            (None, Some(components)) => Cure::Replaced(components[0]),
            (None, None) => Cure::Removed,
        };
        risks.resolved.push(Resolved { risk, cure });
    }
    risks
}
