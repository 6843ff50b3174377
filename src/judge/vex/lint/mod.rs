//! What is wrong with a VEX document by its own specification, with the place of each fault.
//!
//! The rules are listed in `docs/vex.md`. An error is what the specification or its schema forbids; a
//! warning is what it allows and no reader can use.

mod csaf;
mod cyclonedx;
mod json;
mod openvex;
mod spdx3;

use super::{MAX_DOCUMENT, Source, VexError};
use crate::inventory::Place;
use json::{Node, Value};

/// How many faults of one document are told.
const MAX_FAULTS: usize = 1_000;

/// How grave a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// The specification allows it, and a reader has to guess or to pass over the statement.
    Warning,
    /// The specification or its schema forbids it.
    Error,
}

impl Gravity {
    /// The word in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule, as the manual lists it.
    pub rule: &'static str,
    /// How grave it is.
    pub gravity: Gravity,
    /// Where it stands.
    pub place: Place,
    /// What is wrong, in one line.
    pub text: String,
}

/// Finds the faults of a document, in its order.
///
/// # Errors
/// When it is no JSON, none of the four formats, or larger than the limits.
pub fn lint(text: &str, source: Source<'_>) -> Result<Vec<Fault>, VexError> {
    if text.len() > MAX_DOCUMENT {
        return Err(source.error(format!("is larger than {} MiB", MAX_DOCUMENT >> 20)));
    }
    let root = json::parse(text).map_err(|error| source.json_error(&error))?;
    let mut faults = Faults::default();
    if root.get("@graph").is_some() {
        spdx3::lint(&root, &mut faults);
    } else if root.get("bomFormat").is_some() {
        cyclonedx::lint(&root, &mut faults);
    } else if root.get("statements").is_some() || root.get("@context").is_some() {
        openvex::lint(&root, &mut faults);
    } else if root.get("document").is_some() {
        csaf::lint(&root, &mut faults);
    } else {
        let known = "OpenVEX, CSAF, CycloneDX and SPDX 3 in JSON are checked";
        return Err(source.error(format!("is no VEX document: {known}")));
    }
    Ok(faults.placed(text))
}

/// The faults as they are found, each with its byte offset.
#[derive(Default)]
struct Faults(Vec<(usize, &'static str, Gravity, String)>);

impl Faults {
    fn error(&mut self, at: &Node<'_>, rule: &'static str, text: impl Into<String>) {
        self.0.push((at.offset, rule, Gravity::Error, text.into()));
    }

    fn warn(&mut self, at: &Node<'_>, rule: &'static str, text: impl Into<String>) {
        self.0.push((at.offset, rule, Gravity::Warning, text.into()));
    }

    /// A text that must be there and say something.
    fn needs<'n>(&mut self, of: &'n Node<'_>, name: &str, rule: &'static str) -> Option<&'n str> {
        let found = of.said(name);
        if found.is_none() {
            self.error(of.get(name).unwrap_or(of), rule, format!("\"{name}\" is missing or empty"));
        }
        found
    }

    /// An instant with its offset from UTC, where there is one.
    fn instant(&mut self, of: &Node<'_>, name: &str, rule: &'static str) {
        let Some(node) = of.get(name) else { return };
        let is_instant = node.text().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok());
        if !is_instant {
            self.error(node, rule, format!("\"{name}\" is no instant with an offset from UTC"));
        }
    }

    /// One of a few words, where there is one.
    fn word(&mut self, of: &Node<'_>, name: &str, known: &[&str], rule: &'static str) {
        let Some(node) = of.get(name) else { return };
        if !node.text().is_some_and(|word| known.contains(&word)) {
            let found = node.text().map_or("no text".to_owned(), |word| format!("\"{word}\""));
            self.error(node, rule, format!("\"{name}\" is {found}, none of {}", known.join(", ")));
        }
    }

    fn placed(mut self, text: &str) -> Vec<Fault> {
        self.0.sort_by_key(|(offset, ..)| *offset);
        self.0.truncate(MAX_FAULTS);
        let (mut line, mut start, mut done) = (1_u32, 0, 0);
        let bytes = text.as_bytes();
        let mut place = |offset: usize| {
            for end in memchr::memchr_iter(b'\n', &bytes[done..offset]) {
                line += 1;
                start = done + end + 1;
            }
            done = offset;
            Place { line, column: u32::try_from(offset - start + 1).unwrap_or(u32::MAX) }
        };
        let faults = self.0.into_iter();
        faults
            .map(|(offset, rule, gravity, text)| Fault {
                rule,
                gravity,
                place: place(offset),
                text,
            })
            .collect()
    }
}
