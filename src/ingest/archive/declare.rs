//! From what an archive says to the components that are declared by it.

use super::java::{Pom, Statement};
use super::{Spot, names};
use crate::ingest::document::Declared;
use crate::ingest::pom::purl;
use crate::inventory::{Certainty, Fact, NotEvaluated, Reason};

/// The group and the artifact whose classes are looked for.
const GROUP: &str = "org.apache.logging.log4j";
const CORE: &str = "log4j-core";

/// How log4j-core is named in its manifest.
const CORE_TITLES: [&str; 3] = ["log4j-core", "Apache Log4j Core", "org.apache.logging.log4j.core"];

/// The components of one archive, and the place among them of the archive's own artifact.
pub(super) fn components(statement: &Statement, spot: &Spot<'_>) -> (Vec<Declared>, Option<usize>) {
    let mut found: Vec<Declared> =
        statement.poms.iter().map(|pom| of_pom(pom, statement, spot)).collect();
    let mut own = statement.own(&spot.file);
    let hidden = !statement.core.telltales.is_empty()
        && !statement.poms.iter().any(|pom| pom.artifact == CORE);
    let is_core = hidden && statement.poms.is_empty() && core_version(statement, spot).is_some();
    if statement.poms.is_empty() && !is_core && !spot.is_code {
        own = Some(found.len());
        found.push(of_name(statement, spot));
    }
    if hidden {
        own = own.or(Some(found.len()).filter(|_| is_core));
        found.push(hidden_core(statement, spot));
    }
    (found, own)
}

fn of_pom(pom: &Pom, statement: &Statement, spot: &Spot<'_>) -> Declared {
    let inside =
        if statement.poms.len() > 1 { Some(spot.entry(&pom.path)) } else { spot.inside.clone() };
    let unresolved = [&pom.group, &pom.artifact].into_iter().find(|text| text.contains("${"));
    let version = pom.version.as_deref().filter(|version| !version.contains("${"));
    let named = unresolved.is_none();
    let is_core = pom.artifact == CORE && pom.group == GROUP;
    Declared {
        group: Some(pom.group.clone()),
        name: pom.artifact.clone(),
        purls: named
            .then(|| purl([&pom.group, &pom.artifact, "jar", ""], version))
            .into_iter()
            .collect(),
        version: pom.version.clone(),
        not_evaluated: unresolved
            .map(|text| NotEvaluated::because(Reason::UnresolvedProperty, text.clone()))
            .map(Box::new),
        facts: absent_lookup(statement, spot).filter(|_| is_core).into_iter().collect(),
        inside,
        ..Declared::default()
    }
}

/// Classes of log4j-core are there, `JndiLookup.class` is not.
fn absent_lookup(statement: &Statement, spot: &Spot<'_>) -> Option<Fact> {
    let core = &statement.core;
    let seen = core.telltales.first().or(core.any.as_ref())?.clone();
    core.lookup.is_none().then(|| Fact::JndiLookupAbsent { archive: spot.label(), seen })
}

/// An archive that only its manifest and its file name speak of.
fn of_name(statement: &Statement, spot: &Spot<'_>) -> Declared {
    let manifest = &statement.manifest;
    let (stem, of_file) = names::name_and_version(&spot.file);
    let plain = |name: &&String| !name.contains(char::is_whitespace);
    let title = manifest.title.as_ref().filter(plain).or(manifest.symbolic_name.as_ref());
    let (name, version, from) = match (of_file, title, &manifest.version) {
        (Some(version), ..) => (stem, Some(version.to_owned()), "file name"),
        (None, Some(title), Some(version)) => (title.as_str(), Some(version.clone()), "manifest"),
        (None, _, version) => (stem, version.clone(), "file name and manifest"),
    };
    let classes = match statement.package.as_str() {
        "" => String::new(),
        package => format!("; its classes stand below {}", dotted(package)),
    };
    let detail = format!("no pom.properties: name and version are from the {from}{classes}");
    let package = Some(dotted(&statement.package)).filter(|package| package.contains('.'));
    Declared {
        group: manifest.vendor_id.as_deref().map(names::label),
        name: names::label(name),
        version: version.map(|version| names::label(&version)),
        inside: spot.inside.clone(),
        certainty: Certainty::Low,
        not_evaluated: Some(Box::new(NotEvaluated::because(Reason::NoIdentifier, detail))),
        facts: package.map(|package| Fact::ClassesBelow { package }).into_iter().collect(),
        ..Declared::default()
    }
}

fn dotted(package: &str) -> String {
    names::label(package).replace('/', ".")
}

/// log4j-core that nothing but its classes shows. It is never left out: where the version cannot be
/// told, it has no verdict.
fn hidden_core(statement: &Statement, spot: &Spot<'_>) -> Declared {
    let version = core_version(statement, spot);
    let classes = statement.core.telltales.join(", ");
    let detail = format!("log4j-core classes without a pom.properties, version unknown: {classes}");
    let why = NotEvaluated::because(Reason::NoVersion, detail);
    Declared {
        group: Some(GROUP.to_owned()),
        name: CORE.to_owned(),
        purls: vec![purl([GROUP, CORE, "jar", ""], version.as_deref())],
        not_evaluated: version.is_none().then_some(why).map(Box::new),
        version,
        inside: spot.inside.clone(),
        certainty: Certainty::Low,
        facts: absent_lookup(statement, spot).into_iter().collect(),
        ..Declared::default()
    }
}

/// The version of log4j-core, where file name or manifest speak of log4j-core and not of an archive
/// that it was packed into.
fn core_version(statement: &Statement, spot: &Spot<'_>) -> Option<String> {
    if !statement.poms.is_empty() {
        return None;
    }
    if let (CORE, Some(version)) = names::name_and_version(&spot.file) {
        return Some(version.to_owned());
    }
    let manifest = &statement.manifest;
    let names = [&manifest.title, &manifest.symbolic_name];
    let speaks = names.into_iter().flatten().any(|name| CORE_TITLES.contains(&name.as_str()));
    manifest.version.clone().filter(|_| speaks)
}
