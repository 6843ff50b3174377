//! The commands that ask the store: `status`, `events`, `where`, `export`; and `backup`, `vacuum`.

use std::fmt::Display;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::run::owner;
use super::store_args::{
    BackupArgs, EventForm, EventsArgs, ExportArgs, ExportForm, Form, Place, PlacesArgs, StatusArgs,
    VacuumArgs,
};
use super::store_at::{StoreAt, failure};
use crate::audit::digest::Digest;
use crate::audit::search::Search;
use crate::audit::store::{Claim, Store, Wanted, steadily};
use crate::cli::args::Color;
use crate::cli::{Failure, output, settings};
use crate::config::Settings;
use crate::files::{self, Draft};
use crate::judge::gate::Class;
use crate::report::audit::{
    ExportError, NAMED, Told, export as write_all, export_parquet, json, table,
};
use crate::report::count;

/// How long changes without a run may take.
const LEASE: SignedDuration = SignedDuration::from_secs(3600);

fn memory(place: &Place) -> Result<(StoreAt, Settings), Failure> {
    let settings = settings::configured(place.config.as_deref())?;
    Ok((StoreAt::of(&place.store, &settings)?, settings))
}

fn open(place: &Place) -> Result<Box<dyn Store>, Failure> {
    memory(place)?.0.read().map_err(failure)
}

fn told(command: &'static str, now: Timestamp) -> Told<'static> {
    Told { command, now, digest: None, done: None, is_dry: false, reasons: &[], answer: None }
}

fn print(told: &Told<'_>, form: Form, color: Color) -> Class {
    let mut bytes = Vec::new();
    output::finish(match form {
        Form::Json => json(told, &mut bytes).and_then(|()| output::print_all(&bytes)),
        Form::Table => table(told, &mut bytes).and_then(|()| output::print(&bytes, color)),
    })
}

pub(super) fn status(args: &StatusArgs) -> Result<Class, Failure> {
    let store = open(&args.place)?;
    let now = settings::now(args.now)?;
    // no run has this number: how things stand, and not what happened
    let nothing = Wanted { run: Some(0), ..Wanted::default() };
    let digest = steadily(&*store, |store| Digest::of(store, &nothing)).map_err(failure)?;
    let told = Told { digest: Some(&digest), ..told("status", now) };
    Ok(print(&told, args.format, args.color))
}

pub(super) fn events(args: &EventsArgs) -> Result<Class, Failure> {
    let store = open(&args.place)?;
    let now = settings::now(args.now)?;
    let wanted = Wanted {
        since: args.since,
        product: args.product.clone(),
        kind: args.kind,
        // a table names the first and counts all
        most: (args.format == EventForm::Table).then_some(NAMED),
        ..Wanted::default()
    };
    let form = match args.format {
        EventForm::Table => Form::Table,
        EventForm::Json => Form::Json,
        EventForm::Jsonl => {
            let mut bytes = Vec::new();
            for event in store.events(&wanted).map_err(failure)? {
                let line = serde_json::to_string(&event);
                let line = line.map_err(|error| Failure::new(Class::Output, error))?;
                bytes.extend_from_slice(line.as_bytes());
                bytes.push(b'\n');
            }
            return Ok(output::finish(output::print_all(&bytes)));
        }
    };
    let digest = steadily(&*store, |store| Digest::of(store, &wanted)).map_err(failure)?;
    let told = Told { digest: Some(&digest), ..told("events", now) };
    Ok(print(&told, form, args.color))
}

pub(super) fn places(args: &PlacesArgs) -> Result<Class, Failure> {
    let search = Search::parse(&args.what).map_err(|error| Failure::new(Class::Config, error))?;
    let store = open(&args.place)?;
    let answer = steadily(&*store, |store| search.ask(store)).map_err(failure)?;
    let now = settings::now(args.now)?;
    let told = Told { answer: Some((&args.what, &answer)), ..told("where", now) };
    Ok(print(&told, args.format, args.color))
}

pub(super) fn export(args: &ExportArgs) -> Result<Class, Failure> {
    let store = open(&args.place)?;
    match (&args.folder, args.format) {
        (Some(_), Some(ExportForm::Jsonl)) => {
            let text = "lines of JSON go to standard output and into no folder";
            Err(Failure::new(Class::Config, text))
        }
        (Some(folder), _) => parquet(&*store, folder),
        (None, _) => lines(&*store),
    }
}

fn lines(store: &dyn Store) -> Result<Class, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write_all(store, &mut out) {
        Ok(()) => Ok(output::finish(out.flush())),
        Err(ExportError::Write(error)) => Ok(output::finish(Err(error))),
        Err(ExportError::Store(error)) => Err(failure(error)),
    }
}

/// Writes a folder that is there whole or not at all.
fn parquet(store: &dyn Store, folder: &Path) -> Result<Class, Failure> {
    let unwritten =
        |error: &dyn Display| Failure::new(Class::Output, format!("could not write {error}"));
    if files::is_file(folder) || files::is_folder(folder) {
        let text = format!("{} is there already", folder.display());
        return Err(Failure::new(Class::Output, text).with_help("name a folder that is not there"));
    }
    let draft = Draft::create(folder).map_err(|error| unwritten(&error))?;
    let open = |kind: &str| draft.file(&format!("{kind}.parquet")).map_err(io::Error::other);
    let files = export_parquet(store, open).map_err(|error| match error {
        ExportError::Store(error) => failure(error),
        ExportError::Write(error) => unwritten(&format!("{}: {error}", folder.display())),
    })?;
    let made = files.len();
    for file in files {
        file.finish().map_err(|error| unwritten(&error))?;
    }
    draft.publish().map_err(|error| unwritten(&error))?;
    let text = format!("wrote {} into {}\n", count(made, "file"), folder.display());
    Ok(output::finish(output::print(text.as_bytes(), Color::Never)))
}

pub(super) fn backup(args: &BackupArgs) -> Result<Class, Failure> {
    memory(&args.place)?.0.backup(&args.target)?;
    let text = format!("copied to {}\n", args.target.display());
    Ok(output::finish(output::print(text.as_bytes(), Color::Never)))
}

pub(super) fn vacuum(args: &VacuumArgs) -> Result<Class, Failure> {
    let (memory, settings) = memory(&args.place)?;
    // one that is not there is not made
    memory.read().map_err(failure)?;
    let clock = Timestamp::now();
    let mut opened = memory.write(clock)?;
    let store = &mut opened.store;
    let days = args.keep_days.unwrap_or(settings.audit.watch.keep_days);
    let now = settings::now(args.now)?;
    let before = match days {
        0 => None,
        days => now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).ok(),
    };
    let (owner, machine) = owner();
    let clock = clock + store.ahead();
    let claim = Claim { owner: &owner, machine: &machine, now: clock, until: clock + LEASE };
    let fence = store.acquire(&claim).map_err(failure)?;
    let forgotten = store.vacuum(fence, before);
    store.release(fence).map_err(failure)?;
    let forgotten = forgotten.map_err(failure)?;
    let text = format!(
        "forgotten: {}, {}, {}, {}\n",
        count(forgotten.events, "event"),
        count(forgotten.findings, "closed finding"),
        count(forgotten.documents, "document"),
        count(forgotten.releases, "release")
    );
    Ok(output::finish(output::print(text.as_bytes(), Color::Never)))
}
