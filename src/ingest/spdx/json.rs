//! SPDX 2.x in JSON: packages, their package URLs, their relationships.
//!
//! Follows the SPDX specification 2.0–2.3, clause 7 (packages), annex F (external repository
//! identifiers) and the JSON schema. Files and snippets are no components.

use super::relationships::Links;
use super::{asserted, cpe, is_purl, kind, purls, version, version_remark};
use crate::ingest::document::{Declared, Document, Kind, Position, ReadError, Warning};
use crate::ingest::json::{Doc, Package, Text};
use crate::inventory::Format;

/// Turns the SPDX keys into a document.
pub(in crate::ingest) fn document(doc: &Doc<'_>) -> Result<Document, ReadError> {
    let warning = check_version(doc.spdx_version.as_ref())?;
    let packages = doc.packages.as_deref().unwrap_or_default();
    let mut document = Document {
        spec_version: doc.spdx_version.as_ref().and_then(|text| version(&text.value)),
        components: packages.iter().map(declared).collect(),
        warnings: warning.into_iter().collect(),
        ..Document::new(Format::SpdxJson)
    };
    links(doc).apply(&mut document);
    Ok(document)
}

fn links<'a>(doc: &'a Doc<'_>) -> Links<'a> {
    let mut links = Links::default();
    let elements = [&doc.files, &doc.snippets].into_iter().flatten().flatten();
    let ids = elements.filter_map(|element| element.id.as_ref()).chain(&doc.spdx_id);
    ids.for_each(|id| links.element(&id.value));
    doc.described.iter().flatten().for_each(|id| links.describes(id));
    for relationship in doc.relationships.iter().flatten() {
        if let (Some(from), Some(kind), Some(to)) =
            (&relationship.from, &relationship.kind, &relationship.to)
        {
            links.relationship(&kind.value, &from.value, &to.value);
        }
    }
    links
}

fn declared(package: &Package<'_>) -> Declared {
    let references = package.external.iter().flatten();
    let references = references.filter_map(|reference| {
        Some((&*reference.kind.as_ref()?.value, reference.locator.as_ref()?))
    });
    let place = references
        .clone()
        .find(|(kind, locator)| is_purl(kind) && asserted(&locator.value).is_some())
        .map(|(_, locator)| locator)
        .or(package.name.as_ref());
    Declared {
        reference: said(package.id.as_ref()),
        kind: package.purpose.as_ref().map_or(Kind::Package, |purpose| kind(&purpose.value)),
        name: said(package.name.as_ref()).unwrap_or_default(),
        version: said(package.version.as_ref()),
        cpe: cpe(references.clone().map(|(kind, locator)| (kind, &*locator.value))),
        purls: purls(references.map(|(kind, locator)| (kind, &*locator.value))),
        position: place.map_or(Position::Unknown, |text| text.position),
        ..Declared::default()
    }
}

/// A text that says something.
fn said(text: Option<&Text<'_>>) -> Option<String> {
    asserted(&text?.value).map(str::to_owned)
}

/// Warns of versions that were not read about; SPDX 1 and 3 are other formats.
fn check_version(named: Option<&Text<'_>>) -> Result<Option<Warning>, ReadError> {
    let Some(text) = named else { return Ok(None) };
    let position = text.position;
    let remark =
        version_remark(text.value.trim()).map_err(|cause| ReadError::at(position, cause))?;
    Ok(remark.map(|message| Warning { message, position }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::document::About;
    use crate::ingest::json::read;
    use crate::inventory::Scope;

    fn spdx(rest: &str) -> Document {
        read(&format!("{{{rest}, \"spdxVersion\": \"SPDX-2.3\"}}")).unwrap()
    }

    fn package(rest: &str) -> Declared {
        let document = spdx(&format!("\"packages\": [{{\"SPDXID\": \"SPDXRef-a\", {rest}}}]"));
        document.components.into_iter().next().unwrap()
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|warning| warning.message.as_str()).collect()
    }

    fn external(kind: &str, locator: &str) -> String {
        format!(
            "{{\"referenceCategory\": \"any\", \"referenceType\": \"{kind}\", \
             \"referenceLocator\": \"{locator}\"}}"
        )
    }

    #[test]
    fn a_package_has_the_id_name_and_version_of_its_keys() {
        let found = package(r#""name": "zlib", "versionInfo": " 1.2.13 ""#);
        assert_eq!(found.reference.as_deref(), Some("SPDXRef-a"));
        assert_eq!(found.name, "zlib");
        assert_eq!(found.version.as_deref(), Some("1.2.13"));
        assert_eq!((found.group, found.kind), (None, Kind::Package));
    }

    #[test]
    fn a_version_that_says_nothing_is_none() {
        for nothing in ["\"\"", "\"NOASSERTION\"", "\"NONE\"", "null", "\"  \""] {
            assert_eq!(package(&format!("\"versionInfo\": {nothing}")).version, None, "{nothing}");
        }
    }

    #[test]
    fn every_package_url_counts_whatever_its_category_and_spelling() {
        let references = [
            external("cpe23Type", "cpe:2.3:a:b:c"),
            external("purl", "pkg:npm/a@1"),
            external("http://spdx.org/rdf/references/purl", "pkg:npm/b@1"),
            external("PURL", "pkg:npm/a@1"),
        ];
        let found = package(&format!("\"externalRefs\": [{}]", references.join(",")));
        assert_eq!(found.purls, ["pkg:npm/a@1", "pkg:npm/b@1"]);
    }

    #[test]
    fn identifiers_of_package_managers_become_package_urls() {
        let cases = [
            ("maven-central", "org.json:json:20220924", "pkg:maven/org.json/json@20220924"),
            ("maven-central", "org.json:json", "pkg:maven/org.json/json"),
            ("npm", "@types/node@20.1.0", "pkg:npm/%40types/node@20.1.0"),
            ("nuget", "Newtonsoft.Json/13.0.1", "pkg:nuget/Newtonsoft.Json@13.0.1"),
        ];
        for (kind, locator, purl) in cases {
            let found = package(&format!("\"externalRefs\": [{}]", external(kind, locator)));
            assert_eq!(found.purls, [purl]);
        }
    }

    #[test]
    fn a_package_url_makes_other_identifiers_superfluous() {
        let references =
            [external("maven-central", "g:a:1"), external("purl", "pkg:maven/g/a@1?type=jar")];
        let found = package(&format!("\"externalRefs\": [{}]", references.join(",")));
        assert_eq!(found.purls, ["pkg:maven/g/a@1?type=jar"]);
    }

    #[test]
    fn the_purpose_tells_packages_from_other_things() {
        for other in ["FILE", "OPERATING-SYSTEM", "OPERATING_SYSTEM", "CONTAINER", "DEVICE"] {
            let found = package(&format!("\"primaryPackagePurpose\": \"{other}\""));
            assert_eq!(found.kind, Kind::Other, "{other}");
        }
        for own in ["LIBRARY", "APPLICATION", "ARCHIVE", "SOURCE", "OTHER"] {
            let found = package(&format!("\"primaryPackagePurpose\": \"{own}\""));
            assert_eq!(found.kind, Kind::Package, "{own}");
        }
    }

    #[test]
    fn files_and_snippets_are_no_components_and_no_nodes() {
        let document = spdx(
            r#""packages": [{"SPDXID": "a", "hasFiles": ["f"]}],
               "files": [{"SPDXID": "f"}], "snippets": [{"SPDXID": "s"}],
               "relationships": [
                 {"spdxElementId": "a", "relationshipType": "CONTAINS", "relatedSpdxElement": "f"},
                 {"spdxElementId": "a", "relationshipType": "CONTAINS", "relatedSpdxElement": "s"}]"#,
        );
        assert_eq!(document.components.len(), 1);
        assert!(document.edges.is_empty() && document.warnings.is_empty());
    }

    #[test]
    fn relationships_become_edges_with_scopes() {
        let document = spdx(
            r#""packages": [{"SPDXID": "app"}, {"SPDXID": "junit"}],
               "relationships": [{"spdxElementId": "junit", "relatedSpdxElement": "app",
                                  "relationshipType": "TEST_DEPENDENCY_OF"}]"#,
        );
        assert_eq!(document.edges, [("app", "junit")]);
        assert_eq!(document.components[1].scope, Some(Scope::Test));
    }

    #[test]
    fn document_describes_names_the_subject() {
        let one =
            spdx(r#""packages": [{"SPDXID": "a"}, {"SPDXID": "b"}], "documentDescribes": ["b"]"#);
        assert_eq!(one.about, About::Listed(1));
        let two = spdx(
            r#""packages": [{"SPDXID": "a"}, {"SPDXID": "b"}], "documentDescribes": ["a", "b"]"#,
        );
        assert_eq!(two.about, About::Unsaid);
    }

    #[test]
    fn the_documents_own_id_is_no_dangling_reference() {
        let document = spdx(
            r#""SPDXID": "DOC", "packages": [{"SPDXID": "a"}],
               "relationships": [{"spdxElementId": "DOC", "relatedSpdxElement": "a",
                                  "relationshipType": "DESCRIBES"}]"#,
        );
        assert_eq!(document.about, About::Listed(0));
        assert_eq!(messages(&document), [""; 0]);
    }

    #[test]
    fn versions_two_zero_to_two_three_are_read_and_others_are_not() {
        for minor in 0..=3 {
            let text = format!("{{\"spdxVersion\": \"SPDX-2.{minor}\"}}");
            assert_eq!(read(&text).unwrap().warnings, []);
        }
        let newer = read(r#"{"spdxVersion": "SPDX-2.4"}"#).unwrap();
        assert_eq!(messages(&newer), ["SPDX 2.4 is newer than bomvet knows: read as 2.3"]);
        let other = read(r#"{"spdxVersion": "SPDX-3.0"}"#).unwrap_err();
        assert_eq!(other.cause, "SPDX 3.0 is not supported: bomvet reads 2.0 to 2.3");
    }

    #[test]
    fn the_position_is_that_of_the_package_url_else_of_the_name() {
        let text = r#"{"spdxVersion": "SPDX-2.3", "packages": [{"name": "first"}, {"name": "second",
            "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/second@1"}]}]}"#;
        let document = read(text).unwrap();
        let places: Vec<_> = document.components.iter().map(|package| package.position).collect();
        let at = |part| Position::Offset(text.find(part).unwrap());
        assert_eq!(places, [at("first"), at("pkg:npm/second")]);
    }
}
