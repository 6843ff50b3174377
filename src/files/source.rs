//! Bytes at random access, in a file or in memory, without reading more than is asked for.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{FileError, Stamp};

/// How much of an archive is unpacked into memory; more goes into a temporary file without a name.
pub const IN_MEMORY: u64 = 8 << 20;

/// A stretch of bytes. Cloning it copies no byte.
#[derive(Clone, Debug)]
pub struct Source {
    store: Store,
    start: u64,
    length: u64,
}

#[derive(Clone, Debug)]
enum Store {
    Memory(Arc<Vec<u8>>),
    File(Arc<File>),
}

/// Why bytes could not be taken in to their end.
#[derive(Debug)]
pub enum Cut {
    /// The reader failed.
    Reader(io::Error),
    /// The temporary file could not be written.
    Disk(io::Error),
}

impl Cut {
    fn disk(error: &io::Error) -> Self {
        Self::Disk(io::Error::new(
            error.kind(),
            format!("the temporary file could not be written: {error}"),
        ))
    }
}

impl Source {
    /// The bytes of a file, which stay there. Pipes and devices, which can be read once only, are
    /// read into memory.
    ///
    /// # Errors
    /// When the file cannot be opened; a pipe also when it has more than [`super::MAX_FILE`] bytes.
    #[expect(clippy::disallowed_methods, reason = "this room opens files")]
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let wrap = |error: io::Error| FileError::new(path, &error);
        // a pipe must not be opened twice: whoever writes into it would see it closed again
        if !std::fs::metadata(path).map_err(wrap)?.is_file() {
            return super::read(path).map(Self::from);
        }
        let file = File::open(path).map_err(wrap)?;
        let length = file.metadata().map_err(wrap)?.len();
        Ok(Self { store: Store::File(Arc::new(file)), start: 0, length })
    }

    /// How the file looks that holds these bytes; nothing where they are in memory.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        match &self.store {
            Store::Memory(_) => None,
            Store::File(file) => Stamp::of(file),
        }
    }

    /// The bytes of a file that is open.
    pub(super) fn of_file(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self { store: Store::File(Arc::new(file)), start: 0, length })
    }

    /// Takes in at most `limit` bytes, small amounts in memory, large ones in a temporary file.
    ///
    /// # Errors
    /// When the reader fails, has more than `limit` bytes, or the temporary file cannot be written.
    pub fn unpack(reader: impl Read, limit: u64) -> io::Result<Self> {
        let (source, cut) = Self::take_in(reader.take(limit.saturating_add(1)), IN_MEMORY);
        match cut {
            Some(Cut::Reader(error) | Cut::Disk(error)) => Err(error),
            None if source.length > limit => {
                Err(io::Error::other(format!("is larger than {} MiB", limit >> 20)))
            }
            None => Ok(source),
        }
    }

    /// Takes in what a reader has, up to its end or to what cut it off. Less than `in_memory` bytes
    /// stay in memory, more go into a temporary file.
    #[must_use]
    pub fn take_in(mut reader: impl Read, in_memory: u64) -> (Self, Option<Cut>) {
        let mut bytes = Vec::new();
        let read = reader.by_ref().take(in_memory).read_to_end(&mut bytes);
        if read.is_err() || (bytes.len() as u64) < in_memory {
            return (Self::from(bytes), read.err().map(Cut::Reader));
        }
        let mut file = match tempfile::tempfile() {
            Ok(file) => file,
            Err(error) => return (Self::from(bytes), Some(Cut::disk(&error))),
        };
        let (length, cut) = spool(&bytes, &mut reader, &mut file);
        (Self { store: Store::File(Arc::new(file)), start: 0, length }, cut)
    }

    /// All bytes, without a copy where they are in memory.
    ///
    /// # Errors
    /// When the file cannot be read or has more than [`super::MAX_FILE`] bytes.
    pub fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        if let Store::Memory(bytes) = &self.store {
            let stretch = bytes.get(place(self.start)..place(self.start + self.length));
            return Ok(Cow::Borrowed(stretch.unwrap_or_default()));
        }
        if self.length > super::MAX_FILE {
            return Err(super::too_large());
        }
        self.read_whole(place(self.length)).map(Cow::Owned)
    }

    /// Fresh memory is zero as the system gives it, so this touches each byte once; reading to the end
    /// would write the zeros itself.
    fn read_whole(&self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        let mut cursor = Cursor { source: self.clone(), at: 0 };
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match cursor.read(rest) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// A stretch of these bytes; `None` when they end before it does.
    #[must_use]
    pub fn section(&self, start: u64, length: u64) -> Option<Self> {
        let end = start.checked_add(length)?;
        let store = self.store.clone();
        (end <= self.length).then_some(Self { store, start: self.start + start, length })
    }

    /// How many bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// A reader from the first byte on.
    #[must_use]
    pub fn reader(&self) -> SourceReader {
        BufReader::new(Cursor { source: self.clone(), at: 0 })
    }

    /// The first bytes, at most so many.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn head(&self, count: u64) -> io::Result<Vec<u8>> {
        self.stretch(0, count)
    }

    /// The last bytes, at most so many.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn tail(&self, count: u64) -> io::Result<Vec<u8>> {
        self.stretch(self.length.saturating_sub(count), count)
    }

    fn stretch(&self, at: u64, count: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Cursor { source: self.clone(), at }.take(count).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The SHA-256 of all bytes in hexadecimal, read piece by piece.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sha256(&self) -> io::Result<String> {
        self.digest::<Sha256>()
    }

    /// The SHA-384 of all bytes in hexadecimal, read piece by piece.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sha384(&self) -> io::Result<String> {
        self.digest::<Sha384>()
    }

    /// The SHA-512 of all bytes in hexadecimal, read piece by piece.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sha512(&self) -> io::Result<String> {
        self.digest::<Sha512>()
    }

    fn digest<D: Digest>(&self) -> io::Result<String> {
        let mut hash = D::new();
        let mut reader = BufReader::with_capacity(1 << 16, self.reader().into_inner());
        loop {
            let piece = reader.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            hash.update(piece);
            let read = piece.len();
            reader.consume(read);
        }
        Ok(super::hexadecimal(&hash.finalize()))
    }
}

/// Writes the bytes and all that the reader has behind them; how many there were, and what cut them off.
fn spool(bytes: &[u8], reader: &mut impl Read, file: &mut File) -> (u64, Option<Cut>) {
    let mut length = 0;
    let mut piece = bytes;
    let mut chunk = vec![0; 1 << 16];
    loop {
        if let Err(error) = file.write_all(piece) {
            return (length, Some(Cut::disk(&error)));
        }
        length += piece.len() as u64;
        piece = match reader.read(&mut chunk) {
            Ok(0) => return (length, None),
            Ok(read) => chunk.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => &[],
            Err(error) => return (length, Some(Cut::Reader(error))),
        };
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        let length = bytes.len() as u64;
        Self { store: Store::Memory(Arc::new(bytes)), start: 0, length }
    }
}

/// Reads a [`Source`].
pub type SourceReader = BufReader<Cursor>;

/// A place in a [`Source`]. Several may stand in one file, also on several threads.
#[derive(Clone, Debug)]
pub struct Cursor {
    source: Source,
    at: u64,
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.source.length.saturating_sub(self.at);
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if count == 0 {
            return Ok(0);
        }
        let from = self.source.start + self.at;
        let buffer = &mut buffer[..count];
        let read = match &self.source.store {
            Store::Memory(bytes) => {
                let rest = usize::try_from(from).ok().and_then(|from| bytes.get(from..));
                rest.unwrap_or_default().read(buffer)?
            }
            Store::File(file) => read_at(file, buffer, from)?,
        };
        self.at += read as u64;
        Ok(read)
    }
}

/// Reads without a place in the file that others could move meanwhile.
fn read_at(file: &File, buffer: &mut [u8], from: u64) -> io::Result<usize> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_at(file, buffer, from);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_read(file, buffer, from);
    #[cfg(not(any(unix, windows)))]
    {
        let mut file = file;
        file.seek(SeekFrom::Start(from))?;
        file.read(buffer)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.source.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_reads_its_own_bytes_and_no_others() {
        let source = Source::from(b"0123456789".to_vec());
        let section = source.section(2, 5).unwrap();
        assert_eq!(section.head(100).unwrap(), b"23456");
        assert_eq!(section.tail(2).unwrap(), b"56");
        assert_eq!(section.section(1, 3).unwrap().head(9).unwrap(), b"345");
        assert!(section.section(3, 3).is_none());
        assert!(section.section(u64::MAX, 2).is_none());
    }

    #[test]
    fn large_amounts_go_through_a_file_and_come_back_the_same() {
        let bytes: Vec<u8> = (0..IN_MEMORY + 5).map(|n| (n % 251) as u8).collect();
        let source = Source::unpack(bytes.as_slice(), u64::MAX).unwrap();
        assert!(matches!(source.store, Store::File(_)));
        assert_eq!(source.len(), IN_MEMORY + 5);
        assert_eq!(source.sha256().unwrap(), super::super::sha256([bytes.as_slice()]));
        let (mut one, mut other) = (source.reader(), source.reader());
        other.seek(SeekFrom::End(-1)).unwrap();
        let mut byte = [0];
        one.read_exact(&mut byte).unwrap();
        assert_eq!(byte[0], bytes[0]);
        other.read_exact(&mut byte).unwrap();
        assert_eq!(byte[0], *bytes.last().unwrap());
    }

    #[test]
    fn what_came_before_a_fault_is_kept_in_memory_and_on_disk() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        for in_memory in [100, 4] {
            let (source, cut) = Source::take_in(b"0123456789".chain(Failing), in_memory);
            assert_eq!(&*source.bytes().unwrap(), b"0123456789");
            assert!(matches!(cut, Some(Cut::Reader(error)) if error.to_string() == "broken"));
        }
    }

    #[test]
    fn all_bytes_of_a_section_are_its_own() {
        for in_memory in [100, 4] {
            let (source, _) = Source::take_in(b"0123456789".as_slice(), in_memory);
            assert_eq!(&*source.section(2, 5).unwrap().bytes().unwrap(), b"23456");
        }
    }

    #[test]
    fn more_than_the_limit_is_an_error() {
        assert!(Source::unpack([0; 10].as_slice(), 9).is_err());
        assert_eq!(Source::unpack([0; 10].as_slice(), 10).unwrap().len(), 10);
    }
}
