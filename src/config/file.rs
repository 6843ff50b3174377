//! `bomvet.toml` as written.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use toml::Spanned;

use super::source::{Net, SourceEntry};
use super::{
    Answer, Category, LeastCertainty, Rule, Settings, Unused, WaiverRule, justification, scopes,
};
use crate::files::sha256;

/// A configuration that cannot be used. One line, with the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: {cause}")]
pub struct ConfigError {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub cause: String,
}

/// The file's tables; a key that is not here is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    gate: Gate,
    matching: Matching,
    data: Data,
    net: Net,
    waivers: Waivers,
    waiver: Vec<Spanned<WaiverEntry>>,
    vex: Vex,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Vex {
    trust: Option<Vec<String>>,
    author: Option<Spanned<String>>,
    namespace: Option<Spanned<String>>,
    category: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Gate {
    fail_on: Option<Spanned<OneOrMany>>,
    unknown_severity: Option<Spanned<String>>,
    not_evaluated: Option<Spanned<String>>,
    not_covered: Option<Spanned<String>>,
    scopes: Option<Spanned<Vec<String>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Matching {
    certainty: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Data {
    max_age_days: Option<u32>,
    allow_stale: Option<bool>,
    source: Vec<Spanned<SourceEntry>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Waivers {
    require_expiry: Option<bool>,
    require_reason: Option<bool>,
    unused: Option<Spanned<String>>,
    warn_before_days: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
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

impl File {
    /// Reads a configuration and lets `BOMVET_SECTION_KEY` variables override it; the waivers are
    /// checked by what both mean together.
    ///
    /// # Errors
    /// With the line of the first thing that is wrong, or the variable that cannot be read.
    pub fn settings(
        text: &str,
        path: &Path,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Settings, ConfigError> {
        let place = Place { text, path };
        let file: Self = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            place.error(offset, error.message())
        })?;
        let mut settings = Settings {
            path: Some(path.display().to_string()),
            sha256: Some(sha256([text.as_bytes()])),
            ..Settings::default()
        };
        file.apply(&mut settings, &place)?;
        Self::apply_environment(&mut settings, variable)?;
        for entry in &file.waiver {
            let rule = entry.get_ref().rule(&settings, &place, entry.span().start)?;
            settings.waiver.push(rule);
        }
        Ok(settings)
    }

    /// Lets `BOMVET_SECTION_KEY` variables override the defaults, where there is no file.
    ///
    /// # Errors
    /// With the variable whose value cannot be read.
    pub fn apply_environment(
        settings: &mut Settings,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<(), ConfigError> {
        for (section, key, kind) in KEYS {
            let name = format!("BOMVET_{}_{}", section.to_uppercase(), key.to_uppercase());
            let Some(value) = variable(&name) else { continue };
            let value = kind.literal(&value);
            let text = format!("[{section}]\n{key} = {value}\n");
            let path = PathBuf::from(&name);
            let place = Place { text: &text, path: &path };
            let file: Self = toml::from_str(&text).map_err(|e| place.error(0, e.message()))?;
            file.apply(settings, &place)?;
        }
        Ok(())
    }

    fn apply(&self, settings: &mut Settings, place: &Place<'_>) -> Result<(), ConfigError> {
        self.gate.apply(settings, place)?;
        if let Some(word) = &self.matching.certainty {
            let known = LeastCertainty::ALL.map(|certainty| (certainty.as_str(), certainty));
            settings.certainty = place.word(word, "certainty", &known)?;
        }
        if let Some(days) = self.data.max_age_days {
            settings.data.max_age_days = days;
        }
        if let Some(allow) = self.data.allow_stale {
            settings.data.allow_stale = allow;
        }
        for entry in &self.data.source {
            let offset = entry.span().start;
            for source in entry.get_ref().sources(place, offset)? {
                if settings.sources.iter().any(|known| known.name == source.name) {
                    let name = source.name;
                    let cause = format!("data source {name}: another one has that name");
                    return Err(place.error(offset, cause));
                }
                settings.sources.push(source);
            }
        }
        self.vex.apply(settings, place)?;
        self.net.apply(settings, place)?;
        self.waivers.apply(settings, place)
    }
}

/// The keys that the environment can override.
const KEYS: [(&str, &str, Kind); 20] = [
    ("gate", "fail_on", Kind::List),
    ("gate", "unknown_severity", Kind::Text),
    ("gate", "not_evaluated", Kind::Text),
    ("gate", "not_covered", Kind::Text),
    ("gate", "scopes", Kind::List),
    ("matching", "certainty", Kind::Text),
    ("data", "max_age_days", Kind::Bare),
    ("data", "allow_stale", Kind::Bare),
    ("net", "proxy", Kind::Text),
    ("net", "no_proxy", Kind::Text),
    ("net", "ca_file", Kind::Text),
    ("net", "timeout_seconds", Kind::Bare),
    ("vex", "trust", Kind::List),
    ("vex", "author", Kind::Text),
    ("vex", "namespace", Kind::Text),
    ("vex", "category", Kind::Text),
    ("waivers", "require_expiry", Kind::Bare),
    ("waivers", "require_reason", Kind::Bare),
    ("waivers", "unused", Kind::Text),
    ("waivers", "warn_before_days", Kind::Bare),
];

/// How the value of a variable is written in TOML.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    /// Separated by commas.
    List,
    /// A number or a truth value.
    Bare,
}

impl Kind {
    fn literal(self, value: &str) -> String {
        // a JSON string is a TOML basic string
        let quote = |text: &str| serde_json::Value::from(text.trim()).to_string();
        let is_bare = value.trim().chars().all(|c| c.is_ascii_alphanumeric());
        match self {
            Self::List => {
                format!("[{}]", value.split(',').map(quote).collect::<Vec<_>>().join(", "))
            }
            Self::Bare if is_bare => value.trim().to_owned(),
            Self::Bare | Self::Text => quote(value),
        }
    }
}

/// Turns byte offsets into lines of the file.
pub(super) struct Place<'a> {
    text: &'a str,
    path: &'a Path,
}

impl Place<'_> {
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        before.bytes().filter(|b| *b == b'\n').count() + 1
    }

    pub(super) fn error(&self, offset: usize, cause: impl Into<String>) -> ConfigError {
        ConfigError {
            path: self.path.display().to_string(),
            line: self.line(offset),
            cause: cause.into().replace('\n', ", "),
        }
    }

    /// A text that is not blank.
    fn said(&self, written: &Spanned<String>, key: &str) -> Result<String, ConfigError> {
        match written.get_ref().trim() {
            "" => Err(self.error(written.span().start, format!("{key} is empty"))),
            text => Ok(text.to_owned()),
        }
    }

    /// One of a few words.
    fn word<T: Copy>(
        &self,
        written: &Spanned<String>,
        key: &str,
        known: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        let found = known.iter().find(|(name, _)| name == written.get_ref());
        found.map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            let names = names.join(", ");
            let cause = format!("{key} is \"{}\", expected one of {names}", written.get_ref());
            self.error(written.span().start, cause)
        })
    }
}

impl Gate {
    fn apply(&self, settings: &mut Settings, place: &Place<'_>) -> Result<(), ConfigError> {
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
        if let Some(names) = &self.scopes {
            gate.scopes = scopes(names.get_ref().iter().map(String::as_str))
                .map_err(|cause| place.error(names.span().start, cause))?;
        }
        Ok(())
    }
}

impl Vex {
    fn apply(&self, settings: &mut Settings, place: &Place<'_>) -> Result<(), ConfigError> {
        if let Some(trust) = &self.trust {
            settings.vex_trust.clone_from(trust);
        }
        let issuer = &mut settings.issuer;
        if let Some(author) = &self.author {
            issuer.author = Some(place.said(author, "author")?);
        }
        if let Some(namespace) = &self.namespace {
            let text = place.said(namespace, "namespace")?;
            if !text.starts_with("https://") && !text.starts_with("http://") {
                let cause = format!("namespace is \"{text}\", expected an address (https://…)");
                return Err(place.error(namespace.span().start, cause));
            }
            issuer.namespace = Some(text);
        }
        if let Some(category) = &self.category {
            issuer.category = Some(place.word(category, "category", &Category::WORDS)?);
        }
        Ok(())
    }
}

impl Waivers {
    fn apply(&self, settings: &mut Settings, place: &Place<'_>) -> Result<(), ConfigError> {
        let policy = &mut settings.waivers;
        if let Some(require) = self.require_expiry {
            policy.require_expiry = require;
        }
        if let Some(require) = self.require_reason {
            policy.require_reason = require;
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
    fn rule(
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
        if self.component.as_deref().is_some_and(|c| crate::purl::Purl::parse(c).is_err()) {
            let component = self.component.as_deref().unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        File::settings(text, Path::new("bomvet.toml"), |_| None).map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_file_means_the_defaults() {
        let settings = read("").unwrap();
        assert_eq!(settings.gate, Settings::default().gate);
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_line() {
        let error = read("[gate]\nfail_on = \"any\"\nfail_of = 1\n").unwrap_err();
        assert!(error.starts_with("bomvet.toml:3: unknown field `fail_of`"), "{error}");
    }

    #[test]
    fn a_wrong_word_is_an_error_with_its_line_and_the_right_ones() {
        let error = read("[gate]\nunknown_severity = \"maybe\"").unwrap_err();
        assert_eq!(
            error,
            "bomvet.toml:2: unknown_severity is \"maybe\", expected one of fail, pass"
        );
    }

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
