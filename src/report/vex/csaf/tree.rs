//! The product tree: products, parts, and which part is in which product.

use std::collections::HashMap;

use serde::Serialize;

use crate::report::model::{Finding, Report};
use crate::report::vex::names::{self, Identifier, product_label};

/// The namespace of BOM-Links (CSAF 2.0, 3.1.3.3.8).
const BOM_LINK: &str = "https://cyclonedx.org/capabilities/bomlink/";

#[derive(Serialize)]
pub(super) struct ProductTree {
    full_product_names: Vec<FullName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relationships: Vec<Relationship>,
}

#[derive(Clone, Serialize)]
struct FullName {
    name: String,
    product_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_identification_helper: Option<Helper>,
}

#[derive(Clone, Default, Serialize)]
struct Helper {
    #[serde(skip_serializing_if = "Option::is_none")]
    cpe: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hashes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    x_generic_uris: Vec<GenericUri>,
}

#[derive(Clone, Serialize)]
struct Hashes {
    file_hashes: [Hash; 1],
    filename: String,
}

#[derive(Clone, Serialize)]
struct Hash {
    algorithm: &'static str,
    value: String,
}

#[derive(Clone, Serialize)]
struct GenericUri {
    namespace: &'static str,
    uri: String,
}

#[derive(Serialize)]
struct Relationship {
    category: &'static str,
    full_product_name: FullName,
    product_reference: String,
    relates_to_product_reference: String,
}

/// The tree as it grows; each name has one identifier.
#[derive(Default)]
pub(super) struct Tree {
    names: Vec<FullName>,
    relationships: Vec<Relationship>,
    known: HashMap<String, String>,
}

impl Tree {
    /// The identifier of the component of a finding, within its product where it is a part of one.
    pub(super) fn product(
        &mut self,
        report: &Report<'_>,
        finding: &Finding<'_>,
        parts: &[Identifier],
    ) -> String {
        let input = &report.inputs[finding.component.input];
        let label = some(&finding.component.label, "unnamed component");
        let part = self.name(&label, parts, input.path);
        if finding.exchange.is_subject {
            return part;
        }
        let product = some(&product_label(input), "unnamed product");
        let whole = self.name(&product, &[names::product(input)], input.path);
        let key = format!("{part} in {whole}");
        if let Some(id) = self.known.get(&key) {
            return id.clone();
        }
        let id = self.next(key);
        let name = format!("{label} in {product}");
        self.relationships.push(Relationship {
            category: "default_component_of",
            full_product_name: FullName {
                name,
                product_id: id.clone(),
                product_identification_helper: None,
            },
            product_reference: part,
            relates_to_product_reference: whole,
        });
        id
    }

    pub(super) fn finish(self) -> ProductTree {
        ProductTree { full_product_names: self.names, relationships: self.relationships }
    }

    fn name(&mut self, label: &str, identifiers: &[Identifier], file: &str) -> String {
        let key = identifiers.iter().map(Identifier::text).collect::<Vec<_>>().join("\n");
        if let Some(id) = self.known.get(&key) {
            return id.clone();
        }
        let id = self.next(key);
        self.names.push(FullName {
            name: label.to_owned(),
            product_id: id.clone(),
            product_identification_helper: Some(helper(identifiers, file)),
        });
        id
    }

    fn next(&mut self, key: String) -> String {
        let id = format!("CSAFPID-{:04}", self.known.len() + 1);
        self.known.insert(key, id.clone());
        id
    }
}

fn helper(identifiers: &[Identifier], file: &str) -> Helper {
    let mut helper = Helper::default();
    for identifier in identifiers {
        let text = identifier.text().to_owned();
        match identifier {
            Identifier::Purl(_) => helper.purl = Some(text),
            Identifier::Cpe(_) => helper.cpe = Some(text),
            Identifier::Link(_) => {
                helper.x_generic_uris.push(GenericUri { namespace: BOM_LINK, uri: text });
            }
            Identifier::Sha256(_) => helper.hashes.push(Hashes {
                file_hashes: [Hash { algorithm: "sha256", value: text }],
                filename: some(file.rsplit(['/', '\\']).next().unwrap_or(file), "input"),
            }),
        }
    }
    helper
}

/// CSAF knows no empty names.
fn some(text: &str, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text.to_owned() }
}
