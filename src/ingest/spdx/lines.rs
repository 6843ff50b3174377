//! SPDX tag-value text, line by line.
//!
//! Follows the SPDX specification 2.3, annex I: one `Tag: value` on a line, `#` comments, values
//! over several lines between `<text>` and `</text>`.

use memchr::memmem;

use crate::ingest::document::{Position, ReadError};
use crate::inventory::Place;

/// A line with something on it.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// Counted from 1.
    pub(crate) number: u32,
    /// What stands on it.
    pub(crate) content: Content<'a>,
}

/// What stands on a line.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    /// `Tag: value`, both trimmed; of a `<text>` block its first line that is not blank, or all, and
    /// always all of it as `whole`.
    Pair { tag: &'a str, value: &'a str, whole: &'a str },
    /// The whole line: no tag and no comment.
    Misfit(&'a str),
}

/// The lines of a text, read as tags and values.
pub(crate) struct Lines<'a> {
    text: &'a str,
    rest: &'a str,
    number: u32,
}

impl<'a> Lines<'a> {
    /// Starts at the first line.
    pub(crate) fn new(text: &'a str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        Self { text, rest: text, number: 0 }
    }

    /// The next line that is neither blank nor a comment.
    pub(crate) fn next(&mut self) -> Result<Option<Line<'a>>, ReadError> {
        while let Some(line) = self.raw() {
            let number = self.number;
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((tag, value)) = split(line) else {
                return Ok(Some(Line { number, content: Content::Misfit(line) }));
            };
            let (value, whole) = match value.strip_prefix("<text>") {
                Some(begin) => self.block(begin)?,
                None => (value, value),
            };
            return Ok(Some(Line { number, content: Content::Pair { tag, value, whole } }));
        }
        Ok(None)
    }

    /// The next line without its end and the space around it.
    fn raw(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest.as_bytes());
        let (line, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, ""),
        };
        self.rest = rest;
        self.number = self.number.saturating_add(1);
        Some(line.trim())
    }

    /// The value, short and whole, that begins behind `<text>` on the current line and ends at the next
    /// `</text>`; what follows on that line is dropped. A value that holds packages and a second `<text>`
    /// has lost its end: packages must not vanish in it.
    fn block(&mut self, begin: &'a str) -> Result<(&'a str, &'a str), ReadError> {
        if let Some((value, _)) = begin.split_once("</text>") {
            return Ok((value.trim(), value.trim()));
        }
        let Some(end) = memmem::find(self.rest.as_bytes(), b"</text>") else {
            return Err(ReadError::at(
                at(self.number),
                "a <text> begins here and is never closed".to_owned(),
            ));
        };
        let within = &self.rest[..end];
        if within.contains("<text>") && within.lines().any(|line| line.starts_with("PackageName:"))
        {
            return Err(ReadError::at(
                at(self.number),
                "a <text> begins here and is not closed before the next package".to_owned(),
            ));
        }
        let start = begin.as_ptr().addr() - self.text.as_ptr().addr();
        let stop = within.as_ptr().addr() - self.text.as_ptr().addr() + within.len();
        let whole = self.text.get(start..stop).unwrap_or(within).trim();
        let breaks = memchr::memchr_iter(b'\n', within.as_bytes()).count();
        self.number = self.number.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.rest = &self.rest[end..];
        self.raw();
        Ok((if begin.trim().is_empty() { within.trim() } else { begin.trim() }, whole))
    }
}

/// Splits `Tag: value`. A tag is one word, so that prose with a colon is none.
fn split(line: &str) -> Option<(&str, &str)> {
    let colon = memchr::memchr(b':', line.as_bytes())?;
    let tag = line[..colon].trim_end();
    let is_tag = !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_tag.then(|| (tag, line[colon + 1..].trim_start()))
}

/// The beginning of a line.
pub(crate) fn at(line: u32) -> Position {
    Position::At(Place { line, column: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All lines: number, tag or `?`, value.
    fn lines(text: &str) -> Result<Vec<(u32, &str, &str)>, ReadError> {
        let mut lines = Lines::new(text);
        let mut all = Vec::new();
        while let Some(line) = lines.next()? {
            match line.content {
                Content::Pair { tag, value, .. } => all.push((line.number, tag, value)),
                Content::Misfit(_) => all.push((line.number, "?", "")),
            }
        }
        Ok(all)
    }

    #[test]
    fn blank_lines_and_comments_are_counted_but_not_given() {
        let text = "\u{feff}A: 1\r\n\r\n# B: 2\n  C :3 \nD:\nE: F: G";
        let expected = [(1, "A", "1"), (4, "C", "3"), (5, "D", ""), (6, "E", "F: G")];
        assert_eq!(lines(text).unwrap(), expected);
    }

    #[test]
    fn prose_is_no_tag() {
        let text = "two words: no\nno colon\n: no\nhttp-equiv: no\n";
        assert_eq!(lines(text).unwrap().iter().filter(|(_, tag, _)| *tag == "?").count(), 4);
    }

    #[test]
    fn a_block_is_one_value_and_its_lines_are_counted() {
        let text = "A: <text>1</text>\nB: <text>\nC: no\r\n\n</text> rest\nD: <text> 4\n</text>";
        assert_eq!(lines(text).unwrap(), [(1, "A", "1"), (2, "B", "C: no"), (6, "D", "4")]);
    }

    #[test]
    fn the_whole_of_a_block_is_all_its_lines() {
        let mut lines = Lines::new("\u{feff}A: <text>1\n two\n</text>\nB: 3");
        let mut wholes = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            let Content::Pair { value, whole, .. } = line.content else { panic!("no pair") };
            wholes.push((value, whole));
        }
        assert_eq!(wholes, [("1", "1\n two"), ("3", "3")]);
    }

    #[test]
    fn a_block_that_is_never_closed_is_an_error() {
        let error = lines("A: 1\nB: <text>\nC: 3\n").unwrap_err();
        assert_eq!(error.cause, "a <text> begins here and is never closed");
        assert_eq!(error.position, at(2));
    }

    #[test]
    fn a_block_that_would_swallow_packages_is_an_error() {
        let error = lines("A: <text>1\nPackageName: b\nC: <text>3</text>\n").unwrap_err();
        assert_eq!(error.cause, "a <text> begins here and is not closed before the next package");
        assert_eq!(error.position, at(1));
    }
}
