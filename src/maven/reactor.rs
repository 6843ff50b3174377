//! The modules that are built together: what one of them needs from another comes from the tree, not
//! from a repository.
//!
//! Maven learns them from the POM that it is started on. Nobody starts it here, so the build is that
//! of the topmost POM above the scanned one that lists it among its modules, directly or through
//! others, together with the modules of the scanned POM and of its parents on disk.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::coordinates::Coordinates;
use super::effective::{EffectiveDependency, How, Version};
use super::inherit::Model;
use super::interpolate::{Interpolated, interpolate};
use super::launch::folders_upwards;
use super::library::{Kind, Library, Origin, beside};

/// How many modules one build may have.
const MAX_MODULES: usize = 5_000;

/// The POMs of one build.
#[derive(Debug, Default)]
pub(super) struct Modules {
    pub(super) paths: HashSet<PathBuf>,
    /// By `artifactId` as written.
    named: HashMap<String, Vec<PathBuf>>,
    /// Those whose `artifactId` holds a reference.
    unnamed: Vec<PathBuf>,
}

impl Modules {
    fn add(&mut self, path: PathBuf, artifact: String) -> bool {
        if !self.paths.insert(path.clone()) {
            return false;
        }
        match artifact.contains("${") {
            true => self.unnamed.push(path),
            false => self.named.entry(artifact).or_default().push(path),
        }
        true
    }
}

/// What one library knows about its modules.
#[derive(Debug, Default)]
pub(super) struct Reactor {
    pub(super) builds: Vec<Arc<Modules>>,
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
        let lists = |root: &&PathBuf| self.modules_of(root).paths.contains(&own);
        if let Some(root) = roots.iter().rev().find(lists) {
            self.join(root);
        }
    }

    /// Adds the modules of a POM of the tree.
    pub(super) fn join(&mut self, root: &Path) {
        if self.reactor.roots.insert(root.to_owned()) {
            let modules = self.modules_of(root);
            self.reactor.builds.push(modules);
        }
    }

    /// A POM and its modules, the modules of those, and so on: found once for all POMs of a scan.
    fn modules_of(&self, root: &Path) -> Arc<Modules> {
        self.maven.reactor(root, || self.walk(root))
    }

    fn walk(&self, root: &Path) -> Modules {
        let mut found = Modules::default();
        let mut open = vec![root.to_owned()];
        while let Some(path) = open.pop() {
            if found.paths.len() >= MAX_MODULES {
                break;
            }
            // a module that cannot be read is not one that anything can come from
            let Some(module) = self.peek(&path) else { continue };
            let artifact = module.pom.artifact.as_ref().map(|text| text.value.clone());
            if !found.add(module.path.clone(), artifact.unwrap_or_default()) {
                continue;
            }
            let modules = self.modules_with_profiles(&module);
            open.extend(modules.iter().rev().map(|text| beside(&module.path, &text.value)));
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

    /// The version of a dependency that has none in a POM of a later format than 4.0.0: Maven 4 takes that
    /// of the module of that name as if it were written there, so that no management overrules it.
    pub(super) fn inferred(&mut self, of: &EffectiveDependency) -> Option<Version> {
        let format = self.file(of.file)?.pom.model_version.as_ref()?;
        if matches!(format.value.as_str(), "" | "4.0.0") {
            return None;
        }
        let (group, artifact) = (&of.group.text, &of.artifact.text);
        let is_it = |own: &Coordinates| own.group == *group && own.artifact == *artifact;
        let candidates = self.candidates(artifact).into_iter();
        let mut known = candidates.filter_map(|file| Some((file, self.module_coordinates(file)?)));
        let (file, own) = known.find(|(_, own)| is_it(own))?;
        let pom = &self.file(file)?.pom;
        let parent = || pom.parent.as_ref()?.version.as_ref();
        let written = pom.version.as_ref().or_else(parent).map(|text| (file, text.span.clone()));
        let (file, span) = written.unwrap_or_else(|| (of.file, of.span.clone()));
        let value = Interpolated { text: own.version, fault: None };
        Some(Version { value, file, span, how: How::Project, assumed: false })
    }

    /// Modules that may have that name: it may be written with a reference.
    fn candidates(&mut self, artifact: &str) -> Vec<usize> {
        let mut paths: Vec<PathBuf> = Vec::new();
        for build in &self.reactor.builds {
            let named = build.named.get(artifact).into_iter().flatten();
            for path in named.chain(&build.unnamed) {
                if !paths.contains(path) {
                    paths.push(path.clone());
                }
            }
        }
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
        let lineage = self.quietly(|library| library.lineage(file, &setting));
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
