//! VEX documents that are written: what they say, what they leave out, and that others can read them.
//!
//! The rules are those of `docs/vex.md`; the schemas are the official ones, where they lie beside the
//! repository.

mod check;
mod enrich;
mod round_trip;
mod schemas;
mod stage;
mod statements;
