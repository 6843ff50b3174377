//! The events of one run for one notice.

use std::collections::BTreeSet;

use ring::hmac;
use serde::Deserialize;
use serde_json::json;

use super::card;
use crate::audit::event::Event;
use crate::config::Form;
use crate::files::{hexadecimal, sha256};

/// The events of one run for one notice.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The name of the notice.
    pub notice: &'a str,
    /// The run.
    pub run: u64,
    /// Its events that the notice names, at least one.
    pub events: &'a [Event],
}

impl Message<'_> {
    /// Its name for ever, the same at every attempt: SHA-256 over notice, run and events.
    #[must_use]
    pub fn key(&self) -> String {
        let run = self.run.to_string();
        let ids = self.events.iter().map(|event| event.id.as_str());
        let parts = [self.notice, &run].into_iter().chain(ids);
        sha256(parts.flat_map(|part| [part.as_bytes(), b"\n"]))
    }

    /// The JSON that a server of that form expects.
    #[must_use]
    pub fn body(&self, form: Form) -> Vec<u8> {
        let body = match form {
            Form::Webhook => json!({
                "format": "bomvet.notice/1",
                "key": self.key(),
                "notice": self.notice,
                "run": self.run,
                "events": self.events,
            }),
            Form::Slack => card::slack(self.events),
            Form::Teams => card::teams(self.events),
        };
        body.to_string().into_bytes()
    }
}

/// HMAC-SHA256 with a secret over `TIMESTAMP.BODY`, in hexadecimal.
#[must_use]
pub fn signature(secret: &[u8], timestamp: i64, body: &[u8]) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    context.update(format!("{timestamp}.").as_bytes());
    context.update(body);
    hexadecimal(context.sign().as_ref())
}

/// Events as JSON, one a line, without those that a file holds already; begins a new line where the file
/// ends within one.
///
/// # Errors
/// When an event cannot be written as JSON.
pub fn fresh_lines(held: &[u8], events: &[Event]) -> Result<Vec<u8>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    let lines = held.split(|byte| *byte == b'\n');
    let named = lines.filter_map(|line| serde_json::from_slice::<Named>(line).ok());
    let told: BTreeSet<String> = named.map(|named| named.id).collect();
    let mut bytes = Vec::new();
    for event in events.iter().filter(|event| !told.contains(&event.id)) {
        if bytes.is_empty() && held.last().is_some_and(|last| *last != b'\n') {
            bytes.push(b'\n');
        }
        serde_json::to_writer(&mut bytes, event)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::Value;

    use super::*;

    /// An event, with other values where they are given.
    pub(in crate::audit::notice) fn event(other: &Value) -> Event {
        let mut event = json!({
            "id": "1", "at": "2026-11-26T00:00:00Z", "run": 1, "kind": "introduced",
            "cause": "data changed", "product": "shop", "document": null, "package": "npm a",
            "versions": [], "ids": ["CVE-2021-44228"], "level": "critical", "detail": "a new finding",
            "data_sha256": "", "document_sha256": null,
        });
        for (key, value) in other.as_object().unwrap() {
            event[key] = value.clone();
        }
        serde_json::from_value(event).unwrap()
    }

    #[test]
    fn a_signature_is_what_openssl_computes() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
        let found = signature(b"key", 1_700_000_000, b"{\"a\":1}");
        assert_eq!(found, "a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03");
    }
}
