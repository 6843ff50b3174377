//! A connection to a PostgreSQL server: where it is, how it is kept from being read on the way, and why
//! there is none.
//!
//! Nothing is sent in plain text to another machine unless the address says `sslmode=disable`. With TLS
//! the server's certificate and name are checked whatever the mode is called, so that `require` and
//! `verify-ca` promise more here than in libpq; `allow` and `prefer`, which fall back to plain text, are
//! refused.

mod tls;

use std::fmt;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use postgres::config::{Config, Host, SslMode};
use postgres::{Client, NoTls};

use super::error::{Cause, innermost};
use tls::Verified;

/// How long a server may take from the first packet to the end of the log-in.
const LONGEST: Duration = Duration::from_secs(30);

/// How long a connection may be idle before the system asks whether the other end lives.
const IDLE: Duration = Duration::from_secs(60);

/// How a server is talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Plain,
    Tls,
}

/// Whose certificates are trusted.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// The system's.
    #[default]
    System,
    /// The system's, and those in PEM.
    SystemAnd(Vec<u8>),
    /// Those in PEM alone.
    Only(Vec<u8>),
}

/// A database on a server, and who asks for it. The password is sent and never shown.
#[derive(Clone)]
pub struct Server {
    config: Config,
    way: Way,
    roots: Option<String>,
}

/// A text that names no database to ask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidServer {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// No server.
    #[error("names no server")]
    NoHost,
    /// A part of the query that is no option: perhaps a part of a password, which is not repeated.
    #[error("has something behind the ? that is no option; in a password, ? is written %3F")]
    NoOption,
    /// A way to talk that is none, or that may end up in plain text.
    #[error("has sslmode={0}, expected disable, require, verify-ca or verify-full")]
    Mode(String),
}

impl Server {
    /// Whether a text means a server and not a file.
    #[must_use]
    pub fn is_named(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    /// Takes `postgres://user:password@host:port/database?option=value`, with the options of libpq.
    ///
    /// # Errors
    /// When it cannot be read, names no server, or may be asked in plain text without saying so.
    pub fn parse(text: &str) -> Result<Self, InvalidServer> {
        let (base, query) = text.split_once('?').unwrap_or((text, ""));
        let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
        for option in query.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').ok_or(InvalidServer::NoOption)?;
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
                return Err(InvalidServer::NoOption);
            }
            match name {
                "sslmode" => mode = Some(value),
                "sslrootcert" => roots = Some(value.replace("%2F", "/").replace("%2f", "/")),
                _ => rest.push(option),
            }
        }
        let text =
            if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
        let config: Config =
            text.parse().map_err(|error| InvalidServer::Unreadable(innermost(&error)))?;
        if config.get_hosts().is_empty() {
            return Err(InvalidServer::NoHost);
        }
        let way = match mode {
            None if config.get_hosts().iter().all(is_here) => Way::Plain,
            Some("disable") => Way::Plain,
            None | Some("require" | "verify-ca" | "verify-full") => Way::Tls,
            Some(other) => return Err(InvalidServer::Mode(plain_word(other))),
        };
        Ok(Self { config: settled(config), way, roots })
    }

    /// The file of certificates that the address names.
    #[must_use]
    pub fn roots(&self) -> Option<&str> {
        self.roots.as_deref()
    }

    /// Whether the address holds a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// The same with a password.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.config.password(password);
        self
    }

    /// Connects and logs in.
    ///
    /// # Errors
    /// When there is no connection, TLS is not to be had, or the server refuses.
    pub fn connect(&self, trust: &Trust) -> Result<Client, Cause> {
        let mut config = self.config.clone();
        let verified = match self.way {
            Way::Plain => None,
            Way::Tls => Some(Verified::new(trust)?),
        };
        config.ssl_mode(if verified.is_some() { SslMode::Require } else { SslMode::Disable });
        let (tell, told) = channel();
        // a server that takes the connection and then says nothing must not keep anybody waiting
        let connecting = thread::Builder::new().spawn(move || {
            let made = match verified {
                None => config.connect(NoTls),
                Some(verified) => config.connect(verified),
            };
            // nobody listens any more where it took too long
            let _ = tell.send(made);
        });
        connecting.map_err(|error| Cause::Connect(error.to_string()))?;
        match told.recv_timeout(LONGEST) {
            Ok(made) => made.map_err(|error| cause(&error)),
            Err(RecvTimeoutError::Timeout) => Err(Cause::Silent(LONGEST.as_secs())),
            Err(RecvTimeoutError::Disconnected) => Err(Cause::Cut(0)),
        }
    }
}

/// Without user, password and options.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ports = self.config.get_ports();
        let port = |number: usize| ports.get(number).or(ports.first()).copied().unwrap_or(5432);
        let hosts = self.config.get_hosts().iter().enumerate();
        let hosts: Vec<String> = hosts
            .map(|(number, host)| match host {
                Host::Tcp(name) if name.contains(':') => format!("[{name}]:{}", port(number)),
                Host::Tcp(name) => format!("{name}:{}", port(number)),
                #[cfg(unix)]
                Host::Unix(path) => path.display().to_string(),
            })
            .collect();
        let database = self.config.get_dbname().or(self.config.get_user()).unwrap_or_default();
        write!(f, "postgres://{}/{database}", hosts.join(","))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({self})")
    }
}

/// What a server or the connection to it has to say, in one line.
#[must_use]
pub fn words(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => said.message().replace('\n', " "),
        None => innermost(error),
    }
}

fn cause(error: &postgres::Error) -> Cause {
    if error.as_db_error().is_some() {
        return Cause::Refused(words(error));
    }
    let text = innermost(error);
    match text.strip_prefix("invalid peer certificate: ") {
        Some(refused) => Cause::Certificate(refused.to_owned()),
        None => Cause::Connect(text),
    }
}

/// With what the address leaves open.
fn settled(mut config: Config) -> Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(LONGEST / 3);
    }
    if config.get_application_name().is_none() {
        config.application_name("bomvet");
    }
    config.keepalives_idle(IDLE).keepalives_interval(IDLE / 6).keepalives_retries(3);
    config.tcp_user_timeout(IDLE);
    config
}

/// Whether nobody but this machine hears what is said to a host.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            let address = name.parse::<std::net::IpAddr>();
            name == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// A word as far as it is one: what else stands there may be a secret.
fn plain_word(text: &str) -> String {
    let is_word = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    text.chars().take_while(is_word).take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> Result<Server, InvalidServer> {
        Server::parse(text)
    }

    #[test]
    fn what_is_said_to_another_machine_is_said_by_tls_unless_the_address_says_otherwise() {
        let ways = [
            ("postgres://u@db.example/d", Way::Tls),
            ("postgres://u@db.example/d?sslmode=require", Way::Tls),
            ("postgres://u@db.example/d?sslmode=verify-full", Way::Tls),
            ("postgres://u@db.example/d?sslmode=disable", Way::Plain),
            ("postgres://u@localhost,db.example/d", Way::Tls),
            ("postgres://u@10.0.0.1/d", Way::Tls),
            ("postgres://u@127.0.0.1/d", Way::Plain),
            ("postgres://u@127.0.0.1/d?sslmode=require", Way::Tls),
            ("postgres://u@[::1]/d", Way::Plain),
            ("postgres://u@%2Frun%2Fpostgresql/d", Way::Plain),
            ("postgres://u@/d?host=/run/postgresql", Way::Plain),
        ];
        for (text, way) in ways {
            assert_eq!(server(text).unwrap().way, way, "{text}");
        }
        for mode in ["prefer", "allow", "off", ""] {
            let text = format!("postgres://u@db.example/d?sslmode={mode}");
            assert_eq!(server(&text).unwrap_err(), InvalidServer::Mode(mode.to_owned()));
        }
    }

    #[test]
    fn what_is_secret_is_in_no_text() {
        let shown = server("postgres://u:geheim@db.example:6000/d?sslmode=require").unwrap();
        assert_eq!(shown.to_string(), "postgres://db.example:6000/d");
        assert!(shown.has_password());
        assert_eq!(format!("{shown:?}"), "Server(postgres://db.example:6000/d)");
        for wrong in [
            "postgres://u:ge?heim@db.example/d",
            "postgres://u:ge?heim=geheim@db.example/d",
            "postgres://u:ge@heim@db.example/d",
            "postgres://u:ge/heim@db.example/d",
            "postgres://u:ge%heim@db.example/d",
            "postgres://u:x@db.example/d?sslmode=@geheim",
        ] {
            let told = server(wrong).map(|server| server.to_string());
            let told = told.unwrap_or_else(|error| error.to_string());
            assert!(!told.contains("geheim") || wrong.contains("geheim@db"), "{told}");
            assert!(!told.contains("ge?heim"), "{told}");
        }
    }

    #[test]
    fn a_database_is_named_by_its_server() {
        assert_eq!(server("postgres:///d").unwrap_err(), InvalidServer::NoHost);
        assert!(matches!(server("postgres://h:x/d"), Err(InvalidServer::Unreadable(_))));
        assert_eq!(
            server("postgres://u@[::1]:6000/d").unwrap().to_string(),
            "postgres://[::1]:6000/d"
        );
        let certificates = server("postgres://u@h/d?sslrootcert=/etc/ca.pem").unwrap();
        assert_eq!(certificates.roots(), Some("/etc/ca.pem"));
        assert!(Server::is_named("postgresql://h/d") && !Server::is_named("audit.sqlite"));
    }
}
