//! Compressed files and archives: what is in them, as if it lay in a folder.
//!
//! Told by their first bytes, never by name. A compressed file stands for what it holds. An archive
//! (zip, tar) is a folder: each file in it is a [`Member`] with a label such as `!/a/sbom.json`, in
//! the archive's order; hidden files, links and devices are passed over. Compression and archives may
//! stand in each other four deep. Nothing is ever written to disk, so a member's name is a label and
//! no more, whatever dots and slashes it holds.

mod stream;
#[cfg(test)]
mod tests;

use std::io::{Cursor, Read};

use self::stream::{Budget, Compression, one_line};
use super::archive::is_of_java;
use super::document::ReadError;

/// How many layers of compression and archives are opened.
const MAX_DEPTH: usize = 4;

/// The most files that are looked at in one packed file.
const MAX_MEMBERS: usize = 100_000;

/// One file in a packed file.
#[derive(Debug)]
pub struct Member<'a> {
    /// Its path behind that of the packed file, such as `!/a/sbom.json`; empty where one compressed
    /// file holds one file.
    pub label: &'a str,
    /// Its bytes as they lie on disk or in the archive, before they are decompressed.
    pub stored: &'a [u8],
    /// Its bytes, or why nobody can have them.
    pub content: Result<&'a [u8], ReadError>,
}

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Stream(Compression),
    Zip,
    Tar,
}

impl Packing {
    fn of(bytes: &[u8]) -> Option<Self> {
        if let Some(compression) = Compression::of(bytes) {
            return Some(Self::Stream(compression));
        }
        match bytes {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ if is_tar(bytes) => Some(Self::Tar),
            _ => None,
        }
    }
}

/// Whether the bytes are compressed or an archive.
#[must_use]
pub fn is_packed(bytes: &[u8]) -> bool {
    Packing::of(bytes).is_some()
}

/// Shows every file that is packed in the bytes; bytes that are not packed are their own member.
pub fn each(bytes: &[u8], visit: &mut dyn FnMut(Member<'_>)) {
    let mut unpacker = Unpacker { budget: Budget::of(bytes.len()), members: 0, visit };
    unpacker.open("", bytes, (bytes, 0));
}

struct Unpacker<'v> {
    budget: Budget,
    members: usize,
    visit: &'v mut dyn FnMut(Member<'_>),
}

impl Unpacker<'_> {
    /// Opens bytes that stand so many layers deep.
    fn open(&mut self, label: &str, stored: &[u8], (bytes, depth): (&[u8], usize)) {
        let done = match Packing::of(bytes) {
            None => {
                (self.visit)(Member { label, stored, content: Ok(bytes) });
                Ok(())
            }
            Some(_) if depth == MAX_DEPTH => {
                Err(ReadError::new(format!("is packed more than {MAX_DEPTH} times")))
            }
            Some(Packing::Stream(compression)) => compression
                .unpack(bytes, &mut self.budget)
                .map(|unpacked| self.open(label, stored, (&unpacked, depth + 1))),
            Some(Packing::Zip) => self.zip(label, bytes, depth),
            Some(Packing::Tar) => self.tar(label, bytes, depth),
        };
        if let Err(error) = done {
            (self.visit)(Member { label, stored, content: Err(error) });
        }
    }

    fn zip(&mut self, label: &str, bytes: &[u8], depth: usize) -> Result<(), ReadError> {
        let damaged =
            |cause: &str| ReadError::foreign(format!("is a damaged zip: {}", one_line(cause)));
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| damaged(&error.to_string()))?;
        if zip.file_names().any(is_of_java) {
            // a jar of its own is read; one that lies packed here must not be passed over unsaid
            return Err(ReadError::new(JAVA_INSIDE));
        }
        for number in 0..zip.len() {
            let name = zip.name_for_index(number).unwrap_or_default().to_owned();
            let content = match zip.by_index(number) {
                Ok(file) if file.is_dir() || file.is_symlink() => continue,
                Ok(mut file) => self.member(&mut file, "zip entry"),
                Err(error) => {
                    Err(ReadError::new(one_line(&format!("cannot be unpacked: {error}"))))
                }
            };
            if !self.enter(label, &name, (content, depth))? {
                break;
            }
        }
        Ok(())
    }

    fn tar(&mut self, label: &str, bytes: &[u8], depth: usize) -> Result<(), ReadError> {
        let damaged = |error: std::io::Error| {
            ReadError::new(format!("is a damaged tar: {}", one_line(&error.to_string())))
        };
        let mut tar = tar::Archive::new(bytes);
        for entry in tar.entries().map_err(damaged)? {
            let mut entry = entry.map_err(damaged)?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let content = self.member(&mut entry, "tar entry");
            if !self.enter(label, &name, (content, depth))? {
                break;
            }
        }
        Ok(())
    }

    /// The bytes of one file of an archive.
    fn member(&mut self, from: &mut impl Read, what: &str) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        self.budget.drain(from, &mut bytes, what).map(|()| bytes)
    }

    /// Opens one file of an archive; whether there is budget for the next.
    fn enter(
        &mut self,
        label: &str,
        name: &str,
        (content, depth): (Result<Vec<u8>, ReadError>, usize),
    ) -> Result<bool, ReadError> {
        if self.budget.is_overdrawn() {
            // what was shown so far counts, but this archive was not looked at to its end
            return content.map(|_| false);
        }
        self.members += 1;
        if self.members > MAX_MEMBERS {
            return Err(ReadError::new(format!("holds more than {MAX_MEMBERS} files")));
        }
        let Some(name) = visible(name) else { return Ok(true) };
        let label = format!("{label}!/{name}");
        match content {
            Ok(bytes) => self.open(&label, &bytes, (&bytes, depth + 1)),
            Err(error) => {
                (self.visit)(Member { label: &label, stored: &[], content: Err(error) });
            }
        }
        Ok(!self.budget.is_overdrawn())
    }
}

/// What is said of a jar, war or ear that lies in a compressed file or another archive.
const JAVA_INSIDE: &str = "is a Java archive inside another packed file, which is not opened; unpack it and give it alone";

/// A member's name as a label, without control characters; nothing for hidden files.
fn visible(name: &str) -> Option<String> {
    let mut name = name.trim_start_matches('/');
    while let Some(rest) = name.strip_prefix("./") {
        name = rest.trim_start_matches('/');
    }
    let is_hidden = |part: &str| part.starts_with('.') && part != "." && part != "..";
    if name.split('/').any(is_hidden) {
        return None;
    }
    Some(
        name.chars()
            .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
            .collect(),
    )
}

/// Whether the first block is a header of tar (POSIX.1-2017, pax): its sum is right.
fn is_tar(bytes: &[u8]) -> bool {
    const SUM: std::ops::Range<usize> = 148..156;
    let Some(header) = bytes.get(..512) else { return false };
    let Some(written) = header.get(SUM).and_then(octal) else { return false };
    let sum: u64 = header
        .iter()
        .enumerate()
        .map(|(at, &byte)| u64::from(if SUM.contains(&at) { b' ' } else { byte }))
        .sum();
    sum == written && header.first().is_some_and(|&b| b != 0)
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    u64::from_str_radix(text.trim_matches(['\0', ' ']), 8).ok()
}
