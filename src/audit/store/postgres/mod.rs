//! The memory in a PostgreSQL database, in a schema of its own: for teams, and for workers on several
//! machines.
//!
//! One worker writes at a time. It has the lease, whose token every write checks, and its session holds
//! a lock of the server: where that lock is free the holder is dead, and the next one need not wait for
//! the end of the lease. A holder whose session lives and that gives no sign of life is replaced when
//! the lease ends; what it writes later is refused. Rows are asked for and written many at once, since
//! each question goes over the network.

mod open;
mod read;
mod schema;
mod text;
mod write;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use postgres::error::SqlState;
use postgres::{Client, Row, Transaction};

use super::trouble::Trouble;
use super::{
    Affected, Claim, Closing, Detection, DocumentId, Fence, Forgotten, Holder, Known, Line, NewRun,
    News, Outcome, PastRun, Record, ReleaseId, Run, Score, Store, StoreError, Wanted,
};
use crate::audit::condition::Condition;
use crate::audit::event::Event;
use crate::audit::portfolio::Card;
use crate::audit::state::{DocumentState, Held, Release};
use crate::config::EventKind;
use crate::ids::AdvisoryId;

/// The number of the lock that a writer's session holds; locks are the database's own.
const LOCK: i64 = 0x626f_6d76_6574_0001;

/// How long a session that just ended may still hold its lock.
const LINGERING: &str = "SET LOCAL lock_timeout = '1s'";

/// What an open store is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// To read and write.
    Write,
    /// To read.
    Read,
    /// To forget: its tables are the session's own.
    Scratch,
}

/// An open store.
pub struct Postgres {
    client: RefCell<Client>,
    name: String,
    is_for: Use,
    /// Whether this session has the lock of writers.
    is_guarded: bool,
    /// By how much the server's clock is ahead of this machine's.
    ahead: SignedDuration,
    /// The numbers of releases that were seen.
    numbers: HashMap<Release, ReleaseId>,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Postgres({})", self.name)
    }
}

impl Postgres {
    fn wrong(&self, trouble: Trouble) -> StoreError {
        trouble.of(&self.name)
    }

    fn read<T>(
        &self,
        question: impl FnOnce(&mut Client) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        question(&mut self.client.borrow_mut()).map_err(|trouble| self.wrong(trouble))
    }

    /// Does something in one transaction that only the holder of the lease may do. The row of the lease
    /// stays locked until its end, so that nobody takes the lease over in between.
    fn fenced<T>(
        &mut self,
        fence: Fence,
        work: impl FnOnce(&mut Transaction<'_>, &mut HashMap<Release, ReleaseId>) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let numbers = &mut self.numbers;
        let step = |client: &mut Client| -> Result<Option<T>, Trouble> {
            let mut step = client.transaction()?;
            let sql = "UPDATE lease SET until = $2 WHERE token = $1 AND owner <> ''";
            if step.execute(sql, &[&fence.token, &fence.until.as_second()])? == 0 {
                return Ok(None);
            }
            let done = work(&mut step, numbers)?;
            step.commit()?;
            Ok(Some(done))
        };
        let done = step(self.client.get_mut());
        // what was not written must not be taken for known
        if done.is_err() {
            self.numbers.clear();
        }
        done.map_err(|trouble| self.wrong(trouble))?.ok_or(StoreError::Lost)
    }

    /// Takes the lock of writers, unless another session has it.
    fn guard(&mut self) -> Result<(), Trouble> {
        if self.is_guarded || self.is_for != Use::Write {
            return Ok(());
        }
        let mut step = self.client.get_mut().transaction()?;
        step.batch_execute(LINGERING)?;
        match step.execute("SELECT pg_advisory_lock($1)", &[&LOCK]) {
            Ok(_) => self.is_guarded = true,
            Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        Ok(step.commit()?)
    }

    fn lease(&mut self, claim: &Claim<'_>) -> Result<Result<Fence, StoreError>, Trouble> {
        self.guard()?;
        let is_guarded = self.is_guarded;
        let mut step = self.client.get_mut().transaction()?;
        let seen = Lease::of(&step.query_one(HELD, &[])?)?;
        if !seen.is_over(claim, is_guarded) {
            return Ok(Err(seen.busy()));
        }
        // two that come at once wait for each other here, and for whoever stalled while it wrote
        let held = match step.query_one(&format!("{HELD} FOR UPDATE"), &[]) {
            Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                return Ok(Err(seen.busy()));
            }
            row => Lease::of(&row?)?,
        };
        if !held.is_over(claim, is_guarded) {
            return Ok(Err(held.busy()));
        }
        let token = held.token + 1;
        step.execute(
            "UPDATE lease SET owner = $1, guarded = $2, token = $3, until = $4",
            &[&text::kept(claim.owner), &is_guarded, &token, &claim.until.as_second()],
        )?;
        step.commit()?;
        Ok(Ok(Fence { token, until: claim.until }))
    }
}

/// Asks for the lease.
const HELD: &str = "SELECT owner, guarded, token, until FROM lease";

/// The lease as it is.
struct Lease {
    owner: String,
    /// Whether the holder's session had the lock of writers.
    was_guarded: bool,
    token: i64,
    until: i64,
}

impl Lease {
    fn of(row: &Row) -> Result<Self, Trouble> {
        Ok(Self {
            owner: text::told(row.try_get(0)?),
            was_guarded: row.try_get(1)?,
            token: row.try_get(2)?,
            until: row.try_get(3)?,
        })
    }

    /// Whether nobody has it: it was given back, it ended, or the lock of its holder is ours.
    fn is_over(&self, claim: &Claim<'_>, is_guarded: bool) -> bool {
        let is_dead = is_guarded && self.was_guarded;
        self.owner.is_empty() || self.until <= claim.now.as_second() || is_dead
    }

    fn busy(self) -> StoreError {
        let until = Timestamp::from_second(self.until).unwrap_or(Timestamp::MAX);
        StoreError::Busy { owner: self.owner, until }
    }
}

impl Store for Postgres {
    fn place(&self) -> String {
        self.name.clone()
    }

    fn ahead(&self) -> SignedDuration {
        self.ahead
    }

    fn acquire(&mut self, claim: &Claim<'_>) -> Result<Fence, StoreError> {
        let done = self.lease(claim);
        done.map_err(|trouble| self.wrong(trouble))?
    }

    fn release(&mut self, fence: Fence) -> Result<(), StoreError> {
        self.fenced(fence, |step, _| {
            step.execute("UPDATE lease SET owner = ''", &[])?;
            Ok(())
        })?;
        if std::mem::take(&mut self.is_guarded) {
            self.read(|client| Ok(client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK])?))?;
        }
        Ok(())
    }

    fn begin(&mut self, fence: Fence, run: &NewRun<'_>) -> Result<Run, StoreError> {
        self.fenced(fence, |step, _| write::begin(step, run))
    }

    fn steady(&self, ask: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        // it holds no lock that another waits for, and may think for long between two questions
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
                     SET LOCAL idle_in_transaction_session_timeout = '15min'";
        self.read(|client| Ok(client.batch_execute(begin)?))?;
        let asked = ask();
        let ended = self.read(|client| Ok(client.batch_execute("ROLLBACK")?));
        asked.and(ended)
    }

    fn releases(&self) -> Result<Vec<(ReleaseId, Release, Outcome)>, StoreError> {
        self.read(read::releases)
    }

    fn scores(&self) -> Result<Vec<Score>, StoreError> {
        self.read(read::scores)
    }

    fn advance(&mut self, fence: Fence, news: &News) -> Result<usize, StoreError> {
        self.fenced(fence, |step, _| write::advance(step, news))
    }

    fn documents(&self) -> Result<Vec<Known>, StoreError> {
        self.read(read::documents)
    }

    fn document(&self, id: DocumentId) -> Result<DocumentState, StoreError> {
        self.read(|client| read::document(client, id))
    }

    fn findings(&self, id: DocumentId) -> Result<Vec<Held>, StoreError> {
        self.read(|client| read::findings(client, id))
    }

    fn record(&mut self, fence: Fence, records: &[Record]) -> Result<(), StoreError> {
        self.fenced(fence, |step, numbers| write::record(step, numbers, records))
    }

    fn stamp(&mut self, fence: Fence, stamps: &[(DocumentId, String)]) -> Result<(), StoreError> {
        self.fenced(fence, |step, _| write::stamp(step, stamps))
    }

    fn overview(&self) -> Result<Vec<Line>, StoreError> {
        self.read(read::overview)
    }

    fn conditions(&self) -> Result<Vec<Condition>, StoreError> {
        self.read(read::conditions)
    }

    fn finish(&mut self, fence: Fence, run: u64, closing: &Closing) -> Result<(), StoreError> {
        self.fenced(fence, |step, _| write::finish(step, run, closing))
    }

    fn events(&self, wanted: &Wanted) -> Result<Vec<Event>, StoreError> {
        self.read(|client| read::events(client, wanted))
    }

    fn count_events(&self, wanted: &Wanted) -> Result<BTreeMap<EventKind, usize>, StoreError> {
        self.read(|client| read::count_events(client, wanted))
    }

    fn holders(
        &self,
        package: (&str, &str),
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Holder>, StoreError> {
        self.read(|client| read::holders(client, package, wanted))
    }

    fn open_findings(&self, ids: &[AdvisoryId]) -> Result<Vec<Affected>, StoreError> {
        self.read(|client| read::open_findings(client, ids))
    }

    fn detections(&self) -> Result<Vec<Detection>, StoreError> {
        self.read(read::detections)
    }

    fn runs(&self, most: usize) -> Result<Vec<PastRun>, StoreError> {
        self.read(|client| read::runs(client, most))
    }

    fn portfolio(&self) -> Result<Vec<Card>, StoreError> {
        self.read(read::portfolio)
    }

    fn vacuum(&mut self, fence: Fence, before: Option<Timestamp>) -> Result<Forgotten, StoreError> {
        let forgotten = self.fenced(fence, |step, numbers| {
            numbers.clear();
            write::forget(step, before)
        })?;
        self.read(|client| {
            client.batch_execute("SET statement_timeout = 0")?;
            for table in schema::TABLES {
                client.batch_execute(&format!("VACUUM (ANALYZE) {table}"))?;
            }
            Ok(())
        })?;
        Ok(forgotten)
    }

    fn delivered(&self) -> Result<Option<String>, StoreError> {
        self.read(|client| {
            let found = client.query_opt("SELECT delivered FROM note", &[])?;
            Ok(found.map(|row| row.try_get(0)).transpose()?)
        })
    }

    fn deliver(&self, note: &str) -> Result<(), StoreError> {
        self.read(|client| {
            let sql = "INSERT INTO note (one, delivered) VALUES (1, $1)
                       ON CONFLICT (one) DO UPDATE SET delivered = $1";
            client.execute(sql, &[&note])?;
            Ok(())
        })
    }
}
