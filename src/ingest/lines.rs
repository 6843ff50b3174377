//! Byte offsets to lines and columns.

use std::cell::OnceCell;

use super::document::Position;
use crate::inventory::Place;

/// The line starts of a text, found when the first offset is asked for.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: OnceCell<Vec<usize>>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, starts: OnceCell::new() }
    }

    /// The line and column of a position.
    pub(super) fn place(&self, position: Position) -> Option<Place> {
        match position {
            Position::Unknown => None,
            Position::At(place) => Some(place),
            Position::Offset(offset) => Some(self.offset(offset)),
        }
    }

    fn offset(&self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        let starts = self.starts.get_or_init(|| {
            let newlines = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(newlines.map(|at| at + 1)).collect()
        });
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { line: number(line), column: number(offset - starts[line - 1] + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_placed_in_any_order() {
        let lines = Lines::new("ab\ncd\n\nef");
        let at = |offset| {
            let place = lines.place(Position::Offset(offset)).unwrap();
            (place.line, place.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(4), (2, 2));
        assert_eq!(at(7), (4, 1));
        assert_eq!(at(1), (1, 2));
        assert_eq!(at(99), (4, 3));
    }
}
