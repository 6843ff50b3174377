//! How the scheduled audit behaves: its keys of `[audit]`.

use super::audit::Audit;
use super::file::{ConfigError, Place};
use super::{EventKind, Probability};

/// How the scheduled audit behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Its memory: a file, from the configuration's own folder, or the address of a PostgreSQL database.
    pub store: Option<String>,
    /// The file with the password of that database, from the configuration's own folder.
    pub password_file: Option<String>,
    /// The variable of the environment with that password.
    pub password_env: Option<String>,
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
        Self {
            store: None,
            password_file: None,
            password_env: None,
            fail_on_events: Vec::new(),
            epss_jump,
            keep_days: 0,
        }
    }
}

impl Watch {
    pub(super) fn apply(&mut self, written: &Audit, place: &Place<'_>) -> Result<(), ConfigError> {
        if let Some(store) = &written.store {
            self.store = Some(place.said(store, "store")?);
        }
        if let Some(file) = &written.store_password_file {
            self.password_file = Some(place.said(file, "store_password_file")?);
        }
        if let Some(name) = &written.store_password_env {
            if self.password_file.is_some() {
                let cause = "store_password_file and store_password_env both name a password";
                return Err(place.error(name.span().start, cause.to_owned()));
            }
            self.password_env = Some(place.said(name, "store_password_env")?);
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

    #[test]
    fn a_password_of_the_store_stands_in_one_place_and_is_shown_nowhere() {
        let text = "[audit]\nstore = \"postgres://u:ge@h?eim@db.example/d?password=geheim\"\n";
        let settings = read(text).unwrap();
        let shown = settings.shown(Some(text), &[], |_| None);
        let store = shown.iter().find(|shown| shown.key == "audit.store").unwrap();
        assert_eq!(store.value, "\"postgres://db.example/d\"");
        assert!(shown.iter().all(|shown| !shown.value.contains("eim")));
        let both = "[audit]\nstore_password_file = \"a\"\nstore_password_env = \"B\"\n";
        let error = read(both).unwrap_err();
        assert!(
            error.starts_with("bomvet.toml:3: store_password_file and store_password_env"),
            "{error}"
        );
    }
}
