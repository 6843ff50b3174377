//! Slow, large and many.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::client::{Answer, Server, portfolio};

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
