//! What is told of two states, and what is not.

use std::collections::BTreeSet;

use super::*;
use crate::audit::state::{Covered, Release};

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

fn held(version: &str, ids: &[&str]) -> Held {
    Held {
        component: format!("pkg:maven/g/a@{version}"),
        release: release("g:a", version),
        ids: ids.iter().map(|text| id(text)).collect(),
        records: vec![id(ids[0])],
        level: Level::High,
        score: None,
        kev: None,
        epss: None,
        fixed: Vec::new(),
        scope: None,
        malicious: false,
        has_stale_statement: false,
        status: Status::Open,
        since: Timestamp::UNIX_EPOCH,
    }
}

fn waived(held: Held) -> Held {
    let status = Status::Suppressed {
        kind: "waiver".to_owned(),
        status: "waived".to_owned(),
        justification: None,
        source: "bomvet.toml:1".to_owned(),
        until: None,
    };
    Held { status, ..held }
}

fn state(releases: &[Release], findings: Vec<Held>) -> DocumentState {
    DocumentState { releases: releases.to_vec(), findings, ..DocumentState::default() }
}

fn told(
    before: &DocumentState,
    after: DocumentState,
    standing: Standing,
) -> (DocumentState, Vec<(EventKind, Cause)>) {
    let occasion = Occasion {
        run: 1,
        now: Timestamp::UNIX_EPOCH,
        data: "",
        product: Some("shop"),
        document: Some("a.json"),
        changed: &[Cause::Document, Cause::Data, Cause::Policy],
    };
    let (state, events) = advance(Some(before), after, &|_| standing, &occasion);
    (state, events.into_iter().map(|event| (event.kind, event.cause)).collect())
}

fn one() -> DocumentState {
    state(&[release("g:a", "1")], vec![held("1", &["CVE-1"])])
}

fn none_of_it() -> DocumentState {
    state(&[release("g:a", "1")], Vec::new())
}

#[test]
fn a_finding_whose_record_is_lost_stays_open_and_is_not_called_resolved() {
    let (lost, events) = told(&one(), none_of_it(), Standing::Missing);
    assert_eq!(events, [(EventKind::CoverageFell, Cause::Data)]);
    assert!(matches!(lost.findings[0].status, Status::Unconfirmed { .. }));
    // when the record is back it is the same finding, and when it is still lost nothing is news
    assert_eq!(told(&lost, one(), Standing::Live).1, []);
    let (still, events) = told(&lost, none_of_it(), Standing::Missing);
    assert_eq!((events, still.findings[0].status.is_open()), (vec![], true));
    // when the record is back and does not cover the version any more, that is news
    assert_eq!(told(&lost, none_of_it(), Standing::Live).1, [(EventKind::Resolved, Cause::Data)]);
}

#[test]
fn a_finding_whose_package_cannot_be_judged_any_more_stays_open() {
    let blind = DocumentState { unasked: vec![release("g:a", "1")], ..none_of_it() };
    let (lost, events) = told(&one(), blind, Standing::Live);
    assert_eq!(events, [(EventKind::CoverageFell, Cause::Data)]);
    assert!(lost.findings[0].status.is_open());
    // also where a version is there that cannot be judged
    let other = DocumentState {
        unasked: vec![release("g:a", "")],
        ..state(&[release("g:a", "")], Vec::new())
    };
    assert!(told(&one(), other, Standing::Live).0.findings[0].status.is_open());
}

#[test]
fn what_lay_in_a_part_that_cannot_be_read_stays_open() {
    let partial = DocumentState { is_partial: true, ..state(&[], Vec::new()) };
    let (half, events) = told(&one(), partial, Standing::Live);
    assert_eq!(events, [(EventKind::CoverageFell, Cause::Data)]);
    assert!(matches!(half.findings[0].status, Status::Unconfirmed { .. }));
    let (_, events) = told(&half, state(&[], Vec::new()), Standing::Live);
    assert_eq!(events, [(EventKind::Resolved, Cause::Document)]);
}

fn names(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|name| (*name).to_owned()).collect()
}

fn with_gaps(state: DocumentState, gaps: &[&str]) -> DocumentState {
    DocumentState { gaps: names(gaps), ..state }
}

#[test]
fn what_may_be_in_a_part_that_could_be_read_before_stays_open_until_it_can_be_read_again() {
    let closed = || with_gaps(state(&[], Vec::new()), &["lib/other.jar", "lib/x.jar"]);
    let before = with_gaps(one(), &["lib/other.jar"]);
    let (lost, events) = told(&before, closed(), Standing::Live);
    assert_eq!(events, [(EventKind::CoverageFell, Cause::Data)]);
    let behind = names(&["lib/x.jar"]);
    let Status::Unconfirmed { why, behind: found } = &lost.findings[0].status else {
        panic!("{lost:?}")
    };
    assert_eq!((why.as_str(), found), ("it may be in what could not be read: lib/x.jar", &behind));
    // as long as the part stays closed nothing is news, and when it is open and holds nothing, that is
    let (still, events) = told(&lost, closed(), Standing::Live);
    assert_eq!((events, still.findings[0].status.is_open()), (vec![], true));
    let open = || with_gaps(state(&[], Vec::new()), &["lib/other.jar"]);
    let (_, events) = told(&still, open(), Standing::Live);
    assert_eq!(events, [(EventKind::Resolved, Cause::Document)]);
    // what could not be read before either says nothing about what went from the rest
    let (_, events) = told(&before, open(), Standing::Live);
    assert_eq!(events, [(EventKind::Resolved, Cause::Document)]);
}

#[test]
fn a_version_that_may_be_in_an_unread_part_is_not_replaced_by_one_that_was_beside_it() {
    let both = [release("g:a", "1"), release("g:a", "2")];
    let before = state(&both, vec![held("1", &["CVE-1"])]);
    let after = || with_gaps(state(&both[1..], Vec::new()), &["lib/x.jar"]);
    assert!(told(&before, after(), Standing::Live).0.findings[0].status.is_open());
    // Maven builds with one version of a package
    let built = DocumentState { has_one_version: true, ..after() };
    let (_, events) = told(&before, built, Standing::Live);
    assert_eq!(events, [(EventKind::Resolved, Cause::Document)]);
}

#[test]
fn a_package_whose_name_is_there_without_an_identity_is_not_gone() {
    for name in ["a", "g:a"] {
        let nameless = DocumentState { unnamed: names(&[name]), ..state(&[], Vec::new()) };
        assert!(told(&one(), nameless, Standing::Live).0.findings[0].status.is_open());
    }
    let other = DocumentState { unnamed: names(&["b"]), ..state(&[], Vec::new()) };
    assert!(told(&one(), other, Standing::Live).0.findings[0].status.is_gone());
}

#[test]
fn a_flaw_is_not_resolved_while_another_version_of_its_package_may_have_it() {
    let both = [release("g:a", "1"), release("g:a", "2")];
    let second = Held { records: vec![id("GHSA-2")], ..held("2", &["CVE-1"]) };
    let before = state(&both, vec![held("1", &["CVE-1"]), second]);
    let occasion = Occasion {
        run: 1,
        now: Timestamp::UNIX_EPOCH,
        data: "",
        product: Some("shop"),
        document: Some("a.json"),
        changed: &[Cause::Data],
    };
    let standing = |records: &[AdvisoryId]| match records == [id("GHSA-2")] {
        true => Standing::Missing,
        false => Standing::Live,
    };
    let (after, events) = advance(Some(&before), state(&both, Vec::new()), &standing, &occasion);
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::CoverageFell]);
    let open = after.findings.iter().filter(|held| held.status.is_open());
    assert_eq!(open.map(|held| held.release.version.as_str()).collect::<Vec<_>>(), ["2"]);
}

/// 20,000 findings compared each with each would take minutes.
#[test]
fn a_document_of_very_many_findings_is_compared_at_once() {
    let findings = |version: &str| -> Vec<Held> {
        let held = |number: u32| Held {
            release: release(&format!("g:a{number:05}"), version),
            ..held(version, &[&format!("CVE-2020-{number}")])
        };
        (0..20_000).map(held).collect()
    };
    let all = |findings: &[Held]| -> Vec<Release> {
        findings.iter().map(|held| held.release.clone()).collect()
    };
    let (old, new) = (findings("1"), findings("2"));
    let (before, after) = (state(&all(&old), old), state(&all(&new), new[10_000..].to_vec()));
    let (_, events) = told(&before, after, Standing::Live);
    assert_eq!(events.len(), 10_000);
    assert!(events.iter().all(|event| *event == (EventKind::Resolved, Cause::Document)));
}

#[test]
fn what_was_withdrawn_is_told_as_such_also_where_nothing_else_is_known_of_the_package() {
    let blind = DocumentState { unasked: vec![release("g:a", "1")], ..none_of_it() };
    for after in [none_of_it(), blind] {
        let (state, events) = told(&one(), after, Standing::Withdrawn);
        assert_eq!(events, [(EventKind::AdvisoryWithdrawn, Cause::Data)]);
        assert!(state.findings[0].status.is_gone());
    }
}

#[test]
fn a_newer_version_with_the_same_flaw_and_a_further_name_of_it_are_no_news() {
    let newer = state(&[release("g:a", "2")], vec![held("2", &["CVE-1"])]);
    let (state_, events) = told(&one(), newer, Standing::Live);
    assert_eq!((events, state_.findings.len()), (vec![], 1));
    let renamed = state(&[release("g:a", "1")], vec![held("1", &["CVE-0", "CVE-1"])]);
    assert_eq!(told(&one(), renamed, Standing::Live).1, []);
}

#[test]
fn a_package_that_left_or_became_another_version_is_resolved_by_the_document() {
    let cured = state(&[release("g:a", "2")], Vec::new());
    for after in [state(&[], Vec::new()), cured] {
        let (state, events) = told(&one(), after.clone(), Standing::Live);
        assert_eq!(events, [(EventKind::Resolved, Cause::Document)]);
        // told once, remembered, and told again only when it comes back
        assert_eq!(told(&state, after, Standing::Live).1, []);
        assert_eq!(told(&state, one(), Standing::Live).1, [(EventKind::Reopened, Cause::Document)]);
    }
}

#[test]
fn what_people_close_is_resolved_and_what_goes_while_closed_is_not_told() {
    let closed = state(&[release("g:a", "1")], vec![waived(held("1", &["CVE-1"]))]);
    let (state_, events) = told(&one(), closed.clone(), Standing::Live);
    assert_eq!(events, [(EventKind::Resolved, Cause::Policy)]);
    assert_eq!(told(&state_, state(&[], Vec::new()), Standing::Live).1, []);
    assert_eq!(told(&closed, one(), Standing::Live).1, [(EventKind::Reopened, Cause::Policy)]);
}

#[test]
fn two_versions_of_which_one_is_cured_leave_the_flaw_open() {
    let both = state(
        &[release("g:a", "1"), release("g:a", "2")],
        vec![held("1", &["CVE-1"]), held("2", &["CVE-1"])],
    );
    assert_eq!(told(&both, one(), Standing::Live).1, []);
    assert_eq!(told(&one(), both, Standing::Live).1, []);
}

#[test]
fn coverage_falls_when_a_smaller_share_can_be_judged() {
    let covered = |declared, evaluated, not_covered| DocumentState {
        covered: Covered {
            declared,
            evaluated,
            not_evaluated: declared - evaluated,
            not_covered,
            ..Covered::default()
        },
        ..DocumentState::default()
    };
    let fell = [(EventKind::CoverageFell, Cause::Document)];
    assert_eq!(told(&covered(10, 9, 0), covered(10, 8, 0), Standing::Live).1, fell);
    assert_eq!(told(&covered(10, 9, 0), covered(10, 9, 1), Standing::Live).1, fell);
    assert_eq!(told(&covered(10, 9, 0), covered(20, 18, 0), Standing::Live).1, []);
    assert_eq!(told(&covered(10, 9, 0), covered(0, 0, 0), Standing::Live).1, []);
    assert_eq!(told(&covered(0, 0, 0), covered(1, 0, 0), Standing::Live).1, fell);
}

#[test]
fn a_statement_that_became_old_is_told_once() {
    let old = || {
        let old = Held { has_stale_statement: true, ..waived(held("1", &["CVE-1"])) };
        state(&[release("g:a", "1")], vec![old])
    };
    let closed = state(&[release("g:a", "1")], vec![waived(held("1", &["CVE-1"]))]);
    let kinds = |before: &DocumentState| -> Vec<EventKind> {
        told(before, old(), Standing::Live).1.into_iter().map(|(kind, _)| kind).collect()
    };
    assert_eq!(kinds(&closed), [EventKind::StatementStale]);
    assert_eq!(kinds(&old()), []);
}
