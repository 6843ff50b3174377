//! What came, what went and what changed between two inventories.
//!
//! Documents are compared one with one: the single ones of both sides, else those about the same
//! subject, else those of the same place in their folders. Within them a package is what its package
//! URL says without the version; where there is none, group and name. Of a package in several
//! versions, those that both sides have cancel out; the others are changes as far as they make
//! pairs, the lower with the lower.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Component, Input, Inventory, Role, Scope};
use crate::version::{Order, Version, sort_ascending};

/// The difference of two documents.
#[derive(Debug, Default)]
pub struct DocumentDiff<'a> {
    /// The old document; `None` when the new one has no counterpart.
    pub old: Option<&'a Input>,
    /// The new document; `None` when the old one has no counterpart.
    pub new: Option<&'a Input>,
    /// What only the new one has.
    pub added: Vec<&'a Component>,
    /// What only the old one has.
    pub removed: Vec<&'a Component>,
    /// What has another version or scope.
    pub changed: Vec<Change<'a>>,
    /// How many are the same.
    pub unchanged: usize,
}

/// A package before and after.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// Before.
    pub old: &'a Component,
    /// After.
    pub new: &'a Component,
}

impl Change<'_> {
    /// Whether the new version is the lower one.
    #[must_use]
    pub fn is_downgrade(&self) -> bool {
        match (version(self.old), version(self.new)) {
            (Some(old), Some(new)) => new.compare(&old).is_some_and(std::cmp::Ordering::is_lt),
            _ => false,
        }
    }
}

impl DocumentDiff<'_> {
    /// Whether anything differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// Compares two inventories, document by document.
#[must_use]
pub fn compare<'a>(old: &'a Inventory, new: &'a Inventory) -> Vec<DocumentDiff<'a>> {
    let (old_parts, new_parts) = (parts(old), parts(new));
    let of = |parts: &[Packages<'a>], input: Option<usize>| {
        input.and_then(|input| parts.get(input).cloned()).unwrap_or_default()
    };
    let pairs = pairs(old, new).into_iter();
    pairs
        .map(|(before, after)| {
            let mut diff = packages(&of(&old_parts, before), &of(&new_parts, after));
            diff.old = before.and_then(|input| old.inputs.get(input));
            diff.new = after.and_then(|input| new.inputs.get(input));
            diff
        })
        .collect()
}

/// The components of a document by what they are.
type Packages<'a> = BTreeMap<String, Vec<&'a Component>>;

fn parts(inventory: &Inventory) -> Vec<Packages<'_>> {
    let mut all = vec![Packages::new(); inventory.inputs.len()];
    for component in inventory.components.iter().filter(|c| c.role == Role::Part) {
        if let Some(packages) = all.get_mut(component.input) {
            packages.entry(identity(component)).or_default().push(component);
        }
    }
    all
}

/// What a component is, whatever its version: text that sorts by the package's name.
#[must_use]
pub fn identity(component: &Component) -> String {
    let Some(purl) = component.purl() else {
        let group = component.group.as_deref().filter(|group| !group.is_empty());
        return group
            .map_or_else(|| component.name.clone(), |group| format!("{group}:{}", component.name));
    };
    let name = match purl.package("") {
        Some(package) => format!("{} {}", package.name, package.ecosystem),
        None => {
            let namespace = purl.namespace().map(|space| format!("{space}/")).unwrap_or_default();
            format!("{namespace}{} {}", purl.name(), purl.kind())
        }
    };
    let qualifiers = ["type", "classifier", "arch"].into_iter().filter_map(|key| {
        let value = purl.qualifier(key).filter(|value| *value != "jar")?;
        Some(format!(" {key}={value}"))
    });
    name + &qualifiers.collect::<String>()
}

/// Which documents belong together.
fn pairs(old: &Inventory, new: &Inventory) -> Vec<(Option<usize>, Option<usize>)> {
    if let ([_], [_]) = (old.inputs.as_slice(), new.inputs.as_slice()) {
        return vec![(Some(0), Some(0))];
    }
    let mut open: BTreeSet<usize> = (0..new.inputs.len()).collect();
    let mut pairs = Vec::new();
    let (old_keys, new_keys) = (keys(old), keys(new));
    for (before, key) in old_keys.iter().enumerate() {
        let after = open.iter().copied().find(|after| new_keys.get(*after) == Some(key));
        if let Some(after) = after {
            open.remove(&after);
        }
        pairs.push((Some(before), after));
    }
    pairs.extend(open.into_iter().map(|after| (None, Some(after))));
    pairs
}

/// For each document its subject without version, else its place below the folder that all share.
fn keys(inventory: &Inventory) -> Vec<String> {
    let paths = inventory.inputs.iter().map(|input| Path::new(&*input.path));
    let shared = paths
        .filter_map(Path::parent)
        .map(Path::to_path_buf)
        .reduce(|a, b| {
            a.components().zip(b.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
        })
        .unwrap_or_default();
    let key = |input: &Input| match &input.subject {
        Some(subject) => format!("{} {}", input.format, subject.name),
        None => {
            let path = Path::new(&*input.path);
            format!("{}", path.strip_prefix(&shared).unwrap_or(path).display())
        }
    };
    inventory.inputs.iter().map(key).collect()
}

fn packages<'a>(old: &Packages<'a>, new: &Packages<'a>) -> DocumentDiff<'a> {
    let mut diff = DocumentDiff::default();
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let releases =
            |side: &Packages<'a>| side.get(name).map_or_else(Vec::new, |all| ascending(all));
        package(releases(old), releases(new), &mut diff);
    }
    diff
}

/// The releases of one package, each once for each scope, from the lowest to the highest.
fn ascending<'a>(components: &[&'a Component]) -> Vec<&'a Component> {
    let mut seen = BTreeSet::new();
    let mut all: Vec<_> =
        components.iter().copied().filter(|one| seen.insert(release(one))).collect();
    let versions: Option<Vec<Version>> = all.iter().map(|one| version(one)).collect();
    let mut versions = versions.unwrap_or_default();
    sort_ascending(&mut versions);
    all.sort_by_key(|one| {
        let rank =
            versions.iter().position(|version| Some(version.text()) == one.version.as_deref());
        (rank, release(one))
    });
    all
}

fn release(component: &Component) -> (Option<&str>, Option<Scope>) {
    (component.version.as_deref(), component.scope)
}

fn version(component: &Component) -> Option<Version> {
    let package = component.identity.as_ref().ok()?;
    Version::parse(Order::of_ecosystem(package.ecosystem.as_str())?, component.version.as_deref()?)
        .ok()
}

/// What is the same cancels out, then what differs in its scope alone makes pairs, then the rest.
fn package<'a>(
    mut old: Vec<&'a Component>,
    mut new: Vec<&'a Component>,
    diff: &mut DocumentDiff<'a>,
) {
    diff.unchanged += matching(&mut old, &mut new, |a, b| release(a) == release(b)).len();
    diff.changed.extend(matching(&mut old, &mut new, |a, b| a.version == b.version));
    diff.changed.extend(matching(&mut old, &mut new, |_, _| true));
    diff.removed.extend(old);
    diff.added.extend(new);
}

/// Takes out the pairs that fit, in order.
fn matching<'a>(
    old: &mut Vec<&'a Component>,
    new: &mut Vec<&'a Component>,
    fits: impl Fn(&Component, &Component) -> bool,
) -> Vec<Change<'a>> {
    let mut pairs = Vec::new();
    old.retain(|before| {
        let found = new.iter().position(|after| fits(before, after));
        if let Some(at) = found {
            pairs.push(Change { old: before, new: new.remove(at) });
        }
        found.is_none()
    });
    pairs
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::inventory::{Certainty, Coverage, Format, Gaps, Graph, Location};
    use crate::purl::Purl;

    fn component(purl: &str, scope: Option<Scope>) -> Component {
        let read = Purl::parse(purl).unwrap();
        let version = read.version().unwrap().to_owned();
        Component {
            input: 0,
            reference: None,
            purl_text: Some(purl.to_owned()),
            group: None,
            name: read.name().to_owned(),
            identity: Ok(read.package(&version).unwrap()),
            version: Some(version),
            cpe: None,
            scope,
            location: Location { path: Arc::from("a"), place: None },
            role: Role::Part,
            certainty: Certainty::Exact,
            coverage: Coverage::default(),
            notes: Vec::new(),
            declared_in: None,
            facts: Vec::new(),
        }
    }

    fn input(path: &str) -> Input {
        Input {
            path: Arc::from(path),
            sha256: String::new(),
            format: Format::GradleLockfile,
            spec_version: None,
            bom_link: None,
            subject: None,
            warnings: Vec::new(),
            graph: Graph::default(),
            first_part: 0,
            gaps: Gaps::default(),
        }
    }

    fn inventory(components: &[(&str, Option<Scope>)]) -> Inventory {
        Inventory {
            inputs: vec![input("a")],
            components: components.iter().map(|(purl, scope)| component(purl, *scope)).collect(),
            ..Inventory::default()
        }
    }

    /// `+a 1`, `-a 1`, `a 1>2`, the number of those that are the same.
    fn told(old: &[(&str, Option<Scope>)], new: &[(&str, Option<Scope>)]) -> (Vec<String>, usize) {
        let (old, new) = (inventory(old), inventory(new));
        let diff = compare(&old, &new).pop().unwrap();
        let added = diff.added.iter().map(|one| format!("+{}", one.short()));
        let removed = diff.removed.iter().map(|one| format!("-{}", one.short()));
        let changed = diff.changed.iter().map(|change| {
            let scope = if change.old.scope == change.new.scope { "" } else { " scope" };
            format!("{}>{}{scope}", change.old.short(), change.new.version.as_deref().unwrap())
        });
        (added.chain(removed).chain(changed).collect(), diff.unchanged)
    }

    #[test]
    fn a_package_is_added_removed_changed_or_the_same() {
        let old = [("pkg:maven/g/a@1", None), ("pkg:maven/g/b@1", None), ("pkg:maven/g/c@1", None)];
        let new = [("pkg:maven/g/b@2", None), ("pkg:maven/g/c@1", None), ("pkg:maven/g/d@1", None)];
        let (told, same) = told(&old, &new);
        assert_eq!(told, ["+d 1", "-a 1", "b 1>2"]);
        assert_eq!(same, 1);
    }

    #[test]
    fn another_scope_is_a_change() {
        let old = [("pkg:maven/g/a@1", Some(Scope::Test))];
        let new = [("pkg:maven/g/a@1", Some(Scope::Compile))];
        assert_eq!(told(&old, &new), (vec!["a 1>1 scope".to_owned()], 0));
    }

    #[test]
    fn of_several_versions_the_lower_pairs_with_the_lower() {
        let old = [("pkg:maven/g/a@1.9", None), ("pkg:maven/g/a@1.10", None)];
        let new = [
            ("pkg:maven/g/a@2.0", None),
            ("pkg:maven/g/a@1.10", None),
            ("pkg:maven/g/a@1.11", None),
            ("pkg:maven/g/a@1.11", None),
        ];
        let (told, same) = told(&old, &new);
        assert_eq!(told, ["+a 2.0", "a 1.9>1.11"]);
        assert_eq!(same, 1);
    }

    #[test]
    fn a_classifier_makes_another_package_and_the_default_type_does_not() {
        let old = [("pkg:maven/g/a@1?type=jar", None), ("pkg:maven/g/b@1", None)];
        let new = [("pkg:maven/g/a@1", None), ("pkg:maven/g/b@1?classifier=x", None)];
        let (told, same) = told(&old, &new);
        assert_eq!(told, ["+b 1", "-b 1"]);
        assert_eq!(same, 1);
    }

    #[test]
    fn a_lower_version_is_a_downgrade() {
        let (old, new) =
            (component("pkg:maven/g/a@1.10", None), component("pkg:maven/g/a@1.9", None));
        assert!(Change { old: &old, new: &new }.is_downgrade());
        assert!(!Change { old: &new, new: &old }.is_downgrade());
    }

    #[test]
    fn documents_of_the_same_place_belong_together() {
        let side = |paths: &[&str]| Inventory {
            inputs: paths.iter().map(|path| input(path)).collect(),
            ..Inventory::default()
        };
        let old = side(&["old/a/gradle.lockfile", "old/b/gradle.lockfile"]);
        let new = side(&["x/new/b/gradle.lockfile", "x/new/c/gradle.lockfile"]);
        assert_eq!(pairs(&old, &new), [(Some(0), None), (Some(1), Some(0)), (None, Some(1))]);
    }
}
