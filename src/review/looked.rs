//! How far a review could look. What nobody could see is not gone, and no question about it is closed.

use std::collections::{BTreeMap, BTreeSet};

use super::questions::Question;
use crate::config::ReviewRule;

/// What this review was able to look at. A question is closed only where its fault was looked for.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// Whether the delivery could be judged at all: an empty or unreadable one shows no faults, and that
    /// cures none.
    pub whole: bool,
    /// Rules that nobody could look for, and why, such as those that need the product's archives.
    pub not_for: BTreeMap<ReviewRule, &'static str>,
    /// The quality profiles that were asked.
    pub profiles: Vec<String>,
    /// The parts of which flaws could not be seen, by [`part_name`]: nothing tells which package they
    /// are, or no record speaks of it.
    pub unlooked: BTreeSet<String>,
    /// Those of which only exploited flaws could be seen.
    pub half_looked: BTreeSet<String>,
    /// The flaws that were asked about and of which the loaded records say nothing any more.
    pub unrecorded: BTreeSet<KnownFlaw>,
    /// SHA-256 over the delivery that was compared with, where there was one.
    pub before: Option<String>,
}

/// A flaw of a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownFlaw {
    /// The part, by [`part_name`].
    pub part: String,
    /// The identifier that it was asked about by.
    pub id: String,
}

/// The rules about flaws of parts: a part that cannot be looked up shows none.
pub const FLAWS: [ReviewRule; 8] = [
    ReviewRule::OpenFinding,
    ReviewRule::ExploitedFinding,
    ReviewRule::ClaimContradicted,
    ReviewRule::ClaimExploited,
    ReviewRule::NoAction,
    ReviewRule::StaleInvestigation,
    ReviewRule::Introduced,
    ReviewRule::Reopened,
];

/// The rules about what differs from the delivery before: compared with a later one, the difference is
/// gone and its cause may still be there.
const DIFFERENCES: [ReviewRule; 6] = [
    ReviewRule::Downgrade,
    ReviewRule::Removed,
    ReviewRule::Introduced,
    ReviewRule::Reopened,
    ReviewRule::QualityFell,
    ReviewRule::ClaimChanged,
];

/// The name of a part without group, version and type, in small letters: what stays where a document
/// ceases to say which package it is.
#[must_use]
pub fn part_name(text: &str) -> String {
    let text = text.split_once(" (").map_or(text, |(part, _)| part);
    let text = text.split(['?', '#', ' ']).next().unwrap_or(text);
    let last = text.rsplit(['/', ':']).next().unwrap_or(text);
    last.split('@').next().unwrap_or(last).to_lowercase()
}

impl Looked {
    /// Why the fault of a question would not have been seen if it were there; nothing where it would.
    pub(super) fn blind_to(&self, question: &Question) -> Option<String> {
        if !self.whole {
            return Some("this delivery could not be judged as a whole".to_owned());
        }
        if let Some(why) = self.not_for.get(&question.rule) {
            return Some((*why).to_owned());
        }
        self.unasked_profile(question)
            .or_else(|| self.unseen_part(question))
            .or_else(|| self.unrecorded_flaw(question))
            .or_else(|| self.compared_otherwise(question))
    }

    fn unasked_profile(&self, question: &Question) -> Option<String> {
        if !matches!(question.rule, ReviewRule::Quality | ReviewRule::QualityFell) {
            return None;
        }
        let profiles = question.detail.split(',').map(|check| {
            let profile = check.rsplit_once('/').map_or(check, |(profile, _)| profile);
            profile.trim()
        });
        let mut unasked = profiles.filter(|one| !self.profiles.iter().any(|asked| asked == one));
        unasked.next().map(|profile| format!("the profile {profile} was not asked"))
    }

    /// A part of a question whose flaws would not show.
    fn unseen_part(&self, question: &Question) -> Option<String> {
        if !FLAWS.contains(&question.rule) {
            return None;
        }
        let is_half = question.rule != ReviewRule::ExploitedFinding;
        question.about.iter().find_map(|about| {
            let name = part_name(about);
            if self.unlooked.contains(&name) {
                return Some(format!("{name} can no longer be looked up in records of flaws"));
            }
            (is_half && self.half_looked.contains(&name))
                .then(|| format!("the loaded records know only exploited flaws of {name}"))
        })
    }

    fn unrecorded_flaw(&self, question: &Question) -> Option<String> {
        let flaws = flaws_of(question).into_iter();
        let mut gone = flaws.filter(|flaw| self.unrecorded.contains(flaw));
        gone.next().map(|KnownFlaw { part, id }| {
            format!("the loaded records no longer speak of {id} in {part}: load the data of then")
        })
    }

    /// A difference is looked for beside the same delivery that it was asked about, or not at all.
    fn compared_otherwise(&self, question: &Question) -> Option<String> {
        let mut history = question.history.iter().rev();
        let told = history.find_map(|event| event.text.split_once(COMPARED).map(|(_, told)| told));
        let before = self.before.as_deref().map(short);
        let is_seen = !DIFFERENCES.contains(&question.rule) || (told.is_some() && told == before);
        (!is_seen).then(|| "it was asked beside another earlier delivery".to_owned())
    }

    /// What the history of a new question says besides.
    pub(super) fn compared(&self, rule: ReviewRule) -> Option<String> {
        let before = self.before.as_deref().filter(|_| DIFFERENCES.contains(&rule))?;
        Some(format!("{COMPARED}{}", short(before)))
    }
}

/// How the history of a question about a difference begins to tell which delivery was the other one.
const COMPARED: &str = "compared with the delivery of digest ";

/// As much of a digest as tells deliveries apart for people.
fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

/// The flaws of parts that a question is about.
#[must_use]
pub fn flaws_of(question: &Question) -> Vec<KnownFlaw> {
    use ReviewRule as R;
    let by_detail = matches!(question.rule, R::ClaimContradicted | R::ClaimExploited);
    let by_subject =
        matches!(question.rule, R::OpenFinding | R::ExploitedFinding | R::Introduced | R::Reopened);
    let flaw = |about: &String| {
        let id = match about.rsplit_once(" (") {
            Some((_, id)) if by_subject => id.trim_end_matches(')'),
            _ if by_detail => question.detail.as_str(),
            _ => return None,
        };
        Some(KnownFlaw { part: part_name(about), id: id.to_owned() })
    };
    question.about.iter().filter_map(flaw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_part_stays_where_its_identity_is_lost() {
        for text in [
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar (CVE-2021-44228)",
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
            "org.apache.logging.log4j:log4j-core 2.14.1",
            "Log4j-Core",
        ] {
            assert_eq!(part_name(text), "log4j-core", "{text}");
        }
        assert_eq!(part_name("pkg:npm/%40angular/core@1.0"), "core");
    }
}
