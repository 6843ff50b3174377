//! Versions and the orders that they follow.
//!
//! A [`Version`] is parsed once, into bytes whose plain comparison (`memcmp`) is the order of its
//! ecosystem. All orders but one are total, so every version has such a [key](Version::key).
//! Maven's relation is not: `1m1 < 1 < 1.x.1`, and yet `1m1 > 1.x.1`. There a key exists for the
//! *regular* versions (99.65 % of 12,234 real ones); the others keep their text alone and are
//! compared by Maven's own algorithm. For this reason `Version` is neither `Ord` nor `PartialOrd`:
//! it must never reach `sort_by`. Use [`sort_ascending`].
//!
//! One file per order, each naming the specification that it follows: `order` says which
//! ecosystem uses which; `maven`, `maven_key` and `maven4` are Maven's; the others write keys and
//! nothing else. `docs/version-orders.md` says what each was held against.
//!
//! Not here: ranges, and OSV's `introduced: "0"`, which is before everything. That is `matching`.

mod apk;
mod chain;
mod composer;
mod dart;
mod debian;
mod digits;
mod dotted;
mod gem;
mod invalid;
mod key;
mod legacy;
mod maven;
mod maven4;
mod maven_key;
mod npm;
mod nuget;
mod order;
mod pep440;
mod rpm;
mod semver;
mod sort;

use std::cmp::Ordering;
use std::fmt;

pub(crate) use digits::digit_value;
pub use invalid::{Cause, InvalidVersion};
pub use order::Order;
pub use sort::sort_ascending;

/// The longest text that is taken for a version, in UTF-16 units (Maven's measure).
///
/// Real versions stay below 200; the bound keeps hostile documents cheap.
pub const LONGEST: usize = 4096;

/// A version text, read under one [`Order`].
///
/// ```
/// use std::cmp::Ordering;
/// use bomvet::version::{Order, Version};
///
/// let candidate = Version::parse(Order::Maven, "2.15.0-rc1")?;
/// let release = Version::parse(Order::Maven, "2.15.0")?;
/// assert_eq!(candidate.compare(&release), Some(Ordering::Less));
/// assert!(candidate.is_prerelease());
/// # Ok::<(), bomvet::version::InvalidVersion>(())
/// ```
#[derive(Clone)]
pub struct Version {
    text: Box<str>,
    order: Order,
    key: Option<Box<[u8]>>,
}

impl Version {
    /// Reads `text` as a version of `order`.
    ///
    /// # Errors
    ///
    /// [`InvalidVersion`] when the text is longer than [`LONGEST`] or is no version of that order.
    /// Maven takes every text, the empty one too (it equals `0`).
    pub fn parse(order: Order, text: &str) -> Result<Self, InvalidVersion> {
        match key_of(order, text) {
            Ok(key) => Ok(Self { text: text.into(), order, key }),
            Err(cause) => Err(InvalidVersion::new(order, text, cause)),
        }
    }

    /// The text as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The order it was read under.
    #[must_use]
    pub fn order(&self) -> Order {
        self.order
    }

    /// How the two stand in their ecosystem's order; `None` when their orders differ.
    ///
    /// Antisymmetric, but for Maven not always transitive.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (&self.key, &other.key) {
            (Some(mine), Some(theirs)) if self.order == other.order => Some(mine.cmp(theirs)),
            _ => self.compare_exact(other),
        }
    }

    /// The answer of [`compare`](Self::compare) by the ecosystem's own algorithm.
    ///
    /// For Maven this parses both texts and never looks at a key: it is what tests hold the keys
    /// against. The other orders are their keys.
    #[must_use]
    pub fn compare_exact(&self, other: &Self) -> Option<Ordering> {
        if self.order != other.order {
            return None;
        }
        match self.order {
            Order::Maven => Some(maven::compare(&self.text, &other.text)),
            _ => Some(self.key.cmp(&other.key)),
        }
    }

    /// How Maven 4 orders the two; `None` when they are not Maven's or Maven 4 throws on one.
    ///
    /// The rules are those of 4.0.0-rc-6. Where this differs from
    /// [`compare`](Self::compare) at the bound of a range, the answer depends on the tool.
    #[must_use]
    pub fn compare_maven4(&self, other: &Self) -> Option<Ordering> {
        match (self.order, other.order) {
            (Order::Maven, Order::Maven) => maven4::compare(&self.text, &other.text),
            _ => None,
        }
    }

    /// Whether the version announces a later release.
    ///
    /// Maven: an alpha, beta, milestone, rc or snapshot qualifier anywhere. SemVer and its kin: a
    /// pre-release part; `NuGet`: labels; `RubyGems`: letters. PEP 440: a pre-release or development
    /// part, or a form older than PEP 440. Composer: a stability below stable; apk: a word below the
    /// end. Bitnami, Hackage, R, Debian and RPM: never, since they have no such notion.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        match self.order {
            Order::Maven => maven::is_prerelease(&self.text),
            Order::SemVer | Order::Go | Order::GitHubActions => {
                semver::is_prerelease(self.order, &self.text)
            }
            Order::Npm => npm::is_prerelease(&self.text),
            Order::Pub | Order::Julia => dart::is_prerelease(self.order, &self.text),
            Order::Pep440 => pep440::is_prerelease(&self.text),
            Order::RubyGems => gem::is_prerelease(&self.text),
            Order::NuGet => nuget::is_prerelease(&self.text),
            Order::Composer => composer::is_prerelease(&self.text),
            Order::Apk => apk::is_prerelease(&self.text),
            Order::Bitnami | Order::Hackage | Order::R | Order::Debian | Order::Rpm => false,
        }
    }

    /// Whether it is a Python version from before PEP 440.
    ///
    /// Such a version is below all of PEP 440 by convention, whatever its numbers say.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        self.order == Order::Pep440 && self.key.as_deref().is_some_and(pep440::is_legacy)
    }

    /// Bytes that compare as the versions do, among keys of one [`Order`].
    ///
    /// `None` for an irregular Maven version: ask [`compare`](Self::compare).
    #[must_use]
    pub fn key(&self) -> Option<&[u8]> {
        self.key.as_deref()
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let regular = if self.key.is_some() { "" } else { ", irregular" };
        write!(f, "Version({}, {:?}{regular})", self.order, self.text)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn key_of(order: Order, text: &str) -> Result<Option<Box<[u8]>>, Cause> {
    if text.len() > LONGEST {
        let units = text.encode_utf16().count();
        if units > LONGEST {
            return Err(Cause::TooLong { units });
        }
    }
    match order {
        Order::Maven => return Ok(maven_key::key(text)),
        Order::SemVer | Order::Go | Order::GitHubActions | Order::Bitnami => {
            semver::key(order, text)
        }
        Order::Npm => npm::key(text),
        Order::Pub | Order::Julia => dart::key(order, text),
        Order::Pep440 => pep440::key(text),
        Order::RubyGems => gem::key(text),
        Order::NuGet => nuget::key(text),
        Order::Composer => composer::key(text),
        Order::Hackage => dotted::hackage(text),
        Order::R => dotted::r(text),
        Order::Debian => debian::key(text),
        Order::Rpm => rpm::key(text),
        Order::Apk => apk::key(text),
    }
    .map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_different_orders_have_no_comparison() {
        let maven = Version::parse(Order::Maven, "1.0").unwrap();
        let npm = Version::parse(Order::Npm, "1.0.0").unwrap();
        assert_eq!(maven.compare(&npm), None);
        assert_eq!(maven.compare_maven4(&npm), None);
    }

    #[test]
    fn a_version_keeps_its_text_and_order() {
        let version = Version::parse(Order::Npm, "v1.2").unwrap();
        assert_eq!((version.text(), version.order()), ("v1.2", Order::Npm));
    }

    #[test]
    fn a_hundred_thousand_dashes_are_refused_by_every_order() {
        let dashes = "-".repeat(100_000);
        for order in Order::ALL {
            let error = Version::parse(order, &dashes).unwrap_err();
            assert_eq!(error.cause(), &Cause::TooLong { units: 100_000 });
            assert!(error.to_string().len() < 200);
        }
    }

    #[test]
    fn the_longest_text_is_taken() {
        for text in ["-".repeat(LONGEST), "1".repeat(LONGEST), "a1".repeat(LONGEST / 2)] {
            let version = Version::parse(Order::Maven, &text).unwrap();
            let one = Version::parse(Order::Maven, "1").unwrap();
            assert_ne!(version.compare(&one), None);
            assert_eq!(version.compare_maven4(&version), Some(Ordering::Equal));
        }
    }

    #[test]
    fn an_invalid_version_says_what_it_is_not() {
        let error = Version::parse(Order::SemVer, "1..x").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("\"1..x\" is no SemVer version: unexpected character '.'")
        );
    }
}
