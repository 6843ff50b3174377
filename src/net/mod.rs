//! The network: one file over HTTPS, whole and as expected, or one line that says why not; messages to a
//! server, or mail; the connection to a database; and listening ([`serve`]).
//!
//! This is the one room that opens sockets, and it opens none by itself: it is asked by commands that
//! were told to. A [`Client`] reads no environment and follows no redirect out of HTTPS. What a broken
//! connection left behind is continued, if the server can show that it is still the same file (RFC 9110,
//! 13.1.5 and 14); 429 and 5xx are asked again, as long after as `Retry-After` says.

mod address;
mod attempt;
mod error;
mod header;
mod mail;
mod memory;
mod post;
pub mod postgres;
pub mod serve;
mod wait;

pub use address::{Address, InvalidAddress, PlainHttp};
pub use error::{Cause, NetError};
pub use header::{Header, InvalidHeader};
pub use mail::{Mail, MailHost, Protection};
pub use memory::Memory;
pub use post::Post;

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use attempt::{Attempt, Outcome};

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// The proxies.
    pub proxies: Proxies,
    /// Certificates in PEM that are trusted besides the system's.
    pub extra_roots: Option<Vec<u8>>,
    /// How long a server may be silent.
    pub silence: Duration,
    /// How long one file may take, waits included.
    pub longest: Duration,
    /// How long a server may ask to wait before the next attempt.
    pub patience: Duration,
    /// How often a file is asked for before it is given up.
    pub attempts: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            proxies: Proxies::default(),
            extra_roots: None,
            silence: Duration::from_secs(60),
            longest: Duration::from_secs(2 * 60 * 60),
            patience: Duration::from_secs(120),
            attempts: 4,
        }
    }
}

/// Through whom requests go. The addresses may hold credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `https` addresses.
    pub https: Option<String>,
    /// For `http` addresses.
    pub http: Option<String>,
    /// Hosts that are asked directly, as `NO_PROXY` lists them.
    pub except: Option<String>,
}

/// The outer world of a client, so that tests need not wait.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    /// What time it is.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// Waits.
    pub sleep: &'a (dyn Fn(Duration) + Sync),
}

/// By what a server tells two states of a file apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The entity tag, with its quotes.
    pub etag: Option<String>,
    /// The `Last-Modified` header, as written.
    pub last_modified: Option<String>,
}

impl Stamp {
    /// What proves that a part and its rest belong together: weak entity tags do not (RFC 9110, 13.1.5).
    fn strong(&self) -> Option<&str> {
        let strong = self.etag.as_deref().filter(|etag| etag.starts_with('"'));
        strong.or(self.last_modified.as_deref())
    }
}

/// Where a file goes as it comes. It may hold a part that was left behind earlier.
pub trait Sink {
    /// How many bytes are there.
    fn length(&self) -> u64;
    /// Of which state of the file they are.
    fn stamp(&self) -> &Stamp;
    /// Forgets all bytes and begins with a file of that state.
    ///
    /// # Errors
    /// When that cannot be written.
    fn restart(&mut self, stamp: Stamp) -> io::Result<()>;
    /// Adds bytes.
    ///
    /// # Errors
    /// When they cannot be written.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// The SHA-256 of all bytes, in hexadecimal.
    ///
    /// # Errors
    /// When they cannot be read again.
    fn sha256(&mut self) -> io::Result<String>;
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Where.
    pub address: &'a Address,
    /// The state that is here already; nothing is fetched when it is still the newest.
    pub known: Option<&'a Stamp>,
    /// The most bytes that are taken.
    pub limit: u64,
    /// The digest that the whole must have, in hexadecimal.
    pub sha256: Option<&'a str>,
    /// What is sent besides, to the server of the address alone: a redirect elsewhere drops it.
    pub headers: &'a [Header],
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The known state is the newest.
    Unchanged,
    /// The sink holds the file; its SHA-256 in hexadecimal.
    Fetched(String),
}

/// Asks servers.
pub struct Client<'a> {
    http: reqwest::blocking::Client,
    options: Options,
    clock: Clock<'a>,
}

impl<'a> Client<'a> {
    /// Makes a client. No socket is opened yet.
    ///
    /// # Errors
    /// When proxies or certificates cannot be used.
    pub fn new(options: Options, clock: Clock<'a>) -> Result<Self, Cause> {
        // a second client finds the provider installed, which is as good
        let _ = rustls::crypto::ring::default_provider().install_default();
        let settings = |error: &reqwest::Error| Cause::Settings(error::innermost(error));
        let mut builder = reqwest::blocking::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .timeout(options.silence)
            .connect_timeout(options.silence.min(Duration::from_secs(30)))
            .user_agent(concat!("bomvet/", env!("CARGO_PKG_VERSION")));
        for proxy in options.proxies.list().map_err(|error| settings(&error))? {
            builder = builder.proxy(proxy);
        }
        if let Some(pem) = &options.extra_roots {
            let roots =
                reqwest::Certificate::from_pem_bundle(pem).map_err(|error| settings(&error))?;
            if roots.is_empty() {
                return Err(Cause::Settings("the file of certificates holds none".to_owned()));
            }
            builder = builder.tls_certs_merge(roots);
        }
        let http = builder.build().map_err(|error| settings(&error))?;
        Ok(Self { http, options, clock })
    }

    /// Fetches a file into a sink, as often as it takes. After an error the sink may hold a part that a
    /// later call continues.
    ///
    /// # Errors
    /// With what happened at the last attempt.
    pub fn fetch(&self, request: Request<'_>, into: &mut dyn Sink) -> Result<Answer, NetError> {
        let fail = |cause| NetError::new(request.address, cause);
        let deadline = (self.clock.now)() + self.options.longest;
        let mut failed = 0;
        loop {
            let attempt = Attempt { client: self, request, deadline };
            match attempt.run(into) {
                Outcome::Unchanged => return Ok(Answer::Unchanged),
                Outcome::Complete => return checked(request, into).map_err(fail),
                Outcome::Failed(cause) => return Err(fail(cause)),
                Outcome::Again(cause, asked) => {
                    self.pause(&mut failed, deadline, cause, asked).map_err(fail)?;
                }
            }
        }
    }

    /// Waits before the next attempt, unless there is none.
    fn pause(
        &self,
        failed: &mut u32,
        deadline: Timestamp,
        cause: Cause,
        asked: Option<Duration>,
    ) -> Result<(), Cause> {
        *failed += 1;
        if *failed >= self.options.attempts {
            return Err(cause);
        }
        let wait = asked.unwrap_or_else(|| wait::back_off(*failed));
        if (self.clock.now)() + wait > deadline {
            return Err(Cause::Slow(self.options.longest.as_secs()));
        }
        (self.clock.sleep)(wait);
        Ok(())
    }
}

/// Compares what came with what was expected; what is wrong is not kept for a later attempt.
fn checked(request: Request<'_>, into: &mut dyn Sink) -> Result<Answer, Cause> {
    let write = |error: io::Error| Cause::Write(error.to_string());
    let found = into.sha256().map_err(write)?;
    if let Some(expected) = request.sha256.filter(|expected| !expected.eq_ignore_ascii_case(&found))
    {
        into.restart(Stamp::default()).map_err(write)?;
        return Err(Cause::Checksum { expected: expected.to_owned(), found });
    }
    Ok(Answer::Fetched(found))
}

impl Proxies {
    fn list(&self) -> reqwest::Result<Vec<reqwest::Proxy>> {
        let except = || self.except.as_deref().and_then(reqwest::NoProxy::from_string);
        let https = self.https.as_deref().map(reqwest::Proxy::https);
        let http = self.http.as_deref().map(reqwest::Proxy::http);
        https.into_iter().chain(http).map(|proxy| Ok(proxy?.no_proxy(except()))).collect()
    }
}
