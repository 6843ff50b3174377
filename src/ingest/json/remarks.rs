//! What was odd in a document, and where: remarks with paths like `components[3].purl`.

use std::cell::RefCell;
use std::fmt;

use serde::de;

use crate::ingest::document::{Position, Warning};

/// The most remarks that are kept for one document; the rest is counted.
const MOST_REMARKS: usize = 200;

/// What a document is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// To find its parts: an empty text says nothing, and a part in a wrong shape could hide one.
    Match,
    /// To judge what its author wrote: an empty text is one, and what has a wrong shape is a fault of
    /// the document that does not keep the rest from being read.
    Judge,
}

/// What was odd in one document.
pub(crate) struct Remarks {
    start: usize,
    /// What the document is read for.
    pub(crate) aim: Aim,
    /// How long the text is, in bytes.
    pub(crate) length: usize,
    warnings: RefCell<Vec<Warning>>,
    more: RefCell<usize>,
}

impl Remarks {
    /// No remarks on this text so far.
    pub(crate) fn on(text: &str, aim: Aim) -> Self {
        Self {
            start: text.as_ptr().addr(),
            aim,
            length: text.len(),
            warnings: RefCell::new(Vec::new()),
            more: RefCell::new(0),
        }
    }

    /// The place of a part of the text.
    pub(crate) fn position(&self, part: &str) -> Position {
        part.as_ptr().addr().checked_sub(self.start).map_or(Position::Unknown, Position::Offset)
    }

    fn add(&self, message: String, position: Position) {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.len() < MOST_REMARKS {
            warnings.push(Warning { message, position });
        } else {
            *self.more.borrow_mut() += 1;
        }
    }

    /// All remarks, in document order.
    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        let mut warnings = self.warnings.into_inner();
        let more = self.more.into_inner();
        if more > 0 {
            let message = format!("{more} more oddities of shape are not listed");
            warnings.push(Warning { message, position: Position::Unknown });
        }
        warnings
    }
}

/// Where the reader stands: a path like `components[3].purl`, spelled only when there is a remark.
pub(crate) struct Spot<'s> {
    pub(crate) remarks: &'s Remarks,
    parent: Option<&'s Spot<'s>>,
    step: Step,
}

enum Step {
    Top,
    Key(&'static str),
    Index(usize),
}

impl<'s> Spot<'s> {
    /// The document itself.
    pub(crate) fn top(remarks: &'s Remarks) -> Self {
        Self { remarks, parent: None, step: Step::Top }
    }

    /// The value of a key.
    pub(crate) fn key(&'s self, key: &'static str) -> Self {
        Self { remarks: self.remarks, parent: Some(self), step: Step::Key(key) }
    }

    /// An item of a list.
    pub(crate) fn index(&'s self, index: usize) -> Self {
        Self { remarks: self.remarks, parent: Some(self), step: Step::Index(index) }
    }

    /// Notes what is odd here.
    pub(crate) fn remark(&self, what: impl fmt::Display, position: Position) {
        self.remarks.add(format!("{self} {what}"), position);
    }

    /// Notes that the value here has the wrong shape.
    pub(crate) fn left_out(&self, found: &str, expected: &str, position: Position) {
        self.remark(format_args!("is {found}, expected {expected}: left out"), position);
    }
}

impl Spot<'_> {
    /// A value of the wrong shape where an object or a list must stand: left out with a remark, but
    /// an error among the parts, where leaving out could hide one.
    pub(crate) fn misshapen<E: de::Error>(&self, found: &str, expected: &str) -> Result<(), E> {
        if self.remarks.aim == Aim::Match && self.is_among_parts() {
            return Err(E::custom(format_args!("{self} is {found}, expected {expected}")));
        }
        self.left_out(found, expected, Position::Unknown);
        Ok(())
    }

    /// What cannot be read and may be a part: an error where parts are matched, else a remark.
    pub(crate) fn refuse<E: de::Error>(&self, cause: &str) -> Result<(), E> {
        if self.remarks.aim == Aim::Match {
            return Err(E::custom(format_args!("{self} {cause}")));
        }
        self.remark(cause, Position::Unknown);
        Ok(())
    }

    fn is_among_parts(&self) -> bool {
        match self.step {
            Step::Key(key) => matches!(
                key,
                "components" | "packages" | "@graph" | "artifacts" | "Results" | "Packages"
            ),
            Step::Index(_) => self.parent.is_some_and(Spot::is_among_parts),
            Step::Top => false,
        }
    }
}

impl fmt::Display for Spot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parent) = self.parent else {
            return f.write_str("the document");
        };
        if parent.parent.is_some() {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Top => Ok(()),
            Step::Key(key) if parent.parent.is_none() => f.write_str(key),
            Step::Key(key) => write!(f, ".{key}"),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}
