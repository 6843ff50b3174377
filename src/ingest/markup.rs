//! XML as a stream of opened and closed elements, checked as far as it is read.
//!
//! XML 1.0 (fifth edition) with the limits that a document from outside needs: no document type
//! declaration, so no entities but the predefined ones (§4.6) and character references (§4.1);
//! nesting is bounded and nothing recurses. An end before all elements are closed is an error.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::escape::{EscapeError, resolve_predefined_entity};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Error, Reader, XmlVersion};

use crate::ingest::document::{Position, ReadError};

/// The deepest nesting of elements that is read. Real documents stay below 20.
pub(crate) const MAX_DEPTH: usize = 512;

/// One step through a document.
#[derive(Debug)]
pub(crate) enum Node<'a> {
    /// An element begins.
    Open(Tag<'a>),
    /// The innermost open element ends.
    Close,
    /// A piece of text in the innermost open element; one text may come in several pieces.
    Text(Cow<'a, str>),
    /// The document ends.
    End,
}

/// A start tag.
#[derive(Debug)]
pub(crate) struct Tag<'a> {
    start: BytesStart<'a>,
    /// The byte offset of its `<`.
    pub(crate) offset: usize,
}

impl Tag<'_> {
    /// The name without its prefix.
    pub(crate) fn local_name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The namespace that the tag itself declares for its own name.
    pub(crate) fn namespace(&self) -> Result<Option<String>, ReadError> {
        match self.start.name().prefix() {
            Some(prefix) => self.attribute(&format!("xmlns:{}", prefix.into_inner())),
            None => self.attribute("xmlns"),
        }
    }

    /// Whether the text of the tag holds the given characters, for a cheap look before
    /// [`Tag::attribute`].
    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.start.attributes_raw().contains(text)
    }

    /// All attributes, by their full names.
    pub(crate) fn attributes(&self) -> Result<Vec<(String, String)>, ReadError> {
        // the reader's own check compares each with each
        let mut seen = HashSet::new();
        let mut all = self.start.attributes();
        let attributes = all.with_checks(false).map(|attribute| {
            let broken = |cause: &dyn fmt::Display| {
                self.error(format!("<{}> has a broken attribute: {cause}", self.local_name()))
            };
            let attribute = attribute.map_err(|error| broken(&error))?;
            if !seen.insert(attribute.key.into_inner()) {
                return Err(broken(&"one stands twice"));
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.error(cause_of(&error)))?;
            Ok((attribute.key.into_inner().to_owned(), value.into_owned()))
        });
        attributes.collect()
    }

    /// The value of an attribute, by its full name.
    pub(crate) fn attribute(&self, name: &str) -> Result<Option<String>, ReadError> {
        let mut found = None;
        for attribute in self.start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| {
                self.error(format!("<{}> has a broken attribute: {error}", self.local_name()))
            })?;
            if attribute.key.into_inner() != name {
                continue;
            }
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.error(cause_of(&error)))?;
            if found.replace(value.into_owned()).is_some() {
                return Err(self.error(format!("the attribute {name} stands twice in one tag")));
            }
        }
        Ok(found)
    }

    /// An error at this tag.
    pub(crate) fn error(&self, cause: String) -> ReadError {
        ReadError::at(Position::Offset(self.offset), cause)
    }
}

/// The elements of a document, one after the other.
pub(crate) struct Markup<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    /// Offsets of the start tags of the open elements.
    open: Vec<usize>,
    state: State,
}

/// How far a document has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    BeforeRoot,
    Inside,
    /// Behind a tag that opens and closes at once: its close is due.
    EmptyTag,
    AfterRoot,
}

impl<'a> Markup<'a> {
    /// Starts at the beginning of the text.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { reader: Reader::from_str(text), text, open: Vec::new(), state: State::BeforeRoot }
    }

    /// The next step.
    pub(crate) fn next(&mut self) -> Result<Node<'a>, ReadError> {
        if self.state == State::EmptyTag {
            return Ok(self.close());
        }
        loop {
            let offset = to_offset(self.reader.buffer_position());
            let event = self.reader.read_event().map_err(|error| self.broken(&error))?;
            match event {
                Event::Start(start) => return self.open(start, offset, State::Inside),
                Event::Empty(start) => return self.open(start, offset, State::EmptyTag),
                Event::End(_) => return Ok(self.close()),
                Event::Text(text) if self.state == State::Inside => {
                    return Ok(Node::Text(text.into_inner()));
                }
                Event::CData(text) if self.state == State::Inside => {
                    return Ok(Node::Text(text.into_inner()));
                }
                Event::GeneralRef(reference) if self.state == State::Inside => {
                    return resolve(&reference).map(Node::Text).map_err(|cause| at(offset, cause));
                }
                Event::Text(text) if text.trim_matches('\u{feff}').trim_ascii().is_empty() => {}
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    return Err(at(offset, "has text outside of its root element"));
                }
                Event::DocType(_) => return Err(at(offset, DOCUMENT_TYPE)),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => return self.end(),
            }
        }
    }

    fn open(
        &mut self,
        start: BytesStart<'a>,
        offset: usize,
        state: State,
    ) -> Result<Node<'a>, ReadError> {
        if self.state == State::AfterRoot {
            return Err(at(offset, "has a second root element"));
        }
        if self.open.len() == MAX_DEPTH {
            return Err(at(offset, format!("is nested deeper than {MAX_DEPTH} elements")));
        }
        self.open.push(offset);
        self.state = state;
        Ok(Node::Open(Tag { start, offset }))
    }

    fn close(&mut self) -> Node<'a> {
        self.open.pop();
        self.state = if self.open.is_empty() { State::AfterRoot } else { State::Inside };
        Node::Close
    }

    fn end(&self) -> Result<Node<'a>, ReadError> {
        match (self.open.last(), self.state) {
            (Some(&offset), _) => Err(self.truncated(offset)),
            (None, State::AfterRoot) => Ok(Node::End),
            (None, _) => Err(at(self.text.len(), "has no root element")),
        }
    }

    fn truncated(&self, open: usize) -> ReadError {
        let name = self.text.get(open + 1..).unwrap_or_default();
        let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
        let name = &name[..end.unwrap_or(name.len())];
        at(self.text.len(), format!("ends before </{name}> is closed: the file is truncated"))
    }

    fn broken(&self, error: &Error) -> ReadError {
        at(to_offset(self.reader.error_position()), cause_of(error))
    }
}

const DOCUMENT_TYPE: &str = "document type declarations are refused";

fn at(offset: usize, cause: impl Into<String>) -> ReadError {
    ReadError::at(Position::Offset(offset), cause.into())
}

/// quick-xml counts in `u64`; the text is in memory, so its offsets fit.
fn to_offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// The text that a reference stands for.
fn resolve<'a>(reference: &BytesRef<'a>) -> Result<Cow<'a, str>, String> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Ok(Cow::Owned(character.to_string())),
        Ok(None) => resolve_predefined_entity(reference)
            .map(Cow::Borrowed)
            .ok_or_else(|| format!("the entity &{}; is not defined", &**reference)),
        Err(_) => Err(format!("&{}; stands for no character", &**reference)),
    }
}

/// Our words for what quick-xml found.
fn cause_of(error: &Error) -> String {
    let known = match error {
        Error::Syntax(SyntaxError::UnclosedTag) => "ends inside a tag: the file is truncated",
        Error::Syntax(SyntaxError::UnclosedDoctype) => DOCUMENT_TYPE,
        Error::Syntax(SyntaxError::UnclosedComment) => "has a comment that is never closed",
        Error::Syntax(SyntaxError::UnclosedCData) => "has a CDATA section that is never closed",
        Error::Syntax(SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl) => {
            "has a processing instruction that is never closed"
        }
        Error::Syntax(
            SyntaxError::UnclosedSingleQuotedAttributeValue
            | SyntaxError::UnclosedDoubleQuotedAttributeValue,
        ) => "has an attribute value that is never closed",
        Error::Syntax(SyntaxError::InvalidBangMarkup) => "has a \"<!\" that begins nothing known",
        Error::IllFormed(IllFormedError::UnclosedReference) => {
            "has an \"&\" that begins no reference: write &amp;"
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(name)) => {
            return format!("</{name}> closes nothing");
        }
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            return format!("expected </{expected}>, found </{found}>");
        }
        Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => {
            return format!("the entity &{name}; is not defined");
        }
        other => return other.to_string(),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads to the end and gives the number of elements.
    fn elements(text: &str) -> Result<usize, ReadError> {
        let mut markup = Markup::new(text);
        let mut count = 0;
        loop {
            match markup.next()? {
                Node::Open(_) => count += 1,
                Node::End => return Ok(count),
                Node::Close | Node::Text(_) => {}
            }
        }
    }

    fn expect(text: &str, offset: usize, cause: &str) {
        let error = elements(text).unwrap_err();
        assert_eq!(error.cause, cause, "{text}");
        assert_eq!(error.position, Position::Offset(offset), "{text}");
    }

    #[test]
    fn declaration_comments_and_space_stand_around_the_root() {
        assert_eq!(elements("\u{feff}<?xml version='1.0'?>\n<!-- a --><a><b/></a>\n<?b?> "), Ok(2));
    }

    #[test]
    fn nesting_is_bounded_and_never_overflows() {
        assert_eq!(elements(&("<a>".repeat(512) + &"</a>".repeat(512))), Ok(512));
        expect(&"<a>".repeat(200_000), 512 * 3, "is nested deeper than 512 elements");
    }

    #[test]
    fn a_document_that_breaks_off_says_so() {
        let cause = "ends before </components> is closed: the file is truncated";
        expect("<bom><components><component></component>", 40, cause);
        expect("<bom><components a='", 5, "has an attribute value that is never closed");
        expect("<bom><compon", 5, "ends inside a tag: the file is truncated");
        expect("<bom><!-- ", 5, "has a comment that is never closed");
        expect("<?xml version='1.0'?>", 21, "has no root element");
    }

    #[test]
    fn an_entity_bomb_is_refused_before_anything_expands() {
        let bomb = "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>";
        expect(bomb, 0, "document type declarations are refused");
        expect("<!DOCTYPE a><a/>", 0, "document type declarations are refused");
        expect("<!DOCTYPE a [<!ENTITY", 0, "document type declarations are refused");
        expect("<a>&c;</a>", 3, "the entity &c; is not defined");
    }

    #[test]
    fn references_must_stand_for_a_character() {
        expect("<a>&#xd800;</a>", 3, "&#xd800; stands for no character");
        expect("<a>&#x;</a>", 3, "&#x; stands for no character");
        expect("<a>b & c</a>", 5, "has an \"&\" that begins no reference: write &amp;");
    }

    #[test]
    fn tags_must_match() {
        expect("<a><b></c></a>", 6, "expected </b>, found </c>");
        expect("<a></a></b>", 7, "</b> closes nothing");
    }

    #[test]
    fn there_is_one_root_and_no_text_around_it() {
        expect("<a/><b/>", 4, "has a second root element");
        expect("<a/>\n&amp;", 5, "has text outside of its root element");
        expect("x<a/>", 0, "has text outside of its root element");
        expect("<a></a><p>page footer</p>", 7, "has a second root element");
    }

    #[test]
    fn attributes_are_checked_where_they_are_read() {
        let attribute = |text| match Markup::new(text).next() {
            Ok(Node::Open(tag)) => tag.attribute("ref"),
            other => panic!("{other:?}"),
        };
        assert_eq!(attribute("<a b='1' ref='x&#x79;&lt;'/>"), Ok(Some("xy<".to_owned())));
        assert_eq!(attribute("<a p:ref='1'/>"), Ok(None));
        let cause = |text| attribute(text).unwrap_err().cause;
        assert_eq!(cause("<a ref='1' ref='2'/>"), "the attribute ref stands twice in one tag");
        assert_eq!(cause("<a ref='&b;'/>"), "the entity &b; is not defined");
        assert!(cause("<a ref=1/>").starts_with("<a> has a broken attribute: "));
    }
}
