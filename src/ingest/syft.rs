//! Syft's own JSON: the packages that Syft found, and which needs which.
//!
//! Follows Syft's JSON schema 1 to 16 (`schema/json` in its repository; the keys that are read have
//! kept their shape). Files, coordinates and CPE names are no components. What the source contains
//! is all of it, which says nothing about paths: those edges are left out.

use std::collections::HashSet;

use super::document::{About, Declared, Document, Kind, Position, ReadError, Warning};
use super::json::{Artifact, ArtifactRelationship, Doc, Source, Text};
use super::references::References;
use crate::inventory::{Edges, Format};

/// The newest schema whose keys were read.
const NEWEST: u32 = 16;

/// Whether the keys are those of Syft: artifacts, and a schema or Syft's name.
pub(in crate::ingest) fn is_syft(doc: &Doc<'_>) -> bool {
    let schema = doc.schema.as_ref().is_some_and(|schema| schema.version.is_some());
    let name = doc.descriptor.as_ref().and_then(|descriptor| descriptor.name.as_ref());
    doc.artifacts.is_some() && (schema || name.is_some_and(|name| name.value == "syft"))
}

/// Turns Syft's keys into a document.
pub(in crate::ingest) fn document(doc: &Doc<'_>) -> Result<Document, ReadError> {
    let version = doc.schema.as_ref().and_then(|schema| schema.version.as_ref());
    let warning = check_version(version)?;
    let artifacts = doc.artifacts.as_deref().unwrap_or_default();
    let components: Vec<Declared> = artifacts.iter().map(declared).collect();
    let parts = References::of(&components);
    let mut warnings: Vec<Warning> = warning.into_iter().collect();
    warnings.extend(parts.duplicates("id"));
    let edges = edges(doc.artifact_relationships.as_deref().unwrap_or_default(), &parts);
    Ok(Document {
        spec_version: said(version),
        about: doc
            .source
            .as_ref()
            .map_or(About::Unsaid, |source| About::Apart(Box::new(subject(source)))),
        components,
        edges,
        warnings,
        ..Document::new(Format::SyftJson)
    })
}

fn declared(artifact: &Artifact<'_>) -> Declared {
    let place = artifact.purl.as_ref().or(artifact.name.as_ref());
    let name = said(artifact.name.as_ref()).unwrap_or_default();
    let pom = artifact.metadata.as_ref().and_then(|metadata| metadata.pom.as_ref());
    let pom = pom.filter(|pom| pom.artifact.as_ref().is_some_and(|own| own.value.trim() == name));
    Declared {
        reference: said(artifact.id.as_ref()),
        kind: Kind::Package,
        group: pom.and_then(|pom| said(pom.group.as_ref())),
        version: said(artifact.version.as_ref()),
        purls: said(artifact.purl.as_ref()).into_iter().collect(),
        position: place.map_or(Position::Unknown, |text| text.position),
        name,
        ..Declared::default()
    }
}

/// What Syft looked at: an image, a folder, a file.
fn subject(source: &Source<'_>) -> Declared {
    let typed = source.target.as_ref().and_then(|target| target.typed.as_ref());
    let name = source.name.as_ref().or(typed).or(source.path.as_ref());
    Declared {
        reference: said(source.id.as_ref()),
        kind: Kind::Other,
        name: said(name).unwrap_or_default(),
        version: said(source.version.as_ref()),
        position: name.map_or(Position::Unknown, |text| text.position),
        ..Declared::default()
    }
}

/// Edges between artifacts, from dependent to dependency, each once.
fn edges(relationships: &[ArtifactRelationship<'_>], parts: &References<'_>) -> Edges {
    let edges = relationships.iter().filter_map(|relationship| {
        let parent = relationship.parent.as_ref()?.value.trim();
        let child = relationship.child.as_ref()?.value.trim();
        let (from, to) = match relationship.kind.as_ref()?.value.trim() {
            "dependency-of" => (child, parent),
            "contains" | "ownership-by-file-overlap" => (parent, child),
            _ => return None,
        };
        (parts.get(from).is_some() && parts.get(to).is_some()).then_some((from, to))
    });
    let mut seen = HashSet::new();
    edges.filter(|edge| seen.insert(*edge)).collect()
}

fn said(text: Option<&Text<'_>>) -> Option<String> {
    text.map(|text| text.value.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Warns of schemas that were not read about: a new first number means a break with the past.
fn check_version(version: Option<&Text<'_>>) -> Result<Option<Warning>, ReadError> {
    let Some(text) = version else {
        let message = "names no schema of Syft".to_owned();
        return Ok(Some(Warning { message, position: Position::Unknown }));
    };
    let (version, position) = (text.value.trim(), text.position);
    let model = version.split('.').next().and_then(|model| model.parse::<u32>().ok());
    match model {
        Some(1..=NEWEST) => Ok(None),
        Some(model) if model > NEWEST => {
            let message = format!("schema {version} of Syft is newer than bomvet knows");
            Ok(Some(Warning { message: format!("{message}: read as {NEWEST}"), position }))
        }
        _ => Err(ReadError::at(position, format!("\"{version}\" is no schema of Syft"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::json::read;

    fn syft(rest: &str) -> Document {
        read(&format!(r#"{{{rest}, "schema": {{"version": "16.0.3"}}}}"#)).unwrap()
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|warning| warning.message.as_str()).collect()
    }

    #[test]
    fn an_artifact_has_what_its_keys_say() {
        let document = syft(
            r#""artifacts": [{"id": "1", "name": "log4j-core", "version": "2.14.1",
                "type": "java-archive", "purl": "pkg:maven/g/log4j-core@2.14.1",
                "locations": [{"path": "/app.jar"}], "cpes": ["cpe:2.3:a"]}]"#,
        );
        let [core] = document.components.as_slice() else { panic!("not one component") };
        assert_eq!(
            (document.format, document.spec_version.as_deref()),
            (Format::SyftJson, Some("16.0.3"))
        );
        assert_eq!(core.reference.as_deref(), Some("1"));
        assert_eq!((core.name.as_str(), core.version.as_deref()), ("log4j-core", Some("2.14.1")));
        assert_eq!(core.purls, ["pkg:maven/g/log4j-core@2.14.1"]);
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn an_empty_package_url_is_none_and_pom_properties_name_the_group() {
        let document = syft(
            r#""artifacts": [
                {"name": "log4j-core", "version": "", "purl": "",
                 "metadata": {"pomProperties": {"groupId": "org.g", "artifactId": "log4j-core"}}},
                {"name": "shaded", "purl": "",
                 "metadata": {"pomProperties": {"groupId": "org.g", "artifactId": "log4j-core"}}}]"#,
        );
        let [core, shaded] = document.components.as_slice() else { panic!("not two") };
        assert_eq!((core.purls.len(), core.version.as_deref()), (0, None));
        assert_eq!(core.group.as_deref(), Some("org.g"));
        assert_eq!(shaded.group, None);
    }

    #[test]
    fn dependencies_point_from_the_dependent_and_files_are_no_nodes() {
        let document = syft(
            r#""artifacts": [{"id": "a"}, {"id": "b"}], "source": {"id": "s"}, "artifactRelationships": [
                {"parent": "b", "child": "a", "type": "dependency-of"},
                {"parent": "b", "child": "a", "type": "dependency-of"},
                {"parent": "a", "child": "file", "type": "contains"},
                {"parent": "s", "child": "a", "type": "contains"},
                {"parent": "a", "child": "b", "type": "evident-by"}]"#,
        );
        assert_eq!(document.edges, [("a", "b")]);
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn the_source_is_the_subject_in_old_and_new_shape() {
        let name = |source: &str| {
            let document = syft(&format!(r#""artifacts": [], "source": {source}"#));
            let About::Apart(subject) = document.about else { panic!("no subject") };
            (subject.name, document.warnings.len())
        };
        assert_eq!(name(r#"{"id": "s", "name": "app", "metadata": {}}"#), ("app".into(), 0));
        let image = r#"{"type": "image", "target": {"userInput": "app:1", "layers": []}}"#;
        assert_eq!(name(image), ("app:1".into(), 0));
        assert_eq!(name(r#"{"type": "directory", "target": "/src"}"#), ("/src".into(), 0));
    }

    #[test]
    fn schemas_that_are_not_known_are_read_with_a_warning_or_refused() {
        let of = |schema: &str| {
            read(&format!(r#"{{"artifacts": [], "schema": {{"version": "{schema}"}}}}"#))
        };
        let newer = of("17.0.0").unwrap();
        assert_eq!(
            messages(&newer),
            ["schema 17.0.0 of Syft is newer than bomvet knows: read as 16"]
        );
        assert_eq!(of("1.0.0").unwrap().warnings, []);
        assert_eq!(of("x").unwrap_err().cause, "\"x\" is no schema of Syft");
        let nameless = read(r#"{"artifacts": [], "descriptor": {"name": "syft"}}"#).unwrap();
        assert_eq!(messages(&nameless), ["names no schema of Syft"]);
    }

    #[test]
    fn a_wrong_shape_among_the_artifacts_is_an_error() {
        let error =
            read(r#"{"artifacts": ["log4j"], "schema": {"version": "1.0.0"}}"#).unwrap_err();
        assert_eq!(error.cause, "artifacts[0] is a string, expected an object");
    }
}
