//! Copies, retention and locks of the audit's store: while a run is at work, and after one was killed.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::{bomvet, program, temp_dir};

const NOW: &str = "2026-11-26T00:00:00Z";
const STORE: &str = "bomvet-audit.sqlite";

/// A product with many documents: its first run takes a while.
fn portfolio() -> TempDir {
    let folder = temp_dir();
    let inside = folder.path().join("in");
    fs::create_dir(&inside).unwrap();
    let text = "[audit]\nkeep_days = 30\n[[product]]\nname = \"shop\"\nsources = [\"in/*.json\"]\n";
    fs::write(folder.path().join("bomvet.toml"), text).unwrap();
    for number in 0..600 {
        let version = format!("2.{}.0", number % 18);
        let text = format!(
            r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{
            "type": "library", "group": "org.apache.logging.log4j", "name": "log4j-core",
            "version": "{version}",
            "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@{version}"}}]}}"#
        );
        fs::write(inside.join(format!("{number:03}.json")), text).unwrap();
    }
    folder
}

fn audit(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = bomvet().current_dir(folder).arg("audit").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn start(folder: &Path) -> Child {
    let arguments = ["audit", "-q", "--now", NOW];
    let mut child = program();
    child.current_dir(folder).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    child.spawn().unwrap()
}

/// Waits until a run has written its first documents and is still at work.
fn at_work(folder: &Path, child: &mut Child) {
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until {
        assert!(child.try_wait().unwrap().is_none(), "the run ended before anybody looked");
        let count = "SELECT count(*) FROM document";
        let open = rusqlite::Connection::open(folder.join(STORE));
        let found = open.and_then(|open| open.query_row(count, [], |row| row.get::<_, i64>(0)));
        if found.is_ok_and(|count| count > 0) {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the run wrote nothing");
}

/// What SQLite itself says about a file.
fn is_sound(path: &Path) -> bool {
    let open = rusqlite::Connection::open(path).unwrap();
    let check = |pragma: &str| open.query_row(pragma, [], |row| row.get::<_, String>(0)).unwrap();
    let strangers: bool = open.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap();
    check("PRAGMA integrity_check") == "ok" && !strangers
}

#[test]
fn a_run_at_work_is_copied_and_not_vacuumed() {
    let folder = portfolio();
    let path = folder.path();
    let mut child = start(path);
    at_work(path, &mut child);
    let (code, _, error) = audit(path, &["backup", "copy.sqlite"]);
    assert_eq!(code, 0, "{error}");
    let is_still_at_work = child.try_wait().unwrap().is_none();
    let (code, _, error) = audit(path, &["vacuum", "--now", NOW]);
    if is_still_at_work && child.try_wait().unwrap().is_none() {
        assert_eq!(code, 5);
        assert!(error.starts_with("error: another audit is running"), "{error}");
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(is_sound(&path.join("copy.sqlite")));
    // the copy is of one moment: what it holds of a document is whole, and a run goes on from there
    let exported = |store: &str| audit(path, &["export", "--store", store]).1;
    let whole = exported(STORE);
    let count = |text: &str, kind: &str| {
        text.lines().filter(|line| line.contains(&format!("\"type\":\"{kind}\""))).count()
    };
    let copied = exported("copy.sqlite");
    assert_eq!(count(&copied, "document"), count(&copied, "component"));
    assert!((1..=600).contains(&count(&copied, "document")));
    assert_eq!(audit(path, &["-q", "--now", NOW, "--store", "copy.sqlite"]).0, 0);
    assert_eq!(count(&exported("copy.sqlite"), "event"), count(&whole, "event"));
}

#[test]
fn a_store_whose_run_was_killed_is_copied_and_vacuumed_and_goes_on() {
    let whole = portfolio();
    assert_eq!(audit(whole.path(), &["-q", "--now", NOW]).0, 0);
    let folder = portfolio();
    let path = folder.path();
    let mut child = start(path);
    at_work(path, &mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(audit(path, &["backup", "copy.sqlite"]).0, 0);
    assert!(is_sound(&path.join("copy.sqlite")));
    let (code, _, error) = audit(path, &["vacuum", "--now", NOW]);
    assert_eq!(code, 0, "{error}");
    assert!(is_sound(&path.join(STORE)));
    for store in [STORE, "copy.sqlite"] {
        assert_eq!(audit(path, &["-q", "--now", NOW, "--store", store]).0, 0);
        let found = audit(path, &["export", "--store", store]).1;
        assert_eq!(found, audit(whole.path(), &["export"]).1, "{store}");
    }
}

#[test]
fn what_is_kept_is_what_still_stands() {
    let folder = portfolio();
    let path = folder.path();
    assert_eq!(audit(path, &["-q", "--now", "2026-01-01T00:00:00Z"]).0, 0);
    let status = || audit(path, &["status", "--now", NOW]).1;
    let before = status();
    let (code, out, error) = audit(path, &["vacuum", "--now", NOW]);
    assert_eq!(code, 0, "{error}");
    assert!(out.starts_with("forgotten: ") && !out.starts_with("forgotten: 0 "), "{out}");
    assert_eq!(status(), before);
    assert!(is_sound(&path.join(STORE)));
    // what was forgotten is not told again
    let (_, out, _) = audit(path, &["--now", "2026-11-27T00:00:00Z"]);
    assert!(out.contains("nothing happened"), "{out}");
    assert!(out.contains("0 judged, 600 as before"), "{out}");
}

#[test]
fn who_writes_waits_for_another_writer_and_who_reads_does_not() {
    const HELD: Duration = Duration::from_secs(2);
    let folder = portfolio();
    let path = folder.path();
    assert_eq!(audit(path, &["-q", "--now", NOW]).0, 0);
    let other = rusqlite::Connection::open(path.join(STORE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; UPDATE lease SET until = until").unwrap();
    let begun = Instant::now();
    assert_eq!(audit(path, &["status"]).0, 0);
    let read = begun.elapsed();
    let mut child = start(path);
    std::thread::sleep(HELD);
    assert!(child.try_wait().unwrap().is_none(), "it did not wait");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    // SQLite's own patience is 20 seconds
    assert!(read < Duration::from_secs(15), "{read:?}");
}

/// How many documents a run judged and how many it left as they were.
fn looked(folder: &Path, more: &[&str]) -> (i64, i64) {
    let arguments = [&["--now", NOW, "--format", "json"], more].concat();
    let (code, out, error) = audit(folder, &arguments);
    assert_eq!(code, 0, "{error}");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    let count = |name: &str| told["run"]["documents"][name].as_i64().unwrap();
    (count("judged"), count("unchanged"))
}

#[test]
#[cfg(unix)]
fn a_file_that_looks_as_before_is_not_read_and_one_that_was_touched_is() {
    let folder = portfolio();
    let path = folder.path();
    // the store's own digests are made wrong: who reads a file sees that it is another
    let forget = || {
        let open = rusqlite::Connection::open(path.join(STORE)).unwrap();
        open.execute("UPDATE document SET sha256 = 'none'", []).unwrap();
    };
    // younger ones are read again in any case
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(looked(path, &[]), (600, 0));
    forget();
    assert_eq!(looked(path, &[]), (0, 600));
    assert_eq!(looked(path, &["--read-all"]), (600, 0));
    // in place, of the same length, dated back
    let file = path.join("in/000.json");
    let text = fs::read_to_string(&file).unwrap().replace("2.0.0", "2.1.0");
    let written = fs::metadata(&file).unwrap().modified().unwrap();
    fs::write(&file, text).unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(written).unwrap();
    assert_eq!(looked(path, &[]), (1, 599));
    // another file in its place, with the other's date
    let other = path.join("in/001.json");
    let text = fs::read_to_string(&other).unwrap().replace("2.1.0", "2.2.0");
    let written = fs::metadata(&other).unwrap().modified().unwrap();
    fs::write(path.join("new"), text).unwrap();
    fs::File::options().write(true).open(path.join("new")).unwrap().set_modified(written).unwrap();
    fs::rename(path.join("new"), &other).unwrap();
    assert_eq!(looked(path, &[]), (1, 599));
}
