//! The pages themselves.

use std::cmp::Reverse;

use super::super::super::text::{count, markup};
use super::super::clocks as words;
use super::page::{Entry, header, link, list, page, section, table, whole};
use super::{Advisories, Seen, Site, advisory_page, flaw, product_page, trend};
use crate::advisory::severity::Level;
use crate::audit::clock::Clock;
use crate::audit::digest::ProductLine;
use crate::audit::event::Event;
use crate::audit::state::{Covered, Held, Status};
use crate::config::EventKind;

/// How many events a page names; `bomvet audit events` names all.
const EVENTS: usize = 40;

/// Clocks of these ranks have a date or are owed now.
const DUE: std::ops::RangeInclusive<u8> = 0..=3;

/// The first page: all products, what needs a look, and the search.
pub(super) fn portfolio(site: &Site<'_, '_>, flaws: &Advisories<'_>) -> String {
    let digest = &site.digest;
    let (lines, class) = standing(site);
    let open: usize = digest.products.iter().flat_map(|product| product.open.values()).sum();
    let hit = digest.products.iter().filter(|one| one.open.values().any(|number| *number > 0));
    let title = match (&digest.run, open) {
        (None, _) => "No audit was run yet".to_owned(),
        (_, 0) => "No open finding is known".to_owned(),
        _ => format!("{} in {}", count(open, "open finding"), count(hit.count(), "product")),
    };
    let mut body = header(class, &format!("Portfolio at {}", site.clocks.now), &title, &lines);
    body.push_str("<main>\n");
    body.push_str(
        "<form id=\"find\" role=\"search\" hidden=\"\">\n<p><input class=\"find\" id=\"words\" \
         type=\"search\" aria-label=\"Search\" placeholder=\"Search product, document, package, \
         advisory\"/></p>\n<output id=\"shown\" class=\"faint\"></output>\n</form>\n\
         <ul id=\"hits\"></ul>\n",
    );
    body.push_str(&section("Products, what is due and worst first", &products(site)));
    let failing: Vec<String> = digest.conditions.iter().map(condition).collect();
    if !failing.is_empty() {
        body.push_str(&section("Needs a look", &list("gap", &failing)));
    }
    let due: Vec<&Clock<'_>> = site.clocks.clocks.iter().filter(|one| is_due(one)).collect();
    if !due.is_empty() {
        body.push_str(&section("Due", &due.iter().map(|one| clock(one)).collect::<String>()));
    }
    let all: Vec<&Event> = digest.events.iter().collect();
    body.push_str(&section("Latest events", &events(&all)));
    let points = trend::points(&site.seen, &digest.events, &site.runs);
    let remark = "<p class=\"faint\">Open flaws after each of the last runs, counted back from today \
                  by the events in the store. A flaw counts once in each package of a document. Parts \
                  without a verdict are not in it.</p>\n";
    body.push_str(&section("Trend", &format!("{}{remark}", trend::drawing(&points))));
    body.push_str(&section("Advisories", &advisories(flaws)));
    body.push_str("</main>\n");
    page("Portfolio", &body, Some(&index(site, flaws)))
}

/// What must be known before any number is read; the class is green only where all was judged.
fn standing(site: &Site<'_, '_>) -> (Vec<(bool, String)>, &'static str) {
    let digest = &site.digest;
    let mut lines = Vec::new();
    if let Some(run) = &digest.run {
        let end = if run.is_finished { "" } else { ", which did not come to its end" };
        lines.push((!run.is_finished, format!("As run {} of {} left it{end}.", run.id, run.now)));
        lines.push(match (run.data_as_of, digest.age_days(site.clocks.now)) {
            (Some(as_of), Some(days)) => {
                let days = count(usize::try_from(days).unwrap_or(0), "day");
                let day = as_of.strftime("%Y-%m-%d");
                (false, format!("Advisory data of {day}, {days} old."))
            }
            _ => (true, "Advisory data of no known date.".to_owned()),
        });
    }
    let mut all = ProductLine::default();
    for product in &digest.products {
        all.documents += product.documents;
        all.declared += product.declared;
        all.evaluated += product.evaluated;
        all.not_evaluated += product.not_evaluated;
        all.not_covered += product.not_covered;
        all.unconfirmed += product.unconfirmed;
        all.failing += product.failing;
    }
    lines.extend(coverage(&all));
    let empty = digest.products.iter().filter(|product| product.documents == 0).count();
    if empty > 0 && all.documents > 0 {
        lines.push((true, format!("Of {} no document was read.", count(empty, "product"))));
    }
    let open: usize = digest.products.iter().flat_map(|product| product.open.values()).sum();
    let is_whole = digest.run.is_some()
        && digest.conditions.is_empty()
        && lines.iter().all(|(is_gap, _)| !is_gap);
    (lines, class(open, is_whole))
}

fn class(open: usize, is_whole: bool) -> &'static str {
    match (open, is_whole) {
        (0, true) => "open",
        (0, false) => "limited",
        _ => "closed",
    }
}

/// How much of a product could be judged; `true` marks what is not known.
fn coverage(product: &ProductLine) -> Vec<(bool, String)> {
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

fn products(site: &Site<'_, '_>) -> String {
    let mut order: Vec<&ProductLine> = site.digest.products.iter().collect();
    order.sort_by_cached_key(|product| {
        let counts = Level::ALL.map(|level| number(product, level));
        (urgency(site, product), Reverse(counts), product.card.name.clone())
    });
    let row = |product: &&ProductLine| {
        let name = &product.card.name;
        let due = clocks_of(site, name).into_iter().find(|one| is_due(one));
        let due = due.map_or_else(|| "nothing with a date".to_owned(), |one| words::title(one).1);
        let gaps: Vec<String> = coverage(product)
            .iter()
            .map(|(is_gap, line)| {
                format!(
                    "<div{}>{}</div>",
                    if *is_gap { " class=\"gap\"" } else { "" },
                    markup(line)
                )
            })
            .collect();
        vec![
            link(&product_page(name), name),
            markup(&due),
            levels(product),
            whole(&count(product.documents, "document")),
            gaps.concat(),
        ]
    };
    let rows: Vec<Vec<String>> = order.iter().map(row).collect();
    table(&["product", "due", "open findings", "documents", "what could be judged"], &rows)
}

fn urgency(site: &Site<'_, '_>, product: &ProductLine) -> usize {
    let name = Some(&product.card.name);
    let mut clocks = site.clocks.clocks.iter();
    clocks.position(|one| one.product.as_ref() == name && is_due(one)).unwrap_or(usize::MAX)
}

fn number(product: &ProductLine, level: Level) -> usize {
    product.open.get(&level).copied().unwrap_or(0)
}

fn levels(product: &ProductLine) -> String {
    let shown: Vec<String> = Level::ALL
        .into_iter()
        .filter(|level| number(product, *level) > 0)
        .map(|level| {
            format!("<div class=\"{0}\">{1} {0}</div>", level.as_str(), number(product, level))
        })
        .collect();
    if shown.is_empty() { "none known".to_owned() } else { shown.concat() }
}

fn is_due(clock: &Clock<'_>) -> bool {
    DUE.contains(&words::rank(&clock.state))
}

/// Those told for the product and those told for all.
fn clocks_of<'s>(site: &'s Site<'_, '_>, product: &str) -> Vec<&'s Clock<'s>> {
    let concerns = |one: &&Clock<'_>| one.product.as_deref().is_none_or(|name| name == product);
    site.clocks.clocks.iter().filter(concerns).collect()
}

fn condition(one: &crate::audit::condition::Condition) -> String {
    let product = one.product.as_deref().map(|product| format!("{product}: ")).unwrap_or_default();
    let about = if one.kind == EventKind::SourceFailing {
        format!("{} cannot be read since {}: ", one.about, one.since.strftime("%Y-%m-%d"))
    } else {
        String::new()
    };
    format!("{product}{about}{}", one.detail)
}

fn events(all: &[&Event]) -> String {
    if all.is_empty() {
        return "<p>Nothing happened that the store remembers.</p>\n".to_owned();
    }
    let row = |event: &&&Event| {
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
    let rows: Vec<Vec<String>> = all.iter().rev().take(EVENTS).map(|event| row(&event)).collect();
    let more = match all.len() - rows.len() {
        0 => String::new(),
        more => {
            format!("<p class=\"faint\">and {more} earlier; bomvet audit events lists all</p>\n")
        }
    };
    table(&["day", "what", "flaw and package", "where", "why"], &rows) + &more
}

fn advisories(all: &Advisories<'_>) -> String {
    if all.is_empty() {
        return "<p>No flaw is known in what could be judged.</p>\n".to_owned();
    }
    let mut rows: Vec<(Reverse<Level>, Vec<String>)> = all
        .iter()
        .map(|(id, places)| {
            let level = worst(places);
            let open = places.iter().filter(|(_, held)| held.status.is_open()).count();
            let cells = vec![
                link(&advisory_page(id), id),
                format!("<span class=\"{0}\">{0}</span>", level.as_str()),
                format!("{open} open, {} closed", places.len() - open),
            ];
            (Reverse(level), cells)
        })
        .collect();
    rows.sort();
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, cells)| cells).collect();
    table(&["advisory", "severity", "findings"], &rows)
}

fn worst(places: &[(&Seen, &Held)]) -> Level {
    places.iter().map(|(_, held)| held.level).max().unwrap_or(Level::Unknown)
}

fn index(site: &Site<'_, '_>, flaws: &Advisories<'_>) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    for product in &site.digest.products {
        let name = &product.card.name;
        all.push(Entry { text: format!("product {name}"), page: product_page(name) });
    }
    for seen in &site.seen {
        let (product, document) = (&seen.line.product, &seen.line.document);
        let subject = seen.line.subject.as_deref().unwrap_or_default();
        let text = format!("document {document} {subject} of {product}");
        all.push(Entry { text, page: product_page(product) });
    }
    for (id, places) in flaws {
        let mut names: Vec<String> = places
            .iter()
            .flat_map(|(_, held)| {
                held.ids.iter().map(ToString::to_string).chain([held.component.clone()])
            })
            .collect();
        names.sort();
        names.dedup();
        all.push(Entry { text: format!("advisory {}", names.join(" ")), page: advisory_page(id) });
    }
    all
}

/// One product: documents, findings, clocks, events.
pub(super) fn product(site: &Site<'_, '_>, product: &ProductLine) -> String {
    let name = &product.card.name;
    let open: usize = product.open.values().sum();
    let lines = coverage(product);
    let is_whole = lines.iter().all(|(is_gap, _)| !is_gap);
    let title =
        if open == 0 { "No open finding is known".to_owned() } else { count(open, "open finding") };
    let mut body = header(class(open, is_whole), &format!("Product {name}"), &title, &lines);
    body.push_str("<main>\n");
    body.push_str(&section("Who and what it is", &card(product)));
    let seen: Vec<&Seen> = site.seen.iter().filter(|one| one.line.product == *name).collect();
    body.push_str(&section("Documents", &documents(&seen)));
    let all: Vec<(&Seen, &Held)> =
        seen.iter().flat_map(|one| one.findings.iter().map(|held| (*one, held))).collect();
    body.push_str(&section("Findings", &findings(&all)));
    let clocks: String = clocks_of(site, name).iter().map(|one| clock(one)).collect();
    let none = "<p>No clock is known. Events are entered with bomvet audit mark.</p>\n".to_owned();
    body.push_str(&section("Clocks", if clocks.is_empty() { &none } else { &clocks }));
    let own = |event: &&Event| event.product.as_ref() == Some(name);
    let all: Vec<&Event> = site.digest.events.iter().filter(own).collect();
    body.push_str(&section("Events", &events(&all)));
    body.push_str("</main>\n");
    page(name, &body, None)
}

fn card(product: &ProductLine) -> String {
    let card = &product.card;
    let told = |text: &Option<String>| text.clone().unwrap_or_else(|| "not told".to_owned());
    let names =
        |all: &[String]| if all.is_empty() { "not told".to_owned() } else { all.join(", ") };
    let fields = [
        ("owner", told(&card.owner)),
        ("exposure", told(&card.exposure)),
        ("criticality", told(&card.criticality)),
        ("markets", names(&card.markets)),
        ("roles", names(&card.roles)),
        ("sources", names(&card.sources)),
    ];
    let fields = fields.map(|(name, text)| format!("<dt>{name}</dt><dd>{}</dd>\n", markup(&text)));
    format!("<dl>\n{}</dl>\n", fields.concat())
}

fn documents(seen: &[&Seen]) -> String {
    if seen.is_empty() {
        return "<p class=\"gap\">No document was read: nothing is known.</p>\n".to_owned();
    }
    let row = |one: &&Seen| {
        let line = &one.line;
        let subject = line.subject.as_deref().unwrap_or("names no subject");
        vec![
            format!(
                "<code>{}</code><div class=\"faint\">{}</div>",
                markup(&line.document),
                markup(subject)
            ),
            markup(&line.format),
            judged(&line.components),
            format!("<span class=\"name\">{}</span>", markup(&line.sha256)),
        ]
    };
    let rows: Vec<Vec<String>> = seen.iter().map(row).collect();
    table(&["document", "format", "what could be judged", "SHA-256"], &rows)
}

fn judged(covered: &Covered) -> String {
    let class =
        if covered.declared > 0 && covered.judged() == covered.declared { "" } else { "gap" };
    let of = count(covered.declared, "component");
    let reasons: Vec<String> =
        covered.reasons.iter().map(|(why, number)| format!("{number}: {why}")).collect();
    let why = format!("<div class=\"faint\">{}</div>", markup(&reasons.join("; ")));
    format!("<span class=\"{class}\">{} of {of} judged</span>{why}", covered.judged())
}

fn findings(all: &[(&Seen, &Held)]) -> String {
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

/// One advisory: who is affected.
pub(super) fn advisory(site: &Site<'_, '_>, id: &str, places: &[(&Seen, &Held)]) -> String {
    let open = places.iter().filter(|(_, held)| held.status.is_open()).count();
    let mut names: Vec<String> =
        places.iter().flat_map(|(_, held)| held.ids.iter().map(ToString::to_string)).collect();
    names.sort();
    names.dedup();
    let lines = |product: &ProductLine| product.not_evaluated + product.not_covered;
    let unjudged: usize = site.digest.products.iter().map(lines).sum();
    let mut told = vec![(false, format!("Names: {}", names.join(", ")))];
    if unjudged > 0 {
        let parts = count(unjudged, "component");
        told.push((true, format!("Whether it is in {parts} without a verdict is not known.")));
    }
    let title = match open {
        0 => "No finding of it is open".to_owned(),
        _ => format!("{}, {}", count(open, "open finding"), worst(places).as_str()),
    };
    let mut body = header(class(open, unjudged == 0), &format!("Advisory {id}"), &title, &told);
    body.push_str("<main>\n");
    let mut products: Vec<&str> =
        places.iter().map(|(seen, _)| seen.line.product.as_str()).collect();
    products.dedup();
    let links: Vec<String> = products.iter().map(|name| link(&product_page(name), name)).collect();
    let links = format!("<p>Products: {}</p>\n", links.join(", "));
    body.push_str(&section("Where it is", &(links + &findings(places))));
    let named = |one: &&Clock<'_>| names.contains(&one.subject);
    let clocks: String = site.clocks.clocks.iter().filter(named).map(clock).collect();
    if !clocks.is_empty() {
        body.push_str(&section("Clocks", &clocks));
    }
    body.push_str("</main>\n");
    page(id, &body, None)
}

/// What runs for whom, with the evidence of each date.
pub(super) fn clocks(site: &Site<'_, '_>) -> String {
    let all = &site.clocks.clocks;
    let overdue = all.iter().filter(|one| words::rank(&one.state) == 0).count();
    let due = all.iter().filter(|one| is_due(one)).count();
    let mut lines: Vec<(bool, String)> =
        words::remarks(site.clocks).into_iter().map(|line| (false, line)).collect();
    lines.push((false, format!("{} in all.", count(all.len(), "clock"))));
    let title = format!("{overdue} overdue, {due} due or running");
    let class = if overdue > 0 { "closed" } else { "limited" };
    let mut body = header(class, &format!("Clocks at {}", site.clocks.now), &title, &lines);
    let told: String = all.iter().map(clock).collect();
    body.push_str(&format!("<main>\n{}</main>\n", section("What is due first", &told)));
    page("Clocks", &body, None)
}

fn clock(clock: &Clock<'_>) -> String {
    let class = if words::rank(&clock.state) == 0 { "overdue" } else { "" };
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
