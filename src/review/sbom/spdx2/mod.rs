//! SPDX 2.0 to 2.3 (ISO/IEC 5962:2021 is 2.2.1) as written.
//!
//! Clause numbers are those of 2.3. `DESCRIBES` says what the document is about and is no dependency;
//! a relationship to `NONE` says that there is nothing more, one to `NOASSERTION` that nobody knows.

pub(super) mod json;
mod model;
mod part;
pub(super) mod tag_value;

use self::model::{Relationship, Spdx};
use super::draft::{Draft, owned};
use super::party::{party, tool};
use super::{Aggregate, Relation, Sbom, Target};
use crate::ingest::document::{Position, ReadError, Warning};
use crate::ingest::json::lenient::Text;
use crate::ingest::spdx::relationships::{self, DOCUMENT, Edge};
use crate::ingest::spdx::version_remark;
use crate::inventory::Format;

/// The document out of its fields.
fn sbom(format: Format, spdx: &Spdx<'_>, oddities: Vec<Warning>) -> Result<Sbom, ReadError> {
    let version = owned(spdx.version.as_ref()).unwrap_or_default();
    let position = spdx.version.as_ref().map_or(Position::Unknown, |text| text.position);
    let remark = version_remark(version.trim()).map_err(|cause| ReadError::at(position, cause))?;
    let mut draft = Draft::new(format, version, oddities);
    if let Some(remark) = remark {
        draft.odd(remark);
    }
    document(spdx, &mut draft);
    let id = spdx.id.as_ref().map_or(DOCUMENT, |id| &*id.value);
    draft.other(id);
    parts(spdx, &mut draft);
    for (index, name) in spdx.described.iter().flatten().enumerate() {
        if let Some(part) = draft.resolve(name, &format!("documentDescribes[{index}]")) {
            draft.primary(part);
        }
    }
    for (index, relationship) in spdx.relationships.iter().flatten().enumerate() {
        let kind = relationship.kind.as_ref();
        relate(relationship, id, &at("relationships", index, kind), &mut draft);
    }
    Ok(draft.finish())
}

/// Where an item of a list stands: by its line where the spelling has lines and no lists.
fn at(list: &str, index: usize, text: Option<&Text<'_>>) -> String {
    match text.map(|text| text.position) {
        Some(Position::At(place)) => format!("line {}", place.line),
        _ => format!("{list}[{index}]"),
    }
}

/// What the document says about itself (clause 6).
fn document(spdx: &Spdx<'_>, draft: &mut Draft) {
    let document = draft.document();
    document.name = owned(spdx.name.as_ref());
    document.uri = owned(spdx.namespace.as_ref());
    document.data_licences = owned(spdx.licence.as_ref()).into_iter().collect();
    let creation = spdx.creation.as_ref();
    let comments = [creation.and_then(|creation| creation.comment.as_ref()), spdx.comment.as_ref()];
    document.contexts = comments.into_iter().flatten().filter_map(context).collect();
    let Some(creation) = creation else { return };
    document.timestamp = owned(creation.created.as_ref());
    for creator in creation.creators.iter().flatten() {
        match tool(creator) {
            Some(tool) => document.tools.push(tool),
            None => document.authors.push(party(creator)),
        }
    }
}

/// When in the product's life the document was made: SPDX 2 has no field for it, and OpenChain Telco
/// asks for a line `SBOM Type: Build` in a comment.
fn context(comment: &Text<'_>) -> Option<String> {
    comment.value.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        let key = key.trim().to_ascii_lowercase();
        (key.ends_with("sbom type") && !value.trim().is_empty()).then(|| value.trim().to_owned())
    })
}

/// Packages, files and snippets, and who holds them.
fn parts(spdx: &Spdx<'_>, draft: &mut Draft) {
    let mut holders = Vec::new();
    for (index, package) in spdx.packages.iter().flatten().enumerate() {
        let at = at("packages", index, package.name.as_ref());
        let holder = draft.part(part::package(package, at));
        let files = package.files.iter().flatten();
        holders.extend(files.map(|file| (holder, file.as_ref())));
    }
    for (index, file) in spdx.files.iter().flatten().enumerate() {
        let at = at("files", index, file.name.as_ref());
        draft.part(part::file(file, at));
    }
    for (index, snippet) in spdx.snippets.iter().flatten().enumerate() {
        let at = at("snippets", index, snippet.id.as_ref());
        let own = draft.part(part::snippet(snippet, at.clone()));
        let file = snippet.file.as_ref().and_then(|file| draft.resolve(&file.value, &at));
        if let Some(file) = file {
            draft.link(file, Relation::Contains, Target::Part(own));
        }
    }
    for (holder, file) in holders {
        if let Some(to) = draft.target(file) {
            draft.link(holder, Relation::Contains, to);
        }
    }
}

/// One relationship.
fn relate(relationship: &Relationship<'_>, document: &str, at: &str, draft: &mut Draft) {
    let (Some(from), Some(kind), Some(to)) =
        (&relationship.from, &relationship.kind, &relationship.to)
    else {
        return draft.odd(format!("{at} lacks one of its sides or its type"));
    };
    match relationships::edge(&kind.value, &from.value, &to.value) {
        relationships::Relation::Describes { by, target } => {
            if (by == document || by == DOCUMENT)
                && let Some(part) = draft.resolve(target, at)
            {
                draft.primary(part);
            }
        }
        relationships::Relation::Edge(edge) => connect(edge, relation(&kind.value), at, draft),
        relationships::Relation::Other => {}
        relationships::Relation::Unknown => {
            draft.odd(format!("{at}: SPDX knows no relationship \"{}\"", kind.value));
        }
    }
}

fn connect(edge: Edge<'_>, relation: Relation, at: &str, draft: &mut Draft) {
    let Edge { dependent, dependency, .. } = edge;
    // what another document says of its own elements, nobody asked here
    if matches!(dependent, "NONE" | "NOASSERTION") || dependent.starts_with("DocumentRef-") {
        return;
    }
    let Some(from) = draft.resolve(dependent, at) else { return };
    let to = match dependency {
        "NONE" => {
            draft.complete(Some(from), relation, (Aggregate::Complete, dependency));
            Some(Target::Nothing)
        }
        "NOASSERTION" => {
            draft.complete(Some(from), relation, (Aggregate::Unknown, dependency));
            Some(Target::Unknown)
        }
        name => draft.target(name),
    };
    if let Some(to) = to {
        draft.link(from, relation, to);
    }
}

/// Whether a relationship that makes an edge speaks of contents or of needs (table 68).
fn relation(kind: &str) -> Relation {
    match &*relationships::plain(kind) {
        "CONTAINS" | "CONTAINED_BY" | "PACKAGE_OF" | "OPTIONAL_COMPONENT_OF" => Relation::Contains,
        _ => Relation::DependsOn,
    }
}
