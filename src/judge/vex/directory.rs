//! Where names lead in an inventory, so that a statement is held against those components alone that it
//! may mean: both sides may be long.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::matching::{self, Reach};
use super::{Identifier, Statement, fragment};
use crate::inventory::{Component, Inventory};
use crate::purl::Purl;

/// What a statement speaks of in an inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// Nothing: neither the product nor the part is there.
    Nothing,
    /// A product that is there, and of it a part that is not.
    AbsentPart,
    /// A product as a whole.
    Product,
    /// A component.
    Component,
}

/// The components of an inventory by all that statements may call them.
#[derive(Debug)]
pub struct Directory<'a> {
    inventory: &'a Inventory,
    by_name: HashMap<String, Vec<usize>>,
    by_handle: HashMap<Cow<'a, str>, Vec<usize>>,
    /// One component of each document: what speaks of the whole speaks of any.
    of_documents: Vec<usize>,
}

impl<'a> Directory<'a> {
    /// Sorts the components by their names.
    #[must_use]
    pub fn new(inventory: &'a Inventory) -> Self {
        let mut directory = Self {
            inventory,
            by_name: HashMap::new(),
            by_handle: HashMap::new(),
            of_documents: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for (at, component) in inventory.components.iter().enumerate() {
            for name in names(component) {
                directory.by_name.entry(name).or_default().push(at);
            }
            let reference = component.reference.as_deref();
            let written = reference.into_iter().chain(component.cpe.as_deref()).map(Cow::Borrowed);
            for handle in written.chain(reference.map(fragment)) {
                directory.by_handle.entry(handle).or_default().push(at);
            }
            if seen.insert(component.input) {
                directory.of_documents.push(at);
            }
        }
        directory
    }

    /// What a statement speaks of.
    #[must_use]
    pub fn reached(&self, statement: &Statement) -> Reached {
        let own = self.best(statement);
        if own != Reached::Nothing {
            return own;
        }
        let mut whole = statement.clone();
        whole.products.iter_mut().for_each(|product| product.subcomponents.clear());
        if self.best(&whole) == Reached::Nothing { Reached::Nothing } else { Reached::AbsentPart }
    }

    /// Whether two statements speak of the same component or product.
    #[must_use]
    pub fn overlap(&self, one: &Statement, other: &Statement) -> bool {
        let is_reached =
            |statement, at| matching::reach(statement, &[at], self.inventory) != Reach::None;
        // where both speak of the whole, every component of the document tells it
        let both = self.candidates(one).into_iter().chain(self.candidates(other));
        both.collect::<BTreeSet<_>>()
            .into_iter()
            .any(|at| is_reached(one, at) && is_reached(other, at))
    }

    fn best(&self, statement: &Statement) -> Reached {
        let candidates = self.candidates(statement).into_iter();
        let reach = candidates.map(|at| match matching::reach(statement, &[at], self.inventory) {
            Reach::Of(_) => Reached::Component,
            Reach::Whole => Reached::Product,
            Reach::None => Reached::Nothing,
        });
        reach.max().unwrap_or(Reached::Nothing)
    }

    /// Every component that a statement may mean, and one of each document.
    fn candidates(&self, statement: &Statement) -> BTreeSet<usize> {
        let mut found: BTreeSet<usize> = self.of_documents.iter().copied().collect();
        for product in &statement.products {
            let parts = product.subcomponents.iter().flatten();
            for name in product.identifiers.iter().chain(parts) {
                found.extend(self.called(name));
            }
        }
        found
    }

    fn called(&self, name: &Identifier) -> &[usize] {
        let found = match name {
            Identifier::Purl(pattern) => {
                Purl::parse(pattern).ok().and_then(|purl| self.by_name.get(&plain(purl.name())))
            }
            Identifier::Reference(handle)
            | Identifier::Cpe(handle)
            | Identifier::BomLink { reference: Some(handle), .. } => {
                self.by_handle.get(handle.as_str())
            }
            Identifier::BomLink { reference: None, .. } | Identifier::Sha256(_) => None,
        };
        found.map_or(&[], Vec::as_slice)
    }
}

/// The names of a component that package URLs may call it by.
fn names(component: &Component) -> BTreeSet<String> {
    let own = component.purl().map(|purl| plain(purl.name()));
    let package = component.identity.as_ref().ok().map(|package| plain(&package.name));
    own.into_iter().chain(package).collect()
}

/// The last part of a name without all that ecosystems spell in several ways.
fn plain(name: &str) -> String {
    let last = name.rsplit([':', '/']).next().unwrap_or(name);
    last.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
