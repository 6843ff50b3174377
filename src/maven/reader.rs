//! The elements of one XML text, as Maven's parser looks at them.
//!
//! Names count without their namespace and only without a prefix, texts are trimmed and joined over
//! comments and CDATA, an element that may stand once and stands twice is an error.

use std::collections::HashSet;
use std::ops::Range;

use roxmltree::{Document, Node, ParsingOptions};

use super::model::{Lines, Text};
use super::parse::PomError;
use super::xml::{mend_entities, xml_error};

/// How deep elements may be nested. Plugin configurations of real POMs stay below 30.
const MAX_DEPTH: usize = 256;

/// How many nodes a text may have.
const MAX_NODES: u32 = 4_000_000;

/// Reads a text and hands its root element on.
pub(super) fn read<T>(
    text: &str,
    then: impl FnOnce(&Reader<'_>, Node<'_, '_>) -> Result<T, PomError>,
) -> Result<T, PomError> {
    let lines = Lines::of(text);
    let text = mend_entities(text);
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&text, options)
        .map_err(|error| xml_error(&error, &text, &lines))?;
    let reader = Reader { text: &text, lines: &lines };
    reader.check_depth(document.root_element())?;
    then(&reader, document.root_element())
}

/// Reads elements of one text.
pub(super) struct Reader<'t> {
    text: &'t str,
    pub(super) lines: &'t Lines,
}

impl Reader<'_> {
    pub(super) fn error(&self, node: Node<'_, '_>, cause: impl Into<String>) -> PomError {
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

    /// The children of a list element such as `dependencies`, whatever they are called.
    pub(super) fn list<T>(
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
            "exclusions" => "exclusion",
            "activeProfiles" => "activeProfile",
            "versions" => "version",
            "repositories" => "repository",
            "mirrors" => "mirror",
            "servers" => "server",
            "proxies" => "proxy",
            "snapshotVersions" => "snapshotVersion",
            _ => "module",
        };
        elements(list).filter(|node| self.is(*node, expected)).map(read).collect()
    }

    /// The children of an element by name; a name that stands twice is an error as in Maven.
    pub(super) fn fields<'n, 'i>(
        &self,
        node: Node<'n, 'i>,
    ) -> Result<Fields<'_, 'n, 'i>, PomError> {
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
    pub(super) fn is(&self, node: Node<'_, '_>, name: &str) -> bool {
        node.tag_name().name() == name && self.raw_name(node) == name
    }

    /// The name as written, with its prefix.
    pub(super) fn raw_name(&self, node: Node<'_, '_>) -> &str {
        let from = node.range().start + 1;
        let rest = self.text.get(from..).unwrap_or("");
        let end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/');
        &rest[..end.unwrap_or(rest.len())]
    }

    /// The joined and trimmed text of an element, and the bytes from its first to its last piece.
    pub(super) fn text_of(&self, node: Node<'_, '_>) -> Text {
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
const KNOWN: [&str; 33] = [
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
    "distributionManagement",
    "relocation",
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

pub(super) fn elements<'n, 'i>(node: Node<'n, 'i>) -> impl Iterator<Item = Node<'n, 'i>> {
    node.children().filter(Node::is_element)
}

/// The children of one element.
pub(super) struct Fields<'r, 'n, 'i> {
    reader: &'r Reader<'r>,
    nodes: Vec<Node<'n, 'i>>,
}

impl<'n, 'i> Fields<'_, 'n, 'i> {
    pub(super) fn get(&self, name: &str) -> Option<Node<'n, 'i>> {
        self.nodes.iter().copied().find(|node| node.tag_name().name() == name)
    }

    pub(super) fn text(&self, name: &str) -> Option<Text> {
        self.get(name).map(|node| self.reader.text_of(node))
    }

    pub(super) fn string(&self, name: &str) -> Option<String> {
        self.text(name).map(|text| text.value)
    }
}
