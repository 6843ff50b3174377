//! Corrections: where those who run the audit know better than a published record.
//!
//! A correction is an OSV record in the folder `advisories` beside the configuration, with
//!
//! ```json
//! "database_specific": {"bomvet": {"corrects": "GHSA-…", "reason": "…"}}
//! ```
//!
//! It takes the place of the record that it names, wherever that was loaded from: its ranges may be
//! narrower or wider, and if it is withdrawn nothing takes the place. What the corrected record would
//! have said is told in the report. Other files of the folder are left alone.

use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::record::Record;
use crate::files::{self, FileError};
use crate::ids::AdvisoryId;

/// The folder beside the configuration.
pub const FOLDER: &str = "advisories";

/// One correction.
#[derive(Clone, Debug)]
pub struct Correction {
    /// The record that it corrects.
    pub corrects: AdvisoryId,
    /// Its file.
    pub file: String,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Why.
    pub reason: String,
    /// What is right; nothing counts where it is withdrawn.
    pub record: Record,
}

/// Why a correction cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidCorrection {
    /// A file cannot be read.
    #[error("could not read corrections {0}")]
    File(#[from] FileError),
    /// A file is marked as one and does not say what is needed.
    #[error("could not use correction {file}: {cause}")]
    Content {
        /// The file.
        file: String,
        /// What is wrong with it.
        cause: String,
    },
}

#[derive(Deserialize)]
struct Wire {
    database_specific: Option<WireSpecific>,
}

#[derive(Deserialize)]
struct WireSpecific {
    bomvet: Option<Mark>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    corrects: String,
    reason: String,
}

/// Reads the corrections of a folder, in the order of their files; none where there is no such folder.
///
/// # Errors
/// When the folder or a file cannot be read, or a file is marked as a correction and is none.
pub fn load(folder: &Path) -> Result<Vec<Correction>, InvalidCorrection> {
    let mut corrections = Vec::new();
    if !files::is_folder(folder) {
        return Ok(corrections);
    }
    for path in files::walk(folder, files::Reach::Everywhere)?.files {
        if path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("json")) {
            continue;
        }
        let bytes = files::read(&path)?;
        if memchr::memmem::find(&bytes, b"\"bomvet\"").is_some() {
            let file = path.display().to_string();
            corrections.extend(parse(&bytes, &file)?);
        }
    }
    Ok(corrections)
}

/// `None` when the file is not marked as a correction.
fn parse(bytes: &[u8], file: &str) -> Result<Option<Correction>, InvalidCorrection> {
    let wrong = |cause: String| InvalidCorrection::Content { file: file.to_owned(), cause };
    let text = std::str::from_utf8(bytes).map_err(|_| wrong("it is no UTF-8 text".to_owned()))?;
    let wire: Wire = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let Some(mark) = wire.database_specific.and_then(|specific| specific.bomvet) else {
        return Ok(None);
    };
    let corrects = AdvisoryId::new(&mark.corrects)
        .ok_or_else(|| wrong("\"corrects\" names no advisory".to_owned()))?;
    if mark.reason.trim().is_empty() {
        return Err(wrong("\"reason\" is empty".to_owned()));
    }
    let mut record = Record::parse(text, &Arc::from(file)).map_err(|e| wrong(e.to_string()))?;
    if let Some(odd) = record.warnings.first() {
        return Err(wrong(odd.clone()));
    }
    if record.id != corrects && !record.aliases.contains(&corrects) {
        record.aliases.push(corrects.clone());
    }
    let (file, sha256) = (file.to_owned(), files::sha256([bytes]));
    Ok(Some(Correction { corrects, file, sha256, reason: mark.reason, record }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(specific: &str) -> Result<Option<Correction>, InvalidCorrection> {
        let json = format!(r#"{{"id": "LOCAL-1", "database_specific": {specific}}}"#);
        parse(json.as_bytes(), "advisories/a.json")
    }

    #[test]
    fn a_correction_is_an_alias_of_what_it_corrects() {
        let mark = r#"{"bomvet": {"corrects": "GHSA-1", "reason": "backported"}}"#;
        let correction = parsed(mark).unwrap().unwrap();
        assert_eq!(correction.record.aliases, [correction.corrects]);
        assert_eq!(correction.reason, "backported");
    }

    #[test]
    fn a_mark_that_says_too_little_is_an_error_and_other_records_are_none() {
        for mark in [
            r#"{"bomvet": {"corrects": "GHSA-1"}}"#,
            r#"{"bomvet": {"corrects": " ", "reason": "r"}}"#,
            r#"{"bomvet": {"corrects": "GHSA-1", "reason": " "}}"#,
            r#"{"bomvet": {"corrects": "GHSA-1", "reason": "r", "until": "x"}}"#,
        ] {
            assert!(parsed(mark).is_err(), "{mark}");
        }
        assert!(parsed(r#"{"github_reviewed": true, "note": "bomvet"}"#).unwrap().is_none());
    }
}
