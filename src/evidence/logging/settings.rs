//! System properties and environment variables: `key=value` lines, JVM options among them.
//!
//! From 2.10 on, Log4j 2 takes a property under several spellings (`LOG4J_`, `log4j2.`, any case).

use super::Fact;
use super::properties::Entry;
use crate::advisory::sign::Sign;

/// What the settings show.
pub(super) fn facts(entries: &[Entry], text: &str) -> Vec<Fact> {
    let own = entries.iter().filter_map(|e| match e.key.as_str() {
        "export" => e.value.split_once('=').map(|(key, value)| (key, value, e.line)),
        key => Some((key, e.value.as_str(), e.line)),
    });
    let mut facts: Vec<Fact> = own.chain(options(text)).filter_map(fact).collect();
    facts.sort_by_key(|fact| (fact.line, fact.sign));
    facts.dedup();
    facts
}

/// `-Dkey=value`, wherever it stands.
fn options(text: &str) -> impl Iterator<Item = (&str, &str, u32)> {
    let lines = text.lines().zip(1_u32..);
    let lines = lines.filter(|(line, _)| !line.trim_start().starts_with(['#', '!']));
    lines.flat_map(|(line, number)| {
        let words = line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        words.filter_map(move |word| {
            let (key, value) = word.split_once("-D")?.1.split_once('=')?;
            Some((key, value, number))
        })
    })
}

fn fact((key, value, line): (&str, &str, u32)) -> Option<Fact> {
    let value = value.trim().trim_matches(['"', '\'']);
    if !value.eq_ignore_ascii_case("true") {
        return None;
    }
    let sign = sign(key)?;
    Some(Fact { sign, line, found: format!("{key}=true") })
}

fn sign(key: &str) -> Option<Sign> {
    if key == "mail.smtp.ssl.checkserveridentity" {
        return Some(Sign::SmtpIdentityCheck);
    }
    let lower = key.to_ascii_lowercase();
    let name = ["log4j2", "log4j", "org.apache.logging.log4j"]
        .into_iter()
        .find_map(|prefix| lower.strip_prefix(prefix))?;
    let letters: String = name.chars().filter(|c| !matches!(c, '.' | '_' | '-')).collect();
    (letters == "formatmsgnolookups").then_some(Sign::MessageLookupsOff)
}

/// Whether a text is a list of settings and nothing else: `key=value`, `export key=value`, `-D…`.
pub(super) fn is_settings(text: &str) -> bool {
    let lines = text.lines().map(str::trim);
    let mut lines = lines.filter(|l| !l.is_empty() && !l.starts_with(['#', '!'])).peekable();
    lines.peek().is_some() && lines.all(is_setting)
}

fn is_setting(line: &str) -> bool {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let Some((key, value)) = line.split_once(['=', ':']) else { return line.starts_with('-') };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let is_key = !key.trim().is_empty() && key.trim().chars().all(plain);
    // `key:` alone opens a block of YAML
    let block = value.is_empty() && !line.contains('=');
    line.starts_with('-') || (is_key && !block)
}
