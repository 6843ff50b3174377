//! What stands around a document in JSON: signed envelopes, statements, exports.
//!
//! DSSE (`payload`, secure-systems-lab/dsse), Sigstore bundles (`dsseEnvelope`), in-toto statements
//! (`predicate`, in-toto attestation v0.1 and v1) with the `Data` that cosign puts between, and
//! objects whose `sbom` is a document (GitHub's export, sbomer). Signatures are counted, never
//! verified, and a warning says so. What is written out in the file keeps its places; what was
//! encoded has none of its own and bears the place of the value that holds it.

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::doc::{Doc, Wrapped};
use super::{base64, read_part};
use crate::ingest::detect::{self, Shape};
use crate::ingest::document::{About, Document, Position, ReadError, Warning};
use crate::ingest::lines::Lines;
use crate::ingest::{cyclonedx, spdx, text};

/// How many envelopes may stand in each other.
const MAX_DEPTH: usize = 4;

/// A kind of envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Envelope {
    /// `payload` and `payloadType`.
    Dsse,
    /// `dsseEnvelope`.
    Bundle,
    /// `predicate`.
    Statement,
    /// cosign's `Data` in a predicate.
    Data,
    /// `sbom`.
    Export,
}

/// An envelope in its text.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The whole text, in which places are counted.
    pub(super) whole: &'a str,
    /// How many envelopes stand around it.
    pub(super) depth: usize,
}

/// Reads the document in an envelope.
pub(super) fn open(
    envelope: Envelope,
    doc: &Doc<'_>,
    place: Place<'_>,
) -> Result<Document, ReadError> {
    if place.depth == MAX_DEPTH {
        return Err(ReadError::new(format!(
            "stands in more than {MAX_DEPTH} envelopes: the innermost is not opened"
        )));
    }
    let Wrapped { payload, bundle, predicate, data, sbom, .. } = doc.wrapped;
    let (value, what) = match envelope {
        Envelope::Dsse => (payload, "signed envelope (DSSE)".to_owned()),
        Envelope::Bundle => (bundle, "Sigstore bundle".to_owned()),
        Envelope::Statement => (predicate, statement(doc)),
        Envelope::Data => (data, "\"Data\" of the predicate".to_owned()),
        Envelope::Export => (sbom, "envelope with \"sbom\"".to_owned()),
    };
    let value = value.map_or("null", RawValue::get);
    let read = match value.as_bytes().first() {
        Some(b'{') if envelope != Envelope::Dsse => {
            read_part(Place { depth: place.depth + 1, ..place }, value)
        }
        Some(b'"') => encoded(value, envelope, place),
        _ => Err(ReadError::foreign("holds no document")),
    };
    let mut document = read.map_err(|error| ReadError {
        cause: format!("{what}: {}", error.cause),
        position: match error.position {
            Position::Unknown => position(value, place.whole),
            known => known,
        },
        ..error
    })?;
    if envelope == Envelope::Dsse {
        let signatures = signatures(doc.wrapped.signatures);
        let plural = if signatures == 1 { "" } else { "s" };
        document.warnings.insert(
            0,
            Warning {
                message: format!(
                    "signed envelope (DSSE), {signatures} signature{plural} present, not verified"
                ),
                position: position(value, place.whole),
            },
        );
    }
    Ok(document)
}

/// A statement, with the type of its predicate.
fn statement(doc: &Doc<'_>) -> String {
    let kind = doc.wrapped.predicate_type.as_ref().map_or("no type", |text| &text.value);
    let kind: String = kind.chars().filter(|c| !c.is_control()).take(120).collect();
    format!("in-toto statement ({kind})")
}

fn signatures(value: Option<&RawValue>) -> usize {
    let list = value.and_then(|raw| serde_json::from_str::<Vec<IgnoredAny>>(raw.get()).ok());
    list.map_or(0, |list| list.len())
}

/// The place of a part of the text.
fn position(part: &str, whole: &str) -> Position {
    let offset = part.as_ptr().addr().checked_sub(whole.as_ptr().addr());
    offset.filter(|&offset| offset < whole.len()).map_or(Position::Unknown, Position::Offset)
}

/// Reads a document that stands in a string: in base64, or as its text.
fn encoded(value: &str, envelope: Envelope, place: Place<'_>) -> Result<Document, ReadError> {
    let here = position(value, place.whole);
    let string: String = serde_json::from_str(value)
        .map_err(|_| ReadError::at(here, "holds an escape that is no character"))?;
    let bytes = match base64::decode(&string) {
        Some(bytes) => bytes,
        None if envelope == Envelope::Dsse => {
            return Err(ReadError::at(here, "the payload is no base64"));
        }
        None => string.into_bytes(),
    };
    let text = text::decode(&bytes)?;
    let read = match detect::shape(&text)? {
        Shape::Json => read_part(Place { whole: &text, depth: place.depth + 1 }, &text),
        Shape::CycloneDxXml => cyclonedx::xml::read(&text),
        Shape::TagValue => spdx::tag_value::read(&text),
        Shape::MavenPom => Err(ReadError::foreign("holds a POM, which is no bill of materials")),
    };
    match read {
        Ok(document) => Ok(moved(document, here)),
        Err(error) => {
            let inside = Lines::new(&text).place(error.position);
            let inside = inside.map(|place| format!(", at {place} in what it holds"));
            let cause = format!("{}{}", error.cause, inside.unwrap_or_default());
            Err(ReadError { cause, position: here, ..error })
        }
    }
}

/// The document with everything in one place.
fn moved(mut document: Document, here: Position) -> Document {
    for component in &mut document.components {
        component.position = here;
    }
    if let About::Apart(subject) = &mut document.about {
        subject.position = here;
    }
    for warning in &mut document.warnings {
        warning.position = here;
    }
    document
}
