//! Whether the directory of a zip is whole.
//!
//! The reader takes as many entries as the end record says, and one for each name. A changed count or
//! name would lose records without a word, so the directory is counted here once more, by its own marks
//! (APPNOTE 6.3, 4.3.12).

use std::io::{Read, Seek, SeekFrom};

use zip::ZipArchive;

use crate::files::{Cursor, Source};

/// What an entry of the central directory begins with.
const ENTRY: [u8; 4] = *b"PK\x01\x02";

/// What may follow the last one: a signature, the end record, its 64-bit form.
const AFTER: [[u8; 4]; 3] = [*b"PK\x05\x05", *b"PK\x05\x06", *b"PK\x06\x06"];

/// Whether the reader knows every entry that the directory has.
pub(super) fn whole(source: &Source, zip: &ZipArchive<Cursor>) -> Result<(), String> {
    let broken = |error: std::io::Error| format!("its directory breaks off: {error}");
    let mut reader = source.reader();
    reader.seek(SeekFrom::Start(zip.central_directory_start())).map_err(broken)?;
    let mut count = 0;
    loop {
        let mut mark = [0; 4];
        reader.read_exact(&mut mark).map_err(broken)?;
        if mark != ENTRY {
            if AFTER.contains(&mark) {
                break;
            }
            return Err("its directory is no list of entries".to_owned());
        }
        count += 1;
        let mut fixed = [0; 42];
        reader.read_exact(&mut fixed).map_err(broken)?;
        let length = |at: usize| i64::from(u16::from_le_bytes([fixed[at], fixed[at + 1]]));
        // name, extra field and comment
        reader.seek_relative(length(24) + length(26) + length(28)).map_err(broken)?;
    }
    if count == zip.len() {
        return Ok(());
    }
    Err(format!("its directory has {count} entries, of which {} can be told apart", zip.len()))
}
