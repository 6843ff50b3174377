//! What is known to be vulnerable: OSV records, the index over them, what ships with bomvet.

pub mod bundled;
pub mod correction;
pub mod database;
pub mod exploitation;
pub mod import;
pub mod playbook;
pub mod ranges;
pub mod record;
pub mod severity;
pub mod sign;
pub mod source;
pub mod store;
pub mod update;
mod zip_check;
