//! CSAF 2.0 (ISO/IEC 20153) and 2.1: `product_status` of each vulnerability, over the product tree.
//!
//! Profile 5 (VEX) is what is meant; any CSAF document with products and vulnerabilities is read. A
//! product of `relationships` is a part within a product: the first is the subcomponent of the second.

use std::collections::HashMap;

use serde::Deserialize;

use super::{Identifier, Product, Source, Statement, Statements, Status, VexError, instant, said};

#[derive(Deserialize)]
pub(super) struct Document {
    document: Head,
    product_tree: Option<Tree>,
    vulnerabilities: Option<Vec<Vulnerability>>,
}

#[derive(Deserialize)]
struct Head {
    publisher: Option<Publisher>,
    tracking: Option<Tracking>,
}

#[derive(Deserialize)]
struct Publisher {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Tracking {
    id: Option<String>,
    current_release_date: Option<String>,
}

#[derive(Deserialize)]
struct Tree {
    branches: Option<Vec<Branch>>,
    full_product_names: Option<Vec<FullName>>,
    product_groups: Option<Vec<Group>>,
    relationships: Option<Vec<Relationship>>,
}

#[derive(Deserialize)]
struct Branch {
    branches: Option<Vec<Branch>>,
    product: Option<FullName>,
}

#[derive(Deserialize)]
struct FullName {
    product_id: Option<String>,
    product_identification_helper: Option<Helper>,
}

#[derive(Deserialize)]
struct Helper {
    purl: Option<String>,
    purls: Option<Vec<String>>,
    cpe: Option<String>,
    hashes: Option<Vec<Hashes>>,
}

#[derive(Deserialize)]
struct Hashes {
    file_hashes: Option<Vec<Hash>>,
}

#[derive(Deserialize)]
struct Hash {
    algorithm: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
struct Group {
    group_id: Option<String>,
    product_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Relationship {
    full_product_name: Option<FullName>,
    product_reference: Option<String>,
    relates_to_product_reference: Option<String>,
}

#[derive(Deserialize)]
struct Vulnerability {
    cve: Option<String>,
    ids: Option<Vec<OtherId>>,
    product_status: Option<ProductStatus>,
    flags: Option<Vec<Flag>>,
    threats: Option<Vec<Remark>>,
    remediations: Option<Vec<Remark>>,
}

#[derive(Deserialize)]
struct OtherId {
    text: Option<String>,
}

#[derive(Deserialize)]
struct ProductStatus {
    fixed: Option<Vec<String>>,
    first_fixed: Option<Vec<String>>,
    known_affected: Option<Vec<String>>,
    first_affected: Option<Vec<String>>,
    last_affected: Option<Vec<String>>,
    known_not_affected: Option<Vec<String>>,
    under_investigation: Option<Vec<String>>,
    unknown: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Flag {
    label: Option<String>,
    product_ids: Option<Vec<String>>,
    group_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Remark {
    category: Option<String>,
    details: Option<String>,
    product_ids: Option<Vec<String>>,
    group_ids: Option<Vec<String>>,
}

impl Helper {
    fn identifiers(&self) -> Vec<Identifier> {
        let names = self.purl.iter().chain(self.purls.iter().flatten()).chain(&self.cpe);
        let mut all: Vec<Identifier> = names.map(|name| Identifier::of(name)).collect();
        let hashes = self.hashes.iter().flatten().flat_map(|one| one.file_hashes.iter().flatten());
        let sha256 = hashes.filter(|hash| hash.algorithm.as_deref() == Some("sha256"));
        let values = sha256.filter_map(|hash| hash.value.as_ref());
        all.extend(values.map(|value| Identifier::Sha256(value.to_ascii_lowercase())));
        all
    }
}

/// What stands behind product and group ids.
#[derive(Default)]
struct Products<'a> {
    names: HashMap<&'a str, Vec<Identifier>>,
    parts: HashMap<&'a str, (&'a str, &'a str)>,
    groups: HashMap<&'a str, &'a [String]>,
}

impl<'a> Products<'a> {
    fn of(tree: Option<&'a Tree>) -> Self {
        let mut all = Self::default();
        let Some(tree) = tree else { return all };
        tree.full_product_names.iter().flatten().for_each(|name| all.name(name));
        tree.branches.iter().flatten().for_each(|branch| all.branch(branch));
        for group in tree.product_groups.iter().flatten() {
            if let (Some(id), Some(products)) = (&group.group_id, &group.product_ids) {
                all.groups.insert(id, products);
            }
        }
        for relation in tree.relationships.iter().flatten() {
            let own = relation.full_product_name.as_ref().and_then(|name| name.product_id.as_ref());
            let ends = (&relation.product_reference, &relation.relates_to_product_reference);
            if let (Some(own), (Some(part), Some(whole))) = (own, ends) {
                all.parts.insert(own, (part, whole));
            }
        }
        all
    }

    /// Branches nest no deeper than the JSON reader lets anything nest.
    fn branch(&mut self, branch: &'a Branch) {
        branch.product.iter().for_each(|name| self.name(name));
        branch.branches.iter().flatten().for_each(|inner| self.branch(inner));
    }

    fn name(&mut self, name: &'a FullName) {
        if let (Some(id), Some(helper)) = (&name.product_id, &name.product_identification_helper) {
            self.names.insert(id, helper.identifiers());
        }
    }

    fn product(&self, id: &str) -> Product {
        let names = |id: &str| self.names.get(id).cloned().unwrap_or_default();
        match self.parts.get(id) {
            Some((part, whole)) => Product {
                identifiers: names(whole),
                subcomponents: vec![names(part)],
                versions: Vec::new(),
            },
            None => Product { identifiers: names(id), ..Product::default() },
        }
    }

    /// Whether the lists of a flag or a remark name a product, by itself or in a group.
    fn name_it(&self, ids: Option<&[String]>, groups: Option<&[String]>, product: &str) -> bool {
        let has = |list: &[String]| list.iter().any(|id| id == product);
        let in_group = |group: &String| self.groups.get(group.as_str()).is_some_and(|g| has(g));
        ids.is_some_and(has) || groups.is_some_and(|groups| groups.iter().any(in_group))
    }
}

impl ProductStatus {
    fn lists(&self) -> [(Status, &Option<Vec<String>>); 8] {
        [
            (Status::Fixed, &self.fixed),
            (Status::Fixed, &self.first_fixed),
            (Status::Affected, &self.known_affected),
            (Status::Affected, &self.first_affected),
            (Status::Affected, &self.last_affected),
            (Status::NotAffected, &self.known_not_affected),
            (Status::UnderInvestigation, &self.under_investigation),
            (Status::UnderInvestigation, &self.unknown),
        ]
    }
}

impl Vulnerability {
    fn justification(&self, product: &str, products: &Products<'_>) -> Option<String> {
        let of = |flag: &&Flag| {
            products.name_it(flag.product_ids.as_deref(), flag.group_ids.as_deref(), product)
        };
        let flag = self.flags.iter().flatten().find(of)?;
        said(flag.label.as_ref())
    }

    fn remark(
        list: Option<&[Remark]>,
        product: &str,
        (products, category): (&Products<'_>, Option<&str>),
    ) -> Option<String> {
        let of = |remark: &&Remark| {
            category.is_none_or(|category| remark.category.as_deref() == Some(category))
                && products.name_it(
                    remark.product_ids.as_deref(),
                    remark.group_ids.as_deref(),
                    product,
                )
        };
        let remark = list.unwrap_or_default().iter().find(of)?;
        said(remark.details.as_ref()).or(said(remark.category.as_ref()))
    }
}

pub(super) fn statements(
    document: &Document,
    source: Source<'_>,
) -> Result<Vec<Statement>, VexError> {
    let products = Products::of(document.product_tree.as_ref());
    let author = document.document.publisher.as_ref().and_then(|one| said(one.name.as_ref()));
    let tracking = document.document.tracking.as_ref();
    let at = instant(tracking.and_then(|tracking| tracking.current_release_date.as_ref()));
    let mut all = Statements::of(source);
    for (index, flaw) in document.vulnerabilities.iter().flatten().enumerate() {
        let other = flaw.ids.iter().flatten().filter_map(|id| id.text.as_ref());
        let vulnerability: Vec<String> = flaw.cve.iter().chain(other).cloned().collect();
        let lists = flaw.product_status.as_ref().map(ProductStatus::lists);
        for (status, list) in lists.iter().flatten() {
            for id in list.iter().flatten() {
                let impact = (&products, Some("impact"));
                let place = format!("vulnerability {}, product \"{id}\",", index + 1);
                all.add(Statement {
                    document: said(tracking.and_then(|tracking| tracking.id.as_ref())),
                    vulnerability: vulnerability.clone(),
                    products: vec![products.product(id)],
                    justification: flaw.justification(id, &products),
                    impact: Vulnerability::remark(flaw.threats.as_deref(), id, impact),
                    action: Vulnerability::remark(
                        flaw.remediations.as_deref(),
                        id,
                        (&products, None),
                    ),
                    author: author.clone(),
                    at,
                    ..source.statement(&place, *status)
                })?;
            }
        }
    }
    Ok(all.list)
}
