//! Rules that close the gate.

use std::fmt;
use std::str::FromStr;

/// The levels that a severity rule can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Threshold {
    /// Everything above zero.
    Low,
    /// From 4.0.
    Medium,
    /// From 7.0.
    High,
    /// From 9.0.
    Critical,
}

impl Threshold {
    /// The name in rules.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// One rule of `--fail-on`; any one of several closes the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Any open finding.
    Any,
    /// A finding at or above a level.
    Severity(Threshold),
    /// Nothing.
    Never,
    /// A finding known to be exploited.
    Kev,
    /// A finding that a known version cures.
    Fixable,
    /// A report of malware.
    Malicious,
    /// A finding without a rating.
    Unscored,
}

/// A text that is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no rule; known: any, low, medium, high, critical, never, kev, fixable, malicious, unscored"
)]
pub struct InvalidRule(pub String);

impl FromStr for Rule {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        Ok(match text.trim().to_ascii_lowercase().as_str() {
            "any" => Self::Any,
            "never" => Self::Never,
            "kev" => Self::Kev,
            "fixable" => Self::Fixable,
            "malicious" => Self::Malicious,
            "unscored" => Self::Unscored,
            other => Self::Severity(other.parse()?),
        })
    }
}

impl FromStr for Threshold {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        [Self::Low, Self::Medium, Self::High, Self::Critical]
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or_else(|| InvalidRule(text.to_owned()))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any",
            Self::Severity(level) => level.as_str(),
            Self::Never => "never",
            Self::Kev => "kev",
            Self::Fixable => "fixable",
            Self::Malicious => "malicious",
            Self::Unscored => "unscored",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_as_it_prints() {
        for name in ["any", "low", "critical", "never", "kev", "fixable", "malicious", "unscored"] {
            assert_eq!(name.parse::<Rule>().unwrap().to_string(), name);
        }
        assert_eq!("sometimes".parse::<Rule>(), Err(InvalidRule("sometimes".to_owned())));
    }
}
