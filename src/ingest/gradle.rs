//! Reads Gradle's lockfiles: one per project since Gradle 7, one per configuration before.
//!
//! The user manual, "Locking versions", describes them: comments begin with `#`, a line is
//! `group:artifact:version=configuration,configuration`, and `empty=` lists the configurations
//! without dependencies. In the older form a line has no configurations, for the file's name tells
//! the one. A lockfile says neither who brings a component in nor what the project is.

use super::document::{Declared, Document, ReadError};
use super::misfits::{Misfits, at, numbered};
use super::pom;
use crate::inventory::{Format, Scope};

/// What Gradle writes into the first line.
const HEADER: &str = "This is a Gradle generated file for dependency locking";

/// Whether a text is a lockfile: it says so in its first comment, or most of its lines are locks
/// with configurations.
#[must_use]
pub fn is_lockfile(text: &str) -> bool {
    let (mut locks, mut others) = (0_usize, 0_usize);
    for (_, line) in numbered(text) {
        match Line::of(line) {
            Line::Nothing if line.contains(HEADER) => return others == 0,
            Line::Lock(lock) if lock.configurations.is_some() => locks += 1,
            Line::Nothing | Line::Empty => {}
            Line::Lock(_) | Line::Misfit => others += 1,
        }
    }
    locks > others
}

/// Reads a lockfile.
///
/// # Errors
/// None: lines that are no locks are left out with a warning.
pub fn read(text: &str) -> Result<Document, ReadError> {
    let mut components = Vec::new();
    let mut misfits = Misfits::default();
    for (number, line) in numbered(text) {
        match Line::of(line) {
            Line::Nothing | Line::Empty => {}
            Line::Lock(lock) => components.push(lock.declared(number)),
            Line::Misfit => misfits.add(number),
        }
    }
    Ok(Document {
        components,
        warnings: misfits
            .warning("no group:artifact:version=configurations and left out")
            .into_iter()
            .collect(),
        ..Document::new(Format::GradleLockfile)
    })
}

/// What stands on a line.
enum Line<'a> {
    /// Nothing, or a comment.
    Nothing,
    /// The configurations without dependencies.
    Empty,
    Lock(Lock<'a>),
    Misfit,
}

/// One locked module.
struct Lock<'a> {
    group: &'a str,
    artifact: &'a str,
    version: &'a str,
    configurations: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Self::Nothing;
        }
        let (module, configurations) = match line.split_once('=') {
            Some(("empty", _)) => return Self::Empty,
            Some((module, configurations)) => (module, Some(configurations)),
            None => (line, None),
        };
        let mut parts = module.split(':');
        match [parts.next(), parts.next(), parts.next(), parts.next()] {
            [Some(group), Some(artifact), Some(version), None]
                if [group, artifact, version].into_iter().all(is_part)
                    && configurations.unwrap_or_default().split(',').all(is_configuration) =>
            {
                Self::Lock(Lock { group, artifact, version, configurations })
            }
            _ => Self::Misfit,
        }
    }
}

/// A part of a module's name: some characters, none of them a space or a mark of this format.
fn is_part(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "#,;/\\\"'(){}".contains(c);
    !text.is_empty() && !text.contains(odd)
}

fn is_configuration(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '$' | '@' | '+'))
}

impl Lock<'_> {
    fn declared(&self, line: u32) -> Declared {
        let Self { group, artifact, version, .. } = *self;
        Declared {
            reference: Some(format!("{group}:{artifact}:{version}")),
            group: Some(group.to_owned()),
            name: artifact.to_owned(),
            version: Some(version.to_owned()),
            purls: vec![pom::purl([group, artifact, "jar", ""], Some(version))],
            scope: self.configurations.and_then(scope),
            position: at(line),
            ..Declared::default()
        }
    }
}

/// What a configuration is for. The order is that of what counts more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    Build,
    Test,
    /// It may be delivered, so it is never taken for less.
    Unknown,
    Provided,
    Runtime,
    Compile,
}

/// The scope that several configurations make together: the one that counts most.
fn scope(configurations: &str) -> Option<Scope> {
    let names = configurations.split(',').filter(|name| !name.is_empty());
    match names.map(purpose).max()? {
        Purpose::Build => Some(Scope::Build),
        Purpose::Test => Some(Scope::Test),
        Purpose::Unknown => None,
        Purpose::Provided => Some(Scope::Provided),
        Purpose::Runtime => Some(Scope::Runtime),
        Purpose::Compile => Some(Scope::Compile),
    }
}

/// What a configuration is for, by the names that Gradle's Java, Kotlin and Android plugins give.
fn purpose(name: &str) -> Purpose {
    const BUILD: [&str; 9] = [
        "classpath",
        "annotationProcessor",
        "checkstyle",
        "codenarc",
        "jacocoAgent",
        "jacocoAnt",
        "pmd",
        "kapt",
        "ksp",
    ];
    let of_tests = name.starts_with("test") || name.contains("Test");
    if BUILD.contains(&name) || name.starts_with("kotlinCompiler") {
        Purpose::Build
    } else if of_tests {
        Purpose::Test
    } else if name.ends_with("AnnotationProcessor")
        || name.ends_with("AnnotationProcessorClasspath")
    {
        Purpose::Build
    } else if matches!(name, "runtimeClasspath" | "runtime" | "default")
        || name.ends_with("RuntimeClasspath")
    {
        Purpose::Runtime
    } else if matches!(name, "compileClasspath" | "compile") || name.ends_with("CompileClasspath") {
        Purpose::Compile
    } else if matches!(name, "compileOnly" | "providedCompile" | "providedRuntime") {
        Purpose::Provided
    } else {
        Purpose::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCKFILE: &str = "# This is a Gradle generated file for dependency locking.\r
# Manual edits can break the build and are not advised.\r
junit:junit:4.12=testCompileClasspath,testRuntimeClasspath\r
org.slf4j:slf4j-api:2.0.16=compileClasspath,runtimeClasspath,testRuntimeClasspath\r
this line is broken\r
empty=annotationProcessor,testAnnotationProcessor\r
";

    #[test]
    fn locks_are_components_and_the_rest_is_not() {
        let document = read(LOCKFILE).unwrap();
        let found: Vec<_> = document
            .components
            .iter()
            .map(|c| (c.purls[0].as_str(), c.scope, c.position))
            .collect();
        let expected = [
            ("pkg:maven/junit/junit@4.12", Some(Scope::Test), at(3)),
            ("pkg:maven/org.slf4j/slf4j-api@2.0.16", Some(Scope::Compile), at(4)),
        ];
        assert_eq!(found, expected);
        assert_eq!(document.warnings.len(), 1);
        assert_eq!(
            document.warnings[0].message,
            "line 5 is no group:artifact:version=configurations and left out"
        );
    }

    #[test]
    fn the_configuration_that_counts_most_makes_the_scope() {
        let cases = [
            ("runtimeClasspath,testRuntimeClasspath", Some(Scope::Runtime)),
            ("productionRuntimeClasspath", Some(Scope::Runtime)),
            ("releaseCompileClasspath,releaseRuntimeClasspath", Some(Scope::Compile)),
            ("testCompileClasspath,annotationProcessor", Some(Scope::Test)),
            ("debugAndroidTestRuntimeClasspath", Some(Scope::Test)),
            ("integrationTestCompileClasspath", Some(Scope::Test)),
            ("classpath", Some(Scope::Build)),
            ("kotlinCompilerPluginClasspathMain", Some(Scope::Build)),
            ("classpath,runtimeClasspath", Some(Scope::Runtime)),
            ("somethingOfOurs,testRuntimeClasspath", None),
            ("", None),
        ];
        for (configurations, expected) in cases {
            assert_eq!(scope(configurations), expected, "{configurations}");
        }
    }

    #[test]
    fn the_older_form_has_no_configurations_and_no_scope() {
        let text = format!("# {HEADER}.\norg.json:json:20220924\n");
        assert!(is_lockfile(&text));
        let document = read(&text).unwrap();
        assert_eq!(document.components[0].scope, None);
        assert_eq!(document.warnings, []);
    }

    #[test]
    fn the_content_tells_a_lockfile() {
        assert!(is_lockfile(LOCKFILE));
        assert!(is_lockfile("# Gradle\na.b:c:1=classpath\nempty=\n"));
        assert!(is_lockfile(&format!("# {HEADER}.\nempty=classpath\n")));
        for other in [
            "",
            "empty=\n",
            "a:b:1\nc:d:2\n",
            "groupId=a\nversion=1\n",
            "url=jdbc:db:x\nuser=me\n",
            "see \"# This is a Gradle generated file for dependency locking\"\n",
            "prose\n# This is a Gradle generated file for dependency locking\n",
            "one\ntwo\nthree\na:b:1=runtimeClasspath\n",
        ] {
            assert!(!is_lockfile(other), "{other}");
        }
    }
}
