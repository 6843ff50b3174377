//! What the database knows of one package.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use crate::advisory::exploitation::Known;
use crate::advisory::ranges::CompiledRange;
use crate::advisory::record::{Affected, Record};
use crate::ids::AdvisoryId;
use crate::version::Order;

/// All that is known of one package.
#[derive(Debug, Default)]
pub struct Dossier {
    pub(super) entries: Vec<Entry>,
    pub(super) corrected: Vec<Corrected>,
}

/// An entry that does not count, since somebody corrected its record.
#[derive(Debug)]
pub struct Corrected {
    /// What the record says.
    pub entry: Entry,
    /// The file of the correction.
    pub file: String,
    /// Its reason.
    pub reason: String,
}

/// One `affected` entry of one record, with its ranges compiled on first use.
#[derive(Debug)]
pub struct Entry {
    pub(super) record: Arc<Record>,
    pub(super) affected: usize,
    pub(super) group: Arc<Group>,
    pub(super) compiled: OnceLock<Vec<CompiledRange>>,
}

/// Records that share identifiers, directly or over others: one flaw.
#[derive(Debug)]
pub struct Group {
    pub(super) ids: Arc<[AdvisoryId]>,
    /// Under all identifiers, and under those of the flaws that the package's records say they follow.
    pub(super) exploitation: Known,
}

/// Groups are told apart by their identifiers, of which each is in one group alone.
impl Ord for Group {
    fn cmp(&self, other: &Self) -> Ordering {
        self.ids.cmp(&other.ids)
    }
}

impl PartialOrd for Group {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Group {
    fn eq(&self, other: &Self) -> bool {
        self.ids == other.ids
    }
}

impl Eq for Group {}

impl Group {
    /// All identifiers, the one to name the flaw by first.
    #[must_use]
    pub fn ids(&self) -> &[AdvisoryId] {
        &self.ids
    }

    /// What is known about its exploitation: by catalogues, scores and decisions, and by the marks of
    /// records where no catalogue lists it.
    #[must_use]
    pub fn exploitation<'a>(&self, records: impl IntoIterator<Item = &'a Record>) -> Known {
        self.exploitation.clone().or_marked(records)
    }
}

impl Dossier {
    /// The entries that speak of the package.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Entries that would speak of the package, had their records not been corrected.
    #[must_use]
    pub fn corrected(&self) -> &[Corrected] {
        &self.corrected
    }
}

impl Entry {
    /// The record.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The entry's own part of its record.
    #[must_use]
    pub fn affected(&self) -> &Affected {
        &self.record.affected[self.affected]
    }

    /// The ranges over versions, parsed into the ecosystem's order on first use.
    #[must_use]
    pub fn ranges(&self, order: Order) -> &[CompiledRange] {
        self.compiled.get_or_init(|| {
            let ranges = self.affected().ranges.iter();
            ranges.filter_map(|range| CompiledRange::new(range, order)).collect()
        })
    }

    /// The alias group of the record.
    #[must_use]
    pub fn group(&self) -> &Group {
        &self.group
    }
}
