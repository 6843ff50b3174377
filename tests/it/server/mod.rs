//! A server that answers as a test tells it to, also wrongly: one connection for each answer, one after
//! the other, or by path and many at once. What was asked is kept.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
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
    most: Arc<AtomicUsize>,
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
        Self { port, seen, most: Arc::default() }
    }

    /// Answers by path, many connections at once and as often as it is asked: each path its answers one
    /// after the other, the last for ever, and 404 for any other path.
    pub(crate) fn by_path(routes: Vec<(String, Vec<Answer>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let routes = routes.into_iter().map(|(path, answers)| (path.to_lowercase(), answers));
        let routes: HashMap<String, Vec<Answer>> = routes.collect();
        let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let highest = Arc::clone(&most);
        thread::spawn(move || {
            let routes = Arc::new(Mutex::new(routes));
            while let Ok((mut stream, _)) = listener.accept() {
                let (routes, log) = (Arc::clone(&routes), Arc::clone(&log));
                let (under_way, highest) = (Arc::clone(&under_way), Arc::clone(&highest));
                thread::spawn(move || {
                    let Some(request) = request(&mut stream) else { return };
                    highest
                        .fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let mut answer = next(&mut routes.lock().unwrap(), path(&request));
                    log.lock().unwrap().push(request);
                    // once the last byte is sent, the client may be ahead of this thread
                    let last = answer.pop();
                    send(&mut stream, &answer);
                    under_way.fetch_sub(1, Ordering::SeqCst);
                    send(&mut stream, &last.into_iter().collect());
                });
            }
        });
        Self { port, seen, most }
    }

    /// How many requests were under way at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    /// The paths that were asked for.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.seen().iter().map(|request| path(request).to_owned()).collect()
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

/// The path of a request; of one to a proxy the whole address.
fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap_or_default()
}

fn next(routes: &mut HashMap<String, Vec<Answer>>, path: &str) -> Answer {
    match routes.get_mut(path) {
        Some(answers) if answers.len() > 1 => answers.remove(0),
        Some(answers) => answers[0].clone(),
        None => answer("404 Not Found", "", b""),
    }
}

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
    let _ = (Part::Pause, Server::by_path, Server::paths, Server::most_at_once);
};
