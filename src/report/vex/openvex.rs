//! OpenVEX 0.2.0.
//!
//! One statement for each finding of which something is stated: the part within its product. The
//! specification asks for at least one statement, so without any there is no document.

use std::collections::HashSet;
use std::io::{self, Write};

use serde::Serialize;

use super::names::{self, Identifier};
use super::{Assertion, Drafted, envelope, uuid, words};
use crate::judge::vex::Status;
use crate::report::json::pretty;
use crate::report::model::Report;

const CONTEXT: &str = "https://openvex.dev/ns/v0.2.0";

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: String,
    author: &'a str,
    timestamp: &'a str,
    version: u32,
    tooling: String,
    statements: Vec<Statement<'a>>,
}

#[derive(Serialize)]
struct Statement<'a> {
    vulnerability: Vulnerability<'a>,
    timestamp: String,
    products: Vec<Component>,
    status: &'static str,
    status_notes: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact_statement: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_statement: Option<String>,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    name: &'a str,
    aliases: &'a [&'a str],
}

#[derive(Serialize)]
struct Component {
    #[serde(rename = "@id", skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifiers: Option<Identifiers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<Hashes>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subcomponents: Vec<Component>,
}

#[derive(Serialize)]
struct Identifiers {
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe22: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe23: Option<String>,
}

#[derive(Serialize)]
struct Hashes {
    #[serde(rename = "sha-256")]
    sha256: String,
}

/// Writes the document. Ask for an [obstacle](super::obstacle) first.
pub(in crate::report) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let author = report.issuer.author.as_deref().ok_or_else(|| io::Error::other("no author"))?;
    let drafted = Drafted::of(report);
    let mut seen = HashSet::new();
    let mut statements: Vec<Statement<'_>> = Vec::with_capacity(drafted.assertions.len());
    for (assertion, parts) in &drafted.assertions {
        let statement = statement(report, assertion, parts);
        // copies of a component that are told apart here and by no name, in one product or two alike
        if seen.insert(serde_json::to_string(&statement).map_err(io::Error::from)?) {
            statements.push(statement);
        }
    }
    let left_out = drafted.left_out().map(|text| format!("; {text}")).unwrap_or_default();
    let mut document = Document {
        context: CONTEXT,
        id: String::new(),
        author,
        timestamp: &report.generated_at,
        version: 1,
        tooling: format!("{}{left_out}", envelope::paragraph(report)),
        statements,
    };
    let content = serde_json::to_string(&document).map_err(io::Error::from)?;
    document.id = format!("urn:uuid:{}", uuid(&content));
    pretty(&document, out)
}

fn statement<'a>(
    report: &Report<'_>,
    assertion: &Assertion<'a>,
    parts: &[Identifier],
) -> Statement<'a> {
    let finding = assertion.finding;
    let justification = assertion.word.filter(|_| assertion.is_excused()).and_then(words::shared);
    let reason = assertion.reason().filter(|_| justification.is_none());
    Statement {
        vulnerability: Vulnerability {
            name: finding.advisory.id,
            aliases: &finding.advisory.aliases,
        },
        timestamp: assertion.at.map_or_else(|| report.generated_at.clone(), |at| at.to_string()),
        products: products(report, assertion, parts),
        status: match assertion.status {
            Status::NotAffected | Status::FalsePositive => "not_affected",
            Status::Fixed => "fixed",
            Status::UnderInvestigation => "under_investigation",
            Status::Affected => "affected",
        },
        status_notes: assertion.notes(justification),
        justification,
        impact_statement: assertion.impact.filter(|_| assertion.is_excused()).or(reason),
        action_statement: assertion.course.as_ref().map(|course| course.text().to_owned()),
    }
}

/// The part in its product; the product alone where the flaw is in what the document describes.
fn products(
    report: &Report<'_>,
    assertion: &Assertion<'_>,
    parts: &[Identifier],
) -> Vec<Component> {
    let parts = parts.iter().map(component);
    if assertion.finding.exchange.is_subject {
        return parts.collect();
    }
    let input = &report.inputs[assertion.finding.component.input];
    let mut product = component(&names::product(input));
    product.subcomponents = parts.collect();
    vec![product]
}

fn component(name: &Identifier) -> Component {
    let text = name.text().to_owned();
    let mut own = Identifiers { purl: None, cpe22: None, cpe23: None };
    match name {
        Identifier::Purl(_) => own.purl = Some(text),
        Identifier::Cpe(_) if text.starts_with("cpe:2.3:") => own.cpe23 = Some(text),
        Identifier::Cpe(_) => own.cpe22 = Some(text),
        Identifier::Link(_) | Identifier::Sha256(_) => {}
    }
    let is_named = matches!(name, Identifier::Purl(_) | Identifier::Cpe(_));
    let hashes = match name {
        Identifier::Sha256(digest) => Some(Hashes { sha256: digest.clone() }),
        _ => None,
    };
    Component {
        id: name.uri(),
        identifiers: is_named.then_some(own),
        hashes,
        subcomponents: Vec::new(),
    }
}
