//! The scheduled audit: `[audit]`.

use serde::Deserialize;
use toml::Spanned;

use super::file::{ConfigError, Place};
use super::{EventKind, Settings};

/// How the scheduled audit behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditPolicy {
    /// The file of its memory, from the configuration's own folder.
    pub store: Option<String>,
    /// The new events that end a run with exit code 1.
    pub fail_on_events: Vec<EventKind>,
    /// By how much an EPSS score must rise to be told, between 0 and 1.
    pub epss_jump: f64,
    /// For how many days events and what is gone are kept; 0 is for ever.
    pub keep_days: u32,
}

/// The scores are finite, so that the comparison is an equivalence.
impl Eq for AuditPolicy {}

impl Default for AuditPolicy {
    fn default() -> Self {
        Self { store: None, fail_on_events: Vec::new(), epss_jump: 0.1, keep_days: 0 }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Audit {
    store: Option<String>,
    fail_on_events: Option<Vec<Spanned<String>>>,
    epss_jump: Option<Spanned<f64>>,
    keep_days: Option<u32>,
}

impl Audit {
    pub(super) fn apply(
        &self,
        settings: &mut Settings,
        place: &Place<'_>,
    ) -> Result<(), ConfigError> {
        let policy = &mut settings.audit;
        if let Some(store) = &self.store {
            policy.store = Some(store.clone());
        }
        if let Some(words) = &self.fail_on_events {
            policy.fail_on_events.clear();
            for word in words {
                let kinds = EventKind::named(word.get_ref()).map_err(|cause| {
                    place.error(word.span().start, format!("fail_on_events: {cause}"))
                })?;
                policy.fail_on_events.extend(kinds);
            }
        }
        if let Some(jump) = &self.epss_jump {
            if !(*jump.get_ref() > 0.0 && *jump.get_ref() <= 1.0) {
                let cause =
                    format!("epss_jump is {}, expected more than 0 and at most 1", jump.get_ref());
                return Err(place.error(jump.span().start, cause));
            }
            policy.epss_jump = *jump.get_ref();
        }
        if let Some(days) = self.keep_days {
            policy.keep_days = days;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file::read;

    #[test]
    fn events_to_fail_on_are_named_and_a_wrong_name_has_its_line() {
        let settings = read("[audit]\nfail_on_events = [\"introduced\", \"escalated\"]\n").unwrap();
        assert_eq!(settings.audit.fail_on_events.len(), 5);
        let error = read("[audit]\nfail_on_events = [\"new\"]\n").unwrap_err();
        assert!(error.starts_with("bomvet.toml:2: fail_on_events: \"new\" is no event"), "{error}");
    }

    #[test]
    fn a_jump_of_nothing_is_an_error() {
        let error = read("[audit]\nepss_jump = 0.0\n").unwrap_err();
        assert!(error.starts_with("bomvet.toml:2: epss_jump is 0"), "{error}");
    }
}
