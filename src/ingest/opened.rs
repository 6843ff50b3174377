//! Which document a text is, out of its envelopes, before anybody reads it: for readers other than
//! those that find what to match.

use std::borrow::Cow;

use super::detect::{self, Shape};
use super::document::ReadError;
use super::{json, maven_output, yaml};
use crate::inventory::Format;

/// The text of one document.
#[derive(Clone, Debug)]
pub(crate) struct Opened<'a> {
    /// What it is.
    pub(crate) format: Format,
    /// Itself; of a document in YAML, the same in JSON.
    pub(crate) text: Cow<'a, str>,
}

/// Finds the documents in a text.
///
/// # Errors
/// With the place and cause when it is none of the known formats, or is broken so that nobody can tell.
pub(crate) fn open(text: &str) -> Result<Vec<Opened<'_>>, ReadError> {
    match detect::shape(text)? {
        Shape::Json => json::open(text),
        shape => Ok(vec![other(shape, text)?]),
    }
}

/// The document in a text that stood inside so many envelopes.
pub(super) fn inside(text: &str, depth: usize) -> Result<Opened<'static>, ReadError> {
    let opened = match detect::shape(text)? {
        Shape::Json => json::open_inside(text, depth)?,
        shape => other(shape, text)?,
    };
    Ok(Opened { format: opened.format, text: Cow::Owned(opened.text.into_owned()) })
}

fn other(shape: Shape, text: &str) -> Result<Opened<'_>, ReadError> {
    let format = match shape {
        Shape::Json | Shape::Yaml => return in_yaml(text),
        Shape::CycloneDxXml => Format::CycloneDxXml,
        Shape::MavenPom => Format::MavenPom,
        Shape::SpdxRdf => Format::SpdxRdf,
        Shape::TagValue => Format::SpdxTagValue,
        Shape::GradleLockfile => Format::GradleLockfile,
        Shape::MavenOutput => maven_output::read(text)?.format,
        Shape::PomProperties => Format::PomProperties,
        Shape::JarManifest => Format::JarManifest,
    };
    Ok(Opened { format, text: Cow::Borrowed(text) })
}

fn in_yaml(text: &str) -> Result<Opened<'_>, ReadError> {
    // its reader says best what is wrong with it
    let format = yaml::read(text)?.format;
    let text = yaml::to_json(text).unwrap_or_default();
    Ok(Opened { format, text: Cow::Owned(text) })
}
