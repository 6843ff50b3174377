//! What the written VEX documents say: what a person stated, or what evidence shows, and nothing else.
//!
//! - A VEX statement that counts is taken over, with its own word, its time, its author and its place.
//! - A waiver accepts a flaw that is there: `affected`; `not_affected` only where it has a justification
//!   in a word, since then a person stated that.
//! - Evidence closes nothing (decision 10), so it can only say `affected`, with what was seen to help.
//! - An open finding of which nobody says anything is left out. `under_investigation` would promise
//!   that somebody looks (CSAF 2.0, 3.2.3.9.8), and nobody said so.

pub(super) mod csaf;
mod digest;
pub(super) mod envelope;
pub(super) mod names;
mod obstacle;
pub(super) mod openvex;
pub(super) mod words;

pub(super) use digest::uuid;
pub use obstacle::{Obstacle, obstacle, obstacle_to_statements};

use jiff::Timestamp;

use self::names::{Identifier, Names};
use super::model::{Finding, Report, SuppressedBy};
use super::text::count;
use crate::judge::vex::{Stated, Status};

/// One statement about one finding.
pub(super) struct Assertion<'a> {
    /// The finding.
    pub(super) finding: &'a Finding<'a>,
    /// What is stated.
    pub(super) status: Status,
    /// Why, in the word of whoever stated it.
    pub(super) word: Option<&'a str>,
    /// Why, as prose.
    pub(super) impact: Option<&'a str>,
    /// What is to be done or was done, for what is affected.
    pub(super) course: Option<Course>,
    /// Since when; since the document when nobody says.
    pub(super) at: Option<Timestamp>,
    /// Who says so, as a name.
    pub(super) author: Option<&'a str>,
    /// Who says so and where, in words.
    pub(super) basis: String,
}

/// What is done about a flaw that matters.
pub(super) enum Course {
    /// Somebody said what to do.
    Action(String),
    /// Somebody accepted the risk.
    Accepted(String),
    /// It was seen that something helps.
    Mitigated(String),
    /// Nobody said what to do, and a release cures it.
    Cure(String),
    /// Nobody said what to do.
    Unsaid(String),
}

impl Course {
    /// In words.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Action(text)
            | Self::Accepted(text)
            | Self::Mitigated(text)
            | Self::Cure(text)
            | Self::Unsaid(text) => text,
        }
    }
}

impl<'a> Assertion<'a> {
    /// What a format has no member of its own for, with who says so.
    ///
    /// `written` is the justification as the document has it.
    pub(super) fn notes(&self, written: Option<&str>) -> String {
        let mut notes = vec![self.basis.clone()];
        if self.status == Status::FalsePositive {
            notes.push("false_positive in the original".to_owned());
        }
        if let Some(word) = self.word.filter(|word| Some(*word) != written) {
            notes.push(format!("justification in the original: {word}"));
        }
        if let Some(impact) = self.impact.filter(|_| !self.is_excused()) {
            notes.push(format!("detail: {impact}"));
        }
        notes.join("; ")
    }

    /// Whether it says that the flaw does not matter, which needs a reason.
    pub(super) fn is_excused(&self) -> bool {
        matches!(self.status, Status::NotAffected | Status::FalsePositive)
    }

    /// Why the flaw does not matter, where the format has no word for it: the prose, else the word.
    pub(super) fn reason(&self) -> Option<&'a str> {
        self.impact.or(self.word).filter(|_| self.is_excused())
    }
}

/// The statement about a finding, if there is one.
pub(super) fn assertion<'a>(
    report: &Report<'a>,
    finding: &'a Finding<'a>,
) -> Option<Assertion<'a>> {
    let waiver = finding.suppressed_by.as_ref().filter(|by| by.kind == "waiver");
    if let Some(word) = waiver.and_then(|by| by.word) {
        return waiver.map(|by| denied(finding, by, word));
    }
    if let Some(stated) = finding.exchange.stated {
        return Some(taken_over(report, finding, stated));
    }
    let bare = |basis: String, course: Course| Assertion {
        finding,
        status: Status::Affected,
        word: None,
        impact: None,
        course: Some(course),
        at: None,
        author: None,
        basis,
    };
    if let Some(by) = waiver {
        let until = by.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let reason = by.justification.unwrap_or("no reason is given");
        let course = Course::Accepted(format!("the risk is accepted{until}: {reason}"));
        return Some(bare(format!("waiver at {}", by.source), course));
    }
    let cure = cure(report, finding);
    if let Some(seen) = &finding.mitigated {
        let cure = cure.map(|cure| format!("; {cure}")).unwrap_or_default();
        let text = format!("in place: {} ({}){cure}", seen.by, seen.evidence);
        return Some(bare("seen in the evidence".to_owned(), Course::Mitigated(text)));
    }
    let held = finding.conditions.iter().map(|text| text.strip_prefix("holds: "));
    let held: Vec<&str> = held.collect::<Option<_>>().filter(|held: &Vec<_>| !held.is_empty())?;
    let text = format!("the conditions of the flaw are met: {}", held.join("; "));
    Some(bare("seen in the evidence".to_owned(), proposed(text, cure)))
}

/// What a waiver says that has a justification in a word: that the flaw does not matter.
fn denied<'a>(finding: &'a Finding<'a>, by: &SuppressedBy<'a>, word: &'a str) -> Assertion<'a> {
    let until = by.until.map(|until| format!(", which holds until {until}")).unwrap_or_default();
    Assertion {
        finding,
        status: Status::NotAffected,
        word: Some(word),
        impact: by.justification,
        course: None,
        at: None,
        author: None,
        basis: format!("waiver at {}{until}", by.source),
    }
}

fn taken_over<'a>(
    report: &Report<'a>,
    finding: &'a Finding<'a>,
    stated: &'a Stated,
) -> Assertion<'a> {
    let author = stated.author.as_deref().unwrap_or("an unnamed author");
    let at = stated.at.map(|at| format!(" on {at}")).unwrap_or_default();
    let course = || match &stated.action {
        Some(action) => Course::Action(action.clone()),
        None => {
            let text = "whoever says affected names no action".to_owned();
            proposed(text, cure(report, finding))
        }
    };
    Assertion {
        finding,
        status: stated.status,
        word: stated.justification.as_deref(),
        impact: stated.impact.as_deref(),
        course: (stated.status == Status::Affected).then(course),
        at: stated.at,
        author: stated.author.as_deref(),
        basis: format!("stated by {author}{at}: {}", stated.place),
    }
}

/// What bomvet proposes where nobody says what to do.
fn proposed(text: String, cure: Option<String>) -> Course {
    match cure {
        Some(cure) => Course::Cure(format!("{text}; bomvet proposes: {cure}")),
        None => Course::Unsaid(text),
    }
}

/// The version that cures the finding, in words.
pub(super) fn cure(report: &Report<'_>, finding: &Finding<'_>) -> Option<String> {
    let own = report.remedies.iter().find(|remedy| remedy.place == finding.place)?;
    let to = own.to.filter(|_| own.clears.contains(&finding.advisory.id))?;
    Some(format!("update {} to {to}", finding.component.label))
}

/// All statements that can be made, and how many cannot.
pub(super) struct Drafted<'a> {
    /// Each with the names of what it is about.
    pub(super) assertions: Vec<(Assertion<'a>, Vec<Identifier>)>,
    /// Open findings of which nobody says anything.
    pub(super) unstated: usize,
    /// Statements about components that no name tells from others.
    pub(super) unnamed: usize,
}

impl<'a> Drafted<'a> {
    /// Collects them in the order of the findings.
    pub(super) fn of(report: &'a Report<'a>) -> Self {
        let names = Names::of(report);
        let mut all = Self { assertions: Vec::new(), unstated: 0, unnamed: 0 };
        for (index, finding) in report.findings.iter().enumerate() {
            let Some(assertion) = assertion(report, finding) else {
                all.unstated += 1;
                continue;
            };
            match names.part(index, assertion.status) {
                parts if parts.is_empty() => all.unnamed += 1,
                parts => all.assertions.push((assertion, parts)),
            }
        }
        all
    }

    /// What the document leaves out, in words; nothing when it is whole.
    pub(super) fn left_out(&self) -> Option<String> {
        let of = |number: usize, what: &str, why: &str| {
            (number > 0).then(|| format!("{} {why}", count(number, what)))
        };
        let parts = [
            of(self.unstated, "finding", "without a statement"),
            of(self.unnamed, "statement", "about components that no identifier tells from others"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("left out: {}", parts.join(", ")))
    }
}
