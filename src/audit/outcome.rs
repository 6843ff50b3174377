//! What the advisory data says of a release, as one number that changes when any of it does.
//!
//! The number stands for all that is remembered of a finding and all that a verdict can depend on:
//! whether the ecosystem is known, what the data can tell of the package, and for each flaw its names,
//! the records that cover the version and what they call fixed, its rating, its days, whether it is
//! known to be exploited, whether it is malware. From which file a record came is none of it. How
//! likely it is exploited (EPSS) changes daily for all flaws and decides no verdict; it is kept beside, by
//! flaw.

use std::collections::HashMap;
use std::fmt::Write;
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

use sha2::{Digest, Sha256};

use super::state::Release;
use super::store::{Outcome, ReleaseId};
use crate::advisory::database::Database;
use crate::advisory::store::StoreError;
use crate::ids::Ecosystem;
use crate::inventory::{Certainty, Naming, Package};
use crate::matching::{self, Finding};

/// Asks the database about each release once.
#[derive(Debug)]
pub struct Outcomes<'d> {
    database: &'d Database,
    memo: Mutex<HashMap<Release, Outcome>>,
}

impl<'d> Outcomes<'d> {
    /// Of this data.
    #[must_use]
    pub fn new(database: &'d Database) -> Self {
        Self { database, memo: Mutex::default() }
    }

    /// What the data says of a release.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn of(&self, release: &Release) -> Result<Outcome, StoreError> {
        let locked = || self.memo.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = locked().get(release) {
            return Ok(*known);
        }
        let package = package(release);
        let findings = matching::of_package(&package, self.database)?;
        let outcome = digest(&self.said(&package, &findings)?);
        locked().insert(release.clone(), outcome);
        Ok(outcome)
    }

    /// Those of known releases of which the data says something else by now, asked on all cores.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn changed(
        &self,
        known: &[(ReleaseId, Release, Outcome)],
    ) -> Result<Vec<(ReleaseId, Outcome)>, StoreError> {
        let ask = |part: &[(ReleaseId, Release, Outcome)]| -> Result<Vec<_>, StoreError> {
            let mut changed = Vec::new();
            for (id, release, before) in part {
                let outcome = self.of(release)?;
                changed.extend((outcome != *before).then_some((*id, outcome)));
            }
            Ok(changed)
        };
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let (first, others) = known.split_at(known.len().div_ceil(threads));
        thread::scope(|scope| {
            let parts = others.chunks(first.len().max(1));
            // where the system gives no more threads, this one does the work
            let begun: Vec<_> = parts
                .map(|part| {
                    (part, thread::Builder::new().spawn_scoped(scope, move || ask(part)).ok())
                })
                .collect();
            let mut changed = ask(first)?;
            for (part, thread) in begun {
                changed.extend(match thread.map(thread::ScopedJoinHandle::join) {
                    Some(Ok(asked)) => asked?,
                    Some(Err(panic)) => std::panic::resume_unwind(panic),
                    None => ask(part)?,
                });
            }
            Ok(changed)
        })
    }

    /// All that the data says, as text.
    fn said(&self, package: &Package, findings: &[Finding]) -> Result<String, StoreError> {
        let database = self.database;
        let mut text = format!(
            "{} {} {:?} {:?}",
            database.covers(&package.ecosystem),
            database.speaks_of(&package.ecosystem, &package.name)?,
            database.coverage(package, Certainty::Exact)?,
            database.coverage(package, Certainty::Low)?,
        );
        for finding in findings {
            let covering = finding.evidence.iter().filter(|evidence| evidence.affected);
            let records: Vec<_> = covering.map(|one| (&one.id, &one.fixed)).collect();
            // writing to a text cannot fail
            let _ = write!(
                text,
                "\n{:?} {records:?} {:?} {:?} {:?} {:?} {:?} {}",
                finding.ids,
                finding.severity.level,
                finding.severity.score,
                finding.published,
                finding.modified,
                finding.exploitation.kev.as_ref().map(|kev| &kev.added),
                finding.malicious,
            );
        }
        Ok(text)
    }
}

/// The first half of a SHA-256: what tells some million texts apart.
fn digest(text: &str) -> Outcome {
    let hash = Sha256::digest(text.as_bytes());
    Outcome(u128::from_be_bytes(hash.first_chunk().copied().unwrap_or_default()))
}

/// The package that advisories are asked about.
fn package(release: &Release) -> Package {
    let naming = if release.is_perhaps_built { Naming::PerhapsBuilt } else { Naming::Listed };
    Package {
        ecosystem: Ecosystem::new(&release.ecosystem),
        name: release.name.clone(),
        version: release.version.clone(),
        naming,
    }
}

impl From<&Package> for Release {
    fn from(package: &Package) -> Self {
        Self {
            ecosystem: package.ecosystem.as_str().to_owned(),
            name: package.name.clone(),
            version: package.version.clone(),
            is_perhaps_built: package.naming == Naming::PerhapsBuilt,
        }
    }
}
