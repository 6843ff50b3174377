//! The shape of a parsed Maven version, and the comparison that both Maven lines share.
//!
//! `ComparableVersion` nests lists, but a new list is always opened inside the innermost one, which
//! then becomes current, and nothing is ever appended to its parent again. So a version is a
//! *chain*: each list holds items and, as its last element, at most one further list. Kept as a
//! vector of lists it is parsed, normalised and compared by loops; 4,096 dashes need no stack.

use std::cmp::Ordering;

/// An element of a list that is not a list.
pub(super) trait Item {
    /// Against an item at the same position.
    fn against(&self, other: &Self) -> Ordering;
    /// Against a position where the other version has nothing.
    fn against_nothing(&self) -> Ordering;
    /// Against a position where the other version has a list.
    fn against_list(&self) -> Ordering;
}

/// Lists from the outermost to the innermost; each has the next as its last element.
#[derive(Debug)]
pub(super) struct Chain<I> {
    pub(super) lists: Vec<Vec<I>>,
}

enum Slot<'c, I> {
    Item(&'c I),
    List,
    Nothing,
}

impl<I: Item> Chain<I> {
    pub(super) fn new() -> Self {
        Self { lists: vec![Vec::new()] }
    }

    /// Appends to the innermost list.
    pub(super) fn push(&mut self, item: I) {
        match self.lists.last_mut() {
            Some(list) => list.push(item),
            None => self.lists.push(vec![item]),
        }
    }

    /// Opens a list within the innermost one.
    pub(super) fn open(&mut self) {
        self.lists.push(Vec::new());
    }

    /// Opens a list within the innermost one, unless that is still empty.
    pub(super) fn open_unless_empty(&mut self) {
        if self.lists.last().is_some_and(|list| !list.is_empty()) {
            self.open();
        }
    }

    pub(super) fn items(&self) -> impl Iterator<Item = &I> {
        self.lists.iter().flatten()
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let mut depth = 0;
        let mut position = 0;
        loop {
            let ordering = match (self.slot(depth, position), other.slot(depth, position)) {
                (Slot::Nothing, Slot::Nothing) => return Ordering::Equal,
                (Slot::List, Slot::List) => {
                    // each list ends its parent, so what the two say is the answer
                    (depth, position) = (depth + 1, 0);
                    continue;
                }
                (Slot::Item(mine), Slot::Item(theirs)) => mine.against(theirs),
                (Slot::Item(mine), Slot::List) => mine.against_list(),
                (Slot::List, Slot::Item(theirs)) => theirs.against_list().reverse(),
                (Slot::Item(mine), Slot::Nothing) => mine.against_nothing(),
                (Slot::Nothing, Slot::Item(theirs)) => theirs.against_nothing().reverse(),
                (Slot::List, Slot::Nothing) => self.rest_against_nothing(depth + 1),
                (Slot::Nothing, Slot::List) => other.rest_against_nothing(depth + 1).reverse(),
            };
            if ordering.is_ne() {
                return ordering;
            }
            position += 1;
        }
    }

    fn slot(&self, depth: usize, position: usize) -> Slot<'_, I> {
        let Some(list) = self.lists.get(depth) else {
            return Slot::Nothing;
        };
        match list.get(position) {
            Some(item) => Slot::Item(item),
            None if position == list.len() && depth + 1 < self.lists.len() => Slot::List,
            None => Slot::Nothing,
        }
    }

    fn rest_against_nothing(&self, depth: usize) -> Ordering {
        let mut rest = self.lists[depth..].iter().flatten().map(Item::against_nothing);
        rest.find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }
}
