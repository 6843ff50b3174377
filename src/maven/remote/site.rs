//! One remote repository that is asked, or whose cache is: files by their place in it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::super::PomSource;
use super::super::declared::{Checksums, Policy};
use super::cache::{Cache, Known, Said};
use super::digest::Kind;
use super::line::{Line, NotFetched};
use super::trouble::Trouble;

/// The most bytes of one POM or one list of versions. The longest lists of versions have some 200 kB.
const LIMIT: u64 = 8 << 20;

/// The most bytes of a digest with what stands around it.
const DIGEST_LIMIT: u64 = 4096;

/// Whether a file may be another one tomorrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The POM of a release, or of one build of a snapshot.
    Never,
    /// A list of versions, or the POM of a snapshot whose builds have no names.
    Ever,
}

/// A file that is asked for.
pub(super) struct Asked<'a> {
    pub(super) place: &'a str,
    pub(super) change: Change,
    pub(super) policy: Policy,
    /// What reads texts.
    pub(super) source: &'a dyn PomSource,
}

/// What came of asking for a file.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Its text, that there is none, or why nobody knows.
    pub(super) text: Result<Option<Arc<str>>, String>,
    /// What is to be told about it.
    pub(super) trouble: Option<Trouble>,
}

impl Found {
    pub(super) fn nothing() -> Self {
        Self { text: Ok(None), trouble: None }
    }
}

/// A repository.
pub(super) struct Site {
    pub(super) id: String,
    pub(super) cache: Option<Cache>,
    /// How it is asked; none without `--online`.
    pub(super) line: Option<Line>,
    memo: Mutex<HashMap<String, Found>>,
}

/// Bytes that a repository sent.
struct Sent {
    bytes: Vec<u8>,
    trouble: Option<Trouble>,
    said: Said,
}

impl Site {
    pub(super) fn new(id: String, cache: Option<Cache>, line: Option<Line>) -> Self {
        Self { id, cache, line, memo: Mutex::default() }
    }

    /// Where a file is kept, or would be.
    pub(super) fn path(&self, place: &str) -> PathBuf {
        match &self.cache {
            Some(cache) => cache.path(place),
            None => PathBuf::from(&self.id).join(place),
        }
    }

    /// A file, asked for once in a run.
    pub(super) fn file(&self, asked: &Asked<'_>) -> Found {
        let place = asked.place;
        let memo = || self.memo.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = memo().get(place) {
            return known.clone();
        }
        let found = self.find(asked);
        memo().insert(place.to_owned(), found.clone());
        found
    }

    fn find(&self, asked: &Asked<'_>) -> Found {
        let Asked { place, change, policy, .. } = *asked;
        let known = self.cache.as_ref().and_then(|cache| cache.known(place));
        let Some(line) = &self.line else {
            return known.map_or_else(Found::nothing, |known| self.kept(asked, known));
        };
        let now = line.now();
        let is_fixed = |known: &Known| known.said != Said::Absent && change == Change::Never;
        let still = |known: &Known| is_fixed(known) || policy.updates.still_counts(known.at, now);
        if let Some(known) = known.filter(still) {
            return self.kept(asked, known);
        }
        match self.fetch(line, place, policy) {
            Ok(Some(sent)) => self.take(asked, sent, (change == Change::Ever).then_some(now)),
            Ok(None) => self.absent(place, now),
            Err(NotFetched { cause, trouble }) => match known.filter(|k| k.said != Said::Absent) {
                // as in Maven, an old list of versions is better than none
                Some(old) => Found { trouble, ..self.kept(asked, old) },
                None => Found { text: Err(cause), trouble },
            },
        }
    }

    fn kept(&self, asked: &Asked<'_>, known: Known) -> Found {
        if known.said == Said::Absent {
            return Found::nothing();
        }
        let text = asked.source.at(&self.path(asked.place));
        let trouble = (known.said == Said::Undigested).then(|| self.undigested(asked.place));
        Found { text: text.map(|text| text.map(Arc::from)), trouble }
    }

    fn take(&self, asked: &Asked<'_>, sent: Sent, at: Option<Timestamp>) -> Found {
        let text = asked.source.decode(&sent.bytes).map(|text| Some(Arc::from(text)));
        let mut trouble = sent.trouble;
        // what has a wrong digest is asked for again next time
        let is_wrong = matches!(trouble, Some(Trouble::WrongDigest { .. }));
        if let Some(cache) = self.cache.as_ref().filter(|_| !is_wrong)
            && let Err(error) = cache.keep(asked.place, &sent.bytes, Known { said: sent.said, at })
        {
            trouble = trouble.or(Some(Trouble::Unkept { cause: error.cause }));
        }
        Found { text, trouble }
    }

    fn absent(&self, place: &str, now: Timestamp) -> Found {
        let kept = self.cache.as_ref().map(|cache| cache.keep_absence(place, now));
        let trouble =
            kept.and_then(Result::err).map(|error| Trouble::Unkept { cause: error.cause });
        Found { text: Ok(None), trouble }
    }

    fn undigested(&self, place: &str) -> Trouble {
        Trouble::NoDigest { repository: self.id.clone(), place: place.to_owned() }
    }

    /// Fetches a file; one with a wrong digest twice, since it may have been damaged on its way.
    fn fetch(&self, line: &Line, place: &str, policy: Policy) -> Result<Option<Sent>, NotFetched> {
        let mut wrong = None;
        for _ in 0..2 {
            let Some(bytes) = line.get(place, LIMIT)? else { return Ok(None) };
            if policy.checksums == Checksums::Ignore {
                return Ok(Some(Sent { bytes, trouble: None, said: Said::Here }));
            }
            match self.digest(line, place)? {
                Some((kind, stated)) if kind.of(&bytes) == stated => {
                    return Ok(Some(Sent { bytes, trouble: None, said: Said::Here }));
                }
                Some(_) => wrong = Some(bytes),
                None if policy.checksums == Checksums::Fail => {
                    let cause = format!("repository {} has no digest of {place}", self.id);
                    return Err(NotFetched { cause, trouble: None });
                }
                None => {
                    let trouble = Some(self.undigested(place));
                    return Ok(Some(Sent { bytes, trouble, said: Said::Undigested }));
                }
            }
        }
        if policy.checksums == Checksums::Fail {
            let cause = format!(
                "{place} of repository {} does not have the digest that the repository names",
                self.id
            );
            return Err(NotFetched { cause, trouble: None });
        }
        let trouble = Trouble::WrongDigest { repository: self.id.clone(), place: place.to_owned() };
        let said = Said::Undigested;
        Ok(wrong.map(|bytes| Sent { bytes, trouble: Some(trouble), said }))
    }

    /// The first digest that the repository has of a file.
    fn digest(&self, line: &Line, place: &str) -> Result<Option<(Kind, String)>, NotFetched> {
        for kind in Kind::ALL {
            let digest = line.get(&format!("{place}.{}", kind.extension()), DIGEST_LIMIT)?;
            let stated = digest.and_then(|bytes| kind.stated(&String::from_utf8_lossy(&bytes)));
            if let Some(stated) = stated {
                return Ok(Some((kind, stated)));
            }
        }
        Ok(None)
    }
}
