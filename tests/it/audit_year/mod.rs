//! A year of audits of a made-up portfolio, day by day, against a recomputation that knows nothing of
//! stores, documents or digests; and audits that are cut anywhere and continued.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bomvet::advisory::database::{Batch, Database, Extent};
use bomvet::advisory::exploitation::{Loaded, parse};
use bomvet::advisory::record::Record;
use bomvet::audit::event::Event;
use bomvet::audit::run::{self, Done, Plan, RunError};
use bomvet::audit::store::{Sqlite, Store, Wanted};
use bomvet::config::{EventKind, File};
use bomvet::files::sha256;
use bomvet::ingest::Disk;
use bomvet::maven::{Machine, Maven};
use jiff::Timestamp;

mod cut;
mod naive;
mod world;

use cut::Cut;
use naive::{Naive, Told};
use world::World;

const PRODUCTS: usize = 20;
const DAYS: u32 = 360;

/// Audits one day of a world.
fn audit(store: &mut dyn Store, world: &World, folder: &Path) -> Result<Done, RunError> {
    let now = world.now();
    let maven = Maven::new(&Disk, Machine::default());
    let text = world.configuration();
    let settings = File::settings(&text, Path::new("bomvet.toml"), |_| None).unwrap();
    let source: Arc<str> = Arc::from("world");
    let texts = world.records();
    let scores = world.scores();
    let digest = sha256([scores.as_bytes()].into_iter().chain(texts.iter().map(String::as_bytes)));
    let feed = parse(scores.as_bytes()).unwrap().unwrap();
    let batch = Batch {
        name: "world".to_owned(),
        extent: Extent::Whole,
        records: texts.iter().map(|text| Record::parse(text, &source).unwrap()).collect(),
        sha256: digest.clone(),
        feeds: vec![Loaded { name: "scores".to_owned(), sha256: digest, feed }],
        warnings: Vec::new(),
    };
    let database = Database::new(vec![batch], now);
    let plan = Plan {
        settings: &settings,
        base: folder,
        database: &database,
        maven: &maven,
        statements: &[],
        baseline: None,
        policy: &settings.digest(),
        fetch: None,
        owner: "test",
        machine: "here",
        now,
        clock: &|| now,
        progress: None,
    };
    run::run(store, &plan)
}

fn told(event: &Event) -> Told {
    // waivers are named by their end, findings by package and flaw
    let about = match event.kind {
        EventKind::WaiverExpired | EventKind::WaiverExpiring => event.document.clone(),
        _ => event.package.clone(),
    };
    Told {
        kind: event.kind,
        cause: event.cause.as_str(),
        product: event.product.clone().unwrap_or_default(),
        about: about.unwrap_or_default(),
        flaw: event.ids.first().map(ToString::to_string).unwrap_or_default(),
    }
}

fn of_run(store: &dyn Store, done: &Done) -> Vec<Event> {
    store.events(&Wanted { run: Some(done.run), ..Wanted::default() }).unwrap()
}

/// What is open, by product and document.
fn open(store: &dyn Store) -> BTreeMap<(String, String), Vec<String>> {
    let mut all = BTreeMap::new();
    for known in store.documents().unwrap().into_iter().filter(|known| known.is_present) {
        let state = store.document(known.id).unwrap();
        let open = state.findings.iter().filter(|held| held.status.is_open());
        let names = open.map(|held| format!("{} {:?} {:?}", held.component, held.ids, held.level));
        all.insert((known.product, known.path), names.collect());
    }
    all
}

fn year(seed: u64, products: usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Sqlite::create(&folder.path().join("store")).unwrap();
    let mut world = World::new(seed, products);
    let mut naive = Naive::default();
    let mut counts: BTreeMap<EventKind, usize> = BTreeMap::new();
    for _ in 0..=DAYS {
        world.write(folder.path());
        let done = audit(&mut store, &world, folder.path()).unwrap();
        let events = of_run(&store, &done);
        let mut found: Vec<Told> = events.iter().map(told).collect();
        let mut expected = naive.day(&world);
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "seed {seed}, day {}", world.day);
        for event in &events {
            *counts.entry(event.kind).or_default() += 1;
            assert_eq!(event.at, world.now());
        }
        world.next();
    }
    // each kind that the world can bring about did come about
    for kind in [
        EventKind::Introduced,
        EventKind::Reopened,
        EventKind::Resolved,
        EventKind::KevAdded,
        EventKind::EpssJump,
        EventKind::SeverityUp,
        EventKind::FixPublished,
        EventKind::AdvisoryWithdrawn,
        EventKind::WaiverExpiring,
        EventKind::WaiverExpired,
    ] {
        assert!(counts.get(&kind).is_some_and(|count| *count > 0), "no {kind} in seed {seed}");
    }
    // whoever begins today sees the same as whoever looked every day
    let mut fresh = Sqlite::create(&folder.path().join("fresh")).unwrap();
    audit(&mut fresh, &world, folder.path()).unwrap();
    audit(&mut store, &world, folder.path()).unwrap();
    assert_eq!(open(&store), open(&fresh));
}

#[test]
fn every_event_of_a_year_is_what_a_recomputation_says() {
    year(1, PRODUCTS);
}

#[test]
#[ignore = "takes minutes: for whoever changes what is told"]
fn every_event_of_a_year_of_two_hundred_products_is_what_a_recomputation_says() {
    year(2, 200);
}

/// All that is remembered, as text.
fn remembered(store: &dyn Store) -> String {
    let mut bytes = Vec::new();
    bomvet::report::audit::export(store, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn an_audit_that_is_cut_anywhere_and_continued_comes_to_the_same_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut worlds = Vec::new();
    let mut world = World::new(7, PRODUCTS);
    for _ in 0..70 {
        if matches!(world.day % 30, 0 | 10 | 13 | 20) {
            worlds.push(world.clone());
        }
        world.next();
    }
    let days = |store: &mut dyn Store, name: &str| {
        for world in &worlds {
            let own = folder.path().join(name);
            world.write(&own);
            while audit(store, world, &own).is_err() {}
        }
    };
    let mut whole = Sqlite::create(&folder.path().join("whole")).unwrap();
    days(&mut whole, "w");
    let expected = remembered(&whole);
    assert!(expected.lines().filter(|line| line.contains("\"type\":\"event\"")).count() > 100);
    for every in [1, 2, 3, 5, 9] {
        let path = folder.path().join(format!("cut {every}"));
        let mut cut = Cut::new(Sqlite::create(&path).unwrap(), every);
        days(&mut cut, &format!("c{every}"));
        assert!(cut.count() > 0, "never cut");
        assert_eq!(remembered(&cut), expected, "cut at every {every}th write");
    }
}

#[test]
fn a_day_without_change_judges_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(3, PRODUCTS);
    world.write(folder.path());
    let mut store = Sqlite::create(&folder.path().join("store")).unwrap();
    let first = audit(&mut store, &world, folder.path()).unwrap();
    assert_eq!((first.judged, first.unchanged), (PRODUCTS, 0));
    let second = audit(&mut store, &world, folder.path()).unwrap();
    assert_eq!((second.judged, second.unchanged, second.touched), (0, PRODUCTS, 0));
    assert_eq!(of_run(&store, &second), []);
    assert_eq!(Timestamp::UNIX_EPOCH + world.since_epoch(), world.now());
}
