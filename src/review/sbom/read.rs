//! From bytes to a bill of materials as written.
//!
//! What `scan` takes for a bill of materials is taken for one here: the same encodings, compression and
//! envelopes.

use std::io;
use std::ops::ControlFlow;

use super::{Sbom, cyclonedx, spdx2, spdx3};
use crate::files::Source;
use crate::ingest::cyclonedx::protobuf;
use crate::ingest::document::{Nature, Position, ReadError};
use crate::ingest::opened::{self, Opened};
use crate::ingest::unpack::{self, Content};
use crate::ingest::{lines::Lines, text};
use crate::inventory::{Format, Place};

/// Why bytes were not read as a bill of materials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// A format that is read, and whose quality no profile judges.
    #[error("is {0}: the quality of this format is not judged")]
    NotJudged(Format),
    /// Something else.
    #[error("{0}")]
    Foreign(String),
    /// A bill of materials that is damaged, or of a version that is not read.
    #[error("{}{cause}", place.map(|place| format!("at {place}: ")).unwrap_or_default())]
    Broken {
        /// Where, if anybody knows.
        place: Option<Place>,
        /// What was found.
        cause: String,
    },
}

impl Sbom {
    /// Reads one document, whatever it is packed, encoded and enveloped in.
    ///
    /// # Errors
    /// Where the bytes hold no bill of materials, a broken one, one that is not judged, or several.
    pub fn read(bytes: &[u8]) -> Result<Self, NotRead> {
        let mut found = Self::read_all(bytes)?;
        match (found.pop(), found.len()) {
            (Some(one), 0) => Ok(one),
            (_, others) => {
                let cause = format!("holds {} bills of materials: give each alone", others + 1);
                Err(NotRead::Broken { place: None, cause })
            }
        }
    }

    /// Reads every document that the bytes hold: an archive and JSON Lines may hold several. Never an
    /// empty list.
    ///
    /// # Errors
    /// Where one of them is broken, or none is a bill of materials that is judged.
    pub fn read_all(bytes: &[u8]) -> Result<Vec<Self>, NotRead> {
        each(&Source::from(bytes.to_vec()), &read_opened)
    }
}

/// Does the same with every document that the bytes hold. Never an empty list.
pub(super) fn each<T>(
    source: &Source,
    act: &dyn Fn(&Opened<'_>) -> Result<T, NotRead>,
) -> Result<Vec<T>, NotRead> {
    if !unpack::is_packed(source) {
        return each_in(source, act);
    }
    let mut found = Vec::new();
    let mut failed = None;
    unpack::each(source, "", &mut |member| {
        match each_inside(member.content, act) {
            Ok(mut more) => found.append(&mut more),
            Err(error @ NotRead::Broken { .. }) => {
                failed = Some(error);
                return ControlFlow::Break(());
            }
            Err(error) => drop(failed.get_or_insert(error)),
        }
        ControlFlow::Continue(())
    });
    match failed {
        Some(error @ NotRead::Broken { .. }) => Err(error),
        Some(error) if found.is_empty() => Err(error),
        None if found.is_empty() => Err(NotRead::Foreign("holds no bill of materials".to_owned())),
        _ => Ok(found),
    }
}

fn each_inside<T>(
    content: Result<Content, ReadError>,
    act: &dyn Fn(&Opened<'_>) -> Result<T, NotRead>,
) -> Result<Vec<T>, NotRead> {
    match content.map_err(|error| not_read(error, ""))? {
        Content::Java(..) => Err(NotRead::NotJudged(Format::JavaArchive)),
        Content::Plain(source) => each_in(&source, act),
    }
}

fn each_in<T>(
    source: &Source,
    act: &dyn Fn(&Opened<'_>) -> Result<T, NotRead>,
) -> Result<Vec<T>, NotRead> {
    let unread = |error: io::Error| NotRead::Broken { place: None, cause: error.to_string() };
    each_plain(&source.bytes().map_err(unread)?, act)
}

fn each_plain<T>(
    bytes: &[u8],
    act: &dyn Fn(&Opened<'_>) -> Result<T, NotRead>,
) -> Result<Vec<T>, NotRead> {
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(_) if protobuf::is_bom(bytes) => {
            return Err(NotRead::NotJudged(Format::CycloneDxProtobuf));
        }
        Err(error) => return Err(not_read(error, &String::from_utf8_lossy(bytes))),
    };
    let opened = opened::open(&text).map_err(|error| not_read(error, &text))?;
    opened.iter().map(act).collect()
}

/// Reads a document that is out of its envelopes.
pub(super) fn read_opened(opened: &Opened<'_>) -> Result<Sbom, NotRead> {
    let Opened { format, text } = opened;
    let read = match format {
        Format::CycloneDxJson | Format::CycloneDxYaml => cyclonedx::json::read(text, *format),
        Format::CycloneDxXml => cyclonedx::xml::read(text),
        Format::SpdxJson | Format::SpdxYaml => spdx2::json::read(text, *format),
        Format::SpdxTagValue => spdx2::tag_value::read(text),
        Format::Spdx3Json => spdx3::read(text),
        _ => return Err(NotRead::NotJudged(*format)),
    };
    read.map_err(|error| match format {
        // places are those of the JSON that was made of it
        Format::CycloneDxYaml | Format::SpdxYaml => {
            not_read(ReadError { position: Position::Unknown, ..error }, text)
        }
        _ => not_read(error, text),
    })
}

fn not_read(error: ReadError, text: &str) -> NotRead {
    match error.nature {
        Nature::Foreign => NotRead::Foreign(error.cause),
        Nature::Broken => {
            NotRead::Broken { place: Lines::new(text).place(error.position), cause: error.cause }
        }
    }
}
