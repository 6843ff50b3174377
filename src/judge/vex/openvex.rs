//! `OpenVEX` 0.2.0.
//!
//! A statement without a time of its own has its document's. Author and time are required of the
//! document.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Identifier, Product, Source, Statement, Statements, Status, VexError, instant, said};

#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(rename = "@id")]
    id: Option<String>,
    author: Option<String>,
    timestamp: Option<String>,
    statements: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    vulnerability: Option<Vulnerability>,
    products: Option<Vec<Component>>,
    status: Option<String>,
    justification: Option<String>,
    impact_statement: Option<String>,
    action_statement: Option<String>,
    timestamp: Option<String>,
    last_updated: Option<String>,
}

/// An object; before 0.2.0 it was a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Vulnerability {
    Named(Names),
    Text(String),
}

#[derive(Deserialize)]
struct Names {
    #[serde(rename = "@id")]
    id: Option<String>,
    name: Option<String>,
    aliases: Option<Vec<String>>,
}

/// An object; before 0.2.0 it was a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Component {
    Named(Box<Named>),
    Text(String),
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "@id")]
    id: Option<String>,
    identifiers: Option<BTreeMap<String, String>>,
    hashes: Option<BTreeMap<String, String>>,
    subcomponents: Option<Vec<Component>>,
}

impl Component {
    fn identifiers(&self) -> Vec<Identifier> {
        let named = match self {
            Self::Text(text) => return vec![Identifier::of(text)],
            Self::Named(named) => named,
        };
        let mut all: Vec<Identifier> = named.id.iter().map(|id| Identifier::of(id)).collect();
        all.extend(named.identifiers.iter().flatten().map(|(_, text)| Identifier::of(text)));
        let sha256 = named.hashes.iter().flatten().filter(|(name, _)| name.starts_with("sha-256"));
        all.extend(sha256.map(|(_, hash)| Identifier::Sha256(hash.to_ascii_lowercase())));
        all
    }

    fn product(&self) -> Product {
        let subcomponents = match self {
            Self::Named(named) => named.subcomponents.iter().flatten().collect(),
            Self::Text(_) => Vec::new(),
        };
        Product {
            identifiers: self.identifiers(),
            subcomponents: subcomponents.into_iter().map(Self::identifiers).collect(),
            versions: Vec::new(),
        }
    }
}

pub(super) fn statements(
    document: &Document,
    source: Source<'_>,
) -> Result<Vec<Statement>, VexError> {
    let mut all = Statements::of(source);
    for (index, entry) in document.statements.iter().flatten().enumerate() {
        let place = format!("statement {}", index + 1);
        let status = match entry.status.as_deref() {
            Some("not_affected") => Status::NotAffected,
            Some("affected") => Status::Affected,
            Some("fixed") => Status::Fixed,
            Some("under_investigation") => Status::UnderInvestigation,
            other => {
                let found = other.map_or("no status".to_owned(), |word| format!("\"{word}\""));
                let cause = format!("{place} has {found}, expected a status of OpenVEX");
                return Err(source.error(cause));
            }
        };
        let vulnerability = match &entry.vulnerability {
            Some(Vulnerability::Text(text)) => vec![text.clone()],
            Some(Vulnerability::Named(names)) => {
                let own = names.name.iter().chain(&names.id);
                own.chain(names.aliases.iter().flatten()).cloned().collect()
            }
            None => Vec::new(),
        };
        let updated = instant(entry.last_updated.as_ref()).max(instant(entry.timestamp.as_ref()));
        all.add(Statement {
            document: said(document.id.as_ref()),
            vulnerability,
            products: entry.products.iter().flatten().map(Component::product).collect(),
            justification: said(entry.justification.as_ref()),
            impact: said(entry.impact_statement.as_ref()),
            action: said(entry.action_statement.as_ref()),
            author: said(document.author.as_ref()),
            at: updated.or(instant(document.timestamp.as_ref())),
            ..source.statement(&place, status)
        })?;
    }
    Ok(all.list)
}
