//! The keys of an element of SPDX 3, as its JSON-LD context names them.
//!
//! All elements stand in one list, whatever they are; which keys an element has depends on its type.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::lenient::{Fields, Text, fields, ids, ignore, list, object_or_text, text, texts};
use super::remarks::Spot;

/// One element of `@graph`: a package, a relationship, a document, or something else.
#[derive(Default)]
pub(in crate::ingest) struct Node<'a> {
    /// `software_Package`, `Relationship` …
    pub(in crate::ingest) kind: Option<Text<'a>>,
    /// Its id: `spdxId`, or `@id` for what is no element.
    pub(in crate::ingest) id: Option<Text<'a>>,
    /// Name.
    pub(in crate::ingest) name: Option<Text<'a>>,
    /// Package: version.
    pub(in crate::ingest) version: Option<Text<'a>>,
    /// Package: package URL.
    pub(in crate::ingest) purl: Option<Text<'a>>,
    /// Package: `library`, `container` …
    pub(in crate::ingest) purpose: Option<Text<'a>>,
    /// Package: package URLs, CPE names, and others.
    pub(in crate::ingest) identifiers: Option<Vec<Identifier<'a>>>,
    /// Package: addresses at package managers.
    pub(in crate::ingest) references: Option<Vec<Reference<'a>>>,
    /// Relationship: its type.
    pub(in crate::ingest) relation: Option<Text<'a>>,
    /// Relationship: the left side.
    pub(in crate::ingest) from: Option<Vec<Cow<'a, str>>>,
    /// Relationship: the right sides.
    pub(in crate::ingest) to: Option<Vec<Cow<'a, str>>>,
    /// Relationship: the phase of life in which it holds.
    pub(in crate::ingest) scope: Option<Text<'a>>,
    /// Document, bill of materials: what it is about.
    pub(in crate::ingest) roots: Option<Vec<Cow<'a, str>>>,
    /// Document: elements of other documents.
    pub(in crate::ingest) imports: Option<Vec<Import<'a>>>,
    /// `CreationInfo`: the version of SPDX.
    pub(in crate::ingest) spec_version: Option<Text<'a>>,
    /// The `CreationInfo` of an element, where it stands inside.
    pub(in crate::ingest) creation: Option<Creation<'a>>,
}

impl<'de> Fields<'de> for Node<'de> {
    fn field<A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
        spot: &Spot<'_>,
    ) -> Result<(), A::Error> {
        match key {
            "type" | "@type" => text(&mut self.kind, map, &spot.key("type")),
            "spdxId" | "@id" => text(&mut self.id, map, &spot.key("spdxId")),
            "name" => text(&mut self.name, map, &spot.key("name")),
            // writers that forget the profile's prefix
            "software_packageVersion" | "packageVersion" => {
                text(&mut self.version, map, &spot.key("software_packageVersion"))
            }
            "software_packageUrl" | "packageUrl" => {
                text(&mut self.purl, map, &spot.key("software_packageUrl"))
            }
            "software_primaryPurpose" => {
                text(&mut self.purpose, map, &spot.key("software_primaryPurpose"))
            }
            // writers that take the plural of other formats
            "externalIdentifier" | "externalIdentifiers" => {
                list(&mut self.identifiers, map, &spot.key("externalIdentifier"))
            }
            "externalRef" => list(&mut self.references, map, &spot.key("externalRef")),
            "relationshipType" => text(&mut self.relation, map, &spot.key("relationshipType")),
            "from" => ids(&mut self.from, map, &spot.key("from")),
            "to" => ids(&mut self.to, map, &spot.key("to")),
            "scope" => text(&mut self.scope, map, &spot.key("scope")),
            "rootElement" => ids(&mut self.roots, map, &spot.key("rootElement")),
            // the list of what it holds is not needed, but a part that stands inside must not hide
            "element" => ids(&mut None, map, &spot.key("element")),
            "import" => list(&mut self.imports, map, &spot.key("import")),
            "specVersion" => text(&mut self.spec_version, map, &spot.key("specVersion")),
            "creationInfo" => {
                let spot = spot.key("creationInfo");
                object_or_text(&mut self.creation, &mut None, (map, &spot))
            }
            _ => ignore(map),
        }
    }
}

/// `ExternalIdentifier`.
#[derive(Default)]
pub(in crate::ingest) struct Identifier<'a> {
    /// `packageUrl`, `cpe23` …
    pub(in crate::ingest) kind: Option<Text<'a>>,
    /// The identifier itself.
    pub(in crate::ingest) value: Option<Text<'a>>,
}

fields!(Identifier { "externalIdentifierType" => text kind, "identifier" => text value });

/// `ExternalRef`.
#[derive(Default)]
pub(in crate::ingest) struct Reference<'a> {
    /// `mavenCentral`, `npm` …
    pub(in crate::ingest) kind: Option<Text<'a>>,
    /// What it is called there.
    pub(in crate::ingest) locators: Option<Vec<Cow<'a, str>>>,
}

fields!(Reference { "externalRefType" => text kind, "locator" => texts locators });

/// `ExternalMap`: an element that another document holds.
#[derive(Default)]
pub(in crate::ingest) struct Import<'a> {
    /// Its id.
    pub(in crate::ingest) id: Option<Text<'a>>,
}

fields!(Import { "externalSpdxId" => text id });

/// `CreationInfo` inside an element.
#[derive(Default)]
pub(in crate::ingest) struct Creation<'a> {
    /// The version of SPDX.
    pub(in crate::ingest) spec_version: Option<Text<'a>>,
}

fields!(Creation { "specVersion" => text spec_version });
