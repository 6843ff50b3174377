//! Java archives: jar, war, ear, aar, and archives within them.
//!
//! The walk opens archives and bounds what they may cost; `java` says what one archive tells about
//! itself. Only names, `pom.properties`, manifests and nested archives are looked at, and one nested
//! archive is unpacked at a time: in place where it is stored, in memory where it is small, else in a
//! temporary file. The outermost archive is read or refused; a nested one that cannot be read is a
//! component without a verdict and a warning, never silence.

mod declare;
mod java;
mod loaders;
mod manifest;
mod names;
mod open;

pub(super) use loaders::share_class_loaders;
pub use open::{Zip, is_java, open};
pub(super) use open::{is_zip, is_zip_file, looks_java};

use std::collections::BTreeSet;
use std::io::{self, Read};

use self::java::Statement;
use super::document::{About, Declared, Document, Position, ReadError, Warning};
use crate::files::Source;
use crate::inventory::{Format, Gaps, NotEvaluated, Reason};
use zip::CompressionMethod;

/// How many archives may stand in each other, the outermost counted.
const MAX_DEPTH: usize = 8;

/// How many entries one archive may have.
const MAX_ENTRIES: usize = 200_000;

/// How many entries all archives of one file may have together.
const MAX_ALL_ENTRIES: usize = 2_000_000;

/// How many archives one file may hold.
const MAX_ARCHIVES: usize = 50_000;

/// The largest nested archive, unpacked.
const MAX_NESTED: u64 = 512 << 20;

/// What all nested archives of one file may have together, unpacked.
const MAX_UNPACKED: u64 = 4 << 30;

/// The largest `pom.properties`, manifest or logging configuration.
const MAX_TEXT: u64 = 1 << 20;

/// How many logging configurations of one file are looked at.
const MAX_CONFIGURATIONS: usize = 1_000;

/// What the logging configurations of one file may have together.
const MAX_CONFIGURED: usize = 32 << 20;

/// From this size on, an archive that shrinks to less than a [`MAX_RATIO`]th is a bomb.
const RATIO_FROM: u64 = 16 << 20;

/// Archives are compressed already: packing them once more saves little.
const MAX_RATIO: u64 = 200;

/// How the reason begins why there is no verdict on a nested archive that nobody could look into.
pub const UNREAD: &str = "a nested archive that was not read";

/// Why an archive could not be read.
#[derive(Debug)]
enum Fault {
    /// This one, the others can.
    Archive(String),
    /// Reading on would cost too much.
    Whole(String),
}

/// How closely archives are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// What tells who is inside.
    #[default]
    Description,
    /// Digests and packages of classes as well, for who compares archives with what is said of them.
    Contents,
}

/// What was seen in one archive, be it in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The archive, as reports call it.
    pub archive: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// SHA-512 of its bytes, in hexadecimal.
    pub sha512: String,
    /// The packages of its classes, with slashes.
    pub packages: BTreeSet<String>,
}

/// What the Java archives of one file have cost so far: the limits hold for all of them together.
#[derive(Debug, Default)]
pub struct Tally {
    look: Look,
    entries: usize,
    archives: usize,
    unpacked: u64,
    configurations: usize,
    configured: usize,
}

impl Tally {
    /// Nothing yet, for archives that are looked at like this.
    #[must_use]
    pub fn of(look: Look) -> Self {
        Self { look, ..Self::default() }
    }

    /// Whether reading on would cost too much, and why.
    ///
    /// # Errors
    /// When a limit is passed.
    fn check(&self) -> Result<(), Fault> {
        if self.entries > MAX_ALL_ENTRIES || self.archives > MAX_ARCHIVES {
            let text = format!(
                "holds more than {MAX_ARCHIVES} archives or {MAX_ALL_ENTRIES} entries in them"
            );
            return Err(Fault::Whole(text));
        }
        if self.unpacked > MAX_UNPACKED {
            let text = format!("unpacks to more than {} GiB", MAX_UNPACKED >> 30);
            return Err(Fault::Whole(text));
        }
        Ok(())
    }

    /// Whether a limit is passed, so that no archive of this file is read any more.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.check().is_err()
    }
}

/// Where an archive stands.
#[derive(Clone, Debug)]
struct Spot<'a> {
    /// What reports call the outermost archive.
    name: &'a str,
    /// The path inside the outermost archive; `None` for that one itself.
    inside: Option<String>,
    /// The name of its file.
    file: String,
    /// How many archives stand around it.
    depth: usize,
    /// Whether it is the code of an Android library, and not an artifact of its own.
    is_code: bool,
}

impl Spot<'_> {
    /// The place of an entry of this archive.
    fn entry(&self, name: &str) -> String {
        let name = names::label(name);
        self.inside.as_ref().map_or_else(|| name.clone(), |inside| format!("{inside}!/{name}"))
    }

    fn nested(&self, name: &str) -> Self {
        Self {
            name: self.name,
            inside: Some(self.entry(name)),
            file: names::file_name(name).to_owned(),
            depth: self.depth + 1,
            is_code: name == "classes.jar" && names::is_android(&self.file),
        }
    }

    /// The archive, as reports call it.
    fn label(&self) -> String {
        match &self.inside {
            Some(inside) => format!("{}!/{inside}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// A Java archive that was read.
#[derive(Debug)]
pub struct Reading {
    /// What is in it.
    pub document: Document,
    /// The archives that hold `JndiLookup.class`, as reports call them.
    pub lookups: Vec<String>,
    /// Its logging configurations, by what reports call them, with their bytes.
    pub configurations: Vec<(String, Vec<u8>)>,
    /// Every archive in it and itself; none unless they were [looked at](Look) so closely.
    pub contents: Vec<Contents>,
}

/// Reads a Java archive with all that is in it. `name` is what reports call it.
///
/// # Errors
/// When the archive itself is damaged or encrypted, or holds more than the limits let pass.
pub fn read(
    zip: Zip,
    source: &Source,
    name: &str,
    tally: &mut Tally,
) -> Result<Reading, ReadError> {
    let mut walk = Walk {
        tally,
        components: Vec::new(),
        warnings: Vec::new(),
        unread: Vec::new(),
        lookups: Vec::new(),
        configurations: Vec::new(),
        contents: Vec::new(),
    };
    let file = names::file_name(name).to_owned();
    let outermost = Spot { name, inside: None, file, depth: 0, is_code: false };
    let own = match walk.visit(zip, source, &outermost) {
        Ok(own) => own,
        Err(Fault::Archive(cause) | Fault::Whole(cause)) => return Err(ReadError::new(cause)),
    };
    let about = walk.about(&own);
    let document = Document {
        about,
        gaps: Gaps { parts: walk.unread, is_cut: false },
        components: walk.components,
        warnings: walk.warnings,
        ..Document::new(Format::JavaArchive)
    };
    Ok(Reading {
        document,
        lookups: walk.lookups,
        configurations: walk.configurations,
        contents: walk.contents,
    })
}

/// What the outermost archive says about itself.
enum Own {
    /// This component is it.
    Known(usize),
    /// This one is it, and nobody can tell more than its name.
    Named(usize),
    /// It does not say.
    Unsaid,
}

struct Walk<'t> {
    tally: &'t mut Tally,
    components: Vec<Declared>,
    warnings: Vec<Warning>,
    /// The archives in it that could not be opened.
    unread: Vec<String>,
    lookups: Vec<String>,
    configurations: Vec<(String, Vec<u8>)>,
    contents: Vec<Contents>,
}

impl Walk<'_> {
    fn visit(&mut self, mut zip: Zip, source: &Source, spot: &Spot<'_>) -> Result<Own, Fault> {
        self.count(&zip)?;
        if self.tally.look == Look::Contents {
            self.contents.push(contents(&zip, source, spot)?);
        }
        let statement = Statement::read(&mut zip, self)?;
        if statement.core.lookup.is_some() {
            self.lookups.push(spot.label());
        }
        let first = self.components.len();
        let (declared, own) = declare::components(&statement, spot);
        let known = !statement.poms.is_empty();
        self.components.extend(declared);
        for index in statement.configurations {
            self.configuration(&mut zip, index, spot);
        }
        for index in statement.others {
            self.entry(&mut zip, source, (index, spot))?;
        }
        Ok(match own {
            Some(own) if known => Own::Known(first + own),
            Some(own) => Own::Named(first + own),
            None => Own::Unsaid,
        })
    }

    fn count(&mut self, zip: &Zip) -> Result<(), Fault> {
        if zip.len() > MAX_ENTRIES {
            let text = format!("is an archive of {} entries, more than {MAX_ENTRIES}", zip.len());
            return Err(Fault::Archive(text));
        }
        self.tally.entries += zip.len();
        self.tally.archives += 1;
        self.tally.check()
    }

    /// Reads an entry that is an archive; all others are left alone.
    fn entry(
        &mut self,
        zip: &mut Zip,
        source: &Source,
        (index, spot): (usize, &Spot<'_>),
    ) -> Result<(), Fault> {
        let Some(name) = zip.name_for_index(index).map(str::to_owned) else { return Ok(()) };
        let spot = spot.nested(&name);
        match self.nested(zip, source, (index, &spot)) {
            Ok(()) => Ok(()),
            Err(Fault::Archive(cause)) => {
                self.unreadable(&spot, &cause);
                Ok(())
            }
            Err(whole) => Err(whole),
        }
    }

    fn nested(
        &mut self,
        zip: &mut Zip,
        source: &Source,
        (index, spot): (usize, &Spot<'_>),
    ) -> Result<(), Fault> {
        let unpacked = self.unpack(zip, source, (index, spot));
        self.tally.check()?;
        let Some(nested) = unpacked? else { return Ok(()) };
        if spot.depth >= MAX_DEPTH {
            let text = format!("stands in more than {} other archives", MAX_DEPTH - 1);
            return Err(Fault::Archive(text));
        }
        let named = names::is_java_archive(&spot.file);
        let nested_zip = match open(&nested) {
            Ok(zip) => zip,
            Err(error) if named || open::looks_java(&nested) => {
                return Err(Fault::Archive(error.cause));
            }
            Err(_) => return Ok(()),
        };
        if !named && !open::holds_java(&nested_zip) {
            return Ok(());
        }
        self.visit(nested_zip, &nested, spot).map(|_| ())
    }

    /// The bytes of an entry that is an archive; `None` when it is something else.
    fn unpack(
        &mut self,
        zip: &mut Zip,
        source: &Source,
        (index, spot): (usize, &Spot<'_>),
    ) -> Result<Option<Source>, Fault> {
        let named = names::is_java_archive(&spot.file);
        let damaged = |cause: String| if named { Err(Fault::Archive(cause)) } else { Ok(None) };
        let raw = match zip.by_index_raw(index) {
            Ok(raw) => raw,
            Err(error) => return damaged(open::cause(&error)),
        };
        let (start, packed) = (raw.data_start(), raw.compressed_size());
        let stored = raw.compression() == CompressionMethod::Stored;
        let encrypted = raw.encrypted();
        drop(raw);
        if encrypted {
            return damaged("is encrypted".to_owned());
        }
        if stored {
            let section = source.section(start, packed);
            let head = section.as_ref().map(|section| section.head(4)).transpose();
            return match (section, head) {
                (Some(section), Ok(Some(head))) if named || is_zip(&head) => {
                    self.tally.unpacked += packed;
                    Ok(Some(section))
                }
                (Some(_), Ok(_)) => Ok(None),
                (_, Err(error)) => damaged(error.to_string()),
                (None, Ok(_)) => damaged("reaches beyond the end of the file".to_owned()),
            };
        }
        let mut entry = match zip.by_index(index) {
            Ok(entry) => entry,
            Err(error) => return damaged(open::cause(&error)),
        };
        let mut head = Vec::new();
        if let Err(error) = entry.by_ref().take(4).read_to_end(&mut head) {
            return damaged(format!("is damaged: {error}"));
        }
        if !named && !is_zip(&head) {
            return Ok(None);
        }
        let rest = Guard { inner: entry, packed, read: 0, spent: &mut self.tally.unpacked };
        Source::unpack(head.as_slice().chain(rest), MAX_NESTED)
            .map(Some)
            .map_err(|error| Fault::Archive(format!("could not be unpacked: {error}")))
    }

    /// A nested archive that nobody could look into.
    fn unreadable(&mut self, spot: &Spot<'_>, cause: &str) {
        let message = format!("{} {cause}: not read", spot.inside.as_deref().unwrap_or(spot.name));
        self.warnings.push(Warning { message, position: Position::Unknown });
        self.unread.push(spot.inside.clone().unwrap_or_else(|| spot.name.to_owned()));
        let detail = format!("{UNREAD}: it {cause}");
        self.components.push(Declared {
            name: names::label(&spot.file),
            inside: spot.inside.clone(),
            not_evaluated: Some(Box::new(NotEvaluated::because(Reason::NoIdentifier, detail))),
            ..Declared::default()
        });
    }

    /// What the file is about. An archive that is known by its name alone and holds others is a
    /// wrapping; alone it must not look as if it held nothing.
    fn about(&mut self, own: &Own) -> About {
        match *own {
            Own::Named(index) if self.components.len() > 1 => {
                About::Apart(Box::new(self.components.remove(index)))
            }
            Own::Known(index) | Own::Named(index) => About::Listed(index),
            Own::Unsaid => About::Unsaid,
        }
    }

    /// Takes a logging configuration along. It can show that a condition holds and no more, so one that
    /// cannot be had takes nothing from the archive.
    fn configuration(&mut self, zip: &mut Zip, index: usize, spot: &Spot<'_>) {
        let name = spot.entry(zip.name_for_index(index).unwrap_or_default());
        let full = self.tally.configurations == MAX_CONFIGURATIONS;
        if full || self.tally.configured > MAX_CONFIGURED {
            return self
                .warn_once("holds more logging configurations than are looked at".to_owned());
        }
        self.tally.configurations += 1;
        match self.small(zip, index) {
            Ok(bytes) => {
                self.tally.configured += bytes.len();
                self.configurations.push((format!("{}!/{name}", spot.name), bytes));
            }
            Err(cause) => self.warn_once(format!("holds {name}, which {cause}: it is no evidence")),
        }
    }

    fn warn_once(&mut self, message: String) {
        if self.warnings.last().is_none_or(|last| last.message != message) {
            self.warnings.push(Warning { message, position: Position::Unknown });
        }
    }

    /// A small text that an archive needs.
    fn text(&mut self, zip: &mut Zip, index: usize) -> Result<Vec<u8>, Fault> {
        let name = names::label(zip.name_for_index(index).unwrap_or_default());
        let bytes = self.small(zip, index);
        let bytes =
            bytes.map_err(|cause| Fault::Archive(format!("holds {name}, which {cause}")))?;
        self.tally.check()?;
        Ok(bytes)
    }

    /// The bytes of a small entry, or what is wrong with it.
    fn small(&mut self, zip: &mut Zip, index: usize) -> Result<Vec<u8>, String> {
        let entry = zip.by_index(index).map_err(|error| open::cause(&error))?;
        let mut bytes = Vec::new();
        let read = entry.take(MAX_TEXT + 1).read_to_end(&mut bytes);
        read.map_err(|error| format!("is damaged: {error}"))?;
        self.tally.unpacked += bytes.len() as u64;
        if bytes.len() as u64 > MAX_TEXT {
            return Err(format!("is larger than {} KiB", MAX_TEXT >> 10));
        }
        Ok(bytes)
    }
}

fn contents(zip: &Zip, source: &Source, spot: &Spot<'_>) -> Result<Contents, Fault> {
    let unreadable = |error: io::Error| Fault::Archive(format!("could not be read: {error}"));
    let classes = zip.file_names().filter(|name| name.ends_with(".class"));
    Ok(Contents {
        archive: spot.label(),
        sha256: source.sha256().map_err(unreadable)?,
        sha512: source.sha512().map_err(unreadable)?,
        packages: classes.filter_map(names::package).map(str::to_owned).collect(),
    })
}

/// Stops where an entry grows out of proportion.
struct Guard<'a, R> {
    inner: R,
    packed: u64,
    read: u64,
    /// What all entries of the file have cost so far.
    spent: &'a mut u64,
}

impl<R: Read> Read for Guard<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read as u64;
        *self.spent += read as u64;
        if self.read > RATIO_FROM && self.read / self.packed.max(1) > MAX_RATIO {
            let text = format!("it grows to more than {MAX_RATIO} times its size");
            return Err(io::Error::other(text));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
