//! bomvet audits the dependencies that a bill of materials declares.
//!
//! The modules stand in the order in which a document passes them; each knows only those above it.
//! `ARCHITECTURE.md` tells the story of one document.

// what tests and benchmarks may do and the product may not
#![warn(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods
)]

pub mod ids;
pub mod inventory;
pub mod purl;
pub mod version;

pub mod advisory;
pub mod config;
pub mod files;
pub mod net;

pub mod evidence;
pub mod ingest;
pub mod maven;

pub mod judge;
pub mod matching;
pub mod remedy;

pub mod pipeline;

pub mod fix;
pub mod review;

pub mod audit;

pub mod report;

pub mod serve;

pub mod cli;
