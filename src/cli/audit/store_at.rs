//! Where the memory of audits is, and how commands open it: to read, to write, or to leave no trace.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::store_args::StoreArgs;
use crate::audit::store::{Postgres, Sqlite, Store, StoreError};
use crate::cli::{Failure, network};
use crate::config::Settings;
use crate::files::{self, Lock, Sharing};
use crate::judge::gate::Class;
use crate::net::postgres::{Server, Trust};

/// The store where nobody names one.
const STORE: &str = "bomvet-audit.sqlite";

/// How often somebody who waits looks again.
pub(super) const PAUSE: Duration = Duration::from_secs(1);

/// Where a store is.
pub(super) enum StoreAt {
    File(PathBuf),
    Server(Box<Server>, Trust),
}

/// A store that is open to write.
pub(super) struct Writable {
    pub(super) store: Box<dyn Store>,
    /// Keeps other processes of this machine away from a file, as long as it lives.
    _lock: Option<Lock>,
}

impl StoreAt {
    /// The option, the configuration, a file beside the configuration.
    pub(super) fn of(args: &StoreArgs, settings: &Settings) -> Result<Self, Failure> {
        let configured = settings.audit.watch.store.as_deref();
        let named = args.store.as_deref();
        let text = named.map_or(configured, Path::to_str);
        if let Some(url) = text.filter(|text| Server::is_named(text)) {
            return server(url, settings);
        }
        let beside = || network::beside_configuration(settings, configured.unwrap_or(STORE));
        Ok(Self::File(named.map_or_else(beside, Path::to_owned)))
    }

    /// Opens what is there, to read.
    pub(super) fn read(&self) -> Result<Box<dyn Store>, StoreError> {
        Ok(match self {
            Self::File(path) => Box::new(Sqlite::open(path)?),
            Self::Server(server, trust) => Box::new(Postgres::open(server, trust)?),
        })
    }

    /// A copy that ends with the command.
    pub(super) fn scratch(&self) -> Result<Writable, Failure> {
        let store: Box<dyn Store> = match self {
            Self::File(path) => Box::new(Sqlite::scratch(path).map_err(failure)?),
            Self::Server(server, trust) => {
                Box::new(Postgres::scratch(server, trust).map_err(failure)?)
            }
        };
        Ok(Writable { store, _lock: None })
    }

    /// Opens the store to write, and makes it where there is none. Whoever has a file's lock is waited
    /// for until that moment; with a server the lease tells who is at work.
    pub(super) fn write(&self, until: Timestamp) -> Result<Writable, Failure> {
        match self {
            Self::File(path) => {
                let lock = Some(lock(path, until)?);
                let store = Box::new(Sqlite::create(path).map_err(failure)?);
                Ok(Writable { store, _lock: lock })
            }
            Self::Server(server, trust) => {
                let store = Postgres::create(server, trust, &Timestamp::now).map_err(failure)?;
                Ok(Writable { store: Box::new(store), _lock: None })
            }
        }
    }

    /// Writes a copy of the store into a new file.
    pub(super) fn backup(&self, target: &Path) -> Result<(), Failure> {
        let Self::File(path) = self else {
            let text = "a store in PostgreSQL is copied by PostgreSQL itself";
            return Err(Failure::new(Class::Config, text)
                .with_help("use `pg_dump --schema=bomvet`, or `bomvet audit export`"));
        };
        let store = Sqlite::open(path).map_err(failure)?;
        store.backup(target).map_err(|error| {
            Failure::new(Class::Output, format!("could not write the copy: {error}"))
        })
    }
}

/// A database of a server: with its password from the address, a file, or a variable.
fn server(url: &str, settings: &Settings) -> Result<StoreAt, Failure> {
    let config = |text: String| Failure::new(Class::Config, text);
    let server = Server::parse(url)
        .map_err(|error| config(format!("the address of the audit store {error}")))?;
    let read = |what: &str, name: &str| {
        files::read(&network::beside_configuration(settings, name))
            .map_err(|error| config(format!("could not read {what} {error}")))
    };
    let watch = &settings.audit.watch;
    let password = match (&watch.password_file, &watch.password_env) {
        _ if server.has_password() => None,
        (Some(name), _) => {
            let text = String::from_utf8(read("audit.store_password_file", name)?);
            let text = text.map_err(|_| config(format!("{name} holds no password in UTF-8")))?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        (None, Some(name)) => Some(std::env::var(name).map_err(|_| {
            config(format!("the variable {name} of audit.store_password_env is not set"))
        })?),
        (None, None) => std::env::var("PGPASSWORD").ok(),
    };
    let trust = match (server.roots(), &settings.net.ca_file) {
        (Some(name), _) => Trust::Only(read("sslrootcert", name)?),
        (None, Some(name)) => Trust::SystemAnd(read("net.ca_file", name)?),
        (None, None) => Trust::System,
    };
    let server = match password {
        Some(password) => server.with_password(&password),
        None => server,
    };
    Ok(StoreAt::Server(Box::new(server), trust))
}

/// Keeps other processes of this machine away from a file, once they are done.
fn lock(store: &Path, until: Timestamp) -> Result<Lock, Failure> {
    let mut name = store.as_os_str().to_owned();
    name.push(".lock");
    let unwritten = |error| Failure::new(Class::Output, format!("could not write {error}"));
    loop {
        if let Some(lock) = Lock::attempt(Path::new(&name), Sharing::Alone).map_err(unwritten)? {
            return Ok(lock);
        }
        if Timestamp::now() >= until {
            let text = format!("another audit is running on this machine with {}", store.display());
            return Err(Failure::new(Class::Output, text).with_help(AT_WORK));
        }
        std::thread::sleep(PAUSE);
    }
}

/// What helps while another audit runs.
const AT_WORK: &str = "wait for it, with --wait SECONDS; what it wrote is not lost";

/// A failure of the store.
pub(super) fn failure(error: StoreError) -> Failure {
    let help = match &error {
        StoreError::Busy { .. } => Some(AT_WORK),
        StoreError::Missing { .. } => Some("make it with `bomvet audit run`"),
        StoreError::Older { .. } => Some("the next `bomvet audit run` brings it up to date"),
        StoreError::Newer { .. } => Some("use the newer bomvet"),
        StoreError::Lost | StoreError::Unusable { .. } => None,
    };
    let failure = Failure::new(error.class(), error);
    match help {
        Some(help) => failure.with_help(help),
        None => failure,
    }
}
