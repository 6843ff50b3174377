//! Files beside the inputs that somebody names: what they say decides, so that one that cannot be read
//! is an error of the command line.

use std::path::Path;

use crate::files;
use crate::ingest::text;

/// The text of a file and the SHA-256 of its bytes, in hexadecimal.
///
/// # Errors
/// In one line, with `what` the file is to be.
pub(super) fn text(path: &Path, what: &str) -> Result<(String, String), String> {
    let bytes = files::read(path).map_err(|error| format!("could not read {what} {error}"))?;
    let text = text::decode(&bytes)
        .map_err(|error| format!("could not read {what} {}: {}", path.display(), error.cause))?;
    Ok((text.into_owned(), files::sha256([&*bytes])))
}
