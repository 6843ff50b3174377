//! `NuGet`'s order, that of `NuGet.Versioning`: one to four numbers, labels after `-`, metadata after
//! `+`, which has no rank.
//!
//! A missing number is 0. Labels are compared without case; one that .NET reads as a 32-bit integer
//! (a minus may lead) is a number, and below all others.
//!
//! The key is four numbers, then 3 for a release, or 2 and the labels: a number as 2 and four bytes,
//! a text as 3, text, 0, the end as 1.

use super::invalid::Cause;
use super::key::{push_number, push_text};

const PRERELEASE: u8 = 2;
const RELEASE: u8 = 3;
const END: u8 = 1;
const NUMBER: u8 = 2;
const TEXT: u8 = 3;
const NUMBERS: usize = 4;

pub(super) fn key(text: &str) -> Result<Box<[u8]>, Cause> {
    let (numbers, labels) = read(text.trim())?;
    let mut key = Vec::with_capacity(text.len() + 6);
    for number in numbers {
        push_number(&mut key, number.to_string().as_bytes());
    }
    let Some(labels) = labels else {
        key.push(RELEASE);
        return Ok(key.into_boxed_slice());
    };
    key.push(PRERELEASE);
    for label in labels.split('.') {
        match label.parse::<i32>() {
            Ok(number) => {
                key.push(NUMBER);
                key.extend((number.cast_unsigned() ^ (1 << 31)).to_be_bytes());
            }
            Err(_) => {
                key.push(TEXT);
                push_text(&mut key, &label.to_ascii_uppercase());
            }
        }
    }
    key.push(END);
    Ok(key.into_boxed_slice())
}

/// Whether it has labels.
pub(super) fn is_prerelease(text: &str) -> bool {
    read(text.trim()).is_ok_and(|(_, labels)| labels.is_some())
}

fn read(text: &str) -> Result<([i32; NUMBERS], Option<&str>), Cause> {
    let (text, metadata) = text.split_once('+').map_or((text, None), |(t, m)| (t, Some(m)));
    let (release, labels) = text.split_once('-').map_or((text, None), |(r, l)| (r, Some(l)));
    for identifiers in [labels, metadata].into_iter().flatten() {
        let odd = |c: &char| !(c.is_ascii_alphanumeric() || *c == '-' || *c == '.');
        if let Some(c) = identifiers.chars().find(odd) {
            return Err(Cause::Unexpected(c));
        }
        if identifiers.split('.').any(str::is_empty) {
            return Err(Cause::Missing("a label"));
        }
    }
    let zero_led = |label: &&str| {
        label.len() > 1 && label.starts_with('0') && label.bytes().all(|b| b.is_ascii_digit())
    };
    if let Some(label) = labels.and_then(|labels| labels.split('.').find(zero_led)) {
        return Err(Cause::Number { digits: label.to_owned(), why: "starts with 0" });
    }
    Ok((numbers(release)?, labels))
}

fn numbers(release: &str) -> Result<[i32; NUMBERS], Cause> {
    let mut numbers = [0; NUMBERS];
    for (position, digits) in release.split('.').enumerate() {
        let number = numbers.get_mut(position).ok_or(Cause::Unexpected('.'))?;
        if let Some(c) = digits.chars().find(|c| !c.is_ascii_digit()) {
            return Err(Cause::Unexpected(c));
        }
        if digits.is_empty() {
            return Err(Cause::Missing("a number"));
        }
        let too_large = |_| Cause::Number { digits: digits.to_owned(), why: "is too large" };
        *number = digits.parse().map_err(too_large)?;
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_ascend_as_the_documentation_says() {
        let ascending = [
            "1.0.0--1",
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-Alpha.2",
            "1.0.0-alpha.10",
            "1.0.0-alpha.x",
            "1.0.0-BETA",
            "1.0.0-rc",
            "1.0.0",
            "1.0.0.1",
            "1.0.1-aaa",
            "1.0.1",
        ];
        for pair in ascending.windows(2) {
            assert!(key(pair[0]).unwrap() < key(pair[1]).unwrap(), "{pair:?}");
        }
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        for (left, right) in [
            ("1.0", "1.0.0.0"),
            ("1", "1.0"),
            ("01.02", "1.2.0"),
            ("1.0-BETA", "1.0.0-beta"),
            ("1.0.0+a", "1.0.0+b"),
        ] {
            assert_eq!(key(left), key(right), "{left} {right}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1.",
            ".1",
            "1.2.3.4.5",
            "v1",
            "1.0-",
            "1.0-a..b",
            "1.0+",
            "2147483648",
            "1.x",
            "1.0-01",
        ] {
            assert!(key(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn labels_make_a_prerelease() {
        assert!(is_prerelease("1.0-a") && !is_prerelease("1.0+a-b"));
    }
}
