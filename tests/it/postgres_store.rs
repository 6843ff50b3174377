//! The memory of audits in PostgreSQL: the same answers as in SQLite, one worker at a time whatever becomes of it, and
//! no way in plain text or without a password that nobody asked for. Skipped, with a line, where no server is installed.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;

use postgres::Client;
use serde_json::Value;
use tempfile::TempDir;

use crate::postgres_server::{PASSWORD, Server};
use crate::support::{bomvet, program, temp_dir};

const URL_OF_PASSWORD: &str = "geh%20eim%40%3F%2F";

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

/// Runs a command in a folder with a store, and these variables: exit code, standard output and error.
fn audit(
    folder: &Path,
    store: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (i32, String, String) {
    let mut command = bomvet();
    command.current_dir(folder).env_remove("PGPASSWORD").envs(variables.iter().copied());
    let output = command.arg("audit").args(arguments).args(["--store", store]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// One day of a portfolio's life: what is in it, and what is done.
fn day(folder: &TempDir, number: usize) -> &'static [&'static str] {
    match number {
        0 => {
            put(folder, "in/a.json", &document("2.17.0"));
            put(folder, "in/b.json", &document("2.14.1"));
            put(folder, "in/c\u{1}é.json", &document("1.0-a?"));
            &["run", "--now", "2026-11-26T00:00:00Z"]
        }
        1 => {
            put(folder, "in/a.json", &document("2.17.1"));
            put(folder, "in/b.json", "{\"bomFormat\": \"CycloneDX\", \"components\"");
            fs::remove_file(folder.path().join("in/c\u{1}é.json")).unwrap();
            &["run", "--now", "2026-11-27T00:00:00.5Z"]
        }
        2 => {
            put(folder, "in/b.json", &document("2.14.1"));
            put(folder, "in/a.json", &document("2.17.0"));
            let record = r#"{"id": "X-1", "modified": "2026-10-01T00:00:00Z", "summary": "another",
                "affected": [{"package": {"ecosystem": "Maven", "name": "org.apache.logging.log4j:log4j-core"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]}"#;
            put(folder, "record.json", record);
            &["run", "--now", "2026-11-28T00:00:00Z", "--advisories", "record.json"]
        }
        3 => &["run", "--now", "2026-12-08T00:00:00Z"],
        _ => &["vacuum", "--keep-days", "11", "--now", "2026-12-08T00:00:00Z"],
    }
}

#[test]
fn both_memories_give_the_same_bytes() {
    let Some(server) = Server::shared() else { return };
    let folder = portfolio("");
    let url = server.database("same");
    for number in 0..5 {
        let command = day(&folder, number);
        let ways: [&[&str]; 8] = [
            command,
            &["status", "--now", "2026-12-09T00:00:00Z", "-f", "json"],
            &["status", "--now", "2026-12-09T00:00:00Z"],
            &["events", "-f", "jsonl"],
            &["events", "--since", "2026-11-27T00:00:00.5Z", "--kind", "introduced"],
            &["where", "pkg:maven/org.apache.logging.log4j/log4j-core@<2.17.1", "-f", "json"],
            &["where", "pkg:maven/org.apache.logging.log4j/log4j-core"],
            &["export"],
        ];
        for arguments in ways {
            let clock = [("SOURCE_DATE_EPOCH", "1796774400")];
            let of_file = audit(folder.path(), "store.sqlite", arguments, &clock);
            let of_server = audit(folder.path(), &url, arguments, &clock);
            assert_eq!(of_file, of_server, "day {number}: {arguments:?}");
            assert!(matches!(of_file.0, 0 | 3), "{arguments:?}: {}", of_file.2);
            assert!(!of_file.1.is_empty(), "{arguments:?}");
        }
    }
    let (_, lines, _) = audit(folder.path(), &url, &["export"], &[]);
    assert!(lines.lines().count() > 10, "{lines}");
    assert!(lines.contains("X-1") && lines.contains("CVE-2021-44228"));
}

#[test]
fn who_reads_or_only_tries_makes_and_changes_nothing() {
    let folder = portfolio("");
    put(&folder, "in/a.json", &document("2.17.0"));
    let dry = ["run", "--dry-run", "--now", "2026-11-26T00:00:00Z"];
    let file = folder.path().join("store.sqlite");
    let (code, _, error) = audit(folder.path(), "store.sqlite", &["status"], &[]);
    assert_eq!(
        (code, error.lines().next()),
        (3, Some("error: there is no audit store store.sqlite"))
    );
    assert_eq!(audit(folder.path(), "store.sqlite", &dry, &[]).0, 0);
    assert!(!file.exists());
    // one as an older bomvet left it
    assert_eq!(
        audit(folder.path(), "store.sqlite", &["run", "--now", "2026-11-26T00:00:00Z"], &[]).0,
        0
    );
    let old = rusqlite::Connection::open(&file).unwrap();
    old.execute_batch(
        "DROP TABLE note; DROP TABLE tally; ALTER TABLE document DROP COLUMN stamp;
         PRAGMA user_version = 2; PRAGMA journal_mode = DELETE",
    )
    .unwrap();
    drop(old);
    let bytes = fs::read(&file).unwrap();
    for arguments in
        [&["status"][..], &["events"], &["export"], &["where", "pkg:maven/g/a"], &["vacuum"]]
    {
        let (code, _, error) = audit(folder.path(), "store.sqlite", arguments, &[]);
        assert_eq!(code, 3, "{error}");
        assert!(
            error.contains("store.sqlite has version 2, older than the 3 of this bomvet"),
            "{error}"
        );
        assert!(
            error.contains("help: the next `bomvet audit run` brings it up to date"),
            "{error}"
        );
    }
    assert_eq!(audit(folder.path(), "store.sqlite", &dry, &[]).0, 0);
    assert_eq!(fs::read(&file).unwrap(), bytes);
    assert_eq!(
        audit(folder.path(), "store.sqlite", &["run", "--now", "2026-11-26T00:00:00Z"], &[]).0,
        0
    );
    assert_eq!(audit(folder.path(), "store.sqlite", &["status"], &[]).0, 0);
}

#[test]
fn who_reads_or_only_tries_makes_and_changes_nothing_on_a_server() {
    let Some(server) = Server::shared() else { return };
    let folder = portfolio("");
    put(&folder, "in/a.json", &document("2.17.0"));
    let (url, mut client) = (server.database("reading"), server.client("reading"));
    let (code, _, error) = audit(folder.path(), &url, &["status"], &[]);
    let shown = format!("postgres://{}/reading", server.path("socket").display());
    assert_eq!(
        (code, error.lines().next()),
        (3, Some(&*format!("error: there is no audit store {shown}")))
    );
    let dry = ["run", "--dry-run", "--now", "2026-11-26T00:00:00Z", "-f", "json"];
    let (code, first, error) = audit(folder.path(), &url, &dry, &[]);
    assert_eq!(code, 0, "{error}");
    let there = client.query_one("SELECT to_regnamespace('bomvet') IS NULL", &[]).unwrap();
    assert!(there.get::<_, bool>(0), "nothing was made");
    let mut really = dry.to_vec();
    really.remove(1);
    let (_, told, _) = audit(folder.path(), &url, &really, &[]);
    let events = |text: &str| serde_json::from_str::<Value>(text).unwrap()["events"].clone();
    assert_eq!(events(&first), events(&told));
    let before = audit(folder.path(), &url, &["export"], &[]);
    put(&folder, "in/a.json", &document("2.14.1"));
    let (_, second, _) = audit(folder.path(), &url, &dry, &[]);
    assert!(second.contains("CVE-2021-44228"), "{second}");
    assert_eq!(audit(folder.path(), &url, &["export"], &[]), before);
    client.execute("UPDATE bomvet.version SET number = 99", &[]).unwrap();
    let (code, _, error) =
        audit(folder.path(), &url, &["run", "--now", "2026-11-26T00:00:00Z"], &[]);
    assert_eq!(code, 3);
    assert!(error.contains("has version 99, newer than the 1 that this bomvet knows"), "{error}");
}

/// A portfolio of many documents on a server that tells how often each was written, and is slow.
struct Workers {
    server: Arc<Server>,
    folder: TempDir,
    url: String,
    client: Client,
}

/// How many documents there are: more than twice what is written at once. One of them does not change.
const DOCUMENTS: usize = 1300;

const RUN: [&str; 5] = ["run", "--now", "2026-11-27T00:00:00Z", "-f", "json"];

impl Workers {
    fn new(server: Arc<Server>, name: &str) -> Self {
        let folder = portfolio("");
        put(&folder, "in/0.json", &document("2.17.0"));
        let (url, mut client) = (server.database(name), server.client(name));
        let first = ["run", "--now", "2026-11-26T00:00:00Z"];
        for store in ["store.sqlite", &url] {
            let (code, _, error) = audit(folder.path(), store, &first, &[]);
            assert_eq!(code, 0, "{error}");
        }
        for number in 1..DOCUMENTS {
            put(&folder, &format!("in/{number}.json"), &document(&format!("2.{}.0", number % 18)));
        }
        client
            .batch_execute(
                "CREATE TABLE public.written (path TEXT NOT NULL);
                 CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                     PERFORM pg_sleep(0.002); INSERT INTO public.written VALUES (NEW.path); RETURN NEW;
                 END $$;
                 CREATE TRIGGER write_down AFTER INSERT OR UPDATE OF run ON bomvet.document
                     FOR EACH ROW EXECUTE FUNCTION write_down()",
            )
            .unwrap();
        Self { server, folder, url, client }
    }

    fn start(&self, more: &[&str]) -> Child {
        let mut program = program();
        program.current_dir(self.folder.path()).arg("audit").args(RUN).args(more);
        program.args(["--store", &self.url]).stdout(Stdio::piped()).stderr(Stdio::piped());
        program.spawn().unwrap()
    }

    fn number(&mut self, sql: &str) -> i64 {
        self.client.query_one(sql, &[]).unwrap().get(0)
    }

    fn wait_until(&mut self, sql: &str) {
        for _ in 0..6000 {
            if self.number(&format!("SELECT count(*) WHERE {sql}")) == 1 {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("never: {sql}");
    }

    /// All was written once and is what one worker alone makes.
    fn check(&mut self) {
        let all = i64::try_from(DOCUMENTS).unwrap() - 1;
        assert_eq!(self.number("SELECT count(*) FROM written"), all, "one is as it was");
        assert_eq!(self.number("SELECT count(DISTINCT path) FROM written"), all);
        let folder = self.folder.path();
        assert_eq!(audit(folder, "store.sqlite", &RUN, &[]).0, 0);
        let alone = audit(folder, "store.sqlite", &["export"], &[]);
        assert!(alone.1.lines().count() > DOCUMENTS);
        assert!(alone == audit(folder, &self.url, &["export"], &[]), "another export");
        assert!(self.server.port() > 0);
    }
}

const AT_WORK: &str = "(SELECT owner FROM bomvet.lease) <> ''";

fn ended(child: Child) -> (Option<i32>, String, String) {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_worker_that_is_killed_is_followed_at_once_and_no_document_is_written_twice_or_lost() {
    let Some(server) = Server::shared() else { return };
    let moments = [
        ("at_once", "TRUE", 0),
        // within the transaction of the first documents
        ("first", "(SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep') > 0", 100),
        ("between", "(SELECT count(*) FROM written) >= 500", 0),
        ("late", "(SELECT count(*) FROM written) >= 1000", 0),
    ];
    for (name, moment, later) in moments {
        let mut workers = Workers::new(server.clone(), &format!("killed_{name}"));
        let mut first = workers.start(&[]);
        workers.wait_until(AT_WORK);
        let second = workers.start(&["--wait", "120"]);
        workers.wait_until(moment);
        std::thread::sleep(Duration::from_millis(later));
        first.kill().unwrap();
        first.wait().unwrap();
        let (code, out, error) = ended(second);
        assert_eq!(code, Some(0), "{name}: {error}");
        let told: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(told["run"]["id"], 2, "{name}");
        workers.check();
    }
}

#[test]
fn of_two_workers_one_works_and_the_other_waits_or_says_who_is_at_work() {
    let Some(server) = Server::shared() else { return };
    let mut workers = Workers::new(server, "two");
    let first = workers.start(&[]);
    workers.wait_until(AT_WORK);
    let second = workers.start(&["--wait", "120"]);
    let (code, _, error) = ended(workers.start(&[]));
    assert_eq!(code, Some(5), "{error}");
    assert!(error.starts_with("error: another audit is running: process "), "{error}");
    assert_eq!(ended(first).0, Some(0));
    let (code, out, _) = ended(second);
    assert_eq!(code, Some(0));
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["run"]["documents"]["unchanged"], DOCUMENTS);
    // a run of its own, in which nothing happened
    assert_eq!(audit(workers.folder.path(), "store.sqlite", &RUN, &[]).0, 0);
    workers.check();
}

#[test]
fn a_worker_that_stalled_writes_nothing_any_more() {
    let Some(server) = Server::shared() else { return };
    let mut workers = Workers::new(server, "stalled");
    let first = workers.start(&[]);
    let signal = |name: &str| {
        let status =
            std::process::Command::new("kill").args([name, &first.id().to_string()]).status();
        assert!(status.unwrap().success());
    };
    workers.wait_until("(SELECT count(*) FROM written) >= 500");
    // stopped where it is in no transaction
    loop {
        signal("-STOP");
        std::thread::sleep(Duration::from_millis(20));
        let busy = "SELECT count(*) FROM pg_stat_activity
                    WHERE application_name = 'bomvet' AND state <> 'idle' AND datname = 'stalled'";
        if workers.number(busy) == 0 {
            break;
        }
        signal("-CONT");
        std::thread::sleep(Duration::from_millis(7));
    }
    assert!(workers.number("SELECT count(*) FROM written") < 1299, "it is not done yet");
    // as if it had given no sign of life for longer than its lease
    workers.client.execute("UPDATE bomvet.lease SET until = 0", &[]).unwrap();
    let (code, _, error) = ended(workers.start(&[]));
    assert_eq!(code, Some(0), "{error}");
    signal("-CONT");
    let (code, _, error) = ended(first);
    assert_eq!(
        (code, error.as_str()),
        (Some(5), "error: another audit took the store over while this one ran\n")
    );
    workers.check();
}

#[test]
fn a_server_is_reached_by_tls_with_its_certificate_and_a_password_or_not_at_all() {
    let Some(server) = Server::shared() else { return };
    server.database("guarded");
    let folder = portfolio("");
    put(&folder, "in/a.json", &document("2.17.0"));
    fs::copy(server.path("data/server.crt"), folder.path().join("ca.pem")).unwrap();
    let port = server.port();
    let status = |store: &str, variables: &[(&str, &str)]| {
        let (code, out, error) = audit(folder.path(), store, &["status"], variables);
        for secret in [PASSWORD, URL_OF_PASSWORD] {
            assert!(!format!("{out}{error}").contains(secret), "{error}");
        }
        (code, error.lines().next().unwrap_or_default().to_owned())
    };
    let named =
        |user: &str, options: &str| format!("postgres://{user}@localhost:{port}/guarded{options}");
    let shown = format!("postgres://localhost:{port}/guarded");
    let full = "?sslmode=verify-full&sslrootcert=ca.pem";
    let with = format!("bomvet:{URL_OF_PASSWORD}");
    let missing = (3, format!("error: there is no audit store {shown}"));
    let cannot = |cause: &str| format!("error: could not use the audit store {shown}: {cause}");
    assert_eq!(status(&named(&with, full), &[]), missing);
    assert_eq!(status(&named("bomvet", full), &[("PGPASSWORD", PASSWORD)]), missing);
    let refused = "the server refuses: password authentication failed for user \"bomvet\"";
    assert_eq!(status(&named("bomvet:wrong", full), &[]), (3, cannot(refused)));
    let (code, error) = status(&named(&with, "?sslmode=require"), &[]);
    assert_eq!(code, 3);
    assert!(error.starts_with(&cannot("the server's certificate is not accepted: ")), "{error}");
    let (code, error) = status(&named(&with, "?sslmode=disable"), &[]);
    assert_eq!(code, 3);
    assert!(error.starts_with(&cannot("the server refuses: no pg_hba.conf entry")), "{error}");
    assert_eq!(
        status(&named(&with, "?sslmode=prefer"), &[]),
        (
            2,
            "error: the address of the audit store has sslmode=prefer, expected disable, require, \
             verify-ca or verify-full"
                .to_owned()
        )
    );
    put(&folder, "secret", &format!("{PASSWORD}\n"));
    put(
        &folder,
        "file.toml",
        &format!(
            "[audit]\nstore = \"{}\"\nstore_password_file = \"secret\"\n",
            named("bomvet", full)
        ),
    );
    put(
        &folder,
        "env.toml",
        &format!("[audit]\nstore = \"{}\"\nstore_password_env = \"DB\"\n", named("bomvet", full)),
    );
    for config in ["file.toml", "env.toml"] {
        let mut command = bomvet();
        command.current_dir(folder.path()).env("DB", PASSWORD);
        let output = command.args(["audit", "status", "--config", config]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(error.lines().next(), Some(&*missing.1), "{config}");
    }
}

#[test]
fn a_server_without_tls_or_without_an_answer_is_an_error() {
    let folder = portfolio("");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // SSLRequest: 8 bytes; N is no (PostgreSQL, 55.2.10)
        stream.read_exact(&mut [0; 8]).unwrap();
        stream.write_all(b"N").unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        rest
    });
    let url = format!("postgres://u:geheim@127.0.0.1:{port}/d?sslmode=require");
    let (code, _, error) = audit(folder.path(), &url, &["status"], &[]);
    assert_eq!(code, 3);
    assert_eq!(
        error.lines().next().unwrap(),
        format!(
            "error: could not use the audit store postgres://127.0.0.1:{port}/d: no connection: server does not \
             support TLS"
        )
    );
    assert_eq!(answering.join().unwrap(), b"", "nothing is said in plain text");
    let (code, _, error) = audit(folder.path(), &url, &["status"], &[]);
    assert_eq!(code, 3);
    assert!(error.contains("no connection: ") && error.contains("refused"), "{error}");
}
