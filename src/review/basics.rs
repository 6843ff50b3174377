//! What a delivery must be before anything else is asked: a list of parts is there, every document can
//! be read, and the buyer accepts the format.

use super::delivery::{Delivery, Kind};
use super::sbom::Sbom;
use super::{About, Evidence, Remark};
use crate::config::{AcceptedFormat, ReviewRule};
use crate::inventory::{Inventory, Role};

/// The rules that are looked for in lists of parts as their authors wrote them: a list that could not be
/// read so shows none of their faults.
pub const JUDGED: [ReviewRule; 18] = [
    ReviewRule::EmptyInventory,
    ReviewRule::NotConformant,
    ReviewRule::NoPrimary,
    ReviewRule::ProductMismatch,
    ReviewRule::NoPurl,
    ReviewRule::GenericPurl,
    ReviewRule::NoVersion,
    ReviewRule::NoTransitive,
    ReviewRule::OneLayer,
    ReviewRule::StaticBlind,
    ReviewRule::Quality,
    ReviewRule::Orphans,
    ReviewRule::Incomplete,
    ReviewRule::Old,
    ReviewRule::Duplicate,
    ReviewRule::VersionMismatch,
    ReviewRule::WeakHash,
    ReviewRule::InvalidLicence,
];

/// A document of the delivery that could not be read as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its path within the delivery.
    pub path: String,
    /// Why.
    pub cause: String,
    /// Whether it is whole and in a format whose quality nobody judges.
    pub is_foreign: bool,
}

/// What is missing or cannot be used at all. `sboms` are the lists of parts that were read as written,
/// `unread` those that were not.
#[must_use]
pub fn remarks(
    delivery: &Delivery,
    sboms: &[(String, Sbom)],
    unread: &[Unread],
    accepted: &[AcceptedFormat],
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if !delivery.items.iter().any(|item| matches!(item.kind, Kind::Sbom(_))) {
        remarks.push(Remark {
            rule: ReviewRule::NoSbom,
            about: About::Delivery,
            detail: String::new(),
            what: "The delivery holds no list of parts (bill of materials) that can be read."
                .to_owned(),
            ask: "Please deliver a bill of materials of the product, in CycloneDX or SPDX."
                .to_owned(),
            clauses: Vec::new(),
            evidence: Vec::new(),
        });
    }
    for item in &delivery.items {
        if let Kind::Unreadable(cause) = &item.kind {
            remarks.push(unreadable(&item.path, cause));
        }
    }
    for one in unread {
        remarks.push(match one.is_foreign {
            true => format(&one.path, &format!("The document {}.", one.cause)),
            false => unreadable(&one.path, &one.cause),
        });
    }
    for (path, sbom) in sboms {
        let (name, version) = (sbom.format.to_string(), sbom.spec_version.as_str());
        let is_accepted = accepted.iter().any(|format| format.accepts(&name, version));
        if !accepted.is_empty() && !is_accepted {
            let known: Vec<_> = accepted.iter().map(ToString::to_string).collect();
            let what =
                format!("The document is {name} {version}; you accept {}.", known.join(", "));
            remarks.push(format(path, &what));
        }
    }
    remarks
}

/// Whether any part was compared with records of flaws: a delivery of which nobody looked at anything
/// must not pass for one without flaws. Loading data is the buyer's part, so nothing is asked.
#[must_use]
pub fn not_evaluated(inventory: &Inventory) -> Option<Remark> {
    let mut parts = inventory.components.iter().filter(|one| one.role == Role::Part).peekable();
    parts.peek()?;
    if parts.any(|one| one.identity.is_ok()) {
        return None;
    }
    Some(Remark {
        rule: ReviewRule::NotEvaluated,
        about: About::Delivery,
        detail: String::new(),
        what:
            "No part of the delivery could be looked up in the loaded records of known flaws: load \
               records of its ecosystems, or ask for identifiers that can be looked up."
                .to_owned(),
        ask: String::new(),
        clauses: Vec::new(),
        evidence: Vec::new(),
    })
}

fn unreadable(path: &str, cause: &str) -> Remark {
    Remark {
        rule: ReviewRule::Unreadable,
        about: About::File(path.to_owned()),
        detail: String::new(),
        what: format!("{path} cannot be read: {cause}."),
        ask: "Please deliver the file again, whole.".to_owned(),
        clauses: Vec::new(),
        evidence: vec![at(path)],
    }
}

fn format(path: &str, what: &str) -> Remark {
    Remark {
        rule: ReviewRule::BadFormat,
        about: About::File(path.to_owned()),
        detail: String::new(),
        what: what.to_owned(),
        ask: "Please export the document again in a format and version that is accepted."
            .to_owned(),
        clauses: Vec::new(),
        evidence: vec![at(path)],
    }
}

fn at(path: &str) -> Evidence {
    Evidence { path: path.to_owned(), at: String::new() }
}
