//! Runs case folders: [`case`] reads them, [`sandbox`] runs the program in a copy of the folder,
//! [`content`] and [`verdict`] compare the report with what is expected, [`texts`] holds what is
//! expected in words, [`kinds`] brings it together.

pub(crate) mod case;
pub(crate) mod config;
pub(crate) mod content;
pub(crate) mod fix;
pub(crate) mod kinds;
pub(crate) mod outcome;
pub(crate) mod sandbox;
pub(crate) mod texts;
pub(crate) mod verdict;
