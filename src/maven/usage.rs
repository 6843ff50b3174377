//! Who uses a property: every `${name}` in a POM, also in places that resolution never looks at.
//!
//! Whoever changes a property changes all of them. A reference in a comment is none.

use roxmltree::Node;

use super::parse::PomError;
use super::reader::{Reader, elements, read};

/// A place that refers to a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// The version of this group and artifact, as written: of a dependency, a plugin, an extension.
    VersionOf([String; 2]),
    /// Another property with this name.
    Property(String),
    /// Something else, at this line.
    Elsewhere(u32),
}

/// Finds what a POM does with a property.
///
/// # Errors
/// When the text is no XML.
pub fn uses(text: &str, property: &str) -> Result<Vec<Use>, PomError> {
    let references = [format!("${{{property}}}"), format!("${{.{property}}}")];
    let refers = |text: &str| references.iter().any(|reference| text.contains(reference));
    read(text, |reader, root| {
        let mut found = Vec::new();
        for node in root.descendants().filter(Node::is_element) {
            let in_text =
                node.children().any(|child| child.is_text() && child.text().is_some_and(refers));
            if in_text {
                found.push(reader.use_in(node, root));
            }
            if node.attributes().any(|attribute| refers(attribute.value())) {
                found.push(reader.elsewhere(node));
            }
        }
        Ok(found)
    })
}

impl Reader<'_> {
    fn elsewhere(&self, node: Node<'_, '_>) -> Use {
        Use::Elsewhere(self.lines.place(node.range().start).line)
    }

    fn use_in(&self, node: Node<'_, '_>, root: Node<'_, '_>) -> Use {
        let Some(parent) = node.parent_element() else { return self.elsewhere(node) };
        if self.is(parent, "properties") && is_section(parent, root) {
            return Use::Property(self.raw_name(node).to_owned());
        }
        let of = |name: &str| {
            let found = elements(parent).find(|element| self.is(*element, name))?;
            Some(self.text_of(found).value)
        };
        match (self.is(node, "version"), of("groupId"), of("artifactId")) {
            (true, Some(group), Some(artifact)) if parent != root => {
                Use::VersionOf([group, artifact])
            }
            _ => self.elsewhere(node),
        }
    }
}

/// Whether an element stands in the project itself or in one of its profiles; plugins have lists of
/// properties, too.
fn is_section(list: Node<'_, '_>, root: Node<'_, '_>) -> bool {
    let owner = list.parent_element();
    owner == Some(root) || owner.is_some_and(|owner| owner.tag_name().name() == "profile")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(inside: &str) -> Vec<Use> {
        uses(&format!("<project>\n{inside}</project>"), "v").unwrap()
    }

    #[test]
    fn a_version_is_of_its_group_and_artifact() {
        let dependency = "<dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId>\
                          <version>${v}</version></dependency></dependencies>";
        assert_eq!(found(dependency), [Use::VersionOf(["g".to_owned(), "a".to_owned()])]);
    }

    #[test]
    fn a_property_that_is_built_on_it_is_named() {
        let property = "<properties><w>${v}</w><x>${w}</x></properties>";
        assert_eq!(found(property), [Use::Property("w".to_owned())]);
        let profile = format!("<profiles><profile>{property}</profile></profiles>");
        assert_eq!(found(&profile), [Use::Property("w".to_owned())]);
    }

    #[test]
    fn anything_else_is_a_line() {
        for inside in [
            "<version>${v}</version>",
            "<groupId>g</groupId><artifactId>a</artifactId><version>${v}</version>",
            "<build><x a='${v}'/></build>",
            "<build><argLine>-Dv=${v} -q</argLine></build>",
            "<build><plugin><properties><w>${.v}</w></properties></plugin></build>",
        ] {
            assert_eq!(found(inside), [Use::Elsewhere(2)], "{inside}");
        }
    }

    #[test]
    fn a_comment_uses_nothing() {
        assert_eq!(found("<!-- ${v} --><a>${vv}${w.v}</a>"), []);
    }
}
