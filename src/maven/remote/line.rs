//! The line to one server: a few requests at a time over all servers, and none any more once it turned
//! out to be out of reach.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use jiff::Timestamp;

use super::trouble::Trouble;
use crate::net::{Address, Cause, Client, Header, Memory, NetError, Request};

/// How many requests may be under way at once.
pub(in crate::maven) const MOST_REQUESTS: usize = 8;

/// Why a file was not fetched.
#[derive(Clone, Debug)]
pub(super) struct NotFetched {
    /// In words that name the repository.
    pub(super) cause: String,
    pub(super) trouble: Option<Trouble>,
}

/// The line to one server.
pub(super) struct Line {
    id: String,
    shown: String,
    /// Where it is, or why it is not asked.
    to: Result<Server, String>,
    turns: Arc<Turns>,
    clock: &'static (dyn Fn() -> Timestamp + Sync),
    /// Why it is no longer asked.
    down: Mutex<Option<String>>,
}

/// A server and what it is told.
pub(super) struct Server {
    pub(super) address: Address,
    pub(super) headers: Vec<Header>,
    pub(super) client: Arc<Client<'static>>,
}

impl Line {
    pub(super) fn new(
        [id, shown]: [String; 2],
        to: Result<Server, String>,
        turns: Arc<Turns>,
        clock: &'static (dyn Fn() -> Timestamp + Sync),
    ) -> Self {
        Self { id, shown, to, turns, clock, down: Mutex::default() }
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The bytes of a file; `None` when the server says that there is none.
    pub(super) fn get(&self, place: &str, limit: u64) -> Result<Option<Vec<u8>>, NotFetched> {
        let server = self.to.as_ref().map_err(|cause| self.unasked(cause))?;
        let _turn = self.turns.take();
        let down = || self.down.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cause) = &*down() {
            return Err(self.unreachable(cause));
        }
        let address = server.address.below(place.split('/'));
        let headers = &server.headers;
        let request = Request { address: &address, known: None, limit, sha256: None, headers };
        let mut memory = Memory::default();
        match server.client.fetch(request, &mut memory) {
            Ok(_) => Ok(Some(memory.bytes)),
            Err(NetError { cause: Cause::Status(404 | 410), .. }) => Ok(None),
            Err(error) if is_of_the_server(&error.cause) => {
                let cause = error.cause.to_string();
                down().get_or_insert(cause.clone());
                Err(self.unreachable(&cause))
            }
            Err(error) => {
                let cause = format!("repository {}: {error}", self.id);
                Err(NotFetched { cause, trouble: None })
            }
        }
    }

    fn unasked(&self, cause: &str) -> NotFetched {
        let (repository, cause) = (self.id.clone(), cause.to_owned());
        NotFetched {
            cause: format!("repository {repository} is not asked: {cause}"),
            trouble: Some(Trouble::Unasked { repository, cause }),
        }
    }

    fn unreachable(&self, cause: &str) -> NotFetched {
        let trouble =
            Trouble::Unreachable { repository: self.shown.clone(), cause: cause.to_owned() };
        let cause = format!("repository {} could not be asked: {cause}", self.id);
        NotFetched { cause, trouble: Some(trouble) }
    }
}

/// Whether what happened to one request would happen to the next.
fn is_of_the_server(cause: &Cause) -> bool {
    match cause {
        Cause::Settings(_)
        | Cause::Connect(_)
        | Cause::Certificate(_)
        | Cause::Silent(_)
        | Cause::Slow(_)
        | Cause::Patience { .. } => true,
        // whoever was refused entry, or asked too often for too long, does not knock on
        Cause::Status(status) => matches!(status, 401 | 407 | 408 | 429 | 500 | 502..=504),
        Cause::Cut(_)
        | Cause::Garbled(_)
        | Cause::TooLarge(_)
        | Cause::Redirects(_)
        | Cause::Redirect(_)
        | Cause::Checksum { .. }
        | Cause::Refused(_)
        | Cause::Write(_)
        | Cause::Mail { .. }
        | Cause::Unsent(_) => false,
    }
}

/// Lets a few in at a time.
pub(super) struct Turns {
    free: Mutex<usize>,
    freed: Condvar,
}

/// Leave to make one request.
struct Turn<'t>(&'t Turns);

impl Default for Turns {
    fn default() -> Self {
        Self { free: Mutex::new(MOST_REQUESTS), freed: Condvar::new() }
    }
}

impl Turns {
    fn take(&self) -> Turn<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let free = self.freed.wait_while(free, |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        Turn(self)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
