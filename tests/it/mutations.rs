//! Documents with something cut, doubled or changed: each is read with its promises kept, or refused
//! in one line. The fuzz targets look deeper; this runs everywhere.

use crate::support;
use std::path::PathBuf;

use bomvet::ingest::cyclonedx::protobuf;
use bomvet::ingest::document::{About, Document, Position, ReadError};
use bomvet::ingest::{self, read_documents};
use proptest::prelude::*;

const CYCLONEDX: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component":
    {"name": "app", "bom-ref": "app"}}, "components": [{"bom-ref": "a", "name": "a", "version": "1",
    "purl": "pkg:npm/a@1", "components": [{"name": "b"}]}], "dependencies": [{"ref": "app", "dependsOn": ["a"]}]}"#;

const SPDX_3: &str = r#"{"@context": "x", "@graph": [{"type": "CreationInfo", "specVersion": "3.0.1"},
    {"type": "SpdxDocument", "spdxId": "d", "rootElement": ["a"], "import": [{"externalSpdxId": "e"}]},
    {"type": "software_Package", "spdxId": "a", "name": "ä", "software_packageUrl": "pkg:npm/a@1",
     "creationInfo": {"specVersion": "3.0.1"}, "externalIdentifier": [{"identifier": "x"}]},
    {"type": "Relationship", "relationshipType": "dependsOn", "from": "a", "to": ["b", "c"]}]}"#;

const SYFT: &str = r#"{"artifacts": [{"id": "1", "name": "a", "purl": "pkg:npm/a@1", "metadata":
    {"pomProperties": {"groupId": "g", "artifactId": "a"}}}, {"id": "2"}], "artifactRelationships":
    [{"parent": "1", "child": "2", "type": "dependency-of"}], "source": {"id": "s", "target":
    {"userInput": "app"}}, "schema": {"version": "16.0.3"}}"#;

const TRIVY: &str = r#"{"SchemaVersion": 2, "ArtifactName": "app", "Results": [{"Target": "t", "Class":
    "lang-pkgs", "Type": "pom", "Packages": [{"ID": "a", "Name": "g:a", "Version": "1", "Epoch": 1, "Dev":
    true, "Identifier": {"PURL": "pkg:maven/g/a@1", "UID": "u"}, "DependsOn": ["a", "b"]}]}]}"#;

const YAML: &str = "spdxVersion: SPDX-2.3\nname: &n größe\npackages:\n- &p\n  SPDXID: SPDXRef-a\n  name: *n\n  \
    versionInfo: '1.10'\n  externalRefs: [{referenceType: purl, referenceLocator: \"pkg:npm/a@1\"}]\n- *p\n\
    documentDescribes: |\n  SPDXRef-a\n";

const RDF: &str = "<rdf:RDF xml:base='http://d'><SpdxDocument rdf:about='http://d#SPDXRef-DOCUMENT'>\
    <specVersion>SPDX-2.3</specVersion><relationship><Relationship><relationshipType \
    rdf:resource='t#relationshipType_describes'/><relatedSpdxElement><Package rdf:about='http://d#SPDXRef-a'>\
    <name>ä&amp;b</name><externalRef><ExternalRef><referenceType rdf:resource='references/purl'/>\
    <referenceLocator>pkg:npm/a@1</referenceLocator></ExternalRef></externalRef></Package></relatedSpdxElement>\
    </Relationship></relationship></SpdxDocument><Package rdf:ID='b'/></rdf:RDF>";

const PROTOBUF: &[u8] = b"\n\x031.6\x22\x07\x22\x05\x42\x03app\x2a\x1c\x08\x03\x1a\x01a\x42\x01a\
    \x82\x01\x0bpkg:npm/a@1\xaa\x01\x03\x42\x01b\x32\x03\x0a\x01s\x42\x08\x0a\x01a\x12\x03\x0a\x01s";

/// What is done to a document: at a place, over a length, with a byte.
fn changes() -> impl Strategy<Value = Vec<(u8, prop::sample::Index, usize, u8)>> {
    prop::collection::vec((0_u8..4, any::<prop::sample::Index>(), 1_usize..40, any::<u8>()), 1..4)
}

fn change(seed: &[u8], changes: &[(u8, prop::sample::Index, usize, u8)]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for (what, place, length, byte) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = place.index(bytes.len());
        let end = (at + length).min(bytes.len());
        match what {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let twice = bytes[at..end].to_vec();
                bytes.splice(at..at, twice);
            }
            _ => bytes[at] = *byte,
        }
    }
    bytes
}

/// What holds for every document that a reader accepts, and for every refusal.
fn check(read: Result<Document, ReadError>, text: &str) {
    let document = match read {
        Ok(document) => document,
        Err(error) => {
            assert!(!error.cause.is_empty());
            return;
        }
    };
    for component in &document.components {
        assert_ne!(component.version.as_deref(), Some(""));
        assert_ne!(component.reference.as_deref(), Some(""));
        assert!(component.purls.iter().all(|purl| !purl.trim().is_empty()));
        if let Position::Offset(offset) = component.position {
            assert!(offset < text.len() && text.is_char_boundary(offset), "{offset} in {text}");
        }
    }
    if let About::Listed(index) = document.about {
        assert!(index < document.components.len());
    }
    assert!(document.edges.iter().all(|(from, to)| !from.is_empty() && !to.is_empty()));
}

#[test]
fn every_seed_is_read() {
    for seed in [CYCLONEDX, SPDX_3, SYFT, TRIVY, YAML, RDF] {
        let documents = read_documents(seed, None).unwrap();
        assert_eq!(documents.len(), 1);
        for document in documents {
            assert_ne!(document.components, []);
            check(Ok(document), seed);
        }
    }
    assert_eq!(protobuf::read(PROTOBUF).unwrap().components.len(), 2);
}

#[test]
fn a_folder_passes_over_none_of_them() {
    let folder = support::temp_dir();
    let texts = [CYCLONEDX, SPDX_3, SYFT, TRIVY, YAML, RDF].map(str::as_bytes);
    for (index, bytes) in texts.into_iter().chain([PROTOBUF]).enumerate() {
        std::fs::write(folder.path().join(index.to_string()), bytes).unwrap();
    }
    let intake = ingest::read_all(&[folder.path().to_owned()]);
    assert_eq!(intake.passed_over, [""; 0].map(PathBuf::from));
    assert_eq!(intake.inventory.inputs.len(), 7);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_changed_text_is_read_or_refused(
        seed in prop::sample::select(vec![CYCLONEDX, SPDX_3, SYFT, TRIVY, YAML, RDF]),
        changes in changes(),
    ) {
        let bytes = change(seed.as_bytes(), &changes);
        let text = String::from_utf8_lossy(&bytes);
        match read_documents(&text, None) {
            Ok(documents) => documents.into_iter().for_each(|document| check(Ok(document), &text)),
            Err(error) => check(Err(error), &text),
        }
    }

    #[test]
    fn a_changed_binary_is_read_or_refused(changes in changes()) {
        let bytes = change(PROTOBUF, &changes);
        let _ = protobuf::is_bom(&bytes);
        check(protobuf::read(&bytes), "");
    }
}
