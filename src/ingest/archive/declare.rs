//! From what an archive says to the components that are declared by it.

use super::Spot;
use super::java::{Pom, Statement};
use super::names::{self, CORE};
use crate::advisory::classes::Origin;
use crate::ingest::document::Declared;
use crate::ingest::pom::purl;
use crate::inventory::{Certainty, Fact, NotEvaluated, Reason};

/// The group of [`CORE`].
const GROUP: &str = "org.apache.logging.log4j";

/// The package of all its classes.
const PACKAGE: &str = "org/apache/logging/log4j/core";

/// How log4j-core is named in its manifest.
const CORE_TITLES: [&str; 3] = ["log4j-core", "Apache Log4j Core", "org.apache.logging.log4j.core"];

/// The components of one archive, and the place among them of the archive's own artifact.
pub(super) fn components(statement: &Statement, spot: &Spot<'_>) -> (Vec<Declared>, Option<usize>) {
    let mut found: Vec<Declared> =
        statement.poms.iter().map(|pom| of_pom(pom, statement, spot)).collect();
    let mut own = statement.own(&spot.file);
    let hidden = statement.hides_core();
    let is_core = hidden && statement.poms.is_empty() && is_core(statement, spot);
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

/// Whether the archive is log4j-core itself and not one that it was packed into.
fn is_core(statement: &Statement, spot: &Spot<'_>) -> bool {
    let alone = statement.package == PACKAGE && statement.core.origin.release().is_some();
    alone || core_version(statement, spot).is_some()
}

/// log4j-core that nothing but its classes shows. It is never left out: where the version cannot be
/// told, it has no verdict.
fn hidden_core(statement: &Statement, spot: &Spot<'_>) -> Declared {
    let origin = &statement.core.origin;
    let named = core_version(statement, spot);
    let core = Declared {
        group: Some(GROUP.to_owned()),
        name: CORE.to_owned(),
        inside: spot.inside.clone(),
        facts: absent_lookup(statement, spot).into_iter().collect(),
        ..Declared::default()
    };
    if let Some(release) = origin.release() {
        return Declared {
            notes: vec![by_classes(release, origin.known, named)],
            purls: vec![purl([GROUP, CORE, "jar", ""], Some(release))],
            version: Some(release.to_owned()),
            certainty: Certainty::Repaired,
            ..core
        };
    }
    // classes that are known speak against a name that is none of their releases'
    let fits = |name: &String| origin.known == 0 || origin.releases.contains(&name.as_str());
    let version = named.clone().filter(fits);
    let detail = || {
        let classes = statement.core.telltales.join(", ");
        let called = named.map(|name| format!("; it is called {name}")).unwrap_or_default();
        let text = "log4j-core classes without a pom.properties, version unknown: ";
        NotEvaluated::because(
            Reason::NoVersion,
            format!("{text}{classes}{}{called}", compared(origin)),
        )
    };
    Declared {
        purls: vec![purl([GROUP, CORE, "jar", ""], version.as_deref())],
        not_evaluated: version.is_none().then(detail).map(Box::new),
        version,
        certainty: Certainty::Low,
        ..core
    }
}

fn by_classes(release: &str, known: usize, named: Option<String>) -> String {
    let files = if known == 1 { "class file" } else { "class files" };
    let called = named.filter(|name| name != release);
    let called = called.map(|name| format!(", although it is called {name}")).unwrap_or_default();
    format!(
        "no pom.properties: {release} is the only release with its {known} compared {files}{called}"
    )
}

/// What comparing its classes with those of releases gave, where that is not one release.
fn compared(origin: &Origin) -> String {
    let strange = origin.strange.join(", ");
    let releases = origin.releases.join(", ");
    match (origin.known, releases.is_empty(), strange.is_empty()) {
        (0, ..) => String::new(),
        (_, true, true) => "; they are of different releases".to_owned(),
        (_, true, false) => format!("; they are of different releases, {strange} of none"),
        (_, false, true) => format!("; they are the same in {releases}"),
        (_, false, false) => format!("; some are those of {releases}, {strange} of no release"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::archive::java::Core;

    /// What becomes of an archive with classes of log4j-core in it that are from there.
    fn found(file: &str, package: &str, origin: Origin) -> Vec<Declared> {
        let telltales = vec!["a/core/net/JndiManager.class".to_owned()];
        let core = Core { telltales, origin, ..Core::default() };
        let statement = Statement { core, package: package.to_owned(), ..Statement::default() };
        let file = file.to_owned();
        let spot =
            Spot { name: "d.zip", inside: Some(file.clone()), file, depth: 1, is_code: false };
        components(&statement, &spot).0
    }

    fn origin(releases: &[&'static str], known: usize, strange: &[&'static str]) -> Origin {
        Origin { releases: releases.to_vec(), known, strange: strange.to_vec() }
    }

    /// The version, the certainty, and why there is no verdict.
    fn core(found: &[Declared]) -> (Option<&str>, Certainty, Option<&str>) {
        let core = found.last().unwrap();
        assert_eq!(core.name, CORE);
        let why = core.not_evaluated.as_ref().and_then(|why| why.detail.as_deref());
        (
            core.version.as_deref(),
            core.certainty,
            why.and_then(|why| why.split_once(".class")).map(|(_, end)| end),
        )
    }

    #[test]
    fn classes_of_one_release_tell_the_version_whatever_the_file_is_called() {
        let of = || origin(&["2.14.1"], 3, &[]);
        for file in ["app.jar", "log4j-core-2.14.1.jar", "log4j-core-2.17.1.jar"] {
            assert_eq!(core(&found(file, "", of())), (Some("2.14.1"), Certainty::Repaired, None));
        }
        let remark = found("log4j-core-2.17.1.jar", "", of()).pop().unwrap().notes.remove(0);
        assert_eq!(
            remark,
            "no pom.properties: 2.14.1 is the only release with its 3 compared class files, \
             although it is called 2.17.1"
        );
    }

    #[test]
    fn a_renamed_log4j_core_is_one_component_and_an_application_around_it_is_another() {
        let names = |package: &str| -> Vec<String> {
            let found = found("x.jar", package, origin(&["2.14.1"], 3, &[]));
            found.into_iter().map(|declared| declared.name).collect()
        };
        assert_eq!(names(PACKAGE), ["log4j-core"]);
        assert_eq!(names("org"), ["x", "log4j-core"]);
    }

    #[test]
    fn classes_that_do_not_tell_one_release_leave_no_verdict_and_say_why() {
        for (origin, why) in [
            (origin(&["2.21.0", "2.21.1"], 13, &[]), "; they are the same in 2.21.0, 2.21.1"),
            (origin(&[], 2, &[]), "; they are of different releases"),
            (origin(&[], 2, &["A"]), "; they are of different releases, A of none"),
            (origin(&["2.14.1"], 2, &["A"]), "; some are those of 2.14.1, A of no release"),
            (origin(&[], 0, &["A"]), ""),
        ] {
            assert_eq!(core(&found("x.jar", "", origin)), (None, Certainty::Low, Some(why)));
        }
    }

    #[test]
    fn a_name_counts_where_the_classes_do_not_speak_against_it() {
        let file = "log4j-core-2.21.1.jar";
        for fits in [origin(&["2.21.0", "2.21.1"], 13, &[]), origin(&[], 0, &["A"])] {
            assert_eq!(core(&found(file, "", fits)), (Some("2.21.1"), Certainty::Low, None));
        }
        let why = "; they are the same in 2.4, 2.4.1; it is called 2.21.1";
        let other = origin(&["2.4", "2.4.1"], 13, &[]);
        assert_eq!(core(&found(file, "", other)), (None, Certainty::Low, Some(why)));
    }
}
