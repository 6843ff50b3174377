//! A unified diff that `patch -p1` and `git apply` take.
//!
//! Lines end at a line feed and nowhere else, as for these tools; what is in them is not looked at.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

/// How many lines that stay are shown around those that change.
const CONTEXT: usize = 3;

/// What `patch` and git write behind a last line that does not end.
const NO_NEWLINE: &[u8] = b"\n\\ No newline at end of file\n";

/// The diff of one file; nothing when nothing differs. The path is the one from the working folder.
#[must_use]
pub(super) fn unified(path: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
    let (old, new) = (lines(before), lines(after));
    let hunks = group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), CONTEXT);
    let mut out = Vec::new();
    if hunks.is_empty() {
        return out;
    }
    out.extend(format!("--- {}\n+++ {}\n", name("a/", path), name("b/", path)).bytes());
    for hunk in &hunks {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let old_lines = span(first.old_range().start..last.old_range().end);
        let new_lines = span(first.new_range().start..last.new_range().end);
        out.extend(format!("@@ -{old_lines} +{new_lines} @@\n").bytes());
        for op in hunk {
            match op {
                DiffOp::Equal { .. } => print(b' ', &old[op.old_range()], &mut out),
                _ => {
                    print(b'-', &old[op.old_range()], &mut out);
                    print(b'+', &new[op.new_range()], &mut out);
                }
            }
        }
    }
    out
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

/// A path as git writes it: in quotes, with escapes, if it holds what would end it too early; and with
/// a tab behind it if it holds a blank, so that `patch` reads it to its end.
fn name(side: &str, path: &str) -> String {
    let is_odd = |c: char| c.is_control() || c == '"' || c == '\\';
    if path.contains(is_odd) {
        let escaped: String = path
            .chars()
            .map(|c| match c {
                '"' | '\\' => format!("\\{c}"),
                c if c.is_ascii_control() => format!("\\{:03o}", u32::from(c)),
                c => c.to_string(),
            })
            .collect();
        return format!("\"{side}{escaped}\"");
    }
    let end = if path.contains(' ') { "\t" } else { "" };
    format!("{side}{path}{end}")
}

/// `first,count`, the first counted from 1; of no lines the one before.
fn span(lines: Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => (lines.start + 1).to_string(),
        count => format!("{},{count}", lines.start + 1),
    }
}

fn print(sign: u8, lines: &[&[u8]], out: &mut Vec<u8>) {
    for line in lines {
        out.push(sign);
        out.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            out.extend_from_slice(NO_NEWLINE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: &str, after: &str) -> String {
        String::from_utf8(unified("p/pom.xml", before.as_bytes(), after.as_bytes())).unwrap()
    }

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(diff("a\nb", "a\nb"), "");
    }

    #[test]
    fn one_line_stands_among_three_on_each_side() {
        let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let expected = "--- a/p/pom.xml\n+++ b/p/pom.xml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n";
        assert_eq!(diff(text, &text.replace('5', "five")), expected);
    }

    #[test]
    fn a_last_line_that_does_not_end_is_marked() {
        let expected = "--- a/p/pom.xml\n+++ b/p/pom.xml\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n\
                        +b\n\\ No newline at end of file\n";
        assert_eq!(diff("a", "a\nb"), expected);
    }

    #[test]
    fn lines_are_added_to_nothing_behind_line_zero() {
        assert_eq!(diff("", "a\n"), "--- a/p/pom.xml\n+++ b/p/pom.xml\n@@ -0,0 +1 @@\n+a\n");
    }

    #[test]
    fn a_carriage_return_ends_no_line() {
        let expected =
            "--- a/p/pom.xml\n+++ b/p/pom.xml\n@@ -1,2 +1,2 @@\n-a\rb\r\n+a\rc\r\n d\r\n";
        assert_eq!(diff("a\rb\r\nd\r\n", "a\rc\r\nd\r\n"), expected);
    }

    #[test]
    fn an_odd_name_is_written_as_git_writes_it() {
        assert_eq!(name("a/", "my app/pom.xml"), "a/my app/pom.xml\t");
        assert_eq!(name("b/", "a\"b\n/pom.xml"), "\"b/a\\\"b\\012/pom.xml\"");
    }
}
