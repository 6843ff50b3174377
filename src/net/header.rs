//! Headers that a request carries for its server alone, such as credentials.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

/// A header. Its value is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    name: HeaderName,
    value: HeaderValue,
}

/// A text that fits into no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name or the value of a header cannot be sent")]
pub struct InvalidHeader;

impl Header {
    /// A header with that name.
    ///
    /// # Errors
    /// When name or value hold what no header may hold.
    pub fn new(name: &str, value: &str) -> Result<Self, InvalidHeader> {
        let name = name.parse().map_err(|_| InvalidHeader)?;
        let mut value: HeaderValue = value.parse().map_err(|_| InvalidHeader)?;
        value.set_sensitive(true);
        Ok(Self { name, value })
    }

    /// User and password (RFC 7617).
    ///
    /// # Errors
    /// Never in fact: base64 fits into a header.
    pub fn basic(user: &str, password: &str) -> Result<Self, InvalidHeader> {
        let credentials = STANDARD.encode(format!("{user}:{password}"));
        Self::new(AUTHORIZATION.as_str(), &format!("Basic {credentials}"))
    }

    pub(super) fn put(&self, into: &mut HeaderMap) {
        into.insert(self.name.clone(), self.value.clone());
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({}: …)", self.name)
    }
}
