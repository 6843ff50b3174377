//! All cases of a kind at once, so that a failure shows every fault.

use std::collections::BTreeMap;

use super::case::{self, Case};
use super::outcome::Outcome;
use super::sandbox::{Ran, Sandbox};
use super::{content, fix, texts};
use crate::support;

const KINDS: [&str; 13] = [
    "verdict-log4j",
    "verdict-vendor",
    "verdict-jar",
    "version-compare",
    "osv-semantics",
    "alias-dedup",
    "ingest",
    "manifest",
    "vex",
    "waiver-policy",
    "report",
    "remediation",
    "operations",
];

/// Fails when a case of this kind falls short that is no known gap, and when a known gap is closed.
pub(crate) fn hold(kind: &str) {
    assert!(KINDS.contains(&kind), "no kind {kind}");
    let gaps = gaps();
    let mut report = String::new();
    for case in Case::all().into_iter().filter(|case| case.kind == kind) {
        let faults = faults(&case);
        let id = &case.id;
        match (gaps.get(id), faults.is_empty()) {
            (None, true) => {}
            (Some(why), false) => {
                eprintln!("known gap {id}: {why} ({} faults)", faults.len());
            }
            (None, false) => report.push_str(&format!("{id}\n{}", listed(&faults))),
            (Some(_), true) => report
                .push_str(&format!("{id}\n    holds now: remove its line from known-gaps.txt\n")),
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

fn listed(faults: &[String]) -> String {
    faults.iter().map(|fault| format!("    {fault}\n")).collect()
}

/// Everything in which the program falls short of a case.
fn faults(case: &Case) -> Vec<String> {
    // a patch is judged by the files, and what the case says of the scan by the scan
    let mut faults = if case.is_fix() { fix::faults(case) } else { Vec::new() };
    let sandbox = Sandbox::of(case);
    let mut all: Vec<Ran> = Vec::new();
    for run in 0..case.run_count() {
        let first = all.len();
        for step in case.steps(run) {
            let ran = sandbox.run(&step);
            let found = content::faults(&ran);
            faults.extend(found.into_iter().map(|fault| format!("{}{fault}", step.tag)));
            all.push(ran);
        }
        let own = texts::faults(case, Some(run), &outcome(&sandbox, &all[first..]));
        faults.extend(own.into_iter().map(|fault| format!("run {}: {fault}", run + 1)));
    }
    faults.extend(texts::faults(case, None, &outcome(&sandbox, &all)));
    faults
}

fn outcome<'a>(sandbox: &'a Sandbox, runs: &'a [Ran]) -> Outcome<'a> {
    Outcome { runs, sandbox }
}

/// `id  why`, one a line; lines that begin with `#` are remarks.
fn gaps() -> BTreeMap<String, String> {
    let text = support::read(&case::folder().join("known-gaps.txt"));
    let text = String::from_utf8(text).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let entry = |line: &str| {
        let (id, why) = line.split_once("  ").unwrap_or((line, ""));
        (id.trim().to_owned(), why.trim().to_owned())
    };
    lines.filter(|line| !line.is_empty()).map(entry).collect()
}

/// Each case belongs to a kind that has a test.
pub(crate) fn all_are_known() {
    let cases = Case::all();
    assert!(!cases.is_empty(), "no case was found");
    let foreign = cases.iter().filter(|c| !KINDS.contains(&&*c.kind));
    let foreign: Vec<_> = foreign.map(|case| (&case.id, &case.kind)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

/// Each line of the known gaps names a case and says why.
pub(crate) fn gaps_are_sound() {
    let ids: Vec<String> = Case::all().into_iter().map(|case| case.id).collect();
    for (id, why) in gaps() {
        assert!(ids.contains(&id), "known-gaps.txt: there is no case {id}");
        assert!(!why.is_empty(), "known-gaps.txt: {id} says no reason");
    }
}

/// Each assertion stands for a text that its case still has.
pub(crate) fn texts_are_used() {
    let cases = Case::all();
    for (id, text) in texts::all() {
        let case = cases.iter().find(|case| case.id.starts_with(id));
        let case = case.unwrap_or_else(|| panic!("there is no case {id}"));
        let runs = (0..case.run_count()).flat_map(|run| case.texts(Some(run)));
        let known = runs.chain(case.texts(None)).any(|known| known == text);
        assert!(known, "case {id} does not say: {text}");
    }
}
