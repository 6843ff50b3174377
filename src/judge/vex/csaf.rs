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
    x_generic_uris: Option<Vec<GenericUri>>,
}

#[derive(Deserialize)]
struct GenericUri {
    uri: Option<String>,
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
        let uris = self.x_generic_uris.iter().flatten().filter_map(|one| one.uri.as_ref());
        all.extend(uris.map(|uri| Identifier::of(uri)));
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

    /// What each product is told, by its own id or in a group; the first that is said counts. Nothing
    /// when groups that are named again and again would take too long.
    fn told(&self, remarks: impl Iterator<Item = Told<'a>>) -> Option<HashMap<&'a str, &'a str>> {
        let mut all = HashMap::new();
        let mut looked_at = 0_usize;
        for (ids, groups, text) in remarks {
            let Some(text) = text.filter(|text| !text.trim().is_empty()) else { continue };
            let in_groups =
                groups.into_iter().flatten().filter_map(|g| self.groups.get(g.as_str()));
            for id in ids.into_iter().flatten().chain(in_groups.copied().flatten()) {
                looked_at += 1;
                if looked_at > MAX_LOOKS {
                    return None;
                }
                all.entry(id.as_str()).or_insert(text.trim());
            }
        }
        Some(all)
    }
}

/// The products and groups of a flag or a remark, and what it says.
type Told<'a> = (Option<&'a Vec<String>>, Option<&'a Vec<String>>, Option<&'a str>);

/// How many products the flags of one vulnerability may name, groups counted each time.
const MAX_LOOKS: usize = 5_000_000;

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

impl Remark {
    fn told(&self) -> Told<'_> {
        let details = self.details.as_deref().filter(|text| !text.trim().is_empty());
        let text = details.or(self.category.as_deref());
        (self.product_ids.as_ref(), self.group_ids.as_ref(), text)
    }
}

impl Flag {
    fn told(&self) -> Told<'_> {
        (self.product_ids.as_ref(), self.group_ids.as_ref(), self.label.as_deref())
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
        let impacts = flaw.threats.iter().flatten();
        let impacts = impacts.filter(|threat| threat.category.as_deref() == Some("impact"));
        let told = (
            products.told(flaw.flags.iter().flatten().map(Flag::told)),
            products.told(impacts.map(Remark::told)),
            products.told(flaw.remediations.iter().flatten().map(Remark::told)),
        );
        let (Some(flags), Some(impacts), Some(actions)) = told else {
            let cause = format!("vulnerability {} names its products too often", index + 1);
            return Err(source.error(cause));
        };
        let of = |told: &HashMap<&str, &str>, id: &str| told.get(id).map(|text| (*text).to_owned());
        let lists = flaw.product_status.as_ref().map(ProductStatus::lists);
        for (status, list) in lists.iter().flatten() {
            for id in list.iter().flatten() {
                let place = format!("vulnerability {}, product \"{id}\",", index + 1);
                all.add(Statement {
                    document: said(tracking.and_then(|tracking| tracking.id.as_ref())),
                    vulnerability: vulnerability.clone(),
                    products: vec![products.product(id)],
                    justification: of(&flags, id),
                    impact: of(&impacts, id),
                    action: of(&actions, id),
                    author: author.clone(),
                    at,
                    ..source.statement(&place, *status)
                })?;
            }
        }
    }
    Ok(all.list)
}
