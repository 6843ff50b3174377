//! One audit of a portfolio, from the lease to the last event. Read this first.
//!
//! What is written about a document is written at once, so that a run that is killed is continued: what
//! it judged is up to date, what it did not is not. Order and numbers do not depend on how many threads
//! judge, nor on where a run was cut.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::{SignedDuration, Timestamp};

use super::condition::{self, Condition};
use super::event::{self, Cause, Event, Occasion, Standing};
use super::judgement::{Court, Judgement, Look};
use super::outcome::Outcomes;
use super::portfolio::{self, At, Card, Failing, Place};
use super::state::DocumentState;
use super::store::{
    Claim, Closing, Fence, Known, NewRun, News, Record, Run, Score, Store, StoreError, Wanted,
};
use crate::advisory::database::Database;
use crate::advisory::store::StoreError as DataError;
use crate::config::{EventKind, Settings};
use crate::files::{Source, sha256};
use crate::ids::AdvisoryId;
use crate::ingest::{self, Licences};
use crate::judge::baseline::Baseline;
use crate::judge::vex::Statement;
use crate::maven::Maven;
use crate::pipeline;

/// How many documents are written at once.
const BATCH: usize = 256;

/// How long a lease lasts without a sign of life.
const LEASE: SignedDuration = SignedDuration::from_secs(300);

/// The stack of a thread that reads documents: as much as the first thread has.
const STACK: usize = 8 << 20;

/// Asks a server for a document.
pub type Fetch<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

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
    /// What happened, also before it was cut.
    pub events: Vec<Event>,
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
    match done {
        // whoever took the lease keeps it
        Err(RunError::Store(StoreError::Lost)) => {}
        _ => store.release(fence)?,
    }
    done
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
        let wanted = Wanted { run: Some(self.run.id), ..Wanted::default() };
        self.done.events = self.store.events(&wanted)?;
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
        let mut news = News::default();
        for (id, release, before) in self.store.releases()? {
            let outcome = self.outcomes.of(&release)?;
            if outcome != before {
                news.outcomes.push((id, outcome));
            }
        }
        let today = self.outcomes.scores();
        for known in self.store.scores()? {
            let Some(score) = today.get(&known.ids).copied().flatten() else { continue };
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
        let event = |one: super::store::Affected| {
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
        let is_asked = |place: &Place| self.plan.fetch.is_some() || matches!(place.at, At::File(_));
        let (asked, left): (Vec<_>, Vec<_>) = places.into_iter().partition(is_asked);
        self.done.not_asked = left.len();
        self.skipped.extend(left.into_iter().map(|place| (place.product, place.source)));
        asked
    }

    fn batch(&mut self, places: &[Place]) -> Result<(), RunError> {
        let sources: Vec<Result<Source, String>> =
            places.iter().map(|place| open(place, self.plan.fetch)).collect();
        let work: Vec<Work<'_>> = places
            .iter()
            .zip(&sources)
            .map(|(place, source)| {
                let key = (place.product.clone(), place.name.clone());
                Work { place, source, known: self.known.get(&key) }
            })
            .collect();
        let looks = self.looks(&work)?;
        let mut records = Vec::new();
        for (work, look) in work.iter().zip(looks) {
            let key = (work.place.product.clone(), work.place.name.clone());
            let source = (work.place.product.clone(), work.place.source.clone());
            match look {
                Seen::Unchanged => self.done.unchanged += 1,
                Seen::New(Look::Judged(judgement)) => {
                    self.done.judged += 1;
                    let failing = judgement.errors.first().map(|cause| failing(work.place, cause));
                    self.failing.extend(failing);
                    records.push(self.record(work, *judgement)?);
                }
                Seen::New(Look::Failed(cause)) => {
                    self.failing.push(failing(work.place, &cause));
                }
                Seen::New(Look::Nothing) if work.known.is_none_or(|known| !known.is_present) => {
                    continue;
                }
                Seen::New(Look::Nothing) => {
                    let cause = "it is no bill of materials any more";
                    self.failing.push(failing(work.place, cause));
                }
            }
            *self.count.entry(source).or_default() += 1;
            self.seen.insert(key);
        }
        self.fence.until = (self.plan.clock)() + LEASE;
        self.store.record(self.fence, &records)?;
        Ok(())
    }

    /// Looks at documents on all cores; the answers stand in their order, whoever looked.
    fn looks(&self, work: &[Work<'_>]) -> Result<Vec<Seen>, DataError> {
        let court = Court {
            database: self.plan.database,
            outcomes: &self.outcomes,
            settings: self.plan.settings,
            statements: self.plan.statements,
            baseline: self.plan.baseline,
            now: self.plan.now,
        };
        let (maven, policy) = (self.plan.maven, self.plan.policy);
        let licences = Licences::where_asked(self.plan.settings.asks_licences());
        let options =
            ingest::Options { maven: Some(maven), licences, ..ingest::Options::default() };
        let next = AtomicUsize::new(0);
        let look = || {
            let mut seen = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(work) = work.get(number) else { return seen };
                seen.push((number, work.look(&court, policy, &options)));
            }
        };
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(work.len());
        let mut seen = thread::scope(|scope| {
            // where the system gives no more threads, fewer do the work
            let others: Vec<_> = (1..threads)
                .map_while(|_| {
                    thread::Builder::new().stack_size(STACK).spawn_scoped(scope, look).ok()
                })
                .collect();
            let mut seen = look();
            for thread in others {
                match thread.join() {
                    Ok(more) => seen.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            seen
        });
        seen.sort_unstable_by_key(|(number, _)| *number);
        seen.into_iter().map(|(_, seen)| seen).collect()
    }

    /// What is written about a document that was judged.
    fn record(&self, work: &Work<'_>, judgement: Judgement) -> Result<Record, RunError> {
        let Judgement { mut state, outcomes, recheck, .. } = judgement;
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
        Ok(Record {
            product: work.place.product.clone(),
            source: work.place.source.clone(),
            path: work.place.name.clone(),
            run: self.run.id,
            policy: self.plan.policy.to_owned(),
            recheck,
            is_present: true,
            state,
            outcomes,
            events,
        })
    }

    /// A source that names no document at all fails: it is likelier that something is wrong with it than
    /// that all is gone.
    fn empty_sources(&mut self) {
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

    /// Documents that are not in their sources any more, where the source could be listed.
    fn vanished(&mut self) -> Result<(), RunError> {
        let blind: BTreeSet<(String, String)> = self
            .failing
            .iter()
            .map(|one| (one.product.clone(), one.source.clone()))
            .chain(self.skipped.iter().cloned())
            .collect();
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
        let empty = DocumentState { sha256: before.sha256.clone(), ..DocumentState::default() };
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
            state,
            outcomes: Vec::new(),
            events,
        })
    }

    /// What holds at the end, and what of it is news.
    fn closing(&self) -> Result<Closing, RunError> {
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
        let is_skipped = |one: &&Condition| {
            let key = (one.product.clone().unwrap_or_default(), one.about.clone());
            one.kind == EventKind::SourceFailing && self.skipped.contains(&key)
        };
        now.extend(before.iter().filter(is_skipped).cloned());
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

/// A document with what is known of it.
struct Work<'a> {
    place: &'a Place,
    source: &'a Result<Source, String>,
    known: Option<&'a Known>,
}

/// What came of looking at a document.
enum Seen {
    Unchanged,
    New(Look),
}

impl Work<'_> {
    fn look(
        &self,
        court: &Court<'_>,
        policy: &str,
        options: &ingest::Options<'_>,
    ) -> Result<Seen, DataError> {
        let source = match self.source {
            Ok(source) => source,
            Err(cause) => return Ok(Seen::New(Look::Failed(cause.clone()))),
        };
        if let Some(known) = self.known {
            let is_due = known.recheck.is_some_and(|at| at <= court.now);
            let is_judged = known.is_present && !known.is_touched && known.policy == policy;
            if is_judged && !is_due {
                match source.sha256() {
                    Ok(digest) if digest == known.sha256 => return Ok(Seen::Unchanged),
                    Ok(_) => {}
                    Err(error) => return Ok(Seen::New(Look::Failed(error.to_string()))),
                }
            }
        }
        let (path, options) = match &self.place.at {
            At::File(path) => (path.as_path(), *options),
            At::Url(_) => {
                (Path::new(&self.place.name), ingest::Options { maven: None, ..*options })
            }
        };
        court.judge((path, source), self.place.named, &options).map(Seen::New)
    }
}

fn open(place: &Place, fetch: Option<Fetch<'_>>) -> Result<Source, String> {
    match (&place.at, fetch) {
        (At::File(path), _) => Source::open(path).map_err(|error| error.cause),
        (At::Url(address), Some(fetch)) => fetch(address).map(Source::from),
        (At::Url(_), None) => Err("is asked with --online alone".to_owned()),
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

/// SHA-256 over the digests of all sources of the data.
#[must_use]
pub fn data_digest(database: &Database) -> String {
    let texts = database.sources.iter().flat_map(|source| [&source.name, &source.sha256]);
    sha256(texts.flat_map(|text| [text.as_bytes(), b"\n"]))
}
