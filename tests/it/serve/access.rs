//! Who may ask, for what, and what browsers may do with the answer.

use std::path::Path;
use std::time::Duration;

use super::client::{Server, TOKEN, portfolio, put};
use crate::support::bomvet;

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
