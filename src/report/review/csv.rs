//! The questions as a sheet: the supplier fills `answer` and `answered_by`, the buyer `state` and `note`,
//! and `--answers` reads it back.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::super::csv::quoted_lines;
use super::model::Review;
use crate::review::answers::sheet;

/// Writes the heading and one row for each question.
pub(super) fn write(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let added: BTreeSet<&String> =
        review.questions.iter().flat_map(|question| question.extra.keys()).collect();
    let head = sheet::COLUMNS.iter().map(|name| (*name).to_owned());
    line(head.chain(added.iter().map(|name| (*name).clone())), out)?;
    for question in review.questions {
        let own = sheet::cells(question).into_iter();
        let extra = added.iter().map(|name| question.extra.get(*name).cloned().unwrap_or_default());
        line(own.chain(extra), out)?;
    }
    Ok(())
}

fn line(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<String> = cells.map(|cell| quoted_lines(&cell)).collect();
    out.write_all((cells.join(",") + "\r\n").as_bytes())
}
