//! CSAF 2.0 and 2.1, profile 5: the mandatory tests that bear on statements (section 6.1), by number.

use std::collections::{HashMap, HashSet};

use super::{Faults, Node};
use crate::config::justification::SHARED;

const AFFECTED: [&str; 3] = ["known_affected", "first_affected", "last_affected"];
const FIXED: [&str; 2] = ["fixed", "first_fixed"];
const VEX: [&str; 4] = ["fixed", "known_affected", "known_not_affected", "under_investigation"];

pub(super) fn lint(root: &Node<'_>, faults: &mut Faults) {
    let head = root.get("document").unwrap_or(root);
    faults.needs(head, "category", "csaf-category");
    faults.word(head, "category", &["csaf_vex"], "csaf-category");
    faults.word(head, "csaf_version", &["2.0", "2.1"], "csaf-version");
    faults.needs(head, "csaf_version", "csaf-version");
    faults.needs(head, "title", "csaf-title");
    let publisher = head.get("publisher").unwrap_or(head);
    for name in ["category", "name", "namespace"] {
        faults.needs(publisher, name, "csaf-publisher");
    }
    tracking(head.get("tracking").unwrap_or(head), faults);
    let Some(tree) = root.get("product_tree") else {
        return faults.error(root, "csaf-product-tree", "\"product_tree\" is missing (6.1.27.4)");
    };
    let mut products = Products::default();
    products.learn(tree, faults);
    if root.list("vulnerabilities").is_empty() {
        let at = root.get("vulnerabilities").unwrap_or(root);
        let text = "\"vulnerabilities\" is no list with a vulnerability in it (6.1.27.11)";
        faults.error(at, "csaf-vulnerabilities", text);
    }
    root.list("vulnerabilities").iter().for_each(|one| vulnerability(one, &products, faults));
}

fn tracking(tracking: &Node<'_>, faults: &mut Faults) {
    for name in ["id", "status", "version", "current_release_date", "initial_release_date"] {
        faults.needs(tracking, name, "csaf-tracking");
    }
    faults.instant(tracking, "current_release_date", "csaf-tracking");
    faults.instant(tracking, "initial_release_date", "csaf-tracking");
    if tracking.list("revision_history").is_empty() {
        let at = tracking.get("revision_history").unwrap_or(tracking);
        faults.error(at, "csaf-tracking", "\"revision_history\" is no list with a revision in it");
    }
}

/// The identifiers that the product tree defines.
#[derive(Default)]
struct Products<'a> {
    ids: HashSet<&'a str>,
    groups: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Products<'a> {
    fn learn(&mut self, tree: &'a Node<'_>, faults: &mut Faults) {
        tree.list("full_product_names").iter().for_each(|name| self.define(name, faults));
        tree.list("branches").iter().for_each(|branch| self.branch(branch, faults));
        let relations = tree.list("relationships");
        relations
            .iter()
            .filter_map(|one| one.get("full_product_name"))
            .for_each(|name| self.define(name, faults));
        for relation in relations {
            for name in ["product_reference", "relates_to_product_reference"] {
                relation.get(name).into_iter().for_each(|id| self.refer(id, faults));
            }
        }
        for group in tree.list("product_groups") {
            group.list("product_ids").iter().for_each(|id| self.refer(id, faults));
            let members = group.list("product_ids").iter().filter_map(Node::text).collect();
            if let Some(id) = group.said("group_id") {
                self.groups.insert(id, members);
            }
        }
    }

    fn branch(&mut self, branch: &'a Node<'_>, faults: &mut Faults) {
        branch.get("product").into_iter().for_each(|name| self.define(name, faults));
        branch.list("branches").iter().for_each(|inner| self.branch(inner, faults));
    }

    fn define(&mut self, name: &'a Node<'_>, faults: &mut Faults) {
        let Some(id) = faults.needs(name, "product_id", "csaf-product-id") else { return };
        if !self.ids.insert(id) {
            let text = format!("product \"{id}\" is defined twice (6.1.2)");
            faults.error(name.get("product_id").unwrap_or(name), "csaf-product-twice", text);
        }
    }

    fn refer(&self, id: &Node<'_>, faults: &mut Faults) {
        if let Some(text) = id.text().filter(|text| !self.ids.contains(text)) {
            let text = format!("product \"{text}\" is not defined in the product tree (6.1.1)");
            faults.error(id, "csaf-product-unknown", text);
        }
    }
}

/// The products that remarks speak of, by their own ids or in groups. Each group is gone through once,
/// however many remarks name it.
fn named<'n>(
    remarks: impl Iterator<Item = &'n Node<'n>>,
    products: &Products<'n>,
) -> HashSet<&'n str> {
    let (mut all, mut groups) = (HashSet::new(), HashSet::new());
    for remark in remarks {
        all.extend(remark.list("product_ids").iter().filter_map(Node::text));
        groups.extend(remark.list("group_ids").iter().filter_map(Node::text));
    }
    all.extend(groups.into_iter().filter_map(|id| products.groups.get(id)).flatten().copied());
    all
}

fn vulnerability(one: &Node<'_>, products: &Products<'_>, faults: &mut Faults) {
    if one.said("cve").is_none() && one.list("ids").is_empty() {
        faults.error(one, "csaf-id", "names neither \"cve\" nor \"ids\" (6.1.27.8)");
    }
    if one.list("notes").is_empty() {
        faults.error(one, "csaf-notes", "\"notes\" is missing or empty (6.1.27.5)");
    }
    one.list("flags").iter().for_each(|flag| faults.word(flag, "label", &SHARED, "csaf-flag"));
    let Some(status) = one.get("product_status") else {
        return faults.error(one, "csaf-status", "\"product_status\" is missing (6.1.27.7)");
    };
    if VEX.iter().all(|name| status.list(name).is_empty()) {
        let text = format!("has none of {} (6.1.27.7)", VEX.join(", "));
        faults.error(status, "csaf-status", text);
    }
    for (_, list) in status.members() {
        list.elements().iter().for_each(|id| products.refer(id, faults));
    }
    contradictions(status, faults);
    reasons(one, status, products, faults);
}

/// Which lists contradict each other (6.1.6).
fn contradictions(status: &Node<'_>, faults: &mut Faults) {
    let groups: [&[&str]; 4] =
        [&AFFECTED, &["known_not_affected"], &FIXED, &["under_investigation"]];
    let mut told: HashMap<&str, (usize, &str)> = HashMap::new();
    for (number, names) in groups.iter().enumerate() {
        for name in *names {
            for id in status.list(name) {
                let Some(text) = id.text() else { continue };
                match told.get(text) {
                    Some((other, first)) if *other != number => {
                        let text =
                            format!("product \"{text}\" is in {first} and in {name} (6.1.6)");
                        faults.error(id, "csaf-contradiction", text);
                    }
                    _ => {
                        told.insert(text, (number, name));
                    }
                }
            }
        }
    }
}

/// A reason for what is not affected, an action for what is.
fn reasons(one: &Node<'_>, status: &Node<'_>, products: &Products<'_>, faults: &mut Faults) {
    let is_impact = |threat: &&Node<'_>| threat.said("category") == Some("impact");
    let threats = one.list("threats").iter().filter(is_impact);
    let excused = named(one.list("flags").iter().chain(threats), products);
    let treated = named(one.list("remediations").iter(), products);
    for id in status.list("known_not_affected") {
        if let Some(text) = id.text().filter(|text| !excused.contains(text)) {
            let text = format!(
                "\"{text}\" is not affected for no reason: neither flag nor impact (6.1.27.9)"
            );
            faults.error(id, "csaf-impact", text);
        }
    }
    for id in status.list("known_affected") {
        if let Some(text) = id.text().filter(|text| !treated.contains(text)) {
            let text = format!("\"{text}\" is affected and has no remediation (6.1.27.10)");
            faults.error(id, "csaf-action", text);
        }
    }
}
