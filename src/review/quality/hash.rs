//! Digests: whether they can be what they say.

use super::super::sbom::{Hash, Part};
use super::words::{Said, said};
use super::{State, View};

/// What a digest proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Strength {
    /// Nothing any more: files with the same digest can be made.
    Weak,
    /// That the file is the same, by an algorithm that NIST has not approved.
    Unapproved,
    /// That the file is the same.
    Strong,
}

/// The algorithms that CycloneDX and SPDX name, in small letters and digits, with their length in
/// hexadecimal digits; none where it may vary. Approved: FIPS 180-4 and FIPS 202.
const ALGORITHMS: [(&str, Option<usize>, Strength); 25] = [
    ("md2", Some(32), Strength::Weak),
    ("md4", Some(32), Strength::Weak),
    ("md5", Some(32), Strength::Weak),
    ("md6", None, Strength::Weak),
    ("sha1", Some(40), Strength::Weak),
    ("adler32", Some(8), Strength::Weak),
    ("sha224", Some(56), Strength::Strong),
    ("sha256", Some(64), Strength::Strong),
    ("sha384", Some(96), Strength::Strong),
    ("sha512", Some(128), Strength::Strong),
    ("sha3224", Some(56), Strength::Strong),
    ("sha3256", Some(64), Strength::Strong),
    ("sha3384", Some(96), Strength::Strong),
    ("sha3512", Some(128), Strength::Strong),
    ("blake2b160", Some(40), Strength::Unapproved),
    ("blake2b256", Some(64), Strength::Unapproved),
    ("blake2b384", Some(96), Strength::Unapproved),
    ("blake2b512", Some(128), Strength::Unapproved),
    ("blake3", None, Strength::Unapproved),
    ("streebog256", Some(64), Strength::Unapproved),
    ("streebog512", Some(128), Strength::Unapproved),
    ("gostr34112012256", Some(64), Strength::Unapproved),
    ("gostr34112012512", Some(128), Strength::Unapproved),
    ("sm3", Some(64), Strength::Unapproved),
    ("crc32", Some(8), Strength::Weak),
];

fn plain(algorithm: &str) -> String {
    let kept = algorithm.chars().filter(char::is_ascii_alphanumeric);
    kept.collect::<String>().to_ascii_lowercase()
}

/// What a digest proves; `None` for an algorithm that no format names.
fn strength_of(hash: &Hash) -> Option<Strength> {
    let name = plain(&hash.algorithm);
    ALGORITHMS.iter().find(|(known, ..)| *known == name).map(|(.., strength)| *strength)
}

fn one(hash: &Hash) -> State {
    match said(Some(&hash.value)) {
        Said::Nothing => return State::Absent,
        Said::Unknown => return State::DeclaredUnknown,
        Said::Withheld => return State::DeclaredWithheld,
        Said::Text(_) => {}
    }
    let name = plain(&hash.algorithm);
    let value = hash.value.trim();
    let Some((_, length, _)) = ALGORITHMS.iter().find(|(known, ..)| *known == name) else {
        return State::Invalid(format!("\"{}\" is no known algorithm", hash.algorithm));
    };
    if !value.bytes().all(|b| b.is_ascii_hexdigit()) {
        return State::Invalid(format!("{} is not written in hexadecimal digits", hash.algorithm));
    }
    match length {
        Some(length) if value.len() != *length => State::Invalid(format!(
            "{} has {length} hexadecimal digits, this one {}",
            hash.algorithm,
            value.len()
        )),
        _ => State::Valid,
    }
}

/// All of them must be right.
fn all<'a>(hashes: impl IntoIterator<Item = &'a Hash>) -> State {
    let mut state = State::Absent;
    for hash in hashes {
        match one(hash) {
            wrong @ State::Invalid(_) => return wrong,
            State::Valid => state = State::Valid,
            other if state == State::Absent => state = other,
            _ => {}
        }
    }
    state
}

/// Kinds of references to what is deployed; the last two are of SPDX 3.
const DEPLOYABLE: [&str; 4] =
    ["distribution", "distribution-intake", "binaryArtifact", "hasDistributionArtifact"];
const SOURCE: [&str; 2] = ["source-distribution", "sourceArtifact"];

fn of_references<'a>(part: &'a Part, kinds: &'a [&str]) -> impl Iterator<Item = &'a Hash> {
    let references = part.references.iter().filter(|one| kinds.contains(&one.kind.as_str()));
    references.flat_map(|one| &one.hashes)
}

fn own(part: &Part) -> impl Iterator<Item = &Hash> {
    part.hashes.iter().chain(of_references(part, &DEPLOYABLE))
}

/// A digest of the component.
pub(super) fn hash(view: &View<'_>, part: usize) -> State {
    all(own(&view.sbom.parts[part]))
}

/// How much the best digest of a component proves; nothing where it has none that is one.
pub(in super::super) fn strongest(part: &Part) -> Option<Strength> {
    own(part).filter(|hash| one(hash) == State::Valid).filter_map(strength_of).max()
}

/// A digest by an algorithm that proves something. Without a digest there is no algorithm to judge.
pub(in super::super) fn hash_algorithm(view: &View<'_>, part: usize) -> State {
    match strongest(&view.sbom.parts[part]) {
        None => State::NotApplicable,
        Some(Strength::Strong) => State::Valid,
        Some(Strength::Unapproved) => {
            State::Partial("the only algorithm is none that NIST has approved".to_owned())
        }
        Some(Strength::Weak) => State::Partial("only algorithms that are broken".to_owned()),
    }
}

/// SHA-512 of what is deployed, with the place of distribution.
pub(super) fn hash_sha512_deployable(view: &View<'_>, part: usize) -> State {
    let part = &view.sbom.parts[part];
    let is_sha512 = |hash: &&Hash| plain(&hash.algorithm) == "sha512";
    match all(of_references(part, &DEPLOYABLE).filter(is_sha512)) {
        State::Absent => match all(part.hashes.iter().filter(is_sha512)) {
            State::Valid => State::Partial(
                "SHA-512 stands with the component, not with its distribution".into(),
            ),
            other => other,
        },
        found => found,
    }
}

/// A digest of the source.
pub(super) fn source_hash(view: &View<'_>, part: usize) -> State {
    all(of_references(&view.sbom.parts[part], &SOURCE))
}
