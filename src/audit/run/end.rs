//! The end of a run: sources without documents, documents without a source, and what holds.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{RunError, Running};
use crate::audit::condition::{self, Condition};
use crate::audit::event::{self, Cause, Occasion, Standing};
use crate::audit::portfolio::Failing;
use crate::audit::state::DocumentState;
use crate::audit::store::{Closing, Known, Record};
use crate::config::{EventKind, Settings};
use crate::ids::AdvisoryId;
use crate::pipeline;

impl Running<'_> {
    /// A source that names no document at all fails: it is likelier that something is wrong with it than
    /// that all is gone.
    pub(super) fn empty_sources(&mut self) {
        for product in &self.plan.settings.products {
            for source in &product.sources {
                let key = (product.name.clone(), source.shown());
                let fails = |one: &Failing| one.product == key.0 && one.source == key.1;
                let is_told = self.failing.iter().any(fails) || self.skipped.contains(&key);
                if is_told || self.count.contains_key(&key) || self.shared.contains(&key) {
                    continue;
                }
                let cause = "no bill of materials in it".to_owned();
                self.failing.push(Failing { product: key.0, source: key.1, cause });
            }
        }
    }

    /// Products and sources into which nobody could look.
    fn blind(&self) -> BTreeSet<(String, String)> {
        let failing = self.failing.iter().map(|one| (one.product.clone(), one.source.clone()));
        failing.chain(self.skipped.iter().cloned()).collect()
    }

    /// Documents that are not in their sources any more, where the source could be listed.
    pub(super) fn vanished(&mut self) -> Result<(), RunError> {
        let blind = self.blind();
        let mut records = Vec::new();
        let mut known: Vec<&Known> = self.known.values().collect();
        known.sort_by(|a, b| (&a.product, &a.path).cmp(&(&b.product, &b.path)));
        for one in known {
            let is_seen = self.seen.contains(&(one.product.clone(), one.path.clone()));
            let is_blind = blind.contains(&(one.product.clone(), one.source.clone()));
            if one.is_present && !is_seen && !is_blind {
                records.push(self.farewell(one)?);
            }
        }
        self.done.gone = records.len();
        self.prolong();
        Ok(self.store.record(self.fence, &records)?)
    }

    fn farewell(&self, known: &Known) -> Result<Record, RunError> {
        let before = self.store.document(known.id)?;
        let products = &self.plan.settings.products;
        let is_wanted = products.iter().any(|product| {
            product.name == known.product
                && product.sources.iter().any(|source| source.shown() == known.source)
        });
        let cause = if is_wanted { Cause::Document } else { Cause::Policy };
        let changed = [cause];
        let occasion = Occasion {
            product: Some(&known.product),
            document: Some(&known.path),
            ..self.occasion(&changed)
        };
        let empty = DocumentState {
            sha256: before.sha256.clone(),
            commit: before.commit.clone(),
            ..DocumentState::default()
        };
        let gone = |_: &[AdvisoryId]| Standing::Live;
        let (mut state, mut events) = event::advance(Some(&before), empty, &gone, &occasion);
        for event in &mut events {
            event.cause = cause;
            "the document is not there any more".clone_into(&mut event.detail);
        }
        state.subject = before.subject;
        state.format = before.format;
        let declared = before.covered.declared;
        let detail = format!("the document with its {declared} components is not there any more");
        let digest = Some(state.sha256.clone());
        events.push(occasion.event(EventKind::CoverageFell, cause, &[], (&detail, digest)));
        Ok(Record {
            product: known.product.clone(),
            source: known.source.clone(),
            path: known.path.clone(),
            run: self.run.id,
            policy: self.plan.policy.to_owned(),
            recheck: None,
            is_present: false,
            stamp: None,
            state,
            outcomes: Vec::new(),
            events,
        })
    }

    /// What holds at the end, and what of it is news.
    pub(super) fn closing(&self) -> Result<Closing, RunError> {
        let plan = self.plan;
        let before = self.store.conditions()?;
        let condition = |kind, product: Option<&str>, about: &str, detail: &str| Condition {
            kind,
            product: product.map(str::to_owned),
            about: about.to_owned(),
            detail: detail.to_owned(),
            since: plan.now,
        };
        let mut now: Vec<Condition> = self
            .failing
            .iter()
            .map(|one| {
                let product = Some(one.product.as_str());
                condition(EventKind::SourceFailing, product, &one.source, &one.cause)
            })
            .collect();
        let blind = self.blind();
        let is_unseen = |one: &&Condition| {
            let key = (one.product.clone().unwrap_or_default(), one.about.clone());
            let is_hidden = |known: &Known| {
                known.is_present && blind.contains(&(key.0.clone(), known.source.clone()))
            };
            let hidden = !self.seen.contains(&key) && self.known.get(&key).is_some_and(is_hidden);
            let is_told = self.failing.iter().any(|f| f.product == key.0 && f.source == key.1);
            one.kind == EventKind::SourceFailing
                && (self.skipped.contains(&key) || (hidden && !is_told))
        };
        now.extend(before.iter().filter(is_unseen).cloned());
        if let Some(text) = pipeline::too_old(plan.database, plan.settings, plan.now) {
            now.push(condition(EventKind::DataStale, None, "", &text));
        }
        now.extend(
            waivers(plan.settings, plan.now)
                .into_iter()
                .map(|(kind, about, detail)| condition(kind, None, &about, &detail)),
        );
        let (conditions, events) = condition::advance(&before, now, &self.occasion(&[]));
        Ok(Closing { conditions, events })
    }
}

/// Waivers that ended or end soon: what to tell, about which, in which words.
fn waivers(settings: &Settings, now: Timestamp) -> Vec<(EventKind, String, String)> {
    let path = settings.path.as_deref().unwrap_or("configuration");
    let days = i64::from(settings.waivers.warn_before_days);
    let soon = now.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX);
    let mut all = Vec::new();
    for waiver in &settings.waiver {
        let Some((end, text)) = &waiver.expires else { continue };
        let component = waiver.component.as_deref().unwrap_or("every component");
        let about = format!("waiver {} for {component} until {text}", waiver.id);
        let (kind, verb) = match *end {
            end if end <= now => (EventKind::WaiverExpired, "ended"),
            end if end <= soon => (EventKind::WaiverExpiring, "ends"),
            _ => continue,
        };
        let line = waiver.line;
        all.push((kind, about, format!("{path}:{line}: waiver {} {verb} {text}", waiver.id)));
    }
    all
}
