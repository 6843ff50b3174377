//! A text that is no version of its order, and why.

use super::{LONGEST, Order};

/// A text that is no version of its order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is no {order} version: {cause}", Shown(text))]
pub struct InvalidVersion {
    text: String,
    order: Order,
    #[source]
    cause: Cause,
}

impl InvalidVersion {
    pub(super) fn new(order: Order, text: &str, cause: Cause) -> Self {
        Self { text: text.to_owned(), order, cause }
    }

    /// The text as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The order it was read under.
    #[must_use]
    pub fn order(&self) -> Order {
        self.order
    }

    /// What is wrong with it.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }
}

/// What is wrong with a version text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// Nothing is written.
    #[error("it is empty")]
    Empty,
    /// Longer than [`LONGEST`].
    #[error("it has {units} characters, more than {LONGEST}")]
    TooLong {
        /// Its length in UTF-16 units.
        units: usize,
    },
    /// A character that the grammar does not have there.
    #[error("unexpected character {0:?}")]
    Unexpected(char),
    /// A part that must be written is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A number that the order does not take.
    #[error("the number {digits} {why}")]
    Number {
        /// As written.
        digits: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The name of a branch, which the order puts nowhere.
    #[error("it is a branch, which stands nowhere among the versions")]
    Branch,
    /// What the `semver` crate says about it.
    #[error("{0}")]
    SemVer(String),
}

/// A text in quotes, shortened to a readable length.
struct Shown<'t>(&'t str);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const READABLE: usize = 80;
        match self.0.char_indices().nth(READABLE) {
            Some((end, _)) => write!(f, "{:?}…", &self.0[..end]),
            None => write!(f, "{:?}", self.0),
        }
    }
}
