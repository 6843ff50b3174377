//! A supplier's delivery, judged: what it is worth, what its claims are worth, what to ask.
//!
//! Everything here ends in one kind of value, the [`Remark`]: one fault, by one rule, with the
//! evidence that shows it and the clause that asks for it. The decision and the questions to the
//! supplier are made of remarks and of nothing else, so every line of both can be traced.

pub mod completeness;
pub mod graph;
pub mod judgement;
pub mod profile;
pub mod quality;
pub mod remark;
pub mod sbom;

pub use judgement::{Judgement, judge};
pub use remark::{About, Clause, Evidence, Remark};
