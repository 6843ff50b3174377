//! Up to which run each notice was sent, and which issues were opened.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::issue::Group;
use crate::ids::AdvisoryId;

/// Up to which run each notice was sent, and which issues it opened, by the notice's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    through: BTreeMap<String, u64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    issues: BTreeMap<String, Vec<Opened>>,
}

/// An issue that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    product: String,
    ids: Vec<AdvisoryId>,
    /// What its server calls it; nothing where the server did not say.
    pub reference: Option<String>,
    /// The last run that it was told of.
    run: u64,
}

/// A memory that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("is no list of notices that were sent: {0}")]
pub struct InvalidDelivered(#[from] serde_json::Error);

impl Delivered {
    /// Reads what [`Self::text`] wrote.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read(bytes: &[u8]) -> Result<Self, InvalidDelivered> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// As JSON.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The runs that a notice has still to tell, the oldest first. A notice that was never sent begins
    /// with the run that ends now, and so does one that remembers runs which the store does not have.
    pub fn owed(&mut self, notice: &str, run: u64) -> std::ops::RangeInclusive<u64> {
        let through = self.through.entry(notice.to_owned()).or_insert(run.saturating_sub(1));
        if *through > run {
            *through = run.saturating_sub(1);
            // the issues are still there, and this store tells them of its runs from the first on
            self.issues
                .entry(notice.to_owned())
                .or_default()
                .iter_mut()
                .for_each(|one| one.run = 0);
        }
        *through + 1..=run
    }

    /// Remembers that a run was told.
    pub fn sent(&mut self, notice: &str, run: u64) {
        self.through.insert(notice.to_owned(), run);
    }

    /// The issue of that flaw in that product, by whatever of its names.
    #[must_use]
    pub fn issue(&self, notice: &str, group: &Group) -> Option<&Opened> {
        self.issues.get(notice)?.iter().find(|one| one.is_of(group))
    }

    /// Remembers that an issue was opened, or was told of a run.
    pub fn told(&mut self, notice: &str, group: &Group, reference: Option<String>, run: u64) {
        let all = self.issues.entry(notice.to_owned()).or_default();
        let Some(one) = all.iter_mut().find(|one| one.is_of(group)) else {
            let (product, ids) = (group.product.clone(), group.ids.clone());
            return all.push(Opened { product, ids, reference, run });
        };
        let new = group.ids.iter().filter(|id| !one.ids.contains(id));
        let new: Vec<AdvisoryId> = new.cloned().collect();
        one.ids.extend(new);
        one.run = run;
    }
}

impl Opened {
    fn is_of(&self, group: &Group) -> bool {
        self.product == group.product && self.ids.iter().any(|id| group.ids.contains(id))
    }

    /// Whether it was told of that run.
    #[must_use]
    pub fn knows(&self, run: u64) -> bool {
        self.run >= run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(product: &str, ids: &[&str]) -> Group {
        let ids = ids.iter().map(|id| AdvisoryId::new(id).unwrap()).collect();
        Group { product: product.to_owned(), ids, events: Vec::new() }
    }

    #[test]
    fn an_issue_is_known_by_each_of_its_names_and_in_its_product_alone() {
        let mut memory = Delivered::default();
        memory.told("n", &group("shop", &["CVE-2099-1"]), Some("7".to_owned()), 3);
        memory.told("n", &group("shop", &["CVE-2099-1", "GHSA-a"]), None, 4);
        let memory = Delivered::read(memory.text().as_bytes()).unwrap();
        let known = memory.issue("n", &group("shop", &["GHSA-a"])).unwrap();
        assert_eq!(known.reference.as_deref(), Some("7"));
        assert!(known.knows(4) && !known.knows(5));
        assert_eq!(memory.issue("n", &group("desk", &["GHSA-a"])), None);
        assert_eq!(memory.issue("other", &group("shop", &["GHSA-a"])), None);
    }

    #[test]
    fn another_store_tells_known_issues_of_its_own_runs() {
        let mut memory = Delivered::default();
        memory.sent("n", 9);
        memory.told("n", &group("shop", &["CVE-2099-1"]), None, 9);
        assert_eq!(memory.owed("n", 1), 1..=1);
        assert!(!memory.issue("n", &group("shop", &["CVE-2099-1"])).unwrap().knows(1));
    }

    #[test]
    fn a_notice_begins_with_the_first_run_that_knows_it_and_owes_what_failed() {
        let mut memory = Delivered::default();
        assert_eq!(memory.owed("a", 7), 7..=7);
        let mut memory = Delivered::read(memory.text().as_bytes()).unwrap();
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
