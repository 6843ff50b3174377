//! Where released POMs come from.
//!
//! A [`Repository`] answers by coordinates. The local one reads Maven's layout from a folder, be it
//! what builds left there (`maven-metadata-central.xml`, snapshots under their plain name) or a
//! copy of a remote one (`maven-metadata.xml`, snapshots with timestamps). What `_remote.repositories`
//! says, whom a file was fetched from, does not matter here. Nothing is ever written.

use std::path::{Path, PathBuf};

use super::PomSource;
use super::coordinates::Coordinates;
use super::metadata::Metadata;

/// The POM of a release, as it lies in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A place that holds the POMs of releases.
///
/// `Ok(None)` means that it does not have it, `Err` that nobody could ask.
pub trait Repository: Sync {
    /// What to call it in a sentence: `the local repository ~/.m2/repository`.
    fn name(&self) -> String;

    /// The POM of a release; of a snapshot the newest.
    ///
    /// # Errors
    /// The cause, in words.
    fn pom(&self, of: &Coordinates) -> Result<Option<Stored>, String>;

    /// What it knows about the versions of an artifact.
    ///
    /// # Errors
    /// The cause, in words.
    fn versions(&self, group: &str, artifact: &str) -> Result<Option<Metadata>, String>;
}

/// A repository in a folder.
pub struct LocalRepository<'s> {
    folder: PathBuf,
    shown: String,
    source: &'s dyn PomSource,
}

impl<'s> LocalRepository<'s> {
    /// The repository in that folder, read through `source`; `shown` is the folder for people.
    #[must_use]
    pub fn new(folder: PathBuf, shown: String, source: &'s dyn PomSource) -> Self {
        Self { folder, shown, source }
    }

    fn folder_of(&self, group: &str, artifact: &str) -> PathBuf {
        group.split('.').fold(self.folder.clone(), |path, part| path.join(part)).join(artifact)
    }

    /// All metadata of a folder, merged; a file that is no metadata counts for nothing, as in Maven.
    fn metadata(&self, folder: &Path, of: &str) -> Result<Option<Metadata>, String> {
        let mut merged: Option<Metadata> = None;
        for name in self.source.list(folder)? {
            if !name.starts_with("maven-metadata") || !name.ends_with(".xml") {
                continue;
            }
            let text = self.source.at(&folder.join(&name))?;
            let read = text.and_then(|text| Metadata::parse(&text, of).ok());
            match (&mut merged, read) {
                (_, None) => {}
                (None, Some(read)) => merged = Some(read),
                (Some(merged), Some(read)) => merged.merge(read),
            }
        }
        Ok(merged)
    }
}

impl Repository for LocalRepository<'_> {
    fn name(&self) -> String {
        format!("the local repository {}", self.shown)
    }

    fn pom(&self, of: &Coordinates) -> Result<Option<Stored>, String> {
        if !of.are_harmless() {
            return Ok(None);
        }
        let folder = self.folder_of(&of.group, &of.artifact).join(&of.version);
        let mut names = vec![of.version.clone()];
        if of.is_snapshot()
            && let Some(metadata) = self.metadata(&folder, &of.version)?
            && let Some(snapshot) = metadata.snapshot
        {
            names.insert(0, snapshot.version);
        }
        for version in names {
            let harmless = Coordinates { version: version.clone(), ..of.clone() }.are_harmless();
            let path = folder.join(format!("{}-{version}.pom", of.artifact));
            if harmless && let Some(text) = self.source.at(&path)? {
                return Ok(Some(Stored { path, text }));
            }
        }
        Ok(None)
    }

    fn versions(&self, group: &str, artifact: &str) -> Result<Option<Metadata>, String> {
        let (group, artifact) = (group.to_owned(), artifact.to_owned());
        let asked = Coordinates { group, artifact, version: "any".to_owned() };
        if !asked.are_harmless() {
            return Ok(None);
        }
        self.metadata(&self.folder_of(&asked.group, &asked.artifact), "")
    }
}
