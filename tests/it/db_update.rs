//! `bomvet db update` from servers, good and bad, to a scan.

use crate::server;
use crate::support;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::{Server, answer, cut};

const NOW: &str = "2026-11-25T12:00:00Z";

const RECORD: &str = r#"{"id": "GHSA-jfh8-c2jp-5v3q", "aliases": ["CVE-2021-44228"],
    "modified": "2026-11-24T00:00:00Z", "summary": "Log4Shell",
    "affected": [{"package": {"ecosystem": "Maven", "name": "org.apache.logging.log4j:log4j-core"},
      "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "2.13.0"}, {"fixed": "2.15.0"}]}]}]}"#;

const CATALOGUE: &str = r#"{"catalogVersion": "2026.11.24", "count": 1,
    "dateReleased": "2026-11-24T18:15:29.0421Z", "vulnerabilities": [
      {"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10", "dueDate": "2021-12-24"}]}"#;

const SCORES: &str = "#model_version:v2025.03.14,score_date:2026-11-25T00:00:00Z\n\
    cve,epss,percentile\nCVE-2021-44228,0.94358,0.99962\n";

const DECISION: &str = r#"{"dataType": "CVE_RECORD", "cveMetadata":
    {"cveId": "CVE-2021-44228", "state": "PUBLISHED"}, "containers": {"adp": [{"metrics": [
      {"other": {"type": "ssvc", "content": {"timestamp": "2025-02-04T14:25:34.416117Z", "options": [
        {"Exploitation": "active"}, {"Automatable": "yes"}, {"Technical Impact": "total"}]}}}]}]}}"#;

const BOM: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
    {"type": "library", "name": "log4j-core", "version": "2.14.1",
     "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"}]}"#;

/// A zip with one record.
fn zip(record: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("GHSA.json", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(record.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

fn folder() -> TempDir {
    let folder = support::temp_dir();
    support::write(&folder.path().join("bom.cdx.json"), BOM.as_bytes());
    folder
}

/// The configuration of sources on a server: a bucket of OSV, the catalogue, the scores.
fn configure(folder: &Path, server: &Server) {
    let base = server.url("");
    let text = format!(
        "[net]\nproxy = \"\"\ntimeout_seconds = 5\n\
         [[data.source]]\nname = \"osv\"\npreset = \"osv-bucket\"\nbase = \"{base}\"\n\
         ecosystems = [\"Maven\"]\n\
         [[data.source]]\nname = \"kev\"\nkind = \"kev\"\nurl = \"{base}/kev.json\"\n\
         [[data.source]]\nname = \"epss\"\nkind = \"epss\"\nurl = \"{base}/epss.csv\"\n"
    );
    support::write(&folder.join("bomvet.toml"), text.as_bytes());
}

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    let mut program = support::bomvet();
    let output =
        program.args(args).args(["--db", "data", "--now", NOW]).current_dir(folder).output();
    let output = output.unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn update(folder: &Path) -> Ran {
    run(folder, &["db", "update"])
}

/// The report of a scan with the imported data alone.
fn scan(folder: &Path, more: &[&str]) -> Value {
    let args = [&["scan", "bom.cdx.json", "--no-bundled", "-f", "json"], more].concat();
    let ran = run(folder, &args);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr))
}

fn good() -> Vec<server::Answer> {
    vec![
        answer("200 OK", "ETag: \"o1\"\r\n", &zip(RECORD)),
        answer("200 OK", "ETag: \"k1\"\r\n", CATALOGUE.as_bytes()),
        answer("200 OK", "ETag: \"e1\"\r\n", SCORES.as_bytes()),
    ]
}

/// A folder whose data was updated once.
fn updated() -> TempDir {
    let folder = folder();
    let server = Server::start(good());
    configure(folder.path(), &server);
    let ran = update(folder.path());
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    folder
}

/// Every file below a folder with its bytes, but for parts that broke off.
fn snapshot(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for (name, path) in support::entries(folder) {
        if path.is_dir() {
            all.extend(snapshot(&path));
        } else if !name.contains(".part") {
            all.push((path.clone(), support::read(&path)));
        }
    }
    all
}

#[test]
fn what_was_fetched_is_what_scans_know() {
    let folder = folder();
    let server = Server::start(good());
    configure(folder.path(), &server);
    let ran = update(folder.path());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    assert!(ran.stdout.contains("kev: fetched, "), "{}", ran.stdout);
    assert!(ran.stdout.contains("1 record imported"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("0 records"), "{}", ran.stdout);
    let asked: Vec<String> =
        server.seen().iter().map(|r| r.split_whitespace().nth(1).unwrap().to_owned()).collect();
    assert_eq!(asked, ["/maven/all.zip", "/kev.json", "/epss.csv"], "in small letters");
    let report = scan(folder.path(), &["--fail-on", "epss>=0.9"]);
    let finding = &report["findings"][0];
    assert_eq!(finding["records"][0]["source"], "osv-Maven");
    assert_eq!(finding["exploitation"]["kev"]["added"], "2021-12-10");
    assert_eq!(finding["exploitation"]["kev"]["source"], "kev");
    assert_eq!(finding["exploitation"]["epss"]["score"], 0.94358);
    assert_eq!(finding["exploitation"]["epss"]["date"], "2026-11-25");
    assert_eq!(report["gate"]["reasons"][0], "1 unrated finding (rule epss>=0.9)");
    let kinds: Vec<&Value> =
        report["data"]["sources"].as_array().unwrap().iter().map(|s| &s["kind"]).collect();
    assert_eq!(kinds, ["osv", "kev", "epss"]);
    let verified = support::bomvet()
        .args(["db", "verify", "--db", "data"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(verified.status.success());
}

#[test]
fn what_another_server_sent_says_nothing_about_this_one() {
    let folder = updated();
    let before = snapshot(&folder.path().join("data"));
    let server = Server::start(vec![answer("304 Not Modified", "", b"")]);
    configure(folder.path(), &server);
    let ran = update(folder.path());
    assert_eq!(ran.code, 4, "{}", ran.stdout);
    assert!(ran.stderr.contains("the server answers 304"), "{}", ran.stderr);
    assert!(!server.seen()[0].contains("if-none-match"), "{}", server.seen()[0]);
    assert_eq!(snapshot(&folder.path().join("data")), before);
}

#[test]
fn what_has_not_changed_is_neither_fetched_nor_imported() {
    let folder = folder();
    let unchanged = vec![answer("304 Not Modified", "", b""); 3];
    let newer = SCORES.replace("0.94358", "0.5");
    let third = vec![
        answer("304 Not Modified", "", b""),
        answer("304 Not Modified", "", b""),
        answer("200 OK", "ETag: \"e2\"\r\n", newer.as_bytes()),
    ];
    let server = Server::start([good(), unchanged, third].concat());
    configure(folder.path(), &server);
    assert_eq!(update(folder.path()).code, 0);
    let before = snapshot(&folder.path().join("data"));
    let ran = update(folder.path());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("nothing changed"), "{}", ran.stdout);
    let downloads = support::entries(&folder.path().join("data/downloads"));
    assert!(downloads.iter().all(|(name, _)| !name.contains(".part")), "{downloads:?}");
    assert!(server.seen()[3].contains("\r\nif-none-match: \"o1\"\r\n"), "{}", server.seen()[3]);
    assert_eq!(snapshot(&folder.path().join("data")), before);
    let ran = update(folder.path());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("osv-Maven: unchanged"), "{}", ran.stdout);
    let score = scan(folder.path(), &[])["findings"][0]["exploitation"]["epss"]["score"].clone();
    assert_eq!(score, 0.5);
}

#[test]
fn a_failed_update_leaves_the_data_and_ends_with_4() {
    let good = good();
    let other_zip = zip(&RECORD.replace("2.15.0", "2.16.0"));
    let mut damaged = other_zip.clone();
    damaged[40] ^= 1;
    for (answers, says) in [
        (vec![answer("404 Not Found", "", b"")], "the server answers 404"),
        (vec![answer("200 OK", "", b"<!DOCTYPE html>")], "sent no zip, expected a zip of OSV"),
        (
            vec![good[0].clone(), answer("200 OK", "", SCORES.as_bytes())],
            "sent a table of EPSS scores, expected CISA's catalogue",
        ),
        (
            vec![good[0].clone(), answer("200 OK", "", &CATALOGUE.as_bytes()[..200])],
            "sent a damaged catalogue of exploited vulnerabilities",
        ),
        (
            vec![
                good[0].clone(),
                good[1].clone(),
                answer("200 OK", "", &SCORES.as_bytes()[..SCORES.len() - 3]),
            ],
            "its last line is cut, expected EPSS scores of a day",
        ),
        (vec![answer("200 OK", "", &damaged), good[1].clone(), good[2].clone()], "damaged zip"),
    ] {
        let folder = updated();
        let data = |folder: &Path| {
            let all = snapshot(&folder.join("data"));
            all.into_iter().filter(|(path, _)| !path.to_string_lossy().contains("downloads"))
        };
        let before: Vec<_> = data(folder.path()).collect();
        configure(folder.path(), &Server::start(answers));
        let ran = update(folder.path());
        assert_eq!(ran.code, 4, "{says}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(says), "{says}: {}", ran.stderr);
        assert!(ran.stderr.contains("the data that was there is unchanged"), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
        assert_eq!(data(folder.path()).collect::<Vec<_>>(), before, "{says}");
        assert_eq!(scan(folder.path(), &[])["findings"][0]["records"][0]["fixed"], "2.15.0");
    }
}

#[test]
fn a_file_that_broke_off_is_continued_by_the_next_update() {
    let folder = folder();
    let whole = zip(RECORD);
    let (head, rest) = whole.split_at(100);
    let length = format!("ETag: \"o1\"\r\nContent-Length: {}\r\n", whole.len());
    let range = format!("ETag: \"o1\"\r\nContent-Range: bytes 100-{}/{0}\r\n", whole.len());
    let refusal = answer("404 Not Found", "", b"");
    let good = good();
    let server = Server::start(vec![
        cut("200 OK", &length, head),
        refusal,
        answer("206 Partial Content", &range, rest),
        good[1].clone(),
        good[2].clone(),
    ]);
    configure(folder.path(), &server);
    assert_eq!(update(folder.path()).code, 4);
    let ran = update(folder.path());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(server.seen()[2].contains("\r\nrange: bytes=100-\r\n"), "{}", server.seen()[2]);
    assert_eq!(scan(folder.path(), &[])["findings"][0]["records"][0]["fixed"], "2.15.0");
}

#[test]
fn a_download_that_was_changed_on_disk_is_not_trusted() {
    let folder = folder();
    let server = Server::start([good(), good()].concat());
    configure(folder.path(), &server);
    assert_eq!(update(folder.path()).code, 0);
    support::write(&folder.path().join("data/downloads/kev.json"), b"{}");
    assert_eq!(update(folder.path()).code, 0);
    assert!(server.seen()[3].contains("if-none-match"));
    assert!(!server.seen()[4].contains("if-none-match"), "{}", server.seen()[4]);
}

#[test]
fn a_file_that_could_not_be_imported_is_fetched_again() {
    let folder = folder();
    let mut damaged = zip(RECORD);
    damaged[40] ^= 1;
    let first = vec![answer("200 OK", "ETag: \"o1\"\r\n", &damaged), good()[1].clone()];
    let server = Server::start([first, vec![good()[2].clone()], good()].concat());
    configure(folder.path(), &server);
    assert_eq!(update(folder.path()).code, 4);
    assert_eq!(update(folder.path()).code, 0);
    assert!(!server.seen()[3].contains("if-none-match"), "{}", server.seen()[3]);
}

#[test]
fn a_pinned_file_is_checked_and_then_not_asked_for_again() {
    let folder = folder();
    let server = Server::start(vec![answer("200 OK", "", CATALOGUE.as_bytes())]);
    let configure = |sha256: &str| {
        let text = format!(
            "[[data.source]]\nname = \"kev\"\nkind = \"kev\"\nurl = \"{}\"\nsha256 = \"{sha256}\"\n",
            server.url("/kev.json")
        );
        support::write(&folder.path().join("bomvet.toml"), text.as_bytes());
    };
    configure(&bomvet::files::sha256([CATALOGUE.as_bytes()]).to_uppercase());
    assert_eq!(update(folder.path()).code, 0);
    let ran = update(folder.path());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("kev: unchanged"), "{}", ran.stdout);
    assert_eq!(server.seen().len(), 1);
    let other = Server::start(vec![answer("200 OK", "", CATALOGUE.as_bytes())]);
    let text = fs::read_to_string(folder.path().join("bomvet.toml")).unwrap();
    let text = text.replace(&server.url(""), &other.url(""));
    let (start, _) = text.split_once("sha256").unwrap();
    let text = format!("{start}sha256 = \"{}\"\n", "0".repeat(64));
    support::write(&folder.path().join("bomvet.toml"), text.as_bytes());
    let ran = update(folder.path());
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.contains("its SHA-256 is "), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_asked_is_an_error_of_the_configuration() {
    let folder = folder();
    for (text, says) in [
        ("", "no data source is configured"),
        (
            "\n[[data.source]]\nname = \"kev\"\nkind = \"kev\"\nurl = \"http://mirror.example/k\"\n",
            "bomvet.toml:2: data source kev: its url is plain http to another machine",
        ),
        (
            "[net]\nca_file = \"none.pem\"\n[[data.source]]\nname = \"kev\"\nkind = \"kev\"\n\
             url = \"https://mirror.example/k\"\n",
            "could not read net.ca_file none.pem: no such file or folder",
        ),
    ] {
        support::write(&folder.path().join("bomvet.toml"), text.as_bytes());
        let ran = update(folder.path());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
    }
}

#[test]
fn decisions_are_imported_too() {
    let folder = folder();
    fs::create_dir(folder.path().join("in")).unwrap();
    for (name, text) in [("record.json", RECORD), ("cve.json", DECISION), ("kev.json", CATALOGUE)] {
        support::write(&folder.path().join("in").join(name), text.as_bytes());
    }
    let ran = run(folder.path(), &["db", "import", "in"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let report = scan(folder.path(), &[]);
    let exploitation = &report["findings"][0]["exploitation"];
    assert_eq!(exploitation["ssvc"]["exploitation"], "active");
    assert_eq!(exploitation["ssvc"]["at"], "2025-02-04T14:25:34.416117Z");
    assert_eq!(exploitation["kev"]["due"], "2021-12-24");
    assert_eq!(exploitation["epss"], Value::Null);
}
