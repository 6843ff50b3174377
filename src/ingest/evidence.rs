//! Files that are evidence: logging configurations and settings.
//!
//! What the user gives by `--evidence` must be readable, as every input. What lies in a folder that
//! is scanned may be anything: if it is damaged, that is a warning.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::{IngestError, Intake, text};
use crate::evidence::logging::{self, Configuration, MAX_SIZE, Origin, may_be_configuration};
use crate::files::{self, Reach};
use crate::inventory::Place;

impl Intake {
    /// Reads what the user gives as evidence: files, or folders that are searched whole.
    pub fn add_evidence(&mut self, paths: &[PathBuf]) {
        for path in paths {
            if files::is_folder(path) {
                self.evidence_folder(path);
            } else {
                self.evidence_file(path);
            }
        }
    }

    /// Takes a file of a scanned folder as evidence if it is a configuration.
    pub(super) fn found_evidence(&mut self, path: &Path, bytes: &[u8]) -> bool {
        if !may_be_configuration(bytes) {
            return false;
        }
        let Ok(text) = text::decode(bytes) else { return false };
        match read(path, &text, Origin::Found) {
            Ok(Some(configuration)) => {
                self.evidence.configurations.push(configuration);
                true
            }
            Ok(None) => false,
            Err(error) => {
                self.warnings.push(format!("{error}; it is no evidence"));
                false
            }
        }
    }

    fn evidence_file(&mut self, path: &Path) {
        let bytes = match files::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return self.refuse_evidence(error.into()),
        };
        let text = match decode(path, &bytes) {
            Ok(text) => text,
            Err(error) => return self.refuse_evidence(error),
        };
        match read(path, &text, Origin::Given) {
            Ok(Some(configuration)) => self.give(configuration),
            Ok(None) => {
                let cause = "is neither a logging configuration nor a list of key=value settings";
                self.refuse_evidence(content(path, None, cause.to_owned()));
            }
            Err(error) => self.refuse_evidence(error),
        }
    }

    fn evidence_folder(&mut self, folder: &Path) {
        let found = match files::walk(folder, Reach::default()) {
            Ok(found) => found,
            Err(error) => return self.refuse_evidence(error.into()),
        };
        let mut evidence = 0;
        for path in &found.files {
            let read = match files::read(path) {
                Ok(bytes) if may_be_configuration(&bytes) => match text::decode(&bytes) {
                    Ok(text) => read(path, &text, Origin::Given),
                    Err(_) => continue,
                },
                Ok(_) => continue,
                Err(error) => Err(error.into()),
            };
            match read {
                Ok(None) => continue,
                Ok(Some(configuration)) => self.give(configuration),
                Err(error) => self.refuse_evidence(error),
            }
            evidence += 1;
        }
        if evidence == 0 {
            let path = folder.display().to_string();
            self.refuse_evidence(IngestError::NoEvidence { path, seen: found.files.len() });
        }
    }

    /// What is given counts as given, also when a scanned folder had it before.
    fn give(&mut self, configuration: Configuration) {
        self.evidence.configurations.retain(|known| known.path != configuration.path);
        self.evidence.configurations.push(configuration);
    }

    fn refuse_evidence(&mut self, error: IngestError) {
        self.evidence.unread += 1;
        self.errors.push(error);
    }
}

/// The text of a file that the user named.
fn decode<'b>(path: &Path, bytes: &'b [u8]) -> Result<Cow<'b, str>, IngestError> {
    if bytes.len() > 2 * MAX_SIZE {
        return Err(content(path, None, logging::too_large()));
    }
    text::decode(bytes).map_err(|error| content(path, None, error.cause))
}

/// Reads a text as a configuration; none when it is something else.
fn read(path: &Path, text: &str, origin: Origin) -> Result<Option<Configuration>, IngestError> {
    let read = logging::read(text, origin).map_err(|e| content(path, e.line, e.cause))?;
    Ok(read.map(|content| content.of(path.display().to_string(), origin)))
}

fn content(path: &Path, line: Option<u32>, cause: String) -> IngestError {
    let place = line.map(|line| Place { line, column: 1 });
    IngestError::Content { path: path.display().to_string(), place, cause }
}
