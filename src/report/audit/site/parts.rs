//! What several pages tell alike: how much could be judged, findings, events, clocks.

use std::cmp::Reverse;

use super::super::super::text::{count, markup};
use super::super::clocks::{self as words, Urgency};
use super::page::{link, table, whole};
use super::{Seen, Site, advisory_page, flaw};
use crate::advisory::severity::Level;
use crate::audit::clock::Clock;
use crate::audit::digest::ProductLine;
use crate::audit::event::Event;
use crate::audit::state::{Covered, Held, Status};

pub(super) fn class(open: usize, is_whole: bool) -> &'static str {
    match (open, is_whole) {
        (0, true) => "open",
        (0, false) => "limited",
        _ => "closed",
    }
}

/// How much of a product could be judged; `true` marks what is not known.
pub(super) fn coverage(product: &ProductLine) -> Vec<(bool, String)> {
    let unjudged = product.not_evaluated + product.not_covered;
    let mut lines = vec![match (product.documents, product.declared, unjudged) {
        (0, _, _) => (true, "No document was read: nothing is known.".to_owned()),
        (_, 0, _) => {
            (true, "The documents declare no component: nothing could be judged.".to_owned())
        }
        (_, all, 0) => (false, format!("Judged: all of {}.", count(all, "component"))),
        (_, all, some) => (
            true,
            format!(
                "No verdict on {some} of {}: that nothing is found there means nothing.",
                count(all, "component")
            ),
        ),
    }];
    if product.failing > 0 {
        let number = product.failing;
        let what = "Sources or documents that cannot be read, so that nothing is known of them";
        lines.push((true, format!("{what}: {number}.")));
    }
    if product.unconfirmed > 0 {
        let number = count(product.unconfirmed, "open finding");
        lines.push((true, format!("{number} cannot be judged any more and stay open.")));
    }
    lines
}

pub(super) fn is_due(clock: &Clock<'_>) -> bool {
    Urgency::of(&clock.state).is_due()
}

/// Those told for the product and those told for all.
pub(super) fn clocks_of<'s>(site: &'s Site<'_, '_>, product: &str) -> Vec<&'s Clock<'s>> {
    let concerns = |one: &&Clock<'_>| one.product.as_deref().is_none_or(|name| name == product);
    site.clocks.clocks.iter().filter(concerns).collect()
}

/// Events in the order in which they are to be shown, and how many there are in all.
pub(super) fn events<'e>(shown: impl Iterator<Item = &'e Event>, all: usize) -> String {
    if all == 0 {
        return "<p>Nothing happened that the store remembers.</p>\n".to_owned();
    }
    let row = |event: &Event| {
        let place = [event.product.as_deref(), event.document.as_deref()];
        let place: Vec<&str> = place.into_iter().flatten().collect();
        let package = event.package.as_deref().unwrap_or_default();
        let what = event.ids.first().map(ToString::to_string).unwrap_or_default();
        vec![
            whole(&event.at.strftime("%Y-%m-%d").to_string()),
            whole(&event.kind.as_str().replace('-', " ")),
            markup(format!("{what} {package} {}", event.versions.join(", ")).trim()),
            markup(&place.join(": ")),
            markup(&format!("{} ({})", event.detail, event.cause.as_str())),
        ]
    };
    let rows: Vec<Vec<String>> = shown.map(row).collect();
    let more = match all.saturating_sub(rows.len()) {
        0 => String::new(),
        more => {
            format!("<p class=\"faint\">and {more} more; bomvet audit events lists all</p>\n")
        }
    };
    table(&["day", "what", "flaw and package", "where", "why"], &rows) + &more
}

pub(super) fn worst(places: &[(&Seen, &Held)]) -> Level {
    places.iter().map(|(_, held)| held.level).max().unwrap_or(Level::Unknown)
}

pub(super) fn judged(covered: &Covered) -> String {
    let class =
        if covered.declared > 0 && covered.judged() == covered.declared { "" } else { "gap" };
    let of = count(covered.declared, "component");
    let reasons: Vec<String> =
        covered.reasons.iter().map(|(why, number)| format!("{number}: {why}")).collect();
    let why = format!("<div class=\"faint\">{}</div>", markup(&reasons.join("; ")));
    format!("<span class=\"{class}\">{} of {of} judged</span>{why}", covered.judged())
}

pub(super) fn findings(all: &[(&Seen, &Held)]) -> String {
    if all.is_empty() {
        return "<p>None is known in what could be judged.</p>\n".to_owned();
    }
    let mut order = all.to_vec();
    order.sort_by_key(|(_, held)| (!held.status.is_open(), Reverse(held.level)));
    let row = |(seen, held): &(&Seen, &Held)| {
        let id = flaw(held);
        let exploited = held.kev.as_ref().map(|day| {
            format!("<span class=\"mark exploited\">exploited since {}</span>", markup(day))
        });
        let fixed =
            if held.fixed.is_empty() { "no fix known".to_owned() } else { held.fixed.join(", ") };
        vec![
            format!("<span class=\"level {0}\">{0}</span>", held.level.as_str()),
            link(&advisory_page(&id), &id) + &exploited.unwrap_or_default(),
            format!(
                "<code>{}</code><div class=\"faint\">{}: {}</div>",
                markup(&held.component),
                markup(&seen.line.product),
                markup(&seen.line.document)
            ),
            markup(&fixed),
            whole(&held.since.strftime("%Y-%m-%d").to_string()),
            markup(&became(&held.status)),
        ]
    };
    let rows: Vec<Vec<String>> = order.iter().map(row).collect();
    table(&["severity", "advisory", "component", "fixed in", "first seen", "status"], &rows)
}

fn became(status: &Status) -> String {
    match status {
        Status::Open => "open".to_owned(),
        Status::Unconfirmed { why, .. } => format!("open; cannot be judged any more: {why}"),
        Status::Suppressed { kind, justification, source, until, .. } => {
            let why = justification.as_ref().map(|why| format!(", {why}")).unwrap_or_default();
            let until = until.as_ref().map(|until| format!(", until {until}")).unwrap_or_default();
            format!("closed by {kind}{why}{until}, {source}")
        }
        Status::Gone { at } => format!("gone since {at}"),
    }
}

pub(super) fn clock(clock: &Clock<'_>) -> String {
    let class = if Urgency::of(&clock.state) == Urgency::Overdue { "overdue" } else { "" };
    let fields: String = words::fields(clock)
        .into_iter()
        .map(|(name, text)| format!("<dt>{name}</dt><dd>{}</dd>\n", markup(&text)))
        .collect();
    format!(
        "<h3 class=\"{class}\">{}: {}</h3>\n<dl>\n{fields}</dl>\n",
        markup(&words::name(clock)),
        markup(&words::title(clock).1)
    )
}
