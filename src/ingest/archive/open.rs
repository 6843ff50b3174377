//! Whether bytes are a zip, whether a zip is a Java archive, and opening it.

use zip::ZipArchive;
use zip::result::ZipError;

use super::{MAX_ENTRIES, names};
use crate::files::{Source, SourceReader};
use crate::ingest::document::ReadError;

/// An open archive.
pub type Zip = ZipArchive<SourceReader>;

/// How far before its end a zip may have its last record (APPNOTE 4.3.16: a comment of 64 KiB),
/// with the two records of zip64 before it.
const LAST_RECORDS: u64 = 22 + 0xffff + 20 + 56;

const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";

/// Whether these first bytes are those of a zip.
pub(in crate::ingest) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(END)
}

/// Whether these first bytes are those of a program, behind which a zip may stand: a shell script or
/// a Windows launcher.
fn is_program(head: &[u8]) -> bool {
    head.starts_with(b"#!") || head.starts_with(b"MZ")
}

/// Whether a file that starts with these bytes is a zip, also one with a program before it.
pub(in crate::ingest) fn is_zip_file(head: &[u8], source: &Source) -> bool {
    let ends = || {
        let tail = source.tail(LAST_RECORDS).unwrap_or_default();
        memchr::memmem::rfind(&tail, END).is_some()
    };
    is_zip(head) || (is_program(head) && ends())
}

/// Opens a zip: reads its directory, no entry.
///
/// # Errors
/// When it is damaged or has more entries than an archive may.
pub fn open(source: &Source) -> Result<Zip, ReadError> {
    let tail = source
        .tail(LAST_RECORDS)
        .map_err(|error| ReadError::new(format!("could not be read: {error}")))?;
    if memchr::memmem::rfind(&tail, END).is_none() {
        return Err(ReadError::new(
            "is a zip archive without a directory: it is truncated or damaged",
        ));
    }
    // the directory is read whole, so the number of its entries is looked at before
    let announced = memchr::memmem::find_iter(&tail, END_64).filter_map(|at| {
        let count = tail.get(at + 32..at + 40)?;
        Some(u64::from_le_bytes(count.try_into().ok()?))
    });
    if let Some(count) = announced.max().filter(|&count| count > MAX_ENTRIES as u64) {
        let text = format!("is a zip archive of {count} entries, more than {MAX_ENTRIES}");
        return Err(ReadError::new(text));
    }
    ZipArchive::new(source.reader())
        .map_err(|error| ReadError::new(format!("is a zip archive that {}", cause(&error))))
}

/// What is wrong with an archive or an entry, as the end of a sentence.
pub(super) fn cause(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(text) if *text == ZipError::PASSWORD_REQUIRED => {
            "is encrypted".to_owned()
        }
        ZipError::UnsupportedArchive(text) => {
            format!("is packed in a way that is not read: {text}")
        }
        ZipError::InvalidArchive(text) => format!("is damaged: {text}"),
        other => format!("is damaged: {other}"),
    }
}

/// Whether a zip is a Java archive: by a manifest, classes, Maven's description, the folders of an
/// application, or its own name and a jar in it. OpenDocument and EPUB have a folder `META-INF`, too,
/// so that alone does not tell; and a zip that holds jars and documents is a folder of them.
#[must_use]
pub fn is_java(zip: &Zip, file: &str) -> bool {
    zip.file_names().any(names::is_of_java) || (names::is_java_archive(file) && holds_java(zip))
}

/// Whether anything of Java is in a zip.
pub(super) fn holds_java(zip: &Zip) -> bool {
    zip.file_names().any(|name| names::is_of_java(name) || names::is_java_archive(name))
}

/// Whether a damaged zip was a Java archive, as far as its first bytes tell.
pub(in crate::ingest) fn looks_java(source: &Source) -> bool {
    let head = source.head(1 << 16).unwrap_or_default();
    let holds = |mark: &[u8]| memchr::memmem::find(&head, mark).is_some();
    holds(b"META-INF/MANIFEST.MF") || holds(b"META-INF/maven/") || holds(b".class")
}
