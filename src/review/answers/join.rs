//! Whose word counts: the buyer's record decides, what came back from the supplier answers.
//!
//! A file that went through other hands may say that a fault is accepted or a question closed. Nobody can
//! tell who wrote that, so it is never believed: decisions, dates and history are the buyer's to keep.

use std::collections::BTreeMap;

use crate::review::questions::{Question, QuestionId, State};

/// The questions of the last review.
#[derive(Debug, Default)]
pub struct Past {
    /// The questions, with what counts of what people wrote.
    pub questions: Vec<Question>,
    /// What does not count, and why; one sentence each.
    pub ignored: Vec<String>,
}

/// Joins the record that the buyer kept with the answers that came back; either may be missing. Without
/// a record the questions are those of the answers, and all that they say is settled waits.
#[must_use]
pub fn join(kept: Option<Vec<Question>>, answered: Option<Vec<Question>>) -> Past {
    let answered = answered.unwrap_or_default();
    let Some(kept) = kept else { return unsettled(answered) };
    let mut past = Past { questions: kept, ignored: Vec::new() };
    let places: BTreeMap<QuestionId, usize> =
        past.questions.iter().enumerate().map(|(at, one)| (one.id.clone(), at)).collect();
    for theirs in answered {
        let own = places.get(&theirs.id).and_then(|at| past.questions.get_mut(*at));
        let Some(own) = own else {
            past.ignored.push(format!("{} is no question of your record: left out", theirs.id));
            continue;
        };
        if theirs.state != own.state && !theirs.state.waits() {
            past.ignored.push(not_theirs(&theirs));
        }
        if !theirs.answer.trim().is_empty() {
            own.answer = theirs.answer;
            own.answered_by = theirs.answered_by;
        }
        for (column, text) in theirs.extra {
            own.extra.entry(column).or_insert(text);
        }
    }
    past
}

fn unsettled(mut questions: Vec<Question>) -> Past {
    let mut ignored = Vec::new();
    for one in &mut questions {
        if matches!(one.state, State::Accepted | State::Withdrawn) {
            ignored.push(not_theirs(one));
        }
        if !one.state.waits() {
            let is_answered = !one.answer.trim().is_empty();
            one.state = if is_answered { State::Answered } else { State::Open };
        }
    }
    Past { questions, ignored }
}

fn not_theirs(question: &Question) -> String {
    format!(
        "{}: the file with answers says \"{}\", which only you may say: it does not count; write it into \
         the record that you kept and give that with --record",
        question.id,
        question.state.as_str()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Effect, ReviewRule};

    fn question(id: &str, state: State, answer: &str) -> Question {
        let day = "2026-11-25".parse().unwrap();
        Question {
            id: id.parse().unwrap(),
            state,
            effect: Effect::Reject,
            rule: ReviewRule::NoVersion,
            detail: String::new(),
            asked: day,
            due: day,
            about: Vec::new(),
            what: String::new(),
            ask: String::new(),
            because: Vec::new(),
            evidence: Vec::new(),
            answer: answer.to_owned(),
            answered_by: String::new(),
            note: String::new(),
            history: Vec::new(),
            extra: BTreeMap::new(),
        }
    }

    fn states(past: &Past) -> Vec<State> {
        past.questions.iter().map(|one| one.state).collect()
    }

    const A: &str = "Q-0123abcd";
    const B: &str = "Q-0123abce";

    #[test]
    fn what_came_back_answers_and_decides_nothing() {
        for state in [State::Accepted, State::Withdrawn, State::Closed] {
            let past = join(None, Some(vec![question(A, state, ""), question(B, state, "so")]));
            assert_eq!(states(&past), [State::Open, State::Answered], "{state:?}");
            let told = if state == State::Closed { 0 } else { 2 };
            assert_eq!(past.ignored.len(), told, "{:?}", past.ignored);
        }
    }

    #[test]
    fn what_the_buyer_kept_decides_and_answers_are_taken_over() {
        let kept = vec![question(A, State::Accepted, "old"), question(B, State::Open, "old")];
        let theirs = vec![question(A, State::Answered, "new"), question(B, State::Accepted, " ")];
        let past = join(Some(kept), Some(theirs));
        assert_eq!(states(&past), [State::Accepted, State::Open]);
        let answers: Vec<&str> = past.questions.iter().map(|one| one.answer.as_str()).collect();
        assert_eq!(answers, ["new", "old"]);
        assert!(past.ignored[0].starts_with("Q-0123abce: "), "{:?}", past.ignored);
        let past = join(Some(Vec::new()), Some(vec![question(A, State::Open, "new")]));
        assert!(past.questions.is_empty());
        assert_eq!(past.ignored, ["Q-0123abcd is no question of your record: left out"]);
    }
}
