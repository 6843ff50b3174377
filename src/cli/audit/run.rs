//! `bomvet audit run`.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::store_args::{Form, RunArgs};
use super::store_at::{PAUSE, StoreAt, failure};
use super::{Rules, notices};
use crate::advisory::database::Database;
use crate::audit::digest::Digest;
use crate::audit::run::{self, Done, LONGEST_FETCH, Plan, Reading, RunError};
use crate::audit::store::{Order, Store, StoreError, Wanted};
use crate::cli::{Failure, baseline, maven, network, output, settings, vex};
use crate::config::{EventKind, Settings};
use crate::files::{self, sha256};
use crate::judge::gate::Class;
use crate::net::{Address, Client, Clock, Memory, Options, PlainHttp, Request};
use crate::pipeline::{self, GivenFile, Run};
use crate::report::audit::{NAMED, Told, json, table};
use crate::report::plain;

/// The most bytes that a document behind an address may have.
const LARGEST: u64 = 512 << 20;

pub(super) fn run(args: &RunArgs) -> Result<Class, Failure> {
    let settings = settings::settings(&args.policy())?;
    if settings.products.is_empty() {
        return Err(Failure::new(Class::Config, "the configuration names no product to audit")
            .with_help("name products as [[product]] in bomvet.toml"));
    }
    // a market that no regime knows would quietly have no clocks
    let rules = Rules::of(settings.clone())?;
    notices::check(&settings)?;
    let now = settings::now(args.data.now)?;
    let mut given = Run::default();
    let statements = vex::given(&args.vex, &mut given)?;
    let known = args.baseline.as_deref();
    let known = known.map(|path| baseline::given(path, &mut given)).transpose()?;
    let maven = maven::maven(&args.maven, &settings)?;
    let database = settings::corrected(&args.data, &settings, now)?;
    let memory = StoreAt::of(&args.store, &settings)?;
    let until = Timestamp::now() + SignedDuration::from_secs(args.wait.into());
    let opened = if args.dry_run { memory.scratch() } else { memory.write(until) };
    let mut opened = opened?;
    let ahead = opened.store.ahead();
    let client = args.maven.online.then(|| client(&settings)).transpose()?;
    let fetch = client.as_ref().map(|client| |address: &str| fetch(client, address));
    let (owner, machine) = owner();
    let shown = !args.no_progress && std::io::stderr().is_terminal();
    let plan = Plan {
        settings: &settings,
        base: base(&settings),
        database: &database,
        maven: &maven,
        statements: &statements,
        baseline: known.as_ref(),
        policy: &policy(&settings, &given.files),
        reading: if args.read_all { Reading::All } else { Reading::Changed },
        fetch: fetch.as_ref().map(|fetch| fetch as run::Fetch<'_>),
        owner: &owner,
        machine: &machine,
        now,
        clock: &|| Timestamp::now() + ahead,
        progress: shown.then_some(&progress as &dyn Fn(usize, usize)),
    };
    let done = patiently(until, || run::run(&mut *opened.store, &plan));
    if shown {
        let _ = write!(std::io::stderr(), "\r\x1b[2K");
    }
    let done = done.map_err(|error| match error {
        RunError::Store(error) => failure(error),
        RunError::Data(error) => Failure::from(error),
    })?;
    let stale = pipeline::too_old(&database, &settings, now);
    tell(args, &*opened.store, (&rules, &database, now), (&done, stale))
}

/// Tries again until that moment while another run is at work.
fn patiently(
    until: Timestamp,
    mut attempt: impl FnMut() -> Result<Done, RunError>,
) -> Result<Done, RunError> {
    loop {
        match attempt() {
            Err(RunError::Store(StoreError::Busy { .. })) if Timestamp::now() < until => {
                std::thread::sleep(PAUSE);
            }
            done => return done,
        }
    }
}

/// Prints what the run did and how the portfolio stands; the class is that of the gravest reason.
fn tell(
    args: &RunArgs,
    store: &dyn Store,
    (rules, database, now): (&Rules, &Database, Timestamp),
    (done, stale): (&Done, Option<String>),
) -> Result<Class, Failure> {
    let settings = &rules.settings;
    let new = Wanted { run: Some(done.run), ..Wanted::default() };
    let told = match args.since {
        // what this run saw is told in any case; events are remembered to the second
        Some(since) => {
            let begun = Timestamp::from_second(now.as_second()).unwrap_or(now);
            Wanted { since: Some(since.min(begun)), ..Wanted::default() }
        }
        None => new.clone(),
    };
    let told = match args.format {
        Form::Json => told,
        Form::Table => Wanted { order: Order::Gravest, most: Some(NAMED), ..told },
    };
    let digest = Digest::of(store, &told).map_err(failure)?;
    let mut reasons = reasons(&digest, settings, &store.count_events(&new).map_err(failure)?);
    if !args.dry_run {
        let message = notices::Told { rules, database, store, digest: &digest, run: done.run, now };
        let failed = notices::send(&message);
        reasons.extend(failed.into_iter().map(|text| (Class::Output, text)));
    }
    if let Some(text) = stale {
        let class = if settings.data.allow_stale { Class::Ok } else { Class::Data };
        reasons.push((class, text));
    }
    for (_, reason) in reasons.iter().filter(|(class, _)| *class > Class::Gate) {
        eprintln!("error: {}", plain(reason));
    }
    let told = Told {
        command: "run",
        now,
        digest: Some(&digest),
        done: Some(done),
        is_dry: args.dry_run,
        reasons: &reasons,
        answer: None,
    };
    let class = reasons.iter().map(|(class, _)| *class).max().unwrap_or(Class::Ok);
    let mut bytes = Vec::new();
    let printed = match args.format {
        Form::Json => json(&told, &mut bytes).and_then(|()| output::print_all(&bytes)),
        Form::Table if args.quiet => Ok(()),
        Form::Table => table(&told, &mut bytes).and_then(|()| output::print(&bytes, args.color)),
    };
    Ok(class.max(output::finish(printed)))
}

/// Why the exit code is not 0.
fn reasons(
    digest: &Digest,
    settings: &Settings,
    events: &BTreeMap<EventKind, usize>,
) -> Vec<(Class, String)> {
    let mut all = Vec::new();
    let failing = digest.failing().count();
    if failing > 0 {
        let text = format!("sources or documents that could not be read: {failing}");
        all.push((Class::Input, text));
    }
    let blind: usize = digest.products.iter().map(|product| product.blind).sum();
    if blind > 0 {
        let text = format!("documents of whose components none could be evaluated: {blind}");
        all.push((Class::Input, text));
    }
    let mut kinds = settings.audit.watch.fail_on_events.clone();
    kinds.sort();
    kinds.dedup();
    for kind in kinds {
        if let Some(count) = events.get(&kind) {
            let text = format!("new events that audit.fail_on_events names: {count} {kind}");
            all.push((Class::Gate, text));
        }
    }
    all
}

/// The folder from which sources are named.
fn base(settings: &Settings) -> &Path {
    let folder = settings.path.as_deref().and_then(|path| Path::new(path).parent());
    folder.unwrap_or(Path::new(""))
}

/// SHA-256 over all that decides a verdict beside document and data: the configuration, what people
/// stated, and how bomvet reads.
fn policy(settings: &Settings, given: &[GivenFile]) -> String {
    let mut parts = vec![settings.digest(), env!("CARGO_PKG_VERSION").to_owned()];
    parts.extend(given.iter().map(|file| format!("{} {}", file.role, file.sha256)));
    sha256(parts.iter().flat_map(|part| [part.as_bytes(), b"\n"]))
}

/// Who runs, and on which machine. A machine that has no name is like no other, so that its lease ends
/// by time alone.
pub(super) fn owner() -> (String, String) {
    let process = std::process::id();
    let name = files::read(Path::new("/proc/sys/kernel/hostname")).ok();
    let name = name.and_then(|bytes| String::from_utf8(bytes).ok());
    let name = name.or_else(|| std::env::var("HOSTNAME").ok());
    match name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => (format!("process {process} on {name}"), name.to_owned()),
        None => (format!("process {process}"), format!("process {process}")),
    }
}

fn progress(done: usize, of: usize) {
    // a counter that cannot be written is no reason to stop
    let _ = write!(std::io::stderr(), "\r{done} of {of} documents");
}

fn client(settings: &Settings) -> Result<Client<'static>, Failure> {
    const CLOCK: Clock<'static> = Clock { now: &Timestamp::now, sleep: &std::thread::sleep };
    let options = network::options(settings)?;
    let silence = options.silence.min(LONGEST_FETCH / 2);
    let options = Options { longest: LONGEST_FETCH, silence, ..options };
    Client::new(options, CLOCK)
        .map_err(|cause| Failure::new(Class::Config, cause).with_help("see [net]"))
}

fn fetch(client: &Client<'_>, address: &str) -> Result<Vec<u8>, String> {
    let address = Address::parse(address, PlainHttp::Loopback).map_err(|e| e.to_string())?;
    let mut memory = Memory::default();
    let request =
        Request { address: &address, known: None, limit: LARGEST, sha256: None, headers: &[] };
    client.fetch(request, &mut memory).map_err(|error| error.to_string())?;
    Ok(memory.bytes)
}
