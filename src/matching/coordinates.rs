//! Components that carry Maven coordinates and no package URL.
//!
//! Some producers write `group` and `name` and nothing else. Where a record speaks of exactly that
//! Maven package, the component is evaluated as it; where none does, it stays not evaluated, because
//! nobody said that it is a Maven package and it must not be called clean.

use crate::advisory::database::Database;
use crate::ids::Ecosystem;
use crate::inventory::{Certainty, Component, Inventory, Package, Reason};

/// Gives such components the identity that a record knows.
pub fn adopt(inventory: &mut Inventory, database: &Database) {
    let maven = Ecosystem::known("Maven");
    for component in &mut inventory.components {
        let Some((name, version)) = coordinates(component) else { continue };
        if database.entries(&maven, &name).is_empty() {
            continue;
        }
        component.notes.push(format!("no package URL: taken for the Maven package {name}"));
        component.certainty = Certainty::Repaired;
        component.identity = Ok(Package { ecosystem: maven.clone(), name, version });
    }
}

/// `group:name` with a dotted group, or a name that is such a pair itself.
fn coordinates(component: &Component) -> Option<(String, String)> {
    let without_identity =
        component.identity.as_ref().is_err_and(|why| why.reason == Reason::NoIdentifier);
    let version = component.version.clone().filter(|_| without_identity)?;
    let group = component.group.as_deref().filter(|group| !group.is_empty());
    let name = match group {
        Some(group) => format!("{group}:{}", component.name),
        None => component.name.clone(),
    };
    let (group, artifact) = name.split_once(':')?;
    let plain = !artifact.is_empty() && !artifact.contains([':', '/', ' ']);
    // log4j:log4j and its like have groups without a dot, named as their artifact
    (plain && (group.contains('.') || group == artifact)).then_some((name, version))
}
