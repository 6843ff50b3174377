//! What is told at the end of a run, as bytes and texts: [`metrics`] of how all stands, and a
//! [`Message`] for each run with events that a notice names, which becomes JSON, a [`Letter`], or an
//! [`Issue`] for each [`Group`] by a [`Template`]. Who sends them keeps [`Delivered`], so that nothing is
//! sent twice and what failed is sent by the next run.

mod card;
mod delivered;
mod issue;
mod mail;
mod message;
mod metrics;
mod template;
pub mod tracker;

pub use delivered::{Delivered, InvalidDelivered, Opened};
pub use issue::{Group, Happened, Issue};
pub use mail::Letter;
pub use message::{Message, fresh_lines, signature};
pub use metrics::{exploited, metrics};
pub use template::{Escape, InvalidTemplate, Template, Written};
