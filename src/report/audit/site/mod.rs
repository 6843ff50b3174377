//! A site for people: pages that need no server, no script and no network.
//!
//! Every page forbids all requests by its policy. What documents wrote is text here, never markup, and
//! no name of theirs becomes the name of a file. The same store gives the same bytes.

mod page;
mod parts;
mod trend;

use std::collections::BTreeMap;
use std::fmt::Display;

use super::clocks::Page as Clocks;
use crate::audit::digest::Digest;
use crate::audit::state::Held;
use crate::audit::store::{DocumentId, Line, PastRun, Store, StoreError, Wanted};
use crate::files::sha256;

/// How many runs the trend shows.
const RUNS: usize = 60;

/// A document that is there, with its findings.
#[derive(Debug)]
struct Seen {
    line: Line,
    findings: Vec<Held>,
}

/// All that the pages tell.
#[derive(Debug)]
pub struct Site<'c, 'r> {
    digest: Digest,
    seen: Vec<Seen>,
    runs: Vec<PastRun>,
    clocks: &'c Clocks<'r>,
}

impl<'c, 'r> Site<'c, 'r> {
    /// What a store remembers, with the clocks that run.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub fn of(store: &dyn Store, clocks: &'c Clocks<'r>) -> Result<Self, StoreError> {
        let digest = Digest::of(store, &Wanted::default())?;
        let known = store.documents()?;
        let ids: BTreeMap<(&str, &str), DocumentId> = known
            .iter()
            .filter(|one| one.is_present)
            .map(|one| ((one.product.as_str(), one.path.as_str()), one.id))
            .collect();
        let mut seen = Vec::new();
        for line in &digest.documents {
            let id = ids.get(&(line.product.as_str(), line.document.as_str()));
            let mut findings = id.map(|id| store.findings(*id)).transpose()?.unwrap_or_default();
            findings.retain(|held| !held.status.is_gone());
            seen.push(Seen { line: line.clone(), findings });
        }
        Ok(Self { digest, seen, runs: store.runs(RUNS)?, clocks })
    }

    /// The pages by the names of their files; `index.html` comes last, since it leads to all others.
    #[must_use]
    pub fn pages(&self) -> Vec<(String, String)> {
        let mut pages = vec![("clocks.html".to_owned(), parts::clocks(self))];
        for product in &self.digest.products {
            pages.push((product_page(&product.card.name), parts::product(self, product)));
        }
        let flaws = self.advisories();
        for (id, places) in &flaws {
            pages.push((advisory_page(id), parts::advisory(self, id, places)));
        }
        pages.push(("index.html".to_owned(), parts::portfolio(self, &flaws)));
        pages
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
