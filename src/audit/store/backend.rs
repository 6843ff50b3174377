//! What every memory can do: the questions, and the changes of whoever holds the lease.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    Affected, Claim, Closing, Detection, DocumentId, Fence, Forgotten, Holder, Known, Line, NewRun,
    News, Outcome, PastRun, Record, ReleaseId, Run, Score, StoreError, Wanted,
};
use crate::audit::condition::Condition;
use crate::audit::event::Event;
use crate::audit::portfolio::Card;
use crate::audit::state::{DocumentState, Held, Release};
use crate::config::EventKind;
use crate::ids::AdvisoryId;

/// Asks all questions of one state of a store, also while others write.
///
/// # Errors
/// When the store cannot be used.
pub fn steadily<T>(
    store: &dyn Store,
    ask: impl FnOnce(&dyn Store) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut ask = Some(ask);
    let mut answer = None;
    let mut asked = || {
        answer = ask.take().map(|ask| ask(store)).transpose()?;
        Ok(())
    };
    store.steady(&mut asked)?;
    answer.ok_or(StoreError::Lost)
}

/// What keeps the memory.
pub trait Store {
    /// Where it is, as people are told: without secrets.
    fn place(&self) -> String;
    /// By how much the clock that leases go by is ahead of this machine's.
    fn ahead(&self) -> SignedDuration {
        SignedDuration::ZERO
    }

    /// Takes the lease.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another process has it; else when the store cannot be used.
    fn acquire(&mut self, claim: &Claim<'_>) -> Result<Fence, StoreError>;

    /// Gives the lease back.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn release(&mut self, fence: Fence) -> Result<(), StoreError>;

    /// Begins a run, or goes on with one that did not end.
    ///
    /// # Errors
    /// When the lease is lost or the store cannot be used.
    fn begin(&mut self, fence: Fence, run: &NewRun<'_>) -> Result<Run, StoreError>;

    /// Asks several questions of which all see one state, whatever is written meanwhile.
    ///
    /// # Errors
    /// Those of the questions, and when the store cannot be used.
    fn steady(&self, ask: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError>;

    /// Every release with its outcome.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn releases(&self) -> Result<Vec<(ReleaseId, Release, Outcome)>, StoreError>;

    /// Every flaw with its score.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn scores(&self) -> Result<Vec<Score>, StoreError>;

    /// Writes what new data means, and marks the documents that it touches; the answer is how many.
    ///
    /// # Errors
    /// When the lease is lost or the store cannot be used.
    fn advance(&mut self, fence: Fence, news: &News) -> Result<usize, StoreError>;

    /// Every document, by product and path.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn documents(&self) -> Result<Vec<Known>, StoreError>;

    /// What is remembered of a document, with its findings.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn document(&self, id: DocumentId) -> Result<DocumentState, StoreError>;

    /// The findings of a document alone, without the releases that it holds.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn findings(&self, id: DocumentId) -> Result<Vec<Held>, StoreError>;

    /// Writes documents, all of them or none.
    ///
    /// # Errors
    /// When the lease is lost or the store cannot be used.
    fn record(&mut self, fence: Fence, records: &[Record]) -> Result<(), StoreError>;

    /// Writes how the files of documents look by now whose bytes are what they were.
    ///
    /// # Errors
    /// When the lease is lost or the store cannot be used.
    fn stamp(&mut self, fence: Fence, stamps: &[(DocumentId, String)]) -> Result<(), StoreError>;

    /// How each document that is there stands, by product and path.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn overview(&self) -> Result<Vec<Line>, StoreError>;

    /// What holds.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn conditions(&self) -> Result<Vec<Condition>, StoreError>;

    /// Ends a run.
    ///
    /// # Errors
    /// When the lease is lost or the store cannot be used.
    fn finish(&mut self, fence: Fence, run: u64, closing: &Closing) -> Result<(), StoreError>;

    /// Events, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn events(&self, wanted: &Wanted) -> Result<Vec<Event>, StoreError>;

    /// How many events there are of each kind, whatever the most that are wanted.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn count_events(&self, wanted: &Wanted) -> Result<BTreeMap<EventKind, usize>, StoreError>;

    /// The documents that hold a package, with the version; `wanted` chooses versions.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn holders(
        &self,
        package: (&str, &str),
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Holder>, StoreError>;

    /// Documents with open findings of a flaw: product, document, and the findings.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn open_findings(&self, ids: &[AdvisoryId]) -> Result<Vec<Affected>, StoreError>;

    /// Every flaw with every product in which it was found, also where it is gone by now. What a VEX
    /// statement says not to affect the product is no detection.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn detections(&self) -> Result<Vec<Detection>, StoreError>;

    /// The runs, the newest first.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn runs(&self, most: usize) -> Result<Vec<PastRun>, StoreError>;

    /// The portfolio of the last run.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn portfolio(&self) -> Result<Vec<Card>, StoreError>;

    /// Forgets events, runs and what is gone from before a moment, and gives the room back.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn vacuum(&mut self, fence: Fence, before: Option<Timestamp>) -> Result<Forgotten, StoreError>;

    /// What is remembered of notices that were sent, as it was written.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn delivered(&self) -> Result<Option<String>, StoreError>;

    /// Remembers what was sent. It is no part of a run: what was sent is sent, whoever has the lease.
    ///
    /// # Errors
    /// When the store cannot be used.
    fn deliver(&self, note: &str) -> Result<(), StoreError>;
}
