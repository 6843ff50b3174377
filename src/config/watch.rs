//! How the scheduled audit behaves: its keys of `[audit]`.

use super::audit::Audit;
use super::file::{ConfigError, Place};
use super::{EventKind, Probability};

/// How the scheduled audit behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The file of its memory, from the configuration's own folder.
    pub store: Option<String>,
    /// The new events that end a run with exit code 1.
    pub fail_on_events: Vec<EventKind>,
    /// By how much an EPSS score must rise to be told.
    pub epss_jump: Probability,
    /// For how many days events and what is gone are kept; 0 is for ever.
    pub keep_days: u32,
}

impl Default for Watch {
    fn default() -> Self {
        let epss_jump = Probability::TENTH;
        Self { store: None, fail_on_events: Vec::new(), epss_jump, keep_days: 0 }
    }
}

impl Watch {
    pub(super) fn apply(&mut self, written: &Audit, place: &Place<'_>) -> Result<(), ConfigError> {
        if let Some(store) = &written.store {
            self.store = Some(place.said(store, "store")?);
        }
        if let Some(words) = &written.fail_on_events {
            self.fail_on_events.clear();
            for word in words {
                let kinds = EventKind::named(word.get_ref()).map_err(|cause| {
                    place.error(word.span().start, format!("fail_on_events: {cause}"))
                })?;
                self.fail_on_events.extend(kinds);
            }
        }
        if let Some(jump) = &written.epss_jump {
            let number = jump.get_ref();
            let read =
                number.to_string().parse().ok().filter(|jump: &Probability| jump.value() > 0.0);
            self.epss_jump = read.ok_or_else(|| {
                let cause = format!("epss_jump is {number}, expected more than 0 and at most 1");
                place.error(jump.span().start, cause)
            })?;
        }
        if let Some(days) = written.keep_days {
            self.keep_days = days;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::file::read;

    #[test]
    fn events_to_fail_on_are_named_and_a_wrong_name_has_its_line() {
        let text = "[audit]\nfail_on_events = [\"introduced\", \"escalated\"]\n";
        assert_eq!(read(text).unwrap().audit.watch.fail_on_events.len(), 5);
        let error = read("[audit]\nfail_on_events = [\"new\"]\n").unwrap_err();
        assert!(error.starts_with("bomvet.toml:2: fail_on_events: \"new\" is no event"), "{error}");
    }

    #[test]
    fn a_jump_is_a_probability_and_not_nothing() {
        let jump = read("[audit]\nepss_jump = 0.25\n").unwrap().audit.watch.epss_jump;
        assert_eq!(jump.to_string(), "0.25");
        for wrong in ["0.0", "1.5", "nan", "-0.1"] {
            let error = read(&format!("[audit]\nepss_jump = {wrong}\n")).unwrap_err();
            assert!(error.starts_with("bomvet.toml:2: epss_jump is "), "{error}");
        }
    }
}
