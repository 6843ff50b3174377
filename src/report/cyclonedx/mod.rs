//! CycloneDX 1.6: vulnerabilities beside the bill of materials that was scanned, or in a copy of it.
//!
//! The document of its own is a Vulnerability Disclosure Report: all findings, each with the components
//! of the scanned document that it affects, by BOM-Link (serial number, version, bom-ref). A document
//! without serial number, or in another format, has none: then the affected components are listed here.
//! What somebody states of a finding is its `analysis`; a finding without has none. As VEX the document
//! holds only what is stated.

mod enrich;
mod vulnerability;

use std::io::{self, Write};

use serde::Serialize;

use self::vulnerability::{Affects, Entries, Naming, Vulnerability};
use super::json::pretty;
use super::model::{Finding, Report};
use super::vex::{envelope, names, uuid};

/// The minor version of CycloneDX 1 that is written.
const MINOR: u32 = 6;

/// What begins the names of properties and handles that are bomvet's own.
const OWN: &str = "bomvet:";

/// What a document is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contents {
    /// Every finding.
    Findings,
    /// Those of which something is stated.
    Statements,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    bom_format: &'static str,
    spec_version: String,
    serial_number: String,
    version: u32,
    metadata: Metadata<'a>,
    components: Vec<Component<'a>>,
    external_references: Vec<ExternalReference<'a>>,
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    timestamp: &'a str,
    tools: Tools<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<Component<'a>>,
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
struct Tools<'a> {
    components: Vec<Component<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Component<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "bom-ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<&'a str>,
}

#[derive(Serialize)]
struct ExternalReference<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: &'a str,
}

#[derive(PartialEq, Serialize)]
struct Property<'a> {
    name: &'a str,
    value: String,
}

/// Writes the document: of its own, or the scanned one with findings added, where its text is given.
pub(super) fn write(
    report: &Report<'_>,
    contents: Contents,
    out: &mut dyn Write,
) -> io::Result<()> {
    if let Some(original) = report.original {
        return enrich::write(report, original, out);
    }
    let mut components = Listed::default();
    let entries = Entries { report, contents, minor: MINOR, naming: Naming::FromOutside };
    let vulnerabilities = entries.list(|finding| components.affected(report, finding));
    let links = report.inputs.iter().filter_map(names::bom_link);
    let mut document = Document {
        bom_format: "CycloneDX",
        spec_version: format!("1.{MINOR}"),
        serial_number: String::new(),
        version: 1,
        metadata: metadata(report, unlinked(report)),
        components: components.list.into_iter().map(|(_, component)| component).collect(),
        external_references: links.map(|url| ExternalReference { kind: "bom", url }).collect(),
        vulnerabilities,
    };
    let content = serde_json::to_string(&document).map_err(io::Error::from)?;
    document.serial_number = format!("urn:uuid:{}", uuid(&content));
    pretty(&document, out)
}

/// The documents that nobody can link to.
fn unlinked<'a>(report: &Report<'_>) -> impl Iterator<Item = Property<'a>> {
    let inputs = report.inputs.iter().filter(|input| names::bom_link(input).is_none());
    inputs.map(|input| Property {
        name: "bomvet:no-bom-link",
        value: format!(
            "{} ({}) has no serial number of CycloneDX: its affected components are listed here",
            input.path, input.format
        ),
    })
}

fn metadata<'a>(
    report: &'a Report<'a>,
    unlinked: impl Iterator<Item = Property<'a>>,
) -> Metadata<'a> {
    let subject = match &report.inputs[..] {
        [only] => only.subject.as_ref().filter(|subject| !subject.name.is_empty()),
        _ => None,
    };
    let component = subject.map(|subject| Component {
        kind: "application",
        reference: None,
        group: None,
        name: subject.name,
        version: subject.version,
        cpe: None,
        purl: subject.purl,
    });
    let author = report.issuer.author.as_deref();
    Metadata {
        timestamp: &report.generated_at,
        tools: Tools { components: vec![tool(report)] },
        authors: author.map(|name| Author { name }).into_iter().collect(),
        component,
        properties: properties(report).into_iter().chain(unlinked).collect(),
    }
}

fn tool<'a>(report: &Report<'a>) -> Component<'a> {
    Component {
        kind: "application",
        reference: None,
        group: None,
        name: report.tool.name,
        version: Some(report.tool.version),
        cpe: None,
        purl: None,
    }
}

fn properties<'a>(report: &Report<'_>) -> Vec<Property<'a>> {
    let facts = envelope::facts(report).into_iter();
    facts.map(|(name, value)| Property { name, value }).collect()
}

/// Components that have no BOM-Link, listed as findings name them.
#[derive(Default)]
struct Listed<'a> {
    list: Vec<((usize, String), Component<'a>)>,
}

impl<'a> Listed<'a> {
    fn affected(&mut self, report: &Report<'_>, finding: &Finding<'a>) -> Vec<Affects> {
        if let Some(links) = names::links(report, finding) {
            return links.into_iter().map(|reference| Affects { reference }).collect();
        }
        let component = &finding.component;
        let key = (component.input, component.label.clone());
        let found = self.list.iter().position(|(known, _)| *known == key);
        let number = found.unwrap_or(self.list.len()) + 1;
        let reference = format!("{OWN}affected:{number}");
        if found.is_none() {
            let listed = Component {
                kind: "library",
                reference: Some(reference.clone()),
                group: finding.exchange.group,
                name: component.name,
                version: component.version,
                // any name of it would do for a reader, so one that is exact stands alone
                cpe: finding.exchange.cpe.filter(|_| component.purl.is_none()),
                purl: component.purl,
            };
            self.list.push((key, listed));
        }
        vec![Affects { reference }]
    }
}
