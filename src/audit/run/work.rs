//! Looking at documents: which need not be read, and the others on all cores.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::Timestamp;

use super::{Fetch, Pulse, Reading, RunError};
use crate::advisory::store::StoreError as DataError;
use crate::audit::judgement::{Court, Look};
use crate::audit::portfolio::{At, Place};
use crate::audit::store::Known;
use crate::files::{MAX_FILE, Source, Stamp, git};
use crate::ingest;

/// The stack of a thread that reads documents: as much as the first thread has.
const STACK: usize = 8 << 20;

/// A document with what is known of it.
pub(super) struct Work<'a> {
    pub(super) place: &'a Place,
    pub(super) known: Option<&'a Known>,
    /// What a server sent; a file is opened when it is looked at.
    pub(super) fetched: Option<Result<Source, String>>,
}

/// What repositories gave: folder, name of the content.
pub(super) type Blobs<'p> = HashMap<(&'p Path, &'p str), Result<Source, String>>;

/// What begins a file that Git LFS keeps elsewhere (its specification, "The Pointer").
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Asks each repository once for all that is wanted of it.
pub(super) fn blobs(places: &[Place]) -> Blobs<'_> {
    let mut wanted: BTreeMap<&Path, Vec<&str>> = BTreeMap::new();
    for place in places {
        if let At::Blob { folder, id } = &place.at {
            wanted.entry(folder).or_default().push(id);
        }
    }
    let mut blobs = Blobs::new();
    for (folder, ids) in wanted {
        match git::contents(folder, &ids) {
            Ok(found) => {
                let found = found.into_iter().map(|source| source.and_then(no_pointer));
                blobs.extend(ids.into_iter().map(|id| (folder, id)).zip(found));
            }
            Err(error) => {
                blobs.extend(ids.into_iter().map(|id| ((folder, id), Err(error.cause.clone()))));
            }
        }
    }
    blobs
}

fn no_pointer(source: Source) -> Result<Source, String> {
    match source.head(POINTER.len() as u64) {
        Ok(head) if head == POINTER => {
            Err("is kept by Git LFS, and its content is not in the repository".to_owned())
        }
        Ok(_) => Ok(source),
        Err(error) => Err(error.to_string()),
    }
}

/// What came of looking at a document.
pub(super) enum Seen {
    /// It is what it was, and so are its verdicts; how its file looks by now, where that is news.
    Unchanged(Option<String>),
    /// It was read; how its file looked before.
    New(Look, Option<String>),
}

/// How documents are looked at.
pub(super) struct Looking<'a> {
    /// What they are judged by.
    pub(super) court: Court<'a>,
    /// SHA-256 over the policy.
    pub(super) policy: &'a str,
    /// How they are read.
    pub(super) options: ingest::Options<'a>,
    /// Which of them are read.
    pub(super) reading: Reading,
    /// The machine's clock before the first is opened.
    pub(super) clock: Timestamp,
}

/// Asks the server of a document that has one, or takes what a repository gave.
pub(super) fn fetch(
    place: &Place,
    fetch: Option<Fetch<'_>>,
    blobs: &Blobs<'_>,
) -> Option<Result<Source, String>> {
    match (&place.at, fetch) {
        (At::File(_), _) => None,
        (At::Blob { folder, id }, _) => {
            let blob = blobs.get(&(folder.as_path(), id.as_str())).cloned();
            Some(blob.unwrap_or_else(|| Err("was not asked".to_owned())))
        }
        (At::Url(_), None) => Some(Err("is asked with --online alone".to_owned())),
        (At::Url(address), Some(fetch)) => Some(fetch(address).and_then(|bytes| {
            // what is large waits in a temporary file
            Source::unpack(&bytes[..], MAX_FILE).map_err(|error| error.to_string())
        })),
    }
}

impl Work<'_> {
    /// How its file looks; what a server sent or a repository gave has none.
    fn stamp(&self, source: &Source) -> Option<Stamp> {
        source.stamp().filter(|_| matches!(self.place.at, At::File(_)))
    }

    fn source(&self) -> Result<Source, String> {
        match (&self.fetched, &self.place.at) {
            (Some(fetched), _) => fetched.clone(),
            (None, At::File(path)) => Source::open(path).map_err(|error| error.cause),
            (None, At::Url(_) | At::Blob { .. }) => Err("was not asked".to_owned()),
        }
    }
}

impl Looking<'_> {
    /// Looks at documents on all cores; the answers stand in their order, whoever looked. This thread
    /// gives signs of life in between.
    pub(super) fn all(
        &self,
        work: &[Work<'_>],
        pulse: &mut Pulse<'_>,
    ) -> Result<Vec<Seen>, RunError> {
        let next = AtomicUsize::new(0);
        let look = || {
            let number = next.fetch_add(1, Ordering::Relaxed);
            work.get(number).map(|work| (number, self.one(work)))
        };
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(work.len());
        let seen = thread::scope(|scope| {
            let others = || std::iter::from_fn(look).collect::<Vec<_>>();
            // where the system gives no more threads, fewer do the work
            let others: Vec<_> = (1..threads)
                .map_while(|_| {
                    thread::Builder::new().stack_size(STACK).spawn_scoped(scope, others).ok()
                })
                .collect();
            let mut seen = Vec::new();
            let mut alive = Ok(());
            while let Some(one) = look() {
                seen.push(one);
                alive = pulse.beat();
                if alive.is_err() {
                    // nobody needs the rest
                    next.store(work.len(), Ordering::Relaxed);
                    break;
                }
            }
            for thread in others {
                match thread.join() {
                    Ok(more) => seen.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            alive.map(|()| seen)
        });
        let mut seen = seen?;
        seen.sort_unstable_by_key(|(number, _)| *number);
        Ok(seen.into_iter().map(|(_, seen)| seen).collect::<Result<_, DataError>>()?)
    }

    fn one(&self, work: &Work<'_>) -> Result<Seen, DataError> {
        let source = match work.source() {
            Ok(source) => source,
            Err(cause) => return Ok(Seen::New(Look::Failed(cause), None)),
        };
        // taken before the bytes are read: whoever changes them meanwhile gives the file another
        let stamp = work.stamp(&source).and_then(|stamp| stamp.settled(self.clock));
        if let Some(known) = work.known.filter(|known| self.may_stay(known)) {
            let is_same = stamp.is_some() && stamp == known.stamp;
            if is_same && self.reading == Reading::Changed {
                return Ok(Seen::Unchanged(None));
            }
            match source.sha256() {
                Ok(digest) if digest == known.sha256 => {
                    return Ok(Seen::Unchanged(stamp.filter(|_| !is_same)));
                }
                Ok(_) => {}
                Err(error) => return Ok(Seen::New(Look::Failed(error.to_string()), None)),
            }
        }
        let (path, maven) = match &work.place.at {
            At::File(path) => (path.as_path(), self.options.maven),
            At::Url(_) | At::Blob { .. } => (Path::new(&work.place.name), None),
        };
        let options = ingest::Options { maven, ..self.options };
        let look = self.court.judge((path, &source), work.place.named, &options)?;
        Ok(Seen::New(look, stamp))
    }

    /// Whether the verdicts still hold if the bytes are the same.
    fn may_stay(&self, known: &Known) -> bool {
        let is_due = known.recheck.is_some_and(|at| at <= self.court.now);
        known.is_present && !known.is_touched && known.policy == self.policy && !is_due
    }
}
