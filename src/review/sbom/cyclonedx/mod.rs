//! CycloneDX 1.0 to 1.7 (ECMA-424) as written.
//!
//! Who is who changed: `metadata.manufacture` is until 1.5 the maker of what is described, since 1.6
//! `metadata.manufacturer` is the maker of the document; `metadata.supplier` supplies the product in
//! all versions. `component.author` is until 1.5 what `component.authors` is since.

pub(super) mod json;
mod model;
mod part;
mod tree;
pub(super) mod xml;

use std::borrow::Cow;

use self::model::{Bom, Component, Composition, Dependency, Metadata, Service};
use super::draft::{Draft, Referent, owned};
use super::{Aggregate, PartyKind, Relation, Sbom, Target, Tool};
use crate::ingest::cyclonedx::version_remark;
use crate::ingest::document::{Position, ReadError, Warning};
use crate::inventory::Format;

/// A component and where it stands.
pub(super) struct Listed<'a> {
    component: Component<'a>,
    /// Its path.
    at: String,
    /// The index of the component that contains it.
    parent: Option<usize>,
}

/// The document out of its fields and its components; whether the first of them is what it describes.
fn sbom(
    format: Format,
    (bom, has_primary): (Bom<'_>, bool),
    listed: Vec<Listed<'_>>,
    oddities: Vec<Warning>,
) -> Result<Sbom, ReadError> {
    let version = owned(bom.spec_version.as_ref());
    let position = bom.spec_version.as_ref().map_or(Position::Unknown, |text| text.position);
    let remark = version_remark(version.as_deref().map(str::trim))
        .map_err(|cause| ReadError::at(position, cause))?;
    let mut draft = Draft::new(format, version.unwrap_or_default(), oddities);
    if let Some(remark) = remark {
        draft.odd(remark);
    }
    for Listed { component, at, parent } in listed {
        let index = draft.part(part::part(component, at));
        if let Some(parent) = parent {
            draft.link(parent, Relation::Contains, Target::Part(index));
        }
    }
    if has_primary {
        draft.primary(0);
    }
    services(bom.services.as_deref().unwrap_or_default(), &mut draft);
    document(&bom, has_primary, &mut draft);
    for (index, dependency) in bom.dependencies.iter().flatten().enumerate() {
        depend(dependency, index, &mut draft);
    }
    for (index, composition) in bom.compositions.iter().flatten().enumerate() {
        compose(composition, index, &mut draft);
    }
    remarks(&bom, &mut draft);
    Ok(draft.finish())
}

/// Services have references, and are no parts.
fn services(services: &[Service<'_>], draft: &mut Draft) {
    for service in services {
        if let Some(reference) = &service.reference {
            draft.other(&reference.value);
        }
        self::services(service.services.as_deref().unwrap_or_default(), draft);
    }
}

/// What the document says about itself.
fn document(bom: &Bom<'_>, has_primary: bool, draft: &mut Draft) {
    if let Some(metadata) = &bom.metadata {
        self::metadata(metadata, has_primary, draft);
    }
    let named = draft.of_primary(|part| part.references.clone());
    let own = bom.references.iter().flatten().map(part::reference);
    let disclosures = own
        .chain(named.into_iter().flatten())
        .filter(|reference| is_disclosure(&reference.kind))
        .collect();
    let key = if draft.is_xml() { "ds:Signature" } else { "signature" };
    let document = draft.document();
    document.disclosures = disclosures;
    document.version = owned(bom.version.as_ref());
    document.uri = owned(bom.serial_number.as_ref());
    document.signature = bom.signed.then(|| key.to_owned());
    document.vulnerabilities = bom.vulnerabilities.as_ref().map(Vec::len);
}

/// The tools, in the list of old and in what came instead.
fn tools<'m, 'a>(metadata: &'m Metadata<'a>) -> impl Iterator<Item = &'m model::Tool<'a>> {
    let toolbox = metadata.toolbox.iter();
    let toolbox = toolbox.flat_map(|toolbox| [&toolbox.components, &toolbox.services]);
    metadata.tools.iter().flatten().chain(toolbox.flatten().flatten())
}

fn metadata(metadata: &Metadata<'_>, has_primary: bool, draft: &mut Draft) {
    for reference in tools(metadata).filter_map(|tool| tool.reference.as_ref()) {
        draft.other(&reference.value);
    }
    let document = draft.document();
    document.timestamp = owned(metadata.timestamp.as_ref());
    let lifecycles = metadata.lifecycles.iter().flatten();
    document.contexts = lifecycles
        .filter_map(|lifecycle| owned(lifecycle.phase.as_ref().or(lifecycle.name.as_ref())))
        .collect();
    document.tools = tools(metadata)
        .map(|tool| Tool { name: owned(tool.name.as_ref()), version: owned(tool.version.as_ref()) })
        .collect();
    document.authors = metadata.manufacturer.iter().map(part::organization).collect();
    document.authors.extend(
        metadata.authors.iter().flatten().map(|author| part::contact(author, PartyKind::Person)),
    );
    document.suppliers = metadata.supplier.iter().map(part::organization).collect();
    let licences = metadata.licences.iter().flatten();
    document.data_licences =
        licences.filter_map(part::licence).map(|licence| licence.text).collect();
    if let (Some(maker), true) = (&metadata.manufacture, has_primary)
        && let Some(primary) = draft.part_mut(0)
    {
        primary.producers.push(part::organization(maker));
    }
}

/// Types of references that lead to what is known of flaws in the product (1.5 and later), and the
/// words that writers use for them.
fn is_disclosure(kind: &str) -> bool {
    matches!(
        kind,
        "vulnerability-assertion" | "exploitability-statement" | "vulnerability-disclosure-report"
    )
}

/// One entry of the graph. An entry that names nothing is the statement that there is nothing, in
/// JSON (`dependsOn: []`) as in XML; one that only provides says nothing about what is needed.
fn depend(dependency: &Dependency<'_>, index: usize, draft: &mut Draft) {
    let Some(reference) = &dependency.reference else { return };
    let at = format!("dependencies[{index}].ref");
    let Some(from) = draft.resolve(&reference.value, &at) else { return };
    let needed = dependency.depends_on.as_deref().unwrap_or_default();
    for name in needed {
        if let Some(to) = draft.target(name) {
            draft.link(from, Relation::DependsOn, to);
        }
    }
    let only_provides = dependency.depends_on.is_none()
        && dependency.provides.as_ref().is_some_and(|p| !p.is_empty());
    if needed.is_empty() && !only_provides {
        draft.link(from, Relation::DependsOn, Target::Nothing);
    }
}

/// One statement of completeness. It speaks of what it names and of nothing below that; one that names
/// nothing speaks of the document.
fn compose(composition: &Composition<'_>, index: usize, draft: &mut Draft) {
    let word = composition.aggregate.as_ref().map_or("", |word| &word.value);
    let said = (aggregate(word), word);
    let lists = [
        (&composition.assemblies, "assemblies", Relation::Contains),
        (&composition.dependencies, "dependencies", Relation::DependsOn),
    ];
    let names_any = lists.iter().any(|(names, ..)| names.is_some());
    let names_any = names_any || composition.vulnerabilities.is_some();
    for (names, key, relation) in lists {
        if !names_any {
            draft.complete(None, relation, said);
        }
        for name in names.iter().flatten() {
            let at = format!("compositions[{index}].{key}");
            if let Some(part) = draft.resolve(name, &at) {
                draft.complete(Some(part), relation, said);
            }
        }
    }
}

/// What a word of `compositions[].aggregate` says.
fn aggregate(word: &str) -> Aggregate {
    match word.trim() {
        "complete" => Aggregate::Complete,
        "unknown" => Aggregate::Unknown,
        word if word.starts_with("incomplete") => Aggregate::Incomplete,
        _ => Aggregate::NotSpecified,
    }
}

/// What is said about parts elsewhere: vulnerabilities and annotations.
fn remarks(bom: &Bom<'_>, draft: &mut Draft) {
    for vulnerability in bom.vulnerabilities.iter().flatten() {
        for affected in vulnerability.affects.iter().flatten() {
            let Some(reference) = &affected.reference else { continue };
            if let Some(part) = part_called(bom, &reference.value, draft) {
                part.vulnerabilities += 1;
            }
        }
    }
    for annotation in bom.annotations.iter().flatten() {
        for subject in annotation.subjects.iter().flatten() {
            let part = part_called(bom, subject, draft);
            if let (Some(part), Some(text)) = (part, owned(annotation.text.as_ref())) {
                part.comments.push(text);
            }
        }
    }
}

/// The part of a reference, which may be a BOM-Link to the document itself.
fn part_called<'d>(
    bom: &Bom<'_>,
    reference: &str,
    draft: &'d mut Draft,
) -> Option<&'d mut super::Part> {
    let own = reference.strip_prefix("urn:cdx:").and_then(|link| link.split_once('#'));
    let serial = bom.serial_number.as_ref().map(|serial| &*serial.value);
    let reference = match own {
        Some((link, fragment)) => {
            let (named, _) = link.split_once('/')?;
            let serial = serial?.strip_prefix("urn:uuid:")?;
            serial.eq_ignore_ascii_case(named).then_some(Cow::Borrowed(fragment))?
        }
        None => Cow::Borrowed(reference),
    };
    match draft.referent(&reference) {
        Referent::Part(part) => draft.part_mut(part),
        Referent::Other | Referent::Nothing => None,
    }
}
