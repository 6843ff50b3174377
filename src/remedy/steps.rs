//! The remedy in sentences: what to write where, and what is not known.

use super::target::{self, LineOf, Target};
use super::{Action, Remedy, Sources};
use crate::inventory::{Component, Coverage, Declaration, GraphKnowledge, Inventory, Owner};
use crate::judge::Judged;
use crate::purl::Purl;

/// The steps of a remedy, in the order in which to take them.
pub(super) fn of<'a>(
    remedy: &Remedy,
    component: &'a Component,
    open: &[&Judged],
    sources: Sources<'a>,
) -> Vec<String> {
    let name = super::package_name(component);
    match (&remedy.to, remedy.action) {
        (Some(to), _) => {
            let mut steps = vec![change(remedy, component, &to.version, sources.inventory)];
            steps.extend(unknown_route(remedy, &to.version));
            steps.extend(together(component, &to.version, sources));
            if to.line == LineOf::Later {
                steps.push(format!(
                    "{} is on a later release line: the installed line has no version that clears all",
                    to.version
                ));
            }
            if component.coverage == Coverage::Exploited {
                steps.push(format!(
                    "the records know only exploited flaws of it: whether {} has others is not known",
                    to.version
                ));
            }
            steps
        }
        (None, Action::Remove) => vec![format!(
            "remove {name}: it is reported as malware; treat machines that installed it as compromised"
        )],
        (None, Action::Replace) => {
            vec![format!("no fixed release exists under {name}: replace the package")]
        }
        (None, _) => match &remedy.beyond_java {
            Some(target) => vec![beyond_java(&name, target, sources)],
            None => vec![no_cure(&name, open)],
        },
    }
}

/// What is said when the fix needs a newer Java than the product may have.
fn beyond_java(name: &str, target: &Target, sources: Sources<'_>) -> String {
    let asked = sources.java.map(|java| format!(" on Java {java}")).unwrap_or_default();
    let needs = target.java.map(|java| format!(" and needs Java {java}")).unwrap_or_default();
    format!("no version of {name}{asked} clears any of this; {} clears all{needs}", target.version)
}

/// What is said when nobody states a fix.
fn no_cure(name: &str, open: &[&Judged]) -> String {
    let evidence = open.iter().flat_map(|judged| &judged.finding.evidence);
    let mut last: Vec<&str> = evidence.filter_map(|e| e.last_affected.as_deref()).collect();
    last.sort_unstable();
    last.dedup();
    match last.as_slice() {
        [last] => format!(
            "no fixed version of {name} is stated; versions above {last} are not known to be affected"
        ),
        _ => format!("no fixed version of {name} is stated"),
    }
}

fn change(remedy: &Remedy, component: &Component, to: &str, inventory: &Inventory) -> String {
    let name = super::package_name(component);
    if let Some(declaration) = &remedy.declared_in {
        return edit(declaration, &name, to);
    }
    let graph = &inventory.inputs[component.input].graph;
    let distance = component.reference.as_deref().and_then(|r| graph.distance(r));
    let ecosystem = component.identity.as_ref().map_or("", |p| p.ecosystem.base());
    match distance {
        Some(d) if d > 1 => pin(ecosystem, &name, to),
        Some(_) => direct(ecosystem, &name, to),
        None => {
            let why = match graph.knowledge() {
                GraphKnowledge::Absent => "the document does not say who depends on whom",
                _ => "the document does not say who brings it in",
            };
            format!("bring {name} to {to} ({why})")
        }
    }
}

/// What to write where a line decides the version; a line of a release cannot be edited, but overruled.
fn edit(declaration: &Declaration, name: &str, to: &str) -> String {
    let Declaration { path, line, how, owner } = declaration;
    match owner {
        Owner::Project => format!("{path}:{line}: set {how} to {to}"),
        Owner::ParentProperty(property) => {
            format!(
                "set property {property} to {to} in the project: it wins over {how} ({path}:{line})"
            )
        }
        Owner::Release => {
            let pin = pin("Maven", name, to);
            format!("{pin}; it wins over {how} ({path}:{line})")
        }
    }
}

fn direct(ecosystem: &str, name: &str, to: &str) -> String {
    match ecosystem {
        "npm" => format!("npm install {name}@{to}"),
        "Go" => format!("go get {name}@v{}", to.trim_start_matches('v')),
        "PyPI" => format!("pin {name}=={to} in the requirements"),
        "crates.io" => format!("cargo update -p {name} --precise {to}"),
        _ => format!("set {name} to {to} where the project declares it"),
    }
}

fn pin(ecosystem: &str, name: &str, to: &str) -> String {
    match ecosystem {
        "Maven" => format!("add to dependencyManagement: {name}:{to}"),
        "npm" => format!("add to \"overrides\" in package.json: \"{name}\": \"{to}\""),
        "Go" => format!("go get {name}@v{}", to.trim_start_matches('v')),
        "PyPI" => format!("add a constraint: {name}=={to}"),
        "crates.io" => format!("cargo update -p {name} --precise {to}"),
        _ => format!("bring {name} to {to}"),
    }
}

/// Nobody here knows what other releases of the direct dependency bring.
fn unknown_route(remedy: &Remedy, to: &str) -> Option<String> {
    if remedy.introduced_by.is_empty() {
        return None;
    }
    let names: Vec<_> = remedy.introduced_by.iter().map(|label| short(label)).collect();
    let names = names.join(", ");
    Some(format!(
        "it comes in through {names}; whether a newer release of that brings {to} is not known"
    ))
}

/// A package URL as people say it: `web-starter 1.0`.
fn short(label: &str) -> String {
    match Purl::parse(label) {
        Ok(purl) => {
            let name = purl.package("").map_or_else(|| purl.name().to_owned(), |p| p.name);
            format!("{name} {}", purl.version().unwrap_or_default()).trim().to_owned()
        }
        Err(_) => label.to_owned(),
    }
}

/// Artifacts of one Maven group at one version are one release: they move together.
fn together<'a>(component: &'a Component, to: &str, sources: Sources<'a>) -> Option<String> {
    let package = component.identity.as_ref().ok()?;
    let siblings = target::siblings(component, package, sources);
    let mut names: Vec<_> = siblings.map(|c| c.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    names.push(&component.name);
    names.sort_unstable();
    names.dedup();
    Some(format!("move together to {to}, they are one release: {}", names.join(", ")))
}
