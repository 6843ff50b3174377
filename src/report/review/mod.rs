//! The review of a delivery as people and programs read it: one model, one file per format.

mod csv;
mod difference;
mod html;
pub mod lists;
mod markdown;
pub mod model;
mod table;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use super::json;
use super::text::count as counted;
use model::Review;

/// A format in which a review can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewFormat {
    /// For people.
    Table,
    /// The decision record: `bomvet.review/1`.
    Json,
    /// A letter to the supplier.
    Markdown,
    /// The questions as a sheet that the supplier fills.
    Csv,
    /// The decision record on one page, to print.
    Html,
}

impl ReviewFormat {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Table, "table"),
        (Self::Json, "json"),
        (Self::Markdown, "markdown"),
        (Self::Csv, "csv"),
        (Self::Html, "html"),
    ];
}

/// A name that is no format of a review.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no format of a review; known: table, json, markdown, csv, html")]
pub struct UnknownReviewFormat(String);

impl FromStr for ReviewFormat {
    type Err = UnknownReviewFormat;

    fn from_str(name: &str) -> Result<Self, UnknownReviewFormat> {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map(|(format, _)| *format).ok_or_else(|| UnknownReviewFormat(name.to_owned()))
    }
}

impl fmt::Display for ReviewFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Self::ALL.iter().find(|(format, _)| format == self);
        f.write_str(found.map_or("", |(_, name)| name))
    }
}

/// Writes a review. The table carries colours; who writes it to a pipe takes them out.
///
/// # Errors
/// When the writer fails.
pub fn write(review: &Review<'_>, format: ReviewFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ReviewFormat::Table => table::write(review, out),
        ReviewFormat::Json => json::pretty(review, out),
        ReviewFormat::Markdown => markdown::write(review, out),
        ReviewFormat::Csv => csv::write(review, out),
        ReviewFormat::Html => html::write(review, out),
    }
}
