//! Questions to the supplier: what is asked, why, by when, and what became of it.
//!
//! A question keeps its id as long as its fault is the same, so that answers find it again. An answer
//! makes no fault vanish: the fault counts until it is gone, or until the buyer accepts it. What was
//! accepted is accepted for the subjects that were listed then; one that comes later is asked about.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::words::{self, Grouping};
use super::{About, Remark};
use crate::config::{AnswerDays, Effect, ReviewRule};
use crate::files::sha256;

/// The name of a question: `Q-` and eight or more hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct QuestionId(String);

/// A text that is no name of a question.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no id of a question, expected Q- and 8 or 16 hexadecimal digits")]
pub struct InvalidId(String);

impl QuestionId {
    const SHORT: usize = 8;
    const LONG: usize = 16;

    fn new(key: &str, digits: usize) -> Self {
        let digest = sha256([key.as_bytes()]);
        Self(format!("Q-{}", &digest[..digits]))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for QuestionId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let digits = text.trim().strip_prefix("Q-").unwrap_or_default();
        let is_digit = |c: char| c.is_ascii_digit() || matches!(c, 'a'..='f');
        let fits = matches!(digits.len(), Self::SHORT | Self::LONG) && digits.chars().all(is_digit);
        if fits { Ok(Self(format!("Q-{digits}"))) } else { Err(InvalidId(text.to_owned())) }
    }
}

impl TryFrom<String> for QuestionId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl fmt::Display for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nobody answered.
    Open,
    /// The supplier answered; the fault is still there.
    Answered,
    /// The buyer accepts the fault as it is: it no longer counts.
    Accepted,
    /// The buyer asks no longer; the fault counts.
    Withdrawn,
    /// The fault is gone.
    Closed,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Open, Self::Answered, Self::Accepted, Self::Withdrawn, Self::Closed];

    /// The name in files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
            Self::Closed => "closed",
        }
    }

    /// Whether the supplier still has to do something.
    #[must_use]
    pub fn waits(self) -> bool {
        matches!(self, Self::Open | Self::Answered)
    }
}

/// What happened to a question on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Happening {
    /// It was asked for the first time.
    Asked,
    /// An answer was read.
    Answered,
    /// The buyer accepted the fault.
    Accepted,
    /// The buyer withdrew the question.
    Withdrawn,
    /// The fault was gone.
    Closed,
    /// The fault was back, or had grown past what was accepted.
    Reopened,
}

impl Happening {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Asked,
        Self::Answered,
        Self::Accepted,
        Self::Withdrawn,
        Self::Closed,
        Self::Reopened,
    ];

    /// The name in files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }
}

/// One entry of a question's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The day, by the clock of the review that saw it.
    pub on: Date,
    /// What happened.
    pub what: Happening,
    /// The words to it; empty where there are none.
    pub text: String,
}

/// A question as it is written and read back: all texts, so that nothing is lost on the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name.
    pub id: QuestionId,
    /// What became of it.
    pub state: State,
    /// What the fault means to the decision.
    #[serde(with = "names")]
    pub effect: Effect,
    /// The kind of fault.
    #[serde(with = "names")]
    pub rule: ReviewRule,
    /// What tells it from others of the rule: a check, an advisory.
    pub detail: String,
    /// The day on which it was first asked.
    pub asked: Date,
    /// By when it is to be answered.
    pub due: Date,
    /// The subjects: components, files, with the advisory where one is asked about.
    pub about: Vec<String>,
    /// What is wrong.
    pub what: String,
    /// What would answer it.
    pub ask: String,
    /// Who asks for it: profile and place.
    pub because: Vec<String>,
    /// Where it can be seen.
    pub evidence: Vec<String>,
    /// The supplier's answer.
    pub answer: String,
    /// Who answered.
    pub answered_by: String,
    /// What the buyer says to it.
    pub note: String,
    /// What happened so far, the oldest first.
    pub history: Vec<Event>,
    /// Columns that somebody added, in their order.
    pub extra: BTreeMap<String, String>,
}

/// Rules and effects by their names.
mod names {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Named;

    pub(super) fn serialize<T: Named, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(value.name())
    }

    pub(super) fn deserialize<'de, T: Named, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let name = String::deserialize(from)?;
        T::named(&name).ok_or_else(|| D::Error::custom(format!("unknown name \"{name}\"")))
    }
}

/// A value that has a name.
pub(super) trait Named: Sized {
    fn name(&self) -> &'static str;
    fn named(name: &str) -> Option<Self>;
}

impl Named for Effect {
    fn name(&self) -> &'static str {
        self.as_str()
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.as_str() == name)
    }
}

impl Named for ReviewRule {
    fn name(&self) -> &'static str {
        self.as_str()
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.as_str() == name)
    }
}

/// The terms of the buyer.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The day of the review.
    pub today: Date,
    /// How long suppliers have to answer.
    pub days: AnswerDays,
}

impl Terms {
    fn due(self, rule: ReviewRule, effect: Effect) -> Date {
        let exploited = matches!(rule, ReviewRule::ExploitedFinding | ReviewRule::ClaimExploited);
        let days = match effect {
            _ if exploited => self.days.exploited,
            Effect::Reject => self.days.reject,
            Effect::Condition => self.days.condition,
            Effect::Ask | Effect::Note | Effect::Off => self.days.ask,
        };
        self.today.saturating_add(i64::from(days).days())
    }
}

/// The key by which a remark is asked about; remarks with the same key are one question.
fn key(remark: &Remark) -> String {
    let (kind, name) = match &remark.about {
        About::Delivery => ("delivery", ""),
        About::File(path) => ("file", path.as_str()),
        About::Component(name) => ("component", name.as_str()),
    };
    let (kind, name, detail) = match words::grouping(remark.rule) {
        Grouping::Each => (kind, name, remark.detail.as_str()),
        // a check is one question, however many profiles ask for it
        Grouping::Subjects => ("", "", remark.detail.rsplit('/').next().unwrap_or_default()),
        Grouping::Details => (kind, name, ""),
    };
    format!("{}\0{kind}\0{name}\0{detail}", remark.rule)
}

/// A remark that counts, with what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The fault.
    pub remark: Remark,
    /// What it means.
    pub effect: Effect,
    /// The question that asks about it.
    pub question: Option<QuestionId>,
    /// Whether the buyer accepted it.
    pub accepted: bool,
}

impl Fault {
    /// What it is about, as questions list it.
    #[must_use]
    pub fn subject(&self) -> String {
        let name = match &self.remark.about {
            About::Delivery => "the delivery",
            About::File(name) | About::Component(name) => name,
        };
        let detail = match words::grouping(self.remark.rule) {
            Grouping::Details if !self.remark.detail.is_empty() => {
                format!(" ({})", self.remark.detail)
            }
            _ => String::new(),
        };
        one_line(&format!("{name}{detail}"))
    }
}

/// Makes questions of the faults that ask for one, gravest first, and tells each fault its question.
pub fn ask(faults: &mut [Fault], terms: Terms) -> Vec<Question> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, fault) in faults.iter().enumerate() {
        if fault.effect >= Effect::Ask && !fault.remark.ask.is_empty() {
            groups.entry(key(&fault.remark)).or_default().push(place);
        }
    }
    let short = |key: &str| QuestionId::new(key, QuestionId::SHORT);
    let mut shared: BTreeMap<QuestionId, usize> = BTreeMap::new();
    for key in groups.keys() {
        *shared.entry(short(key)).or_default() += 1;
    }
    let mut questions = Vec::with_capacity(groups.len());
    for (key, places) in groups {
        let is_shared = shared.get(&short(&key)).is_some_and(|number| *number > 1);
        let id = if is_shared { QuestionId::new(&key, QuestionId::LONG) } else { short(&key) };
        let own: Vec<&Fault> = places.iter().map(|place| &faults[*place]).collect();
        questions.push(question(id.clone(), &own, terms));
        places.iter().for_each(|place| faults[*place].question = Some(id.clone()));
    }
    questions.sort_by(|a, b| {
        (b.effect, a.due, a.rule, &a.about, &a.id).cmp(&(a.effect, b.due, b.rule, &b.about, &b.id))
    });
    questions
}

fn question(id: QuestionId, faults: &[&Fault], terms: Terms) -> Question {
    let first = faults[0];
    let (rule, effect) = (first.remark.rule, first.effect);
    let what = match faults {
        [one] => one.remark.what.clone(),
        several => told_together(several),
    };
    let asks = distinct(faults.iter().map(|fault| one_line(&fault.remark.ask)));
    let clauses = faults.iter().flat_map(|fault| &fault.remark.clauses);
    let evidence = faults.iter().flat_map(|fault| &fault.remark.evidence);
    let details = distinct(faults.iter().map(|fault| one_line(&fault.remark.detail)));
    let is_shared_detail = words::grouping(rule) != Grouping::Details;
    Question {
        id,
        state: State::Open,
        effect,
        rule,
        detail: if is_shared_detail { details.join(", ") } else { String::new() },
        asked: terms.today,
        due: terms.due(rule, effect),
        about: distinct(faults.iter().map(|fault| fault.subject())),
        what: one_line(&what),
        ask: match (asks.len(), words::ask_of_all(rule)) {
            (2.., Some(one)) => one.to_owned(),
            _ => asks.join(" "),
        },
        because: distinct(clauses.map(|c| one_line(&format!("{} {}", c.text, c.place)))),
        evidence: distinct(evidence.map(|e| one_line(&format!("{} {}", e.path, e.at)))),
        answer: String::new(),
        answered_by: String::new(),
        note: String::new(),
        history: vec![Event { on: terms.today, what: Happening::Asked, text: String::new() }],
        extra: BTreeMap::new(),
    }
}

/// What several faults have in common; each where they have nothing.
fn told_together(faults: &[&Fault]) -> String {
    const TOLD: usize = 3;
    let rule = faults[0].remark.rule;
    if let (Grouping::Details, About::Component(name)) =
        (words::grouping(rule), &faults[0].remark.about)
    {
        let details = distinct(faults.iter().map(|fault| fault.remark.detail.clone()));
        return format!("{} in {name}: {}.", words::heading(rule), details.join(", "));
    }
    let told = faults.iter().map(|fault| told_with_file(&fault.remark));
    let texts = distinct(told);
    let more = match texts.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(" And {more} more."),
    };
    format!("{}{more}", texts[..texts.len().min(TOLD)].join(" "))
}

/// What is wrong, and in which file where the words do not say.
fn told_with_file(remark: &Remark) -> String {
    match &remark.about {
        About::File(path) if !remark.what.contains(path.as_str()) => {
            one_line(&format!("In {path}: {}", remark.what))
        }
        _ => one_line(&remark.what),
    }
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    all.sort();
    all.dedup();
    all
}

/// A text without line ends, so that a list of them can be written one a line.
fn one_line(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    spaced.collect::<String>().trim().to_owned()
}
