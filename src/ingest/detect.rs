//! The format of a text, found from its content alone.
//!
//! File names lie: `.spdx` files hold JSON, `.rdf` files hold tag-value text. Only what decides the
//! reader is found out here; which JSON document it is, its reader says, because the key that tells
//! may be the last of the file.

use super::document::ReadError;
use super::{gradle, maven_output, properties};

/// Which reader a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Some JSON document.
    Json,
    /// XML with the root element `bom`.
    CycloneDxXml,
    /// XML with the root element `project`.
    MavenPom,
    /// XML with the root element `RDF`.
    SpdxRdf,
    /// SPDX 2.x tag-value text.
    TagValue,
    /// SPDX 2.x or CycloneDX in YAML.
    Yaml,
    /// A Gradle lockfile.
    GradleLockfile,
    /// What `mvn dependency:tree` or `dependency:list` prints.
    MavenOutput,
    /// Maven's `pom.properties`.
    PomProperties,
    /// A JAR's `MANIFEST.MF`.
    JarManifest,
}

/// Finds out which reader a text is for.
///
/// # Errors
/// When the text is in a format that is known but not read, or in none that is known.
pub fn shape(text: &str) -> Result<Shape, ReadError> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.as_bytes().first() {
        Some(b'[') if is_log(text) => line_shape(text),
        Some(b'{' | b'[') => Ok(Shape::Json),
        Some(b'<') => xml_shape(text),
        _ => line_shape(text),
    }
}

/// Whether a text begins like a line of Maven's log and not like a JSON list.
fn is_log(text: &str) -> bool {
    ["[INFO]", "[WARNING]", "[ERROR]", "[DEBUG]", "[\u{1b}"]
        .iter()
        .any(|level| text.starts_with(level))
}

fn xml_shape(text: &str) -> Result<Shape, ReadError> {
    let name =
        root_name(text).ok_or_else(|| ReadError::foreign("is XML without a root element"))?;
    match name.rsplit(':').next().unwrap_or(name) {
        "bom" => Ok(Shape::CycloneDxXml),
        "project" => Ok(Shape::MavenPom),
        "RDF" => Ok(Shape::SpdxRdf),
        "Document" => {
            Err(ReadError::new("is SPDX XML, which is not supported; convert it to SPDX JSON"))
        }
        "graphml" => Err(ReadError::foreign(maven_output::refusal("GraphML"))),
        _ => Err(ReadError::foreign(format!(
            "is XML with the root element <{}>, which is no bill of materials",
            shortened(name)
        ))),
    }
}

/// The name of the root element, behind declaration, comments, instructions and document type.
fn root_name(mut text: &str) -> Option<&str> {
    loop {
        text = text.trim_start();
        text = if let Some(comment) = text.strip_prefix("<!--") {
            comment.split_once("-->")?.1
        } else if let Some(instruction) = text.strip_prefix("<?") {
            instruction.split_once("?>")?.1
        } else if let Some(document_type) = text.strip_prefix("<!") {
            behind_document_type(document_type)?
        } else {
            break;
        };
    }
    let name = text.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<'))?;
    (end > 0).then(|| &name[..end])
}

/// What follows `<!DOCTYPE …>`, whose internal subset stands in brackets and has `>` of its own.
fn behind_document_type(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'>' if depth == 0 => return text.get(at + 1..),
            _ => {}
        }
    }
    None
}

fn line_shape(text: &str) -> Result<Shape, ReadError> {
    for line in text.lines() {
        let key = line.split_once(':').map_or("", |(key, _)| key.trim());
        match key.trim_matches(['"', '\'']) {
            "SPDXVersion" => return Ok(Shape::TagValue),
            "spdxVersion" | "bomFormat" => return Ok(Shape::Yaml),
            _ => {}
        }
    }
    if properties::is_manifest(text) {
        return Ok(Shape::JarManifest);
    }
    if properties::is_pom_properties(text) {
        return Ok(Shape::PomProperties);
    }
    if gradle::is_lockfile(text) {
        return Ok(Shape::GradleLockfile);
    }
    if maven_output::is_maven_output(text) {
        return Ok(Shape::MavenOutput);
    }
    if let Some(form) = maven_output::other_form(text) {
        return Err(ReadError::new(maven_output::refusal(form)));
    }
    Err(ReadError::foreign("is no bill of materials: neither JSON, XML, YAML nor SPDX tag-value"))
}

/// A name from a foreign text, short enough for an error and without control characters.
fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(text: &str) -> String {
        shape(text).unwrap_err().cause
    }

    #[test]
    fn an_object_or_a_list_is_json_whatever_it_holds() {
        assert_eq!(shape("\n {\"a\":1}"), Ok(Shape::Json));
        assert_eq!(shape("[{}]"), Ok(Shape::Json));
        assert_eq!(shape("\u{feff}{"), Ok(Shape::Json));
    }

    #[test]
    fn the_local_name_of_the_root_element_decides() {
        assert_eq!(shape("<bom/>"), Ok(Shape::CycloneDxXml));
        assert_eq!(shape("<c:bom xmlns:c='x'>"), Ok(Shape::CycloneDxXml));
        assert_eq!(shape("<rdf:RDF xmlns:rdf='x'>"), Ok(Shape::SpdxRdf));
        assert_eq!(shape("<project>\n"), Ok(Shape::MavenPom));
        assert_eq!(
            shape("<project xmlns=\"http://maven.apache.org/POM/4.0.0\">"),
            Ok(Shape::MavenPom)
        );
    }

    #[test]
    fn what_stands_before_the_root_element_is_skipped_whatever_its_length() {
        let licence = "<project> is not the root ".repeat(2000);
        let text = format!(
            "<?xml version='1.0'?>\n<!--{licence}-->\n<?style a>b?><!DOCTYPE b [<!ENTITY c '>'>]>\n<bom>"
        );
        assert_eq!(shape(&text), Ok(Shape::CycloneDxXml));
    }

    #[test]
    fn formats_that_are_known_but_not_read_are_named() {
        assert_eq!(
            cause("<Document>"),
            "is SPDX XML, which is not supported; convert it to SPDX JSON"
        );
    }

    #[test]
    fn other_xml_is_refused_with_its_root() {
        assert_eq!(
            cause("<!DOCTYPE html><html>"),
            "is XML with the root element <html>, which is no bill of materials"
        );
        assert_eq!(cause("<?xml version='1.0'?>"), "is XML without a root element");
        assert_eq!(cause("<!-- bom "), "is XML without a root element");
        assert_eq!(cause("<"), "is XML without a root element");
    }

    #[test]
    fn a_version_line_makes_tag_value_wherever_it_stands() {
        assert_eq!(shape("SPDXVersion: SPDX-2.3\r\n"), Ok(Shape::TagValue));
        let late = format!("{}SPDXVersion : SPDX-2.2", "# a comment: long\n".repeat(1000));
        assert_eq!(shape(&late), Ok(Shape::TagValue));
    }

    #[test]
    fn a_key_of_a_marker_makes_yaml() {
        let spdx = "---\nSPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\n";
        assert_eq!(shape(spdx), Ok(Shape::Yaml));
        assert_eq!(shape("\"bomFormat\": CycloneDX\n"), Ok(Shape::Yaml));
    }

    #[test]
    fn other_text_is_refused() {
        assert_eq!(
            cause("log4j-core 2.14.1\nsee SPDXVersion: none"),
            "is no bill of materials: neither JSON, XML, YAML nor SPDX tag-value"
        );
    }
}
