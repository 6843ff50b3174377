//! What is told at the end of a run, as bytes and texts: [`metrics`] of how all stands, and a
//! [`Message`] for each run with events that a notice names. Who sends them keeps [`Delivered`], so
//! that nothing is sent twice and what failed is sent by the next run.

mod card;
mod delivered;
mod message;
mod metrics;

pub use delivered::{Delivered, InvalidDelivered};
pub use message::{Message, fresh_lines, signature};
pub use metrics::metrics;
