//! A server that answers as a test tells it to, also wrongly. One connection for each answer, one after
//! the other; what was asked is kept.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A part of an answer.
#[derive(Clone)]
pub(crate) enum Part {
    /// Bytes as they go over the wire.
    Bytes(Vec<u8>),
    /// A pause.
    Pause(Duration),
}

/// What one connection gets, before it is closed.
pub(crate) type Answer = Vec<Part>;

/// An answer as it stands on the wire, with its own length.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Answer {
    let length = format!("Content-Length: {}\r\n{headers}", body.len());
    cut(status, &length, body)
}

/// The same, with no header but those given.
pub(crate) fn cut(status: &str, headers: &str, body: &[u8]) -> Answer {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n");
    vec![Part::Bytes([head.as_bytes(), body].concat())]
}

/// The server.
pub(crate) struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Listens, and gives the first request the first answer, and so on. Who asks more often finds
    /// nobody there.
    pub(crate) fn start(answers: Vec<Answer>) -> Self {
        Self::with(answers, |stream, serve| serve(Box::new(stream)))
    }

    /// The same, with something between socket and answer.
    pub(crate) fn with(
        answers: Vec<Answer>,
        wrap: impl Fn(TcpStream, &mut dyn FnMut(Box<dyn Stream>)) + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            for answer in answers {
                let Ok((stream, _)) = listener.accept() else { return };
                wrap(stream, &mut |mut stream| {
                    if let Some(request) = request(&mut *stream) {
                        log.lock().unwrap().push(request);
                        send(&mut *stream, &answer);
                    }
                });
            }
        });
        Self { port, seen }
    }

    /// An address on it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What was asked, each with its headers in small letters.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// A connection, with TLS or without.
pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

fn request(stream: &mut dyn Stream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        // a client that refuses the certificate goes away here
        if !matches!(stream.read(&mut byte), Ok(1)) {
            return None;
        }
        bytes.push(byte[0]);
    }
    Some(String::from_utf8(bytes).unwrap().to_lowercase())
}

/// A client may go away in the middle: that is its right.
fn send(stream: &mut dyn Stream, answer: &Answer) {
    for part in answer {
        match part {
            Part::Bytes(bytes) if stream.write_all(bytes).is_err() => return,
            Part::Bytes(_) => {}
            Part::Pause(time) => thread::sleep(*time),
        }
        if stream.flush().is_err() {
            return;
        }
    }
}

// Each test file builds this module for itself and uses a part of it; here all of it counts as used.
const _: () = {
    let _ = (Server::start, Server::url, Server::port, Server::seen, cut, answer);
    let _ = Part::Pause;
};
