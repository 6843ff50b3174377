//! Signs of life while a run reads, fetches and judges: what takes longer than a lease must not lose it.

use jiff::{SignedDuration, Timestamp};

use super::LEASE;
use crate::audit::store::{Fence, Store, StoreError};

/// How old the last sign may be.
const OFTEN: SignedDuration = SignedDuration::from_secs(30);

/// Prolongs a lease in time.
pub(super) struct Pulse<'r> {
    pub(super) store: &'r mut dyn Store,
    pub(super) fence: &'r mut Fence,
    pub(super) clock: &'r dyn Fn() -> Timestamp,
}

impl Pulse<'_> {
    /// Gives a sign of life, unless the last one is fresh.
    ///
    /// # Errors
    /// When the lease is lost or the store cannot be used.
    pub(super) fn beat(&mut self) -> Result<(), StoreError> {
        let until = (self.clock)() + LEASE;
        if until.duration_since(self.fence.until) < OFTEN {
            return Ok(());
        }
        self.fence.until = until;
        self.store.record(*self.fence, &[])
    }
}
