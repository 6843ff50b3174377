//! The store of imported advisories: the same answers as the records themselves, whole or not at all,
//! never fewer findings from bytes that are wrong.

use crate::support;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bomvet::advisory::database::{Batch, Database};
use bomvet::advisory::exploitation::Kind;
use bomvet::advisory::import::{Given, Import};
use bomvet::advisory::record::Record;
use bomvet::advisory::store::{Store, StoreError};
use bomvet::config::Settings;
use bomvet::ids::Ecosystem;
use bomvet::{ingest, pipeline};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

const NOW: &str = "2026-11-25T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn record(id: &str, aliases: &[&str], package: &str, range: &str) -> String {
    let (ecosystem, name) = package.split_once(' ').unwrap();
    let aliases = serde_json::to_string(aliases).unwrap();
    format!(
        r#"{{"id": "{id}", "modified": "2026-10-01T00:00:00Z", "aliases": {aliases}, "summary": "about {id}",
        "affected": [{{"package": {{"ecosystem": "{ecosystem}", "name": "{name}"}},
        "ranges": [{{"type": "ECOSYSTEM", "events": [{range}]}}]}}]}}"#
    )
}

const BELOW_2: &str = r#"{"introduced": "0"}, {"fixed": "2.0.0"}"#;

/// Records, a document, and room for data, in a folder that vanishes.
struct World {
    folder: TempDir,
}

impl World {
    fn new(records: &[(&str, String)]) -> Self {
        let world = Self { folder: support::temp_dir() };
        fs::create_dir(world.path("osv")).unwrap();
        for (name, json) in records {
            world.write(name, json);
        }
        world
    }

    /// Three records of two flaws of two packages.
    fn small() -> Self {
        let world = Self::new(&[
            ("A.json", record("A-1", &["CVE-2026-1"], "Maven g:a", BELOW_2)),
            ("B.json", record("B-1", &["CVE-2026-1"], "Maven g:a", r#"{"introduced": "1.0.0"}"#)),
            ("N.json", record("N-1", &[], "npm left", BELOW_2)),
        ]);
        world.document(&["pkg:maven/g/a@1.5.0", "pkg:npm/left@1.0.0", "pkg:npm/right@1.0.0"]);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, json: &str) {
        fs::write(self.path("osv").join(name), json).unwrap();
    }

    fn document(&self, purls: &[&str]) {
        let part = |(number, purl): (usize, &&str)| {
            format!(r#"{{"type": "library", "name": "c{number}", "purl": "{purl}"}}"#)
        };
        let parts: Vec<String> = purls.iter().enumerate().map(part).collect();
        let text = format!(
            r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}]}}"#,
            parts.join(", ")
        );
        fs::write(self.path("sbom.json"), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = support::bomvet()
            .current_dir(self.folder.path())
            .args(arguments)
            .timeout(Duration::from_secs(60))
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn import(&self) {
        let (code, _, error) = self.run(&["db", "import", "--db", "db", "--now", NOW, "osv"]);
        assert_eq!(code, 0, "{error}");
    }

    fn scan(&self, more: &[&str]) -> (i32, Value) {
        let own = ["scan", "sbom.json", "--no-bundled", "--now", NOW, "-f", "json"];
        let (code, out, _) = self.run(&[&own, more].concat());
        (code, serde_json::from_str(&out).unwrap_or_default())
    }
}

/// Component and identifiers of each finding, sorted.
fn findings(report: &Value) -> Vec<String> {
    let of = |finding: &Value| {
        format!(
            "{} {} {}",
            finding["component"]["purl"], finding["advisory"]["id"], finding["advisory"]["aliases"]
        )
    };
    let mut all: Vec<String> = report["findings"].as_array().unwrap().iter().map(of).collect();
    all.sort();
    all
}

#[test]
fn imported_records_find_what_the_same_records_find_as_files() {
    let world = World::small();
    world.import();
    let (code, imported) = world.scan(&["--db", "db"]);
    let (_, given) = world.scan(&["--advisories", "osv"]);
    assert_eq!(code, 1);
    assert_eq!(findings(&imported), findings(&given));
    assert_eq!(findings(&imported).len(), 2);
    for key in ["remedies", "not_evaluated", "summary", "components"] {
        assert_eq!(imported[key], given[key], "{key}");
    }
    let source = &imported["data"]["sources"][0];
    assert_eq!((source["name"].as_str(), source["imported"].as_bool()), (Some("osv"), Some(true)));
    assert_eq!(source["built_at"], "2026-10-01T00:00:00Z");
    assert_eq!(imported["data"]["age_days"], 55);
}

#[test]
fn a_flaw_is_one_finding_across_bundled_and_imported_records() {
    let core = "Maven org.apache.logging.log4j:log4j-core";
    let world = World::new(&[
        // over another imported record, which names what the bundled ones have
        ("A.json", record("X-1", &["X-2"], core, BELOW_2.replace("2.0.0", "99").as_str())),
        ("B.json", record("X-2", &["CVE-2021-44228"], "Maven g:other", BELOW_2)),
    ]);
    world.document(&["pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"]);
    world.import();
    let arguments = ["scan", "sbom.json", "--db", "db", "--now", NOW, "-f", "json"];
    let (_, out, _) = world.run(&arguments);
    let report: Value = serde_json::from_str(&out).unwrap();
    let all = report["findings"].as_array().unwrap();
    let own: Vec<&Value> = all.iter().filter(|f| f["advisory"]["id"] == "CVE-2021-44228").collect();
    assert_eq!(own.len(), 1);
    let records = own[0]["records"].as_array().unwrap();
    let sources: Vec<_> =
        records.iter().map(|r| (r["id"].as_str(), r["source"].as_str())).collect();
    assert!(sources.contains(&(Some("X-1"), Some("osv"))), "{sources:?}");
    assert!(sources.contains(&(Some("CVE-2021-44228"), Some("bundled"))), "{sources:?}");
    assert!(!all.iter().any(|f| f["advisory"]["id"] == "X-1"));
}

#[test]
fn a_withdrawn_record_is_silent_and_does_not_join_flaws() {
    let withdrawn = record("W-1", &["A-1", "B-1"], "Maven g:a", BELOW_2).replacen(
        '{',
        r#"{"withdrawn": "2026-11-01T00:00:00Z", "#,
        1,
    );
    let world = World::new(&[
        ("A.json", record("A-1", &[], "Maven g:a", BELOW_2)),
        ("B.json", record("B-1", &[], "Maven g:a", BELOW_2)),
        ("W.json", withdrawn),
    ]);
    world.document(&["pkg:maven/g/a@1.5.0"]);
    world.import();
    assert_eq!(findings(&world.scan(&["--db", "db"]).1).len(), 2);
    // the day before it was withdrawn it counted, and made one flaw of the three
    let (_, out, _) = world.run(&[
        "scan",
        "sbom.json",
        "--no-bundled",
        "--db",
        "db",
        "--now",
        "2026-10-31T00:00:00Z",
        "-f",
        "json",
    ]);
    assert_eq!(findings(&serde_json::from_str(&out).unwrap()).len(), 1);
}

#[test]
fn data_that_was_named_must_be_there_and_the_users_own_may() {
    let world = World::small();
    let (code, _, error) = world.run(&["scan", "sbom.json", "--db", "none"]);
    assert_eq!(code, 4);
    assert!(error.contains("no advisory data was imported to none"), "{error}");
    let with = |name: &str, value: PathBuf| {
        let mut program = support::program();
        program.current_dir(world.folder.path()).env(name, value);
        program.args(["scan", "sbom.json", "--no-bundled", "--now", NOW]);
        program.output().unwrap().status.code()
    };
    assert_eq!(with("BOMVET_DB", world.path("none")), Some(4));
    world.import();
    assert_eq!(with("BOMVET_DB", world.path("db")), Some(1));
    fs::create_dir(world.path("data")).unwrap();
    assert_eq!(with("XDG_DATA_HOME", world.path("data")), Some(4), "nothing to compare with");
    fs::rename(world.path("db"), world.path("data/bomvet")).unwrap();
    assert_eq!(with("XDG_DATA_HOME", world.path("data")), Some(1));
    // damaged data is an error also where nobody asked for it
    fs::remove_file(world.path("data/bomvet/current")).unwrap();
    let mut program = support::program();
    program.current_dir(world.folder.path()).env("XDG_DATA_HOME", world.path("data"));
    let output = program.args(["scan", "sbom.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(output.stdout.is_empty());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("import it again with `bomvet db import`"), "{error}");
}

#[test]
fn data_of_another_format_says_so() {
    let world = World::small();
    world.import();
    let index = world.path("db/gen-00000001/Maven-0.idx");
    let mut bytes = fs::read(&index).unwrap();
    bytes[8] = 2;
    fs::write(&index, bytes).unwrap();
    let (code, out, error) = world.run(&["scan", "sbom.json", "--no-bundled", "--db", "db"]);
    assert_eq!((code, &*out), (4, ""));
    assert!(error.contains("made by another version of bomvet"), "{error}");
}

/// Audits the document by the library; the labels of what was found.
fn audit(world: &World, home: &Path) -> Result<Vec<String>, StoreError> {
    let store = Store::open(home)?.expect("data was imported");
    let database = Database::with_store(Vec::new(), Some(store), now());
    let intake = ingest::read_all(&[world.path("sbom.json")]);
    let audit = pipeline::audit(intake, &database, &Settings::default(), Vec::new(), now())?;
    let of = |judged: &bomvet::judge::Judged| {
        format!("{} {:?}", judged.finding.component, judged.finding.ids)
    };
    Ok(audit.judged.iter().map(of).collect())
}

#[test]
fn a_byte_that_changed_in_any_file_is_noticed_or_changes_nothing() {
    let world = World::small();
    world.import();
    let home = world.path("db");
    let right = audit(&world, &home).unwrap();
    assert_eq!(right.len(), 2);
    let generation = home.join("gen-00000001");
    let mut files: Vec<PathBuf> =
        support::entries(&generation).into_iter().map(|(_, p)| p).collect();
    files.push(home.join("current"));
    let (mut tried, mut noticed) = (0, 0);
    for file in files {
        let whole = fs::read(&file).unwrap();
        for place in (0..whole.len()).step_by(if whole.len() > 2_000 { 5 } else { 1 }) {
            let mut bytes = whole.clone();
            bytes[place] ^= 1 << (place % 8);
            fs::write(&file, &bytes).unwrap();
            tried += 1;
            match audit(&world, &home) {
                Ok(found) => assert_eq!(found, right, "{}: byte {place}", file.display()),
                Err(_) => noticed += 1,
            }
        }
        for length in [0, 1, whole.len() / 2, whole.len().saturating_sub(1)] {
            fs::write(&file, &whole[..length.min(whole.len())]).unwrap();
            if let Ok(found) = audit(&world, &home) {
                assert_eq!(found, right, "{} cut to {length}", file.display());
            }
        }
        fs::remove_file(&file).unwrap();
        if let Ok(found) = audit(&world, &home) {
            assert_eq!(found, right, "{} removed", file.display());
        }
        fs::write(&file, &whole).unwrap();
    }
    assert_eq!(audit(&world, &home).unwrap(), right);
    assert!(noticed > tried / 4, "{noticed} of {tried}");
}

#[test]
fn verify_notices_every_byte() {
    let world = World::small();
    world.import();
    let store = || Store::open(&world.path("db")).unwrap().unwrap();
    let verified = store().verify().unwrap();
    assert_eq!((verified.records, verified.packages, verified.entries), (3, 2, 3));
    for (name, file) in support::entries(&world.path("db/gen-00000001")) {
        if name == "manifest.json" {
            continue;
        }
        let whole = fs::read(&file).unwrap();
        for place in (0..whole.len()).step_by(11) {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            fs::write(&file, &bytes).unwrap();
            assert!(store().verify().is_err(), "{name}: byte {place}");
        }
        fs::write(&file, &whole).unwrap();
    }
    assert!(store().verify().is_ok());
}

/// A scan sees the old data or the new, or says that there is none.
#[test]
fn an_import_that_is_killed_never_leaves_data_that_scans_as_clean() {
    let world = World::small();
    for number in 0..300 {
        let json = record(&format!("F-{number}"), &[], &format!("Maven g:f{number}"), BELOW_2);
        world.write(&format!("F{number}.json"), &json);
    }
    let import = || {
        let mut program = support::program();
        program.current_dir(world.folder.path()).args(["db", "import", "--db", "db", "osv"]);
        program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        program
    };
    let started = std::time::Instant::now();
    assert!(import().status().unwrap().success());
    let whole = started.elapsed();
    fs::remove_dir_all(world.path("db")).unwrap();
    let mut dice = 7_u64;
    let (mut killed, mut without) = (0, 0);
    for round in 0..50 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = u32::try_from(dice >> 33).unwrap() % 1_000;
        let mut child = import().spawn().unwrap();
        std::thread::sleep(whole * share / 1_000);
        killed += usize::from(child.kill().is_ok() && !child.wait().unwrap().success());
        let (code, report) = world.scan(&["--db", "db"]);
        match code {
            1 => assert_eq!(findings(&report).len(), 2),
            4 => without += 1,
            code => panic!("exit code {code}"),
        }
        if round == 24 {
            // from here on there is data that must stay
            assert!(import().status().unwrap().success());
        }
    }
    assert!(killed > 5, "only {killed} imports were killed in time");
    assert!(without <= 25, "{without} scans found no data");
    assert!(import().status().unwrap().success());
    assert_eq!(findings(&world.scan(&["--db", "db"]).1).len(), 2);
    let left: Vec<String> =
        support::entries(&world.path("db")).into_iter().map(|(n, _)| n).collect();
    let fleeting = left.iter().filter(|name| name.contains("partial")).count();
    assert_eq!(fleeting, 0, "{left:?}");
    assert!(left.iter().filter(|name| name.starts_with("gen-")).count() <= 2, "{left:?}");
}

/// A limit on the size of files stands for a full disk: the write fails in the middle.
#[test]
#[cfg(unix)]
fn a_disk_that_is_full_leaves_the_data_that_was_there() {
    let world = World::small();
    world.import();
    let before = fs::read(world.path("db/current")).unwrap();
    for number in 0..400 {
        let json = record(&format!("F-{number}"), &[], &format!("Maven g:f{number}"), BELOW_2);
        world.write(&format!("F{number}.json"), &json);
    }
    let mut shell = Command::new("sh");
    shell.current_dir(world.folder.path());
    shell.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" db import --db db osv"]);
    let output = shell.arg(env!("CARGO_BIN_EXE_bomvet")).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{error}");
    assert!(error.contains("could not write the advisory data db/gen-00000002"), "{error}");
    assert_eq!(fs::read(world.path("db/current")).unwrap(), before);
    assert!(!world.path("db/gen-00000002.partial").exists());
    assert_eq!(findings(&world.scan(&["--db", "db"]).1).len(), 2);
}

#[test]
fn a_generation_that_is_read_is_not_cleaned_away() {
    let world = World::small();
    world.import();
    let reading = Store::open(&world.path("db")).unwrap().unwrap();
    for _ in 0..3 {
        world.import();
    }
    assert!(world.path("db/gen-00000001").exists());
    assert!(!world.path("db/gen-00000002").exists());
    // nothing but the manifest was open until now
    let found = reading.about(&Ecosystem::known("Maven"), "g:a").unwrap();
    assert_eq!(found.len(), 2);
    drop(reading);
    world.import();
    assert!(!world.path("db/gen-00000001").exists());
}

#[test]
fn imports_at_once_take_turns() {
    let world = World::small();
    let start = |_| {
        let mut program = support::program();
        program.current_dir(world.folder.path()).args(["db", "import", "--db", "db", "osv"]);
        program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = (0..4).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let current = fs::read_to_string(world.path("db/current")).unwrap();
    assert!(current.starts_with("gen-00000004\n"), "{current}");
    assert_eq!(findings(&world.scan(&["--db", "db"]).1).len(), 2);
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn zips_in_zips_feeds_and_odd_texts_are_told_apart_and_counted() {
    let world = World::small();
    let inner = zip(&[("C.json", record("C-1", &[], "PyPI Some_Name", BELOW_2).as_bytes())]);
    let kev = br#"{"catalogVersion": "1", "count": 1, "dateReleased": "2026-11-24T00:00:00Z",
        "vulnerabilities": [{"cveID": "CVE-2026-1000", "dateAdded": "2026-11-20"}]}"#;
    let epss = b"#model_version:v1,score_date:2026-11-24T00:00:00Z\ncve,epss,percentile\n\
                 CVE-2026-1000,0.5,0.9\nCVE-2026-1001,0.25,0.8\n";
    let outer = zip(&[
        ("PyPI/all.zip", &inner),
        ("odd.json", br#"{"id": "O-1", "severity": [{"type": "CVSS_V3", "score": "10"}]}"#),
        ("broken.json", b"{"),
        ("known_exploited_vulnerabilities.json", kev),
        ("epss_scores-current.csv", epss),
    ]);
    fs::write(world.path("osv/more.zip"), outer).unwrap();
    let (code, out, error) = world.run(&["db", "import", "--db", "db", "osv"]);
    assert_eq!(code, 0, "{error}");
    assert!(
        out.starts_with("5 records imported (0 withdrawn, 1 with remarks), 1 rejected\n"),
        "{out}"
    );
    assert!(error.contains("more.zip!broken.json is no OSV record"), "{error}");
    assert!(error.contains("O-1: CVSS_V3 vector \"10\" is not used"), "{error}");
    let store = Store::open(&world.path("db")).unwrap().unwrap();
    let feeds: Vec<_> =
        store.manifest().feeds.iter().map(|feed| (feed.kind, feed.records)).collect();
    assert_eq!(feeds, [(Kind::Kev, 1), (Kind::Epss, 2)]);
    world.document(&["pkg:pypi/some.name@1.0.0"]);
    let (code, report) = world.scan(&["--db", "db"]);
    assert_eq!((code, findings(&report).len()), (1, 1));
    let warnings = report["data"]["warnings"].to_string();
    assert!(warnings.contains("2 remarks and rejected 1 texts"), "{warnings}");
    let (_, status, _) = world.run(&["db", "status", "--db", "db", "--verbose"]);
    assert!(status.contains("broken.json is no OSV record"), "{status}");
}

/// Whatever single byte of a zip changes, no record gets lost without a word.
#[test]
fn a_zip_in_which_any_byte_changed_gives_all_records_or_an_error() {
    let world = World::new(&[]);
    let records: Vec<String> =
        (0..3).map(|n| record(&format!("Z-{n}"), &[], &format!("Maven g:z{n}"), BELOW_2)).collect();
    let names = ["Z-0.json", "Z-1.json", "Z-2.json"];
    let entries: Vec<_> = names.iter().zip(&records).map(|(n, r)| (*n, r.as_bytes())).collect();
    let whole = zip(&entries);
    let path = world.path("all.zip");
    let mut refused = 0;
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        fs::write(&path, &bytes).unwrap();
        match bomvet::advisory::source::load(&path) {
            Ok(batch) => assert_eq!(batch.records.len(), 3, "byte {place}: {:?}", batch.warnings),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > whole.len() / 2, "{refused} of {}", whole.len());
}

#[test]
fn of_two_revisions_the_newest_is_imported_in_whatever_order() {
    let old = record("R-1", &[], "Maven g:a", r#"{"introduced": "0"}"#)
        .replace("2026-10-01", "2026-09-01");
    let new = record("R-1", &[], "Maven g:a", BELOW_2);
    for (first, second) in [(&old, &new), (&new, &old)] {
        let world = World::new(&[("1.json", first.clone()), ("2.json", second.clone())]);
        world.document(&["pkg:maven/g/a@2.0.0", "pkg:maven/g/a@1.0.0"]);
        let (_, out, error) = world.run(&["db", "import", "--db", "db", "osv"]);
        assert!(error.contains("R-1: two revisions, kept 2026-10-01T00:00:00Z"), "{error}");
        assert!(out.contains("1 superseded"), "{out}");
        assert_eq!(findings(&world.scan(&["--db", "db"]).1).len(), 1);
    }
}

#[test]
fn what_changed_between_imports_is_told_with_the_findings_that_it_explains() {
    let world = World::small();
    world.import();
    let withdrawn = record("N-1", &[], "npm left", BELOW_2).replacen(
        '{',
        r#"{"withdrawn": "2026-11-01T00:00:00Z", "#,
        1,
    );
    world.write("N.json", &withdrawn);
    world.write(
        "B.json",
        &record("B-1", &["CVE-2026-1"], "Maven g:a", r#"{"introduced": "9.0.0"}"#),
    );
    world.write("R.json", &record("R-1", &[], "npm right", BELOW_2));
    fs::remove_file(world.path("osv/A.json")).unwrap();
    world.import();
    let arguments =
        ["db", "diff", "--db", "db", "--sbom", "sbom.json", "--now", NOW, "--format", "json"];
    let (code, out, error) = world.run(&arguments);
    assert_eq!(code, 0, "{error}");
    let diff: Value = serde_json::from_str(&out).unwrap();
    let changes: Vec<_> = diff["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["change"].as_str().unwrap(), c["id"].as_str().unwrap()))
        .collect();
    let expected = [("added", "R-1"), ("changed", "B-1"), ("withdrawn", "N-1"), ("removed", "A-1")];
    assert_eq!(changes, expected);
    let drifted: Vec<_> = diff["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            let because =
                f["because"].as_array().unwrap().iter().map(|b| b["change"].as_str().unwrap());
            (
                f["drift"].as_str().unwrap(),
                f["ids"][0].as_str().unwrap(),
                because.collect::<Vec<_>>(),
            )
        })
        .collect();
    let expected = [
        ("appeared", "R-1", vec!["added"]),
        ("gone", "CVE-2026-1", vec!["changed", "removed"]),
        ("gone", "N-1", vec!["withdrawn"]),
    ];
    assert_eq!(drifted, expected);
    // the same by name, the other way round
    let (_, out, _) = world.run(&["db", "diff", "db", "db/gen-00000001"]);
    assert!(out.starts_with("2 added, 1 changed, 0 withdrawn, 1 removed\n"), "{out}");
}

#[test]
fn a_record_is_shown_as_it_was_published() {
    let json = record("U-1", &["CVE-2026-5"], "Lunar:7 moon", BELOW_2).replacen(
        '{',
        r#"{"tides": [1, 2], "#,
        1,
    );
    let world = World::new(&[("U.json", json.clone())]);
    world.import();
    for what in ["U-1", "CVE-2026-5"] {
        let (code, out, _) = world.run(&["db", "show", "--db", "db", what, "-f", "json"]);
        assert_eq!(code, 0);
        let shown: Vec<Value> = serde_json::from_str(&out).unwrap();
        assert_eq!(shown, [serde_json::from_str::<Value>(&json).unwrap()]);
    }
    assert_eq!(world.run(&["db", "show", "--db", "db", "U-2"]).0, 4);
    let (_, status, _) = world.run(&["db", "status", "--db", "db", "-f", "json"]);
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["ecosystems"][0]["keys"], serde_json::json!(["Lunar:7"]));
}

/// A record of one's own beside the configuration, that takes the place of A-1.
fn correction(range: &str, more: &str) -> String {
    let mark =
        r#""database_specific": {"bomvet": {"corrects": "A-1", "reason": "see TICKET-7"}}, "#;
    record("LOCAL-1", &[], "Maven g:a", range).replacen('{', &format!("{{{mark}{more}"), 1)
}

#[test]
fn a_correction_narrows_widens_or_withdraws_and_shows_as_such() {
    let world = World::new(&[("A.json", record("A-1", &[], "Maven g:a", BELOW_2))]);
    world.document(&["pkg:maven/g/a@1.5.0", "pkg:maven/g/a@2.5.0"]);
    world.import();
    fs::write(world.path("bomvet.toml"), "[gate]\nfail_on = \"any\"\n").unwrap();
    fs::create_dir(world.path("advisories")).unwrap();
    let scan = |text: &str| {
        fs::write(world.path("advisories/a.json"), text).unwrap();
        let (code, report) = world.scan(&["--db", "db"]);
        let purls = report["findings"].as_array().unwrap().iter();
        let purls: Vec<String> =
            purls.map(|f| f["component"]["purl"].as_str().unwrap().to_owned()).collect();
        (code, purls, report)
    };
    let told = |text: &Value| {
        text.to_string()
            .contains("A-1 would cover it and is corrected by advisories/a.json: see TICKET-7")
    };

    let (code, purls, report) =
        scan(&correction(r#"{"introduced": "1.6.0"}, {"fixed": "2.0.0"}"#, ""));
    assert_eq!((code, purls.len()), (0, 0));
    assert!(told(&report["warnings"]), "{}", report["warnings"]);

    let (code, purls, report) = scan(&correction(r#"{"introduced": "0"}, {"fixed": "3.0.0"}"#, ""));
    assert_eq!((code, purls.len()), (1, 2));
    let of_old = report["findings"].as_array().unwrap().iter();
    let notes: Vec<&Value> = of_old.map(|f| &f["notes"]).filter(|notes| told(notes)).collect();
    assert_eq!(notes.len(), 1);
    assert_eq!(report["remedies"][0]["to"], "3.0.0");

    let withdrawn = correction(BELOW_2, r#""withdrawn": "2026-11-01T00:00:00Z", "#);
    let (code, purls, report) = scan(&withdrawn);
    assert_eq!((code, purls.len()), (0, 0));
    assert!(told(&report["warnings"]), "{}", report["warnings"]);
    let warnings = report["data"]["warnings"].to_string();
    assert!(warnings.contains("A-1 is corrected by advisories/a.json: see TICKET-7"), "{warnings}");

    let without = correction(BELOW_2, "").replace("see TICKET-7", " ");
    fs::write(world.path("advisories/a.json"), without).unwrap();
    let (code, out, error) = world.run(&["scan", "sbom.json", "--db", "db"]);
    assert_eq!((code, &*out), (2, ""));
    assert!(error.contains("advisories/a.json: \"reason\" is empty"), "{error}");
}

fn version() -> impl Strategy<Value = String> {
    let tail = prop::sample::select(vec!["", ".1", "-rc1", "-RC.1", ".Final", ".x", "m1"]);
    (0..3_u8, 0..3_u8, tail).prop_map(|(a, b, tail)| format!("{a}.{b}{tail}"))
}

fn events() -> impl Strategy<Value = String> {
    let event = (0..4_u8, version()).prop_map(|(kind, v)| match kind {
        0 => r#"{"introduced": "0"}"#.to_owned(),
        1 => format!(r#"{{"introduced": "{v}"}}"#),
        2 => format!(r#"{{"fixed": "{v}"}}"#),
        _ => format!(r#"{{"last_affected": "{v}"}}"#),
    });
    prop::collection::vec(event, 1..4).prop_map(|events| events.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The oracle is the same pipeline over the records in memory.
    #[test]
    fn an_audit_on_imported_records_is_the_audit_on_the_records(
        records in prop::collection::vec((0..3_u8, 0..4_u8, events()), 1..10),
        installed in prop::collection::vec((0..3_u8, version()), 1..5),
    ) {
        let record = |(number, (package, alias, events)): (usize, &(u8, u8, String))| {
            let alias = format!("CVE-2026-{alias}");
            let aliases: &[&str] = if number % 2 == 0 { &[&alias] } else { &[] };
            record(&format!("T-{number}"), aliases, &format!("Maven g:p{package}"), events)
        };
        let texts: Vec<String> = records.iter().enumerate().map(record).collect();
        let names: Vec<String> = (0..texts.len()).map(|n| format!("{n}.json")).collect();
        let files: Vec<(&str, String)> = names.iter().map(String::as_str).zip(texts.clone()).collect();
        let world = World::new(&files);
        let purls: Vec<String> =
            installed.iter().map(|(p, v)| format!("pkg:maven/g/p{p}@{v}")).collect();
        world.document(&purls.iter().map(String::as_str).collect::<Vec<_>>());
        let home = world.path("db");
        let sources = [Given::from(&world.path("osv"))];
        let import = Import { home: &home, sources: &sources, as_of: None, now: now() };
        import.run(|| ()).unwrap();
        let source: Arc<str> = Arc::from("osv");
        let records = texts.iter().map(|t| Record::parse(t, &source).unwrap()).collect();
        let memory = Database::new(vec![Batch { records, ..Batch::default() }], now());
        let store = Database::with_store(Vec::new(), Store::open(&home).unwrap(), now());
        let audit = |database: &Database| {
            let intake = ingest::read_all(&[world.path("sbom.json")]);
            pipeline::audit(intake, database, &Settings::default(), Vec::new(), now()).unwrap()
        };
        let (one, other) = (audit(&memory), audit(&store));
        let findings = |audit: &pipeline::Audit| -> Vec<String> {
            let of = |j: &bomvet::judge::Judged| {
                let says: Vec<_> =
                    j.finding.evidence.iter().map(|e| (e.id.clone(), e.affected, e.fixed.clone())).collect();
                format!("{} {:?} {says:?} {:?}", j.finding.component, j.finding.ids, j.finding.notes)
            };
            audit.judged.iter().map(of).collect()
        };
        prop_assert_eq!(findings(&one), findings(&other));
        let remedies = |audit: &pipeline::Audit| format!("{:?}", audit.remedies);
        prop_assert_eq!(remedies(&one), remedies(&other));
        prop_assert_eq!(&one.warnings, &other.warnings);
    }
}
