//! The pages of one product and of one advisory, and that of all clocks.

use super::super::super::text::{count, markup};
use super::super::clocks::{self as words, Urgency};
use super::page::{Html, header, link, page, section, table};
use super::parts::{class, clock, clocks_of, coverage, events, findings, is_due, judged, worst};
use super::{EVENTS, Seen, Site, product_page};
use crate::audit::clock::Clock;
use crate::audit::digest::ProductLine;
use crate::audit::event::Event;
use crate::audit::state::Held;

/// One product: documents, findings, clocks, events.
pub(super) fn product(site: &Site<'_, '_>, product: &ProductLine) -> Html {
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
    let all = site.digest.events.iter().filter(own);
    let latest = all.clone().rev().take(EVENTS);
    body.push_str(&section("Events, the latest first", &events(latest, all.count())));
    body.push_str("</main>\n");
    page(site, name, &body, None)
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

/// One advisory: who is affected.
pub(super) fn advisory(site: &Site<'_, '_>, id: &str, places: &[(&Seen, &Held)]) -> Html {
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
    page(site, id, &body, None)
}

/// What runs for whom, with the evidence of each date.
pub(super) fn clocks(site: &Site<'_, '_>) -> Html {
    let all = &site.clocks.clocks;
    let overdue = all.iter().filter(|one| Urgency::of(&one.state) == Urgency::Overdue).count();
    let due = all.iter().filter(|one| is_due(one)).count();
    let mut lines: Vec<(bool, String)> =
        words::remarks(site.clocks).into_iter().map(|line| (false, line)).collect();
    lines.push((false, format!("{} in all.", count(all.len(), "clock"))));
    let title = format!("{overdue} overdue, {due} due or running");
    let class = if overdue > 0 { "closed" } else { "limited" };
    let mut body = header(class, &format!("Clocks at {}", site.clocks.now), &title, &lines);
    let told: String = all.iter().map(clock).collect();
    body.push_str(&format!("<main>\n{}</main>\n", section("What is due first", &told)));
    page(site, "Clocks", &body, None)
}
