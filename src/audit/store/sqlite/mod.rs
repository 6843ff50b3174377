//! The memory in one SQLite file.
//!
//! Write-ahead logging, so that readers never wait; one writer at a time, by a lease whose token every
//! write checks. What SQLite says is wrong becomes one line with the file's name.

mod read;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
};

use super::schema::MIGRATIONS;
use super::{
    Affected, Claim, Closing, Detection, DocumentId, Fence, Forgotten, Holder, Known, Line, NewRun,
    News, Outcome, PastRun, Record, ReleaseId, Run, Score, Store, StoreError, Wanted,
};
use crate::audit::condition::Condition;
use crate::audit::event::Event;
use crate::audit::portfolio::Card;
use crate::audit::state::{DocumentState, Held, Release};
use crate::config::EventKind;
use crate::files;
use crate::ids::AdvisoryId;

/// How long one process waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many statements stay prepared.
const PREPARED: usize = 64;

/// How many documents share a posting.
const BLOCK: u32 = 4096;

/// An open store.
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
    /// The numbers of releases that were seen.
    numbers: HashMap<Release, ReleaseId>,
}

/// What SQLite or a value in it has to say.
#[derive(Debug)]
pub(super) struct Trouble(String);

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self(format!("a value in it cannot be read: {error}"))
    }
}

impl Trouble {
    fn damaged(what: &str) -> Self {
        Self(format!("it is damaged: {what}"))
    }
}

impl Sqlite {
    /// Opens a store to read and write, and makes it where there is none.
    ///
    /// # Errors
    /// When the file cannot be made, is no store, or is that of a newer bomvet.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut store = Self::open_as(path, flags)?;
        let made = store.connection.pragma_update(None, "journal_mode", "WAL");
        made.map_err(|error| store.wrong(&error.into()))?;
        store.migrate()?;
        Ok(store)
    }

    /// Opens a store that is there, to read.
    ///
    /// # Errors
    /// When there is none, it is no store, or it is that of a newer bomvet.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if !files::is_file(path) {
            return Err(StoreError::Missing { path: path.display().to_string() });
        }
        let mut store = Self::create(path)?;
        // a store that is read is not changed by that
        let done = store.connection.pragma_update(None, "query_only", true);
        done.map_err(|error| store.wrong(&error.into()))?;
        store.numbers.clear();
        Ok(store)
    }

    /// A copy in a temporary database that vanishes with it: for runs that shall leave no trace. Where
    /// there is no store, an empty one.
    ///
    /// # Errors
    /// When the store is there and cannot be copied.
    pub fn scratch(path: &Path) -> Result<Self, StoreError> {
        let mut copy = Self::open_as(Path::new(""), OpenFlags::default())?;
        if files::is_file(path) {
            let original = Self::open(path)?;
            let copied = rusqlite::backup::Backup::new(&original.connection, &mut copy.connection)
                .and_then(|backup| backup.run_to_completion(1000, Duration::ZERO, None));
            copied.map_err(|error| original.wrong(&error.into()))?;
        }
        copy.path = path.to_owned();
        copy.migrate()?;
        Ok(copy)
    }

    /// Writes a copy of the store as it is now into a new file, whole or not at all.
    ///
    /// # Errors
    /// When there is such a file, or it cannot be written.
    pub fn backup(&self, target: &Path) -> Result<(), StoreError> {
        let wrong =
            |cause: String| StoreError::Unusable { path: target.display().to_string(), cause };
        if files::is_file(target) || files::is_folder(target) {
            return Err(wrong("it is there already".to_owned()));
        }
        let target = target.to_str().ok_or_else(|| wrong("its name is no UTF-8".to_owned()))?;
        let copied = self.connection.backup(rusqlite::MAIN_DB, target, None);
        copied.map_err(|error| wrong(error.to_string()))
    }

    fn open_as(path: &Path, flags: OpenFlags) -> Result<Self, StoreError> {
        let wrong = |error: rusqlite::Error| StoreError::Unusable {
            path: path.display().to_string(),
            cause: error.to_string(),
        };
        let connection = Connection::open_with_flags(path, flags).map_err(wrong)?;
        connection.busy_timeout(PATIENCE).map_err(wrong)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        connection.pragma_update(None, "foreign_keys", true).map_err(wrong)?;
        // with write-ahead logging this loses at most the last transactions when the power fails, never
        // the file
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(wrong)?;
        Ok(Self { connection, path: path.to_owned(), numbers: HashMap::new() })
    }

    /// Brings the tables to the newest version, step by step, each whole or not at all.
    fn migrate(&mut self) -> Result<(), StoreError> {
        let path = self.path.display().to_string();
        let wrong = |error: rusqlite::Error| StoreError::Unusable {
            path: path.clone(),
            cause: error.to_string(),
        };
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        let version = |connection: &Connection| {
            connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        };
        let found = version(&self.connection).map_err(wrong)?;
        if found > known {
            return Err(StoreError::Newer { path: path.clone(), found, known });
        }
        if found == known {
            return Ok(());
        }
        let immediate = TransactionBehavior::Immediate;
        let step = self.connection.transaction_with_behavior(immediate).map_err(wrong)?;
        let found = version(&step).map_err(wrong)?;
        let tables: i64 = step
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(wrong)?;
        if found == 0 && tables > 0 {
            let cause = "it is a database of something else".to_owned();
            return Err(StoreError::Unusable { path: path.clone(), cause });
        }
        let done = usize::try_from(found).unwrap_or(0);
        for script in MIGRATIONS.iter().skip(done) {
            step.execute_batch(script).map_err(wrong)?;
        }
        step.pragma_update(None, "user_version", known).map_err(wrong)?;
        step.commit().map_err(wrong)
    }

    fn wrong(&self, trouble: &Trouble) -> StoreError {
        StoreError::Unusable { path: self.path.display().to_string(), cause: trouble.0.clone() }
    }

    /// Does something in one transaction that only the holder of the lease may do.
    fn fenced<T>(
        &mut self,
        fence: Fence,
        work: impl FnOnce(&Transaction<'_>, &mut HashMap<Release, ReleaseId>) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let path = self.path.display().to_string();
        let wrong =
            |trouble: Trouble| StoreError::Unusable { path: path.clone(), cause: trouble.0 };
        let immediate = TransactionBehavior::Immediate;
        let step = self.connection.transaction_with_behavior(immediate);
        let step = step.map_err(|error| wrong(error.into()))?;
        let held = step
            .prepare_cached("UPDATE lease SET until = ?2 WHERE token = ?1 AND owner <> ''")
            .and_then(|mut update| update.execute(params![fence.token, fence.until.as_second()]));
        if held.map_err(|error| wrong(error.into()))? == 0 {
            return Err(StoreError::Lost);
        }
        let done = work(&step, &mut self.numbers).and_then(|done| {
            step.commit()?;
            Ok(done)
        });
        // what was not written must not be taken for known
        if done.is_err() {
            self.numbers.clear();
        }
        done.map_err(wrong)
    }

    fn lease(&mut self, claim: &Claim<'_>) -> Result<Result<Fence, StoreError>, Trouble> {
        let step = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let held: Option<(String, String, i64, i64)> = step
            .query_row("SELECT owner, machine, token, until FROM lease", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()?;
        let mut token = 1;
        if let Some((owner, machine, last, until)) = held {
            let is_over = owner.is_empty() || until <= claim.now.as_second();
            if !is_over && machine != claim.machine {
                let until = Timestamp::from_second(until).unwrap_or(Timestamp::MAX);
                return Ok(Err(StoreError::Busy { owner, until }));
            }
            token = last + 1;
        }
        step.execute(
            "INSERT OR REPLACE INTO lease (one, owner, machine, token, until)
             VALUES (1, ?1, ?2, ?3, ?4)",
            params![claim.owner, claim.machine, token, claim.until.as_second()],
        )?;
        step.commit()?;
        Ok(Ok(Fence { token, until: claim.until }))
    }
}

impl Store for Sqlite {
    fn acquire(&mut self, claim: &Claim<'_>) -> Result<Fence, StoreError> {
        let done = self.lease(claim);
        done.map_err(|trouble| self.wrong(&trouble))?
    }

    fn release(&mut self, fence: Fence) -> Result<(), StoreError> {
        self.fenced(fence, |step, _| {
            step.execute("UPDATE lease SET owner = ''", [])?;
            Ok(())
        })
    }

    fn begin(&mut self, fence: Fence, run: &NewRun<'_>) -> Result<Run, StoreError> {
        self.fenced(fence, |step, _| write::begin(step, run))
    }

    fn releases(&self) -> Result<Vec<(ReleaseId, Release, Outcome)>, StoreError> {
        read::releases(&self.connection).map_err(|trouble| self.wrong(&trouble))
    }

    fn scores(&self) -> Result<Vec<Score>, StoreError> {
        read::scores(&self.connection).map_err(|trouble| self.wrong(&trouble))
    }

    fn advance(&mut self, fence: Fence, news: &News) -> Result<usize, StoreError> {
        self.fenced(fence, |step, _| write::advance(step, news))
    }

    fn documents(&self) -> Result<Vec<Known>, StoreError> {
        read::documents(&self.connection).map_err(|trouble| self.wrong(&trouble))
    }

    fn document(&self, id: DocumentId) -> Result<DocumentState, StoreError> {
        read::document(&self.connection, id).map_err(|trouble| self.wrong(&trouble))
    }

    fn findings(&self, id: DocumentId) -> Result<Vec<Held>, StoreError> {
        read::findings(&self.connection, id).map_err(|trouble| self.wrong(&trouble))
    }

    fn record(&mut self, fence: Fence, records: &[Record]) -> Result<(), StoreError> {
        self.fenced(fence, |step, numbers| write::record(step, numbers, records))
    }

    fn overview(&self) -> Result<Vec<Line>, StoreError> {
        read::overview(&self.connection).map_err(|trouble| self.wrong(&trouble))
    }

    fn conditions(&self) -> Result<Vec<Condition>, StoreError> {
        read::conditions(&self.connection).map_err(|trouble| self.wrong(&trouble))
    }

    fn finish(&mut self, fence: Fence, run: u64, closing: &Closing) -> Result<(), StoreError> {
        self.fenced(fence, |step, _| write::finish(step, run, closing))
    }

    fn events(&self, wanted: &Wanted) -> Result<Vec<Event>, StoreError> {
        read::events(&self.connection, wanted).map_err(|trouble| self.wrong(&trouble))
    }

    fn count_events(&self, wanted: &Wanted) -> Result<BTreeMap<EventKind, usize>, StoreError> {
        read::count_events(&self.connection, wanted).map_err(|trouble| self.wrong(&trouble))
    }

    fn holders(
        &self,
        package: (&str, &str),
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Holder>, StoreError> {
        read::holders(&self.connection, package, wanted).map_err(|trouble| self.wrong(&trouble))
    }

    fn open_findings(&self, ids: &[AdvisoryId]) -> Result<Vec<Affected>, StoreError> {
        read::open_findings(&self.connection, ids).map_err(|trouble| self.wrong(&trouble))
    }

    fn detections(&self) -> Result<Vec<Detection>, StoreError> {
        read::detections(&self.connection).map_err(|trouble| self.wrong(&trouble))
    }

    fn runs(&self, most: usize) -> Result<Vec<PastRun>, StoreError> {
        read::runs(&self.connection, most).map_err(|trouble| self.wrong(&trouble))
    }

    fn portfolio(&self) -> Result<Vec<Card>, StoreError> {
        read::portfolio(&self.connection).map_err(|trouble| self.wrong(&trouble))
    }

    fn vacuum(&mut self, fence: Fence, before: Option<Timestamp>) -> Result<Forgotten, StoreError> {
        let forgotten = self.fenced(fence, |step, numbers| {
            numbers.clear();
            write::forget(step, before)
        })?;
        let done = self.connection.execute_batch("VACUUM");
        done.map_err(|error| self.wrong(&error.into()))?;
        Ok(forgotten)
    }
}
