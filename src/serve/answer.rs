//! Answers with the headers that every one of them has.

use serde_json::json;

use crate::net::serve::Response;
use crate::report::audit::site::Html;

/// What others may do with an answer: nothing.
const HEADERS: [(&str, &str); 6] = [
    // what is shown is of now and for who asked
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
];

/// An answer before it is sent.
#[derive(Debug)]
pub(super) struct Answer(Response);

impl Answer {
    fn new(status: u16, kind: &str, policy: &str, body: Vec<u8>) -> Self {
        let mut headers: Vec<(&'static str, String)> =
            HEADERS.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        headers.push(("Content-Type", kind.to_owned()));
        // who may frame a page cannot be said in the page
        headers.push(("Content-Security-Policy", format!("{policy}; frame-ancestors 'none'")));
        Self(Response { status, headers, body })
    }

    /// The same with one more header.
    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// To be sent.
    pub(super) fn response(self) -> Response {
        self.0
    }
}

/// A page.
pub(super) fn page(status: u16, page: Html) -> Answer {
    Answer::new(status, "text/html; charset=utf-8", &page.policy, page.text.into_bytes())
}

/// Something for programs.
pub(super) fn data(status: u16, kind: &str, body: Vec<u8>) -> Answer {
    Answer::new(status, kind, "default-src 'none'", body)
}

/// Why a program gets nothing.
pub(super) fn error(status: u16, why: &str) -> Answer {
    let text = json!({ "error": why }).to_string();
    data(status, "application/json", format!("{text}\n").into_bytes())
}
