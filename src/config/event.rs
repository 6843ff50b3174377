//! The kinds of events that an audit tells, and which of them the policy wants to fail on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What happened. The names are those of reports and of `audit.fail_on_events`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A finding is open that was not known before.
    Introduced,
    /// A finding that was known and did not count is open.
    Reopened,
    /// An open finding is gone, or does not count any more.
    Resolved,
    /// An open finding became known to be exploited.
    KevAdded,
    /// It became much likelier that an open finding is exploited.
    EpssJump,
    /// An open finding became graver.
    SeverityUp,
    /// A version that cures an open finding became known.
    FixPublished,
    /// An open finding is gone since its records were withdrawn.
    AdvisoryWithdrawn,
    /// A waiver ends soon.
    WaiverExpiring,
    /// A waiver ended.
    WaiverExpired,
    /// A VEX statement is older than the last change of the advisory that it speaks of.
    StatementStale,
    /// Less of a document can be judged than before.
    CoverageFell,
    /// A source or a document cannot be read.
    SourceFailing,
    /// A source or a document can be read again.
    SourceRecovered,
    /// The imported advisory data is older than the policy allows.
    DataStale,
}

impl EventKind {
    /// All of them, in the order in which they are documented.
    pub const ALL: [Self; 15] = [
        Self::Introduced,
        Self::Reopened,
        Self::Resolved,
        Self::KevAdded,
        Self::EpssJump,
        Self::SeverityUp,
        Self::FixPublished,
        Self::AdvisoryWithdrawn,
        Self::WaiverExpiring,
        Self::WaiverExpired,
        Self::StatementStale,
        Self::CoverageFell,
        Self::SourceFailing,
        Self::SourceRecovered,
        Self::DataStale,
    ];

    /// The word for the four that make an open finding worse or easier to cure.
    pub const ESCALATED: &'static str = "escalated";

    /// The name in reports and configurations.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Reopened => "reopened",
            Self::Resolved => "resolved",
            Self::KevAdded => "kev-added",
            Self::EpssJump => "epss-jump",
            Self::SeverityUp => "severity-up",
            Self::FixPublished => "fix-published",
            Self::AdvisoryWithdrawn => "advisory-withdrawn",
            Self::WaiverExpiring => "waiver-expiring",
            Self::WaiverExpired => "waiver-expired",
            Self::StatementStale => "statement-stale",
            Self::CoverageFell => "coverage-fell",
            Self::SourceFailing => "source-failing",
            Self::SourceRecovered => "source-recovered",
            Self::DataStale => "data-stale",
        }
    }

    /// Whether it is about a flaw in a document, which it names.
    #[must_use]
    pub fn is_about_a_flaw(self) -> bool {
        match self {
            Self::Introduced
            | Self::Reopened
            | Self::Resolved
            | Self::KevAdded
            | Self::EpssJump
            | Self::SeverityUp
            | Self::FixPublished
            | Self::AdvisoryWithdrawn
            | Self::StatementStale => true,
            Self::WaiverExpiring
            | Self::WaiverExpired
            | Self::CoverageFell
            | Self::SourceFailing
            | Self::SourceRecovered
            | Self::DataStale => false,
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether it makes an open finding worse, or easier to cure.
    #[must_use]
    pub fn is_escalation(self) -> bool {
        matches!(self, Self::KevAdded | Self::EpssJump | Self::SeverityUp | Self::FixPublished)
    }

    /// The kinds that a word of the policy stands for.
    pub(super) fn named(word: &str) -> Result<Vec<Self>, String> {
        if word == Self::ESCALATED {
            return Ok(Self::ALL.into_iter().filter(|kind| kind.is_escalation()).collect());
        }
        Self::from_name(word).map(|kind| vec![kind]).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            format!("\"{word}\" is no event, expected one of {}, {known}", Self::ESCALATED)
        })
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_one_name_everywhere() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::from_name(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn escalated_stands_for_four_kinds() {
        assert_eq!(EventKind::named("escalated").unwrap().len(), 4);
        assert!(EventKind::named("worse").unwrap_err().starts_with("\"worse\" is no event"));
    }
}
