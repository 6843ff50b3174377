//! `RubyGems`' order, that of `Gem::Version`: `1.2.3.rc1`, where a hyphen stands for `.pre.`.
//!
//! A version is its runs of digits and of letters. Zeros before the first letters and at the end do
//! not count, a missing part is 0, letters are below every number: `1.a` is below `1`.
//!
//! A part that is missing and a part that is 0 are one, so the key skips zeros and writes their
//! count: letters after `n` zeros as 1, `n`, text, 0; the end as 2; a number after `n` zeros as 3,
//! not `n`, number.

use super::invalid::Cause;
use super::key::{push_number, push_text};

const LETTERS: u8 = 1;
const END: u8 = 2;
const NUMBER: u8 = 3;

pub(super) fn key(text: &str) -> Result<Box<[u8]>, Cause> {
    let text = text.trim_ascii();
    check(text)?;
    let segments = canonical(&text.replace('-', ".pre."));
    let mut key = Vec::with_capacity(text.len() + 4);
    let mut zeros: u16 = 0;
    for segment in segments {
        match segment {
            Segment::Number(digits) if is_zero(&digits) => zeros = zeros.saturating_add(1),
            Segment::Number(digits) => {
                key.push(NUMBER);
                key.extend((!zeros).to_be_bytes());
                push_number(&mut key, digits.as_bytes());
                zeros = 0;
            }
            Segment::Letters(letters) => {
                key.push(LETTERS);
                key.extend(zeros.to_be_bytes());
                push_text(&mut key, &letters);
                zeros = 0;
            }
        }
    }
    key.push(END);
    Ok(key.into_boxed_slice())
}

/// Whether it has letters.
pub(super) fn is_prerelease(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

#[derive(Clone)]
enum Segment {
    Number(String),
    Letters(String),
}

/// `[0-9]+(\.[0-9a-zA-Z]+)*(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?`
fn check(text: &str) -> Result<(), Cause> {
    if text.is_empty() {
        return Err(Cause::Empty);
    }
    let in_version = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    if let Some(c) = text.chars().find(|&c| !in_version(c)) {
        return Err(Cause::Unexpected(c));
    }
    let (release, pre) = text.split_once('-').map_or((text, None), |(r, p)| (r, Some(p)));
    let first = release.split('.').next().unwrap_or_default();
    if let Some(c) = first.chars().find(|c| !c.is_ascii_digit()) {
        return Err(Cause::Unexpected(c));
    }
    let mut parts = release.split('.').chain(pre.into_iter().flat_map(|pre| pre.split('.')));
    if parts.any(str::is_empty) { Err(Cause::Missing("a part between dots")) } else { Ok(()) }
}

fn canonical(text: &str) -> Vec<Segment> {
    let mut segments = segments(text);
    let letters = segments.iter().position(|segment| matches!(segment, Segment::Letters(_)));
    let mut tail = segments.split_off(letters.unwrap_or(segments.len()));
    drop_zeros(&mut segments);
    drop_zeros(&mut tail);
    segments.append(&mut tail);
    segments
}

fn segments(text: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let same = |byte: &u8| match first {
            b'0'..=b'9' => byte.is_ascii_digit(),
            _ => byte.is_ascii_alphabetic(),
        };
        let length = rest.bytes().take_while(same).count();
        let run = rest[..length].to_owned();
        match first {
            b'0'..=b'9' => segments.push(Segment::Number(run)),
            _ if length > 0 => segments.push(Segment::Letters(run)),
            _ => {}
        }
        rest = &rest[length.max(1)..];
    }
    segments
}

fn drop_zeros(segments: &mut Vec<Segment>) {
    while let Some(Segment::Number(digits)) = segments.last() {
        if !is_zero(digits) {
            return;
        }
        segments.pop();
    }
}

fn is_zero(digits: &str) -> bool {
    digits.bytes().all(|digit| digit == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_ascend_as_the_class_documents() {
        let ascending = [
            "0.9", "1.0.a.2", "1.0.a10", "1.0.b1", "1.0-rc1", "1.0.rc2", "1.0", "1.0.0.1", "1.0.1",
            "1.1", "1.10",
        ];
        for pair in ascending.windows(2) {
            assert!(key(pair[0]).unwrap() < key(pair[1]).unwrap(), "{pair:?}");
        }
    }

    #[test]
    fn zeros_that_do_not_count_are_dropped() {
        assert_eq!(key("1"), key("1.0.0"));
        assert_eq!(key("1.0.a"), key("1.a.0"));
        assert_eq!(key(" 1.0\n"), key("1.0"));
        assert!(key("1.a.0.b").unwrap() < key("1.a").unwrap());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "a", "1..2", "1.", "junk", "1_2", "1.0-", "1.0+1", "1 2", "x1"] {
            assert!(key(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn letters_make_a_prerelease() {
        assert!(is_prerelease("1.0.rc1") && is_prerelease("1.0-1") && !is_prerelease("1.0.1"));
    }
}
