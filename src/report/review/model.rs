//! The review as a value: the decision record, with the names of its JSON, `bomvet.review/1`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::model::{Counts, Report, Source, Tool};
use super::super::words as report_words;
use super::lists::Listed;
use crate::config::{AnswerDays, Effect};
use crate::judge::{self, Judged, SuppressionKind};
use crate::review::decision::{Decision, Reason, Verdict};
use crate::review::questions::{Fault, Question, QuestionId, State};
use crate::review::{About, words};

/// One review.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Review<'a> {
    pub schema: &'static str,
    pub tool: Tool,
    /// The clock of the review, RFC 3339.
    pub reviewed_at: String,
    /// Who reviewed; nothing where nobody was named.
    pub reviewer: Option<&'a str>,
    /// The product that was ordered.
    pub product: Option<String>,
    /// When it was released, as it was given.
    pub released: Option<String>,
    /// The delivery, as it was named.
    pub delivery: String,
    /// The delivery before, as it was named.
    pub previous: Option<String>,
    pub decision: Decided,
    pub coverage: Coverage<'a>,
    pub profiles: Vec<Profile>,
    /// How whole the lists of parts are.
    pub lists: Vec<Listed>,
    pub signatures: Vec<Signature>,
    /// What changed since the delivery before.
    pub change: Option<Change>,
    pub faults: Vec<Told<'a>>,
    pub questions: &'a [Question],
    /// What was delivered.
    pub files: Vec<Delivered>,
    /// What else was read: answers, profiles, keys, configuration, VEX, the delivery before.
    pub inputs: Vec<Given>,
    pub terms: Terms,
    /// What the reader must know besides.
    pub warnings: Vec<String>,
}

/// The decision.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Decided {
    pub verdict: &'static str,
    pub summary: String,
    pub reasons: Vec<Because>,
    /// What the buyer accepted: it counts no longer.
    pub accepted: Vec<Because>,
    #[serde(skip)]
    pub(super) kind: Verdict,
}

/// Faults of one kind.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Because {
    pub rule: &'static str,
    pub effect: &'static str,
    pub heading: &'static str,
    pub why: &'static str,
    pub questions: Vec<String>,
    /// Places in `faults`.
    pub faults: Vec<usize>,
    #[serde(skip)]
    pub(super) meaning: Effect,
}

/// How much could be compared with records of known flaws.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Coverage<'a> {
    pub components: Counts,
    pub flaws: Flaws,
    pub summary: String,
    pub sources: Vec<Source<'a>>,
    #[serde(skip)]
    pub(super) data: Vec<String>,
}

/// How many known flaws the delivered parts have, each once for each part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Flaws {
    pub open: usize,
    /// Closed by statements (VEX).
    pub stated: usize,
    /// Closed by waivers or the baseline of the buyer.
    pub waived: usize,
}

impl Flaws {
    fn of(judged: &[Judged]) -> Self {
        let mut flaws = Self::default();
        for one in judged {
            match &one.verdict {
                judge::Verdict::Open => flaws.open += 1,
                judge::Verdict::Suppressed(by) => match by.kind {
                    SuppressionKind::Vex(_) => flaws.stated += 1,
                    SuppressionKind::Waiver | SuppressionKind::Baseline => flaws.waived += 1,
                },
            }
        }
        flaws
    }

    /// For people; nothing where no flaw is known.
    fn told(self) -> String {
        let parts = [
            (self.open, "open"),
            (self.stated, "closed by statements"),
            (self.waived, "waived by you"),
        ];
        let told: Vec<String> = parts
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, how)| format!("{number} {how}"))
            .collect();
        if told.is_empty() { String::new() } else { format!(" Known flaws: {}.", told.join(", ")) }
    }
}

/// What a quality profile says of a document.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Profile {
    pub id: String,
    pub name: String,
    pub version: String,
    /// The document.
    pub path: String,
    pub verdict: &'static str,
    pub checks: Vec<Check>,
}

/// One check of a profile.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Check {
    pub id: &'static str,
    pub asks: &'static str,
    pub level: &'static str,
    pub clause: String,
    pub verdict: &'static str,
    pub states: BTreeMap<&'static str, usize>,
    /// Why the format or the generator could not have said it; nothing where it could.
    pub cannot: Option<String>,
}

/// What is known about the signature of a file.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Signature {
    /// The file that is signed, or that is not.
    pub path: String,
    pub state: &'static str,
    /// Kind, key, signer, or why it does not hold.
    pub detail: String,
}

/// What changed since the delivery before.
#[derive(Debug, Default, Serialize)]
pub struct Change {
    /// What came, went and changed, by kind: `added`, `removed`, `upgraded`, `downgraded` and others.
    pub entries: Vec<ChangeEntry>,
}

/// One change.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct ChangeEntry {
    pub kind: &'static str,
    pub text: String,
}

/// One fault.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Told<'a> {
    pub rule: &'static str,
    pub effect: &'static str,
    pub about: Subject<'a>,
    pub detail: &'a str,
    pub what: &'a str,
    pub ask: &'a str,
    pub clauses: Vec<Clause<'a>>,
    pub evidence: Vec<Place<'a>>,
    pub question: Option<&'a str>,
    pub accepted: bool,
}

/// What a fault is about.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Subject<'a> {
    pub kind: &'static str,
    pub name: &'a str,
}

/// Who asks for it.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Clause<'a> {
    pub text: &'a str,
    pub place: &'a str,
}

/// Where it can be seen.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Place<'a> {
    pub path: &'a str,
    pub at: &'a str,
}

/// One file of the delivery.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Delivered {
    pub path: String,
    pub kind: String,
    pub sha256: String,
}

/// One file that was read beside the delivery.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Given {
    pub role: &'static str,
    pub path: String,
    pub sha256: String,
}

/// The buyer's terms.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Terms {
    pub effects: BTreeMap<&'static str, &'static str>,
    pub answer_days: Days,
    pub max_age_days: u32,
    pub investigation_days: u16,
    pub accepted_formats: Vec<String>,
}

/// Days to answer.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Days {
    pub exploited: u16,
    pub reject: u16,
    pub condition: u16,
    pub ask: u16,
}

impl From<AnswerDays> for Days {
    fn from(days: AnswerDays) -> Self {
        let AnswerDays { exploited, reject, condition, ask } = days;
        Self { exploited, reject, condition, ask }
    }
}

impl Decided {
    /// The decision for reports.
    #[must_use]
    pub fn new(decision: &Decision, questions: &[Question]) -> Self {
        let because = |reasons: &[Reason]| reasons.iter().map(Because::new).collect();
        Self {
            verdict: decision.verdict.as_str(),
            summary: summary(decision, questions),
            reasons: because(&decision.reasons),
            accepted: because(&decision.accepted),
            kind: decision.verdict,
        }
    }

    /// The reasons with one meaning.
    pub(super) fn with(&self, effect: Effect) -> impl Iterator<Item = &Because> {
        self.reasons.iter().filter(move |reason| reason.meaning == effect)
    }
}

impl Because {
    fn new(reason: &Reason) -> Self {
        Self {
            rule: reason.rule.as_str(),
            effect: reason.effect.as_str(),
            heading: reason.heading(),
            why: words::why(reason.rule),
            questions: reason.questions.iter().map(ToString::to_string).collect(),
            faults: reason.faults.clone(),
            meaning: reason.effect,
        }
    }
}

impl<'a> Coverage<'a> {
    /// What the audit could look at.
    #[must_use]
    pub fn new(report: &Report<'a>, judged: &[Judged]) -> Self {
        let components = report.totals();
        let data = report_words::data(report);
        let flaws = Flaws::of(judged);
        let summary = coverage(&components) + &flaws.told();
        Self { components, flaws, summary, sources: report.data.sources.clone(), data }
    }
}

/// How much was compared with records of known flaws, for people.
fn coverage(counts: &Counts) -> String {
    let Counts { declared, evaluated, not_evaluated, not_covered, named, .. } = *counts;
    if declared == 0 {
        return "Nothing could be compared with records of known flaws: no part is listed."
            .to_owned();
    }
    let mut text = format!(
        "{evaluated} of {} could be looked up in records of known flaws.",
        super::counted(declared, "listed part")
    );
    let known = [
        (evaluated - not_covered - named, "are held to be complete for"),
        (named, "know some flaws of"),
        (not_covered, "say nothing, or only what is attacked, of"),
    ];
    let known: Vec<String> = known
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{what} {number}"))
        .collect();
    if !known.is_empty() {
        text.push_str(&format!(" The loaded records {}.", known.join(", ")));
    }
    if not_evaluated > 0 {
        text.push_str(&format!(" {not_evaluated} could NOT be looked up at all."));
    }
    text
}

impl<'a> Told<'a> {
    /// A fault for reports.
    #[must_use]
    pub fn new(fault: &'a Fault) -> Self {
        let remark = &fault.remark;
        let about = match &remark.about {
            About::Delivery => Subject { kind: "delivery", name: "" },
            About::File(name) => Subject { kind: "file", name },
            About::Component(name) => Subject { kind: "component", name },
        };
        let clause = |c: &'a crate::review::Clause| Clause { text: &c.text, place: &c.place };
        let place = |e: &'a crate::review::Evidence| Place { path: &e.path, at: &e.at };
        Self {
            rule: remark.rule.as_str(),
            effect: fault.effect.as_str(),
            about,
            detail: &remark.detail,
            what: &remark.what,
            ask: &remark.ask,
            clauses: remark.clauses.iter().map(clause).collect(),
            evidence: remark.evidence.iter().map(place).collect(),
            question: fault.question.as_ref().map(QuestionId::as_str),
            accepted: fault.accepted,
        }
    }
}

impl Review<'_> {
    /// The questions in one state of those, in their order.
    pub(super) fn in_state(&self, states: &[State]) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|question| states.contains(&question.state))
    }

    /// Who asks for what a question is about: the text by its name, and the place in it.
    pub(super) fn asked_by(&self, question: &Question) -> Vec<String> {
        let named = |because: &String| {
            let (id, place) = because.split_once(' ')?;
            let profile = self.profiles.iter().find(|profile| profile.id == id)?;
            Some(format!("{} {}: {place}", profile.name, profile.version))
        };
        let texts = question.because.iter();
        texts.map(|because| named(because).unwrap_or_else(|| because.clone())).collect()
    }

    /// What was reviewed, in few words.
    pub(super) fn subject(&self) -> String {
        match &self.product {
            Some(product) => format!("{product}, delivered in {}", self.delivery),
            None => format!("the delivery {}", self.delivery),
        }
    }

    /// The day, who, and what made the record.
    pub(super) fn origin(&self) -> String {
        let day = self.reviewed_at.split('T').next().unwrap_or_default();
        let who = self.reviewer.unwrap_or("(reviewer not given)");
        format!("reviewed on {day} by {who} with {} {}", self.tool.name, self.tool.version)
    }
}

/// The decision in a sentence for people.
fn summary(decision: &Decision, questions: &[Question]) -> String {
    let faults = |effect| decision.with(effect).map(|reason| reason.faults.len()).sum::<usize>();
    let (rejecting, conditions) = (faults(Effect::Reject), faults(Effect::Condition));
    let waiting: Vec<_> = questions.iter().filter(|question| question.state.waits()).collect();
    let asked = match waiting.iter().map(|question| question.due).min() {
        Some(due) => format!(
            " {} to the supplier, the first to be answered by {due}.",
            super::counted(waiting.len(), "question")
        ),
        None => String::new(),
    };
    let told = match decision.verdict {
        Verdict::Reject => format!(
            "{} must be mended before the delivery can be accepted.",
            super::counted(rejecting, "fault")
        ),
        Verdict::Conditions => format!(
            "The delivery can be accepted on the condition that {} mended.",
            match conditions {
                1 => "one fault is".to_owned(),
                some => format!("{some} faults are"),
            }
        ),
        Verdict::Accept => "By your rules nothing stands against the delivery.".to_owned(),
    };
    let accepted: usize = decision.accepted.iter().map(|reason| reason.faults.len()).sum();
    let accepted = match accepted {
        0 => String::new(),
        some => format!(" You accepted {} as they are.", super::counted(some, "fault")),
    };
    format!("{told}{asked}{accepted}")
}
