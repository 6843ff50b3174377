//! From remarks to the decision: the buyer's effects, the questions, what people answered.

use std::collections::BTreeMap;

use super::Remark;
use super::decision::{Decision, decide};
use super::follow::{Kept, follow};
use super::looked::Looked;
use super::questions::{Fault, Question, Terms, ask};
use crate::config::{Effect, ReviewPolicy, ReviewRule};

/// The rules that say of a delivery that it cannot be judged: what they speak of shows no other fault.
const NOT_JUDGED: [ReviewRule; 3] =
    [ReviewRule::NoSbom, ReviewRule::Unreadable, ReviewRule::EmptyInventory];

/// All that follows from the remarks on a delivery.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The faults that count, and those that are only noted.
    pub faults: Vec<Fault>,
    /// What the supplier is asked, and what became of earlier questions.
    pub questions: Vec<Question>,
    /// Those that stay open because nobody could see whether their fault is gone.
    pub kept: Vec<Kept>,
    /// The decision.
    pub decision: Decision,
}

/// Concludes. `looked` says for which rules and profiles somebody looked; rules that the buyer does not
/// ask about are left out of it here.
#[must_use]
pub fn conclude(
    remarks: Vec<Remark>,
    past: Vec<Question>,
    (policy, terms): (&ReviewPolicy, Terms),
    mut looked: Looked,
) -> Outcome {
    let remarks = merged(remarks);
    // a rule that is off still says that nobody could look
    looked.whole = !remarks.iter().any(|remark| NOT_JUDGED.contains(&remark.rule));
    let mut faults: Vec<Fault> = remarks
        .into_iter()
        .map(|remark| {
            let effect = policy.effect(remark.rule);
            Fault { remark, effect, question: None, accepted: false }
        })
        .filter(|fault| fault.effect != Effect::Off)
        .collect();
    let unasked = |rule: &&ReviewRule| policy.effect(**rule) < Effect::Ask;
    let unasked = ReviewRule::ALL.iter().filter(unasked);
    looked.not_for.extend(unasked.map(|rule| (*rule, "by your terms nobody is asked about this")));
    let asked = ask(&mut faults, terms);
    let (questions, kept) = follow(&mut faults, asked, past, (terms, &looked));
    let decision = decide(&faults);
    Outcome { faults, questions, kept, decision }
}

/// The remarks in one order, the same fault once with all that shows it.
#[must_use]
pub fn merged(remarks: Vec<Remark>) -> Vec<Remark> {
    let mut all: BTreeMap<_, Remark> = BTreeMap::new();
    for remark in remarks {
        let key = (remark.rule, remark.about.clone(), remark.detail.clone());
        match all.get_mut(&key) {
            None => drop(all.insert(key, remark)),
            Some(known) => {
                known.evidence.extend(remark.evidence);
                known.clauses.extend(remark.clauses);
            }
        }
    }
    let tidy = |mut remark: Remark| {
        remark.evidence.sort();
        remark.evidence.dedup();
        remark.clauses.sort();
        remark.clauses.dedup();
        end(&mut remark.what);
        end(&mut remark.ask);
        remark
    };
    all.into_values().map(tidy).collect()
}

/// A sentence ends as one, so that others can follow it.
fn end(sentence: &mut String) {
    if !sentence.is_empty() && !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{AnswerDays, File};
    use crate::review::decision::Verdict;
    use crate::review::questions::State;
    use crate::review::{About, Evidence};

    fn remark(rule: ReviewRule, path: &str) -> Remark {
        Remark {
            rule,
            about: About::Delivery,
            detail: String::new(),
            what: "It is so.".to_owned(),
            ask: "Please mend it.".to_owned(),
            clauses: Vec::new(),
            evidence: vec![Evidence { path: path.to_owned(), at: String::new() }],
        }
    }

    fn concluded(remarks: Vec<Remark>, past: Vec<Question>) -> Outcome {
        let terms = Terms { today: "2026-11-25".parse().unwrap(), days: AnswerDays::default() };
        conclude(remarks, past, (&ReviewPolicy::default(), terms), Looked::default())
    }

    #[test]
    fn the_same_fault_counts_once_with_all_its_evidence() {
        let rule = ReviewRule::HashMismatch;
        let outcome = concluded(vec![remark(rule, "b"), remark(rule, "a")], Vec::new());
        assert_eq!(outcome.faults.len(), 1);
        let places: Vec<_> = outcome.faults[0].remark.evidence.iter().map(|e| &*e.path).collect();
        assert_eq!(places, ["a", "b"]);
        assert_eq!(outcome.decision.verdict, Verdict::Reject);
    }

    #[test]
    fn a_rule_that_is_off_still_tells_that_nobody_could_look() {
        let past = concluded(vec![remark(ReviewRule::HashMismatch, "a")], Vec::new()).questions;
        let text = "[review.effects]\nunreadable = \"off\"\n";
        let policy = File::settings(text, Path::new("bomvet.toml"), |_| None).unwrap().review;
        let terms = Terms { today: "2026-11-25".parse().unwrap(), days: AnswerDays::default() };
        let remarks = vec![remark(ReviewRule::Unreadable, "b")];
        let outcome = conclude(remarks, past.clone(), (&policy, terms), Looked::default());
        assert_eq!((outcome.faults.len(), &outcome.questions), (0, &past));
    }

    #[test]
    fn an_empty_folder_answers_no_question() {
        let past = concluded(vec![remark(ReviewRule::HashMismatch, "a")], Vec::new()).questions;
        let outcome = concluded(vec![remark(ReviewRule::NoSbom, "")], past.clone());
        assert_eq!(outcome.questions[1], past[0], "nobody could look");
        let outcome = concluded(Vec::new(), past);
        assert_eq!(outcome.questions[0].state, State::Closed);
        assert_eq!(outcome.decision.verdict, Verdict::Accept);
    }
}
