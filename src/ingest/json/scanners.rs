//! The keys of what scanners write for themselves: Syft's and Trivy's own JSON.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::lenient::{
    Fields, Text, fields, ignore, list, object, object_or_text, scalar, text, texts,
};
use super::remarks::Spot;

/// A package that Syft found.
#[derive(Default)]
pub(in crate::ingest) struct Artifact<'a> {
    /// Its id, since schema 1.1.
    pub(in crate::ingest) id: Option<Text<'a>>,
    /// Name.
    pub(in crate::ingest) name: Option<Text<'a>>,
    /// Version.
    pub(in crate::ingest) version: Option<Text<'a>>,
    /// Package URL; empty where Syft knows none.
    pub(in crate::ingest) purl: Option<Text<'a>>,
    /// What the ecosystem says of it.
    pub(in crate::ingest) metadata: Option<Metadata<'a>>,
}

fields!(Artifact {
    "id" => text id,
    "name" => text name,
    "version" => text version,
    "purl" => text purl,
    "metadata" => object metadata,
});

/// What stands in an archive of Java.
#[derive(Default)]
pub(in crate::ingest) struct Metadata<'a> {
    /// `pom.properties`.
    pub(in crate::ingest) pom: Option<PomProperties<'a>>,
}

fields!(Metadata { "pomProperties" => object pom });

/// Maven's own words about an archive.
#[derive(Default)]
pub(in crate::ingest) struct PomProperties<'a> {
    /// Group.
    pub(in crate::ingest) group: Option<Text<'a>>,
    /// Artifact.
    pub(in crate::ingest) artifact: Option<Text<'a>>,
}

fields!(PomProperties { "groupId" => text group, "artifactId" => text artifact });

/// How two things that Syft found belong together.
#[derive(Default)]
pub(in crate::ingest) struct ArtifactRelationship<'a> {
    /// The left side.
    pub(in crate::ingest) parent: Option<Text<'a>>,
    /// The right side.
    pub(in crate::ingest) child: Option<Text<'a>>,
    /// `dependency-of`, `contains` …
    pub(in crate::ingest) kind: Option<Text<'a>>,
}

fields!(ArtifactRelationship { "parent" => text parent, "child" => text child, "type" => text kind });

/// What Syft looked at.
#[derive(Default)]
pub(in crate::ingest) struct Source<'a> {
    /// Its id, since schema 3.
    pub(in crate::ingest) id: Option<Text<'a>>,
    /// Name, since schema 9.
    pub(in crate::ingest) name: Option<Text<'a>>,
    /// Version.
    pub(in crate::ingest) version: Option<Text<'a>>,
    /// Until schema 8: what was looked at, with its properties; a folder by its path alone.
    pub(in crate::ingest) target: Option<Target<'a>>,
    /// The path of a folder.
    pub(in crate::ingest) path: Option<Text<'a>>,
}

impl<'de> Fields<'de> for Source<'de> {
    fn field<A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
        spot: &Spot<'_>,
    ) -> Result<(), A::Error> {
        match key {
            "id" => text(&mut self.id, map, &spot.key("id")),
            "name" => text(&mut self.name, map, &spot.key("name")),
            "version" => text(&mut self.version, map, &spot.key("version")),
            "target" => {
                object_or_text(&mut self.target, &mut self.path, (map, &spot.key("target")))
            }
            _ => ignore(map),
        }
    }
}

/// An image that Syft looked at.
#[derive(Default)]
pub(in crate::ingest) struct Target<'a> {
    /// What was typed to name it.
    pub(in crate::ingest) typed: Option<Text<'a>>,
}

fields!(Target { "userInput" => text typed });

/// Which program wrote a document.
#[derive(Default)]
pub(in crate::ingest) struct Descriptor<'a> {
    /// `syft`.
    pub(in crate::ingest) name: Option<Text<'a>>,
}

fields!(Descriptor { "name" => text name });

/// The shape of a document that Syft wrote.
#[derive(Default)]
pub(in crate::ingest) struct Schema<'a> {
    /// `16.0.3`.
    pub(in crate::ingest) version: Option<Text<'a>>,
}

fields!(Schema { "version" => text version });

/// One place where Trivy found packages or flaws.
#[derive(Default)]
pub(in crate::ingest) struct TrivyResult<'a> {
    /// A lockfile, an image with its system.
    pub(in crate::ingest) target: Option<Text<'a>>,
    /// `os-pkgs`, `lang-pkgs`, `secret` …
    pub(in crate::ingest) class: Option<Text<'a>>,
    /// `pom`, `npm`, `alpine` …
    pub(in crate::ingest) kind: Option<Text<'a>>,
    /// What is there; missing without `--list-all-pkgs`.
    pub(in crate::ingest) packages: Option<Vec<TrivyPackage<'a>>>,
    /// What is flawed, for whether there is something.
    pub(in crate::ingest) vulnerabilities: Option<Vec<Vulnerability>>,
}

fields!(TrivyResult {
    "Target" => text target,
    "Class" => text class,
    "Type" => text kind,
    "Packages" => list packages,
    "Vulnerabilities" => list vulnerabilities,
});

/// A package that Trivy found.
#[derive(Default)]
pub(in crate::ingest) struct TrivyPackage<'a> {
    /// `name@version`, by which its neighbours name it.
    pub(in crate::ingest) id: Option<Text<'a>>,
    /// Name; `group:artifact` for Maven.
    pub(in crate::ingest) name: Option<Text<'a>>,
    /// Version, for packages of a system without epoch and release.
    pub(in crate::ingest) version: Option<Text<'a>>,
    /// Release of a system's package.
    pub(in crate::ingest) release: Option<Text<'a>>,
    /// Epoch of a system's package.
    pub(in crate::ingest) epoch: Option<Text<'a>>,
    /// Whether only development needs it.
    pub(in crate::ingest) development: Option<Text<'a>>,
    /// Its package URL, since 0.49.
    pub(in crate::ingest) identifier: Option<TrivyIdentifier<'a>>,
    /// Ids of what it needs.
    pub(in crate::ingest) depends_on: Option<Vec<Cow<'a, str>>>,
}

fields!(TrivyPackage {
    "ID" => text id,
    "Name" => text name,
    "Version" => text version,
    "Release" => text release,
    "Epoch" => scalar epoch,
    "Dev" => scalar development,
    "Identifier" => object identifier,
    "DependsOn" => texts depends_on,
});

/// What names a package to others.
#[derive(Default)]
pub(in crate::ingest) struct TrivyIdentifier<'a> {
    /// Package URL.
    pub(in crate::ingest) purl: Option<Text<'a>>,
    /// A name of its own in the whole report.
    pub(in crate::ingest) unique: Option<Text<'a>>,
}

fields!(TrivyIdentifier { "PURL" => text purl, "UID" => text unique });

/// A flaw, of which nothing is read.
#[derive(Default)]
pub(in crate::ingest) struct Vulnerability;

impl<'de> Fields<'de> for Vulnerability {
    fn field<A: MapAccess<'de>>(
        &mut self,
        _: &str,
        map: &mut A,
        _: &Spot<'_>,
    ) -> Result<(), A::Error> {
        ignore(map)
    }
}
