//! What is remembered of a document: values without a database behind them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::advisory::severity::Level;
use crate::ids::AdvisoryId;

/// A package in a release, as the store keeps it once for all documents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Release {
    /// The OSV ecosystem.
    pub ecosystem: String,
    /// The name there, in its normal form.
    pub name: String,
    /// The version; empty where the document names none.
    pub version: String,
    /// Whether the name may be that of one of several packages built from one source.
    pub is_perhaps_built: bool,
}

impl Release {
    /// The package without its version.
    #[must_use]
    pub fn package(&self) -> (&str, &str) {
        (&self.ecosystem, &self.name)
    }
}

/// What became of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Status {
    /// It counts.
    Open,
    /// It was open when it could last be judged, and cannot be judged now: it still counts.
    Unconfirmed {
        /// Why.
        why: String,
        /// The [parts](DocumentState::gaps) in which it may be and that could be read before.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        behind: BTreeSet<String>,
    },
    /// Somebody said that it does not count.
    Suppressed {
        /// `vex`, `waiver` or `baseline`.
        kind: String,
        /// The status that a report gives it.
        status: String,
        /// The reason that was given.
        justification: Option<String>,
        /// The file that says so, with its line.
        source: String,
        /// Until when, as written.
        until: Option<String>,
    },
    /// It is not there any more.
    Gone {
        /// Since when.
        at: Timestamp,
    },
}

impl Status {
    /// Whether it counts.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open | Self::Unconfirmed { .. })
    }

    /// Whether it is a memory alone.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone { .. })
    }

    /// The name in reports and in the store.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Unconfirmed { .. } => "unconfirmed",
            Self::Suppressed { .. } => "suppressed",
            Self::Gone { .. } => "gone",
        }
    }
}

/// A finding of a document, as it is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The component as people name it: its purl, else `group:name@version`.
    pub component: String,
    /// What advisories were asked about.
    pub release: Release,
    /// Every identifier of the flaw, the one to name it by first.
    pub ids: Vec<AdvisoryId>,
    /// The records that cover the version.
    pub records: Vec<AdvisoryId>,
    /// The strictest rating.
    pub level: Level,
    /// Its base score.
    pub score: Option<f64>,
    /// The day on which it was listed as exploited.
    pub kev: Option<String>,
    /// How likely it is exploited within 30 days.
    pub epss: Option<f64>,
    /// The versions that end the intervals, as records name them.
    pub fixed: Vec<String>,
    /// What the component is for, where the document says.
    pub scope: Option<String>,
    /// Whether a record reports malware.
    pub malicious: bool,
    /// Whether the VEX statement that counts is older than the last change of the advisory.
    pub has_stale_statement: bool,
    /// What became of it.
    pub status: Status,
    /// When it was first seen in this document.
    pub since: Timestamp,
}

impl Held {
    /// Whether two findings are about one flaw of one package, whatever the version.
    #[must_use]
    pub fn is_same_flaw(&self, other: &Self) -> bool {
        self.release.package() == other.release.package()
            && self.ids.iter().any(|id| other.ids.contains(id))
    }
}

/// How many components a document declares, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// All parts that the document declares.
    pub declared: usize,
    /// Those that advisories were asked about.
    pub evaluated: usize,
    /// The others.
    pub not_evaluated: usize,
    /// Those of the evaluated about which the loaded data can tell nothing.
    pub not_covered: usize,
    /// The others, by reason.
    pub reasons: BTreeMap<String, usize>,
}

impl Covered {
    /// How many of the declared have a verdict that means something.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.evaluated.saturating_sub(self.not_covered)
    }

    /// Whether components were declared and none could be evaluated.
    #[must_use]
    pub fn is_blind(&self) -> bool {
        self.declared > 0 && self.evaluated == 0
    }

    /// Whether a smaller share of it can be judged than of an earlier state.
    #[must_use]
    pub fn is_less_than(&self, before: &Self) -> bool {
        // a/b < c/d without division; an empty document hides nothing
        let (declared, known) = (self.declared.max(1) as u128, before.declared.max(1) as u128);
        let judged = if self.declared == 0 { 1 } else { self.judged() as u128 };
        let was = if before.declared == 0 { 1 } else { before.judged() as u128 };
        judged * known < was * declared
    }
}

/// What is remembered of one document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentState {
    /// SHA-256 of its file, in hexadecimal.
    pub sha256: String,
    /// What it is about, as people say it.
    pub subject: Option<String>,
    /// The format, with its version.
    pub format: String,
    /// The commit of the checkout that it lies in.
    pub commit: Option<String>,
    /// How much of it could be judged.
    pub covered: Covered,
    /// The releases in it, sorted; those that advisories cannot be asked about, too.
    pub releases: Vec<Release>,
    /// Those of them whose package the data could not tell anything about, sorted.
    pub unasked: Vec<Release>,
    /// The findings, those that are gone last, in the order of a report.
    pub findings: Vec<Held>,
    /// The parts that nobody could look into, by name: what is not listed may be in them.
    #[serde(default)]
    pub gaps: BTreeSet<String>,
    /// Whether more could not be read than names tell, so that what is not listed may be in it. Not
    /// remembered: such a file is judged at every run.
    #[serde(skip)]
    pub is_partial: bool,
    /// The names, in lower case, of components that could not be evaluated. Not remembered.
    #[serde(skip)]
    pub unnamed: BTreeSet<String>,
    /// Whether a package is in it in one version at most, as in what Maven builds: then a version that is
    /// there took the place of any other. Not remembered.
    #[serde(skip)]
    pub has_one_version: bool,
}

impl DocumentState {
    /// The findings that are there.
    pub fn present(&self) -> impl Iterator<Item = &Held> {
        self.findings.iter().filter(|held| !held.status.is_gone())
    }
}
