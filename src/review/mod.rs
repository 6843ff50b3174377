//! A supplier's delivery, judged: what it is worth, what its claims are worth, what to ask.
//!
//! Everything here ends in one kind of value, the [`Remark`]: one fault, by one rule, with the
//! evidence that shows it and the clause that asks for it. The decision and the questions to the
//! supplier are made of remarks and of nothing else, so every line of both can be traced.
//!
//! What was delivered is told and compared in this order:
//!
//! 1. [`delivery::list`] says what each file is, from its bytes and from what `ingest` made of them, and
//!    reads the statements in them: a [`Delivery`]. Licences have to be asked of `ingest`.
//! 2. `pipeline::audit` judges the same intake, with [`Delivery::given`] as its VEX statements.
//! 3. A [`Delivered`] holds both, and the bills of materials as written.
//! 4. [`claims::remarks`], [`archives::remarks`], [`disclosure::remarks`] and [`checksums::remarks`] say
//!    what is wrong.
//! 5. [`change::compare`] takes two sides, each with the outcome of its quality checks by their ids;
//!    [`change::Change::remarks`] tells what to ask about.

pub mod answers;
pub mod archives;
pub mod basics;
pub mod change;
pub mod checksums;
pub mod claims;
pub mod completeness;
pub mod decision;
pub mod delivery;
pub mod disclosure;
pub mod follow;
pub mod graph;
pub mod judgement;
pub mod looked;
pub mod outcome;
pub mod profile;
pub mod quality;
pub mod questions;
pub mod remark;
pub mod sbom;
pub mod signature;
pub mod words;

use crate::inventory::{Component, Format, Inventory};
use crate::judge::Judged;
use crate::judge::vex::{Identifier, Origin};
use crate::pipeline::Audit;
use crate::purl::Purl;

pub use delivery::Delivery;
pub use judgement::{Judgement, judge};
pub use remark::{About, Clause, Evidence, Remark};
pub use sbom::Sbom;

/// A delivery, what the audit of all that is in it found out, and its bills of materials as written.
#[derive(Clone, Copy, Debug)]
pub struct Delivered<'a> {
    /// What each file is.
    pub delivery: &'a Delivery,
    /// The audit of the same files.
    pub audit: &'a Audit,
    /// The bills of materials by their paths within the delivery.
    pub sboms: &'a [(String, Sbom)],
}

impl<'a> Delivered<'a> {
    /// The place of a component within the delivery.
    fn place(&self, component: &'a Component) -> Evidence {
        let path = self.delivery.within(&component.location.path);
        let at = component.location.place.map(|place| place.to_string()).unwrap_or_default();
        Evidence { path: path.to_owned(), at }
    }
}

/// Whether a flaw counts of which these are the findings in all documents: what is closed in a bill of
/// materials is closed in the archive that the document describes.
fn is_open(judged: &[&Judged], inventory: &Inventory) -> bool {
    let is_listed = |one: &&&Judged| {
        let input = inventory.components[one.finding.component].input;
        inventory.inputs[input].format != Format::JavaArchive
    };
    let mut listed = judged.iter().filter(is_listed).peekable();
    match listed.peek() {
        Some(_) => listed.any(|one| one.is_open()),
        None => judged.iter().any(|one| one.is_open()),
    }
}

/// The component that a handle within a document means: in that document, or in the only one that has it.
fn referred<'a>(
    name: &Identifier,
    origin: Origin,
    inventory: &'a Inventory,
) -> Option<&'a Component> {
    let all = 0..inventory.inputs.len();
    let (reference, mut inputs): (_, Vec<usize>) = match name {
        Identifier::Reference(reference) => (reference, all.collect()),
        Identifier::BomLink { document, reference: Some(reference) } => {
            let is_named =
                |input: &usize| inventory.inputs[*input].bom_link.as_ref() == Some(document);
            (reference, all.filter(is_named).collect())
        }
        _ => return None,
    };
    if let Origin::Embedded(input) = origin {
        inputs.retain(|one| *one == input);
    }
    let mut found = inputs.iter().filter_map(|input| inventory.by_reference(*input, reference));
    found.next().filter(|_| found.next().is_none())
}

/// A component as remarks name it: its package URL as the specification spells it, without what only
/// repeats the default, so that all documents of a delivery name it alike; else its name and version.
#[must_use]
pub fn name_of(component: &Component) -> String {
    match component.purl() {
        Some(purl) => plain_name(&purl),
        None => component.label(),
    }
}

fn plain_name(purl: &Purl<'_>) -> String {
    purl.canonical().replace("?type=jar&", "?").trim_end_matches("?type=jar").to_owned()
}
