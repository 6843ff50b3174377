//! SPDX 3.0 in JSON-LD: packages, their package URLs, their relationships.
//!
//! Follows the SPDX specification 3.0.1, profiles Core and Software, in the serialization of its
//! annex "JSON-LD": one list `@graph` of elements, compacted with the context of SPDX. Packages,
//! data sets and AI packages are components; files and snippets are none. An element that stands
//! inside another in the place of its id is refused, because it might be a package.

pub(crate) use super::relationships::Relation;
use super::relationships::{Edge, Links};
use super::{asserted, purls};
use crate::ingest::document::{Declared, Document, Kind, Position, ReadError, Warning};
use crate::ingest::json::{Node, Text};
use crate::inventory::{Format, Scope};

/// The minor version of SPDX 3 whose specification was read.
const NEWEST: u32 = 0;

/// Whether a list of elements is SPDX and not some other JSON-LD.
pub(in crate::ingest) fn is_spdx(graph: &[Node<'_>]) -> bool {
    graph.iter().any(|node| {
        node.spec_version.is_some()
            || matches!(local(node), "SpdxDocument" | "Sbom")
            || node.kind.as_ref().is_some_and(|kind| kind.value.starts_with("software_"))
    })
}

/// Turns the elements into a document.
pub(in crate::ingest) fn document(graph: &[Node<'_>]) -> Result<Document, ReadError> {
    let version = spec_version(graph);
    let warning = check_version(version)?;
    let mut links = Links::default();
    let mut components = Vec::new();
    for (index, node) in graph.iter().enumerate() {
        match local(node) {
            "" => {
                let position = place(node);
                let cause = format!("@graph[{index}] has no type: it might be a package");
                return Err(ReadError::at(position, cause));
            }
            package if is_package(package) => components.push(declared(node, package)),
            _ => other(node, &mut links),
        }
    }
    let mut document = Document {
        spec_version: version.map(|text| text.value.trim().to_owned()),
        components,
        warnings: warning.into_iter().collect(),
        may_assess: true,
        ..Document::new(Format::Spdx3Json)
    };
    links.apply(&mut document);
    Ok(document)
}

/// The type of an element without the profile before it, in any spelling: the context of SPDX has
/// `software_Package`, expanded JSON-LD `https://spdx.org/rdf/3.0.1/terms/Software/Package`.
fn local<'a>(node: &'a Node<'_>) -> &'a str {
    let kind = node.kind.as_ref().map_or("", |kind| kind.value.trim());
    kind.rsplit(['/', '_', '#', ':']).next().unwrap_or(kind)
}

fn is_package(kind: &str) -> bool {
    matches!(kind, "Package" | "AIPackage" | "DatasetPackage")
}

fn declared(node: &Node<'_>, kind: &str) -> Declared {
    Declared {
        reference: said(node.id.as_ref()),
        kind: purpose(kind, node.purpose.as_ref().map_or("", |purpose| &purpose.value)),
        name: said(node.name.as_ref()).unwrap_or_default(),
        version: said(node.version.as_ref()),
        purls: identifiers(node),
        position: place(node),
        ..Declared::default()
    }
}

/// The package URLs of a package: its own, those among its identifiers, else what says the same.
fn identifiers(node: &Node<'_>) -> Vec<String> {
    let own = node.purl.iter().map(|purl| ("purl", &*purl.value));
    let identifiers = node.identifiers.iter().flatten().filter_map(|identifier| {
        let kind = identifier.kind.as_ref()?.value.trim();
        let kind = if kind.eq_ignore_ascii_case("packageUrl") { "purl" } else { kind };
        Some((kind, &*identifier.value.as_ref()?.value))
    });
    let references = node.references.iter().flatten().flat_map(|reference| {
        let kind = match reference.kind.as_ref().map_or("", |kind| kind.value.trim()) {
            "mavenCentral" => "maven-central",
            other => other,
        };
        reference.locators.iter().flatten().map(move |locator| (kind, &**locator))
    });
    purls(own.chain(identifiers).chain(references))
}

/// What type and primary purpose make of a package (vocabulary `SoftwarePurpose`).
fn purpose(kind: &str, purpose: &str) -> Kind {
    match purpose.trim() {
        "container" | "data" | "device" | "deviceDriver" | "diskImage" | "file"
        | "filesystemImage" | "firmware" | "model" | "operatingSystem" => Kind::Other,
        _ if kind == "Package" => Kind::Package,
        _ => Kind::Other,
    }
}

/// Where a package stands: at its package URL, else at its name.
fn place(node: &Node<'_>) -> Position {
    let identifiers = node.identifiers.iter().flatten();
    let urls = identifiers.filter(|identifier| {
        let kind = identifier.kind.as_ref().map_or("", |kind| kind.value.trim());
        kind.eq_ignore_ascii_case("packageUrl") || kind.eq_ignore_ascii_case("purl")
    });
    let url = node.purl.as_ref().or_else(|| urls.filter_map(|url| url.value.as_ref()).next());
    let text = url.or(node.name.as_ref()).or(node.id.as_ref());
    text.map_or(Position::Unknown, |text| text.position)
}

/// Takes in what is no package: its id, and what it says about packages.
fn other<'a>(node: &'a Node<'_>, links: &mut Links<'a>) {
    if let Some(id) = &node.id {
        links.element(&id.value);
    }
    let imports = node.imports.iter().flatten().filter_map(|import| import.id.as_ref());
    imports.for_each(|id| links.element(&id.value));
    node.roots.iter().flatten().for_each(|root| links.describes(root));
    let Some(kind) = &node.relation else { return };
    let kind = kind.value.trim();
    let phase = node.scope.as_ref().map_or("", |scope| scope.value.trim());
    for from in node.from.iter().flatten() {
        for to in node.to.iter().flatten() {
            if is_individual(to) {
                links.element(to);
            }
            links.take(kind, relation(kind, (from, to), phase));
        }
    }
}

/// The individuals that stand for no element at all (`NoneElement`) or for none that is said.
pub(crate) fn is_individual(id: &str) -> bool {
    id.ends_with("NoneElement") || id.ends_with("NoAssertionElement")
}

/// What a relationship says (vocabulary `RelationshipType`); all types are written from the side of
/// the dependent.
pub(crate) fn relation<'a>(
    kind: &str,
    (from, to): (&'a str, &'a str),
    phase: &str,
) -> Relation<'a> {
    let phase = match phase {
        "build" | "development" => Some(Scope::Build),
        "test" => Some(Scope::Test),
        "runtime" => Some(Scope::Runtime),
        _ => None,
    };
    let scope = match kind {
        "describes" => return Relation::Describes { by: from, target: to },
        "dependsOn"
        | "contains"
        | "hasDynamicLink"
        | "hasStaticLink"
        | "hasPrerequisite"
        | "hasDistributionArtifact" => phase,
        "hasOptionalDependency" | "hasOptionalComponent" => phase.or(Some(Scope::Optional)),
        "hasProvidedDependency" => phase.or(Some(Scope::Provided)),
        "usesTool" => phase.or(Some(Scope::Build)),
        "hasTest" => Some(Scope::Test),
        other if NO_DEPENDENCY.contains(&other) => return Relation::Other,
        _ => return Relation::Unknown,
    };
    Relation::Edge(Edge { dependent: from, dependency: to, scope })
}

/// The types of the vocabulary that make no edge.
const NO_DEPENDENCY: [&str; 47] = [
    "affects",
    "amendedBy",
    "ancestorOf",
    "availableFrom",
    "configures",
    "coordinatedBy",
    "copiedTo",
    "delegatedTo",
    "descendantOf",
    "doesNotAffect",
    "expandsTo",
    "exploitCreatedBy",
    "fixedBy",
    "fixedIn",
    "foundBy",
    "generates",
    "hasAddedFile",
    "hasAssessmentFor",
    "hasAssociatedVulnerability",
    "hasConcludedLicense",
    "hasDataFile",
    "hasDeclaredLicense",
    "hasDeletedFile",
    "hasDependencyManifest",
    "hasDocumentation",
    "hasEvidence",
    "hasExample",
    "hasHost",
    "hasInput",
    "hasMetadata",
    "hasOutput",
    "hasRequirement",
    "hasSpecification",
    "hasTestCase",
    "hasVariant",
    "invokedBy",
    "modifiedBy",
    "other",
    "packagedBy",
    "patchedBy",
    "publishedBy",
    "reportedBy",
    "republishedBy",
    "serializedInArtifact",
    "testedOn",
    "trainedOn",
    "underInvestigationFor",
];

fn said(text: Option<&Text<'_>>) -> Option<String> {
    asserted(&text?.value).map(str::to_owned)
}

/// The version that the first `CreationInfo` names, in a list or inside an element.
fn spec_version<'a, 'd>(graph: &'a [Node<'d>]) -> Option<&'a Text<'d>> {
    let inside = |node: &'a Node<'d>| node.creation.as_ref().and_then(|c| c.spec_version.as_ref());
    graph.iter().find_map(|node| node.spec_version.as_ref().or_else(|| inside(node)))
}

/// Warns of versions that were not read about; those that are not 3 are other formats.
fn check_version(named: Option<&Text<'_>>) -> Result<Option<Warning>, ReadError> {
    let Some(text) = named else {
        let message = "names no version of SPDX: read as 3.0".to_owned();
        return Ok(Some(Warning { message, position: Position::Unknown }));
    };
    let version = text.value.trim();
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    let position = text.position;
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(3), Some(minor)) if minor > NEWEST => {
            let message = format!("SPDX {version} is newer than bomvet knows: read as 3.{NEWEST}");
            Ok(Some(Warning { message, position }))
        }
        (Some(3), _) => Ok(None),
        _ => {
            let cause = format!("\"{version}\" is no version of SPDX 3, which alone has a @graph");
            Err(ReadError::at(position, cause))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::document::About;
    use crate::ingest::json::read;

    const START: &str = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
        {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1"}, "#;

    fn graph(elements: &str) -> Document {
        read(&format!("{START}{elements}]}}")).unwrap()
    }

    fn cause(elements: &str) -> String {
        read(&format!("{START}{elements}]}}")).unwrap_err().cause
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|warning| warning.message.as_str()).collect()
    }

    const PACKAGES: &str = r#"{"type": "software_Package", "spdxId": "urn:app", "name": "app"},
        {"type": "software_Package", "spdxId": "urn:lib", "name": "lib"}"#;

    #[test]
    fn a_package_has_what_its_keys_say() {
        let document = graph(
            r#"{"software_packageVersion": "2.14.1", "name": "log4j-core", "spdxId": "urn:core",
                "software_packageUrl": "pkg:maven/g/a@2.14.1", "creationInfo": "_:c",
                "externalIdentifier": [
                  {"type": "ExternalIdentifier", "externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a"},
                  {"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl",
                   "identifier": "pkg:maven/g/b@1"}],
                "type": "software_Package"}"#,
        );
        assert_eq!(
            (document.format, document.spec_version.as_deref()),
            (Format::Spdx3Json, Some("3.0.1"))
        );
        let [core] = document.components.as_slice() else { panic!("not one component") };
        assert_eq!(core.reference.as_deref(), Some("urn:core"));
        assert_eq!((core.name.as_str(), core.version.as_deref()), ("log4j-core", Some("2.14.1")));
        assert_eq!(core.purls, ["pkg:maven/g/a@2.14.1", "pkg:maven/g/b@1"]);
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn data_sets_and_models_are_components_and_types_may_be_spelled_in_full() {
        let document = graph(
            r#"{"type": "ai_AIPackage"}, {"type": "dataset_DatasetPackage"},
               {"@type": "https://spdx.org/rdf/3.0.1/terms/Software/Package"},
               {"type": "software_Package", "software_primaryPurpose": "operatingSystem"}"#,
        );
        let kinds: Vec<_> = document.components.iter().map(|package| package.kind).collect();
        assert_eq!(kinds, [Kind::Other, Kind::Other, Kind::Package, Kind::Other]);
    }

    #[test]
    fn addresses_at_package_managers_stand_in_for_a_missing_purl() {
        let document = graph(
            r#"{"type": "software_Package", "externalRef": [
                {"type": "ExternalRef", "externalRefType": "mavenCentral", "locator": ["g:a:1"]}]}"#,
        );
        assert_eq!(document.components[0].purls, ["pkg:maven/g/a@1"]);
    }

    #[test]
    fn spellings_that_occur_are_read_as_what_they_mean() {
        let document = graph(
            r#"{"type": "software_Package", "packageVersion": "1", "externalIdentifiers": [
                {"externalIdentifierType": "packageURL", "identifier": "pkg:npm/a@1"}]},
               {"type": "software_Package", "packageUrl": "pkg:npm/b@1"}"#,
        );
        let [a, b] = document.components.as_slice() else { panic!("not two components") };
        assert_eq!(
            (a.version.as_deref(), a.purls.as_slice()),
            (Some("1"), &["pkg:npm/a@1".to_owned()][..])
        );
        assert_eq!(b.purls, ["pkg:npm/b@1"]);
    }

    #[test]
    fn the_creation_info_may_stand_inside_and_last() {
        let text = r#"{"@graph": [{"type": "software_Package",
            "creationInfo": {"type": "CreationInfo", "specVersion": "3.0.0"}}], "@context": []}"#;
        let document = read(text).unwrap();
        assert_eq!(document.spec_version.as_deref(), Some("3.0.0"));
        assert_eq!(document.components.len(), 1);
    }

    #[test]
    fn files_and_snippets_are_no_components_and_no_nodes() {
        let document = graph(&format!(
            r#"{PACKAGES}, {{"type": "software_File", "spdxId": "urn:f"}},
            {{"type": "Relationship", "relationshipType": "contains", "from": "urn:app", "to": ["urn:f"]}}"#
        ));
        assert_eq!(document.components.len(), 2);
        assert!(document.edges.is_empty() && document.warnings.is_empty());
    }

    #[test]
    fn relationships_have_several_ends_and_a_phase_of_life() {
        let document = graph(&format!(
            r#"{{"type": "LifecycleScopedRelationship", "relationshipType": "dependsOn",
                 "scope": "test", "from": "urn:app", "to": ["urn:lib", "urn:ghost"]}}, {PACKAGES}"#
        ));
        let edges: Vec<_> = document.edges.iter().collect();
        assert_eq!(edges, [("urn:app", "urn:lib"), ("urn:app", "urn:ghost")]);
        assert_eq!(document.components[1].scope, Some(Scope::Test));
        assert_eq!(
            messages(&document),
            ["1 reference leads to no component in relationships: \"urn:ghost\""]
        );
    }

    #[test]
    fn the_type_says_what_a_dependency_is_for() {
        let cases = [
            ("dependsOn", None),
            ("hasStaticLink", None),
            ("hasOptionalDependency", Some(Scope::Optional)),
            ("hasProvidedDependency", Some(Scope::Provided)),
            ("hasTest", Some(Scope::Test)),
            ("usesTool", Some(Scope::Build)),
        ];
        for (kind, scope) in cases {
            let document = graph(&format!(
                r#"{PACKAGES}, {{"type": "Relationship", "relationshipType": "{kind}",
                    "from": "urn:app", "to": ["urn:lib"]}}"#
            ));
            assert_eq!(document.edges, [("urn:app", "urn:lib")], "{kind}");
            assert_eq!(document.components[1].scope, scope, "{kind}");
        }
    }

    #[test]
    fn history_is_no_dependency_and_an_unknown_type_is_named() {
        let relation = |kind| {
            graph(&format!(
                r#"{PACKAGES}, {{"type": "Relationship", "relationshipType": "{kind}",
                    "from": "urn:app", "to": ["urn:lib"]}}"#
            ))
        };
        assert_eq!(messages(&relation("descendantOf")), [""; 0]);
        assert_eq!(
            messages(&relation("likes")),
            ["relationships of unknown type are left out: \"likes\""]
        );
    }

    #[test]
    fn the_root_of_the_document_or_of_its_bill_of_materials_is_the_subject() {
        let document = graph(&format!(
            r#"{{"type": "SpdxDocument", "spdxId": "urn:doc", "rootElement": ["urn:sbom"]}}, {PACKAGES},
               {{"type": "software_Sbom", "spdxId": "urn:sbom", "rootElement": ["urn:lib"], "element": ["urn:app"]}}"#
        ));
        assert_eq!(document.about, About::Listed(1));
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn nothing_and_other_documents_are_no_dangling_ends() {
        let document = graph(&format!(
            r#"{PACKAGES}, {{"type": "SpdxDocument", "import": [
                 {{"type": "ExternalMap", "externalSpdxId": "urn:far"}}]}},
               {{"type": "Relationship", "relationshipType": "dependsOn", "from": "urn:app",
                 "to": ["https://spdx.org/rdf/3.0.1/terms/Core/NoneElement", "urn:far"]}}"#
        ));
        assert_eq!(messages(&document), [""; 0]);
        assert_eq!(document.edges, []);
    }

    #[test]
    fn what_might_hide_a_package_is_an_error() {
        assert_eq!(cause(r#"{"name": "a"}"#), "@graph[1] has no type: it might be a package");
        assert_eq!(cause(r#""urn:a""#), "@graph[1] is a string, expected an object");
        assert_eq!(
            cause(
                r#"{"type": "Relationship", "from": "a", "to": ["b", {"type": "software_Package"}]}"#
            ),
            "@graph[1].to[1] holds an element in the place of its id, which is not read"
        );
    }

    #[test]
    fn other_versions_and_other_linked_data_are_refused() {
        let version = |version| {
            let text = format!(
                r#"{{"@graph": [{{"type": "CreationInfo", "specVersion": "{version}"}}]}}"#
            );
            read(&text)
        };
        assert_eq!(
            messages(&version("3.1").unwrap()),
            ["SPDX 3.1 is newer than bomvet knows: read as 3.0"]
        );
        assert!(version("4.0").unwrap_err().cause.contains("no version of SPDX 3"));
        let other = read(r#"{"@context": "https://schema.org", "@graph": [{"@type": "Person"}]}"#);
        assert!(other.unwrap_err().cause.contains("not a bill of materials"));
    }
}
