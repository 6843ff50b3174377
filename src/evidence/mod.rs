//! What else was given besides bills of materials, and what it shows about findings.
//!
//! Evidence never hides a finding and never opens the gate: it tells which conditions hold.

pub mod archive;
pub mod logging;
