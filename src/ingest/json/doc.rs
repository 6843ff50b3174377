//! The keys that a document in JSON may have, whichever kind it turns out to be.
//!
//! The key that names the kind may be the last one (Trivy writes SPDX so), therefore one pass
//! gathers the keys of CycloneDX 1.2–1.7, SPDX 2.0–2.3 and 3.0, Syft and Trivy together. Names and nesting are those
//! of their JSON schemas; keys that no rule of bomvet needs are passed over unread, `pedigree`,
//! `evidence`, `tools`, `formulation` and `vulnerabilities` among them: what they name is no part.

use std::borrow::Cow;

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::graph::Node;
use super::lenient::{Each, Fields, Text, each, fields, ignore, list, object, scalar, text, texts};
use super::remarks::Spot;
use super::scanners::{Artifact, ArtifactRelationship, Descriptor, Schema, Source, TrivyResult};
use crate::ingest::cyclonedx::json::{Dependencies, Parts};

/// One document, not yet judged.
#[derive(Default)]
pub(in crate::ingest) struct Doc<'a> {
    /// CycloneDX: says that it is that.
    pub(in crate::ingest) bom_format: Option<Text<'a>>,
    /// CycloneDX: `1.6`.
    pub(in crate::ingest) spec_version: Option<Text<'a>>,
    /// CycloneDX: `urn:uuid:…`.
    pub(in crate::ingest) serial_number: Option<Text<'a>>,
    /// CycloneDX: which issue of the document this is.
    pub(in crate::ingest) version: Option<Text<'a>>,
    /// CycloneDX: holds the subject.
    pub(in crate::ingest) metadata: Option<Metadata<'a>>,
    /// CycloneDX: the parts.
    pub(in crate::ingest) components: Option<Parts>,
    /// CycloneDX: services have references, and are no parts.
    pub(in crate::ingest) services: Option<Vec<Service<'a>>>,
    /// CycloneDX: who needs whom.
    pub(in crate::ingest) dependencies: Option<Dependencies<'a>>,
    /// SPDX: `SPDX-2.3`.
    pub(in crate::ingest) spdx_version: Option<Text<'a>>,
    /// SPDX: the document's own id.
    pub(in crate::ingest) spdx_id: Option<Text<'a>>,
    /// SPDX: ids of what the document is about.
    pub(in crate::ingest) described: Option<Vec<Cow<'a, str>>>,
    /// SPDX: the parts.
    pub(in crate::ingest) packages: Option<Vec<Package<'a>>>,
    /// SPDX: files have ids, and are no parts.
    pub(in crate::ingest) files: Option<Vec<Element<'a>>>,
    /// SPDX: snippets have ids, and are no parts.
    pub(in crate::ingest) snippets: Option<Vec<Element<'a>>>,
    /// SPDX: who needs whom.
    pub(in crate::ingest) relationships: Option<Vec<Relationship<'a>>>,
    /// SPDX 3: all elements.
    pub(in crate::ingest) graph: Option<Vec<Node<'a>>>,
    /// Syft: the parts.
    pub(in crate::ingest) artifacts: Option<Vec<Artifact<'a>>>,
    /// Syft: who needs whom.
    pub(in crate::ingest) artifact_relationships: Option<Vec<ArtifactRelationship<'a>>>,
    /// Syft: what was looked at.
    pub(in crate::ingest) source: Option<Source<'a>>,
    /// Syft: its name.
    pub(in crate::ingest) descriptor: Option<Descriptor<'a>>,
    /// Syft: the shape of the document.
    pub(in crate::ingest) schema: Option<Schema<'a>>,
    /// Trivy: the shape of the report.
    pub(in crate::ingest) schema_version: Option<Text<'a>>,
    /// Trivy: what was looked at.
    pub(in crate::ingest) artifact_name: Option<Text<'a>>,
    /// Trivy: what was found where.
    pub(in crate::ingest) results: Option<Vec<TrivyResult<'a>>>,
    /// Envelopes: what they hold.
    pub(super) wrapped: Wrapped<'a>,
    /// Keys by which other kinds of documents are told.
    pub(super) others: OtherKeys,
}

/// The values in which envelopes hold a document, unread.
#[derive(Default)]
pub(super) struct Wrapped<'a> {
    /// DSSE.
    pub(super) payload: Option<&'a RawValue>,
    /// DSSE: to be counted.
    pub(super) signatures: Option<&'a RawValue>,
    /// Sigstore bundle: the DSSE envelope.
    pub(super) bundle: Option<&'a RawValue>,
    /// in-toto statement.
    pub(super) predicate: Option<&'a RawValue>,
    /// in-toto statement: what the predicate is.
    pub(super) predicate_type: Option<Text<'a>>,
    /// cosign's predicate around a document.
    pub(super) data: Option<&'a RawValue>,
    /// GitHub's export, sbomer.
    pub(super) sbom: Option<&'a RawValue>,
}

impl<'de> Fields<'de> for Wrapped<'de> {
    fn field<A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
        spot: &Spot<'_>,
    ) -> Result<(), A::Error> {
        let slot = match key {
            "predicateType" => {
                return text(&mut self.predicate_type, map, &spot.key("predicateType"));
            }
            "payload" => &mut self.payload,
            "signatures" => &mut self.signatures,
            "dsseEnvelope" => &mut self.bundle,
            "predicate" => &mut self.predicate,
            "Data" => &mut self.data,
            "sbom" => &mut self.sbom,
            _ => return ignore(map),
        };
        *slot = Some(map.next_value()?);
        Ok(())
    }
}

impl<'de> Fields<'de> for Doc<'de> {
    fn field<A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
        spot: &Spot<'_>,
    ) -> Result<(), A::Error> {
        match key {
            "bomFormat" => text(&mut self.bom_format, map, &spot.key("bomFormat")),
            "specVersion" => text(&mut self.spec_version, map, &spot.key("specVersion")),
            "serialNumber" => text(&mut self.serial_number, map, &spot.key("serialNumber")),
            "version" => scalar(&mut self.version, map, &spot.key("version")),
            "metadata" => object(&mut self.metadata, map, &spot.key("metadata")),
            "components" => list(&mut self.components, map, &spot.key("components")),
            "services" => list(&mut self.services, map, &spot.key("services")),
            "dependencies" => list(&mut self.dependencies, map, &spot.key("dependencies")),
            "spdxVersion" => text(&mut self.spdx_version, map, &spot.key("spdxVersion")),
            "SPDXID" => text(&mut self.spdx_id, map, &spot.key("SPDXID")),
            "documentDescribes" => texts(&mut self.described, map, &spot.key("documentDescribes")),
            "packages" => list(&mut self.packages, map, &spot.key("packages")),
            "files" => list(&mut self.files, map, &spot.key("files")),
            "snippets" => list(&mut self.snippets, map, &spot.key("snippets")),
            "relationships" => list(&mut self.relationships, map, &spot.key("relationships")),
            "@graph" => list(&mut self.graph, map, &spot.key("@graph")),
            other => self.scanner_field(other, map, spot),
        }
    }
}

impl<'de> Doc<'de> {
    /// Keys of what scanners write for themselves, and those of kinds that are not read.
    fn scanner_field<A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
        spot: &Spot<'_>,
    ) -> Result<(), A::Error> {
        match key {
            "artifacts" => list(&mut self.artifacts, map, &spot.key("artifacts")),
            "artifactRelationships" => {
                let spot = spot.key("artifactRelationships");
                list(&mut self.artifact_relationships, map, &spot)
            }
            "source" => object(&mut self.source, map, &spot.key("source")),
            "descriptor" => object(&mut self.descriptor, map, &spot.key("descriptor")),
            "schema" => object(&mut self.schema, map, &spot.key("schema")),
            "SchemaVersion" => scalar(&mut self.schema_version, map, &spot.key("SchemaVersion")),
            "ArtifactName" => text(&mut self.artifact_name, map, &spot.key("ArtifactName")),
            "Results" => list(&mut self.results, map, &spot.key("Results")),
            other => {
                self.others.add(other);
                self.wrapped.field(other, map, spot)
            }
        }
    }
}

/// Which of the [telling keys](OtherKeys::TOLD) of other kinds of documents are there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OtherKeys(u32);

impl OtherKeys {
    const TOLD: [&'static str; 17] = [
        "@context",
        "statements",
        "matches",
        "payload",
        "payloadType",
        "dsseEnvelope",
        "predicate",
        "predicateType",
        "sbom",
        "affected",
        "modified",
        "document",
        "product_tree",
        "runs",
        "vulnerabilities",
        "schema_version",
        "Data",
    ];

    fn add(&mut self, key: &str) {
        if let Some(bit) = Self::TOLD.iter().position(|told| *told == key) {
            self.0 |= 1 << bit;
        }
    }

    /// Whether all these keys are there.
    pub(super) fn have(self, keys: &[&str]) -> bool {
        let mut wanted = Self::default();
        for key in keys {
            wanted.add(key);
        }
        self.0 & wanted.0 == wanted.0
    }
}

/// CycloneDX `metadata`.
#[derive(Default)]
pub(in crate::ingest) struct Metadata<'a> {
    /// What the document is about.
    pub(in crate::ingest) component: Option<Component<'a>>,
}

fields!(Metadata { "component" => object component });

/// CycloneDX `component`.
#[derive(Default)]
pub(in crate::ingest) struct Component<'a> {
    /// Its handle for `dependencies`.
    pub(in crate::ingest) reference: Option<Text<'a>>,
    /// `library`, `file` …
    pub(in crate::ingest) kind: Option<Text<'a>>,
    /// Group.
    pub(in crate::ingest) group: Option<Text<'a>>,
    /// Name.
    pub(in crate::ingest) name: Option<Text<'a>>,
    /// Version.
    pub(in crate::ingest) version: Option<Text<'a>>,
    /// Package URL.
    pub(in crate::ingest) purl: Each<'a>,
    /// CPE name.
    pub(in crate::ingest) cpe: Option<Text<'a>>,
    /// `required`, `optional`, `excluded`.
    pub(in crate::ingest) scope: Option<Text<'a>>,
    /// What it contains.
    pub(in crate::ingest) components: Option<Vec<Component<'a>>>,
}

fields!(Component {
    "bom-ref" => text reference,
    "type" => text kind,
    "group" => text group,
    "name" => text name,
    "version" => text version,
    "purl" => each purl,
    "cpe" => text cpe,
    "scope" => text scope,
    "components" => list components,
});

/// CycloneDX `service`, for its reference.
#[derive(Default)]
pub(in crate::ingest) struct Service<'a> {
    /// Its handle for `dependencies`.
    pub(in crate::ingest) reference: Option<Text<'a>>,
    /// What it contains.
    pub(in crate::ingest) services: Option<Vec<Service<'a>>>,
}

fields!(Service { "bom-ref" => text reference, "services" => list services });

/// CycloneDX `dependency`; what `provides` lists is implemented, not needed.
#[derive(Default)]
pub(in crate::ingest) struct Dependency<'a> {
    /// Who needs.
    pub(in crate::ingest) reference: Option<Text<'a>>,
    /// What is needed.
    pub(in crate::ingest) depends_on: Option<Vec<Cow<'a, str>>>,
}

fields!(Dependency { "ref" => text reference, "dependsOn" => texts depends_on });

/// SPDX package.
#[derive(Default)]
pub(in crate::ingest) struct Package<'a> {
    /// Its id.
    pub(in crate::ingest) id: Option<Text<'a>>,
    /// Name.
    pub(in crate::ingest) name: Option<Text<'a>>,
    /// Version.
    pub(in crate::ingest) version: Option<Text<'a>>,
    /// `LIBRARY`, `OPERATING-SYSTEM` …
    pub(in crate::ingest) purpose: Option<Text<'a>>,
    /// Package URLs, CPE names, and others.
    pub(in crate::ingest) external: Option<Vec<ExternalRef<'a>>>,
}

fields!(Package {
    "SPDXID" => text id,
    "name" => text name,
    "versionInfo" => text version,
    "primaryPackagePurpose" => text purpose,
    "externalRefs" => list external,
});

/// SPDX external reference; its category is spelled in too many ways to matter.
#[derive(Default)]
pub(in crate::ingest) struct ExternalRef<'a> {
    /// `purl`, `cpe23Type` …
    pub(in crate::ingest) kind: Option<Text<'a>>,
    /// The reference itself.
    pub(in crate::ingest) locator: Option<Text<'a>>,
}

fields!(ExternalRef { "referenceType" => text kind, "referenceLocator" => text locator });

/// SPDX file or snippet, for its id.
#[derive(Default)]
pub(in crate::ingest) struct Element<'a> {
    /// Its id.
    pub(in crate::ingest) id: Option<Text<'a>>,
}

fields!(Element { "SPDXID" => text id });

/// SPDX relationship.
#[derive(Default)]
pub(in crate::ingest) struct Relationship<'a> {
    /// The left side.
    pub(in crate::ingest) from: Option<Text<'a>>,
    /// The type.
    pub(in crate::ingest) kind: Option<Text<'a>>,
    /// The right side.
    pub(in crate::ingest) to: Option<Text<'a>>,
}

fields!(Relationship {
    "spdxElementId" => text from,
    "relationshipType" => text kind,
    "relatedSpdxElement" => text to,
});
