//! Folders that come into being whole: built beside, synced, renamed; and locks that order those who
//! build them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{FileError, Source, hexadecimal};

/// What the name of a folder that is being built ends with.
const UNFINISHED: &str = ".partial";

/// A folder that nobody sees under its name before it is complete.
#[derive(Debug)]
pub struct Draft {
    folder: PathBuf,
    target: PathBuf,
    published: bool,
}

/// A file of a [`Draft`], being written.
#[derive(Debug)]
pub struct NewFile {
    path: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    length: u64,
}

/// Bytes put aside while a folder is built, on its disk and without a name.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    file: BufWriter<File>,
    length: u64,
}

impl Spool {
    /// Appends bytes and says where they begin.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn append(&mut self, bytes: &[u8]) -> Result<u64, FileError> {
        let start = self.length;
        self.length += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|error| FileError::new(&self.folder, &error))?;
        Ok(start)
    }

    /// Ends writing, so that what was put aside can be read.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn finish(self) -> Result<Source, FileError> {
        let Self { folder, file, .. } = self;
        let file = file.into_inner().map_err(|e| FileError::new(&folder, &e.into_error()))?;
        Source::of_file(file).map_err(|error| FileError::new(&folder, &error))
    }
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// How many bytes.
    pub bytes: u64,
    /// Their SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Draft {
    /// Begins a folder; what a killed process left of the same name is removed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(target: &Path) -> Result<Self, FileError> {
        let mut name = target.as_os_str().to_owned();
        name.push(UNFINISHED);
        let folder = PathBuf::from(name);
        remove(&folder)?;
        make_folder(&folder)?;
        Ok(Self { folder, target: target.to_owned(), published: false })
    }

    /// Begins a file in it.
    ///
    /// # Errors
    /// When it cannot be made.
    #[expect(clippy::disallowed_methods, reason = "this room opens files")]
    pub fn file(&self, name: &str) -> Result<NewFile, FileError> {
        let path = self.folder.join(name);
        let file = File::create(&path).map_err(|error| FileError::new(&path, &error))?;
        let file = BufWriter::with_capacity(1 << 18, file);
        Ok(NewFile { path, file, hash: Sha256::new(), length: 0 })
    }

    /// Begins to put bytes aside.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn spool(&self) -> Result<Spool, FileError> {
        let folder = self.folder.clone();
        let file = tempfile::tempfile_in(&folder);
        let file = file.map_err(|error| FileError::new(&folder, &error))?;
        Ok(Spool { folder, file: BufWriter::with_capacity(1 << 18, file), length: 0 })
    }

    /// Gives the folder its name, with all that is in it safe on the disk.
    ///
    /// # Errors
    /// When it cannot be synced or renamed.
    pub fn publish(mut self) -> Result<(), FileError> {
        sync_folder(&self.folder)?;
        fs::rename(&self.folder, &self.target)
            .map_err(|error| FileError::new(&self.target, &error))?;
        self.published = true;
        sync_parent(&self.target)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.published {
            // what stays is removed by the next who builds here
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

impl NewFile {
    /// How many bytes were written so far.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// An error of this file.
    #[must_use]
    pub fn failed(&self, error: &io::Error) -> FileError {
        FileError::new(&self.path, error)
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|error| FileError::new(&self.path, &error))
    }

    /// Ends the file, with its bytes safe on the disk.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn finish(self) -> Result<Written, FileError> {
        let Self { path, file, hash, length } = self;
        let wrap = |error: io::Error| FileError::new(&path, &error);
        let file = file.into_inner().map_err(|error| wrap(error.into_error()))?;
        file.sync_all().map_err(wrap)?;
        Ok(Written { bytes: length, sha256: hexadecimal(&hash.finalize()) })
    }
}

/// For writers that want a stream.
impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(bytes.get(..count).unwrap_or(bytes));
        self.length += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Puts a small file in the place of another, in one step that is safe on the disk. Only one process
/// may do so at a time: hold a [`Lock`].
///
/// # Errors
/// When it cannot be written.
#[expect(clippy::disallowed_methods, reason = "this room opens files")]
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let wrap = |error: io::Error| FileError::new(path, &error);
    let mut name = path.as_os_str().to_owned();
    name.push(UNFINISHED);
    let beside = PathBuf::from(name);
    let mut file = File::create(&beside).map_err(wrap)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let done = written.and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done.map_err(wrap)?;
    sync_parent(path)
}

/// Makes a folder and those above it.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|error| FileError::new(path, &error))
}

/// Removes a file, or a folder with all that is in it; that there is none is no error.
///
/// # Errors
/// When something stays.
pub fn remove(path: &Path) -> Result<(), FileError> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::new(path, &error)),
        _ => Ok(()),
    }
}

/// The names of the complete folders in a folder, sorted, and apart from them those of unfinished ones.
///
/// # Errors
/// When the folder cannot be listed.
#[expect(clippy::disallowed_methods, reason = "this room lists folders")]
pub fn folders(path: &Path) -> Result<(Vec<String>, Vec<String>), FileError> {
    let wrap = |error: io::Error| FileError::new(path, &error);
    let (mut complete, mut unfinished) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(path).map_err(wrap)? {
        let entry = entry.map_err(wrap)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(UNFINISHED) {
            unfinished.push(name);
        } else if entry.path().is_dir() {
            complete.push(name);
        }
    }
    complete.sort();
    unfinished.sort();
    Ok((complete, unfinished))
}

/// A directory entry is only safe once its folder is synced; where the system has no such thing, the
/// rename is all there is.
fn sync_folder(path: &Path) -> Result<(), FileError> {
    #[cfg(unix)]
    #[expect(clippy::disallowed_methods, reason = "this room opens files")]
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| FileError::new(path, &error))?;
    Ok(())
}

fn sync_parent(path: &Path) -> Result<(), FileError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    sync_folder(parent.unwrap_or(Path::new(".")))
}

/// A lock on a file, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Who may hold a lock beside us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Others that share.
    Shared,
    /// Nobody.
    Alone,
}

impl Lock {
    /// Waits until the lock can be had. A lock that nobody shares makes its file where there is none.
    ///
    /// # Errors
    /// When the file cannot be opened, or its file system has no locks.
    pub fn wait(path: &Path, sharing: Sharing) -> Result<Self, FileError> {
        let wrap = |error: io::Error| FileError::new(path, &error);
        let file = open(path, sharing).map_err(wrap)?;
        match sharing {
            Sharing::Shared => file.lock_shared(),
            Sharing::Alone => file.lock(),
        }
        .map_err(wrap)?;
        Ok(Self { _file: file })
    }

    /// Takes the lock if it is free; `None` when somebody has it.
    ///
    /// # Errors
    /// When the file cannot be opened, or its file system has no locks.
    pub fn attempt(path: &Path, sharing: Sharing) -> Result<Option<Self>, FileError> {
        let wrap = |error: io::Error| FileError::new(path, &error);
        let file = open(path, sharing).map_err(wrap)?;
        let taken = match sharing {
            Sharing::Shared => file.try_lock_shared(),
            Sharing::Alone => file.try_lock(),
        };
        match taken {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(wrap(error)),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this room opens files")]
fn open(path: &Path, sharing: Sharing) -> io::Result<File> {
    match sharing {
        Sharing::Shared => File::open(path),
        Sharing::Alone => fs::OpenOptions::new().append(true).create(true).open(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(target: &Path) -> Draft {
        let draft = Draft::create(target).unwrap();
        let mut file = draft.file("a").unwrap();
        file.write(b"12").unwrap();
        file.write(b"345").unwrap();
        let written = file.finish().unwrap();
        assert_eq!(written.bytes, 5);
        assert_eq!(written.sha256, super::super::sha256([&b"12345"[..]]));
        draft
    }

    #[test]
    fn a_draft_is_seen_under_its_name_when_it_is_complete_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("new");
        let draft = draft(&target);
        assert!(!target.exists());
        assert_eq!(folders(folder.path()).unwrap().1.len(), 1);
        draft.publish().unwrap();
        assert_eq!(fs::read(target.join("a")).unwrap(), b"12345");
        assert_eq!(folders(folder.path()).unwrap(), (vec!["new".to_owned()], Vec::new()));
    }

    #[test]
    fn what_was_put_aside_can_be_read_and_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let draft = draft(&folder.path().join("new"));
        let mut spool = draft.spool().unwrap();
        assert_eq!((spool.append(b"12").unwrap(), spool.append(b"345").unwrap()), (0, 2));
        let source = spool.finish().unwrap();
        assert_eq!(source.section(2, 3).unwrap().head(9).unwrap(), b"345");
        draft.publish().unwrap();
        assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 1);
    }

    #[test]
    fn a_draft_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(draft(&folder.path().join("new")));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_killed_process_left_is_not_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("new");
        let left = folder.path().join("new.partial");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("old"), b"x").unwrap();
        draft(&target).publish().unwrap();
        assert_eq!(fs::read_dir(&target).unwrap().count(), 1);
    }

    #[test]
    fn a_small_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("current");
        replace(&path, b"1").unwrap();
        replace(&path, b"2").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"2");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn one_alone_or_several_that_share() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let alone = Lock::wait(&path, Sharing::Alone).unwrap();
        assert!(Lock::attempt(&path, Sharing::Alone).unwrap().is_none());
        assert!(Lock::attempt(&path, Sharing::Shared).unwrap().is_none());
        drop(alone);
        let one = Lock::wait(&path, Sharing::Shared).unwrap();
        let other = Lock::attempt(&path, Sharing::Shared).unwrap();
        assert!(other.is_some());
        assert!(Lock::attempt(&path, Sharing::Alone).unwrap().is_none());
        drop((one, other));
        assert!(Lock::attempt(&path, Sharing::Alone).unwrap().is_some());
    }
}
