//! Documents in JSON (RFC 8259): one pass over the text, then what its markers say it is.
//!
//! Reads CycloneDX, SPDX, and what Syft and Trivy write for themselves. Knows other kinds of documents well enough to say what they are
//! and what to do. Never builds a tree of the whole document, never trusts the order of keys.

pub(crate) mod base64;
mod doc;
mod envelope;
mod graph;
mod kind;
pub(crate) mod lenient;
mod records;
pub(crate) mod remarks;
mod scanners;
mod shapes;

pub(super) use doc::{Component, Dependency, Doc, Package, Service};
pub(super) use graph::Node;
pub(super) use lenient::{Gather, Text};
pub(super) use scanners::{Artifact, ArtifactRelationship, Source, TrivyPackage, TrivyResult};

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use self::envelope::Inside;
use self::envelope::{Envelope, Place};
use self::kind::Kind;
use self::lenient::{Fields, drain, read_fields};
use self::remarks::{Aim, Remarks, Spot};
use super::document::{Document, Position, ReadError, Warning};
use super::lines::Lines;
use super::opened::{self, Opened};
use super::{cyclonedx, spdx, syft, trivy};
use crate::inventory::{self, Format};

/// Reads a document in JSON, without byte order mark, out of the envelopes around it.
///
/// # Errors
///
/// Text that is no JSON, JSON that is no bill of materials, and kinds that are not supported.
pub fn read(text: &str) -> Result<Document, ReadError> {
    read_part(Place { whole: text, depth: 0 }, text)
}

/// Reads one document, or in JSON Lines the documents of all lines.
///
/// # Errors
///
/// As [`read`]; lines that are no bills of materials are passed over if another is one.
pub fn read_lines(text: &str) -> Result<Vec<Document>, ReadError> {
    match read(text) {
        Err(error) if error.cause == FOLLOWED => records::read(text).unwrap_or(Err(error)),
        read => read.map(|document| vec![document]),
    }
}

/// Reads a document that is a part of a text.
fn read_part(place: Place<'_>, part: &str) -> Result<Document, ReadError> {
    let remarks = Remarks::on(place.whole, Aim::Match);
    let (mut doc, kind) = of_known_kind(place, part, &remarks)?;
    let mut document = match kind {
        Kind::CycloneDx => {
            let may_assess = doc.others.have(&["vulnerabilities"]);
            Document { may_assess, ..cyclonedx::json::document(&mut doc)? }
        }
        Kind::Spdx => spdx::json::document(&doc)?,
        Kind::Syft => syft::document(&doc)?,
        Kind::Trivy => trivy::document(&doc)?,
        Kind::Spdx3 => spdx::three::document(doc.graph.as_deref().unwrap_or_default())?,
        Kind::Envelope(Envelope::Data) if place.depth == 0 => return Err(kind::nothing_known()),
        Kind::Envelope(envelope) => envelope::open(envelope, &doc, place)?,
    };
    document.warnings.splice(0..0, remarks.into_warnings());
    Ok(document)
}

/// The keys of a document, and what it is.
fn of_known_kind<'a>(
    place: Place<'_>,
    part: &'a str,
    remarks: &Remarks,
) -> Result<(Doc<'a>, Kind), ReadError> {
    let doc = parse(part, remarks).map_err(|error| cause((place.whole, part), &error))?;
    let Some(doc) = doc else { return Err(kind::nothing_known()) };
    let kind = kind::of(&doc)?;
    Ok((doc, kind))
}

/// Finds the documents that a text holds, out of their envelopes, and reads none of them: one, or in
/// JSON Lines one a line.
///
/// # Errors
///
/// As [`read_lines`].
pub(crate) fn open(text: &str) -> Result<Vec<Opened<'_>>, ReadError> {
    match open_part(Place { whole: text, depth: 0 }, text) {
        Err(error) if error.cause == FOLLOWED => records::open(text).unwrap_or(Err(error)),
        opened => opened.map(|opened| vec![opened]),
    }
}

fn open_part<'a>(place: Place<'_>, part: &'a str) -> Result<Opened<'a>, ReadError> {
    let remarks = Remarks::on(place.whole, Aim::Match);
    let (doc, kind) = of_known_kind(place, part, &remarks)?;
    let format = match kind {
        Kind::CycloneDx => Format::CycloneDxJson,
        Kind::Spdx => Format::SpdxJson,
        Kind::Spdx3 => Format::Spdx3Json,
        Kind::Syft => Format::SyftJson,
        Kind::Trivy => Format::TrivyJson,
        Kind::Envelope(Envelope::Data) if place.depth == 0 => return Err(kind::nothing_known()),
        Kind::Envelope(envelope) => {
            return match envelope::inside(envelope, &doc, place)? {
                Inside::Object(value) => {
                    open_part(Place { depth: place.depth + 1, ..place }, value)
                }
                Inside::Text(text, _) => opened::inside(&text, place.depth + 1),
            };
        }
    };
    Ok(Opened { format, text: Cow::Borrowed(part) })
}

/// Opens a text that stood inside so many envelopes.
pub(super) fn open_inside(text: &str, depth: usize) -> Result<Opened<'_>, ReadError> {
    open_part(Place { whole: text, depth }, text)
}

/// Reads the object that the text holds as its author wrote it, with what was odd about its shape.
///
/// # Errors
///
/// Text that is no JSON, or that holds no object.
pub(crate) fn read_as<'a, T: Fields<'a> + Default>(
    text: &'a str,
) -> Result<(T, Vec<Warning>), ReadError> {
    let remarks = Remarks::on(text, Aim::Judge);
    let found = parse(text, &remarks).map_err(|error| cause((text, text), &error))?;
    Ok((found.ok_or_else(kind::nothing_known)?, remarks.into_warnings()))
}

/// The keys of the object that the text holds; nothing when it holds a list or a scalar.
fn parse<'a, T: Fields<'a> + Default>(
    text: &'a str,
    remarks: &Remarks,
) -> serde_json::Result<Option<T>> {
    let mut source = serde_json::Deserializer::from_str(text);
    let doc = Top(remarks, PhantomData).deserialize(&mut source)?;
    source.end()?;
    Ok(doc)
}

/// Reads the outermost value.
struct Top<'r, T>(&'r Remarks, PhantomData<T>);

impl<'de, T: Fields<'de> + Default> DeserializeSeed<'de> for Top<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Fields<'de> + Default> Visitor<'de> for Top<'_, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let mut doc = T::default();
        read_fields(&mut doc, map, &Spot::top(self.0))?;
        Ok(Some(doc))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        drain(items).map(|()| None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// What is wrong with the text, in our words.
fn cause((whole, part): (&str, &str), error: &serde_json::Error) -> ReadError {
    let message = error.to_string();
    let found = message.split(" at line ").next().unwrap_or(&message);
    let cause = match found {
        _ if part.trim_ascii().is_empty() => "is empty".to_owned(),
        "recursion limit exceeded" => "nested deeper than 128 levels".to_owned(),
        "expected value" => "expected a value".to_owned(),
        "expected ident" => "expected true, false or null".to_owned(),
        "key must be a string" => "expected a key in double quotes".to_owned(),
        "trailing comma" => "a comma stands before a closing bracket".to_owned(),
        "trailing characters" => FOLLOWED.to_owned(),
        "lone leading surrogate in hex escape" => "half a character is escaped".to_owned(),
        other => match other.strip_prefix("EOF while parsing ") {
            Some(what) => format!("ends in the middle of {what}: the file is truncated"),
            None => other.to_owned(),
        },
    };
    ReadError::at(position((whole, part), error), cause)
}

/// What is wrong with a text that goes on behind its document.
const FOLLOWED: &str = "something follows the end of the document";

/// Where the whole text is wrong, if the error counts from the start of its part.
fn position((whole, part): (&str, &str), error: &serde_json::Error) -> Position {
    let number = |n: usize| u32::try_from(n.max(1)).unwrap_or(u32::MAX);
    let (line, column) = (number(error.line()), number(error.column()));
    let before = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    let start = Lines::new(whole).place(Position::Offset(before));
    let start = start.filter(|_| before > 0).unwrap_or(inventory::Place { line: 1, column: 1 });
    Position::At(inventory::Place {
        line: (start.line - 1).saturating_add(line),
        column: if line == 1 { (start.column - 1).saturating_add(column) } else { column },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cyclonedx(rest: &str) -> Document {
        read(&format!("{{\"specVersion\": \"1.6\", {rest}, \"bomFormat\": \"CycloneDX\"}}"))
            .unwrap()
    }

    fn names(document: &Document) -> Vec<&str> {
        document.components.iter().map(|component| component.name.as_str()).collect()
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|warning| warning.message.as_str()).collect()
    }

    #[test]
    fn null_is_nothing_anywhere() {
        let document = cyclonedx(
            r#""metadata": null, "dependencies": [null, {"ref": null, "dependsOn": null}],
               "components": [null, {"name": "a", "version": null, "purl": null, "components": null}]"#,
        );
        assert_eq!(names(&document), ["a"]);
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn a_number_keeps_its_spelling() {
        let document =
            cyclonedx(r#""components": [{"name": "a", "version": 1.10}, {"name": true}]"#);
        assert_eq!(document.components[0].version.as_deref(), Some("1.10"));
        assert_eq!(
            messages(&document),
            [
                "components[0].version is 1.10 without quotes, expected a string",
                "components[1].name is true without quotes, expected a string"
            ]
        );
    }

    #[test]
    fn a_single_object_is_a_list_of_one() {
        let document = cyclonedx(
            r#""components": {"name": "a", "bom-ref": "a"},
               "dependencies": {"ref": "a", "dependsOn": "a"}"#,
        );
        assert_eq!(names(&document), ["a"]);
        assert_eq!(document.edges, [("a", "a")]);
        assert_eq!(
            messages(&document),
            [
                "components is a single object, expected a list of them",
                "dependencies is a single object, expected a list of them",
                "dependencies.dependsOn is a single string, expected a list of them"
            ]
        );
    }

    #[test]
    fn what_has_a_wrong_shape_is_left_out_and_named() {
        let document = cyclonedx(
            r#""metadata": [], "services": 7, "dependencies": [{"ref": "a", "dependsOn": [{"ref": "b"}]}],
               "components": [null, {"name": {}, "purl": [], "bom-ref": "a"}]"#,
        );
        assert_eq!(document.components.len(), 1);
        assert_eq!(
            messages(&document),
            [
                "metadata is a list, expected an object: left out",
                "services is a number, expected a list: left out",
                "dependencies[0].dependsOn[0] is an object, expected a string: left out",
                "components[1].name is an object, expected a string: left out",
                "components[1].purl is a list, expected a string: left out",
            ]
        );
    }

    #[test]
    fn a_wrong_shape_among_the_parts_is_an_error_because_it_could_hide_one() {
        let cause = |parts: &str| {
            let text = format!("{{\"bomFormat\": \"CycloneDX\", {parts}}}");
            read(&text).unwrap_err().cause
        };
        assert_eq!(cause(r#""components": "x""#), "components is a string, expected a list");
        assert_eq!(cause(r#""components": 7"#), "components is a number, expected a list");
        assert_eq!(
            cause(r#""components": ["pkg:maven/g/a@1"]"#),
            "components[0] is a string, expected an object"
        );
        assert_eq!(
            cause(r#""components": [{"components": [true]}]"#),
            "components[0].components[0] is true or false, expected an object"
        );
        let spdx = read(r#"{"spdxVersion": "SPDX-2.3", "packages": [[1]]}"#);
        assert_eq!(spdx.unwrap_err().cause, "packages[0] is a list, expected an object");
    }

    #[test]
    fn a_second_empty_list_does_not_hide_the_first() {
        let document = cyclonedx(r#""components": [{"name": "log4j-core"}], "components": []"#);
        assert_eq!(names(&document), ["log4j-core"]);
        assert_eq!(messages(&document), ["components stands twice: both lists are read"]);
    }

    #[test]
    fn of_two_texts_the_last_counts_and_null_is_none() {
        let document = cyclonedx(r#""components": [{"name": "a", "name": "b", "name": null}]"#);
        assert_eq!(names(&document), ["b"]);
        assert_eq!(messages(&document), ["components[0].name stands twice: the last counts"]);
    }

    #[test]
    fn of_two_objects_all_keys_count() {
        let document = cyclonedx(
            r#""metadata": {"component": {"components": [{"name": "a"}]}}, "metadata": {}"#,
        );
        assert_eq!(names(&document), ["a"]);
        assert_eq!(messages(&document), ["metadata stands twice: both are read into one"]);
    }

    #[test]
    fn half_a_character_matters_only_where_it_is_read() {
        let document = cyclonedx(
            r#""components": [{"description": "\ud800", "name": "a"}, {"name": "\ud800"}]"#,
        );
        assert_eq!(names(&document), ["a", ""]);
        assert_eq!(
            messages(&document),
            ["components[1].name holds an escape that is no character: left out"]
        );
    }

    #[test]
    fn keys_and_texts_may_be_escaped() {
        let document = cyclonedx(r#""compo\u006eents": [{"n\u0061me": "a\/b"}]"#);
        assert_eq!(names(&document), ["a/b"]);
    }

    #[test]
    fn remarks_are_counted_when_they_are_too_many() {
        let document = cyclonedx(&format!("\"dependencies\": [{}1]", "1,".repeat(299)));
        assert_eq!(document.warnings.len(), 201);
        assert_eq!(document.warnings[200].message, "100 more oddities of shape are not listed");
    }

    #[test]
    fn components_nest_sixty_levels_deep_and_not_without_end() {
        let nested = |levels| {
            let open = r#"{"components": ["#.repeat(levels);
            let close = "]}".repeat(levels);
            read(&format!(r#"{{"bomFormat": "CycloneDX", "components": [{open}{close}]}}"#))
        };
        assert_eq!(nested(60).unwrap().components.len(), 60);
        assert_eq!(nested(100_000).unwrap_err().cause, "nested deeper than 128 levels");
    }

    #[test]
    fn fields_that_nobody_reads_nest_as_they_like() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(names(&cyclonedx(&format!("\"x\": {deep}, \"components\": [{{}}]"))), [""]);
    }

    #[test]
    fn errors_say_where_and_what() {
        let cases = [
            ("{\"a\": 1\n \"b\": 2}", 2, 2, "expected `,` or `}`"),
            ("{\"a\": [1, 2", 1, 11, "ends in the middle of a list: the file is truncated"),
            ("{\"a\": \"b", 1, 8, "ends in the middle of a string: the file is truncated"),
            ("{\"a\": 1,}", 1, 9, "a comma stands before a closing bracket"),
            ("{}\n<html>", 2, 1, "something follows the end of the document"),
            ("{a: 1}", 1, 2, "expected a key in double quotes"),
            (" ", 1, 1, "is empty"),
        ];
        for (text, line, column, cause) in cases {
            let error = read(text).unwrap_err();
            assert_eq!(error.cause, cause);
            assert_eq!(error.position, Position::At(inventory::Place { line, column }), "{text}");
        }
    }
}
