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
mod intake;
pub mod json;
mod licences;
mod likely;
pub(crate) mod lines;
pub(crate) mod markup;
pub mod maven_output;
mod misfits;
pub(crate) mod opened;
pub mod pom;
pub mod properties;
mod references;
pub mod spdx;
pub mod spelling;
mod syft;
pub mod text;
mod trivy;
pub mod unpack;
pub mod yaml;

pub use licences::Licences;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use crate::evidence::logging::weigh::Evidence;
use crate::files::{self, FileError, Reach, Source, Why};
use crate::inventory::{Inventory, Place};
use crate::maven::{Machine, Maven, PomSource};
use detect::Shape;
use document::{Document, ReadError};

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
    #[error(
        "could not read {path}: no bill of materials in this folder ({seen} files looked at{})",
        if *left_out > 0 { format!(", {left_out} entries left out") } else { String::new() }
    )]
    EmptyFolder {
        /// The folder.
        path: String,
        /// How many files were looked at.
        seen: usize,
        /// How many entries were not looked at.
        left_out: usize,
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
    /// Entries of folders that nobody looked at, and why.
    pub left_out: Vec<(PathBuf, Why)>,
    /// Logging configurations and settings.
    pub evidence: Evidence,
    /// Documents that also state what their flaws are worth, as texts.
    pub assessed: Vec<Assessed>,
    /// What was odd about files in folders.
    pub warnings: Vec<String>,
    /// Whether licences are read.
    licences: Licences,
    /// Java archives that hold `JndiLookup.class`, as reports call them.
    lookups: Vec<String>,
}

/// A document that holds VEX statements beside its parts: `CycloneDX` or SPDX 3 in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// Its place among the inputs.
    pub input: usize,
    /// Its whole text.
    pub text: String,
}

/// How inputs are looked for and read.
#[derive(Clone, Copy, Default)]
pub struct Options<'p> {
    /// Which files of a folder are wanted.
    pub reach: Reach,
    /// How many threads read the files of a folder; as many as there are cores when it is not said.
    pub threads: Option<NonZero<usize>>,
    /// Told how many of how many files of a folder are read, from any thread.
    pub progress: Option<&'p (dyn Fn(usize, usize) + Sync)>,
    /// Where POMs come from that other POMs need; from their own tree when it is not said.
    pub maven: Option<&'p Maven<'p>>,
    /// Texts that count in the place of files, by their [normal](crate::maven::normal) paths.
    pub instead: Option<&'p BTreeMap<PathBuf, String>>,
    /// Whether licences are wanted.
    pub licences: Licences,
}

/// Reads every input: files, folders (searched whole), `-` for standard input.
#[must_use]
pub fn read_all(paths: &[PathBuf]) -> Intake {
    read_with(paths, &Options::default())
}

/// The same, with options.
#[must_use]
pub fn read_with(paths: &[PathBuf], options: &Options<'_>) -> Intake {
    let tree = Maven::new(&Disk, Machine::default());
    let options = &Options { maven: Some(options.maven.unwrap_or(&tree)), ..*options };
    let mut intake = Intake { licences: options.licences, ..Intake::default() };
    for path in paths {
        if path.as_os_str() == "-" {
            intake.stdin();
        } else if files::is_folder(path) {
            intake.folder(path, options);
        } else {
            intake.file(path, true, options);
        }
    }
    archive::share_class_loaders(&mut intake.inventory.components, &intake.lookups);
    intake
}

/// How an input came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// The user named it: it must be readable.
    ByUser,
    /// It lies in a folder or in an archive: it may be anything.
    InFolder,
}

/// Reads bytes that are open already, under the name that reports give them.
#[must_use]
pub fn read_source(path: &Path, source: &Source, named: Named, options: &Options<'_>) -> Intake {
    let tree = Maven::new(&Disk, Machine::default());
    let mut intake = Intake { licences: options.licences, ..Intake::default() };
    intake.take(path, source, named, Some(options.maven.unwrap_or(&tree)));
    archive::share_class_loaders(&mut intake.inventory.components, &intake.lookups);
    intake
}

/// Reads a text in the format that its content shows: one document, or one a line.
///
/// A POM looks for others beside its path, as `maven` does; without that it stands alone.
///
/// # Errors
/// With the place and cause when it is none of the known formats or is broken.
pub fn read_documents(
    text: &str,
    maven: Option<(&Maven<'_>, &Path)>,
) -> Result<Vec<Document>, ReadError> {
    let document = match detect::shape(text)? {
        Shape::Json => return json::read_lines(text),
        Shape::CycloneDxXml => cyclonedx::xml::read(text),
        Shape::SpdxRdf => spdx::rdf::read(text),
        Shape::TagValue => spdx::tag_value::read(text),
        Shape::Yaml => yaml::read(text),
        Shape::MavenPom => match maven {
            Some((maven, path)) => pom::read(text, path, maven),
            None => pom::read_text(text),
        },
        Shape::GradleLockfile => gradle::read(text),
        Shape::MavenOutput => maven_output::read(text),
        Shape::PomProperties => properties::read_pom_properties(text),
        Shape::JarManifest => properties::read_manifest(text),
    };
    document.map(|document| vec![document])
}

/// Whether a file in a folder is worth reading: it holds a word that every supported format must
/// hold somewhere, or one of an envelope that may hide it. In UTF-16 the words stand with zero bytes
/// between their letters.
fn may_be_document(bytes: &[u8]) -> bool {
    const MARKS: [&[u8]; 17] = [
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
        b"payloadType",
        b"predicateType",
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

/// Files on disk, for POMs that refer to others.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl PomSource for Disk {
    fn at(&self, path: &Path) -> Result<Option<String>, String> {
        if !files::is_file(path) {
            return Ok(None);
        }
        let bytes = files::read(path).map_err(|error| error.cause)?;
        let text = text::decode(&bytes).map_err(|error| error.cause)?;
        Ok(Some(text.into_owned()))
    }

    fn exists(&self, path: &Path) -> Option<bool> {
        Some(files::is_file(path) || files::is_folder(path))
    }

    fn list(&self, folder: &Path) -> Result<Vec<String>, String> {
        files::list(folder).map_err(|error| error.cause)
    }

    fn decode(&self, bytes: &[u8]) -> Result<String, String> {
        text::decode(bytes).map(Cow::into_owned).map_err(|error| error.cause)
    }
}
