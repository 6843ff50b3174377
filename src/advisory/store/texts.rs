//! Records as they were published, one behind the other, each found by its offset.
//!
//! A frame is a checksum seeded with the frame's offset, the number of the source, the lengths as they
//! are stored and as they are, and the text. Most records are short, and read more often than they are
//! kept: they stay as they are. Long ones are deflated. Records of one package lie side by side, since
//! they are read together. The file's head
//! stands behind the frames, since it is known only then.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::bytes::{Damage, Reader};
use super::file::{Bytes, HEAD, Head, Kind, Refusal, checksum};
use crate::files::{FileError, NewFile, Source, Spool, Written};

/// From how many bytes on a record is deflated.
const LONG: usize = 4096;

/// The bytes of a frame before its text.
const FRAME: usize = 20;

/// The records of a generation.
#[derive(Debug)]
pub(super) struct Texts {
    bytes: Bytes,
    head: Head,
}

/// One record as it is stored.
#[derive(Debug)]
pub(super) struct Packed {
    source: u32,
    length: u32,
    stored: Vec<u8>,
}

/// One record as it was published.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// The number of its source.
    pub(super) source: u32,
    /// Its JSON.
    pub(super) json: String,
    /// Where the next frame begins.
    pub(super) end: u64,
}

/// A record that was put aside while the others are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aside {
    source: u32,
    length: u32,
    at: u64,
    stored: usize,
}

impl Packed {
    /// Puts the record aside.
    pub(super) fn put_aside(&self, spool: &mut Spool) -> Result<Aside, FileError> {
        let Self { source, length, stored } = self;
        let at = spool.append(stored)?;
        Ok(Aside { source: *source, length: *length, at, stored: stored.len() })
    }

    /// Takes a record back.
    pub(super) fn take_back(aside: Aside, spooled: &Source) -> io::Result<Self> {
        let Aside { source, length, at, stored } = aside;
        let section = spooled.section(at, stored as u64);
        let stored = section.ok_or(io::ErrorKind::UnexpectedEof)?.head(stored as u64)?;
        Ok(Self { source, length, stored })
    }

    /// Packs a record; `None` when it is longer than records can be.
    pub(super) fn new(source: u32, json: &str) -> Option<Self> {
        let length = u32::try_from(json.len()).ok()?;
        let deflated = || {
            let mut deflate = DeflateEncoder::new(Vec::new(), Compression::new(5));
            deflate.write_all(json.as_bytes()).and_then(|()| deflate.finish()).ok()
        };
        let packed = (json.len() >= LONG).then(deflated).flatten();
        let packed = packed.filter(|packed| packed.len() < json.len());
        Some(Self { source, length, stored: packed.unwrap_or_else(|| json.as_bytes().to_vec()) })
    }
}

impl Texts {
    pub(super) fn open(bytes: Bytes) -> Result<Self, Refusal> {
        let head = bytes.len().checked_sub(HEAD).and_then(|start| bytes.get(start..));
        let head = Head::read(head.ok_or("it ends too early")?, Kind::Texts, bytes.len())?;
        Ok(Self { bytes, head })
    }

    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// Where the frames end.
    pub(super) fn end(&self) -> u64 {
        self.head.length - HEAD as u64
    }

    /// The record at an offset.
    pub(super) fn get(&self, offset: u64) -> Result<Text, Damage> {
        const OUTSIDE: Damage = "an offset leads out of it";
        let start = usize::try_from(offset).map_err(|_| OUTSIDE)?;
        let mut frame = Reader(self.bytes.get(start..).ok_or(OUTSIDE)?);
        let stated = frame.u64()?;
        let head = frame.0.get(..FRAME - 8).ok_or(OUTSIDE)?;
        let (source, length, stored) = (frame.u32()?, frame.u32()?, frame.u32()?);
        let stored = frame.take(usize::try_from(stored).map_err(|_| OUTSIDE)?)?;
        if stated != checksum(offset, &[head, stored]) {
            return Err("a record in it does not match its checksum");
        }
        let end = offset + (FRAME + stored.len()) as u64;
        Ok(Text { source, json: unpack(stored, length)?, end })
    }
}

fn unpack(stored: &[u8], length: u32) -> Result<String, Damage> {
    const NO_TEXT: Damage = "a record in it is no text";
    let length = usize::try_from(length).map_err(|_| NO_TEXT)?;
    let mut bytes = Vec::with_capacity(length.min(1 << 20));
    if stored.len() == length {
        bytes.extend_from_slice(stored);
    } else {
        let mut inflate = DeflateDecoder::new(stored).take(length as u64 + 1);
        inflate.read_to_end(&mut bytes).map_err(|_| NO_TEXT)?;
        if bytes.len() != length {
            return Err(NO_TEXT);
        }
    }
    String::from_utf8(bytes).map_err(|_| NO_TEXT)
}

/// Texts being written.
#[derive(Debug)]
pub(super) struct Writer {
    file: NewFile,
    frames: u64,
    /// The checksum of all checksums, which names the build.
    build: u64,
}

impl Writer {
    pub(super) fn new(file: NewFile) -> Self {
        Self { file, frames: 0, build: 0 }
    }

    /// Appends a record and says where it begins.
    pub(super) fn add(&mut self, text: &Packed) -> Result<u64, FileError> {
        let offset = self.file.length();
        let mut head = Vec::with_capacity(FRAME);
        for number in [text.source, text.length] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        // what is stored is never longer than the text
        let stored = u32::try_from(text.stored.len()).unwrap_or(u32::MAX);
        head.extend_from_slice(&stored.to_le_bytes());
        let sum = checksum(offset, &[&head, &text.stored]);
        self.build = checksum(self.build, &[&sum.to_le_bytes()]);
        self.frames += 1;
        self.file.write(&sum.to_le_bytes())?;
        self.file.write(&head)?;
        self.file.write(&text.stored)?;
        Ok(offset)
    }

    /// What it means for the file that something failed.
    pub(super) fn failed(&self, error: &io::Error) -> FileError {
        self.file.failed(error)
    }

    /// Ends the file; says which build it began.
    pub(super) fn finish(mut self) -> Result<(u64, Written), FileError> {
        let length = self.file.length() + HEAD as u64;
        let (build, units) = (self.build, self.frames);
        let head = Head { kind: Kind::Texts, build, order: 0, units, rows: units, length };
        self.file.write(&head.bytes())?;
        Ok((build, self.file.finish()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Draft;

    fn texts() -> [String; 3] {
        ["{}".to_owned(), "{\"id\": \"é\"}".repeat(LONG / 12), String::new()]
    }

    fn bytes() -> (Vec<u8>, Vec<u64>) {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("t");
        let draft = Draft::create(&target).unwrap();
        let mut writer = Writer::new(draft.file("a").unwrap());
        let texts = texts();
        let packed = texts.iter().zip(3..).map(|(json, n)| Packed::new(n, json).unwrap());
        let offsets = packed.map(|text| writer.add(&text).unwrap()).collect();
        writer.finish().unwrap();
        draft.publish().unwrap();
        (crate::files::read(&target.join("a")).unwrap(), offsets)
    }

    #[test]
    fn every_record_comes_back_with_its_source() {
        let (bytes, offsets) = bytes();
        let open = Texts::open(Bytes::Owned(bytes)).unwrap();
        let mut end = 0;
        for (number, (offset, json)) in offsets.into_iter().zip(texts()).enumerate() {
            let text = open.get(offset).unwrap();
            assert_eq!((text.source as usize, text.json, offset), (number + 3, json, end));
            end = text.end;
        }
        assert_eq!(end, open.end());
    }

    #[test]
    fn a_bit_that_turned_is_noticed_where_the_record_is_read() {
        let (whole, offsets) = bytes();
        let mut noticed = 0;
        for place in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[place / 8] ^= 1 << (place % 8);
            let Ok(open) = Texts::open(Bytes::Owned(bytes)) else {
                noticed += 1;
                continue;
            };
            for (offset, json) in offsets.iter().zip(texts()) {
                match open.get(*offset) {
                    Ok(text) => assert_eq!(text.json, json, "bit {place}"),
                    Err(_) => noticed += 1,
                }
            }
        }
        assert_eq!(noticed, whole.len() * 8);
    }

    #[test]
    fn an_offset_between_frames_is_no_record() {
        let (bytes, offsets) = bytes();
        let open = Texts::open(Bytes::Owned(bytes)).unwrap();
        for offset in (0..open.end() + 100).chain([u64::MAX, u64::MAX / 2]) {
            assert_eq!(open.get(offset).is_ok(), offsets.contains(&offset), "{offset}");
        }
    }
}
