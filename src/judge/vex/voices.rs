//! Who speaks of what: statements by the flaw that they name, and what they reach in an inventory.

use std::collections::{BTreeSet, HashMap};

use super::Statement;
use super::matching::{self, Reach};
use crate::inventory::Inventory;
use crate::matching::Finding;

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

/// Statements by the flaw that they name.
#[derive(Debug)]
pub struct Voices<'a> {
    statements: &'a [Statement],
    inventory: &'a Inventory,
    by_flaw: HashMap<String, Vec<usize>>,
}

impl<'a> Voices<'a> {
    /// Sorts statements by their flaws.
    #[must_use]
    pub fn new(statements: &'a [Statement], inventory: &'a Inventory) -> Self {
        let mut by_flaw: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, statement) in statements.iter().enumerate() {
            for name in statement.flaws() {
                by_flaw.entry(name).or_default().push(number);
            }
        }
        Self { statements, inventory, by_flaw }
    }

    /// The statements that name the flaw of a finding, by their places, whatever they are about.
    pub(super) fn naming(&self, finding: &Finding) -> BTreeSet<usize> {
        let names = finding.ids.iter().map(|id| id.as_str().to_ascii_lowercase());
        names.filter_map(|name| self.by_flaw.get(&name)).flatten().copied().collect()
    }

    /// The statements that speak of a finding, be it of its component or of the product around it.
    #[must_use]
    pub fn of(&self, finding: &Finding) -> Vec<&'a Statement> {
        let named = self.naming(finding).into_iter().map(|number| &self.statements[number]);
        let copies = std::iter::once(finding.component).chain(finding.twins.iter().copied());
        let copies: Vec<usize> = copies.collect();
        named.filter(|one| matching::reach(one, &copies, self.inventory) != Reach::None).collect()
    }
}

/// What a statement speaks of.
#[must_use]
pub fn reached(statement: &Statement, inventory: &Inventory) -> Reached {
    let best = |statement: &Statement| {
        let all = 0..inventory.components.len();
        let reach = all.map(|at| match matching::reach(statement, &[at], inventory) {
            Reach::Of(_) => Reached::Component,
            Reach::Whole => Reached::Product,
            Reach::None => Reached::Nothing,
        });
        reach.max().unwrap_or(Reached::Nothing)
    };
    let own = best(statement);
    if own != Reached::Nothing {
        return own;
    }
    let mut whole = statement.clone();
    whole.products.iter_mut().for_each(|product| product.subcomponents.clear());
    if best(&whole) == Reached::Nothing { Reached::Nothing } else { Reached::AbsentPart }
}

/// Whether two statements speak of the same component or product of an inventory.
#[must_use]
pub fn overlap(one: &Statement, other: &Statement, inventory: &Inventory) -> bool {
    let is_reached = |statement, at| matching::reach(statement, &[at], inventory) != Reach::None;
    (0..inventory.components.len()).any(|at| is_reached(one, at) && is_reached(other, at))
}
