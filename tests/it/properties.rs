//! What must hold whatever the input: nothing is lost, the index finds what a naive walk finds, no
//! target is covered by a record.

use std::cmp::Ordering;
use std::path::PathBuf;
use std::sync::Arc;

use bomvet::advisory::bundled;
use bomvet::advisory::database::{Batch, Database};
use bomvet::advisory::playbook::Playbook;
use bomvet::advisory::ranges::{Answer, CompiledRange};
use bomvet::advisory::record::{Event, Record};
use bomvet::config::Settings;
use bomvet::ids::Ecosystem;
use bomvet::ingest;
use bomvet::matching::covering;
use bomvet::pipeline::{self, Audit};
use bomvet::version::{Order, Version};
use proptest::prelude::*;

fn maven(text: &str) -> Version {
    Version::parse(Order::Maven, text).unwrap()
}

/// Versions as they are written, small enough that bounds and versions meet.
fn version() -> impl Strategy<Value = String> {
    let number = 0_u32..4;
    let tail =
        prop::sample::select(vec!["", "", "", "-rc1", "-beta2", ".Final", "-jre", ".redhat-1"]);
    (number.clone(), number.clone(), prop::option::of(number), tail).prop_map(|(a, b, c, tail)| {
        let patch = c.map(|c| format!(".{c}")).unwrap_or_default();
        format!("{a}.{b}{patch}{tail}")
    })
}

/// Ranges as records hold them: intervals that ascend.
fn range() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec((version(), version(), 0_u8..3), 1..4).prop_map(|pairs| {
        let mut events = Vec::new();
        for (from, to, end) in pairs {
            let (from, to) = if maven(&from).compare(&maven(&to)) == Some(Ordering::Greater) {
                (to, from)
            } else {
                (from, to)
            };
            events.push(Event::Introduced(if end == 2 { "0".to_owned() } else { from }));
            match end {
                0 => events.push(Event::Fixed(to)),
                1 => events.push(Event::LastAffected(to)),
                _ => {}
            }
        }
        events
    })
}

/// The algorithm of the OSV schema, word for word: sort the events, walk them, keep a flag.
fn osv_says(events: &[Event], version: &Version) -> bool {
    let rank = |event: &Event| match event {
        Event::Introduced(v) if v == "0" => None,
        other => Some(maven(other.version())),
    };
    let mut sorted: Vec<&Event> = Vec::new();
    for event in events {
        let after = |known: &&Event| match (rank(known), rank(event)) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(a), Some(b)) => a.compare(&b) == Some(Ordering::Greater),
        };
        let place = sorted.iter().position(after).unwrap_or(sorted.len());
        sorted.insert(place, event);
    }
    let mut vulnerable = false;
    for event in sorted {
        let side = rank(event).map_or(Ordering::Greater, |at| version.compare(&at).unwrap());
        match event {
            Event::Introduced(_) if side.is_ge() => vulnerable = true,
            Event::Fixed(_) if side.is_ge() => vulnerable = false,
            Event::LastAffected(_) if side.is_gt() => vulnerable = false,
            _ => {}
        }
    }
    vulnerable
}

proptest! {
    #[test]
    fn a_compiled_range_answers_as_the_osv_algorithm(events in range(), at in version()) {
        let at = maven(&at);
        let compiled = CompiledRange::of_events(&events, Order::Maven);
        prop_assert_eq!(compiled.evaluate(&at) != Answer::Outside, osv_says(&events, &at));
    }

    #[test]
    fn a_fix_that_is_named_ends_the_interval(events in range(), at in version()) {
        let at = maven(&at);
        let compiled = CompiledRange::of_events(&events, Order::Maven);
        if let Answer::Inside { fixed: Some(fixed), .. } = compiled.evaluate(&at) {
            prop_assert_eq!(maven(&fixed).compare(&at), Some(Ordering::Greater));
        }
    }

    #[test]
    fn the_index_finds_what_a_walk_over_all_records_finds(
        records in prop::collection::vec((0_u8..4, range()), 1..8),
        at in version(),
    ) {
        let records: Vec<Record> = records.iter().enumerate().map(record).collect();
        let version = maven(&at);
        let naive = |name: &str| records.iter().filter(|r| covers(r, name, &version)).count();
        let batch = Batch { records: records.clone(), ..Batch::default() };
        let database = Database::new(vec![batch], jiff::Timestamp::UNIX_EPOCH);
        for number in 0..4 {
            let name = format!("g:a{number}");
            let dossier = database.dossier(&Ecosystem::known("Maven"), &name).unwrap();
            let found: usize = covering(&dossier, &version).values().map(Vec::len).sum();
            prop_assert_eq!(found, naive(&name));
        }
    }

    #[test]
    fn nothing_declared_is_lost(components in prop::collection::vec(component(), 0..20)) {
        let audit = audit(&document(&components), Vec::new());
        let count = audit.inventory.count(None);
        prop_assert_eq!(count.declared, components.len());
        prop_assert_eq!(count.declared, count.evaluated + count.not_evaluated);
    }

    #[test]
    fn no_target_is_covered_and_none_is_below_what_is_installed(
        records in prop::collection::vec((0_u8..2, range()), 1..6),
        installed in version(),
    ) {
        let records: Vec<Record> = records.iter().enumerate().map(record).collect();
        let purl = format!("pkg:maven/g/a0@{installed}");
        let audit = audit(&document(&[format!(r#"{{"name": "a0", "purl": "{purl}"}}"#)]), records.clone());
        for remedy in &audit.remedies {
            let Some(to) = &remedy.to else { continue };
            let to = maven(&to.version);
            prop_assert_eq!(to.compare(&maven(&installed)), Some(Ordering::Greater));
            if remedy.leaves.is_empty() {
                prop_assert!(!records.iter().any(|r| covers(r, "g:a0", &to)));
            }
        }
    }
}

fn record((number, (package, events)): (usize, &(u8, Vec<Event>))) -> Record {
    let event = |event: &Event| {
        let (key, version) = match event {
            Event::Introduced(v) => ("introduced", v),
            Event::Fixed(v) => ("fixed", v),
            Event::LastAffected(v) => ("last_affected", v),
            Event::Limit(v) => ("limit", v),
        };
        format!(r#"{{"{key}": "{version}"}}"#)
    };
    let events: Vec<String> = events.iter().map(event).collect();
    let json = format!(
        r#"{{"id": "TEST-{number}", "modified": "2026-01-01T00:00:00Z", "affected": [
            {{"package": {{"ecosystem": "Maven", "name": "g:a{package}"}},
              "ranges": [{{"type": "ECOSYSTEM", "events": [{}]}}]}}]}}"#,
        events.join(", ")
    );
    Record::parse(&json, &Arc::from("test")).unwrap()
}

fn covers(record: &Record, name: &str, version: &Version) -> bool {
    let of_package = record.affected.iter().filter(|part| part.name == name);
    of_package.flat_map(|part| &part.ranges).any(|range| osv_says(&range.events, version))
}

/// Components with and without identity, version, sense.
fn component() -> impl Strategy<Value = String> {
    let purl = prop::sample::select(vec![
        "",
        "pkg:maven/g/a@1",
        "pkg:maven/g/a",
        "pkg:npm/%40s/n@1.2.3.4.5",
        "pkg:yocto/x@1",
        "nonsense",
        "pkg:maven/g/a@${v}",
        "pkg:npm/x@%5E1",
        "pkg:golang/x/y@(devel)",
        "pkg:deb/debian/vim@1",
        "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
    ]);
    let kind = prop::sample::select(vec!["library", "file", "container", "", "odd"]);
    (purl, kind, prop::option::of(version())).prop_map(|(purl, kind, version)| {
        let purl = if purl.is_empty() { String::new() } else { format!(r#", "purl": "{purl}""#) };
        let version = version.map(|v| format!(r#", "version": "{v}""#)).unwrap_or_default();
        format!(r#"{{"type": "{kind}", "name": "n"{purl}{version}}}"#)
    })
}

fn document(components: &[String]) -> String {
    let components = components.join(", ");
    format!(r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{components}]}}"#)
}

fn audit(document: &str, records: Vec<Record>) -> Audit {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("sbom.json");
    std::fs::write(&path, document).unwrap();
    let own = Batch { records, ..Batch::default() };
    let batches = if own.records.is_empty() { vec![bundled::batch()] } else { vec![own] };
    let now = "2026-11-25T12:00:00Z".parse().unwrap();
    let database = Database::new(batches, now);
    pipeline::audit(ingest::read_all(&[path]), &database, &Settings::default(), Vec::new(), now)
        .unwrap()
}

#[test]
fn every_release_of_log4j_core_is_sent_to_a_version_that_no_record_covers() {
    let book = &Playbook::bundled().0;
    let core = "org.apache.logging.log4j:log4j-core";
    let now = "2026-11-25T12:00:00Z".parse().unwrap();
    let database = Database::new(vec![bundled::batch()], now);
    let releases: Vec<String> =
        book.lines_of(core).flat_map(|line| line.releases.clone()).collect();
    assert!(releases.len() > 40);
    for release in releases {
        let purl = format!("pkg:maven/org.apache.logging.log4j/log4j-core@{release}");
        let audit =
            audit(&document(&[format!(r#"{{"name": "c", "purl": "{purl}"}}"#)]), Vec::new());
        let [remedy] = audit.remedies.as_slice() else {
            assert!(audit.judged.is_empty(), "{release} has findings and no remedy");
            continue;
        };
        let to = remedy.to.as_ref().unwrap();
        let target = maven(&to.version);
        // a core brings the API of its own version along
        for package in [core, "org.apache.logging.log4j:log4j-api"] {
            let dossier = database.dossier(&Ecosystem::known("Maven"), package).unwrap();
            assert!(covering(&dossier, &target).is_empty(), "{release}: {package}");
        }
    }
}

/// Lines such as Maven and Gradle write, in any order, some of them damaged.
fn build_output() -> impl Strategy<Value = String> {
    let lead =
        prop::sample::select(vec!["", "[INFO] ", "+- ", "\\- ", "|  +- ", "      \\- ", "└─ "]);
    let rest = prop::sample::select(vec![
        "g:a:jar:1",
        "g:a:jar:1:compile",
        "g:b:jar:tests:2:test (optional)",
        "(g:b:jar:2:compile - omitted for cycle)",
        "--- dependency:3.8.1:tree (x) @ a ---",
        "The following files have been resolved:",
        "BUILD SUCCESS",
        "g:a:1=runtimeClasspath",
        "empty=",
        "::::",
        "\u{1b}[1m",
        "é\u{1b}",
    ]);
    prop::collection::vec((lead, rest), 0..12)
        .prop_map(|lines| lines.iter().map(|(a, b)| format!("{a}{b}\n")).collect())
}

proptest! {
    #[test]
    fn readers_of_build_output_take_any_text_and_lose_no_reference(text in build_output()) {
        let _ = ingest::read_documents(&text, None);
        let _ = ingest::gradle::read(&text);
        if let Ok(document) = ingest::maven_output::read(&text) {
            let own: Vec<_> =
                document.components.iter().filter_map(|c| c.reference.as_deref()).collect();
            for (_, to) in document.edges.iter() {
                prop_assert!(to.ends_with("(module)") || own.contains(&to), "{to} in {text}");
            }
        }
    }
}
