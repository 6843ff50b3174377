//! `bomvet.toml` as written.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::audit::Audit;
use super::denied::DeniedEntry;
use super::gate::{Gate, Grace};
use super::keys::{KEYS, variable_name};
use super::licence::Licenses;
use super::maven::Maven;
use super::notice::NoticeEntry;
use super::product::ProductEntry;
use super::review::Review;
use super::rules::RuleEntry;
use super::source::{Net, SourceEntry};
use super::waiver::{WaiverEntry, Waivers};
use super::{Category, LeastCertainty, Settings};
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
    maven: Maven,
    waivers: Waivers,
    waiver: Vec<Spanned<WaiverEntry>>,
    vex: Vex,
    grace: Grace,
    licenses: Licenses,
    review: Review,
    deny: Vec<Spanned<DeniedEntry>>,
    rule: Vec<Spanned<RuleEntry>>,
    audit: Audit,
    product: Vec<Spanned<ProductEntry>>,
    notice: Vec<Spanned<NoticeEntry>>,
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
        let file: Self = read_toml(text, path)?;
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
        for entry in &file.deny {
            settings.deny.push(entry.get_ref().denied(&place, entry.span().start)?);
        }
        for entry in &file.rule {
            let rule = entry.get_ref().rule(&settings, &place, entry.span().start)?;
            settings.rules.push(rule);
        }
        for entry in &file.product {
            let (known, offset) = (&settings.products, entry.span().start);
            let product = entry.get_ref().product(known, &place, offset)?;
            settings.products.push(product);
        }
        for entry in &file.notice {
            let (known, offset) = (&settings.notices, entry.span().start);
            let notice = entry.get_ref().notice(known, &place, offset)?;
            settings.notices.push(notice);
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
            let name = variable_name(section, key);
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
        self.grace.apply(settings);
        self.licenses.apply(settings, place)?;
        self.maven.apply(settings, place)?;
        self.review.apply(settings, place)?;
        self.audit.apply(settings, place)?;
        self.waivers.apply(settings, place)
    }
}

/// Reads TOML as a type that says what may stand in it.
///
/// # Errors
/// With the line of the first thing that the type does not know or refuses.
pub fn read_toml<T: DeserializeOwned>(text: &str, path: &Path) -> Result<T, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        Place::new(text, path).error(offset, error.message())
    })
}

/// Turns byte offsets into lines of a file in TOML.
pub(crate) struct Place<'a> {
    text: &'a str,
    path: &'a Path,
}

impl<'a> Place<'a> {
    /// Of a file with this text.
    pub(crate) fn new(text: &'a str, path: &'a Path) -> Self {
        Self { text, path }
    }

    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        before.bytes().filter(|b| *b == b'\n').count() + 1
    }

    /// An error at a place.
    pub(crate) fn error(&self, offset: usize, cause: impl Into<String>) -> ConfigError {
        ConfigError {
            path: self.path.display().to_string(),
            line: self.line(offset),
            cause: cause.into().replace('\n', ", "),
        }
    }

    /// A text that is not blank.
    pub(super) fn said(&self, written: &Spanned<String>, key: &str) -> Result<String, ConfigError> {
        match written.get_ref().trim() {
            "" => Err(self.error(written.span().start, format!("{key} is empty"))),
            text => Ok(text.to_owned()),
        }
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(
        &self,
        written: &Spanned<String>,
        key: &str,
        known: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        self.word_at((written.get_ref(), written.span().start), key, known)
    }

    /// One of a few words, at a place.
    pub(crate) fn word_at<T: Copy>(
        &self,
        (written, offset): (&str, usize),
        key: &str,
        known: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        let found = known.iter().find(|(name, _)| *name == written);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            let names = names.join(", ");
            self.error(offset, format!("{key} is \"{written}\", expected one of {names}"))
        })
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

/// What a text by itself means.
#[cfg(test)]
pub(super) fn read(text: &str) -> Result<Settings, String> {
    File::settings(text, Path::new("bomvet.toml"), |_| None).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
