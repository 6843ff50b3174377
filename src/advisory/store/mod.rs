//! Imported advisory data: a folder of generations, each the whole outcome of one import.
//!
//! ```text
//! DIR/current                  names the generation that counts, and its manifest's SHA-256
//! DIR/lock                     held by whoever imports
//! DIR/gen-00000007/            never changed once it has its name
//!     manifest.json            what it holds, from where, as of when
//!     Maven-3.idx, …           packages of an ecosystem, with what records say of their versions
//!     identifiers.idx          who calls what the same flaw
//!     texts.bin                the records as they were published
//!     exploitation.idx         what is known about exploitation, by CVE, where feeds were imported
//!     remarks.txt              what the import found odd
//! ```
//!
//! A scan reads `current`, the manifest and the heads of the files that it asks; then, for each
//! question, one small place that carries its own checksum. So its start does not depend on how much
//! there is, and no answer comes from bytes that were not checked. What is wrong is a [`StoreError`],
//! which ends a command with exit code 4.

mod bytes;
mod card;
pub mod diff;
mod draft;
mod exploitation;
mod file;
mod fingerprint;
mod home;
mod manifest;
mod package;
mod table;
mod texts;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use super::database::index_key;
use super::record::Record;
use crate::files::{self, FileError, Lock, Map, Sharing, sha256};
use crate::ids::{AdvisoryId, Ecosystem};
use crate::version::Version;
use bytes::Damage;
use card::{Card, Own};
use file::{Bytes, Head, Kind, Refusal};
use package::{Entry, Glance};
use table::Table;
use texts::Texts;

pub(super) use draft::{Indexed, Making};
pub(super) use home::Home;
pub use home::generations;
pub use manifest::{Feed, Manifest, Origin, Part, Shelf};
pub use verify::Verified;

/// The file that names the generation.
const CURRENT: &str = "current";

/// How often a generation is looked for that another process may be replacing.
const ATTEMPTS: usize = 20;

/// Why imported data cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A file cannot be read.
    #[error("could not read the imported advisory data {0}")]
    File(Arc<FileError>),
    /// A file is not what was written.
    #[error("the imported advisory data is damaged: {path}: {cause}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A file was made by a bomvet with other rules.
    #[error("the imported advisory data was made by another version of bomvet: {path}")]
    Foreign {
        /// The file.
        path: String,
    },
}

impl StoreError {
    /// What helps.
    pub const HELP: &'static str = "import it again with `bomvet db import`";

    fn damaged(path: &Path, cause: impl Into<String>) -> Self {
        Self::Damaged { path: path.display().to_string(), cause: cause.into() }
    }

    fn refused(path: &Path, refusal: Refusal) -> Self {
        match refusal {
            Refusal::Damaged(cause) => Self::damaged(path, cause),
            Refusal::Foreign => Self::Foreign { path: path.display().to_string() },
        }
    }
}

impl From<FileError> for StoreError {
    fn from(error: FileError) -> Self {
        Self::File(Arc::new(error))
    }
}

/// One generation of imported data, open for questions.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    manifest: Manifest,
    build: u64,
    /// The names of the sources, by number.
    sources: Vec<Arc<str>>,
    /// In the order of `manifest.ecosystems`.
    shelves: Vec<OnceLock<Table>>,
    identifiers: OnceLock<Table>,
    texts: OnceLock<Texts>,
    exploitation: OnceLock<Table>,
    /// Keeps the generation from being cleaned away; `None` where the file system has no locks.
    _lock: Option<Lock>,
}

impl Store {
    /// Opens the data of a folder; `None` when none was ever imported there.
    ///
    /// # Errors
    /// When there is data that cannot be used.
    pub fn open(home: &Path) -> Result<Option<Self>, StoreError> {
        let pointer = home.join(CURRENT);
        for _ in 0..ATTEMPTS {
            if !files::is_file(&pointer) {
                let (complete, _) = files::folders(home).unwrap_or_default();
                match complete.is_empty() {
                    true => return Ok(None),
                    false if files::is_file(&pointer) => continue,
                    false => return Err(StoreError::damaged(&pointer, "no such file")),
                }
            }
            let text = files::read(&pointer)?;
            let (generation, digest) = pointed_at(&text)
                .ok_or_else(|| StoreError::damaged(&pointer, "it names no generation"))?;
            match Self::generation(&home.join(generation), Some(digest)) {
                // an import may have replaced and removed it since we read the pointer
                Err(_) if files::read(&pointer).is_ok_and(|now| now != text) => {}
                done => return done.map(Some),
            }
        }
        Err(StoreError::damaged(&pointer, "it changes too often to be followed"))
    }

    /// Opens one generation, whichever counts.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn generation(folder: &Path, digest: Option<&str>) -> Result<Self, StoreError> {
        let path = folder.join(manifest::NAME);
        let lock = Lock::wait(&path, Sharing::Shared);
        let text = files::read(&path)?;
        if digest.is_some_and(|digest| digest != sha256([text.as_slice()])) {
            return Err(StoreError::damaged(&path, "it does not match its checksum"));
        }
        let format = serde_json::from_slice(&text).map(|format: Format| format.format);
        if format.is_ok_and(|format| format != file::FORMAT) {
            return Err(StoreError::Foreign { path: path.display().to_string() });
        }
        let manifest: Manifest = serde_json::from_slice(&text)
            .map_err(|error| StoreError::damaged(&path, error.to_string()))?;
        let build = u64::from_str_radix(&manifest.build, 16)
            .map_err(|_| StoreError::damaged(&path, "its build is no number"))?;
        Ok(Self {
            folder: folder.to_owned(),
            build,
            sources: manifest.sources.iter().map(|origin| Arc::from(&*origin.name)).collect(),
            shelves: manifest.ecosystems.iter().map(|_| OnceLock::new()).collect(),
            identifiers: OnceLock::new(),
            texts: OnceLock::new(),
            exploitation: OnceLock::new(),
            manifest,
            _lock: lock.ok(),
        })
    }

    /// What it holds.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether this bomvet made it of just these sources, given by name and SHA-256.
    #[must_use]
    pub fn is_made_of<'a>(&'a self, sources: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
        let own = self.manifest.sources.iter();
        self.manifest.made_by == manifest::MADE_BY
            && own.map(|origin| (origin.name.as_str(), origin.sha256.as_str())).eq(sources)
    }

    /// Where it lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// One line about what the import found odd, if it did.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        let rejected: usize = self.manifest.sources.iter().map(|origin| origin.rejected).sum();
        (self.manifest.remarks > 0).then(|| {
            format!(
                "the import of the advisory data made {} remarks and rejected {rejected} texts: \
                 `bomvet db status --verbose` lists them",
                self.manifest.remarks
            )
        })
    }

    /// The shelf of an ecosystem; `None` when no record speaks of it.
    fn shelf(&self, ecosystem: &Ecosystem) -> Result<Option<&Table>, StoreError> {
        let base = ecosystem.base();
        match self.manifest.ecosystems.iter().position(|shelf| shelf.name == base) {
            Some(number) => self.shelf_at(number).map(Some),
            None => Ok(None),
        }
    }

    fn shelf_at(&self, number: usize) -> Result<&Table, StoreError> {
        let shelf = &self.manifest.ecosystems[number];
        let cell = &self.shelves[number];
        open_once(cell, || {
            let table = self.table(&shelf.file, Kind::Packages)?;
            if table.head().order != fingerprint::of(&shelf.name) {
                let path = self.folder.join(&shelf.file).display().to_string();
                return Err(StoreError::Foreign { path });
            }
            Ok(table)
        })
    }

    fn table(&self, name: &str, kind: Kind) -> Result<Table, StoreError> {
        let path = self.folder.join(name);
        let table = Table::open(Bytes::Mapped(Map::open(&path)?), kind);
        let table = table.map_err(|refusal| StoreError::refused(&path, refusal))?;
        self.check(name, table.head())?;
        Ok(table)
    }

    fn identifiers(&self) -> Result<&Table, StoreError> {
        open_once(&self.identifiers, || self.table(IDENTIFIERS, Kind::Identifiers))
    }

    fn texts(&self) -> Result<&Texts, StoreError> {
        open_once(&self.texts, || {
            let path = self.folder.join(TEXTS);
            let texts = Texts::open(Bytes::Mapped(Map::open(&path)?.scattered()));
            let texts = texts.map_err(|refusal| StoreError::refused(&path, refusal))?;
            self.check(TEXTS, texts.head())?;
            Ok(texts)
        })
    }

    /// A file belongs to this generation when it carries its number and has the length that was noted.
    fn check(&self, name: &str, head: Head) -> Result<(), StoreError> {
        let part = self.manifest.files.iter().find(|part| part.name == name);
        if head.build == self.build && part.is_some_and(|part| part.bytes == head.length) {
            return Ok(());
        }
        Err(StoreError::damaged(&self.folder.join(name), "it belongs to another import"))
    }

    fn wrong(&self, name: &str) -> impl Fn(Damage) -> StoreError {
        move |damage| StoreError::damaged(&self.folder.join(name), damage)
    }

    /// The entries that speak of a package, withdrawn ones left out.
    fn entries(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        now: Timestamp,
    ) -> Result<Vec<Entry<'_>>, StoreError> {
        let Some(shelf) = self.shelf(ecosystem)? else { return Ok(Vec::new()) };
        let found = shelf.get(&package_key(ecosystem, name)).and_then(|bytes| {
            let all = Entry::all(bytes.unwrap_or_default());
            all.filter(|entry| entry.as_ref().is_ok_and(|e| e.counts(now)) || entry.is_err())
                .collect::<Result<Vec<_>, _>>()
        });
        found.map_err(self.wrong(ecosystem.base()))
    }

    /// Whether any record speaks of a package.
    pub(super) fn speaks_of(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(!self.entries(ecosystem, name, now)?.is_empty())
    }

    /// Whether a record must be read to judge a version.
    pub(super) fn may_cover(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        version: &Version,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        for entry in self.entries(ecosystem, name, now)? {
            let glance = entry.glance(version).map_err(self.wrong(ecosystem.base()))?;
            if glance == Glance::Look {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where the records are that speak of a package.
    pub(super) fn texts_of(
        &self,
        ecosystem: &Ecosystem,
        name: &str,
        now: Timestamp,
    ) -> Result<Vec<u64>, StoreError> {
        Ok(self.entries(ecosystem, name, now)?.iter().map(|entry| entry.text).collect())
    }

    /// The record at a place.
    pub(super) fn record(&self, text: u64) -> Result<Record, StoreError> {
        let (source, json) = self.json(text)?;
        Record::parse(&json, &source)
            .map_err(|error| StoreError::damaged(&self.folder.join(TEXTS), error.to_string()))
    }

    /// The JSON at a place, with its source.
    fn json(&self, text: u64) -> Result<(Arc<str>, String), StoreError> {
        let found = self.texts()?.get(text).and_then(|found| {
            let number = usize::try_from(found.source).unwrap_or(usize::MAX);
            let source = self.sources.get(number).ok_or("a record names no source")?;
            Ok((Arc::clone(source), found.json))
        });
        found.map_err(self.wrong(TEXTS))
    }

    /// The record of an identifier and those that call it the same flaw, withdrawn ones too.
    ///
    /// # Errors
    /// When the data is damaged.
    pub fn published(&self, id: &AdvisoryId) -> Result<Vec<Published>, StoreError> {
        let Some(card) = self.card(id)? else { return Ok(Vec::new()) };
        let mut texts: Vec<u64> = card.own.iter().map(|own| own.text).collect();
        for other in &card.named_by {
            texts.extend(self.own(other)?.map(|own| own.text));
        }
        texts.into_iter().map(|text| self.publication(text)).collect()
    }

    /// The records that speak of a package, withdrawn ones too.
    ///
    /// # Errors
    /// When the data is damaged.
    pub fn about(&self, ecosystem: &Ecosystem, name: &str) -> Result<Vec<Published>, StoreError> {
        let texts = self.texts_of(ecosystem, name, Timestamp::MIN)?;
        texts.into_iter().map(|text| self.publication(text)).collect()
    }

    fn publication(&self, text: u64) -> Result<Published, StoreError> {
        let (_, json) = self.json(text)?;
        Ok(Published { record: self.record(text)?, json })
    }

    /// What the import found odd, one line each.
    ///
    /// # Errors
    /// When the data is damaged.
    pub fn remarks(&self) -> Result<Vec<String>, StoreError> {
        let bytes = self.file(draft::REMARKS)?;
        Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
    }

    /// A whole file, against its digest.
    fn file(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let path = self.folder.join(name);
        let bytes = files::read(&path)?;
        let part = self.manifest.files.iter().find(|part| part.name == name);
        if part.is_none_or(|part| part.sha256 != sha256([bytes.as_slice()])) {
            return Err(StoreError::damaged(&path, "it does not match its checksum"));
        }
        Ok(bytes)
    }

    fn card(&self, id: &AdvisoryId) -> Result<Option<Card>, StoreError> {
        let bytes = self.identifiers()?.get(id.as_str().as_bytes());
        let card = bytes.and_then(|bytes| bytes.map(Card::read).transpose());
        card.map_err(self.wrong(IDENTIFIERS))
    }

    /// What records that count call the same flaw as an identifier.
    pub(super) fn neighbours(
        &self,
        id: &AdvisoryId,
        now: Timestamp,
    ) -> Result<Vec<AdvisoryId>, StoreError> {
        let Some(card) = self.card(id)? else { return Ok(Vec::new()) };
        let own = card.own.filter(|own| own.counts(now));
        let mut all = own.map(|own| own.aliases).unwrap_or_default();
        for other in card.named_by {
            if self.own(&other)?.is_some_and(|own| own.counts(now)) {
                all.push(other);
            }
        }
        Ok(all)
    }

    /// Whether a record counts; `None` when there is none of that name.
    pub(super) fn counts(
        &self,
        id: &AdvisoryId,
        now: Timestamp,
    ) -> Result<Option<bool>, StoreError> {
        Ok(self.own(id)?.map(|own| own.counts(now)))
    }

    fn own(&self, id: &AdvisoryId) -> Result<Option<Own>, StoreError> {
        Ok(self.card(id)?.and_then(|card| card.own))
    }

    /// Where the record of an identifier is, if it counts.
    pub(super) fn text_of(
        &self,
        id: &AdvisoryId,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        let own = self.own(id)?.filter(|own| own.counts(now));
        Ok(own.map(|own| own.text))
    }
}

/// A record as it was published.
#[derive(Debug)]
pub struct Published {
    /// The record as it is read.
    pub record: Record,
    /// Its JSON, whole.
    pub json: String,
}

/// The name of the file of identifiers.
const IDENTIFIERS: &str = "identifiers.idx";

/// The name of the file of records.
const TEXTS: &str = "texts.bin";

#[derive(serde::Deserialize)]
struct Format {
    format: u32,
}

/// What `current` says: a line with the generation, a line with the SHA-256 of its manifest.
fn pointed_at(text: &[u8]) -> Option<(&str, &str)> {
    let mut lines = std::str::from_utf8(text).ok()?.lines();
    let (generation, digest) = (lines.next()?, lines.next()?);
    let is_name = generation.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (is_name && !generation.is_empty()).then_some((generation, digest))
}

/// The key of a package on the shelf of its ecosystem.
fn package_key(ecosystem: &Ecosystem, name: &str) -> Vec<u8> {
    let key = index_key(ecosystem);
    let suffix = key.strip_prefix(ecosystem.base()).filter(|suffix| !suffix.is_empty());
    match suffix {
        None => name.as_bytes().to_vec(),
        Some(suffix) => [suffix.as_bytes(), b"\0", name.as_bytes()].concat(),
    }
}

/// What a cell holds, opened by whoever asks first.
fn open_once<T>(
    cell: &OnceLock<T>,
    open: impl FnOnce() -> Result<T, StoreError>,
) -> Result<&T, StoreError> {
    if let Some(known) = cell.get() {
        return Ok(known);
    }
    let opened = open()?;
    Ok(cell.get_or_init(|| opened))
}
