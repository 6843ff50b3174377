//! What outlives one scan: duties with deadlines, and the moments from which they run.

pub mod clock;
