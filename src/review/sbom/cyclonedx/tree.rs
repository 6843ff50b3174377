//! The elements of an XML document in one list, so that no depth of nesting is a depth of calls.

use std::borrow::Cow;

use crate::ingest::document::{Position, ReadError};
use crate::ingest::json::lenient::Text;
use crate::ingest::markup::{Markup, Node, Tag};

/// Elements in which nothing stands that is judged.
const UNREAD: [&str; 5] = ["evidence", "formulation", "modelCard", "declarations", "definitions"];

/// All elements that are read, in the order of their start tags; the first is the root.
pub(super) struct Tree {
    elements: Vec<Held>,
    /// The namespace of the root.
    pub(super) namespace: String,
}

struct Held {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<usize>,
    offset: usize,
}

/// One element of a tree.
#[derive(Clone, Copy)]
pub(super) struct Element<'t> {
    tree: &'t Tree,
    index: usize,
}

impl Tree {
    /// Reads a document to its end.
    pub(super) fn read(text: &str) -> Result<Self, ReadError> {
        let mut markup = Markup::new(text);
        let mut tree = Self { elements: Vec::new(), namespace: String::new() };
        let mut open: Vec<usize> = Vec::new();
        let mut unread = 0_usize;
        loop {
            match markup.next()? {
                Node::Open(tag) if unread > 0 || UNREAD.contains(&tag.local_name()) => {
                    // an attribute that is broken is so wherever it stands
                    tag.attributes()?;
                    unread += 1;
                }
                Node::Open(tag) => {
                    let index = tree.add(&tag, open.last().copied())?;
                    open.push(index);
                }
                Node::Close if unread > 0 => unread -= 1,
                Node::Close => drop(open.pop()),
                Node::Text(piece) if unread == 0 => {
                    if let Some(held) = open.last().and_then(|&own| tree.elements.get_mut(own)) {
                        held.text.push_str(&piece);
                    }
                }
                Node::Text(_) => {}
                Node::End => return Ok(tree),
            }
        }
    }

    fn add(&mut self, tag: &Tag<'_>, parent: Option<usize>) -> Result<usize, ReadError> {
        if self.elements.is_empty() {
            self.namespace = tag.namespace()?.unwrap_or_default();
        }
        let index = self.elements.len();
        self.elements.push(Held {
            name: tag.local_name().to_owned(),
            attributes: tag.attributes()?,
            text: String::new(),
            children: Vec::new(),
            offset: tag.offset,
        });
        if let Some(parent) = parent.and_then(|parent| self.elements.get_mut(parent)) {
            parent.children.push(index);
        }
        Ok(index)
    }

    /// The root element.
    pub(super) fn root(&self) -> Option<Element<'_>> {
        (!self.elements.is_empty()).then_some(Element { tree: self, index: 0 })
    }
}

impl<'t> Element<'t> {
    fn held(self) -> &'t Held {
        &self.tree.elements[self.index]
    }

    fn text_of(self, text: &'t str) -> Text<'t> {
        Text { value: Cow::Borrowed(text), position: Position::Offset(self.held().offset) }
    }

    /// The children of a name, in order.
    pub(super) fn children(self, name: &str) -> impl Iterator<Item = Self> {
        let children = self.held().children.iter();
        let children = children.map(move |&index| Self { tree: self.tree, index });
        children.filter(move |child| child.held().name == name)
    }

    /// The first child of a name.
    pub(super) fn child(self, name: &str) -> Option<Self> {
        self.children(name).next()
    }

    /// What the items of a list are; `None` where there is no such list.
    pub(super) fn list<T>(
        self,
        list: &str,
        item: &str,
        read: impl Fn(Self) -> T,
    ) -> Option<Vec<T>> {
        let mut lists = self.children(list).peekable();
        lists.peek()?;
        Some(lists.flat_map(|list| list.children(item)).map(read).collect())
    }

    /// An attribute.
    pub(super) fn attribute(self, name: &str) -> Option<Text<'t>> {
        let found = self.held().attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| self.text_of(value))
    }

    /// The text of the element itself, without the space around it.
    pub(super) fn own_text(self) -> Text<'t> {
        self.text_of(self.held().text.trim())
    }

    /// The text of the first child of a name.
    pub(super) fn text(self, name: &str) -> Option<Text<'t>> {
        self.child(name).map(Self::own_text)
    }

    /// The texts of all children of a name; `None` where there is none.
    pub(super) fn texts(self, name: &str) -> Option<Vec<Cow<'t, str>>> {
        let texts: Vec<_> = self.children(name).map(|child| child.own_text().value).collect();
        (!texts.is_empty()).then_some(texts)
    }

    /// The `ref` attributes of all children of a name; `None` where there is none.
    pub(super) fn refs(self, name: &str) -> Option<Vec<Cow<'t, str>>> {
        let refs = self.children(name).filter_map(|child| child.attribute("ref"));
        let refs: Vec<_> = refs.map(|text| text.value).collect();
        (!refs.is_empty()).then_some(refs)
    }
}
