//! The kinds of documents that are read, and their names in reports.

use std::fmt;

/// A kind of document that bomvet reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// CycloneDX in JSON, 1.2 and later.
    CycloneDxJson,
    /// CycloneDX in XML, 1.0 and later.
    CycloneDxXml,
    /// CycloneDX in YAML, as some tools write it.
    CycloneDxYaml,
    /// CycloneDX in Protocol Buffers, 1.3 and later.
    CycloneDxProtobuf,
    /// SPDX 2.x in JSON.
    SpdxJson,
    /// SPDX 3.0 in JSON-LD.
    Spdx3Json,
    /// SPDX 2.x in YAML.
    SpdxYaml,
    /// SPDX 2.x in RDF/XML.
    SpdxRdf,
    /// SPDX 2.x as tag-value text.
    SpdxTagValue,
    /// Syft's own JSON.
    SyftJson,
    /// Trivy's own JSON, with its packages.
    TrivyJson,
    /// A Maven project description.
    MavenPom,
    /// A jar, war, ear or aar, with the archives in it.
    JavaArchive,
    /// A Gradle lockfile.
    GradleLockfile,
    /// What `mvn dependency:tree` prints.
    MavenTree,
    /// What `mvn dependency:list` prints.
    MavenList,
    /// A `pom.properties` such as Maven puts into a JAR.
    PomProperties,
    /// The `MANIFEST.MF` of a JAR.
    JarManifest,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CycloneDxJson => "cyclonedx-json",
            Self::CycloneDxXml => "cyclonedx-xml",
            Self::CycloneDxYaml => "cyclonedx-yaml",
            Self::CycloneDxProtobuf => "cyclonedx-protobuf",
            Self::SpdxJson => "spdx-json",
            Self::Spdx3Json => "spdx3-json",
            Self::SpdxYaml => "spdx-yaml",
            Self::SpdxRdf => "spdx-rdf",
            Self::SpdxTagValue => "spdx-tag-value",
            Self::SyftJson => "syft-json",
            Self::TrivyJson => "trivy-json",
            Self::MavenPom => "maven-pom",
            Self::JavaArchive => "java-archive",
            Self::GradleLockfile => "gradle-lockfile",
            Self::MavenTree => "maven-tree",
            Self::MavenList => "maven-list",
            Self::PomProperties => "pom-properties",
            Self::JarManifest => "jar-manifest",
        })
    }
}
