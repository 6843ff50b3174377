//! Compressed streams, unpacked under a budget.
//!
//! gzip (RFC 1952), bzip2, xz (.xz file format 1.2) and Zstandard (RFC 8878), each with all the
//! streams that stand one behind the other in one file. What comes out is counted while it comes: a
//! bomb is refused after 64 MiB, not after it has filled the memory.

use std::error::Error;
use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::files::{Cut, IN_MEMORY, MAX_FILE, Source, SourceReader};
use crate::ingest::archive::looks_java;
use crate::ingest::document::{Nature, ReadError};
use crate::ingest::may_be_document;

/// What may always come out, whatever went in.
const ALWAYS: u64 = 64 << 20;

/// How many times its size a larger file may unpack to. Bills of materials reach 40 with xz.
const MOST_RATIO: u64 = 200;

/// The most that all of one file may unpack to.
const MOST: u64 = 4 * MAX_FILE;

/// The most memory that an xz or Zstandard stream may ask for before it gives anything.
const MAX_WINDOW: u64 = 128 << 20;

/// What may still come out of one file and of all that is packed in it.
#[derive(Debug)]
pub(super) struct Budget {
    allowed: u64,
    spent: u64,
}

impl Budget {
    /// The budget of a packed file of so many bytes.
    pub(super) fn of(packed: u64) -> Self {
        let allowed = packed.saturating_mul(MOST_RATIO).clamp(ALWAYS, MOST);
        Self { allowed, spent: 0 }
    }

    /// Whether more came out than is allowed.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.spent > self.allowed
    }

    /// Takes in a stream to its end: what is large into a temporary file, since memory that grows to an
    /// unknown size holds it twice.
    pub(super) fn take_in(&mut self, from: impl Read, name: &str) -> Result<Source, ReadError> {
        let mut metered = Metered { from, budget: self, read: 0 };
        let (source, cut) = Source::take_in(metered.by_ref(), IN_MEMORY);
        let read = metered.read;
        match cut {
            None => Ok(source),
            Some(Cut::Reader(_)) if self.is_overdrawn() => Err(too_much(self.allowed)),
            Some(Cut::Reader(_)) if read > MAX_FILE => Err(too_much(MAX_FILE)),
            Some(Cut::Reader(error)) => Err(damaged(name, &error, &source)),
            Some(Cut::Disk(error)) => {
                Err(ReadError::new(one_line(&format!("could not be unpacked: {error}"))))
            }
        }
    }
}

/// Counts what comes out of a stream, and ends it where it is too much.
struct Metered<'b, R> {
    from: R,
    budget: &'b mut Budget,
    read: u64,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.read += read as u64;
        self.budget.spent = self.budget.spent.saturating_add(read as u64);
        if self.budget.is_overdrawn() || self.read > MAX_FILE {
            return Err(io::Error::other("too much"));
        }
        Ok(read)
    }
}

fn too_much(bytes: u64) -> ReadError {
    ReadError::new(format!("unpacks to more than {} MiB: refused", bytes >> 20))
}

/// A stream that breaks off or is no such stream. Whether it is a document shows in what came out.
fn damaged(name: &str, error: &io::Error, out: &Source) -> ReadError {
    let cause = if is_truncation(error) {
        "the file is truncated".to_owned()
    } else {
        one_line(&error.to_string())
    };
    let bytes = out.bytes().unwrap_or_default();
    let wanted = may_be_document(&bytes) || looks_java(out);
    let nature = if wanted { Nature::Broken } else { Nature::Foreign };
    ReadError { nature, ..ReadError::new(format!("is damaged {name}: {cause}")) }
}

/// Whether the bytes ended too early, in the error itself or in one that it wraps.
fn is_truncation(error: &io::Error) -> bool {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return true;
    }
    let mut cause = error.get_ref().map(|inner| inner as &(dyn Error + 'static));
    while let Some(inner) = cause {
        if inner.downcast_ref().is_some_and(is_truncation) {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// A text of another crate as part of our line.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

/// A way to compress one stream of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
}

impl Compression {
    /// What the first bytes show.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            // the second is a skippable frame, such as pzstd and seekable files begin with
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        }
    }

    /// Unpacks all streams of the bytes.
    pub(super) fn unpack(self, source: &Source, budget: &mut Budget) -> Result<Source, ReadError> {
        let from = source.reader();
        let name = self.name();
        match self {
            Self::Gzip => budget.take_in(flate2::bufread::MultiGzDecoder::new(from), name),
            Self::Bzip2 => budget.take_in(bzip2::bufread::MultiBzDecoder::new(from), name),
            Self::Xz => {
                let most = u32::try_from(MAX_WINDOW >> 10).unwrap_or(u32::MAX);
                budget.take_in(lzma_rust2::XzReader::new_mem_limit(from, true, most), name)
            }
            Self::Zstd => budget.take_in(Zstd { from, frame: None }, name),
        }
    }
}

/// Zstandard: frames one behind the other, some of which hold nothing and are skipped.
struct Zstd {
    from: SourceReader,
    frame: Option<FrameDecoder>,
}

impl Zstd {
    /// Begins the next frame, if it is one that holds something.
    fn begin(&mut self) -> io::Result<()> {
        let mut frame = FrameDecoder::new();
        frame.set_max_window_size(MAX_WINDOW);
        match frame.init(&mut self.from) {
            Ok(()) => self.frame = Some(frame),
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                let length = u64::from(length);
                if io::copy(&mut self.from.by_ref().take(length), &mut io::sink())? < length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            Err(error) => return Err(io::Error::other(error)),
        }
        Ok(())
    }
}

impl Read for Zstd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() {
            let Some(frame) = &mut self.frame else {
                if self.from.fill_buf()?.is_empty() {
                    break;
                }
                self.begin()?;
                continue;
            };
            while frame.can_collect() == 0 && !frame.is_finished() {
                let step = BlockDecodingStrategy::UptoBlocks(1);
                frame.decode_blocks(&mut self.from, step).map_err(io::Error::other)?;
            }
            let read = frame.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            let written = frame.get_checksum_from_data();
            if written.is_some() && written != frame.get_calculated_checksum() {
                return Err(io::Error::other("wrong checksum"));
            }
            self.frame = None;
        }
        Ok(0)
    }
}
