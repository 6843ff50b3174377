//! What each file of a delivery is, told by its bytes: nothing is skipped in silence.
//!
//! What `ingest` read or refused is not looked at twice: it has said what it is. Files within archives
//! are files of the delivery; those within Java archives are parts of the product.

mod kind;

pub use kind::Kind;
pub(super) use kind::begins_like_a_document;

use std::collections::HashMap;
use std::io;
use std::ops::ControlFlow;

use crate::files::{MAX_FILE, Source};
use crate::ingest::archive::{self, Contents, Look, Tally};
use crate::ingest::unpack::{self, Content, Member};
use crate::ingest::{Assessed, IngestError, Intake};
use crate::inventory::{Format, Inventory, Role};
use crate::judge::vex::{self, Origin, Statement};

/// A delivery: a folder, or a single file that may be an archive.
#[derive(Debug, Default)]
pub struct Delivery {
    /// What paths of it begin with where the user names them, with the last slash.
    root: String,
    /// Its files in the order of their paths; the files of an archive follow it.
    pub items: Vec<Item>,
    /// The places of the files by their paths.
    by_path: HashMap<String, usize>,
    /// All VEX statements in it, be it in documents of their own or in bills of materials.
    pub statements: Vec<Statement>,
    /// The Java archives, each followed by those in it, named by their paths within the delivery.
    pub archives: Vec<Contents>,
    /// The archives that hold `JndiLookup.class`, by their paths within the delivery.
    pub lookups: Vec<String>,
}

/// One file.
#[derive(Debug)]
pub struct Item {
    /// Its path within the delivery, `a.zip!/b.json` for one in an archive.
    pub path: String,
    /// SHA-256 of its bytes as they were delivered, in hexadecimal; empty where they cannot be had.
    pub sha256: String,
    /// What it is.
    pub kind: Kind,
    /// Its bytes as they were delivered.
    pub stored: Source,
    /// Its bytes, unpacked where they are compressed.
    pub source: Source,
}

impl Item {
    /// Its bytes as they were delivered, or why they cannot be had.
    ///
    /// # Errors
    /// With the cause.
    pub fn stored(&self) -> Result<&Source, &str> {
        match &self.kind {
            Kind::Unreadable(cause) if self.sha256.is_empty() => Err(cause),
            _ => Ok(&self.stored),
        }
    }
}

/// A file as it was found.
#[derive(Debug)]
pub struct File {
    /// Its path as the user named it or its folder.
    pub path: String,
    /// Its bytes, or why they cannot be had.
    pub source: Result<Source, String>,
}

/// Says what files are. `root` is the folder that was delivered, or the one that a single file lies in;
/// `intake` is what reading the same files gave, before it was audited.
#[must_use]
pub fn list(root: &str, files: &[File], intake: &Intake) -> Delivery {
    let root = match root {
        "" => String::new(),
        root => format!("{}/", root.trim_end_matches('/')),
    };
    let mut lister =
        Lister { known: known(intake), delivery: Delivery { root, ..Delivery::default() } };
    for file in files {
        lister.file(file);
    }
    for assessed in &intake.assessed {
        lister.embedded(assessed, &intake.inventory);
    }
    lister.delivery
}

impl Delivery {
    /// A path of the inventory as a path within the delivery.
    #[must_use]
    pub fn within<'p>(&self, path: &'p str) -> &'p str {
        path.strip_prefix(&self.root).unwrap_or(path)
    }

    /// The statements that stand in documents of their own, as the audit takes them; those in bills of
    /// materials it finds by itself.
    #[must_use]
    pub fn given(&self) -> Vec<Statement> {
        self.statements.iter().filter(|one| one.origin == Origin::Given).cloned().collect()
    }

    /// The file at a path within the delivery.
    #[must_use]
    pub fn item(&self, path: &str) -> Option<&Item> {
        self.by_path.get(path).map(|place| &self.items[*place])
    }
}

/// What reading made of a file.
#[derive(Clone, Debug)]
enum Known {
    /// A document of this format, and whether it lists any component.
    Read(Format, bool),
    /// It is broken.
    Refused(String),
}

/// What was read and what was refused, by the path as reports call it.
fn known(intake: &Intake) -> HashMap<String, Known> {
    let mut known = HashMap::new();
    let mut lists = vec![false; intake.inventory.inputs.len()];
    for component in intake.inventory.components.iter().filter(|one| one.role == Role::Part) {
        lists[component.input] = true;
    }
    for (input, lists) in intake.inventory.inputs.iter().zip(lists) {
        known.insert(input.path.to_string(), Known::Read(input.format, lists));
    }
    for error in &intake.errors {
        let (path, cause) = match error {
            IngestError::Content { path, cause, .. } => (path.clone(), cause.clone()),
            IngestError::File(error) => (error.path.display().to_string(), error.cause.clone()),
            IngestError::EmptyFolder { .. } | IngestError::NoEvidence { .. } => continue,
        };
        known.insert(path, Known::Refused(cause));
    }
    known
}

struct Lister {
    known: HashMap<String, Known>,
    delivery: Delivery,
}

impl Lister {
    fn file(&mut self, file: &File) {
        let path = self.delivery.within(&file.path).to_owned();
        let source = match &file.source {
            Ok(source) => source,
            Err(cause) => return self.lost(path, cause.clone()),
        };
        let mut tally = Tally::of(Look::Contents);
        let mut is_listed = false;
        unpack::each(source, &path, &mut |member| {
            if !member.label.is_empty() && !is_listed {
                self.add(path.clone(), source, (Kind::Packed, source));
            }
            is_listed = true;
            self.member(&file.path, member, (source, &mut tally));
            ControlFlow::Continue(())
        });
        if !is_listed {
            self.add(path, source, (Kind::Packed, source));
        }
    }

    fn member(&mut self, file: &str, member: Member<'_>, (outer, tally): (&Source, &mut Tally)) {
        let name = format!("{file}{}", member.label);
        let path = self.delivery.within(&name).to_owned();
        match member.content {
            Ok(Content::Java(source, zip)) => {
                let kind = match archive::read(*zip, &source, &path, tally) {
                    Ok(reading) => {
                        self.delivery.archives.extend(reading.contents);
                        self.delivery.lookups.extend(reading.lookups);
                        Kind::JavaArchive
                    }
                    Err(error) => Kind::Unreadable(error.cause),
                };
                self.add(path, member.stored.unwrap_or(&source), (kind, &source));
            }
            Ok(Content::Plain(source)) => {
                let kind = self.plain(&name, &path, &source);
                self.add(path, member.stored.unwrap_or(&source), (kind, &source));
            }
            Err(error) if member.label.is_empty() => {
                self.add(path, outer, (Kind::Unreadable(error.cause), outer));
            }
            Err(error) => self.lost(path, error.cause),
        }
    }

    /// A file whose bytes cannot be had.
    fn lost(&mut self, path: String, cause: String) {
        let nothing = Source::from(Vec::new());
        let (stored, source) = (nothing.clone(), nothing);
        let (sha256, kind) = (String::new(), Kind::Unreadable(cause));
        self.push(Item { path, sha256, kind, stored, source });
    }

    fn add(&mut self, path: String, stored: &Source, (kind, source): (Kind, &Source)) {
        let (sha256, kind) = match stored.sha256() {
            Ok(sha256) => (sha256, kind),
            Err(error) => (String::new(), unreadable(&error)),
        };
        self.push(Item { path, sha256, kind, stored: stored.clone(), source: source.clone() });
    }

    fn push(&mut self, item: Item) {
        let place = self.delivery.items.len();
        self.delivery.by_path.entry(item.path.clone()).or_insert(place);
        self.delivery.items.push(item);
    }

    /// What a file that is no archive is.
    fn plain(&mut self, name: &str, path: &str, source: &Source) -> Kind {
        // a disk image is no document, however large; nobody could read a document of that size
        if source.len() > MAX_FILE && !begins_like_a_document(source) {
            return kind::by_name(path);
        }
        match self.known.get(name) {
            Some(Known::Refused(cause)) => return Kind::Unreadable(cause.clone()),
            Some(Known::Read(format, true)) => return Kind::of(*format),
            Some(Known::Read(..)) | None => {}
        }
        let bytes = match source.bytes() {
            Ok(bytes) => bytes,
            Err(error) => return unreadable(&error),
        };
        let (kind, mut statements) = kind::by_content(path, &bytes);
        self.delivery.statements.append(&mut statements);
        match (kind, self.known.get(name)) {
            (Kind::Other, Some(Known::Read(format, _))) => Kind::of(*format),
            (kind, _) => kind,
        }
    }

    /// The statements in a bill of materials. One that cannot be read says nothing; the audit warns.
    fn embedded(&mut self, assessed: &Assessed, inventory: &Inventory) {
        let Some(input) = inventory.inputs.get(assessed.input) else { return };
        let path = self.delivery.within(&input.path).to_owned();
        let is_own = self.delivery.statements.iter().any(|one| one.source == path);
        let source = vex::Source { path: &path, origin: Origin::Embedded(assessed.input) };
        if !is_own {
            self.delivery.statements.extend(vex::read(&assessed.text, source).unwrap_or_default());
        }
    }
}

fn unreadable(error: &io::Error) -> Kind {
    Kind::Unreadable(error.to_string())
}
