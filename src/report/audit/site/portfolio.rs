//! The first page and the list of advisories; what the search knows.

use std::cmp::Reverse;

use super::super::super::text::{count, markup};
use super::super::clocks as words;
use super::page::{Entry, Html, header, link, list, page, section, table, whole};
use super::parts::{class, clock, clocks_of, coverage, events, is_due, worst};
use super::{Advisories, Home, Site, advisory_page, product_page};
use crate::advisory::severity::Level;
use crate::audit::clock::Clock;
use crate::audit::digest::ProductLine;
use crate::config::EventKind;

/// The search that runs in the browser; its script shows it.
const SEARCH_HERE: &str = "\
<form id=\"find\" role=\"search\" hidden=\"\">\n<p><input class=\"find\" id=\"words\" \
 type=\"search\" aria-label=\"Search\" placeholder=\"Search product, document, package, \
 advisory\"/></p>\n<output id=\"shown\" class=\"faint\"></output>\n</form>\n<ul id=\"hits\"></ul>\n";

/// The search that the server answers.
const SEARCH_THERE: &str = "\
<form action=\"search\" role=\"search\">\n<p class=\"ask\"><input class=\"find\" name=\"q\" \
 type=\"search\" aria-label=\"Search\" placeholder=\"Search product, document, package, \
 advisory\"/><button>Search</button></p>\n</form>\n";

/// The first page: all products, what needs a look, and the search; with flaws it is one over them.
pub(super) fn portfolio(site: &Site<'_, '_>, flaws: Option<&Advisories<'_>>) -> Html {
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
    body.push_str(match site.home {
        Home::Files => SEARCH_HERE,
        Home::Server => SEARCH_THERE,
    });
    body.push_str(&section("Products, what is due and worst first", &products(site)));
    let failing: Vec<String> = digest.conditions.iter().map(condition).collect();
    if !failing.is_empty() {
        body.push_str(&section("Needs a look", &list("gap", &failing)));
    }
    let due: Vec<&Clock<'_>> = site.clocks.clocks.iter().filter(|one| is_due(one)).collect();
    if !due.is_empty() {
        body.push_str(&section("Due", &due.iter().map(|one| clock(one)).collect::<String>()));
    }
    let all = digest.counts.values().sum();
    let title = "Latest events, the gravest of a run first";
    body.push_str(&section(title, &events(site.latest.iter(), all)));
    body.push_str("</main>\n");
    let index = flaws.map(|flaws| index(site, flaws));
    page(site, "Portfolio", &body, index.as_deref())
}

/// All flaws that are found anywhere.
pub(super) fn advisories(site: &Site<'_, '_>, flaws: &Advisories<'_>) -> Html {
    let title = match flaws.len() {
        0 => "No advisory is known to concern what could be judged".to_owned(),
        1 => "1 advisory".to_owned(),
        several => format!("{several} advisories"),
    };
    let about = format!("Advisories at {}", site.clocks.now);
    let mut body = header("told", &about, &title, &standing(site).0);
    let list = section("The gravest first", &listed(flaws));
    body.push_str(&format!("<main>\n{list}</main>\n"));
    page(site, "Advisories", &body, None)
}

/// What must be known before any number is read; the class is green only where all was judged.
pub(super) fn standing(site: &Site<'_, '_>) -> (Vec<(bool, String)>, &'static str) {
    let digest = &site.digest;
    let mut lines = Vec::new();
    if let Some(run) = &digest.run {
        let end = if run.is_finished { "" } else { ", which has not come to its end" };
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

fn condition(one: &crate::audit::condition::Condition) -> String {
    let product = one.product.as_deref().map(|product| format!("{product}: ")).unwrap_or_default();
    let about = if one.kind == EventKind::SourceFailing {
        format!("{} cannot be read since {}: ", one.about, one.since.strftime("%Y-%m-%d"))
    } else {
        String::new()
    };
    format!("{product}{about}{}", one.detail)
}

fn listed(all: &Advisories<'_>) -> String {
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

/// What the search knows.
pub(super) fn index(site: &Site<'_, '_>, flaws: &Advisories<'_>) -> Vec<Entry> {
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
