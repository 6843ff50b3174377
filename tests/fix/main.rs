//! `bomvet fix` as its users run it.

mod bytes;
#[path = "../maven_support/oracle.rs"]
mod oracle;
mod project;
mod real;
mod refusals;
mod routes;
#[path = "../support/mod.rs"]
mod support;
