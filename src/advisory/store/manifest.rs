//! What a generation of data is made of: `manifest.json` in its folder, small enough to be read whole.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::advisory::database::Extent;
use crate::advisory::exploitation::Kind;

/// The file's name.
pub(super) const NAME: &str = "manifest.json";

/// What made it.
pub(super) const MADE_BY: &str = concat!("bomvet ", env!("CARGO_PKG_VERSION"));

/// A generation: one import, never changed afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the format.
    pub format: u32,
    /// The bomvet that made it.
    pub made_by: String,
    /// How old the data is: as the importer said, else the newest change in it.
    pub as_of: Timestamp,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// The number that all its files carry, in hexadecimal.
    pub build: String,
    /// SHA-256 over the files, in hexadecimal: the digest of the data.
    pub sha256: String,
    /// How many records count.
    pub records: usize,
    /// How many were withdrawn when they were imported.
    pub withdrawn: usize,
    /// How many remarks the import made; they are in `remarks.txt`.
    pub remarks: usize,
    /// Where the records came from; a record names its source by the place in this list.
    pub sources: Vec<Origin>,
    /// What is known of which ecosystems, by file.
    pub ecosystems: Vec<Shelf>,
    /// Feeds about exploitation.
    pub feeds: Vec<Feed>,
    /// Every file beside this one.
    pub files: Vec<Part>,
}

impl Manifest {
    /// The sources of records; those that held a feed and nothing else are in `feeds`.
    pub fn record_sources(&self) -> impl Iterator<Item = &Origin> {
        self.sources.iter().filter(|origin| {
            let texts = origin.records + origin.withdrawn + origin.superseded + origin.rejected;
            texts > 0 || self.feeds.iter().all(|feed| feed.source != origin.name)
        })
    }
}

/// Where records came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file or folder, as the importer named it.
    pub name: String,
    /// SHA-256 of the file; of a folder, over those of its files.
    pub sha256: String,
    /// How many of the known records of its ecosystems it holds.
    pub extent: Extent,
    /// How many of its records count.
    pub records: usize,
    /// How many were withdrawn.
    pub withdrawn: usize,
    /// How many were left out, since a newer revision was there.
    pub superseded: usize,
    /// How many texts were no records.
    pub rejected: usize,
    /// How many records were read with a remark.
    pub odd: usize,
    /// The newest change in it.
    pub newest: Option<Timestamp>,
}

/// The index of one ecosystem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// The ecosystem without its suffix.
    pub name: String,
    /// Its file.
    pub file: String,
    /// The full names that records use: `Debian:11`, `Debian:12`.
    pub keys: Vec<String>,
    /// Those of them of which all known records are here.
    pub whole: Vec<String>,
    /// How many packages.
    pub packages: usize,
    /// How many records.
    pub records: usize,
}

/// A feed about exploitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// What it is.
    pub kind: Kind,
    /// The file it came from, of decisions the folder, as the importer named it.
    pub source: String,
    /// SHA-256 of the file, unpacked, in hexadecimal.
    pub sha256: String,
    /// When it was made.
    pub date: Timestamp,
    /// How many vulnerabilities it speaks of.
    pub records: usize,
}

/// A file of a generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// How many bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}
