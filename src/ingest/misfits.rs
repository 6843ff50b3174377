//! Lines of a text that are not what its format says: counted and named, never dropped in silence.

use super::document::{Position, Warning};
use crate::inventory::Place;

/// How many lines a warning names.
const NAMED: usize = 5;

/// Lines that are odd in one way.
#[derive(Debug, Default)]
pub(super) struct Misfits {
    named: Vec<u32>,
    count: usize,
}

impl Misfits {
    pub(super) fn add(&mut self, line: u32) {
        if self.named.len() < NAMED {
            self.named.push(line);
        }
        self.count += 1;
    }

    /// One warning for all; `what` says what they are and what was done.
    pub(super) fn warning(&self, what: &str) -> Option<Warning> {
        let first = *self.named.first()?;
        let names = self.named.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        let message = match (self.count, self.count - self.named.len()) {
            (1, _) => format!("line {names} is {what}"),
            (_, 0) => format!("lines {names} are {what}"),
            (_, more) => format!("lines {names} and {more} more are {what}"),
        };
        Some(Warning { message, position: at(first) })
    }
}

/// The beginning of a line.
pub(super) fn at(line: u32) -> Position {
    Position::At(Place { line, column: 1 })
}

/// The lines of a text with their numbers from 1, without the space around them.
pub(super) fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    (1..=u32::MAX).zip(lines.map(|line| line.trim_end_matches('\r')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_named_up_to_five() {
        let mut misfits = Misfits::default();
        assert_eq!(misfits.warning("odd"), None);
        misfits.add(7);
        assert_eq!(misfits.warning("odd").unwrap().message, "line 7 is odd");
        (8..15).for_each(|line| misfits.add(line));
        let warning = misfits.warning("odd").unwrap();
        assert_eq!(warning.message, "lines 7, 8, 9, 10, 11 and 3 more are odd");
        assert_eq!(warning.position, at(7));
    }
}
