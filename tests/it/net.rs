//! Fetching from servers that misbehave.

use crate::server;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bomvet::net::{
    Address, Answer, Cause, Client, Clock, Header, Memory, NetError, Options, PlainHttp, Proxies,
    Request, Stamp,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::server::{Part, Server, answer, cut};

const BODY: &[u8] = b"0123456789abcdefghij";

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One fetch: what came of it, what is in the sink, how long it would have waited.
struct Fetch {
    result: Result<Answer, NetError>,
    sink: Memory,
    waits: Vec<u64>,
}

/// What a test sets differently.
#[derive(Default)]
struct Asked<'a> {
    options: Options,
    known: Option<&'a Stamp>,
    sha256: Option<&'a str>,
    limit: Option<u64>,
    headers: &'a [Header],
    sink: Memory,
}

fn fetch(url: &str, asked: Asked<'_>) -> Fetch {
    let address = Address::parse(url, PlainHttp::Loopback).unwrap();
    let waits: Mutex<Vec<Duration>> = Mutex::default();
    let start: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
    let clock = Clock {
        now: &|| start + waits.lock().unwrap().iter().sum::<Duration>(),
        sleep: &|time| waits.lock().unwrap().push(time),
    };
    let mut sink = asked.sink;
    let request = Request {
        address: &address,
        known: asked.known,
        limit: asked.limit.unwrap_or(1 << 20),
        sha256: asked.sha256,
        headers: asked.headers,
    };
    let result = Client::new(asked.options, clock).unwrap().fetch(request, &mut sink);
    let waits = waits.into_inner().unwrap().iter().map(Duration::as_secs).collect();
    Fetch { result, sink, waits }
}

fn plain(answers: Vec<server::Answer>) -> (Server, Fetch) {
    let server = Server::start(answers);
    let fetch = fetch(&server.url("/all.zip"), Asked::default());
    (server, fetch)
}

#[track_caller]
fn cause(fetch: Fetch) -> Cause {
    fetch.result.unwrap_err().cause
}

fn stamp(etag: &str) -> Stamp {
    Stamp { etag: Some(etag.to_owned()), last_modified: None }
}

// What goes well.

#[test]
fn a_file_comes_whole_with_its_digest_and_its_stamp() {
    let headers = "ETag: \"1\"\r\nLast-Modified: Wed, 25 Nov 2026 09:00:00 GMT\r\n";
    let (server, fetch) = plain(vec![answer("200 OK", headers, BODY)]);
    assert_eq!(fetch.result.unwrap(), Answer::Fetched(sha256(BODY)));
    assert_eq!(fetch.sink.bytes, BODY);
    assert_eq!(fetch.sink.stamp.etag.as_deref(), Some("\"1\""));
    assert_eq!(fetch.sink.stamp.last_modified.as_deref(), Some("Wed, 25 Nov 2026 09:00:00 GMT"));
    let request = &server.seen()[0];
    assert!(request.starts_with("get /all.zip http/1.1\r\n"), "{request}");
    assert!(request.contains("\r\naccept-encoding: identity\r\n"), "{request}");
    assert!(request.contains("\r\nuser-agent: bomvet/"), "{request}");
}

#[test]
fn what_is_known_is_not_fetched_again() {
    let server = Server::start(vec![answer("304 Not Modified", "", b"")]);
    let known = Stamp {
        etag: Some("W/\"1\"".to_owned()),
        last_modified: Some("Wed, 25 Nov 2026 09:00:00 GMT".to_owned()),
    };
    let asked = Asked { known: Some(&known), ..Asked::default() };
    let fetch = fetch(&server.url("/"), asked);
    assert_eq!(fetch.result.unwrap(), Answer::Unchanged);
    let request = &server.seen()[0];
    assert!(request.contains("\r\nif-none-match: w/\"1\"\r\n"), "{request}");
    assert!(request.contains("\r\nif-modified-since: wed, 25 nov 2026 09:00:00 gmt\r\n"));
}

#[test]
fn a_304_that_nobody_asked_for_is_no_answer() {
    let (_, fetch) = plain(vec![answer("304 Not Modified", "", b"")]);
    assert_eq!(cause(fetch), Cause::Status(304));
}

#[test]
fn a_redirect_is_followed() {
    let target = Server::start(vec![answer("200 OK", "", BODY)]);
    let location = format!("Location: {}\r\n", target.url("/there"));
    let (_, fetch) = plain(vec![answer("302 Found", &location, b"elsewhere")]);
    assert_eq!(fetch.result.unwrap(), Answer::Fetched(sha256(BODY)));
    assert!(target.seen()[0].starts_with("get /there "));
}

#[test]
fn a_user_is_sent_to_its_own_host_alone_and_never_shown() {
    let target = Server::start(vec![answer("404 Not Found", "", b"")]);
    let location = format!("Location: {}\r\n", target.url("/there"));
    let server = Server::start(vec![answer("302 Found", &location, b"")]);
    let url = server.url("/?key=secret").replace("http://", "http://user:secret@");
    let error = fetch(&url, Asked::default()).result.unwrap_err();
    // dXNlcjpzZWNyZXQ= is user:secret in base64
    assert!(server.seen()[0].contains("\r\nauthorization: basic dxnlcjpzzwnyzxq=\r\n"));
    assert!(!target.seen()[0].contains("authorization"));
    let expected = format!("could not fetch {}: the server answers 404", server.url("/?…"));
    assert_eq!(error.to_string(), expected);
}

#[test]
fn headers_are_sent_to_their_own_server_alone() {
    let target = Server::start(vec![answer("200 OK", "", BODY)]);
    let elsewhere = format!("Location: {}\r\n", target.url("/there"));
    let server = Server::start(vec![
        answer("302 Found", "Location: /here\r\n", b""),
        answer("302 Found", &elsewhere, b""),
    ]);
    // Aladdin and open sesame: the example of RFC 7617, section 2
    let headers =
        [Header::basic("Aladdin", "open sesame").unwrap(), Header::new("X-Key", "secret").unwrap()];
    let asked = Asked { headers: &headers, ..Asked::default() };
    assert_eq!(fetch(&server.url("/"), asked).sink.bytes, BODY);
    for request in server.seen() {
        let sent = "\r\nauthorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq==\r\n";
        assert!(request.contains(sent) && request.contains("\r\nx-key: secret\r\n"), "{request}");
    }
    assert!(!target.seen()[0].contains("secret") && !target.seen()[0].contains("authorization"));
    assert!(!format!("{headers:?}").contains("secret"));
    assert!(Header::new("a b", "c").is_err() && Header::new("a", "b\nc").is_err());
}

#[test]
fn a_proxy_is_asked_unless_the_host_is_excepted() {
    let proxy = Server::start(vec![answer("200 OK", "", b"from the proxy")]);
    let server = Server::start(vec![answer("200 OK", "", BODY)]);
    let through = |except: Option<&str>| Options {
        proxies: Proxies {
            https: None,
            http: Some(proxy.url("")),
            except: except.map(str::to_owned),
        },
        ..Options::default()
    };
    let url = server.url("/all.zip");
    let asked = Asked { options: through(None), ..Asked::default() };
    assert_eq!(fetch(&url, asked).sink.bytes, b"from the proxy");
    assert!(proxy.seen()[0].starts_with(&format!("get {url} http/1.1")));
    let asked = Asked { options: through(Some("example.org,127.0.0.1")), ..Asked::default() };
    assert_eq!(fetch(&url, asked).sink.bytes, BODY);
}

// What breaks off.

#[test]
fn a_file_that_broke_off_is_continued_where_it_did() {
    let head = "ETag: \"1\"\r\nContent-Length: 20\r\n";
    let rest = "ETag: \"1\"\r\nContent-Range: bytes 8-19/20\r\n";
    let (server, fetch) = plain(vec![
        cut("200 OK", head, &BODY[..8]),
        answer("206 Partial Content", rest, &BODY[8..]),
    ]);
    assert_eq!(fetch.result.unwrap(), Answer::Fetched(sha256(BODY)));
    assert_eq!(fetch.sink.bytes, BODY);
    assert_eq!(fetch.waits, [1]);
    let second = &server.seen()[1];
    assert!(second.contains("\r\nrange: bytes=8-\r\n"), "{second}");
    assert!(second.contains("\r\nif-range: \"1\"\r\n"), "{second}");
}

#[test]
fn a_part_of_an_earlier_run_is_continued() {
    let rest = "ETag: \"1\"\r\nContent-Range: bytes 8-19/20\r\n";
    let server = Server::start(vec![answer("206 Partial Content", rest, &BODY[8..])]);
    let sink = Memory { bytes: BODY[..8].to_vec(), stamp: stamp("\"1\"") };
    let fetch = fetch(&server.url("/"), Asked { sink, ..Asked::default() });
    assert_eq!(fetch.sink.bytes, BODY);
    assert_eq!(fetch.result.unwrap(), Answer::Fetched(sha256(BODY)));
}

#[test]
fn another_file_is_not_glued_to_the_part_of_the_old_one() {
    // the server sends the new file whole, or its end for the end of the old one
    let whole = answer("200 OK", "ETag: \"2\"\r\n", BODY);
    let wrong_file = "ETag: \"2\"\r\nContent-Range: bytes 4-19/20\r\n";
    let wrong_place = "ETag: \"1\"\r\nContent-Range: bytes 0-19/20\r\n";
    for answers in [
        vec![whole.clone()],
        vec![answer("206 Partial Content", wrong_file, &BODY[4..]), whole.clone()],
        vec![answer("206 Partial Content", wrong_place, BODY), whole.clone()],
        vec![answer("416 Range Not Satisfiable", "", b""), whole.clone()],
    ] {
        let server = Server::start(answers);
        let sink = Memory { bytes: b"####".to_vec(), stamp: stamp("\"1\"") };
        let fetch = fetch(&server.url("/"), Asked { sink, ..Asked::default() });
        assert_eq!(fetch.sink.bytes, BODY, "{:?}", server.seen());
        assert_eq!(fetch.result.unwrap(), Answer::Fetched(sha256(BODY)));
    }
}

#[test]
fn a_weak_tag_proves_nothing_about_parts() {
    let head = "ETag: W/\"1\"\r\nContent-Length: 20\r\n";
    let (server, fetch) =
        plain(vec![cut("200 OK", head, &BODY[..8]), answer("200 OK", "ETag: W/\"1\"\r\n", BODY)]);
    assert!(!server.seen()[1].contains("range"), "{}", server.seen()[1]);
    assert_eq!(fetch.sink.bytes, BODY);
}

#[test]
fn a_length_that_is_never_reached_is_given_up_and_the_part_is_kept() {
    let head = "ETag: \"1\"\r\nContent-Length: 99\r\n";
    let more = "ETag: \"1\"\r\nContent-Range: bytes 20-98/99\r\nContent-Length: 79\r\n";
    let empty = cut("206 Partial Content", more, b"");
    let (_, fetch) =
        plain(vec![cut("200 OK", head, BODY), empty.clone(), empty.clone(), empty.clone(), empty]);
    assert_eq!(fetch.waits, [1, 2, 4]);
    assert_eq!(fetch.sink.bytes, BODY);
    assert_eq!(cause(fetch), Cause::Cut(20));
}

#[test]
fn chunks_without_their_end_are_no_file() {
    let chunk = b"14\r\n0123456789abcdefghij\r\n";
    let head = "Transfer-Encoding: chunked\r\n";
    let unfinished = cut("200 OK", head, chunk);
    let finished = cut("200 OK", head, &[&chunk[..], b"0\r\n\r\n"].concat());
    let (_, fetch) = plain(vec![unfinished, finished]);
    assert_eq!(fetch.waits, [1]);
    assert_eq!(fetch.result.unwrap(), Answer::Fetched(sha256(BODY)));
}

#[test]
fn a_silent_server_is_not_waited_for() {
    let head = Part::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123".to_vec());
    let silence = Duration::from_millis(200);
    let options = Options { silence, attempts: 2, ..Options::default() };
    for answer in [vec![Part::Pause(silence * 10)], vec![head, Part::Pause(silence * 10)]] {
        let server = Server::start(vec![answer.clone(), answer]);
        let begun = Instant::now();
        let asked = Asked { options: options.clone(), ..Asked::default() };
        assert_eq!(cause(fetch(&server.url("/"), asked)), Cause::Silent(0));
        assert!(begun.elapsed() < silence * 15, "{:?}", begun.elapsed());
    }
}

#[test]
fn a_slow_server_is_borne_with() {
    let mut slow = vec![Part::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n".to_vec())];
    for piece in BODY.chunks(4) {
        slow.push(Part::Pause(Duration::from_millis(150)));
        slow.push(Part::Bytes(piece.to_vec()));
    }
    let server = Server::start(vec![slow]);
    let options = Options { silence: Duration::from_millis(500), ..Options::default() };
    let fetch = fetch(&server.url("/"), Asked { options, ..Asked::default() });
    assert_eq!(fetch.result.unwrap(), Answer::Fetched(sha256(BODY)));
}

// What the server refuses.

#[test]
fn the_wait_that_a_server_asks_for_is_kept() {
    let (_, fetch) = plain(vec![
        answer("429 Too Many Requests", "Retry-After: 7\r\n", b""),
        answer(
            "503 Service Unavailable",
            "Date: Wed, 25 Nov 2026 09:00:00 GMT\r\nRetry-After: Wed, 25 Nov 2026 09:00:30 GMT\r\n",
            b"",
        ),
        answer("503 Service Unavailable", "", b""),
        answer("200 OK", "", BODY),
    ]);
    assert_eq!(fetch.waits, [7, 30, 4]);
    assert_eq!(fetch.result.unwrap(), Answer::Fetched(sha256(BODY)));
}

#[test]
fn a_server_that_asks_for_too_much_patience_is_left() {
    let (_, fetch) = plain(vec![answer("429 Too Many Requests", "Retry-After: 86400\r\n", b"")]);
    assert_eq!(fetch.waits, [0; 0]);
    assert_eq!(cause(fetch), Cause::Patience { status: 429, asked: 86_400 });
}

#[test]
fn a_server_that_never_recovers_is_left_after_four_attempts() {
    let refusal = answer("503 Service Unavailable", "", b"");
    let (server, fetch) = plain(vec![refusal; 9]);
    assert_eq!(server.seen().len(), 4);
    assert_eq!(fetch.waits, [1, 2, 4]);
    assert_eq!(cause(fetch), Cause::Status(503));
}

#[test]
fn what_is_not_there_is_asked_for_once() {
    for (status, number) in [("404 Not Found", 404), ("401 Unauthorized", 401), ("204 No", 204)] {
        let (server, fetch) = plain(vec![answer(status, "", b"")]);
        assert_eq!(cause(fetch), Cause::Status(number));
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn all_attempts_together_have_an_end() {
    let refusal = answer("503 Service Unavailable", "Retry-After: 100\r\n", b"");
    let server = Server::start(vec![refusal; 9]);
    let options = Options { longest: Duration::from_secs(250), attempts: 9, ..Options::default() };
    let fetch = fetch(&server.url("/"), Asked { options, ..Asked::default() });
    assert_eq!(fetch.waits, [100, 100]);
    assert_eq!(cause(fetch), Cause::Slow(250));
}

#[test]
fn nobody_there_is_told() {
    let server = Server::start(vec![]);
    std::thread::sleep(Duration::from_millis(50));
    let error = fetch(&server.url("/"), Asked::default()).result.unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with(&format!("could not fetch {}: no connection: ", server.url("/"))));
    assert!(!text.contains('\n'), "{text}");
    assert!(error.help().is_some());
}

#[test]
fn what_is_no_http_is_no_file() {
    let (_, fetch) = plain(vec![vec![Part::Bytes(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec())]]);
    assert!(matches!(cause(fetch), Cause::Garbled(_)));
}

// What is bounded.

#[test]
fn more_bytes_than_allowed_are_not_taken() {
    let announced = answer("200 OK", "", BODY);
    let chunked =
        cut("200 OK", "Transfer-Encoding: chunked\r\n", b"14\r\n0123456789abcdefghij\r\n0\r\n\r\n");
    for answers in [vec![announced], vec![chunked]] {
        let server = Server::start(answers);
        let fetch = fetch(&server.url("/"), Asked { limit: Some(19), ..Asked::default() });
        assert_eq!(fetch.sink.bytes, b"", "nothing of it is kept");
        assert_eq!(cause(fetch), Cause::TooLarge(19));
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_circle_of_redirects_has_an_end() {
    let (server, fetch) = plain(vec![answer("301 Moved", "Location: /all.zip\r\n", b""); 20]);
    assert_eq!(cause(fetch), Cause::Redirects(5));
    assert_eq!(server.seen().len(), 6);
}

#[test]
fn a_redirect_to_anything_but_https_is_refused() {
    for target in ["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "http://["] {
        let (_, fetch) = plain(vec![answer("302 Found", &format!("Location: {target}\r\n"), b"")]);
        assert!(matches!(cause(fetch), Cause::Redirect(_)), "{target}");
    }
}

#[test]
fn other_bytes_than_expected_are_not_kept() {
    let right = sha256(BODY).to_uppercase();
    for (expected, good) in [(right.as_str(), true), (&"0".repeat(64), false)] {
        let server = Server::start(vec![answer("200 OK", "", BODY)]);
        let asked = Asked { sha256: Some(expected), ..Asked::default() };
        let fetch = fetch(&server.url("/"), asked);
        assert_eq!(fetch.sink.bytes.is_empty(), !good);
        match fetch.result {
            Ok(answer) => assert!(good && answer == Answer::Fetched(sha256(BODY))),
            Err(error) => {
                let (expected, found) = (expected.to_owned(), sha256(BODY));
                assert_eq!(error.cause, Cause::Checksum { expected, found });
            }
        }
    }
}

// TLS.

/// A server with a certificate for `localhost`, and that certificate in PEM.
fn tls(answers: Vec<server::Answer>) -> (Server, Vec<u8>) {
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let server = Server::with(answers, move |socket, serve| {
        let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        serve(Box::new(rustls::StreamOwned::new(connection, socket)));
    });
    (server, own.cert.pem().into_bytes())
}

fn trusting(pem: Vec<u8>) -> Asked<'static> {
    let options = Options { extra_roots: Some(pem), ..Options::default() };
    Asked { options, ..Asked::default() }
}

#[test]
fn a_certificate_that_was_named_is_trusted() {
    let (server, pem) = tls(vec![answer("200 OK", "", BODY)]);
    let fetch = fetch(&format!("https://localhost:{}/", server.port()), trusting(pem));
    assert_eq!(fetch.result.unwrap(), Answer::Fetched(sha256(BODY)));
}

#[test]
fn a_certificate_of_nobody_known_is_refused_at_once() {
    let (server, _) = tls(vec![answer("200 OK", "", BODY); 4]);
    let fetch = fetch(&format!("https://localhost:{}/", server.port()), Asked::default());
    assert_eq!((fetch.sink.bytes.len(), fetch.waits.len()), (0, 0));
    assert_eq!(server.seen(), [""; 0], "nothing was asked");
    assert_eq!(cause(fetch), Cause::Certificate("UnknownIssuer".to_owned()));
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let (server, pem) = tls(vec![answer("200 OK", "", BODY); 4]);
    let fetch = fetch(&format!("https://127.0.0.1:{}/", server.port()), trusting(pem));
    assert_eq!(server.seen(), [""; 0], "nothing was asked");
    let Cause::Certificate(text) = cause(fetch) else { panic!("another cause") };
    assert!(text.contains("not valid for name"), "{text}");
}

#[test]
fn a_redirect_out_of_https_is_refused() {
    let plain = Server::start(vec![answer("200 OK", "", BODY)]);
    let location = format!("Location: {}\r\n", plain.url("/"));
    let (server, pem) = tls(vec![answer("302 Found", &location, b"")]);
    let fetch = fetch(&format!("https://localhost:{}/", server.port()), trusting(pem));
    assert!(matches!(cause(fetch), Cause::Redirect(_)));
    assert_eq!(plain.seen(), [""; 0]);
}

#[test]
fn settings_that_make_no_client_are_told() {
    let clock = Clock { now: &|| Timestamp::UNIX_EPOCH, sleep: &|_| {} };
    for options in [
        Options { extra_roots: Some(b"no certificate".to_vec()), ..Options::default() },
        Options {
            proxies: Proxies { https: Some("::::".to_owned()), ..Proxies::default() },
            ..Options::default()
        },
    ] {
        let error = Client::new(options, clock).err().unwrap();
        assert!(matches!(error, Cause::Settings(_)), "{error}");
    }
}
