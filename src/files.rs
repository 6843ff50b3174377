//! The file system, in one place: capped reads, sorted walks ([`walk`]), writes that lose nothing.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the one room that opens files; every other asks it"
)]

mod draft;
pub mod git;
mod growing;
mod map;
mod stamp;
mod walk;

pub use draft::{
    Draft, Lock, NewFile, Sharing, Spool, Written, folders, make_folder, remove, replace,
};
pub use growing::Growing;
pub use map::Map;
pub use stamp::Stamp;
pub use walk::{Pattern, Reach, Walk, Why, glob, walk};

use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

mod source;

pub use source::{Cursor, Cut, IN_MEMORY, Source, SourceReader};

/// The largest file that is read, in bytes. A bill of materials of 200,000 components has 0.4 GB.
pub const MAX_FILE: u64 = 2 << 30;

/// Why a file could not be read or written.
#[derive(Debug)]
pub struct FileError {
    /// The file as the user named it.
    pub path: PathBuf,
    /// What happened, without the operating system's error number.
    pub cause: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for FileError {}

impl FileError {
    fn new(path: &Path, error: &io::Error) -> Self {
        let cause = match error.kind() {
            io::ErrorKind::NotFound => "no such file or folder".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            io::ErrorKind::IsADirectory => "is a folder".to_owned(),
            io::ErrorKind::StorageFull => "no space left".to_owned(),
            _ => error.to_string(),
        };
        Self { path: path.to_owned(), cause }
    }
}

/// Reads a whole file, at most [`MAX_FILE`] bytes.
///
/// # Errors
/// When it cannot be read or is larger.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let wrap = |error: io::Error| FileError::new(path, &error);
    let file = fs::File::open(path).map_err(wrap)?;
    let length = file.metadata().map_err(wrap)?.len();
    read_capped(file, length).map_err(wrap)
}

/// Reads standard input, at most [`MAX_FILE`] bytes.
///
/// # Errors
/// When it cannot be read or is larger.
pub fn read_stdin() -> Result<Vec<u8>, FileError> {
    read_capped(io::stdin().lock(), 0)
        .map_err(|error| FileError::new(Path::new("standard input"), &error))
}

fn read_capped(from: impl Read, expected: u64) -> io::Result<Vec<u8>> {
    if expected > MAX_FILE {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0).saturating_add(1));
    from.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> io::Error {
    io::Error::other(format!("is larger than {} MiB", MAX_FILE >> 20))
}

/// Whether the path is a folder.
#[must_use]
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Whether the path is a file.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// The path without links, absolute; as it is where there is nothing.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Whether the path itself is a link, wherever it leads.
#[must_use]
pub fn is_link(path: &Path) -> bool {
    path.is_symlink()
}

/// The names of the files in a folder, in order; none where there is no such folder.
///
/// # Errors
/// When the folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<String>, FileError> {
    if !is_folder(folder) {
        return Ok(Vec::new());
    }
    let wrap = |error: io::Error| FileError::new(folder, &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrap)? {
        let entry = entry.map_err(wrap)?;
        if entry.path().is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// How many bytes a file has, 0 where that cannot be told.
#[must_use]
pub fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

/// Writes a file beside its target and renames it, so that a reader sees the old or the new whole.
///
/// # Errors
/// When the folder does not exist or cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    Beside::write(path, bytes)?.settle()
}

/// A file that is written and synced beside its target, and takes its place when it is told to;
/// otherwise nothing is left of it.
#[derive(Debug)]
pub struct Beside {
    path: PathBuf,
    content: Waiting,
}

#[derive(Debug)]
enum Waiting {
    File(tempfile::NamedTempFile),
    /// For a device or a pipe: these cannot be replaced, and are written through.
    Through(Vec<u8>),
}

impl Beside {
    /// Writes the bytes beside the target.
    ///
    /// # Errors
    /// When the folder does not exist or cannot be written.
    pub fn write(path: &Path, bytes: &[u8]) -> Result<Self, FileError> {
        let wrap = |error: io::Error| FileError::new(path, &error);
        let content = if fs::metadata(path).is_ok_and(|target| !target.is_file()) {
            Waiting::Through(bytes.to_vec())
        } else {
            let mut file = beside(path).map_err(wrap)?;
            file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(wrap)?;
            Waiting::File(file)
        };
        Ok(Self { path: path.to_owned(), content })
    }

    /// Puts it in the place of its target.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn settle(self) -> Result<(), FileError> {
        let settled = match self.content {
            Waiting::File(file) => file.persist(&self.path).map(|_| ()).map_err(|e| e.error),
            Waiting::Through(bytes) => write_through(&self.path, &bytes),
        };
        settled.map_err(|error| FileError::new(&self.path, &error))
    }
}

/// A new file in the folder of a target, with its rights.
fn beside(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bomvet-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map_or(0o666, |target| target.permissions().mode() & 0o777);
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    builder.tempfile_in(folder)
}

/// Adds to the end of a file what `more` makes of its bytes, while nobody else does; begins it where there
/// is none. What was there stays as it is.
///
/// # Errors
/// When the file cannot be read or written; and whatever `more` refuses, before anything is written.
pub fn extend<E: From<FileError>>(
    path: &Path,
    more: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<(), E> {
    let wrap = |error: io::Error| FileError::new(path, &error);
    let mut file =
        fs::OpenOptions::new().read(true).append(true).create(true).open(path).map_err(wrap)?;
    file.lock().map_err(wrap)?;
    let length = file.metadata().map_err(wrap)?.len();
    let known = read_capped(&mut file, length).map_err(wrap)?;
    let more = more(&known)?;
    file.write_all(&more).and_then(|()| file.sync_all()).map_err(wrap)?;
    Ok(())
}

/// Devices and pipes cannot be replaced: they are written through.
fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).open(path)?;
    file.write_all(bytes)?;
    file.flush()
}

/// SHA-256 over several byte strings in the order given, in hexadecimal.
#[must_use]
pub fn sha256<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hexadecimal(&hash.finalize())
}

/// Bytes as small hexadecimal digits.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    let digits = |byte: &u8| [digit(byte >> 4), digit(byte & 0xf)];
    bytes.iter().flat_map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        write(&path, b"old").unwrap();
        write(&path, b"new").unwrap();
        assert_eq!(read(&path).unwrap(), b"new");
        assert_eq!(walk(folder.path(), Reach::Inside).unwrap().files, [path]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_waits_beside_its_target_leaves_it_alone_until_told_and_nothing_when_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        write(&path, b"old").unwrap();
        let waiting = Beside::write(&path, b"new").unwrap();
        assert_eq!(read(&path).unwrap(), b"old");
        waiting.settle().unwrap();
        assert_eq!(read(&path).unwrap(), b"new");
        drop(Beside::write(&path, b"never").unwrap());
        assert_eq!(read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_length_of_a_file_is_its_bytes_and_of_none_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("five");
        write(&path, b"12345").unwrap();
        assert_eq!(length(&path), 5);
        assert_eq!(length(&folder.path().join("none")), 0);
    }

    #[test]
    fn a_file_is_extended_and_what_is_refused_leaves_it_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        let add = |text: &'static str| {
            extend::<FileError>(&path, |known| Ok(format!("{}{text}", known.len()).into_bytes()))
        };
        add("a").unwrap();
        add("b").unwrap();
        let refused =
            extend(&path, |_| Err(FileError { path: path.clone(), cause: "no".to_owned() }));
        assert_eq!(refused.unwrap_err().cause, "no");
        assert_eq!(read(&path).unwrap(), b"0a2b");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read(Path::new("no/such/file.json")).unwrap_err();
        assert_eq!(error.to_string(), "no/such/file.json: no such file or folder");
    }

    #[test]
    fn a_target_in_a_missing_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write(&folder.path().join("none/report.json"), b"x").is_err());
    }
}
