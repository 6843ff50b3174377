//! Semantic Versioning 2.0.0, section 11, for crates.io, npm, Go and others; read by the `semver`
//! crate, which stays behind this file.
//!
//! Taken beside full versions: a leading `v` (npm: `v` and `=`, spaces around), and short forms,
//! which are padded: `1` and `1.2-rc` are `1.0.0` and `1.2.0-rc`. Build metadata has no rank, so
//! Go's `+incompatible` says nothing; Go's pseudo-versions are plain pre-releases. Four numbers,
//! leading zeros and numbers past 64 bits are no versions here: their tools do not agree on them.
//!
//! The key is `major minor patch`, then 3 for a release, or 2 and the identifiers of the
//! pre-release: a number as itself, a text as `255 text 0`, the end as 1.

use super::invalid::Cause;
use super::key::push_number;
use super::order::Order;
use ::semver::{Prerelease, Version};
use std::borrow::Cow;

const END: u8 = 1;
/// Above the first byte of any number.
const TEXT: u8 = 255;
const TEXT_END: u8 = 0;
const PRERELEASE: u8 = 2;
const RELEASE: u8 = 3;

pub(super) fn key(order: Order, text: &str) -> Result<Box<[u8]>, Cause> {
    let version = read(order, text)?;
    let mut key = Vec::with_capacity(text.len() + 2);
    for number in [version.major, version.minor, version.patch] {
        push_number(&mut key, number.to_string().as_bytes());
    }
    if version.pre.is_empty() {
        key.push(RELEASE);
    } else {
        key.push(PRERELEASE);
        push_prerelease(&mut key, &version.pre);
    }
    Ok(key.into_boxed_slice())
}

pub(super) fn is_prerelease(order: Order, text: &str) -> bool {
    read(order, text).is_ok_and(|version| !version.pre.is_empty())
}

fn push_prerelease(key: &mut Vec<u8>, pre: &Prerelease) {
    for identifier in pre.split('.') {
        if identifier.bytes().all(|byte| byte.is_ascii_digit()) {
            push_number(key, identifier.as_bytes());
        } else {
            key.push(TEXT);
            key.extend(identifier.bytes());
            key.push(TEXT_END);
        }
    }
    key.push(END);
}

fn read(order: Order, text: &str) -> Result<Version, Cause> {
    let bare = without_prefix(order, text);
    Version::parse(&padded(bare)).map_err(|error| Cause::SemVer(error.to_string()))
}

fn without_prefix(order: Order, text: &str) -> &str {
    let text = match order {
        Order::Npm => text.trim().trim_start_matches('=').trim_start(),
        _ => text,
    };
    text.strip_prefix('v').unwrap_or(text)
}

/// Fills a core of one or two numbers up to three.
fn padded(text: &str) -> Cow<'_, str> {
    let core_end = text.find(['-', '+']).unwrap_or(text.len());
    let (core, rest) = text.split_at(core_end);
    let numeric = !core.is_empty() && core.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match core.split('.').count() {
        1 if numeric => Cow::Owned(format!("{core}.0.0{rest}")),
        2 if numeric && !core.ends_with('.') => Cow::Owned(format!("{core}.0{rest}")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ascend(order: Order, texts: &[&str]) {
        for pair in texts.windows(2) {
            assert!(key(order, pair[0]).unwrap() < key(order, pair[1]).unwrap(), "{pair:?}");
        }
    }

    #[test]
    fn the_example_of_section_11_ascends() {
        let example = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2.0.0",
        ];
        ascend(Order::SemVer, &example);
    }

    #[test]
    fn a_pseudo_version_is_below_the_release_that_it_announces() {
        ascend(
            Order::Go,
            &[
                "v0.17.0",
                "v0.17.1-0.20240101000000-abcdefabcdef",
                "v0.17.1-0.20240102000000-0123456789ab",
                "v0.17.1",
            ],
        );
    }

    #[test]
    fn build_metadata_has_no_rank() {
        assert_eq!(key(Order::Go, "v2.0.0+incompatible"), key(Order::Go, "2.0.0"));
        assert_eq!(key(Order::SemVer, "1.0.0+b1"), key(Order::SemVer, "1.0.0+b2"));
    }

    #[test]
    fn short_forms_are_padded() {
        assert_eq!(key(Order::Npm, "=v1"), key(Order::Npm, "1.0.0"));
        assert_eq!(key(Order::SemVer, "1.2-rc"), key(Order::SemVer, "1.2.0-rc"));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1.",
            "1.2.",
            "1..2",
            "1.2.3.4",
            "01.2.3",
            "x",
            "1.2.3-",
            "99999999999999999999.0.0",
            "^1.0.0",
        ] {
            assert!(key(Order::Npm, text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_prerelease_part_makes_a_prerelease() {
        assert!(is_prerelease(Order::Npm, "5.0.0-next.3"));
        assert!(!is_prerelease(Order::Npm, "5.0.0+5-x"));
    }

    proptest! {
        #[test]
        fn keys_order_as_the_semver_crate(left in version(), right in version()) {
            let keys = [&left, &right].map(|text| key(Order::SemVer, text).ok());
            let [left, right] = [&left, &right].map(|text| Version::parse(text).ok());
            if let (Some(left), Some(right)) = (left, right) {
                prop_assert_eq!(keys[0].cmp(&keys[1]), left.cmp_precedence(&right));
            }
        }
    }

    fn version() -> impl Strategy<Value = String> {
        "(0|1|9|10|199|200|18446744073709551615)\\.(0|1|201)\\.[0-2](-(0|1|11|300|a|b|a0|-|A)(\\.(0|2|10|x|a-))?)?(\\+1)?"
    }
}
