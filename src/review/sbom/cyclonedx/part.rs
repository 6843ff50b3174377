//! A component of CycloneDX as a part.

use super::model::{self, Component, Contact, LicenceChoice, Organization};
use super::owned;
use crate::review::sbom::{
    Acknowledgement, Element, Hash, Identifier, Licence, Part, Party, PartyKind, Reference, Scheme,
};

/// The component with all that it says about itself.
pub(super) fn part(component: Component<'_>, at: String) -> Part {
    let purpose = owned(component.kind.as_ref());
    Part {
        at,
        reference: owned(component.reference.as_ref()),
        element: element(purpose.as_deref().unwrap_or_default()),
        purpose,
        external: is_external(&component),
        group: owned(component.group.as_ref()),
        name: owned(component.name.as_ref()),
        version: owned(component.version.as_ref()),
        suppliers: component.supplier.iter().map(organization).collect(),
        producers: producers(&component),
        publisher: owned(component.publisher.as_ref()),
        identifiers: identifiers(&component),
        hashes: hashes(component.hashes.as_deref()),
        references: component.references.iter().flatten().map(reference).collect(),
        licences: component.licences.iter().flatten().filter_map(licence).collect(),
        licence_comments: licence_comments(&component),
        copyright: owned(component.copyright.as_ref()),
        description: owned(component.description.as_ref()),
        properties: properties(&component),
        released: component.release.as_ref().and_then(|notes| owned(notes.timestamp.as_ref())),
        patches: component
            .pedigree
            .and_then(|pedigree| pedigree.patches)
            .map_or(0, |all| all.len()),
        ..Part::default()
    }
}

/// Files and data are no packages (1.2 and 1.5).
fn element(kind: &str) -> Element {
    match kind.trim() {
        "file" | "data" => Element::File,
        _ => Element::Package,
    }
}

/// Said since 1.7 by `isExternal`; the scope `excluded` says it since 1.0.
fn is_external(component: &Component<'_>) -> bool {
    let is = |text: &Option<_>, word: &str| {
        text.as_ref()
            .is_some_and(|text: &crate::ingest::json::lenient::Text<'_>| text.value.trim() == word)
    };
    is(&component.external, "true") || is(&component.scope, "excluded")
}

fn producers(component: &Component<'_>) -> Vec<Party> {
    let mut producers: Vec<Party> = component.manufacturer.iter().map(organization).collect();
    let authors = component.authors.iter().flatten();
    producers.extend(authors.map(|author| contact(author, PartyKind::Person)));
    let author = owned(component.author.as_ref());
    producers.extend(author.map(|name| Party { name: Some(name), ..Party::default() }));
    producers
}

/// An organisation with the addresses of all its contacts.
pub(super) fn organization(organization: &Organization<'_>) -> Party {
    let contacts = organization.contacts.iter().flatten();
    Party {
        kind: PartyKind::Organization,
        name: owned(organization.name.as_ref()),
        emails: contacts.filter_map(|contact| owned(contact.email.as_ref())).collect(),
        urls: organization.urls.iter().flatten().map(|url| url.as_ref().to_owned()).collect(),
    }
}

/// A contact who acts alone.
pub(super) fn contact(contact: &Contact<'_>, kind: PartyKind) -> Party {
    Party {
        kind,
        name: owned(contact.name.as_ref()),
        emails: owned(contact.email.as_ref()).into_iter().collect(),
        urls: Vec::new(),
    }
}

fn identifiers(component: &Component<'_>) -> Vec<Identifier> {
    let purls = component.purl.first.iter().chain(&component.purl.others);
    let purls = purls.map(|purl| (Scheme::Purl, purl.value.as_ref()));
    let cpe = component.cpe.iter().map(|cpe| (Scheme::Cpe, cpe.value.as_ref()));
    let swid = component.swid.iter().filter_map(|swid| swid.tag.as_ref());
    let swid = swid.map(|tag| (Scheme::Swid, tag.value.as_ref()));
    let swhid = component.swhid.iter().flatten().map(|id| (Scheme::Swhid, id.as_ref()));
    let omnibor = component.omnibor.iter().flatten().map(|id| (Scheme::Gitoid, id.as_ref()));
    let all = purls.chain(cpe).chain(swid).chain(swhid).chain(omnibor);
    all.map(|(scheme, text)| Identifier { scheme, text: text.to_owned() }).collect()
}

fn hashes(hashes: Option<&[model::Hash<'_>]>) -> Vec<Hash> {
    let hashes = hashes.unwrap_or_default().iter();
    hashes
        .map(|hash| Hash {
            algorithm: owned(hash.algorithm.as_ref()).unwrap_or_default(),
            value: owned(hash.content.as_ref()).unwrap_or_default(),
        })
        .collect()
}

/// An external reference.
pub(super) fn reference(reference: &model::Reference<'_>) -> Reference {
    Reference {
        kind: owned(reference.kind.as_ref()).unwrap_or_default(),
        url: owned(reference.url.as_ref()).unwrap_or_default(),
        hashes: hashes(reference.hashes.as_deref()),
    }
}

/// One licence or expression: by its id, else its name, its address, its text.
pub(super) fn licence(choice: &LicenceChoice<'_>) -> Option<Licence> {
    if let Some(expression) = &choice.expression {
        let acknowledgement = acknowledged(choice.acknowledgement.as_ref().map(|a| &*a.value));
        let text = expression.value.as_ref().to_owned();
        return Some(Licence { text, formal: true, acknowledgement });
    }
    let licence = choice.licence.as_ref()?;
    let attached = licence.text.as_ref().and_then(|text| text.content.as_ref());
    let free = licence.name.as_ref().or(licence.url.as_ref()).or(attached);
    let acknowledgement = licence.acknowledgement.as_ref().or(choice.acknowledgement.as_ref());
    Some(Licence {
        text: owned(licence.id.as_ref().or(free))?,
        formal: licence.id.is_some(),
        acknowledgement: acknowledged(acknowledgement.map(|a| &*a.value)),
    })
}

fn acknowledged(word: Option<&str>) -> Acknowledgement {
    match word.map(str::trim) {
        Some("concluded") => Acknowledgement::Concluded,
        Some("declared") => Acknowledgement::Declared,
        _ => Acknowledgement::Unstated,
    }
}

fn licence_comments(component: &Component<'_>) -> Vec<String> {
    let licences = component.licences.iter().flatten().filter_map(|choice| choice.licence.as_ref());
    let kinds = licences.filter_map(|licence| licence.licensing.as_ref()?.kinds.as_ref()).flatten();
    kinds.map(|kind| kind.as_ref().to_owned()).collect()
}

fn properties(component: &Component<'_>) -> Vec<(String, String)> {
    let properties = component.properties.iter().flatten();
    properties
        .filter_map(|property| {
            let value = owned(property.value.as_ref()).unwrap_or_default();
            Some((owned(property.name.as_ref())?, value))
        })
        .collect()
}
