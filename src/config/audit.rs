//! What concerns the user, for clocks and for the scheduled audit: `[audit]`.

use serde::Deserialize;
use toml::Spanned;

use super::file::{ConfigError, Place};
use super::{Settings, Watch};

/// Whether what is affected can be reached from the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// It can.
    Exposed,
    /// It cannot.
    Internal,
}

impl Exposure {
    pub(super) const WORDS: [(&'static str, Self); 2] =
        [("exposed", Self::Exposed), ("internal", Self::Internal)];

    /// The word in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exposed => "exposed",
            Self::Internal => "internal",
        }
    }
}

/// What the user says about themselves. Names of roles, markets and regimes are checked against the
/// regimes, which this room does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditSettings {
    /// What they are.
    pub roles: Vec<String>,
    /// Where they sell or work.
    pub markets: Vec<String>,
    /// Whether their systems can be reached from the internet, where a register does not say it.
    pub exposure: Option<Exposure>,
    /// The impact level of their service: low, moderate, high.
    pub fedramp_class: Option<&'static str>,
    /// The file of entered events.
    pub register: Option<String>,
    /// Regimes that count although they are marked.
    pub on: Vec<String>,
    /// Regimes that do not count.
    pub off: Vec<String>,
    /// Files with regimes of their own.
    pub regimes: Vec<String>,
    /// How the scheduled audit behaves.
    pub watch: Watch,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Audit {
    roles: Option<Vec<String>>,
    markets: Option<Vec<String>>,
    exposure: Option<Spanned<String>>,
    fedramp_class: Option<Spanned<String>>,
    register: Option<Spanned<String>>,
    on: Option<Vec<String>>,
    off: Option<Vec<String>>,
    regimes: Option<Vec<String>>,
    pub(super) store: Option<Spanned<String>>,
    pub(super) store_password_file: Option<Spanned<String>>,
    pub(super) store_password_env: Option<Spanned<String>>,
    pub(super) fail_on_events: Option<Vec<Spanned<String>>>,
    pub(super) epss_jump: Option<Spanned<f64>>,
    pub(super) keep_days: Option<u32>,
}

impl Audit {
    pub(super) fn apply(
        &self,
        settings: &mut Settings,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let audit = &mut settings.audit;
        for (known, written) in [
            (&mut audit.roles, &self.roles),
            (&mut audit.markets, &self.markets),
            (&mut audit.on, &self.on),
            (&mut audit.off, &self.off),
            (&mut audit.regimes, &self.regimes),
        ] {
            if let Some(written) = written {
                known.clone_from(written);
            }
        }
        if let Some(word) = &self.exposure {
            audit.exposure = Some(place.word(word, "exposure", &Exposure::WORDS)?);
        }
        if let Some(word) = &self.fedramp_class {
            let known = ["low", "moderate", "high"].map(|class| (class, class));
            audit.fedramp_class = Some(place.word(word, "fedramp_class", &known)?);
        }
        if let Some(register) = &self.register {
            audit.register = Some(place.said(register, "register")?);
        }
        audit.watch.apply(self, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file::read;

    #[test]
    fn what_is_said_is_known_and_a_wrong_word_is_an_error_with_its_line() {
        let text = "[audit]\nroles = [\"manufacturer\"]\nmarkets = [\"EU\"]\nexposure = \"internal\"\n\
                    fedramp_class = \"high\"\nregister = \"events.jsonl\"\noff = [\"eu-dora\"]\n";
        let audit = read(text).unwrap().audit;
        assert_eq!(audit.roles, ["manufacturer"]);
        assert_eq!((audit.exposure, audit.fedramp_class), (Some(Exposure::Internal), Some("high")));
        assert_eq!(audit.register.as_deref(), Some("events.jsonl"));
        assert_eq!((audit.on, audit.off), (vec![], vec!["eu-dora".to_owned()]));
        for (text, error) in [
            ("exposure = \"both\"", "exposure is \"both\", expected one of exposed, internal"),
            (
                "fedramp_class = \"Low\"",
                "fedramp_class is \"Low\", expected one of low, moderate, high",
            ),
            ("register = \" \"", "register is empty"),
        ] {
            let told = read(&format!("[audit]\n{text}\n")).unwrap_err();
            assert_eq!(told, format!("bomvet.toml:2: {error}"));
        }
    }
}
