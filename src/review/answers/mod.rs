//! The file with answers, read back: the sheet ([`sheet`], CSV) or the review's own JSON.
//!
//! What cannot be taken over is refused with its line: nothing that somebody wrote is lost in silence.

mod join;
pub mod sheet;
mod table;

use std::collections::BTreeSet;

pub use join::{Past, join};

use serde::Deserialize;

use super::questions::Question;

/// A file with answers that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {cause}")]
pub struct AnswersError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub cause: String,
}

impl AnswersError {
    fn new(line: usize, cause: impl Into<String>) -> Self {
        Self { line, cause: cause.into() }
    }
}

/// The part of `bomvet.review/1` that is read back.
#[derive(Deserialize)]
struct Review {
    schema: String,
    questions: Vec<Question>,
}

/// Reads a file with answers, in the format that its content shows.
///
/// # Errors
/// With the line of what cannot be taken over.
pub fn read(text: &str) -> Result<Vec<Question>, AnswersError> {
    if !text.trim_start().starts_with('{') {
        return sheet::read(text);
    }
    let review: Review = serde_json::from_str(text)
        .map_err(|error| AnswersError::new(error.line(), error.to_string()))?;
    if review.schema != SCHEMA {
        let cause = format!("schema is \"{}\", expected {SCHEMA}", review.schema);
        return Err(AnswersError::new(1, cause));
    }
    let mut seen = BTreeSet::new();
    match review.questions.iter().find(|question| !seen.insert(&question.id)) {
        Some(twice) => Err(AnswersError::new(1, format!("question {} stands twice", twice.id))),
        None => Ok(review.questions),
    }
}

/// The identifier of the shape in which reviews are written as JSON.
pub const SCHEMA: &str = "bomvet.review/1";
