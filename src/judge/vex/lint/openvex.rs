//! OpenVEX 0.2.0: its text and its schema.

use super::{Faults, Node, Value};
use crate::config::justification::SHARED;

const DOCUMENT: [&str; 9] = [
    "@context",
    "@id",
    "author",
    "role",
    "timestamp",
    "last_updated",
    "version",
    "tooling",
    "statements",
];

const STATEMENT: [&str; 13] = [
    "@id",
    "version",
    "vulnerability",
    "timestamp",
    "last_updated",
    "products",
    "status",
    "supplier",
    "status_notes",
    "justification",
    "impact_statement",
    "action_statement",
    "action_statement_timestamp",
];

const STATUSES: [&str; 4] = ["not_affected", "affected", "fixed", "under_investigation"];

pub(super) fn lint(root: &Node<'_>, faults: &mut Faults) {
    if let Some(context) = faults.needs(root, "@context", "openvex-context")
        && !context.starts_with("https://openvex.dev/ns")
    {
        let text = format!("\"@context\" is \"{context}\", expected https://openvex.dev/ns/…");
        faults.error(root.get("@context").unwrap_or(root), "openvex-context", text);
    }
    faults.needs(root, "@id", "openvex-id");
    faults.needs(root, "author", "openvex-author");
    faults.needs(root, "timestamp", "openvex-time");
    faults.instant(root, "timestamp", "openvex-time");
    faults.instant(root, "last_updated", "openvex-time");
    let version = root.get("version").unwrap_or(root);
    let is_counted =
        matches!(version.value, Value::Number(text) if text.parse().is_ok_and(|n: u64| n >= 1));
    if !is_counted {
        faults.error(version, "openvex-version", "\"version\" is no whole number from 1 on");
    }
    members(root, &DOCUMENT, faults);
    if root.list("statements").is_empty() {
        let at = root.get("statements").unwrap_or(root);
        faults.error(at, "openvex-statements", "\"statements\" is no list with a statement in it");
    }
    root.list("statements").iter().for_each(|one| statement(one, faults));
}

fn members(of: &Node<'_>, known: &[&str], faults: &mut Faults) {
    for (name, node) in of.members().iter().filter(|(name, _)| !known.contains(&&**name)) {
        faults.error(node, "openvex-member", format!("OpenVEX knows no member \"{name}\" here"));
    }
}

fn statement(one: &Node<'_>, faults: &mut Faults) {
    members(one, &STATEMENT, faults);
    match one.get("vulnerability") {
        Some(vulnerability) => {
            faults.needs(vulnerability, "name", "openvex-vulnerability");
        }
        None => faults.error(one, "openvex-vulnerability", "\"vulnerability\" is missing"),
    }
    let status = faults.needs(one, "status", "openvex-status");
    faults.word(one, "status", &STATUSES, "openvex-status");
    faults.word(one, "justification", &SHARED, "openvex-justification-word");
    for name in ["timestamp", "last_updated", "action_statement_timestamp"] {
        faults.instant(one, name, "openvex-time");
    }
    match status {
        Some("not_affected")
            if one.said("justification").or(one.said("impact_statement")).is_none() =>
        {
            let text = "not_affected needs a justification or an impact_statement";
            faults.error(one, "openvex-justification", text);
        }
        Some("affected") if one.said("action_statement").is_none() => {
            faults.error(one, "openvex-action", "affected needs an action_statement");
        }
        _ => {}
    }
    if let (Some(node), Some(status)) = (one.get("justification"), status)
        && status != "not_affected"
        && STATUSES.contains(&status)
    {
        let text = format!("a justification means nothing beside {status}");
        faults.warn(node, "openvex-justification-place", text);
    }
    if one.list("products").is_empty() {
        let text = "names no product: that is for attestations, whose subject is the product";
        faults.warn(one.get("products").unwrap_or(one), "openvex-products", text);
    }
    for product in one.list("products") {
        component(product, faults);
        product.list("subcomponents").iter().for_each(|part| component(part, faults));
    }
}

fn component(one: &Node<'_>, faults: &mut Faults) {
    let kinds = ["purl", "cpe22", "cpe23"];
    let names = one.get("identifiers");
    let is_named = names.is_some_and(|names| kinds.iter().any(|kind| names.said(kind).is_some()));
    if one.said("@id").is_none() && !is_named {
        let text = "a component needs an \"@id\" or identifiers (purl, cpe22, cpe23)";
        faults.error(one, "openvex-component", text);
    }
}
