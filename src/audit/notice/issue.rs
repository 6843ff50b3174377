//! Issues: one for each flaw in each product, whatever documents it was found in.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::message::Message;
use crate::advisory::severity::Level;
use crate::audit::event::Event;
use crate::audit::markup::cut;
use crate::audit::state::Held;
use crate::config::EventKind;
use crate::files::sha256;
use crate::ids::AdvisoryId;

/// How many events and versions are told one by one.
const MOST: usize = 20;

/// How many characters a text of a document may have.
const WIDEST: usize = 200;

/// What happened in one run to one flaw in one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The product.
    pub product: String,
    /// The flaw, under all its names.
    pub ids: Vec<AdvisoryId>,
    /// What happened, at least one event.
    pub events: Vec<Event>,
}

/// An issue as templates see it. Every field is there; texts stand as documents have them, and are escaped
/// where a template writes them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Issue {
    /// The product.
    pub product: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The flaw by the name to call it by.
    pub id: String,
    /// Its other names.
    pub names: Vec<String>,
    /// How grave it is.
    pub level: Option<&'static str>,
    /// Its base score.
    pub score: Option<f64>,
    /// The day on which it was listed as exploited.
    pub exploited: Option<String>,
    /// How likely it is exploited within 30 days: `97.5 %`.
    pub epss: Option<String>,
    /// The versions that cure it, as advisories name them.
    pub fixed: Vec<String>,
    /// How many findings of it are open in the product by now.
    pub open: usize,
    /// What happened.
    pub events: Vec<Happened>,
    /// How many events there are besides.
    pub more: usize,
    /// The run.
    pub run: u64,
    /// Its clock.
    pub at: String,
    /// What tells this issue from all others of the notice, the same for ever.
    pub key: String,
}

/// An event as templates see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Happened {
    /// What happened.
    pub kind: &'static str,
    /// Why.
    pub cause: &'static str,
    /// The package.
    pub package: String,
    /// The versions that the document holds, or held.
    pub versions: String,
    /// The document.
    pub document: String,
    /// What happened, in words.
    pub detail: String,
}

impl Group {
    /// The events of a message by product and flaw, the gravest first; what names neither is left out.
    #[must_use]
    pub fn all(message: &Message<'_>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        let mut places: HashMap<(&str, &str), usize> = HashMap::new();
        for event in message.events {
            let Some(product) = event.product.as_deref().filter(|_| !event.ids.is_empty()) else {
                continue;
            };
            let known = event.ids.iter().find_map(|id| places.get(&(product, id.as_str())));
            let place = known.copied().unwrap_or(groups.len());
            if place == groups.len() {
                let product = product.to_owned();
                groups.push(Self { product, ids: Vec::new(), events: Vec::new() });
            }
            let group = &mut groups[place];
            for id in &event.ids {
                places.insert((product, id.as_str()), place);
                if !group.ids.contains(id) {
                    group.ids.push(id.clone());
                }
            }
            group.events.push(event.clone());
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.level()));
        groups
    }

    fn level(&self) -> Option<Level> {
        self.events.iter().filter_map(|event| event.level).max()
    }

    /// Whether it is worth an issue where there is none yet.
    #[must_use]
    pub fn opens(&self) -> bool {
        let opens = |kind: EventKind| {
            matches!(kind, EventKind::Introduced | EventKind::Reopened) || kind.is_escalation()
        };
        self.events.iter().any(|event| opens(event.kind))
    }

    /// What templates see of it; `held` are its open findings in that product.
    #[must_use]
    pub fn issue(&self, message: &Message<'_>, owner: Option<&str>, held: &[Held]) -> Issue {
        let shown = |text: &str| cut(text.to_owned(), WIDEST);
        let id = self.ids.first().map(|id| shown(id.as_str())).unwrap_or_default();
        let level = held.iter().map(|one| one.level).chain(self.level()).max();
        let epss = held.iter().filter_map(|one| one.epss).reduce(f64::max);
        let fixed: BTreeSet<&str> =
            held.iter().flat_map(|one| &one.fixed).map(String::as_str).collect();
        Issue {
            product: shown(&self.product),
            owner: owner.map(shown),
            key: self.key(message.notice),
            names: self.ids.iter().skip(1).take(MOST).map(|id| shown(id.as_str())).collect(),
            id,
            level: level.map(Level::as_str),
            score: held.iter().filter_map(|one| one.score).reduce(f64::max),
            exploited: held.iter().filter_map(|one| one.kev.as_deref()).min().map(shown),
            epss: epss.map(|epss| format!("{:.1} %", epss * 100.0)),
            fixed: fixed.into_iter().take(MOST).map(shown).collect(),
            open: held.len(),
            events: self.events.iter().take(MOST).map(Happened::of).collect(),
            more: self.events.len().saturating_sub(MOST),
            run: message.run,
            at: self.events.first().map(|event| event.at.to_string()).unwrap_or_default(),
        }
    }

    fn key(&self, notice: &str) -> String {
        let id = self.ids.first().map(AdvisoryId::as_str).unwrap_or_default();
        let mut key =
            sha256([notice, &self.product, id].iter().flat_map(|p| [p.as_bytes(), b"\n"]));
        key.truncate(16);
        key
    }
}

impl Happened {
    fn of(event: &Event) -> Self {
        let shown = |text: &str| cut(text.to_owned(), WIDEST);
        Self {
            kind: event.kind.as_str(),
            cause: event.cause.as_str(),
            package: shown(event.package.as_deref().unwrap_or_default()),
            versions: shown(&event.versions.join(", ")),
            document: shown(event.document.as_deref().unwrap_or_default()),
            detail: shown(&event.detail),
        }
    }
}

impl Issue {
    /// Two made-up issues by which templates are tried: one of which all is known, one of which little is.
    #[must_use]
    pub fn samples() -> [Self; 2] {
        let text = || "sample".to_owned();
        let event = Happened {
            kind: EventKind::Introduced.as_str(),
            cause: "data changed",
            package: text(),
            versions: text(),
            document: text(),
            detail: text(),
        };
        let full = Self {
            product: text(),
            owner: Some(text()),
            id: text(),
            names: vec![text()],
            level: Some(Level::Critical.as_str()),
            score: Some(10.0),
            exploited: Some(text()),
            epss: Some(text()),
            fixed: vec![text()],
            open: 1,
            events: vec![event.clone(); MOST],
            more: 1,
            run: 1,
            at: text(),
            key: text(),
        };
        let bare = Self {
            product: text(),
            id: text(),
            events: vec![event],
            run: 1,
            at: text(),
            key: text(),
            ..Self::default()
        };
        [full, bare]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::audit::notice::message::tests::event;

    #[test]
    fn one_flaw_in_one_product_is_one_group_whatever_it_is_called() {
        let events = [
            event(&json!({"ids": ["CVE-2099-1"], "document": "a"})),
            event(&json!({"ids": ["CVE-2099-1", "GHSA-a"], "document": "b"})),
            event(&json!({"ids": ["GHSA-a"], "document": "c"})),
            event(&json!({"ids": ["CVE-2099-1"], "product": "desk"})),
            event(&json!({"ids": [], "kind": "data-stale"})),
        ];
        let groups = Group::all(&Message { notice: "n", run: 1, events: &events });
        let counts: Vec<_> =
            groups.iter().map(|group| (group.product.as_str(), group.events.len())).collect();
        assert_eq!(counts, [("shop", 3), ("desk", 1)]);
        assert_eq!(groups[0].ids.len(), 2);
    }

    #[test]
    fn what_is_over_opens_no_issue() {
        for (kind, opens) in [("introduced", true), ("kev-added", true), ("resolved", false)] {
            let events = [event(&json!({"kind": kind}))];
            let groups = Group::all(&Message { notice: "n", run: 1, events: &events });
            assert_eq!(groups[0].opens(), opens, "{kind}");
        }
    }

    #[test]
    fn an_issue_has_the_same_key_in_every_run_and_another_for_every_product() {
        let key = |run, product: &str| {
            let events = [event(&json!({"product": product, "run": run}))];
            let message = Message { notice: "n", run, events: &events };
            Group::all(&message)[0].issue(&message, None, &[]).key
        };
        assert_eq!(key(1, "shop"), key(2, "shop"));
        assert_ne!(key(1, "shop"), key(1, "desk"));
    }
}
