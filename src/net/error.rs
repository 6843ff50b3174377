//! Why something could not be fetched, in one line without secrets.

use std::error::Error;
use std::fmt;

use super::address::{Address, InvalidAddress};

/// Why something could not be fetched.
#[derive(Debug)]
pub struct NetError {
    /// What was asked for, without credentials.
    pub address: String,
    /// What happened.
    pub cause: Cause,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// Settings that make no client: a proxy, a file of certificates.
    #[error("the network settings cannot be used: {0}")]
    Settings(String),
    /// Nobody answered.
    #[error("no connection: {0}")]
    Connect(String),
    /// The server could not prove who it is.
    #[error("the server's certificate is not accepted: {0}")]
    Certificate(String),
    /// The server refuses, in its own words.
    #[error("the server refuses: {0}")]
    Refused(String),
    /// No byte for so many seconds.
    #[error("the server was silent for {0} s")]
    Silent(u64),
    /// The whole took longer than so many seconds.
    #[error("it was not complete after {0} s")]
    Slow(u64),
    /// The connection ended before the file did.
    #[error("the connection broke off after {0} bytes")]
    Cut(u64),
    /// An answer that is none.
    #[error("the answer cannot be read: {0}")]
    Garbled(String),
    /// The server says no.
    #[error("the server answers {0}")]
    Status(u16),
    /// The mail server says no, in its own words.
    #[error("the mail server answers {code}: {said}")]
    Mail {
        /// The reply code (RFC 5321, 4.2).
        code: String,
        /// What it says.
        said: String,
    },
    /// A mail that cannot be sent over this connection.
    #[error("the mail cannot be sent: {0}")]
    Unsent(String),
    /// The server asks for more patience than there is.
    #[error("the server answers {status} and asks to wait {asked} s")]
    Patience {
        /// The status.
        status: u16,
        /// How many seconds it asks for.
        asked: u64,
    },
    /// More bytes than may come.
    #[error("it is larger than {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// One redirect after the other.
    #[error("it was redirected more than {0} times")]
    Redirects(usize),
    /// A redirect to where nothing is fetched from.
    #[error("it was redirected to an address that {0}")]
    Redirect(InvalidAddress),
    /// Other bytes than were expected.
    #[error("its SHA-256 is {found}, expected {expected}")]
    Checksum {
        /// The digest that was given.
        expected: String,
        /// The digest of what came.
        found: String,
    },
    /// What came could not be kept.
    #[error("what came could not be written: {0}")]
    Write(String),
}

impl NetError {
    pub(super) fn new(address: &Address, cause: Cause) -> Self {
        Self { address: address.to_string(), cause }
    }

    /// What would help, where that is known.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        Some(match &self.cause {
            Cause::Settings(_) => "look at the section [net] of the configuration",
            Cause::Connect(_) => "is the address right, and is a proxy needed (net.proxy)?",
            Cause::Certificate(_) => {
                "if a company's proxy signs for it, name its certificate in net.ca_file"
            }
            Cause::Silent(_) | Cause::Slow(_) | Cause::Cut(_) => {
                "try again: what came is kept and continued"
            }
            Cause::Status(401 | 403 | 407) => "does the address need a user and a password?",
            Cause::Status(404 | 410) => "is the address right?",
            Cause::Status(_) | Cause::Patience { .. } => "try again later",
            Cause::Redirect(_) => "give the address that it leads to, if you trust it",
            Cause::Checksum { .. } => "nothing of it was used; is the expected digest up to date?",
            Cause::Refused(_) => "are user, password and database right?",
            Cause::Garbled(_)
            | Cause::TooLarge(_)
            | Cause::Redirects(_)
            | Cause::Write(_)
            | Cause::Mail { .. }
            | Cause::Unsent(_) => return None,
        })
    }
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not fetch {}: {}", self.address, self.cause)
    }
}

impl Error for NetError {}

impl Cause {
    /// What a failed request or a failed read means; `silence` is the limit that was set, `received` what
    /// had come by then.
    pub(super) fn of(error: &(dyn Error + 'static), silence: u64, received: u64) -> Self {
        let chain = chain(error);
        let text = innermost(error);
        let is = |test: fn(&reqwest::Error) -> bool| {
            chain.iter().filter_map(|error| error.downcast_ref()).any(test)
        };
        if let Some(refused) = Self::of_certificate(&text) {
            refused
        } else if is(reqwest::Error::is_timeout) {
            Self::Silent(silence)
        } else if is(reqwest::Error::is_connect) {
            Self::Connect(text)
        } else if is(reqwest::Error::is_builder) {
            Self::Settings(text)
        } else if text.starts_with("invalid ") || text.contains("head is too large") {
            // the words of the HTTP/1 parser, whose kinds are not public
            Self::Garbled(text)
        } else {
            Self::Cut(received)
        }
    }
}

impl Cause {
    /// What rustls says of a certificate that it does not accept.
    pub(super) fn of_certificate(text: &str) -> Option<Self> {
        let refused = text.strip_prefix("invalid peer certificate: ")?;
        Some(Self::Certificate(refused.to_owned()))
    }
}

/// What stands behind all of an error.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default().replace('\n', " ")
}

/// An error and what caused it, the innermost last.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut all = vec![error];
    let mut next = error.source();
    while let Some(error) = next {
        all.push(error);
        // an error of the system that wraps another one names as source what stands behind that one
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(|error| error.get_ref());
        let wrapped = wrapped.map(|wrapped| wrapped as &(dyn Error + 'static));
        next = wrapped.or_else(|| error.source());
    }
    all
}
