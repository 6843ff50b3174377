//! One page for people: decision, coverage, findings by the change that cures them, what has no verdict.
//!
//! The page is one file. It asks for nothing: its content security policy allows its own style and
//! script, by digest, and no request. Without the script everything is shown; with it rows can be
//! searched and filtered. What documents wrote is text here, never markup.

mod frame;
mod parts;

use std::io::{self, Write};

use super::model::Report;
use super::text::markup;
use super::words;
use crate::advisory::severity::Level;

pub(super) use frame::{Forms, Frame};

const SCRIPT: &str = include_str!("page.js");

/// Writes the whole page.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{}: {}", words::decision(report), subject(report));
    let frame = Frame { title: &title, style: "", script: Some(SCRIPT), forms: Forms::Nowhere };
    out.write_all(frame.head().as_bytes())?;
    header(report, out)?;
    figures(report, out)?;
    filters(report, out)?;
    writeln!(out, "<main>")?;
    parts::changes(report, out)?;
    parts::missing(report, out)?;
    parts::suppressed(report, out)?;
    parts::warnings(report, out)?;
    parts::evidence(report, out)?;
    write!(out, "</main>\n{}", frame.foot())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_neither_ends_early_nor_asks_for_anything() {
        assert!(!SCRIPT.contains("</"), "it would end there");
        assert!(!SCRIPT.contains("http") && !SCRIPT.contains("url(") && !SCRIPT.contains("fetch"));
    }
}
