//! What becomes of a finding: open or suppressed, and whether the gate opens.

pub mod baseline;
mod exploitation;
mod facts;
pub mod gate;
pub mod grace;
mod policy;
pub mod vex;
pub mod waiver;

use jiff::Timestamp;

use crate::matching::Finding;

/// A finding with its verdict.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The finding.
    pub finding: Finding,
    /// What became of it.
    pub verdict: Verdict,
    /// The VEX statement that counts of those that speak of it, whether it closed the finding or not.
    pub stated: Option<vex::Stated>,
    /// Whether somebody who may looked at it: a statement or a waiver speaks of it and holds.
    pub triage: Triage,
    /// Since when the baseline knows it.
    pub first_seen: Option<Timestamp>,
    /// Whether it may wait.
    pub waiting: grace::Waiting,
}

/// Whether anybody said anything about a finding, be it that it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Triage {
    /// Nobody did.
    #[default]
    Missing,
    /// A VEX statement or a waiver did.
    Done,
}

/// What became of a finding. A suppressed one stays in every report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It counts.
    Open,
    /// Somebody said that it does not count.
    Suppressed(Suppression),
}

/// Who says that a finding does not count, why, and where that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The kind of statement.
    pub kind: SuppressionKind,
    /// The reason that was given.
    pub justification: Option<String>,
    /// The word of a waiver that says why the flaw does not matter, instead of accepting it.
    pub word: Option<String>,
    /// The file that says so, with its line.
    pub source: String,
    /// Where the work on it is tracked.
    pub ticket: Option<String>,
    /// Who says so, or answers for it.
    pub author: Option<String>,
    /// Since when it holds, in RFC 3339.
    pub at: Option<String>,
    /// Until when, as written.
    pub until: Option<String>,
}

/// The kinds of statements that suppress a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionKind {
    /// A VEX statement with this status.
    Vex(vex::Status),
    /// A waiver of the configuration.
    Waiver,
    /// An entry of the baseline.
    Baseline,
}

impl SuppressionKind {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vex(_) => "vex",
            Self::Waiver => "waiver",
            Self::Baseline => "baseline",
        }
    }

    /// The status that a report gives the finding.
    #[must_use]
    pub fn status(self) -> &'static str {
        match self {
            Self::Vex(status) => status.as_str(),
            Self::Waiver => "waived",
            Self::Baseline => "known",
        }
    }
}

impl Judged {
    /// A finding about which nobody has said anything yet.
    #[must_use]
    pub fn open(finding: Finding) -> Self {
        Self {
            finding,
            verdict: Verdict::Open,
            stated: None,
            triage: Triage::Missing,
            first_seen: None,
            waiting: grace::Waiting::Counts,
        }
    }

    /// Whether it counts.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.verdict == Verdict::Open
    }
}
