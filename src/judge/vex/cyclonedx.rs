//! VEX in `CycloneDX` 1.4 to 1.7, JSON: `vulnerabilities` with an `analysis`.
//!
//! `affects` names a component of another document by BOM-Link, or by its bom-ref alone. Author and time
//! of the document are optional there.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{
    Identifier, Origin, Product, Source, Statement, Statements, Status, VexError, instant, said,
};

#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(rename = "serialNumber")]
    serial: Option<String>,
    metadata: Option<Metadata>,
    components: Option<Vec<Component>>,
    vulnerabilities: Option<Vec<Vulnerability>>,
}

#[derive(Deserialize)]
struct Metadata {
    timestamp: Option<String>,
    authors: Option<Vec<Contact>>,
    supplier: Option<Contact>,
    manufacturer: Option<Contact>,
    manufacture: Option<Contact>,
    component: Option<Component>,
}

#[derive(Deserialize)]
struct Contact {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Component {
    #[serde(rename = "bom-ref")]
    reference: Option<String>,
    purl: Option<String>,
    cpe: Option<String>,
    components: Option<Vec<Component>>,
}

#[derive(Deserialize)]
struct Vulnerability {
    id: Option<String>,
    references: Option<Vec<Alias>>,
    analysis: Option<Analysis>,
    affects: Option<Vec<Affects>>,
    recommendation: Option<String>,
    properties: Option<Vec<Property>>,
}

#[derive(Deserialize)]
struct Property {
    name: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
struct Alias {
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Analysis {
    state: Option<String>,
    justification: Option<String>,
    detail: Option<String>,
    response: Option<Vec<String>>,
    first_issued: Option<String>,
    last_updated: Option<String>,
}

#[derive(Deserialize)]
struct Affects {
    #[serde(rename = "ref")]
    reference: Option<String>,
    versions: Option<Vec<Version>>,
}

#[derive(Deserialize)]
struct Version {
    version: Option<String>,
    range: Option<IgnoredAny>,
    status: Option<String>,
}

/// The other names of the components that the document itself lists, by bom-ref.
type Known<'a> = HashMap<&'a str, Vec<Identifier>>;

fn learn<'a>(component: &'a Component, known: &mut Known<'a>) {
    if let Some(reference) = &component.reference {
        let names = component.purl.iter().chain(&component.cpe);
        known.entry(reference).or_default().extend(names.map(|name| Identifier::of(name)));
    }
    component.components.iter().flatten().for_each(|inner| learn(inner, known));
}

impl Metadata {
    fn author(&self) -> Option<String> {
        let authors = self.authors.iter().flatten();
        let companies = [&self.manufacturer, &self.supplier, &self.manufacture];
        let all = authors.chain(companies.into_iter().flatten());
        all.filter_map(|contact| said(contact.name.as_ref())).next()
    }
}

impl Vulnerability {
    /// The justification where CycloneDX has no word for it.
    fn other_word(&self) -> Option<String> {
        let of_bomvet = |one: &&Property| one.name.as_deref() == Some("bomvet:vex:justification");
        let found = self.properties.iter().flatten().find(of_bomvet)?;
        said(found.value.as_ref())
    }
}

impl Affects {
    /// The component, and the versions of it that the state is about; nothing when it is about none.
    fn product(&self, state: Status, known: &Known<'_>, origin: Origin) -> Option<Product> {
        let reference = self.reference.as_deref()?;
        let mut identifiers = vec![Identifier::of(reference)];
        // where the document lists the component, its own handle means that one and no other's
        let own = known.get(reference).filter(|own| origin == Origin::Given && !own.is_empty());
        match own {
            Some(own) => identifiers.clone_from(own),
            None => identifiers.push(Identifier::Reference(reference.to_owned())),
        }
        let listed: Vec<&Version> = self.versions.iter().flatten().collect();
        let concerns = |version: &&&Version| match version.status.as_deref() {
            Some("unaffected") => state.clears(),
            Some("unknown") => !state.clears(),
            _ => true,
        };
        let versions = listed.iter().filter(concerns).map(|version| match &version.range {
            // a range is not evaluated: a text that no version is
            Some(_) => String::new(),
            None => version.version.clone().unwrap_or_default(),
        });
        let versions: Vec<String> = versions.collect();
        let about_none = !listed.is_empty() && versions.is_empty();
        (!about_none).then_some(Product { identifiers, subcomponents: Vec::new(), versions })
    }
}

fn status(state: &str) -> Option<Status> {
    Some(match state {
        "resolved" | "resolved_with_pedigree" => Status::Fixed,
        "exploitable" => Status::Affected,
        "in_triage" => Status::UnderInvestigation,
        "false_positive" => Status::FalsePositive,
        "not_affected" => Status::NotAffected,
        _ => return None,
    })
}

pub(super) fn statements(
    document: &Document,
    source: Source<'_>,
) -> Result<Vec<Statement>, VexError> {
    let metadata = document.metadata.as_ref();
    let mut known = Known::new();
    let subject = metadata.and_then(|metadata| metadata.component.as_ref());
    let components = subject.into_iter().chain(document.components.iter().flatten());
    components.for_each(|component| learn(component, &mut known));
    let author = metadata.and_then(Metadata::author);
    let issued = instant(metadata.and_then(|metadata| metadata.timestamp.as_ref()));
    let mut all = Statements::of(source);
    for (index, entry) in document.vulnerabilities.iter().flatten().enumerate() {
        let Some(analysis) = &entry.analysis else { continue };
        let Some(state) = &analysis.state else { continue };
        let place = format!("statement {}", index + 1);
        let Some(status) = status(state) else {
            let cause = format!("{place} has the state \"{state}\", which CycloneDX does not know");
            return Err(source.error(cause));
        };
        let updated = instant(analysis.last_updated.as_ref());
        let aliases = entry.references.iter().flatten().filter_map(|alias| alias.id.as_ref());
        let affects = entry.affects.iter().flatten();
        let response = analysis.response.as_ref().map(|response| response.join(", "));
        all.add(Statement {
            document: said(document.serial.as_ref()),
            vulnerability: entry.id.iter().chain(aliases).cloned().collect(),
            products: affects.filter_map(|a| a.product(status, &known, source.origin)).collect(),
            justification: said(analysis.justification.as_ref()).or_else(|| entry.other_word()),
            impact: said(analysis.detail.as_ref()),
            action: said(entry.recommendation.as_ref()).or(said(response.as_ref())),
            author: author.clone(),
            at: updated.max(instant(analysis.first_issued.as_ref())).or(issued),
            may_be_anonymous: true,
            ..source.statement(&place, status)
        })?;
    }
    Ok(all.list)
}
