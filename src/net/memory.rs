//! Small files that are kept in memory as they come.

use std::io;

use super::{Sink, Stamp};
use crate::files::sha256;

/// What came, in memory. A [`super::Request`] says how much may come.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// All that came so far.
    pub bytes: Vec<u8>,
    /// Of which state of the file.
    pub stamp: Stamp,
}

impl Sink for Memory {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    fn restart(&mut self, stamp: Stamp) -> io::Result<()> {
        *self = Self { bytes: Vec::new(), stamp };
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn sha256(&mut self) -> io::Result<String> {
        Ok(sha256([self.bytes.as_slice()]))
    }
}
