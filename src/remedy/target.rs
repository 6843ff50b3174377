//! Which version to take.
//!
//! Candidates are versions that somebody states as fixed and releases that the playbooks know. The
//! target is the lowest one, at or above the installed version, that no record of the whole database
//! covers: of the installed release line if there is one, else of a later line. A version at which a
//! range says `last_affected` is never a candidate, and nothing below the installed version is.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Alternative, Sources};
use crate::advisory::database::{Dossier, Group};
use crate::advisory::playbook::{Line, Playbook};
use crate::advisory::ranges::CompiledRange;
use crate::advisory::record::Record;
use crate::advisory::severity::{Level, Severity};
use crate::advisory::store::StoreError;
use crate::ids::AdvisoryId;
use crate::inventory::{Component, Inventory, Package};
use crate::judge::Judged;
use crate::matching::covering;
use crate::version::{Order, Version, sort_ascending};

/// A version to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The version.
    pub version: String,
    /// The Java level it needs, where known.
    pub java: Option<u8>,
    /// Whether it stays on the installed release line.
    pub line: LineOf,
}

/// How a target stands to the installed version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineOf {
    /// On the same release line.
    Installed,
    /// On a later one: the installed line has no version that clears all.
    Later,
}

/// The target with its consequences.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The version to take, if one is known.
    pub to: Option<Target>,
    /// The findings that the target does not clear.
    pub leaves: Vec<AdvisoryId>,
    /// Other versions.
    pub alternatives: Vec<Alternative>,
    /// The version that would clear all, were it not for the Java level that was asked for.
    pub beyond_java: Option<Target>,
}

struct Candidate<'a> {
    version: Version,
    line: LineKey<'a>,
    /// What covers it: alias groups with their records.
    covered: BTreeMap<&'a Group, Vec<&'a Record>>,
}

/// A release line: one that a playbook knows, else the first number of the version.
#[derive(Clone, Copy)]
enum LineKey<'a> {
    Known(usize, &'a Line),
    Number(u64),
}

impl<'a> LineKey<'a> {
    fn of(version: &Version, lines: &[&'a Line]) -> Self {
        let known = lines.iter().position(|line| line.holds(version));
        known.map_or_else(
            || Self::Number(first_number(version.text())),
            |index| Self::Known(index, lines[index]),
        )
    }

    fn rank(self) -> u64 {
        match self {
            Self::Known(index, _) => index as u64,
            Self::Number(number) => number,
        }
    }

    fn java(self) -> Option<u8> {
        match self {
            Self::Known(_, line) => line.java,
            Self::Number(_) => None,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Known(_, line) => line.name.clone(),
            Self::Number(number) => format!("{number}.x"),
        }
    }

    /// ", needs Java 8", where that is known.
    fn needs(self) -> String {
        self.java().map(|java| format!(", needs Java {java}")).unwrap_or_default()
    }
}

fn first_number(version: &str) -> u64 {
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().unwrap_or(u64::MAX)
}

/// Chooses for a component with open findings.
///
/// # Errors
/// When the imported data is damaged.
pub fn choose(
    component: &Component,
    open: &[&Judged],
    sources: Sources<'_>,
) -> Result<Choice, StoreError> {
    let Ok(package) = &component.identity else {
        return Ok(Choice::default());
    };
    let Some(installed) = installed(package) else {
        return Ok(Choice::default());
    };
    let dossiers = release(component, package, sources)
        .iter()
        .map(|package| sources.database.dossier(&package.ecosystem, &package.name))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(choose_among(&dossiers, (package, &installed), open, sources))
}

/// Chooses among the versions that the dossiers of a release name.
fn choose_among(
    release: &[Arc<Dossier>],
    (package, installed): (&Package, &Version),
    open: &[&Judged],
    sources: Sources<'_>,
) -> Choice {
    let lines: Vec<&Line> = sources.playbook.lines_of(&package.name).collect();
    let own = LineKey::of(installed, &lines);
    let fits = |c: &Candidate<'_>| {
        sources.java.is_none_or(|max| c.line.java().is_none_or(|java| java <= max))
    };
    let all = candidates(release, installed, &lines);
    let (candidates, beyond): (Vec<_>, Vec<_>) = all.into_iter().partition(fits);
    let clean: Vec<&Candidate<'_>> = candidates.iter().filter(|c| c.covered.is_empty()).collect();
    let own_line_has_a_fix = fixed_on_own_line(own, open);
    let stays = |c: &Candidate<'_>| c.line.rank() == own.rank() && own_line_has_a_fix;
    let best = clean.iter().find(|c| stays(c)).or(clean.first()).copied();
    let partial = best.is_none_or(|c| !stays(c)).then(|| tier(&candidates, own, open)).flatten();
    let mut choice = Choice::default();
    match (best, partial) {
        (Some(best), partial) => {
            let line = if stays(best) { LineOf::Installed } else { LineOf::Later };
            choice.to = Some(target(best, line));
            choice.alternatives.extend(partial.map(|c| stay(c, own)));
            choice.alternatives.extend(newest(&clean, best));
        }
        (None, Some(partial)) => {
            choice.to = Some(target(partial, LineOf::Installed));
            choice.leaves = left_by(partial);
        }
        (None, None) => {}
    }
    if choice.to.is_none() {
        let clean = beyond.iter().find(|candidate| candidate.covered.is_empty());
        choice.beyond_java = clean.map(|candidate| target(candidate, LineOf::Later));
    }
    choice
}

/// The packages that a release is: the package itself, what it brings along in its own version, and
/// others of its group at its version in the same document. They move together, so the target must
/// be clean for all of them.
fn release<'a>(component: &Component, package: &'a Package, sources: Sources<'a>) -> Vec<Package> {
    let lines = || sources.playbook.lines_of(&package.name);
    let brought = lines().flat_map(|line| line.brings.iter().cloned());
    let beside = siblings(component, package, sources)
        .filter_map(|sibling| sibling.identity.as_ref().ok())
        .filter(|other| sources.playbook.lines_of(&other.name).next().is_some())
        .map(|other| other.name.clone());
    let mut packages = vec![package.clone()];
    for name in brought.chain(beside) {
        if !packages.iter().any(|known| known.name == name) {
            packages.push(Package { name, ..package.clone() });
        }
    }
    packages
}

/// Other artifacts of a component's Maven release in the same document. That a group is released as
/// one is known of packages with a playbook and of no others.
pub(super) fn siblings<'a>(
    component: &Component,
    package: &'a Package,
    sources: Sources<'a>,
) -> impl Iterator<Item = &'a Component> {
    let one_release = sources.playbook.lines_of(&package.name).next().is_some();
    let members = if one_release { sources.releases.of(component.input, package) } else { &[] };
    let name = package.name.clone();
    let components = members.iter().map(|&index| &sources.inventory.components[index]);
    components.filter(move |other| other.identity.as_ref().is_ok_and(|p| p.name != name))
}

/// Maven components by document, group and version, so that a release is found without a walk over
/// the whole inventory. Only groups that a playbook tells to be released as one are in it.
#[derive(Debug, Default)]
pub struct Releases<'a>(HashMap<(usize, &'a str, &'a str), Vec<usize>>);

impl<'a> Releases<'a> {
    /// Sorts the components of an inventory by release.
    #[must_use]
    pub fn new(inventory: &'a Inventory, playbook: &Playbook) -> Self {
        let mut releases = Self::default();
        let packages = playbook.lines.iter().filter_map(|line| line.package.split_once(':'));
        let mut groups: Vec<&str> = packages.map(|(group, _)| group).collect();
        groups.sort_unstable();
        groups.dedup();
        for (index, component) in inventory.components.iter().enumerate() {
            let Ok(package) = &component.identity else { continue };
            if let Some(key) = key(component.input, package)
                && groups.contains(&key.1)
            {
                releases.0.entry(key).or_default().push(index);
            }
        }
        releases
    }

    fn of(&self, input: usize, package: &'a Package) -> &[usize] {
        key(input, package).and_then(|key| self.0.get(&key)).map_or(&[], Vec::as_slice)
    }
}

fn key(input: usize, package: &Package) -> Option<(usize, &str, &str)> {
    let (group, _) = package.name.split_once(':')?;
    (package.ecosystem.base() == "Maven").then_some((input, group, package.version.as_str()))
}

fn target(candidate: &Candidate<'_>, line: LineOf) -> Target {
    Target { version: candidate.version.text().to_owned(), java: candidate.line.java(), line }
}

fn installed(package: &Package) -> Option<Version> {
    let order = Order::of_ecosystem(package.ecosystem.as_str())?;
    Version::parse(order, &package.version).ok()
}

/// Without a playbook a line counts as mended only if every covering record states a fix: an interval
/// that ends with the last affected version has none on its own line.
fn fixed_on_own_line(own: LineKey<'_>, open: &[&Judged]) -> bool {
    match own {
        LineKey::Known(..) => true,
        LineKey::Number(_) => open
            .iter()
            .all(|judged| judged.finding.evidence.iter().any(|e| e.affected && e.fixed.is_some())),
    }
}

/// Versions above the installed one, ascending, each once.
fn candidates<'a>(
    release: &'a [Arc<Dossier>],
    installed: &Version,
    lines: &[&'a Line],
) -> Vec<Candidate<'a>> {
    let order = installed.order();
    let entries = release.iter().flat_map(|dossier| dossier.entries());
    let fixes = entries.flat_map(|e| e.ranges(order)).flat_map(CompiledRange::fixes);
    let releases = lines.iter().flat_map(|line| &line.releases);
    let releases = releases.filter_map(|text| Version::parse(order, text).ok());
    let above = |v: &Version| v.compare(installed).is_some_and(std::cmp::Ordering::is_gt);
    let mut versions: Vec<Version> = fixes.cloned().chain(releases).filter(above).collect();
    sort_ascending(&mut versions);
    versions.dedup_by(|a, b| a.compare(b).is_some_and(std::cmp::Ordering::is_eq));
    if versions.iter().any(|v| !v.is_prerelease()) {
        versions.retain(|v| !v.is_prerelease() || installed.is_prerelease());
    }
    versions
        .into_iter()
        .map(|version| Candidate {
            line: LineKey::of(&version, lines),
            covered: covered(release, &version),
            version,
        })
        .collect()
}

fn covered<'a>(
    release: &'a [Arc<Dossier>],
    version: &Version,
) -> BTreeMap<&'a Group, Vec<&'a Record>> {
    let mut all: BTreeMap<&Group, Vec<&Record>> = BTreeMap::new();
    for dossier in release {
        for (group, records) in covering(dossier, version) {
            all.entry(group).or_default().extend(records);
        }
    }
    all
}

/// Exploited or critical: what must not stay.
fn is_urgent(group: &Group, records: &[&Record]) -> bool {
    let ratings = records.iter().flat_map(|r| r.severity.iter().map(|s| (s, r.id.as_str())));
    group.exploitation(records.iter().copied()).kev.is_some()
        || Severity::strictest(ratings).level == Level::Critical
}

/// The best that the installed line offers when none of its versions is clean: the fewest urgent
/// flaws, then the fewest flaws, then the lowest version. `None` when nothing gets better.
fn tier<'c, 'a>(
    candidates: &'c [Candidate<'a>],
    own: LineKey<'_>,
    open: &[&Judged],
) -> Option<&'c Candidate<'a>> {
    let urgent = |c: &Candidate<'_>| {
        c.covered.iter().filter(|(group, records)| is_urgent(group, records)).count()
    };
    candidates
        .iter()
        .filter(|c| c.line.rank() == own.rank() && !c.covered.is_empty())
        .min_by_key(|c| (urgent(c), c.covered.len()))
        .filter(|c| c.covered.len() < open.len())
}

fn left_by(candidate: &Candidate<'_>) -> Vec<AdvisoryId> {
    let groups = candidate.covered.keys();
    let mut ids: Vec<_> = groups.filter_map(|group| group.ids().first().cloned()).collect();
    ids.sort_by(|a, b| a.natural_key().cmp(&b.natural_key()));
    ids
}

/// Staying on the line: the tier below "clears all".
fn stay(candidate: &Candidate<'_>, own: LineKey<'_>) -> Alternative {
    let left = left_by(candidate);
    let urgent: Vec<String> = candidate
        .covered
        .iter()
        .filter(|(group, records)| is_urgent(group, records))
        .filter_map(|(group, _)| group.ids().first())
        .map(ToString::to_string)
        .collect();
    let clears = if urgent.is_empty() {
        "clears what is exploited or critical".to_owned()
    } else {
        format!("does not clear {}", urgent.join(", "))
    };
    let left: Vec<_> = left.iter().map(ToString::to_string).collect();
    Alternative {
        to: candidate.version.text().to_owned(),
        why: format!(
            "stays on {}{}: {clears}; leaves {}",
            own.name(),
            own.needs(),
            left.join(", ")
        ),
    }
}

/// The lowest clean version of the newest line, when that is another line than the target's.
fn newest(clean: &[&Candidate<'_>], best: &Candidate<'_>) -> Option<Alternative> {
    let line = clean.iter().map(|c| c.line.rank()).max()?;
    let first = clean.iter().find(|c| c.line.rank() == line)?;
    (line > best.line.rank()).then(|| Alternative {
        to: first.version.text().to_owned(),
        why: format!("newest line{}", first.line.needs()),
    })
}
