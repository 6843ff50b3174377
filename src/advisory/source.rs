//! OSV records from where the user keeps them: a file, a folder searched whole, a zip. What is known
//! about exploitation may lie beside them; the content tells.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use super::database::{Batch, Extent};
use super::exploitation::{self, Feed, InvalidFeed, Loaded};
use super::record::Record;
use crate::files::{self, FileError, sha256};

/// The largest single record in a zip, in bytes.
const MAX_RECORD: u64 = 64 << 20;

/// The most bytes that all records of a zip may have together.
const MAX_ZIP: u64 = 4 << 30;

/// Why advisory data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file or folder cannot be read.
    #[error("could not read advisories {0}")]
    File(#[from] FileError),
    /// The zip is damaged.
    #[error("could not read advisories {path}: damaged zip, {cause}")]
    Zip {
        /// The zip.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A catalogue of exploited vulnerabilities or a table of scores that is damaged.
    #[error("could not read advisories {path}: {cause}")]
    Feed {
        /// The file.
        path: String,
        /// What is wrong with it.
        cause: InvalidFeed,
    },
    /// Nothing in there is an OSV record.
    #[error("could not read advisories {path}: {cause}")]
    NoRecord {
        /// The file or folder.
        path: String,
        /// What was found instead.
        cause: String,
    },
}

/// Loads all records of a file, a folder or a zip.
///
/// A folder or a zip is what its owner holds of some ecosystems, and is taken as whole. A single record
/// is a selection.
///
/// A record that cannot be read is left out and named in [`Batch::warnings`].
///
/// # Errors
/// When the place cannot be read, a zip is damaged, or no record at all is found.
pub fn load(path: &Path) -> Result<Batch, DataError> {
    let name = path.display().to_string();
    let source: Arc<str> = Arc::from(name.as_str());
    let (extent, texts) = if files::is_folder(path) {
        (Extent::Whole, folder(path)?)
    } else {
        match files::read(path)? {
            bytes if bytes.starts_with(b"PK") => (Extent::Whole, unzip(&name, &bytes)?),
            bytes => (Extent::Selection, vec![(name.clone(), bytes)]),
        }
    };
    let mut batch = Batch {
        extent,
        sha256: sha256(texts.iter().map(|(_, bytes)| bytes.as_slice())),
        name,
        ..Batch::default()
    };
    let mut decisions = (Vec::new(), Vec::new());
    for (file, bytes) in &texts {
        match exploitation::parse(bytes) {
            Err(cause) => return Err(DataError::Feed { path: file.clone(), cause }),
            Ok(Some(Feed::Ssvc(of_record))) => {
                decisions.0.extend(of_record);
                decisions.1.push(bytes.as_slice());
            }
            Ok(Some(feed)) => {
                let sha256 = sha256([bytes.as_slice()]);
                batch.feeds.push(Loaded { name: file.clone(), sha256, feed });
            }
            Ok(None) if extension_is(Path::new(file), &["csv", "gz"]) => {}
            Ok(None) => add(&mut batch, file, bytes, &source),
        }
    }
    if !decisions.1.is_empty() {
        let (name, sha256) = (batch.name.clone(), sha256(decisions.1));
        batch.feeds.push(Loaded { name, sha256, feed: Feed::Ssvc(decisions.0) });
    }
    // what was rejected among feeds alone is no reason to go on without records
    if batch.records.is_empty() && (batch.feeds.is_empty() || !batch.warnings.is_empty()) {
        let cause = batch.warnings.first().cloned();
        return Err(DataError::NoRecord {
            path: batch.name,
            cause: cause.unwrap_or_else(|| "holds no OSV record".to_owned()),
        });
    }
    Ok(batch)
}

/// Names that are looked into: records and catalogues, tables of scores.
const LOOKED_INTO: [&str; 3] = ["json", "csv", "gz"];

fn extension_is(path: &Path, known: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|own| known.iter().any(|known| own.eq_ignore_ascii_case(known)))
}

fn add(batch: &mut Batch, file: &str, bytes: &[u8], source: &Arc<str>) {
    let refuse = |cause: String| format!("{file} {cause}: rejected");
    let Ok(text) = std::str::from_utf8(bytes) else {
        return batch.warnings.push(refuse("is no UTF-8 text".to_owned()));
    };
    match Record::parse(text, source) {
        Ok(record) => {
            let odd = record.warnings.iter().map(|w| format!("{}: {w}", record.id));
            batch.warnings.extend(odd);
            batch.records.push(record);
        }
        Err(error) => batch.warnings.push(refuse(error.to_string())),
    }
}

fn folder(path: &Path) -> Result<Vec<(String, Vec<u8>)>, DataError> {
    let mut texts = Vec::new();
    for file in files::walk(path, files::Reach::Everywhere)?.files {
        if extension_is(&file, &LOOKED_INTO) {
            let bytes = files::read(&file)?;
            texts.push((file.display().to_string(), bytes));
        }
    }
    Ok(texts)
}

fn unzip(path: &str, bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, DataError> {
    let damaged = |cause: String| DataError::Zip { path: path.to_owned(), cause };
    let mut zip =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    let mut texts = Vec::new();
    let mut total = 0;
    for number in 0..zip.len() {
        let file = zip.by_index(number).map_err(|error| damaged(error.to_string()))?;
        let name = file.name().to_owned();
        if !extension_is(Path::new(&name), &LOOKED_INTO) {
            continue;
        }
        let mut text = Vec::new();
        file.take(MAX_RECORD + 1)
            .read_to_end(&mut text)
            .map_err(|error| damaged(format!("{name}: {error}")))?;
        total += text.len() as u64;
        if text.len() as u64 > MAX_RECORD || total > MAX_ZIP {
            return Err(damaged(format!("{name} is larger than records may be")));
        }
        texts.push((format!("{path}!{name}"), text));
    }
    texts.sort();
    Ok(texts)
}
