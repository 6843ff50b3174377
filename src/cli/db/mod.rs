//! `bomvet db`: the imported advisory data.

pub(super) mod args;
mod update;

use std::io;
use std::path::{Path, PathBuf};

use super::{Failure, output, settings};
use crate::advisory::database::Database;
use crate::advisory::import::{Given, Import, ImportError, Imported};
use crate::advisory::store::{self, Published, Store, diff};
use crate::config::Settings;
use crate::files;
use crate::ids::AdvisoryId;
use crate::ingest;
use crate::judge::gate::Class;
use crate::matching::drift;
use crate::pipeline::{self, Audit};
use crate::purl::Purl;
use crate::report::{self, plain};
use args::{CompareArgs, DbArgs, DbCommand, Form, ImportArgs, Place, Print, ShowArgs, StatusArgs};

/// How many remarks of an import are named; `--verbose` names all.
const NAMED: usize = 20;

pub(super) fn run(args: &DbArgs) -> Result<Class, Failure> {
    match &args.command {
        DbCommand::Import(args) => import(args),
        DbCommand::Update(args) => update::run(args),
        DbCommand::Status(args) => status(args),
        DbCommand::Verify(place) => verify(place),
        DbCommand::Show(args) => show(args),
        DbCommand::Diff(args) => compare(args),
    }
}

fn import(args: &ImportArgs) -> Result<Class, Failure> {
    let home = settings::home(args.place.db.as_deref())?;
    let now = settings::now(args.now)?;
    let sources: Vec<Given> = args.sources.iter().map(Given::from).collect();
    let import = Import { home: &home, sources: &sources, as_of: args.as_of, now };
    run_import(&import, args.verbose)
}

/// Imports and tells what came of it.
fn run_import(import: &Import<'_>, verbose: bool) -> Result<Class, Failure> {
    let waits = || eprintln!("note: waiting for another import to end");
    let imported = import.run(waits).map_err(|error| match error {
        ImportError::Write(_) => Failure::new(Class::Output, error),
        ImportError::Source(_) => Failure::new(Class::Data, error),
    });
    let Imported { manifest, remarks } =
        imported.map_err(|failure| failure.with_help("the data that was there is unchanged"))?;
    let named = if verbose { remarks.len() } else { NAMED };
    for remark in remarks.iter().take(named) {
        eprintln!("warning: {}", plain(remark));
    }
    if remarks.len() > named {
        let more = remarks.len() - named;
        eprintln!("warning: and {more} more: `bomvet db status --verbose` lists them");
    }
    let mut bytes = Vec::new();
    let made = report::db::imported(&manifest, import.home, &mut bytes);
    Ok(output::finish(made.and_then(|()| output::print(&bytes, super::args::Color::Auto))))
}

/// The data of a folder, which must be there.
fn open(place: &Place) -> Result<Store, Failure> {
    let home = settings::home(place.db.as_deref())?;
    Store::open(&home)?.ok_or_else(|| {
        Failure::new(Class::Data, format!("no advisory data was imported to {}", home.display()))
            .with_help("import some with `bomvet db import`")
    })
}

fn print(made: io::Result<()>, bytes: &[u8], print: &Print) -> Class {
    output::finish(made.and_then(|()| output::print(bytes, print.color)))
}

fn status(args: &StatusArgs) -> Result<Class, Failure> {
    let store = open(&args.place)?;
    let now = settings::now(args.now)?;
    let remarks = if args.verbose { store.remarks()? } else { Vec::new() };
    let status = report::db::Status::new(&store, now, args.verbose.then_some(&remarks));
    let mut bytes = Vec::new();
    let made = match args.print.format {
        Form::Table => status.table(&mut bytes),
        Form::Json => status.json(&mut bytes),
    };
    Ok(print(made, &bytes, &args.print))
}

fn verify(place: &Place) -> Result<Class, Failure> {
    let store = open(place)?;
    let verified = store.verify()?;
    let text = report::db::verified(&verified);
    Ok(output::finish(output::print(text.as_bytes(), super::args::Color::Never)))
}

fn show(args: &ShowArgs) -> Result<Class, Failure> {
    let store = open(&args.place)?;
    let found = find(&store, &args.what)?;
    if found.is_empty() {
        let message = format!("no imported record has or speaks of {}", args.what);
        return Err(Failure::new(Class::Data, message));
    }
    let mut bytes = Vec::new();
    let made = match args.print.format {
        Form::Table => report::db::records_table(&found, &mut bytes),
        Form::Json => report::db::records_json(&found, &mut bytes),
    };
    Ok(print(made, &bytes, &args.print))
}

fn find(store: &Store, what: &str) -> Result<Vec<Published>, Failure> {
    let config = |message: String| Failure::new(Class::Config, message);
    if !what.to_ascii_lowercase().starts_with("pkg:") {
        let id = AdvisoryId::new(what).ok_or_else(|| config("the identifier is empty".into()))?;
        return Ok(store.published(&id)?);
    }
    let purl = Purl::parse(what)
        .map_err(|error| config(format!("\"{what}\" is no package URL: {error}")))?;
    let package = purl.package("").ok_or_else(|| {
        config(format!("packages of type \"{}\" are in no advisory ecosystem", purl.kind()))
    })?;
    Ok(store.about(&package.ecosystem, &package.name)?)
}

fn compare(args: &CompareArgs) -> Result<Class, Failure> {
    let (old, new) = sides(args)?;
    let changes = diff::compare(&old, &new)?;
    let now = settings::now(args.now)?;
    let (was, is) = (old.manifest().clone(), new.manifest().clone());
    let mut findings = Vec::new();
    if !args.sbom.is_empty() {
        let (before, after) = (audit(args, old, now)?, audit(args, new, now)?);
        let findings_of =
            |audit: &Audit| audit.judged.iter().map(|j| j.finding.clone()).collect::<Vec<_>>();
        findings = drift::between(
            (&findings_of(&before), &before.inventory),
            (&findings_of(&after), &after.inventory),
            &changes,
        );
    }
    let asked = (!args.sbom.is_empty()).then_some(findings.as_slice());
    let mut bytes = Vec::new();
    let made = match args.print.format {
        Form::Table => report::db::changes_table((&was, &is), &changes, asked, &mut bytes),
        Form::Json => report::db::changes_json((&was, &is), &changes, asked, &mut bytes),
    };
    Ok(print(made, &bytes, &args.print))
}

/// The two that are compared: as named, else the last two imports.
fn sides(args: &CompareArgs) -> Result<(Store, Store), Failure> {
    if let (Some(old), Some(new)) = (&args.old, &args.new) {
        return Ok((side(old)?, side(new)?));
    }
    let home = settings::home(args.place.db.as_deref())?;
    let new = open(&args.place)?;
    let all = store::generations(&home).map_err(store::StoreError::from)?;
    let before: Option<&PathBuf> = all.iter().rfind(|folder| *folder < &new.folder().to_owned());
    let old = before.ok_or_else(|| {
        let message = format!("{} holds one import alone", home.display());
        Failure::new(Class::Data, message).with_help("name two folders of data")
    })?;
    Ok((Store::generation(old, None)?, new))
}

fn side(path: &Path) -> Result<Store, Failure> {
    if files::is_file(&path.join("manifest.json")) {
        return Ok(Store::generation(path, None)?);
    }
    open(&Place { db: Some(path.to_owned()) })
}

/// What the data of one side alone finds.
fn audit(args: &CompareArgs, store: Store, now: jiff::Timestamp) -> Result<Audit, Failure> {
    let intake = ingest::read_all(&args.sbom);
    if let Some(error) = intake.errors.first() {
        return Err(Failure::new(Class::Input, error));
    }
    let database = Database::with_store(Vec::new(), Some(store), now);
    Ok(pipeline::audit(intake, &database, &Settings::default(), Vec::new(), now)?)
}
