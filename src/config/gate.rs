//! When the gate closes, and when it may wait: `[gate]` and `[grace]`.

use serde::Deserialize;
use toml::Spanned;

use super::file::{ConfigError, Place};
use super::{Rule, Settings};
use crate::inventory::Scope;

/// What to do where policy allows two answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The gate closes.
    Fail,
    /// The gate stays open; the fact is listed.
    Pass,
}

/// When the gate closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatePolicy {
    /// Any of these rules closes it.
    pub fail_on: Vec<Rule>,
    /// What a finding without a rating does at a severity rule.
    pub unknown_severity: Answer,
    /// What a component without a verdict does.
    pub not_evaluated: Answer,
    /// What a component does of whose package the loaded data can tell nothing.
    pub not_covered: Answer,
    /// How many per cent of a document's components must be evaluated.
    pub min_evaluated: Option<u8>,
    /// The scopes whose findings count; a component without a scope always counts.
    pub scopes: Vec<Scope>,
}

/// How many days a finding may stay open without closing the gate, by its level. A level that is not
/// named has no grace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grace {
    /// Critical findings.
    pub critical: Option<u16>,
    /// High ones.
    pub high: Option<u16>,
    /// Medium ones.
    pub medium: Option<u16>,
    /// Low ones, and those that are rated with none.
    pub low: Option<u16>,
    /// Unrated ones.
    pub unknown: Option<u16>,
    /// Those known to be exploited, whatever their level; none where it is not said.
    pub exploited: Option<u16>,
}

impl Grace {
    pub(super) fn apply(self, settings: &mut Settings) {
        let grace = &mut settings.grace;
        for (known, written) in [
            (&mut grace.critical, self.critical),
            (&mut grace.high, self.high),
            (&mut grace.medium, self.medium),
            (&mut grace.low, self.low),
            (&mut grace.unknown, self.unknown),
            (&mut grace.exploited, self.exploited),
        ] {
            *known = written.or(*known);
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Gate {
    fail_on: Option<Spanned<OneOrMany>>,
    unknown_severity: Option<Spanned<String>>,
    not_evaluated: Option<Spanned<String>>,
    not_covered: Option<Spanned<String>>,
    min_evaluated: Option<Spanned<u8>>,
    scopes: Option<Spanned<Vec<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Reads names of scopes, as `--scope` and `gate.scopes` hold them.
///
/// # Errors
/// With the name that is none and those that are.
pub fn scopes<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<Scope>, String> {
    names
        .map(|name| {
            Scope::from_name(name.trim()).ok_or_else(|| {
                let known: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
                format!("\"{name}\" is no scope; known: {}", known.join(", "))
            })
        })
        .collect()
}

impl Gate {
    pub(super) fn apply(
        &self,
        settings: &mut Settings,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let gate = &mut settings.gate;
        if let Some(rules) = &self.fail_on {
            let texts = match rules.get_ref() {
                OneOrMany::One(text) => std::slice::from_ref(text),
                OneOrMany::Many(texts) => texts,
            };
            let parse = |text: &String| text.parse::<Rule>();
            gate.fail_on = texts
                .iter()
                .map(parse)
                .collect::<Result<_, _>>()
                .map_err(|error| place.error(rules.span().start, error.to_string()))?;
        }
        if let Some(word) = &self.unknown_severity {
            let known = [("fail", Answer::Fail), ("pass", Answer::Pass)];
            gate.unknown_severity = place.word(word, "unknown_severity", &known)?;
        }
        if let Some(word) = &self.not_evaluated {
            let known = [("fail", Answer::Fail), ("warn", Answer::Pass)];
            gate.not_evaluated = place.word(word, "not_evaluated", &known)?;
        }
        if let Some(word) = &self.not_covered {
            let known = [("fail", Answer::Fail), ("warn", Answer::Pass)];
            gate.not_covered = place.word(word, "not_covered", &known)?;
        }
        if let Some(share) = &self.min_evaluated {
            let percent = *share.get_ref();
            if percent > 100 {
                let cause = format!("min_evaluated is {percent}, expected per cent up to 100");
                return Err(place.error(share.span().start, cause));
            }
            gate.min_evaluated = Some(percent);
        }
        if let Some(names) = &self.scopes {
            gate.scopes = scopes(names.get_ref().iter().map(String::as_str))
                .map_err(|cause| place.error(names.span().start, cause))?;
        }
        Ok(())
    }
}
