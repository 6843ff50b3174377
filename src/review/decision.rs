//! The decision on a delivery, made of its faults and nothing else.

use super::questions::{Fault, QuestionId};
use super::words;
use crate::config::{Effect, ReviewRule};

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing stands against the delivery.
    Accept,
    /// It is accepted if certain faults are mended.
    Conditions,
    /// It is rejected.
    Reject,
}

impl Verdict {
    /// The name in reports for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Conditions => "accept-with-conditions",
            Self::Reject => "reject",
        }
    }

    /// The words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Accept => "ACCEPT",
            Self::Conditions => "ACCEPT WITH CONDITIONS",
            Self::Reject => "REJECT",
        }
    }
}

/// Faults of one rule with one meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The rule.
    pub rule: ReviewRule,
    /// What its faults mean.
    pub effect: Effect,
    /// The faults, by their places.
    pub faults: Vec<usize>,
    /// The questions that ask about them.
    pub questions: Vec<QuestionId>,
}

impl Reason {
    /// What the rule is called.
    #[must_use]
    pub fn heading(&self) -> &'static str {
        words::heading(self.rule)
    }
}

/// The decision with all that it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What is decided.
    pub verdict: Verdict,
    /// Why, the gravest first; faults that are only noted stand last.
    pub reasons: Vec<Reason>,
    /// What the buyer accepted: it counts no longer, and stays visible.
    pub accepted: Vec<Reason>,
}

impl Decision {
    /// The reasons with one meaning.
    pub fn with(&self, effect: Effect) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(move |reason| reason.effect == effect)
    }
}

/// Decides.
#[must_use]
pub fn decide(faults: &[Fault]) -> Decision {
    let mut decision =
        Decision { verdict: Verdict::Accept, reasons: Vec::new(), accepted: Vec::new() };
    for (place, fault) in faults.iter().enumerate() {
        let reasons = if fault.accepted { &mut decision.accepted } else { &mut decision.reasons };
        add(reasons, place, fault);
        let verdict = match fault.effect {
            _ if fault.accepted => Verdict::Accept,
            Effect::Reject => Verdict::Reject,
            Effect::Condition => Verdict::Conditions,
            Effect::Off | Effect::Note | Effect::Ask => Verdict::Accept,
        };
        decision.verdict = decision.verdict.max(verdict);
    }
    for reasons in [&mut decision.reasons, &mut decision.accepted] {
        reasons.sort_by(|a, b| (b.effect, a.rule).cmp(&(a.effect, b.rule)));
    }
    decision
}

fn add(reasons: &mut Vec<Reason>, place: usize, fault: &Fault) {
    let (rule, effect) = (fault.remark.rule, fault.effect);
    let at = reasons.iter().position(|known| (known.rule, known.effect) == (rule, effect));
    let at = at.unwrap_or_else(|| {
        reasons.push(Reason { rule, effect, faults: Vec::new(), questions: Vec::new() });
        reasons.len() - 1
    });
    let reason = &mut reasons[at];
    reason.faults.push(place);
    if let Some(id) = fault.question.as_ref().filter(|id| !reason.questions.contains(id)) {
        reason.questions.push(id.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::{About, Remark};

    fn fault(rule: ReviewRule, effect: Effect, accepted: bool) -> Fault {
        let remark = Remark {
            rule,
            about: About::Delivery,
            detail: String::new(),
            what: String::new(),
            ask: String::new(),
            clauses: Vec::new(),
            evidence: Vec::new(),
        };
        Fault { remark, effect, question: None, accepted }
    }

    #[test]
    fn the_gravest_fault_that_is_not_accepted_decides() {
        let verdict = |faults: &[(Effect, bool)]| {
            let rule = ReviewRule::Old;
            let faults: Vec<_> =
                faults.iter().map(|(effect, accepted)| fault(rule, *effect, *accepted)).collect();
            decide(&faults).verdict
        };
        assert_eq!(verdict(&[]), Verdict::Accept);
        assert_eq!(verdict(&[(Effect::Note, false), (Effect::Ask, false)]), Verdict::Accept);
        assert_eq!(
            verdict(&[(Effect::Ask, false), (Effect::Condition, false)]),
            Verdict::Conditions
        );
        assert_eq!(
            verdict(&[(Effect::Reject, false), (Effect::Condition, false)]),
            Verdict::Reject
        );
        assert_eq!(
            verdict(&[(Effect::Reject, true), (Effect::Condition, false)]),
            Verdict::Conditions
        );
    }

    #[test]
    fn reasons_stand_by_gravity_and_what_was_accepted_stays_visible() {
        let decision = decide(&[
            fault(ReviewRule::WeakHash, Effect::Note, false),
            fault(ReviewRule::NoSbom, Effect::Reject, false),
            fault(ReviewRule::Old, Effect::Condition, true),
            fault(ReviewRule::NoSbom, Effect::Reject, false),
        ]);
        let told: Vec<_> = decision.reasons.iter().map(|r| (r.rule, r.faults.clone())).collect();
        assert_eq!(told, [(ReviewRule::NoSbom, vec![1, 3]), (ReviewRule::WeakHash, vec![0])]);
        assert_eq!(decision.accepted[0].rule, ReviewRule::Old);
    }
}
