//! Reads the two files by which a JAR tells what it is, given without the JAR: `pom.properties`, as
//! Maven Archiver writes it to `META-INF/maven/GROUP/ARTIFACT`, and `MANIFEST.MF` (JAR File
//! Specification, "JAR Manifest").
//!
//! The first names a Maven package. A manifest names a bundle or a title, which is no identity that
//! advisories know: its component is never evaluated, a likely package URL is a hint and no more.

use super::document::{About, Declared, Document, ReadError};
use super::misfits::{at, numbered};
use super::pom;
use crate::inventory::{Format, NotEvaluated, Reason};

/// The keys of a `pom.properties`. Files with others are somebody's own.
const KEYS: [&str; 3] = ["groupId", "artifactId", "version"];

/// Whether a text is a `pom.properties`: it has these three keys and no others but those of m2e.
#[must_use]
pub fn is_pom_properties(text: &str) -> bool {
    let mut found = [false; KEYS.len()];
    for (_, line) in numbered(text) {
        match pair(line) {
            Pair::Nothing => {}
            Pair::Misfit => return false,
            Pair::Of(key, _) => match KEYS.iter().position(|known| *known == key) {
                Some(at) => found[at] = true,
                None if key.starts_with("m2e.") => {}
                None => return false,
            },
        }
    }
    found == [true; KEYS.len()]
}

/// Whether a text is a manifest: its first line says so.
#[must_use]
pub fn is_manifest(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').starts_with("Manifest-Version:")
}

/// A line of a properties file.
enum Pair<'a> {
    /// Blank, or a comment.
    Nothing,
    Of(&'a str, &'a str),
    Misfit,
}

fn pair(line: &str) -> Pair<'_> {
    let line = line.trim();
    if line.is_empty() || line.starts_with(['#', '!']) {
        return Pair::Nothing;
    }
    let found = line.split_once(['=', ':']);
    found.map_or(Pair::Misfit, |(key, value)| Pair::Of(key.trim_end(), value.trim_start()))
}

/// Reads a `pom.properties`.
///
/// # Errors
/// When a name is empty.
pub fn read_pom_properties(text: &str) -> Result<Document, ReadError> {
    let mut values = [""; KEYS.len()];
    let mut position = at(1);
    for (number, line) in numbered(text) {
        let Pair::Of(key, value) = pair(line) else { continue };
        if let Some(slot) = KEYS.iter().position(|known| *known == key) {
            values[slot] = value;
            if key == "version" {
                position = at(number);
            }
        }
    }
    let [group, artifact, version] = values;
    if group.is_empty() || artifact.is_empty() {
        return Err(ReadError::new("is a pom.properties without groupId or artifactId"));
    }
    let version = Some(version).filter(|version| !version.is_empty());
    let component = Declared {
        reference: Some(format!("{group}:{artifact}")),
        group: Some(group.to_owned()),
        name: artifact.to_owned(),
        version: version.map(str::to_owned),
        purls: vec![pom::purl([group, artifact, "jar", ""], version)],
        position,
        ..Declared::default()
    };
    Ok(document(Format::PomProperties, None, component))
}

/// Reads the main section of a manifest.
///
/// # Errors
/// When it names nothing.
pub fn read_manifest(text: &str) -> Result<Document, ReadError> {
    let attributes = main_section(text);
    let value = |key: &str| {
        let found = attributes.iter().find(|attribute| attribute.key.eq_ignore_ascii_case(key));
        found.map(|found| (found.value.trim(), found.line)).filter(|(value, _)| !value.is_empty())
    };
    let first = |keys: &[&str]| keys.iter().find_map(|key| value(key));
    let names =
        ["Bundle-SymbolicName", "Automatic-Module-Name", "Implementation-Title", "Bundle-Name"];
    let Some((name, line)) = first(&names) else {
        return Err(ReadError::foreign("is a JAR manifest that does not say what the JAR is"));
    };
    // directives stand behind the name: a.b;singleton:=true
    let name = name.split(';').next().unwrap_or(name).trim();
    let version = first(&["Bundle-Version", "Implementation-Version", "Specification-Version"]);
    let component = Declared {
        name: name.to_owned(),
        version: version.map(|(version, _)| version.to_owned()),
        position: at(line),
        not_evaluated: Some(Box::new(NotEvaluated::because(
            Reason::NoIdentifier,
            "a manifest names no package that advisories know",
        ))),
        ..Declared::default()
    };
    let spec_version = value("Manifest-Version").map(|(version, _)| version.to_owned());
    Ok(document(Format::JarManifest, spec_version, component))
}

fn document(format: Format, spec_version: Option<String>, component: Declared) -> Document {
    Document {
        spec_version,
        about: About::Listed(0),
        components: vec![component],
        ..Document::new(format)
    }
}

/// `Key: value`, with the line where it begins.
struct Attribute {
    key: String,
    value: String,
    line: u32,
}

/// The attributes before the first blank line; a line that begins with a space goes on.
fn main_section(text: &str) -> Vec<Attribute> {
    let mut attributes: Vec<Attribute> = Vec::new();
    for (line, content) in numbered(text).take_while(|(_, line)| !line.is_empty()) {
        if let Some(more) = content.strip_prefix(' ') {
            attributes.iter_mut().last().into_iter().for_each(|one| one.value.push_str(more));
        } else if let Some((key, value)) = content.split_once(':') {
            let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
            attributes.push(Attribute { key: key.to_owned(), value, line });
        }
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROPERTIES: &str = "#Generated by Maven\n#Fri Nov 12 10:00:00 UTC 2021\nversion=2.14.1\n\
                              groupId=org.apache.logging.log4j\nartifactId=log4j-core\n";

    #[test]
    fn properties_name_a_maven_package() {
        assert!(is_pom_properties(PROPERTIES));
        let document = read_pom_properties(PROPERTIES).unwrap();
        let component = &document.components[0];
        assert_eq!(component.purls, ["pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"]);
        assert_eq!(component.position, at(3));
        assert!(is_pom_properties("groupId=g\nartifactId=a\nversion=1\nm2e.projectName=a\n"));
    }

    #[test]
    fn other_properties_are_not_taken() {
        for text in [
            "groupId=g\nartifactId=a\n",
            "groupId=g\nartifactId=a\nversion=1\nurl=x\n",
            "groupId=g\nartifactId=a\nversion=1\nprose\n",
            "version: 1\n",
            "",
        ] {
            assert!(!is_pom_properties(text), "{text}");
        }
        let nameless = read_pom_properties("groupId=\nartifactId=a\nversion=1\n").unwrap_err();
        assert_eq!(nameless.cause, "is a pom.properties without groupId or artifactId");
    }

    #[test]
    fn a_manifest_names_a_component_that_is_not_evaluated() {
        let text = "Manifest-Version: 1.0\r\nBundle-SymbolicName: org.apache.logging.lo\r\n \
                    g4j.core;singleton:=true\r\nBundle-Version: 2.14.1\r\n\r\nName: a/\r\n\
                    Bundle-SymbolicName: no\r\n";
        assert!(is_manifest(text));
        let document = read_manifest(text).unwrap();
        let component = &document.components[0];
        assert_eq!(component.name, "org.apache.logging.log4j.core");
        assert_eq!(component.version.as_deref(), Some("2.14.1"));
        assert_eq!(component.position, at(2));
        assert_eq!(component.not_evaluated.as_ref().unwrap().reason, Reason::NoIdentifier);
        assert_eq!(document.spec_version.as_deref(), Some("1.0"));
    }

    #[test]
    fn a_manifest_that_names_nothing_is_no_document() {
        let error = read_manifest("Manifest-Version: 1.0\nCreated-By: 11\n").unwrap_err();
        assert_eq!(error.cause, "is a JAR manifest that does not say what the JAR is");
    }
}
