//! The keys of an element of SPDX 3 that are judged, as its JSON-LD context names them.

use std::borrow::Cow;

use serde::de::MapAccess;

use crate::ingest::json::lenient::{
    Fields, Text, fields, ids, ignore, list, object_or_text, text, texts,
};
use crate::ingest::json::remarks::Spot;

type Texts<'a> = Option<Vec<Cow<'a, str>>>;

/// The document: a list of elements.
#[derive(Default)]
pub(super) struct Graph<'a> {
    pub(super) nodes: Option<Vec<Node<'a>>>,
}

fields!(Graph { "@graph" => list nodes });

/// One element, whatever it is.
#[derive(Default)]
pub(super) struct Node<'a> {
    pub(super) kind: Option<Text<'a>>,
    pub(super) id: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
    pub(super) summary: Option<Text<'a>>,
    pub(super) description: Option<Text<'a>>,
    pub(super) comment: Option<Text<'a>>,
    pub(super) creation: Option<Creation<'a>>,
    pub(super) creation_id: Option<Text<'a>>,
    /// Where the element is itself a `CreationInfo`.
    pub(super) own_creation: Creation<'a>,
    pub(super) hashes: Option<Vec<Hash<'a>>>,
    pub(super) identifiers: Option<Vec<Identifier<'a>>>,
    pub(super) references: Option<Vec<Reference<'a>>>,
    pub(super) artifact: Artifact<'a>,
    pub(super) says: Says<'a>,
}

/// What a package, a file or a snippet has beside what all elements have.
#[derive(Default)]
pub(super) struct Artifact<'a> {
    pub(super) version: Option<Text<'a>>,
    pub(super) purl: Option<Text<'a>>,
    pub(super) purpose: Option<Text<'a>>,
    pub(super) purposes: Texts<'a>,
    pub(super) copyright: Option<Text<'a>>,
    pub(super) download: Option<Text<'a>>,
    pub(super) homepage: Option<Text<'a>>,
    pub(super) source_info: Option<Text<'a>>,
    pub(super) contents: Option<Vec<ContentIdentifier<'a>>>,
    pub(super) supplied: Texts<'a>,
    pub(super) originated: Texts<'a>,
    pub(super) released: Option<Text<'a>>,
    pub(super) valid_until: Option<Text<'a>>,
    pub(super) support: Texts<'a>,
    pub(super) file: Option<Text<'a>>,
}

/// What documents, relationships, licences and annotations say.
#[derive(Default)]
pub(super) struct Says<'a> {
    pub(super) data_licence: Option<Text<'a>>,
    pub(super) contexts: Texts<'a>,
    pub(super) roots: Texts<'a>,
    pub(super) imports: Option<Vec<Import<'a>>>,
    pub(super) relation: Option<Text<'a>>,
    pub(super) from: Texts<'a>,
    pub(super) to: Texts<'a>,
    pub(super) completeness: Option<Text<'a>>,
    pub(super) expression: Option<Text<'a>>,
    pub(super) subject: Texts<'a>,
    pub(super) statement: Option<Text<'a>>,
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
            "summary" => text(&mut self.summary, map, &spot.key("summary")),
            "description" => text(&mut self.description, map, &spot.key("description")),
            "comment" => text(&mut self.comment, map, &spot.key("comment")),
            "creationInfo" => object_or_text(
                &mut self.creation,
                &mut self.creation_id,
                (map, &spot.key("creationInfo")),
            ),
            "verifiedUsing" => list(&mut self.hashes, map, &spot.key("verifiedUsing")),
            // writers that take the plural of other formats
            "externalIdentifier" | "externalIdentifiers" => {
                list(&mut self.identifiers, map, &spot.key("externalIdentifier"))
            }
            "externalRef" => list(&mut self.references, map, &spot.key("externalRef")),
            "specVersion" | "created" | "createdBy" | "createdUsing" => {
                self.own_creation.field(key, map, spot)
            }
            "dataLicense"
            | "software_sbomType"
            | "rootElement"
            | "import"
            | "relationshipType"
            | "from"
            | "to"
            | "completeness"
            | "simplelicensing_licenseExpression"
            | "subject"
            | "statement" => self.says.field(key, map, spot),
            // writers that forget the profile's prefix
            _ => self.artifact.field(key.strip_prefix("software_").unwrap_or(key), map, spot),
        }
    }
}

fields!(Artifact {
    "packageVersion" => text version,
    "packageUrl" => text purl,
    "primaryPurpose" => text purpose,
    "additionalPurpose" => texts purposes,
    "copyrightText" => text copyright,
    "downloadLocation" => text download,
    "homePage" => text homepage,
    "sourceInfo" => text source_info,
    "contentIdentifier" => list contents,
    "suppliedBy" => ids supplied,
    "originatedBy" => ids originated,
    "releaseTime" => text released,
    "validUntilTime" => text valid_until,
    "supportLevel" => texts support,
    "snippetFromFile" => text file,
});

fields!(Says {
    "dataLicense" => text data_licence,
    "software_sbomType" => texts contexts,
    "rootElement" => ids roots,
    "import" => list imports,
    "relationshipType" => text relation,
    "from" => ids from,
    "to" => ids to,
    "completeness" => text completeness,
    "simplelicensing_licenseExpression" => text expression,
    "subject" => ids subject,
    "statement" => text statement,
});

/// `CreationInfo`.
#[derive(Default)]
pub(super) struct Creation<'a> {
    pub(super) spec_version: Option<Text<'a>>,
    pub(super) created: Option<Text<'a>>,
    pub(super) by: Texts<'a>,
    pub(super) using: Texts<'a>,
}

fields!(Creation {
    "specVersion" => text spec_version,
    "created" => text created,
    "createdBy" => ids by,
    "createdUsing" => ids using,
});

/// `Hash`, and other methods of verification, which have no algorithm.
#[derive(Default)]
pub(super) struct Hash<'a> {
    pub(super) algorithm: Option<Text<'a>>,
    pub(super) value: Option<Text<'a>>,
}

fields!(Hash { "algorithm" => text algorithm, "hashValue" => text value });

/// `ExternalIdentifier`.
#[derive(Default)]
pub(super) struct Identifier<'a> {
    pub(super) kind: Option<Text<'a>>,
    pub(super) value: Option<Text<'a>>,
}

fields!(Identifier { "externalIdentifierType" => text kind, "identifier" => text value });

/// `ContentIdentifier`.
#[derive(Default)]
pub(super) struct ContentIdentifier<'a> {
    pub(super) kind: Option<Text<'a>>,
    pub(super) value: Option<Text<'a>>,
}

fields!(ContentIdentifier {
    "software_contentIdentifierType" => text kind,
    "software_contentIdentifierValue" => text value,
});

/// `ExternalRef`.
#[derive(Default)]
pub(super) struct Reference<'a> {
    pub(super) kind: Option<Text<'a>>,
    pub(super) locators: Texts<'a>,
}

fields!(Reference { "externalRefType" => text kind, "locator" => texts locators });

/// `ExternalMap`: an element that another document holds.
#[derive(Default)]
pub(super) struct Import<'a> {
    pub(super) id: Option<Text<'a>>,
}

fields!(Import { "externalSpdxId" => text id });
