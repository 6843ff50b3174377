//! Text for people: what a document wrote is made harmless, lines end before the terminal does.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

/// The widest line of any report for people.
pub(super) const WIDTH: usize = 100;

/// The text with control characters, line ends and direction marks spelled out: a component's name
/// must not be able to repaint the terminal or reorder a line.
#[must_use]
pub fn plain(text: &str) -> String {
    // nearly every text is, and reports have many
    if is_simple(text) {
        return text.to_owned();
    }
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_direction_mark(c) {
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}

fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Breaks a text into lines of at most `width` columns, at spaces where there are some.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let gap = usize::from(!line.is_empty());
        if columns(&line) + gap + columns(word) > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        if !line.is_empty() {
            line.push(' ');
        }
        push_word(word, width, &mut line, &mut lines);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// How many columns a text takes. Most texts need no look at tables: one column a byte.
fn columns(text: &str) -> usize {
    if is_simple(text) { text.len() } else { text.width() }
}

fn is_simple(text: &str) -> bool {
    // without an early end, so that many bytes are looked at together
    text.bytes().fold(true, |simple, byte| simple & matches!(byte, b' '..=b'~'))
}

/// A word that is longer than a line is cut where the line ends.
fn push_word(word: &str, width: usize, line: &mut String, lines: &mut Vec<String>) {
    if line.len() + word.len() <= width && is_simple(line) && is_simple(word) {
        return line.push_str(word);
    }
    for c in word.chars() {
        if line.width() + unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) > width {
            lines.push(std::mem::take(line));
        }
        line.push(c);
    }
}

/// A label in a column of its own, the text beside it, wrapped and made harmless.
pub(super) fn labelled(label: &str, text: &str) -> Vec<(String, String)> {
    const COLUMN: usize = 13;
    let lines = wrap(&plain(text), WIDTH - COLUMN - 4).into_iter().enumerate();
    let label = |number: usize| if number == 0 { label } else { "" };
    lines.map(|(number, line)| (format!("{:<COLUMN$}", label(number)), line)).collect()
}

/// The text as content or attribute of XML and HTML: harmless, its markup as references, and without
/// what XML 1.0 (2.2) allows nowhere.
pub(super) fn markup(text: &str) -> String {
    let plain = plain(text);
    if is_simple(&plain) && !plain.contains(['&', '<', '>', '"', '\'']) {
        return plain;
    }
    let mut safe = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
            }
            _ => safe.push(c),
        }
    }
    safe
}

/// At most so many characters; what is longer ends with an ellipsis.
pub(super) fn clip(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// `1 component`, `2 components`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// What an origin of that kind has, counted: `3 EPSS scores`.
pub(super) fn feed_entries(kind: &str, number: usize) -> String {
    match kind {
        "kev" => format!("{number} listed as exploited"),
        "epss" => count(number, "EPSS score"),
        "ssvc" => count(number, "SSVC decision"),
        _ => count(number, "record"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_repaint_the_terminal_is_spelled_out() {
        assert_eq!(plain("a\u{1b}[31mb\r\u{202e}"), "a\\u{1b}[31mb\\u{d}\\u{202e}");
    }

    #[test]
    fn lines_break_at_spaces_and_inside_words_only_when_they_must() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("", 4), [""]);
        // each of the two takes two columns (UAX #11)
        assert_eq!(wrap("漢字 a b", 5), ["漢字", "a b"]);
        assert_eq!(wrap("漢字 a b", 6), ["漢字 a", "b"]);
    }
}
