//! Who speaks of what: statements by the flaw that they name.

use std::collections::{BTreeSet, HashMap};

use super::Statement;
use super::matching::{self, Reach};
use crate::inventory::Inventory;
use crate::matching::Finding;

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
