//! Whether a bill of materials holds what a profile asks for.
//!
//! One check looks at one fact and gives a [`State`] for each subject: the document, or a component.
//! A profile says which checks it wants and how strongly; a row of a [`ProfileResult`] counts the
//! states of one check. Nothing is blended: there is no score, and no number over several checks.

mod check;
mod component;
mod document;
mod emit;
#[cfg(test)]
pub(crate) mod fixture;
mod hash;
mod identity;
mod licence;
mod relation;
#[cfg(test)]
mod tests;
mod words;

use jiff::Timestamp;
use jiff::civil::Date;

pub use check::{Check, Scope};
pub(super) use component::version as version_state;
pub use emit::Cannot;
pub(super) use hash::{Strength, hash_algorithm as algorithm_state, strongest};
pub(super) use identity::{is_generic, is_system, purls};
pub(super) use licence::licence_any as licence_state;
pub(super) use relation::transitive as transitive_state;
pub(super) use words::{date, moment, title};

use super::graph::{Graph, listed, packages};
use super::profile::{Applies, Asks, Level, Profile};
use super::sbom::{Aggregate, Sbom};
use crate::inventory::Format;

/// How many failing subjects a row names.
pub const MAX_EXAMPLES: usize = 20;

/// What is known beside the document.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The product that was ordered: its name and its version, which may be empty.
    pub product: Option<(String, String)>,
    /// The time of the review.
    pub now: Timestamp,
    /// When the product was released.
    pub released: Option<Date>,
    /// How old a document may be, in days.
    pub max_age_days: Option<u32>,
    /// What is known about a signature of the document.
    pub signature: Signature,
}

/// What is known about a signature of a document, in it or beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signature {
    /// Nobody looked, or there is none beside the document.
    #[default]
    Unseen,
    /// It is there; no key of the buyer vouches for it.
    Unverified,
    /// A key of the buyer vouches for it.
    Verified,
    /// It does not hold.
    Broken,
}

/// A family of formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// CycloneDX.
    CycloneDx,
    /// SPDX 2.
    Spdx2,
    /// SPDX 3.
    Spdx3,
}

impl Family {
    /// The family of a format; `None` for what is no bill of materials.
    #[must_use]
    pub fn of(format: Format) -> Option<Self> {
        match format {
            Format::CycloneDxJson
            | Format::CycloneDxXml
            | Format::CycloneDxYaml
            | Format::CycloneDxProtobuf => Some(Self::CycloneDx),
            Format::SpdxJson | Format::SpdxYaml | Format::SpdxRdf | Format::SpdxTagValue => {
                Some(Self::Spdx2)
            }
            Format::Spdx3Json => Some(Self::Spdx3),
            _ => None,
        }
    }

    /// The name in profiles.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CycloneDx => "cyclonedx",
            Self::Spdx2 | Self::Spdx3 => "spdx",
        }
    }
}

/// What a subject says about one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It says it.
    Valid,
    /// It says it, and short of what the check wants, for this reason: in another place, or unproven.
    Partial(String),
    /// It says something that cannot be right, for this reason.
    Invalid(String),
    /// It says that this is unknown.
    DeclaredUnknown,
    /// It says that this is kept back.
    DeclaredWithheld,
    /// It says nothing.
    Absent,
    /// The question makes no sense for it.
    NotApplicable,
}

/// How many subjects are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Of [`State::Valid`].
    pub valid: usize,
    /// Of [`State::Partial`].
    pub partial: usize,
    /// Of [`State::Invalid`].
    pub invalid: usize,
    /// Of [`State::DeclaredUnknown`].
    pub unknown: usize,
    /// Of [`State::DeclaredWithheld`].
    pub withheld: usize,
    /// Of [`State::Absent`].
    pub absent: usize,
    /// Of [`State::NotApplicable`].
    pub not_applicable: usize,
}

impl Counts {
    fn add(&mut self, state: &State) {
        let count = match state {
            State::Valid => &mut self.valid,
            State::Partial(_) => &mut self.partial,
            State::Invalid(_) => &mut self.invalid,
            State::DeclaredUnknown => &mut self.unknown,
            State::DeclaredWithheld => &mut self.withheld,
            State::Absent => &mut self.absent,
            State::NotApplicable => &mut self.not_applicable,
        };
        *count += 1;
    }

    /// The subjects to which the question applies.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.valid + self.partial + self.invalid + self.declared() + self.absent
    }

    /// The subjects that say that it is unknown or withheld.
    #[must_use]
    pub fn declared(&self) -> usize {
        self.unknown + self.withheld
    }
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowVerdict {
    /// The question applies to nothing in the document.
    NotApplicable,
    /// It is held.
    Pass,
    /// It is not held, and that is not counted.
    Info,
    /// It is not held as it should be.
    Warn,
    /// It is required and not held.
    Fail,
}

impl RowVerdict {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "not applicable",
            Self::Pass => "pass",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// What becomes of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that is required is there.
    Pass,
    /// All that is required is there; something that should be is not.
    PassWithWarnings,
    /// Something that is required is not there.
    Fail,
    /// There is nothing to judge: the document lists no package.
    NotAssessable,
}

impl Verdict {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::PassWithWarnings => "pass with warnings",
            Self::Fail => "fail",
            Self::NotAssessable => "not assessable",
        }
    }
}

/// A subject that does not hold a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The place in the document; empty for the document itself.
    pub at: String,
    /// Name and version; empty for the document itself.
    pub subject: String,
    /// What it says.
    pub state: State,
}

/// What one check of a profile found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What was asked.
    pub asks: Asks,
    /// How many subjects are in which state.
    pub counts: Counts,
    /// What becomes of it.
    pub verdict: RowVerdict,
    /// Subjects that do not hold it, at most [`MAX_EXAMPLES`], in the order of the document.
    pub examples: Vec<Example>,
    /// How many do not hold it.
    pub failing: usize,
    /// Why the format or the generator could not have said it, where that is known: then the supplier
    /// needs another tool and did not merely leave it out.
    pub cannot: Option<Cannot>,
}

/// What one profile says of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileResult {
    /// The profile's id.
    pub profile: String,
    /// Its title.
    pub name: String,
    /// The version of its text.
    pub version: String,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Its checks, in its order.
    pub rows: Vec<Row>,
}

/// A document and what is known around it, as checks look at it.
#[derive(Debug)]
pub struct View<'a> {
    /// The document.
    pub sbom: &'a Sbom,
    /// What is known beside it.
    pub asked: &'a Asked,
    /// Its links.
    pub graph: Graph,
    /// Its family of formats.
    pub family: Option<Family>,
    /// The numbers of its version; none where they cannot be read.
    pub version: Vec<u32>,
}

impl<'a> View<'a> {
    /// Looks at a document.
    #[must_use]
    pub fn of(sbom: &'a Sbom, asked: &'a Asked) -> Self {
        Self {
            sbom,
            asked,
            graph: Graph::of(sbom),
            family: Family::of(sbom.format),
            version: super::profile::numbers(&sbom.spec_version).unwrap_or_default(),
        }
    }

    /// Whether there is nothing to judge: no package but the product, and no word that there is no more.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let primary = self.sbom.primary.first().copied();
        let closed = self.graph.stated(primary) == Some(Aggregate::Complete);
        listed(self.sbom).next().is_none() && !(primary.is_some() && closed)
    }

    /// The components of which a row asks.
    fn subjects(&self, of: Applies) -> Vec<usize> {
        match of {
            Applies::Primary => self.sbom.primary.clone(),
            Applies::Packages => packages(self.sbom).collect(),
            Applies::Listed => listed(self.sbom).collect(),
            Applies::Delivered => {
                packages(self.sbom).filter(|part| !self.sbom.parts[*part].external).collect()
            }
            Applies::All => (0..self.sbom.parts.len()).collect(),
        }
    }
}

/// Judges a document by a profile.
#[must_use]
pub fn judge(view: &View<'_>, profile: &Profile) -> ProfileResult {
    let rows: Vec<_> = profile.rows.iter().map(|asks| row(view, asks)).collect();
    let worst = rows.iter().map(|row| row.verdict).max();
    let verdict = match worst {
        _ if view.is_empty() => Verdict::NotAssessable,
        Some(RowVerdict::Fail) => Verdict::Fail,
        Some(RowVerdict::Warn) => Verdict::PassWithWarnings,
        Some(RowVerdict::Pass | RowVerdict::Info) => Verdict::Pass,
        Some(RowVerdict::NotApplicable) | None => Verdict::NotAssessable,
    };
    ProfileResult {
        profile: profile.id.clone(),
        name: profile.name.clone(),
        version: profile.version.clone(),
        verdict,
        rows,
    }
}

fn row(view: &View<'_>, asks: &Asks) -> Row {
    let mut counts = Counts::default();
    let mut examples = Vec::new();
    let mut failing = 0;
    for (part, state) in states(view, asks) {
        counts.add(&state);
        if matches!(state, State::Valid | State::NotApplicable) {
            continue;
        }
        failing += 1;
        if examples.len() < MAX_EXAMPLES {
            let part = part.map(|part| &view.sbom.parts[part]);
            let at = part.map(|part| part.at.clone()).unwrap_or_default();
            let subject = part.map(words::title).unwrap_or_default();
            examples.push(Example { at, subject, state });
        }
    }
    let verdict = verdict(asks, &counts);
    let cannot = (verdict > RowVerdict::Pass).then(|| emit::cannot(view, asks.check)).flatten();
    Row { asks: asks.clone(), counts, verdict, examples, failing, cannot }
}

/// The state of each subject of a row. A product that is not named says nothing, which is not the same
/// as a question that does not apply.
fn states(view: &View<'_>, asks: &Asks) -> Vec<(Option<usize>, State)> {
    match asks.check.look {
        check::Look::Document(look) => vec![(None, look(view))],
        check::Look::Format(look) => vec![(None, look(view, &asks.formats))],
        check::Look::Part(_) if asks.of == Applies::Primary && view.sbom.primary.is_empty() => {
            vec![(None, State::Absent)]
        }
        check::Look::Part(look) => {
            let subjects = view.subjects(asks.of).into_iter();
            subjects.map(|part| (Some(part), look(view, part))).collect()
        }
    }
}

fn verdict(asks: &Asks, counts: &Counts) -> RowVerdict {
    let asked = counts.asked();
    if asked == 0 {
        return RowVerdict::NotApplicable;
    }
    let unknown_ok = asks.level == Level::RequiredUnknownOk;
    let held = counts.valid + counts.partial + if unknown_ok { counts.declared() } else { 0 };
    if let Some(least) = asks.least {
        return match (held * 100 >= asked * usize::from(least), asks.level) {
            (true, _) => RowVerdict::Pass,
            (false, Level::Required | Level::RequiredUnknownOk) => RowVerdict::Fail,
            (false, Level::RequiredIfExists | Level::Recommended) => RowVerdict::Warn,
            (false, Level::Optional | Level::Aspirational) => RowVerdict::Info,
        };
    }
    let partial = if counts.partial > 0 { RowVerdict::Warn } else { RowVerdict::Pass };
    match asks.level {
        Level::Required | Level::RequiredUnknownOk if held < asked => RowVerdict::Fail,
        Level::RequiredIfExists if counts.invalid > 0 => RowVerdict::Fail,
        Level::RequiredIfExists if counts.absent > 0 => RowVerdict::Warn,
        Level::Required | Level::RequiredUnknownOk | Level::RequiredIfExists => partial,
        Level::Recommended if counts.invalid > 0 => RowVerdict::Warn,
        _ if counts.valid == asked => RowVerdict::Pass,
        _ => RowVerdict::Info,
    }
}
