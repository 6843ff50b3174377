//! Tells by its keys what a document in JSON is.

use super::doc::{Doc, OtherKeys};
use super::envelope::Envelope;
use super::graph::Node;
use crate::ingest::document::ReadError;
use crate::ingest::spdx::three;
use crate::ingest::syft;

/// A kind of document that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `bomFormat` says CycloneDX, or it has a `specVersion` and components.
    CycloneDx,
    /// It has an `spdxVersion`.
    Spdx,
    /// Its `@graph` holds elements of SPDX 3.
    Spdx3,
    /// It has artifacts and a schema of Syft.
    Syft,
    /// It has a `SchemaVersion`, and `Results` or an `ArtifactName`.
    Trivy,
    /// Something around a document.
    Envelope(Envelope),
}

/// The kind of a document, or what it is instead.
pub(super) fn of(doc: &Doc<'_>) -> Result<Kind, ReadError> {
    let format = doc.bom_format.as_ref().map(|text| &*text.value);
    let spdx = doc.spdx_version.as_ref().map(|text| &*text.value);
    let cyclonedx = format.is_some_and(|format| format.eq_ignore_ascii_case("CycloneDX"));
    if let Some(graph) = &doc.graph {
        return of_graph(graph, cyclonedx || spdx.is_some());
    }
    match (cyclonedx, spdx) {
        (true, Some(version)) => Err(ReadError::new(format!(
            "has both bomFormat \"CycloneDX\" and spdxVersion \"{version}\": cannot tell which it is"
        ))),
        (false, Some(_)) => Ok(Kind::Spdx),
        (true, None) => Ok(Kind::CycloneDx),
        (false, None) if syft::is_syft(doc) => Ok(Kind::Syft),
        (false, None)
            if doc.schema_version.is_some()
                && (doc.results.is_some() || doc.artifact_name.is_some()) =>
        {
            Ok(Kind::Trivy)
        }
        (false, None) => match known_other(doc.others) {
            Some(Other::Envelope(envelope)) => Ok(Kind::Envelope(envelope)),
            Some(Other::Foreign(what)) => Err(ReadError::foreign(what)),
            Some(Other::Unread(what)) => Err(ReadError::new(what)),
            None if format.is_none() && doc.spec_version.is_some() && doc.components.is_some() => {
                Ok(Kind::CycloneDx)
            }
            None => Err(unknown_format(format)),
        },
    }
}

/// The kind of a list of elements in JSON-LD.
fn of_graph(graph: &[Node<'_>], has_marker: bool) -> Result<Kind, ReadError> {
    match (three::is_spdx(graph), has_marker) {
        (true, false) => Ok(Kind::Spdx3),
        (_, true) => Err(ReadError::new(
            "has a @graph and the marker of another kind: cannot tell which it is",
        )),
        (false, false) => Err(ReadError::foreign(
            "this is JSON-LD without elements of SPDX 3, not a bill of materials",
        )),
    }
}

/// The error for JSON that is nothing we know.
pub(super) fn nothing_known() -> ReadError {
    ReadError::foreign("is JSON but no bill of materials: neither bomFormat nor spdxVersion found")
}

fn unknown_format(format: Option<&str>) -> ReadError {
    format.map_or_else(nothing_known, |format| {
        ReadError::new(format!("bomFormat is \"{format}\", expected \"CycloneDX\""))
    })
}

/// Other kinds by the keys that tell them, the surest first.
fn known_other(keys: OtherKeys) -> Option<Other> {
    OTHER_KINDS.iter().find(|(told, _)| keys.have(told)).map(|(_, what)| *what)
}

/// What a document is instead of CycloneDX or SPDX 2.
#[derive(Clone, Copy)]
enum Other {
    /// Something around a document.
    Envelope(Envelope),
    /// A bill of materials that is not read.
    Unread(&'static str),
    /// No bill of materials.
    Foreign(&'static str),
}

const OTHER_KINDS: [(&[&str], Other); 15] = [
    (&["@context", "statements"], OPENVEX),
    (&["payload", "payloadType"], Other::Envelope(Envelope::Dsse)),
    (&["dsseEnvelope"], Other::Envelope(Envelope::Bundle)),
    (&["predicate"], Other::Envelope(Envelope::Statement)),
    (&["matches"], GRYPE),
    (&["sbom"], Other::Envelope(Envelope::Export)),
    (&["affected", "modified"], OSV),
    (&["schema_version", "modified"], OSV),
    (&["document", "product_tree"], CSAF),
    (&["document", "vulnerabilities"], CSAF),
    (&["runs"], Other::Foreign("this is a SARIF report, not a bill of materials")),
    (&["statements"], OPENVEX),
    (&["@context"], SPDX_3),
    (&["predicateType"], Other::Envelope(Envelope::Statement)),
    (&["Data"], Other::Envelope(Envelope::Data)),
];

const SPDX_3: Other = Other::Unread(
    "this is JSON-LD without a @graph; of SPDX 3, only documents with a @graph are read",
);
const OPENVEX: Other = Other::Foreign("this is an OpenVEX document, not a bill of materials");
const GRYPE: Other =
    Other::Foreign("this is a Grype report, not a bill of materials; give what Grype scanned");
const OSV: Other =
    Other::Foreign("this is an OSV record, not a bill of materials; give it with --advisories");
const CSAF: Other = Other::Foreign("this is a CSAF document, not a bill of materials");

#[cfg(test)]
mod tests {
    use crate::ingest::json::read;
    use crate::inventory::Format;

    fn refusal(text: &str) -> String {
        read(text).unwrap_err().cause
    }

    #[test]
    fn the_marker_may_be_the_last_key_and_in_any_case() {
        let cyclonedx =
            read(r#"{"components": [{}], "specVersion": "1.4", "bomFormat": "cyclonedx"}"#);
        assert_eq!(cyclonedx.unwrap().format, Format::CycloneDxJson);
        let spdx = read(r#"{"packages": [{}], "spdxVersion": "SPDX-2.2"}"#).unwrap();
        assert_eq!((spdx.format, spdx.components.len()), (Format::SpdxJson, 1));
    }

    #[test]
    fn a_version_and_components_are_cyclonedx_without_its_name() {
        let document = read(r#"{"specVersion": "1.4", "components": [{}]}"#).unwrap();
        assert_eq!(document.format, Format::CycloneDxJson);
    }

    #[test]
    fn both_markers_are_an_error_that_names_both() {
        assert_eq!(
            refusal(r#"{"bomFormat": "CycloneDX", "spdxVersion": "SPDX-2.3"}"#),
            "has both bomFormat \"CycloneDX\" and spdxVersion \"SPDX-2.3\": cannot tell which it is"
        );
    }

    #[test]
    fn json_without_marker_is_no_bill_of_materials() {
        for text in [
            r#"{"name": "x", "components": []}"#,
            "[]",
            "[{\"a\": 1}]",
            "1",
            "-1",
            "1.5",
            "\"x\"",
            "null",
            "true",
        ] {
            assert_eq!(
                refusal(text),
                "is JSON but no bill of materials: neither bomFormat nor spdxVersion found"
            );
        }
        assert_eq!(
            refusal(r#"{"bomFormat": "SWID"}"#),
            "bomFormat is \"SWID\", expected \"CycloneDX\""
        );
    }

    #[test]
    fn other_kinds_are_named() {
        let cases = [
            (r#"{"@context": "https://spdx.org/rdf/3.0.1/", "@graph": []}"#, "SPDX 3"),
            (r#"{"@context": "https://spdx.org/rdf/3.0.1/", "type": "software_File"}"#, "@graph"),
            (r#"{"@context": "https://openvex.dev/ns/v0.2.0", "statements": []}"#, "OpenVEX"),
            (r#"{"SchemaVersion": 2, "Results": []}"#, "Trivy"),
            (r#"{"artifacts": [], "descriptor": {}}"#, "no bill of materials"),
            (r#"{"matches": [], "source": {}}"#, "Grype"),
            (r#"{"id": "GHSA-x", "modified": "x", "affected": []}"#, "OSV"),
            (r#"{"document": {}, "product_tree": {}, "vulnerabilities": []}"#, "CSAF"),
        ];
        for (text, told) in cases {
            assert!(refusal(text).contains(told), "{text}: {}", refusal(text));
        }
    }
}
