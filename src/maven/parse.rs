//! Reads a POM from its text.
//!
//! As Maven does: element names count without their namespace and only without a prefix, texts are
//! trimmed, comments and CDATA inside a text are joined, an element that may stand once and stands
//! twice is an error, unknown elements are passed over. The HTML names of Latin-1 characters are
//! known. Unlike Maven's parser this one refuses document type declarations.

use std::collections::HashSet;
use std::ops::Range;

use roxmltree::{Document, Node, ParsingOptions};

use super::model::{
    Activation, Dependency, Lines, Parent, Pom, Profile, Property, RelativePath, Section, Text,
};
use super::xml::{mend_entities, xml_error};
use crate::inventory::Place;

/// How deep elements may be nested. Plugin configurations of real POMs stay below 30.
const MAX_DEPTH: usize = 256;

/// How many nodes a POM may have.
const MAX_NODES: u32 = 4_000_000;

/// Why a text is no POM.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct PomError {
    /// Where.
    pub place: Option<Place>,
    /// What was found.
    pub cause: String,
}

impl Pom {
    /// Reads a POM.
    ///
    /// # Errors
    /// When the text is no XML, or not that of a POM.
    pub fn parse(text: &str) -> Result<Self, PomError> {
        let lines = Lines::of(text);
        let text = mend_entities(text);
        let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        let document = Document::parse_with_options(&text, options)
            .map_err(|error| xml_error(&error, &text, &lines))?;
        let reader = Reader { text: &text, lines: &lines };
        reader.check_depth(document.root_element())?;
        reader.project(document.root_element())
    }
}

/// Reads elements of one text.
struct Reader<'t> {
    text: &'t str,
    lines: &'t Lines,
}

impl Reader<'_> {
    fn error(&self, node: Node<'_, '_>, cause: impl Into<String>) -> PomError {
        PomError { place: Some(self.lines.place(node.range().start)), cause: cause.into() }
    }

    /// Walks the tree without recursion.
    fn check_depth(&self, root: Node<'_, '_>) -> Result<(), PomError> {
        let (mut at, mut depth) = (root, 1_usize);
        loop {
            if let Some(child) = at.first_child() {
                (at, depth) = (child, depth + 1);
                if depth > MAX_DEPTH && at.is_element() {
                    let cause = format!("elements are nested more than {MAX_DEPTH} deep");
                    return Err(self.error(at, cause));
                }
                continue;
            }
            while at.next_sibling().is_none() {
                match at.parent() {
                    Some(parent) if parent != root && at != root => {
                        (at, depth) = (parent, depth - 1);
                    }
                    _ => return Ok(()),
                }
            }
            if let Some(next) = at.next_sibling() {
                at = next;
            }
        }
    }

    fn project(&self, root: Node<'_, '_>) -> Result<Pom, PomError> {
        if !self.is(root, "project") {
            let found = self.raw_name(root);
            return Err(
                self.error(root, format!("the root element is <{found}>, expected <project>"))
            );
        }
        let fields = self.fields(root)?;
        let pom = Pom {
            model_version: fields.text("modelVersion"),
            parent: fields.get("parent").map(|node| self.parent(node)).transpose()?,
            group: fields.text("groupId"),
            artifact: fields.text("artifactId"),
            version: fields.text("version"),
            packaging: fields.text("packaging"),
            section: self.section(&fields)?,
            profiles: self.list(&fields, "profiles", |node| self.profile(node))?,
            span: root.range(),
            lines: self.lines.clone(),
        };
        if pom.model_version.is_none() && pom.artifact.is_none() {
            let cause = "<project> has neither modelVersion nor artifactId: it is no POM";
            return Err(self.error(root, cause));
        }
        Ok(pom)
    }

    fn section(&self, fields: &Fields<'_, '_, '_>) -> Result<Section, PomError> {
        let management = match fields.get("dependencyManagement") {
            Some(node) => {
                let inner = self.fields(node)?;
                self.list(&inner, "dependencies", |node| self.dependency(node))?
            }
            None => Vec::new(),
        };
        let mut modules = self.list(fields, "modules", |node| Ok(self.text_of(node)))?;
        modules.extend(self.list(fields, "subprojects", |node| Ok(self.text_of(node)))?);
        Ok(Section {
            properties: fields
                .get("properties")
                .map_or_else(Vec::new, |node| self.properties(node)),
            management,
            dependencies: self.list(fields, "dependencies", |node| self.dependency(node))?,
            modules,
        })
    }

    fn properties(&self, node: Node<'_, '_>) -> Vec<Property> {
        let named = elements(node).map(|property| Property {
            name: self.raw_name(property).to_owned(),
            value: self.text_of(property),
        });
        named.collect()
    }

    fn parent(&self, node: Node<'_, '_>) -> Result<Parent, PomError> {
        let fields = self.fields(node)?;
        let relative_path = match fields.text("relativePath") {
            None => RelativePath::Default,
            Some(text) if text.value.is_empty() => RelativePath::Nowhere,
            Some(text) => RelativePath::At(text.value),
        };
        Ok(Parent {
            group: fields.text("groupId"),
            artifact: fields.text("artifactId"),
            version: fields.text("version"),
            relative_path,
            span: node.range(),
        })
    }

    fn dependency(&self, node: Node<'_, '_>) -> Result<Dependency, PomError> {
        let fields = self.fields(node)?;
        Ok(Dependency {
            group: fields.text("groupId"),
            artifact: fields.text("artifactId"),
            version: fields.text("version"),
            kind: fields.text("type"),
            classifier: fields.text("classifier"),
            scope: fields.text("scope"),
            optional: fields.text("optional"),
            span: node.range(),
        })
    }

    fn profile(&self, node: Node<'_, '_>) -> Result<Profile, PomError> {
        let fields = self.fields(node)?;
        let activation = match fields.get("activation") {
            Some(node) => self.activation(node)?,
            None => Activation::default(),
        };
        Ok(Profile {
            id: fields.string("id").unwrap_or_else(|| "default".to_owned()),
            activation,
            section: self.section(&fields)?,
        })
    }

    fn activation(&self, node: Node<'_, '_>) -> Result<Activation, PomError> {
        let fields = self.fields(node)?;
        let mut activation = Activation {
            by_default: fields.string("activeByDefault").is_some_and(|text| text == "true"),
            jdk: fields.string("jdk"),
            other: ["packaging", "condition"].into_iter().find_map(|name| fields.string(name)),
            ..Activation::default()
        };
        if let Some(os) = fields.get("os") {
            let pair = |node| (self.raw_name(node).to_owned(), self.text_of(node).value);
            activation.os = Some(elements(os).map(pair).collect());
        }
        if let Some(property) = fields.get("property") {
            let inner = self.fields(property)?;
            let name = inner.string("name").unwrap_or_default();
            activation.property = Some((name, inner.string("value")));
        }
        if let Some(file) = fields.get("file") {
            let inner = self.fields(file)?;
            activation.exists = inner.string("exists").filter(|text| !text.is_empty());
            activation.missing = inner.string("missing").filter(|text| !text.is_empty());
        }
        Ok(activation)
    }

    /// The children of a list element such as `dependencies`, whatever they are called.
    fn list<T>(
        &self,
        fields: &Fields<'_, '_, '_>,
        name: &str,
        read: impl Fn(Node<'_, '_>) -> Result<T, PomError>,
    ) -> Result<Vec<T>, PomError> {
        let Some(list) = fields.get(name) else {
            return Ok(Vec::new());
        };
        let expected = match name {
            "dependencies" => "dependency",
            "profiles" => "profile",
            "subprojects" => "subproject",
            _ => "module",
        };
        elements(list).filter(|node| self.is(*node, expected)).map(read).collect()
    }

    /// The children of an element by name; a name that stands twice is an error as in Maven.
    fn fields<'n, 'i>(&self, node: Node<'n, 'i>) -> Result<Fields<'_, 'n, 'i>, PomError> {
        let mut seen = HashSet::new();
        let mut nodes = Vec::new();
        for child in elements(node) {
            let name = child.tag_name().name();
            if !self.is(child, name) {
                continue;
            }
            if KNOWN.contains(&name) && !seen.insert(name) {
                let parent = node.tag_name().name();
                let cause = format!("a second <{name}> in <{parent}>, where Maven takes one");
                return Err(self.error(child, cause));
            }
            if TEXTS.contains(&name) && elements(child).next().is_some() {
                let cause = format!("an element stands inside the text of <{name}>");
                return Err(self.error(child, cause));
            }
            nodes.push(child);
        }
        Ok(Fields { reader: self, nodes })
    }

    /// Whether an element has that name and no prefix.
    fn is(&self, node: Node<'_, '_>, name: &str) -> bool {
        node.tag_name().name() == name && self.raw_name(node) == name
    }

    /// The name as written, with its prefix.
    fn raw_name(&self, node: Node<'_, '_>) -> &str {
        let from = node.range().start + 1;
        let rest = self.text.get(from..).unwrap_or("");
        let end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/');
        &rest[..end.unwrap_or(rest.len())]
    }

    /// The joined and trimmed text of an element, and the bytes from its first to its last piece.
    fn text_of(&self, node: Node<'_, '_>) -> Text {
        let mut pieces = node.children().filter(Node::is_text);
        let (first, more) = (pieces.next(), pieces.next());
        let text =
            |piece: Option<Node<'_, '_>>| piece.and_then(|p| p.text()).unwrap_or("").to_owned();
        let joined = pieces.fold(text(first) + &text(more), |joined, p| joined + &text(Some(p)));
        let value = joined.trim_matches(blank).to_owned();
        let lone = first.filter(|_| more.is_none()).map(|piece| self.trimmed(piece.range()));
        let span = lone.filter(|span| self.text.get(span.clone()) == Some(value.as_str()));
        Text { value, span: span.unwrap_or_else(|| self.trimmed(self.inside(node))) }
    }

    /// The range without blanks at its ends.
    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let source = self.text.get(range.clone()).unwrap_or("");
        let start = range.start + (source.len() - source.trim_start_matches(blank).len());
        start..start + source.trim_matches(blank).len()
    }

    /// What stands between the tags; for `<a/>` the start of the element, empty.
    fn inside(&self, node: Node<'_, '_>) -> Range<usize> {
        let range = node.range();
        let source = self.text.get(range.clone()).unwrap_or("");
        let mut quote = None;
        let opened = source.bytes().position(|byte| match (quote, byte) {
            (None, b'>') => true,
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                false
            }
            (Some(open), _) if open == byte => {
                quote = None;
                false
            }
            _ => false,
        });
        match (opened, source.rfind("</")) {
            (Some(open), Some(close)) if open < close => {
                range.start + open + 1..range.start + close
            }
            _ => range.start..range.start,
        }
    }
}

/// The elements that may stand once in their parent, as far as they are read.
const KNOWN: [&str; 31] = [
    "modelVersion",
    "parent",
    "groupId",
    "artifactId",
    "version",
    "packaging",
    "properties",
    "dependencyManagement",
    "dependencies",
    "modules",
    "subprojects",
    "profiles",
    "relativePath",
    "type",
    "classifier",
    "scope",
    "optional",
    "id",
    "activation",
    "activeByDefault",
    "jdk",
    "os",
    "property",
    "name",
    "value",
    "file",
    "exists",
    "missing",
    "condition",
    "exclusions",
    "systemPath",
];

/// Those of them that hold text alone: an element inside is an error as in Maven.
const TEXTS: [&str; 9] = [
    "modelVersion",
    "groupId",
    "artifactId",
    "version",
    "packaging",
    "relativePath",
    "type",
    "classifier",
    "scope",
];

/// What Java trims: everything up to the space.
fn blank(c: char) -> bool {
    c <= ' '
}

fn elements<'n, 'i>(node: Node<'n, 'i>) -> impl Iterator<Item = Node<'n, 'i>> {
    node.children().filter(Node::is_element)
}

/// The children of one element.
struct Fields<'r, 'n, 'i> {
    reader: &'r Reader<'r>,
    nodes: Vec<Node<'n, 'i>>,
}

impl<'n, 'i> Fields<'_, 'n, 'i> {
    fn get(&self, name: &str) -> Option<Node<'n, 'i>> {
        self.nodes.iter().copied().find(|node| node.tag_name().name() == name)
    }

    fn text(&self, name: &str) -> Option<Text> {
        self.get(name).map(|node| self.reader.text_of(node))
    }

    fn string(&self, name: &str) -> Option<String> {
        self.text(name).map(|text| text.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(rest: &str) -> String {
        format!(
            "<project><artifactId>a</artifactId><dependencies><dependency>{rest}</dependency>\
             </dependencies></project>"
        )
    }

    #[test]
    fn what_maven_cannot_parse_is_an_error_with_its_place() {
        for (text, cause) in [
            (
                with("<version>1</version><version>2</version>"),
                "a second <version> in <dependency>, where Maven takes one",
            ),
            (with("<version>1<b/>2</version>"), "an element stands inside the text of <version>"),
            (
                "<!DOCTYPE a []><project/>".to_owned(),
                "it has a document type declaration, which is refused",
            ),
            (
                "<p:project xmlns:p='u'/>".to_owned(),
                "the root element is <p:project>, expected <project>",
            ),
            (
                "<project name='x'/>".to_owned(),
                "<project> has neither modelVersion nor artifactId: it is no POM",
            ),
            ("<project><a>".to_owned(), "it ends inside an element"),
            (String::new(), "it holds no element"),
        ] {
            assert_eq!(Pom::parse(&text).unwrap_err().cause, cause);
        }
    }

    #[test]
    fn the_namespace_does_not_matter_and_prefixed_elements_do_not_count() {
        for namespace in ["", " xmlns='http://maven.apache.org/POM/4.1.0'", " xmlns='other'"] {
            let text = format!(
                "<project{namespace} xmlns:q='u'><artifactId>a</artifactId><q:artifactId>b</q:artifactId>\
             </project>"
            );
            assert_eq!(Pom::parse(&text).unwrap().artifact.unwrap().value, "a");
        }
    }

    #[test]
    fn two_hundred_thousand_nested_elements_are_an_error() {
        let text =
            format!("<project>{}{}</project>", "<a>".repeat(200_000), "</a>".repeat(200_000));
        let error = Pom::parse(&text).unwrap_err();
        assert_eq!(error.cause, "elements are nested more than 256 deep");
    }
}
