//! What every store must do, whatever keeps the memory: one function per promise, run on each.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::advisory::severity::Level;
use crate::audit::event::{Cause, Event};
use crate::audit::state::{Covered, DocumentState, Held, Release, Status};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Runs every test of the suite on stores that `$at` gives for a name: an opener of a new store that is
/// the same one each time; none where it cannot be had.
macro_rules! suite {
    ($at:path: $($test:ident),* $(,)?) => {
        $(#[test]
        fn $test() {
            if let Some(open) = $at(stringify!($test)) {
                super::$test(&*open);
            }
        })*
    };
}

macro_rules! every_test {
    ($at:path) => {
        suite! { $at:
            a_document_comes_back_as_it_was_written,
            texts_with_any_sign_come_back,
            one_process_has_the_lease_and_a_late_one_writes_nothing,
            a_lease_is_taken_over_when_it_ends_or_its_holder_is_known_to_be_dead,
            a_run_that_did_not_end_goes_on_under_its_number,
            new_outcomes_touch_the_documents_that_hold_the_release_and_no_others,
            an_event_is_there_once,
            the_gravest_events_stand_first,
            a_package_is_found_where_it_still_is,
            a_flaw_was_detected_where_and_when_it_was_seen_first,
            what_is_old_is_forgotten_and_what_is_there_stays,
            many_documents_share_blocks,
            questions_that_belong_together_see_one_state,
            what_was_sent_is_remembered,
        }
    };
}

mod sqlite {
    use super::{Sqlite, Store};

    fn at(_: &str) -> Option<Box<dyn Fn() -> Box<dyn Store>>> {
        let folder = tempfile::tempdir().unwrap();
        Some(Box::new(move || Box::new(Sqlite::create(&folder.path().join("store")).unwrap())))
    }

    every_test! { at }
}

#[cfg(unix)]
mod postgres {
    use super::server::Server;
    use super::{NOW, Postgres, Store};
    use crate::net::postgres::{Server as Address, Trust};

    fn at(test: &str) -> Option<Box<dyn Fn() -> Box<dyn Store>>> {
        let server = Server::shared()?;
        let address = Address::parse(&server.database(&test[..test.len().min(60)])).unwrap();
        Some(Box::new(move || {
            let _running = &server;
            Box::new(Postgres::create(&address, &Trust::System, &|| NOW).unwrap())
        }))
    }

    every_test! { at }
}

#[cfg(unix)]
#[path = "../../../tests/it/postgres_server.rs"]
#[expect(
    dead_code,
    clippy::disallowed_methods,
    reason = "integration tests use the rest; tests may"
)]
mod server;

type Open<'a> = &'a dyn Fn() -> Box<dyn Store>;

fn later(seconds: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(seconds)
}

fn claim<'a>(owner: &'a str, machine: &'a str, seconds: i64) -> Claim<'a> {
    Claim { owner, machine, now: later(seconds), until: later(seconds + 10) }
}

fn release(name: &str, version: &str) -> Release {
    Release {
        ecosystem: "Maven".to_owned(),
        name: name.to_owned(),
        version: version.to_owned(),
        is_perhaps_built: false,
    }
}

fn id(text: &str) -> AdvisoryId {
    AdvisoryId::new(text).unwrap()
}

fn held(release: &Release, flaw: &str, status: Status) -> Held {
    Held {
        component: format!("pkg:maven/{}@{}", release.name, release.version),
        release: release.clone(),
        ids: vec![id(flaw)],
        records: vec![id(flaw)],
        level: Level::High,
        score: Some(7.5),
        kev: None,
        epss: Some(0.25),
        fixed: vec!["2".to_owned()],
        scope: None,
        malicious: false,
        has_stale_statement: false,
        status,
        since: NOW,
    }
}

fn record(path: &str, run: u64, releases: &[Release], findings: Vec<Held>) -> Record {
    let mut releases = releases.to_vec();
    releases.sort();
    Record {
        product: "shop".to_owned(),
        source: "*.json".to_owned(),
        path: path.to_owned(),
        run,
        policy: "policy".to_owned(),
        recheck: Some(later(100)),
        is_present: true,
        stamp: None,
        outcomes: vec![Outcome(7); releases.len()],
        state: DocumentState {
            sha256: format!("digest of {path}"),
            subject: Some("shop 1".to_owned()),
            format: "cyclonedx-json 1.6".to_owned(),
            commit: None,
            covered: Covered { declared: 3, evaluated: 2, not_evaluated: 1, ..Covered::default() },
            unasked: releases.iter().take(1).cloned().collect(),
            releases,
            findings,
            gaps: BTreeSet::from(["lib/inner.jar".to_owned()]),
            ..DocumentState::default()
        },
        events: Vec::new(),
    }
}

/// A lease and a run.
fn begun(store: &mut dyn Store) -> (Fence, u64) {
    let fence = store.acquire(&claim("one", "here", 0)).unwrap();
    let run = store.begin(fence, &new_run()).unwrap();
    (fence, run.id)
}

fn new_run() -> NewRun<'static> {
    NewRun { now: NOW, data: "data", as_of: Some(NOW), policy: "policy", portfolio: Vec::new() }
}

fn event(name: &str, run: u64, at: Timestamp) -> Event {
    Event {
        id: name.to_owned(),
        at,
        run,
        kind: EventKind::Introduced,
        cause: Cause::Data,
        product: Some("shop".to_owned()),
        document: Some("a".to_owned()),
        package: None,
        versions: Vec::new(),
        ids: Vec::new(),
        level: None,
        detail: String::new(),
        data_sha256: String::new(),
        document_sha256: None,
        commit: None,
    }
}

fn a_document_comes_back_as_it_was_written(open: Open<'_>) {
    let (old, new) = (release("g:a", "1"), release("g:b", "2"));
    let findings =
        vec![held(&old, "CVE-1", Status::Open), held(&new, "CVE-2", Status::Gone { at: NOW })];
    let written = record("a", 1, &[old, new], findings);
    let mut store = open();
    let (fence, _) = begun(&mut *store);
    store.record(fence, std::slice::from_ref(&written)).unwrap();
    drop(store);
    let store = open();
    let [known] = &store.documents().unwrap()[..] else { panic!("one document") };
    assert_eq!(store.document(known.id).unwrap(), written.state);
    assert_eq!((known.recheck, known.is_touched), (Some(later(100)), false));
    assert_eq!(known.sha256, "digest of a");
    let [line] = &store.overview().unwrap()[..] else { panic!("one document") };
    assert_eq!((line.open[&Level::High], line.suppressed), (1, 0));
}

fn one_process_has_the_lease_and_a_late_one_writes_nothing(open: Open<'_>) {
    let mut first = open();
    let (late, run) = begun(&mut *first);
    let mut second = open();
    let busy = second.acquire(&claim("two", "there", 5)).unwrap_err();
    assert!(matches!(busy, StoreError::Busy { owner, .. } if owner == "one"));
    let fence = second.acquire(&claim("two", "there", 11)).unwrap();
    assert!(fence.token > late.token);
    let written = [record("a", run, &[release("g:a", "1")], Vec::new())];
    assert_eq!(first.record(late, &written), Err(StoreError::Lost));
    assert_eq!(first.finish(late, run, &Closing::default()), Err(StoreError::Lost));
    assert_eq!(first.release(late), Err(StoreError::Lost));
    assert_eq!(second.documents().unwrap(), []);
    second.record(fence, &written).unwrap();
    assert_eq!(second.documents().unwrap().len(), 1);
}

fn a_lease_is_taken_over_when_it_ends_or_its_holder_is_known_to_be_dead(open: Open<'_>) {
    let mut first = open();
    begun(&mut *first);
    drop(first);
    let mut second = open();
    assert!(second.acquire(&claim("two", "here", 1)).is_ok());
    let mut third = open();
    assert!(third.acquire(&claim("three", "there", 2)).is_err());
    // every write is a sign of life
    let fence = second.acquire(&claim("two", "here", 3)).unwrap();
    second.record(Fence { until: later(1000), ..fence }, &[]).unwrap();
    assert!(third.acquire(&claim("three", "there", 500)).is_err());
    second.release(fence).unwrap();
    assert!(third.acquire(&claim("three", "there", 500)).is_ok());
}

fn texts_with_any_sign_come_back(open: Open<'_>) {
    let odd = "a\0b\u{1}c\u{fffd}'\"\\{},\n\u{10ffff}";
    let one = release(odd, odd);
    let mut written =
        record(odd, 1, std::slice::from_ref(&one), vec![held(&one, "CVE-1", Status::Open)]);
    written.product = odd.to_owned();
    written.source = odd.to_owned();
    written.state.sha256 = "00".to_owned();
    written.state.subject = Some(odd.to_owned());
    let mut store = open();
    let (fence, run) = begun(&mut *store);
    written.events = vec![Event {
        product: Some(odd.to_owned()),
        detail: odd.to_owned(),
        ..event("x", run, NOW)
    }];
    store.record(fence, std::slice::from_ref(&written)).unwrap();
    // once more, as one that is known
    store.record(fence, std::slice::from_ref(&written)).unwrap();
    let [known] = &store.documents().unwrap()[..] else { panic!("one document") };
    assert_eq!((&*known.product, &*known.source, &*known.path), (odd, odd, odd));
    assert_eq!(store.document(known.id).unwrap(), written.state);
    assert_eq!(store.releases().unwrap().len(), 1);
    let [holder] = &store.holders(("Maven", odd), &|version| version == odd).unwrap()[..] else {
        panic!("one holder")
    };
    assert_eq!((&*holder.product, &*holder.document, &*holder.version), (odd, odd, odd));
    let wanted = Wanted { product: Some(odd.to_owned()), ..Wanted::default() };
    assert_eq!(store.events(&wanted).unwrap(), written.events);
}

fn what_was_sent_is_remembered(open: Open<'_>) {
    let store = open();
    assert_eq!(store.delivered().unwrap(), None);
    store.deliver("one").unwrap();
    store.deliver("two").unwrap();
    assert_eq!(open().delivered().unwrap().as_deref(), Some("two"));
}

fn a_run_that_did_not_end_goes_on_under_its_number(open: Open<'_>) {
    let mut store = open();
    let (fence, run) = begun(&mut *store);
    let again = store.begin(fence, &new_run()).unwrap();
    assert_eq!(again, Run { id: run, is_continued: true });
    store.finish(fence, run, &Closing::default()).unwrap();
    let next = store.begin(fence, &new_run()).unwrap();
    assert_eq!(next, Run { id: run + 1, is_continued: false });
    let runs = store.runs(9).unwrap();
    assert_eq!(runs.iter().map(|run| run.is_finished).collect::<Vec<_>>(), [false, true]);
}

fn new_outcomes_touch_the_documents_that_hold_the_release_and_no_others(open: Open<'_>) {
    let (old, new) = (release("g:a", "1"), release("g:a", "2"));
    let mut store = open();
    let (fence, run) = begun(&mut *store);
    let both = [
        record("a", run, std::slice::from_ref(&old), Vec::new()),
        record("b", run, std::slice::from_ref(&new), Vec::new()),
        record("c", run, std::slice::from_ref(&old), Vec::new()),
    ];
    store.record(fence, &both).unwrap();
    // c holds another release by now, and its old place in the index must not touch it
    store.record(fence, &[record("c", run, std::slice::from_ref(&new), Vec::new())]).unwrap();
    let number = |store: &dyn Store| {
        let all = store.releases().unwrap();
        all.into_iter().find(|(_, release, _)| *release == old).unwrap()
    };
    let (number_of_old, _, outcome) = number(&*store);
    assert_eq!(outcome, Outcome(7));
    let news = News { outcomes: vec![(number_of_old, Outcome(8))], ..News::default() };
    assert_eq!(store.advance(fence, &news).unwrap(), 1);
    let touched: Vec<_> = store.documents().unwrap();
    let touched: Vec<_> = touched.iter().map(|one| (one.path.as_str(), one.is_touched)).collect();
    assert_eq!(touched, [("a", true), ("b", false), ("c", false)]);
    assert_eq!(number(&*store).2, Outcome(8));
    store.record(fence, &[record("a", run, std::slice::from_ref(&old), Vec::new())]).unwrap();
    assert!(store.documents().unwrap().iter().all(|one| !one.is_touched));
}

fn an_event_is_there_once(open: Open<'_>) {
    let mut store = open();
    let (fence, run) = begun(&mut *store);
    let mut written = record("a", run, &[], Vec::new());
    written.events = vec![event("x", run, NOW), event("y", run, later(5))];
    store.record(fence, &[written.clone(), written]).unwrap();
    let of = |wanted: &Wanted| -> Vec<String> {
        store.events(wanted).unwrap().into_iter().map(|event| event.id).collect()
    };
    assert_eq!(of(&Wanted::default()), ["x", "y"]);
    assert_eq!(of(&Wanted { since: Some(later(1)), ..Wanted::default() }), ["y"]);
    assert_eq!(of(&Wanted { run: Some(run + 1), ..Wanted::default() }), [""; 0]);
    assert_eq!(of(&Wanted { kind: Some(EventKind::Resolved), ..Wanted::default() }), [""; 0]);
    let one = Wanted { most: Some(1), ..Wanted::default() };
    assert_eq!(of(&one), ["x"]);
    assert_eq!(store.count_events(&one).unwrap(), [(EventKind::Introduced, 2)].into());
}

fn the_gravest_events_stand_first(open: Open<'_>) {
    let mut store = open();
    let (fence, run) = begun(&mut *store);
    let mut written = record("a", run, &[], Vec::new());
    let of = |name, kind, level| Event { kind, level, ..event(name, run, NOW) };
    written.events = vec![
        of("stale", EventKind::DataStale, None),
        of("low", EventKind::Introduced, Some(Level::Low)),
        of("critical", EventKind::Introduced, Some(Level::Critical)),
    ];
    store.record(fence, &[written]).unwrap();
    let wanted = Wanted { order: Order::Gravest, ..Wanted::default() };
    let names: Vec<_> = store.events(&wanted).unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(names, ["critical", "low", "stale"]);
}

fn a_package_is_found_where_it_still_is(open: Open<'_>) {
    let (old, new) = (release("g:a", "1"), release("g:a", "2"));
    let mut store = open();
    let (fence, run) = begun(&mut *store);
    let finding = held(&new, "CVE-1", Status::Open);
    store
        .record(
            fence,
            &[
                record("a", run, std::slice::from_ref(&old), Vec::new()),
                record("b", run, &[release("g:", "0"), new.clone()], vec![finding.clone()]),
            ],
        )
        .unwrap();
    let found = |store: &dyn Store| -> Vec<(String, String, Vec<String>, bool)> {
        let found = store.holders(("Maven", "g:a"), &|_| true).unwrap();
        found.into_iter().map(|h| (h.document, h.version, h.open, h.is_judged)).collect()
    };
    let owned = str::to_owned;
    let of_b = (owned("b"), owned("2"), vec![owned("CVE-1")], true);
    assert_eq!(found(&*store), [(owned("a"), owned("1"), vec![], false), of_b.clone()]);
    let gone = Record { is_present: false, ..record("a", run, &[], Vec::new()) };
    store.record(fence, &[gone]).unwrap();
    assert_eq!(found(&*store), [of_b]);
    assert_eq!(store.holders(("Maven", "g:a"), &|version| version == "1").unwrap(), []);
    let [affected] = &store.open_findings(&[id("CVE-1")]).unwrap()[..] else { panic!("one") };
    assert_eq!((affected.document.as_str(), &affected.findings[..]), ("b", &[finding][..]));
}

fn a_flaw_was_detected_where_and_when_it_was_seen_first(open: Open<'_>) {
    let one = release("g:a", "1");
    let seen = |since: i64, status| Held { since: later(since), ..held(&one, "CVE-1", status) };
    let said = |kind: &str, status: &str| Status::Suppressed {
        kind: kind.to_owned(),
        status: status.to_owned(),
        justification: None,
        source: "vex.json".to_owned(),
        until: None,
    };
    let mut store = open();
    let (fence, run) = begun(&mut *store);
    let of = |product: &str, path: &str, finding| Record {
        product: product.to_owned(),
        ..record(path, run, std::slice::from_ref(&one), vec![finding])
    };
    let records = [
        of("shop", "new", seen(60, Status::Open)),
        of("shop", "old", seen(0, Status::Gone { at: later(9) })),
        of("till", "a", seen(7, said("waiver", "waived"))),
        // who says that it does not affect the product says that nothing was detected
        of("bank", "a", seen(1, said("vex", "not_affected"))),
    ];
    store.record(fence, &records).unwrap();
    let found = |product: &str, document: &str, (at, run), is_open| Detection {
        ids: vec![id("CVE-1")],
        product: product.to_owned(),
        document: document.to_owned(),
        at,
        run,
        is_open,
    };
    assert_eq!(
        store.detections().unwrap(),
        [found("shop", "old", (NOW, Some(run)), true), found("till", "a", (later(7), None), false)]
    );
}

fn what_is_old_is_forgotten_and_what_is_there_stays(open: Open<'_>) {
    let (old, new) = (release("g:a", "1"), release("g:b", "2"));
    let mut store = open();
    let (fence, run) = begun(&mut *store);
    let findings =
        vec![held(&new, "CVE-1", Status::Open), held(&old, "CVE-2", Status::Gone { at: NOW })];
    let mut stays = record("a", run, std::slice::from_ref(&new), findings);
    stays.events = vec![event("x", run, NOW), event("y", run, later(50))];
    let left = Record { is_present: false, ..record("b", run, &[], Vec::new()) };
    store.record(fence, &[stays, left]).unwrap();
    store.finish(fence, run, &Closing::default()).unwrap();
    assert_eq!(store.vacuum(fence, None).unwrap(), Forgotten::default());
    let forgotten = store.vacuum(fence, Some(later(10))).unwrap();
    assert_eq!(forgotten, Forgotten { events: 1, findings: 1, documents: 1, releases: 1 });
    let [known] = &store.documents().unwrap()[..] else { panic!("one document") };
    let state = store.document(known.id).unwrap();
    assert_eq!(state.releases, [new]);
    assert_eq!(state.findings.len(), 1);
    assert_eq!(store.holders(("Maven", "g:b"), &|_| true).unwrap().len(), 1);
}

fn many_documents_share_blocks(open: Open<'_>) {
    let one = release("g:a", "1");
    let mut store = open();
    let (fence, run) = begun(&mut *store);
    let paths: Vec<String> = (0..5000).map(|number| format!("{number:05}")).collect();
    for paths in paths.chunks(700) {
        let records: Vec<Record> = paths
            .iter()
            .map(|path| record(path, run, std::slice::from_ref(&one), Vec::new()))
            .collect();
        store.record(fence, &records).unwrap();
    }
    let (number, _, _) = store.releases().unwrap()[0].clone();
    assert_eq!(store.holders(("Maven", "g:a"), &|_| true).unwrap().len(), paths.len());
    let news = News { outcomes: vec![(number, Outcome(1))], ..News::default() };
    assert_eq!(store.advance(fence, &news).unwrap(), paths.len());
}

fn questions_that_belong_together_see_one_state(open: Open<'_>) {
    let mut writer = open();
    let (fence, run) = begun(&mut *writer);
    let of = |path: &str| record(path, run, &[], Vec::new());
    writer.record(fence, &[of("first")]).unwrap();
    let reader = open();
    let mut before = 0;
    let asked = reader.steady(&mut || {
        before = reader.documents()?.len();
        writer.record(fence, &[of("second")])?;
        // the lists of a page must tell the same
        assert_eq!(reader.documents()?.len(), reader.overview()?.len());
        assert_eq!(reader.documents()?.len(), before);
        Ok(())
    });
    asked.unwrap();
    assert_eq!((before, reader.documents().unwrap().len()), (1, 2));
    // what fails within is told, and the store can be asked again
    assert_eq!(reader.steady(&mut || Err(StoreError::Lost)), Err(StoreError::Lost));
    assert_eq!(reader.documents().unwrap().len(), 2);
}
