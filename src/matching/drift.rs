//! Which findings come and go because the advisory data changed, and which change does it.

use crate::advisory::store::diff::{Change, Changed};
use crate::ids::AdvisoryId;
use crate::inventory::Inventory;
use crate::matching::Finding;

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The newer data has it alone.
    Appeared,
    /// The older data has it alone.
    Gone,
}

/// A finding that one of two data sets has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drifted {
    /// What became of it.
    pub drift: Drift,
    /// The component as people name it.
    pub component: String,
    /// The document that lists it.
    pub input: String,
    /// All identifiers of the flaw, the one to name it by first.
    pub ids: Vec<AdvisoryId>,
    /// The records of it that changed, and how.
    pub because: Vec<(AdvisoryId, Change)>,
}

/// Compares what two data sets find in the same documents.
#[must_use]
pub fn between<'a>(
    (old, was): (&'a [Finding], &Inventory),
    (new, is): (&'a [Finding], &Inventory),
    changes: &[Changed],
) -> Vec<Drifted> {
    let (before, after) = (places(old, was), places(new, is));
    let missing = |from: &[Place<'a>], other: &[Place<'a>], drift| -> Vec<Drifted> {
        let own = from.iter().filter(|place| !other.iter().any(|place2| place.is(place2)));
        own.map(|place| place.drifted(drift, changes)).collect()
    };
    let mut all = missing(&after, &before, Drift::Appeared);
    all.extend(missing(&before, &after, Drift::Gone));
    all
}

/// A finding with its component in words, which both inventories share.
struct Place<'a> {
    component: String,
    input: String,
    finding: &'a Finding,
}

fn places<'a>(findings: &'a [Finding], inventory: &Inventory) -> Vec<Place<'a>> {
    let place = |finding: &'a Finding| {
        let component = &inventory.components[finding.component];
        let input = inventory.inputs[component.input].path.to_string();
        Place { component: component.label(), input, finding }
    };
    findings.iter().map(place).collect()
}

impl Place<'_> {
    /// The same component, and a flaw that shares an identifier.
    fn is(&self, other: &Self) -> bool {
        self.component == other.component
            && self.input == other.input
            && self.finding.ids.iter().any(|id| other.finding.ids.contains(id))
    }

    fn drifted(&self, drift: Drift, changes: &[Changed]) -> Drifted {
        let own = changes.iter().filter(|changed| self.finding.ids.contains(&changed.record.id));
        Drifted {
            drift,
            component: self.component.clone(),
            input: self.input.clone(),
            ids: self.finding.ids.clone(),
            because: own.map(|changed| (changed.record.id.clone(), changed.change)).collect(),
        }
    }
}
