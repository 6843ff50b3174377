//! CycloneDX in JSON: the parts, the subject, the edges.
//!
//! Follows the CycloneDX specification 1.2–1.7 (ECMA-424), `bom-1.x.schema.json`. Nested components
//! count, as do those inside `metadata.component`; `pedigree` tells of other packages and does not.

use std::borrow::Cow;
use std::collections::HashSet;
use std::slice;

use super::{Elsewhere, kind, reference_warnings, scope, version_remark};
use crate::ingest::document::{About, Declared, Document, Position, ReadError, Warning};
use crate::ingest::json::{Component, Dependency, Doc, Gather, Service, Text};
use crate::inventory::{Edges, Format};

/// The parts as they are declared, taken while the text is read: holding them as they stand in it, too,
/// would take as much memory once more.
#[derive(Default)]
pub(in crate::ingest) struct Parts(Vec<Declared>);

impl Gather<Component<'_>> for Parts {
    /// Growing step by step would touch twice the memory. Room for a sixth of the text is more than
    /// parts take that say a name, a version and a digest.
    fn out_of(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes / (6 * size_of::<Declared>())))
    }

    fn gather(&mut self, component: Component<'_>) {
        add(slice::from_ref(&component), &mut self.0);
    }
}

/// Who needs whom, taken while the text is read.
#[derive(Default)]
pub(in crate::ingest) struct Dependencies<'a> {
    edges: Edges,
    /// Further references that are named: of those who need nothing, of those whom nobody needs.
    others: Vec<Cow<'a, str>>,
}

impl<'a> Gather<Dependency<'a>> for Dependencies<'a> {
    fn gather(&mut self, dependency: Dependency<'a>) {
        let to = dependency.depends_on.unwrap_or_default();
        match dependency.reference {
            Some(from) if to.is_empty() => self.others.push(from.value),
            Some(from) => self.edges.extend(to.iter().map(|to| (&from.value, to))),
            None => self.others.extend(to),
        }
    }
}

/// Turns the CycloneDX keys into a document; its parts are taken out of them.
pub(in crate::ingest) fn document(doc: &mut Doc<'_>) -> Result<Document, ReadError> {
    let mut warnings = Vec::new();
    warnings.extend(check_version(doc.spec_version.as_ref())?);
    let mut components = doc.components.take().unwrap_or_default().0;
    components.shrink_to_fit();
    let subject = doc.metadata.as_ref().and_then(|metadata| metadata.component.as_ref());
    let mut inner = Vec::new();
    add(subject.and_then(|subject| subject.components.as_deref()).unwrap_or_default(), &mut inner);
    components.splice(0..0, inner);
    let subject = subject.map(declared);
    let dependencies = doc.dependencies.take().unwrap_or_default();
    warnings.extend(check_references(doc, subject.as_ref(), (&components, &dependencies)));
    Ok(Document {
        spec_version: doc.spec_version.as_ref().map(owned),
        bom_link: bom_link(doc),
        about: subject.map_or(About::Unsaid, |subject| About::Apart(Box::new(subject))),
        components,
        edges: dependencies.edges,
        warnings,
        ..Document::new(Format::CycloneDxJson)
    })
}

/// The name that a BOM-Link to the document begins with: its serial number and its version, 1 where the
/// document says none.
fn bom_link(doc: &Doc<'_>) -> Option<String> {
    let serial = doc.serial_number.as_ref()?.value.trim().to_ascii_lowercase();
    let version = doc.version.as_ref().map_or("1", |version| version.value.trim());
    Some(format!("urn:cdx:{}/{version}", serial.strip_prefix("urn:uuid:")?))
}

/// Adds components, each followed by what it contains.
fn add(components: &[Component<'_>], into: &mut Vec<Declared>) {
    for component in components {
        into.push(declared(component));
        add(component.components.as_deref().unwrap_or_default(), into);
    }
}

fn declared(component: &Component<'_>) -> Declared {
    let purl = &component.purl;
    let place = purl.first.as_ref().or(component.name.as_ref());
    Declared {
        reference: component.reference.as_ref().map(owned),
        kind: kind(component.kind.as_ref().map_or("", |kind| &kind.value)),
        group: trimmed(component.group.as_ref()),
        name: trimmed(component.name.as_ref()).unwrap_or_default(),
        version: trimmed(component.version.as_ref()),
        purls: purl
            .first
            .iter()
            .chain(&purl.others)
            .filter_map(|purl| trimmed(Some(purl)))
            .collect(),
        cpe: trimmed(component.cpe.as_ref()),
        scope: component.scope.as_ref().and_then(|scope| self::scope(&scope.value)),
        position: place.map_or(Position::Unknown, |text| text.position),
        ..Declared::default()
    }
}

fn owned(text: &Text<'_>) -> String {
    text.value.as_ref().to_owned()
}

fn trimmed(text: Option<&Text<'_>>) -> Option<String> {
    text.map(|text| text.value.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Warns of references that are used twice or lead nowhere.
fn check_references(
    doc: &Doc<'_>,
    subject: Option<&Declared>,
    (components, dependencies): (&[Declared], &Dependencies<'_>),
) -> Vec<Warning> {
    let mut others = HashSet::new();
    gather(doc.services.as_deref(), &mut others);
    let subject = subject.and_then(|subject| subject.reference.as_deref());
    let further = dependencies.others.iter().map(|name| &**name);
    let named = dependencies.edges.references().chain(further);
    reference_warnings(components, &Elsewhere { subject, others }, named)
}

fn gather<'a>(services: Option<&'a [Service<'_>]>, into: &mut HashSet<&'a str>) {
    for service in services.unwrap_or_default() {
        into.extend(service.reference.as_ref().map(|reference| &*reference.value));
        gather(service.services.as_deref(), into);
    }
}

/// Warns of versions that were not read about; version 2 may mean anything and is refused.
fn check_version(version: Option<&Text<'_>>) -> Result<Option<Warning>, ReadError> {
    let position = version.map_or(Position::Unknown, |text| text.position);
    let version = version.map(|text| text.value.trim());
    let remark = version_remark(version).map_err(|cause| ReadError::at(position, cause))?;
    let early = version.filter(|version| matches!(*version, "1.0" | "1.1"));
    let early = early.map(|v| format!("CycloneDX {v} has no JSON form: read as 1.2"));
    Ok(remark.or(early).map(|message| Warning { message, position }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::document::Kind;
    use crate::ingest::json::read;
    use crate::inventory::Scope;

    fn cyclonedx(rest: &str) -> Document {
        read(&format!("{{\"specVersion\": \"1.6\", {rest}, \"bomFormat\": \"CycloneDX\"}}"))
            .unwrap()
    }

    fn component(rest: &str) -> Declared {
        let document = cyclonedx(&format!("\"components\": [{{{rest}}}]"));
        document.components.into_iter().next().unwrap()
    }

    fn names(document: &Document) -> Vec<&str> {
        document.components.iter().map(|component| component.name.as_str()).collect()
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|warning| warning.message.as_str()).collect()
    }

    #[test]
    fn a_component_has_what_its_keys_say() {
        let found = component(
            r#""bom-ref": "r", "group": "g", "name": "a", "version": " 1 ", "purl": "pkg:maven/g/a@1""#,
        );
        let expected = Declared {
            reference: Some("r".to_owned()),
            group: Some("g".to_owned()),
            name: "a".to_owned(),
            version: Some("1".to_owned()),
            purls: vec!["pkg:maven/g/a@1".to_owned()],
            position: found.position,
            ..Declared::default()
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn of_two_package_urls_none_hides_the_other() {
        let rest = r#""name": "a", "purl": "pkg:maven/g/a@1", "purl": "pkg:maven/g/b@2""#;
        let document = cyclonedx(&format!("\"components\": [{{{rest}}}]"));
        assert_eq!(document.components[0].purls, ["pkg:maven/g/a@1", "pkg:maven/g/b@2"]);
        assert_eq!(messages(&document), ["components[0].purl stands twice: each counts"]);
    }

    #[test]
    fn empty_texts_say_nothing() {
        let found =
            component(r#""bom-ref": "", "group": "", "version": " ", "purl": "", "name": """#);
        assert_eq!(found, Declared { position: found.position, ..Declared::default() });
    }

    #[test]
    fn the_type_tells_packages_from_other_things() {
        for package in ["library", "Framework", "application", "platform", ""] {
            let found = component(&format!("\"type\": \"{package}\""));
            assert_eq!(found.kind, Kind::Package, "{package}");
        }
        for other in ["file", "container", "operating-system", "device-driver", "data", "odd"] {
            let found = component(&format!("\"type\": \"{other}\""));
            assert_eq!(found.kind, Kind::Other, "{other}");
        }
    }

    #[test]
    fn scopes_are_those_of_the_inventory() {
        let cases = [
            ("required", Some(Scope::Runtime)),
            ("optional", Some(Scope::Optional)),
            ("excluded", Some(Scope::Excluded)),
            ("odd", None),
        ];
        for (scope, expected) in cases {
            assert_eq!(component(&format!("\"scope\": \"{scope}\"")).scope, expected);
        }
    }

    #[test]
    fn nested_components_stand_behind_their_parents() {
        let document = cyclonedx(
            r#""metadata": {"component": {"name": "app", "components": [{"name": "module"}]}},
               "components": [{"name": "a", "components": [
                 {"name": "b", "components": [{"name": "c"}]}, {"name": "d"}]}, {"name": "e"}]"#,
        );
        assert_eq!(names(&document), ["module", "a", "b", "c", "d", "e"]);
        let About::Apart(subject) = document.about else { panic!("no subject") };
        assert_eq!(subject.name, "app");
    }

    #[test]
    fn only_parts_are_components() {
        let document = cyclonedx(
            r#""components": [{"name": "a", "pedigree": {"ancestors": [{"name": "old"}]}}],
               "services": [{"name": "s", "components": [{"name": "in service"}]}],
               "formulation": [{"components": [{"name": "builder"}]}],
               "metadata": {"tools": {"components": [{"name": "tool"}]}},
               "vulnerabilities": [{"components": [{"name": "v"}]}]"#,
        );
        assert_eq!(names(&document), ["a"]);
    }

    #[test]
    fn dependencies_are_edges_and_what_is_provided_is_not() {
        let document = cyclonedx(
            r#""components": [{"bom-ref": "a"}, {"bom-ref": "b"}],
               "dependencies": [{"ref": "a", "dependsOn": ["b"], "provides": ["a"]}, {"ref": "b"}]"#,
        );
        assert_eq!(document.edges, [("a", "b")]);
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn a_reference_used_twice_is_named_and_both_components_are_kept() {
        let document = cyclonedx(r#""components": [{"bom-ref": "x"}, {"bom-ref": "x"}]"#);
        assert_eq!(document.components.len(), 2);
        assert_eq!(
            messages(&document),
            ["bom-ref \"x\" is used by 2 components: paths through it are not certain"]
        );
    }

    #[test]
    fn references_to_nothing_are_named_but_not_subject_service_and_other_documents() {
        let document = cyclonedx(
            r#""metadata": {"component": {"bom-ref": "app"}}, "components": [{"bom-ref": "a"}],
               "services": [{"services": [{"bom-ref": "inner"}]}],
               "dependencies": [{"ref": "app", "dependsOn": ["a", "ghost", "inner"]},
                                {"ref": "ghost"}, {"ref": "a", "dependsOn": ["urn:cdx:f/1#a"]}]"#,
        );
        assert_eq!(
            messages(&document),
            ["1 reference leads to no component in dependencies: \"ghost\""]
        );
        assert_eq!(document.edges.len(), 4);
    }

    #[test]
    fn versions_that_are_not_known_are_read_with_a_warning() {
        let cases = [
            (r#""1.9""#, "CycloneDX 1.9 is newer than bomvet knows: read as 1.7"),
            (r#""1.1""#, "CycloneDX 1.1 has no JSON form: read as 1.2"),
            (r#""latest""#, "\"latest\" is no version of CycloneDX: read as 1.7"),
            ("null", "names no version of CycloneDX: read as 1"),
        ];
        for (version, message) in cases {
            let text = format!(r#"{{"bomFormat": "CycloneDX", "specVersion": {version}}}"#);
            assert_eq!(messages(&read(&text).unwrap()), [message]);
        }
        for minor in 2..=7 {
            let text = format!(r#"{{"bomFormat": "CycloneDX", "specVersion": "1.{minor}"}}"#);
            assert_eq!(read(&text).unwrap().warnings, []);
        }
    }

    #[test]
    fn version_two_is_refused() {
        let error = read(r#"{"bomFormat": "CycloneDX", "specVersion": "2.0"}"#).unwrap_err();
        assert_eq!(error.cause, "CycloneDX 2.0 is not supported: bomvet reads 1.0 to 1.7");
    }

    #[test]
    fn the_position_is_that_of_the_package_url_else_of_the_name() {
        let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
            {"name": "first"}, {"purl": "pkg:npm/x?a=1\u0026b=2", "name": "second"}]}"#;
        let document = read(text).unwrap();
        let places: Vec<_> = document.components.iter().map(|part| part.position).collect();
        let at = |part| Position::Offset(text.find(part).unwrap());
        assert_eq!(places, [at("first"), at("pkg:npm/x")]);
        assert_eq!(document.components[1].purls, ["pkg:npm/x?a=1&b=2"]);
    }
}
