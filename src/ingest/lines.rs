//! Byte offsets to lines and columns.

use std::cell::OnceCell;

use super::document::Position;
use crate::inventory::Place;

/// How many bytes one entry of the table stands for.
const BLOCK: usize = 1024;

/// Where lines start in a text: a small table, made when the first offset is asked for, so that any
/// offset costs a look at one block and no more, however long the lines are.
pub(crate) struct Lines<'a> {
    text: &'a [u8],
    blocks: OnceCell<Vec<Block>>,
}

/// What stands before a block. Texts are [smaller than 4 GiB](crate::files::MAX_FILE).
#[derive(Clone, Copy)]
struct Block {
    /// How many line ends.
    newlines: u32,
    /// Where the line starts that reaches into the block.
    line_start: u32,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), blocks: OnceCell::new() }
    }

    /// The same with its table made at once, by a thread that has the time.
    pub(super) fn ready(text: &'a str) -> Self {
        let lines = Self::new(text);
        lines.blocks();
        lines
    }

    fn blocks(&self) -> &[Block] {
        self.blocks.get_or_init(|| blocks(self.text))
    }

    /// The line and column of a position.
    pub(crate) fn place(&self, position: Position) -> Option<Place> {
        match position {
            Position::Unknown => None,
            Position::At(place) => Some(place),
            Position::Offset(offset) => Some(self.offset(offset)),
        }
    }

    fn offset(&self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        let number = offset / BLOCK;
        let block = self.blocks()[number];
        let before = &self.text[number * BLOCK..offset];
        let line = block.newlines + fit(memchr::memchr_iter(b'\n', before).count()) + 1;
        let start = memchr::memrchr(b'\n', before)
            .map_or(block.line_start, |newline| fit(number * BLOCK + newline + 1));
        Place { line, column: fit(offset) - start + 1 }
    }
}

fn fit(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn blocks(text: &[u8]) -> Vec<Block> {
    let mut blocks = Vec::with_capacity(text.len() / BLOCK + 1);
    let mut next = Block { newlines: 0, line_start: 0 };
    for (number, bytes) in text.chunks(BLOCK).enumerate() {
        blocks.push(next);
        next.newlines += fit(memchr::memchr_iter(b'\n', bytes).count());
        if let Some(newline) = memchr::memrchr(b'\n', bytes) {
            next.line_start = fit(number * BLOCK + newline + 1);
        }
    }
    blocks.push(next);
    blocks
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

    #[test]
    fn every_offset_of_a_long_text_is_where_counting_finds_it() {
        let text: String =
            (0..700).map(|n| "x".repeat(n % 40) + "\n").collect::<String>() + &"long".repeat(1000);
        let lines = Lines::ready(&text);
        for offset in 0..=text.len() {
            let before = &text[..offset];
            let line = before.matches('\n').count() + 1;
            let column = offset - before.rfind('\n').map_or(0, |at| at + 1) + 1;
            let place = lines.place(Position::Offset(offset)).unwrap();
            assert_eq!((place.line as usize, place.column as usize), (line, column));
        }
    }
}
