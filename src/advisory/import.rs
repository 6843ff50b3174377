//! Importing advisory data: all sources together become one generation of the store, or nothing does.
//!
//! What a source says is taken as it is; a text that is no record is named, counted and left out. A
//! source that is damaged, or a disk that is full, ends the import and leaves the data that was there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::database::Extent;
use super::exploitation::{Feed, Loaded};
use super::source::{self, Content, DataError, Decisions, Text};
use super::store::{Home, Indexed, Making, Manifest};
use crate::files::{FileError, sha256};

/// What is to be imported.
#[derive(Debug)]
pub struct Import<'a> {
    /// The folder of the data.
    pub home: &'a Path,
    /// Files, folders and zips.
    pub sources: &'a [Given],
    /// How old the data is, where the importer says so.
    pub as_of: Option<Timestamp>,
    /// The clock.
    pub now: Timestamp,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// What reports call it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

impl From<&PathBuf> for Given {
    fn from(path: &PathBuf) -> Self {
        Self { name: path.display().to_string(), path: path.clone() }
    }
}

/// What was imported.
#[derive(Debug)]
pub struct Imported {
    /// The generation.
    pub manifest: Manifest,
    /// What was odd, rejected or left out, one line each.
    pub remarks: Vec<String>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A source cannot be used.
    #[error(transparent)]
    Source(#[from] DataError),
    /// The data cannot be written.
    #[error("could not write the advisory data {0}")]
    Write(FileError),
}

/// What a text turned out to be.
enum Made {
    Record(Box<Indexed>),
    Feed(Feed, Text),
    Foreign,
    Rejected(String),
}

impl Import<'_> {
    /// Imports. `waits` is called when another import must end first.
    ///
    /// # Errors
    /// When a source or the disk cannot be used: then the data that was there still counts.
    pub fn run(&self, waits: impl Fn()) -> Result<Imported, ImportError> {
        let home = Home::take(self.home, waits).map_err(ImportError::Write)?;
        let (name, mut making) = home.begin().map_err(ImportError::Write)?;
        for given in self.sources {
            read(given, &mut making)?;
        }
        if making.len() == 0 && !making.has_feed() {
            let paths: Vec<_> = self.sources.iter().map(|given| given.name.as_str()).collect();
            let cause = making.first_remark().unwrap_or("holds no OSV record").to_owned();
            return Err(DataError::NoRecord { path: paths.join(", "), cause }.into());
        }
        let published = making.publish(self.as_of, self.now).map_err(ImportError::Write)?;
        let (manifest, remarks, digest) = published;
        home.switch(&name, &digest).map_err(ImportError::Write)?;
        Ok(Imported { manifest, remarks })
    }
}

/// Takes in one source.
fn read(given: &Given, making: &mut Making) -> Result<(), ImportError> {
    let Given { name, path } = given;
    let extent = source::extent(path)?;
    let source = making.source(name, extent);
    let origin: Arc<str> = Arc::from(name.as_str());
    let is_whole = |text: &Text| text.name == path.display().to_string();
    let mut decisions = Decisions::default();
    let digest = source::each(path, &|text| make(text, (source, extent), &origin), |made| {
        match made? {
            Made::Record(record) => making.add(source, *record).map_err(ImportError::Write)?,
            Made::Feed(Feed::Ssvc(of_record), text) => decisions.add(of_record, &text.bytes),
            Made::Feed(feed, text) => {
                let sha256 = sha256([text.bytes.as_slice()]);
                let name = if is_whole(&text) { name.clone() } else { text.name };
                making.feed(Loaded { name, sha256, feed });
            }
            Made::Foreign => {}
            Made::Rejected(remark) => making.reject(source, remark),
        }
        Ok::<(), ImportError>(())
    })?;
    if let Some(loaded) = decisions.loaded(name) {
        making.feed(loaded);
    }
    making.end(source, digest);
    Ok(())
}

fn make(text: Text, source: (u32, Extent), origin: &Arc<str>) -> Result<Made, DataError> {
    Ok(match text.read(origin)? {
        Content::Feed(feed) => Made::Feed(feed, text),
        Content::Other(_) if source::may_be_foreign(&text.name) => Made::Foreign,
        Content::Other(cause) => Made::Rejected(format!("{} {cause}: rejected", text.name)),
        Content::Record(record) => {
            let json = std::str::from_utf8(&text.bytes).unwrap_or_default();
            match Indexed::new(*record, json, source) {
                Some(indexed) => Made::Record(Box::new(indexed)),
                None => Made::Rejected(format!("{} is too long: rejected", text.name)),
            }
        }
    })
}
