//! JSON Lines: one document or envelope a line, as `cosign download attestation` writes them.
//!
//! Every line is read, and each document becomes an input of its own; all bear the file's name, and
//! their lines tell them apart. A line that is no bill of materials is passed over with a warning on
//! the first document, a broken one refuses the file.

use super::envelope::Place;
use super::{open_part, read_part};
use crate::ingest::document::{Document, Nature, Position, ReadError, Warning};
use crate::ingest::opened::Opened;

/// The documents of a text whose every line is an object; nothing for any other text.
pub(super) fn read(text: &str) -> Option<Result<Vec<Document>, ReadError>> {
    Some(read_each(text, lines(text)?.into_iter()))
}

/// The same, unread.
pub(super) fn open(text: &str) -> Option<Result<Vec<Opened<'_>>, ReadError>> {
    let opened = lines(text)?.into_iter().filter_map(|line| {
        let opened = open_part(Place { whole: text, depth: 0 }, line);
        let is_foreign = matches!(&opened, Err(error) if error.nature == Nature::Foreign);
        (!is_foreign).then_some(opened)
    });
    let opened: Result<Vec<_>, _> = opened.collect();
    let is_none = opened.as_ref().is_ok_and(Vec::is_empty);
    (!is_none).then_some(opened)
}

/// The lines of a text whose every line is an object, where there are several.
fn lines(text: &str) -> Option<Vec<&str>> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_ascii().is_empty()).collect();
    let is_records = lines.len() > 1 && lines.iter().all(|line| line.starts_with('{'));
    is_records.then_some(lines)
}

fn read_each<'a>(
    text: &'a str,
    lines: impl Iterator<Item = &'a str>,
) -> Result<Vec<Document>, ReadError> {
    let mut documents: Vec<Document> = Vec::new();
    let mut passed_over = Vec::new();
    let mut first = None;
    for line in lines {
        match read_part(Place { whole: text, depth: 0 }, line) {
            Ok(document) => documents.push(document),
            Err(error) if error.nature == Nature::Foreign => {
                passed_over.push(Warning {
                    message: format!("this line is passed over: {}", error.cause),
                    position: Position::Offset(line.as_ptr().addr() - text.as_ptr().addr()),
                });
                first.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    match (documents.first_mut(), first) {
        (Some(document), _) => document.warnings.append(&mut passed_over),
        (None, Some(error)) => {
            let cause = format!("none of {} lines: the first {}", passed_over.len(), error.cause);
            return Err(ReadError { cause, ..error });
        }
        (None, None) => {}
    }
    Ok(documents)
}
