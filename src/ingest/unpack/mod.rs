//! Compressed files and archives: what is in them, as if it lay in a folder.
//!
//! Told by their first bytes, never by name. A compressed file stands for what it holds. An archive
//! (zip, tar) is a folder: each file in it is a [`Member`] with a label such as `!/a/sbom.json`, in
//! the archive's order; hidden files, links and devices are passed over. A Java archive is a member of
//! its own. Compression and archives may stand in each other four deep. What is unpacked stays in
//! memory or, where it is large and packed once more, in a temporary file without a name; so a
//! member's name is a label and no more, whatever dots and slashes it holds.

mod stream;
#[cfg(test)]
mod tests;

use std::io::Read;
use std::ops::ControlFlow;

use self::stream::{Budget, Compression, one_line};
use super::archive::{self, Zip};
use super::document::ReadError;
use crate::files::Source;

/// How many layers of compression and archives are opened.
const MAX_DEPTH: usize = 4;

/// The most files that are looked at in one packed file.
const MAX_MEMBERS: usize = 100_000;

/// How many bytes show what a file is: the header of a tar is one block.
const HEAD: u64 = 512;

/// One file in a packed file.
#[derive(Debug)]
pub struct Member<'a> {
    /// Its path behind that of the packed file, such as `!/a/sbom.json`; empty where one compressed
    /// file holds one file.
    pub label: &'a str,
    /// Its bytes as they lie on disk or in the archive, where they are compressed there.
    pub stored: Option<&'a Source>,
    /// What it is, or why nobody can tell.
    pub content: Result<Content, ReadError>,
}

/// What a member is.
#[derive(Debug)]
pub enum Content {
    /// Bytes that are not packed any more.
    Plain(Source),
    /// A Java archive.
    Java(Source, Box<Zip>),
}

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Stream(Compression),
    Zip,
    Tar,
}

impl Packing {
    fn of(source: &Source) -> Option<Self> {
        let head = source.head(HEAD).unwrap_or_default();
        if let Some(compression) = Compression::of(&head) {
            return Some(Self::Stream(compression));
        }
        if archive::is_zip_file(&head, source) {
            return Some(Self::Zip);
        }
        is_tar(&head).then_some(Self::Tar)
    }
}

/// Whether the bytes are compressed or an archive.
#[must_use]
pub fn is_packed(source: &Source) -> bool {
    Packing::of(source).is_some()
}

/// Shows every file that is packed in a file, until one is the last that is wanted. A file that is not
/// packed, or that is a Java archive, is its own member. `name` is what the file is called.
pub fn each(source: &Source, name: &str, visit: &mut dyn FnMut(Member<'_>) -> ControlFlow<()>) {
    let budget = Budget::of(source.len());
    let mut unpacker = Unpacker { name, budget, members: 0, halted: false, visit };
    unpacker.open("", None, (source, 0));
}

struct Unpacker<'v> {
    name: &'v str,
    budget: Budget,
    members: usize,
    halted: bool,
    visit: &'v mut dyn FnMut(Member<'_>) -> ControlFlow<()>,
}

impl Unpacker<'_> {
    /// Opens bytes that stand so many layers deep.
    fn open(&mut self, label: &str, stored: Option<&Source>, (source, depth): (&Source, usize)) {
        let content = match Packing::of(source) {
            None => Ok(Some(Content::Plain(source.clone()))),
            Some(_) if depth == MAX_DEPTH => {
                Err(ReadError::new(format!("is packed more than {MAX_DEPTH} times")))
            }
            Some(Packing::Stream(compression)) => {
                compression.unpack(source, &mut self.budget).map(|unpacked| {
                    self.open(label, stored.or(Some(source)), (&unpacked, depth + 1));
                    None
                })
            }
            Some(Packing::Zip) => self.zip(label, source, depth),
            Some(Packing::Tar) => self.tar(label, source, depth).map(|()| None),
        };
        if let Some(content) = content.transpose() {
            self.show(Member { label, stored, content });
        }
    }

    fn show(&mut self, member: Member<'_>) {
        self.halted |= (self.visit)(member).is_break();
    }

    /// Goes through a zip as through a folder, or gives the Java archive that it is.
    fn zip(
        &mut self,
        label: &str,
        source: &Source,
        depth: usize,
    ) -> Result<Option<Content>, ReadError> {
        let mut zip = archive::open(source).map_err(|error| {
            let is_java = archive::looks_java(source);
            if is_java { error } else { ReadError::foreign(error.cause) }
        })?;
        let name = if label.is_empty() { self.name } else { label };
        if archive::is_java(&zip, name) {
            return Ok(Some(Content::Java(source.clone(), Box::new(zip))));
        }
        for number in 0..zip.len() {
            let name = zip.name_for_index(number).unwrap_or_default().to_owned();
            let content = match zip.by_index(number) {
                Ok(file) if file.is_dir() || file.is_symlink() => continue,
                Ok(file) => self.budget.take_in(file, "zip entry"),
                Err(error) => {
                    Err(ReadError::new(one_line(&format!("cannot be unpacked: {error}"))))
                }
            };
            if !self.enter(label, &name, (content, depth))? {
                break;
            }
        }
        Ok(None)
    }

    fn tar(&mut self, label: &str, source: &Source, depth: usize) -> Result<(), ReadError> {
        let damaged = |error: std::io::Error| {
            ReadError::new(format!("is a damaged tar: {}", one_line(&error.to_string())))
        };
        let mut tar = tar::Archive::new(source.reader());
        for entry in tar.entries().map_err(damaged)? {
            let mut entry = entry.map_err(damaged)?;
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let content = self.budget.take_in(entry.by_ref(), "tar entry");
            if !self.enter(label, &name, (content, depth))? {
                break;
            }
        }
        Ok(())
    }

    /// Opens one file of an archive; whether the next is wanted and there is budget for it.
    fn enter(
        &mut self,
        label: &str,
        name: &str,
        (content, depth): (Result<Source, ReadError>, usize),
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
            Ok(source) => self.open(&label, None, (&source, depth + 1)),
            Err(error) => self.show(Member { label: &label, stored: None, content: Err(error) }),
        }
        Ok(!self.budget.is_overdrawn() && !self.halted)
    }
}

/// A member's name as a label, without control characters; nothing for hidden files.
fn visible(name: &str) -> Option<String> {
    let mut name = name.trim_start_matches('/');
    while let Some(rest) = name.strip_prefix("./") {
        name = rest.trim_start_matches('/');
    }
    let is_hidden = |part: &str| part.starts_with('.') && part != "." && part != "..";
    // Windows writes backslashes
    if name.split(['/', '\\']).any(is_hidden) {
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
