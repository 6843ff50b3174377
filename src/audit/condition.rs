//! What holds for a while and is told once: a source that fails, data that is too old, a waiver's end.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::{Cause, Event, Occasion};
use crate::config::EventKind;

/// Something that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// What is told when it begins.
    pub kind: EventKind,
    /// The product that it is about; nothing where it is about all.
    pub product: Option<String>,
    /// The document, the source or the waiver.
    pub about: String,
    /// What is the matter, in words.
    pub detail: String,
    /// Since when it is known.
    pub since: Timestamp,
}

impl Condition {
    /// What tells it from others; the words may change while it lasts.
    #[must_use]
    pub fn key(&self) -> (EventKind, Option<&str>, &str) {
        (self.kind, self.product.as_deref(), &self.about)
    }

    fn event(&self, kind: EventKind, detail: &str, occasion: &Occasion<'_>) -> Event {
        let about = Some(self.about.as_str()).filter(|about| !about.is_empty());
        let here =
            Occasion { product: self.product.as_deref(), document: about, ..occasion.clone() };
        let cause = match self.kind {
            EventKind::SourceFailing => Cause::Document,
            _ => Cause::Time,
        };
        here.event(kind, cause, &[], (detail, None))
    }
}

/// What holds by now with the time since when it is known, and what began and ended.
#[must_use]
pub fn advance(
    before: &[Condition],
    mut now: Vec<Condition>,
    occasion: &Occasion<'_>,
) -> (Vec<Condition>, Vec<Event>) {
    let mut told = BTreeSet::new();
    now.retain(|one| told.insert((one.kind, one.product.clone(), one.about.clone())));
    let known: BTreeMap<_, _> = before.iter().map(|one| (one.key(), one)).collect();
    let mut events = Vec::new();
    for one in &mut now {
        match known.get(&one.key()) {
            Some(before) => one.since = before.since,
            None => events.push(one.event(one.kind, &one.detail, occasion)),
        }
    }
    let holds: BTreeSet<_> = now.iter().map(Condition::key).collect();
    let ended = before.iter().filter(|one| !holds.contains(&one.key()));
    let recovered = ended.filter(|one| one.kind == EventKind::SourceFailing).map(|one| {
        let detail = format!("it can be read again; since {}: {}", one.since, one.detail);
        one.event(EventKind::SourceRecovered, &detail, occasion)
    });
    events.extend(recovered);
    (now, events)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(about: &str, detail: &str) -> Condition {
        Condition {
            kind: EventKind::SourceFailing,
            product: Some("shop".to_owned()),
            about: about.to_owned(),
            detail: detail.to_owned(),
            since: Timestamp::UNIX_EPOCH,
        }
    }

    fn kinds(before: &[Condition], now: Vec<Condition>) -> Vec<EventKind> {
        let occasion = Occasion {
            run: 1,
            now: Timestamp::UNIX_EPOCH,
            data: "",
            product: None,
            document: None,
            changed: &[],
        };
        advance(before, now, &occasion).1.into_iter().map(|event| event.kind).collect()
    }

    #[test]
    fn a_failing_source_is_told_once_and_its_recovery_too() {
        let one = || vec![failing("a.json", "no such file")];
        assert_eq!(kinds(&[], one()), [EventKind::SourceFailing]);
        assert_eq!(kinds(&one(), vec![failing("a.json", "permission denied")]), []);
        assert_eq!(kinds(&one(), Vec::new()), [EventKind::SourceRecovered]);
    }

    #[test]
    fn data_that_is_new_again_is_no_event() {
        let stale = Condition { kind: EventKind::DataStale, ..failing("", "20 days") };
        assert_eq!(kinds(&[], vec![stale.clone()]), [EventKind::DataStale]);
        assert_eq!(kinds(&[stale], Vec::new()), []);
    }
}
