//! The memory of audits: values in, values out, whatever keeps them.
//!
//! A release is kept once for all documents that hold it, with the digest of what the advisory data
//! said of it ([`Outcome`]). New data is compared with these digests, and only documents that hold a
//! release whose digest changed are judged again. What is written about a document, its findings and
//! its events, is written at once or not at all.

mod backend;
mod numbers;
mod postgres;
mod rows;
mod schema;
mod sqlite;
#[cfg(test)]
mod suite;
mod trouble;

pub use backend::{Store, steadily};
pub use postgres::Postgres;
pub use sqlite::Sqlite;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::condition::Condition;
use super::event::Event;
use super::portfolio::Card;
use super::state::{Covered, DocumentState};
use crate::advisory::severity::Level;
use crate::config::EventKind;
use crate::ids::AdvisoryId;
use crate::judge::gate::Class;

/// Why the memory cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another run is at work.
    #[error("another audit is running: {owner}, which holds the store until {until}")]
    Busy {
        /// Who.
        owner: String,
        /// Until when, unless it goes on.
        until: Timestamp,
    },
    /// Another run took over.
    #[error("another audit took the store over while this one ran")]
    Lost,
    /// It was made by an older bomvet, and who only reads changes nothing.
    #[error("the store {path} has version {found}, older than the {known} of this bomvet")]
    Older {
        /// Where it is.
        path: String,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// It was made by a newer bomvet.
    #[error("the store {path} has version {found}, newer than the {known} that this bomvet knows")]
    Newer {
        /// Where it is.
        path: String,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// There is none.
    #[error("there is no audit store {path}")]
    Missing {
        /// Where it is.
        path: String,
    },
    /// It cannot be read or written.
    #[error("could not use the audit store {path}: {cause}")]
    Unusable {
        /// Where it is.
        path: String,
        /// What happened.
        cause: String,
    },
}

impl StoreError {
    /// The class whose number is the exit code.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Busy { .. } | Self::Lost => Class::Output,
            Self::Older { .. }
            | Self::Newer { .. }
            | Self::Missing { .. }
            | Self::Unusable { .. } => Class::Input,
        }
    }
}

/// The digest of all that the data says of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Outcome(pub u128);

/// The number of a release in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseId(pub u32);

/// The number of a document in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub u32);

/// Who wants to write alone, and for how long without a sign of life.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// The process and its machine.
    pub owner: &'a str,
    /// The machine. A store in a file is opened to write by whoever has a lock of the operating system
    /// alone, so that a lease that was taken on the same machine is over. A database has a lock of its
    /// own and does not ask.
    pub machine: &'a str,
    /// The real clock.
    pub now: Timestamp,
    /// When the lease ends.
    pub until: Timestamp,
}

/// What proves that a writer still is the one: every write checks the number and prolongs the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence {
    /// Grows with every lease.
    pub token: i64,
    /// When the lease ends now.
    pub until: Timestamp,
}

/// A run, as it begins.
#[derive(Clone, Debug)]
pub struct NewRun<'a> {
    /// Its clock.
    pub now: Timestamp,
    /// SHA-256 over the advisory data.
    pub data: &'a str,
    /// SHA-256 over the policy.
    pub policy: &'a str,
    /// The date of the data as a whole.
    pub as_of: Option<Timestamp>,
    /// The portfolio.
    pub portfolio: Vec<Card>,
}

/// A run that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: u64,
    /// Whether an earlier process began it and did not end it.
    pub is_continued: bool,
}

/// What is known of a document without its findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub id: DocumentId,
    /// The product.
    pub product: String,
    /// The source that named it.
    pub source: String,
    /// The path or address.
    pub path: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// SHA-256 over the policy that judged it.
    pub policy: String,
    /// Whether data changed that it depends on.
    pub is_touched: bool,
    /// From when on its verdicts may change by time alone.
    pub recheck: Option<Timestamp>,
    /// Whether it is still in its source.
    pub is_present: bool,
    /// How its file looked when the digest was taken, where a change would show.
    pub stamp: Option<String>,
}

/// All that is written about a document at once.
#[derive(Clone, Debug)]
pub struct Record {
    /// The product.
    pub product: String,
    /// The source that named it.
    pub source: String,
    /// The path or address.
    pub path: String,
    /// The run.
    pub run: u64,
    /// SHA-256 over the policy.
    pub policy: String,
    /// From when on its verdicts may change by time alone.
    pub recheck: Option<Timestamp>,
    /// Whether it is still in its source.
    pub is_present: bool,
    /// How its file looked when the digest was taken, where a change would show.
    pub stamp: Option<String>,
    /// What it is by now.
    pub state: DocumentState,
    /// What the data says of its releases, in their order.
    pub outcomes: Vec<Outcome>,
    /// What happened.
    pub events: Vec<Event>,
}

/// How likely a flaw is exploited.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The flaw, under all its names.
    pub ids: Vec<AdvisoryId>,
    /// The score by now.
    pub now: Option<f64>,
    /// The score when people were last told of it.
    pub told: Option<f64>,
}

/// What new data means, before any document is judged.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// Releases of which the data says something else than before.
    pub outcomes: Vec<(ReleaseId, Outcome)>,
    /// Flaws whose score is another.
    pub scores: Vec<Score>,
    /// What is told at once.
    pub events: Vec<Event>,
}

/// How a run ends.
#[derive(Clone, Debug, Default)]
pub struct Closing {
    /// What holds.
    pub conditions: Vec<Condition>,
    /// What began and ended.
    pub events: Vec<Event>,
}

/// In which order events are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they were told.
    #[default]
    Told,
    /// By kind, in the order in which kinds are documented, then by level, the gravest first.
    Gravest,
}

/// Which events are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// In which order.
    pub order: Order,
    /// How many at most.
    pub most: Option<usize>,
    /// Those of this run.
    pub run: Option<u64>,
    /// Those at or after this moment.
    pub since: Option<Timestamp>,
    /// Those of this product.
    pub product: Option<String>,
    /// Those of this kind.
    pub kind: Option<EventKind>,
}

/// A document that holds a release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Holder {
    /// The product.
    pub product: String,
    /// The document.
    pub document: String,
    /// The version in it.
    pub version: String,
    /// The findings of that release that count, by the name of the flaw.
    pub open: Vec<String>,
    /// Those that do not count, by the name of the flaw.
    pub suppressed: Vec<String>,
    /// Whether the data could tell something about it.
    pub is_judged: bool,
    /// The commit of the repository that has the document so.
    pub commit: Option<String>,
}

/// A run, as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PastRun {
    /// Its number.
    pub id: u64,
    /// Its clock.
    pub now: Timestamp,
    /// Whether it came to its end.
    pub is_finished: bool,
    /// SHA-256 over the advisory data.
    pub data_sha256: String,
    /// The date of the data as a whole.
    pub data_as_of: Option<Timestamp>,
    /// SHA-256 over the policy.
    pub policy_sha256: String,
}

/// How a document stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The product.
    pub product: String,
    /// The document.
    pub document: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// What it is about.
    pub subject: Option<String>,
    /// The format, with its version.
    pub format: String,
    /// The commit of the checkout that it lies in.
    pub commit: Option<String>,
    /// How much of it could be judged.
    pub components: Covered,
    /// Findings that count, by level.
    pub open: BTreeMap<Level, usize>,
    /// Those of them that cannot be judged any more.
    pub unconfirmed: usize,
    /// Findings that do not count.
    pub suppressed: usize,
}

/// Open findings of a flaw in one document.
#[derive(Clone, Debug, PartialEq)]
pub struct Affected {
    /// The product.
    pub product: String,
    /// The document.
    pub document: String,
    /// SHA-256 of the document.
    pub sha256: String,
    /// The findings.
    pub findings: Vec<super::state::Held>,
}

/// A flaw in a product, and where an audit saw it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    /// The flaw, under all its names.
    pub ids: Vec<AdvisoryId>,
    /// The product.
    pub product: String,
    /// The document in which it was seen first.
    pub document: String,
    /// When.
    pub at: Timestamp,
    /// By which run, unless that is forgotten.
    pub run: Option<u64>,
    /// Whether a finding of it counts today, in any document of the product.
    pub is_open: bool,
}

/// What was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Events.
    pub events: usize,
    /// Findings that were gone.
    pub findings: usize,
    /// Documents that were gone.
    pub documents: usize,
    /// Releases that no document holds.
    pub releases: usize,
}
