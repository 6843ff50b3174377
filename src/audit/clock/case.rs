//! What is known about one flaw or incident in one product: when things happened, what was done.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::anchor::Anchor;
use super::fact::Facts;
use super::moment::Moment;
use crate::audit::store::Detection;

/// Who says when something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A person, who entered it then.
    Person {
        /// The name.
        name: String,
        /// When it was entered.
        entered: Timestamp,
    },
    /// The history of earlier audits, with where it was seen first.
    History(Detection),
    /// Loaded data, of this name.
    Data(String),
}

/// When something happened, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// When.
    pub at: Moment,
    /// Who says so.
    pub by: Source,
    /// What was remarked.
    pub note: Option<String>,
}

/// One flaw or incident in one product, or in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// The identifier of the flaw, or a name of the incident.
    pub subject: String,
    /// The product; none where it was told for all.
    pub product: Option<String>,
    /// The events.
    pub anchors: BTreeMap<Anchor, Entered>,
    /// What was done: regime and stage.
    pub done: BTreeMap<(String, String), Entered>,
    /// The answers to what tables ask.
    pub facts: Facts,
}

impl Case {
    /// A case of which nothing is known yet.
    #[must_use]
    pub fn new(subject: &str) -> Self {
        Self { subject: subject.to_owned(), ..Self::default() }
    }

    /// Takes in an event that no person entered; what a person entered stays.
    pub fn observe(&mut self, anchor: Anchor, at: Moment, by: Source) {
        self.anchors.entry(anchor).or_insert(Entered { at, by, note: None });
    }

    /// Takes in the first detection that the history of audits knows. It also stands for what is
    /// learned, as a default, where nobody entered that.
    pub fn first_detected(&mut self, found: Detection) {
        let at = Moment::At(found.at, Offset::UTC);
        self.observe(Anchor::Detected, at, Source::History(found));
    }

    /// When an event happened, and whether first detection stands for it.
    pub(super) fn anchor(&self, anchor: Anchor) -> Option<(&Entered, Stands)> {
        let told = self.anchors.get(&anchor).map(|entered| (entered, Stands::Itself));
        let default = || {
            let detected = self.anchors.get(&Anchor::Detected)?;
            (anchor == Anchor::Learned).then_some((detected, Stands::Default))
        };
        told.or_else(default)
    }
}

/// Whether an event was told, or another stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It was told.
    Itself,
    /// First detection stands for what is learned.
    Default,
}
