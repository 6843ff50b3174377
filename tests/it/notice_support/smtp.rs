//! A mail server that says what a test tells it to say, also wrongly: one connection after the other.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What one connection gets: a reply for each command that is named (`HELLO` is the greeting, `DOT` what
/// follows the mail); all others are taken.
pub(crate) type Session = &'static [(&'static str, &'static str)];

/// When TLS begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    Never,
    AtOnce,
    WithStartTls,
}

/// What a server saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Each command, and each mail as it came.
    pub(crate) commands: Vec<String>,
    pub(crate) mails: Vec<String>,
}

pub(crate) struct Smtp {
    pub(crate) port: u16,
    /// The server's certificate in PEM, for `localhost`.
    pub(crate) pem: String,
    seen: Arc<Mutex<Seen>>,
}

impl Smtp {
    pub(crate) fn start(sessions: &'static [Session], begins: Begins) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (config, pem) = certificate();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            for session in sessions {
                let Ok((socket, _)) = listener.accept() else { return };
                serve(socket, session, begins, &config, &log);
            }
        });
        Self { port, pem, seen }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

fn certificate() -> (Arc<ServerConfig>, String) {
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    (Arc::new(config), own.cert.pem())
}

fn serve(
    mut socket: TcpStream,
    session: Session,
    begins: Begins,
    config: &Arc<ServerConfig>,
    log: &Mutex<Seen>,
) {
    let secured =
        |socket| StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), socket);
    let mut talk = Talk { session, offers: begins == Begins::WithStartTls, log };
    match begins {
        Begins::AtOnce => {
            let mut stream = secured(socket);
            talk.greet(&mut stream).and_then(|()| talk.go_on(&mut stream));
        }
        Begins::Never => {
            talk.greet(&mut socket).and_then(|()| talk.go_on(&mut socket));
        }
        Begins::WithStartTls => {
            let upgrade = talk.greet(&mut socket).and_then(|()| talk.go_on(&mut socket));
            if upgrade.is_some() {
                talk.offers = false;
                talk.go_on(&mut secured(socket));
            }
        }
    }
}

struct Talk<'a> {
    session: Session,
    offers: bool,
    log: &'a Mutex<Seen>,
}

impl Talk<'_> {
    fn reply(&self, command: &str, usual: &str) -> String {
        let told = self.session.iter().find(|(name, _)| *name == command);
        format!("{}\r\n", told.map_or(usual, |(_, reply)| reply))
    }

    fn greet(&self, stream: &mut impl Write) -> Option<()> {
        stream.write_all(self.reply("HELLO", "220 test").as_bytes()).ok()?;
        stream.flush().ok()
    }

    /// Until the client goes away (nothing) or asks for TLS.
    fn go_on(&self, stream: &mut (impl Read + Write)) -> Option<()> {
        loop {
            let line = read_line(stream)?;
            let command = line.split(' ').next().unwrap_or_default().to_uppercase();
            self.log.lock().unwrap().commands.push(line);
            let usual = match command.as_str() {
                "EHLO" if self.offers => "250-test\r\n250 STARTTLS",
                "EHLO" => "250-test\r\n250 AUTH PLAIN",
                "AUTH" => "235 welcome",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                "STARTTLS" => "220 ready",
                _ => "250 fine",
            };
            let reply = self.reply(&command, usual);
            stream.write_all(reply.as_bytes()).ok()?;
            stream.flush().ok()?;
            match command.as_str() {
                "STARTTLS" => return Some(()),
                "DATA" if reply.starts_with("354") => {
                    let mut mail = String::new();
                    loop {
                        match read_line(stream)?.as_str() {
                            "." => break,
                            line => mail.push_str(&format!(
                                "{}\r\n",
                                line.strip_prefix('.').unwrap_or(line)
                            )),
                        }
                    }
                    self.log.lock().unwrap().mails.push(mail);
                    stream.write_all(self.reply("DOT", "250 taken").as_bytes()).ok()?;
                    stream.flush().ok()?;
                }
                _ => {}
            }
        }
    }
}

fn read_line(stream: &mut impl Read) -> Option<String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while !line.ends_with(b"\r\n") {
        if !matches!(stream.read(&mut byte), Ok(1)) {
            return None;
        }
        line.push(byte[0]);
    }
    line.truncate(line.len() - 2);
    Some(String::from_utf8(line).unwrap())
}
