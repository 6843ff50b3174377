//! Configurations in XML: those of Log4j 2, concise or strict, and those of log4j 1.

use std::borrow::Cow;

use super::tree::{Attribute, MAX_DEPTH, Node, too_deep};
use super::{Dialect, Gap, Unread};

/// The most elements and attributes that a configuration may have.
const MAX_NODES: u32 = 200_000;

/// The most attributes that one element may have: the parser compares each with all others.
const MAX_ATTRIBUTES: usize = 500;

/// Reads a configuration; none when the text is some other XML.
pub(super) fn read(text: &str) -> Result<Option<(Dialect, Node, Vec<Gap>)>, Unread> {
    if !may_be(text) {
        return Ok(None);
    }
    check_tags(text)?;
    let text = without_document_type(text)?;
    let options = roxmltree::ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..roxmltree::ParsingOptions::default()
    };
    let document = roxmltree::Document::parse_with_options(&text, options).map_err(|error| {
        Unread { line: Some(error.pos().row), cause: format!("it is no well-formed XML: {error}") }
    })?;
    let element = document.root_element();
    let Some(dialect) = dialect(element)? else { return Ok(None) };
    let lines = Lines::of(&text);
    let mut gaps = Vec::new();
    let node = node(element, &lines, &mut gaps)?;
    Ok(Some((dialect, node, gaps)))
}

/// Whether the text has what both dialects need, so that foreign XML, broken or not, is left alone.
fn may_be(text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    (has("onfiguration") || has("CONFIGURATION"))
        && (has("ppenders") || has("oggers") || has("APPENDERS") || has("log4j"))
}

/// Refuses a tag with more attributes than any configuration has.
fn check_tags(text: &str) -> Result<(), Unread> {
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let apart = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];
        if let Some((_, end)) = apart.into_iter().find(|(start, _)| rest.starts_with(start)) {
            rest = rest.split_once(end).map_or("", |(_, behind)| behind);
            continue;
        }
        let (length, attributes) = tag(rest);
        if attributes > MAX_ATTRIBUTES {
            let line = Lines::of(text).at(text.len() - rest.len());
            let cause = format!("an element has more than {MAX_ATTRIBUTES} attributes");
            return Err(Unread { line: Some(line), cause });
        }
        rest = &rest[length..];
    }
    Ok(())
}

/// How long the tag is that the text starts with, and how many attributes it has.
fn tag(text: &str) -> (usize, usize) {
    let (mut quote, mut attributes) = (None, 0);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return (at, attributes),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'=') => attributes += 1,
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    (text.len(), attributes)
}

/// Whose configuration it is. The root's name alone does not tell: logback and others have it too.
fn dialect(root: roxmltree::Node<'_, '_>) -> Result<Option<Dialect>, Unread> {
    let tag = root.tag_name();
    if !tag.name().eq_ignore_ascii_case("configuration") {
        return Ok(None);
    }
    if tag.namespace().is_some_and(|uri| uri.contains("jakarta.apache.org/log4j")) {
        return Ok(Some(Dialect::Log4j1));
    }
    let children = || root.children().filter(roxmltree::Node::is_element);
    let named = |name: &str| children().any(|c| c.tag_name().name().eq_ignore_ascii_case(name));
    if named("appenders") || named("loggers") {
        return Ok(Some(Dialect::Log4j2));
    }
    let class = |start: &str| {
        children().any(|c| c.attribute("class").is_some_and(|class| class.starts_with(start)))
    };
    if class("ch.qos.logback") {
        return Err(Unread {
            line: None,
            cause: "it is a logback configuration, which is not read".to_owned(),
        });
    }
    Ok(class("org.apache.log4j").then_some(Dialect::Log4j1))
}

fn node(root: roxmltree::Node<'_, '_>, lines: &Lines, gaps: &mut Vec<Gap>) -> Result<Node, Unread> {
    convert(root, lines, gaps, 0)
}

fn convert(
    element: roxmltree::Node<'_, '_>,
    lines: &Lines,
    gaps: &mut Vec<Gap>,
    depth: usize,
) -> Result<Node, Unread> {
    let line = lines.at(element.range().start);
    if depth > MAX_DEPTH {
        return Err(too_deep(line));
    }
    let mut made = Node { name: element.tag_name().name().to_owned(), line, ..Node::default() };
    made.attributes = element.attributes().map(|a| attribute(a, lines)).collect();
    if element.tag_name().namespace().is_some_and(|uri| uri.ends_with("/XInclude")) {
        gaps.push(Gap::whole(line, "includes another file"));
    }
    for child in element.children().filter(roxmltree::Node::is_element) {
        let child = convert(child, lines, gaps, depth + 1)?;
        // <PatternLayout><Pattern>%m</Pattern></PatternLayout> is an attribute written as an element
        if let Some(text) = child.attribute("value").filter(|_| child.children.is_empty()) {
            let name = child.name.clone();
            made.attributes.push(Attribute { name, ..text.clone() });
        }
        made.children.push(child);
    }
    add_text(element, lines, &mut made);
    Ok(made)
}

fn attribute(found: roxmltree::Attribute<'_, '_>, lines: &Lines) -> Attribute {
    Attribute {
        name: found.name().to_owned(),
        value: found.value().to_owned(),
        line: lines.at(found.range().start),
    }
}

/// The text of an element is its `value`.
fn add_text(element: roxmltree::Node<'_, '_>, lines: &Lines, made: &mut Node) {
    let texts = || element.children().filter(roxmltree::Node::is_text);
    let value: String = texts().filter_map(|text| text.text()).collect();
    let start = texts().find(|text| text.text().is_some_and(|text| !text.trim().is_empty()));
    let Some(start) = start else { return };
    if made.attribute("value").is_none() {
        let space = start.text().map_or(0, |text| text.len() - text.trim_start().len());
        let line = lines.at(start.range().start + space);
        made.attributes.push(Attribute { name: "value".to_owned(), value, line });
    }
}

/// Blanks out a document type without declarations of its own, as log4j 1 wants it; nothing is
/// fetched for it. One with declarations could define entities and is refused.
fn without_document_type(text: &str) -> Result<Cow<'_, str>, Unread> {
    let Some(start) = text.find("<!DOCTYPE") else { return Ok(Cow::Borrowed(text)) };
    let line = Lines::of(text).at(start);
    let rest = &text[start..];
    let end = rest.find('>').map_or(rest.len(), |at| at + 1);
    if rest[..end].contains('[') {
        let cause = "its document type has declarations of its own, which are refused".to_owned();
        return Err(Unread { line: Some(line), cause });
    }
    let blank: String = rest[..end].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
    Ok(Cow::Owned(format!("{}{blank}{}", &text[..start], &rest[end..])))
}

/// Where lines start.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    pub(super) fn at(&self, offset: usize) -> u32 {
        let before = self.0.partition_point(|newline| *newline < offset);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
