//! What outlives one scan: a portfolio that is judged again and again, with a memory.
//!
//! [`run`] is the whole of one audit: the sources of all products ([`portfolio`]) are listed; what the
//! advisory data says of every known release is compared with what it said ([`outcome`]), which tells
//! the documents to judge again; each of them is read and judged as `bomvet scan` would
//! ([`judgement`]), compared with what was known ([`event`], [`condition`]), and written down
//! ([`store`]). [`digest`] says how all stands, [`notice`] tells it, [`search`] where a package is used.
//! [`clock`] are duties with deadlines, and the moments from which they run.

pub mod clock;
pub mod condition;
pub mod digest;
pub mod event;
pub mod judgement;
pub mod markup;
pub mod notice;
pub mod outcome;
pub mod portfolio;
pub mod run;
pub mod search;
pub mod state;
pub mod store;
