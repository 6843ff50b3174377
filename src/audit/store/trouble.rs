//! What a database, or a value in it, has to say.

use super::StoreError;

/// What went wrong, in one line.
#[derive(Debug)]
pub(super) struct Trouble(pub(super) String);

impl Trouble {
    /// What cannot be in a store that bomvet wrote.
    pub(super) fn damaged(what: &str) -> Self {
        Self(format!("it is damaged: {what}"))
    }

    /// The failure of a store.
    pub(super) fn of(self, store: &str) -> StoreError {
        StoreError::Unusable { path: store.to_owned(), cause: self.0 }
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<postgres::Error> for Trouble {
    fn from(error: postgres::Error) -> Self {
        Self(crate::net::postgres::words(&error))
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self(format!("a value in it cannot be read: {error}"))
    }
}
