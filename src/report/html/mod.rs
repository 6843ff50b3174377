//! One page for people: decision, coverage, findings by the change that cures them, what has no verdict.
//!
//! The page is one file. It asks for nothing: its content security policy allows its own style and
//! script, by digest, and no request. Without the script everything is shown; with it rows can be
//! searched and filtered. What documents wrote is text here, never markup.

mod parts;

use std::io::{self, Write};

use super::model::Report;
use super::text::markup;
use super::words;
use crate::advisory::severity::Level;
use crate::files::sha256;

pub(super) const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the whole page.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    head(report, out)?;
    header(report, out)?;
    figures(report, out)?;
    filters(report, out)?;
    writeln!(out, "<main>")?;
    parts::changes(report, out)?;
    parts::missing(report, out)?;
    parts::suppressed(report, out)?;
    parts::warnings(report, out)?;
    parts::evidence(report, out)?;
    writeln!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>")
}

fn head(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    );
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"referrer\" content=\"no-referrer\"/>\n\
         <title>{}: {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        words::decision(report),
        markup(&subject(report))
    )
}

/// What was audited, in few words.
fn subject(report: &Report<'_>) -> String {
    match report.inputs.as_slice() {
        [one] => match &one.subject {
            Some(subject) => format!("{} {}", subject.name, subject.version.unwrap_or_default())
                .trim()
                .to_owned(),
            None => one.path.to_owned(),
        },
        several => format!("{} documents", several.len()),
    }
}

fn header(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = report.totals();
    let is_whole = totals.is_whole();
    let class = match (report.gate.class, is_whole) {
        ("ok", true) => "open",
        ("ok", false) => "limited",
        _ => "closed",
    };
    let (subject, decision) = (markup(&subject(report)), words::decision(report));
    writeln!(
        out,
        "<header class=\"{class}\">\n<p class=\"faint\">bomvet audit of <b>{subject}</b></p>"
    )?;
    writeln!(out, "<h1>{decision}</h1>\n<ul>")?;
    for reason in words::reasons(report) {
        writeln!(out, "<li>{}</li>", markup(&reason))?;
    }
    let coverage = markup(&words::whole_coverage(report));
    let gap = if is_whole { "" } else { " class=\"gap\"" };
    writeln!(out, "</ul>\n<p{gap}>{coverage}</p>\n</header>")
}

fn figures(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (levels, totals) = (&report.summary.by_severity, report.totals());
    let figures = [
        ("critical", levels.critical),
        ("high", levels.high),
        ("medium", levels.medium),
        ("low", levels.low),
        ("none", levels.none),
        ("unknown", levels.unknown),
        ("suppressed", report.summary.suppressed),
        ("evaluated", totals.evaluated),
        ("of them without data", totals.not_covered),
        ("NOT evaluated", totals.not_evaluated),
    ];
    writeln!(out, "<ul class=\"figures\">")?;
    for (what, number) in figures {
        let is_rare = matches!(what, "none" | "unknown" | "of them without data");
        if number > 0 || !is_rare {
            let gap = what.starts_with("NOT") || what.starts_with("of them");
            let class = if gap && number > 0 { " class=\"gap\"" } else { "" };
            writeln!(out, "<li{class}><b>{number}</b>{what}</li>")?;
        }
    }
    writeln!(out, "</ul>")
}

/// Hidden until the script is there to serve them.
fn filters(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let check = |name: &str, value: &str, label: &str| {
        format!(
            "<label><input type=\"checkbox\" name=\"{name}\" value=\"{value}\" \
             checked=\"\"/> {label}</label>"
        )
    };
    let there = |level: &&str| report.findings.iter().any(|one| one.severity.level == *level);
    let levels = Level::ALL.into_iter().map(Level::as_str).filter(there);
    let levels: String = levels.map(|level| check("severity", level, level)).collect();
    let statuses = [("open", "open"), ("missing", "not evaluated"), ("suppressed", "suppressed")];
    let statuses: String = statuses.map(|(value, label)| check("status", value, label)).concat();
    writeln!(
        out,
        "<form id=\"filters\" class=\"filters\" role=\"search\" hidden=\"\">\n\
         <input type=\"search\" id=\"search\" aria-label=\"Search\" \
         placeholder=\"Search component, advisory, path\"/>\n\
         <fieldset><legend>Severity</legend>{levels}</fieldset>\n\
         <fieldset><legend>Status</legend>{statuses}</fieldset>\n\
         <output id=\"shown\" class=\"faint\"></output>\n\
         <button type=\"button\" id=\"theme\">Theme</button>\n</form>"
    )
}

/// The SHA-256 of a text in Base64, as policies name it.
pub(super) fn digest(text: &str) -> String {
    let digits: Vec<u32> =
        sha256([text.as_bytes()]).chars().filter_map(|c| c.to_digit(16)).collect();
    let bytes: Vec<u32> =
        digits.chunks(2).map(|pair| pair.iter().fold(0, |n, d| n * 16 + d)).collect();
    let mut base64 = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, i| bits << 8 | chunk.get(i).copied().unwrap_or(0));
        for letter in 0..4 {
            let filled = letter <= chunk.len();
            base64.push(if filled { letter_of(bits >> (18 - 6 * letter) & 63) } else { '=' });
        }
    }
    base64
}

/// RFC 4648, table 1.
fn letter_of(six: u32) -> char {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let place = usize::try_from(six).unwrap_or(0);
    LETTERS.get(place).map_or('=', |byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf abc | openssl dgst -sha256 -binary | base64`
    #[test]
    fn a_digest_is_written_as_policies_want_it() {
        assert_eq!(digest("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        assert_eq!(digest(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn neither_style_nor_script_ends_early_or_asks_for_anything() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</"), "it would end there");
            assert!(!text.contains("http") && !text.contains("url(") && !text.contains("fetch"));
        }
    }
}
