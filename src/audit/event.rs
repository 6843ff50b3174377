//! What happened between two states, told once: a pure function over values.
//!
//! Findings are compared by package and flaw. A newer version of a package that has the same flaw is
//! not news, and a flaw that got a further identifier is the same flaw. A finding that is missing from
//! the newer state is resolved only where the newer state can tell: its package is not there any more
//! and no part is unread in which it may be, or it was judged and its records still speak. Otherwise the
//! finding stays open, unconfirmed.

mod fate;
mod flaw;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::state::{Covered, DocumentState, Held, Status};
use crate::advisory::severity::Level;
use crate::config::EventKind;
use crate::files::sha256;
use crate::ids::AdvisoryId;
use fate::Lost;
use flaw::Flaw;

/// What made a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cause {
    /// The document, or the list of documents.
    #[serde(rename = "document changed")]
    Document,
    /// The advisory data.
    #[serde(rename = "data changed")]
    Data,
    /// The configuration, VEX statements or the baseline.
    #[serde(rename = "policy changed")]
    Policy,
    /// Nothing but the clock.
    #[serde(rename = "time passed")]
    Time,
}

impl Cause {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document changed",
            Self::Data => "data changed",
            Self::Policy => "policy changed",
            Self::Time => "time passed",
        }
    }
}

/// One thing that happened, with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its name for ever: the same run of the same audit gives the same.
    pub id: String,
    /// The clock of the run that saw it.
    pub at: Timestamp,
    /// The run.
    pub run: u64,
    /// What happened.
    pub kind: EventKind,
    /// Why.
    pub cause: Cause,
    /// The product; nothing where it is about all of them.
    pub product: Option<String>,
    /// The document or source.
    pub document: Option<String>,
    /// The package, `Maven g:a`.
    pub package: Option<String>,
    /// The versions that the document holds, or held.
    pub versions: Vec<String>,
    /// The flaw, under all its names.
    pub ids: Vec<AdvisoryId>,
    /// How grave it is.
    pub level: Option<Level>,
    /// What happened, in words.
    pub detail: String,
    /// SHA-256 over the advisory data.
    pub data_sha256: String,
    /// SHA-256 of the document.
    pub document_sha256: Option<String>,
    /// The commit of the repository that has the document so.
    #[serde(default)]
    pub commit: Option<String>,
}

/// Where and when something happened.
#[derive(Clone, Debug)]
pub struct Occasion<'a> {
    /// The run.
    pub run: u64,
    /// Its clock.
    pub now: Timestamp,
    /// SHA-256 over the advisory data.
    pub data: &'a str,
    /// The product.
    pub product: Option<&'a str>,
    /// The document or source.
    pub document: Option<&'a str>,
    /// What differs from the last time, the most telling first; empty where only time passed.
    pub changed: &'a [Cause],
}

/// What the data says by now of records that covered a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They are there.
    Live,
    /// All of them were withdrawn.
    Withdrawn,
    /// One at least is neither there nor withdrawn: nobody knows what it would say.
    Missing,
}

/// A newer state with what it must remember of the older one, and what happened in between.
pub fn advance(
    before: Option<&DocumentState>,
    after: DocumentState,
    standing: &dyn Fn(&[AdvisoryId]) -> Standing,
    occasion: &Occasion<'_>,
) -> (DocumentState, Vec<Event>) {
    let Some(before) = before else {
        let first = Occasion { changed: &[Cause::Document], ..occasion.clone() };
        let teller = Teller { after: &after, before: None, occasion: &first };
        let flaws = Flaw::all(&after, None);
        let events = flaws.iter().filter_map(|flaw| teller.appeared(flaw)).collect();
        return (after, events);
    };
    let mut after = after;
    let lost = fate::carry(before, &mut after, standing, occasion.now);
    let teller = Teller { after: &after, before: Some(before), occasion };
    let mut events = Vec::new();
    events.extend(teller.coverage());
    for flaw in Flaw::all(&after, Some(before)) {
        events.extend(teller.changed(&flaw));
    }
    events.extend(lost.iter().map(|gone| teller.lost(gone)));
    (after, events)
}

struct Teller<'a> {
    before: Option<&'a DocumentState>,
    after: &'a DocumentState,
    occasion: &'a Occasion<'a>,
}

impl<'a> Teller<'a> {
    fn appeared(&self, flaw: &Flaw<'_>) -> Option<Event> {
        Flaw::is_open(&flaw.now)
            .then(|| self.event(EventKind::Introduced, Cause::Document, &flaw.now, "a new finding"))
    }

    fn changed(&self, flaw: &Flaw<'_>) -> Vec<Event> {
        let (now, was) = (&flaw.now[..], &flaw.was[..]);
        let open = (Flaw::is_open(was), Flaw::is_open(now));
        let mut told: Vec<(EventKind, Cause, String)> = Vec::new();
        match open {
            _ if was.is_empty() && open.1 => {
                told.push((EventKind::Introduced, self.cause_of_news(now), "a new finding".into()));
            }
            (false, true) => {
                let cause = self.cause_of_turn(now, was);
                told.push((EventKind::Reopened, cause, "it counts again".into()));
            }
            (true, false) => {
                let by = now.iter().find_map(|held| match &held.status {
                    Status::Suppressed { kind, source, .. } => Some(format!("{kind}: {source}")),
                    _ => None,
                });
                let detail = format!("it does not count any more, {}", by.unwrap_or_default());
                told.push((EventKind::Resolved, self.cause_of_turn(now, was), detail));
            }
            (true, true) => told.extend(self.escalations(now, was)),
            (false, false) => {}
        }
        if Flaw::has_stale_statement(now) && !Flaw::has_stale_statement(was) {
            let detail = "the VEX statement is older than the last change of the advisory";
            told.push((EventKind::StatementStale, self.main_cause(), detail.to_owned()));
        }
        let event = |(kind, cause, detail): (_, _, String)| self.event(kind, cause, now, &detail);
        told.into_iter().map(event).collect()
    }

    fn escalations(&self, now: &[&Held], was: &[&Held]) -> Vec<(EventKind, Cause, String)> {
        let mut told = Vec::new();
        if Flaw::is_exploited(now) && !Flaw::is_exploited(was) {
            let day = now.iter().find_map(|held| held.kev.clone()).unwrap_or_default();
            let detail = format!("known to be exploited since {day}");
            told.push((EventKind::KevAdded, Cause::Data, detail));
        }
        let (level, old) = (Flaw::level(now), Flaw::level(was));
        if level > old {
            let detail = format!("from {} to {}", old.as_str(), level.as_str());
            told.push((EventKind::SeverityUp, Cause::Data, detail));
        }
        if Flaw::has_fix(now) && !Flaw::has_fix(was) {
            let fixed: BTreeSet<&str> =
                now.iter().flat_map(|held| &held.fixed).map(String::as_str).collect();
            let fixed: Vec<&str> = fixed.into_iter().collect();
            let detail = format!("fixed in {}", fixed.join(", "));
            told.push((EventKind::FixPublished, Cause::Data, detail));
        }
        told
    }

    /// A smaller share that can be judged, or open findings that nobody can confirm any more.
    fn coverage(&self) -> Option<Event> {
        let before = self.before?;
        let (now, was) = (&self.after.covered, &before.covered);
        let lost = |state: &DocumentState| {
            let is = |held: &&Held| matches!(held.status, Status::Unconfirmed { .. });
            state.findings.iter().filter(is).count()
        };
        let mut details = Vec::new();
        if now.is_less_than(was) {
            let share = |one: &Covered| format!("{} of {} components", one.judged(), one.declared);
            details.push(format!("{} can be judged, before {}", share(now), share(was)));
        }
        let (lost, already) = (lost(self.after), lost(before));
        if lost > already {
            let new = lost - already;
            details
                .push(format!("open findings that cannot be judged any more and stay open: {new}"));
        }
        let cause =
            self.cause_among(if now.is_less_than(was) { self.main_cause() } else { Cause::Data });
        let detail = details.join("; ");
        (!details.is_empty()).then(|| self.event(EventKind::CoverageFell, cause, &[], &detail))
    }

    fn lost(&self, lost: &Lost) -> Event {
        let cause = lost.cause.unwrap_or_else(|| self.cause_among(Cause::Data));
        self.event(lost.kind, cause, &[&lost.held], lost.detail)
    }

    /// Whether any of these findings is of a release that came with the document.
    fn came(&self, now: &[&Held]) -> bool {
        let before = self.before.map_or(&[][..], |before| &before.releases);
        now.iter().any(|held| before.binary_search(&held.release).is_err())
    }

    /// Why a flaw is there that was not: a release that was there before did not come with the document.
    fn cause_of_news(&self, now: &[&Held]) -> Cause {
        let likely = if self.came(now) { Cause::Document } else { Cause::Data };
        self.cause_among(likely)
    }

    /// Why a flaw that was known counts, or counts no more.
    fn cause_of_turn(&self, now: &[&Held], was: &[&Held]) -> Cause {
        let was_gone = was.iter().all(|known| known.status.is_gone());
        self.cause_among(match (self.came(now), was_gone) {
            (true, _) => Cause::Document,
            (false, true) => Cause::Data,
            (false, false) => Cause::Policy,
        })
    }

    /// That cause where it is one of those that can be, else the most telling that is.
    fn cause_among(&self, likely: Cause) -> Cause {
        if self.occasion.changed.contains(&likely) { likely } else { self.main_cause() }
    }

    fn main_cause(&self) -> Cause {
        self.occasion.changed.first().copied().unwrap_or(Cause::Time)
    }

    fn event(&self, kind: EventKind, cause: Cause, held: &[&Held], detail: &str) -> Event {
        let digest = Some(self.after.sha256.clone()).filter(|digest| !digest.is_empty());
        let event = self.occasion.event(kind, cause, held, (detail, digest));
        Event { commit: self.after.commit.clone(), ..event }
    }
}

impl Occasion<'_> {
    /// An event of this occasion about findings of one flaw, or about none.
    #[must_use]
    pub fn event(
        &self,
        kind: EventKind,
        cause: Cause,
        held: &[&Held],
        (detail, document_sha256): (&str, Option<String>),
    ) -> Event {
        let first = held.first();
        let package = first.map(|held| format!("{} {}", held.release.ecosystem, held.release.name));
        let versions: BTreeSet<&String> = held.iter().map(|held| &held.release.version).collect();
        let ids = first.map(|held| held.ids.clone()).unwrap_or_default();
        let flaw = ids.first().map(AdvisoryId::as_str).unwrap_or_default();
        let run = self.run.to_string();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        // without a flaw the words tell two events of one document apart
        let about = if flaw.is_empty() { detail } else { flaw };
        let parts = [
            run,
            kind.as_str().to_owned(),
            text(self.product),
            text(self.document),
            text(package.as_deref()),
            about.to_owned(),
            // a run that was cut may go on with other data or another document
            self.data.to_owned(),
            text(document_sha256.as_deref()),
        ];
        let mut id = sha256(parts.iter().flat_map(|part| [part.as_bytes(), b"\n"]));
        id.truncate(32);
        Event {
            id,
            at: self.now,
            run: self.run,
            kind,
            cause,
            product: self.product.map(str::to_owned),
            document: self.document.map(str::to_owned),
            level: first.map(|_| Flaw::level(held)),
            package,
            versions: versions.into_iter().cloned().collect(),
            ids,
            detail: detail.to_owned(),
            data_sha256: self.data.to_owned(),
            document_sha256,
            commit: None,
        }
    }
}

#[cfg(test)]
mod tests;
