//! The fields of SPDX 2.0 to 2.3 that are judged, whichever spelling they stand in. Names are those of
//! the JSON schema.

use std::borrow::Cow;

use serde::de::MapAccess;

use crate::ingest::json::lenient::{Fields, Text, fields, ignore, list, object, text, texts};
use crate::ingest::json::remarks::Spot;

type Texts<'a> = Option<Vec<Cow<'a, str>>>;

/// The document.
#[derive(Default)]
pub(super) struct Spdx<'a> {
    pub(super) version: Option<Text<'a>>,
    pub(super) id: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
    pub(super) licence: Option<Text<'a>>,
    pub(super) namespace: Option<Text<'a>>,
    pub(super) comment: Option<Text<'a>>,
    pub(super) creation: Option<Creation<'a>>,
    pub(super) described: Texts<'a>,
    pub(super) packages: Option<Vec<Package<'a>>>,
    pub(super) files: Option<Vec<File<'a>>>,
    pub(super) snippets: Option<Vec<Snippet<'a>>>,
    pub(super) relationships: Option<Vec<Relationship<'a>>>,
}

fields!(Spdx {
    "spdxVersion" => text version,
    "SPDXID" => text id,
    "name" => text name,
    "dataLicense" => text licence,
    "documentNamespace" => text namespace,
    "comment" => text comment,
    "creationInfo" => object creation,
    "documentDescribes" => texts described,
    "packages" => list packages,
    "files" => list files,
    "snippets" => list snippets,
    "relationships" => list relationships,
});

/// `creationInfo` (clause 6).
#[derive(Default)]
pub(super) struct Creation<'a> {
    pub(super) created: Option<Text<'a>>,
    pub(super) creators: Texts<'a>,
    pub(super) comment: Option<Text<'a>>,
}

fields!(Creation {
    "created" => text created,
    "creators" => texts creators,
    "comment" => text comment,
});

/// A package (clause 7).
#[derive(Default)]
pub(super) struct Package<'a> {
    pub(super) id: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
    pub(super) version: Option<Text<'a>>,
    pub(super) filename: Option<Text<'a>>,
    pub(super) supplier: Option<Text<'a>>,
    pub(super) originator: Option<Text<'a>>,
    pub(super) download: Option<Text<'a>>,
    pub(super) checksums: Option<Vec<Checksum<'a>>>,
    pub(super) homepage: Option<Text<'a>>,
    pub(super) source_info: Option<Text<'a>>,
    pub(super) concluded: Option<Text<'a>>,
    pub(super) declared: Option<Text<'a>>,
    pub(super) licence_comments: Option<Text<'a>>,
    pub(super) copyright: Option<Text<'a>>,
    pub(super) summary: Option<Text<'a>>,
    pub(super) description: Option<Text<'a>>,
    pub(super) comment: Option<Text<'a>>,
    pub(super) references: Option<Vec<ExternalRef<'a>>>,
    pub(super) annotations: Option<Vec<Annotation<'a>>>,
    pub(super) purpose: Option<Text<'a>>,
    pub(super) released: Option<Text<'a>>,
    pub(super) valid_until: Option<Text<'a>>,
    /// Until 2.2.
    pub(super) files: Texts<'a>,
}

fields!(Package {
    "SPDXID" => text id,
    "name" => text name,
    "versionInfo" => text version,
    "packageFileName" => text filename,
    "supplier" => text supplier,
    "originator" => text originator,
    "downloadLocation" => text download,
    "checksums" => list checksums,
    "homepage" => text homepage,
    "sourceInfo" => text source_info,
    "licenseConcluded" => text concluded,
    "licenseDeclared" => text declared,
    "licenseComments" => text licence_comments,
    "copyrightText" => text copyright,
    "summary" => text summary,
    "description" => text description,
    "comment" => text comment,
    "externalRefs" => list references,
    "annotations" => list annotations,
    "primaryPackagePurpose" => text purpose,
    "releaseDate" => text released,
    "validUntilDate" => text valid_until,
    "hasFiles" => texts files,
});

/// A checksum.
#[derive(Default)]
pub(super) struct Checksum<'a> {
    pub(super) algorithm: Option<Text<'a>>,
    pub(super) value: Option<Text<'a>>,
}

fields!(Checksum { "algorithm" => text algorithm, "checksumValue" => text value });

/// An external reference (clause 7.21).
#[derive(Default)]
pub(super) struct ExternalRef<'a> {
    pub(super) kind: Option<Text<'a>>,
    pub(super) locator: Option<Text<'a>>,
}

fields!(ExternalRef { "referenceType" => text kind, "referenceLocator" => text locator });

/// An annotation (clause 12).
#[derive(Default)]
pub(super) struct Annotation<'a> {
    pub(super) comment: Option<Text<'a>>,
}

fields!(Annotation { "comment" => text comment });

/// A file (clause 8).
#[derive(Default)]
pub(super) struct File<'a> {
    pub(super) id: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
    pub(super) checksums: Option<Vec<Checksum<'a>>>,
    pub(super) concluded: Option<Text<'a>>,
    /// What stands in it.
    pub(super) found: Texts<'a>,
    pub(super) copyright: Option<Text<'a>>,
    pub(super) comment: Option<Text<'a>>,
}

fields!(File {
    "SPDXID" => text id,
    "fileName" => text name,
    "checksums" => list checksums,
    "licenseConcluded" => text concluded,
    "licenseInfoInFiles" => texts found,
    "copyrightText" => text copyright,
    "comment" => text comment,
});

/// A snippet (clause 9).
#[derive(Default)]
pub(super) struct Snippet<'a> {
    pub(super) id: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
    pub(super) file: Option<Text<'a>>,
    pub(super) concluded: Option<Text<'a>>,
    pub(super) copyright: Option<Text<'a>>,
    pub(super) comment: Option<Text<'a>>,
}

fields!(Snippet {
    "SPDXID" => text id,
    "name" => text name,
    "snippetFromFile" => text file,
    "licenseConcluded" => text concluded,
    "copyrightText" => text copyright,
    "comment" => text comment,
});

/// A relationship (clause 11).
#[derive(Default)]
pub(super) struct Relationship<'a> {
    pub(super) from: Option<Text<'a>>,
    pub(super) kind: Option<Text<'a>>,
    pub(super) to: Option<Text<'a>>,
}

fields!(Relationship {
    "spdxElementId" => text from,
    "relationshipType" => text kind,
    "relatedSpdxElement" => text to,
});
