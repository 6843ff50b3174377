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
use crate::ingest::{cyclonedx, spdx, text, yaml};

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

/// What an envelope holds.
pub(super) enum Inside<'a> {
    /// An object, written out.
    Object(&'a str),
    /// A text that was encoded in a string, and where that stands.
    Text(String, Position),
}

/// What an envelope holds, unread.
pub(super) fn inside<'a>(
    envelope: Envelope,
    doc: &Doc<'a>,
    place: Place<'_>,
) -> Result<Inside<'a>, ReadError> {
    if place.depth == MAX_DEPTH {
        return Err(ReadError::new(format!(
            "stands in more than {MAX_DEPTH} envelopes: the innermost is not opened"
        )));
    }
    let value = value(envelope, doc);
    match value.as_bytes().first() {
        Some(b'{') if envelope != Envelope::Dsse => Ok(Inside::Object(value)),
        Some(b'"') => {
            let here = position(value, place.whole);
            Ok(Inside::Text(decoded(value, envelope, here)?, here))
        }
        _ => Err(ReadError::foreign("holds no document")),
    }
    .map_err(|error| within(&error, envelope, doc, place))
}

fn value<'a>(envelope: Envelope, doc: &Doc<'a>) -> &'a str {
    let Wrapped { payload, bundle, predicate, data, sbom, .. } = doc.wrapped;
    let value = match envelope {
        Envelope::Dsse => payload,
        Envelope::Bundle => bundle,
        Envelope::Statement => predicate,
        Envelope::Data => data,
        Envelope::Export => sbom,
    };
    value.map_or("null", RawValue::get)
}

/// An error about what an envelope holds, with the envelope's name before it.
fn within(error: &ReadError, envelope: Envelope, doc: &Doc<'_>, place: Place<'_>) -> ReadError {
    let what = match envelope {
        Envelope::Dsse => "signed envelope (DSSE)".to_owned(),
        Envelope::Bundle => "Sigstore bundle".to_owned(),
        Envelope::Statement => statement(doc),
        Envelope::Data => "\"Data\" of the predicate".to_owned(),
        Envelope::Export => "envelope with \"sbom\"".to_owned(),
    };
    ReadError {
        cause: format!("{what}: {}", error.cause),
        position: match error.position {
            Position::Unknown => position(value(envelope, doc), place.whole),
            known => known,
        },
        nature: error.nature,
    }
}

/// Reads the document in an envelope.
pub(super) fn open(
    envelope: Envelope,
    doc: &Doc<'_>,
    place: Place<'_>,
) -> Result<Document, ReadError> {
    let read = match inside(envelope, doc, place)? {
        Inside::Object(value) => read_part(Place { depth: place.depth + 1, ..place }, value),
        Inside::Text(text, here) => encoded(&text, here, place.depth),
    };
    let mut document = read.map_err(|error| within(&error, envelope, doc, place))?;
    if envelope == Envelope::Dsse {
        let signatures = signatures(doc.wrapped.signatures);
        let plural = if signatures == 1 { "" } else { "s" };
        document.warnings.insert(
            0,
            Warning {
                message: format!(
                    "signed envelope (DSSE), {signatures} signature{plural} present, not verified"
                ),
                position: position(value(envelope, doc), place.whole),
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

/// The text that stands in a string: in base64, or as itself.
fn decoded(value: &str, envelope: Envelope, here: Position) -> Result<String, ReadError> {
    let string: String = serde_json::from_str(value)
        .map_err(|_| ReadError::at(here, "holds an escape that is no character"))?;
    let bytes = match base64::decode(&string) {
        Some(bytes) => bytes,
        None if envelope == Envelope::Dsse => {
            return Err(ReadError::at(here, "the payload is no base64"));
        }
        None => string.into_bytes(),
    };
    Ok(text::decode(&bytes)?.into_owned())
}

/// Reads a document whose text stood in a string, at a place.
fn encoded(text: &str, here: Position, depth: usize) -> Result<Document, ReadError> {
    let read = match detect::shape(text)? {
        Shape::Json => read_part(Place { whole: text, depth: depth + 1 }, text),
        Shape::CycloneDxXml => cyclonedx::xml::read(text),
        Shape::TagValue => spdx::tag_value::read(text),
        Shape::SpdxRdf => spdx::rdf::read(text),
        Shape::Yaml => yaml::read(text),
        Shape::GradleLockfile | Shape::MavenOutput | Shape::PomProperties | Shape::JarManifest => {
            Err(ReadError::foreign("holds a build's own file, which is no bill of materials"))
        }
        Shape::MavenPom => Err(ReadError::foreign("holds a POM, which is no bill of materials")),
    };
    match read {
        Ok(document) => Ok(moved(document, here)),
        Err(error) => {
            let inside = Lines::new(text).place(error.position);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::json::{read, read_lines};

    const BOM: &str = r#"{"bomFormat": "CycloneDX", "components": [{"name": "a"}]}"#;

    /// Base64 without padding, which the specification of DSSE does not ask for.
    fn base64(text: &str) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bits: Vec<u8> =
            text.bytes().flat_map(|b| (0..8).rev().map(move |n| b >> n & 1)).collect();
        let letter = |six: &[u8]| {
            let number = (0..6).fold(0, |sum, n| sum << 1 | six.get(n).copied().unwrap_or(0));
            char::from(LETTERS[usize::from(number)])
        };
        bits.chunks(6).map(letter).collect()
    }

    fn dsse(payload: &str) -> String {
        let payload = base64(payload);
        format!(r#"{{"payloadType": "t", "payload": "{payload}", "signatures": [{{}}, {{}}]}}"#)
    }

    fn statement(predicate: &str) -> String {
        format!(r#"{{"_type": "s", "predicateType": "https://t/1", "predicate": {predicate}}}"#)
    }

    fn component(text: &str) -> (String, Position) {
        let document = read(text).unwrap();
        (document.components[0].name.clone(), document.components[0].position)
    }

    #[test]
    fn every_envelope_is_opened() {
        let escaped = serde_json::to_string(BOM).unwrap();
        for text in [
            dsse(BOM),
            dsse(&statement(BOM)),
            statement(BOM),
            statement(&format!("{{\"Data\": {BOM}, \"Timestamp\": \"\"}}")),
            statement(&format!("{{\"Data\": {escaped}}}")),
            statement(&format!("{{\"Data\": \"{}\"}}", base64(BOM))),
            format!("{{\"sbom\": {BOM}, \"id\": 7}}"),
            format!("{{\"dsseEnvelope\": {}, \"mediaType\": \"m\"}}", dsse(&statement(BOM))),
        ] {
            assert_eq!(component(&text).0, "a", "{text}");
        }
    }

    #[test]
    fn documents_of_other_formats_stand_in_envelopes_too() {
        let xml = "<bom xmlns='http://cyclonedx.org/schema/bom/1.5'><components>\
                   <component type='library'><name>a</name></component></components></bom>";
        assert_eq!(component(&dsse(xml)).0, "a");
        let tags = "SPDXVersion: SPDX-2.3\nPackageName: a\nSPDXID: SPDXRef-a\n";
        let data = serde_json::to_string(tags).unwrap();
        assert_eq!(component(&statement(&format!("{{\"Data\": {data}}}"))).0, "a");
    }

    #[test]
    fn what_is_written_out_keeps_its_place_and_what_was_encoded_bears_that_of_its_value() {
        let text = format!("{{\"sbom\": {BOM}}}");
        let name = text.find("\"a\"").unwrap() + 1;
        assert_eq!(component(&text).1, Position::Offset(name));
        let text = dsse(BOM);
        let payload = text.find(&base64(BOM)).unwrap() - 1;
        assert_eq!(component(&text).1, Position::Offset(payload));
    }

    #[test]
    fn signatures_are_counted_and_nobody_believes_them() {
        let document = read(&dsse(BOM)).unwrap();
        assert_eq!(
            document.warnings[0].message,
            "signed envelope (DSSE), 2 signatures present, not verified"
        );
    }

    #[test]
    fn an_envelope_without_a_document_says_what_it_holds() {
        let cause = |text: &str| read(text).unwrap_err();
        let error = cause(&dsse(&statement(r#"{"buildType": "x"}"#)));
        assert_eq!(
            error.cause,
            "signed envelope (DSSE): in-toto statement (https://t/1): is JSON but no bill of \
             materials: neither bomFormat nor spdxVersion found, at 1:61 in what it holds"
        );
        assert!(cause(&dsse("hello")).cause.contains("neither JSON, XML, YAML nor SPDX tag-value"));
        assert!(cause(r#"{"payload": "?", "payloadType": "t"}"#).cause.contains("no base64"));
        assert!(cause(r#"{"payload": 7, "payloadType": "t"}"#).cause.contains("holds no document"));
        assert!(cause(&statement("null")).cause.contains("holds no document"));
        assert!(cause(&dsse(&BOM[..30])).cause.contains("the file is truncated, at 1:30"));
    }

    #[test]
    fn envelopes_do_not_nest_without_end() {
        let nested = |levels| (0..levels).fold(BOM.to_owned(), |text, _| dsse(&text));
        assert!(read(&nested(4)).is_ok());
        assert!(read(&nested(5)).unwrap_err().cause.contains("more than 4 envelopes"));
        let open = "{\"sbom\":".repeat(100_000);
        assert!(read(&open).unwrap_err().cause.contains("truncated"));
    }

    #[test]
    fn every_line_of_json_lines_is_read() {
        let text = format!("{}\n\n{}\n{BOM}\n", dsse(BOM), statement("{}"));
        let documents = read_lines(&text).unwrap();
        assert_eq!(documents.len(), 2);
        let line =
            documents[0].warnings.iter().find(|w| w.message.starts_with("this line")).unwrap();
        assert!(line.message.contains("in-toto statement (https://t/1)"), "{}", line.message);
        let last = text.rfind("\"a\"").unwrap() + 1;
        assert_eq!(documents[1].components[0].position, Position::Offset(last));
        let broken = read_lines(&format!("{BOM}\n{}", &BOM[..30])).unwrap_err();
        assert_eq!(broken.cause, "ends in the middle of a string: the file is truncated");
        assert!(matches!(broken.position, Position::At(place) if place.line == 2));
        let none = read_lines("{\"a\": 1}\n{\"b\": 2}\n").unwrap_err();
        assert!(none.cause.starts_with("none of 2 lines: the first is JSON but no bill"));
        let other = read_lines(&format!("{BOM}\n<html>")).unwrap_err();
        assert_eq!(other.cause, "something follows the end of the document");
    }
}
