//! Mail by SMTP, as often as it takes.

use std::error::Error as _;
use std::io::ErrorKind;
use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error, SmtpTransport};
use lettre::{Message, Transport};

use super::attempt::Outcome;
use super::error::innermost;
use super::{Cause, Client};

/// How much of what a mail server says is told.
const TOLD: usize = 200;

/// One mail. The same values give the same bytes.
#[derive(Clone, Copy, Debug)]
pub struct Mail<'a> {
    /// Who writes.
    pub from: &'a Mailbox,
    /// Who is written to.
    pub to: &'a [Mailbox],
    /// Who gets a copy.
    pub cc: &'a [Mailbox],
    /// One line.
    pub subject: &'a str,
    /// The text.
    pub text: &'a str,
    /// The same in HTML.
    pub html: &'a str,
    /// Its name for ever, of letters and digits: what reads `Message-ID` shows it once, however often it
    /// comes.
    pub key: &'a str,
    /// Its date.
    pub at: Timestamp,
}

/// A server that takes mail.
#[derive(Clone, Copy)]
pub struct MailHost<'a> {
    /// Its name or number.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub protection: Protection,
    /// The user and the password for it.
    pub login: Option<(&'a str, &'a str)>,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// By TLS from the first byte on.
    Implicit,
    /// By STARTTLS; nothing is sent where the server does not offer it.
    StartTls,
    /// Not at all.
    Plain,
}

impl Client<'_> {
    /// Sends a mail until the server takes it for all who are named. Where it refuses one of them, nobody
    /// gets it. Proxies are not asked.
    ///
    /// # Errors
    /// With what happened at the last attempt.
    pub fn mail(&self, host: MailHost<'_>, mail: Mail<'_>) -> Result<(), Cause> {
        let message = mail.message()?;
        let transport = self.transport(host)?;
        let deadline = (self.clock.now)() + self.options.longest;
        let mut failed = 0;
        loop {
            let Err(error) = transport.send(&message) else { return Ok(()) };
            match self.mail_outcome(&error) {
                Outcome::Again(cause, asked) => self.pause(&mut failed, deadline, cause, asked)?,
                Outcome::Failed(cause) => return Err(cause),
                Outcome::Complete | Outcome::Unchanged => return Ok(()),
            }
        }
    }

    fn transport(&self, host: MailHost<'_>) -> Result<SmtpTransport, Cause> {
        let tls = match host.protection {
            Protection::Implicit => Tls::Wrapper(self.certificates(host.host)?),
            Protection::StartTls => Tls::Required(self.certificates(host.host)?),
            Protection::Plain => Tls::None,
        };
        let builder = SmtpTransport::builder_dangerous(host.host)
            .port(host.port)
            .tls(tls)
            .timeout(Some(self.options.silence));
        let login =
            host.login.map(|(user, word)| Credentials::new(user.to_owned(), word.to_owned()));
        Ok(match login {
            Some(login) => builder.credentials(login).build(),
            None => builder.build(),
        })
    }

    fn certificates(&self, host: &str) -> Result<TlsParameters, Cause> {
        let wrong = |error: &Error| Cause::Settings(innermost(error));
        let mut builder = TlsParameters::builder(host.to_owned());
        if let Some(pem) = &self.options.extra_roots {
            builder = builder
                .add_root_certificate(Certificate::from_pem(pem).map_err(|error| wrong(&error))?);
        }
        builder.build_rustls().map_err(|error| wrong(&error))
    }

    /// Codes from 400 are meant for now, those from 500 for good (RFC 5321, 4.2.1).
    fn mail_outcome(&self, error: &Error) -> Outcome {
        let said = innermost(error);
        if let Some(code) = error.status() {
            let said = said.chars().take(TOLD).collect();
            let cause = Cause::Mail { code: code.to_string(), said };
            return if error.is_transient() {
                Outcome::Again(cause, None)
            } else {
                Outcome::Failed(cause)
            };
        }
        if let Some(cause) = Cause::of_certificate(&said) {
            return Outcome::Failed(cause);
        }
        if error.is_client() {
            return Outcome::Failed(Cause::Unsent(said));
        }
        if error.is_tls() {
            return Outcome::Failed(Cause::Settings(said));
        }
        if error.is_response() {
            return Outcome::Again(Cause::Garbled(said), None);
        }
        let source = error.source().and_then(|error| error.downcast_ref::<std::io::Error>());
        let is_silent = source.is_some_and(|error| {
            matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
        });
        let silent = Cause::Silent(self.options.silence.as_secs());
        Outcome::Again(if is_silent { silent } else { Cause::Connect(said) }, None)
    }
}

impl Mail<'_> {
    /// No program may answer it (RFC 3834, 5), and none does: the second header says so to Exchange.
    fn message(&self) -> Result<Message, Cause> {
        let header = |name, value: &str| {
            HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
        };
        let date = SystemTime::from(self.at.max(Timestamp::UNIX_EPOCH));
        let mut builder = Message::builder()
            .from(self.from.clone())
            .subject(self.subject)
            .date(date)
            .message_id(Some(format!("<{}@{}>", self.key, self.from.email.domain())))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"));
        for one in self.to {
            builder = builder.to(one.clone());
        }
        for one in self.cc {
            builder = builder.cc(one.clone());
        }
        let parts = MultiPart::alternative().boundary(self.key);
        let parts = parts
            .singlepart(SinglePart::plain(self.text.to_owned()))
            .singlepart(SinglePart::html(self.html.to_owned()));
        builder.multipart(parts).map_err(|error| Cause::Unsent(error.to_string()))
    }
}
