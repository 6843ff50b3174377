//! From bytes to the inventory: what the user named, in which format, what is inside.
//!
//! A document is read whole or not at all: what cannot be read is an [`IngestError`] with file, place
//! and cause, never an empty inventory.

pub mod archive;
mod assemble;
pub mod cyclonedx;
pub mod detect;
pub mod document;
mod evidence;
pub mod gradle;
pub mod json;
mod likely;
mod lines;
mod markup;
pub mod maven_output;
mod misfits;
pub mod pom;
pub mod properties;
mod references;
pub mod spdx;
mod syft;
pub mod text;
mod trivy;
pub mod yaml;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::evidence::logging::weigh::Evidence;
use crate::files::{self, FileError, Source, sha256};
use crate::inventory::{Inventory, Place};
use crate::maven::PomSource;
use detect::Shape;
use document::{Document, Nature, ReadError};
use lines::Lines;

/// Why an input could not be read.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file or folder itself.
    #[error("could not read {0}")]
    File(#[from] FileError),
    /// Its content.
    #[error("could not read {path}{}: {cause}", place.map(|p| format!(" at {p}")).unwrap_or_default())]
    Content {
        /// The file as the user named it.
        path: String,
        /// Where in it.
        place: Option<Place>,
        /// What was found.
        cause: String,
    },
    /// A folder that holds nothing to read.
    #[error("could not read {path}: no bill of materials in this folder ({seen} files looked at)")]
    EmptyFolder {
        /// The folder.
        path: String,
        /// How many files were looked at.
        seen: usize,
    },
    /// A folder given as evidence that holds none.
    #[error(
        "could not read {path}: no logging configuration or settings in this folder ({seen} files looked at)"
    )]
    NoEvidence {
        /// The folder.
        path: String,
        /// How many files were looked at.
        seen: usize,
    },
}

/// What was read, and what could not be.
#[derive(Debug, Default)]
pub struct Intake {
    /// All that could be read.
    pub inventory: Inventory,
    /// What could not: each closes the scan with the class `input`.
    pub errors: Vec<IngestError>,
    /// Files in folders that are no bills of materials.
    pub passed_over: Vec<PathBuf>,
    /// Logging configurations and settings.
    pub evidence: Evidence,
    /// What was odd about files in folders.
    pub warnings: Vec<String>,
}

/// How an input came here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    /// The user named it: it must be readable.
    ByUser,
    /// It lies in a folder: it may be anything.
    InFolder,
}

/// Reads every input: files, folders (searched whole), `-` for standard input.
#[must_use]
pub fn read_all(paths: &[PathBuf]) -> Intake {
    let mut intake = Intake::default();
    for path in paths {
        if path.as_os_str() == "-" {
            intake.stdin();
        } else if files::is_folder(path) {
            intake.folder(path);
        } else {
            intake.file(path);
        }
    }
    intake
}

impl Intake {
    fn stdin(&mut self) {
        match files::read_stdin() {
            Ok(bytes) if archive::is_zip(&bytes) => {
                self.zip(Path::new("-"), &Source::from(bytes), Named::ByUser);
            }
            Ok(bytes) => self.take(Path::new("-"), &bytes, Named::ByUser),
            Err(error) => self.errors.push(error.into()),
        }
    }

    fn file(&mut self, path: &Path) {
        if let Some(source) = zip_file(path) {
            return self.zip(path, &source, Named::ByUser);
        }
        match files::read(path) {
            Ok(bytes) => self.take(path, &bytes, Named::ByUser),
            Err(error) => self.errors.push(error.into()),
        }
    }

    /// Takes in every document of a folder; other files are passed over and counted.
    fn folder(&mut self, folder: &Path) {
        let found = match files::walk(folder) {
            Ok(found) => found,
            Err(error) => return self.errors.push(error.into()),
        };
        let (inputs, errors) = (self.inventory.inputs.len(), self.errors.len());
        for path in &found {
            if let Some(source) = zip_file(path) {
                self.zip(path, &source, Named::InFolder);
                continue;
            }
            match files::read(path) {
                Ok(bytes) if may_be_document(&bytes) => self.take(path, &bytes, Named::InFolder),
                Ok(bytes) if self.found_evidence(path, &bytes) => {}
                Ok(_) => self.passed_over.push(path.clone()),
                Err(error) => self.errors.push(error.into()),
            }
        }
        if self.inventory.inputs.len() == inputs && self.errors.len() == errors {
            let path = folder.display().to_string();
            self.errors.push(IngestError::EmptyFolder { path, seen: found.len() });
        }
    }

    /// Takes in a zip without reading it whole: its digest and its entries are read piece by piece.
    fn zip(&mut self, path: &Path, source: &Source, named: Named) {
        let read = read_zip(path, source).and_then(|document| {
            let digest = source.sha256();
            let digest = digest.map_err(|error| ReadError::new(format!("breaks off: {error}")))?;
            Ok((document, digest))
        });
        match read {
            Ok((document, digest)) => {
                let name = Arc::from(display(path));
                assemble::add(&mut self.inventory, document, "", (name, digest));
            }
            Err(error) if named == Named::InFolder && error.nature == Nature::Foreign => {
                self.passed_over.push(path.to_owned());
            }
            Err(error) => {
                let (path, cause) = (display(path), error.cause);
                self.errors.push(IngestError::Content { path, place: None, cause });
            }
        }
    }

    fn take(&mut self, path: &Path, bytes: &[u8], named: Named) {
        let name = display(path);
        // the digest takes as long as the parser: a second core does it meanwhile
        let (read, digest) = std::thread::scope(|scope| {
            let digest = (bytes.len() > PARALLEL).then(|| scope.spawn(|| sha256([bytes])));
            let read = read_bytes(bytes, path);
            (read, digest.and_then(|thread| thread.join().ok()))
        });
        match read {
            Ok((text, document)) => {
                let digest = digest.unwrap_or_else(|| sha256([bytes]));
                assemble::add(&mut self.inventory, document, &text, (Arc::from(name), digest));
            }
            Err(error) if named == Named::InFolder && error.nature == Nature::Foreign => {
                self.passed_over.push(path.to_owned());
            }
            Err(error) => {
                let text = text::decode(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes));
                let place = Lines::new(&text).place(error.position);
                self.errors.push(IngestError::Content { path: name, place, cause: error.cause });
            }
        }
    }
}

/// The path as people read it.
fn display(path: &Path) -> String {
    if path.as_os_str() == "-" {
        return "standard input".to_owned();
    }
    path.display().to_string()
}

/// The file, if it is a zip. Whatever else is wrong with it is found by whoever reads it.
fn zip_file(path: &Path) -> Option<Source> {
    Source::open(path).ok().flatten().filter(archive::is_zip_file)
}

/// Reads a zip whose entries show what it is.
fn read_zip(path: &Path, source: &Source) -> Result<Document, ReadError> {
    let zip = archive::open(source).map_err(|error| {
        let nature = if archive::looks_java(source) { Nature::Broken } else { Nature::Foreign };
        ReadError { nature, ..error }
    })?;
    if zip.is_empty() {
        return Err(ReadError::foreign("is an empty zip archive"));
    }
    if !archive::is_java(&zip) {
        return Err(ReadError::foreign("is a zip archive; unpack it first"));
    }
    let file = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    archive::read(zip, source, &file)
}

/// From how many bytes on a second thread is worth its start.
const PARALLEL: usize = 256 * 1024;

/// Decodes and reads a file; a binary has no text.
fn read_bytes<'b>(bytes: &'b [u8], path: &Path) -> Result<(Cow<'b, str>, Document), ReadError> {
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(_) if cyclonedx::protobuf::is_bom(bytes) => {
            return Ok((Cow::Borrowed(""), cyclonedx::protobuf::read(bytes)?));
        }
        Err(error) => return Err(error),
    };
    let document = read_document(&text, path)?;
    Ok((text, document))
}

/// Reads a text in the format that its content shows.
///
/// # Errors
/// With the place and cause when it is none of the known formats or is broken.
pub fn read_document(text: &str, path: &Path) -> Result<Document, ReadError> {
    match detect::shape(text)? {
        Shape::Json => json::read(text),
        Shape::CycloneDxXml => cyclonedx::xml::read(text),
        Shape::SpdxRdf => spdx::rdf::read(text),
        Shape::TagValue => spdx::tag_value::read(text),
        Shape::Yaml => yaml::read(text),
        Shape::MavenPom => pom::read(text, path, &Disk),
        Shape::GradleLockfile => gradle::read(text),
        Shape::MavenOutput => maven_output::read(text),
        Shape::PomProperties => properties::read_pom_properties(text),
        Shape::JarManifest => properties::read_manifest(text),
    }
}

/// Whether a file in a folder is worth reading: it holds a word that every supported format must
/// hold somewhere. In UTF-16 the words stand with zero bytes between their letters.
fn may_be_document(bytes: &[u8]) -> bool {
    const MARKS: [&[u8]; 15] = [
        b"bomFormat",
        b"spdxVersion",
        b"SPDXVersion",
        b"SpdxDocument",
        b"<bom",
        b"@graph",
        b"artifactRelationships",
        b"SchemaVersion",
        b"dependency locking",
        b"lasspath",
        b"\\- ",
        b"dependency:",
        b"dependency-plugin:",
        b"files have been resolved:",
        b"artifactId=",
    ];
    let holds = |mark: &[u8]| {
        let wide: Vec<u8> = mark.iter().flat_map(|b| [*b, 0]).collect();
        memchr::memmem::find(bytes, mark).is_some()
            || memchr::memmem::find(bytes, &wide[..wide.len() - 1]).is_some()
    };
    MARKS.into_iter().any(holds) || is_pom(bytes) || cyclonedx::protobuf::is_bom(bytes)
}

fn is_pom(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"<project").is_some()
        && memchr::memmem::find(bytes, b"<modelVersion>").is_some()
}

/// POMs beside the one that is read.
struct Disk;

impl PomSource for Disk {
    fn at(&self, path: &Path) -> Result<Option<String>, String> {
        if !files::is_file(path) {
            return Ok(None);
        }
        let bytes = files::read(path).map_err(|error| error.cause)?;
        let text = text::decode(&bytes).map_err(|error| error.cause)?;
        Ok(Some(text.into_owned()))
    }
}
