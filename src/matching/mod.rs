//! Components × advisory database → findings.
//!
//! A finding is one component and one alias group: whatever several databases call the same flaw is
//! reported once, with every record that speaks of the package and the interval that decided, so that
//! disagreement is shown and never averaged.

pub mod coordinates;
pub mod drift;
mod vendor;

pub use vendor::mark as vendor_mark;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use crate::advisory::database::{Corrected, Database, Dossier, Entry, Group};
use crate::advisory::exploitation::Known;
use crate::advisory::ranges::Answer;
use crate::advisory::record::{Claim, Record};
use crate::advisory::severity::Severity;
use crate::advisory::store::StoreError;
use crate::evidence::archive::{self, Mitigation};
use crate::ids::AdvisoryId;
use crate::inventory::{Certainty, Component, Inventory, NotEvaluated, Package, Reason};
use crate::version::{Order, Version};

/// One component, one flaw.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The component, by its place in the inventory.
    pub component: usize,
    /// Other places in the same document that list the very same component.
    pub twins: Vec<usize>,
    /// All identifiers of the flaw, the one to name it by first.
    pub ids: Vec<AdvisoryId>,
    /// One line about it.
    pub summary: String,
    /// When it was first published.
    pub published: Option<jiff::Timestamp>,
    /// When what covers the version last changed.
    pub modified: Option<jiff::Timestamp>,
    /// Where it can be read up.
    pub urls: Vec<String>,
    /// What each record of the group says about this version.
    pub evidence: Vec<Evidence>,
    /// The strictest rating among the records that cover the version.
    pub severity: Severity,
    /// Whether and how likely it is exploited.
    pub exploitation: Known,
    /// Claims of authorities that do not agree.
    pub claims: Vec<Claim>,
    /// How sure the match is.
    pub certainty: MatchCertainty,
    /// Whether a record reports malware.
    pub malicious: bool,
    /// What was seen to help against the flaw; the finding stays open all the same.
    pub mitigated: Option<Mitigation>,
    /// Remarks for the reader.
    pub notes: Vec<String>,
}

/// How sure a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchCertainty {
    /// By exact identity and order.
    Exact,
    /// By an identity that had to be mended.
    Repaired,
    /// By an identity concluded from names, or a bound could not be ordered, so that the version may
    /// or may not be covered.
    Low,
}

impl MatchCertainty {
    /// The name in reports and rules.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Repaired => "repaired",
            Self::Low => "low",
        }
    }
}

/// What one record says about one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The record.
    pub id: AdvisoryId,
    /// Where the record was loaded from.
    pub source: String,
    /// Whether it covers the version.
    pub affected: bool,
    /// The version that ends the interval.
    pub fixed: Option<String>,
    /// The last version known to be affected, where the interval ends with one.
    pub last_affected: Option<String>,
    /// The database's own remark about the last affected version.
    pub hint: Option<String>,
    /// A bound that cannot be ordered.
    pub unreadable: Option<String>,
    /// A bound about which Maven 4 orders the version differently.
    pub maven4: Option<String>,
    /// Whether the record covers the version by Maven 4's order, where that differs at a bound.
    pub affected_by_maven4: bool,
}

/// What was found, and what a reader should look at although nothing was.
#[derive(Debug, Default)]
pub struct Matches {
    /// One for each component and flaw.
    pub findings: Vec<Finding>,
    /// Versions that no record covers by Maven 3's order and one does by Maven 4's.
    pub doubts: Vec<String>,
}

/// Finds what the database knows about every evaluable component.
///
/// Components whose version cannot be ordered are marked as not evaluated in the inventory.
///
/// # Errors
/// When the imported data is damaged: then nothing is known.
pub fn find(inventory: &mut Inventory, database: &Database) -> Result<Matches, StoreError> {
    let mut doubts = Vec::new();
    let mut findings: BTreeMap<(usize, String, bool), Vec<Finding>> = BTreeMap::new();
    for index in 0..inventory.components.len() {
        let component = &inventory.components[index];
        let Ok(package) = &component.identity else { continue };
        let version = match parse_version(package) {
            Ok(version) => version,
            Err(cause) => {
                let reason = NotEvaluated::because(Reason::InvalidVersion, cause);
                inventory.components[index].identity = Err(reason);
                continue;
            }
        };
        if !database.may_cover(package, &version)? {
            continue;
        }
        let key = (component.input, component.label(), archive::is_changed(component));
        match findings.entry(key) {
            Slot::Vacant(slot) => {
                let dossier = database.dossier(&package.ecosystem, &package.name)?;
                let groups = weigh_all(&version, &dossier);
                doubts.extend(groups.values().filter_map(|members| doubt(component, members)));
                let own = slot.insert(of_component(index, component, groups));
                doubts.extend(corrected(component, &version, &dossier, own));
            }
            Slot::Occupied(mut slot) => {
                slot.get_mut().iter_mut().for_each(|finding| finding.twins.push(index));
            }
        }
    }
    let mut findings: Vec<Finding> = findings.into_values().flatten().collect();
    findings.iter_mut().for_each(|finding| mitigate(finding, inventory));
    Ok(Matches { findings, doubts })
}

/// What the database knows about a package that some component may be: as [`find`] would, for a
/// component of which nothing else is known.
///
/// # Errors
/// When the imported data is damaged: then nothing is known.
pub fn of_package(package: &Package, database: &Database) -> Result<Vec<Finding>, StoreError> {
    let Ok(version) = parse_version(package) else { return Ok(Vec::new()) };
    if !database.may_cover(package, &version)? {
        return Ok(Vec::new());
    }
    let dossier = database.dossier(&package.ecosystem, &package.name)?;
    let bare = Component::bare(package.clone());
    Ok(of_component(0, &bare, weigh_all(&version, &dossier)))
}

/// Adds what was seen of the component and its twins, where anything was.
fn mitigate(finding: &mut Finding, inventory: &Inventory) {
    let places = std::iter::once(&finding.component).chain(&finding.twins);
    let copies: Vec<&Component> = places.map(|&place| &inventory.components[place]).collect();
    if copies.iter().all(|component| component.facts.is_empty()) {
        return;
    }
    finding.mitigated = archive::mitigation(&finding.ids, &copies);
    finding.notes.extend(archive::remarks(&finding.ids, &copies));
}

fn parse_version(package: &Package) -> Result<Version, String> {
    let order = Order::of_ecosystem(package.ecosystem.as_str())
        .ok_or_else(|| format!("no version order for {}", package.ecosystem))?;
    Version::parse(order, &package.version).map_err(|error| error.to_string())
}

/// What each record says, by alias group.
type Groups<'a> = BTreeMap<&'a Group, Vec<(&'a Record, Evidence)>>;

/// Asks every record that speaks of a package.
fn weigh_all<'a>(version: &Version, dossier: &'a Dossier) -> Groups<'a> {
    let mut groups = Groups::new();
    for entry in dossier.entries() {
        let members = groups.entry(entry.group()).or_default();
        let record = entry.record();
        let evidence = weigh(entry, version);
        // a record may list one package in several entries: it covers what any of them covers
        match members.iter_mut().find(|(known, _)| std::ptr::eq(*known, record)) {
            Some((_, known)) if !known.affected => *known = evidence,
            Some(_) => {}
            None => members.push((record, evidence)),
        }
    }
    groups
}

/// All findings of one component, one for each alias group.
fn of_component(index: usize, component: &Component, groups: Groups<'_>) -> Vec<Finding> {
    groups
        .into_iter()
        .filter(|(_, members)| members.iter().any(|(_, evidence)| evidence.affected))
        .map(|(group, members)| finding(index, component, group, members))
        .collect()
}

/// Tells what corrected records would have said: on the finding of the flaw where there is one, else in
/// lines of its own.
fn corrected(
    component: &Component,
    version: &Version,
    dossier: &Dossier,
    findings: &mut [Finding],
) -> Vec<String> {
    let mut alone = Vec::new();
    for Corrected { entry, file, reason } in dossier.corrected() {
        if !weigh(entry, version).affected {
            continue;
        }
        let id = &entry.record().id;
        let text = format!("{id} would cover it and is corrected by {file}: {reason}");
        match findings.iter_mut().find(|finding| finding.ids.contains(id)) {
            Some(finding) => finding.notes.push(text),
            None => alone.push(format!("{}: {text}", component.label())),
        }
    }
    alone
}

/// A flaw that only Maven 4's order of versions sees.
fn doubt(component: &Component, members: &[(&Record, Evidence)]) -> Option<String> {
    if members.iter().any(|(_, evidence)| evidence.affected) {
        return None;
    }
    let (record, evidence) = members.iter().find(|(_, e)| e.affected_by_maven4)?;
    Some(format!(
        "{}: {} does not cover it by Maven 3's order of versions and does by Maven 4's (bound \"{}\")",
        component.label(),
        record.id,
        evidence.maven4.as_deref().unwrap_or_default()
    ))
}

/// The alias groups, with their records, that cover a version of a package. What cannot be told counts
/// as covered: nobody shall be sent to such a version.
#[must_use]
pub fn covering<'a>(
    dossier: &'a Dossier,
    version: &Version,
) -> BTreeMap<&'a Group, Vec<&'a Record>> {
    let mut groups: BTreeMap<&Group, Vec<&Record>> = BTreeMap::new();
    for entry in dossier.entries() {
        let ranges = entry.ranges(version.order());
        let in_range = ranges.iter().any(|range| range.evaluate(version) != Answer::Outside);
        let listed = || entry.affected().versions.iter().any(|v| is_version(v, version));
        if in_range || listed() {
            groups.entry(entry.group()).or_default().push(entry.record());
        }
    }
    groups
}

/// What one `affected` entry says: any range that holds the version, or the list that names it.
fn weigh(entry: &Entry, version: &Version) -> Evidence {
    let record = entry.record();
    let affected = entry.affected();
    let mut evidence = Evidence {
        id: record.id.clone(),
        source: record.source.to_string(),
        affected: false,
        fixed: None,
        last_affected: None,
        hint: None,
        unreadable: None,
        maven4: None,
        affected_by_maven4: false,
    };
    for range in entry.ranges(version.order()) {
        if evidence.maven4.is_none() {
            evidence.maven4 = range.maven4_disagrees(version).map(str::to_owned);
        }
        match range.evaluate(version) {
            Answer::Outside => {
                evidence.affected_by_maven4 |=
                    evidence.maven4.is_some() && range.evaluate_maven4(version) != Answer::Outside;
            }
            Answer::Inside { fixed, last_affected } => {
                evidence.affected = true;
                evidence.fixed = fixed;
                evidence.last_affected = last_affected;
                break;
            }
            Answer::Indeterminate(bound) => evidence.unreadable = Some(bound),
        }
    }
    let listed = affected.versions.iter().any(|text| is_version(text, version));
    evidence.affected |= listed;
    if evidence.affected {
        evidence.unreadable = None;
        evidence.hint.clone_from(&affected.hint);
    } else {
        evidence.affected = evidence.unreadable.is_some();
    }
    evidence
}

/// Versions listed one by one are texts. Most ecosystems write the same version in several ways (a
/// leading `v`, PEP 440's forms, four numbers of which one is 0), so their order is asked. Maven's is
/// not: there `1.0` and `1.0.0` are two artifacts.
fn is_version(text: &str, version: &Version) -> bool {
    if text == version.text() {
        return true;
    }
    version.order() != Order::Maven
        && Version::parse(version.order(), text)
            .is_ok_and(|listed| version.compare(&listed).is_some_and(std::cmp::Ordering::is_eq))
}

fn finding(
    index: usize,
    component: &Component,
    group: &Group,
    mut members: Vec<(&Record, Evidence)>,
) -> Finding {
    members.sort_by(|(a, x), (b, y)| {
        (a.id.natural_key(), &x.source).cmp(&(b.id.natural_key(), &y.source))
    });
    let covering = || members.iter().filter(|(_, e)| e.affected).map(|(record, _)| *record);
    let package = component.identity.as_ref().map_or("", |package| package.name.as_str());
    let ratings = covering().flat_map(|record| {
        let own = record.affected.iter().filter(|a| a.name == package).flat_map(|a| &a.severity);
        record.severity.iter().chain(own).map(|rating| (rating, record.id.as_str()))
    });
    let severity = Severity::strictest(ratings);
    let mut urls: Vec<String> = Vec::new();
    for url in covering().flat_map(|record| &record.references) {
        if !urls.contains(url) {
            urls.push(url.clone());
        }
    }
    let unsure = members.iter().all(|(_, e)| !e.affected || e.unreadable.is_some());
    Finding {
        component: index,
        twins: Vec::new(),
        ids: group.ids().to_vec(),
        summary: covering().map(|r| r.summary.clone()).find(|s| !s.is_empty()).unwrap_or_default(),
        published: covering().filter_map(|record| record.published).min(),
        modified: covering().filter_map(|record| record.modified).max(),
        urls,
        severity,
        exploitation: group.exploitation(covering()),
        claims: covering().flat_map(|record| record.specific.claims.clone()).collect(),
        certainty: match component.certainty {
            _ if unsure => MatchCertainty::Low,
            Certainty::Low => MatchCertainty::Low,
            Certainty::Repaired => MatchCertainty::Repaired,
            Certainty::Exact => MatchCertainty::Exact,
        },
        malicious: covering().any(Record::is_malware),
        mitigated: None,
        notes: notes(component, &members),
        evidence: members.into_iter().map(|(_, evidence)| evidence).collect(),
    }
}

fn notes(component: &Component, members: &[(&Record, Evidence)]) -> Vec<String> {
    let mut notes = component.notes.clone();
    let version = component.version.as_deref().unwrap_or_default();
    if let Some(mark) = vendor::mark(version) {
        notes.push(format!(
            "\"{version}\" looks like a vendor build (\"{mark}\"): only a vendor statement (VEX) can clear it"
        ));
    }
    for (record, evidence) in members {
        let id = &record.id;
        if let Some(hint) = &evidence.hint {
            notes.push(format!("{id}: the database's own hint is \"{hint}\"; it does not decide"));
        }
        if let Some(bound) = &evidence.unreadable {
            notes.push(format!(
                "{id}: bound \"{bound}\" cannot be ordered, so this may be affected"
            ));
        }
        if let Some(bound) = &evidence.maven4 {
            notes.push(format!(
                "{id}: Maven 3 and Maven 4 order \"{version}\" and \"{bound}\" differently; \
                 Maven 3 decides here"
            ));
        }
    }
    if let Some(text) = disagreement(members) {
        notes.push(text);
    }
    notes
}

/// Records of one flaw that do not say the same about this version.
fn disagreement(members: &[(&Record, Evidence)]) -> Option<String> {
    let say = |e: &Evidence| match (e.affected, &e.fixed) {
        (false, _) => "not affected".to_owned(),
        (true, Some(fixed)) => format!("fixed in {fixed}"),
        (true, None) => "no fix".to_owned(),
    };
    let first = say(&members.first()?.1);
    if members.iter().all(|(_, evidence)| say(evidence) == first) {
        return None;
    }
    let all: Vec<_> = members.iter().map(|(r, e)| format!("{} says {}", r.id, say(e))).collect();
    Some(format!("records disagree: {}; the stricter decides", all.join(", ")))
}
