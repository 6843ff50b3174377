//! What a scheduled audit tells: for people in at most 100 columns, for programs as `bomvet.audit/1`,
//! as lines of JSON for those that take all of it.

mod export;
mod json;
mod table;

pub use export::{ExportError, export};
pub use json::{SCHEMA, json};
pub use table::table;

use jiff::Timestamp;

use crate::audit::digest::Digest;
use crate::audit::run::Done;
use crate::audit::search::Answer;
use crate::judge::gate::Class;

/// What is told.
#[derive(Debug)]
pub struct Told<'a> {
    /// The command: `run`, `status`, `events`, `where`.
    pub command: &'static str,
    /// The clock.
    pub now: Timestamp,
    /// How all stands.
    pub digest: Option<&'a Digest>,
    /// What this run did, where one was made.
    pub done: Option<&'a Done>,
    /// Whether nothing was written.
    pub is_dry: bool,
    /// Why the exit code is not 0: the class and the reason, one each.
    pub reasons: &'a [(Class, String)],
    /// The question of `where` and its answer.
    pub answer: Option<(&'a str, &'a Answer)>,
}
