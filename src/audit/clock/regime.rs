//! A regime: who owes what to whom, how long after which event, and who says so.

use std::fmt;

use jiff::civil::Date;

use super::anchor::Anchor;
use super::holiday::Holiday;
use super::moment::Moment;
use super::span::Span;
use super::table::Table;

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $of:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[doc = $of])+ $variant,)+ }

        impl $name {
            /// The words in regimes and reports.
            pub const WORDS: &[(&'static str, Self)] = &[$(($word, Self::$variant),)+];

            /// The word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What a regime asks for.
    Kind {
        /// A report on a flaw.
        VulnerabilityReport = "vulnerability report",
        /// A report on an incident: a flaw in a component alone is none.
        IncidentReport = "incident report",
        /// A fix.
        Remediation = "fix",
        /// Something to be published.
        Disclosure = "disclosure",
        /// Coordination with those who found a flaw.
        Coordination = "coordination",
    }
}

words! {
    /// Whether a regime binds anybody.
    Status {
        /// It is in force from its day on.
        InForce = "in force",
        /// Another took its place on its last day.
        Revoked = "revoked",
        /// It was done with on its last day.
        Closed = "closed",
        /// Sources contradict each other about whether it is in force.
        Disputed = "disputed",
        /// It is proposed, and no law in any source that was read.
        Bill = "bill",
        /// It is in force and its number comes from memory, or binds nobody: a target.
        Unsourced = "unsourced",
    }
}

words! {
    /// How well a statement is supported. "Verified" means that the page or file named was read; whether
    /// that is the official text stands in [`Regime::read`].
    Evidence {
        /// The source named was read.
        Verified = "verified",
        /// Only somebody's account of the source was read.
        Secondary = "secondary",
        /// From memory: nothing was read.
        Recalled = "recalled",
        /// No source says it; bomvet takes the strict reading.
        Chosen = "chosen",
    }
}

words! {
    /// What the draft of a report can say by itself.
    Known {
        /// The product that was named.
        Product = "product",
        /// Identifiers of the flaw and its summary.
        Flaw = "flaw",
        /// What the advisories tell about it.
        Description = "description",
        /// Its severity.
        Severity = "severity",
        /// Which versions are affected.
        Affected = "affected",
        /// Which versions fix it.
        Fixed = "fixed",
        /// What is known about its exploitation.
        Exploitation = "exploitation",
    }
}

/// A set of duties under one law, directive or standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regime {
    /// A short name that stays.
    pub id: String,
    /// The day on which this file's facts were gathered, or any other name of its state.
    pub version: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The file; bundled ones have no folder.
    pub path: String,
    /// What people call it.
    pub name: String,
    /// The text with article.
    pub law: String,
    /// What it asks for.
    pub kind: Kind,
    /// Whether it binds.
    pub status: Status,
    /// The first day on which an event counts.
    pub from: Option<Date>,
    /// The first day on which it no longer counts.
    pub until: Option<Date>,
    /// Whom it binds.
    pub who: String,
    /// What starts it.
    pub trigger: String,
    /// What was read of it: the official text, a copy, a translation, an account.
    pub read: String,
    /// Where it can be checked.
    pub sources: Vec<String>,
    /// What is easy to get wrong.
    pub notes: Vec<String>,
    /// It concerns whoever has one of these roles.
    pub roles: Vec<String>,
    /// It concerns whoever is on one of these markets; empty for all.
    pub markets: Vec<String>,
    /// It concerns these flaws alone; empty for all.
    pub flaws: Vec<String>,
    /// A reading by which periods may end later, in words.
    pub next_working_day: Option<String>,
    /// Its duties.
    pub stages: Vec<Stage>,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Days that are no business days.
    pub holidays: Vec<Holiday>,
    /// Other regimes that may ask for the opposite.
    pub conflicts: Vec<Conflict>,
}

/// Two regimes of which one may forbid what the other asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The identifiers of the others.
    pub with: Vec<String>,
    /// What collides.
    pub text: String,
    /// How well that is supported.
    pub evidence: Evidence,
}

/// One duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// A short name within the regime.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// How much time there is.
    pub limit: Limit,
    /// From when it runs: of several the one that ends first.
    pub starts: Vec<Start>,
    /// A second limit that ends it at the latest.
    pub cap: Option<(Span, Start)>,
    /// It is owed only where the row of this table bears this mark.
    pub only: Option<(usize, String)>,
    /// A condition that only people can judge.
    pub provided: Option<String>,
    /// To whom it is owed.
    pub to: String,
    /// What belongs into it.
    pub contents: Vec<Content>,
    /// How well all this is supported.
    pub evidence: Evidence,
    /// Where it can be checked.
    pub source: String,
    /// What else is to know.
    pub note: Option<String>,
}

/// One item of what a report must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The item.
    pub what: String,
    /// What of it may be known.
    pub known: Option<Known>,
}

/// How much time a stage gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So much.
    Within(Span),
    /// Without delay: the text has no number.
    AtOnce(String),
    /// No time is set.
    Open(String),
    /// Until that moment, whatever happened when.
    Fixed(Moment),
    /// What the row of this table says.
    Table(usize),
    /// The day that CISA's catalogue names for the flaw.
    KevDue,
}

/// From when a stage runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// From an event.
    Anchor(Anchor),
    /// From when another stage of the regime was done.
    Stage(String),
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anchor(anchor) => write!(f, "{anchor}"),
            Self::Stage(stage) => write!(f, "stage {stage} done"),
        }
    }
}

impl Regime {
    /// The stage of that name.
    #[must_use]
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// Whether an event of that day counts.
    #[must_use]
    pub fn counts_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| day >= from) && self.until.is_none_or(|until| day < until)
    }

    /// When it binds, in words.
    #[must_use]
    pub fn force(&self) -> String {
        let from = self.from.map(|from| format!(" from {from}")).unwrap_or_default();
        let until = self.until.map(|until| format!(" until {until}")).unwrap_or_default();
        match self.status {
            Status::Revoked | Status::Closed => format!("{}; in force{from}{until}", self.status),
            status => format!("{status}{from}{until}"),
        }
    }
}
