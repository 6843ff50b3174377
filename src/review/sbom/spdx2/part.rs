//! Packages, files and snippets of SPDX 2 as parts.

use super::model::{Checksum, ExternalRef, File, Package, Snippet};
use super::owned;
use crate::ingest::json::lenient::Text;
use crate::ingest::spdx::type_name;
use crate::review::sbom::party::party;
use crate::review::sbom::{
    Acknowledgement, Element, Hash, Identifier, Licence, Part, Reference, Scheme,
};

/// A package (clause 7).
pub(super) fn package(package: &Package<'_>, at: String) -> Part {
    let external = package.references.as_deref().unwrap_or_default();
    let homepage = owned(package.homepage.as_ref());
    let homepage = homepage.map(|url| reference("homepage", url));
    let annotations = package.annotations.iter().flatten();
    let annotations = annotations.filter_map(|annotation| owned(annotation.comment.as_ref()));
    Part {
        at,
        reference: owned(package.id.as_ref()),
        purpose: owned(package.purpose.as_ref()),
        name: owned(package.name.as_ref()),
        version: owned(package.version.as_ref()),
        suppliers: package.supplier.iter().map(|text| party(&text.value)).collect(),
        producers: package.originator.iter().map(|text| party(&text.value)).collect(),
        identifiers: external.iter().filter_map(identifier).collect(),
        hashes: hashes(package.checksums.as_deref()),
        references: homepage.into_iter().chain(external.iter().filter_map(other)).collect(),
        licences: licences(package.concluded.as_ref(), package.declared.as_ref()),
        licence_comments: owned(package.licence_comments.as_ref()).into_iter().collect(),
        copyright: owned(package.copyright.as_ref()),
        description: owned(package.description.as_ref().or(package.summary.as_ref())),
        comments: owned(package.comment.as_ref()).into_iter().chain(annotations).collect(),
        download: owned(package.download.as_ref()),
        source_info: owned(package.source_info.as_ref()),
        filename: owned(package.filename.as_ref()),
        released: owned(package.released.as_ref()),
        valid_until: owned(package.valid_until.as_ref()),
        vulnerabilities: external.iter().filter(|external| is_flaw(external)).count(),
        ..Part::default()
    }
}

/// A file (clause 8).
pub(super) fn file(file: &File<'_>, at: String) -> Part {
    let found = file.found.iter().flatten();
    let found = found.map(|text| licence(text.as_ref().to_owned(), Acknowledgement::Declared));
    Part {
        at,
        reference: owned(file.id.as_ref()),
        element: Element::File,
        name: owned(file.name.as_ref()),
        filename: owned(file.name.as_ref()),
        hashes: hashes(file.checksums.as_deref()),
        licences: licences(file.concluded.as_ref(), None).into_iter().chain(found).collect(),
        copyright: owned(file.copyright.as_ref()),
        comments: owned(file.comment.as_ref()).into_iter().collect(),
        ..Part::default()
    }
}

/// A snippet (clause 9).
pub(super) fn snippet(snippet: &Snippet<'_>, at: String) -> Part {
    Part {
        at,
        reference: owned(snippet.id.as_ref()),
        element: Element::File,
        name: owned(snippet.name.as_ref()),
        licences: licences(snippet.concluded.as_ref(), None),
        copyright: owned(snippet.copyright.as_ref()),
        comments: owned(snippet.comment.as_ref()).into_iter().collect(),
        ..Part::default()
    }
}

fn licences(concluded: Option<&Text<'_>>, declared: Option<&Text<'_>>) -> Vec<Licence> {
    let concluded = owned(concluded).map(|text| licence(text, Acknowledgement::Concluded));
    let declared = owned(declared).map(|text| licence(text, Acknowledgement::Declared));
    concluded.into_iter().chain(declared).collect()
}

fn licence(text: String, acknowledgement: Acknowledgement) -> Licence {
    Licence { text, formal: true, acknowledgement }
}

fn hashes(checksums: Option<&[Checksum<'_>]>) -> Vec<Hash> {
    let checksums = checksums.unwrap_or_default().iter();
    checksums
        .map(|checksum| Hash {
            algorithm: owned(checksum.algorithm.as_ref()).unwrap_or_default(),
            value: owned(checksum.value.as_ref()).unwrap_or_default(),
        })
        .collect()
}

/// How the type of an external reference writes identifiers (annex F), whatever its category.
fn scheme(kind: &str) -> Option<Scheme> {
    match type_name(kind).to_ascii_lowercase().as_str() {
        "purl" => Some(Scheme::Purl),
        "cpe22type" | "cpe23type" => Some(Scheme::Cpe),
        "swid" => Some(Scheme::Swid),
        "swh" => Some(Scheme::Swhid),
        "gitoid" => Some(Scheme::Gitoid),
        _ => None,
    }
}

fn identifier(external: &ExternalRef<'_>) -> Option<Identifier> {
    let scheme = scheme(&external.kind.as_ref()?.value)?;
    Some(Identifier { scheme, text: owned(external.locator.as_ref())? })
}

/// An external reference that identifies nothing by one of the known schemes.
fn other(external: &ExternalRef<'_>) -> Option<Reference> {
    let kind = external.kind.as_ref().map_or("", |kind| &kind.value);
    if scheme(kind).is_some() {
        return None;
    }
    Some(reference(type_name(kind), owned(external.locator.as_ref())?))
}

fn reference(kind: &str, url: String) -> Reference {
    Reference { kind: kind.to_owned(), url, hashes: Vec::new() }
}

/// Whether a reference leads to a known flaw or to its cure (annex F.2).
fn is_flaw(external: &ExternalRef<'_>) -> bool {
    let kind = external.kind.as_ref().map_or("", |kind| &kind.value);
    matches!(type_name(kind), "advisory" | "fix")
}
