//! Semantic Versioning 2.0.0, section 11, for crates.io, Hex, Go, Swift and others; read by the
//! `semver` crate, which stays behind this file.
//!
//! | order | taken beside full versions |
//! | --- | --- |
//! | `SemVer`, `Go` | a leading `v`; short forms, padded: `1.2-rc` is `1.2.0-rc` |
//! | `Go` | toolchains: `go1.21` and `go1.21rc2` are `1.21.0` and `1.21.0-rc.2` |
//! | `GitHubActions` | a leading `v`. A short form is a tag that moves: nobody knows which version it is |
//! | `Bitnami` | nothing. What follows the hyphen is the revision of a build, above the version without |
//!
//! Build metadata has no rank, so Go's `+incompatible` says nothing; Go's pseudo-versions are plain
//! pre-releases. Four numbers, leading zeros and numbers past 64 bits are no versions here: their tools
//! do not agree on them.
//!
//! The key is `major minor patch`, then 3 for a release, 2 (Bitnami: 4) and the identifiers after the
//! hyphen: a number as itself, a text as `255 text 0`, the end as 1.

use super::invalid::Cause;
use super::key::{push_number, push_text};
use super::order::Order;
use ::semver::Version;
use std::borrow::Cow;

const END: u8 = 1;
/// Above the first byte of any number.
const TEXT: u8 = 255;
const BELOW: u8 = 2;
const RELEASE: u8 = 3;
const ABOVE: u8 = 4;

/// Where a version with a part after the hyphen stands beside the one without.
#[derive(Clone, Copy)]
pub(super) enum Rank {
    Below,
    Above,
}

pub(super) fn key(order: Order, text: &str) -> Result<Box<[u8]>, Cause> {
    let version = read(order, text)?;
    let mut key = Vec::with_capacity(text.len() + 2);
    for number in [version.major, version.minor, version.patch] {
        push_number(&mut key, number.to_string().as_bytes());
    }
    let rank = if order == Order::Bitnami { Rank::Above } else { Rank::Below };
    push_rank(&mut key, &version.pre, rank);
    Ok(key.into_boxed_slice())
}

/// Whether it has a part after the hyphen that announces a release.
pub(super) fn is_prerelease(order: Order, text: &str) -> bool {
    order != Order::Bitnami && read(order, text).is_ok_and(|version| !version.pre.is_empty())
}

/// Appends what follows the hyphen, without it; nothing is a release.
pub(super) fn push_rank(key: &mut Vec<u8>, after_hyphen: &str, rank: Rank) {
    if after_hyphen.is_empty() {
        return key.push(RELEASE);
    }
    key.push(match rank {
        Rank::Below => BELOW,
        Rank::Above => ABOVE,
    });
    push_identifiers(key, after_hyphen);
}

/// Appends identifiers between dots so that they compare by section 11, item 4.
pub(super) fn push_identifiers(key: &mut Vec<u8>, identifiers: &str) {
    for identifier in identifiers.split('.') {
        if identifier.bytes().all(|byte| byte.is_ascii_digit()) {
            push_number(key, identifier.as_bytes());
        } else {
            key.push(TEXT);
            push_text(key, identifier);
        }
    }
    key.push(END);
}

fn read(order: Order, text: &str) -> Result<Version, Cause> {
    let full = match order {
        Order::Bitnami => Cow::Borrowed(text),
        Order::GitHubActions => Cow::Borrowed(without_v(text)),
        Order::Go => toolchain(text).map_or_else(|| padded(without_v(text)), Cow::Owned),
        _ => padded(without_v(text)),
    };
    Version::parse(&full).map_err(|error| Cause::SemVer(error.to_string()))
}

fn without_v(text: &str) -> &str {
    text.strip_prefix('v').unwrap_or(text)
}

/// `go1.21.3`, `go1.21rc2`: Go itself, in the words of its own tool.
fn toolchain(text: &str) -> Option<String> {
    let text =
        text.strip_prefix("go").filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))?;
    for word in ["rc", "beta"] {
        if let Some((core, number)) = text.split_once(word) {
            return Some(format!("{}-{word}.{number}", padded(core)));
        }
    }
    Some(padded(text).into_owned())
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
        assert_eq!(key(Order::SemVer, "v1"), key(Order::SemVer, "1.0.0"));
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
            assert!(key(Order::SemVer, text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_prerelease_part_makes_a_prerelease() {
        assert!(is_prerelease(Order::Go, "5.0.0-next.3"));
        assert!(!is_prerelease(Order::SemVer, "5.0.0+5-x"));
        assert!(!is_prerelease(Order::Bitnami, "5.0.0-1"));
    }

    #[test]
    fn a_revision_of_bitnami_is_above_the_version_without() {
        ascend(Order::Bitnami, &["1.2.2", "1.2.3", "1.2.3-0", "1.2.3-2", "1.2.3-10", "1.2.4"]);
        assert!(key(Order::Bitnami, "1.2").is_err() && key(Order::Bitnami, "v1.2.3").is_err());
    }

    #[test]
    fn a_tag_of_an_action_that_moves_is_no_version() {
        assert!(key(Order::GitHubActions, "v4").is_err());
        assert!(key(Order::GitHubActions, "v4.1").is_err());
        assert_eq!(key(Order::GitHubActions, "v4.1.7"), key(Order::GitHubActions, "4.1.7"));
    }

    #[test]
    fn go_s_own_releases_are_read_as_its_tool_writes_them() {
        ascend(Order::Go, &["go1.20.14", "go1.21rc2", "go1.21.0", "go1.21.3", "1.22.0"]);
        assert_eq!(key(Order::Go, "go1.21rc2"), key(Order::Go, "1.21.0-rc.2"));
        assert_eq!(key(Order::Go, "go1.4beta1"), key(Order::Go, "1.4.0-beta.1"));
        for text in ["go", "gopher", "go1.21x", "go1.21-custom X:boringcrypto", "go1.21rc"] {
            assert!(key(Order::Go, text).is_err(), "{text:?}");
        }
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
