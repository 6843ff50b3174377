//! One message to a file, a server, or people.

use std::time::Duration;

use jiff::Timestamp;

use super::{Told, unwritten, variable};
use crate::audit::notice::{Group, Letter, Message, fresh_lines, signature};
use crate::cli::network;
use crate::config::{Channel, Form, MailNotice, MailTls, Secret, Target};
use crate::files::{self, FileError};
use crate::net::{
    Address, Client, Clock, Header, Mail, MailHost, Options, PlainHttp, Post, Protection,
};

/// How long one message may take, waits included.
const LONGEST: Duration = Duration::from_secs(2 * 60);

impl Told<'_> {
    pub(super) fn deliver(&self, channel: &Channel, message: &Message<'_>) -> Result<(), String> {
        match channel {
            // these two are no messages
            Channel::Prometheus(_) | Channel::Tracker(_) => Ok(()),
            Channel::Lines(path) => {
                let path = network::beside_configuration(self.settings(), path);
                let more = |held: &[u8]| {
                    fresh_lines(held, message.events).map_err(|error| Trouble(error.to_string()))
                };
                files::extend(&path, more).map_err(|Trouble(cause)| cause)
            }
            Channel::Server { form, address, secret } => {
                self.post(*form, address, secret.as_ref(), message)
            }
            Channel::Mail(mail) => self.mail(mail, message),
        }
    }

    fn post(
        &self,
        form: Form,
        target: &Target,
        secret: Option<&Secret>,
        message: &Message<'_>,
    ) -> Result<(), String> {
        let address = address(target)?;
        let body = message.body(form);
        let mut headers = vec![header("Idempotency-Key", &message.key())?];
        if let Some(secret) = secret {
            let at = Timestamp::now().as_second();
            let signed = signature(self.secret(secret)?.as_bytes(), at, &body);
            headers.push(header("Bomvet-Timestamp", &at.to_string())?);
            headers.push(header("Bomvet-Signature", &format!("v1={signed}"))?);
        }
        let post = Post { address: &address, body: &body, headers: &headers };
        // the address may be a secret: the cause alone is told
        self.client()?.post(post).map(|_| ()).map_err(|error| error.cause.to_string())
    }

    fn mail(&self, to: &MailNotice, message: &Message<'_>) -> Result<(), String> {
        let groups = Group::all(message);
        let issues = groups.iter().map(|group| self.issue(message, group));
        let letter = Letter::of(message, &issues.collect::<Result<Vec<_>, _>>()?);
        let login = to.login.as_ref();
        let login = login.map(|(user, secret)| Ok::<_, String>((user, self.secret(secret)?)));
        let login = login.transpose()?;
        let host = MailHost {
            host: &to.server.host,
            port: to.server.port,
            protection: match to.server.tls {
                MailTls::Implicit => Protection::Implicit,
                MailTls::StartTls => Protection::StartTls,
                MailTls::None => Protection::Plain,
            },
            login: login.as_ref().map(|(user, password)| (user.as_str(), password.as_str())),
        };
        let mail = Mail {
            from: &to.from,
            to: &to.to,
            cc: &to.cc,
            subject: &letter.subject,
            text: &letter.text,
            html: &letter.html,
            key: &message.key(),
            at: letter.at,
        };
        self.client()?.mail(host, mail).map_err(|cause| cause.to_string())
    }

    pub(super) fn client(&self) -> Result<Client<'static>, String> {
        const CLOCK: Clock<'static> = Clock { now: &Timestamp::now, sleep: &std::thread::sleep };
        let options = network::options(self.settings()).map_err(|failure| failure.message)?;
        Client::new(Options { longest: LONGEST, ..options }, CLOCK)
            .map_err(|cause| cause.to_string())
    }
}

/// Why a file was not extended.
struct Trouble(String);

impl From<FileError> for Trouble {
    fn from(error: FileError) -> Self {
        Self(unwritten(&error))
    }
}

pub(super) fn address(target: &Target) -> Result<Address, String> {
    let url = match target {
        Target::Url(url) => url.clone(),
        Target::Variable(name) => variable(name)?,
    };
    let address = Address::parse(url.trim(), PlainHttp::Loopback);
    address.map_err(|error| format!("its address {error}"))
}

pub(super) fn header(name: &str, value: &str) -> Result<Header, String> {
    Header::new(name, value).map_err(|error| error.to_string())
}
