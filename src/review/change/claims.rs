//! VEX statements that came, went or turned since the delivery before.

use std::collections::BTreeMap;

use crate::inventory::Inventory;
use crate::judge::vex::{Identifier, Origin, Statement, Status};
use crate::purl::Purl;
use crate::review::referred;

/// The statements of a delivery, and the documents that their handles lead into.
#[derive(Clone, Copy)]
pub(super) struct Claims<'a> {
    pub(super) statements: &'a [Statement],
    pub(super) inventory: &'a Inventory,
}

/// A statement that is not what it was.
#[derive(Clone, Debug)]
pub struct ClaimChange<'a> {
    /// The flaw, as the document names it first.
    pub flaw: &'a str,
    /// What it is about, without a version.
    pub subject: String,
    /// What happened.
    pub turn: Turn<'a>,
}

/// What happened to a statement.
#[derive(Clone, Copy, Debug)]
pub enum Turn<'a> {
    /// It is new.
    Added(&'a Statement),
    /// It is not there any more.
    Withdrawn(&'a Statement),
    /// It says something else.
    Turned {
        /// What was said.
        from: &'a Statement,
        /// What is said.
        to: &'a Statement,
    },
}

/// The flaw, the product and the part, without versions: those change with every delivery.
type Key = (Vec<String>, String, String);

/// Compares by flaw, product and part; of several statements about the same the latest counts.
pub(super) fn compare<'a>(old: Claims<'a>, new: Claims<'a>) -> Vec<ClaimChange<'a>> {
    let (old, new) = (latest(old), latest(new));
    let mut changes = Vec::new();
    for (key, from) in &old {
        let turn = match new.get(key) {
            None => Turn::Withdrawn(from),
            Some(to) if answer(to.status) != answer(from.status) => Turn::Turned { from, to },
            Some(_) => continue,
        };
        changes.push(change(key, from, turn));
    }
    for (key, to) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        changes.push(change(key, to, Turn::Added(to)));
    }
    changes
}

/// "Not affected" has two words in `CycloneDX`.
fn answer(status: Status) -> Status {
    if status == Status::FalsePositive { Status::NotAffected } else { status }
}

fn change<'a>((_, product, part): &Key, of: &'a Statement, turn: Turn<'a>) -> ClaimChange<'a> {
    let subject = if part.is_empty() { product } else { part };
    ClaimChange { flaw: of.flaw(), subject: subject.clone(), turn }
}

fn latest(claims: Claims<'_>) -> BTreeMap<Key, &Statement> {
    let mut all: BTreeMap<Key, &Statement> = BTreeMap::new();
    for statement in claims.statements {
        for key in keys(statement, claims.inventory) {
            let slot = all.entry(key).or_insert(statement);
            if statement.at > slot.at {
                *slot = statement;
            }
        }
    }
    all
}

fn keys(statement: &Statement, inventory: &Inventory) -> Vec<Key> {
    let mut flaws: Vec<String> = statement.flaws().collect();
    flaws.sort();
    let first = |names: &[Identifier]| {
        let name = names.first();
        name.map(|name| plain_name(name, statement.origin, inventory)).unwrap_or_default()
    };
    let mut keys = Vec::new();
    for product in &statement.products {
        let whole = first(&product.identifiers);
        if product.subcomponents.is_empty() {
            keys.push((flaws.clone(), whole.clone(), String::new()));
        }
        let parts = product.subcomponents.iter().map(|names| first(names));
        keys.extend(parts.map(|part| (flaws.clone(), whole.clone(), part)));
    }
    keys
}

/// A name that is the same for every release, and for every document that names a package.
fn plain_name(name: &Identifier, origin: Origin, inventory: &Inventory) -> String {
    if let Some(component) = referred(name, origin, inventory) {
        let purl = component.purl().map(|purl| without_version(&purl));
        return purl.unwrap_or_else(|| component.full_name());
    }
    match name {
        Identifier::Purl(text) => {
            Purl::parse(text).map_or_else(|_| text.clone(), |purl| without_version(&purl))
        }
        Identifier::Reference(text) | Identifier::Cpe(text) => text.clone(),
        // serial number and version are those of one document
        Identifier::BomLink { reference, .. } => reference.clone().unwrap_or_default(),
        Identifier::Sha256(digest) => digest.clone(),
    }
}

/// Type, namespace and name of a package URL.
pub(super) fn without_version(purl: &Purl<'_>) -> String {
    let canonical = purl.canonical();
    canonical.split(['@', '?']).next().unwrap_or(&canonical).to_owned()
}
