//! The way of each input: opened, unpacked, read, assembled; what failed, what was passed over.

use std::io;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::archive::{self, Reading, Tally};
use super::cyclonedx::protobuf;
use super::document::{Document, Nature, ReadError};
use super::licences::{self, Licences, Stated};
use super::lines::Lines;
use super::unpack::{self, Content};
use super::{
    Assessed, IngestError, Intake, Options, assemble, may_be_document, read_documents, text,
};
use crate::files::{self, Source, sha256};
use crate::inventory::Format;
use crate::maven::{Maven, normal};

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
        match files::read_stdin() {
            Ok(bytes) => self.take(Path::new("-"), &Source::from(bytes), Named::ByUser, None),
            Err(error) => self.errors.push(error.into()),
        }
    }

    pub(super) fn file(&mut self, path: &Path, named: bool, options: &Options<'_>) {
        let named = if named { Named::ByUser } else { Named::InFolder };
        let instead = options.instead.and_then(|texts| texts.get(&normal(path)));
        let source = match instead {
            Some(text) => Ok(Source::from(text.clone().into_bytes())),
            None => Source::open(path),
        };
        match source {
            Ok(source) => self.take(path, &source, named, options.maven),
            Err(error) => self.errors.push(error.into()),
        }
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
        let first = self.inventory.inputs.len();
        other.assessed.iter_mut().for_each(|one| one.input += first);
        self.assessed.append(&mut other.assessed);
        self.inventory.append(other.inventory);
        self.errors.append(&mut other.errors);
        self.passed_over.append(&mut other.passed_over);
        self.left_out.append(&mut other.left_out);
        self.warnings.append(&mut other.warnings);
        self.lookups.append(&mut other.lookups);
        self.evidence.configurations.append(&mut other.evidence.configurations);
        self.evidence.unread += other.evidence.unread;
    }

    /// Takes in a file with all that is packed in it.
    fn take(&mut self, path: &Path, source: &Source, named: Named, maven: Option<&Maven<'_>>) {
        let name = display(path);
        let (gain, passed_over) = (self.gain(), self.passed_over.len());
        let evidence = self.evidence.configurations.len();
        let mut seen = 0_usize;
        let mut tally = Tally::default();
        unpack::each(source, &name, &mut |member| {
            seen += 1;
            let origin = if member.label.is_empty() {
                Origin { name: name.clone(), path: Some(path), named, maven }
            } else {
                let name = format!("{name}{}", member.label);
                Origin { name, path: None, named: Named::InFolder, maven: None }
            };
            match member.content {
                Ok(Content::Plain(source)) => self.document(origin, member.stored, &source),
                Ok(Content::Java(source, zip)) => {
                    let read = archive::read(*zip, &source, &origin.name, &mut tally);
                    self.java_archive(origin, member.stored.unwrap_or(&source), read);
                }
                Err(error) => self.refuse(origin, "", error),
            }
            if tally.is_spent() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if self.gain() != gain || !unpack::is_packed(source) {
            return;
        }
        if named == Named::ByUser {
            let cause = format!("holds no bill of materials ({seen} files looked at)");
            self.errors.push(IngestError::Content { path: name, place: None, cause });
        } else if self.evidence.configurations.len() == evidence {
            self.passed_over.truncate(passed_over);
            self.passed_over.push(path.to_owned());
        }
    }

    /// Takes in a Java archive that was read, with the digest of its bytes as they are stored.
    fn java_archive(
        &mut self,
        origin: Origin<'_>,
        stored: &Source,
        read: Result<Reading, ReadError>,
    ) {
        let digest = || stored.sha256().map_err(|error| unreadable(&error));
        match read.and_then(|reading| Ok((reading, digest()?))) {
            Ok((reading, digest)) => {
                self.lookups.extend(reading.lookups);
                for (name, bytes) in &reading.configurations {
                    self.found_evidence(Path::new(name), bytes);
                }
                let file = (Arc::from(origin.name), digest);
                self.assemble(vec![reading.document], &Lines::new(""), &file);
            }
            Err(error) => self.refuse(origin, "", error),
        }
    }

    /// Reads the documents in bytes that are not packed any more; `stored` is how they lay there, if
    /// that is something else.
    fn document(&mut self, origin: Origin<'_>, stored: Option<&Source>, source: &Source) {
        let bytes = match source.bytes() {
            Ok(bytes) => bytes,
            Err(error) => return self.refuse(origin, "", unreadable(&error)),
        };
        if origin.named == Named::InFolder && !may_be_document(&bytes) {
            let path = Path::new(&origin.name);
            if !self.found_evidence(path, &bytes) {
                self.passed_over.push(path.to_owned());
            }
            return;
        }
        let lossy = || String::from_utf8_lossy(&bytes);
        let text = match text::decode(&bytes) {
            Ok(text) => Some(text),
            Err(_) if protobuf::is_bom(&bytes) => None,
            Err(error) => return self.refuse(origin, &lossy(), error),
        };
        let digest = || match stored {
            Some(stored) => stored.sha256().map_err(|error| unreadable(&error)),
            None => Ok(sha256([&*bytes])),
        };
        // this takes half as long as the parser: a second core does it meanwhile
        let beside = || (digest(), Lines::ready(text.as_deref().unwrap_or_default()));
        let (read, done) = thread::scope(|scope| {
            let thread = (bytes.len() > PARALLEL).then(|| scope.spawn(beside));
            let read = match &text {
                Some(text) => read_documents(text, origin.maven.zip(origin.path)),
                None => protobuf::read(&bytes).map(|document| vec![document]),
            };
            (read, thread.and_then(|thread| thread.join().ok()))
        });
        let read = read.and_then(|documents| {
            let (digest, lines) = done.unwrap_or_else(beside);
            Ok((documents, digest?, lines))
        });
        match read {
            Ok((documents, digest, lines)) => {
                let input = self.inventory.inputs.len();
                if let Some(text) = text.as_deref().filter(|text| is_assessed(&documents, text)) {
                    self.assessed.push(Assessed { input, text: text.to_owned() });
                }
                let stated = self.licences_in(&documents, text.as_deref());
                self.assemble(documents, &lines, &(Arc::from(origin.name), digest));
                licences::give(&mut self.inventory, input, stated.as_ref());
            }
            Err(error) => {
                self.refuse(origin, text.as_deref().unwrap_or(&lossy()), error);
            }
        }
    }

    /// What a text that is one document states about licences, where anybody asks.
    fn licences_in(&self, documents: &[Document], text: Option<&str>) -> Option<Stated> {
        let [one] = documents else { return None };
        let text = text.filter(|_| self.licences == Licences::Read)?;
        licences::read(text, one.format)
    }

    fn assemble(&mut self, documents: Vec<Document>, lines: &Lines<'_>, file: &(Arc<str>, String)) {
        for document in documents {
            assemble::add(&mut self.inventory, document, lines, file.clone());
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

/// Whether a text that is one document holds the word without which no VEX statement can stand in it.
fn is_assessed(documents: &[Document], text: &str) -> bool {
    let word = match documents {
        [one] if !one.may_assess => return false,
        [one] if one.format == Format::CycloneDxJson => "\"analysis\"",
        [one] if one.format == Format::Spdx3Json => "VulnAssessmentRelationship",
        _ => return false,
    };
    memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

fn unreadable(error: &io::Error) -> ReadError {
    ReadError::new(error.to_string())
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
            let mut intake = Intake { licences: options.licences, ..Intake::default() };
            intake.file(path, false, options);
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
