//! Where a package is used: `pkg:maven/g/a@<2.17.1` against the releases of the store.
//!
//! What stands after `@` is a version, or bounds that all must hold, each `<`, `<=`, `>`, `>=` or `=`
//! with a version, separated by commas. Nothing after the name means every version. Versions are
//! ordered as their ecosystem orders them; one that cannot be ordered is never left out.

use std::cmp::Ordering;

use super::store::{Holder, Store, StoreError};
use crate::ids::Ecosystem;
use crate::purl::Purl;
use crate::version::{Order, Version};

/// A question that was read.
#[derive(Debug)]
pub struct Search {
    ecosystem: Ecosystem,
    name: String,
    order: Order,
    bounds: Vec<(Relation, Version)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Below,
    UpTo,
    Above,
    From,
    Equal,
}

/// Why a text is no question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no package with versions: {cause}")]
pub struct InvalidSearch {
    text: String,
    cause: String,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Documents that hold a version in question.
    pub holders: Vec<Holder>,
    /// Documents that hold the package in a version that cannot be ordered, or in none that is known.
    pub unclear: Vec<Holder>,
}

impl Search {
    /// Reads a question.
    ///
    /// # Errors
    /// When it is no package URL with an ecosystem, or a bound is none.
    pub fn parse(text: &str) -> Result<Self, InvalidSearch> {
        let wrong = |cause: String| InvalidSearch { text: text.to_owned(), cause };
        let (package, versions) = split(text);
        let purl = Purl::parse(&package).map_err(|error| wrong(error.to_string()))?;
        let found = purl.package("").ok_or_else(|| {
            wrong("the type has no ecosystem with advisories, or its release is missing".to_owned())
        })?;
        let order = Order::of_ecosystem(found.ecosystem.as_str())
            .ok_or_else(|| wrong(format!("versions of {} have no order", found.ecosystem)))?;
        let mut bounds = Vec::new();
        for bound in versions.into_iter().flat_map(|versions| versions.split(',')) {
            let (relation, version) = relation(bound.trim());
            if version.is_empty() {
                return Err(wrong(format!("\"{bound}\" names no version")));
            }
            let version = Version::parse(order, version).map_err(|e| wrong(e.to_string()))?;
            bounds.push((relation, version));
        }
        Ok(Self { ecosystem: found.ecosystem, name: found.name, order, bounds })
    }

    /// The ecosystem and the name there.
    #[must_use]
    pub fn package(&self) -> (&str, &str) {
        (self.ecosystem.as_str(), &self.name)
    }

    /// Whether a version is in question; `None` where that cannot be told.
    #[must_use]
    pub fn holds(&self, version: &str) -> Option<bool> {
        if self.bounds.is_empty() {
            return Some(true);
        }
        if version.is_empty() {
            return None;
        }
        let version = Version::parse(self.order, version).ok()?;
        let mut all = true;
        for (relation, bound) in &self.bounds {
            let order = version.compare(bound)?;
            all &= match relation {
                Relation::Below => order == Ordering::Less,
                Relation::UpTo => order != Ordering::Greater,
                Relation::Above => order == Ordering::Greater,
                Relation::From => order != Ordering::Less,
                Relation::Equal => order == Ordering::Equal,
            };
        }
        Some(all)
    }

    /// Asks a store.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub fn ask(&self, store: &dyn Store) -> Result<Answer, StoreError> {
        let holders = |wanted: Option<bool>| {
            store.holders(self.package(), &|version: &str| self.holds(version) == wanted)
        };
        Ok(Answer { holders: holders(Some(true))?, unclear: holders(None)? })
    }
}

/// The package with its qualifiers, and what stands after its version sign. The `@` of an npm scope stands
/// before a slash.
fn split(text: &str) -> (String, Option<&str>) {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (path, rest) = text.split_at(end);
    match path.rfind('@').filter(|at| !path[*at..].contains('/')) {
        Some(at) => (format!("{}{rest}", &path[..at]), Some(&path[at + 1..])),
        None => (text.to_owned(), None),
    }
}

fn relation(bound: &str) -> (Relation, &str) {
    let known = [
        ("<=", Relation::UpTo),
        (">=", Relation::From),
        ("<", Relation::Below),
        (">", Relation::Above),
        ("=", Relation::Equal),
    ];
    let found = known
        .into_iter()
        .find_map(|(sign, relation)| Some((relation, bound.strip_prefix(sign)?.trim())));
    found.unwrap_or((Relation::Equal, bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_of_a_distribution_stands_behind_the_bounds() {
        let search = Search::parse("pkg:deb/debian/openssl@<3.0?distro=debian-12").unwrap();
        assert_eq!(search.package(), ("Debian:12", "openssl"));
        assert_eq!(search.holds("2.9"), Some(true));
        assert_eq!(search.holds("3.1"), Some(false));
    }

    #[test]
    fn bounds_are_ordered_as_their_ecosystem_orders() {
        let search =
            Search::parse("pkg:maven/org.apache.logging.log4j/log4j-core@<2.17.1").unwrap();
        assert_eq!(search.package(), ("Maven", "org.apache.logging.log4j:log4j-core"));
        // Maven: a candidate is before its release, and numbers are no texts
        assert_eq!(search.holds("2.17.1-rc1"), Some(true));
        assert_eq!(search.holds("2.9.1"), Some(true));
        assert_eq!(search.holds("2.17.1"), Some(false));
        assert_eq!(search.holds(""), None);
        let search = Search::parse("pkg:npm/%40angular/core@>=2.0.0, <2.10.0").unwrap();
        assert_eq!(search.package(), ("npm", "@angular/core"));
        assert_eq!(search.holds("2.9.0"), Some(true));
        assert_eq!(search.holds("2.10.0"), Some(false));
        assert_eq!(search.holds("latest"), None);
    }

    #[test]
    fn without_bounds_every_version_is_meant_and_an_exact_one_is_that() {
        assert_eq!(Search::parse("pkg:maven/g/a").unwrap().holds(""), Some(true));
        let one = Search::parse("pkg:maven/g/a@1.0").unwrap();
        assert_eq!((one.holds("1"), one.holds("1.1")), (Some(true), Some(false)));
    }

    #[test]
    fn what_is_no_question_says_why() {
        for text in ["log4j", "pkg:yocto/x@1", "pkg:maven/g/a@<", "pkg:npm/a@<x"] {
            let error = Search::parse(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("\"{text}\" is no package")), "{error}");
        }
    }
}
