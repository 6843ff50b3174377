//! A file that comes piece by piece, and may be taken up again where it was left.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::FileError;

/// A file that is not complete yet.
#[derive(Debug)]
pub struct Growing {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Growing {
    /// Takes up the file of that name, or begins it; makes its folder.
    ///
    /// # Errors
    /// When it cannot be opened for writing.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let wrap = |error: io::Error| FileError::new(path, &error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| FileError::new(folder, &error))?;
        }
        let file = OpenOptions::new().append(true).create(true).open(path).map_err(wrap)?;
        let length = file.metadata().map_err(wrap)?.len();
        Ok(Self { path: path.to_owned(), file, length })
    }

    /// How many bytes are there.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Where they are.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Drops all bytes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.length = 0;
        Ok(())
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Gives the complete file its name, with its bytes safe on the disk.
    ///
    /// # Errors
    /// When it cannot be synced or renamed.
    pub fn finish(self, target: &Path) -> Result<(), FileError> {
        self.file.sync_all().map_err(|error| FileError::new(&self.path, &error))?;
        fs::rename(&self.path, target).map_err(|error| FileError::new(target, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_up_where_it_was_left_and_seen_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let (part, whole) = (folder.path().join("in/a.part"), folder.path().join("in/a"));
        Growing::open(&part).unwrap().append(b"12").unwrap();
        let mut file = Growing::open(&part).unwrap();
        assert_eq!(file.length(), 2);
        file.append(b"34").unwrap();
        assert!(!whole.exists());
        file.finish(&whole).unwrap();
        assert_eq!(super::super::read(&whole).unwrap(), b"1234");
        assert!(!part.exists());
    }

    #[test]
    fn what_was_cleared_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join("a.part");
        let mut file = Growing::open(&part).unwrap();
        file.append(b"12").unwrap();
        file.clear().unwrap();
        file.append(b"3").unwrap();
        assert_eq!((file.length(), Growing::open(&part).unwrap().length()), (1, 1));
    }
}
