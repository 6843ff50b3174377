//! Compressed streams, unpacked under a budget.
//!
//! gzip (RFC 1952), bzip2, xz (.xz file format 1.2) and Zstandard (RFC 8878), each with all the
//! streams that stand one behind the other in one file. What comes out is counted while it comes: a
//! bomb is refused after 64 MiB, not after it has filled the memory.

use std::error::Error;
use std::io::{self, Read};

use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

use crate::files::MAX_FILE;
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
    pub(super) fn of(packed: usize) -> Self {
        let allowed = (packed as u64).saturating_mul(MOST_RATIO).clamp(ALWAYS, MOST);
        Self { allowed, spent: 0 }
    }

    /// Whether more came out than is allowed.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.spent > self.allowed
    }

    fn spend(&mut self, bytes: usize) -> bool {
        self.spent = self.spent.saturating_add(bytes as u64);
        !self.is_overdrawn()
    }

    /// Reads to the end of a stream.
    pub(super) fn drain(
        &mut self,
        from: &mut impl Read,
        out: &mut Vec<u8>,
        name: &str,
    ) -> Result<(), ReadError> {
        let mut chunk = vec![0; 64 * 1024];
        loop {
            let read = match from.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(damaged(name, &error, out)),
            };
            if !self.spend(read) {
                return Err(too_much(self.allowed));
            }
            if (out.len() + read) as u64 > MAX_FILE {
                return Err(too_much(MAX_FILE));
            }
            out.extend_from_slice(chunk.get(..read).unwrap_or_default());
        }
    }
}

fn too_much(bytes: u64) -> ReadError {
    ReadError::new(format!("unpacks to more than {} MiB: refused", bytes >> 20))
}

/// A stream that breaks off or is no such stream. Whether it is a document shows in what came out.
fn damaged(name: &str, error: &io::Error, out: &[u8]) -> ReadError {
    let cause = if is_truncation(error) {
        "the file is truncated".to_owned()
    } else {
        one_line(&error.to_string())
    };
    let nature = if may_be_document(out) { Nature::Broken } else { Nature::Foreign };
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
    pub(super) fn unpack(self, bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, ReadError> {
        let mut out = Vec::new();
        let name = self.name();
        match self {
            Self::Gzip => {
                budget.drain(&mut flate2::read::MultiGzDecoder::new(bytes), &mut out, name)
            }
            Self::Bzip2 => {
                budget.drain(&mut bzip2::read::MultiBzDecoder::new(bytes), &mut out, name)
            }
            Self::Xz => {
                let most = u32::try_from(MAX_WINDOW >> 10).unwrap_or(u32::MAX);
                let mut from = lzma_rust2::XzReader::new_mem_limit(bytes, true, most);
                budget.drain(&mut from, &mut out, name)
            }
            Self::Zstd => zstd(bytes, budget, &mut out),
        }?;
        Ok(out)
    }
}

/// Zstandard: frames one behind the other, some of which hold nothing and are skipped.
fn zstd(mut bytes: &[u8], budget: &mut Budget, out: &mut Vec<u8>) -> Result<(), ReadError> {
    while !bytes.is_empty() {
        match StreamingDecoder::new_with_max_window_size(&mut bytes, MAX_WINDOW) {
            Ok(mut frame) => {
                budget.drain(&mut frame, out, "zstd")?;
                let written = frame.decoder.get_checksum_from_data();
                if written.is_some() && written != frame.decoder.get_calculated_checksum() {
                    return Err(damaged("zstd", &io::Error::other("wrong checksum"), out));
                }
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                let behind = usize::try_from(length).ok().and_then(|length| bytes.get(length..));
                bytes = behind.ok_or_else(|| {
                    damaged("zstd", &io::Error::from(io::ErrorKind::UnexpectedEof), out)
                })?;
            }
            Err(error) => return Err(damaged("zstd", &io::Error::other(error), out)),
        }
    }
    Ok(())
}
