//! Comma-separated values by RFC 4180, with what spreadsheets make of them: the separator may be a
//! semicolon or a tab.

use super::AnswersError;

/// The most rows of a sheet.
const MAX_ROWS: usize = 200_000;

/// One row and the line on which it begins, from 1.
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

/// Splits a text into rows; rows without any text are left out.
///
/// # Errors
/// When a quote does not end, something stands behind one, or there are too many rows.
pub(super) fn rows(text: &str) -> Result<Vec<Row>, AnswersError> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let separator = head.chars().find(|c| matches!(c, ',' | ';' | '\t')).unwrap_or(',');
    let mut reader = Reader { rest: text, line: 1, separator };
    let mut all = Vec::new();
    while !reader.rest.is_empty() {
        let row = reader.row()?;
        if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
            all.push(row);
        }
        if all.len() > MAX_ROWS {
            return Err(AnswersError::new(reader.line, format!("more than {MAX_ROWS} rows")));
        }
    }
    Ok(all)
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
    separator: char,
}

impl<'t> Reader<'t> {
    fn row(&mut self) -> Result<Row, AnswersError> {
        let mut row = Row { line: self.line, cells: Vec::new() };
        loop {
            let cell = if self.rest.starts_with('"') { self.quoted()? } else { self.bare() };
            row.cells.push(cell);
            match self.rest.strip_prefix(self.separator) {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        let ended = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix(['\n', '\r']));
        match ended {
            Some(rest) => {
                self.line += 1;
                self.rest = rest;
                Ok(row)
            }
            None if self.rest.is_empty() => Ok(row),
            None => Err(AnswersError::new(self.line, "text behind a closing quote")),
        }
    }

    fn bare(&mut self) -> String {
        let ends = |c: char| c == self.separator || matches!(c, '\n' | '\r');
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        self.take(end).to_owned()
    }

    /// A cell in quotes, where two quotes are one.
    fn quoted(&mut self) -> Result<String, AnswersError> {
        let first = self.line;
        let mut cell = String::new();
        self.take(1);
        loop {
            let Some(end) = self.rest.find('"') else {
                return Err(AnswersError::new(first, "a quote does not end"));
            };
            cell.push_str(self.take(end));
            self.take(1);
            if !self.rest.starts_with('"') {
                // spreadsheets end the lines of a cell in their own way
                return Ok(cell.replace("\r\n", "\n").replace('\r', "\n"));
            }
            cell.push_str(self.take(1));
        }
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.bytes().filter(|byte| *byte == b'\n').count();
        self.rest = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Vec<String>)> {
        rows(text).unwrap().into_iter().map(|row| (row.line, row.cells)).collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    /// RFC 4180, section 2.
    #[test]
    fn cells_may_hold_quotes_separators_and_lines() {
        let text = "a,b\r\n\"x\"\"y\",\"1,2\r\n3\"\r\n,\r\nlast,";
        let expected = [row(1, &["a", "b"]), row(2, &["x\"y", "1,2\n3"]), row(5, &["last", ""])];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn the_heading_shows_the_separator() {
        assert_eq!(read("\u{feff}a;b,c\n1;2"), [row(1, &["a", "b,c"]), row(2, &["1", "2"])]);
        assert_eq!(read("a\tb\n1,5\t2"), [row(1, &["a", "b"]), row(2, &["1,5", "2"])]);
    }

    #[test]
    fn what_is_broken_is_told_with_its_line() {
        let error = |text| rows(text).err().unwrap().to_string();
        assert_eq!(error("a,b\n1,\"2\n\n"), "2: a quote does not end");
        assert_eq!(error("a\n\"1\"2\n"), "2: text behind a closing quote");
    }
}
