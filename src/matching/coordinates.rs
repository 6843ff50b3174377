//! Components that no package URL identifies: by Maven coordinates, by classes, by a guess.
//!
//! Some producers write `group` and `name` and nothing else. Where a record speaks of exactly that
//! Maven package, the component is evaluated as it; where none does, it stays not evaluated, because
//! nobody said that it is a Maven package and it must not be called clean. The same holds for archives
//! that Maven left no description in. Only who asks for low certainty has guesses from names matched,
//! too, whether a record knows them or not; they are marked.

use crate::advisory::database::Database;
use crate::advisory::store::StoreError;
use crate::config::LeastCertainty;
use crate::ids::Ecosystem;
use crate::inventory::{Certainty, Component, Fact, Inventory, Naming, Package, Reason};

/// Gives such components the identity that a record knows, or that is guessed where `least` allows.
///
/// # Errors
/// When the imported data is damaged.
pub fn adopt(
    inventory: &mut Inventory,
    database: &Database,
    least: LeastCertainty,
) -> Result<(), StoreError> {
    let maven = Ecosystem::known("Maven");
    let is_known = |name: &str| database.speaks_of(&maven, name);
    for component in &mut inventory.components {
        let stated = match coordinates(component) {
            Some((name, version)) if is_known(&name)? => Some((name, version)),
            _ => None,
        };
        if let Some((name, version)) = stated {
            let lacks = match component.certainty {
                Certainty::Low => "pom.properties",
                Certainty::Exact | Certainty::Repaired => "package URL",
            };
            component.notes.push(format!("no {lacks}: taken for the Maven package {name}"));
            if component.certainty == Certainty::Exact {
                component.certainty = Certainty::Repaired;
            }
            component.identity = Ok(of_maven(name, version));
        } else if let Some((name, version)) = by_classes(component, is_known)? {
            component.notes.push(format!(
                "no pom.properties: taken for the Maven package {name}, below whose group all its \
                 classes stand"
            ));
            component.certainty = Certainty::Low;
            component.identity = Ok(of_maven(name, version));
        } else if least == LeastCertainty::Low
            && let Some(package) = guess(component)
        {
            component.notes.push(format!(
                "identity guessed from names, since low certainty is asked for: taken for the {} \
                 package {}",
                package.ecosystem, package.name
            ));
            component.certainty = Certainty::Low;
            component.version = Some(package.version.clone());
            component.identity = Ok(package);
        }
    }
    Ok(())
}

/// The packages that a component without identity is taken for where a record knows them, or where low
/// certainty is asked for.
#[must_use]
pub fn candidates(component: &Component) -> Vec<Package> {
    let Err(why) = &component.identity else { return Vec::new() };
    let stated = coordinates(component).map(|(name, version)| of_maven(name, version));
    let guessed = why.likely.as_ref().and_then(|likely| likely.package.clone());
    let mut all: Vec<Package> = stated.into_iter().chain(guessed).collect();
    if let (Reason::NoIdentifier, Some(version)) = (why.reason, &component.version) {
        let groups = below_classes(component).into_iter();
        let name = |group| format!("{group}:{}", component.name);
        all.extend(groups.map(|group| of_maven(name(group), version.clone())));
    }
    all
}

/// The groups that the classes of an archive may be of, the longest first: those with a dot.
fn below_classes(component: &Component) -> Vec<&str> {
    let package = component.facts.iter().find_map(|fact| match fact {
        Fact::ClassesBelow { package } => Some(package.as_str()),
        _ => None,
    });
    let outer = |group: &str| -> Option<usize> {
        group.rfind('.').filter(|end| group[..*end].contains('.'))
    };
    std::iter::successors(package, |group| outer(group).map(|end| &group[..end])).collect()
}

fn of_maven(name: String, version: String) -> Package {
    Package { ecosystem: Ecosystem::known("Maven"), name, version, naming: Naming::Listed }
}

/// What names alone tell.
fn guess(component: &mut Component) -> Option<Package> {
    component.identity.as_mut().err()?.likely.as_mut()?.package.take()
}

/// A jar without Maven's description: its name is an artifact that a record knows, and all its classes
/// stand below the group of that artifact. Either alone would be a guess.
fn by_classes(
    component: &Component,
    is_known: impl Fn(&str) -> Result<bool, StoreError>,
) -> Result<Option<(String, String)>, StoreError> {
    let identity = component.identity.as_ref();
    let nameless = identity.is_err_and(|why| why.reason == Reason::NoIdentifier);
    let Some(version) = component.version.clone().filter(|_| nameless) else { return Ok(None) };
    for group in below_classes(component) {
        let name = format!("{group}:{}", component.name);
        if is_known(&name)? {
            return Ok(Some((name, version)));
        }
    }
    Ok(None)
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
