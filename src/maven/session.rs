//! What all projects of one scan share: where POMs come from, the machine, and a shelf on which each
//! POM stands once, whoever asked for it first and on whichever thread.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::PomSource;
use super::context::Machine;
use super::coordinates::Coordinates;
use super::library::normal;
use super::metadata::Metadata;
use super::model::Pom;
use super::reactor::Modules;
use super::remote::{Registry, Remotes};
use super::repository::{LocalRepository, Repository, Stored};

/// A POM on the shelf.
#[derive(Debug)]
pub(super) struct Shelved {
    pub(super) path: PathBuf,
    pub(super) pom: Arc<Pom>,
    /// The path as people read it.
    pub(super) shown: String,
}

impl Shelved {
    pub(super) fn new(path: PathBuf, pom: Pom) -> Self {
        Self { shown: path.display().to_string(), path, pom: Arc::new(pom) }
    }
}

/// A POM, that there is none, or why nobody knows.
pub(super) type Answer = Result<Option<Arc<Shelved>>, Refused>;

/// The versions of an artifact, where anybody lists them.
type Listed = Option<Arc<Metadata>>;

/// Why there is no POM to be had though something is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Nobody could ask.
    Unasked(String),
    /// It is there and is no POM.
    Broken(String),
}

impl Refused {
    pub(super) fn cause(&self) -> &str {
        match self {
            Self::Unasked(cause) | Self::Broken(cause) => cause,
        }
    }
}

/// Maven, as far as it resolves versions: shared by all POMs of a scan.
pub struct Maven<'s> {
    source: &'s dyn PomSource,
    repositories: Vec<Box<dyn Repository + 's>>,
    registry: Option<Arc<Registry>>,
    pub(super) machine: Machine,
    files: Mutex<HashMap<PathBuf, Answer>>,
    releases: Mutex<HashMap<Coordinates, Answer>>,
    fetched: Mutex<HashMap<PathBuf, Result<Arc<Shelved>, Refused>>>,
    versions: Mutex<HashMap<(String, String), Listed>>,
    reactors: Mutex<HashMap<PathBuf, Arc<Modules>>>,
}

impl<'s> Maven<'s> {
    /// Without any repository: POMs refer to files of their own tree alone.
    #[must_use]
    pub fn new(source: &'s dyn PomSource, machine: Machine) -> Self {
        Self {
            source,
            repositories: Vec::new(),
            registry: None,
            machine,
            files: Mutex::default(),
            releases: Mutex::default(),
            fetched: Mutex::default(),
            versions: Mutex::default(),
            reactors: Mutex::default(),
        }
    }

    /// The same machine and remote repositories over other files: what was fetched is not fetched again.
    #[must_use]
    pub fn over<'t>(&self, source: &'t dyn PomSource) -> Maven<'t> {
        Maven { registry: self.registry.clone(), ..Maven::new(source, self.machine.clone()) }
    }

    /// With the repository in a folder, asked after those that are there already.
    #[must_use]
    pub fn with_local(self, folder: PathBuf) -> Self {
        let below_home = self.machine.home.as_ref().and_then(|home| folder.strip_prefix(home).ok());
        let shown = match below_home {
            // reports are not to tell where a user lives
            Some(below) => format!("~/{}", below.display()),
            None => folder.display().to_string(),
        };
        let source = self.source;
        self.with(Box::new(LocalRepository::new(folder, shown, source)))
    }

    /// With one more repository, asked after those that are there already.
    #[must_use]
    pub fn with(mut self, repository: Box<dyn Repository + 's>) -> Self {
        self.repositories.push(repository);
        self
    }

    /// With remote repositories, asked after all others.
    #[must_use]
    pub fn with_remotes(self, remotes: Remotes) -> Self {
        Self { registry: Some(Arc::new(Registry::new(remotes))), ..self }
    }

    pub(super) fn registry(&self) -> Option<&Registry> {
        self.registry.as_deref()
    }

    /// Whether remote repositories are asked.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.registry().is_some_and(Registry::is_online)
    }

    pub(super) fn source(&self) -> &dyn PomSource {
        self.source
    }

    /// The repositories that are asked first, in words.
    pub(super) fn near(&self) -> Vec<String> {
        self.repositories.iter().map(|repository| repository.name()).collect()
    }

    /// The text of a file of the project tree.
    pub(super) fn text(&self, path: &Path) -> Result<Option<String>, String> {
        self.source.at(path)
    }

    /// Whether there is a file or a folder.
    pub(super) fn exists(&self, path: &Path) -> Option<bool> {
        self.source.exists(path)
    }

    /// The POM in a file of the project tree.
    pub(super) fn file(&self, path: &Path) -> Answer {
        let read = || {
            let text = self.source.at(path).map_err(|cause| {
                Refused::Unasked(format!("could not read {}: {cause}", path.display()))
            })?;
            let shown = path.display().to_string();
            text.map(|text| shelved(path.to_owned(), &text, shown)).transpose()
        };
        remembered(&self.files, path.to_owned(), read)
    }

    /// What a remote repository sent, read once.
    pub(super) fn read(&self, stored: Stored, of: &Coordinates) -> Result<Arc<Shelved>, Refused> {
        let Stored { path, text } = stored;
        remembered(&self.fetched, path.clone(), || shelved(path, &text, of.place()))
    }

    /// The POM of a release, from the first repository in a folder that has it.
    pub(super) fn stored(&self, of: &Coordinates) -> Answer {
        let read = || {
            let mut refused = None;
            for repository in &self.repositories {
                match repository.pom(of) {
                    Ok(Some(Stored { path, text })) => {
                        return shelved(path, &text, of.place()).map(Some);
                    }
                    Ok(None) => {}
                    Err(cause) => {
                        let cause = format!("could not ask {}: {cause}", repository.name());
                        refused.get_or_insert(Refused::Unasked(cause));
                    }
                }
            }
            refused.map_or(Ok(None), Err)
        };
        remembered(&self.releases, of.clone(), read)
    }

    /// The versions of an artifact that repositories in folders list; `None` when none of them does.
    pub(super) fn listed(&self, group: &str, artifact: &str) -> Option<Arc<Metadata>> {
        let read = || {
            let mut merged: Option<Metadata> = None;
            let listed = self.repositories.iter();
            for found in listed.filter_map(|r| r.versions(group, artifact).ok().flatten()) {
                match &mut merged {
                    None => merged = Some(found),
                    Some(merged) => merged.merge(found),
                }
            }
            merged.map(Arc::new)
        };
        remembered(&self.versions, (group.to_owned(), artifact.to_owned()), read)
    }

    /// The modules of a build, found once for each root.
    pub(super) fn reactor(&self, root: &Path, find: impl FnOnce() -> Modules) -> Arc<Modules> {
        remembered(&self.reactors, root.to_owned(), || Arc::new(find()))
    }
}

/// Where the POM of a module may be: in a file, or as `pom.xml` in a folder; the likelier first.
pub(super) fn file_or_folder(path: &Path) -> [PathBuf; 2] {
    let path = normal(path);
    let inner = path.join("pom.xml");
    let is_file = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xml"));
    if is_file { [path, inner] } else { [inner, path] }
}

fn shelved(path: PathBuf, text: &str, shown: String) -> Result<Arc<Shelved>, Refused> {
    match Pom::parse(text) {
        Ok(pom) => Ok(Arc::new(Shelved { shown, ..Shelved::new(path, pom) })),
        Err(error) => Err(Refused::Broken(match error.place {
            Some(place) => format!("could not read {shown} at {place}: {error}"),
            None => format!("could not read {shown}: {error}"),
        })),
    }
}

/// What a map has for a key, else what `find` gives; two threads may find the same at once.
fn remembered<K: std::hash::Hash + Eq, V: Clone>(
    map: &Mutex<HashMap<K, V>>,
    key: K,
    find: impl FnOnce() -> V,
) -> V {
    let known = map.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    known.unwrap_or_else(|| {
        let found = find();
        map.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
        found
    })
}
