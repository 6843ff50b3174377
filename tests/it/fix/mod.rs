//! `bomvet fix` as its users run it.

mod bytes;
mod project;
mod real;
mod refusals;
mod routes;
