//! Digests in bills of materials against those of the delivered archives.
//!
//! SHA-256 and SHA-512 are compared; older digests prove nothing, and what has no other is not said to
//! fit. A file is held against a digest only where its names say that it is the component.

use std::collections::HashMap;

use super::Comparison;
use super::names::Named;
use crate::config::ReviewRule;
use crate::ingest::archive::Contents;
use crate::purl::Purl;
use crate::review::sbom::{Hash, Part, Scheme};
use crate::review::{About, Evidence, Remark};

/// Components whose delivered file is not the one that was listed.
pub(super) fn remarks(comparison: &Comparison<'_>) -> Vec<Remark> {
    let archives = comparison.delivered.delivery.archives.iter();
    let contents: HashMap<&str, &Contents> =
        archives.map(|contents| (contents.archive.as_str(), contents)).collect();
    let mut remarks = Vec::new();
    for (path, sbom) in comparison.delivered.sboms {
        for part in &sbom.parts {
            let hashes: Vec<&Hash> = part.hashes.iter().filter(|hash| is_strong(hash)).collect();
            if hashes.is_empty() {
                continue;
            }
            let files = files_of(part, comparison, &contents);
            let fits = |file: &&Contents| {
                hashes.iter().any(|hash| {
                    let value = hash.value.trim();
                    value.eq_ignore_ascii_case(&file.sha256)
                        || value.eq_ignore_ascii_case(&file.sha512)
                })
            };
            if let Some(file) = files.first().filter(|_| !files.iter().any(fits)) {
                remarks.push(mismatch(path, part, (file, hashes[0])));
            }
        }
    }
    remarks
}

fn is_strong(hash: &Hash) -> bool {
    let name: String = hash.algorithm.chars().filter(char::is_ascii_alphanumeric).collect();
    matches!(name.to_ascii_uppercase().as_str(), "SHA256" | "SHA512")
}

/// The archives that are a listed component, by name and version or by the name of the file.
fn files_of<'c>(
    part: &Part,
    comparison: &Comparison<'_>,
    contents: &HashMap<&str, &'c Contents>,
) -> Vec<&'c Contents> {
    let archived = comparison.archived.iter().filter(|named| is_part(named, part));
    let paths = archived.map(|named| comparison.path_of(named));
    let mut files: Vec<&Contents> =
        paths.filter_map(|path| contents.get(path.as_str()).copied()).collect();
    if let Some(name) = &part.filename {
        let is_named = |path: &str| path.rsplit('/').next() == Some(name.as_str());
        let named = contents.iter().filter(|(path, _)| is_named(path));
        files.extend(named.map(|(_, contents)| *contents));
    }
    files.sort_by(|a, b| a.archive.cmp(&b.archive));
    files
}

/// Whether an archived component is that part, to the letter of its names: a digest proves too much for
/// guesses.
fn is_part(named: &Named<'_>, part: &Part) -> bool {
    let purls = part.identifiers.iter().filter(|identifier| identifier.scheme == Scheme::Purl);
    let mut purls = purls.filter_map(|identifier| Purl::parse(&identifier.text).ok());
    named.is_maven
        && purls.any(|purl| {
            purl.kind() == "maven"
                && purl.namespace() == named.group.as_deref()
                && purl.name() == named.artifact
                && purl.version().or(part.version.as_deref()) == named.version.as_deref()
                && purl.qualifier("classifier").is_none()
        })
}

fn mismatch(sbom: &str, part: &Part, (file, hash): (&Contents, &Hash)) -> Remark {
    let name = part.name.as_deref().unwrap_or("a component");
    let version = part.version.as_deref().unwrap_or_default();
    let label = format!("{name} {version}").trim_end().to_owned();
    let purl = part.identifiers.iter().find(|identifier| identifier.scheme == Scheme::Purl);
    let purl = purl.and_then(|identifier| Purl::parse(&identifier.text).ok());
    let name = purl.map_or_else(|| label.clone(), |purl| crate::review::plain_name(&purl));
    let actual = if hash.value.trim().len() == 128 { &file.sha512 } else { &file.sha256 };
    Remark {
        rule: ReviewRule::HashMismatch,
        about: About::Component(name),
        detail: String::new(),
        what: format!(
            "The bill of materials says that {label} has the digest ({}) {}; the delivered {} has \
             {actual}. The file is not the one that was listed",
            hash.algorithm, hash.value, file.archive
        ),
        ask: format!(
            "Why does {} differ from the listed file? Please deliver the listed one, or a bill of materials of \
             what was delivered.",
            file.archive
        ),
        clauses: Vec::new(),
        evidence: vec![
            Evidence { path: sbom.to_owned(), at: format!("{}.hashes", part.at) },
            Evidence { path: file.archive.clone(), at: String::new() },
        ],
    }
}
