//! Which identifiers mean one flaw: alias groups over batches and imported data alike.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use super::{Database, Memo};
use crate::advisory::record::Record;
use crate::advisory::store::StoreError;
use crate::ids::AdvisoryId;

impl Database {
    /// The group of a record: everything that can be reached over shared identifiers.
    pub(super) fn group_of(
        &self,
        record: &Record,
        memo: &mut Memo,
    ) -> Result<Arc<[AdvisoryId]>, StoreError> {
        if let Some(known) = memo.groups.get(&record.id) {
            return Ok(Arc::clone(known));
        }
        let ids = self.reach(std::iter::once(&record.id).chain(&record.aliases))?;
        let group: Arc<[AdvisoryId]> = Arc::from(ids);
        for id in &*group {
            memo.groups.insert(id.clone(), Arc::clone(&group));
        }
        Ok(group)
    }

    /// Walks from identifiers to records that have or list them, and on to their identifiers.
    fn reach<'a>(
        &self,
        from: impl Iterator<Item = &'a AdvisoryId>,
    ) -> Result<Vec<AdvisoryId>, StoreError> {
        let mut ids: Vec<AdvisoryId> = Vec::new();
        let mut seen: HashSet<AdvisoryId> = HashSet::new();
        let mut open: Vec<AdvisoryId> = from.cloned().collect();
        while let Some(id) = open.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            for &number in self.named().get(&id).map_or(&[][..], Vec::as_slice) {
                let record = &self.records[number];
                open.extend(std::iter::once(&record.id).chain(&record.aliases).cloned());
            }
            if let Some(store) = &self.store {
                open.append(&mut store.neighbours(&id, self.now)?);
            }
            ids.push(id);
        }
        ids.sort_by(|a, b| a.natural_key().cmp(&b.natural_key()));
        Ok(ids)
    }

    pub(super) fn named(&self) -> &HashMap<AdvisoryId, Vec<usize>> {
        self.named.get_or_init(|| {
            let mut named: HashMap<AdvisoryId, Vec<usize>> = HashMap::new();
            for (number, record) in self.records.iter().enumerate() {
                for id in std::iter::once(&record.id).chain(&record.aliases) {
                    named.entry(id.clone()).or_default().push(number);
                }
            }
            named
        })
    }

    /// All records of the alias group that holds an identifier, as far as they are not withdrawn.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn find(&self, id: &AdvisoryId) -> Result<Vec<Arc<Record>>, StoreError> {
        let group = self.reach(std::iter::once(id))?;
        let mut records: Vec<Arc<Record>> = Vec::new();
        for id in &group {
            let named = self.named().get(id).map_or(&[][..], Vec::as_slice).iter();
            let own = named.map(|&number| &self.records[number]).filter(|r| r.id == *id);
            records.extend(own.cloned());
            let text = self.store.as_ref().map(|store| store.text_of(id, self.now)).transpose()?;
            if let (Some(store), Some(text)) = (&self.store, text.flatten()) {
                let mut memo = self.memo.lock().unwrap_or_else(PoisonError::into_inner);
                records.push(memo.record(store, text)?);
            }
        }
        records.sort_by(|a, b| a.id.natural_key().cmp(&b.id.natural_key()));
        Ok(records)
    }
}
