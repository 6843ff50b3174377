//! SPDX 3.0 in JSON-LD as written: profiles Core, Software, Licensing and Security.
//!
//! All elements stand in one list, and what one says about another is an element of its own. Packages,
//! files and snippets are parts. `rootElement` says what the document is about; `createdBy` may name a
//! program, which is then an author that is a tool.

mod model;
mod part;
mod relate;

use std::collections::HashMap;

use self::model::{Creation, Graph, Node};
use super::draft::{Draft, Referent, owned};
use super::party;
use super::{Party, PartyKind, Sbom};
use crate::ingest::document::ReadError;
use crate::ingest::json::read_as;
use crate::inventory::Format;

/// The elements by their ids; the first of each counts.
type Elements<'e, 'a> = HashMap<&'e str, &'e Node<'a>>;

/// Reads one document.
pub(super) fn read(text: &str) -> Result<Sbom, ReadError> {
    let (graph, oddities) = read_as::<Graph<'_>>(text)?;
    let nodes = graph.nodes.unwrap_or_default();
    let mut elements = Elements::new();
    for node in &nodes {
        if let Some(id) = &node.id {
            elements.entry(&id.value).or_insert(node);
        }
    }
    let main = main(&nodes);
    let creation = main.and_then(|node| creation(node, &elements));
    let creation = creation.or_else(|| nodes.iter().find_map(|node| creation_of(node)));
    let version = creation.and_then(|creation| owned(creation.spec_version.as_ref()));
    let mut draft = Draft::new(Format::Spdx3Json, version.unwrap_or_default(), oddities);
    parts(&nodes, &elements, &mut draft);
    document(&nodes, (main, creation), &elements, &mut draft);
    primary(&nodes, main, &elements, &mut draft);
    for (index, node) in nodes.iter().enumerate() {
        relate::take(node, &format!("@graph[{index}]"), &elements, &mut draft);
    }
    disclose(main, &mut draft);
    Ok(draft.finish())
}

/// The type of an element without its profile: `Package` of `software_Package`, or of its full address.
fn local<'n>(node: &'n Node<'_>) -> &'n str {
    node.kind.as_ref().map_or("", |kind| word(&kind.value))
}

/// The last word of a term, which may be an address.
fn word(term: &str) -> &str {
    let term = term.trim();
    term.rsplit(['/', '_', '#', ':']).next().unwrap_or(term)
}

/// The element that speaks for the document: `SpdxDocument`, else the first bill of materials.
fn main<'e, 'a>(nodes: &'e [Node<'a>]) -> Option<&'e Node<'a>> {
    let named = |name| nodes.iter().find(move |node| local(node) == name);
    named("SpdxDocument").or_else(|| named("Sbom")).or_else(|| named("Bom"))
}

/// Who made an element, when and with what: written inside or elsewhere.
fn creation<'e, 'a>(node: &'e Node<'a>, elements: &Elements<'e, 'a>) -> Option<&'e Creation<'a>> {
    node.creation.as_ref().or_else(|| {
        let id = node.creation_id.as_ref()?;
        elements.get(&*id.value).map(|node| &node.own_creation)
    })
}

fn creation_of<'e, 'a>(node: &'e Node<'a>) -> Option<&'e Creation<'a>> {
    let own = (local(node) == "CreationInfo").then_some(&node.own_creation);
    own.or(node.creation.as_ref())
}

/// Packages, files and snippets are parts, and everything else has an id at most.
fn parts(nodes: &[Node<'_>], elements: &Elements<'_, '_>, draft: &mut Draft) {
    for (index, node) in nodes.iter().enumerate() {
        match part::of(node, format!("@graph[{index}]"), elements) {
            Some(part) => drop(draft.part(part)),
            None => {
                let imports = node.says.imports.iter().flatten().filter_map(|i| i.id.as_ref());
                node.id.iter().chain(imports).for_each(|id| draft.other(&id.value));
            }
        }
    }
}

/// What the document says about itself.
fn document(
    nodes: &[Node<'_>],
    (main, creation): (Option<&Node<'_>>, Option<&Creation<'_>>),
    elements: &Elements<'_, '_>,
    draft: &mut Draft,
) {
    let document = draft.document();
    if let Some(main) = main {
        document.name = owned(main.name.as_ref());
        document.uri = owned(main.id.as_ref());
        let licence = main.says.data_licence.as_ref();
        let licence = licence.map(|licence| relate::licence_text(&licence.value, elements).0);
        document.data_licences = licence.into_iter().collect();
    }
    let contexts = nodes.iter().flat_map(|node| node.says.contexts.iter().flatten());
    document.contexts = contexts.map(|context| word(context).to_owned()).collect();
    let flaws = nodes.iter().filter(|node| local(node) == "Vulnerability").count();
    document.vulnerabilities = (flaws > 0).then_some(flaws);
    let Some(creation) = creation else { return };
    document.timestamp = owned(creation.created.as_ref());
    document.authors = parties(creation.by.as_deref(), elements);
    let tools = creation.using.iter().flatten();
    let tools = tools.filter_map(|id| elements.get(id.as_ref()).and_then(|t| t.name.as_ref()));
    document.tools = tools.map(|name| party::named_tool(&name.value)).collect();
}

/// Agents by their ids. One that is not in the document has its id for an address.
fn parties(ids: Option<&[std::borrow::Cow<'_, str>]>, elements: &Elements<'_, '_>) -> Vec<Party> {
    ids.unwrap_or_default().iter().map(|id| agent(id, elements)).collect()
}

fn agent(id: &str, elements: &Elements<'_, '_>) -> Party {
    let Some(node) = elements.get(id) else {
        let unknown = id.ends_with("NoAssertionElement").then(|| "NOASSERTION".to_owned());
        let urls = if unknown.is_some() { Vec::new() } else { vec![id.to_owned()] };
        return Party { name: unknown, urls, ..Party::default() };
    };
    let addresses = |kind: &str| {
        let identifiers = node.identifiers.iter().flatten();
        let of_kind = identifiers
            .filter(|identifier| identifier.kind.as_ref().is_some_and(|k| word(&k.value) == kind));
        of_kind.filter_map(|identifier| owned(identifier.value.as_ref())).collect()
    };
    Party {
        kind: match local(node) {
            "Organization" => PartyKind::Organization,
            "Person" => PartyKind::Person,
            "SoftwareAgent" | "Tool" => PartyKind::Tool,
            _ => PartyKind::Unstated,
        },
        name: owned(node.name.as_ref()),
        emails: addresses("email"),
        urls: addresses("urlScheme"),
    }
}

/// What the document is about: its roots, where those are bills of materials the roots of these.
fn primary(
    nodes: &[Node<'_>],
    main: Option<&Node<'_>>,
    elements: &Elements<'_, '_>,
    draft: &mut Draft,
) {
    let bills = || nodes.iter().filter(|node| matches!(local(node), "Sbom" | "Bom"));
    let roots = |node: &Node<'_>| -> Vec<String> {
        node.says.roots.iter().flatten().map(|id| id.as_ref().to_owned()).collect()
    };
    let mut named = main.map(roots).unwrap_or_default();
    if named.is_empty() {
        named = bills().flat_map(roots).collect();
    }
    let inner = named
        .iter()
        .filter_map(|id| elements.get(id.as_str()))
        .filter(|node| matches!(local(node), "Sbom" | "Bom"));
    let inner: Vec<_> = inner.flat_map(|node| roots(node)).collect();
    for id in named.iter().chain(&inner) {
        match draft.referent(id) {
            Referent::Part(part) => draft.primary(part),
            Referent::Other => {}
            Referent::Nothing => {
                draft.odd(format!(
                    "rootElement names \"{id}\", which is no element of the document"
                ));
            }
        }
    }
}

/// Reports on flaws that the document, or what it is about, names.
fn disclose(main: Option<&Node<'_>>, draft: &mut Draft) {
    let own = main.map(part::references).unwrap_or_default();
    let named = draft.of_primary(|part| part.references.clone());
    let all = own.into_iter().chain(named.into_iter().flatten());
    draft.document().disclosures = all
        .filter(|reference| {
            matches!(
                reference.kind.as_str(),
                "vulnerabilityDisclosureReport" | "vulnerabilityExploitabilityAssessment"
            )
        })
        .collect();
}
