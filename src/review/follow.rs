//! What became of questions since they were asked: the answers of a file meet the faults of today.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::looked::Looked;
use super::questions::{Event, Fault, Happening, Question, QuestionId, State, Terms};

/// A question that stays open although its fault does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The question.
    pub id: QuestionId,
    /// Why its fault could not have been seen.
    pub why: String,
}

/// Joins the questions of today with those of the file: today's come first, then those whose fault was
/// not looked for or is gone. With them those that wait although their fault does not show.
pub fn follow(
    faults: &mut [Fault],
    mut asked: Vec<Question>,
    past: Vec<Question>,
    (terms, looked): (Terms, &Looked),
) -> (Vec<Question>, Vec<Kept>) {
    let mut past: BTreeMap<QuestionId, Question> =
        past.into_iter().map(|question| (question.id.clone(), question)).collect();
    for question in &mut asked {
        let compared = looked.compared(question.rule);
        if let Some(before) = past.remove(&question.id) {
            take_over(question, before, (terms.today, compared));
        } else if let (Some(text), Some(first)) = (compared, question.history.first_mut()) {
            first.text = text;
        }
    }
    let accepted: BTreeMap<&QuestionId, State> =
        asked.iter().map(|question| (&question.id, question.state)).collect();
    for fault in faults {
        let state = fault.question.as_ref().and_then(|id| accepted.get(id));
        fault.accepted = state == Some(&State::Accepted);
    }
    let mut kept = Vec::new();
    for mut question in past.into_values() {
        let why = gone(&mut question, terms.today, looked);
        let id = || question.id.clone();
        kept.extend(why.filter(|_| question.state.waits()).map(|why| Kept { id: id(), why }));
        asked.push(question);
    }
    (asked, kept)
}

/// A question whose fault is still there: what people wrote stays with it.
fn take_over(question: &mut Question, before: Question, (today, compared): (Date, Option<String>)) {
    question.asked = before.asked;
    question.due =
        if question.effect > before.effect { question.due.min(before.due) } else { before.due };
    question.history = before.history;
    question.answer = before.answer;
    question.answered_by = before.answered_by;
    question.note = before.note;
    question.extra = before.extra;
    note_answer(question, today);
    let known: BTreeSet<&String> = before.about.iter().collect();
    let added: Vec<&str> =
        question.about.iter().filter(|one| !known.contains(one)).map(String::as_str).collect();
    let unsettled = if question.answer.trim().is_empty() { State::Open } else { State::Answered };
    let told = |question: &Question, what| question.history.iter().any(|event| event.what == what);
    let settled = |question: &mut Question, what| {
        if !is_last(question, what) {
            let text = question.note.clone();
            question.history.push(Event { on: today, what, text });
        }
    };
    question.state = match before.state {
        State::Closed => {
            let text = match compared {
                Some(compared) => format!("the fault is back, {compared}"),
                None => "the fault is back".to_owned(),
            };
            question.history.push(Event { on: today, what: Happening::Reopened, text });
            unsettled
        }
        state @ (State::Accepted | State::Withdrawn) if added.is_empty() => {
            let accepted = state == State::Accepted;
            settled(question, if accepted { Happening::Accepted } else { Happening::Withdrawn });
            state
        }
        State::Accepted | State::Withdrawn => {
            let text = format!("now also: {}", added.join(", "));
            question.history.push(Event { on: today, what: Happening::Reopened, text });
            unsettled
        }
        State::Open | State::Answered => unsettled,
    };
    if !told(question, Happening::Asked) {
        let first = Event { on: question.asked, what: Happening::Asked, text: String::new() };
        question.history.insert(0, first);
    }
}

/// Whether that was the last decision on a question; answers decide nothing.
fn is_last(question: &Question, what: Happening) -> bool {
    let decisions = question.history.iter().rev();
    let mut decisions = decisions.filter(|event| event.what != Happening::Answered);
    decisions.next().is_some_and(|event| event.what == what)
}

/// Puts a new answer into the history.
fn note_answer(question: &mut Question, today: Date) {
    let answer = question.answer.trim();
    let mut answers = question.history.iter().rev();
    let last = answers.find(|event| event.what == Happening::Answered);
    if !answer.is_empty() && last.is_none_or(|event| event.text != answer) {
        let text = answer.to_owned();
        question.history.push(Event { on: today, what: Happening::Answered, text });
    }
}

/// A question whose fault does not show: it is closed where the fault was looked for. Else the answer
/// says why nobody could see it.
fn gone(question: &mut Question, today: Date, looked: &Looked) -> Option<String> {
    note_answer(question, today);
    if question.state == State::Closed {
        return None;
    }
    let why = looked.blind_to(question);
    if why.is_none() {
        question.state = State::Closed;
        if !is_last(question, Happening::Closed) {
            let text = "the fault is gone".to_owned();
            question.history.push(Event { on: today, what: Happening::Closed, text });
        }
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AnswerDays, Effect, ReviewRule};
    use crate::review::looked::{KnownFlaw, flaws_of};
    use crate::review::questions::ask;
    use crate::review::{About, Remark};

    fn fault(rule: ReviewRule, component: &str) -> Fault {
        let remark = Remark {
            rule,
            about: About::Component(component.to_owned()),
            detail: String::new(),
            what: format!("{component} is wrong."),
            ask: "Please mend it.".to_owned(),
            clauses: Vec::new(),
            evidence: Vec::new(),
        };
        Fault { remark, effect: rule.default_effect(), question: None, accepted: false }
    }

    fn terms(day: &str) -> Terms {
        Terms { today: day.parse().unwrap(), days: AnswerDays::default() }
    }

    fn looked() -> Looked {
        Looked { whole: true, ..Looked::default() }
    }

    /// The questions of a review on a day, with those of the last one.
    fn review(faults: &mut [Fault], day: &str, past: Vec<Question>) -> Vec<Question> {
        let asked = ask(faults, terms(day));
        follow(faults, asked, past, (terms(day), &looked())).0
    }

    fn questions_of(faults: &mut [Fault], looked: &Looked, past: Vec<Question>) -> Vec<Question> {
        let asked = ask(faults, terms("2026-11-25"));
        follow(faults, asked, past, (terms("2026-11-25"), looked)).0
    }

    #[test]
    fn a_flaw_of_a_part_that_nobody_could_look_up_closes_no_question() {
        let part = "pkg:maven/g/a@1";
        let mut faults =
            [fault(ReviewRule::ExploitedFinding, part), fault(ReviewRule::NoVersion, part)];
        let past = questions_of(&mut faults, &looked(), Vec::new());
        let state = |looked: &Looked, rule| {
            let questions = questions_of(&mut [], looked, past.clone());
            questions.iter().find(|question| question.rule == rule).unwrap().state
        };
        let blind = Looked { unlooked: BTreeSet::from(["a".to_owned()]), ..looked() };
        assert_eq!(state(&blind, ReviewRule::ExploitedFinding), State::Open);
        assert_eq!(state(&blind, ReviewRule::NoVersion), State::Closed, "this was looked for");
        let half = Looked { half_looked: BTreeSet::from(["a".to_owned()]), ..looked() };
        assert_eq!(state(&half, ReviewRule::ExploitedFinding), State::Closed);
        assert_eq!(state(&looked(), ReviewRule::ExploitedFinding), State::Closed);
    }

    #[test]
    fn a_flaw_of_which_the_records_say_nothing_any_more_is_not_gone() {
        let part = "pkg:maven/g/a@1";
        let of = |rule| {
            let mut fault = fault(rule, part);
            fault.remark.detail = "CVE-2021-44228".to_owned();
            fault
        };
        let unrecorded = KnownFlaw { part: "a".to_owned(), id: "CVE-2021-44228".to_owned() };
        let less = Looked { unrecorded: [unrecorded.clone()].into(), ..looked() };
        for rule in [ReviewRule::OpenFinding, ReviewRule::ClaimContradicted] {
            let past = questions_of(&mut [of(rule)], &looked(), Vec::new());
            assert_eq!(flaws_of(&past[0]), std::slice::from_ref(&unrecorded), "{rule}");
            let by = (terms("2026-12-01"), &less);
            let (questions, kept) = follow(&mut [], Vec::new(), past.clone(), by);
            assert_eq!(questions[0].state, State::Open, "{rule}");
            assert!(kept[0].why.contains("no longer speak of CVE-2021-44228"), "{kept:?}");
            assert_eq!(questions_of(&mut [], &looked(), past)[0].state, State::Closed, "{rule}");
        }
    }

    #[test]
    fn a_difference_is_gone_only_beside_the_delivery_that_it_was_asked_about() {
        let beside = |digest: &str| Looked { before: Some(digest.repeat(64)), ..looked() };
        let mut faults = [fault(ReviewRule::Downgrade, "pkg:maven/g/a@1")];
        let past = questions_of(&mut faults, &beside("a"), Vec::new());
        let state = |looked: &Looked| questions_of(&mut [], looked, past.clone())[0].state;
        assert_eq!(state(&beside("a")), State::Closed);
        assert_eq!(state(&beside("b")), State::Open, "a later one tells nothing of it");
        assert_eq!(state(&looked()), State::Open, "nothing was compared");
    }

    #[test]
    fn a_question_about_several_files_names_each() {
        let of = |path: &str| {
            let mut fault = fault(ReviewRule::NoVersion, "");
            fault.remark.about = About::File(path.to_owned());
            fault.remark.what = "3 parts have none.".to_owned();
            fault
        };
        let questions = review(&mut [of("a.json"), of("b.json")], "2026-11-25", Vec::new());
        assert_eq!(questions.len(), 1);
        assert_eq!(
            questions[0].what,
            "In a.json: 3 parts have none. In b.json: 3 parts have none."
        );
        let one = review(&mut [of("a.json")], "2026-11-25", Vec::new());
        assert_eq!(one[0].what, "3 parts have none.");
    }

    #[test]
    fn one_question_for_what_one_new_list_would_cure() {
        let mut faults = [
            fault(ReviewRule::NoVersion, "a"),
            fault(ReviewRule::NoVersion, "b"),
            fault(ReviewRule::ClaimContradicted, "a"),
            fault(ReviewRule::ClaimContradicted, "b"),
        ];
        let questions = review(&mut faults, "2026-11-25", Vec::new());
        let told: Vec<_> = questions.iter().map(|q| (q.rule, q.about.join(","))).collect();
        assert_eq!(
            told,
            [
                (ReviewRule::NoVersion, "a,b".to_owned()),
                (ReviewRule::ClaimContradicted, "a".to_owned()),
                (ReviewRule::ClaimContradicted, "b".to_owned()),
            ]
        );
        assert_eq!(faults[0].question, faults[1].question);
    }

    #[test]
    fn a_question_is_due_by_the_terms_from_the_day_it_was_first_asked() {
        let mut faults =
            [fault(ReviewRule::NoVersion, "a"), fault(ReviewRule::ClaimExploited, "a")];
        let first = review(&mut faults, "2026-11-25", Vec::new());
        let due: Vec<_> = first.iter().map(|q| (q.rule, q.due.to_string())).collect();
        // 14 days for a condition, 7 where a flaw is exploited
        assert_eq!(due[0], (ReviewRule::NoVersion, "2026-12-09".to_owned()));
        assert_eq!(due[1], (ReviewRule::ClaimExploited, "2026-12-02".to_owned()));
        let again = review(&mut faults, "2026-12-20", first.clone());
        assert_eq!(again, first, "nothing happened, so nothing changes");
    }

    #[test]
    fn an_answer_closes_nothing_and_acceptance_does_for_what_was_listed() {
        let mut faults = [fault(ReviewRule::NoVersion, "a")];
        let mut past = review(&mut faults, "2026-11-25", Vec::new());
        past[0].answer = "It has none.".to_owned();
        let mut past = review(&mut faults, "2026-12-01", past);
        assert_eq!(past[0].state, State::Answered);
        assert!(!faults[0].accepted);
        past[0].state = State::Accepted;
        past[0].note = "we know it".to_owned();
        let past = review(&mut faults, "2026-12-02", past);
        assert!(faults[0].accepted);
        let told: Vec<_> = past[0]
            .history
            .iter()
            .map(|e| format!("{} {}: {}", e.on, e.what.as_str(), e.text))
            .collect();
        assert_eq!(
            told,
            [
                "2026-11-25 asked: ",
                "2026-12-01 answered: It has none.",
                "2026-12-02 accepted: we know it",
            ]
        );
        let mut more = [faults[0].clone(), fault(ReviewRule::NoVersion, "b")];
        let past = review(&mut more, "2026-12-03", past);
        assert_eq!(past[0].state, State::Answered);
        assert!(!more[0].accepted && !more[1].accepted);
        assert_eq!(past[0].history.last().unwrap().text, "now also: b");
    }

    #[test]
    fn a_fault_that_is_gone_closes_its_question_and_one_that_is_back_opens_it() {
        let mut faults = [fault(ReviewRule::NoVersion, "a")];
        let past = review(&mut faults, "2026-11-25", Vec::new());
        let past = review(&mut [], "2026-12-01", past);
        assert_eq!(past[0].state, State::Closed);
        assert_eq!(past[0].history.last().unwrap().on.to_string(), "2026-12-01");
        let past = review(&mut [], "2026-12-02", past);
        assert_eq!(past[0].history.len(), 2, "it is closed once");
        let past = review(&mut faults, "2026-12-03", past);
        assert_eq!(past[0].state, State::Open);
    }

    #[test]
    fn what_was_not_looked_for_is_not_gone() {
        let mut faults = [fault(ReviewRule::Downgrade, "a")];
        let past = review(&mut faults, "2026-11-25", Vec::new());
        let nothing = Looked::default();
        let why = "no earlier delivery was given";
        let without = Looked { not_for: [(ReviewRule::Downgrade, why)].into(), ..looked() };
        let nothing_seen = "this delivery could not be judged as a whole";
        for (looked, why) in [(nothing, nothing_seen), (without, why)] {
            let by = (terms("2026-12-01"), &looked);
            let (questions, kept) = follow(&mut [], Vec::new(), past.clone(), by);
            assert_eq!(questions, past);
            assert_eq!(kept, [Kept { id: past[0].id.clone(), why: why.to_owned() }]);
        }
        let mut quality = fault(ReviewRule::Quality, "a");
        quality.remark.detail = "cisa-2026/author".to_owned();
        let past = review(&mut [quality], "2026-11-25", Vec::new());
        let state = |profiles: &[&str]| {
            let profiles = profiles.iter().map(|id| (*id).to_owned()).collect();
            let looked = Looked { profiles, ..looked() };
            follow(&mut [], Vec::new(), past.clone(), (terms("2026-12-01"), &looked)).0[0].state
        };
        assert_eq!(state(&["cisa-2026"]), State::Closed);
        assert_eq!(state(&["cisa", "cisa-20", "ntia-2021"]), State::Open);
    }

    #[test]
    fn the_effect_decides_whether_anything_is_asked() {
        let mut note = fault(ReviewRule::NoVersion, "a");
        note.effect = Effect::Note;
        assert!(ask(&mut [note], terms("2026-11-25")).is_empty());
        let mut graver = [fault(ReviewRule::Downgrade, "a")];
        let past = review(&mut graver, "2026-11-25", Vec::new());
        assert_eq!(past[0].due.to_string(), "2026-12-25");
        graver[0].effect = Effect::Reject;
        let now = review(&mut graver, "2026-11-26", past);
        assert_eq!(now[0].due.to_string(), "2026-12-10", "what is graver is due earlier");
    }
}
