//! What every file of a store has: a head that says what it is, and bytes behind it that are held
//! against checksums piece by piece, when a piece is read.
//!
//! ```text
//! 0   "bomvetdb"
//! 8   format              u32, little-endian like all numbers
//! 12  kind                u32
//! 16  build               u64, the same in all files of a generation
//! 24  order               u64, fingerprint of the keys in it; 0 where there are none
//! 32  units               u64, buckets or frames
//! 40  rows                u64
//! 48  length              u64, of the whole file
//! 56  checksum            u64, XXH3 of the bytes before
//! ```

use std::ops::Deref;

use twox_hash::XxHash3_64;

use super::bytes::{Damage, Reader};
use crate::files::Map;

/// The version of all that is written here. A file of another one is not read.
pub(super) const FORMAT: u32 = 1;

/// The length of the head.
pub(super) const HEAD: usize = 64;

const MAGIC: &[u8; 8] = b"bomvetdb";

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Packages of an ecosystem, with what records say of them.
    Packages = 1,
    /// Identifiers, with who calls what the same.
    Identifiers = 2,
    /// Records as they were published.
    Texts = 3,
    /// What is known about exploitation, by CVE.
    Exploitation = 4,
}

/// The head of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) kind: Kind,
    pub(super) build: u64,
    pub(super) order: u64,
    pub(super) units: u64,
    pub(super) rows: u64,
    pub(super) length: u64,
}

/// Why a file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is not what was written.
    Damaged(Damage),
    /// It has another format, or keys of another make.
    Foreign,
}

impl From<Damage> for Refusal {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}

impl Head {
    /// As bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&(self.kind as u32).to_le_bytes());
        for number in [self.build, self.order, self.units, self.rows, self.length] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let checksum = checksum(0, &[&bytes]);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Reads a head, wherever in the file it stands.
    pub(super) fn read(bytes: &[u8], kind: Kind, length: usize) -> Result<Self, Refusal> {
        let mut reader = Reader(bytes);
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(Refusal::Damaged("it does not begin as such a file does"));
        }
        if reader.u32()? != FORMAT {
            return Err(Refusal::Foreign);
        }
        let is_kind = reader.u32()? == kind as u32;
        let mut next = || reader.u64();
        let (build, order, units, rows, stated) = (next()?, next()?, next()?, next()?, next()?);
        if next()? != checksum(0, &[bytes.get(..HEAD - 8).unwrap_or_default()]) || !is_kind {
            return Err(Refusal::Damaged("its head does not match its checksum"));
        }
        if stated != length as u64 {
            return Err(Refusal::Damaged("it is not as long as it says"));
        }
        Ok(Self { kind, build, order, units, rows, length: stated })
    }
}

/// XXH3 over several byte strings, each with its length, under a seed.
pub(super) fn checksum(seed: u64, parts: &[&[u8]]) -> u64 {
    parts.iter().fold(seed, |sum, part| {
        XxHash3_64::oneshot_with_seed(sum.wrapping_add(part.len() as u64), part)
    })
}

/// Where a key belongs among so many places.
pub(super) fn place(key: &[u8], places: u64) -> u64 {
    XxHash3_64::oneshot(key) % places.max(1)
}

/// The bytes of a file, from wherever.
#[derive(Debug)]
pub(super) enum Bytes {
    /// Read as they are touched.
    Mapped(Map),
    /// In memory.
    #[cfg_attr(not(test), expect(dead_code, reason = "for tests"))]
    Owned(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}
