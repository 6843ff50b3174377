//! A small portfolio that tells others, and the servers that it tells.

pub(crate) mod smtp;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::support::{bomvet, temp_dir};

pub(crate) const NOW: &str = "2026-11-26T00:00:00Z";

/// What a server was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// A server that answers one request after the other with these status lines, each with headers and a body
/// behind a blank line where it has them, then goes away.
pub(crate) fn server(answers: &'static [&'static str]) -> (String, Arc<Mutex<Vec<Sent>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}/secret-path", listener.local_addr().unwrap().port());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).unwrap();
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap();
            let path = head.split(' ').nth(1).unwrap().to_owned();
            let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
            let headers: BTreeMap<_, _> =
                pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
            let mut body = vec![0; headers["content-length"].parse().unwrap()];
            stream.read_exact(&mut body).unwrap();
            log.lock().unwrap().push(Sent {
                path,
                headers,
                body: String::from_utf8(body).unwrap(),
            });
            let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
            let end = format!("Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
            stream.write_all(format!("HTTP/1.1 {head}\r\n{end}").as_bytes()).unwrap();
        }
    });
    (url, seen)
}

/// A portfolio of one product with a hard name and one document.
pub(crate) fn portfolio(notices: &str) -> TempDir {
    let folder = temp_dir();
    fs::create_dir(folder.path().join("in")).unwrap();
    let product = "[[product]]\nname = \"a \\\"b\\\" \\\\ c\"\nsources = [\"in/*.json\"]\n";
    fs::write(folder.path().join("bomvet.toml"), format!("{notices}\n{product}")).unwrap();
    put(&folder, "2.17.0");
    folder
}

/// Its document.
pub(crate) fn put(folder: &TempDir, version: &str) {
    put_as(folder, "app", version);
}

/// Another one.
pub(crate) fn put_as(folder: &TempDir, name: &str, version: &str) {
    let text = format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{"type": "library",
        "group": "org.apache.logging.log4j", "name": "log4j-core", "version": "{version}",
        "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@{version}"}}]}}"#
    );
    fs::write(folder.path().join(format!("in/{name}.json")), text).unwrap();
}

/// A document and a record whose names are meant to do harm.
pub(crate) fn put_hostile(folder: &TempDir) {
    let name = "<img src=x onerror=alert(1)> @admin #1 [x](https://evil.example) ~b~ *c*";
    let purl: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let document = format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{"type": "library",
        "name": "{name}", "version": "1.0.0", "purl": "pkg:npm/{purl}@1.0.0"}}]}}"#
    );
    fs::write(folder.path().join("in/app.json"), document).unwrap();
    let record = format!(
        r#"{{"schema_version": "1.7.0", "id": "HOSTILE-1", "modified": "2026-01-01T00:00:00Z",
        "affected": [{{"package": {{"ecosystem": "npm", "name": "{name}"}}, "versions": ["1.0.0"]}}]}}"#
    );
    let records = folder.path().join("records");
    fs::create_dir_all(&records).unwrap();
    fs::write(records.join("hostile.json"), record).unwrap();
}

/// A record of a flaw in log4j-core before 2.17.1, in the folder `records`.
pub(crate) fn put_record(folder: &TempDir, id: &str) {
    let record = format!(
        r#"{{"schema_version": "1.7.0", "id": "{id}", "aliases": ["{id}-ALIAS"],
        "modified": "2026-01-01T00:00:00Z",
        "severity": [{{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
        "affected": [{{"package": {{"ecosystem": "Maven", "name": "org.apache.logging.log4j:log4j-core"}},
        "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "2.17.1"}}]}}]}}]}}"#
    );
    let records = folder.path().join("records");
    fs::create_dir_all(&records).unwrap();
    fs::write(records.join(format!("{id}.json")), record).unwrap();
}

/// One run: its exit code and standard error.
pub(crate) fn run(folder: &TempDir, more: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
    let mut command = bomvet();
    command.current_dir(folder.path()).args(["audit", "run", "--quiet", "--now", NOW]).args(more);
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

pub(crate) fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}
