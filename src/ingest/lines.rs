//! Byte offsets to lines and columns.

use super::document::Position;
use crate::inventory::Place;

/// Counts lines once, forward: offsets are cheap to place when they come in ascending order.
pub(super) struct Lines<'a> {
    text: &'a str,
    line: u32,
    start: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            line: 1,
            start: 0,
        }
    }

    /// The place of a position; an offset behind an earlier one starts the count anew.
    pub(super) fn place(&mut self, position: Position) -> Option<Place> {
        match position {
            Position::Unknown => None,
            Position::At(place) => Some(place),
            Position::Offset(offset) => Some(self.offset(offset)),
        }
    }

    fn offset(&mut self, offset: usize) -> Place {
        if offset < self.start {
            *self = Self::new(self.text);
        }
        let end = offset.min(self.text.len());
        let bytes = &self.text.as_bytes()[self.start..end];
        for newline in memchr::memchr_iter(b'\n', bytes) {
            self.line += 1;
            self.start = self.start.max(end - bytes.len() + newline + 1);
        }
        let column = u32::try_from(end - self.start + 1).unwrap_or(u32::MAX);
        Place {
            line: self.line,
            column,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_placed_in_any_order() {
        let mut lines = Lines::new("ab\ncd\n\nef");
        let mut at = |offset| {
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
