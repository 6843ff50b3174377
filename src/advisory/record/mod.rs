//! One advisory as the OSV schema describes it (<https://ossf.github.io/osv-schema/>, 1.7).
//!
//! A record that is not understood whole is still used for what is understood, and says so in its
//! [`Record::warnings`]: an unknown severity type or a vector that cannot be read leaves the severity
//! unknown, an unknown range type leaves the `versions` list to decide. Only what has no identifier or
//! is no JSON is refused.

mod wire;

use jiff::Timestamp;
use std::sync::Arc;

use crate::ids::{AdvisoryId, Ecosystem};

pub use wire::InvalidRecord;

/// One advisory record of one source.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its identifier.
    pub id: AdvisoryId,
    /// Where it was loaded from: `bundled`, or the path that was given.
    pub source: Arc<str>,
    /// When it was last changed.
    pub modified: Option<Timestamp>,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// When it was withdrawn; silent from then on.
    pub withdrawn: Option<Timestamp>,
    /// Other identifiers of the same flaw.
    pub aliases: Vec<AdvisoryId>,
    /// Other flaws that a reader may want to see; never merged with this one.
    pub related: Vec<AdvisoryId>,
    /// Flaws of packages further up that this record carries over; never merged with this one, since
    /// one record of a distribution may gather several.
    pub upstream: Vec<AdvisoryId>,
    /// One line.
    pub summary: String,
    /// The whole text.
    pub details: String,
    /// Ratings of the record as a whole.
    pub severity: Vec<Rating>,
    /// Which packages in which versions.
    pub affected: Vec<Affected>,
    /// Where it can be read up.
    pub references: Vec<String>,
    /// Facts outside the schema's core that are shown and never decide.
    pub specific: Specific,
    /// What was not understood.
    pub warnings: Vec<String>,
}

/// A rating as written: a type and a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// `CVSS_V2`, `CVSS_V3`, `CVSS_V4`, `Ubuntu`, anything.
    pub kind: String,
    /// The vector or word.
    pub score: String,
}

/// One affected package.
#[derive(Clone, Debug)]
pub struct Affected {
    /// The ecosystem, with its suffix.
    pub ecosystem: Ecosystem,
    /// The name in the ecosystem's normal form.
    pub name: String,
    /// Version ranges; a version in any of them is affected.
    pub ranges: Vec<Range>,
    /// Versions listed one by one.
    pub versions: Vec<String>,
    /// Ratings for this package alone.
    pub severity: Vec<Rating>,
    /// The source's own remark about the last affected version. Shown, never decides.
    pub hint: Option<String>,
}

/// A range of versions: what happens from which version on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// What its events are: versions or commits.
    pub over: Over,
    /// The events, as written.
    pub events: Vec<Event>,
}

/// What the events of a range speak of (OSV `ranges[].type`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// Versions, in the order of the ecosystem (`ECOSYSTEM`, `SEMVER`).
    Versions,
    /// Commits of a repository (`GIT`): shown, and never compared with a version.
    Commits {
        /// Where the repository is.
        repository: Option<String>,
    },
}

/// A change of state along the order of versions (OSV `ranges[].events[]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The flaw appears here; `0` stands before every version.
    Introduced(String),
    /// The flaw is gone from here on.
    Fixed(String),
    /// The flaw is still there here, and not known to be there later.
    LastAffected(String),
    /// Nothing is said from here on.
    Limit(String),
}

impl Event {
    /// The version at which it happens.
    #[must_use]
    pub fn version(&self) -> &str {
        match self {
            Self::Introduced(v) | Self::Fixed(v) | Self::LastAffected(v) | Self::Limit(v) => v,
        }
    }
}

/// Facts from `database_specific` that bomvet knows how to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Specific {
    /// CWE identifiers.
    pub cwe_ids: Vec<String>,
    /// The entry in CISA's catalogue of exploited vulnerabilities.
    pub kev: Option<Kev>,
    /// Claims of different authorities that do not agree.
    pub claims: Vec<Claim>,
}

/// An entry in CISA's catalogue of exploited vulnerabilities.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Kev {
    /// The date of entry.
    pub added: String,
    /// The date by which agencies had to act.
    pub due: Option<String>,
    /// Where this can be checked.
    pub source: Option<String>,
}

/// What one authority says about one fact.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Claim {
    /// `fixed`, `introduced`, `severity`, …
    pub about: String,
    /// Who says so.
    pub source: String,
    /// Where.
    pub url: Option<String>,
    /// What.
    pub value: String,
    /// Whether it is this claim that the record follows.
    #[serde(default)]
    pub decides: bool,
}

impl Record {
    /// Reads one record from its JSON.
    ///
    /// # Errors
    /// When it is no JSON object or has no identifier.
    pub fn parse(json: &str, source: &Arc<str>) -> Result<Self, InvalidRecord> {
        wire::parse(json, source)
    }

    /// Whether it counts at that moment.
    #[must_use]
    pub fn is_withdrawn(&self, now: Timestamp) -> bool {
        self.withdrawn.is_some_and(|at| at <= now)
    }

    /// Whether it reports malware and not a flaw: it, or what it calls the same, is a record of the
    /// malicious packages database.
    #[must_use]
    pub fn is_malware(&self) -> bool {
        std::iter::once(&self.id).chain(&self.aliases).any(|id| id.as_str().starts_with("MAL-"))
    }
}
