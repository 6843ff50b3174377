//! Addresses that may be asked, and how they are shown.

use std::fmt;

use reqwest::Url;

/// Where plain HTTP may go. Anyone on the way can read and change what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainHttp {
    /// To this machine alone.
    Loopback,
    /// Anywhere: the configuration says so for this address.
    Anywhere,
}

/// The address of one file: HTTPS, or plain HTTP where that is allowed. It may hold a user and a
/// password, which are sent and never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    url: Url,
    plain: PlainHttp,
}

/// A text that is no address to ask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// No URL at all.
    #[error("is no URL: {0}")]
    NoUrl(String),
    /// Another scheme.
    #[error("has the scheme {0}, expected https")]
    Scheme(String),
    /// Plain HTTP to another machine.
    #[error("is plain http to another machine")]
    Plain,
}

impl Address {
    /// Takes an `https` URL, or an `http` one where `plain` allows it.
    ///
    /// # Errors
    /// When the text is no URL, has another scheme, or would send plain text where that is not allowed.
    pub fn parse(text: &str, plain: PlainHttp) -> Result<Self, InvalidAddress> {
        let url = Url::parse(text).map_err(|error| InvalidAddress::NoUrl(error.to_string()))?;
        Self::checked(url, plain)
    }

    fn checked(mut url: Url, plain: PlainHttp) -> Result<Self, InvalidAddress> {
        url.set_fragment(None);
        match url.scheme() {
            "https" => {}
            "http" if plain == PlainHttp::Anywhere || is_loopback(&url) => {}
            "http" => return Err(InvalidAddress::Plain),
            other => return Err(InvalidAddress::Scheme(other.to_owned())),
        }
        Ok(Self { url, plain })
    }

    /// Where a redirect leads, which may be relative. The way never leaves HTTPS again.
    pub(super) fn follow(&self, location: &str) -> Result<Self, InvalidAddress> {
        let joined = self.url.join(location);
        let url = joined.map_err(|error| InvalidAddress::NoUrl(error.to_string()))?;
        if self.url.scheme() == "https" && url.scheme() == "http" {
            return Err(InvalidAddress::Plain);
        }
        Self::checked(url, self.plain)
    }

    /// Whether what is meant for the one may be sent to the other.
    pub(super) fn is_of_the_same_server(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }

    /// The address of something below this one. Each part is one step, whatever it holds.
    #[must_use]
    pub fn below<'p>(&self, parts: impl IntoIterator<Item = &'p str>) -> Self {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        Self { url, plain: self.plain }
    }

    /// The name of the server.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether it is asked in plain text.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    pub(super) fn url(&self) -> Url {
        self.url.clone()
    }
}

/// Without user and password, and without the query, which may hold a key.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.url.clone();
        let has_query = shown.query().is_some();
        shown.set_query(None);
        // neither can fail where there is a host, and without one there is no user
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
        write!(f, "{shown}{}", if has_query { "?…" } else { "" })
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Result<Address, InvalidAddress> {
        Address::parse(text, PlainHttp::Loopback)
    }

    #[test]
    fn plain_http_reaches_this_machine_alone_unless_allowed() {
        for text in ["http://127.0.0.1:8080/a", "http://[::1]/a", "http://localhost/a"] {
            assert!(address(text).is_ok(), "{text}");
        }
        for text in ["http://example.org/a", "http://127.example.org/a", "http://10.0.0.1/a"] {
            assert_eq!(address(text), Err(InvalidAddress::Plain), "{text}");
            assert!(Address::parse(text, PlainHttp::Anywhere).is_ok(), "{text}");
        }
    }

    #[test]
    fn other_schemes_and_other_texts_are_refused() {
        assert_eq!(address("ftp://example.org/"), Err(InvalidAddress::Scheme("ftp".to_owned())));
        assert_eq!(address("file:///etc/passwd"), Err(InvalidAddress::Scheme("file".to_owned())));
        assert!(matches!(address("all.zip"), Err(InvalidAddress::NoUrl(_))));
    }

    #[test]
    fn what_is_secret_is_not_shown() {
        let address = address("https://user:secret@example.org/a/all.zip?key=secret#part").unwrap();
        assert_eq!(address.to_string(), "https://example.org/a/all.zip?…");
    }

    #[test]
    fn what_is_below_an_address_stays_below_it() {
        for base in ["https://u:p@example.org/repo", "https://u:p@example.org/repo/"] {
            let below = |parts: &[&str]| address(base).unwrap().below(parts.to_vec()).to_string();
            assert_eq!(below(&["g", "a-1.pom"]), "https://example.org/repo/g/a-1.pom");
            assert_eq!(
                below(&["a?b#c", "d e/%2e"]),
                "https://example.org/repo/a%3Fb%23c/d%20e%2F%252e"
            );
        }
    }

    #[test]
    fn a_redirect_may_be_relative_and_never_leaves_https() {
        let from = address("https://user:secret@example.org/a/b").unwrap();
        assert_eq!(from.follow("../c").unwrap().to_string(), "https://example.org/c");
        assert_eq!(from.follow("http://example.org/c"), Err(InvalidAddress::Plain));
        assert_eq!(from.follow("http://127.0.0.1/c"), Err(InvalidAddress::Plain));
        let other = from.follow("https://other.example/c").unwrap();
        assert_eq!(other.url().username(), "", "credentials are for the first host alone");
    }
}
