//! Whom a scheduled audit tells what: `[[notice]]`.

use serde::Deserialize;
use toml::Spanned;

use super::EventKind;
use super::file::{ConfigError, Place};

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its name, unique in the configuration.
    pub name: String,
    /// Where it goes.
    pub channel: Channel,
    /// The events that it tells; none where it tells how all stands.
    pub events: Vec<EventKind>,
    /// Its line in the file.
    pub line: usize,
}

/// Where a notice goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A text file of metrics for Prometheus, from the configuration's own folder.
    Prometheus(String),
    /// A file to which events are added, one JSON object a line, from the configuration's own folder.
    Lines(String),
    /// A server that takes JSON.
    Server {
        /// What it expects.
        form: Form,
        /// Its address.
        address: Target,
        /// The environment variable with the secret that messages are signed with.
        secret_env: Option<String>,
    },
}

/// What a server expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The events as they are.
    Webhook,
    /// A message of Slack.
    Slack,
    /// A card of Microsoft Teams.
    Teams,
}

/// The address of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// As written.
    Url(String),
    /// The environment variable that holds it, where knowing it is enough to write there.
    Variable(String),
}

#[derive(Clone, Copy)]
enum Kind {
    Prometheus,
    Lines,
    Server(Form),
}

const KINDS: [(&str, Kind); 5] = [
    ("prometheus", Kind::Prometheus),
    ("jsonl", Kind::Lines),
    ("webhook", Kind::Server(Form::Webhook)),
    ("slack", Kind::Server(Form::Slack)),
    ("teams", Kind::Server(Form::Teams)),
];

impl Notice {
    /// Where it goes, for people; never an address that may hold a secret.
    #[must_use]
    pub fn shown(&self) -> &str {
        match &self.channel {
            Channel::Prometheus(path) | Channel::Lines(path) => path,
            Channel::Server { address: Target::Url(url), .. } => url,
            Channel::Server { address: Target::Variable(name), .. } => name,
        }
    }
}

/// One `[[notice]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeEntry {
    name: String,
    kind: Spanned<String>,
    path: Option<String>,
    url: Option<String>,
    url_env: Option<String>,
    secret_env: Option<String>,
    events: Option<Vec<Spanned<String>>>,
}

impl NoticeEntry {
    /// What it means.
    pub(super) fn notice(
        &self,
        known: &[Notice],
        place: &Place<'_>,
        offset: usize,
    ) -> Result<Notice, ConfigError> {
        let name = self.name.trim();
        let wrong = |cause: &str| place.error(offset, format!("notice {name}: {cause}"));
        if name.is_empty() {
            return Err(place.error(offset, "notice: the name is empty"));
        }
        if known.iter().any(|notice| notice.name == name) {
            return Err(wrong("another one has that name"));
        }
        let kind = place.word(&self.kind, "kind", &KINDS)?;
        let channel = self.channel(kind).map_err(wrong)?;
        let mut events = Vec::new();
        for word in self.events.iter().flatten() {
            let kinds = EventKind::named(word.get_ref())
                .map_err(|cause| place.error(word.span().start, format!("events: {cause}")))?;
            events.extend(kinds);
        }
        match (&channel, events.is_empty()) {
            (Channel::Prometheus(_), false) => {
                return Err(wrong("events: metrics tell how all stands, and no events"));
            }
            (Channel::Lines(_) | Channel::Server { .. }, true) => {
                return Err(wrong("events names no event to tell"));
            }
            _ => {}
        }
        Ok(Notice { name: name.to_owned(), channel, events, line: place.line(offset) })
    }

    fn channel(&self, kind: Kind) -> Result<Channel, &'static str> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let names_server =
            self.url.is_some() || self.url_env.is_some() || self.secret_env.is_some();
        let form = match kind {
            Kind::Server(form) => form,
            Kind::Prometheus | Kind::Lines if names_server => {
                return Err("url, url_env and secret_env are for servers alone");
            }
            Kind::Prometheus | Kind::Lines => {
                let path = said(&self.path).ok_or("path names no file")?;
                return Ok(match kind {
                    Kind::Prometheus => Channel::Prometheus(path),
                    _ => Channel::Lines(path),
                });
            }
        };
        if self.path.is_some() {
            return Err("path is for files alone");
        }
        let address = match (said(&self.url), said(&self.url_env)) {
            (Some(_), None) if form != Form::Webhook => {
                return Err(
                    "the address is a secret: name a variable of the environment in url_env",
                );
            }
            (Some(url), None) if url.contains('@') || url.contains('?') => {
                return Err("url holds what may be a secret: name a variable in url_env instead");
            }
            (Some(url), None) => Target::Url(url),
            (None, Some(name)) if is_variable(&name) => Target::Variable(name),
            (None, Some(_)) => return Err("url_env is no name of a variable"),
            (None, None) => return Err("neither url nor url_env names a server"),
            (Some(_), Some(_)) => return Err("url and url_env both name a server"),
        };
        if self.secret_env.as_deref().is_some_and(|name| !is_variable(name)) {
            return Err("secret_env is no name of a variable");
        }
        if self.secret_env.is_some() && form != Form::Webhook {
            return Err("secret_env is for webhooks alone");
        }
        Ok(Channel::Server { form, address, secret_env: self.secret_env.clone() })
    }
}

fn is_variable(name: &str) -> bool {
    let is_of_name = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    !name.is_empty() && !name.as_bytes()[0].is_ascii_digit() && name.bytes().all(is_of_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file::read;

    fn one(text: &str) -> Result<Notice, String> {
        let read = read(&format!("[[notice]]\nname = \"n\"\n{text}\n"));
        read.map(|settings| settings.notices[0].clone())
    }

    #[test]
    fn a_notice_says_where_it_goes_and_what_it_tells() {
        let notice = one("kind = \"jsonl\"\npath = \"e.jsonl\"\nevents = [\"escalated\"]").unwrap();
        assert_eq!(notice.channel, Channel::Lines("e.jsonl".to_owned()));
        assert_eq!(notice.events.len(), 4);
        let slack =
            one("kind = \"slack\"\nurl_env = \"SLACK\"\nevents = [\"introduced\"]").unwrap();
        assert_eq!(slack.shown(), "SLACK");
    }

    #[test]
    fn what_cannot_be_sent_or_is_a_secret_is_an_error_with_its_line() {
        for (text, cause) in [
            ("kind = \"jsonl\"\nevents = [\"introduced\"]", "path names no file"),
            ("kind = \"jsonl\"\npath = \"a\"", "events names no event to tell"),
            ("kind = \"webhook\"\nevents = [\"introduced\"]", "neither url nor url_env"),
            ("kind = \"webhook\"\nurl = \"https://u:p@a.example/\"", "url holds what may be"),
            ("kind = \"slack\"\nurl = \"https://a.example/x\"", "the address is a secret"),
            (
                "kind = \"webhook\"\nurl = \"https://a.example/\"\nsecret_env = \"a b\"",
                "secret_env",
            ),
            ("kind = \"prometheus\"\npath = \"a\"\nevents = [\"introduced\"]", "events: metrics"),
        ] {
            let error = one(text).unwrap_err();
            let start = format!("bomvet.toml:1: notice n: {cause}");
            assert!(error.starts_with(&start), "{error}");
        }
        let error = one("kind = \"pager\"").unwrap_err();
        assert!(error.starts_with("bomvet.toml:3: kind is \"pager\""), "{error}");
    }
}
