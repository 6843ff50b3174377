//! A year of audits of a made-up portfolio, day by day, against a recomputation that knows nothing of
//! stores, documents or digests; and audits that are killed anywhere and continued: by a store that fails
//! at a random write, and the program itself by the system.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bomvet::advisory::database::{Batch, Database, Extent};
use bomvet::advisory::exploitation::{Loaded, parse};
use bomvet::advisory::record::Record;
use bomvet::audit::event::Event;
use bomvet::audit::run::{self, Done, Plan, Reading, RunError};
use bomvet::audit::store::{PastRun, Sqlite, Store, StoreError, Wanted};
use bomvet::config::{EventKind, File, Settings};
use bomvet::files::sha256;
use bomvet::ingest::Disk;
use bomvet::maven::{Machine, Maven};
use jiff::Timestamp;

mod cut;
mod naive;
mod world;

use cut::Cut;
use naive::{Naive, Told};
use world::{Change, Dice, World};

const PRODUCTS: usize = 200;
const DAYS: u32 = 365;

/// How often the year is killed.
const KILLS: u32 = 30;

/// What the configuration and the data of a world say on a day.
struct Day {
    number: u32,
    now: Timestamp,
    policy: Rc<Policy>,
    database: Database,
}

struct Policy {
    settings: Settings,
    digest: String,
}

impl Policy {
    fn of(world: &World) -> Rc<Self> {
        let path = Path::new("bomvet.toml");
        let settings = File::settings(&world.configuration(), path, |_| None).unwrap();
        let digest = settings.digest();
        Rc::new(Self { settings, digest })
    }
}

impl Day {
    fn of(world: &World) -> Self {
        Self::under(Policy::of(world), world)
    }

    /// A day under a policy that is known.
    fn under(policy: Rc<Policy>, world: &World) -> Self {
        let source: Arc<str> = Arc::from("world");
        let texts = world.records();
        let scores = world.scores();
        let digest =
            sha256([scores.as_bytes()].into_iter().chain(texts.iter().map(String::as_bytes)));
        let feed = parse(scores.as_bytes()).unwrap().unwrap();
        let batch = Batch {
            name: "world".to_owned(),
            extent: Extent::Whole,
            records: texts.iter().map(|text| Record::parse(text, &source).unwrap()).collect(),
            sha256: digest.clone(),
            feeds: vec![Loaded { name: "scores".to_owned(), sha256: digest, feed }],
            warnings: Vec::new(),
        };
        let now = world.now();
        Self { number: world.day, now, policy, database: Database::new(vec![batch], now) }
    }

    fn audit(&self, store: &mut dyn Store, folder: &Path) -> Result<Done, RunError> {
        let maven = Maven::new(&Disk, Machine::default());
        let plan = Plan {
            settings: &self.policy.settings,
            base: folder,
            database: &self.database,
            maven: &maven,
            statements: &[],
            baseline: None,
            policy: &self.policy.digest,
            reading: Reading::Changed,
            fetch: None,
            owner: "test",
            machine: "here",
            now: self.now,
            clock: &Timestamp::now,
            progress: None,
        };
        run::run(store, &plan)
    }

    /// Goes on until the day is done, however often it is killed.
    fn survive(&self, store: &mut dyn Store, folder: &Path) -> Done {
        loop {
            match self.audit(store, folder) {
                Ok(done) => return done,
                Err(RunError::Store(StoreError::Lost)) => {}
                Err(error) => panic!("day {}: {error}", self.number),
            }
        }
    }
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

/// Which kinds of events the world can bring about.
const POSSIBLE: [EventKind; 10] = [
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
];

#[test]
fn every_event_of_a_year_with_thirty_kills_is_what_a_recomputation_says() {
    let folder = tempfile::tempdir().unwrap();
    let create = |name: &str| Sqlite::create(&folder.path().join(name)).unwrap();
    let mut dice = Dice::new(3);
    let never = std::iter::empty;
    let mut whole = Cut::new(create("whole"), never());
    let mut killed = Cut::new(create("killed"), never());
    let mut kills = 0;
    let mut world = World::new(2, PRODUCTS);
    let mut naive = Naive::default();
    let mut counts: BTreeMap<EventKind, usize> = BTreeMap::new();
    let mut policy = Policy::of(&world);
    for left in (1..=DAYS).rev() {
        match world.change() {
            Change::Document => world.write(folder.path()),
            Change::Policy => policy = Policy::of(&world),
            Change::Data | Change::Nothing => {}
        }
        let day = Day::under(Rc::clone(&policy), &world);
        let before = whole.writes();
        day.survive(&mut whole, folder.path());
        // thirty days by chance, and on each any of its writes
        if dice.below(left) < KILLS - kills {
            killed.cut_after(dice.below(u32::try_from(whole.writes() - before).unwrap()) as usize);
            kills += 1;
        }
        let done = day.survive(&mut killed, folder.path());
        let events = of_run(&killed, &done);
        let mut found: Vec<Told> = events.iter().map(told).collect();
        let mut expected = naive.day(&world);
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "day {}", world.day);
        for event in &events {
            *counts.entry(event.kind).or_default() += 1;
            assert_eq!(event.at, world.now());
        }
        world.next();
    }
    eprintln!("{} writes, events: {counts:?}", killed.writes());
    assert_eq!(killed.count(), KILLS as usize);
    assert!(counts.values().sum::<usize>() > 5000);
    for kind in POSSIBLE {
        assert!(counts.get(&kind).is_some_and(|count| *count > 0), "no {kind}");
    }
    same(&remembered(&killed), &remembered(&whole), "the year");
    // whoever begins today sees the same as whoever looked every day
    let mut fresh = create("fresh");
    let day = Day::of(&world);
    day.survive(&mut fresh, folder.path());
    day.survive(&mut whole, folder.path());
    assert_eq!(open(&whole), open(&fresh));
}

/// All that is remembered, as text.
fn remembered(store: &dyn Store) -> String {
    let mut bytes = Vec::new();
    bomvet::report::audit::export(store, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Holds two texts against each other and shows the first line that differs.
fn same(found: &str, expected: &str, what: &str) {
    let differ = found.lines().zip(expected.lines()).find(|(one, other)| one != other);
    assert_eq!(differ, None, "{what}");
    assert_eq!(found.len(), expected.len(), "{what}");
}

#[test]
fn an_audit_that_is_cut_anywhere_and_continued_comes_to_the_same_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut worlds = Vec::new();
    let mut world = World::new(7, 20);
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
            Day::of(world).survive(store, &own);
        }
    };
    let mut whole = Sqlite::create(&folder.path().join("whole")).unwrap();
    days(&mut whole, "w");
    let expected = remembered(&whole);
    assert!(expected.lines().filter(|line| line.contains("\"type\":\"event\"")).count() > 100);
    for every in [1, 2, 3, 5, 9] {
        let path = folder.path().join(format!("cut {every}"));
        // each life is a little longer, so that the year comes to its end
        let lives = (0..).map(move |cuts| every - 1 + cuts % 7);
        let mut cut = Cut::new(Sqlite::create(&path).unwrap(), lives);
        days(&mut cut, &format!("c{every}"));
        assert!(cut.count() > 0, "never cut");
        same(&remembered(&cut), &expected, &format!("cut at every {every}th write"));
    }
}

#[test]
fn a_day_without_change_judges_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(3, PRODUCTS);
    world.write(folder.path());
    let mut store = Sqlite::create(&folder.path().join("store")).unwrap();
    let day = Day::of(&world);
    let first = day.audit(&mut store, folder.path()).unwrap();
    assert_eq!((first.judged, first.unchanged), (PRODUCTS, 0));
    let second = day.audit(&mut store, folder.path()).unwrap();
    assert_eq!((second.judged, second.unchanged, second.touched), (0, PRODUCTS, 0));
    assert_eq!(of_run(&store, &second), []);
}

/// Writes all of a day as a user has it: documents, configuration, and the data in a folder.
fn publish(world: &World, folder: &Path) {
    world.write(folder);
    let data = folder.join("data");
    fs::create_dir_all(&data).unwrap();
    fs::write(folder.join("bomvet.toml"), world.configuration()).unwrap();
    fs::write(data.join("scores.csv"), world.scores()).unwrap();
    for (number, record) in world.records().iter().enumerate() {
        fs::write(data.join(format!("{number}.json")), record).unwrap();
    }
}

/// Starts the audit of a day.
fn start(world: &World, folder: &Path) -> std::process::Child {
    crate::support::program()
        .current_dir(folder)
        .args(["audit", "-q", "--advisories", "data", "--now", &world.now().to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The store that the program left in a folder.
fn left_in(folder: &Path) -> Sqlite {
    Sqlite::open(&folder.join("bomvet-audit.sqlite")).unwrap()
}

/// Kills the audit of a day after some time; whether there was still one to kill.
fn kill(world: &World, folder: &Path, after: Duration) -> bool {
    let mut child = start(world, folder);
    std::thread::sleep(after);
    let is_alive = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    is_alive
}

/// The last run that the program left in a folder; nothing where it did not come that far.
fn last(folder: &Path) -> Option<PastRun> {
    let path = folder.join("bomvet-audit.sqlite");
    if !path.exists() {
        return None;
    }
    Sqlite::open(&path).unwrap().runs(1).unwrap().into_iter().next()
}

/// Whether a day was audited to its end.
fn is_done(world: &World, folder: &Path) -> bool {
    last(folder).is_some_and(|run| run.is_finished && run.now == world.now())
}

/// Whether a run waits to be continued.
fn has_begun(folder: &Path) -> bool {
    last(folder).is_some_and(|run| !run.is_finished)
}

#[test]
fn a_program_that_the_system_kills_at_random_moments_comes_to_the_same_end() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, own) = (folder.path().join("whole"), folder.path().join("killed"));
    let mut world = World::new(5, PRODUCTS);
    let mut dice = Dice::new(11);
    let (mut kills, mut between) = (0, 0);
    // a delivery, data, waivers that are given, that end, and the next delivery
    for day in 0..=30 {
        if matches!(day, 0 | 7 | 10 | 19 | 20 | 30) {
            publish(&world, &whole);
            let begun = Instant::now();
            assert_eq!(start(&world, &whole).wait().unwrap().code(), Some(0), "day {day}");
            let took = begun.elapsed();
            publish(&world, &own);
            for _ in 0..3 {
                let after = took * dice.below(100) / 100;
                kills += usize::from(!is_done(&world, &own) && kill(&world, &own, after));
            }
            if !is_done(&world, &own) {
                between += usize::from(has_begun(&own));
                assert_eq!(start(&world, &own).wait().unwrap().code(), Some(0), "day {day}");
            }
        }
        world.next();
    }
    eprintln!("{kills} kills, {between} days continued");
    assert!(kills >= 6 && between > 0, "{kills} kills, {between} days continued");
    same(&remembered(&left_in(&own)), &remembered(&left_in(&whole)), "the month");
}
