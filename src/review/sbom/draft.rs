//! A bill of materials while it is read: parts come first, then what is said between them.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::{Aggregate, Completeness, Document, Link, Part, Relation, Sbom, Target};
use crate::ingest::document::Warning;
use crate::ingest::json::lenient::Text;
use crate::inventory::Format;

/// The most oddities that are kept; the rest is counted.
const MOST_ODDITIES: usize = 200;

/// A text of its own.
pub(super) fn owned(text: Option<&Text<'_>>) -> Option<String> {
    text.map(|text| text.value.as_ref().to_owned())
}

/// What is read so far.
pub(super) struct Draft {
    sbom: Sbom,
    /// The first part of each reference.
    parts: HashMap<String, usize>,
    /// References to what the document defines and that is no part.
    others: HashSet<String>,
    /// The parts that it says it describes.
    described: HashSet<usize>,
    more: usize,
}

/// What a reference leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Referent {
    /// A part.
    Part(usize),
    /// Something else of the document: itself, a service, a person.
    Other,
    /// Nothing that the document defines.
    Nothing,
}

impl Draft {
    /// A document of which nothing is read yet.
    pub(super) fn new(format: Format, spec_version: String, oddities: Vec<Warning>) -> Self {
        let sbom = Sbom {
            format,
            spec_version,
            document: Document::default(),
            parts: Vec::new(),
            primary: Vec::new(),
            links: Vec::new(),
            completeness: Vec::new(),
            oddities: oddities.into_iter().map(|warning| warning.message).collect(),
        };
        Self {
            sbom,
            parts: HashMap::new(),
            others: HashSet::new(),
            described: HashSet::new(),
            more: 0,
        }
    }

    /// What it says about itself.
    pub(super) fn document(&mut self) -> &mut Document {
        &mut self.sbom.document
    }

    /// Whether the document is in XML.
    pub(super) fn is_xml(&self) -> bool {
        self.sbom.format == Format::CycloneDxXml
    }

    /// Adds a part and gives its index.
    pub(super) fn part(&mut self, part: Part) -> usize {
        let index = self.sbom.parts.len();
        if let Some(reference) = part.reference.clone() {
            match self.parts.entry(reference) {
                Entry::Vacant(free) => drop(free.insert(index)),
                Entry::Occupied(taken) => {
                    let (at, reference) = (&part.at, taken.key());
                    let oddity = format!("{at}: the reference \"{reference}\" stands twice");
                    self.odd(oddity);
                }
            }
        }
        self.sbom.parts.push(part);
        index
    }

    /// A part that is there.
    pub(super) fn part_mut(&mut self, index: usize) -> Option<&mut Part> {
        self.sbom.parts.get_mut(index)
    }

    /// Something of each part that the document is about.
    pub(super) fn of_primary<T>(&self, of: impl Fn(&Part) -> T) -> Vec<T> {
        self.sbom.primary.iter().filter_map(|&part| self.sbom.parts.get(part)).map(of).collect()
    }

    /// A reference that the document defines and that is no part.
    pub(super) fn other(&mut self, reference: &str) {
        self.others.insert(reference.to_owned());
    }

    /// What a reference leads to.
    pub(super) fn referent(&self, reference: &str) -> Referent {
        match self.parts.get(reference) {
            Some(&part) => Referent::Part(part),
            None if self.others.contains(reference) => Referent::Other,
            None => Referent::Nothing,
        }
    }

    /// The part that a reference leads to; where it leads nowhere, that is odd.
    pub(super) fn resolve(&mut self, reference: &str, at: &str) -> Option<usize> {
        match self.referent(reference) {
            Referent::Part(part) => Some(part),
            Referent::Other => None,
            Referent::Nothing => {
                self.odd(format!(
                    "{at} names \"{reference}\", which is no component of the document"
                ));
                None
            }
        }
    }

    /// Where a link to a reference leads; nowhere where that is no part.
    pub(super) fn target(&self, reference: &str) -> Option<Target> {
        match self.referent(reference) {
            Referent::Part(part) => Some(Target::Part(part)),
            Referent::Other => None,
            Referent::Nothing => Some(Target::Dangling(reference.to_owned())),
        }
    }

    /// Adds a part that the document says it describes.
    pub(super) fn primary(&mut self, part: usize) {
        if self.described.insert(part) {
            self.sbom.primary.push(part);
        }
    }

    /// Adds a link.
    pub(super) fn link(&mut self, from: usize, relation: Relation, to: Target) {
        self.sbom.links.push(Link { from, relation, to });
    }

    /// Adds a statement of completeness.
    pub(super) fn complete(
        &mut self,
        about: Option<usize>,
        relation: Relation,
        (aggregate, word): (Aggregate, &str),
    ) {
        let word = word.to_owned();
        self.sbom.completeness.push(Completeness { about, relation, aggregate, word });
    }

    /// Notes what is odd.
    pub(super) fn odd(&mut self, oddity: String) {
        if self.sbom.oddities.len() < MOST_ODDITIES {
            self.sbom.oddities.push(oddity);
        } else {
            self.more += 1;
        }
    }

    /// The document, each link once, in order of parts.
    pub(super) fn finish(mut self) -> Sbom {
        self.sbom.links.sort();
        self.sbom.links.dedup();
        if self.more > 0 {
            self.sbom.oddities.push(format!("{} more oddities are not listed", self.more));
        }
        self.sbom
    }
}
