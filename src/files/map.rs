//! Files as memory: bytes are read from the disk when they are touched, and not before.
//!
//! This is the only place of the program with `unsafe` code (a test sees to that).

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

use super::FileError;

/// The bytes of a file that never changes once it has its name.
#[derive(Debug)]
pub struct Map(Mmap);

impl Map {
    /// Maps a file of imported advisory data; of no other file the proof inside holds.
    ///
    /// # Errors
    /// When it cannot be opened or mapped.
    #[expect(clippy::disallowed_methods, reason = "this room opens files")]
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let wrap = |error: io::Error| FileError::new(path, &error);
        let file = File::open(path).map_err(wrap)?;
        #[expect(unsafe_code, reason = "a mapping is memory that others could change: see below")]
        // SAFETY: the mapping is private to read, and `Mmap` keeps it until it is dropped, also when
        // the file is deleted meanwhile. What must not happen is that somebody writes into the file
        // or cuts it while it is mapped. bomvet does not: a file of imported data is written under a
        // name that no reader looks for (`Draft`), synced, renamed with its folder, and from then on
        // only ever deleted. Another program with the rights of the user could; then a read may see
        // bytes that change (no value is made of them without bounds checks, and every stretch is
        // held against its checksum) or the system ends the process, which no exit code calls clean.
        let map = unsafe { Mmap::map(&file) };
        map.map(Self).map_err(wrap)
    }
}

impl Map {
    /// The same, of which a few places far from each other are read: the system need not bring in what
    /// lies around them.
    #[must_use]
    pub fn scattered(self) -> Self {
        #[cfg(unix)]
        // advice that is not taken costs time and nothing else
        let _ = self.0.advise(memmap2::Advice::Random);
        self
    }
}

impl Deref for Map {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_holds_the_bytes_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"0123456789").unwrap();
        assert_eq!(&*Map::open(&path).unwrap(), b"0123456789");
        std::fs::write(&path, b"").unwrap();
        assert!(Map::open(&path).unwrap().is_empty());
        assert!(Map::open(&folder.path().join("none")).is_err());
    }

    #[test]
    #[cfg(unix)]
    fn a_map_outlives_the_name_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let bytes = vec![7; 100_000];
        std::fs::write(&path, &bytes).unwrap();
        let map = Map::open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, b"another").unwrap();
        assert_eq!(*map, *bytes);
    }
}
