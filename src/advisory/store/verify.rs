//! Reading all that there is: every byte against its digest, every row as what it should be.

use std::path::Path;

use super::card::Card;
use super::package::Entry;
use super::{IDENTIFIERS, Store, StoreError, TEXTS};
use crate::advisory::record::Record;
use crate::files::{FileError, Source};

/// What was found in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files whose digests are right.
    pub files: usize,
    /// Bytes in them.
    pub bytes: u64,
    /// Packages, over all ecosystems.
    pub packages: usize,
    /// Entries of packages.
    pub entries: usize,
    /// Records that were read.
    pub records: usize,
}

impl Store {
    /// Reads everything.
    ///
    /// # Errors
    /// At the first thing that is wrong.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let mut verified = Verified::default();
        for part in &self.manifest().files {
            let path = self.folder().join(&part.name);
            if digest(&path)? != part.sha256 {
                return Err(StoreError::damaged(&path, "it does not match its checksum"));
            }
            verified.files += 1;
            verified.bytes += part.bytes;
        }
        self.verify_texts()?;
        for number in 0..self.manifest().ecosystems.len() {
            self.verify_shelf(number, &mut verified)?;
        }
        self.verify_exploitation()?;
        self.verify_identifiers(&mut verified)?;
        let manifest = self.manifest();
        if verified.records != manifest.records + manifest.withdrawn {
            let path = self.folder().join(IDENTIFIERS);
            return Err(StoreError::damaged(&path, "it has not as many records as were imported"));
        }
        Ok(verified)
    }

    /// Walks over every record, one behind the other.
    fn verify_texts(&self) -> Result<(), StoreError> {
        let texts = self.texts()?;
        let (mut at, mut frames) = (0, 0);
        while at < texts.end() {
            at = texts.get(at).map_err(self.wrong(TEXTS))?.end;
            frames += 1;
        }
        if frames == texts.head().units {
            return Ok(());
        }
        Err(self.wrong(TEXTS)("it has not as many records as it says"))
    }

    fn verify_shelf(&self, number: usize, verified: &mut Verified) -> Result<(), StoreError> {
        let file = &self.manifest().ecosystems[number].file;
        let texts = self.texts()?;
        for row in self.shelf_at(number)?.rows() {
            let (_, value) = row.map_err(self.wrong(file))?;
            for entry in Entry::all(value) {
                let entry = entry.map_err(self.wrong(file))?;
                texts.get(entry.text).map_err(self.wrong(TEXTS))?;
                verified.entries += 1;
            }
            verified.packages += 1;
        }
        Ok(())
    }

    fn verify_identifiers(&self, verified: &mut Verified) -> Result<(), StoreError> {
        for row in self.identifiers()?.rows() {
            let (id, value) = row.map_err(self.wrong(IDENTIFIERS))?;
            let card = Card::read(value).map_err(self.wrong(IDENTIFIERS))?;
            let Some(own) = card.own else { continue };
            let record: Record = self.record(own.text)?;
            if record.id.as_str().as_bytes() != id {
                let cause = format!("the record of another identifier than {}", record.id);
                return Err(StoreError::damaged(&self.folder().join(IDENTIFIERS), cause));
            }
            verified.records += 1;
        }
        Ok(())
    }
}

fn digest(path: &Path) -> Result<String, StoreError> {
    let wrap = |cause: String| StoreError::from(FileError { path: path.to_owned(), cause });
    Source::open(path)?.sha256().map_err(|error| wrap(error.to_string()))
}
