//! Java archives: jar, war, ear, aar, and archives within them.
//!
//! The walk opens archives and bounds what they may cost; `java` says what one archive tells about
//! itself. Only names, `pom.properties`, manifests and nested archives are looked at, and one nested
//! archive is unpacked at a time: in place where it is stored, in memory where it is small, else in a
//! temporary file. The outermost archive is read or refused; a nested one that cannot be read is a
//! component without a verdict and a warning, never silence.

mod declare;
mod java;
mod manifest;
mod names;
mod open;

pub(in crate::ingest) use names::is_of_java;
pub use open::{Zip, is_java, is_zip, open};
pub(super) use open::{is_zip_file, looks_java};

use std::io::{self, Read};

use self::java::Statement;
use super::document::{About, Declared, Document, Position, ReadError, Warning};
use crate::files::Source;
use crate::inventory::{Fact, Format, NotEvaluated, Reason};
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

/// The largest `pom.properties` or manifest.
const MAX_TEXT: u64 = 1 << 20;

/// From this size on, an archive that shrinks to less than a [`MAX_RATIO`]th is a bomb.
const RATIO_FROM: u64 = 16 << 20;

/// Archives are compressed already: packing them once more saves little.
const MAX_RATIO: u64 = 200;

/// Why an archive could not be read.
#[derive(Debug)]
enum Fault {
    /// This one, the others can.
    Archive(String),
    /// Reading on would cost too much.
    Whole(String),
}

/// Where an archive stands.
#[derive(Clone, Debug)]
struct Spot {
    /// The path inside the outermost archive; `None` for that one itself.
    inside: Option<String>,
    /// The name of its file.
    file: String,
    /// How many archives stand around it.
    depth: usize,
    /// Whether it is the code of an Android library, and not an artifact of its own.
    is_code: bool,
}

impl Spot {
    /// The place of an entry of this archive.
    fn entry(&self, name: &str) -> String {
        let name = names::label(name);
        self.inside.as_ref().map_or_else(|| name.clone(), |inside| format!("{inside}!/{name}"))
    }

    fn nested(&self, name: &str) -> Self {
        Self {
            inside: Some(self.entry(name)),
            file: names::file_name(name).to_owned(),
            depth: self.depth + 1,
            is_code: name == "classes.jar" && names::is_android(&self.file),
        }
    }

    /// The archive, as evidence names it.
    fn label(&self) -> String {
        self.inside.clone().unwrap_or_else(|| self.file.clone())
    }
}

/// Reads a Java archive with all that is in it. `file` is its name without folders.
///
/// # Errors
/// When the archive itself is damaged or encrypted, or holds more than the limits let pass.
pub fn read(zip: Zip, source: &Source, file: &str) -> Result<Document, ReadError> {
    let mut walk = Walk::default();
    let outermost = Spot { inside: None, file: file.to_owned(), depth: 0, is_code: false };
    let own = match walk.visit(zip, source, &outermost) {
        Ok(own) => own,
        Err(Fault::Archive(cause) | Fault::Whole(cause)) => return Err(ReadError::new(cause)),
    };
    walk.share_class_loaders(file);
    let about = walk.about(&own);
    Ok(Document {
        format: Format::JavaArchive,
        spec_version: None,
        about,
        components: walk.components,
        edges: Vec::new(),
        warnings: walk.warnings,
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

#[derive(Default)]
struct Walk {
    entries: usize,
    archives: usize,
    unpacked: u64,
    components: Vec<Declared>,
    warnings: Vec<Warning>,
    /// Archives that hold `JndiLookup.class`.
    lookups: Vec<Option<String>>,
}

impl Walk {
    fn visit(&mut self, mut zip: Zip, source: &Source, spot: &Spot) -> Result<Own, Fault> {
        self.count(&zip)?;
        let statement = Statement::read(&mut zip, self)?;
        if statement.core.lookup.is_some() {
            self.lookups.push(spot.inside.clone());
        }
        let first = self.components.len();
        let (declared, own) = declare::components(&statement, spot);
        let known = !statement.poms.is_empty();
        self.components.extend(declared);
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
        self.entries += zip.len();
        self.archives += 1;
        if self.entries > MAX_ALL_ENTRIES || self.archives > MAX_ARCHIVES {
            let text = format!(
                "holds more than {MAX_ARCHIVES} archives or {MAX_ALL_ENTRIES} entries in them"
            );
            return Err(Fault::Whole(text));
        }
        Ok(())
    }

    /// Reads an entry that is an archive; all others are left alone.
    fn entry(
        &mut self,
        zip: &mut Zip,
        source: &Source,
        (index, spot): (usize, &Spot),
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
        (index, spot): (usize, &Spot),
    ) -> Result<(), Fault> {
        let unpacked = self.unpack(zip, source, (index, spot));
        self.afford()?;
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
        if !named && !is_java(&nested_zip) {
            return Ok(());
        }
        self.visit(nested_zip, &nested, spot).map(|_| ())
    }

    /// Counts what was unpacked, also what was thrown away again.
    fn afford(&self) -> Result<(), Fault> {
        if self.unpacked > MAX_UNPACKED {
            let text = format!("unpacks to more than {} GiB", MAX_UNPACKED >> 30);
            return Err(Fault::Whole(text));
        }
        Ok(())
    }

    /// The bytes of an entry that is an archive; `None` when it is something else.
    fn unpack(
        &mut self,
        zip: &mut Zip,
        source: &Source,
        (index, spot): (usize, &Spot),
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
                    self.unpacked += packed;
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
        let rest = Guard { inner: entry, packed, read: 0, spent: &mut self.unpacked };
        Source::unpack(head.as_slice().chain(rest), MAX_NESTED)
            .map(Some)
            .map_err(|error| Fault::Archive(format!("could not be unpacked: {error}")))
    }

    /// A nested archive that nobody could look into.
    fn unreadable(&mut self, spot: &Spot, cause: &str) {
        let message = format!("{} {cause}: not read", spot.label());
        self.warnings.push(Warning { message, position: Position::Unknown });
        let detail = format!("a nested archive that was not read: it {cause}");
        self.components.push(Declared {
            name: names::label(&spot.file),
            inside: spot.inside.clone(),
            not_evaluated: Some(Box::new(NotEvaluated::because(Reason::NoIdentifier, detail))),
            ..Declared::default()
        });
    }

    /// Removing the class from one archive helps nothing while the class loader finds it in another:
    /// in an archive beside it, around it, or beside one that is around it.
    fn share_class_loaders(&mut self, file: &str) {
        let facts = self.components.iter_mut().flat_map(|declared| {
            let inside = declared.inside.clone();
            declared.facts.iter_mut().map(move |fact| (inside.clone(), fact))
        });
        for (inside, fact) in facts {
            let Fact::JndiLookupAbsent { archive, .. } = fact else { continue };
            let holder = self
                .lookups
                .iter()
                .find(|holder| names::shares_class_loader(holder.as_deref(), inside.as_deref()));
            if let Some(holder) = holder {
                let archive = std::mem::take(archive);
                let holder = holder.clone().unwrap_or_else(|| file.to_owned());
                *fact = Fact::JndiLookupElsewhere { archive, holder };
            }
        }
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

    /// A small text of an archive.
    fn text(&mut self, zip: &mut Zip, index: usize) -> Result<Vec<u8>, Fault> {
        let name = names::label(zip.name_for_index(index).unwrap_or_default());
        let entry = match zip.by_index(index) {
            Ok(entry) => entry,
            Err(error) => {
                return Err(Fault::Archive(format!("holds {name}, which {}", open::cause(&error))));
            }
        };
        let mut bytes = Vec::new();
        let read = entry.take(MAX_TEXT + 1).read_to_end(&mut bytes);
        read.map_err(|error| Fault::Archive(format!("holds {name}, which is damaged: {error}")))?;
        self.unpacked += bytes.len() as u64;
        if bytes.len() as u64 > MAX_TEXT {
            let text = format!("holds {name}, which is larger than {} KiB", MAX_TEXT >> 10);
            return Err(Fault::Archive(text));
        }
        self.afford()?;
        Ok(bytes)
    }
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
