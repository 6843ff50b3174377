//! Rules of one's own: `[[rule]]`.

use serde::Deserialize;
use toml::Spanned;

use super::Settings;
use super::condition::Condition;
use super::file::{ConfigError, Place};

/// One rule; the gate closes where its condition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomRule {
    /// What reports call it.
    pub name: String,
    /// When it closes the gate.
    pub condition: Condition,
    /// What to tell people.
    pub message: Option<String>,
    /// Its line in the file.
    pub line: usize,
}

/// One `[[rule]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleEntry {
    name: String,
    when: Spanned<String>,
    message: Option<String>,
}

impl RuleEntry {
    pub(super) fn rule(
        &self,
        settings: &Settings,
        place: &Place<'_>,
        offset: usize,
    ) -> Result<CustomRule, ConfigError> {
        let wrong =
            |offset, cause: String| place.error(offset, format!("rule \"{}\": {cause}", self.name));
        if self.name.trim().is_empty() {
            return Err(place.error(offset, "a rule needs a name"));
        }
        if settings.rules.iter().any(|known| known.name == self.name) {
            return Err(wrong(offset, "another one has that name".to_owned()));
        }
        let condition = Condition::parse(self.when.get_ref())
            .map_err(|cause| wrong(self.when.span().start, cause))?;
        let (name, message) = (self.name.clone(), self.message.clone());
        Ok(CustomRule { name, condition, message, line: place.line(offset) })
    }
}
