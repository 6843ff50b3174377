//! This delivery against the one before.
//!
//! A finding is one flaw of one package, whatever its version. It was *introduced* when the delivery
//! before did not have it, *resolved* when this one has it no more or somebody closed it, and
//! *reopened* when it is open now although the delivery before had its cure: the version there was at
//! or behind the mended one and went back, or somebody had closed it and does no longer. What was
//! resolved longer ago and came back since needs more than two deliveries to be seen. Where nobody can
//! tell any more, because the package is now listed so that it cannot be evaluated, it is *lost* and
//! not resolved; where nobody could tell before, it is *unseen* and not introduced.

mod claims;
mod remarks;
mod risk;

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::diff::{self, DocumentDiff};
use crate::inventory::{Inventory, Role};
use crate::judge::vex::Statement;
use crate::pipeline::Audit;

use self::claims::Claims;
pub use claims::{ClaimChange, Turn};
pub use risk::{Cure, Reopened, Resolved, Risk, Risks};

/// One of two deliveries.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What the audit found out.
    pub audit: &'a Audit,
    /// The statements in it.
    pub statements: &'a [Statement],
    /// The checks of its quality by their ids, and whether each passed.
    pub checks: &'a [(String, bool)],
}

impl<'a> Side<'a> {
    fn claims(self) -> Claims<'a> {
        Claims { statements: self.statements, inventory: &self.audit.inventory }
    }
}

/// What differs between two deliveries.
#[derive(Debug)]
pub struct Change<'a> {
    /// The components, document by document.
    pub documents: Vec<DocumentDiff<'a>>,
    /// The findings.
    pub risks: Risks<'a>,
    /// Packages that are in both and have other licences.
    pub licences: Vec<LicenceChange>,
    /// Checks that passed before and fail now.
    pub fallen: Vec<&'a str>,
    /// Checks that failed before and pass now.
    pub risen: Vec<&'a str>,
    /// Statements that came, went or turned.
    pub claims: Vec<ClaimChange<'a>>,
    new: Side<'a>,
}

/// A package with other licences than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenceChange {
    /// The package's name.
    pub package: String,
    /// What was stated before, sorted.
    pub old: Vec<String>,
    /// What is stated now, sorted.
    pub new: Vec<String>,
}

/// Compares a delivery with the one before. Licences are compared where they were read.
#[must_use]
pub fn compare<'a>(old: Side<'a>, new: Side<'a>) -> Change<'a> {
    let passed = |side: Side<'a>, wanted: bool| -> BTreeSet<&'a str> {
        let of_side = side.checks.iter().filter(|(_, passed)| *passed == wanted);
        of_side.map(|(id, _)| id.as_str()).collect()
    };
    let turned = |before: bool| -> Vec<&'a str> {
        passed(old, before).intersection(&passed(new, !before)).copied().collect()
    };
    Change {
        documents: diff::compare(&old.audit.inventory, &new.audit.inventory),
        risks: risk::compare(old.audit, new.audit),
        licences: licences(&old.audit.inventory, &new.audit.inventory),
        fallen: turned(true),
        risen: turned(false),
        claims: claims::compare(old.claims(), new.claims()),
        new,
    }
}

impl Change<'_> {
    /// Whether anything differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.iter().all(DocumentDiff::is_empty)
            && self.risks.is_empty()
            && self.licences.is_empty()
            && self.fallen.is_empty()
            && self.risen.is_empty()
            && self.claims.is_empty()
    }
}

fn licences(old: &Inventory, new: &Inventory) -> Vec<LicenceChange> {
    let (old, mut new) = (stated(old), stated(new));
    let mut changes = Vec::new();
    for (package, old) in old {
        if let Some(new) = new.remove(&package).filter(|new| *new != old) {
            let (old, new) = (old.into_iter().collect(), new.into_iter().collect());
            changes.push(LicenceChange { package: package.1, old, new });
        }
    }
    changes
}

/// The licences of each package, by what it is and its name; of packages without any, none.
fn stated(inventory: &Inventory) -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut all: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for (index, component) in inventory.components.iter().enumerate() {
        if component.role == Role::Part {
            let licences = inventory.licences.get(&index).into_iter().flatten().cloned();
            let key = (diff::identity(component), component.full_name());
            all.entry(key).or_default().extend(licences);
        }
    }
    all
}
