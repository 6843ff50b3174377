//! Sending to a server, as often as it takes.

use std::io::Read;

use jiff::Timestamp;
use reqwest::blocking::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use super::attempt::{Outcome, may_pass};
use super::{Address, Cause, Client, Header, NetError};

/// The most bytes of an answer that are read: it names what was made, and nothing more is of use.
const LONGEST_ANSWER: u64 = 256 << 10;

/// JSON for a server.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// Where.
    pub address: &'a Address,
    /// What.
    pub body: &'a [u8],
    /// What is sent besides; the same at every attempt.
    pub headers: &'a [Header],
}

impl Client<'_> {
    /// Sends a message until the server takes it, and gives what it answers, as far as that comes. No
    /// redirect is followed: what is sent is meant for one server alone.
    ///
    /// # Errors
    /// With what happened at the last attempt.
    pub fn post(&self, post: Post<'_>) -> Result<Vec<u8>, NetError> {
        let fail = |cause| NetError::new(post.address, cause);
        let deadline = (self.clock.now)() + self.options.longest;
        let mut failed = 0;
        let mut answer = Vec::new();
        loop {
            match self.send(post, deadline, &mut answer) {
                Outcome::Complete | Outcome::Unchanged => return Ok(answer),
                Outcome::Failed(cause) => return Err(fail(cause)),
                Outcome::Again(cause, asked) => {
                    self.pause(&mut failed, deadline, cause, asked).map_err(fail)?;
                }
            }
        }
    }

    fn send(&self, post: Post<'_>, deadline: Timestamp, answer: &mut Vec<u8>) -> Outcome {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        post.headers.iter().for_each(|header| header.put(&mut headers));
        let request = self.http.post(post.address.url()).headers(headers).body(post.body.to_vec());
        match request.send() {
            Ok(response) if response.status().is_success() => {
                self.read_answer(response, deadline, answer);
                Outcome::Complete
            }
            Ok(response) => self.refused(response.status(), response.headers()),
            Err(error) => match Cause::of(&error, self.options.silence.as_secs(), 0) {
                cause if may_pass(&cause) => Outcome::Again(cause, None),
                cause => Outcome::Failed(cause),
            },
        }
    }

    /// Reads what comes until the deadline. The message was taken: a broken answer changes nothing of that.
    fn read_answer(&self, response: Response, deadline: Timestamp, answer: &mut Vec<u8>) {
        let mut rest = response.take(LONGEST_ANSWER);
        let mut piece = [0; 4096];
        while let Ok(count) = rest.read(&mut piece) {
            answer.extend_from_slice(&piece[..count]);
            if count == 0 || (self.clock.now)() > deadline {
                return;
            }
        }
    }
}
