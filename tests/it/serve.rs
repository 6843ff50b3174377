//! `bomvet serve` over real sockets: what is answered, to whom, and what a hostile client gets.

#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{bomvet, program, temp_dir};

const TOKEN: &str = "0123456789abcdef-secret";

fn put(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

fn document(version: &str) -> String {
    format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{"type": "library",
        "group": "org.apache.logging.log4j", "name": "log4j-core", "version": "{version}",
        "purl": "pkg:maven/org.apache.logging.log4j/log4j-core@{version}"}},
        {{"type": "library", "name": "</script><b>"}}]}}"#
    )
}

fn audit(folder: &Path, now: &str) {
    let run = bomvet().current_dir(folder).args(["audit", "--now", now]).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
}

/// A product with Log4j, audited once.
fn portfolio() -> TempDir {
    let folder = temp_dir();
    let path = folder.path();
    let product = "[[product]]\nname = \"shop <i>\"\nsources = [\"a.json\"]\n";
    put(path, "bomvet.toml", product);
    put(path, "a.json", &document("2.14.1"));
    audit(path, "2026-11-20T00:00:00Z");
    folder
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn of(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = program()
            .current_dir(folder)
            .arg("serve")
            .args(["--listen", "127.0.0.1:0", "--now", "2026-11-26T00:00:00Z"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { child, address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        // a server that refuses early may close before all is sent
        let _ = stream.write_all(request.as_bytes());
        Answer::of(stream)
    }

    fn ask(&self, method: &str, target: &str, headers: &str) -> Answer {
        self.send(&format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"))
    }

    fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, "")
    }

    fn json(&self, target: &str) -> Value {
        let answer = self.get(target);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Ends the server by a signal; what it wrote on standard error.
    fn end(mut self, signal: &str) -> String {
        let id = self.child.id().to_string();
        let sent = std::process::Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
        let mut error = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut error).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{error}");
        error
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn of(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        // a reset after the answer is none of its parts
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or("0");
        let header = |line: &str| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_ascii_lowercase(), value.trim().to_owned())
        };
        Self {
            status: status.parse().unwrap(),
            headers: lines.map(header).collect(),
            body: body.to_owned(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn links(page: &str) -> Vec<&str> {
    page.split("<a href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn every_page_that_is_linked_is_there_and_tells_what_the_store_holds() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    let first = server.get("/");
    assert_eq!(first.status, 200);
    assert!(first.body.contains("open findings in 1 product"));
    assert!(first.body.contains("No verdict on 1 of 2 components"));
    assert!(first.body.contains("shop &lt;i&gt;") && !first.body.contains("shop <i>"));
    let mut seen = Vec::new();
    let mut todo: Vec<String> = vec!["index.html".to_owned()];
    while let Some(name) = todo.pop() {
        let page = server.get(&format!("/{name}"));
        assert_eq!(page.status, 200, "{name}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{name}");
        assert!(page.body.contains("as run 1 of 2026-11-20T00:00:00Z left it"), "{name}");
        seen.push(name);
        for link in links(&page.body) {
            if !seen.iter().any(|known| known == link) && !todo.iter().any(|known| known == link) {
                todo.push(link.to_owned());
            }
        }
    }
    for start in ["advisories.html", "trend.html", "clocks.html", "search", "where", "product-shop"]
    {
        assert!(seen.iter().any(|name| name.starts_with(start)), "{start} is not linked");
    }
    assert!(seen.iter().any(|name| name.starts_with("advisory-cve-2021-44228-")));
}

#[test]
fn the_pages_are_those_of_the_files() {
    let folder = portfolio();
    let run = bomvet()
        .current_dir(folder.path())
        .args(["audit", "report", "site", "--now", "2026-11-26T00:00:00Z"])
        .output()
        .unwrap();
    assert!(run.status.success());
    let server = Server::of(folder.path(), &[]);
    // what differs is said: the links to questions, and how the page came to be
    let same = |text: &str| {
        let main = text.split("<main>").nth(1).unwrap().split("</main>").next().unwrap();
        main.to_owned()
    };
    for entry in fs::read_dir(folder.path().join("site")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name == "index.html" || !name.ends_with(".html") {
            continue;
        }
        let file = fs::read_to_string(entry.path()).unwrap();
        assert_eq!(same(&file), same(&server.get(&format!("/{name}")).body), "{name}");
    }
}

#[test]
fn answers_follow_the_store_without_a_restart() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    assert!(server.get("/").body.contains("open findings in 1 product"));
    put(folder.path(), "a.json", &document("99.0.0"));
    audit(folder.path(), "2026-11-24T00:00:00Z");
    let page = server.get("/").body;
    assert!(page.contains("No open finding is known"), "{page}");
    assert!(page.contains("class=\"limited\""), "a part without a verdict is not clean");
}

/// Apache: CVE-2021-44228 is in 2.14.1 and fixed in 2.15.0.
#[test]
fn questions_are_answered_as_pages_and_for_programs() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    let page = server.get("/search?q=log4j-core+44228").body;
    assert!(page.contains("1 page found") && page.contains("advisory-cve-2021-44228-"), "{page}");
    let page = server.get("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").body;
    assert!(page.contains("Nothing is found") && !page.contains("<script>alert"));
    assert!(server.get("/search").body.contains("What do you look for?"));
    let purl = "pkg%3Amaven%2Forg.apache.logging.log4j%2Flog4j-core%40";
    let page = server.get(&format!("/where?purl={purl}%3C2.15.0")).body;
    assert!(page.contains("It is in 1 place") && page.contains("CVE-2021-44228"), "{page}");
    let page = server.get(&format!("/where?purl={purl}%3E%3D2.15.0")).body;
    assert!(page.contains("No document is known that holds it"));
    let page = server.get("/where?purl=log4j").body;
    assert!(page.contains("&quot;log4j&quot; is no package with versions"));
    let found = server.json(&format!("/api/where?purl={purl}%3C2.15.0"));
    assert_eq!(found["schema"], "bomvet.audit/1");
    assert_eq!(found["where"]["holders"][0]["version"], "2.14.1");
    assert_eq!(server.get("/api/where").status, 400);
    assert_eq!(server.get("/api/where?purl=log4j").status, 400);
    let status = server.json("/api/status");
    assert_eq!(status["products"][0]["not_evaluated"], 1);
    let events = server.json("/api/events?since=2026-11-20T00:00:00Z&kind=introduced");
    assert!(!events["events"].as_array().unwrap().is_empty());
    let none = server.json("/api/events?since=2026-11-21T00:00:00Z");
    assert!(none["events"].as_array().unwrap().is_empty());
    for wrong in ["/api/events?since=yesterday", "/api/events?kind=x"] {
        let answer = server.get(wrong);
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(serde_json::from_str::<Value>(&answer.body).unwrap()["error"].is_string());
    }
    assert_eq!(server.get("/healthz").body, "ok\n");
}

/// The sums are those of the status, and the last run is when it ran, not when it was asked.
#[test]
fn metrics_say_what_the_status_says() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    let status = server.json("/api/status");
    let answer = server.get("/metrics");
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let sum = |name: &str| -> u64 {
        let of = |line: &&str| line.starts_with(name) && line[name.len()..].starts_with(['{', ' ']);
        let samples = answer.body.lines().filter(of);
        samples.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
    };
    let product = &status["products"][0];
    for (gauge, name) in [
        ("bomvet_documents", "documents"),
        ("bomvet_components_declared", "declared"),
        ("bomvet_components_not_evaluated", "not_evaluated"),
    ] {
        assert_eq!(sum(gauge), product[name].as_u64().unwrap(), "{gauge}");
    }
    let open = product["open"].as_object().unwrap().values();
    let open: u64 = open.map(|count| count.as_u64().unwrap()).sum();
    assert!(open > 0);
    assert_eq!(sum("bomvet_findings_open"), open);
    // date -u -d 2026-11-20 +%s
    assert_eq!(sum("bomvet_last_run_timestamp_seconds"), 1_795_132_800);
}

#[test]
fn nothing_but_reading_is_allowed_and_head_is_get_without_a_body() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"] {
        let answer = server.ask(method, "/", "");
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    }
    let (get, head) = (server.get("/clocks.html"), server.ask("HEAD", "/clocks.html", ""));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), Some(get.body.len().to_string().as_str()));
    assert_eq!(server.ask("GET", "/", "Content-Length: 5\r\n").status, 400);
    assert_eq!(server.ask("GET", "/", "Transfer-Encoding: chunked\r\n").status, 400);
}

#[test]
fn an_address_names_no_file() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    for target in [
        "/../bomvet.toml",
        "/bomvet.toml",
        "/..%2fbomvet.toml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/product-..-0123456789ab.html",
        "/product-none-0123456789ab.html",
        "/advisory-none-0123456789ab.html",
        "/index.html/",
        "/api/",
        "/%00",
        "/bomvet-audit.sqlite",
    ] {
        let answer = server.get(target);
        assert_eq!(answer.status, 404, "{target}");
        assert!(target.starts_with("/api") || answer.body.contains(">Portfolio</a>"), "{target}");
        assert!(!answer.body.contains("[[product]]"), "{target}");
    }
}

#[test]
fn every_answer_says_what_browsers_may_not_do_with_it() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    for target in
        ["/", "/search?q=a", "/none", "/api/status", "/api/none", "/healthz", "/favicon.ico"]
    {
        let answer = server.get(target);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{target}");
        assert!(policy.ends_with("; frame-ancestors 'none'"), "{target}");
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{target}: {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{target}: {name}");
        }
        assert!(!answer.body.contains("<script"), "{target}");
    }
}

#[test]
fn a_name_that_was_not_given_is_not_answered_to() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    let ask = |head: &str| server.send(&format!("{head}\r\n\r\n")).status;
    for host in ["localhost", "LocalHost:8087", "127.0.0.1", "[::1]:8087"] {
        assert_eq!(ask(&format!("GET / HTTP/1.1\r\nHost: {host}")), 200, "{host}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "\u{e9}"] {
        assert_eq!(ask(&format!("GET /api/status HTTP/1.1\r\nHost: {host}")), 403, "{host}");
    }
    assert_eq!(ask("GET / HTTP/1.1"), 403);
    assert_eq!(ask("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example"), 403);
    assert_eq!(ask("GET http://evil.example/ HTTP/1.1\r\nHost: localhost"), 403);
    assert_eq!(ask("GET http://localhost/ HTTP/1.1\r\nHost: localhost"), 200);
    // a probe of the machine's supervisor may use any name, and learns nothing
    assert_eq!(ask("GET /healthz HTTP/1.1\r\nHost: pod-7"), 200);
}

#[test]
fn with_a_token_nothing_is_told_without_it() {
    let folder = portfolio();
    put(folder.path(), "token", &format!("{TOKEN}\n"));
    let server = Server::of(folder.path(), &["--token-file", "token", "--host", "audit.example"]);
    let other = format!("Authorization: Bearer {TOKEN}x\r\n");
    let basic = format!("Authorization: Basic {TOKEN}\r\n");
    for headers in
        ["", other.as_str(), basic.as_str(), "Cookie: bomvet-1=x\r\n", "Authorization: Bearer\r\n"]
    {
        for target in ["/", "/api/status", "/search?q=shop", "/none", "/?token=", "/?token=wrong"] {
            let answer = server.ask("GET", target, headers);
            assert_eq!(answer.status, 401, "{target} {headers}");
            assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"));
            assert!(!answer.body.contains("shop") && answer.header("set-cookie").is_none());
        }
    }
    assert_eq!(server.get("/healthz").status, 200);
    let bearer = format!("Authorization: bearer {TOKEN}\r\n");
    assert_eq!(server.ask("GET", "/api/status", &bearer).status, 200);
    let named = format!("GET / HTTP/1.1\r\nHost: Audit.Example\r\n{bearer}\r\n");
    assert_eq!(server.send(&named).status, 200);
    let foreign = format!("GET / HTTP/1.1\r\nHost: evil.example\r\n{bearer}\r\n");
    assert_eq!(server.send(&foreign).status, 403);
    let error = server.end("-TERM");
    assert_eq!(error, "", "nothing is written about requests");
}

#[test]
fn a_link_with_the_token_signs_a_browser_in_and_the_token_leaves_the_address() {
    let folder = portfolio();
    put(folder.path(), "token", TOKEN);
    let server = Server::of(folder.path(), &["--token-file", "token"]);
    let answer = server.get(&format!("/search?q=a+b&token={TOKEN}"));
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("content=\"0; url=./search?q=a+b\""), "{}", answer.body);
    assert!(!answer.body.contains(TOKEN));
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains(TOKEN));
    let pair = cookie.split(';').next().unwrap();
    assert_eq!(server.ask("GET", "/", &format!("Cookie: a=b; {pair}\r\n")).status, 200);
    assert_eq!(server.ask("GET", "/", &format!("Cookie: {pair}0\r\n")).status, 401);
    let (_, value) = pair.split_once('=').unwrap();
    assert_eq!(server.ask("GET", "/", &format!("Authorization: Bearer {value}\r\n")).status, 401);
    // a link leads nowhere but here
    for target in ["//evil.example/", "/\\evil.example/", "/%2fevil.example"] {
        let answer = server.get(&format!("{target}?token={TOKEN}"));
        let leads_here = answer.body.contains("content=\"0; url=./") || answer.status == 400;
        assert!(leads_here, "{target}: {}", answer.body);
    }
    // another server has other cookies
    let second = Server::of(folder.path(), &["--token-file", "token"]);
    assert_eq!(second.ask("GET", "/", &format!("Cookie: {pair}\r\n")).status, 401);
}

fn refusal(folder: &Path, arguments: &[&str], token: Option<&str>) -> (i32, String) {
    let mut command = bomvet();
    command.current_dir(folder).arg("serve").args(arguments).timeout(Duration::from_secs(30));
    if let Some(token) = token {
        command.env("BOMVET_SERVE_TOKEN", token);
    }
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn what_others_can_reach_is_not_served_without_a_token() {
    let folder = portfolio();
    let path = folder.path();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[::ffff:127.0.0.1]:0"] {
        let (code, error) = refusal(path, &["--listen", address], None);
        assert_eq!(code, 2, "{error}");
        let told =
            format!("error: {address} can be reached from elsewhere, so that a token is needed");
        assert!(error.starts_with(&told), "{error}");
        assert!(error.contains("help: name its file with --token-file"), "{error}");
    }
    let (code, error) = refusal(path, &["--host", "audit.example"], None);
    assert!(code == 2 && error.contains("audit.example may come from elsewhere"), "{error}");
    for weak in ["", "short", "0123456789abcdef 0"] {
        let (code, error) = refusal(path, &["--listen", "127.0.0.1:0"], Some(weak));
        assert!(code == 2 && error.contains("the token in BOMVET_SERVE_TOKEN"), "{error}");
        assert!(weak.is_empty() || !error.contains(weak), "{error}");
    }
    let (code, error) = refusal(path, &["--token-file", "none"], None);
    assert!(code == 2 && error.contains("could not read token file none"), "{error}");
}

#[test]
fn what_is_wrong_from_the_beginning_is_told_at_the_beginning() {
    let folder = portfolio();
    let path = folder.path();
    let (code, error) = refusal(path, &["--store", "none.sqlite"], None);
    assert!(code == 3 && error.contains("there is no audit store none.sqlite"), "{error}");
    let server = Server::of(path, &[]);
    let (code, error) = refusal(path, &["--listen", &server.address], None);
    assert!(code == 5 && error.contains("could not listen on 127.0.0.1:"), "{error}");
}

#[test]
fn what_cannot_be_read_is_no_clean_page() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    fs::remove_file(folder.path().join("bomvet-audit.sqlite")).unwrap();
    for target in ["/", "/advisories.html", "/healthz", "/api/status"] {
        let answer = server.get(target);
        assert_eq!(answer.status, 503, "{target}");
        assert!(!answer.body.contains("sqlite"), "paths concern who runs the server");
    }
    assert!(server.end("-INT").contains("error: there is no audit store bomvet-audit.sqlite"));
}

#[test]
fn a_slow_client_is_dropped_and_holds_nobody_up() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    let began = Instant::now();
    let mut slow = server.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
    assert_eq!(server.get("/healthz").status, 200);
    assert!(began.elapsed() < Duration::from_secs(8), "another client had to wait");
    // a byte now and then does not help
    while began.elapsed() < Duration::from_secs(45) && slow.write_all(b"x").is_ok() {
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(began.elapsed() < Duration::from_secs(30), "the head of a request may take 10 s");
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    let long = "x".repeat(100_000);
    let refused = |answer: Answer| [0, 400, 414, 431].contains(&answer.status);
    assert!(refused(server.get(&format!("/{long}"))));
    assert!(refused(server.ask("GET", "/", &format!("X: {long}\r\n"))));
    assert!(refused(server.ask("GET", "/", &"X: y\r\n".repeat(1000))));
    for nonsense in
        ["\r\n\r\n\r\n", "GET\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"]
    {
        let mut stream = server.connect();
        stream.write_all(nonsense.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(refused(Answer::of(stream)), "{nonsense:?}");
    }
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn many_clients_at_once_are_all_answered_and_idle_ones_do_not_outlive_the_server() {
    let folder = portfolio();
    let server = Server::of(folder.path(), &[]);
    let idle: Vec<TcpStream> = (0..20).map(|_| server.connect()).collect();
    std::thread::scope(|scope| {
        let asked: Vec<_> =
            (0..100).map(|_| scope.spawn(|| server.get("/trend.html").status)).collect();
        assert!(asked.into_iter().all(|one| one.join().unwrap() == 200));
    });
    let began = Instant::now();
    assert_eq!(server.end("-INT"), "");
    assert!(began.elapsed() < Duration::from_secs(15));
    drop(idle);
}

/// The server reads while an audit writes; each answer must agree with itself.
#[test]
fn an_answer_is_of_one_state_while_an_audit_writes() {
    let folder = portfolio();
    let path = folder.path();
    put(path, "bomvet.toml", "[[product]]\nname = \"shop\"\nsources = [\"many/*.json\"]\n");
    fs::create_dir(path.join("many")).unwrap();
    for number in 0..300 {
        put(&path.join("many"), &format!("{number}.json"), &document("2.14.1"));
    }
    let server = Server::of(path, &[]);
    let mut run = program()
        .current_dir(path)
        .args(["audit", "--no-progress", "--now", "2026-11-24T00:00:00Z"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut sizes = Vec::new();
    loop {
        let ended = run.try_wait().unwrap();
        let status = server.json("/api/status");
        let documents = status["documents"].as_array().unwrap().len();
        let told = |name: &str| -> u64 {
            let products = status["products"].as_array().unwrap();
            products.iter().map(|one| one[name].as_u64().unwrap()).sum()
        };
        assert_eq!(told("documents"), documents as u64);
        // each document declares two components, of which one can be judged
        assert_eq!(
            (told("declared"), told("not_evaluated")),
            (documents as u64 * 2, documents as u64)
        );
        sizes.push(documents);
        if let Some(status) = ended {
            assert_eq!(status.code(), Some(0));
            break;
        }
    }
    assert_eq!(*sizes.last().unwrap(), 300);
}
