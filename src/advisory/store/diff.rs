//! What changed from one generation to another.

use std::collections::BTreeMap;

use super::card::{Card, Own};
use super::{IDENTIFIERS, Store, StoreError};
use crate::advisory::record::Record;
use crate::ids::AdvisoryId;

/// How an advisory changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is new, or was withdrawn and is not any more.
    Added,
    /// It says something else.
    Changed,
    /// It was withdrawn.
    Withdrawn,
    /// It is not there any more.
    Removed,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Added, Self::Changed, Self::Withdrawn, Self::Removed];

    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Withdrawn => "withdrawn",
            Self::Removed => "removed",
        }
    }
}

/// What changed of one advisory.
#[derive(Clone, Debug)]
pub struct Changed {
    /// How.
    pub change: Change,
    /// The record as it is now, or as it was where it is gone.
    pub record: Record,
}

/// What changed of every advisory, by identifier.
///
/// # Errors
/// When one of the two is damaged.
pub fn compare(old: &Store, new: &Store) -> Result<Vec<Changed>, StoreError> {
    let (was, is) = (owns(old)?, owns(new)?);
    let mut changes = Vec::new();
    for (id, own) in &is {
        let change = match was.get(id) {
            None if own.withdrawn.is_none() => Change::Added,
            None => continue,
            Some(before) => match (before.withdrawn, own.withdrawn) {
                (Some(_), None) => Change::Added,
                (None, Some(_)) => Change::Withdrawn,
                _ if before.content != own.content => Change::Changed,
                _ => continue,
            },
        };
        changes.push(Changed { change, record: new.record(own.text)? });
    }
    for (id, own) in was.iter().filter(|(_, own)| own.withdrawn.is_none()) {
        if !is.contains_key(id) {
            changes.push(Changed { change: Change::Removed, record: old.record(own.text)? });
        }
    }
    changes.sort_by(|a, b| {
        (a.change, a.record.id.natural_key()).cmp(&(b.change, b.record.id.natural_key()))
    });
    Ok(changes)
}

fn owns(store: &Store) -> Result<BTreeMap<AdvisoryId, Own>, StoreError> {
    let mut all = BTreeMap::new();
    for row in store.identifiers()?.rows() {
        let read = row.and_then(|(id, value)| {
            let id = std::str::from_utf8(id).ok().and_then(AdvisoryId::new);
            Ok((id.ok_or("an identifier is no text")?, Card::read(value)?))
        });
        let (id, card) = read.map_err(store.wrong(IDENTIFIERS))?;
        if let Some(own) = card.own {
            all.insert(id, own);
        }
    }
    Ok(all)
}
