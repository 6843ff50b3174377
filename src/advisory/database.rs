//! The index over all loaded records: which of them speak of a package.
//!
//! Built once for a moment in time: records withdrawn by then are counted and silent, and do not join
//! alias groups either, so that a withdrawn twin cannot mute a living record.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use super::exploitation::{self, Exploitation};
use super::record::{Affected, Kev, Record};
use crate::advisory::ranges::CompiledRange;
use crate::ids::{AdvisoryId, Ecosystem};
use crate::inventory::{Certainty, Coverage, Package};
use crate::version::Order;

/// How many of the known records of an ecosystem an origin holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Some: what it does not name may be affected all the same.
    #[default]
    Selection,
    /// All, on the word of whoever made or gave it.
    Whole,
}

impl Extent {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Selection => "selection",
            Self::Whole => "whole",
        }
    }
}

/// Records of one origin, before they are indexed.
#[derive(Debug, Default)]
pub struct Batch {
    /// What the report calls the origin: `bundled`, or a path.
    pub name: String,
    /// How many of the known records these are.
    pub extent: Extent,
    /// The records.
    pub records: Vec<Record>,
    /// SHA-256 over the records' bytes, in hexadecimal.
    pub sha256: String,
    /// What is said about exploitation beside them.
    pub feeds: Vec<exploitation::Loaded>,
    /// What was refused or odd, each with its file.
    pub warnings: Vec<String>,
}

/// What an origin holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// OSV records.
    Osv,
    /// What is known about exploitation.
    Exploitation(exploitation::Kind),
}

impl Contents {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Osv => "osv",
            Self::Exploitation(kind) => kind.as_str(),
        }
    }
}

/// What the report says about one origin of records.
#[derive(Clone, Debug)]
pub struct Source {
    /// `bundled`, or a path.
    pub name: String,
    /// What it holds.
    pub contents: Contents,
    /// How many of its records are in use.
    pub records: usize,
    /// How many packages those in use name.
    pub packages: usize,
    /// How many of the known records of its ecosystems it holds.
    pub extent: Extent,
    /// How many are silent, since they are withdrawn.
    pub withdrawn: usize,
    /// The newest change in it.
    pub built_at: Option<Timestamp>,
    /// SHA-256 over its records, in hexadecimal.
    pub sha256: String,
}

/// All loaded records, by package.
#[derive(Debug, Default)]
pub struct Database {
    records: Vec<Record>,
    groups: Vec<usize>,
    group_ids: HashMap<usize, Vec<AdvisoryId>>,
    index: HashMap<String, HashMap<String, Vec<Entry>>>,
    /// The ecosystems that any record speaks of, withdrawn ones too: they were looked after.
    ecosystems: BTreeMap<String, Extent>,
    /// What is known about exploitation.
    pub exploitation: Exploitation,
    /// Where the records come from.
    pub sources: Vec<Source>,
    /// What was refused or odd.
    pub warnings: Vec<String>,
    /// How many records are silent since they are withdrawn.
    pub withdrawn: usize,
}

/// One `affected` entry of one record, with its ranges compiled on first use.
#[derive(Debug)]
pub struct Entry {
    record: usize,
    affected: usize,
    compiled: OnceLock<Vec<CompiledRange>>,
}

impl Database {
    /// Indexes batches as of a moment.
    #[must_use]
    pub fn new(batches: Vec<Batch>, now: Timestamp) -> Self {
        let mut database = Self::default();
        for batch in batches {
            let (kept, mut warnings) = newest_revisions(batch.records);
            let before = (database.records.len(), database.withdrawn);
            let built_at = kept.iter().filter_map(|r| r.modified).max();
            for record in kept {
                database.note_ecosystems(&record, batch.extent);
                if record.is_withdrawn(now) {
                    database.withdrawn += 1;
                } else {
                    database.records.push(record);
                }
            }
            let records = database.records.len() - before.0;
            let withdrawn = database.withdrawn - before.1;
            if records + withdrawn > 0 || batch.feeds.is_empty() {
                database.sources.push(Source {
                    name: batch.name,
                    contents: Contents::Osv,
                    records,
                    packages: packages(&database.records[before.0..]),
                    extent: batch.extent,
                    withdrawn,
                    built_at,
                    sha256: batch.sha256,
                });
            }
            batch.feeds.into_iter().for_each(|loaded| database.add_feed(loaded));
            database.warnings.extend(batch.warnings);
            database.warnings.append(&mut warnings);
        }
        database.build_index();
        database.build_groups();
        database
    }

    /// The whole data of one ecosystem also holds records that speak of others besides, and not all of
    /// those: an ecosystem is whole only where a record speaks of it alone.
    fn note_ecosystems(&mut self, record: &Record, extent: Extent) {
        let mut bases = record.affected.iter().map(|part| part.ecosystem.base());
        let first = bases.next();
        let is_alone = bases.all(|base| Some(base) == first);
        let extent = if is_alone { extent } else { Extent::Selection };
        for part in &record.affected {
            let key = index_key(&part.ecosystem);
            if let Some(known) = self.ecosystems.get_mut(key) {
                *known = extent.max(*known);
            } else {
                self.ecosystems.insert(key.to_owned(), extent);
            }
        }
    }

    fn add_feed(&mut self, loaded: exploitation::Loaded) {
        let feed = loaded.feed;
        self.sources.push(Source {
            contents: Contents::Exploitation(feed.kind()),
            records: feed.len(),
            packages: 0,
            extent: Extent::Selection,
            withdrawn: 0,
            built_at: feed.date(),
            sha256: loaded.sha256,
            name: loaded.name.clone(),
        });
        self.exploitation.add(Arc::from(loaded.name), feed);
    }

    fn build_index(&mut self) {
        for (number, record) in self.records.iter().enumerate() {
            for (position, affected) in record.affected.iter().enumerate() {
                let entry = Entry { record: number, affected: position, compiled: OnceLock::new() };
                let names =
                    self.index.entry(index_key(&affected.ecosystem).to_owned()).or_default();
                names.entry(affected.name.clone()).or_default().push(entry);
            }
        }
    }

    /// Joins records that share an identifier, directly or over others (union-find).
    fn build_groups(&mut self) {
        let mut union = Union::default();
        let mut node_of: HashMap<AdvisoryId, usize> = HashMap::new();
        let mut record_nodes = Vec::with_capacity(self.records.len());
        for record in &self.records {
            let mut first = None;
            for id in std::iter::once(&record.id).chain(&record.aliases) {
                let node = *node_of.entry(id.clone()).or_insert_with(|| union.add());
                union.join(*first.get_or_insert(node), node);
            }
            record_nodes.push(first.unwrap_or_default());
        }
        self.groups = record_nodes.into_iter().map(|node| union.root(node)).collect();
        for (id, node) in node_of {
            self.group_ids.entry(union.root(node)).or_default().push(id);
        }
        for ids in self.group_ids.values_mut() {
            ids.sort_by(|a, b| a.natural_key().cmp(&b.natural_key()));
        }
    }

    /// Whether any record speaks of packages of that ecosystem, and versions of it can be ordered.
    #[must_use]
    pub fn covers(&self, ecosystem: &Ecosystem) -> bool {
        self.ecosystems.contains_key(index_key(ecosystem))
            && Order::of_ecosystem(ecosystem.as_str()).is_some()
    }

    /// The ecosystems with records, sorted.
    pub fn ecosystems(&self) -> impl Iterator<Item = &str> {
        self.ecosystems.keys().map(String::as_str)
    }

    /// Those of the ecosystems whose data is held to be whole, sorted.
    pub fn whole_ecosystems(&self) -> impl Iterator<Item = &str> {
        let whole = self.ecosystems.iter().filter(|(_, extent)| **extent == Extent::Whole);
        whole.map(|(name, _)| name.as_str())
    }

    /// How many packages the records name; those of which they know exploited flaws alone last.
    #[must_use]
    pub fn packages(&self) -> (usize, usize) {
        let packages = self.index.values().flat_map(HashMap::values);
        let all = packages.clone().count();
        let exploited = packages.filter(|entries| self.are_exploited(entries)).count();
        (all - exploited, exploited)
    }

    /// Whether the entries are those of flaws known to be exploited, one and all.
    fn are_exploited(&self, entries: &[Entry]) -> bool {
        entries.iter().all(|entry| self.record(entry).specific.kev.is_some())
    }

    /// What the data can tell about a package, whatever its version. Of one that is only guessed from
    /// names, whole data tells nothing either unless a record names it.
    #[must_use]
    pub fn coverage(&self, package: &Package, certainty: Certainty) -> Coverage {
        let entries = self.entries(&package.ecosystem, &package.name);
        let is_named = !entries.is_empty();
        let extent = self.ecosystems.get(index_key(&package.ecosystem));
        let is_known = is_named || certainty != Certainty::Low;
        match extent {
            Some(Extent::Whole) if is_known => Coverage::Whole,
            _ if is_named && self.are_exploited(entries) => Coverage::Exploited,
            _ if is_named => Coverage::Named,
            _ => Coverage::Nothing,
        }
    }

    /// Whether nothing at all was loaded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.withdrawn == 0
    }

    /// The entries that speak of a package.
    #[must_use]
    pub fn entries(&self, ecosystem: &Ecosystem, name: &str) -> &[Entry] {
        let key = index_key(ecosystem);
        self.index.get(key).and_then(|names| names.get(name)).map_or(&[], Vec::as_slice)
    }

    /// How many records speak of a package.
    #[must_use]
    pub fn record_count(&self, ecosystem: &Ecosystem, name: &str) -> usize {
        let mut records: Vec<_> =
            self.entries(ecosystem, name).iter().map(|entry| entry.record).collect();
        records.sort_unstable();
        records.dedup();
        records.len()
    }

    /// The record of an entry.
    #[must_use]
    pub fn record(&self, entry: &Entry) -> &Record {
        &self.records[entry.record]
    }

    /// The entry's own part of its record.
    #[must_use]
    pub fn affected(&self, entry: &Entry) -> &Affected {
        &self.records[entry.record].affected[entry.affected]
    }

    /// The entry's ranges, parsed into the ecosystem's order on first use.
    #[must_use]
    pub fn ranges<'a>(&self, entry: &'a Entry, order: Order) -> &'a [CompiledRange] {
        entry.compiled.get_or_init(|| {
            self.affected(entry).ranges.iter().map(|r| CompiledRange::new(r, order)).collect()
        })
    }

    /// The alias group of an entry's record.
    #[must_use]
    pub fn group(&self, entry: &Entry) -> usize {
        self.groups[entry.record]
    }

    /// All identifiers of a group, the one to name it by first.
    #[must_use]
    pub fn group_ids(&self, group: usize) -> &[AdvisoryId] {
        self.group_ids.get(&group).map_or(&[], Vec::as_slice)
    }

    /// All records of the alias group that holds an identifier.
    #[must_use]
    pub fn find(&self, id: &AdvisoryId) -> Vec<&Record> {
        let group = self.group_ids.iter().find(|(_, ids)| ids.contains(id)).map(|(g, _)| *g);
        let Some(group) = group else {
            return Vec::new();
        };
        let members = self.records.iter().zip(&self.groups).filter(|(_, g)| **g == group);
        let mut records: Vec<_> = members.map(|(record, _)| record).collect();
        records.sort_by(|a, b| a.id.natural_key().cmp(&b.id.natural_key()));
        records
    }

    /// Since when a flaw is listed as exploited: by a catalogue, else by the mark of a record.
    #[must_use]
    pub fn kev<'a>(
        &self,
        ids: &[AdvisoryId],
        records: impl IntoIterator<Item = &'a Record>,
    ) -> Option<Kev> {
        let mut marks = records.into_iter().map(|record| record.specific.kev.clone());
        self.exploitation.kev(ids).or_else(|| marks.find_map(|mark| mark))
    }

    /// Whether records of that origin are loaded.
    #[must_use]
    pub fn has_source(&self, name: &str) -> bool {
        self.sources.iter().any(|source| source.name == name)
    }

    /// The newest change in the data as a whole: the oldest of the sources' newest changes.
    #[must_use]
    pub fn built_at(&self) -> Option<Timestamp> {
        self.sources.iter().filter_map(|source| source.built_at).min()
    }
}

/// Linux distributions keep their release in the name; other suffixes are addresses of registries.
fn index_key(ecosystem: &Ecosystem) -> &str {
    match ecosystem.base() {
        base @ ("Maven" | "npm" | "Go" | "PyPI" | "crates.io" | "NuGet" | "RubyGems"
        | "Packagist") => base,
        _ => ecosystem.as_str(),
    }
}

/// How many packages these records name.
fn packages(records: &[Record]) -> usize {
    let parts = records.iter().flat_map(|record| &record.affected);
    let names: HashSet<_> = parts.map(|part| (index_key(&part.ecosystem), &part.name)).collect();
    names.len()
}

/// Of several revisions of one identifier the newest is kept, and the others are named.
fn newest_revisions(records: Vec<Record>) -> (Vec<Record>, Vec<String>) {
    let mut kept: BTreeMap<AdvisoryId, Record> = BTreeMap::new();
    let mut warnings = Vec::new();
    for record in records {
        let time = |r: &Record| r.modified.map_or_else(|| "no date".to_owned(), |t| t.to_string());
        if let Some(known) = kept.get_mut(&record.id) {
            let newer = record.modified > known.modified;
            let (keep, drop) = if newer { (&record, &*known) } else { (&*known, &record) };
            warnings.push(format!(
                "{}: two revisions, kept {}, left {}",
                record.id,
                time(keep),
                time(drop)
            ));
            if newer {
                *known = record;
            }
        } else {
            kept.insert(record.id.clone(), record);
        }
    }
    (kept.into_values().collect(), warnings)
}

#[derive(Default)]
struct Union {
    parent: Vec<usize>,
}

impl Union {
    fn add(&mut self) -> usize {
        self.parent.push(self.parent.len());
        self.parent.len() - 1
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parent[node] != node {
            self.parent[node] = self.parent[self.parent[node]];
            node = self.parent[node];
        }
        node
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }
}
