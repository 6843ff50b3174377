//! `bomvet audit` as its user sees it: what a run tells, what it remembers, how it fails.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::server::{Server, answer};
use crate::support::{bomvet, program, temp_dir};

const NOW: &str = "2026-11-26T00:00:00Z";

/// A folder with a portfolio of one product, whose documents lie in `in`.
fn portfolio(more: &str) -> TempDir {
    let folder = temp_dir();
    fs::create_dir(folder.path().join("in")).unwrap();
    let text = format!("{more}\n[[product]]\nname = \"shop\"\nsources = [\"in/*.json\"]\n");
    fs::write(folder.path().join("bomvet.toml"), text).unwrap();
    folder
}

fn document(version: &str) -> String {
    format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{"type": "library",
        "group": "org.apache.logging.log4j", "name": "log4j-core", "version": "{version}",
        "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@{version}"}}]}}"#
    )
}

fn put(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).unwrap();
}

/// Runs a command in a folder: its exit code, standard output, standard error.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = bomvet().current_dir(folder).arg("audit").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json(folder: &TempDir, arguments: &[&str], code: i32) -> Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    let (found, out, error) = run(folder.path(), &all);
    assert_eq!(found, code, "{error}");
    let value = serde_json::from_str(&out).unwrap();
    conforms(&value);
    value
}

fn conforms(value: &Value) {
    let text = include_str!("../../docs/audit-1.schema.json");
    let schema: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn kinds(value: &Value) -> Vec<(&str, &str)> {
    let events = value["events"].as_array().unwrap();
    let text = |event: &'_ Value, key: &str| event[key].as_str().map(str::to_owned);
    let all = events.iter().map(|event| {
        let flaw = event["ids"].get(0).and_then(Value::as_str).unwrap_or("");
        assert!(text(event, "data_sha256").is_some());
        (event["kind"].as_str().unwrap(), flaw)
    });
    all.collect()
}

#[test]
fn what_is_the_same_is_not_told_twice_and_what_is_cured_is_resolved() {
    let folder = portfolio("[audit]\nfail_on_events = [\"introduced\"]");
    put(&folder, "in/app.json", &document("2.17.0"));
    let first = json(&folder, &["run", "--now", NOW], 1);
    // Apache: 2.17.0 is open to CVE-2021-44832 and to none of the three before it
    assert!(kinds(&first).contains(&("introduced", "CVE-2021-44832")));
    assert!(!kinds(&first).contains(&("introduced", "CVE-2021-44228")));
    let again = json(&folder, &["run", "--now", "2026-11-27T00:00:00Z"], 0);
    assert_eq!(kinds(&again), []);
    assert_eq!(again["run"]["documents"]["unchanged"], 1);
    put(&folder, "in/app.json", &document("2.17.1"));
    let cured = json(&folder, &["run", "--now", "2026-11-28T00:00:00Z"], 0);
    assert!(kinds(&cured).contains(&("resolved", "CVE-2021-44832")));
    put(&folder, "in/app.json", &document("2.17.0"));
    let back = json(&folder, &["--now", "2026-11-29T00:00:00Z"], 0);
    assert!(kinds(&back).contains(&("reopened", "CVE-2021-44832")));
    assert!(back["events"].as_array().unwrap().iter().all(|e| e["cause"] == "document changed"));
    let all = json(&folder, &["events", "--since", "2026-11-28T00:00:00Z"], 0);
    let count = kinds(&cured).len() + kinds(&back).len();
    assert_eq!(all["events"].as_array().unwrap().len(), count);
    let (_, lines, _) = run(folder.path(), &["events", "--format", "jsonl", "--kind", "reopened"]);
    assert_eq!(lines.lines().count(), kinds(&back).len());
}

#[test]
fn a_bad_source_stops_no_other_and_hides_nothing() {
    let folder = portfolio("");
    let text = "[[product]]\nname = \"other\"\nsources = [\"gone.json\", \"none/*.json\"]\n";
    let known = fs::read_to_string(folder.path().join("bomvet.toml")).unwrap();
    put(&folder, "bomvet.toml", &(known + text));
    put(&folder, "in/a.json", &document("2.14.1"));
    put(&folder, "in/b.json", "{\"bomFormat\": \"CycloneDX\", \"components\": [");
    let first = json(&folder, &["--now", NOW], 3);
    let failing: Vec<&Value> = first["conditions"].as_array().unwrap().iter().collect();
    let about: Vec<&str> = failing.iter().map(|one| one["about"].as_str().unwrap()).collect();
    assert_eq!(about, ["gone.json", "none/*.json", "in/b.json"]);
    assert_eq!(first["documents"][0]["open"]["critical"], 2);
    // a document that cannot be read any more keeps its findings
    put(&folder, "in/a.json", "not a document");
    let second = json(&folder, &["--now", NOW], 3);
    assert_eq!(kinds(&second), [("source-failing", "")]);
    assert_eq!(second["documents"][0]["open"]["critical"], 2);
    // a source without any document is one that fails, and takes nothing with it
    fs::remove_file(folder.path().join("in/a.json")).unwrap();
    fs::remove_file(folder.path().join("in/b.json")).unwrap();
    let third = json(&folder, &["--now", NOW], 3);
    assert_eq!(third["documents"][0]["open"]["critical"], 2);
    put(&folder, "in/a.json", &document("2.14.1"));
    let fourth = json(&folder, &["--now", NOW], 3);
    assert!(kinds(&fourth).contains(&("source-recovered", "")));
    assert!(!kinds(&fourth).iter().any(|(kind, _)| *kind == "introduced"));
}

#[test]
fn a_finding_whose_record_was_lost_stays_open_until_it_is_withdrawn() {
    let folder = portfolio("");
    put(&folder, "in/a.json", &document("2.14.1"));
    let record = |more: &str| {
        format!(
            r#"{{"id": "CVE-2099-1000", "modified": "2026-01-01T00:00:00Z", {more} "affected": [{{
            "package": {{"ecosystem": "Maven", "name": "org.apache.logging.log4j:log4j-core"}},
            "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "2.0"}}]}}]}}]}}"#
        )
    };
    let audit = ["--now", NOW, "--no-bundled", "--advisories", "osv"];
    fs::create_dir(folder.path().join("osv")).unwrap();
    let other = record("").replace("CVE-2099-1000", "CVE-2099-2000").replace("log4j-core", "other");
    put(&folder, "osv/other.json", &other);
    put(&folder, "osv/record.json", &record(""));
    assert_eq!(kinds(&json(&folder, &audit, 0)), [("introduced", "CVE-2099-1000")]);
    fs::remove_file(folder.path().join("osv/record.json")).unwrap();
    let lost = json(&folder, &audit, 0);
    assert_eq!(kinds(&lost), [("coverage-fell", "")]);
    assert_eq!(lost["events"][0]["cause"], "data changed");
    assert_eq!(
        (&lost["products"][0]["unconfirmed"], &lost["products"][0]["open"]["unknown"]),
        (&1.into(), &1.into())
    );
    put(&folder, "osv/record.json", &record("\"withdrawn\": \"2026-02-01T00:00:00Z\","));
    let withdrawn = json(&folder, &audit, 0);
    assert_eq!(kinds(&withdrawn), [("advisory-withdrawn", "CVE-2099-1000")]);
    assert_eq!(withdrawn["products"][0]["open"], serde_json::json!({}));
}

#[test]
fn a_document_that_went_is_told_with_its_findings() {
    let folder = portfolio("");
    put(&folder, "in/a.json", &document("2.17.0"));
    put(&folder, "in/b.json", &document("2.17.0"));
    json(&folder, &["--now", NOW], 0);
    fs::remove_file(folder.path().join("in/a.json")).unwrap();
    let gone = json(&folder, &["--now", NOW], 0);
    assert!(kinds(&gone).contains(&("resolved", "CVE-2021-44832")));
    assert!(kinds(&gone).contains(&("coverage-fell", "")));
    assert!(gone["events"].as_array().unwrap().iter().all(|e| e["document"] == "in/a.json"));
    let place = json(&folder, &["where", "pkg:maven/org.apache.logging.log4j/log4j-core"], 0);
    assert_eq!(place["where"]["holders"].as_array().unwrap().len(), 1);
}

#[test]
fn where_orders_versions_and_never_leaves_out_what_it_cannot_order() {
    let folder = portfolio("");
    put(&folder, "in/old.json", &document("2.9.1"));
    put(&folder, "in/new.json", &document("2.17.1"));
    let unknown = document("1").replace("@1\"", "\"").replace("\"version\": \"1\",", "");
    put(&folder, "in/unknown.json", &unknown);
    // a document of which nothing could be evaluated is exit code 3, as for a scan
    json(&folder, &["--now", NOW], 3);
    let query = "pkg:maven/org.apache.logging.log4j/log4j-core@<2.17.1";
    let found = json(&folder, &["where", query], 0);
    let names = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap();
        list.iter().map(|one| one["document"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&found["where"]["holders"]), ["in/old.json"]);
    assert_eq!(names(&found["where"]["unclear"]), ["in/unknown.json"]);
    let open = found["where"]["holders"][0]["open"].as_array().unwrap();
    assert!(open.contains(&"CVE-2021-44228".into()));
    let (code, _, error) = run(folder.path(), &["where", "log4j"]);
    assert_eq!(code, 2, "{error}");
}

/// Component, names of the flaw, level, status, who closed it.
type Verdict = (String, Vec<String>, String, String, String);

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<String> {
    values.into_iter().map(text).collect()
}

/// What a report of `bomvet scan` says.
fn scanned(report: &Value) -> Vec<Verdict> {
    let findings = report["findings"].as_array().unwrap().iter();
    let mut all: Vec<Verdict> = findings
        .map(|finding| {
            let (component, advisory) = (&finding["component"], &finding["advisory"]);
            let purl = component["purl"].as_str().map(str::to_owned);
            let aliases = advisory["aliases"].as_array().unwrap();
            (
                purl.unwrap_or_else(|| text(&component["name"])),
                texts(std::iter::once(&advisory["id"]).chain(aliases)),
                text(&finding["severity"]["level"]),
                text(&finding["status"]),
                text(&finding["suppressed_by"]["source"]),
            )
        })
        .collect();
    all.sort();
    all
}

/// What the memory says of a document.
fn remembered(rows: &[Value], document: &str) -> Vec<Verdict> {
    let is_own = |row: &&Value| row["type"] == "finding" && row["document"] == document;
    let mut all: Vec<Verdict> = rows
        .iter()
        .filter(is_own)
        .map(|held| {
            (
                text(&held["component"]),
                texts(held["ids"].as_array().unwrap()),
                text(&held["level"]),
                text(&held["status"]["is"]),
                text(&held["status"]["source"]),
            )
        })
        .collect();
    all.sort();
    all
}

/// Copies the bills of materials of the example and of all cases.
fn put_known_documents(folder: &TempDir) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = vec![root.join("examples/sbom.cdx.json")];
    for case in fs::read_dir(root.join("tests/cases")).unwrap() {
        let files = fs::read_dir(case.unwrap().path()).into_iter().flatten();
        let files = files.map(|file| file.unwrap().path());
        all.extend(files.filter(|path| path.to_string_lossy().ends_with(".cdx.json")));
    }
    for (number, path) in all.iter().enumerate() {
        fs::copy(path, folder.path().join(format!("in/{number}.json"))).unwrap();
    }
    all.len()
}

#[test]
fn verdicts_are_those_of_a_scan() {
    let folder = portfolio(
        "[[waiver]]\nid = \"CVE-2021-45105\"\nexpires = \"2026-12-31\"\nreason = \"tracked\"",
    );
    let vex = r#"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:x", "author": "us",
        "timestamp": "2026-11-01T00:00:00Z", "version": 1, "statements": [{
        "vulnerability": {"name": "CVE-2021-45046"}, "status": "not_affected",
        "justification": "vulnerable_code_not_in_execute_path", "products": [{
        "@id": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"}]}]}"#;
    put(&folder, "us.vex.json", vex);
    put(&folder, "in/one.json", &document("2.14.1"));
    let documents = put_known_documents(&folder);
    run(folder.path(), &["--now", NOW, "--vex", "us.vex.json"]);
    let (_, lines, _) = run(folder.path(), &["export"]);
    let rows: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let mut compared = 0;
    for row in rows.iter().filter(|row| row["type"] == "document") {
        let name = row["document"].as_str().unwrap();
        let scan = ["scan", name, "--now", NOW, "--vex", "us.vex.json", "--format", "json"];
        let output = bomvet().current_dir(folder.path()).args(scan).output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let found = remembered(&rows, name);
        assert_eq!(found, scanned(&report), "{name}");
        let input = &report["inputs"][0]["components"];
        for count in ["declared", "evaluated", "not_evaluated"] {
            assert_eq!(row["components"][count], input[count], "{name}");
        }
        compared += found.len();
    }
    assert!(documents > 10 && compared > 30, "{documents} documents, {compared} findings");
    assert!(lines.contains("\"kind\":\"waiver\"") && lines.contains("\"kind\":\"vex\""));
}

#[test]
fn an_address_is_asked_when_that_is_allowed_and_keeps_its_findings_when_it_fails() {
    let folder = temp_dir();
    let found = answer("200 OK", "", document("2.17.0").as_bytes());
    let server = Server::start(vec![found, answer("404 Not Found", "", b"")]);
    let text = format!("[[product]]\nname = \"shop\"\nsources = [\"{}\"]\n", server.url("/a"));
    put(&folder, "bomvet.toml", &text);
    let offline = json(&folder, &["--now", NOW], 0);
    assert_eq!((kinds(&offline), &offline["run"]["documents"]["not_asked"]), (vec![], &1.into()));
    let first = json(&folder, &["--now", NOW, "--online"], 0);
    assert!(kinds(&first).contains(&("introduced", "CVE-2021-44832")));
    let failed = json(&folder, &["--now", NOW, "--online"], 3);
    assert_eq!(kinds(&failed), [("source-failing", "")]);
    assert_eq!(failed["documents"][0]["open"], first["documents"][0]["open"]);
    // who does not ask learns nothing: it still fails, and nothing is news
    let offline = json(&folder, &["--now", NOW], 3);
    assert_eq!((kinds(&offline), &offline["conditions"]), (vec![], &failed["conditions"]));
    assert_eq!(server.paths(), ["/a", "/a"]);
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let folder = portfolio("");
    put(&folder, "in/a.json", &document("2.14.1"));
    let dry = json(&folder, &["--now", NOW, "--dry-run"], 0);
    assert!(!kinds(&dry).is_empty());
    let files = || fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files(), 2);
    let (code, _, error) = run(folder.path(), &["status"]);
    assert_eq!(code, 3);
    assert!(error.starts_with("error: there is no audit store bomvet-audit.sqlite\n"), "{error}");
    let real = json(&folder, &["--now", NOW], 0);
    assert_eq!(kinds(&dry), kinds(&real));
    put(&folder, "in/a.json", &document("2.17.1"));
    let store = || fs::read(folder.path().join("bomvet-audit.sqlite")).unwrap();
    let before = store();
    assert!(!kinds(&json(&folder, &["--now", NOW, "--dry-run"], 0)).is_empty());
    assert!(store() == before);
}

#[test]
fn a_copy_of_the_store_answers_as_the_store() {
    let folder = portfolio("[audit]\nstore = \"memory/audit.db\"\nkeep_days = 30");
    fs::create_dir(folder.path().join("memory")).unwrap();
    put(&folder, "in/a.json", &document("2.17.0"));
    json(&folder, &["--now", "2026-01-01T00:00:00Z"], 0);
    put(&folder, "in/a.json", &document("2.17.1"));
    json(&folder, &["--now", "2026-01-02T00:00:00Z"], 0);
    json(&folder, &["--now", NOW], 0);
    let (code, _, error) = run(folder.path(), &["backup", "copy.db"]);
    assert_eq!(code, 0, "{error}");
    let (_, original, _) = run(folder.path(), &["export"]);
    let (_, copy, _) = run(folder.path(), &["export", "--store", "copy.db"]);
    assert_eq!(original, copy);
    assert!(original.contains("\"type\":\"event\""));
    let (code, _, _) = run(folder.path(), &["backup", "copy.db"]);
    assert_eq!(code, 5);
    let (code, out, error) = run(folder.path(), &["vacuum", "--now", NOW]);
    assert_eq!(code, 0, "{error}");
    assert!(out.starts_with("forgotten: "), "{out}");
    let (_, kept, _) = run(folder.path(), &["export"]);
    assert!(!kept.contains("\"type\":\"event\"") && !kept.contains("\"is\":\"gone\""));
    assert!(kept.contains("\"type\":\"finding\""));
    assert_eq!(kinds(&json(&folder, &["--now", NOW], 0)), []);
}

#[test]
fn what_is_no_store_is_left_as_it_is() {
    let folder = portfolio("");
    put(&folder, "in/a.json", &document("2.14.1"));
    put(&folder, "bomvet-audit.sqlite", "this is a text and no database at all, and long enough");
    let (code, _, error) = run(folder.path(), &["--now", NOW]);
    assert_eq!(code, 3, "{error}");
    assert!(error.starts_with("error: could not use the audit store bomvet-audit.sqlite: "));
    assert_eq!(error.lines().count(), 1, "{error}");
    let text = fs::read_to_string(folder.path().join("bomvet-audit.sqlite")).unwrap();
    assert!(text.starts_with("this is a text"));
}

#[test]
fn without_a_product_there_is_nothing_to_audit() {
    let folder = temp_dir();
    let (code, _, error) = run(folder.path(), &["--now", NOW]);
    assert_eq!(code, 2);
    assert!(error.contains("names no product"), "{error}");
}

/// Audits that were killed by the system at some moment, and one that was not, come to the same end.
#[test]
fn a_market_that_no_regime_knows_is_refused_before_anything_is_judged() {
    let folder = portfolio("[audit]\nmarkets = [\"eu\"]\n");
    put(&folder, "in/a.json", &document("2.14.1"));
    let (code, out, error) = run(folder.path(), &["--now", NOW]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(error.contains("no regime knows the market \"eu\""), "{error}");
    assert!(!folder.path().join("bomvet-audit.sqlite").exists());
}

#[test]
fn an_audit_that_was_killed_is_continued() {
    let make = || {
        let folder = portfolio("");
        for number in 0..300 {
            let version = format!("2.{}.0", number % 20);
            put(&folder, &format!("in/{number:03}.json"), &document(&version));
        }
        folder
    };
    let exported = |folder: &TempDir| run(folder.path(), &["export"]).1;
    let whole = make();
    assert_eq!(run(whole.path(), &["--now", NOW, "-q"]).0, 0);
    let expected = exported(&whole);
    let mut killed = 0;
    for milliseconds in [10, 40, 90, 150, 220, 300] {
        let folder = make();
        let mut child = program()
            .current_dir(folder.path())
            .args(["audit", "--now", NOW, "-q"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        killed += usize::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let (code, _, error) = run(folder.path(), &["--now", NOW, "-q"]);
        assert_eq!(code, 0, "{error}");
        let found = exported(&folder);
        // one that had ended before it was killed is followed by a run of its own
        let runs = found.lines().filter(|line| line.contains("\"type\":\"run\"")).count();
        let without_second_run = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| !line.contains("\"type\":\"run\",\"id\":2"));
            lines.map(str::to_owned).collect()
        };
        assert!(runs <= 2);
        assert_eq!(without_second_run(&found), without_second_run(&expected), "{milliseconds}");
    }
    assert!(killed >= 2, "no audit was killed: {killed}");
}

/// Two audits of one store at once: one of them is told to wait.
#[test]
fn two_audits_do_not_overlap() {
    let folder = portfolio("");
    put(&folder, "in/a.json", &document("2.14.1"));
    json(&folder, &["--now", NOW], 0);
    let lock = fs::File::open(folder.path().join("bomvet-audit.sqlite.lock")).unwrap();
    lock.lock().unwrap();
    let (code, _, error) = run(folder.path(), &["--now", NOW]);
    assert_eq!(code, 5);
    assert!(error.starts_with("error: another audit is running on this machine"), "{error}");
    // who only asks need not wait
    assert_eq!(run(folder.path(), &["status"]).0, 0);
    drop(lock);
    assert_eq!(run(folder.path(), &["--now", NOW]).0, 0);
}
