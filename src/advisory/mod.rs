//! What is known to be vulnerable: OSV records, the index over them, what ships with bomvet.

pub mod bundled;
pub mod classes;
pub mod database;
pub mod playbook;
pub mod ranges;
pub mod record;
pub mod severity;
pub mod sign;
pub mod source;
