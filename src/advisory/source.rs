//! OSV records from where the user keeps them: a file, a folder searched whole, a zip.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use super::database::{Batch, Extent};
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
    for (file, bytes) in &texts {
        add(&mut batch, file, bytes, &source);
    }
    if batch.records.is_empty() {
        let cause = batch.warnings.first().cloned();
        return Err(DataError::NoRecord {
            path: batch.name,
            cause: cause.unwrap_or_else(|| "holds no OSV record".to_owned()),
        });
    }
    Ok(batch)
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
        if file.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("json")) {
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
        if !Path::new(&name).extension().is_some_and(|ext| ext.eq_ignore_ascii_case("json")) {
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
