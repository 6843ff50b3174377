//! The review for people: the decision first, why, what to ask, then what it rests on. At most 100
//! columns.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::super::text::{WIDTH, labelled, plain, wrap};
use super::counted;
use super::model::{Because, Profile, Review};
use crate::config::Effect;
use crate::review::decision::Verdict;
use crate::review::questions::{Question, State};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();

/// How many faults of a kind, files, changes are told; the JSON record has all.
const TOLD: usize = 5;
const LISTED: usize = 20;

/// Writes the whole table.
pub(super) fn write(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    decision(review, out)?;
    let reasons = [
        (Effect::Reject, "Why it is rejected"),
        (Effect::Condition, "Conditions"),
        (Effect::Ask, "Open points"),
        (Effect::Note, "For your information"),
    ];
    for (effect, title) in reasons {
        let own: Vec<_> = review.decision.with(effect).collect();
        section(title, &own, out, |reason, out| because(reason, review, out))?;
    }
    let accepted: Vec<_> = review.decision.accepted.iter().collect();
    section("Accepted by you", &accepted, out, |reason, out| because(reason, review, out))?;
    questions(review, out)?;
    section("Quality profiles", &review.profiles, out, profile)?;
    section("How whole the lists are", &review.lists, out, |one, out| {
        field(out, "", &format!("{}: {}", one.path, one.summary))
    })?;
    section("Signatures", &review.signatures, out, |one, out| {
        field(out, one.state, &format!("{}: {}", one.path, one.detail))
    })?;
    change(review, out)?;
    files(review, out)?;
    writeln!(out)?;
    listed(out, "data", review.coverage.data.iter().map(String::as_str))?;
    listed(out, "warnings", review.warnings.iter().map(String::as_str))
}

fn decision(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style = match review.decision.kind {
        Verdict::Accept => GREEN,
        Verdict::Conditions => YELLOW,
        Verdict::Reject => RED,
    };
    writeln!(out, "{style}{}{style:#}", review.decision.kind.words())?;
    let coverage = review.coverage.summary.clone();
    let origin = format!("{}.", review.origin());
    let lines = [review.subject(), review.decision.summary.clone(), coverage, origin];
    for line in lines.iter().flat_map(|text| wrap(&plain(text), WIDTH - 2)) {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// A title and its entries; nothing where there are none.
fn section<T>(
    title: &str,
    entries: &[T],
    out: &mut dyn Write,
    mut entry: impl FnMut(&T, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{BOLD}{title}{BOLD:#}")?;
    entries.iter().try_for_each(|one| entry(one, out))
}

fn field(out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
    for (label, line) in labelled(label, text) {
        writeln!(out, "  {DIM}{label}{DIM:#}  {line}")?;
    }
    Ok(())
}

fn listed<'t>(
    out: &mut dyn Write,
    label: &str,
    texts: impl Iterator<Item = &'t str>,
) -> io::Result<()> {
    for (number, text) in texts.enumerate() {
        field(out, if number == 0 { label } else { "" }, text)?;
    }
    Ok(())
}

/// `and 3 more` where not all was told.
fn rest(out: &mut dyn Write, all: usize, told: usize) -> io::Result<()> {
    match all.saturating_sub(told) {
        0 => Ok(()),
        more => field(out, "", &format!("and {more} more: --format json lists all")),
    }
}

fn because(reason: &Because, review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let number = match reason.faults.len() {
        1 => String::new(),
        some => format!(" ({some})"),
    };
    let heading = format!("{}{number}", reason.heading);
    for line in wrap(&heading, WIDTH - 2) {
        writeln!(out, "  {BOLD}{line}{BOLD:#}")?;
    }
    field(out, "why", reason.why)?;
    let faults = reason.faults.iter().filter_map(|place| review.faults.get(*place));
    for (number, fault) in faults.take(TOLD).enumerate() {
        field(out, if number == 0 { "found" } else { "" }, fault.what)?;
    }
    rest(out, reason.faults.len(), TOLD)?;
    listed(
        out,
        "asked in",
        Some(reason.questions.join(", "))
            .iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty()),
    )
}

fn questions(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let waiting: Vec<_> = review.in_state(&[State::Open, State::Answered]).collect();
    section("Questions to the supplier", &waiting, out, |one, out| question(one, review, out))?;
    let settled: Vec<_> =
        review.in_state(&[State::Accepted, State::Withdrawn, State::Closed]).collect();
    section("Questions that are settled", &settled, out, |one, out| {
        let last = one.history.last();
        let since = last.map(|event| format!("since {}", event.on)).unwrap_or_default();
        field(out, one.id.as_str(), &format!("{} {since}: {}", one.state.as_str(), one.what))?;
        answers(one, out)
    })
}

fn question(one: &Question, review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let today = review.reviewed_at.split('T').next().unwrap_or_default();
    let due = one.due.to_string();
    let late = if due.as_str() < today { ", OVERDUE" } else { "" };
    let state = if one.state == State::Answered { ", answered" } else { "" };
    field(out, one.id.as_str(), &format!("{}, due {due}{late}{state}", one.effect))?;
    field(out, "", &one.what)?;
    field(out, "ask", &one.ask)?;
    if one.about.len() > 1 {
        let told = one.about.iter().take(TOLD).map(String::as_str);
        listed(out, "about", told)?;
        rest(out, one.about.len(), TOLD)?;
    }
    answers(one, out)
}

fn answers(one: &Question, out: &mut dyn Write) -> io::Result<()> {
    let by = match one.answered_by.as_str() {
        "" => String::new(),
        name => format!("{name}: "),
    };
    if !one.answer.is_empty() {
        let lines: Vec<&str> = one.answer.lines().collect();
        field(out, "answer", &format!("{by}{}", lines.join(" / ")))?;
    }
    if one.note.is_empty() { Ok(()) } else { field(out, "your note", &one.note) }
}

fn profile(profile: &Profile, out: &mut dyn Write) -> io::Result<()> {
    let failed = profile.checks.iter().filter(|check| check.verdict == "fail");
    let failed: Vec<&str> = failed.map(|check| check.id).collect();
    let missing = match failed.len() {
        0 => String::new(),
        some => format!("; {} not held: {}", counted(some, "required check"), failed.join(", ")),
    };
    let text = format!("{}: {}{missing}", profile.path, profile.verdict);
    field(out, &profile.id, &text)
}

fn change(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(change) = &review.change else { return Ok(()) };
    let previous = review.previous.as_deref().unwrap_or_default();
    writeln!(out, "\n{BOLD}Since {}{BOLD:#}", plain(previous))?;
    if change.entries.is_empty() {
        return field(out, "", "nothing changed");
    }
    let told = change.entries.iter().take(LISTED);
    for entry in told {
        field(out, entry.kind, &entry.text)?;
    }
    rest(out, change.entries.len(), LISTED)
}

fn files(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let all = review.files.iter().collect::<Vec<_>>();
    let told = &all[..all.len().min(LISTED)];
    section(&format!("Delivered ({})", counted(all.len(), "file")), told, out, |file, out| {
        field(out, "", &format!("{}: {}", file.path, file.kind))
    })?;
    rest(out, all.len(), LISTED)
}
