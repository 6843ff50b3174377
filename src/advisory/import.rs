//! Importing advisory data: all sources together become one generation of the store, or nothing does.
//!
//! What a source says is taken as it is; a text that is no record is named, counted and left out. A
//! source that is damaged, or a disk that is full, ends the import and leaves the data that was there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::source::{self, DataError, Shape, Text};
use super::store::{FeedKind, Home, Indexed, Making, Manifest};
use crate::files::FileError;

/// What is to be imported.
#[derive(Debug)]
pub struct Import<'a> {
    /// The folder of the data.
    pub home: &'a Path,
    /// Files, folders and zips.
    pub sources: &'a [PathBuf],
    /// How old the data is, where the importer says so.
    pub as_of: Option<Timestamp>,
    /// The clock.
    pub now: Timestamp,
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
    Feed(FeedKind, Vec<u8>),
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
        for path in self.sources {
            read(path, &mut making)?;
        }
        if making.len() == 0 && !making.has_feed() {
            let paths: Vec<_> =
                self.sources.iter().map(|path| path.display().to_string()).collect();
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
fn read(path: &Path, making: &mut Making) -> Result<(), ImportError> {
    let name = path.display().to_string();
    let source = making.source(&name);
    let origin: Arc<str> = Arc::from(name.as_str());
    let digest = source::each(path, &|text| make(text, source, &origin), |made| {
        match made {
            Made::Record(record) => making.add(source, *record),
            Made::Feed(kind, bytes) => making.feed(kind, source, &bytes),
            Made::Rejected(remark) => {
                making.reject(source, remark);
                Ok(())
            }
        }
        .map_err(ImportError::Write)
    })?;
    making.end(source, digest);
    Ok(())
}

fn make(text: Text, source: u32, origin: &Arc<str>) -> Made {
    match text.shape() {
        Shape::Kev => return Made::Feed(FeedKind::Kev, text.bytes),
        Shape::Epss => return Made::Feed(FeedKind::Epss, text.bytes),
        Shape::Record | Shape::Other => {}
    }
    let record = source::record(&text, origin);
    let indexed = record.and_then(|record| {
        let json = std::str::from_utf8(&text.bytes).unwrap_or_default();
        Indexed::new(record, json, source).ok_or_else(|| "is too long".to_owned())
    });
    match indexed {
        Ok(indexed) => Made::Record(Box::new(indexed)),
        Err(cause) => Made::Rejected(format!("{} {cause}: rejected", text.name)),
    }
}
