//! `[[notice]]` as written.

use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use super::mail::{MailServer, MailTls, mailbox};
use super::{Channel, Form, MailNotice, Notice, Secret, Target, Tracker, TrackerForm};
use crate::config::EventKind;
use crate::config::file::{ConfigError, Place};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Prometheus,
    Lines,
    Server(Form),
    Mail,
    GitHub,
    Jira,
}

const KINDS: [(&str, Kind); 8] = [
    ("prometheus", Kind::Prometheus),
    ("jsonl", Kind::Lines),
    ("webhook", Kind::Server(Form::Webhook)),
    ("slack", Kind::Server(Form::Slack)),
    ("teams", Kind::Server(Form::Teams)),
    ("mail", Kind::Mail),
    ("github", Kind::GitHub),
    ("jira", Kind::Jira),
];

impl Kind {
    /// The keys that it may have besides those of all.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Prometheus | Self::Lines => &["path"],
            Self::Server(Form::Webhook) => &["url", "url_env", "secret_env", "secret_file"],
            Self::Server(Form::Slack | Form::Teams) => &["url", "url_env"],
            Self::Mail => {
                &["server", "tls", "user", "secret_env", "secret_file", "from", "to", "cc"]
            }
            Self::GitHub => &["url", "url_env", "secret_env", "secret_file", "template", "fields"],
            Self::Jira => &[
                "url",
                "url_env",
                "user",
                "secret_env",
                "secret_file",
                "template",
                "fields",
                "api",
            ],
        }
    }
}

/// One `[[notice]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct NoticeEntry {
    name: String,
    kind: Spanned<String>,
    events: Option<Vec<Spanned<String>>>,
    path: Option<String>,
    url: Option<String>,
    url_env: Option<String>,
    secret_env: Option<String>,
    secret_file: Option<String>,
    user: Option<String>,
    server: Option<Spanned<String>>,
    tls: Option<Spanned<String>>,
    from: Option<Spanned<String>>,
    to: Option<Vec<Spanned<String>>>,
    cc: Option<Vec<Spanned<String>>>,
    template: Option<String>,
    api: Option<Spanned<u8>>,
    fields: Option<Map<String, Value>>,
}

/// Where the entry stands, and how its mistakes are told.
struct Spot<'a> {
    place: &'a Place<'a>,
    offset: usize,
    name: &'a str,
}

impl Spot<'_> {
    fn wrong(&self, cause: impl AsRef<str>) -> ConfigError {
        self.wrong_at(self.offset, cause)
    }

    fn wrong_at(&self, offset: usize, cause: impl AsRef<str>) -> ConfigError {
        self.place.error(offset, format!("notice {}: {}", self.name, cause.as_ref()))
    }
}

impl NoticeEntry {
    /// What it means.
    pub(in crate::config) fn notice(
        &self,
        known: &[Notice],
        place: &Place<'_>,
        offset: usize,
    ) -> Result<Notice, ConfigError> {
        let name = self.name.trim();
        if name.is_empty() {
            return Err(place.error(offset, "notice: the name is empty"));
        }
        let spot = Spot { place, offset, name };
        if known.iter().any(|notice| notice.name == name) {
            return Err(spot.wrong("another one has that name"));
        }
        let kind = place.word(&self.kind, "kind", &KINDS)?;
        if let Some(key) = self.given().find(|key| !kind.keys().contains(key)) {
            return Err(spot.wrong(format!("{key} is not for {}", self.kind.get_ref())));
        }
        let channel = self.channel(kind, &spot)?;
        let events = self.told(&channel, &spot)?;
        Ok(Notice { name: name.to_owned(), channel, events, line: place.line(offset) })
    }

    /// The keys that are written and that not every kind has.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        let keys = [
            ("path", self.path.is_some()),
            ("url", self.url.is_some()),
            ("url_env", self.url_env.is_some()),
            ("secret_env", self.secret_env.is_some()),
            ("secret_file", self.secret_file.is_some()),
            ("user", self.user.is_some()),
            ("server", self.server.is_some()),
            ("tls", self.tls.is_some()),
            ("from", self.from.is_some()),
            ("to", self.to.is_some()),
            ("cc", self.cc.is_some()),
            ("template", self.template.is_some()),
            ("api", self.api.is_some()),
            ("fields", self.fields.is_some()),
        ];
        keys.into_iter().filter(|(_, is_given)| *is_given).map(|(key, _)| key)
    }

    fn told(&self, channel: &Channel, spot: &Spot<'_>) -> Result<Vec<EventKind>, ConfigError> {
        let mut events = Vec::new();
        for word in self.events.iter().flatten() {
            let offset = word.span().start;
            let kinds = EventKind::named(word.get_ref())
                .map_err(|cause| spot.place.error(offset, format!("events: {cause}")))?;
            let strange = kinds.iter().find(|kind| !kind.is_about_a_flaw());
            if let (Channel::Tracker(_), Some(kind)) = (channel, strange) {
                let cause = format!("events: {kind} is about no flaw, and issues are");
                return Err(spot.wrong_at(offset, cause));
            }
            events.extend(kinds);
        }
        match (channel, events.is_empty()) {
            (Channel::Prometheus(_), false) => {
                Err(spot.wrong("events: metrics tell how all stands, and no events"))
            }
            (Channel::Prometheus(_), true) | (_, false) => Ok(events),
            (_, true) => Err(spot.wrong("events names no event to tell")),
        }
    }

    fn channel(&self, kind: Kind, spot: &Spot<'_>) -> Result<Channel, ConfigError> {
        let path = || said(self.path.as_ref()).ok_or_else(|| spot.wrong("path names no file"));
        Ok(match kind {
            Kind::Prometheus => Channel::Prometheus(path()?),
            Kind::Lines => Channel::Lines(path()?),
            Kind::Server(form) => Channel::Server {
                form,
                address: self.address(form != Form::Webhook, spot)?,
                secret: self.secret(spot)?,
            },
            Kind::Mail => Channel::Mail(self.mail(spot)?),
            Kind::GitHub => Channel::Tracker(self.tracker(TrackerForm::GitHub, spot)?),
            Kind::Jira => Channel::Tracker(self.tracker(self.jira(spot)?, spot)?),
        })
    }

    fn address(&self, is_secret: bool, spot: &Spot<'_>) -> Result<Target, ConfigError> {
        let wrong = |cause: &str| Err(spot.wrong(cause));
        match (said(self.url.as_ref()), said(self.url_env.as_ref())) {
            (Some(_), None) if is_secret => {
                wrong("the address is a secret: name a variable of the environment in url_env")
            }
            (Some(url), None) if url.contains('@') || url.contains('?') => {
                wrong("url holds what may be a secret: name a variable in url_env instead")
            }
            (Some(url), None) => Ok(Target::Url(url)),
            (None, Some(name)) if is_variable(&name) => Ok(Target::Variable(name)),
            (None, Some(_)) => wrong("url_env is no name of a variable"),
            (None, None) => wrong("neither url nor url_env names a server"),
            (Some(_), Some(_)) => wrong("url and url_env both name a server"),
        }
    }

    fn secret(&self, spot: &Spot<'_>) -> Result<Option<Secret>, ConfigError> {
        match (&self.secret_env, &self.secret_file) {
            (None, None) => Ok(None),
            (Some(name), None) if is_variable(name) => Ok(Some(Secret::Variable(name.clone()))),
            (Some(_), None) => Err(spot.wrong("secret_env is no name of a variable")),
            (None, Some(path)) if path.trim().is_empty() => {
                Err(spot.wrong("secret_file names no file"))
            }
            (None, Some(path)) => Ok(Some(Secret::File(path.clone()))),
            (Some(_), Some(_)) => {
                Err(spot.wrong("secret_env and secret_file both name the secret"))
            }
        }
    }

    fn mail(&self, spot: &Spot<'_>) -> Result<MailNotice, ConfigError> {
        let server =
            self.server.as_ref().ok_or_else(|| spot.wrong("server names no mail server"))?;
        let tls = self.tls.as_ref();
        let tls = tls.map(|word| spot.place.word(word, "tls", &MailTls::WORDS)).transpose()?;
        let server = MailServer::parse(server.get_ref(), tls)
            .map_err(|cause| spot.wrong_at(server.span().start, cause))?;
        let login = match (said(self.user.as_ref()), self.secret(spot)?) {
            (Some(user), Some(secret)) => Some((user, secret)),
            (None, None) => None,
            (Some(_), None) => {
                return Err(
                    spot.wrong("user has no password: name it in secret_env or secret_file")
                );
            }
            (None, Some(_)) => return Err(spot.wrong("the password has no user")),
        };
        let one = |key: &str, text: &Spanned<String>| {
            mailbox(text.get_ref()).ok_or_else(|| {
                let cause = format!("{key}: \"{}\" is no address of mail", text.get_ref());
                spot.wrong_at(text.span().start, cause)
            })
        };
        let all = |key: &str, texts: &Option<Vec<Spanned<String>>>| {
            texts.iter().flatten().map(|text| one(key, text)).collect::<Result<Vec<_>, _>>()
        };
        let from = self.from.as_ref().ok_or_else(|| spot.wrong("from names nobody"))?;
        let (from, to, cc) = (one("from", from)?, all("to", &self.to)?, all("cc", &self.cc)?);
        if to.is_empty() {
            return Err(spot.wrong("to names nobody"));
        }
        Ok(MailNotice { server, login, from, to, cc })
    }

    fn jira(&self, spot: &Spot<'_>) -> Result<TrackerForm, ConfigError> {
        match self.api.as_ref().map(|api| (*api.get_ref(), api.span().start)) {
            None | Some((3, _)) => Ok(TrackerForm::Jira),
            Some((2, _)) => Ok(TrackerForm::JiraWiki),
            Some((other, offset)) => {
                Err(spot.wrong_at(offset, format!("api is {other}, expected 2 or 3")))
            }
        }
    }

    fn tracker(&self, form: TrackerForm, spot: &Spot<'_>) -> Result<Tracker, ConfigError> {
        let token = self.secret(spot)?;
        let token = token
            .ok_or_else(|| spot.wrong("neither secret_env nor secret_file names the token"))?;
        let fields = self.fields.clone().unwrap_or_default();
        if fields.values().any(holds_date) {
            return Err(spot.wrong("fields: a date stands in quotes, as its server expects it"));
        }
        let (own, needed): (&[&str], &[&str]) = match form {
            TrackerForm::GitHub => (&["title", "body"], &[]),
            TrackerForm::Jira | TrackerForm::JiraWiki => {
                (&["summary", "description"], &["project", "issuetype"])
            }
        };
        if let Some(key) = own.iter().find(|key| fields.contains_key(**key)) {
            return Err(spot.wrong(format!("fields.{key} is what the template writes")));
        }
        if let Some(key) = needed.iter().find(|key| !fields.contains_key(**key)) {
            return Err(
                spot.wrong(format!("fields names no {key}, without which Jira takes no issue"))
            );
        }
        Ok(Tracker {
            form,
            address: self.address(false, spot)?,
            user: said(self.user.as_ref()),
            token,
            template: said(self.template.as_ref()),
            fields,
        })
    }
}

fn said(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).cloned()
}

/// Whether TOML's own kind of date is in it, which JSON does not have.
fn holds_date(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.iter().any(|(key, value)| key.starts_with("$__toml") || holds_date(value))
        }
        Value::Array(all) => all.iter().any(holds_date),
        _ => false,
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

    #[test]
    fn a_key_that_its_kind_does_not_know_is_an_error() {
        for (text, cause) in [
            (
                "kind = \"jsonl\"\npath = \"a\"\nurl = \"https://a.example/\"",
                "url is not for jsonl",
            ),
            (
                "kind = \"slack\"\nurl_env = \"A\"\nsecret_env = \"B\"",
                "secret_env is not for slack",
            ),
            ("kind = \"mail\"\npath = \"a\"", "path is not for mail"),
            ("kind = \"github\"\napi = 2", "api is not for github"),
        ] {
            let error = one(text).unwrap_err();
            assert_eq!(error, format!("bomvet.toml:1: notice n: {cause}"));
        }
    }

    const MAIL: &str = "kind = \"mail\"\nevents = [\"introduced\"]\nserver = \"mail.example.org\"\n\
                        from = \"bomvet <audit@example.org>\"\n";

    #[test]
    fn mail_names_a_server_and_people() {
        let text = format!(
            "{MAIL}to = [\"Ann Lee <ann@example.org>\", \"b@example.org\"]\n\
                            user = \"audit\"\nsecret_file = \"pass\""
        );
        let Channel::Mail(mail) = one(&text).unwrap().channel else { panic!("no mail") };
        assert_eq!(mail.to[0].to_string(), "\"Ann Lee\" <ann@example.org>".replace('"', ""));
        assert_eq!(mail.to[1].email.to_string(), "b@example.org");
        assert_eq!(mail.login, Some(("audit".to_owned(), Secret::File("pass".to_owned()))));
        assert_eq!((mail.server.port, mail.server.tls), (465, MailTls::Implicit));
    }

    #[test]
    fn an_address_that_is_none_is_an_error_with_its_own_line() {
        for wrong in [
            "ann",
            "ann@",
            "a@b.example, c@d.example",
            "a@b.example x",
            "a@b.example\\nBcc: c@d.example",
        ] {
            let error = one(&format!("{MAIL}to = [\n\"{wrong}\"]")).unwrap_err();
            assert!(error.starts_with("bomvet.toml:8: notice n: to: \""), "{error}");
        }
        let error = one(&format!("{MAIL}to = []")).unwrap_err();
        assert_eq!(error, "bomvet.toml:1: notice n: to names nobody");
        let error = one(&format!("{MAIL}to = [\"a@b.example\"]\nuser = \"x\"")).unwrap_err();
        assert!(error.contains("user has no password"), "{error}");
    }

    #[test]
    fn issues_are_about_flaws_and_keep_what_their_server_needs() {
        let github = "kind = \"github\"\nurl = \"https://a.example/issues\"\nsecret_env = \"T\"\n";
        let notice =
            one(&format!("{github}events = [\"introduced\"]\nfields = {{ labels = [\"x\"] }}"));
        let Channel::Tracker(tracker) = notice.unwrap().channel else { panic!("no tracker") };
        assert_eq!(tracker.fields["labels"], serde_json::json!(["x"]));
        let jira = "kind = \"jira\"\nurl = \"https://a.example/issue\"\nsecret_env = \"T\"\n";
        for (text, cause) in [
            (
                format!("{github}events = [\"data-stale\"]"),
                "6: notice n: events: data-stale is about no flaw",
            ),
            (
                format!("{github}events = [\"resolved\"]\nfields = {{ body = 1 }}"),
                "1: notice n: fields.body",
            ),
            (format!("{jira}events = [\"resolved\"]"), "1: notice n: fields names no project"),
            (
                format!(
                    "{github}events = [\"resolved\"]\nfields = {{ x = [{{ day = 2026-12-01 }}] }}"
                ),
                "1: notice n: fields: a date stands in quotes",
            ),
            (format!("{jira}events = [\"resolved\"]\napi = 4"), "7: notice n: api is 4"),
            (
                "kind = \"github\"\nurl = \"https://a.example/\"".to_owned(),
                "1: notice n: neither secret_env",
            ),
        ] {
            let error = one(&text).unwrap_err();
            assert!(error.starts_with(&format!("bomvet.toml:{cause}")), "{error}");
        }
    }
}
