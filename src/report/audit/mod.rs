//! What a scheduled audit tells: for people in at most 100 columns, for programs as `bomvet.audit/1`,
//! as lines of JSON or in Parquet for those that take all of it.

pub mod clocks;
mod document;
mod draft;
mod export;
mod json;
pub mod regimes;
pub mod site;
mod table;

pub use document::{SCHEMA, json};
pub use draft::draft;
pub use export::{ExportError, export, export_parquet};

pub use table::{NAMED, table};

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;

use crate::audit::digest::Digest;
use crate::audit::run::Done;
use crate::audit::search::Answer;
use crate::judge::gate::Class;

const BOLD: Style = Style::new().bold();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default();

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
