//! The keys of the configuration: what they are called as variables, what they mean by now, and who
//! said so.

use toml::de::DeTable;

use super::{
    Answer, AuditSettings, Checksums, Exposure, GitSource, MavenSettings, ProductSource,
    RemoteRepository, ReviewPolicy, Settings, Unused,
};
use crate::files::sha256;

/// The keys that the environment can override: table, key, how a value is written.
pub(super) const KEYS: [(&str, &str, Kind); 62] = [
    ("gate", "fail_on", Kind::List),
    ("gate", "unknown_severity", Kind::Text),
    ("gate", "not_evaluated", Kind::Text),
    ("gate", "not_covered", Kind::Text),
    ("gate", "min_evaluated", Kind::Bare),
    ("gate", "scopes", Kind::List),
    ("grace", "critical", Kind::Bare),
    ("grace", "high", Kind::Bare),
    ("grace", "medium", Kind::Bare),
    ("grace", "low", Kind::Bare),
    ("grace", "unknown", Kind::Bare),
    ("grace", "exploited", Kind::Bare),
    ("licenses", "allow", Kind::List),
    ("licenses", "deny", Kind::List),
    ("licenses", "unknown", Kind::Text),
    ("matching", "certainty", Kind::Text),
    ("data", "max_age_days", Kind::Bare),
    ("data", "allow_stale", Kind::Bare),
    ("maven", "online", Kind::Bare),
    ("maven", "repositories", Kind::List),
    ("maven", "settings", Kind::Text),
    ("maven", "local_repository", Kind::Text),
    ("maven", "cache", Kind::Text),
    ("maven", "checksums", Kind::Text),
    ("vex", "trust", Kind::List),
    ("vex", "author", Kind::Text),
    ("vex", "namespace", Kind::Text),
    ("vex", "category", Kind::Text),
    ("audit", "roles", Kind::List),
    ("audit", "markets", Kind::List),
    ("audit", "exposure", Kind::Text),
    ("audit", "fedramp_class", Kind::Text),
    ("audit", "register", Kind::Text),
    ("audit", "on", Kind::List),
    ("audit", "off", Kind::List),
    ("audit", "regimes", Kind::List),
    ("audit", "store", Kind::Text),
    ("audit", "store_password_file", Kind::Text),
    ("audit", "store_password_env", Kind::Text),
    ("audit", "fail_on_events", Kind::List),
    ("audit", "epss_jump", Kind::Bare),
    ("audit", "keep_days", Kind::Bare),
    ("waivers", "require_expiry", Kind::Bare),
    ("waivers", "require_reason", Kind::Bare),
    ("waivers", "require_component", Kind::Bare),
    ("waivers", "unused", Kind::Text),
    ("waivers", "warn_before_days", Kind::Bare),
    ("review", "profiles", Kind::List),
    ("review", "product", Kind::Text),
    ("review", "reviewer", Kind::Text),
    ("review", "max_age_days", Kind::Bare),
    ("review", "investigation_days", Kind::Bare),
    ("review", "trusted_keys", Kind::List),
    ("review", "accepted_formats", Kind::List),
    ("review.answer_days", "exploited", Kind::Bare),
    ("review.answer_days", "reject", Kind::Bare),
    ("review.answer_days", "condition", Kind::Bare),
    ("review.answer_days", "ask", Kind::Bare),
    ("net", "proxy", Kind::Text),
    ("net", "no_proxy", Kind::Text),
    ("net", "ca_file", Kind::Text),
    ("net", "timeout_seconds", Kind::Bare),
];

/// How the value of a variable is written in TOML.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    /// Separated by commas.
    List,
    /// A number or a truth value.
    Bare,
}

impl Kind {
    /// The value of a variable as a literal of TOML.
    pub(super) fn literal(self, value: &str) -> String {
        let is_bare = value.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        match self {
            Self::List => list(value.split(',')),
            Self::Bare if is_bare => value.trim().to_owned(),
            Self::Bare | Self::Text => quote(value),
        }
    }
}

/// The variable that overrides a key.
pub(super) fn variable_name(section: &str, key: &str) -> String {
    format!("BOMVET_{section}_{key}").replace('.', "_").to_uppercase()
}

/// A JSON string is a TOML basic string.
fn quote(text: &str) -> String {
    serde_json::Value::from(text.trim()).to_string()
}

fn list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<_> = texts.into_iter().map(|text| quote(text.as_ref())).collect();
    format!("[{}]", texts.join(", "))
}

/// Who said what a key means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An option of the command line.
    Option(&'static str),
    /// A variable of the environment.
    Variable(String),
    /// A line of the file, from 1.
    Line(usize),
    /// Nobody.
    Default,
}

/// One key, what it means, and who said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// `gate.fail_on`, or `waiver CVE-2021-44228`.
    pub key: String,
    /// As TOML.
    pub value: String,
    /// Who said so.
    pub origin: Origin,
}

impl Settings {
    /// Every key with its origin. `text` is the file as it was read, `options` the keys that an option
    /// decided.
    pub fn shown(
        &self,
        text: Option<&str>,
        options: &[(&'static str, &'static str)],
        variable: impl Fn(&str) -> Option<String>,
    ) -> Vec<Shown> {
        let written = text.and_then(|text| DeTable::parse(text).ok());
        let line_of = |section: &str, key: &str| {
            let mut table = written.as_ref()?.get_ref();
            for name in section.split('.') {
                table = table.get(name)?.get_ref().as_table()?;
            }
            let (name, _) = table.get_key_value(key)?;
            let before = text?.get(..name.span().start)?;
            Some(before.bytes().filter(|byte| *byte == b'\n').count() + 1)
        };
        let mut all = Vec::new();
        for (section, key, _) in KEYS {
            let name = format!("{section}.{key}");
            let named = variable_name(section, key);
            let option = options.iter().find(|(key, _)| *key == name);
            let origin = match (option, line_of(section, key)) {
                (Some((_, option)), _) => Origin::Option(option),
                (None, _) if variable(&named).is_some() => Origin::Variable(named),
                (None, Some(line)) => Origin::Line(line),
                (None, None) => Origin::Default,
            };
            let value = self.value(section, key);
            all.push(Shown { key: name, value, origin });
        }
        let entries = self.entries().into_iter();
        all.extend(entries.map(|(key, value, line)| Shown {
            key,
            value,
            origin: Origin::Line(line),
        }));
        all
    }

    /// SHA-256 over all that decides a verdict: keys, waivers, rules, whoever said so. Where data is
    /// fetched from, and how, decides none, nor does what the review of deliveries goes by, or which
    /// clocks run.
    #[must_use]
    pub fn digest(&self) -> String {
        let keys = KEYS.iter().filter(|(section, _, _)| {
            !matches!(*section, "net" | "maven" | "audit") && !section.starts_with("review")
        });
        let mut lines: Vec<String> = keys
            .map(|(section, key, _)| format!("{section}.{key} = {}\n", self.value(section, key)))
            .collect();
        let decides = |key: &String| {
            !["data.source ", "product ", "notice ", "review."]
                .iter()
                .any(|own| key.starts_with(own))
        };
        let entries = self.entries().into_iter().filter(|(key, _, _)| decides(key));
        lines.extend(entries.map(|(key, value, _)| format!("{key} = {value}\n")));
        lines.push(format!("java = {:?}\n", self.java));
        sha256(lines.iter().map(String::as_bytes))
    }

    /// What a key means, as TOML; empty where nothing is said and nothing is meant.
    fn value(&self, section: &str, key: &str) -> String {
        let text = |text: &Option<String>| text.as_deref().map_or_else(String::new, quote);
        let days = |days: Option<u16>| days.map_or_else(String::new, |days| days.to_string());
        let warn = |answer: Answer| quote(if answer == Answer::Fail { "fail" } else { "warn" });
        let (gate, grace, waivers) = (&self.gate, self.grace, self.waivers);
        match (section, key) {
            ("gate", "fail_on") => list(gate.fail_on.iter().map(ToString::to_string)),
            ("gate", "unknown_severity") => {
                quote(if gate.unknown_severity == Answer::Fail { "fail" } else { "pass" })
            }
            ("gate", "not_evaluated") => warn(gate.not_evaluated),
            ("gate", "not_covered") => warn(gate.not_covered),
            ("gate", "min_evaluated") => days(gate.min_evaluated.map(u16::from)),
            ("gate", "scopes") => list(gate.scopes.iter().map(|scope| scope.as_str())),
            ("grace", "critical") => days(grace.critical),
            ("grace", "high") => days(grace.high),
            ("grace", "medium") => days(grace.medium),
            ("grace", "low") => days(grace.low),
            ("grace", "unknown") => days(grace.unknown),
            ("grace", "exploited") => days(grace.exploited),
            ("licenses", "allow") => list(self.licences.allowed()),
            ("licenses", "deny") => list(self.licences.denied()),
            ("licenses", "unknown") => warn(self.licences.unknown),
            ("matching", "certainty") => quote(self.certainty.as_str()),
            ("data", "max_age_days") => self.data.max_age_days.to_string(),
            ("data", "allow_stale") => self.data.allow_stale.to_string(),
            ("vex", "trust") => list(&self.vex_trust),
            ("vex", "author") => text(&self.issuer.author),
            ("vex", "namespace") => text(&self.issuer.namespace),
            ("vex", "category") => {
                self.issuer.category.map_or_else(String::new, |category| quote(category.as_str()))
            }
            ("waivers", "require_expiry") => waivers.require_expiry.to_string(),
            ("waivers", "require_reason") => waivers.require_reason.to_string(),
            ("waivers", "require_component") => waivers.require_component.to_string(),
            ("waivers", "unused") => quote(match waivers.unused {
                Unused::Warn => "warn",
                Unused::Error => "error",
                Unused::Ignore => "ignore",
            }),
            ("waivers", "warn_before_days") => waivers.warn_before_days.to_string(),
            ("net", "proxy") => self
                .net
                .proxy
                .as_deref()
                .map_or_else(String::new, |proxy| quote(&without_secret(proxy))),
            ("net", "no_proxy") => text(&self.net.no_proxy),
            ("net", "ca_file") => text(&self.net.ca_file),
            ("net", "timeout_seconds") => {
                self.net.timeout_seconds.map_or_else(String::new, |seconds| seconds.to_string())
            }
            ("maven", key) => self.maven.value(key),
            ("review" | "review.answer_days", key) => self.review.value(key),
            ("audit", key) => self.audit.value(key),
            _ => String::new(),
        }
    }

    /// What is not one key but a list: name, value, line.
    fn entries(&self) -> Vec<(String, String, usize)> {
        let mut all = Vec::new();
        for waiver in &self.waiver {
            let said = [
                ("component", waiver.component.as_ref()),
                ("expires", waiver.expires.as_ref().map(|(_, text)| text)),
                ("reason", waiver.reason.as_ref()),
                ("justification", waiver.justification.as_ref()),
                ("owner", waiver.owner.as_ref()),
                ("ticket", waiver.ticket.as_ref()),
            ];
            let mut said: Vec<String> = said
                .into_iter()
                .filter_map(|(key, text)| Some(format!("{key} = {}", quote(text?))))
                .collect();
            said.extend(
                waiver.max_severity.map(|max| format!("max_severity = {}", quote(max.as_str()))),
            );
            all.push((format!("waiver {}", waiver.id), said.join(", "), waiver.line));
        }
        for denied in &self.deny {
            let reason = denied.reason.as_deref().unwrap_or_default();
            all.push((format!("deny {}", denied.package), quote(reason), denied.line));
        }
        for rule in &self.rules {
            let source = rule.condition.source();
            all.push((format!("rule {}", rule.name), quote(source), rule.line));
        }
        for (name, expression, line) in self.licences.names() {
            all.push((format!("licenses.names {}", quote(name)), quote(expression), line));
        }
        for (rule, effect, line) in self.review.chosen() {
            all.push((format!("review.effects {rule}"), quote(effect.as_str()), line));
        }
        for source in &self.sources {
            let url = quote(&without_secret(&source.url));
            all.push((format!("data.source {}", source.name), url, source.line));
        }
        for product in &self.products {
            let sources: Vec<_> = product.sources.iter().map(ProductSource::value).collect();
            let sources = format!("[{}]", sources.join(", "));
            all.push((format!("product {}", product.name), sources, product.line));
        }
        for notice in &self.notices {
            all.push((format!("notice {}", notice.name), quote(notice.shown()), notice.line));
        }
        all
    }
}

impl ReviewPolicy {
    /// What a key means, as TOML.
    fn value(&self, key: &str) -> String {
        match key {
            "profiles" => list(&self.profiles),
            "product" => self
                .product
                .as_ref()
                .map_or_else(String::new, |product| quote(&product.to_string())),
            "reviewer" => self.reviewer.as_deref().map_or_else(String::new, quote),
            "max_age_days" => self.max_age_days.to_string(),
            "investigation_days" => self.investigation_days.to_string(),
            "trusted_keys" => list(&self.trusted_keys),
            "accepted_formats" => list(self.accepted_formats.iter().map(ToString::to_string)),
            "exploited" => self.answer_days.exploited.to_string(),
            "reject" => self.answer_days.reject.to_string(),
            "condition" => self.answer_days.condition.to_string(),
            "ask" => self.answer_days.ask.to_string(),
            _ => String::new(),
        }
    }
}

impl ProductSource {
    /// As written, without user and password.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Url(address) => without_secret(address),
            Self::Path(text) | Self::Glob(text) => text.clone(),
            Self::Git(GitSource { folder, revision, files }) => {
                let revision = revision.as_ref().map(|name| format!("@{name}"));
                let files = files.as_ref().map(|files| format!(" {files}"));
                let (revision, files) = (revision.unwrap_or_default(), files.unwrap_or_default());
                format!("git {folder}{revision}{files}")
            }
        }
    }

    /// As TOML.
    fn value(&self) -> String {
        let Self::Git(GitSource { folder, revision, files }) = self else {
            return quote(&self.shown());
        };
        let keys = [("git", Some(folder)), ("ref", revision.as_ref()), ("files", files.as_ref())];
        let keys =
            keys.into_iter().filter_map(|(key, text)| Some(format!("{key} = {}", quote(text?))));
        format!("{{ {} }}", keys.collect::<Vec<_>>().join(", "))
    }
}

impl MavenSettings {
    /// What a key means, as TOML.
    fn value(&self, key: &str) -> String {
        let text = |text: &Option<String>| text.as_deref().map_or_else(String::new, quote);
        match key {
            "online" => self.online.to_string(),
            "repositories" => {
                let named =
                    |one: &RemoteRepository| format!("{}={}", one.id, without_secret(&one.url));
                list(self.repositories.iter().map(named))
            }
            "settings" => text(&self.settings),
            "local_repository" => text(&self.local_repository),
            "cache" => text(&self.cache),
            "checksums" => self.checksums.map_or_else(String::new, |checksums| {
                quote(if checksums == Checksums::Fail { "fail" } else { "warn" })
            }),
            _ => String::new(),
        }
    }
}

impl AuditSettings {
    /// What a key means, as TOML.
    fn value(&self, key: &str) -> String {
        let text = |text: Option<&str>| text.map_or_else(String::new, quote);
        match key {
            "roles" => list(&self.roles),
            "markets" => list(&self.markets),
            "exposure" => text(self.exposure.map(Exposure::as_str)),
            "fedramp_class" => text(self.fedramp_class),
            "register" => text(self.register.as_deref()),
            "on" => list(&self.on),
            "off" => list(&self.off),
            "regimes" => list(&self.regimes),
            "store" => text(self.watch.store.as_deref().map(store_without_secret).as_deref()),
            "store_password_file" => text(self.watch.password_file.as_deref()),
            "store_password_env" => text(self.watch.password_env.as_deref()),
            "fail_on_events" => list(self.watch.fail_on_events.iter().map(|kind| kind.as_str())),
            "epss_jump" => self.watch.epss_jump.to_string(),
            "keep_days" => self.watch.keep_days.to_string(),
            _ => String::new(),
        }
    }
}

/// A store as it may be shown: of the address of a database, server and name alone. A password may hold
/// any sign, so that what stands before the last @ or behind a ? is left out.
fn store_without_secret(store: &str) -> String {
    let Some((scheme, rest)) = store.split_once("://") else { return store.to_owned() };
    let place = rest.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{}", place.split('?').next().unwrap_or_default())
}

/// An address without user and password.
fn without_secret(address: &str) -> String {
    match address.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let host = rest[..end].rfind('@').map_or(0, |at| at + 1);
            format!("{scheme}://{}", &rest[host..])
        }
        None => address.rsplit('@').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::File;

    #[test]
    fn what_is_shown_reads_as_the_same_configuration() {
        let text = "[gate]\nfail_on = [\"high\", \"kev\"]\nmin_evaluated = 90\n\
                    [grace]\nhigh = 14\n[licenses]\nallow = [\"MIT\"]\n\
                    [waivers]\nunused = \"error\"\n";
        let read = |text: &str| File::settings(text, Path::new("b.toml"), |_| None).unwrap();
        let settings = read(text);
        let shown = settings.shown(Some(text), &[], |_| None);
        let again: String = shown
            .iter()
            .filter(|shown| !shown.value.is_empty())
            .map(|shown| format!("{} = {}\n", shown.key, shown.value))
            .collect();
        assert_eq!(read(&again).digest(), settings.digest());
        assert_ne!(Settings::default().digest(), settings.digest());
        let origin = |key: &str| shown.iter().find(|shown| shown.key == key).unwrap();
        assert_eq!(origin("gate.min_evaluated").origin, Origin::Line(3));
        assert_eq!(origin("gate.scopes").origin, Origin::Default);
    }

    #[test]
    fn a_password_is_not_shown() {
        let shown = without_secret("http://user:p@ss@proxy.example:3128/x@y");
        assert_eq!(shown, "http://proxy.example:3128/x@y");
        assert_eq!(without_secret("user:pass@proxy"), "proxy");
    }
}
