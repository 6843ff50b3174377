//! Whom a scheduled audit tells what: `[[notice]]`.

mod entry;
mod mail;

pub(super) use entry::NoticeEntry;
pub use mail::{MailServer, MailTls};

use lettre::message::Mailbox;
use serde_json::{Map, Value};

use super::EventKind;

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
        /// The secret that messages are signed with.
        secret: Option<Secret>,
    },
    /// People, by mail.
    Mail(MailNotice),
    /// A server that keeps issues.
    Tracker(Tracker),
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

/// Where a secret stands. It is read when it is needed, and never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// In an environment variable.
    Variable(String),
    /// In a file, from the configuration's own folder; a line end at its end is none of it.
    File(String),
}

/// Mail for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailNotice {
    /// Who takes it.
    pub server: MailServer,
    /// The user and the password for that server.
    pub login: Option<(String, Secret)>,
    /// Who writes.
    pub from: Mailbox,
    /// Who is written to, at least one.
    pub to: Vec<Mailbox>,
    /// Who gets a copy.
    pub cc: Vec<Mailbox>,
}

/// A server that keeps issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracker {
    /// What it expects.
    pub form: TrackerForm,
    /// The address that takes new issues.
    pub address: Target,
    /// The user, where it is not the token alone that tells who writes.
    pub user: Option<String>,
    /// The token.
    pub token: Secret,
    /// The file with the template of an issue, from the configuration's own folder.
    pub template: Option<String>,
    /// What every new issue has besides title and text, as its server names it.
    pub fields: Map<String, Value>,
}

/// What a server of issues expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackerForm {
    /// GitHub: Markdown.
    GitHub,
    /// Jira's interface of version 3: a document as a tree, without markup in its texts.
    Jira,
    /// Jira's interface of version 2: wiki markup.
    JiraWiki,
}

impl Notice {
    /// Where it goes, for people; never an address that may hold a secret.
    #[must_use]
    pub fn shown(&self) -> &str {
        match &self.channel {
            Channel::Prometheus(path) | Channel::Lines(path) => path,
            Channel::Mail(mail) => &mail.server.host,
            Channel::Server { address, .. } | Channel::Tracker(Tracker { address, .. }) => {
                match address {
                    Target::Url(text) | Target::Variable(text) => text,
                }
            }
        }
    }
}
