//! What is told about remote repositories: each fact once for a project, whatever it affects.

use std::fmt;

/// Something about a remote repository that a report must tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// It is never asked, for a reason.
    Unasked {
        /// Its name.
        repository: String,
        /// Why.
        cause: String,
    },
    /// It did not answer.
    Unreachable {
        /// Its name and address.
        repository: String,
        /// What happened.
        cause: String,
    },
    /// A file does not have the digest that the repository names for it, and was taken all the same.
    WrongDigest {
        /// Its name.
        repository: String,
        /// The file.
        place: String,
    },
    /// For a file there is no digest.
    NoDigest {
        /// Its name.
        repository: String,
        /// The file.
        place: String,
    },
    /// What was fetched could not be kept for the next time.
    Unkept {
        /// What happened.
        cause: String,
    },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unasked { repository, cause } => {
                write!(f, "repository {repository} is not asked: {cause}")
            }
            Self::Unreachable { repository, cause } => {
                write!(
                    f,
                    "repository {repository} could not be asked: {cause}; what it has is unknown"
                )
            }
            Self::WrongDigest { repository, place } => write!(
                f,
                "{place} of repository {repository} does not have the digest that the repository \
                 names; it was taken all the same"
            ),
            Self::NoDigest { repository, place } => {
                write!(f, "repository {repository} has no digest to check {place} by")
            }
            Self::Unkept { cause } => write!(f, "what was fetched is not kept: {cause}"),
        }
    }
}
