//! CycloneDX in Protocol Buffers: the parts, the subject, the edges.
//!
//! Follows `bom-1.3.proto` to `bom-1.7.proto` of the CycloneDX specification; the numbers of the
//! fields that are read are the same in all of them. A binary has no lines: components have no
//! position.

use std::collections::HashSet;
use std::sync::Arc;

use super::wire::{Fields, Value};
use super::{Elsewhere, kind, reference_warnings, scope, version_remark};
use crate::ingest::document::{About, Declared, Document, Position, ReadError, Warning};
use crate::inventory::{Edges, Format};

/// The deepest nesting of components, services and dependencies that is read.
const MAX_DEPTH: usize = 64;

/// Whether a binary is a bill of materials in Protocol Buffers: its `spec_version` (`Bom`, field 1)
/// says so. What comes behind that field may be broken.
#[must_use]
pub fn is_bom(bytes: &[u8]) -> bool {
    let mut fields = Fields::of(bytes).map_while(Result::ok);
    let version = fields.find_map(|(number, value)| match (number, value) {
        (1, Value::Bytes(version)) => Some(version),
        _ => None,
    });
    version
        .and_then(|version| version.strip_prefix(b"1."))
        .is_some_and(|minor| (1..=2).contains(&minor.len()) && minor.iter().all(u8::is_ascii_digit))
}

/// Reads one document.
///
/// # Errors
/// When it breaks off, is nested too deeply, or holds a value of another type than its schema says.
pub fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let mut bom = Bom::default();
    bom.read(bytes).map_err(ReadError::new)?;
    let remark = version_remark(bom.spec_version.as_deref()).map_err(ReadError::new)?;
    let mut warnings: Vec<Warning> = remark
        .map(|message| Warning { message, position: Position::Unknown })
        .into_iter()
        .collect();
    let subject = bom.subject.as_ref().and_then(|subject| subject.reference.as_deref());
    let elsewhere =
        Elsewhere { subject, others: bom.services.iter().map(String::as_str).collect() };
    let named = bom.named.iter().map(|reference| &**reference);
    warnings.extend(reference_warnings(&bom.components, &elsewhere, named));
    Ok(Document {
        spec_version: bom.spec_version,
        about: bom.subject.map_or(About::Unsaid, |subject| About::Apart(Box::new(subject))),
        components: bom.components,
        edges: bom.edges,
        warnings,
        ..Document::new(Format::CycloneDxProtobuf)
    })
}

/// The document as far as it is read.
#[derive(Default)]
struct Bom {
    spec_version: Option<String>,
    subject: Option<Declared>,
    components: Vec<Declared>,
    services: HashSet<String>,
    edges: Edges,
    /// References in the list of dependencies.
    named: Vec<Arc<str>>,
}

impl Bom {
    /// Message `Bom`.
    fn read(&mut self, message: &[u8]) -> Result<(), String> {
        for field in Fields::of(message) {
            match field? {
                (1, value) => self.spec_version = value.text()?.map(str::to_owned),
                (4, value) => self.metadata(value.message()?)?,
                (5, value) => self.component(value.message()?, 0)?,
                (6, value) => self.service(value.message()?, 0)?,
                (8, value) => self.dependency(value.message()?, None, 0)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Message `Metadata`: its component is the subject, what that contains is a part. Of several,
    /// Protocol Buffers make one.
    fn metadata(&mut self, message: &[u8]) -> Result<(), String> {
        for field in Fields::of(message) {
            if let (4, value) = field? {
                let mut subject = self.subject.take().unwrap_or_default();
                let nested = declare(value.message()?, &mut subject)?;
                self.subject = Some(subject);
                for component in nested {
                    self.component(component, 1)?;
                }
            }
        }
        Ok(())
    }

    /// Message `Component`, then what it contains.
    fn component(&mut self, message: &[u8], depth: usize) -> Result<(), String> {
        let depth = deeper(depth)?;
        let mut component = Declared::default();
        let nested = declare(message, &mut component)?;
        self.components.push(component);
        nested.into_iter().try_for_each(|component| self.component(component, depth))
    }

    /// Message `Service`: services have references, and are no parts.
    fn service(&mut self, message: &[u8], depth: usize) -> Result<(), String> {
        let depth = deeper(depth)?;
        for field in Fields::of(message) {
            match field? {
                (1, value) => self.services.extend(value.text()?.map(str::to_owned)),
                (13, value) => self.service(value.message()?, depth)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Message `Dependency`, which holds what it needs as further ones.
    fn dependency(
        &mut self,
        message: &[u8],
        dependent: Option<&Arc<str>>,
        depth: usize,
    ) -> Result<(), String> {
        let depth = deeper(depth)?;
        let mut reference: Option<Arc<str>> = None;
        let mut needed = Vec::new();
        for field in Fields::of(message) {
            match field? {
                (1, value) => reference = value.text()?.map(Arc::from),
                (2, value) => needed.push(value.message()?),
                _ => {}
            }
        }
        if let Some(reference) = &reference {
            self.named.push(Arc::clone(reference));
            let edge = dependent.map(|dependent| (dependent, reference));
            self.edges.extend(edge);
        }
        needed.into_iter().try_for_each(|one| self.dependency(one, reference.as_ref(), depth))
    }
}

fn deeper(depth: usize) -> Result<usize, String> {
    match depth < MAX_DEPTH {
        true => Ok(depth + 1),
        false => Err(format!("is nested deeper than {MAX_DEPTH} levels")),
    }
}

/// Reads the fields of a `Component`; gives the components in it.
fn declare<'a>(message: &'a [u8], component: &mut Declared) -> Result<Vec<&'a [u8]>, String> {
    let owned = |value: Value<'_>| Ok::<_, String>(value.text()?.map(str::to_owned));
    let mut nested = Vec::new();
    for field in Fields::of(message) {
        match field? {
            (1, value) => component.kind = kind(classification(value.number()?)),
            (3, value) => component.reference = owned(value)?,
            (7, value) => component.group = owned(value)?,
            (8, value) => component.name = owned(value)?.unwrap_or_default(),
            (9, value) => component.version = owned(value)?,
            (11, value) => component.scope = scope(scope_name(value.number()?)),
            (16, value) => component.purls = owned(value)?.into_iter().collect(),
            (21, value) => nested.push(value.message()?),
            _ => {}
        }
    }
    Ok(nested)
}

/// Enumeration `Classification`.
fn classification(number: u64) -> &'static str {
    match number {
        0 => "",
        1 => "application",
        2 => "framework",
        3 => "library",
        10 => "platform",
        _ => "other",
    }
}

/// Enumeration `Scope`.
fn scope_name(number: u64) -> &'static str {
    match number {
        1 => "required",
        2 => "optional",
        3 => "excluded",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::document::Kind;
    use crate::inventory::Scope;

    /// A field that holds bytes.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let mut key = u32::from(number) << 3 | 2;
        let mut length = u32::try_from(bytes.len()).unwrap();
        let mut out = Vec::new();
        for varint in [&mut key, &mut length] {
            while *varint > 0x7f {
                out.push(u8::try_from(*varint & 0x7f).unwrap() | 0x80);
                *varint >>= 7;
            }
            out.push(u8::try_from(*varint).unwrap());
        }
        out.extend_from_slice(bytes);
        out
    }

    fn component(name: &str, rest: &[Vec<u8>]) -> Vec<u8> {
        [field(8, name.as_bytes()), rest.concat()].concat()
    }

    fn bom(rest: &[Vec<u8>]) -> Vec<u8> {
        [field(1, b"1.6"), rest.concat()].concat()
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|warning| warning.message.as_str()).collect()
    }

    #[test]
    fn a_component_has_what_its_fields_say() {
        let part = component(
            "a",
            &[
                vec![0x08, 3, 0x58, 2],
                field(3, b"ref"),
                field(7, b"g"),
                field(9, b" 1 "),
                field(16, b"pkg:maven/g/a@1"),
                field(19, b"pedigree is not read"),
            ],
        );
        let document = read(&bom(&[field(5, &part)])).unwrap();
        let expected = Declared {
            reference: Some("ref".to_owned()),
            group: Some("g".to_owned()),
            name: "a".to_owned(),
            version: Some("1".to_owned()),
            purls: vec!["pkg:maven/g/a@1".to_owned()],
            scope: Some(Scope::Optional),
            ..Declared::default()
        };
        assert_eq!(document.components, [expected]);
        assert_eq!(
            (document.format, document.spec_version.as_deref()),
            (Format::CycloneDxProtobuf, Some("1.6"))
        );
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn nested_components_stand_behind_their_parents() {
        let inner = component("b", &[field(21, &component("c", &[vec![0x08, 6]]))]);
        let subject = component("app", &[field(21, &component("module", &[]))]);
        let document = read(&bom(&[
            field(5, &component("a", &[field(21, &inner)])),
            field(4, &field(4, &subject)),
        ]))
        .unwrap();
        let names: Vec<_> = document.components.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c", "module"]);
        assert_eq!(document.components[2].kind, Kind::Other);
        let About::Apart(subject) = document.about else { panic!("no subject") };
        assert_eq!(subject.name, "app");
    }

    #[test]
    fn dependencies_hold_what_they_need() {
        let part = |reference: &[u8]| field(5, &component("x", &[field(3, reference)]));
        let needs = [field(1, b"a"), field(2, &field(1, b"b")), field(2, &field(1, b"service"))];
        let document = read(&bom(&[
            part(b"a"),
            part(b"b"),
            field(6, &field(1, b"service")),
            field(8, &needs.concat()),
            field(8, &field(1, b"ghost")),
        ]))
        .unwrap();
        assert_eq!(document.edges, [("a", "b"), ("a", "service")]);
        assert_eq!(
            messages(&document),
            ["1 reference leads to no component in dependencies: \"ghost\""]
        );
    }

    #[test]
    fn what_is_broken_is_refused() {
        let whole = bom(&[field(5, &component("a", &[]))]);
        for end in 1..whole.len() {
            if end != 5 {
                let error = read(&whole[..end]).unwrap_err();
                assert_eq!(error.cause, "ends in the middle of a field: the file is truncated");
            }
        }
        let mut deep = component("a", &[]);
        for _ in 0..100 {
            deep = component("a", &[field(21, &deep)]);
        }
        assert_eq!(
            read(&bom(&[field(5, &deep)])).unwrap_err().cause,
            "is nested deeper than 64 levels"
        );
        assert!(read(&bom(&[vec![0x28, 1]])).unwrap_err().cause.contains("number"));
        assert!(read(&field(1, b"2.0")).unwrap_err().cause.contains("not supported"));
    }

    #[test]
    fn the_version_tells_a_bill_of_materials_from_other_binaries() {
        assert!(is_bom(&bom(&[])) && is_bom(b"\n\x041.10\xff"));
        for other in [b"\n\x032.0".as_slice(), b"\n\x03abc", b"\x0a", b"", b"\xca\xfe\xba\xbe"] {
            assert!(!is_bom(other), "{other:?}");
        }
    }
}
