//! The files of the project as they are, and as the patch would leave them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::write::{Change, What, written};
use crate::files;
use crate::ingest::spelling::Spelling;
use crate::maven::{Pom, PomSource, normal};

/// Names that plugins give to POMs which they write: flatten, shade, and what CI-friendly versions and
/// releases leave behind.
const GENERATED: [&str; 7] = [
    ".flattened-pom.xml",
    "flattened-pom.xml",
    "dependency-reduced-pom.xml",
    ".ci-friendly-pom.xml",
    "effective-pom.xml",
    "pom.xml.releaseBackup",
    "pom.xml.versionsBackup",
];

/// Files, those that are changed as they would become.
#[derive(Clone)]
pub(super) struct Tree<'a> {
    under: &'a dyn PomSource,
    /// Texts that differ from the files, by normal path.
    pub(super) changed: BTreeMap<PathBuf, String>,
}

impl PomSource for Tree<'_> {
    fn at(&self, path: &Path) -> Result<Option<String>, String> {
        match self.changed.get(&normal(path)) {
            Some(text) => Ok(Some(text.clone())),
            None => self.under.at(path),
        }
    }

    fn exists(&self, path: &Path) -> Option<bool> {
        self.under.exists(path)
    }

    fn list(&self, folder: &Path) -> Result<Vec<String>, String> {
        self.under.list(folder)
    }

    fn decode(&self, bytes: &[u8]) -> Result<String, String> {
        self.under.decode(bytes)
    }
}

impl<'a> Tree<'a> {
    pub(super) fn new(under: &'a dyn PomSource) -> Self {
        Self { under, changed: BTreeMap::new() }
    }

    /// Makes changes that belong together; they count from the texts as they are now.
    ///
    /// # Errors
    /// Why they cannot be made, in words.
    pub(super) fn change(&mut self, changes: &[Change]) -> Result<(), String> {
        let files: BTreeSet<&PathBuf> = changes.iter().map(|change| &change.file).collect();
        for file in files {
            let own: Vec<&What> =
                changes.iter().filter(|one| one.file == *file).map(|one| &one.what).collect();
            let shown = file.display();
            let text = self.at(file)?.ok_or_else(|| format!("there is no {shown}"))?;
            let pom = Pom::parse(&text).map_err(|error| format!("{shown}: {error}"))?;
            let text = written(&text, &pom, &own).map_err(|cause| format!("{shown}: {cause}"))?;
            Pom::parse(&text).map_err(|error| format!("{shown} would be no POM: {error}"))?;
            self.changed.insert(file.clone(), text);
        }
        Ok(())
    }
}

/// What may be edited for a POM that was given.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    /// Folders, absolute; a file that stands in none of them is not of this project.
    pub(super) roots: Vec<PathBuf>,
    /// Folders of releases, absolute.
    pub(super) repositories: Vec<PathBuf>,
    /// The working folder.
    pub(super) here: PathBuf,
}

impl Ground {
    /// Whether a file may be edited.
    ///
    /// # Errors
    /// Why not, in words.
    pub(super) fn admits(&self, path: &Path, source: &dyn PomSource) -> Result<(), String> {
        let shown = path.display();
        let whole = files::real(&normal(&self.here.join(path)));
        let is_below = |folder: &PathBuf| whole.starts_with(files::real(folder));
        if self.repositories.iter().any(is_below) {
            return Err(format!("{shown} lies in the local repository"));
        }
        if let Some(why) = generated(path, source) {
            return Err(format!("{shown} is generated: {why}"));
        }
        if !self.roots.iter().any(is_below) {
            return Err(format!("{shown} lies outside of the project"));
        }
        if files::is_link(path) {
            return Err(format!("{shown} is a link: give the file that it leads to"));
        }
        let bytes = files::read(path).map_err(|error| error.to_string())?;
        Spelling::of(&bytes).map(|_| ()).map_err(|error| format!("{shown} {}", error.cause))
    }
}

/// Why a file counts as written by a build, if it does: its name, or a folder `target` beside a POM.
pub(super) fn generated(path: &Path, source: &dyn PomSource) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    if GENERATED.iter().any(|known| *known == name) {
        return Some("edit the POM that it is made from".to_owned());
    }
    let is_output = |folder: &&Path| {
        let is_target =
            folder.components().next_back() == Some(Component::Normal("target".as_ref()));
        is_target && source.exists(&folder.with_file_name("pom.xml")) == Some(true)
    };
    let folder = path.ancestors().skip(1).find(is_output)?;
    Some(format!("{} holds what the build writes", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Disk;

    #[test]
    fn what_a_repository_sends_is_read_in_any_encoding_as_without_changes() {
        let sent = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><name>\xe4</name>";
        let text = Tree::new(&Disk).decode(sent);
        assert!(text.as_ref().is_ok_and(|text| text.contains('\u{e4}')), "{text:?}");
    }
}
