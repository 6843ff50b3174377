//! Where records and feeds come from.

use jiff::Timestamp;

use super::extent::Extent;
use crate::advisory::exploitation;
use crate::advisory::record::Record;

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
