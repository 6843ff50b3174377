//! The modules that are built together: what one of them needs from another comes from the tree, not
//! from a repository.
//!
//! Maven learns them from the POM that it is started on. Nobody starts it here, so the build is that
//! of the topmost POM above the scanned one that lists it among its modules, directly or through
//! others, together with the modules of the scanned POM and of its parents on disk.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::coordinates::Coordinates;
use super::inherit::Model;
use super::interpolate::interpolate;
use super::launch::folders_upwards;
use super::library::{Kind, Library, Origin, normal};

/// How many modules one build may have.
const MAX_MODULES: usize = 5_000;

/// A POM that is built along.
#[derive(Clone, Debug)]
pub(super) struct Module {
    path: PathBuf,
    /// `artifactId` as written.
    artifact: String,
}

/// What one library knows about its modules.
#[derive(Debug, Default)]
pub(super) struct Reactor {
    modules: Vec<Module>,
    roots: HashSet<PathBuf>,
    coordinates: HashMap<PathBuf, Option<Coordinates>>,
}

impl Library<'_> {
    /// Finds the build that the first file belongs to.
    pub(super) fn find_reactor(&mut self) {
        let Some(own) = self.file(0).map(|file| file.path.clone()) else { return };
        let above = folders_upwards(&own).into_iter().skip(1).map(|folder| folder.join("pom.xml"));
        let mut roots = vec![own.clone()];
        for candidate in above {
            let Ok(Some(shelved)) = self.maven.file(&candidate) else { continue };
            roots.push(candidate);
            if shelved.pom.is_root {
                break;
            }
        }
        let lists = |library: &mut Self, root: &Path| {
            library.modules_of(root).iter().any(|module| module.path == own)
        };
        if let Some(root) = roots.iter().rev().find(|root| lists(self, root)) {
            self.join(&root.clone());
        }
    }

    /// Adds the modules of a POM of the tree.
    pub(super) fn join(&mut self, root: &Path) {
        if !self.reactor.roots.insert(root.to_owned()) {
            return;
        }
        for module in self.modules_of(root) {
            if !self.reactor.modules.iter().any(|known| known.path == module.path) {
                self.reactor.modules.push(module);
            }
        }
    }

    /// A POM and its modules, the modules of those, and so on.
    fn modules_of(&mut self, root: &Path) -> Vec<Module> {
        let maven = self.maven;
        maven.reactor(root, || self.walk(root)).to_vec()
    }

    fn walk(&mut self, root: &Path) -> Vec<Module> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        let mut open = vec![root.to_owned()];
        while let Some(path) = open.pop() {
            if found.len() >= MAX_MODULES {
                break;
            }
            // a module that cannot be read is not one that anything can come from
            let Ok(file) = self.load(&path) else { continue };
            let Some(known) = self.file(file) else { continue };
            if !seen.insert(known.path.clone()) {
                continue;
            }
            let artifact = known.pom.artifact.as_ref().map(|text| text.value.clone());
            let path = known.path.clone();
            found.push(Module { path, artifact: artifact.unwrap_or_default() });
            let setting = self.setting(file, Kind::Project);
            let section = self.section(file, &setting);
            for module in section.modules.iter().rev() {
                open.push(normal(&self.beside(file, &module.value)));
            }
        }
        found
    }

    /// The module with those coordinates.
    pub(super) fn module(&mut self, wanted: &Coordinates) -> Option<usize> {
        let candidates = self.candidates(&wanted.artifact);
        candidates.into_iter().find(|file| self.module_coordinates(*file).as_ref() == Some(wanted))
    }

    /// The versions that modules of that name have.
    pub(super) fn module_versions(&mut self, group: &str, artifact: &str) -> Vec<String> {
        let candidates = self.candidates(artifact);
        let found = candidates.into_iter().filter_map(|file| self.module_coordinates(file));
        let found = found.filter(|found| found.group == group && found.artifact == artifact);
        found.map(|found| found.version).collect()
    }

    /// Modules that may have that name: it may be written with a reference.
    fn candidates(&mut self, artifact: &str) -> Vec<usize> {
        let named =
            |module: &&Module| module.artifact == artifact || module.artifact.contains("${");
        let paths = self.reactor.modules.iter().filter(named).map(|module| module.path.clone());
        let paths: Vec<_> = paths.collect();
        paths.iter().filter_map(|path| self.load(path).ok()).collect()
    }

    /// The coordinates of a POM of the tree, once it has inherited and filled in what it says.
    pub(super) fn module_coordinates(&mut self, file: usize) -> Option<Coordinates> {
        let path = self.file(file).filter(|file| file.origin == Origin::Tree)?.path.clone();
        if let Some(known) = self.reactor.coordinates.get(&path) {
            return known.clone();
        }
        // whoever asks for the coordinates of a file while they are being found gets none
        self.reactor.coordinates.insert(path.clone(), None);
        let setting = self.setting(file, Kind::Project);
        let lineage = self.lineage(file, &setting);
        let found = Model::assemble(&self.files, &lineage, &setting).coordinates();
        self.reactor.coordinates.insert(path, found.clone());
        found
    }
}

impl Model {
    /// Group, artifact and version, when all of them are known.
    pub(super) fn coordinates(&self) -> Option<Coordinates> {
        let field = |name| {
            let filled = interpolate(self, &self.field(name)?.text.value);
            (filled.fault.is_none() && !filled.text.is_empty()).then_some(filled.text)
        };
        Some(Coordinates {
            group: field("groupId")?,
            artifact: field("artifactId")?,
            version: field("version")?,
        })
    }
}
