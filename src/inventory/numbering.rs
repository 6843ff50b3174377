//! Numbers of things, found by the names that the things keep themselves.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// An index from names to numbers that holds the numbers alone, so that it takes a third of the memory
/// of a map and stays in the processor's cache. Whoever asks says which name a number has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbering {
    numbers: HashTable<usize>,
    state: RandomState,
}

impl Numbering {
    /// An empty one with room for so many.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self { numbers: HashTable::with_capacity(count), state: RandomState::default() }
    }

    /// The number of the thing with that name.
    pub(crate) fn find<'n>(
        &self,
        name: &str,
        name_of: impl Fn(usize) -> Option<&'n str>,
    ) -> Option<usize> {
        let hash = self.state.hash_one(name);
        self.numbers.find(hash, |&number| name_of(number) == Some(name)).copied()
    }

    /// The number of the thing with that name, which is `next` where there was none.
    pub(crate) fn find_or_add<'n>(
        &mut self,
        name: &str,
        next: usize,
        name_of: impl Fn(usize) -> Option<&'n str>,
    ) -> usize {
        let Self { numbers, state } = self;
        let hash = |number: &usize| state.hash_one(name_of(*number).unwrap_or(name));
        let has_name = |number: &usize| name_of(*number) == Some(name);
        *numbers.entry(state.hash_one(name), has_name, hash).or_insert(next).get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_name_keeps_it_however_many_come() {
        let names: Vec<String> = (0..1000).map(|n| format!("name {}", n % 700)).collect();
        let name_of = |number: usize| names.get(number).map(String::as_str);
        let mut numbering = Numbering::default();
        for (number, name) in names.iter().enumerate() {
            assert_eq!(numbering.find_or_add(name, number, name_of), number % 700);
        }
        assert_eq!(numbering.find("name 699", name_of), Some(699));
        assert_eq!(numbering.find("name 700", name_of), None);
    }
}
