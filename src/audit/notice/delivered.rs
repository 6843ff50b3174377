//! Up to which run each notice was sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Up to which run each notice was sent, by the notice's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    through: BTreeMap<String, u64>,
}

/// A memory that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("is no list of notices that were sent: {0}")]
pub struct InvalidDelivered(#[from] serde_json::Error);

impl Delivered {
    /// Reads what [`Self::bytes`] wrote.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read(bytes: &[u8]) -> Result<Self, InvalidDelivered> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// As JSON.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The runs that a notice has still to tell, the oldest first. A notice that was never sent begins
    /// with the run that ends now, and so does one that remembers runs which the store does not have.
    pub fn owed(&mut self, notice: &str, run: u64) -> std::ops::RangeInclusive<u64> {
        let through = self.through.entry(notice.to_owned()).or_insert(run.saturating_sub(1));
        if *through > run {
            *through = run.saturating_sub(1);
        }
        *through + 1..=run
    }

    /// Remembers that a run was told.
    pub fn sent(&mut self, notice: &str, run: u64) {
        self.through.insert(notice.to_owned(), run);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_begins_with_the_first_run_that_knows_it_and_owes_what_failed() {
        let mut memory = Delivered::default();
        assert_eq!(memory.owed("a", 7), 7..=7);
        let mut memory = Delivered::read(&memory.bytes()).unwrap();
        assert_eq!(memory.owed("a", 9), 7..=9, "nothing was sent");
        memory.sent("a", 9);
        assert!(memory.owed("a", 9).is_empty());
        assert_eq!(memory.owed("a", 2), 2..=2, "another store");
    }

    #[test]
    fn another_file_is_refused() {
        assert!(Delivered::read(b"{\"through\": {}, \"more\": 1}").is_err());
    }
}
