//! One request with its redirects, and the reading of its answer.

use std::io::{self, Read};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::blocking::Response;
use reqwest::header::{self, HeaderMap, HeaderName};

use super::error::Cause;
use super::{Client, Request, Sink, Stamp, wait};

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// How many bytes are read at once.
const PIECE: usize = 1 << 16;

/// One attempt.
pub(super) struct Attempt<'c, 'a> {
    pub(super) client: &'c Client<'a>,
    pub(super) request: Request<'c>,
    /// When all must be over.
    pub(super) deadline: Timestamp,
}

/// How an attempt ended.
pub(super) enum Outcome {
    /// What is known is the newest.
    Unchanged,
    /// The sink holds everything.
    Complete,
    /// It may go better next time, at the earliest after the wait that was asked for.
    Again(Cause, Option<Duration>),
    /// It will not go better.
    Failed(Cause),
}

impl Attempt<'_, '_> {
    pub(super) fn run(&self, into: &mut dyn Sink) -> Outcome {
        let response = match self.ask(into) {
            Ok(response) => response,
            Err(cause) if may_pass(&cause) => return Outcome::Again(cause, None),
            Err(cause) => return Outcome::Failed(cause),
        };
        match response.status() {
            StatusCode::NOT_MODIFIED if self.request.known.is_some() => Outcome::Unchanged,
            StatusCode::OK => self.whole(response, into),
            StatusCode::PARTIAL_CONTENT => self.continued(response, into),
            // what is here is no part of what is there
            StatusCode::RANGE_NOT_SATISFIABLE if into.length() > 0 => {
                match into.restart(Stamp::default()) {
                    Ok(()) => Outcome::Again(Cause::Status(416), Some(Duration::ZERO)),
                    Err(error) => Outcome::Failed(unwritten(&error)),
                }
            }
            status => self.client.refused(status, response.headers()),
        }
    }

    /// Sends the request, and again wherever it is redirected to.
    fn ask(&self, into: &dyn Sink) -> Result<Response, Cause> {
        let mut address = self.request.address.clone();
        for _ in 0..=REDIRECTS {
            if (self.client.clock.now)() > self.deadline {
                return Err(Cause::Slow(self.client.options.longest.as_secs()));
            }
            let mut headers = self.conditions(into);
            if address.is_of_the_same_server(self.request.address) {
                self.request.headers.iter().for_each(|header| header.put(&mut headers));
            }
            let request = self.client.http.get(address.url()).headers(headers);
            let response = request.send().map_err(|error| self.cause(&error, 0))?;
            let to = text(response.headers(), header::LOCATION);
            match to.filter(|_| is_redirect(response.status())) {
                None => return Ok(response),
                Some(to) => address = address.follow(to).map_err(Cause::Redirect)?,
            }
        }
        Err(Cause::Redirects(REDIRECTS))
    }

    /// What the answer depends on: the state that is known, the part that is here.
    fn conditions(&self, into: &dyn Sink) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, value: &str| {
            // what came from a header of the server fits into one
            if let Ok(value) = value.parse() {
                headers.insert(name, value);
            }
        };
        // ranges are counted in the bytes of the file, not of a compressed form
        set(header::ACCEPT_ENCODING, "identity");
        if let Some(known) = self.request.known {
            if let Some(etag) = &known.etag {
                set(header::IF_NONE_MATCH, etag);
            }
            if let Some(last_modified) = &known.last_modified {
                set(header::IF_MODIFIED_SINCE, last_modified);
            }
        }
        if into.length() > 0
            && let Some(stamp) = into.stamp().strong()
        {
            set(header::RANGE, &format!("bytes={}-", into.length()));
            set(header::IF_RANGE, stamp);
        }
        headers
    }

    fn whole(&self, response: Response, into: &mut dyn Sink) -> Outcome {
        match into.restart(stamp(response.headers())) {
            Ok(()) => self.read(response, into),
            Err(error) => Outcome::Failed(unwritten(&error)),
        }
    }

    /// The rest of a file, if it is the rest of what is here.
    fn continued(&self, response: Response, into: &mut dyn Sink) -> Outcome {
        let range = text(response.headers(), header::CONTENT_RANGE).unwrap_or_default();
        let begins = range.strip_prefix("bytes ").and_then(|range| range.split('-').next());
        let fits = begins.and_then(|begins| begins.parse().ok()) == Some(into.length());
        let same = match (&into.stamp().etag, stamp(response.headers()).etag) {
            (Some(own), Some(other)) => *own == other,
            _ => true,
        };
        if fits && same {
            return self.read(response, into);
        }
        let cause = Cause::Garbled(format!("another part than was asked for: \"{range}\""));
        match into.restart(Stamp::default()) {
            Ok(()) => Outcome::Again(cause, None),
            Err(error) => Outcome::Failed(unwritten(&error)),
        }
    }

    fn read(&self, mut response: Response, into: &mut dyn Sink) -> Outcome {
        let announced = response.content_length().unwrap_or(0);
        if into.length().saturating_add(announced) > self.request.limit {
            return self.too_large(into);
        }
        let mut piece = vec![0; PIECE];
        loop {
            let read = match response.read(&mut piece) {
                Ok(0) => return Outcome::Complete,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Outcome::Again(self.cause(&error, into.length()), None),
            };
            if into.length() + read as u64 > self.request.limit {
                return self.too_large(into);
            }
            if let Err(error) = into.append(&piece[..read]) {
                return Outcome::Failed(unwritten(&error));
            }
            if (self.client.clock.now)() > self.deadline {
                return Outcome::Failed(Cause::Slow(self.client.options.longest.as_secs()));
            }
        }
    }

    /// No part of it is worth keeping.
    fn too_large(&self, into: &mut dyn Sink) -> Outcome {
        Outcome::Failed(match into.restart(Stamp::default()) {
            Ok(()) => Cause::TooLarge(self.request.limit),
            Err(error) => unwritten(&error),
        })
    }

    fn cause(&self, error: &(dyn std::error::Error + 'static), received: u64) -> Cause {
        Cause::of(error, self.client.options.silence.as_secs(), received)
    }
}

impl Client<'_> {
    /// Some refusals are meant for now alone.
    pub(super) fn refused(&self, status: StatusCode, headers: &HeaderMap) -> Outcome {
        let cause = Cause::Status(status.as_u16());
        if !matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504) {
            return Outcome::Failed(cause);
        }
        let now = (self.clock.now)();
        let date = text(headers, header::DATE);
        let asked = text(headers, header::RETRY_AFTER);
        let asked = asked.and_then(|asked| wait::retry_after(asked, date, now));
        match asked {
            Some(wait) if wait > self.options.patience => {
                let (status, asked) = (status.as_u16(), wait.as_secs());
                Outcome::Failed(Cause::Patience { status, asked })
            }
            asked => Outcome::Again(cause, asked),
        }
    }
}

fn unwritten(error: &io::Error) -> Cause {
    Cause::Write(error.to_string())
}

/// Whether a request that got no answer may get one next time.
pub(super) fn may_pass(cause: &Cause) -> bool {
    matches!(cause, Cause::Connect(_) | Cause::Silent(_) | Cause::Cut(_))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn stamp(headers: &HeaderMap) -> Stamp {
    let own = |name| text(headers, name).map(str::to_owned);
    Stamp { etag: own(header::ETAG), last_modified: own(header::LAST_MODIFIED) }
}
