//! Names of things: a release of a project, and one of its files.

use std::fmt;

/// Group, artifact and version: one release, whose POM lies in one place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Coordinates {
    /// `groupId`.
    pub group: String,
    /// `artifactId`.
    pub artifact: String,
    /// `version`.
    pub version: String,
}

impl fmt::Display for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.group, self.artifact, self.version)
    }
}

impl Coordinates {
    /// Whether each part can be part of a path and stay below the repository. The texts come from
    /// documents that nobody vouches for.
    #[must_use]
    pub fn are_harmless(&self) -> bool {
        let harmless = |part: &str| {
            let odd = |c: char| matches!(c, '/' | '\\' | ':' | '$' | '*' | '"') || c <= ' ';
            !part.is_empty() && part != "." && !part.contains("..") && !part.contains(odd)
        };
        [&self.group, &self.artifact, &self.version].into_iter().all(|part| harmless(part))
            && !self.group.starts_with('.')
            && !self.group.ends_with('.')
    }

    /// Where a repository keeps the POM: `g/roup/artifact/version/artifact-version.pom`.
    #[must_use]
    pub fn place(&self) -> String {
        let Self { group, artifact, version } = self;
        format!("{}/{artifact}/{version}/{artifact}-{version}.pom", group.replace('.', "/"))
    }

    /// Whether the version is a snapshot's.
    #[must_use]
    pub fn is_snapshot(&self) -> bool {
        self.version.ends_with("SNAPSHOT")
    }
}

/// One file of a release.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Artifact {
    /// `groupId`.
    pub group: String,
    /// `artifactId`.
    pub artifact: String,
    /// The file's extension; not the type, which may mean another one.
    pub extension: String,
    /// The classifier, empty for the main file.
    pub classifier: String,
    /// The version, or what is asked of it.
    pub version: String,
}

impl Artifact {
    /// What is chosen once in a build: all but the version.
    #[must_use]
    pub fn key(&self) -> [&str; 4] {
        [&self.group, &self.artifact, &self.extension, &self.classifier].map(String::as_str)
    }

    /// The release it belongs to.
    #[must_use]
    pub fn coordinates(&self) -> Coordinates {
        Coordinates {
            group: self.group.clone(),
            artifact: self.artifact.clone(),
            version: self.version.clone(),
        }
    }
}

impl fmt::Display for Artifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.group, self.artifact, self.extension)?;
        if !self.classifier.is_empty() {
            write!(f, ":{}", self.classifier)?;
        }
        write!(f, ":{}", self.version)
    }
}

/// The extension and the classifier of a type (the artifact handlers of Maven 3). A classifier that
/// is written, even an empty one, wins over that of the type.
pub(super) fn file_of_type(kind: &str, classifier: Option<&str>) -> (String, String) {
    let (extension, implied) = match kind {
        "maven-plugin" | "ejb" => ("jar", ""),
        "ejb-client" => ("jar", "client"),
        "test-jar" => ("jar", "tests"),
        "javadoc" => ("jar", "javadoc"),
        "java-source" => ("jar", "sources"),
        other => (other, ""),
    };
    (extension.to_owned(), classifier.unwrap_or(implied).to_owned())
}

/// Whether a type carries its dependencies inside: nothing below it is looked at.
pub(super) fn holds_its_dependencies(kind: &str) -> bool {
    ["war", "ear", "rar", "par"].contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_that_would_leave_the_repository_are_told_apart() {
        let of = |group: &str, artifact: &str, version: &str| Coordinates {
            group: group.to_owned(),
            artifact: artifact.to_owned(),
            version: version.to_owned(),
        };
        assert!(of("org.apache.logging", "log4j_core-2", "1.0-beta+1").are_harmless());
        for odd in [
            of("..", "a", "1"),
            of("g", "../../etc", "1"),
            of("g", "a", "1/../2"),
            of("g", "a\\b", "1"),
            of("g", "C:", "1"),
            of("g", "", "1"),
            of("g", "a", "${v}"),
            of(".g", "a", "1"),
        ] {
            assert!(!odd.are_harmless(), "{odd}");
        }
    }

    #[test]
    fn a_type_is_a_file_with_an_extension_and_a_classifier() {
        let of = |kind, classifier| file_of_type(kind, classifier);
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(of("test-jar", None), pair("jar", "tests"));
        assert_eq!(of("test-jar", Some("x")), pair("jar", "x"));
        assert_eq!(of("bundle", None), pair("bundle", ""));
    }
}
