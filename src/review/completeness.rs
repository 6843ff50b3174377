//! How whole a bill of materials is: what is reached, what contradicts itself, how old it is.
//!
//! These are counts and places, each of one thing. What follows from them is for the rules of the
//! review to say (`judgement`).

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::graph::{listed, packages};
use super::quality::{
    State, Strength, View, algorithm_state, date, is_generic, is_system, licence_state, moment,
    purls, strongest, version_state,
};
use super::sbom::{Aggregate, Element, Part, Sbom};
use crate::purl::Purl;

/// What is known about how whole a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Packages, the product left out.
    pub packages: usize,
    /// Single files.
    pub files: usize,
    /// Packages that the product leads to, directly or not.
    pub reachable: usize,
    /// Of those, the ones that it needs directly.
    pub direct: usize,
    /// Packages that no path from the product reaches, as indices; all of them where there is no product.
    pub orphans: Vec<usize>,
    /// Names that are needed and not defined.
    pub dangling: Vec<String>,
    /// What the document says of how complete it is about the product.
    pub stated: Option<Aggregate>,
    /// Components of which it says that something is missing or not known.
    pub open: Vec<usize>,
    /// Packages by layer.
    pub layers: Layers,
    /// How old it is.
    pub age: Age,
    /// Packages that are listed more than once with different facts, each with all its places.
    pub duplicates: Vec<Vec<usize>>,
    /// Packages whose package URL names another version than they do.
    pub version_mismatches: Vec<usize>,
    /// Packages whose digests all prove nothing any more.
    pub weak_hashes: Vec<usize>,
    /// Packages with at least one digest that proves something.
    pub strong_hashes: usize,
    /// Packages with a licence that is no SPDX expression.
    pub invalid_licences: Vec<usize>,
    /// Packages with a licence that is one.
    pub valid_licences: usize,
    /// Packages that can have a package URL: no type of it names an operating system as a whole.
    pub nameable: usize,
    /// Of those, the ones without a package URL that can be read.
    pub without_purl: Vec<usize>,
    /// Packages whose package URL is of type `generic`.
    pub generic_purls: Vec<usize>,
    /// Packages, the product included, without a version that is one.
    pub without_version: Vec<usize>,
    /// Native programs and libraries of which the document does not say what is linked into them.
    pub blind: Vec<usize>,
}

impl Facts {
    /// The share of indirect dependencies among what the product leads to, in per cent, rounded down;
    /// `None` where it leads to nothing.
    #[must_use]
    pub fn transitive_share(&self) -> Option<usize> {
        (self.reachable > 0).then(|| (self.reachable - self.direct) * 100 / self.reachable)
    }
}

/// Packages by the layer of a system that they belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// Packages of an operating system.
    pub system: usize,
    /// What runs programs of a language.
    pub runtime: usize,
    /// Packages of programming languages.
    pub application: usize,
}

/// How old a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// It does not say when it was made, or not so that it can be read.
    Unknown,
    /// It was made on that day.
    Known {
        /// The day, in UTC.
        made: Date,
        /// Days from then until the review; negative where it is yet to come.
        days: i64,
        /// Days from then until the product was released, where that is known; negative where the
        /// document is younger.
        before_release: Option<i64>,
    },
}

/// Finds out how whole a document is.
#[must_use]
pub fn facts(view: &View<'_>) -> Facts {
    let sbom = view.sbom;
    let depth = |part: &usize| view.graph.depth[*part];
    let is_below = |part: &usize| depth(part).is_some_and(|depth| depth > 0);
    let among = |look: fn(&View<'_>, usize) -> State, wanted: fn(&State) -> bool| -> Vec<usize> {
        packages(sbom).filter(|part| wanted(&look(view, *part))).collect()
    };
    let nameable = || listed(sbom).filter(|part| !is_system(&sbom.parts[*part]));
    Facts {
        packages: listed(sbom).count(),
        files: sbom.parts.iter().filter(|part| part.element == Element::File).count(),
        reachable: listed(sbom).filter(is_below).count(),
        direct: listed(sbom).filter(|part| depth(part) == Some(1)).count(),
        orphans: listed(sbom).filter(|part| depth(part).is_none()).collect(),
        dangling: view.graph.dangling.clone(),
        stated: view.graph.stated(sbom.primary.first().copied()),
        open: open(sbom),
        layers: layers(sbom),
        age: age(view),
        duplicates: duplicates(sbom),
        version_mismatches: packages(sbom).filter(|one| differs(&sbom.parts[*one])).collect(),
        weak_hashes: packages(sbom).filter(|one| is_weak(&sbom.parts[*one])).collect(),
        strong_hashes: among(algorithm_state, |state| *state == State::Valid).len(),
        invalid_licences: among(licence_state, |state| matches!(state, State::Invalid(_))),
        valid_licences: among(licence_state, |state| *state == State::Valid).len(),
        nameable: nameable().count(),
        without_purl: nameable().filter(|one| purls(&sbom.parts[*one]).next().is_none()).collect(),
        generic_purls: listed(sbom).filter(|one| is_generic(&sbom.parts[*one])).collect(),
        without_version: among(version_state, |state| *state != State::Valid),
        blind: listed(sbom).filter(|one| is_blind(view, *one)).collect(),
    }
}

fn open(sbom: &Sbom) -> Vec<usize> {
    let said = sbom.completeness.iter();
    let open = said.filter(|said| said.aggregate != Aggregate::Complete);
    let mut parts: Vec<_> = open.filter_map(|said| said.about).collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// Package types of operating systems, by the list of types of the purl specification.
const SYSTEM: [&str; 8] = ["deb", "rpm", "apk", "alpm", "qpkg", "ebuild", "bitnami", "yocto"];

/// Package types that say nothing about the layer.
const NO_LAYER: [&str; 4] = ["generic", "oci", "docker", "github"];

/// Names of what runs programs of a language.
const RUNTIMES: [&str; 12] = [
    "openjdk",
    "jre",
    "jdk",
    "java-runtime",
    "node",
    "nodejs",
    "python",
    "cpython",
    "ruby",
    "php",
    "dotnet",
    "stdlib",
];

fn layers(sbom: &Sbom) -> Layers {
    let mut layers = Layers::default();
    for part in listed(sbom).map(|part| &sbom.parts[part]) {
        let purl = purls(part).next();
        let kind = purl.as_ref().map_or("", Purl::kind);
        let name = part.name.as_deref().unwrap_or_default().to_ascii_lowercase();
        match part.purpose.as_deref() {
            _ if SYSTEM.contains(&kind) || is_system(part) => layers.system += 1,
            Some("platform") => layers.runtime += 1,
            _ if RUNTIMES.contains(&name.as_str()) => layers.runtime += 1,
            _ if !kind.is_empty() && !NO_LAYER.contains(&kind) => layers.application += 1,
            _ => {}
        }
    }
    layers
}

fn age(view: &View<'_>) -> Age {
    let written = view.sbom.document.timestamp.as_deref();
    let Some(made) = written.and_then(moment) else { return Age::Unknown };
    let made = made.to_zoned(TimeZone::UTC).date();
    let today = view.asked.now.to_zoned(TimeZone::UTC).date();
    let of_product = || {
        let primary = view.sbom.primary.first().map(|one| &view.sbom.parts[*one]);
        primary.and_then(|part| part.released.as_deref()).and_then(date)
    };
    let released = view.asked.released.or_else(of_product);
    let days = |later: Date| i64::from((later - made).get_days());
    Age::Known { made, days: days(today), before_release: released.map(days) }
}

/// What two entries of the same component must agree on.
#[derive(PartialEq, Eq)]
struct Stated<'a> {
    hashes: Vec<(&'a str, &'a str)>,
    licences: Vec<&'a str>,
    suppliers: Vec<&'a str>,
}

impl<'a> Stated<'a> {
    fn of(part: &'a Part) -> Self {
        let hashes = part.hashes.iter();
        let mut hashes: Vec<_> = hashes.map(|h| (h.algorithm.as_str(), h.value.as_str())).collect();
        let mut licences: Vec<_> = part.licences.iter().map(|l| l.text.as_str()).collect();
        let mut suppliers: Vec<_> =
            part.suppliers.iter().filter_map(|one| one.name.as_deref()).collect();
        hashes.sort_unstable();
        licences.sort_unstable();
        suppliers.sort_unstable();
        Self { hashes, licences, suppliers }
    }
}

fn duplicates(sbom: &Sbom) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for index in packages(sbom) {
        let part = &sbom.parts[index];
        let key = purls(part).next().map(|purl| purl.canonical()).or_else(|| {
            let group = part.group.as_deref().unwrap_or_default();
            Some(format!("{group}\n{}\n{}", part.name.as_deref()?, part.version.as_deref()?))
        });
        groups.entry(key.unwrap_or_default()).or_default().push(index);
    }
    groups.remove("");
    let differ = |group: &Vec<usize>| {
        let first = Stated::of(&sbom.parts[group[0]]);
        group[1..].iter().any(|other| Stated::of(&sbom.parts[*other]) != first)
    };
    let mut found: Vec<_> = groups.into_values().filter(differ).collect();
    found.sort_unstable();
    found
}

/// Whether a component and its package URL name different versions. Kinds whose URL names a digest are
/// left out, and so are a leading `v` or `go`, the epoch, and a release that one of the two leaves out.
fn differs(part: &Part) -> bool {
    let Some(own) = part.version.as_deref().map(str::trim).filter(|own| !own.is_empty()) else {
        return false;
    };
    let versions = purls(part).filter(|purl| !["oci", "docker"].contains(&purl.kind()));
    let mut versions = versions.filter_map(|purl| {
        let packaged = ["deb", "rpm", "apk", "alpm"].contains(&purl.kind());
        Some((purl.version()?.to_owned(), packaged))
    });
    versions.any(|(named, packaged)| !is_same(own, &named, packaged))
}

fn is_same(own: &str, named: &str, packaged: bool) -> bool {
    let bare = |text: &str| -> String {
        let text =
            text.strip_prefix("go").filter(|rest| rest.starts_with(is_digit)).unwrap_or(text);
        let text = text.strip_prefix('v').unwrap_or(text);
        let epoch =
            text.split_once(':').filter(|(epoch, _)| packaged && epoch.chars().all(is_digit));
        epoch.map_or(text, |(_, rest)| rest).to_owned()
    };
    let (own, named) = (bare(own), bare(named));
    let goes_on = |long: &str, short: &str| {
        packaged && long.strip_prefix(short).is_some_and(|rest| rest.starts_with('-'))
    };
    own == named || goes_on(&own, &named) || goes_on(&named, &own)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_weak(part: &Part) -> bool {
    strongest(part) == Some(Strength::Weak)
}

/// Endings of native programs and libraries.
const NATIVE: [&str; 7] = [".exe", ".dll", ".so", ".dylib", ".sys", ".ko", ".elf"];

fn is_blind(view: &View<'_>, index: usize) -> bool {
    let part = &view.sbom.parts[index];
    let name = part.filename.as_deref().or(part.name.as_deref()).unwrap_or_default();
    let name = name.to_ascii_lowercase();
    let is_native = NATIVE.iter().any(|end| name.ends_with(end)) || name.contains(".so.");
    let packaged = purls(part).any(|purl| SYSTEM.contains(&purl.kind()));
    let closed = view.graph.stated(Some(index)) == Some(Aggregate::Complete);
    is_native && !packaged && !closed && !view.graph.leads_on(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_the_same_where_only_the_spelling_differs() {
        assert!(is_same("1.2.3", "v1.2.3", false));
        assert!(is_same("go1.22.1", "1.22.1", false));
        assert!(is_same("1:2.0-3", "2.0-3", true));
        assert!(is_same("2.0", "2.0-3.el9", true));
        assert!(!is_same("2.0", "2.0-beta", false));
        assert!(!is_same("2.14.1", "2.17.1", false));
        assert!(!is_same("1.10", "1.1", true));
    }
}
