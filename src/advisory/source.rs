//! Advisory data from where it is kept: a file, a folder searched whole, zips, also in folders and in
//! each other.
//!
//! Damage is an error: a zip that was cut or changed has lost records that nobody could name. A text
//! that is no record is named and counted, and the others are used. Reading and what is made of each
//! text happen on all cores; the results arrive in the order of the source.

use std::collections::BTreeMap;
use std::io::Read;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::database::{Batch, Extent};
use super::exploitation::ssvc::Decision;
use super::exploitation::{self, Feed, InvalidFeed, Loaded};
use super::record::Record;
use super::zip_check;
use crate::files::{self, Cursor, FileError, Source, sha256};
use crate::ids::Cve;

/// The largest single text, in bytes.
const MAX_TEXT: u64 = 64 << 20;

/// The largest zip in a zip, in bytes.
const MAX_INNER: u64 = 8 << 30;

/// How deep zips are followed in zips.
const MAX_DEPTH: usize = 4;

/// How much more than its own size a zip may unpack to, beyond what is small anyway.
const MOST_GROWTH: u64 = 200;
const SMALL: u64 = 1 << 30;

/// How many entries of a zip one thread takes at a time.
const PIECE: usize = 256;

/// Why advisory data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file or folder cannot be read.
    #[error("could not read advisories {0}")]
    File(#[from] FileError),
    /// A packed file is damaged.
    #[error("could not read advisories {path}: damaged {what}, {cause}")]
    Damaged {
        /// The file.
        path: String,
        /// `zip` or `gzip`.
        what: &'static str,
        /// What is wrong with it.
        cause: String,
    },
    /// A catalogue of exploited vulnerabilities, a table of scores or a CVE record that is damaged.
    #[error("could not read advisories {path}: {cause}")]
    Feed {
        /// The file.
        path: String,
        /// What is wrong with it.
        cause: InvalidFeed,
    },
    /// Nothing in there is an OSV record.
    #[error("could not read advisories {path}: {cause}")]
    NoRecord {
        /// The file or folder.
        path: String,
        /// What was found instead.
        cause: String,
    },
}

impl DataError {
    fn zip(path: &str, cause: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: "zip", cause: cause.into() }
    }
}

/// One file of a source, unpacked.
#[derive(Debug)]
pub struct Text {
    /// Where it stands: `all.zip!GHSA-….json`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a text turned out to be.
#[derive(Debug)]
pub enum Content {
    /// A record.
    Record(Box<Record>),
    /// What is known about exploitation.
    Feed(Feed),
    /// Neither, with the cause in words that follow the name of the text.
    Other(String),
}

impl Text {
    /// Reads it.
    ///
    /// # Errors
    /// When it is a catalogue, a table of scores or a CVE record, and is damaged: what is missing there
    /// would read as harmless.
    pub fn read(&self, source: &Arc<str>) -> Result<Content, DataError> {
        let damaged = |cause| DataError::Feed { path: self.name.clone(), cause };
        if let Some(feed) = exploitation::parse(&self.bytes).map_err(damaged)? {
            return Ok(Content::Feed(feed));
        }
        Ok(match std::str::from_utf8(&self.bytes) {
            Err(_) => Content::Other("is no UTF-8 text".to_owned()),
            Ok(json) => match Record::parse(json, source) {
                Ok(record) => Content::Record(Box::new(record)),
                Err(error) => Content::Other(error.to_string()),
            },
        })
    }
}

/// What a thread does in one go.
enum Piece {
    File(PathBuf),
    Entries { zip: Archive, from: usize, to: usize },
}

/// A zip that is open.
#[derive(Clone)]
struct Archive {
    name: Arc<str>,
    zip: ZipArchive<Cursor>,
    /// How many bytes all its entries may still unpack to.
    budget: Arc<Budget>,
}

struct Budget {
    used: AtomicUsize,
    most: u64,
}

impl Budget {
    /// Whether so many bytes more are within it.
    fn takes(&self, count: usize) -> bool {
        let before = self.used.fetch_add(count, Ordering::Relaxed);
        before.saturating_add(count) as u64 <= self.most
    }
}

/// Reads every text of a source, makes something of each on all cores, and hands it over in order.
/// Returns the source's SHA-256: that of the file, or of a folder the one over those of its files.
///
/// # Errors
/// When the source cannot be read, is damaged, or `take` refuses to go on.
pub fn each<T: Send, E: From<DataError>>(
    path: &Path,
    make: &(dyn Fn(Text) -> T + Sync),
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<String, E> {
    let (pieces, whole) = pieces(path)?;
    let mut digests: Vec<u8> = Vec::new();
    let work = |piece: &Piece| -> Result<(Vec<T>, Option<String>), DataError> {
        let texts = piece.texts()?;
        let digest = match piece {
            Piece::File(_) => Some(sha256(texts.iter().map(|text| text.bytes.as_slice()))),
            Piece::Entries { .. } => None,
        };
        Ok((texts.into_iter().map(make).collect(), digest))
    };
    in_order(&pieces, &work, |done| {
        let (made, digest) = done?;
        digests.extend(digest.unwrap_or_default().bytes());
        made.into_iter().try_for_each(&mut take)
    })?;
    Ok(match whole {
        Some(digest) => digest,
        None => sha256([digests.as_slice()]),
    })
}

/// Does work on several threads and takes the results in the order of the jobs; stops at an error.
fn in_order<J: Sync, T: Send, E>(
    jobs: &[J],
    work: &(dyn Fn(&J) -> T + Sync),
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(jobs.len());
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (send, receive) = mpsc::sync_channel(threads.max(1) * 2);
    let (next, stop) = (&next, &stop);
    thread::scope(|scope| {
        for _ in 0..threads {
            let send = send.clone();
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(number) else { break };
                    if send.send((number, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut early: BTreeMap<usize, T> = BTreeMap::new();
        let mut due = 0;
        let mut outcome = Ok(());
        for (number, done) in receive {
            early.insert(number, done);
            while let Some(done) = early.remove(&due).filter(|_| outcome.is_ok()) {
                due += 1;
                outcome = take(done);
            }
            if outcome.is_err() {
                stop.store(true, Ordering::Relaxed);
            }
        }
        outcome
    })
}

/// What there is to read, and the digest of a single file.
fn pieces(path: &Path) -> Result<(Vec<Piece>, Option<String>), DataError> {
    let mut pieces = Vec::new();
    if !files::is_folder(path) {
        let source = Source::open(path)?;
        let digest = source.sha256().map_err(|error| broken(path, &error))?;
        piece(path, &source, &mut pieces)?;
        return Ok((pieces, Some(digest)));
    }
    for file in files::walk(path, files::Reach::Everywhere)?.files {
        let extension = file.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        match extension.as_deref() {
            Some("zip") => {
                piece(&file, &Source::open(&file)?, &mut pieces)?;
            }
            Some("json" | "csv" | "gz") => pieces.push(Piece::File(file)),
            _ => {}
        }
    }
    Ok((pieces, None))
}

fn broken(path: &Path, error: &std::io::Error) -> DataError {
    FileError { path: path.to_owned(), cause: error.to_string() }.into()
}

/// Adds a file, or the pieces of a zip.
fn piece(path: &Path, source: &Source, pieces: &mut Vec<Piece>) -> Result<(), DataError> {
    let head = source.head(4).map_err(|error| broken(path, &error))?;
    if head.starts_with(b"PK") {
        return entries(&path.display().to_string(), source, pieces, MAX_DEPTH);
    }
    pieces.push(Piece::File(path.to_owned()));
    Ok(())
}

/// Adds the entries of a zip, and those of zips in it.
fn entries(
    name: &str,
    source: &Source,
    pieces: &mut Vec<Piece>,
    depth: usize,
) -> Result<(), DataError> {
    let damaged = |cause: String| DataError::zip(name, cause);
    let reader = source.reader().into_inner();
    let mut zip = ZipArchive::new(reader).map_err(|error| damaged(error.to_string()))?;
    zip_check::whole(source, &zip).map_err(damaged)?;
    let inner: Vec<String> =
        zip.file_names().filter(|name| is_zip(name)).map(str::to_owned).collect();
    for inner_name in inner {
        let full = format!("{name}!{inner_name}");
        if depth == 0 {
            return Err(DataError::zip(&full, "zips in zips are followed four deep"));
        }
        let entry = zip.by_name(&inner_name).map_err(|error| damaged(error.to_string()))?;
        let unpacked = Source::unpack(entry, MAX_INNER)
            .map_err(|error| DataError::zip(&full, error.to_string()))?;
        entries(&full, &unpacked, pieces, depth - 1)?;
    }
    let most = source.len().saturating_mul(MOST_GROWTH).max(SMALL);
    let budget = Arc::new(Budget { used: AtomicUsize::new(0), most });
    let archive = Archive { name: Arc::from(name), zip, budget };
    for from in (0..archive.zip.len()).step_by(PIECE) {
        let to = (from + PIECE).min(archive.zip.len());
        pieces.push(Piece::Entries { zip: archive.clone(), from, to });
    }
    Ok(())
}

fn is_zip(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ext| ext.eq_ignore_ascii_case("zip"))
}

impl Piece {
    fn texts(&self) -> Result<Vec<Text>, DataError> {
        match self {
            Self::File(path) => {
                let name = path.display().to_string();
                let bytes = gunzip(&name, files::read(path)?)?;
                Ok(vec![Text { name, bytes }])
            }
            Self::Entries { zip, from, to } => zip.clone().texts(*from..*to),
        }
    }
}

impl Archive {
    /// Every entry is read, whatever its name says, so that its checksum is seen.
    fn texts(&mut self, range: std::ops::Range<usize>) -> Result<Vec<Text>, DataError> {
        let mut texts = Vec::new();
        for number in range {
            let damaged = |cause: String| DataError::zip(&self.name, cause);
            let entry = self.zip.by_index(number).map_err(|error| damaged(error.to_string()))?;
            let (inner, is_folder) = (entry.name().to_owned(), entry.is_dir());
            if is_folder || is_zip(&inner) {
                continue;
            }
            let mut bytes = Vec::new();
            let read = entry.take(MAX_TEXT + 1).read_to_end(&mut bytes);
            read.map_err(|error| damaged(format!("{inner}: {error}")))?;
            if bytes.len() as u64 > MAX_TEXT || !self.budget.takes(bytes.len()) {
                return Err(damaged(format!("{inner} is larger than records may be")));
            }
            let name = format!("{}!{inner}", self.name);
            let bytes = gunzip(&name, bytes)?;
            texts.push(Text { name, bytes });
        }
        Ok(texts)
    }
}

/// What came out of gzip; other bytes as they are.
fn gunzip(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, DataError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let damaged = |cause: String| DataError::Damaged { path: name.to_owned(), what: "gzip", cause };
    let mut plain = Vec::new();
    let read = MultiGzDecoder::new(bytes.as_slice()).take(MAX_TEXT * 4 + 1).read_to_end(&mut plain);
    read.map_err(|error| damaged(error.to_string()))?;
    if plain.len() as u64 > MAX_TEXT * 4 {
        return Err(damaged("it is larger than records may be".to_owned()));
    }
    Ok(plain)
}

/// How many of the known records of its ecosystems a source holds: a folder or a zip is what its owner
/// holds of some ecosystems, and is taken as whole. A single record is a selection.
///
/// # Errors
/// When it cannot be read.
pub fn extent(path: &Path) -> Result<Extent, DataError> {
    if files::is_folder(path) {
        return Ok(Extent::Whole);
    }
    let head = Source::open(path)?.head(4).map_err(|error| broken(path, &error))?;
    Ok(if head.starts_with(b"PK") { Extent::Whole } else { Extent::Selection })
}

/// Loads all records of a source into memory.
///
/// A record that cannot be read is left out and named in [`Batch::warnings`].
///
/// # Errors
/// When the source cannot be read, a zip is damaged, or no record at all is found.
pub fn load(path: &Path) -> Result<Batch, DataError> {
    let name = path.display().to_string();
    let source: Arc<str> = Arc::from(name.as_str());
    let mut batch = Batch { name, extent: extent(path)?, ..Batch::default() };
    let mut decisions = Decisions::default();
    let read = |text: Text| (text.read(&source), text);
    batch.sha256 = each(path, &read, |(read, text)| {
        match read? {
            Content::Record(record) => {
                let odd = record.warnings.iter().map(|w| format!("{}: {w}", record.id));
                batch.warnings.extend(odd);
                batch.records.push(*record);
            }
            Content::Feed(Feed::Ssvc(of_record)) => decisions.add(of_record, &text.bytes),
            Content::Feed(feed) => {
                let sha256 = sha256([text.bytes.as_slice()]);
                batch.feeds.push(Loaded { name: text.name, sha256, feed });
            }
            Content::Other(_) if may_be_foreign(&text.name) => {}
            Content::Other(cause) => {
                batch.warnings.push(format!("{} {cause}: rejected", text.name));
            }
        }
        Ok::<(), DataError>(())
    })?;
    batch.feeds.extend(decisions.loaded(&batch.name));
    // what was rejected among feeds alone is no reason to go on without records
    if batch.records.is_empty() && (batch.feeds.is_empty() || !batch.warnings.is_empty()) {
        let cause = batch.warnings.first().cloned();
        return Err(DataError::NoRecord {
            path: batch.name,
            cause: cause.unwrap_or_else(|| "holds no OSV record".to_owned()),
        });
    }
    Ok(batch)
}

/// Tables and compressed files may be anything; who calls a file JSON means a record.
pub(super) fn may_be_foreign(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|own| ["csv", "gz"].iter().any(|known| own.eq_ignore_ascii_case(known)))
}

/// The decisions of many CVE records, which are one origin together.
#[derive(Default)]
pub(super) struct Decisions {
    found: Vec<(Cve, Decision)>,
    digests: Vec<u8>,
}

impl Decisions {
    /// Takes in those of one CVE record.
    pub(super) fn add(&mut self, of_record: Vec<(Cve, Decision)>, bytes: &[u8]) {
        self.found.extend(of_record);
        self.digests.extend(sha256([bytes]).bytes());
    }

    /// The origin, if there were CVE records.
    pub(super) fn loaded(self, name: &str) -> Option<Loaded> {
        let sha256 = sha256([self.digests.as_slice()]);
        let feed = Feed::Ssvc(self.found);
        (!self.digests.is_empty()).then(|| Loaded { name: name.to_owned(), sha256, feed })
    }
}
