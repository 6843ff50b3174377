//! Findings of one flaw in one package, found by name: no finding is compared with each other one.

use std::collections::{HashMap, HashSet};

use crate::advisory::severity::Level;
use crate::audit::state::{DocumentState, Held, Status};
use crate::ids::AdvisoryId;

/// A flaw in a package under one of its names.
type Name<'a> = ((&'a str, &'a str), &'a AdvisoryId);

fn names(held: &Held) -> impl Iterator<Item = Name<'_>> {
    held.ids.iter().map(|id| (held.release.package(), id))
}

/// The names of many findings.
#[derive(Default)]
pub(super) struct Names<'a>(HashSet<Name<'a>>);

impl<'a> Names<'a> {
    pub(super) fn of(all: impl IntoIterator<Item = &'a Held>) -> Self {
        Self(all.into_iter().flat_map(names).collect())
    }

    /// Whether one of them [is the same flaw](Held::is_same_flaw).
    pub(super) fn has(&self, held: &Held) -> bool {
        names(held).any(|name| self.0.contains(&name))
    }

    /// Adds a finding; the answer is whether its flaw was not there yet.
    pub(super) fn add(&mut self, held: &'a Held) -> bool {
        let is_new = !self.has(held);
        self.0.extend(names(held));
        is_new
    }
}

/// All findings of one flaw in one package, as they are and as they were.
pub(super) struct Flaw<'a> {
    pub(super) now: Vec<&'a Held>,
    pub(super) was: Vec<&'a Held>,
}

impl<'a> Flaw<'a> {
    /// The flaws that the newer state judged, with what was known of each.
    pub(super) fn all(after: &'a DocumentState, before: Option<&'a DocumentState>) -> Vec<Self> {
        let mut flaws: Vec<Self> = Vec::new();
        // the first finding of a flaw names it
        let mut places: HashMap<Name<'a>, usize> = HashMap::new();
        let judged = after.findings.iter();
        let judged =
            judged.filter(|held| matches!(held.status, Status::Open | Status::Suppressed { .. }));
        for held in judged {
            match names(held).filter_map(|name| places.get(&name)).min() {
                Some(place) => flaws[*place].now.push(held),
                None => {
                    places.extend(names(held).map(|name| (name, flaws.len())));
                    flaws.push(Self { now: vec![held], was: Vec::new() });
                }
            }
        }
        for known in before.iter().flat_map(|before| &before.findings) {
            let mut of: Vec<usize> =
                names(known).filter_map(|name| places.get(&name)).copied().collect();
            of.sort_unstable();
            of.dedup();
            of.into_iter().for_each(|place| flaws[place].was.push(known));
        }
        flaws
    }

    pub(super) fn is_open(held: &[&Held]) -> bool {
        held.iter().any(|held| held.status.is_open())
    }

    pub(super) fn level(held: &[&Held]) -> Level {
        held.iter().map(|held| held.level).max().unwrap_or(Level::Unknown)
    }

    pub(super) fn is_exploited(held: &[&Held]) -> bool {
        held.iter().any(|held| held.kev.is_some())
    }

    pub(super) fn has_fix(held: &[&Held]) -> bool {
        held.iter().any(|held| !held.fixed.is_empty())
    }

    pub(super) fn has_stale_statement(held: &[&Held]) -> bool {
        held.iter().any(|held| held.has_stale_statement)
    }
}
