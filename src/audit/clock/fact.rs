//! What tables of deadlines ask about a flaw, besides when something happened.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// A question with a few possible answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// Whether it is in CISA's catalogue of exploited flaws.
    Kev,
    /// Whether what is affected can be reached from the internet.
    Exposed,
    /// Whether the first steps of an attack can be automated (SSVC).
    Automatable,
    /// Whether an attacker gains a part of the control, or all of it (SSVC).
    TechnicalImpact,
    /// Whether an attack is likely to succeed (FedRAMP).
    LikelyExploitable,
    /// How bad the consequences may be for agencies, from N1 to N5 (FedRAMP).
    AdverseImpact,
    /// The impact level of the authorised service (FedRAMP).
    FedrampClass,
}

impl Fact {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Kev,
        Self::Exposed,
        Self::Automatable,
        Self::TechnicalImpact,
        Self::LikelyExploitable,
        Self::AdverseImpact,
        Self::FedrampClass,
    ];

    /// The name in options, registers and regimes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kev => "kev",
            Self::Exposed => "exposed",
            Self::Automatable => "automatable",
            Self::TechnicalImpact => "technical-impact",
            Self::LikelyExploitable => "likely-exploitable",
            Self::AdverseImpact => "adverse-impact",
            Self::FedrampClass => "fedramp-class",
        }
    }

    /// The possible answers.
    #[must_use]
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Kev | Self::Exposed | Self::Automatable | Self::LikelyExploitable => {
                &["no", "yes"]
            }
            Self::TechnicalImpact => &["partial", "total"],
            Self::AdverseImpact => &["N1", "N2", "N3", "N4", "N5"],
            Self::FedrampClass => &["low", "moderate", "high"],
        }
    }

    /// The answer as written here, where it is one.
    ///
    /// # Errors
    /// With the possible answers.
    pub fn answer(self, word: &str) -> Result<&'static str, String> {
        self.words().iter().copied().find(|known| *known == word).ok_or_else(|| {
            format!("{self} is \"{word}\", expected one of {}", self.words().join(", "))
        })
    }
}

impl FromStr for Fact {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|fact| fact.as_str() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|fact| fact.as_str()).collect();
            format!("\"{text}\" is no fact; known: {}", known.join(", "))
        })
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known about one flaw, and from whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    answers: BTreeMap<Fact, (&'static str, String)>,
    /// The day by which CISA's catalogue told agencies to act.
    pub kev_due: KevDue,
}

/// The day that CISA's catalogue names for a flaw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KevDue {
    /// Nobody looked: the entry is not in the loaded data.
    #[default]
    NotLookedUp,
    /// The entry names none.
    None,
    /// This one.
    Day(Date),
}

impl Facts {
    /// Takes in an answer, in the place of an earlier one. `source` says whose it is.
    pub fn tell(&mut self, fact: Fact, word: &'static str, source: impl Into<String>) {
        self.answers.insert(fact, (word, source.into()));
    }

    /// The answer and whose it is.
    #[must_use]
    pub fn get(&self, fact: Fact) -> Option<(&'static str, &str)> {
        self.answers.get(&fact).map(|(word, source)| (*word, source.as_str()))
    }
}
