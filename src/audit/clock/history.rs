//! First detection, from the memory of audits. It is an event of its own, and the default for what is
//! learned; nothing else is concluded from it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::case::Case;
use crate::audit::store::Detection;
use crate::ids::{AdvisoryId, Cve};

/// What was detected, by every name of the flaw.
#[derive(Debug, Default)]
pub struct History<'d> {
    by_name: BTreeMap<&'d str, Vec<&'d Detection>>,
}

impl<'d> History<'d> {
    /// What had been detected at that time.
    #[must_use]
    pub fn until(now: Timestamp, all: &'d [Detection]) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&Detection>> = BTreeMap::new();
        for one in all.iter().filter(|one| one.at <= now) {
            for id in &one.ids {
                by_name.entry(id.as_str()).or_default().push(one);
            }
        }
        Self { by_name }
    }

    /// Offers to a case when its flaw was first detected in its product; in any, where the case is about
    /// all. What a person entered stays.
    pub fn offer(&self, case: &mut Case) {
        let known = self.by_name.get(case.subject.as_str()).into_iter().flatten();
        let is_meant =
            |one: &&&Detection| case.product.as_ref().is_none_or(|name| *name == one.product);
        let first = known.filter(is_meant).min_by_key(|one| (one.at, &one.product, &one.document));
        if let Some(first) = first {
            case.first_detected(Detection::clone(first));
        }
    }

    /// Cases for flaws that count today and of which nobody entered anything.
    #[must_use]
    pub fn cases(&self, entered: &[Case]) -> Vec<Case> {
        let mut names: BTreeMap<&str, Vec<Option<&str>>> = BTreeMap::new();
        for case in entered {
            names.entry(&case.subject).or_default().push(case.product.as_deref());
        }
        let is_entered = |one: &Detection| {
            let products = one.ids.iter().filter_map(|id| names.get(id.as_str())).flatten();
            products.into_iter().any(|product| product.is_none_or(|name| name == one.product))
        };
        let open = self.by_name.values().flatten().filter(|one| one.is_open && !is_entered(one));
        let keys: BTreeSet<(&str, &str)> =
            open.filter_map(|one| Some((subject(&one.ids)?, one.product.as_str()))).collect();
        let case = |(subject, product): (&str, &str)| Case {
            product: Some(product.to_owned()),
            ..Case::new(subject)
        };
        keys.into_iter().map(case).collect()
    }
}

/// The name by which people know a flaw: its CVE identifier, where it has one.
fn subject(ids: &[AdvisoryId]) -> Option<&str> {
    let cve = ids.iter().find(|id| Cve::parse(id.as_str()).is_some());
    cve.or(ids.first()).map(AdvisoryId::as_str)
}
