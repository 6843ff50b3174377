//! A server of the audit's memory, to read: which request gets which answer.
//!
//! Every request opens the store and asks all its questions of one state, so that a page is right while
//! an audit writes. Listening is [`crate::net::serve`]'s part, pages are those of
//! [`crate::report::audit::site`]. Nothing can be changed, and no file is named by an address.

mod answer;
mod guard;
mod query;
mod token;

pub use guard::Guard;
pub use token::{InvalidToken, Token};

use jiff::Timestamp;

use crate::audit::digest::Digest;
use crate::audit::notice::{exploited, metrics};
use crate::audit::search::Search;
use crate::audit::store::{Store, StoreError, Wanted, steadily};
use crate::config::EventKind;
use crate::net::serve::{Handler, Request, Response};
use crate::report::audit::clocks::Page as Clocks;
use crate::report::audit::site::{self, Question, message};
use crate::report::audit::{Told, json};
use answer::Answer;
use guard::Passage;
use query::Query;

/// How many runs may have failed one after the other before metrics know of none that did not.
const RUNS: usize = 100;

/// Where answers come from.
pub trait Source: Send + Sync {
    /// The time of now.
    ///
    /// # Errors
    /// When it cannot be told.
    fn now(&self) -> Result<Timestamp, String>;

    /// The store, opened to read.
    ///
    /// # Errors
    /// When it cannot be used.
    fn store(&self) -> Result<Box<dyn Store>, StoreError>;

    /// The clocks that run, with first detections from the store.
    ///
    /// # Errors
    /// When register or data cannot be read.
    fn clocks(&self, store: &dyn Store, now: Timestamp) -> Result<Clocks<'_>, String>;

    /// Tells who runs the server why a request got no answer.
    fn trouble(&self, what: &str);
}

/// Answers requests from a source.
pub struct Desk<S> {
    source: S,
    guard: Guard,
}

/// Why a request gets no answer.
enum Fault {
    /// There is nothing of that name.
    Missing,
    /// The question cannot be understood.
    Question(String),
    /// The source failed.
    Source(String),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Source(error.to_string())
    }
}

impl<S: Source> Handler for Desk<S> {
    fn answer(&self, request: &Request) -> Response {
        let query = Query::of(&request.query);
        let answer = match self.guard.passage(request, &query) {
            Passage::Told(answer) => answer,
            Passage::Open => self.asked(&request.path, &query),
        };
        answer.response()
    }
}

impl<S: Source> Desk<S> {
    /// A desk behind a guard.
    pub fn new(source: S, guard: Guard) -> Self {
        Self { source, guard }
    }

    fn asked(&self, path: &str, query: &Query) -> Answer {
        let is_api = path.starts_with("/api/") || ["/healthz", "/metrics"].contains(&path);
        let fault = match self.found(path, query) {
            Ok(answer) => return answer,
            Err(fault) => fault,
        };
        let (status, title, line) = match fault {
            Fault::Missing => {
                (404, "There is no such page", "Pages of what is gone go, too.".to_owned())
            }
            Fault::Question(why) => (400, "The question was not understood", why),
            Fault::Source(why) => {
                self.source.trouble(&why);
                let line = "The audit's memory, register or data cannot be read now; whoever runs this \
                            server finds the reason on its standard error.";
                (503, "Nothing can be told now", line.to_owned())
            }
        };
        if is_api {
            return answer::error(status, &format!("{title}: {line}"));
        }
        // the folders of a path are left one by one
        let first = match path.matches('/').count() {
            0 | 1 => "./".to_owned(),
            more => "../".repeat(more - 1),
        };
        answer::page(status, message(title, &[&line], Some(&first)))
    }

    fn found(&self, path: &str, query: &Query) -> Result<Answer, Fault> {
        match path {
            "/healthz" => {
                self.source.store()?.runs(1)?;
                Ok(answer::data(200, "text/plain; charset=utf-8", b"ok\n".to_vec()))
            }
            "/favicon.ico" => Ok(answer::data(204, "image/x-icon", Vec::new())),
            "/api/status" => self.told("status", &Wanted { run: Some(0), ..Wanted::default() }),
            "/api/events" => self.told("events", &wanted(query)?),
            "/api/where" => self.places(query),
            "/metrics" => self.metrics(),
            "/search" => self.page(|store, clocks| {
                site::search(store, clocks, query.get("q").unwrap_or_default()).map(Some)
            }),
            "/where" => self.asked_where(query.get("purl").unwrap_or_default().trim()),
            path => {
                let name = path.strip_prefix('/').ok_or(Fault::Missing)?;
                self.page(|store, clocks| site::answer(store, clocks, name))
            }
        }
    }

    /// A page from one state of the store.
    fn page(
        &self,
        make: impl Fn(&dyn Store, &Clocks<'_>) -> Result<Option<site::Html>, StoreError>,
    ) -> Result<Answer, Fault> {
        let now = self.source.now().map_err(Fault::Source)?;
        let made = self.steady(|store| {
            Ok(match self.source.clocks(store, now) {
                Ok(clocks) => Ok(make(store, &clocks)?),
                Err(why) => Err(Fault::Source(why)),
            })
        })?;
        made?.map(|page| answer::page(200, page)).ok_or(Fault::Missing)
    }

    /// What is asked of one state of the store.
    fn steady<T>(
        &self,
        ask: impl FnOnce(&dyn Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        steadily(&*self.source.store()?, ask)
    }

    fn asked_where(&self, text: &str) -> Result<Answer, Fault> {
        let search = Search::parse(text);
        let question = match &search {
            _ if text.is_empty() => Question::None,
            Ok(search) => Question::Package(text, search),
            Err(error) => Question::Unclear(text, error.to_string()),
        };
        self.page(|store, clocks| site::ask(store, clocks, &question).map(Some))
    }

    /// `bomvet.audit/1`, as the commands print it.
    fn told(&self, command: &'static str, wanted: &Wanted) -> Result<Answer, Fault> {
        let now = self.source.now().map_err(Fault::Source)?;
        let digest = self.steady(|store| Digest::of(store, wanted))?;
        written(&Told { digest: Some(&digest), ..told(command, now) })
    }

    /// As notices write them to a file. Where the clocks cannot be computed the rest is told, and says so.
    fn metrics(&self) -> Result<Answer, Fault> {
        let now = self.source.now().map_err(Fault::Source)?;
        let text = self.steady(|store| {
            let clocks = self.source.clocks(store, now);
            let clocks = clocks.map_err(|why| self.source.trouble(&why)).ok();
            let digest = Digest::of(store, &Wanted { run: Some(0), ..Wanted::default() })?;
            let exploited = exploited(store)?;
            let last = store.runs(RUNS)?.into_iter().find(|run| run.is_finished);
            let clocks = clocks.as_ref().map(|page| page.clocks.as_slice());
            Ok(metrics(&digest, &exploited, clocks, last.map(|run| run.now), now))
        })?;
        // the text format of Prometheus, by its version
        let kind = "text/plain; version=0.0.4; charset=utf-8";
        Ok(answer::data(200, kind, text.into_bytes()))
    }

    fn places(&self, query: &Query) -> Result<Answer, Fault> {
        let now = self.source.now().map_err(Fault::Source)?;
        let what =
            query.get("purl").ok_or_else(|| Fault::Question("purl is missing".to_owned()))?;
        let search = Search::parse(what).map_err(|error| Fault::Question(error.to_string()))?;
        let answer = self.steady(|store| search.ask(store))?;
        written(&Told { answer: Some((what, &answer)), ..told("where", now) })
    }
}

fn told(command: &'static str, now: Timestamp) -> Told<'static> {
    Told { command, now, digest: None, done: None, is_dry: false, reasons: &[], answer: None }
}

fn written(told: &Told<'_>) -> Result<Answer, Fault> {
    let mut bytes = Vec::new();
    json(told, &mut bytes).map_err(|error| Fault::Source(error.to_string()))?;
    Ok(answer::data(200, "application/json", bytes))
}

/// Which events are wanted.
fn wanted(query: &Query) -> Result<Wanted, Fault> {
    let since = query.get("since").map(|text| {
        let wrong = |_| Fault::Question(format!("since=\"{text}\" is no time (RFC 3339)"));
        text.parse::<Timestamp>().map_err(wrong)
    });
    let kind = query.get("kind").map(|text| {
        let wrong = || Fault::Question(format!("kind=\"{text}\" is no kind of event"));
        EventKind::from_name(text).ok_or_else(wrong)
    });
    let product = query.get("product").map(str::to_owned);
    Ok(Wanted { since: since.transpose()?, kind: kind.transpose()?, product, ..Wanted::default() })
}
