//! Maven projects: a POM as written, and what Maven makes of it.
//!
//! `model` holds a POM as it stands in its file, with the bytes of every value; `parse` reads it.
//! `lineage` finds parents and imported bills of materials, `profile` says which profiles count,
//! `inherit` merges a POM with its parents, `interpolate` fills in properties, `effective` puts
//! it all together as Maven 3 does and says which line decides each version.
//!
//! Promise: an answer that Maven would give, or the reason why there is none. Nothing is resolved
//! transitively here and no repository is asked.

mod effective;
mod generic;
mod inherit;
mod interpolate;
mod lineage;
mod model;
mod parse;
mod profile;
mod range;
mod reader;
mod xml;

pub use effective::{Effective, EffectiveDependency, How, Version, effective};
pub use interpolate::{Fault, Interpolated};
pub use lineage::{Missing, PomFile, Remark, Role};
pub use model::{
    Activation, Containers, Dependency, Exclusion, Lines, Parent, Pom, Profile, Property,
    RelativePath, Relocation, Section, Spanned, Text,
};
pub use parse::PomError;

use std::path::Path;

/// Where the POMs come from that another POM refers to.
///
/// The two ways of not having one lead to different advice: `Ok(None)` means that it does not
/// exist, `Err` that nobody could ask (a folder, no permission, no network).
pub trait PomSource {
    /// The text of the POM at a path.
    ///
    /// # Errors
    /// The cause, in words, when the path could not be asked for.
    fn at(&self, path: &Path) -> Result<Option<String>, String>;
}

/// No files at all: for a POM from standard input.
#[derive(Clone, Copy, Debug)]
pub struct Nowhere;

impl PomSource for Nowhere {
    fn at(&self, _: &Path) -> Result<Option<String>, String> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
