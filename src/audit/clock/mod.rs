//! Clocks: what is owed to whom by when, under which rule, because of what.
//!
//! A [`Regime`] is data: a file of `advisories/regimes`, or one of the user's own. A person says what
//! concerns them ([`Declared`]) and enters when things happened ([`register`]); [`evaluate`] computes
//! from that and the time of now, and from nothing else. Nothing is ever sent: a draft is text.
//!
//! What is promised: without its event a stage is not started and never overdue; no event is concluded
//! from another, but for what is learned, which first detection stands for and is marked so; each date
//! names its regime, the version of its data, its event and who entered that.

mod anchor;
mod bundled;
mod case;
mod evaluate;
mod fact;
mod history;
mod holiday;
mod known;
mod moment;
mod read;
mod regime;
pub mod register;
mod span;
mod standing;
mod table;

pub use anchor::Anchor;
pub use bundled::{bundled, with_own};
pub use case::{Case, Entered, Source, Stands};
pub use evaluate::{Basis, Clock, Need, State, evaluate, evaluate_all, evaluate_stage};
pub use fact::{Fact, Facts, KevDue};
pub use history::History;
pub use holiday::{Holiday, On};
pub use known::Told;
pub use moment::{Lateness, Moment};
pub use read::read;
pub use regime::{Conflict, Content, Evidence, Kind, Known, Limit, Regime, Stage, Start, Status};
pub use span::Span;
pub use standing::{Declared, Standing, conflicts};
pub use table::{Assumed, Input, Looked, Row, Table, Then};

#[cfg(test)]
mod tests;
