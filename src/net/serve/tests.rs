//! The limits, each with a client that would go beyond it.

#![expect(clippy::disallowed_methods, reason = "how long a server takes is what is tested")]

use std::io::{Read, Write};
use std::net::TcpStream as Client;
use std::thread;
use std::time::Instant;

use tokio::sync::oneshot;

use super::*;

/// How many bytes the long answer has: more than sockets hold.
const LONG: usize = 64 << 20;

const ASK: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Answers `/long` with many bytes, `/slow` after a second, and all else at once.
struct Answers;

impl Handler for Answers {
    fn answer(&self, request: &Request) -> Response {
        if request.path == "/slow" {
            thread::sleep(Duration::from_secs(1));
        }
        let length = if request.path == "/long" { LONG } else { 4 };
        Response { status: 200, headers: Vec::new(), body: vec![b'x'; length] }
    }
}

/// A server that runs while a test asks it, and how long it took to end.
fn while_served(limits: Limits, test: impl FnOnce(SocketAddr)) -> Duration {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.address().unwrap();
    let (end, told) = oneshot::channel::<()>();
    let server = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let told = async {
            let _ = told.await;
        };
        runtime.block_on(accept(listener.socket, limits, Arc::new(Answers), told)).unwrap();
        runtime.shutdown_background();
    });
    test(address);
    let began = Instant::now();
    drop(end);
    server.join().unwrap();
    began.elapsed()
}

fn ask(address: SocketAddr, text: &str) -> Client {
    let mut client = Client::connect(address).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    client.write_all(text.as_bytes()).unwrap();
    client
}

fn rest(mut client: Client) -> Vec<u8> {
    let mut bytes = Vec::new();
    // a connection that was cut may end in a reset
    let _ = client.read_to_end(&mut bytes);
    bytes
}

fn short() -> Limits {
    Limits {
        patience: Duration::from_millis(300),
        longest: Duration::from_millis(1500),
        ..Limits::default()
    }
}

#[test]
fn a_client_that_does_not_read_its_answer_is_dropped() {
    while_served(short(), |address| {
        let client = ask(address, &ASK.replace("/ ", "/long "));
        thread::sleep(Duration::from_secs(3));
        assert!(rest(client).len() < LONG, "the answer would have been kept for ever");
        let client = ask(address, &ASK.replace("/ ", "/long "));
        assert!(rest(client).len() > LONG, "who reads gets all of it");
    });
}

#[test]
fn a_client_that_says_nothing_gives_its_place_to_the_next() {
    while_served(Limits { connections: 1, ..short() }, |address| {
        let began = Instant::now();
        let _silent = Client::connect(address).unwrap();
        let answer = rest(ask(address, ASK));
        assert!(answer.ends_with(b"\r\n\r\nxxxx"));
        assert!(began.elapsed() >= Duration::from_millis(250), "there was one place");
    });
}

#[test]
fn an_answer_that_was_begun_is_given_before_the_server_ends() {
    let mut asked = None;
    let limits = Limits { longest: Duration::from_secs(20), ..short() };
    let ending = while_served(limits, |address| {
        asked = Some(ask(address, &ASK.replace("/ ", "/slow ")));
        thread::sleep(Duration::from_millis(200));
    });
    assert!(rest(asked.unwrap()).ends_with(b"xxxx"));
    assert!(ending < Duration::from_secs(8), "{ending:?}");
}

#[test]
fn a_connection_carries_one_request() {
    while_served(short(), |address| {
        let answer = String::from_utf8(rest(ask(address, &ASK.repeat(2)))).unwrap();
        assert_eq!(answer.matches("HTTP/1.1 200").count(), 1);
        assert!(answer.to_ascii_lowercase().contains("connection: close"));
    });
}
