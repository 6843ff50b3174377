//! What was seen in an archive, and what it is worth against a flaw.
//!
//! Apache names removing `JndiLookup.class` as help against CVE-2021-44228 and CVE-2021-45046, and
//! against no other flaw (Apache Logging, security page). A mitigation never closes a finding: that is
//! for a waiver or a VEX statement.

use crate::ids::AdvisoryId;
use crate::inventory::{Component, Fact};

/// The flaws that removing the class helps against, by every name they have.
const BY_LOOKUP: [&str; 4] =
    ["CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q", "CVE-2021-45046", "GHSA-7rjr-3q55-vv33"];

/// What was done about a flaw, and how it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mitigation {
    /// What helps.
    pub by: &'static str,
    /// What was seen, in words.
    pub evidence: String,
}

/// Whether a component was changed so that a flaw may not bite: it is told apart from its like.
#[must_use]
pub fn is_changed(component: &Component) -> bool {
    component.facts.iter().any(|fact| matches!(fact, Fact::JndiLookupAbsent { .. }))
}

/// The mitigation of a flaw that every one of these copies of a component shows.
#[must_use]
pub fn mitigation(ids: &[AdvisoryId], copies: &[&Component]) -> Option<Mitigation> {
    if !is_by_lookup(ids) || copies.is_empty() {
        return None;
    }
    let mut evidence: Vec<String> = Vec::new();
    for component in copies {
        let seen = component.facts.iter().find_map(|fact| match fact {
            Fact::JndiLookupAbsent { archive, seen } => {
                Some(format!("{archive} holds {seen} and no JndiLookup.class"))
            }
            _ => None,
        })?;
        if !evidence.contains(&seen) {
            evidence.push(seen);
        }
    }
    Some(Mitigation { by: "JndiLookup class absent", evidence: evidence.join("; ") })
}

/// What looks like a mitigation of a flaw and is none.
#[must_use]
pub fn remarks(ids: &[AdvisoryId], copies: &[&Component]) -> Vec<String> {
    if !is_by_lookup(ids) {
        return Vec::new();
    }
    let facts = copies.iter().flat_map(|component| &component.facts);
    let mut remarks: Vec<String> = facts
        .filter_map(|fact| match fact {
            Fact::JndiLookupElsewhere { archive, holder } => Some(format!(
                "{archive} holds no JndiLookup.class, but {holder} does, which the same class loader \
                 may ask: no mitigation"
            )),
            _ => None,
        })
        .collect();
    remarks.dedup();
    remarks
}

/// Whether a flaw needs the class `JndiLookup`.
#[must_use]
pub fn is_by_lookup(ids: &[AdvisoryId]) -> bool {
    ids.iter().any(|id| BY_LOOKUP.contains(&id.as_str()))
}
