//! Orders that rank build metadata: Pub's (`pub_semver`) and Julia's (`VersionNumber`).
//!
//! Both are Semantic Versioning, but for versions that are equal otherwise the one with build metadata
//! is above the one without, and two are compared by it as by the pre-release part. Pub takes leading
//! zeros; Julia takes a leading `v` and short forms, which are padded.
//!
//! The key is that of `semver`, then 1 without build metadata, or 2 and its identifiers.

use super::invalid::Cause;
use super::key::push_number;
use super::order::Order;
use super::semver::{Rank, push_identifiers, push_rank};

const NO_BUILD: u8 = 1;
const BUILD: u8 = 2;
const NUMBERS: usize = 3;

pub(super) fn key(order: Order, text: &str) -> Result<Box<[u8]>, Cause> {
    let parts = read(order, text)?;
    let mut key = Vec::with_capacity(text.len() + 4);
    for number in parts.numbers {
        push_number(&mut key, number.as_bytes());
    }
    push_rank(&mut key, parts.pre.unwrap_or_default(), Rank::Below);
    match parts.build {
        None => key.push(NO_BUILD),
        Some(build) => {
            key.push(BUILD);
            push_identifiers(&mut key, build);
        }
    }
    Ok(key.into_boxed_slice())
}

pub(super) fn is_prerelease(order: Order, text: &str) -> bool {
    read(order, text).is_ok_and(|parts| parts.pre.is_some())
}

struct Parts<'t> {
    numbers: [&'t str; NUMBERS],
    pre: Option<&'t str>,
    build: Option<&'t str>,
}

fn read(order: Order, text: &str) -> Result<Parts<'_>, Cause> {
    let (text, shortest) = match order {
        Order::Julia => (text.strip_prefix('v').unwrap_or(text), 1),
        _ => (text, NUMBERS),
    };
    let (text, build) = text.split_once('+').map_or((text, None), |(t, b)| (t, Some(b)));
    let (core, pre) = text.split_once('-').map_or((text, None), |(c, p)| (c, Some(p)));
    for identifiers in [pre, build].into_iter().flatten() {
        let odd = |c: &char| !(c.is_ascii_alphanumeric() || *c == '-' || *c == '.');
        if let Some(c) = identifiers.chars().find(odd) {
            return Err(Cause::Unexpected(c));
        }
        if identifiers.split('.').any(str::is_empty) {
            return Err(Cause::Missing("an identifier"));
        }
    }
    Ok(Parts { numbers: numbers(core, shortest)?, pre, build })
}

fn numbers(core: &str, shortest: usize) -> Result<[&str; NUMBERS], Cause> {
    let mut numbers = ["0"; NUMBERS];
    let mut count = 0;
    for digits in core.split('.') {
        if let Some(c) = digits.chars().find(|c| !c.is_ascii_digit()) {
            return Err(Cause::Unexpected(c));
        }
        if digits.is_empty() {
            return Err(Cause::Missing("a number"));
        }
        if digits.parse::<i64>().is_err() {
            return Err(Cause::Number { digits: digits.to_owned(), why: "is too large" });
        }
        *numbers.get_mut(count).ok_or(Cause::Unexpected('.'))? = digits;
        count += 1;
    }
    if count < shortest { Err(Cause::Missing("a number")) } else { Ok(numbers) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering::{Equal, Greater, Less};

    /// The ascending list of `pub_semver`'s own tests.
    const ASCENDING: [&str; 16] = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0-rc.1+build.1",
        "1.0.0",
        "1.0.0+0.3.7",
        "1.3.7+build",
        "1.3.7+build.2.b8f12d7",
        "1.3.7+build.11.e0f985a",
        "2.0.0",
        "2.1.0",
        "2.2.0",
        "2.11.0",
        "2.11.1",
    ];

    #[test]
    fn every_pair_of_pub_s_list_is_in_order() {
        for (i, left) in ASCENDING.iter().enumerate() {
            for (j, right) in ASCENDING.iter().enumerate() {
                let ordering = key(Order::Pub, left).unwrap().cmp(&key(Order::Pub, right).unwrap());
                assert_eq!(ordering, i.cmp(&j), "{left} {right}");
            }
        }
    }

    /// Facts of the same tests.
    #[test]
    fn leading_zeros_do_not_count_and_hexadecimal_is_text() {
        for (left, wanted, right) in [
            ("01.2.3", Equal, "1.2.3"),
            ("1.2.03", Equal, "1.2.3"),
            ("1.2.3-01", Equal, "1.2.3-1"),
            ("1.2.3+01", Equal, "1.2.3+1"),
            ("1.0.0-10", Less, "1.0.0-0xA"),
            ("2.0.0--1", Greater, "2.0.0-0"),
        ] {
            let keys = [left, right].map(|text| key(Order::Pub, text).unwrap());
            assert_eq!(keys[0].cmp(&keys[1]), wanted, "{left} {right}");
        }
    }

    #[test]
    fn texts_that_pub_refuses_are_refused() {
        for text in [
            "1.0",
            "1a2b3",
            "1.2.3.4",
            "1234",
            "-2.3.4",
            "1.3-pre",
            "1.3+build",
            "1.3+bu?!3ild",
            "",
            "v1.0.0",
            "9223372036854775808.0.0",
            "1.0.0-",
            "1.0.0+",
        ] {
            assert!(key(Order::Pub, text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn julia_takes_short_forms() {
        assert_eq!(key(Order::Julia, "v1.2"), key(Order::Julia, "1.2.0"));
        assert!(key(Order::Julia, "1.2.3+0").unwrap() < key(Order::Julia, "1.2.3+1").unwrap());
        assert!(key(Order::Julia, "1.2.3.4").is_err());
    }

    #[test]
    fn a_prerelease_part_makes_a_prerelease() {
        assert!(is_prerelease(Order::Pub, "1.0.0-a+b") && !is_prerelease(Order::Pub, "1.0.0+a-b"));
    }
}
