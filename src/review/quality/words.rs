//! Words, dates and addresses as documents write them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::sbom::{Part, Party, PartyKind};
use super::State;

/// What a text says, before anyone asks whether it is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said<'a> {
    /// Nothing.
    Nothing,
    /// That it is unknown.
    Unknown,
    /// That it is kept back.
    Withheld,
    /// Something.
    Text(&'a str),
}

/// What an optional text says.
pub(super) fn said(text: Option<&str>) -> Said<'_> {
    let text = text.unwrap_or_default().trim();
    match text.to_ascii_lowercase().as_str() {
        "" => Said::Nothing,
        "noassertion" | "unknown" | "unknown provenance" | "n/a" | "not known" | "null" => {
            Said::Unknown
        }
        "withheld" | "redacted" => Said::Withheld,
        _ => Said::Text(text),
    }
}

/// The state of a text that is right whatever it says.
pub(super) fn any_text(text: Option<&str>) -> State {
    judged(text, |_| State::Valid)
}

/// The state of a text, judged where it says something.
pub(super) fn judged(text: Option<&str>, judge: impl Fn(&str) -> State) -> State {
    match said(text) {
        Said::Nothing => State::Absent,
        Said::Unknown => State::DeclaredUnknown,
        Said::Withheld => State::DeclaredWithheld,
        Said::Text(text) => judge(text),
    }
}

/// The best of several texts' states: a right one, else a wrong one, else a word that says nothing.
pub(super) fn best(states: impl IntoIterator<Item = State>) -> State {
    let rank = |state: &State| match state {
        State::Valid => 6,
        State::Partial(_) => 5,
        State::Invalid(_) => 4,
        State::DeclaredUnknown => 3,
        State::DeclaredWithheld => 2,
        State::Absent => 1,
        State::NotApplicable => 0,
    };
    let mut best = State::Absent;
    for state in states {
        if rank(&state) > rank(&best) {
            best = state;
        }
    }
    best
}

/// The state of the name of any of some parties, tools left out.
pub(super) fn named(parties: &[Party]) -> State {
    let entities = parties.iter().filter(|party| party.kind != PartyKind::Tool);
    best(entities.map(|party| any_text(party.name.as_deref())))
}

/// The state of an e-mail or web address of any of some parties, tools left out.
pub(super) fn reachable(parties: &[Party]) -> State {
    let entities = parties.iter().filter(|party| party.kind != PartyKind::Tool);
    best(entities.flat_map(|party| {
        let emails = party.emails.iter().map(|text| judged(Some(text), email));
        emails.chain(party.urls.iter().map(|text| judged(Some(text), web_address)))
    }))
}

fn email(text: &str) -> State {
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let parts = text.split_once('@');
    let right = parts.is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.contains('@') && is_one_word(text)
    });
    if right { State::Valid } else { State::Invalid(format!("\"{text}\" is no e-mail address")) }
}

fn web_address(text: &str) -> State {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let right = host.is_some_and(|host| !host.is_empty() && is_one_word(host));
    if right { State::Valid } else { State::Invalid(format!("\"{text}\" is no web address")) }
}

fn is_one_word(text: &str) -> bool {
    !text.chars().any(char::is_whitespace)
}

/// Whether a text is an absolute URI: a scheme, a colon, something without blanks.
pub(super) fn is_uri(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(plain)
            && !rest.is_empty()
            && is_one_word(rest)
    })
}

/// The state of a text that must be an absolute URI.
pub(super) fn uri(text: &str) -> State {
    if is_uri(text) { State::Valid } else { State::Invalid(format!("\"{text}\" is no URL")) }
}

/// A moment as RFC 3339 writes it; the suffix of RFC 9557 (`[UTC]`) is allowed and not needed.
pub(in super::super) fn moment(text: &str) -> Option<Timestamp> {
    text.trim().split('[').next()?.parse().ok()
}

/// A date, or the date of a moment.
pub(in super::super) fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let day = |moment: Timestamp| moment.to_zoned(TimeZone::UTC).date();
    moment(text).map(day).or_else(|| (text.len() == 10).then(|| text.parse().ok())?)
}

/// The state of a text that must be a date.
pub(super) fn dated(text: Option<&str>) -> State {
    judged(text, |text| match date(text) {
        Some(_) => State::Valid,
        None => State::Invalid(format!("\"{text}\" is no date")),
    })
}

/// Name and version of a component.
pub(in super::super) fn title(part: &Part) -> String {
    let name = part.name.as_deref().unwrap_or("(no name)");
    let group = part.group.as_deref().filter(|group| !group.trim().is_empty());
    let group = group.map(|group| format!("{group}/")).unwrap_or_default();
    let version = part.version.as_deref().filter(|version| !version.trim().is_empty());
    version.map_or_else(|| format!("{group}{name}"), |version| format!("{group}{name} {version}"))
}

/// The first value of a property whose last word, spelled in any way, is one of these.
pub(super) fn property<'a>(part: &'a Part, names: &[&str]) -> Option<&'a str> {
    let plain = |key: &str| -> String {
        let last = key.rsplit([':', '/']).next().unwrap_or(key);
        last.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let mut found = part.properties.iter().filter(|(key, _)| names.contains(&plain(key).as_str()));
    found.next().map(|(_, value)| value.as_str())
}
