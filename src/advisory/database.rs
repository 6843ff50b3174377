//! The index over all loaded records: which of them speak of a package.
//!
//! Built once for a moment in time: records withdrawn by then are counted and silent, and do not join
//! alias groups either, so that a withdrawn twin cannot mute a living record.

mod aliases;
mod dossier;
mod extent;
mod origin;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;

use super::correction::Correction;
use super::exploitation::{self, Exploitation, Known};
use super::record::{Affected, Record};
use super::store::{Store, StoreError};
use crate::files::sha256;
use crate::ids::{AdvisoryId, Ecosystem};
use crate::inventory::{Certainty, Coverage, Naming, Package};
use crate::version::{Order, Version};

pub use dossier::{Corrected, Dossier, Entry, Group};
pub use extent::Extent;
pub(super) use origin::two_revisions;
pub use origin::{Batch, Contents, Source};
use origin::{newest_revisions, packages};

/// All loaded records, by package: batches in memory, and imported data of which only what is asked for
/// is read. Both give the same answers.
#[derive(Debug)]
pub struct Database {
    now: Timestamp,
    records: Vec<Arc<Record>>,
    /// Record and entry of `affected`, by ecosystem and name.
    index: HashMap<String, HashMap<String, Vec<(usize, usize)>>>,
    /// The records that have or list an identifier, made when the first group is asked for.
    named: OnceLock<HashMap<AdvisoryId, Vec<usize>>>,
    store: Option<Store>,
    memo: Mutex<Memo>,
    corrections: Vec<Correction>,
    /// The ecosystems that any record speaks of, withdrawn ones too: they were looked after.
    ecosystems: BTreeMap<String, Extent>,
    exploitation: Exploitation,
    /// Where the records come from.
    pub sources: Vec<Source>,
    /// What was refused or odd.
    pub warnings: Vec<String>,
    /// How many records are silent since they are withdrawn.
    pub withdrawn: usize,
    /// Those of them that are in memory.
    silent: HashSet<AdvisoryId>,
}

/// A record, and the place of one of its `affected` entries.
type Part = (Arc<Record>, usize);

/// What was asked before.
#[derive(Debug, Default)]
struct Memo {
    dossiers: HashMap<String, HashMap<String, Arc<Dossier>>>,
    groups: HashMap<AdvisoryId, Arc<[AdvisoryId]>>,
    records: HashMap<u64, Arc<Record>>,
}

impl Database {
    /// Indexes batches as of a moment.
    #[must_use]
    pub fn new(batches: Vec<Batch>, now: Timestamp) -> Self {
        Self::with_store(batches, None, now)
    }

    /// Indexes batches as of a moment, beside imported data.
    #[must_use]
    pub fn with_store(batches: Vec<Batch>, store: Option<Store>, now: Timestamp) -> Self {
        let mut database = Self {
            now,
            records: Vec::new(),
            index: HashMap::new(),
            named: OnceLock::new(),
            store: None,
            memo: Mutex::default(),
            corrections: Vec::new(),
            ecosystems: BTreeMap::new(),
            exploitation: Exploitation::default(),
            sources: Vec::new(),
            warnings: Vec::new(),
            withdrawn: 0,
            silent: HashSet::new(),
        };
        for batch in batches {
            database.add(batch);
        }
        database.build_index();
        if let Some(store) = store {
            database.attach(store);
        }
        database
    }

    fn note_ecosystem(&mut self, key: &str, extent: Extent) {
        if let Some(known) = self.ecosystems.get_mut(key) {
            *known = extent.max(*known);
        } else {
            self.ecosystems.insert(key.to_owned(), extent);
        }
    }

    fn add_feed(&mut self, loaded: exploitation::Loaded) {
        let feed = loaded.feed;
        self.sources.push(Source {
            contents: Contents::Exploitation(feed.kind()),
            records: feed.len(),
            packages: None,
            extent: Extent::Selection,
            withdrawn: 0,
            built_at: feed.date(),
            sha256: loaded.sha256,
            name: loaded.name.clone(),
            is_imported: false,
        });
        self.exploitation.add(Arc::from(loaded.name), feed);
    }

    /// Lets corrections take the place of what they correct. Once, before anything is asked.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn correct(mut self, corrections: Vec<Correction>) -> Result<Self, StoreError> {
        if corrections.is_empty() {
            return Ok(self);
        }
        for correction in &corrections {
            if self.find(&correction.corrects)?.iter().all(|r| r.id != correction.corrects) {
                self.warnings.push(format!(
                    "{} corrects {}, which no loaded record is",
                    correction.file, correction.corrects
                ));
            }
            self.warnings.push(format!(
                "{} is corrected by {}: {}",
                correction.corrects, correction.file, correction.reason
            ));
        }
        let digests = corrections.iter().map(|correction| correction.sha256.as_bytes());
        let records = corrections.iter().map(|correction| correction.record.clone()).collect();
        let name = "corrections".to_owned();
        self.add(Batch { name, records, sha256: sha256(digests), ..Batch::default() });
        self.index = HashMap::new();
        self.build_index();
        self.named = OnceLock::new();
        self.corrections = corrections;
        Ok(self)
    }

    fn add(&mut self, batch: Batch) {
        let (kept, mut warnings) = newest_revisions(batch.records);
        let before = (self.records.len(), self.withdrawn);
        let built_at = kept.iter().filter_map(|r| r.modified).max();
        for record in kept {
            let extent = batch.extent.of(&record);
            for part in &record.affected {
                self.note_ecosystem(index_key(&part.ecosystem), extent);
            }
            if record.is_withdrawn(self.now) {
                self.withdrawn += 1;
                self.silent.insert(record.id);
            } else {
                self.records.push(Arc::new(record));
            }
        }
        let records = self.records.len() - before.0;
        let withdrawn = self.withdrawn - before.1;
        if records + withdrawn > 0 || batch.feeds.is_empty() {
            self.sources.push(Source {
                name: batch.name,
                contents: Contents::Osv,
                records,
                packages: Some(packages(&self.records[before.0..])),
                extent: batch.extent,
                withdrawn,
                built_at,
                sha256: batch.sha256,
                is_imported: false,
            });
        }
        batch.feeds.into_iter().for_each(|loaded| self.add_feed(loaded));
        self.warnings.extend(batch.warnings);
        self.warnings.append(&mut warnings);
    }

    fn build_index(&mut self) {
        for (number, record) in self.records.iter().enumerate() {
            for (position, affected) in record.affected.iter().enumerate() {
                let names =
                    self.index.entry(index_key(&affected.ecosystem).to_owned()).or_default();
                names.entry(affected.name.clone()).or_default().push((number, position));
            }
        }
    }

    fn attach(&mut self, store: Store) {
        let manifest = store.manifest();
        for shelf in &manifest.ecosystems {
            for key in &shelf.keys {
                let is_whole = shelf.whole.contains(key);
                self.note_ecosystem(key, if is_whole { Extent::Whole } else { Extent::Selection });
            }
        }
        self.withdrawn += manifest.withdrawn;
        self.sources.extend(manifest.record_sources().map(|origin| Source {
            name: origin.name.clone(),
            contents: Contents::Osv,
            records: origin.records,
            packages: None,
            extent: origin.extent,
            withdrawn: origin.withdrawn,
            built_at: Some(manifest.as_of),
            sha256: origin.sha256.clone(),
            is_imported: true,
        }));
        self.sources.extend(manifest.feeds.iter().map(|feed| Source {
            name: feed.source.clone(),
            contents: Contents::Exploitation(feed.kind),
            records: feed.records,
            packages: None,
            extent: Extent::Selection,
            withdrawn: 0,
            built_at: Some(feed.date),
            sha256: feed.sha256.clone(),
            is_imported: true,
        }));
        self.warnings.extend(store.remark());
        self.store = Some(store);
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

    /// How many packages the records in memory name; those of which they know exploited flaws alone
    /// last.
    #[must_use]
    pub fn packages(&self) -> (usize, usize) {
        let packages = self.index.values().flat_map(HashMap::values);
        let all = packages.clone().count();
        let exploited = packages.filter(|entries| self.are_exploited(entries)).count();
        (all - exploited, exploited)
    }

    /// Whether the entries are those of flaws known to be exploited, one and all.
    fn are_exploited(&self, entries: &[(usize, usize)]) -> bool {
        entries.iter().all(|(record, _)| self.records[*record].specific.kev.is_some())
    }

    /// What the data can tell about a package, whatever its version. Of one that is only guessed from
    /// names, or whose name may not be the one that records list, whole data tells nothing either unless
    /// a record names it.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn coverage(
        &self,
        package: &Package,
        certainty: Certainty,
    ) -> Result<Coverage, StoreError> {
        let extent = self.ecosystems.get(index_key(&package.ecosystem));
        let is_whole = extent == Some(&Extent::Whole);
        let is_sure = certainty != Certainty::Low && package.naming == Naming::Listed;
        if is_whole && is_sure {
            return Ok(Coverage::Whole);
        }
        let in_store = self.store.as_ref();
        let in_store =
            in_store.map(|store| store.speaks_of(&package.ecosystem, &package.name, self.now));
        let in_store = in_store.transpose()?.unwrap_or_default();
        Ok(match self.in_memory(&package.ecosystem, &package.name) {
            None if !in_store => Coverage::Nothing,
            _ if is_whole => Coverage::Whole,
            Some(entries) if !in_store && self.are_exploited(entries) => Coverage::Exploited,
            _ => Coverage::Named,
        })
    }

    /// Whether nothing at all was loaded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let holds_records = |s: &Source| s.contents == Contents::Osv && s.records > 0;
        !self.sources.iter().any(holds_records) && self.withdrawn == 0
    }

    /// The imported data, where there is any.
    #[must_use]
    pub fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    /// Whether any record speaks of a package.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn speaks_of(&self, ecosystem: &Ecosystem, name: &str) -> Result<bool, StoreError> {
        match &self.store {
            _ if self.in_memory(ecosystem, name).is_some() => Ok(true),
            Some(store) => store.speaks_of(ecosystem, name, self.now),
            None => Ok(false),
        }
    }

    /// Whether a record may cover a version, or a reader must be told that one nearly does. Where the
    /// answer is no, the dossier of the package need not be opened for it.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn may_cover(&self, package: &Package, version: &Version) -> Result<bool, StoreError> {
        match &self.store {
            _ if self.in_memory(&package.ecosystem, &package.name).is_some() => Ok(true),
            Some(store) => store.may_cover(&package.ecosystem, &package.name, version, self.now),
            None => Ok(false),
        }
    }

    fn in_memory(&self, ecosystem: &Ecosystem, name: &str) -> Option<&[(usize, usize)]> {
        self.index.get(index_key(ecosystem))?.get(name).map(Vec::as_slice)
    }

    /// How many records speak of a package.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn record_count(&self, ecosystem: &Ecosystem, name: &str) -> Result<usize, StoreError> {
        let mut own: Vec<usize> = self
            .in_memory(ecosystem, name)
            .unwrap_or_default()
            .iter()
            .map(|(record, _)| *record)
            .collect();
        own.dedup();
        let imported = self.store.as_ref().map(|store| store.texts_of(ecosystem, name, self.now));
        Ok(own.len() + imported.transpose()?.map_or(0, |texts| texts.len()))
    }

    /// What became of a record: whether it is there and counts, or `None` when it is not there at all.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn counts(&self, id: &AdvisoryId) -> Result<Option<bool>, StoreError> {
        let named = self.named().get(id).map_or(&[][..], Vec::as_slice);
        if named.iter().any(|&number| self.records[number].id == *id) {
            return Ok(Some(true));
        }
        let imported = self.store.as_ref().map(|store| store.counts(id, self.now)).transpose()?;
        Ok(imported.flatten().or_else(|| self.silent.contains(id).then_some(false)))
    }

    /// All that is known of a package.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn dossier(&self, ecosystem: &Ecosystem, name: &str) -> Result<Arc<Dossier>, StoreError> {
        let key = index_key(ecosystem);
        let mut memo = self.memo.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = memo.dossiers.get(key).and_then(|names| names.get(name)) {
            return Ok(Arc::clone(known));
        }
        let mut found: Vec<Part> = Vec::new();
        for &(record, affected) in self.in_memory(ecosystem, name).unwrap_or_default() {
            found.push((Arc::clone(&self.records[record]), affected));
        }
        if let Some(store) = &self.store {
            for text in store.texts_of(ecosystem, name, self.now)? {
                let record = memo.record(store, text)?;
                let speaks =
                    |part: &Affected| index_key(&part.ecosystem) == key && part.name == name;
                let places = record.affected.iter().enumerate().filter(|(_, part)| speaks(part));
                let places: Vec<usize> = places.map(|(place, _)| place).collect();
                found.extend(places.into_iter().map(|place| (Arc::clone(&record), place)));
            }
        }
        let dossier = Arc::new(self.in_groups(found, &mut memo)?);
        let names = memo.dossiers.entry(key.to_owned()).or_default();
        names.insert(name.to_owned(), Arc::clone(&dossier));
        Ok(dossier)
    }

    /// Sorts entries, given as records and places in them, into alias groups.
    fn in_groups(&self, found: Vec<Part>, memo: &mut Memo) -> Result<Dossier, StoreError> {
        let mut flaws: BTreeMap<Arc<[AdvisoryId]>, Vec<Part>> = BTreeMap::new();
        for (record, affected) in found {
            flaws.entry(self.group_of(&record, memo)?).or_default().push((record, affected));
        }
        let mut dossier = Dossier::default();
        for (ids, parts) in flaws {
            let upstream = parts.iter().flat_map(|(record, _)| &record.upstream);
            let names: Vec<AdvisoryId> = ids.iter().chain(upstream).cloned().collect();
            let exploitation = self.exploitation_of(&names)?;
            let group = Arc::new(Group { ids, exploitation });
            for (record, affected) in parts {
                let correction = self.correction_of(&record);
                let group = Arc::clone(&group);
                let entry = Entry { record, affected, group, compiled: OnceLock::new() };
                dossier.add(entry, correction);
            }
        }
        Ok(dossier)
    }

    /// What corrects a record, unless that is the correction itself.
    fn correction_of(&self, record: &Record) -> Option<&Correction> {
        let mut own = self.corrections.iter().filter(|own| own.corrects == record.id);
        own.find(|own| *own.file != *record.source)
    }

    /// What files say about the exploitation of a flaw under any of its identifiers.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn exploitation_of(&self, ids: &[AdvisoryId]) -> Result<Known, StoreError> {
        let known = self.exploitation.of(ids);
        match &self.store {
            Some(store) => Ok(known.with(store.exploitation_of(ids)?)),
            None => Ok(known),
        }
    }

    /// Whether what is known about exploitation comes from a file of that kind, so that the lack of an
    /// entry says something.
    #[must_use]
    pub fn has_feed(&self, kind: exploitation::Kind) -> bool {
        self.sources.iter().any(|source| source.contents == Contents::Exploitation(kind))
    }

    /// Whether records of that origin are loaded.
    #[must_use]
    pub fn has_source(&self, name: &str) -> bool {
        self.sources.iter().any(|source| source.name == name)
    }

    /// The date of the data as a whole: that of the imported data, else the oldest of the sources'
    /// newest changes.
    #[must_use]
    pub fn built_at(&self) -> Option<Timestamp> {
        let imported = self.store.as_ref().map(|store| store.manifest().as_of);
        imported.or_else(|| self.sources.iter().filter_map(|source| source.built_at).min())
    }
}

impl Memo {
    /// The record at a place of the imported data, read once.
    fn record(&mut self, store: &Store, text: u64) -> Result<Arc<Record>, StoreError> {
        if let Some(known) = self.records.get(&text) {
            return Ok(Arc::clone(known));
        }
        let record = Arc::new(store.record(text)?);
        self.records.insert(text, Arc::clone(&record));
        Ok(record)
    }
}

/// Linux distributions keep their release in the name; other suffixes are addresses of registries.
pub(super) fn index_key(ecosystem: &Ecosystem) -> &str {
    match ecosystem.base() {
        base @ ("Maven" | "npm" | "Go" | "PyPI" | "crates.io" | "NuGet" | "RubyGems"
        | "Packagist") => base,
        _ => ecosystem.as_str(),
    }
}
