//! YAML 1.2: rewritten as the JSON that it stands for, and read as that.
//!
//! SPDX 2.2 and later has a YAML spelling with the keys of its JSON; CycloneDX in YAML is no format
//! of its specification, and tools write it all the same. Every scalar but null becomes a text, so
//! that a version keeps its spelling (`1.10`). Aliases are copied while they stay small; merge keys,
//! several documents in one file and aliases that make much of little are refused, because each
//! could hide a component or the end of memory. Positions are those of the YAML text.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use super::document::{About, Document, Position, ReadError};
use super::json;
use crate::inventory::Format;

/// How many times the text's own length aliases may add.
const MOST_ALIASED: usize = 8;

/// Reads a document in YAML.
///
/// # Errors
/// Text that is no YAML, YAML that is neither SPDX 2 nor CycloneDX, and whatever the reader of JSON
/// refuses.
pub fn read(text: &str) -> Result<Document, ReadError> {
    let rewritten = rewrite(text)?;
    let mut document = json::read(&rewritten.json)
        .map_err(|error| ReadError { position: rewritten.original(error.position), ..error })?;
    document.format = match document.format {
        Format::SpdxJson => Format::SpdxYaml,
        Format::CycloneDxJson => Format::CycloneDxYaml,
        other => {
            let cause = format!("is {other} in YAML, which is not read; convert it to JSON");
            return Err(ReadError::new(cause));
        }
    };
    for component in &mut document.components {
        component.position = rewritten.original(component.position);
    }
    if let About::Apart(subject) = &mut document.about {
        subject.position = rewritten.original(subject.position);
    }
    for warning in &mut document.warnings {
        warning.position = rewritten.original(warning.position);
    }
    Ok(document)
}

/// The same text in JSON, where it is YAML that can be read.
pub(super) fn to_json(text: &str) -> Option<String> {
    rewrite(text).ok().map(|rewritten| rewritten.json)
}

/// A text in JSON, on one line, and where its values stood in YAML.
struct Rewritten {
    json: String,
    /// Offset in `json`, offset in the YAML text; both ascend but for aliases.
    places: Vec<(usize, usize)>,
}

impl Rewritten {
    /// The place in the YAML text of a place in the JSON text.
    fn original(&self, position: Position) -> Position {
        let offset = match position {
            Position::Offset(offset) => offset,
            Position::At(place) => place.column.saturating_sub(1) as usize,
            Position::Unknown => return Position::Unknown,
        };
        let behind = self.places.partition_point(|(json, _)| *json <= offset);
        let place = behind.checked_sub(1).and_then(|index| self.places.get(index));
        place.map_or(Position::Unknown, |(_, yaml)| Position::Offset(*yaml))
    }
}

fn rewrite(text: &str) -> Result<Rewritten, ReadError> {
    let mut writer = Writer::on(text);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let mut cursor = Cursor::default();
            let position = Position::Offset(cursor.offset(text, error.marker()));
            ReadError::at(
                position,
                match error.info() {
                    "recursion limit exceeded" => "nested too deep".to_owned(),
                    info => format!("is no YAML: {info}"),
                },
            )
        })?;
        let offset = writer.cursor.offset(text, &span.start);
        writer
            .take(event, offset)
            .map_err(|cause| ReadError::at(Position::Offset(offset), cause))?;
    }
    Ok(Rewritten { json: writer.json, places: writer.places })
}

/// Turns places in characters, which ascend, into places in bytes.
#[derive(Default)]
struct Cursor {
    chars: usize,
    bytes: usize,
}

impl Cursor {
    fn offset(&mut self, text: &str, marker: &Marker) -> usize {
        if let Some(ahead) = marker.index().checked_sub(self.chars) {
            let rest = text.get(self.bytes..).unwrap_or_default();
            let skipped = rest.char_indices().nth(ahead).map_or(rest.len(), |(at, _)| at);
            self.bytes += skipped;
            self.chars = marker.index();
        }
        self.bytes
    }
}

/// A list or an object that is not yet closed.
struct Open {
    holds: Holds,
    is_empty: bool,
    /// Its anchor, 0 where it has none, and where it starts in the JSON text.
    anchor: (usize, usize),
}

/// What comes next in what is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Items,
    Key,
    Value,
}

/// What a value is, as far as its place matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Scalar,
    Compound,
}

struct Writer {
    json: String,
    places: Vec<(usize, usize)>,
    cursor: Cursor,
    open: Vec<Open>,
    anchors: HashMap<usize, Range<usize>>,
    /// How many bytes aliases may still add.
    budget: usize,
    documents: usize,
}

impl Writer {
    fn on(text: &str) -> Self {
        Self {
            json: String::with_capacity(text.len()),
            places: Vec::new(),
            cursor: Cursor::default(),
            open: Vec::new(),
            anchors: HashMap::new(),
            budget: text.len().saturating_mul(MOST_ALIASED),
            documents: 0,
        }
    }

    fn take(&mut self, event: Event<'_>, offset: usize) -> Result<(), String> {
        match event {
            Event::DocumentStart(_) => self.document(),
            Event::Scalar(value, style, anchor, _) => self.scalar(&value, style, (anchor, offset)),
            Event::SequenceStart(anchor, _) => self.begin('[', Holds::Items, (anchor, offset)),
            Event::MappingStart(anchor, _) => self.begin('{', Holds::Key, (anchor, offset)),
            Event::SequenceEnd => {
                self.end(']');
                Ok(())
            }
            Event::MappingEnd => {
                self.end('}');
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, offset),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn document(&mut self) -> Result<(), String> {
        self.documents += 1;
        match self.documents {
            1 => Ok(()),
            _ => Err("a second document begins in the same file; give each alone".to_owned()),
        }
    }

    /// Writes what stands before a value; says whether the value is a key.
    fn separate(&mut self, shape: Shape) -> Result<bool, String> {
        let Some(open) = self.open.last_mut() else { return Ok(false) };
        let is_key = open.holds == Holds::Key;
        if is_key && shape == Shape::Compound {
            return Err("a list, an object or an alias stands where a key must".to_owned());
        }
        match open.holds {
            Holds::Value => self.json.push(':'),
            Holds::Items | Holds::Key if open.is_empty => {}
            Holds::Items | Holds::Key => self.json.push(','),
        }
        open.is_empty = false;
        open.holds = match open.holds {
            Holds::Items => Holds::Items,
            Holds::Key => Holds::Value,
            Holds::Value => Holds::Key,
        };
        Ok(is_key)
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        (anchor, offset): (usize, usize),
    ) -> Result<(), String> {
        let is_key = self.separate(Shape::Scalar)?;
        let plain = style == ScalarStyle::Plain;
        if is_key && plain && value == "<<" {
            return Err("holds a merge key (<<), which is not read".to_owned());
        }
        let start = self.json.len();
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        self.places.push((start, offset + usize::from(quoted)));
        if plain && !is_key && matches!(value, "" | "~" | "null" | "Null" | "NULL") {
            self.json.push_str("null");
        } else {
            let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
            self.json.push_str(&text);
        }
        self.name(anchor, start);
        Ok(())
    }

    fn begin(
        &mut self,
        bracket: char,
        holds: Holds,
        (anchor, offset): (usize, usize),
    ) -> Result<(), String> {
        self.separate(Shape::Compound)?;
        let start = self.json.len();
        self.places.push((start, offset));
        self.json.push(bracket);
        self.open.push(Open { holds, is_empty: true, anchor: (anchor, start) });
        Ok(())
    }

    fn end(&mut self, bracket: char) {
        self.json.push(bracket);
        if let Some(Open { anchor: (anchor, start), .. }) = self.open.pop() {
            self.name(anchor, start);
        }
    }

    /// Remembers the value that has just been written under its anchor.
    fn name(&mut self, anchor: usize, start: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, start..self.json.len());
        }
    }

    fn alias(&mut self, anchor: usize, offset: usize) -> Result<(), String> {
        self.separate(Shape::Compound)?;
        let named = self.anchors.get(&anchor).cloned();
        let named = named.ok_or_else(|| "an alias stands inside of what it names".to_owned())?;
        let Some(budget) = self.budget.checked_sub(named.len()) else {
            return Err(format!("its aliases make it {MOST_ALIASED} times as long"));
        };
        self.budget = budget;
        self.places.push((self.json.len(), offset));
        self.json.extend_from_within(named);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json_of(text: &str) -> String {
        rewrite(text).unwrap().json
    }

    fn cause(text: &str) -> String {
        read(text).unwrap_err().cause
    }

    const SPDX: &str = "spdxVersion: SPDX-2.3\npackages:\n- name: größe\n  versionInfo: 1.10\n  externalRefs:\n  \
        - referenceType: purl\n    referenceLocator: 'pkg:npm/a@1.10'\n- name: \"b\"\n";

    #[test]
    fn spdx_in_yaml_is_read_with_places_of_the_yaml_text() {
        let document = read(SPDX).unwrap();
        assert_eq!(document.format, Format::SpdxYaml);
        assert_eq!(document.spec_version.as_deref(), Some("2.3"));
        let [a, b] = document.components.as_slice() else { panic!("not two components") };
        assert_eq!((a.name.as_str(), a.version.as_deref()), ("größe", Some("1.10")));
        assert_eq!(a.purls, ["pkg:npm/a@1.10"]);
        let at = |part| Position::Offset(SPDX.find(part).unwrap());
        assert_eq!((a.position, b.position), (at("pkg:npm"), at("b\"\n")));
        assert_eq!(document.warnings, []);
    }

    #[test]
    fn cyclonedx_in_yaml_is_read_too() {
        let text = "---\nbomFormat: CycloneDX\nspecVersion: 1.6\nmetadata:\n  component: {name: app}\n\
            components:\n  - {name: a, purl: \"pkg:npm/a@1\", version: null}\n";
        let document = read(text).unwrap();
        assert_eq!(document.format, Format::CycloneDxYaml);
        assert_eq!(document.spec_version.as_deref(), Some("1.6"));
        assert_eq!(document.components[0].purls, ["pkg:npm/a@1"]);
        assert_eq!(document.warnings, []);
    }

    #[test]
    fn scalars_are_texts_and_null_is_null() {
        assert_eq!(
            json_of("a: 1.10\nb: ~\nc:\nd: 'null'\ne: true\n\"f\": |\n  x\n  y\n"),
            r#"{"a":"1.10","b":null,"c":null,"d":"null","e":"true","f":"x\ny\n"}"#
        );
        assert_eq!(json_of("- [a, {b: c}]\n- []\n- {}\n"), r#"[["a",{"b":"c"}],[],{}]"#);
    }

    #[test]
    fn aliases_are_copied() {
        let text = "a: &x {k: [v]}\nb: *x\nc: &y s\nd: [*y, *x]\n";
        assert_eq!(
            json_of(text),
            r#"{"a":{"k":["v"]},"b":{"k":["v"]},"c":"s","d":["s",{"k":["v"]}]}"#
        );
    }

    #[test]
    fn what_could_hide_a_component_is_an_error() {
        assert_eq!(
            cause("a: &x {b: 1}\nspdxVersion: SPDX-2.3\n<<: *x\n"),
            "holds a merge key (<<), which is not read"
        );
        assert_eq!(
            cause("spdxVersion: SPDX-2.3\n---\nspdxVersion: SPDX-2.3\n"),
            "a second document begins in the same file; give each alone"
        );
        assert_eq!(cause("a: &x [*x]\n"), "an alias stands inside of what it names");
        assert!(cause("? [a]\n: b\n").contains("where a key must"));
        assert!(cause("a: 'b\n").starts_with("is no YAML"));
        assert!(cause("name: x\n").contains("no bill of materials"));
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = "spdxVersion: SPDX-2.3\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let before = level - 1;
            let many = vec![format!("*a{before}"); 9].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{many}]\n"));
        }
        assert_eq!(cause(&text), "its aliases make it 8 times as long");
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let deep = format!("spdxVersion: SPDX-2.3\npackages: {}", "[".repeat(50_000));
        assert_eq!(cause(&deep), "nested too deep");
        let closed = format!(
            "bomFormat: CycloneDX\ncomponents: {}{}",
            "[{components: ".repeat(500),
            "}]".repeat(500)
        );
        assert_eq!(cause(&closed), "nested too deep");
        let lists = format!("{}{}", "[".repeat(70), "]".repeat(70));
        assert!(read(&format!("bomFormat: CycloneDX\nx: {lists}\n")).is_ok());
    }
}
