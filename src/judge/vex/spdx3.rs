//! VEX assessments of SPDX 3.0 (profile Security): the four `Vex…VulnAssessmentRelationship`.
//!
//! `from` is the flaw, `to` what is assessed, `security_assessedElement` the part inside of it. Who says
//! so is `security_suppliedBy`, else the creator; since when, the published time, else the creation.

use std::collections::HashMap;

use serde::Deserialize;

use super::{Identifier, Product, Source, Statement, Statements, Status, VexError, instant, said};

#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(rename = "@graph")]
    graph: Vec<Node>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Node {
    #[serde(rename = "type", alias = "@type")]
    kind: Option<String>,
    #[serde(rename = "spdxId", alias = "@id")]
    id: Option<String>,
    name: Option<String>,
    #[serde(rename = "software_packageUrl")]
    purl: Option<String>,
    #[serde(rename = "externalIdentifier")]
    identifiers: Option<Vec<External>>,
    from: Option<OneOrMany>,
    to: Option<OneOrMany>,
    #[serde(rename = "security_assessedElement")]
    assessed: Option<OneOrMany>,
    #[serde(rename = "security_justificationType")]
    justification: Option<String>,
    #[serde(rename = "security_impactStatement")]
    impact: Option<String>,
    #[serde(rename = "security_actionStatement")]
    action: Option<String>,
    #[serde(rename = "security_publishedTime")]
    published: Option<String>,
    #[serde(rename = "security_modifiedTime")]
    modified: Option<String>,
    #[serde(rename = "security_suppliedBy", alias = "suppliedBy")]
    supplied_by: Option<OneOrMany>,
    #[serde(rename = "creationInfo")]
    creation: Option<Creation>,
    created: Option<String>,
    #[serde(rename = "createdBy")]
    created_by: Option<OneOrMany>,
}

#[derive(Deserialize)]
struct External {
    identifier: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Creation {
    Id(String),
    Here(Box<Node>),
}

fn texts(list: Option<&OneOrMany>) -> &[String] {
    match list {
        None => &[],
        Some(OneOrMany::One(text)) => std::slice::from_ref(text),
        Some(OneOrMany::Many(texts)) => texts,
    }
}

/// The elements by their ids.
struct Graph<'a>(HashMap<&'a str, &'a Node>);

impl<'a> Graph<'a> {
    fn of(nodes: &'a [Node]) -> Self {
        Self(nodes.iter().filter_map(|node| Some((node.id.as_deref()?, node))).collect())
    }

    fn identifiers(&self, id: &str) -> Vec<Identifier> {
        let mut all = vec![Identifier::of(id)];
        if let Some(node) = self.0.get(id) {
            all.extend(node.purl.iter().map(|purl| Identifier::of(purl)));
            let external = node.identifiers.iter().flatten().filter_map(|e| e.identifier.as_ref());
            all.extend(external.map(|text| Identifier::of(text)));
        }
        all
    }

    /// Every name of the flaw.
    fn flaw(&self, id: &str) -> Vec<String> {
        let Some(node) = self.0.get(id) else { return vec![id.to_owned()] };
        let external = node.identifiers.iter().flatten().filter_map(|e| e.identifier.as_ref());
        external.chain(&node.name).cloned().collect()
    }

    /// Who stands behind the first of these ids: by name, else by id.
    fn agent(&self, ids: &[String]) -> Option<String> {
        let id = ids.first()?;
        let name = self.0.get(id.as_str()).and_then(|agent| said(agent.name.as_ref()));
        name.or_else(|| said(Some(id)))
    }

    fn creation(&self, node: &'a Node) -> Option<&'a Node> {
        match node.creation.as_ref()? {
            Creation::Id(id) => self.0.get(id.as_str()).copied(),
            Creation::Here(here) => Some(here),
        }
    }
}

/// The status that a type of relationship stands for, in any spelling of its name.
fn status(kind: &str) -> Option<Status> {
    let local = kind.rsplit(['/', '_', '#', ':']).next().unwrap_or(kind);
    Some(match local {
        "VexAffectedVulnAssessmentRelationship" => Status::Affected,
        "VexNotAffectedVulnAssessmentRelationship" => Status::NotAffected,
        "VexFixedVulnAssessmentRelationship" => Status::Fixed,
        "VexUnderInvestigationVulnAssessmentRelationship" => Status::UnderInvestigation,
        _ => return None,
    })
}

/// SPDX's word in the spelling that the other formats share; one that SPDX does not know stays.
fn justification(word: &str) -> &str {
    match word {
        "componentNotPresent" => "component_not_present",
        "vulnerableCodeNotPresent" => "vulnerable_code_not_present",
        "vulnerableCodeNotInExecutePath" => "vulnerable_code_not_in_execute_path",
        "vulnerableCodeCannotBeControlledByAdversary" => {
            "vulnerable_code_cannot_be_controlled_by_adversary"
        }
        "inlineMitigationsAlreadyExist" => "inline_mitigations_already_exist",
        other => other,
    }
}

pub(super) fn statements(
    document: &Document,
    source: Source<'_>,
) -> Result<Vec<Statement>, VexError> {
    let graph = Graph::of(&document.graph);
    let mut all = Statements::of(source);
    for node in &document.graph {
        let Some(status) = node.kind.as_deref().and_then(status) else { continue };
        let place = format!("statement {}", all.list.len() + 1);
        let creation = graph.creation(node);
        let parts = texts(node.assessed.as_ref());
        let product = |id: &String| Product {
            identifiers: graph.identifiers(id),
            subcomponents: parts.iter().map(|part| graph.identifiers(part)).collect(),
            versions: Vec::new(),
        };
        let creators = texts(creation.and_then(|creation| creation.created_by.as_ref()));
        let supplier = graph.agent(texts(node.supplied_by.as_ref()));
        let published = instant(node.published.as_ref()).max(instant(node.modified.as_ref()));
        let created = instant(creation.and_then(|creation| creation.created.as_ref()));
        all.add(Statement {
            vulnerability: texts(node.from.as_ref()).iter().flat_map(|id| graph.flaw(id)).collect(),
            products: texts(node.to.as_ref()).iter().map(product).collect(),
            justification: said(node.justification.as_ref())
                .map(|word| justification(&word).to_owned()),
            impact: said(node.impact.as_ref()),
            action: said(node.action.as_ref()),
            author: supplier.or_else(|| graph.agent(creators)),
            at: published.or(created),
            ..source.statement(&place, status)
        })?;
    }
    Ok(all.list)
}
