//! A store that fails at chosen writes, as if its process had been killed there.

use std::collections::BTreeMap;

use bomvet::audit::condition::Condition;
use bomvet::audit::event::Event;
use bomvet::audit::portfolio::Card;
use bomvet::audit::state::{DocumentState, Held, Release};
use bomvet::audit::store::{
    Affected, Claim, Closing, Detection, DocumentId, Fence, Forgotten, Holder, Known, Line, NewRun,
    News, Outcome, PastRun, Record, ReleaseId, Run, Score, Sqlite, Store, StoreError, Wanted,
};
use bomvet::config::EventKind;
use bomvet::ids::AdvisoryId;
use jiff::Timestamp;

pub(crate) struct Cut {
    store: Sqlite,
    /// How many writes each life has, as long as there are any: the last life has no end.
    lives: Box<dyn Iterator<Item = usize>>,
    left: Option<usize>,
    cuts: usize,
    writes: usize,
}

impl Cut {
    pub(crate) fn new(store: Sqlite, lives: impl Iterator<Item = usize> + 'static) -> Self {
        let mut lives: Box<dyn Iterator<Item = usize>> = Box::new(lives);
        let left = lives.next();
        Self { store, lives, left, cuts: 0, writes: 0 }
    }

    /// Cuts it after so many writes more.
    pub(crate) fn cut_after(&mut self, writes: usize) {
        self.left = Some(writes);
    }

    /// How often it was cut.
    pub(crate) fn count(&self) -> usize {
        self.cuts
    }

    /// How many writes were done.
    pub(crate) fn writes(&self) -> usize {
        self.writes
    }

    /// Whether the process is killed before this write.
    fn die(&mut self) -> Result<(), StoreError> {
        if self.left == Some(0) {
            self.left = self.lives.next();
            self.cuts += 1;
            return Err(StoreError::Lost);
        }
        self.left = self.left.map(|left| left - 1);
        self.writes += 1;
        Ok(())
    }
}

impl Store for Cut {
    fn place(&self) -> String {
        self.store.place()
    }

    fn acquire(&mut self, claim: &Claim<'_>) -> Result<Fence, StoreError> {
        self.store.acquire(claim)
    }

    fn release(&mut self, fence: Fence) -> Result<(), StoreError> {
        self.store.release(fence)
    }

    fn begin(&mut self, fence: Fence, run: &NewRun<'_>) -> Result<Run, StoreError> {
        self.die()?;
        self.store.begin(fence, run)
    }

    fn steady(&self, ask: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.store.steady(ask)
    }

    fn releases(&self) -> Result<Vec<(ReleaseId, Release, Outcome)>, StoreError> {
        self.store.releases()
    }

    fn scores(&self) -> Result<Vec<Score>, StoreError> {
        self.store.scores()
    }

    fn advance(&mut self, fence: Fence, news: &News) -> Result<usize, StoreError> {
        self.die()?;
        self.store.advance(fence, news)
    }

    fn findings(&self, id: DocumentId) -> Result<Vec<Held>, StoreError> {
        self.store.findings(id)
    }

    fn documents(&self) -> Result<Vec<Known>, StoreError> {
        self.store.documents()
    }

    fn document(&self, id: DocumentId) -> Result<DocumentState, StoreError> {
        self.store.document(id)
    }

    fn record(&mut self, fence: Fence, records: &[Record]) -> Result<(), StoreError> {
        // each document could be the last
        for one in records.chunks(1) {
            self.die()?;
            self.store.record(fence, one)?;
        }
        Ok(())
    }

    fn stamp(&mut self, fence: Fence, stamps: &[(DocumentId, String)]) -> Result<(), StoreError> {
        self.die()?;
        self.store.stamp(fence, stamps)
    }

    fn overview(&self) -> Result<Vec<Line>, StoreError> {
        self.store.overview()
    }

    fn conditions(&self) -> Result<Vec<Condition>, StoreError> {
        self.store.conditions()
    }

    fn finish(&mut self, fence: Fence, run: u64, closing: &Closing) -> Result<(), StoreError> {
        self.die()?;
        self.store.finish(fence, run, closing)
    }

    fn events(&self, wanted: &Wanted) -> Result<Vec<Event>, StoreError> {
        self.store.events(wanted)
    }

    fn count_events(&self, wanted: &Wanted) -> Result<BTreeMap<EventKind, usize>, StoreError> {
        self.store.count_events(wanted)
    }

    fn holders(
        &self,
        package: (&str, &str),
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Holder>, StoreError> {
        self.store.holders(package, wanted)
    }

    fn open_findings(&self, ids: &[AdvisoryId]) -> Result<Vec<Affected>, StoreError> {
        self.store.open_findings(ids)
    }

    fn detections(&self) -> Result<Vec<Detection>, StoreError> {
        self.store.detections()
    }

    fn runs(&self, most: usize) -> Result<Vec<PastRun>, StoreError> {
        self.store.runs(most)
    }

    fn portfolio(&self) -> Result<Vec<Card>, StoreError> {
        self.store.portfolio()
    }

    fn vacuum(&mut self, fence: Fence, before: Option<Timestamp>) -> Result<Forgotten, StoreError> {
        self.store.vacuum(fence, before)
    }

    fn delivered(&self) -> Result<Option<String>, StoreError> {
        self.store.delivered()
    }

    fn deliver(&self, note: &str) -> Result<(), StoreError> {
        self.store.deliver(note)
    }
}
