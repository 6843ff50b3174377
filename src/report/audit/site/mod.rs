//! A site for people: the same pages as files that need no server ([`Site::pages`]), and one by one
//! from a server that asks the store each time ([`answer`]).
//!
//! Every page forbids all requests by its policy. What documents wrote is text here, never markup, and
//! no name of theirs becomes the name of a file. The same store gives the same bytes.

mod asked;
mod page;
mod parts;
mod portfolio;
mod product;
mod trend;

pub use asked::{Question, ask, search};
pub use page::{Html, message, moved};

use std::collections::BTreeMap;
use std::fmt::Display;

use super::clocks::Page as Clocks;
use crate::audit::digest::Digest;
use crate::audit::event::Event;
use crate::audit::state::Held;
use crate::audit::store::{DocumentId, Line, Order, PastRun, Store, StoreError, Wanted};
use crate::files::sha256;

/// How many runs the trend shows.
const RUNS: usize = 60;

/// How many events a page names; `bomvet audit events` names all.
const EVENTS: usize = 40;

/// Where the pages are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// As files: the search runs in the browser.
    Files,
    /// From a server, which is asked.
    Server,
}

/// A document that is there, with its findings.
#[derive(Debug)]
struct Seen {
    line: Line,
    findings: Vec<Held>,
}

/// What the pages tell, as far as it was asked of the store.
#[derive(Debug)]
pub struct Site<'c, 'r> {
    digest: Digest,
    seen: Vec<Seen>,
    runs: Vec<PastRun>,
    /// Some events of the last runs, the latest run first and in it the gravest.
    latest: Vec<Event>,
    clocks: &'c Clocks<'r>,
    home: Home,
}

impl<'c, 'r> Site<'c, 'r> {
    /// All that a store remembers, with the clocks that run: what pages as files need.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub fn of(store: &dyn Store, clocks: &'c Clocks<'r>) -> Result<Self, StoreError> {
        let mut site = Self::begun(store, clocks, Home::Files)?;
        site.read_findings(store, |_| true)?;
        site.read_history(store)?;
        site.read_latest(store)?;
        Ok(site)
    }

    /// How all stands, with no finding and no event.
    fn begun(store: &dyn Store, clocks: &'c Clocks<'r>, home: Home) -> Result<Self, StoreError> {
        // no run has this number
        let nothing = Wanted { run: Some(0), ..Wanted::default() };
        let digest = Digest::of(store, &nothing)?;
        let (seen, runs, latest) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { digest, seen, runs, latest, clocks, home })
    }

    /// The findings of the documents that are wanted.
    fn read_findings(
        &mut self,
        store: &dyn Store,
        wanted: impl Fn(&Line) -> bool,
    ) -> Result<(), StoreError> {
        let known = store.documents()?;
        let ids: BTreeMap<(&str, &str), DocumentId> = known
            .iter()
            .filter(|one| one.is_present)
            .map(|one| ((one.product.as_str(), one.path.as_str()), one.id))
            .collect();
        for line in self.digest.documents.iter().filter(|line| wanted(line)) {
            let id = ids.get(&(line.product.as_str(), line.document.as_str()));
            let mut findings = id.map(|id| store.findings(*id)).transpose()?.unwrap_or_default();
            findings.retain(|held| !held.status.is_gone());
            self.seen.push(Seen { line: line.clone(), findings });
        }
        Ok(())
    }

    /// All events, and the runs of the trend.
    fn read_history(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        self.digest.events = store.events(&Wanted::default())?;
        self.runs = store.runs(RUNS)?;
        Ok(())
    }

    /// As many of the latest events as a page names.
    fn read_latest(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        for run in store.runs(RUNS)? {
            let most = Some(EVENTS - self.latest.len());
            let order = Order::Gravest;
            let wanted = Wanted { run: Some(run.id), order, most, ..Wanted::default() };
            self.latest.extend(store.events(&wanted)?);
            if self.latest.len() >= EVENTS {
                break;
            }
        }
        self.digest.counts = store.count_events(&Wanted::default())?;
        Ok(())
    }

    /// The pages by the names of their files; `index.html` comes last, since it leads to all others.
    #[must_use]
    pub fn pages(&self) -> Vec<(String, String)> {
        let flaws = self.advisories();
        let mut pages = vec![
            ("clocks.html".to_owned(), product::clocks(self)),
            ("advisories.html".to_owned(), portfolio::advisories(self, &flaws)),
            ("trend.html".to_owned(), trend::page(self)),
        ];
        for one in &self.digest.products {
            pages.push((product_page(&one.card.name), product::product(self, one)));
        }
        for (id, places) in &flaws {
            pages.push((advisory_page(id), product::advisory(self, id, places)));
        }
        pages.push(("index.html".to_owned(), portfolio::portfolio(self, Some(&flaws))));
        pages.into_iter().map(|(name, page)| (name, page.text)).collect()
    }

    /// The flaws that are found anywhere, each by the name that is used first.
    fn advisories(&self) -> Advisories<'_> {
        let mut all = Advisories::new();
        for seen in &self.seen {
            for held in &seen.findings {
                all.entry(flaw(held)).or_default().push((seen, held));
            }
        }
        all
    }
}

/// The page of that name, as the store stands now; nothing where there is none. The first page has the
/// name `index.html` and no name.
///
/// # Errors
/// When the store cannot be used.
pub fn answer(
    store: &dyn Store,
    clocks: &Clocks<'_>,
    name: &str,
) -> Result<Option<Html>, StoreError> {
    let known = ["", "index.html", "clocks.html", "advisories.html", "trend.html"];
    if !known.contains(&name) && !is_own_name(name) {
        return Ok(None);
    }
    let mut site = Site::begun(store, clocks, Home::Server)?;
    Ok(match name {
        "" | "index.html" => {
            site.read_latest(store)?;
            Some(portfolio::portfolio(&site, None))
        }
        "clocks.html" => Some(product::clocks(&site)),
        "advisories.html" => {
            site.read_findings(store, |_| true)?;
            Some(portfolio::advisories(&site, &site.advisories()))
        }
        "trend.html" => {
            site.read_findings(store, |_| true)?;
            site.read_history(store)?;
            Some(trend::page(&site))
        }
        name if name.starts_with("product-") => {
            let mut all = site.digest.products.iter();
            let found = all.find(|one| product_page(&one.card.name) == name).cloned();
            let Some(one) = found else { return Ok(None) };
            site.read_findings(store, |line| line.product == one.card.name)?;
            let own = Wanted { product: Some(one.card.name.clone()), ..Wanted::default() };
            site.digest.events = store.events(&own)?;
            Some(product::product(&site, &one))
        }
        name => {
            site.read_findings(store, |_| true)?;
            let flaws = site.advisories();
            let found = flaws.iter().find(|(id, _)| advisory_page(id) == name);
            found.map(|(id, places)| product::advisory(&site, id, places))
        }
    })
}

/// Where each flaw is found, by its name.
type Advisories<'s> = BTreeMap<String, Vec<(&'s Seen, &'s Held)>>;

fn flaw(held: &Held) -> String {
    held.ids.first().map(ToString::to_string).unwrap_or_default()
}

fn product_page(name: &str) -> String {
    file("product", name)
}

fn advisory_page(id: &impl Display) -> String {
    file("advisory", &id.to_string())
}

/// A name of lower-case letters, digits and hyphens: the digest tells names apart that look alike so.
fn file(kind: &str, name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let slug: String = name.chars().take(40).map(letter).collect();
    let digest = sha256([name.as_bytes()]);
    format!("{kind}-{}-{}.html", slug.trim_matches('-'), &digest[..12])
}

/// Whether a file may be one of an earlier site, which goes when its page does.
#[must_use]
pub fn is_own_name(name: &str) -> bool {
    let safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let stem = name.strip_suffix(".html").filter(|stem| stem.chars().all(safe));
    stem.is_some_and(|stem| stem.starts_with("product-") || stem.starts_with("advisory-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_safe_and_differ() {
        for name in ["../../etc/passwd", "CON", "a/b", "", "ü\u{0}\n", "<b>"] {
            let name = product_page(name);
            assert!(is_own_name(&name), "{name}");
        }
        assert_ne!(product_page("a/b"), product_page("a b"));
        assert_ne!(product_page("Shop"), product_page("shop"));
        assert!(!is_own_name("../product-x.html") && !is_own_name("notes.html"));
    }
}
