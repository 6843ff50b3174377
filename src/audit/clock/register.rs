//! The register: who entered when what happened. JSON lines, one entry each, added at the end and never
//! changed: a later entry about the same thing takes the place of an earlier one, which stays readable.
//!
//! ```json
//! {"entered":"2026-09-12T10:05:00Z","by":"Ada","subject":"CVE-2021-44228","anchor":"aware","at":"2026-09-12T10:00:00Z"}
//! {"entered":"2026-09-13T08:00:00Z","by":"Ada","subject":"CVE-2021-44228","done":"eu-cra-14-vuln/early-warning","at":"2026-09-13T07:55:00Z"}
//! {"entered":"2026-09-13T08:01:00Z","by":"Bob","subject":"CVE-2021-44228","product":"shop","fact":"exposed","answer":"yes"}
//! {"entered":"2026-09-14T08:00:00Z","by":"Ada","subject":"CVE-2021-44228","anchor":"aware","retracted":true,"note":"another product"}
//! ```

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::anchor::Anchor;
use super::case::{Case, Entered, Source};
use super::fact::Fact;
use super::moment::Moment;

/// What an entry speaks of. `None` takes back what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// When an event was.
    Anchor(Anchor, Option<Moment>),
    /// When a stage was done: regime, stage.
    Done(String, String, Option<Moment>),
    /// The answer to a question.
    Fact(Fact, Option<&'static str>),
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it was entered.
    pub entered: Timestamp,
    /// By whom.
    pub by: String,
    /// The flaw or incident.
    pub subject: String,
    /// The product; none for all.
    pub product: Option<String>,
    /// What was entered.
    pub what: What,
    /// What was remarked.
    pub note: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    entered: Timestamp,
    by: String,
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    retracted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Reads a register whole.
///
/// # Errors
/// With the line that cannot be understood: an entry that is passed over could be the one that starts a
/// clock.
pub fn read(text: &str) -> Result<Vec<Entry>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let wrong = |cause: String| format!("{}: {cause}", number + 1);
            let line: Line = serde_json::from_str(line)
                .map_err(|error| wrong(format!("is no entry of a register: {error}")))?;
            line.entry().map_err(wrong)
        })
        .collect()
}

impl Line {
    fn entry(self) -> Result<Entry, String> {
        if self.by.trim().is_empty() || self.subject.trim().is_empty() {
            return Err("by and subject may not be empty".to_owned());
        }
        let at = self.at.as_deref().map(Moment::parse).transpose()?;
        if at.is_some() == self.retracted && self.fact.is_none() {
            return Err("expected either at or retracted".to_owned());
        }
        let what = match (&self.anchor, &self.done, &self.fact) {
            (Some(anchor), None, None) => What::Anchor(anchor.parse()?, at),
            (None, Some(done), None) => {
                let (regime, stage) = split(done)?;
                What::Done(regime, stage, at)
            }
            (None, None, Some(fact)) => {
                let fact: Fact = fact.parse()?;
                let answer = self.answer.as_deref().map(|word| fact.answer(word)).transpose()?;
                if answer.is_some() == self.retracted || at.is_some() {
                    return Err("a fact has either answer or retracted, and no at".to_owned());
                }
                What::Fact(fact, answer)
            }
            _ => return Err("expected one of anchor, done, fact".to_owned()),
        };
        if self.answer.is_some() && self.fact.is_none() {
            return Err("answer belongs to fact".to_owned());
        }
        let Self { entered, by, subject, product, note, .. } = self;
        Ok(Entry { entered, by, subject, product, what, note })
    }
}

/// `regime/stage`.
///
/// # Errors
/// When it is none.
pub fn split(text: &str) -> Result<(String, String), String> {
    match text.split_once('/') {
        Some((regime, stage)) if !regime.is_empty() && !stage.is_empty() => {
            Ok((regime.to_owned(), stage.to_owned()))
        }
        _ => Err(format!("\"{text}\" is no REGIME/STAGE")),
    }
}

impl Entry {
    /// The entry as a line of the register, with its end.
    ///
    /// # Errors
    /// Never for an entry of this type.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        let mut line = Line {
            entered: self.entered,
            by: self.by.clone(),
            subject: self.subject.clone(),
            product: self.product.clone(),
            anchor: None,
            done: None,
            at: None,
            fact: None,
            answer: None,
            retracted: false,
            note: self.note.clone(),
        };
        match &self.what {
            What::Anchor(anchor, at) => {
                line.anchor = Some(anchor.to_string());
                line.at = at.map(|at| at.to_string());
                line.retracted = at.is_none();
            }
            What::Done(regime, stage, at) => {
                line.done = Some(format!("{regime}/{stage}"));
                line.at = at.map(|at| at.to_string());
                line.retracted = at.is_none();
            }
            What::Fact(fact, answer) => {
                line.fact = Some(fact.to_string());
                line.answer = answer.map(str::to_owned);
                line.retracted = answer.is_none();
            }
        }
        serde_json::to_string(&line).map(|text| text + "\n")
    }

    /// What it speaks of: a later entry about the same takes its place.
    fn about(&self) -> (&'static str, String) {
        match &self.what {
            What::Anchor(anchor, _) => ("anchor", anchor.to_string()),
            What::Done(regime, stage, _) => ("done", format!("{regime}/{stage}")),
            What::Fact(fact, _) => ("fact", fact.to_string()),
        }
    }

    fn apply(&self, case: &mut Case) {
        let by = Source::Person { name: self.by.clone(), entered: self.entered };
        let entered = |at: Moment| Entered { at, by, note: self.note.clone() };
        match &self.what {
            What::Anchor(anchor, Some(at)) => {
                case.anchors.insert(*anchor, entered(*at));
                if *anchor == Anchor::KevAdded {
                    let source = format!("kev-added, entered by {}", self.by);
                    case.facts.tell(Fact::Kev, "yes", source);
                }
            }
            What::Done(regime, stage, Some(at)) => {
                case.done.insert((regime.clone(), stage.clone()), entered(*at));
            }
            What::Fact(fact, Some(answer)) => {
                case.facts.tell(*fact, answer, format!("entered by {}", self.by));
            }
            What::Anchor(_, None) | What::Done(_, _, None) | What::Fact(_, None) => {}
        }
    }
}

/// What the entries come to: one case for each product of a subject, where some name one, and one for
/// all products, where something was entered for all.
#[must_use]
pub fn cases(entries: &[Entry]) -> Vec<Case> {
    let mut keys: Vec<(&str, Option<&str>)> =
        entries.iter().map(|entry| (entry.subject.as_str(), entry.product.as_deref())).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().map(|(subject, product)| case(entries, subject, product)).collect()
}

/// What the entries come to for one product of a subject, or for all.
#[must_use]
pub fn case(entries: &[Entry], subject: &str, product: Option<&str>) -> Case {
    let mut case = Case::new(subject);
    case.product = product.map(str::to_owned);
    let of_subject = entries.iter().filter(|entry| entry.subject == subject);
    let (general, own): (Vec<&Entry>, Vec<&Entry>) =
        of_subject.partition(|entry| entry.product.is_none());
    let own = own.into_iter().filter(|entry| entry.product.as_deref() == product).collect();
    // what is said of one product counts more, whenever it was said
    let all = in_force(general).into_iter().chain(in_force(own));
    all.for_each(|entry| entry.apply(&mut case));
    case
}

/// The last entry about each thing. One that takes back leaves nothing.
fn in_force(entries: Vec<&Entry>) -> Vec<&Entry> {
    let mut last = BTreeMap::new();
    for entry in entries {
        last.insert(entry.about(), entry);
    }
    last.into_values().collect()
}
