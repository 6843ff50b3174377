//! `bomvet db update`: fetches the configured advisory data.

use std::fmt::Write;
use std::path::Path;

use jiff::Timestamp;

use super::args::UpdateArgs;
use super::run_import;
use crate::advisory::import::{Given, Import};
use crate::advisory::store::Store;
use crate::advisory::update::{self, Download, UpdateCause, UpdateError};
use crate::cli::args::Color;
use crate::cli::{Failure, network, output, settings};
use crate::config::Settings;
use crate::files::{self, Lock, Sharing};
use crate::judge::gate::Class;
use crate::net::{Client, Clock};
use crate::report::plain;

/// The folder of what was fetched, in that of the data.
const DOWNLOADS: &str = "downloads";

/// What is true after every failure here.
const UNCHANGED: &str = "the data that was there is unchanged";

pub(super) fn run(args: &UpdateArgs) -> Result<Class, Failure> {
    let settings = settings::configured(args.config.as_deref())?;
    if settings.sources.is_empty() {
        return Err(Failure::new(Class::Config, "no data source is configured")
            .with_help("name addresses as [[data.source]] in bomvet.toml; none is built in"));
    }
    let home = settings::home(args.place.db.as_deref())?;
    let now = settings::now(args.now)?;
    let downloads = fetch(&settings, &home.join(DOWNLOADS))?;
    let told = output::finish(output::print(tell(&downloads).as_bytes(), Color::Never));
    if !args.force && is_current(&home, &downloads) {
        let text = "nothing changed: the data that was there is the newest\n";
        return Ok(told.max(output::finish(output::print(text.as_bytes(), Color::Never))));
    }
    let given = |one: &Download| Given { name: one.name.clone(), path: one.path.clone() };
    let sources: Vec<Given> = downloads.iter().map(given).collect();
    let import = Import { home: &home, sources: &sources, as_of: None, now };
    let imported = run_import(&import, args.verbose);
    if imported.is_err() {
        // it may have been damaged on its way here: the next update fetches it anew
        update::distrust(&downloads)
            .map_err(|error| Failure::new(Class::Output, format!("could not write {error}")))?;
    }
    Ok(told.max(imported?))
}

/// Fetches all sources, or none counts.
fn fetch(settings: &Settings, folder: &Path) -> Result<Vec<Download>, Failure> {
    let unwritten = |error| {
        Failure::new(Class::Output, format!("could not write {error}")).with_help(UNCHANGED)
    };
    files::make_folder(folder).map_err(unwritten)?;
    let lock = folder.join("lock");
    let taken = Lock::attempt(&lock, Sharing::Alone).map_err(unwritten)?;
    let _lock = match taken {
        Some(lock) => lock,
        None => {
            eprintln!("note: waiting for another update to end");
            Lock::wait(&lock, Sharing::Alone).map_err(unwritten)?
        }
    };
    let clock = Clock { now: &Timestamp::now, sleep: &std::thread::sleep };
    let client = Client::new(network::options(settings)?, clock)
        .map_err(|cause| Failure::new(Class::Config, cause).with_help("see [net]"))?;
    let fetched = settings.sources.iter().map(|source| {
        update::fetch(source, folder, &client)
            .map_err(|error| failure(settings, source.line, &error))
    });
    fetched.collect()
}

fn failure(settings: &Settings, line: usize, error: &UpdateError) -> Failure {
    let class = match &error.cause {
        UpdateCause::Address(_) => Class::Config,
        UpdateCause::Net(_) | UpdateCause::OtherContent { .. } => Class::Data,
        UpdateCause::File(_) => Class::Output,
    };
    let help = match &error.cause {
        UpdateCause::Address(_) => Some("use https; allow_http = true allows plain http"),
        UpdateCause::Net(error) => error.help(),
        UpdateCause::OtherContent { .. } | UpdateCause::File(_) => None,
    };
    let message = match (class, &settings.path) {
        (Class::Config, Some(path)) => format!("{path}:{line}: {error}"),
        _ => error.to_string(),
    };
    let help = help.map_or_else(|| UNCHANGED.to_owned(), |help| format!("{help}; {UNCHANGED}"));
    Failure::new(class, message).with_help(&help)
}

/// Whether the data was made by this bomvet of just these files.
fn is_current(home: &Path, downloads: &[Download]) -> bool {
    let Ok(Some(store)) = Store::open(home) else { return false };
    store.is_made_of(downloads.iter().map(|one| (one.name.as_str(), one.sha256.as_str())))
}

fn tell(downloads: &[Download]) -> String {
    let mut text = String::new();
    for download in downloads {
        let what = match download.fetched {
            None => "unchanged".to_owned(),
            Some(bytes) => format!("fetched, {bytes} bytes"),
        };
        let _ = writeln!(text, "{}: {what}", plain(&download.name));
    }
    text
}
