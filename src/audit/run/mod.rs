//! One audit of a portfolio, from the lease to the last event. Read this first.
//!
//! What is written about a document is written at once, so that a run that is killed is continued: what
//! it judged is up to date, what it did not is not. Order and numbers do not depend on how many threads
//! judge, nor on where a run was cut.

mod end;
mod pulse;
mod work;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::event::{self, Cause, Event, Occasion, Standing};
use super::judgement::{Court, Judgement, Look};
use super::outcome::Outcomes;
use super::portfolio::{self, At, Card, Failing, Place};
use super::state::{DocumentState, Held, Status};
use super::store::{
    Affected, Claim, Fence, Known, NewRun, News, Record, Run, Score, Store, StoreError,
};
use crate::advisory::database::Database;
use crate::advisory::store::StoreError as DataError;
use crate::config::{EventKind, Settings};
use crate::files::sha256;
use crate::ids::AdvisoryId;
use crate::ingest::{self, Licences};
use crate::judge::baseline::Baseline;
use crate::judge::vex::Statement;
use crate::maven::Maven;
use pulse::Pulse;
use work::{Looking, Seen, Work};

/// How many documents are written at once.
const BATCH: usize = 512;

/// How long a lease lasts without a sign of life.
const LEASE: SignedDuration = SignedDuration::from_secs(300);

/// How long asking a server for one document may take: no sign of life is given meanwhile.
pub const LONGEST_FETCH: Duration = Duration::from_secs(150);

/// Asks a server for a document.
pub type Fetch<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// Which of the files are read whose verdicts stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Those that look otherwise than when they were read last.
    #[default]
    Changed,
    /// All.
    All,
}

/// What a run needs to know.
pub struct Plan<'a> {
    /// The policy and the portfolio.
    pub settings: &'a Settings,
    /// The folder of the configuration, from which sources are named.
    pub base: &'a Path,
    /// The advisory data.
    pub database: &'a Database,
    /// How POMs are resolved.
    pub maven: &'a Maven<'a>,
    /// VEX statements that were given.
    pub statements: &'a [Statement],
    /// The findings that are known.
    pub baseline: Option<&'a Baseline>,
    /// SHA-256 over all that decides a verdict but document and data.
    pub policy: &'a str,
    /// Which files are read.
    pub reading: Reading,
    /// How addresses are asked; nothing without `--online`.
    pub fetch: Option<Fetch<'a>>,
    /// Who runs.
    pub owner: &'a str,
    /// On which machine.
    pub machine: &'a str,
    /// The audit's clock.
    pub now: Timestamp,
    /// The machine's clock, for the lease.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// Told how many of how many documents are done.
    pub progress: Option<&'a dyn Fn(usize, usize)>,
}

/// Why a run ends early. What it wrote until then is whole.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The memory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The advisory data: then there is no verdict on anything.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// Its number.
    pub run: u64,
    /// Whether it continued one that was cut.
    pub is_continued: bool,
    /// How many documents were judged.
    pub judged: usize,
    /// How many were as before.
    pub unchanged: usize,
    /// How many of the judged hold a release of which the data says something new.
    pub touched: usize,
    /// How many are not in their sources any more.
    pub gone: usize,
    /// Addresses that were not asked.
    pub not_asked: usize,
}

/// Runs one audit.
///
/// # Errors
/// When another run has the lease, or store or advisory data cannot be used.
pub fn run(store: &mut dyn Store, plan: &Plan<'_>) -> Result<Done, RunError> {
    let now = (plan.clock)();
    let (owner, machine) = (plan.owner, plan.machine);
    let fence = store.acquire(&Claim { owner, machine, now, until: now + LEASE })?;
    let done = Running::begin(store, plan, fence).and_then(Running::whole);
    let released = match done {
        // whoever took the lease keeps it
        Err(RunError::Store(StoreError::Lost)) => Ok(()),
        _ => store.release(fence),
    };
    // why a run failed is told before why its lease could not be given back
    let done = done?;
    released?;
    Ok(done)
}

struct Running<'a> {
    store: &'a mut dyn Store,
    plan: &'a Plan<'a>,
    fence: Fence,
    run: Run,
    data: String,
    outcomes: Outcomes<'a>,
    known: HashMap<(String, String), Known>,
    /// The documents that are there, and how many each source has.
    seen: BTreeSet<(String, String)>,
    count: BTreeMap<(String, String), usize>,
    /// What cannot be read: product, source or document, cause.
    failing: Vec<Failing>,
    /// Sources of whose documents others name some.
    shared: BTreeSet<(String, String)>,
    /// Sources that nobody asked.
    skipped: BTreeSet<(String, String)>,
    done: Done,
}

impl<'a> Running<'a> {
    fn begin(store: &'a mut dyn Store, plan: &'a Plan<'a>, fence: Fence) -> Result<Self, RunError> {
        let data = data_digest(plan.database);
        let portfolio = plan.settings.products.iter().map(Card::from).collect();
        let as_of = plan.database.built_at();
        let new = NewRun { now: plan.now, data: &data, as_of, policy: plan.policy, portfolio };
        let run = store.begin(fence, &new)?;
        let done = Done { run: run.id, is_continued: run.is_continued, ..Done::default() };
        Ok(Self {
            outcomes: Outcomes::new(plan.database),
            known: HashMap::new(),
            seen: BTreeSet::new(),
            count: BTreeMap::new(),
            failing: Vec::new(),
            shared: BTreeSet::new(),
            skipped: BTreeSet::new(),
            store,
            plan,
            fence,
            run,
            data,
            done,
        })
    }

    fn whole(mut self) -> Result<Done, RunError> {
        self.done.touched = self.hear_news()?;
        let known = self.store.documents()?.into_iter();
        self.known = known.map(|one| ((one.product.clone(), one.path.clone()), one)).collect();
        let found = portfolio::list(&self.plan.settings.products, self.plan.base);
        self.failing = found.failing;
        self.shared = found.shared;
        let places = self.asked(found.places);
        for (number, batch) in places.chunks(BATCH).enumerate() {
            self.batch(batch)?;
            if let Some(tell) = self.plan.progress {
                tell((number * BATCH + batch.len()).min(places.len()), places.len());
            }
        }
        self.empty_sources();
        self.vanished()?;
        let closing = self.closing()?;
        self.prolong();
        self.store.finish(self.fence, self.run.id, &closing)?;
        Ok(self.done)
    }

    fn prolong(&mut self) {
        self.fence.until = (self.plan.clock)() + LEASE;
    }

    fn occasion<'o>(&'o self, changed: &'o [Cause]) -> Occasion<'o> {
        Occasion {
            run: self.run.id,
            now: self.plan.now,
            data: &self.data,
            product: None,
            document: None,
            changed,
        }
    }

    /// Compares what the data says of every known release with what it said; the answer is how many
    /// documents must be judged again for it.
    fn hear_news(&mut self) -> Result<usize, RunError> {
        let outcomes = self.outcomes.changed(&self.store.releases()?)?;
        let mut news = News { outcomes, ..News::default() };
        // asked by flaw and not by what documents hold: a run that goes on after it was cut, and knows
        // more releases by then, hears the same
        for known in self.store.scores()? {
            let said = self.plan.database.exploitation_of(&known.ids)?;
            let Some(score) = said.epss.map(|epss| epss.score.value()) else { continue };
            if known.now == Some(score) {
                continue;
            }
            let told = known.told.unwrap_or(score);
            let jumps = score - told >= self.plan.settings.audit.watch.epss_jump.value();
            if jumps {
                news.events.extend(self.jumps(&known.ids, (told, score))?);
            }
            let told = if jumps { score } else { told.min(score) };
            news.scores.push(Score { ids: known.ids, now: Some(score), told: Some(told) });
        }
        self.prolong();
        Ok(self.store.advance(self.fence, &news)?)
    }

    fn jumps(&self, ids: &[AdvisoryId], (told, score): (f64, f64)) -> Result<Vec<Event>, RunError> {
        let detail = format!("EPSS from {told} to {score}");
        let event = |one: Affected| {
            let findings: Vec<_> = one.findings.iter().collect();
            let occasion = Occasion {
                product: Some(&one.product),
                document: Some(&one.document),
                ..self.occasion(&[])
            };
            let digest = Some(one.sha256.clone());
            occasion.event(EventKind::EpssJump, Cause::Data, &findings, (&detail, digest))
        };
        Ok(self.store.open_findings(ids)?.into_iter().map(event).collect())
    }

    /// The documents that can be asked for: without `--online` those behind addresses are not.
    fn asked(&mut self, places: Vec<Place>) -> Vec<Place> {
        let is_asked = |place: &Place| self.plan.fetch.is_some() || !matches!(place.at, At::Url(_));
        let (asked, left): (Vec<_>, Vec<_>) = places.into_iter().partition(is_asked);
        self.done.not_asked = left.len();
        self.skipped.extend(left.into_iter().map(|place| (place.product, place.source)));
        asked
    }

    fn batch(&mut self, places: &[Place]) -> Result<(), RunError> {
        let blobs = work::blobs(places);
        let mut fetched = Vec::with_capacity(places.len());
        for place in places {
            self.pulse().beat()?;
            fetched.push(work::fetch(place, self.plan.fetch, &blobs));
        }
        let known = |place: &Place| self.known.get(&(place.product.clone(), place.name.clone()));
        let work: Vec<Work<'_>> = places
            .iter()
            .zip(fetched)
            .map(|(place, fetched)| Work { place, known: known(place), fetched })
            .collect();
        let looking = looking(self.plan, &self.outcomes);
        let clock = self.plan.clock;
        let mut pulse = Pulse { store: &mut *self.store, fence: &mut self.fence, clock };
        let looks = looking.all(&work, &mut pulse)?;
        let (mut records, mut stamps) = (Vec::new(), Vec::new());
        for (work, look) in work.iter().zip(looks) {
            let key = (work.place.product.clone(), work.place.name.clone());
            let source = (work.place.product.clone(), work.place.source.clone());
            match look {
                Seen::Unchanged(stamp) => {
                    self.done.unchanged += 1;
                    stamps.extend(work.known.map(|known| known.id).zip(stamp));
                }
                Seen::New(Look::Judged(judgement), stamp) => {
                    self.done.judged += 1;
                    let failing = judgement.errors.first().map(|cause| failing(work.place, cause));
                    self.failing.extend(failing);
                    records.push(Record { stamp, ..self.record(work, *judgement)? });
                }
                Seen::New(Look::Failed(cause), _) => {
                    self.failing.push(failing(work.place, &cause));
                }
                Seen::New(Look::Nothing, _) if work.known.is_none_or(|known| !known.is_present) => {
                    continue;
                }
                Seen::New(Look::Nothing, _) => {
                    let cause = "it is no bill of materials any more";
                    self.failing.push(failing(work.place, cause));
                }
            }
            *self.count.entry(source).or_default() += 1;
            self.seen.insert(key);
        }
        self.prolong();
        if !stamps.is_empty() {
            self.store.stamp(self.fence, &stamps)?;
        }
        // also without any: it prolongs the lease
        Ok(self.store.record(self.fence, &records)?)
    }

    fn pulse(&mut self) -> Pulse<'_> {
        Pulse { store: &mut *self.store, fence: &mut self.fence, clock: self.plan.clock }
    }

    /// What is written about a document that was judged.
    fn record(&self, work: &Work<'_>, judgement: Judgement) -> Result<Record, RunError> {
        let Judgement { mut state, outcomes, recheck, errors } = judgement;
        state.is_partial |= !errors.is_empty();
        state.commit.clone_from(&work.place.commit);
        let before = work.known.map(|known| self.store.document(known.id)).transpose()?;
        let changed = work.known.map_or_else(Vec::new, |known| {
            let is = [
                (known.sha256 != state.sha256 || !known.is_present, Cause::Document),
                (known.is_touched, Cause::Data),
                (known.policy != self.plan.policy, Cause::Policy),
            ];
            is.into_iter().filter(|(is, _)| *is).map(|(_, cause)| cause).collect()
        });
        let occasion = Occasion {
            product: Some(&work.place.product),
            document: Some(&work.place.name),
            ..self.occasion(&changed)
        };
        let asking = Asking { database: self.plan.database };
        let standings = asking.all(before.as_ref())?;
        let standing =
            |ids: &[AdvisoryId]| standings.get(ids).copied().unwrap_or(Standing::Missing);
        let (state, events) = event::advance(before.as_ref(), state, &standing, &occasion);
        // what became of a record that was lost shows in no release, nor does that a file was mended
        let is_unconfirmed = |held: &Held| matches!(held.status, Status::Unconfirmed { .. });
        let waits = state.is_partial || state.findings.iter().any(is_unconfirmed);
        let recheck = if waits { Some(Timestamp::MIN) } else { recheck };
        Ok(Record {
            product: work.place.product.clone(),
            source: work.place.source.clone(),
            path: work.place.name.clone(),
            run: self.run.id,
            policy: self.plan.policy.to_owned(),
            recheck,
            is_present: true,
            stamp: None,
            state,
            outcomes,
            events,
        })
    }
}

/// How documents are looked at in a run.
fn looking<'l>(plan: &'l Plan<'_>, outcomes: &'l Outcomes<'l>) -> Looking<'l> {
    let licences = Licences::where_asked(plan.settings.asks_licences());
    Looking {
        court: Court {
            database: plan.database,
            outcomes,
            settings: plan.settings,
            statements: plan.statements,
            baseline: plan.baseline,
            now: plan.now,
        },
        policy: plan.policy,
        options: ingest::Options {
            maven: Some(plan.maven),
            licences,
            ..ingest::Options::default()
        },
        reading: plan.reading,
        clock: (plan.clock)(),
    }
}

/// What a document that cannot be read is as a condition: a source of its own.
fn failing(place: &Place, cause: &str) -> Failing {
    Failing { product: place.product.clone(), source: place.name.clone(), cause: cause.to_owned() }
}

/// Asks the data what became of records.
struct Asking<'a> {
    database: &'a Database,
}

impl Asking<'_> {
    /// Of the records of all findings that are known.
    fn all(
        &self,
        before: Option<&DocumentState>,
    ) -> Result<BTreeMap<Vec<AdvisoryId>, Standing>, DataError> {
        let mut all = BTreeMap::new();
        for known in before.iter().flat_map(|before| before.present()) {
            if !all.contains_key(&known.records) {
                all.insert(known.records.clone(), self.one(&known.records)?);
            }
        }
        Ok(all)
    }

    fn one(&self, records: &[AdvisoryId]) -> Result<Standing, DataError> {
        let mut live = false;
        for id in records {
            match self.database.counts(id)? {
                None => return Ok(Standing::Missing),
                Some(counts) => live |= counts,
            }
        }
        Ok(if live { Standing::Live } else { Standing::Withdrawn })
    }
}

/// SHA-256 over the digests of all sources of the data.
#[must_use]
pub fn data_digest(database: &Database) -> String {
    let texts = database.sources.iter().flat_map(|source| [&source.name, &source.sha256]);
    sha256(texts.flat_map(|text| [text.as_bytes(), b"\n"]))
}
