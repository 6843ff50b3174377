//! Merges a POM with its parents, before anything is filled in (Maven's
//! `DefaultInheritanceAssembler`: texts are inherited as written and interpolated afterwards).
//!
//! Group, version, properties, dependencies and management are inherited; artifact, packaging,
//! modules and profiles are not. An entry of the child replaces the parent's entry of the same key
//! whole; nothing is merged field by field.

use std::collections::HashMap;
use std::sync::Arc;

use super::declared::Declared;
use super::library::{Outside, PomFile, Setting};
use super::lineage::{Generation, Lineage};
use super::model::{Dependency, Section, Text};
use super::reach::Reach;

/// A text and the file that it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located {
    /// Index of the file.
    pub(super) file: usize,
    /// The text.
    pub(super) text: Text,
}

/// A dependency as written, and the file that it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Index of the file.
    pub(super) file: usize,
    /// The element.
    pub(super) dependency: Arc<Dependency>,
}

/// A POM with all that it inherits, nothing filled in.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    fields: HashMap<&'static str, Located>,
    /// Properties by name.
    pub(super) properties: HashMap<String, Located>,
    /// Managed dependencies and imports.
    pub(super) management: Vec<Entry>,
    /// Dependencies.
    pub(super) dependencies: Vec<Entry>,
    /// The values that no POM states.
    pub(super) outside: Arc<Outside>,
    /// `${basedir}`.
    pub(super) basedir: Option<String>,
    /// The remote repositories, the child's first.
    pub(super) repositories: Vec<Declared>,
    /// Where its imports and dependencies are looked for.
    pub(super) reach: Reach,
}

impl Model {
    /// A field of the project by its path in the POM: `version`, `parent.version`.
    pub(super) fn field(&self, path: &str) -> Option<&Located> {
        self.fields.get(path)
    }

    /// Merges a file with its parents.
    pub(super) fn assemble(files: &[PomFile], lineage: &Lineage, setting: &Setting) -> Self {
        let basedir = setting.basedir.as_ref().map(|folder| folder.display().to_string());
        let outside = Arc::clone(&setting.outside);
        let mut model = Self { outside, basedir, ..Self::default() };
        if let Some((file, section)) = &setting.external {
            model.inherit_properties(*file, section);
        }
        let last = lineage.generations.len().saturating_sub(1);
        for (number, generation) in lineage.generations.iter().enumerate() {
            let Some(file) = files.get(generation.file) else {
                continue;
            };
            if number == 0 {
                model.own_fields(generation, file);
            }
            let orphaned = number == last && lineage.missing.is_some();
            model.inherited_fields(generation.file, file, orphaned);
            model.inherit_properties(generation.file, &generation.section);
            model.repositories.extend(generation.section.repositories.iter().cloned());
        }
        for Generation { file, section, .. } in lineage.generations.iter().rev() {
            model.management = merge(entries(*file, &section.management), model.management);
            model.dependencies = merge(entries(*file, &section.dependencies), model.dependencies);
        }
        model
    }

    fn set(&mut self, name: &'static str, file: usize, text: Option<&Text>) {
        if let Some(text) = text {
            self.fields.entry(name).or_insert_with(|| Located { file, text: text.clone() });
        }
    }

    fn own_fields(&mut self, generation: &Generation, file: &PomFile) {
        let (index, pom) = (generation.file, &file.pom);
        let start = pom.span.start;
        let jar = Text { value: "jar".to_owned(), span: start..start };
        self.set("artifactId", index, pom.artifact.as_ref());
        self.set("packaging", index, pom.packaging.as_ref().or(Some(&jar)));
        self.set("modelVersion", index, pom.model_version.as_ref());
        if let Some(parent) = &pom.parent {
            self.set("parent.groupId", index, parent.group.as_ref());
            self.set("parent.artifactId", index, parent.artifact.as_ref());
            let chosen = parent.version.as_ref().zip(generation.parent_version.as_ref());
            let chosen =
                chosen.map(|(text, version)| Text { value: version.clone(), ..text.clone() });
            self.set("parent.version", index, chosen.as_ref().or(parent.version.as_ref()));
        }
    }

    /// Group and version of the nearest file that has them; of a parent that is out of reach at
    /// least the reference is known.
    fn inherited_fields(&mut self, index: usize, file: &PomFile, orphaned: bool) {
        self.set("groupId", index, file.pom.group.as_ref());
        self.set("version", index, file.pom.version.as_ref());
        if let (Some(parent), true) = (&file.pom.parent, orphaned) {
            self.set("groupId", index, parent.group.as_ref());
            self.set("version", index, parent.version.as_ref());
        }
    }

    fn inherit_properties(&mut self, file: usize, section: &Section) {
        for property in section.properties.iter().rev() {
            let located = || Located { file, text: property.value.clone() };
            self.properties.entry(property.name.clone()).or_insert_with(located);
        }
    }
}

fn entries(file: usize, dependencies: &[Arc<Dependency>]) -> Vec<Entry> {
    let entry = |dependency: &Arc<Dependency>| Entry { file, dependency: Arc::clone(dependency) };
    dependencies.iter().map(entry).collect()
}

/// The child's entries, then those of the parent with other keys.
///
/// Doubles as Maven's `MergingList` has them: they survive when the parent has nothing to add;
/// else of the child's the last stands at the place of the first, and of the parent's the first.
fn merge(child: Vec<Entry>, parent: Vec<Entry>) -> Vec<Entry> {
    if parent.is_empty() {
        return child;
    }
    let mut merged: Vec<Entry> = Vec::with_capacity(child.len() + parent.len());
    let mut places = HashMap::new();
    for entry in child {
        let place = *places.entry(owned_key(&entry.dependency)).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(earlier) => *earlier = entry,
            None => merged.push(entry),
        }
    }
    for entry in parent {
        places.entry(owned_key(&entry.dependency)).or_insert_with(|| {
            merged.push(entry);
            merged.len() - 1
        });
    }
    merged
}

fn owned_key(dependency: &Dependency) -> [String; 4] {
    dependency.key().map(str::to_owned)
}

/// Of dependencies with the same key the last counts, at the place of the first (Maven's
/// `DefaultModelNormalizer`; also how a profile replaces entries).
pub(super) fn last_wins(dependencies: Vec<Arc<Dependency>>) -> Vec<Arc<Dependency>> {
    let mut kept: Vec<Arc<Dependency>> = Vec::with_capacity(dependencies.len());
    let mut places = HashMap::new();
    for dependency in dependencies {
        let place = *places.entry(owned_key(&dependency)).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(earlier) => *earlier = dependency,
            None => kept.push(dependency),
        }
    }
    kept
}
