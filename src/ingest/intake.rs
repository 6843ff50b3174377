//! The way of each input: opened, unpacked, read, assembled; what failed, what was passed over.

use std::borrow::Cow;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::cyclonedx::protobuf;
use super::document::{Document, Nature, ReadError};
use super::lines::Lines;
use super::{
    IngestError, Intake, Options, archive, assemble, may_be_document, read_documents, text, unpack,
};
use crate::files::{self, Source, sha256};
use crate::maven::Maven;

/// From how many bytes on a second thread is worth its start.
const PARALLEL: usize = 256 * 1024;

/// How many files of a folder are worth a thread of their own.
const FILES_A_THREAD: usize = 16;

/// The stack of a thread that reads documents: as much as the first thread has.
const STACK: usize = 8 << 20;

/// How an input came here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    /// The user named it: it must be readable.
    ByUser,
    /// It lies in a folder or in an archive: it may be anything.
    InFolder,
}

/// Where bytes come from.
struct Origin<'a> {
    /// What reports call them.
    name: String,
    /// The file, where they are one: POMs look for others beside them.
    path: Option<&'a Path>,
    named: Named,
    /// Who knows where.
    maven: Option<&'a Maven<'a>>,
}

impl Intake {
    pub(super) fn stdin(&mut self) {
        let path = Path::new("-");
        match files::read_stdin() {
            Ok(bytes) if archive::is_zip(&bytes) => {
                // a copy, because a zip that is no Java archive is unpacked from its bytes
                if !self.java_archive(path, &Source::from(bytes.clone()), Named::ByUser) {
                    self.take(path, &bytes, Named::ByUser, None);
                }
            }
            Ok(bytes) => self.take(path, &bytes, Named::ByUser, None),
            Err(error) => self.errors.push(error.into()),
        }
    }

    pub(super) fn file(&mut self, path: &Path, named: bool, maven: Option<&Maven<'_>>) {
        let named = if named { Named::ByUser } else { Named::InFolder };
        let source = Source::open(path).ok().flatten().filter(archive::is_zip_file);
        if source.is_some_and(|source| self.java_archive(path, &source, named)) {
            return;
        }
        match files::read(path) {
            Ok(bytes) => self.take(path, &bytes, named, maven),
            Err(error) => self.errors.push(error.into()),
        }
    }

    /// Takes in a Java archive without reading it whole; false when the zip is something else.
    fn java_archive(&mut self, path: &Path, source: &Source, named: Named) -> bool {
        let zip = match archive::open(source) {
            Ok(zip) if archive::is_java(&zip) => Ok(zip),
            Err(error) if archive::looks_java(source) => Err(error),
            Ok(_) | Err(_) => return false,
        };
        let file = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let read = zip.and_then(|zip| archive::read(zip, source, &file)).and_then(|document| {
            let digest = source.sha256();
            let digest = digest.map_err(|error| ReadError::new(format!("breaks off: {error}")))?;
            Ok((document, digest))
        });
        let name = display(path);
        match read {
            Ok((document, digest)) => {
                self.assemble(vec![document], "", &(Arc::from(name), digest));
            }
            Err(error) => {
                self.refuse(Origin { name, path: Some(path), named, maven: None }, "", error);
            }
        }
        true
    }

    /// Takes in every document of a folder; other files are passed over and counted.
    pub(super) fn folder(&mut self, folder: &Path, options: &Options<'_>) {
        let mut found = match files::walk(folder, options.reach) {
            Ok(found) => found,
            Err(error) => return self.errors.push(error.into()),
        };
        let gain = self.gain();
        let read = read_files(&found.files, options);
        // a folder of thousands would copy what it has again and again
        self.inventory
            .components
            .reserve(read.iter().map(|one| one.inventory.components.len()).sum());
        for one in read {
            self.append(one);
        }
        if self.gain() == gain {
            self.errors.push(IngestError::EmptyFolder {
                path: folder.display().to_string(),
                seen: found.files.len(),
                left_out: found.left_out.len(),
            });
        }
        self.left_out.append(&mut found.left_out);
    }

    /// How many documents and errors there are: what grows when a folder holds anything.
    fn gain(&self) -> (usize, usize) {
        (self.inventory.inputs.len(), self.errors.len())
    }

    fn append(&mut self, mut other: Self) {
        self.inventory.append(other.inventory);
        self.errors.append(&mut other.errors);
        self.passed_over.append(&mut other.passed_over);
        self.left_out.append(&mut other.left_out);
        self.warnings.append(&mut other.warnings);
        self.evidence.configurations.append(&mut other.evidence.configurations);
        self.evidence.unread += other.evidence.unread;
    }

    fn take(&mut self, path: &Path, bytes: &[u8], named: Named, maven: Option<&Maven<'_>>) {
        let name = display(path);
        if !unpack::is_packed(bytes) {
            let origin = Origin { name, path: Some(path), named, maven };
            return self.document(origin, bytes, bytes);
        }
        let (gain, passed_over) = (self.gain(), self.passed_over.len());
        let mut seen = 0_usize;
        unpack::each(bytes, &mut |member| {
            seen += 1;
            let origin = if member.label.is_empty() {
                Origin { name: name.clone(), path: Some(path), named, maven }
            } else {
                Origin {
                    name: format!("{name}{}", member.label),
                    path: None,
                    named: Named::InFolder,
                    maven: None,
                }
            };
            match member.content {
                Ok(content) => self.document(origin, member.stored, content),
                Err(error) => self.refuse(origin, "", error),
            }
        });
        if self.gain() != gain {
            return;
        }
        if named == Named::ByUser {
            let cause = format!("holds no bill of materials ({seen} files looked at)");
            self.errors.push(IngestError::Content { path: name, place: None, cause });
        } else {
            self.passed_over.truncate(passed_over);
            self.passed_over.push(path.to_owned());
        }
    }

    /// Reads the documents in bytes that are not packed any more; `stored` is how they lay there.
    fn document(&mut self, origin: Origin<'_>, stored: &[u8], bytes: &[u8]) {
        if origin.named == Named::InFolder && !may_be_document(bytes) {
            let path = Path::new(&origin.name);
            if !self.found_evidence(path, bytes) {
                self.passed_over.push(path.to_owned());
            }
            return;
        }
        // the digest takes as long as the parser: a second core does it meanwhile
        let (read, digest) = thread::scope(|scope| {
            let digest = (stored.len() > PARALLEL).then(|| scope.spawn(|| sha256([stored])));
            let read = read_bytes(bytes, origin.maven.zip(origin.path));
            (read, digest.and_then(|thread| thread.join().ok()))
        });
        match read {
            Ok((text, documents)) => {
                let digest = digest.unwrap_or_else(|| sha256([stored]));
                self.assemble(documents, &text, &(Arc::from(origin.name), digest));
            }
            Err(error) => {
                let text = text::decode(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes));
                self.refuse(origin, &text, error);
            }
        }
    }

    fn assemble(&mut self, documents: Vec<Document>, text: &str, file: &(Arc<str>, String)) {
        let lines = Lines::new(text);
        for document in documents {
            assemble::add(&mut self.inventory, document, &lines, file.clone());
        }
    }

    /// What cannot be read is an error, but for foreign files that nobody named.
    fn refuse(&mut self, origin: Origin<'_>, text: &str, error: ReadError) {
        if origin.named == Named::InFolder && error.nature == Nature::Foreign {
            return self.passed_over.push(PathBuf::from(origin.name));
        }
        let place = Lines::new(text).place(error.position);
        self.errors.push(IngestError::Content { path: origin.name, place, cause: error.cause });
    }
}

/// Decodes and reads bytes; a binary has no text.
fn read_bytes<'b>(
    bytes: &'b [u8],
    maven: Option<(&Maven<'_>, &Path)>,
) -> Result<(Cow<'b, str>, Vec<Document>), ReadError> {
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(_) if protobuf::is_bom(bytes) => {
            return Ok((Cow::Borrowed(""), vec![protobuf::read(bytes)?]));
        }
        Err(error) => return Err(error),
    };
    let documents = read_documents(&text, maven)?;
    Ok((text, documents))
}

/// The path as people read it.
fn display(path: &Path) -> String {
    if path.as_os_str() == "-" {
        return "standard input".to_owned();
    }
    path.display().to_string()
}

/// Reads files on all cores; the answers stand in the order of the files, whoever read them.
fn read_files(paths: &[PathBuf], options: &Options<'_>) -> Vec<Intake> {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut read = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = paths.get(number) else { return read };
            let mut intake = Intake::default();
            intake.file(path, false, options.maven);
            read.push((number, intake));
            if let Some(tell) = options.progress {
                tell(done.fetch_add(1, Ordering::Relaxed) + 1, paths.len());
            }
        }
    };
    let cores = options.threads.or_else(|| thread::available_parallelism().ok());
    let threads = (paths.len() / FILES_A_THREAD).min(cores.map_or(1, NonZero::get));
    let mut read = thread::scope(|scope| {
        // where the system gives no more threads, fewer do the work
        let others: Vec<_> = (1..threads)
            .map_while(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok())
            .collect();
        let mut read = work();
        for thread in others {
            match thread.join() {
                Ok(more) => read.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        read
    });
    read.sort_unstable_by_key(|(number, _)| *number);
    read.into_iter().map(|(_, intake)| intake).collect()
}
