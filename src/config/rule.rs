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

/// A number between 0 and 1, as rules and tables of scores write it; exact to nine decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Probability(u32);

/// A text that is no probability.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no probability between 0 and 1")]
pub struct InvalidProbability(pub String);

impl Probability {
    const ONE: f64 = 1_000_000_000.0;

    /// One in ten.
    pub const TENTH: Self = Self(100_000_000);

    /// In billionths.
    #[must_use]
    pub fn billionths(self) -> u32 {
        self.0
    }

    /// From billionths; `None` above 1.
    #[must_use]
    pub fn from_billionths(number: u32) -> Option<Self> {
        (number <= 1_000_000_000).then_some(Self(number))
    }

    /// As a floating-point number.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / Self::ONE
    }
}

impl FromStr for Probability {
    type Err = InvalidProbability;

    fn from_str(text: &str) -> Result<Self, InvalidProbability> {
        // small values are written as 9e-05, too
        let unsigned = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        let value = text.parse().ok().filter(|value| unsigned && (0.0..=1.0).contains(value));
        let value: f64 = value.ok_or_else(|| InvalidProbability(text.to_owned()))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and a billion"
        )]
        Ok(Self((value * Self::ONE).round() as u32))
    }
}

impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().fmt(f)
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
    /// A finding that is exploited within 30 days with at least this probability.
    Epss(Probability),
    /// A finding that a known version cures.
    Fixable,
    /// A report of malware.
    Malicious,
    /// A finding without a rating.
    Unscored,
    /// A finding that the baseline does not know; without a baseline that is each.
    New,
    /// A finding about which no statement and no waiver says anything.
    Untriaged,
}

/// A text that is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no rule; known: any, low, medium, high, critical, never, kev, epss>=0.5, fixable, malicious, unscored, new, untriaged"
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
            "new" => Self::New,
            "untriaged" => Self::Untriaged,
            other => match other.strip_prefix("epss").and_then(at_least) {
                Some(least) => Self::Epss(least),
                None => Self::Severity(other.parse()?),
            },
        })
    }
}

/// The probability of `>=0.5`; spaces are free.
fn at_least(text: &str) -> Option<Probability> {
    text.trim_start().strip_prefix(">=")?.trim_start().parse().ok()
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
            Self::Epss(least) => return write!(f, "epss>={least}"),
            Self::Fixable => "fixable",
            Self::Malicious => "malicious",
            Self::Unscored => "unscored",
            Self::New => "new",
            Self::Untriaged => "untriaged",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_as_it_prints() {
        let names = ["any", "low", "critical", "never", "kev", "fixable", "malicious", "unscored"];
        for name in names.into_iter().chain(["new", "untriaged"]) {
            assert_eq!(name.parse::<Rule>().unwrap().to_string(), name);
        }
        assert_eq!("EPSS >= 0.50".parse::<Rule>().unwrap().to_string(), "epss>=0.5");
        for text in
            ["sometimes", "epss", "epss>0.5", "epss>=", "epss>=1.1", "epss>=-0", "epss>=nan"]
        {
            assert_eq!(text.parse::<Rule>(), Err(InvalidRule(text.to_owned())));
        }
    }
}
