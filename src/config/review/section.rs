//! `[review]`: what a buyer asks of deliveries, and by when suppliers are to answer.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{AcceptedFormat, Effect, OrderedProduct, ReviewRule};
use crate::config::Settings;
use crate::config::file::{ConfigError, Place};

/// What the review of deliveries goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewPolicy {
    /// The effects that are not the defaults, with the line that says so.
    effects: BTreeMap<ReviewRule, (Effect, usize)>,
    /// The quality profiles, by id or file; the one that the program chooses where there are none.
    pub profiles: Vec<String>,
    /// The product that was ordered.
    pub product: Option<OrderedProduct>,
    /// Who reviews.
    pub reviewer: Option<String>,
    /// How long suppliers have to answer.
    pub answer_days: AnswerDays,
    /// How many days older than its release a bill of materials may be; 0 is no limit.
    pub max_age_days: u32,
    /// How many days a supplier may investigate a flaw.
    pub investigation_days: u16,
    /// Files of keys and certificates whose signatures count.
    pub trusted_keys: Vec<String>,
    /// The formats that are accepted; all that are read where there are none.
    pub accepted_formats: Vec<AcceptedFormat>,
}

impl Default for ReviewPolicy {
    fn default() -> Self {
        Self {
            effects: BTreeMap::new(),
            profiles: Vec::new(),
            product: None,
            reviewer: None,
            answer_days: AnswerDays::default(),
            max_age_days: 0,
            investigation_days: 30,
            trusted_keys: Vec::new(),
            accepted_formats: Vec::new(),
        }
    }
}

impl ReviewPolicy {
    /// What a fault by this rule means.
    #[must_use]
    pub fn effect(&self, rule: ReviewRule) -> Effect {
        self.effects.get(&rule).map_or(rule.default_effect(), |(effect, _)| *effect)
    }

    /// The effects that somebody chose: rule, effect, line.
    pub fn chosen(&self) -> impl Iterator<Item = (ReviewRule, Effect, usize)> {
        self.effects.iter().map(|(rule, (effect, line))| (*rule, *effect, *line))
    }
}

/// Within how many days a question is to be answered, by what its fault means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerDays {
    /// Where a flaw is known to be exploited, whatever the effect.
    pub exploited: u16,
    /// Where the delivery is rejected.
    pub reject: u16,
    /// Where it is a condition.
    pub condition: u16,
    /// Where it is asked alone.
    pub ask: u16,
}

impl Default for AnswerDays {
    fn default() -> Self {
        Self { exploited: 7, reject: 14, condition: 14, ask: 30 }
    }
}

/// `[review]` as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Review {
    effects: BTreeMap<Spanned<String>, Spanned<String>>,
    profiles: Option<Vec<String>>,
    product: Option<Spanned<String>>,
    reviewer: Option<Spanned<String>>,
    answer_days: Days,
    max_age_days: Option<u32>,
    investigation_days: Option<u16>,
    trusted_keys: Option<Vec<String>>,
    accepted_formats: Option<Spanned<Vec<String>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Days {
    exploited: Option<u16>,
    reject: Option<u16>,
    condition: Option<u16>,
    ask: Option<u16>,
}

impl Review {
    pub(in crate::config) fn apply(
        &self,
        settings: &mut Settings,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let policy = &mut settings.review;
        self.effects(policy, place)?;
        self.answer_days.apply(&mut policy.answer_days);
        set(&mut policy.profiles, self.profiles.as_ref());
        set(&mut policy.trusted_keys, self.trusted_keys.as_ref());
        policy.max_age_days = self.max_age_days.unwrap_or(policy.max_age_days);
        policy.investigation_days = self.investigation_days.unwrap_or(policy.investigation_days);
        if let Some(text) = &self.product {
            let product = text.get_ref().parse().map_err(|error: super::InvalidProduct| {
                place.error(text.span().start, error.to_string())
            })?;
            policy.product = Some(product);
        }
        if let Some(name) = &self.reviewer {
            policy.reviewer = Some(place.said(name, "reviewer")?);
        }
        if let Some(texts) = &self.accepted_formats {
            let parsed: Result<Vec<AcceptedFormat>, super::InvalidFormat> =
                texts.get_ref().iter().map(|text| text.parse()).collect();
            policy.accepted_formats =
                parsed.map_err(|error| place.error(texts.span().start, error.to_string()))?;
        }
        Ok(())
    }

    fn effects(&self, policy: &mut ReviewPolicy, place: &Place<'_>) -> Result<(), ConfigError> {
        for (name, word) in &self.effects {
            let rules = ReviewRule::ALL.iter().map(|rule| (rule.as_str(), *rule));
            let rule = place.word(name, "a rule of review.effects", &rules.collect::<Vec<_>>())?;
            let known = Effect::ALL.map(|effect| (effect.as_str(), effect));
            let effect = place.word(word, name.get_ref(), &known)?;
            policy.effects.insert(rule, (effect, place.line(word.span().start)));
        }
        Ok(())
    }
}

impl Days {
    fn apply(&self, days: &mut AnswerDays) {
        for (known, written) in [
            (&mut days.exploited, self.exploited),
            (&mut days.reject, self.reject),
            (&mut days.condition, self.condition),
            (&mut days.ask, self.ask),
        ] {
            *known = written.unwrap_or(*known);
        }
    }
}

fn set(known: &mut Vec<String>, written: Option<&Vec<String>>) {
    if let Some(written) = written {
        known.clone_from(written);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::File;
    use crate::config::file::read;

    #[test]
    fn the_effects_of_rules_are_chosen_one_by_one() {
        let text = "[review.effects]\nno-purl = \"note\"\nremoved = \"reject\"\n";
        let policy = read(text).unwrap().review;
        assert_eq!(policy.effect(ReviewRule::NoPurl), Effect::Note);
        assert_eq!(policy.effect(ReviewRule::Removed), Effect::Reject);
        assert_eq!(policy.effect(ReviewRule::NoSbom), ReviewRule::NoSbom.default_effect());
        let chosen: Vec<_> = policy.chosen().collect();
        assert_eq!(
            chosen,
            [(ReviewRule::NoPurl, Effect::Note, 2), (ReviewRule::Removed, Effect::Reject, 3)]
        );
    }

    #[test]
    fn what_is_no_rule_effect_product_or_format_is_an_error_with_its_line() {
        for (text, cause) in [
            (
                "[review.effects]\nno-purls = \"note\"\n",
                ":2: a rule of review.effects is \"no-purls\"",
            ),
            (
                "[review.effects]\nno-purl = \"deny\"\n",
                ":2: no-purl is \"deny\", expected one of off",
            ),
            ("[review]\nproduct = \"shop\"\n", ":2: \"shop\" is no product, expected NAME@VERSION"),
            ("[review]\naccepted_formats = [\"pdf\"]\n", ":2: \"pdf\" is no format of bills"),
            (
                "[review]\naccepted_formats = [\"spdx>=x\"]\n",
                ":2: \"spdx>=x\" is no format of bills",
            ),
            ("[review]\nreviewer = \" \"\n", ":2: reviewer is empty"),
            ("[review.answer_days]\nnote = 3\n", ":2: unknown field `note`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(cause), "{error}");
        }
    }

    #[test]
    fn the_environment_overrides_terms() {
        let variable = |name: &str| match name {
            "BOMVET_REVIEW_ANSWER_DAYS_ASK" => Some("5".to_owned()),
            "BOMVET_REVIEW_REVIEWER" => Some("A. Buyer".to_owned()),
            "BOMVET_REVIEW_PROFILES" => Some("a,b.toml".to_owned()),
            _ => None,
        };
        let text = "[review.answer_days]\nask = 90\nexploited = 2\n";
        let policy = File::settings(text, Path::new("b.toml"), variable).unwrap().review;
        let days = AnswerDays { exploited: 2, ask: 5, ..AnswerDays::default() };
        assert_eq!(policy.answer_days, days);
        assert_eq!(policy.reviewer.as_deref(), Some("A. Buyer"));
        assert_eq!(policy.profiles, ["a", "b.toml"]);
    }
}
