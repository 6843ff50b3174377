//! For people: what happened, how the portfolio stands, what needs a look.

use std::io::{self, Write};

use anstyle::Style;

use super::{BOLD, GREEN, RED, Told, YELLOW};
use crate::advisory::severity::Level;
use crate::audit::digest::{Digest, ProductLine};
use crate::audit::event::Event;
use crate::audit::search::Answer;
use crate::audit::store::Holder;
use crate::config::EventKind;
use crate::report::text::{WIDTH, clip, count, plain, wrap};

const DIM: Style = Style::new().dimmed();

/// How many events and documents are named; `--format json` names all.
pub const NAMED: usize = 50;

/// Writes all that is told.
///
/// # Errors
/// When the writer fails.
pub fn table(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    if let Some((query, answer)) = told.answer {
        return places(query, answer, out);
    }
    let Some(digest) = told.digest else { return Ok(()) };
    head(told, digest, out)?;
    happened(told, digest, out)?;
    if told.command != "events" {
        portfolio(digest, out)?;
        needs_a_look(digest, out)?;
    }
    for (_, reason) in told.reasons {
        text(out, 0, &format!("exit code: {reason}"))?;
    }
    Ok(())
}

fn head(told: &Told<'_>, digest: &Digest, out: &mut dyn Write) -> io::Result<()> {
    let Some(run) = &digest.run else {
        return writeln!(out, "{BOLD}no audit was run yet{BOLD:#}");
    };
    let how = match told.done {
        _ if told.is_dry => ", nothing is written",
        Some(done) if done.is_continued => ", continued",
        None if !run.is_finished => ", not finished",
        _ => "",
    };
    let title = format!("audit {} of {}{how}", run.id, run.now);
    writeln!(out, "{BOLD}{title}{BOLD:#}")?;
    let age = digest.age_days(told.now).map(|days| count(whole(days), "day"));
    let data = run.data_as_of.map_or_else(
        || "advisory data: of no known date".to_owned(),
        |as_of| {
            let day = as_of.strftime("%Y-%m-%d");
            format!("advisory data: of {day}, {} old", age.unwrap_or_default())
        },
    );
    text(out, 2, &data)?;
    if let Some(done) = told.done {
        let mut parts =
            vec![format!("{} judged", done.judged), format!("{} as before", done.unchanged)];
        parts.extend((done.touched > 0).then(|| format!("{} touched by new data", done.touched)));
        parts.extend((done.gone > 0).then(|| format!("{} gone", done.gone)));
        let not_asked = "not asked, since --online is not given";
        parts.extend((done.not_asked > 0).then(|| format!("{} {not_asked}", done.not_asked)));
        text(out, 2, &format!("documents: {}", parts.join(", ")))?;
    }
    Ok(())
}

fn whole(days: i64) -> usize {
    usize::try_from(days).unwrap_or_default()
}

fn happened(told: &Told<'_>, digest: &Digest, out: &mut dyn Write) -> io::Result<()> {
    if told.command == "status" {
        return Ok(());
    }
    let all: usize = digest.counts.values().sum();
    if all == 0 {
        return writeln!(out, "\nnothing happened");
    }
    writeln!(out, "\n{BOLD}{}{BOLD:#}", count(all, "event"))?;
    let named = digest.events.iter().take(NAMED);
    if told.command == "events" {
        by_document(named, out)?;
    } else {
        named.into_iter().try_for_each(|one| {
            let place = place(one);
            event(one, Some(&place).filter(|place| !place.is_empty()), out)
        })?;
    }
    if all > NAMED {
        let kinds = digest.counts.iter().map(|(kind, count)| format!("{count} {kind}"));
        let kinds: Vec<String> = kinds.collect();
        let more = "`bomvet audit events --format json` names all";
        text(out, 2, &format!("of all: {}; {more}", kinds.join(", ")))?;
    }
    Ok(())
}

/// What happened, with the day and the document above what happened to it.
fn by_document<'e>(events: impl Iterator<Item = &'e Event>, out: &mut dyn Write) -> io::Result<()> {
    let mut above = String::new();
    for one in events {
        let (day, run) = (one.at.strftime("%Y-%m-%d"), one.run);
        let title = format!("{day}, audit {run}: {}", place(one));
        let title = title.trim_end_matches([' ', ':']).to_owned();
        if title != above {
            for line in wrap(&plain(&title), WIDTH) {
                writeln!(out, "{BOLD}{line}{BOLD:#}")?;
            }
            above = title;
        }
        event(one, None, out)?;
    }
    Ok(())
}

/// Product and document, with the commit; empty where it is about all.
fn place(event: &Event) -> String {
    let commit = event.commit.as_deref().map(at_commit).unwrap_or_default();
    let document = event.document.as_ref().map(|document| format!("{document}{commit}"));
    [event.product.clone(), document].into_iter().flatten().collect::<Vec<_>>().join(": ")
}

/// One event, with its place where that does not stand above.
fn event(event: &Event, place: Option<&String>, out: &mut dyn Write) -> io::Result<()> {
    const COLUMN: usize = 18;
    let style = match event.kind {
        EventKind::Resolved | EventKind::SourceRecovered | EventKind::AdvisoryWithdrawn => GREEN,
        EventKind::Introduced | EventKind::Reopened | EventKind::KevAdded => RED,
        _ => YELLOW,
    };
    let level = event.level.map(Level::as_str);
    let id = event.ids.first().map(ToString::to_string);
    let versions = event.versions.join(", ");
    let package = event.package.as_ref().map(|package| format!("{package} {versions}"));
    let what: Vec<String> = [level.map(str::to_owned), id, package].into_iter().flatten().collect();
    let mut lines = Vec::new();
    lines.extend((!what.is_empty()).then(|| what.join("  ")));
    lines.extend(place.cloned());
    lines.push(format!("{} ({})", event.detail, event.cause.as_str()));
    let mut word = event.kind.as_str();
    for line in lines.iter().flat_map(|line| wrap(&plain(line), WIDTH - COLUMN - 4)) {
        writeln!(out, "  {style}{word:<COLUMN$}{style:#}  {line}")?;
        word = "";
    }
    Ok(())
}

fn portfolio(digest: &Digest, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{BOLD}Portfolio{BOLD:#}")?;
    let head = format!(
        "{:<30} {:>9} {:>10} {:>10} {:>8} {:>5} {:>5} {:>5}",
        "product", "documents", "components", "not judged", "critical", "high", "other", "closed"
    );
    writeln!(out, "  {DIM}{head}{DIM:#}")?;
    for product in &digest.products {
        row(product, out)?;
    }
    Ok(())
}

fn row(product: &ProductLine, out: &mut dyn Write) -> io::Result<()> {
    let open = |level| product.open.get(&level).copied().unwrap_or_default();
    let all: usize = product.open.values().sum();
    let (critical, high) = (open(Level::Critical), open(Level::High));
    writeln!(
        out,
        "  {:<30} {:>9} {:>10} {:>10} {:>8} {:>5} {:>5} {:>5}",
        clip(&plain(&product.card.name), 30),
        product.documents,
        product.declared,
        product.not_evaluated + product.not_covered,
        critical,
        high,
        all - critical - high,
        product.suppressed
    )
}

fn needs_a_look(digest: &Digest, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Vec::new();
    for one in &digest.conditions {
        let product = one.product.as_deref().map(|product| format!("{product}: "));
        let since = one.since.strftime("%Y-%m-%d");
        let about = if one.kind == EventKind::SourceFailing {
            format!("{} cannot be read since {since}: ", one.about)
        } else {
            String::new()
        };
        lines.push(format!("{}{about}{}", product.unwrap_or_default(), one.detail));
    }
    for product in &digest.products {
        let name = &product.card.name;
        if product.blind > 0 {
            let blind = count(product.blind, "document");
            lines.push(format!("{name}: of {blind} no component could be evaluated"));
        }
        if product.unconfirmed > 0 {
            let findings = count(product.unconfirmed, "open finding");
            lines.push(format!("{name}: {findings} cannot be judged any more and stay open"));
        }
        if product.not_evaluated + product.not_covered > 0 {
            let unjudged = product.not_evaluated + product.not_covered;
            let declared = count(product.declared, "component");
            lines.push(format!(
                "{name}: no verdict on {unjudged} of {declared}: that nothing is found there \
                 means nothing"
            ));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{BOLD}Needs a look{BOLD:#}")?;
    lines.iter().try_for_each(|line| text(out, 2, line))
}

fn places(query: &str, answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let found = count(answer.holders.len(), "document");
    text(out, 0, &format!("{query}: {found}"))?;
    list(&answer.holders, out)?;
    if !answer.unclear.is_empty() {
        let unclear = count(answer.unclear.len(), "document");
        text(out, 0, &format!("{unclear} more, whose version cannot be compared"))?;
        list(&answer.unclear, out)?;
    }
    Ok(())
}

fn list(holders: &[Holder], out: &mut dyn Write) -> io::Result<()> {
    for one in holders.iter().take(NAMED) {
        let version = if one.version.is_empty() { "no version" } else { &one.version };
        let said = match (one.open.is_empty(), one.suppressed.is_empty(), one.is_judged) {
            (false, _, _) => format!("open: {}", one.open.join(", ")),
            (true, false, _) => format!("closed: {}", one.suppressed.join(", ")),
            (true, true, true) => "no finding".to_owned(),
            (true, true, false) => "could not be judged".to_owned(),
        };
        let commit = one.commit.as_deref().map(at_commit).unwrap_or_default();
        text(out, 2, &format!("{}: {}{commit}  {version}  {said}", one.product, one.document))?;
    }
    if holders.len() > NAMED {
        text(out, 2, &format!("and {} more: --format json names all", holders.len() - NAMED))?;
    }
    Ok(())
}

/// The first letters of a commit tell it apart.
fn at_commit(commit: &str) -> String {
    format!(" at commit {}", commit.get(..12).unwrap_or(commit))
}

fn text(out: &mut dyn Write, indent: usize, line: &str) -> io::Result<()> {
    for line in wrap(&plain(line), WIDTH - indent) {
        writeln!(out, "{:indent$}{line}", "")?;
    }
    Ok(())
}
