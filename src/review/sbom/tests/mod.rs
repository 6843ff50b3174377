//! What each format says about the same things must be read as the same things.

mod alike;
mod hostile;

use super::*;
use crate::inventory::Place;

fn read(text: &str) -> Sbom {
    Sbom::read(text.as_bytes()).unwrap()
}

fn cyclonedx(rest: &str) -> Sbom {
    read(&format!(r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", {rest}}}"#))
}

fn spdx(rest: &str) -> Sbom {
    read(&format!(r#"{{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", {rest}}}"#))
}

fn link(from: usize, relation: Relation, to: Target) -> Link {
    Link { from, relation, to }
}

fn named(kind: PartyKind, name: &str) -> Party {
    Party { kind, name: Some(name.to_owned()), ..Party::default() }
}

#[test]
fn who_is_who_in_cyclonedx() {
    let found = cyclonedx(
        r#""serialNumber": "urn:uuid:1", "version": 2, "signature": {"algorithm": "ES256"},
        "metadata": {"timestamp": "2026-01-02T03:04:05Z",
          "lifecycles": [{"phase": "build"}, {"name": "audit", "description": "d"}],
          "tools": {"components": [{"bom-ref": "tool", "name": "syft", "version": "1.52.0"}],
                    "services": [{"name": "scanner"}]},
          "authors": [{"name": "Jane", "email": "jane@a.example"}],
          "manufacturer": {"name": "Maker", "url": ["https://m.example"],
                           "contact": [{"email": "sbom@m.example"}]},
          "manufacture": {"name": "Old maker"},
          "supplier": {"name": "Seller"},
          "licenses": [{"license": {"id": "CC0-1.0"}}],
          "component": {"type": "application", "bom-ref": "app", "name": "app", "version": "1"}},
        "dependencies": [{"ref": "app", "dependsOn": ["tool"]}]"#,
    );
    let document = &found.document;
    assert_eq!(document.uri.as_deref(), Some("urn:uuid:1"));
    assert_eq!(document.version.as_deref(), Some("2"));
    assert_eq!(document.signature.as_deref(), Some("signature"));
    assert_eq!(document.timestamp.as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(document.contexts, ["build", "audit"]);
    assert_eq!(document.tools.len(), 2);
    assert_eq!(document.tools[0].version.as_deref(), Some("1.52.0"));
    let maker = Party {
        emails: vec!["sbom@m.example".to_owned()],
        urls: vec!["https://m.example".to_owned()],
        ..named(PartyKind::Organization, "Maker")
    };
    let jane =
        Party { emails: vec!["jane@a.example".to_owned()], ..named(PartyKind::Person, "Jane") };
    assert_eq!(document.authors, [maker, jane]);
    assert_eq!(document.suppliers, [named(PartyKind::Organization, "Seller")]);
    assert_eq!(document.data_licences, ["CC0-1.0"]);
    assert_eq!(found.parts[0].producers, [named(PartyKind::Organization, "Old maker")]);
    assert_eq!(found.parts[0].suppliers, []);
    assert_eq!((found.primary.as_slice(), found.oddities.len()), (&[0][..], 0));
    // a tool is no component, and what leads to it does not dangle
    assert_eq!(found.links, []);
}

#[test]
fn a_legacy_list_of_tools_is_read_and_no_tool_is_an_author() {
    let found =
        cyclonedx(r#""metadata": {"tools": [{"vendor": "a", "name": "t", "version": "1"}]}"#);
    let tool = Tool { name: Some("t".to_owned()), version: Some("1".to_owned()) };
    assert_eq!(found.document.tools, [tool]);
    assert_eq!(found.document.authors, []);
    assert_eq!(found.document.vulnerabilities, None);
}

/// A component with all fields.
const COMPONENT: &str = r#""components": [{"type": "library", "bom-ref": "r", "group": "g", "name": "n", "version": "",
        "supplier": {"name": "S"}, "manufacturer": {"name": "M"}, "authors": [{"name": "A"}],
        "author": "Old", "publisher": "P", "description": "d", "scope": "excluded",
        "hashes": [{"alg": "SHA-256", "content": "ab"}],
        "licenses": [{"license": {"id": "MIT", "acknowledgement": "declared",
                                  "licensing": {"licenseTypes": ["perpetual"]}}},
                     {"license": {"name": "free words"}},
                     {"expression": "MIT OR Apache-2.0", "acknowledgement": "concluded"}],
        "copyright": "(c)", "cpe": "cpe:2.3:a", "purl": "pkg:maven/g/n@1",
        "omniborId": ["gitoid:blob:sha1:1"], "swhid": ["swh:1:cnt:2"], "swid": {"tagId": "t"},
        "pedigree": {"patches": [{"type": "backport"}, {"type": "unofficial"}]},
        "externalReferences": [{"type": "distribution", "url": "https://d.example",
                                "hashes": [{"alg": "SHA-512", "content": "cd"}]}],
        "properties": [{"name": "bsi:component:archive", "value": "no archive"}],
        "releaseNotes": {"type": "major", "timestamp": "2026-02-03T00:00:00Z"}}]"#;

#[test]
fn a_component_of_cyclonedx_is_read_with_all_its_fields() {
    let found = cyclonedx(COMPONENT);
    let [part] = found.parts.as_slice() else { panic!("not one part") };
    let text = |text: &str| Some(text.to_owned());
    let hash = |algorithm: &str, value: &str| Hash {
        algorithm: algorithm.to_owned(),
        value: value.to_owned(),
    };
    let licence = |text: &str, formal, acknowledgement| Licence {
        text: text.to_owned(),
        formal,
        acknowledgement,
    };
    let id = |scheme, text: &str| Identifier { scheme, text: text.to_owned() };
    let expected = Part {
        at: "components[0]".to_owned(),
        reference: text("r"),
        purpose: text("library"),
        external: true,
        group: text("g"),
        name: text("n"),
        version: text(""),
        suppliers: vec![named(PartyKind::Organization, "S")],
        producers: vec![
            named(PartyKind::Organization, "M"),
            named(PartyKind::Person, "A"),
            named(PartyKind::Unstated, "Old"),
        ],
        publisher: text("P"),
        identifiers: vec![
            id(Scheme::Purl, "pkg:maven/g/n@1"),
            id(Scheme::Cpe, "cpe:2.3:a"),
            id(Scheme::Swid, "t"),
            id(Scheme::Swhid, "swh:1:cnt:2"),
            id(Scheme::Gitoid, "gitoid:blob:sha1:1"),
        ],
        hashes: vec![hash("SHA-256", "ab")],
        references: vec![Reference {
            kind: "distribution".to_owned(),
            url: "https://d.example".to_owned(),
            hashes: vec![hash("SHA-512", "cd")],
        }],
        licences: vec![
            licence("MIT", true, Acknowledgement::Declared),
            licence("free words", false, Acknowledgement::Unstated),
            licence("MIT OR Apache-2.0", true, Acknowledgement::Concluded),
        ],
        licence_comments: vec!["perpetual".to_owned()],
        copyright: text("(c)"),
        description: text("d"),
        properties: vec![("bsi:component:archive".to_owned(), "no archive".to_owned())],
        released: text("2026-02-03T00:00:00Z"),
        patches: 2,
        ..Part::default()
    };
    assert_eq!(*part, expected);
    assert_eq!(found.oddities, [""; 0]);
}

#[test]
fn the_graph_of_cyclonedx_tells_nothing_from_not_said() {
    let found = cyclonedx(
        r#""metadata": {"component": {"bom-ref": "app", "name": "app",
                                      "components": [{"bom-ref": "m", "name": "m"}]}},
        "components": [{"bom-ref": "a", "name": "a", "components": [{"name": "inner"}]},
                       {"bom-ref": "b", "name": "b"}, {"bom-ref": "c", "name": "c"}],
        "services": [{"bom-ref": "s", "name": "s"}],
        "dependencies": [{"ref": "app", "dependsOn": ["a", "s", "ghost"]}, {"ref": "a", "dependsOn": []},
                         {"ref": "b"}, {"ref": "c", "provides": ["a"]}, {"ref": "lost"}],
        "compositions": [{"aggregate": "complete", "assemblies": ["a"], "dependencies": ["app"]},
                         {"aggregate": "incomplete_third_party_only", "dependencies": ["b"]},
                         {"aggregate": "unknown"}]"#,
    );
    let places: Vec<_> = found.parts.iter().map(|part| part.at.as_str()).collect();
    assert_eq!(
        places,
        [
            "metadata.component",
            "metadata.component.components[0]",
            "components[0]",
            "components[0].components[0]",
            "components[1]",
            "components[2]"
        ]
    );
    assert_eq!(
        found.links,
        [
            link(0, Relation::DependsOn, Target::Part(2)),
            link(0, Relation::DependsOn, Target::Dangling("ghost".to_owned())),
            link(0, Relation::Contains, Target::Part(1)),
            link(2, Relation::DependsOn, Target::Nothing),
            link(2, Relation::Contains, Target::Part(3)),
            link(4, Relation::DependsOn, Target::Nothing),
        ]
    );
    assert_eq!(
        found.oddities,
        ["dependencies[4].ref names \"lost\", which is no component of the document"]
    );
    let said: Vec<_> =
        found.completeness.iter().map(|c| (c.about, c.relation, c.aggregate)).collect();
    assert_eq!(
        said,
        [
            (Some(2), Relation::Contains, Aggregate::Complete),
            (Some(0), Relation::DependsOn, Aggregate::Complete),
            (Some(4), Relation::DependsOn, Aggregate::Incomplete),
            (None, Relation::Contains, Aggregate::Unknown),
            (None, Relation::DependsOn, Aggregate::Unknown),
        ]
    );
    assert_eq!(found.completeness[2].word, "incomplete_third_party_only");
}

#[test]
fn vulnerabilities_annotations_and_disclosures_are_found() {
    let found = cyclonedx(
        r#""serialNumber": "urn:uuid:ABC", "version": 1,
        "components": [{"bom-ref": "a", "name": "a"}, {"bom-ref": "b", "name": "b"}],
        "externalReferences": [{"type": "vulnerability-assertion", "url": "https://v.example"},
                               {"type": "website", "url": "https://w.example"}],
        "vulnerabilities": [{"id": "CVE-1", "affects": [{"ref": "a"}, {"ref": "urn:cdx:abc/1#b"}]},
                            {"id": "CVE-2", "affects": [{"ref": "urn:cdx:other/1#b"}]}],
        "annotations": [{"subjects": ["a"], "text": "seen"}]"#,
    );
    assert_eq!(found.document.vulnerabilities, Some(2));
    assert_eq!(found.parts.iter().map(|p| p.vulnerabilities).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(found.parts[0].comments, ["seen"]);
    assert_eq!(found.document.disclosures.len(), 1);
    assert_eq!(found.document.disclosures[0].url, "https://v.example");
}

#[test]
fn a_wrong_type_is_an_oddity_with_its_path_and_loses_nothing_else() {
    let found = cyclonedx(
        r#""metadata": {"tools": {"components": "x"}, "supplier": []},
        "components": [{"name": {}, "version": "1", "hashes": 7, "bom-ref": "a"},
                       {"name": "b", "purl": [], "bom-ref": "a"}]"#,
    );
    assert_eq!(found.parts.len(), 2);
    assert_eq!(found.parts[0].version.as_deref(), Some("1"));
    assert_eq!(
        found.oddities,
        [
            "metadata.tools.components is a string, expected a list: left out",
            "metadata.supplier is a list, expected an object: left out",
            "components[0].name is an object, expected a string: left out",
            "components[0].hashes is a number, expected a list: left out",
            "components[1].purl is a list, expected a string: left out",
            "components[1]: the reference \"a\" stands twice",
        ]
    );
}

#[test]
fn an_spdx_document_says_who_made_it_and_what_with() {
    let found = spdx(
        r#""name": "doc", "dataLicense": "CC0-1.0", "documentNamespace": "https://n.example/1",
        "creationInfo": {"created": "2026-01-02T03:04:05Z", "comment": "SBOM Type: Build",
          "creators": ["Tool: syft-1.52.0", "Organization: Acme (a@acme.example)", "Person: Jane"]}"#,
    );
    let document = &found.document;
    assert_eq!(document.name.as_deref(), Some("doc"));
    assert_eq!(document.uri.as_deref(), Some("https://n.example/1"));
    assert_eq!(document.data_licences, ["CC0-1.0"]);
    assert_eq!(document.timestamp.as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!(document.contexts, ["Build"]);
    let syft = Tool { name: Some("syft".to_owned()), version: Some("1.52.0".to_owned()) };
    assert_eq!(document.tools, [syft]);
    let acme = Party {
        emails: vec!["a@acme.example".to_owned()],
        ..named(PartyKind::Organization, "Acme")
    };
    assert_eq!(document.authors, [acme, named(PartyKind::Person, "Jane")]);
    assert_eq!((document.vulnerabilities, &document.signature), (None, &None));
}

/// A package with all fields.
const PACKAGE: &str = r#""packages": [{"SPDXID": "SPDXRef-a", "name": "n", "versionInfo": "1",
        "packageFileName": "n.jar", "supplier": "Organization: S", "originator": "NOASSERTION",
        "downloadLocation": "NOASSERTION", "checksums": [{"algorithm": "SHA256", "checksumValue": "ab"}],
        "homepage": "https://h.example", "sourceInfo": "from git", "licenseConcluded": "MIT",
        "licenseDeclared": "NOASSERTION", "licenseComments": "lc", "copyrightText": "(c)",
        "summary": "s", "comment": "c", "annotations": [{"comment": "an"}],
        "primaryPackagePurpose": "LIBRARY", "releaseDate": "2026-01-01T00:00:00Z",
        "validUntilDate": "2028-01-01T00:00:00Z", "externalRefs": [
          {"referenceCategory": "PACKAGE_MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/n@1"},
          {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a"},
          {"referenceCategory": "SECURITY", "referenceType": "advisory", "referenceLocator": "https://a.example"}]}]"#;

#[test]
fn a_package_of_spdx_is_read_with_all_its_fields() {
    let found = spdx(PACKAGE);
    let [part] = found.parts.as_slice() else { panic!("not one part") };
    let text = |text: &str| Some(text.to_owned());
    let licence = |text: &str, acknowledgement| Licence {
        text: text.to_owned(),
        formal: true,
        acknowledgement,
    };
    let reference = |kind: &str, url: &str| Reference {
        kind: kind.to_owned(),
        url: url.to_owned(),
        hashes: Vec::new(),
    };
    let expected = Part {
        at: "packages[0]".to_owned(),
        reference: text("SPDXRef-a"),
        purpose: text("LIBRARY"),
        name: text("n"),
        version: text("1"),
        suppliers: vec![named(PartyKind::Organization, "S")],
        producers: vec![named(PartyKind::Unstated, "NOASSERTION")],
        identifiers: vec![
            Identifier { scheme: Scheme::Purl, text: "pkg:npm/n@1".to_owned() },
            Identifier { scheme: Scheme::Cpe, text: "cpe:2.3:a".to_owned() },
        ],
        hashes: vec![Hash { algorithm: "SHA256".to_owned(), value: "ab".to_owned() }],
        references: vec![
            reference("homepage", "https://h.example"),
            reference("advisory", "https://a.example"),
        ],
        licences: vec![
            licence("MIT", Acknowledgement::Concluded),
            licence("NOASSERTION", Acknowledgement::Declared),
        ],
        licence_comments: vec!["lc".to_owned()],
        copyright: text("(c)"),
        description: text("s"),
        comments: vec!["c".to_owned(), "an".to_owned()],
        download: text("NOASSERTION"),
        source_info: text("from git"),
        filename: text("n.jar"),
        released: text("2026-01-01T00:00:00Z"),
        valid_until: text("2028-01-01T00:00:00Z"),
        vulnerabilities: 1,
        ..Part::default()
    };
    assert_eq!(*part, expected);
}

#[test]
fn relationships_of_spdx_point_from_who_needs_to_what_is_needed() {
    let found = spdx(
        r#""documentDescribes": ["app"],
        "packages": [{"SPDXID": "app", "name": "app", "hasFiles": ["f"]}, {"SPDXID": "a", "name": "a"},
                     {"SPDXID": "b", "name": "b"}],
        "files": [{"SPDXID": "f", "fileName": "./f"}],
        "snippets": [{"SPDXID": "s", "snippetFromFile": "f"}],
        "relationships": [
          {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "app"},
          {"spdxElementId": "a", "relationshipType": "DEPENDENCY_OF", "relatedSpdxElement": "app"},
          {"spdxElementId": "b", "relationshipType": "CONTAINED_BY", "relatedSpdxElement": "a"},
          {"spdxElementId": "a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "NONE"},
          {"spdxElementId": "b", "relationshipType": "CONTAINS", "relatedSpdxElement": "NOASSERTION"},
          {"spdxElementId": "b", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "DocumentRef-x:SPDXRef-y"},
          {"spdxElementId": "DocumentRef-x:SPDXRef-y", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "b"},
          {"spdxElementId": "b", "relationshipType": "LIKES", "relatedSpdxElement": "a"}]"#,
    );
    assert_eq!(found.primary, [0]);
    assert_eq!(found.parts.iter().filter(|part| part.element == Element::File).count(), 2);
    assert_eq!(
        found.links,
        [
            link(0, Relation::DependsOn, Target::Part(1)),
            link(0, Relation::Contains, Target::Part(3)),
            link(1, Relation::DependsOn, Target::Nothing),
            link(1, Relation::Contains, Target::Part(2)),
            link(2, Relation::DependsOn, Target::Dangling("DocumentRef-x:SPDXRef-y".to_owned())),
            link(2, Relation::Contains, Target::Unknown),
            link(3, Relation::Contains, Target::Part(4)),
        ]
    );
    let said: Vec<_> = found
        .completeness
        .iter()
        .map(|c| (c.about, c.relation, c.aggregate, c.word.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (Some(1), Relation::DependsOn, Aggregate::Complete, "NONE"),
            (Some(2), Relation::Contains, Aggregate::Unknown, "NOASSERTION"),
        ]
    );
    assert_eq!(found.oddities, ["relationships[7]: SPDX knows no relationship \"LIKES\""]);
}

#[test]
fn yaml_is_read_as_the_json_that_it_stands_for() {
    let yaml = read(
        "SPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.2\npackages:\n- SPDXID: SPDXRef-a\n  name: a\n  versionInfo: 1.10\n",
    );
    assert_eq!(yaml.format, Format::SpdxYaml);
    assert_eq!(yaml.parts[0].version.as_deref(), Some("1.10"));
}

#[test]
fn envelopes_are_opened_and_what_is_no_bill_is_told_from_what_is_broken() {
    let enveloped = read(r#"{"sbom": {"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}]}}"#);
    assert_eq!(enveloped.parts.len(), 1);
    let not_read = |text: &str| Sbom::read(text.as_bytes()).unwrap_err();
    assert!(matches!(not_read("<html/>"), NotRead::Foreign(_)));
    assert!(matches!(not_read(r#"{"a": 1}"#), NotRead::Foreign(_)));
    let syft = r#"{"artifacts": [], "schema": {"version": "1.1.0", "url": "https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-1.1.0.json"}}"#;
    assert_eq!(not_read(syft), NotRead::NotJudged(Format::SyftJson));
    let broken = not_read("{\"bomFormat\": \"CycloneDX\",\n\"components\": [{");
    let place = Some(Place { line: 2, column: 16 });
    assert!(matches!(&broken, NotRead::Broken { place: at, .. } if *at == place), "{broken:?}");
    let newer = not_read(r#"{"bomFormat": "CycloneDX", "specVersion": "2.0"}"#);
    assert!(newer.to_string().starts_with("at 1:44: CycloneDX 2.0 is not supported"), "{newer}");
    let two = "{\"bomFormat\": \"CycloneDX\"}\n{\"bomFormat\": \"CycloneDX\"}\n";
    assert_eq!(not_read(two).to_string(), "holds 2 bills of materials: give each alone");
    assert_eq!(Sbom::read_all(two.as_bytes()).unwrap().len(), 2);
}
