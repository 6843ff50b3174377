//! Servers that take mail, and the addresses of people.

use std::net::IpAddr;

use lettre::message::Mailbox;

/// A server that takes mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Its name or number.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
}

/// How a connection for mail is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// From the first byte on.
    Implicit,
    /// By STARTTLS, without which nothing is sent.
    StartTls,
    /// Not at all: written out, or to this machine alone.
    None,
}

impl MailTls {
    pub(super) const WORDS: [(&'static str, Self); 3] =
        [("implicit", Self::Implicit), ("starttls", Self::StartTls), ("none", Self::None)];
}

impl MailServer {
    /// Reads `HOST` or `HOST:PORT`; an address of IPv6 stands in brackets. What protects the connection
    /// decides the port where none is written (RFC 8314, 3.3; RFC 6409, 3.1); to this machine nothing need.
    pub(super) fn parse(text: &str, tls: Option<MailTls>) -> Result<Self, String> {
        let wrong = || format!("server is \"{text}\", expected HOST or HOST:PORT");
        let (host, port) = split(text.trim()).ok_or_else(wrong)?;
        let is_of_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':');
        if host.is_empty() || !host.bytes().all(is_of_name) {
            return Err(wrong());
        }
        let usual = if is_loopback(host) { MailTls::None } else { MailTls::Implicit };
        let tls = tls.unwrap_or(usual);
        let usual = match tls {
            MailTls::Implicit => 465,
            MailTls::StartTls => 587,
            MailTls::None => 25,
        };
        let port = match port {
            Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?,
            None => usual,
        };
        Ok(Self { host: host.to_owned(), port, tls })
    }
}

/// The host and what stands after its colon.
fn split(text: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        return match rest {
            "" => Some((host, None)),
            rest => Some((host, Some(rest.strip_prefix(':')?))),
        };
    }
    match text.split_once(':') {
        Some((host, port)) => Some((host, Some(port))),
        None => Some((text, None)),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An address, alone or with a name before it: `Ann Lee <ann@example.org>`. Nothing may follow it.
pub(super) fn mailbox(text: &str) -> Option<Mailbox> {
    let text = text.trim();
    let found: Mailbox = text.parse().ok()?;
    let ends = text
        .strip_suffix('>')
        .unwrap_or(text)
        .trim_end()
        .ends_with(AsRef::<str>::as_ref(&found.email));
    (ends && !text.chars().any(char::is_control)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str, tls: Option<MailTls>) -> (String, u16, MailTls) {
        let server = MailServer::parse(text, tls).unwrap();
        (server.host, server.port, server.tls)
    }

    #[test]
    fn the_way_to_another_machine_is_protected_unless_the_opposite_is_written() {
        let host = || "mail.example.org".to_owned();
        assert_eq!(server("mail.example.org", None), (host(), 465, MailTls::Implicit));
        let starttls = Some(MailTls::StartTls);
        assert_eq!(server("mail.example.org", starttls), (host(), 587, MailTls::StartTls));
        assert_eq!(
            server("mail.example.org:2525", Some(MailTls::None)),
            (host(), 2525, MailTls::None)
        );
        for own in ["localhost", "127.0.0.1", "[::1]"] {
            assert_eq!(server(own, None).2, MailTls::None, "{own}");
        }
        assert_eq!(server("[::1]:2525", None), ("::1".to_owned(), 2525, MailTls::None));
        assert_eq!(server("127.example.org", None).2, MailTls::Implicit);
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for text in
            ["", ":25", "a b", "smtp://a", "a:0", "a:x", "a:99999", "[a]", "[::1]x", "a\r\nb"]
        {
            let error = MailServer::parse(text, None).unwrap_err();
            assert!(error.ends_with("expected HOST or HOST:PORT"), "{error}");
        }
    }
}
