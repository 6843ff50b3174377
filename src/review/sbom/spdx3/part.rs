//! Packages, files and snippets of SPDX 3 as parts.

use super::model::{self, Node};
use super::{Elements, local, owned, parties, word};
use crate::review::sbom::{Element, Hash, Identifier, Part, Reference, Scheme};

/// The part that an element is, if it is one.
pub(super) fn of(node: &Node<'_>, at: String, elements: &Elements<'_, '_>) -> Option<Part> {
    let element = match local(node) {
        "Package" | "AIPackage" | "DatasetPackage" => Element::Package,
        "File" | "Snippet" => Element::File,
        _ => return None,
    };
    let own = &node.artifact;
    let purposes = own.purposes.iter().flatten();
    let support: Vec<&str> = own.support.iter().flatten().map(|level| word(level)).collect();
    Some(Part {
        at,
        reference: owned(node.id.as_ref()),
        element,
        purpose: own.purpose.as_ref().map(|purpose| word(&purpose.value).to_owned()),
        purposes: purposes.map(|purpose| word(purpose).to_owned()).collect(),
        name: owned(node.name.as_ref()),
        version: owned(own.version.as_ref()),
        suppliers: parties(own.supplied.as_deref(), elements),
        producers: parties(own.originated.as_deref(), elements),
        identifiers: identifiers(node),
        hashes: hashes(node),
        references: references(node),
        copyright: owned(own.copyright.as_ref()),
        description: owned(node.description.as_ref().or(node.summary.as_ref())),
        comments: owned(node.comment.as_ref()).into_iter().collect(),
        download: owned(own.download.as_ref()),
        source_info: owned(own.source_info.as_ref()),
        filename: (local(node) == "File").then(|| owned(node.name.as_ref())).flatten(),
        released: owned(own.released.as_ref()),
        valid_until: owned(own.valid_until.as_ref()),
        support: (!support.is_empty()).then(|| support.join(" ")),
        ..Part::default()
    })
}

fn identifiers(node: &Node<'_>) -> Vec<Identifier> {
    let purl = node.artifact.purl.iter();
    let purl = purl.map(|purl| (Scheme::Purl, purl.value.as_ref()));
    let external = node.identifiers.iter().flatten().map(|one| (&one.kind, &one.value));
    let contents = node.artifact.contents.iter().flatten().map(|one| (&one.kind, &one.value));
    let others = external.chain(contents).filter_map(|(kind, value)| {
        Some((scheme(&kind.as_ref()?.value)?, value.as_ref()?.value.as_ref()))
    });
    let all = purl.chain(others);
    all.map(|(scheme, text)| Identifier { scheme, text: text.to_owned() }).collect()
}

/// The scheme of a type of identifiers, in any spelling of its letters.
fn scheme(kind: &str) -> Option<Scheme> {
    match word(kind).to_ascii_lowercase().as_str() {
        "packageurl" | "purl" => Some(Scheme::Purl),
        "cpe22" | "cpe23" => Some(Scheme::Cpe),
        "swid" => Some(Scheme::Swid),
        "swhid" => Some(Scheme::Swhid),
        "gitoid" => Some(Scheme::Gitoid),
        _ => None,
    }
}

/// Digests; other methods of verification have none.
pub(super) fn hashes(node: &Node<'_>) -> Vec<Hash> {
    let hashes = node.hashes.iter().flatten();
    let hash = |hash: &model::Hash<'_>| {
        Some(Hash {
            // names hold underscores: `sha3_256`
            algorithm: hash.algorithm.as_ref()?.value.rsplit('/').next()?.trim().to_owned(),
            value: owned(hash.value.as_ref()).unwrap_or_default(),
        })
    };
    hashes.filter_map(hash).collect()
}

/// Places outside the document, one for each address.
pub(super) fn references(node: &Node<'_>) -> Vec<Reference> {
    let reference = |kind: &str, url: &str| Reference {
        kind: word(kind).to_owned(),
        url: url.to_owned(),
        hashes: Vec::new(),
    };
    let homepage = node.artifact.homepage.iter();
    let mut found: Vec<_> = homepage.map(|url| reference("homePage", &url.value)).collect();
    for external in node.references.iter().flatten() {
        let kind = external.kind.as_ref().map_or("", |kind| &kind.value);
        let locators = external.locators.iter().flatten();
        found.extend(locators.map(|url| reference(kind, url)));
    }
    found
}
