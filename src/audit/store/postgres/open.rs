//! Opening a store: the session's limits, the version of its tables, and tables of the session's own.

use std::cell::RefCell;
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use postgres::{Client, GenericClient};

use super::schema::{MIGRATIONS, TABLES};
use super::{Postgres, Use};
use crate::audit::store::StoreError;
use crate::audit::store::trouble::Trouble;
use crate::net::postgres::{Server, Trust};

/// No statement hangs, and none waits long for another; a session that stops within a transaction is
/// ended by the server, so that its locks are free before the lease is over.
const LIMITS: &str = "SET statement_timeout = '120s'; SET lock_timeout = '20s';
    SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = 'warning';
    SET search_path = bomvet, pg_temp";

/// Two that make or change the tables at once wait for each other here.
const MIGRATING: i64 = 0x626f_6d76_6574_0002;

/// The newest version of the tables that this bomvet knows.
const KNOWN: usize = MIGRATIONS.len();

impl Postgres {
    /// Opens a store to read and write, and makes its tables where there are none.
    ///
    /// # Errors
    /// When there is no connection, the tables cannot be made, or they are those of a newer bomvet.
    pub fn create(
        server: &Server,
        trust: &Trust,
        clock: &dyn Fn() -> Timestamp,
    ) -> Result<Self, StoreError> {
        let mut store = Self::connect(server, trust, Use::Write)?;
        let there = store
            .client
            .get_mut()
            .query_one("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint", &[]);
        let there = there.and_then(|row| row.try_get(0)).map_err(|e| store.wrong(e.into()))?;
        store.ahead = SignedDuration::from_secs(there) - clock().as_duration();
        let done = store.migrate();
        done.map_err(|trouble| store.wrong(trouble))??;
        Ok(store)
    }

    /// Opens a store that is there, to read: nothing is made and nothing is changed.
    ///
    /// # Errors
    /// When there is no connection, no store, or that of another version.
    pub fn open(server: &Server, trust: &Trust) -> Result<Self, StoreError> {
        let mut store = Self::connect(server, trust, Use::Read)?;
        match store.version()? {
            None => return Err(StoreError::Missing { path: store.name }),
            Some(found) if found < KNOWN => {
                let (found, known) = (signed(found), signed(KNOWN));
                return Err(StoreError::Older { path: store.name, found, known });
            }
            Some(_) => {}
        }
        let done = store.client.get_mut().batch_execute("SET default_transaction_read_only = on");
        done.map_err(|error| store.wrong(error.into()))?;
        Ok(store)
    }

    /// A copy in tables that end with the session: for runs that shall leave no trace. Where there is no
    /// store, an empty one.
    ///
    /// # Errors
    /// When there is no connection, or the store is there and cannot be copied.
    pub fn scratch(server: &Server, trust: &Trust) -> Result<Self, StoreError> {
        let mut store = Self::connect(server, trust, Use::Scratch)?;
        let found = store.version()?;
        let copied = copy(store.client.get_mut(), found);
        copied.map_err(|trouble| store.wrong(trouble))?;
        Ok(store)
    }

    fn connect(server: &Server, trust: &Trust, is_for: Use) -> Result<Self, StoreError> {
        let name = server.to_string();
        let failed = |cause: String| StoreError::Unusable { path: name.clone(), cause };
        let mut client = server.connect(trust).map_err(|cause| failed(cause.to_string()))?;
        client.batch_execute(LIMITS).map_err(|error| Trouble::from(error).of(&name))?;
        Ok(Self {
            client: RefCell::new(client),
            name,
            is_for,
            is_guarded: false,
            ahead: SignedDuration::ZERO,
            numbers: HashMap::new(),
        })
    }

    /// The version of the tables, if there are some that this bomvet may use.
    fn version(&mut self) -> Result<Option<usize>, StoreError> {
        let found = version(self.client.get_mut()).map_err(|trouble| self.wrong(trouble))?;
        self.known(found)
    }

    fn known(&self, found: Option<i64>) -> Result<Option<usize>, StoreError> {
        match found.map(usize::try_from) {
            None | Some(Ok(0)) => Ok(None),
            Some(Ok(found)) if found <= KNOWN => Ok(Some(found)),
            _ => Err(StoreError::Newer {
                path: self.name.clone(),
                found: found.unwrap_or_default(),
                known: signed(KNOWN),
            }),
        }
    }

    /// Brings the tables to the newest version, all steps or none.
    fn migrate(&mut self) -> Result<Result<(), StoreError>, Trouble> {
        let found = version(self.client.get_mut())?;
        match self.known(found) {
            Ok(Some(found)) if found == KNOWN => return Ok(Ok(())),
            Ok(_) => {}
            Err(error) => return Ok(Err(error)),
        }
        let mut step = self.client.get_mut().transaction()?;
        step.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATING])?;
        // who may use the schema need not be one who may make it
        if step.query_one("SELECT to_regnamespace('bomvet') IS NULL", &[])?.try_get(0)? {
            step.batch_execute("CREATE SCHEMA bomvet")?;
        }
        let found = usize::try_from(version(&mut step)?.unwrap_or_default()).unwrap_or(KNOWN);
        if found == 0 {
            let sql = "CREATE TABLE IF NOT EXISTS version (number BIGINT NOT NULL)";
            step.batch_execute(sql)?;
        }
        for script in MIGRATIONS.iter().skip(found) {
            step.batch_execute(script)?;
        }
        step.execute("DELETE FROM version", &[])?;
        step.execute("INSERT INTO version VALUES ($1)", &[&signed(KNOWN)])?;
        step.commit()?;
        Ok(Ok(()))
    }
}

fn signed(version: usize) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

/// The version that the tables say they have.
fn version(client: &mut impl GenericClient) -> Result<Option<i64>, Trouble> {
    let there = client.query_one("SELECT to_regclass('bomvet.version') IS NOT NULL", &[])?;
    if !there.try_get::<_, bool>(0)? {
        return Ok(None);
    }
    let found = client.query_opt("SELECT number FROM bomvet.version", &[])?;
    Ok(found.map(|row| row.try_get(0)).transpose()?)
}

/// Makes the tables as the session's own, with the rows of those of that version, as they are at one
/// moment.
fn copy(client: &mut Client, found: Option<usize>) -> Result<(), Trouble> {
    client.batch_execute("SET search_path = pg_temp")?;
    let step = client.build_transaction();
    let mut step = step.isolation_level(postgres::IsolationLevel::RepeatableRead).start()?;
    let (old, new) = MIGRATIONS.split_at(found.unwrap_or_default().min(KNOWN));
    old.iter().try_for_each(|script| step.batch_execute(script))?;
    if found.is_some() {
        step.batch_execute("DELETE FROM lease")?;
        for table in TABLES {
            step.batch_execute(&format!("INSERT INTO {table} SELECT * FROM bomvet.{table}"))?;
        }
    }
    new.iter().try_for_each(|script| step.batch_execute(script))?;
    // whoever is at work there is not at work here; new events follow those that are there
    step.batch_execute(
        "UPDATE lease SET owner = '';
         SELECT setval(pg_get_serial_sequence('event', 'seq'), max(seq)) FROM event HAVING count(*) > 0",
    )?;
    Ok(step.commit()?)
}
