//! npm's order: Semantic Versioning as node-semver reads it loosely, the way npm reads what a
//! registry or a lockfile holds.
//!
//! Taken beside full versions: `v`, `=` and spaces before, leading zeros, a missing hyphen
//! (`1.2.3beta`). Short forms are padded: `1` and `1.2-rc` are `1.0.0` and `1.2.0-rc`. Numbers past
//! JavaScript's safe integers are no versions. Build metadata has no rank.
//!
//! The key is that of `semver`.

use super::invalid::Cause;
use super::key::push_number;
use super::semver::{Rank, push_rank};

const SAFE: u64 = (1 << 53) - 1;
const NUMBERS: usize = 3;

pub(super) fn key(text: &str) -> Result<Box<[u8]>, Cause> {
    let (numbers, pre) = read(text)?;
    let mut key = Vec::with_capacity(text.len() + 2);
    for number in numbers {
        push_number(&mut key, number.to_string().as_bytes());
    }
    push_rank(&mut key, pre, Rank::Below);
    Ok(key.into_boxed_slice())
}

pub(super) fn is_prerelease(text: &str) -> bool {
    read(text).is_ok_and(|(_, pre)| !pre.is_empty())
}

fn read(text: &str) -> Result<([u64; NUMBERS], &str), Cause> {
    let before = |c: char| c == 'v' || c == '=' || c.is_whitespace();
    let mut rest = text.trim().trim_start_matches(before);
    let mut numbers = [0; NUMBERS];
    (numbers[0], rest) = leading_number(rest)?;
    let mut count = 1;
    while let (Some(after), true) = (rest.strip_prefix('.'), count < NUMBERS) {
        (numbers[count], rest) = leading_number(after)?;
        count += 1;
    }
    // `1a2b3c4` is rather a commit than `1.0.0-a2b3c4`
    if let Some(c) = rest.chars().next().filter(|c| count < NUMBERS && !"-+".contains(*c)) {
        return Err(Cause::Unexpected(c));
    }
    let (pre, build) = rest.split_once('+').map_or((rest, None), |(p, b)| (p, Some(b)));
    let pre = prerelease(pre)?;
    match build {
        Some(build) => identifiers(build).map(|_| (numbers, pre)),
        None => Ok((numbers, pre)),
    }
}

fn leading_number(text: &str) -> Result<(u64, &str), Cause> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    match (digits.parse(), text.chars().next()) {
        (Ok(number), _) if number <= SAFE => Ok((number, rest)),
        _ if !digits.is_empty() => {
            Err(Cause::Number { digits: digits.to_owned(), why: "is too large" })
        }
        (_, Some(c)) => Err(Cause::Unexpected(c)),
        (_, None) => Err(Cause::Missing("a number")),
    }
}

/// With a hyphen before it or without; a hyphen that nothing follows is the identifier itself.
fn prerelease(text: &str) -> Result<&str, Cause> {
    if text.is_empty() {
        return Ok(text);
    }
    let after = text.strip_prefix('-').and_then(|after| identifiers(after).ok());
    after.map_or_else(|| identifiers(text), Ok)
}

fn identifiers(text: &str) -> Result<&str, Cause> {
    let odd = |c: &char| !(c.is_ascii_alphanumeric() || *c == '-' || *c == '.');
    if let Some(c) = text.chars().find(odd) {
        return Err(Cause::Unexpected(c));
    }
    if text.split('.').any(str::is_empty) {
        return Err(Cause::Missing("an identifier"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loose_forms_are_the_versions_that_they_mean() {
        for (left, right) in [
            ("v1.2.3", "1.2.3"),
            ("=1.2.3", "1.2.3"),
            ("= v 1.2.3 ", "1.2.3"),
            ("1.2.3beta.1", "1.2.3-beta.1"),
            ("01.02.03", "1.2.3"),
            ("1.2.3-01", "1.2.3-1"),
            ("=1.2", "1.2.0"),
            ("=v1", "1.0.0"),
            ("1.2-rc", "1.2.0-rc"),
            ("1.2.3+5", "1.2.3"),
        ] {
            assert_eq!(key(left), key(right), "{left} {right}");
            assert!(key(left).is_ok(), "{left}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "v",
            "1.",
            "1.2.",
            "1..2",
            "1.2.3.4",
            "x",
            "^1.0.0",
            ">1.0.0",
            "1.x",
            "1.2.3-a..b",
            "1.2.3+",
            "9007199254740992.0.0",
            "latest",
            "file:../x",
            "1a2b3c4",
            "1.2beta",
        ] {
            assert!(key(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_prerelease_part_makes_a_prerelease() {
        assert!(is_prerelease("5.0.0-next.3") && is_prerelease("1.0.0beta"));
        assert!(!is_prerelease("5.0.0+5-x"));
    }
}
