//! Maven projects: a POM as written, and what Maven makes of it.
//!
//! `model` holds a POM as it stands in its file, with the bytes of every value; `parse` reads it.
//! `lineage` finds parents and imported bills of materials, `profile` says which profiles count,
//! `inherit` merges a POM with its parents, `interpolate` fills in properties, `effective` puts
//! it all together as Maven 3 does and says which line decides each version. `collect` and `mediate`
//! follow the dependencies, `ask` finds releases: in folders, then in the remote repositories that
//! `reach` names, which `remote` asks when it was told to.
//!
//! Promise: an answer that Maven would give, or the reason why there is none.

mod access;
mod ask;
mod collect;
mod context;
mod coordinates;
mod declared;
mod descriptor;
mod effective;
mod generic;
mod import;
mod inherit;
mod interpolate;
mod launch;
mod library;
mod lineage;
mod mediate;
mod metadata;
mod model;
mod order;
mod parse;
mod prefetch;
mod profile;
mod range;
mod reach;
mod reactor;
mod reader;
mod remote;
mod repository;
mod resolve;
mod secret;
mod session;
mod settings;
mod usage;
mod xml;

pub use access::{Access, Mirror, Proxy, Server};
pub use context::Machine;
pub use coordinates::{Artifact, Coordinates};
pub use declared::{By, Checksums, Declared, Policy, Updates};
pub use descriptor::{Gap, Weight};
pub use effective::{Effective, EffectiveDependency, How, Version, effective};
pub use interpolate::{Fault, Interpolated};
pub use library::{Origin, PomFile, Remark, normal};
pub use lineage::{Missing, Role};
pub use metadata::Metadata;
pub use model::{
    Activation, Containers, Dependency, Exclusion, Lines, Parent, Pom, Profile, Property,
    RelativePath, Relocation, Section, Spanned, Text,
};
pub use parse::PomError;
pub use remote::{Online, Remotes, Trouble};
pub use repository::{LocalRepository, Repository, Stored};
pub use resolve::{Conflict, Resolution, Resolved, Unresolved, resolve};
pub use secret::{Master, Secret, Security};
pub use session::Maven;
pub use settings::Settings;
pub use usage::{Use, uses};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files that POMs refer to.
///
/// The two ways of not having one lead to different advice: `Ok(None)` means that it does not
/// exist, `Err` that nobody could ask (a folder, no permission).
pub trait PomSource: Sync {
    /// The text of a file.
    ///
    /// # Errors
    /// The cause, in words, when the path could not be asked for.
    fn at(&self, path: &Path) -> Result<Option<String>, String>;

    /// Whether there is a file or a folder at a path; `None`: nobody knows.
    fn exists(&self, path: &Path) -> Option<bool>;

    /// The names of the files in a folder, in order; none where there is no such folder.
    ///
    /// # Errors
    /// The cause, in words, when the folder could not be asked for.
    fn list(&self, folder: &Path) -> Result<Vec<String>, String>;

    /// The text of bytes that came from elsewhere.
    ///
    /// # Errors
    /// What they are instead.
    fn decode(&self, bytes: &[u8]) -> Result<String, String> {
        String::from_utf8(bytes.to_vec()).map_err(|_| "it is no UTF-8 text".to_owned())
    }
}

/// No files at all: for a POM from standard input.
#[derive(Clone, Copy, Debug)]
pub struct Nowhere;

impl PomSource for Nowhere {
    fn at(&self, _: &Path) -> Result<Option<String>, String> {
        Ok(None)
    }

    fn exists(&self, _: &Path) -> Option<bool> {
        None
    }

    fn list(&self, _: &Path) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
}

/// Files in memory by their paths.
impl PomSource for BTreeMap<PathBuf, String> {
    fn at(&self, path: &Path) -> Result<Option<String>, String> {
        Ok(self.get(path).cloned())
    }

    fn exists(&self, path: &Path) -> Option<bool> {
        Some(self.contains_key(path))
    }

    fn list(&self, folder: &Path) -> Result<Vec<String>, String> {
        let inside = self.keys().filter(|path| path.parent() == Some(folder));
        let names = inside.filter_map(|path| path.file_name());
        Ok(names.map(|name| name.to_string_lossy().into_owned()).collect())
    }
}

#[cfg(test)]
mod tests;
