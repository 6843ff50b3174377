//! Sending to a server, as often as it takes.

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use super::attempt::{Outcome, may_pass};
use super::{Address, Cause, Client, Header, NetError};

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
    /// Sends a message until the server takes it. No redirect is followed: what is sent is meant for one
    /// server alone.
    ///
    /// # Errors
    /// With what happened at the last attempt.
    pub fn post(&self, post: Post<'_>) -> Result<(), NetError> {
        let fail = |cause| NetError::new(post.address, cause);
        let deadline = (self.clock.now)() + self.options.longest;
        let mut failed = 0;
        loop {
            match self.send(post) {
                Outcome::Complete | Outcome::Unchanged => return Ok(()),
                Outcome::Failed(cause) => return Err(fail(cause)),
                Outcome::Again(cause, asked) => {
                    self.pause(&mut failed, deadline, cause, asked).map_err(fail)?;
                }
            }
        }
    }

    fn send(&self, post: Post<'_>) -> Outcome {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        post.headers.iter().for_each(|header| header.put(&mut headers));
        let request = self.http.post(post.address.url()).headers(headers).body(post.body.to_vec());
        match request.send() {
            Ok(response) if response.status().is_success() => Outcome::Complete,
            Ok(response) => self.refused(response.status(), response.headers()),
            Err(error) => match Cause::of(&error, self.options.silence.as_secs(), 0) {
                cause if may_pass(&cause) => Outcome::Again(cause, None),
                cause => Outcome::Failed(cause),
            },
        }
    }
}
