//! Of which component a statement speaks.
//!
//! A product with subcomponents means these parts in that product and nowhere else. A product without
//! means itself: it says nothing about its parts, however much one would like it to.

use super::{Identifier, Origin, Product, Statement, fragment};
use crate::inventory::{Component, Input, Inventory, Role};
use crate::purl::Purl;

/// How exactly a statement speaks of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Precision {
    /// Whether the part is named within its product.
    pub(super) within_product: bool,
    /// Whether the component is named in this very release.
    pub(super) release: bool,
}

/// What a statement has to do with a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It speaks of it.
    Of(Precision),
    /// It speaks of the whole that the component is a part of, and names no part.
    Whole,
    /// Nothing.
    None,
}

/// What a statement has to do with all copies of a component; all must be meant.
pub(super) fn reach(statement: &Statement, copies: &[usize], inventory: &Inventory) -> Reach {
    let mut all: Option<Reach> = None;
    for &copy in copies {
        let target = Target::of(inventory, &inventory.components[copy]);
        let own = target.reach(statement);
        all = Some(match (all, own) {
            (None, own) => own,
            (Some(Reach::Of(a)), Reach::Of(b)) => Reach::Of(a.min(b)),
            (Some(Reach::None), _) | (_, Reach::None) => Reach::None,
            _ => Reach::Whole,
        });
    }
    all.unwrap_or(Reach::None)
}

/// Whether a product of the statement is in the inventory at all.
pub(super) fn is_about_anything(statement: &Statement, inventory: &Inventory) -> bool {
    let mut targets = inventory.components.iter().map(|part| Target::of(inventory, part));
    targets.any(|target| target.reach(statement) != Reach::None)
}

/// A component and the document that it is in.
struct Target<'a> {
    component: &'a Component,
    purl: Option<Purl<'a>>,
    index: usize,
    input: &'a Input,
    inventory: &'a Inventory,
}

impl<'a> Target<'a> {
    fn of(inventory: &'a Inventory, component: &'a Component) -> Self {
        let index = component.input;
        let input = &inventory.inputs[index];
        Self { component, purl: component.purl(), index, input, inventory }
    }

    fn reach(&self, statement: &Statement) -> Reach {
        let mut best = Reach::None;
        for product in &statement.products {
            let own = self.reach_of(product, statement.origin);
            best = match (best, own) {
                (Reach::Of(a), Reach::Of(b)) => Reach::Of(a.max(b)),
                (Reach::Of(a), _) | (_, Reach::Of(a)) => Reach::Of(a),
                (Reach::Whole, _) | (_, Reach::Whole) => Reach::Whole,
                (Reach::None, Reach::None) => Reach::None,
            };
        }
        best
    }

    fn reach_of(&self, product: &Product, origin: Origin) -> Reach {
        let component = |names: &[Identifier]| {
            names.iter().filter_map(|name| self.is_named(name, origin)).max()
        };
        let version = self.component.version.as_deref();
        let listed = |one: &String| Some(one.as_str()) == version;
        if !product.versions.is_empty() && !product.versions.iter().any(listed) {
            return Reach::None;
        }
        let is_whole = || product.identifiers.iter().any(|name| self.is_in(name, origin));
        if product.subcomponents.is_empty() {
            return match component(&product.identifiers) {
                Some(release) => {
                    let release = release || !product.versions.is_empty();
                    Reach::Of(Precision { within_product: false, release })
                }
                None if is_whole() => Reach::Whole,
                None => Reach::None,
            };
        }
        let part = product.subcomponents.iter().filter_map(|names| component(names)).max();
        match part {
            Some(release) if is_whole() => Reach::Of(Precision { within_product: true, release }),
            _ => Reach::None,
        }
    }

    /// Whether the name is the component's, and if so, whether it is that of this very release.
    fn is_named(&self, name: &Identifier, origin: Origin) -> Option<bool> {
        match name {
            Identifier::Purl(pattern) => {
                let pattern = Purl::parse(pattern).ok()?;
                self.is_package(&pattern).then(|| pattern.version().is_some())
            }
            Identifier::Reference(reference) => {
                let own = self.component.reference.as_ref() == Some(reference);
                (own && self.is_meant(reference, origin)).then_some(true)
            }
            Identifier::BomLink { document, reference: Some(reference) } => {
                let own = self.component.reference.as_deref();
                let own = own.is_some_and(|own| own == reference || fragment(own) == *reference);
                (own && self.input.bom_link.as_ref() == Some(document)).then_some(true)
            }
            Identifier::BomLink { reference: None, .. } | Identifier::Sha256(_) => None,
            Identifier::Cpe(cpe) => {
                let own = self.component.cpe.as_deref() == Some(cpe);
                own.then(|| names_release(cpe))
            }
        }
    }

    fn is_package(&self, pattern: &Purl<'_>) -> bool {
        match (&self.purl, &self.component.identity) {
            (Some(purl), _) => purl.is_matched_by(pattern),
            // known by coordinates: there are no qualifiers to be compared
            (None, Ok(own)) => pattern.package(&own.version).is_some_and(|package| {
                let release = pattern.version().is_none_or(|version| version == own.version);
                package.ecosystem == own.ecosystem && package.name == own.name && release
            }),
            (None, Err(_)) => false,
        }
    }

    /// Whether a handle without its document can only mean the one in this document.
    fn is_meant(&self, reference: &str, origin: Origin) -> bool {
        if let Origin::Embedded(input) = origin {
            return input == self.index;
        }
        let has = |input: &usize| self.inventory.by_reference(*input, reference).is_some();
        let inputs = 0..self.inventory.inputs.len();
        self.inventory.inputs.len() == 1 || inputs.filter(has).count() == 1
    }

    /// Whether the name is that of the product which this document describes.
    fn is_in(&self, name: &Identifier, origin: Origin) -> bool {
        let subject = self.input.subject.as_ref();
        match name {
            Identifier::Purl(pattern) => {
                let own = subject.and_then(|s| s.purl.as_deref()).and_then(|p| Purl::parse(p).ok());
                let pattern = Purl::parse(pattern).ok();
                own.zip(pattern).is_some_and(|(own, pattern)| own.is_matched_by(&pattern))
            }
            Identifier::Reference(reference) => {
                self.is_meant(reference, origin) && self.is_subject(reference)
            }
            Identifier::BomLink { document, reference } => {
                self.input.bom_link.as_ref() == Some(document)
                    && reference.as_ref().is_none_or(|reference| self.is_subject(reference))
            }
            Identifier::Sha256(hash) => *hash == self.input.sha256,
            Identifier::Cpe(cpe) => self.described().is_some_and(|s| s.cpe.as_deref() == Some(cpe)),
        }
    }

    /// The component of the inventory that the document describes.
    fn described(&self) -> Option<&'a Component> {
        let mut own = self.inventory.components.iter().filter(|one| one.input == self.index);
        own.find(|one| one.role == Role::Subject)
    }

    fn is_subject(&self, reference: &str) -> bool {
        let purl = self.input.subject.as_ref().and_then(|subject| subject.purl.as_ref());
        self.inventory.by_reference(self.index, reference).is_some_and(|one| {
            one.role == Role::Subject || (purl.is_some() && one.purl_text.as_ref() == purl)
        })
    }
}

/// Whether the version of a CPE 2.3 or 2.2 name is one.
fn names_release(cpe: &str) -> bool {
    let place = if cpe.starts_with("cpe:2.3:") { 5 } else { 4 };
    cpe.split(':').nth(place).is_some_and(|version| !matches!(version, "" | "*" | "-"))
}
