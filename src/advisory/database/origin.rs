//! Where records and feeds come from.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::extent::Extent;
use super::index_key;
use crate::advisory::exploitation;
use crate::advisory::record::Record;
use crate::ids::AdvisoryId;

/// Records of one origin, before they are indexed.
#[derive(Debug, Default)]
pub struct Batch {
    /// What the report calls the origin: `bundled`, or a path.
    pub name: String,
    /// How many of the known records these are.
    pub extent: Extent,
    /// The records.
    pub records: Vec<Record>,
    /// SHA-256 of the file, in hexadecimal; of a folder, over those of its files.
    pub sha256: String,
    /// What is said about exploitation beside them.
    pub feeds: Vec<exploitation::Loaded>,
    /// What was refused or odd, each with its file.
    pub warnings: Vec<String>,
}

/// What an origin holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// OSV records.
    Osv,
    /// What is known about exploitation.
    Exploitation(exploitation::Kind),
}

impl Contents {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Osv => "osv",
            Self::Exploitation(kind) => kind.as_str(),
        }
    }
}

/// What the report says about one origin of records.
#[derive(Clone, Debug)]
pub struct Source {
    /// `bundled`, or a path.
    pub name: String,
    /// What it holds.
    pub contents: Contents,
    /// How many of its records are in use.
    pub records: usize,
    /// How many packages those in use name, where the records are in memory.
    pub packages: Option<usize>,
    /// How many of the known records of its ecosystems it holds.
    pub extent: Extent,
    /// How many are silent, since they are withdrawn.
    pub withdrawn: usize,
    /// The newest change in it.
    pub built_at: Option<Timestamp>,
    /// SHA-256 of the file, in hexadecimal; of a folder, over those of its files.
    pub sha256: String,
    /// Whether it was imported, so that its age counts.
    pub is_imported: bool,
}

/// How many packages these records name.
pub(super) fn packages(records: &[Arc<Record>]) -> usize {
    let parts = records.iter().flat_map(|record| &record.affected);
    let names: HashSet<_> = parts.map(|part| (index_key(&part.ecosystem), &part.name)).collect();
    names.len()
}

/// Of several revisions of one identifier the newest is kept, and the others are named.
pub(super) fn newest_revisions(records: Vec<Record>) -> (Vec<Record>, Vec<String>) {
    let mut kept: BTreeMap<AdvisoryId, Record> = BTreeMap::new();
    let mut warnings = Vec::new();
    for record in records {
        if let Some(known) = kept.get_mut(&record.id) {
            let newer = record.modified > known.modified;
            let (keep, drop) = if newer { (&record, &*known) } else { (&*known, &record) };
            warnings.push(two_revisions(&record.id, keep.modified, drop.modified));
            if newer {
                *known = record;
            }
        } else {
            kept.insert(record.id.clone(), record);
        }
    }
    (kept.into_values().collect(), warnings)
}

/// What is said when one revision of a record was kept and another left.
pub(in crate::advisory) fn two_revisions(
    id: &AdvisoryId,
    kept: Option<Timestamp>,
    left: Option<Timestamp>,
) -> String {
    let time = |at: Option<Timestamp>| at.map_or_else(|| "no date".to_owned(), |at| at.to_string());
    format!("{id}: two revisions, kept {}, left {}", time(kept), time(left))
}
