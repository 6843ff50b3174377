//! Waivers as the configuration has them: `[waivers]` and `[[waiver]]`.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use toml::Spanned;

use super::file::{ConfigError, Place};
use super::{Settings, Threshold, justification};
use crate::purl::Purl;

/// What an unused waiver is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unused {
    /// A line on standard error and in the report.
    Warn,
    /// Exit code 2.
    Error,
    /// Nothing.
    Ignore,
}

/// How waivers are to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaiverPolicy {
    /// Each needs an end.
    pub require_expiry: bool,
    /// Each needs a reason.
    pub require_reason: bool,
    /// Each needs the component that it speaks of.
    pub require_component: bool,
    /// What one that matches nothing is.
    pub unused: Unused,
    /// How many days before its end a waiver is announced.
    pub warn_before_days: u32,
}

/// A waiver as the configuration has it, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverRule {
    /// Any identifier of the finding.
    pub id: String,
    /// A package URL, with or without version; none for every component.
    pub component: Option<String>,
    /// The first moment at which it no longer holds, and the text that said so.
    pub expires: Option<(Timestamp, String)>,
    /// Why.
    pub reason: Option<String>,
    /// Why the product is not affected, in a word of OpenVEX, CSAF or CycloneDX.
    pub justification: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where the work on it is tracked.
    pub ticket: Option<String>,
    /// The highest level it covers.
    pub max_severity: Option<Threshold>,
    /// Its line in the file.
    pub line: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Waivers {
    require_expiry: Option<bool>,
    require_reason: Option<bool>,
    require_component: Option<bool>,
    unused: Option<Spanned<String>>,
    warn_before_days: Option<u32>,
}

/// One `[[waiver]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverEntry {
    id: String,
    component: Option<String>,
    expires: Option<TextOrDate>,
    reason: Option<String>,
    justification: Option<String>,
    owner: Option<String>,
    ticket: Option<String>,
    max_severity: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum TextOrDate {
    Text(String),
    Date(toml::value::Datetime),
}

impl TextOrDate {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Date(date) => date.to_string(),
        }
    }
}

impl Waivers {
    pub(super) fn apply(
        &self,
        settings: &mut Settings,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let policy = &mut settings.waivers;
        if let Some(require) = self.require_expiry {
            policy.require_expiry = require;
        }
        if let Some(require) = self.require_reason {
            policy.require_reason = require;
        }
        if let Some(require) = self.require_component {
            policy.require_component = require;
        }
        if let Some(word) = &self.unused {
            let known =
                [("warn", Unused::Warn), ("error", Unused::Error), ("ignore", Unused::Ignore)];
            policy.unused = place.word(word, "unused", &known)?;
        }
        if let Some(days) = self.warn_before_days {
            policy.warn_before_days = days;
        }
        Ok(())
    }
}

impl WaiverEntry {
    pub(super) fn rule(
        &self,
        settings: &Settings,
        place: &Place<'_>,
        offset: usize,
    ) -> Result<WaiverRule, ConfigError> {
        let wrong = |cause: String| place.error(offset, format!("waiver {}: {cause}", self.id));
        let mut missing = Vec::new();
        if settings.waivers.require_expiry && self.expires.is_none() {
            missing.push("expires");
        }
        if settings.waivers.require_reason
            && self.reason.as_deref().is_none_or(|reason| reason.trim().is_empty())
        {
            missing.push("reason");
        }
        if settings.waivers.require_component && self.component.is_none() {
            missing.push("component");
        }
        if !missing.is_empty() {
            return Err(wrong(format!(
                "{} missing, the policy requires it",
                missing.join(" and ")
            )));
        }
        let expires = match &self.expires {
            None => None,
            Some(text) => {
                let text = text.text();
                let end = end_of_waiver(&text)
                    .ok_or_else(|| wrong(format!("expires \"{text}\" is no date or instant")))?;
                Some((end, text))
            }
        };
        let max_severity = match &self.max_severity {
            None => None,
            Some(level) => Some(level.parse().map_err(|_| {
                wrong(format!("max_severity \"{level}\" is none of low, medium, high, critical"))
            })?),
        };
        if self.id.trim().is_empty() {
            return Err(wrong("the id is empty".to_owned()));
        }
        if let Some(component) = self.component.as_deref().filter(|c| Purl::parse(c).is_err()) {
            return Err(wrong(format!("component \"{component}\" is no package URL")));
        }
        if let Some(word) = self.justification.as_deref().filter(|w| !justification::is_known(w)) {
            let known = [&justification::SHARED[..], &justification::OF_CYCLONEDX[..]].concat();
            let known = known.join(", ");
            return Err(wrong(format!("justification is \"{word}\", expected one of {known}")));
        }
        Ok(WaiverRule {
            id: self.id.trim().to_owned(),
            component: self.component.clone(),
            expires,
            reason: self.reason.clone(),
            justification: self.justification.clone(),
            owner: said(self.owner.as_ref()),
            ticket: said(self.ticket.as_ref()),
            max_severity,
            line: place.line(offset),
        })
    }
}

/// The first moment after a waiver's end: a date holds to the end of that day in UTC.
fn end_of_waiver(text: &str) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    let day: Date = text.parse().ok()?;
    Some(day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// A text that says something.
fn said(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file::read;

    #[test]
    fn a_date_holds_to_the_end_of_its_day_in_utc() {
        let end: Timestamp = "2026-11-26T00:00:00Z".parse().unwrap();
        assert_eq!(end_of_waiver("2026-11-25"), Some(end));
        assert_eq!(end_of_waiver("2026-11-25T19:00:00-05:00"), Some(end));
        assert_eq!(end_of_waiver("soon"), None);
    }

    #[test]
    fn a_waiver_without_what_the_policy_requires_names_it_and_both_members() {
        let text = "[waivers]\nrequire_expiry = true\nrequire_reason = true\n\
                    [[waiver]]\nid = \"CVE-2021-44228\"\n";
        assert_eq!(
            read(text).unwrap_err(),
            "bomvet.toml:4: waiver CVE-2021-44228: expires and reason missing, the policy requires it"
        );
    }
}
