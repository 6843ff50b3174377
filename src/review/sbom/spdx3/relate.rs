//! What elements of SPDX 3 say about parts: relationships, licences, flaws, annotations.

use super::model::Node;
use super::part;
use super::{Elements, local, owned, word};
use crate::ingest::spdx::three::{self, is_individual};
use crate::review::sbom::draft::{Draft, Referent};
use crate::review::sbom::{Acknowledgement, Aggregate, Licence, Reference, Relation, Target};

/// Takes in what one element says.
pub(super) fn take(node: &Node<'_>, at: &str, elements: &Elements<'_, '_>, draft: &mut Draft) {
    let says = &node.says;
    if let Some(statement) = owned(says.statement.as_ref()) {
        for subject in says.subject.iter().flatten() {
            if let Referent::Part(part) = draft.referent(subject)
                && let Some(part) = draft.part_mut(part)
            {
                part.comments.push(statement.clone());
            }
        }
    }
    if let Some(file) = &node.artifact.file
        && let (Some(holder), Some(own)) = (draft.resolve(&file.value, at), &node.id)
        && let Some(to) = draft.target(&own.value)
    {
        draft.link(holder, Relation::Contains, to);
    }
    let Some(kind) = &says.relation else { return };
    if local(node).ends_with("VulnAssessmentRelationship") {
        return assess(says.to.as_deref().unwrap_or_default(), draft);
    }
    for from in says.from.iter().flatten() {
        relationship(node, word(&kind.value), (from, at), elements, draft);
    }
}

/// One relationship from one of its left sides.
fn relationship(
    node: &Node<'_>,
    kind: &str,
    (from, at): (&str, &str),
    elements: &Elements<'_, '_>,
    draft: &mut Draft,
) {
    let to = node.says.to.as_deref().unwrap_or_default();
    let acknowledgement = match kind {
        "hasConcludedLicense" => Some(Acknowledgement::Concluded),
        "hasDeclaredLicense" => Some(Acknowledgement::Declared),
        _ => None,
    };
    match kind {
        "describes" => {
            for target in to {
                let part = draft.resolve(target, at);
                let by_document = draft.referent(from) == Referent::Other;
                part.filter(|_| by_document).into_iter().for_each(|part| draft.primary(part));
            }
        }
        "hasAssociatedVulnerability" => assess(&[from.into()], draft),
        _ if acknowledgement.is_some() => {
            let Some(part) = draft.resolve(from, at).and_then(|part| draft.part_mut(part)) else {
                return;
            };
            for licence in to {
                let (text, formal) = licence_text(licence, elements);
                let acknowledgement = acknowledgement.unwrap_or(Acknowledgement::Unstated);
                part.licences.push(Licence { text, formal, acknowledgement });
            }
        }
        _ => match three::relation(kind, (from, from), "") {
            three::Relation::Edge(_) => edges(node, kind, (from, at), elements, draft),
            three::Relation::Unknown => {
                draft.odd(format!("{at}: SPDX knows no relationship \"{kind}\""));
            }
            three::Relation::Describes { .. } | three::Relation::Other => {}
        },
    }
}

/// Who contains or needs whom; all types are written from the side of the dependent.
fn edges(
    node: &Node<'_>,
    kind: &str,
    (from, at): (&str, &str),
    elements: &Elements<'_, '_>,
    draft: &mut Draft,
) {
    let Some(from) = draft.resolve(from, at) else { return };
    let relation = match kind {
        "contains" | "hasOptionalComponent" | "hasDistributionArtifact" => Relation::Contains,
        _ => Relation::DependsOn,
    };
    let to = node.says.to.as_deref().unwrap_or_default();
    for target in to {
        if kind == "hasDistributionArtifact" {
            distribute(from, target, elements, draft);
        }
        let target = match individual(target) {
            Some(individual) => Some(individual),
            None => draft.target(target),
        };
        if let Some(target) = target {
            draft.link(from, relation, target);
        }
    }
    // that the file of the delivery is all there is says nothing about what the package needs
    if kind == "hasDistributionArtifact" {
        return;
    }
    let none = to.iter().any(|to| individual(to) == Some(Target::Nothing));
    let unknown = to.iter().any(|to| individual(to) == Some(Target::Unknown));
    let said = node.says.completeness.as_ref().map(|said| word(&said.value));
    let said = said.or(none.then_some("NoneElement")).or(unknown.then_some("NoAssertionElement"));
    let Some(said) = said else { return };
    let aggregate = match said {
        "complete" | "NoneElement" => Aggregate::Complete,
        "incomplete" => Aggregate::Incomplete,
        "noAssertion" | "NoAssertionElement" => Aggregate::Unknown,
        _ => Aggregate::NotSpecified,
    };
    if aggregate == Aggregate::Complete && to.is_empty() {
        draft.link(from, relation, Target::Nothing);
    }
    draft.complete(Some(from), relation, (aggregate, said));
}

/// The individuals of SPDX that stand for nothing, and for what nobody says.
fn individual(id: &str) -> Option<Target> {
    let nothing = is_individual(id).then(|| id.ends_with("NoneElement"))?;
    Some(if nothing { Target::Nothing } else { Target::Unknown })
}

/// The file in which a package is delivered: its digests are those of the delivery.
fn distribute(package: usize, file: &str, elements: &Elements<'_, '_>, draft: &mut Draft) {
    let hashes = elements.get(file).map(|file| part::hashes(file)).unwrap_or_default();
    let kind = "hasDistributionArtifact".to_owned();
    if let Some(part) = draft.part_mut(package) {
        part.references.push(Reference { kind, url: file.to_owned(), hashes });
    }
}

/// Counts a flaw for each part that it is said of.
fn assess(parts: &[std::borrow::Cow<'_, str>], draft: &mut Draft) {
    for id in parts {
        if let Referent::Part(part) = draft.referent(id)
            && let Some(part) = draft.part_mut(part)
        {
            part.vulnerabilities += 1;
        }
    }
}

/// The text of a licence element, and whether that is an SPDX expression. The licences of SPDX's list
/// are addresses that end in their ids.
pub(super) fn licence_text(id: &str, elements: &Elements<'_, '_>) -> (String, bool) {
    match id.rsplit(['/', '_']).next() {
        Some("NoneLicense") => return ("NONE".to_owned(), true),
        Some("NoAssertionLicense") => return ("NOASSERTION".to_owned(), true),
        _ => {}
    }
    let node = elements.get(id);
    if let Some(expression) = node.and_then(|node| node.says.expression.as_ref()) {
        return (expression.value.as_ref().to_owned(), true);
    }
    let of_list = id.split_once("spdx.org/licenses/").map(|(_, id)| id.to_owned());
    match of_list.or_else(|| node.and_then(|node| owned(node.name.as_ref()))) {
        Some(text) => {
            let formal = id.contains("spdx.org/licenses/");
            (text, formal)
        }
        None => (id.to_owned(), false),
    }
}
