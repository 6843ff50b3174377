//! How much of an ecosystem an origin of records holds.

use serde::{Deserialize, Serialize};

use crate::advisory::record::Record;

/// How many of the known records of an ecosystem an origin holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extent {
    /// Some: what it does not name may be affected all the same.
    #[default]
    Selection,
    /// All, on the word of whoever made or gave it.
    Whole,
}

impl Extent {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Selection => "selection",
            Self::Whole => "whole",
        }
    }

    /// What a record of such an origin says about its ecosystems. The whole data of one ecosystem also
    /// holds records that speak of others besides, and not all of those: an ecosystem is whole only
    /// where a record speaks of it alone.
    #[must_use]
    pub fn of(self, record: &Record) -> Self {
        let mut bases = record.affected.iter().map(|part| part.ecosystem.base());
        let first = bases.next();
        if bases.all(|base| Some(base) == first) { self } else { Self::Selection }
    }
}
