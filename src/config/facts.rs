//! What the rules of the configuration can ask about: the fields of `finding`, `component`, `document`.

use serde::Serialize;

/// What an expression can know about a finding.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FindingFacts {
    /// The identifier that names it.
    pub id: String,
    /// All its identifiers.
    pub ids: Vec<String>,
    /// One line about it.
    pub summary: String,
    /// The level: critical, high, medium, low, none, unknown.
    pub severity: String,
    /// The CVSS score; of an unrated one what `gate.unknown_severity` says: 10 for `fail`, 0 for `pass`.
    pub score: f64,
    /// Whether it is known to be exploited.
    pub kev: bool,
    /// The EPSS score; of one without what `gate.unknown_severity` says: 1 or 0.
    pub epss: f64,
    /// Whether it reports malware.
    pub malicious: bool,
    /// Whether a known version cures it.
    pub fixable: bool,
    /// Whether neither a statement nor a waiver speaks of it.
    pub untriaged: bool,
    /// Whether a mitigation was seen.
    pub mitigated: bool,
    /// exact, repaired, low.
    pub certainty: String,
    /// Days since it was published; -1 where nobody says when.
    pub age_days: i64,
    /// Days since the baseline knows it; -1 where it does not.
    pub known_days: i64,
}

/// What an expression can know about a component.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ComponentFacts {
    /// Its package URL as written; empty where there is none.
    pub purl: String,
    /// The ecosystem of its package; empty where it is not evaluated.
    pub ecosystem: String,
    /// Its group or namespace; may be empty.
    pub group: String,
    /// Its name.
    pub name: String,
    /// Its version; empty where there is none.
    pub version: String,
    /// Its scope, or unknown.
    pub scope: String,
    /// direct, transitive, unknown.
    pub relation: String,
    /// Whether it could be evaluated.
    pub evaluated: bool,
    /// whole, named, exploited, nothing: what the data can tell of it.
    pub coverage: String,
    /// What its document states about its licence.
    pub licenses: Vec<String>,
}

/// What an expression can know about a document.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DocumentFacts {
    /// Its path as the user named it.
    pub path: String,
    /// Its format.
    pub format: String,
    /// The version of the format; empty where it names none.
    pub spec_version: String,
    /// What it is about; empty where it does not say.
    pub subject: String,
    /// How many components it declares.
    pub declared: i64,
    /// How many of them are evaluated.
    pub evaluated: i64,
    /// How many are not.
    pub not_evaluated: i64,
}
