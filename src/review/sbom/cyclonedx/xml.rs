//! CycloneDX in XML, 1.0 to 1.7: the elements of the schemas `bom-1.0.xsd` to `bom-1.7.xsd` as the
//! fields that JSON has. Elements are known by their local names, as the extensions of 1.1 need it.

use super::model::{
    Affected, Annotation, Attachment, Bom, Component, Composition, Contact, Dependency, Hash,
    Licence, LicenceChoice, Licensing, Lifecycle, Metadata, Organization, Patch, Pedigree,
    Property, Reference, Release, Service, Swid, Tool, Toolbox, Vulnerability,
};
use super::tree::{Element, Tree};
use super::{Listed, sbom};
use crate::ingest::cyclonedx::xml::NAMESPACE;
use crate::ingest::document::{Position, ReadError};
use crate::ingest::json::lenient::{Each, Text};
use crate::inventory::Format;
use crate::review::sbom::Sbom;

/// Reads one document.
pub(in crate::review::sbom) fn read(text: &str) -> Result<Sbom, ReadError> {
    let tree = Tree::read(text)?;
    let Some(root) = tree.root() else { return Err(ReadError::new("has no root element")) };
    let mut listed = Vec::new();
    let metadata = root.child("metadata");
    let primary = metadata.and_then(|metadata| metadata.child("component"));
    let has_primary = primary.is_some();
    if let Some(primary) = primary {
        list(primary, "metadata.component".to_owned(), &mut listed);
    }
    // the schema allows one, and a second one must not vanish
    let others = metadata.into_iter().flat_map(|metadata| metadata.children("component")).skip(1);
    for (index, component) in others.enumerate() {
        list(component, format!("metadata.component[{}]", index + 1), &mut listed);
    }
    let lists = root.children("components").flat_map(|list| list.children("component"));
    for (index, component) in lists.enumerate() {
        list(component, format!("components[{index}]"), &mut listed);
    }
    sbom(Format::CycloneDxXml, (bom(root, &tree), has_primary), listed, Vec::new())
}

/// Lists a component and behind it what it contains, however deep.
fn list<'t>(component: Element<'t>, at: String, into: &mut Vec<Listed<'t>>) {
    let mut waiting = vec![(component, at, None)];
    while let Some((element, at, parent)) = waiting.pop() {
        let own = into.len();
        let inner = element.children("components").flat_map(|list| list.children("component"));
        let inner = inner
            .enumerate()
            .map(|(index, component)| (component, format!("{at}.components[{index}]"), Some(own)));
        let first = waiting.len();
        waiting.extend(inner);
        waiting[first..].reverse();
        into.push(Listed { component: self::component(element), at, parent });
    }
}

fn bom<'t>(root: Element<'t>, tree: &'t Tree) -> Bom<'t> {
    let version = tree.namespace.trim().strip_prefix(NAMESPACE);
    let version = version.map(|version| version.trim_end_matches('/')).filter(|v| !v.is_empty());
    Bom {
        spec_version: version
            .map(|version| Text { value: version.into(), position: Position::Unknown }),
        serial_number: root.attribute("serialNumber"),
        version: root.attribute("version"),
        metadata: root.child("metadata").map(metadata),
        components: None,
        services: Some(services(root)),
        references: references(root),
        dependencies: root.list("dependencies", "dependency", |dependency| Dependency {
            reference: dependency.attribute("ref"),
            depends_on: dependency.refs("dependency"),
            provides: dependency.refs("provides"),
        }),
        compositions: root.list("compositions", "composition", |composition| Composition {
            aggregate: composition.text("aggregate"),
            assemblies: composition
                .child("assemblies")
                .map(|l| l.refs("assembly").unwrap_or_default()),
            dependencies: composition
                .child("dependencies")
                .map(|list| list.refs("dependency").unwrap_or_default()),
            vulnerabilities: composition
                .child("vulnerabilities")
                .map(|list| list.refs("vulnerability").unwrap_or_default()),
        }),
        vulnerabilities: root.list("vulnerabilities", "vulnerability", |one| Vulnerability {
            affects: one
                .list("affects", "target", |target| Affected { reference: target.text("ref") }),
        }),
        annotations: root.list("annotations", "annotation", |annotation| Annotation {
            subjects: annotation.child("subjects").and_then(|list| list.refs("subject")),
            text: annotation.text("text"),
        }),
        signed: root.child("Signature").is_some(),
    }
}

fn metadata(metadata: Element<'_>) -> Metadata<'_> {
    let toolbox = metadata.child("tools").map(|tools| Toolbox {
        components: tools.list("components", "component", tool),
        services: tools.list("services", "service", tool),
    });
    Metadata {
        timestamp: metadata.text("timestamp"),
        lifecycles: metadata.list("lifecycles", "lifecycle", |lifecycle| Lifecycle {
            phase: lifecycle.text("phase"),
            name: lifecycle.text("name"),
        }),
        tools: metadata.list("tools", "tool", tool),
        toolbox,
        authors: metadata.list("authors", "author", contact),
        component: None,
        manufacturer: metadata.child("manufacturer").map(organization),
        manufacture: metadata.child("manufacture").map(organization),
        supplier: metadata.child("supplier").map(organization),
        licences: licences(metadata),
    }
}

fn tool(tool: Element<'_>) -> Tool<'_> {
    Tool {
        reference: tool.attribute("bom-ref"),
        name: tool.text("name"),
        version: tool.text("version"),
    }
}

fn organization(organization: Element<'_>) -> Organization<'_> {
    let contacts: Vec<_> = organization.children("contact").map(contact).collect();
    Organization {
        name: organization.text("name"),
        urls: organization.texts("url"),
        contacts: Some(contacts),
    }
}

fn contact(contact: Element<'_>) -> Contact<'_> {
    Contact { name: contact.text("name"), email: contact.text("email") }
}

fn component(component: Element<'_>) -> Component<'_> {
    let mut purls = component.children("purl").map(Element::own_text);
    Component {
        reference: component.attribute("bom-ref"),
        kind: component.attribute("type"),
        supplier: component.child("supplier").map(organization),
        manufacturer: component.child("manufacturer").map(organization),
        authors: component.list("authors", "author", contact),
        author: component.text("author"),
        publisher: component.text("publisher"),
        group: component.text("group"),
        name: component.text("name"),
        version: component.text("version"),
        description: component.text("description"),
        scope: component.text("scope"),
        external: component.text("isExternal").or_else(|| component.attribute("isExternal")),
        hashes: hashes(component),
        licences: licences(component),
        copyright: component.text("copyright"),
        cpe: component.text("cpe"),
        purl: Each { first: purls.next(), others: purls.collect() },
        omnibor: component.texts("omniborId"),
        swhid: component.texts("swhid"),
        swid: component.child("swid").map(|swid| Swid { tag: swid.attribute("tagId") }),
        pedigree: component.child("pedigree").map(|pedigree| Pedigree {
            patches: pedigree
                .list("patches", "patch", |patch| Patch { _kind: patch.attribute("type") }),
        }),
        references: references(component),
        properties: component.list("properties", "property", |property| Property {
            name: property.attribute("name"),
            value: Some(property.own_text()),
        }),
        release: component
            .child("releaseNotes")
            .map(|notes| Release { timestamp: notes.text("timestamp") }),
        components: None,
    }
}

fn hashes(holder: Element<'_>) -> Option<Vec<Hash<'_>>> {
    holder.list("hashes", "hash", |hash| Hash {
        algorithm: hash.attribute("alg"),
        content: Some(hash.own_text()),
    })
}

fn references(holder: Element<'_>) -> Option<Vec<Reference<'_>>> {
    holder.list("externalReferences", "reference", |reference| Reference {
        kind: reference.attribute("type"),
        url: reference.text("url"),
        hashes: hashes(reference),
    })
}

/// Licences and expressions stand side by side in XML.
fn licences(holder: Element<'_>) -> Option<Vec<LicenceChoice<'_>>> {
    let licences = holder.list("licenses", "license", |licence| LicenceChoice {
        licence: Some(self::licence(licence)),
        ..LicenceChoice::default()
    })?;
    let expressions = holder.list("licenses", "expression", |expression| LicenceChoice {
        expression: Some(expression.own_text()),
        acknowledgement: expression.attribute("acknowledgement"),
        ..LicenceChoice::default()
    });
    Some(licences.into_iter().chain(expressions.into_iter().flatten()).collect())
}

fn licence(licence: Element<'_>) -> Licence<'_> {
    Licence {
        id: licence.text("id"),
        name: licence.text("name"),
        url: licence.text("url"),
        text: licence.text("text").map(|content| Attachment { content: Some(content) }),
        acknowledgement: licence.attribute("acknowledgement"),
        licensing: licence.child("licensing").map(|licensing| Licensing {
            kinds: licensing.child("licenseTypes").and_then(|kinds| kinds.texts("licenseType")),
        }),
    }
}

/// All services, those inside others too.
fn services(root: Element<'_>) -> Vec<Service<'_>> {
    let mut found = Vec::new();
    let mut waiting = vec![root];
    while let Some(holder) = waiting.pop() {
        for service in holder.children("services").flat_map(|list| list.children("service")) {
            found.push(Service { reference: service.attribute("bom-ref"), services: None });
            waiting.push(service);
        }
    }
    found
}
