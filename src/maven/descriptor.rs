//! What a dependency's POM says to whoever depends on it (`DefaultArtifactDescriptorReader`).
//!
//! Maven is strict about a POM that it builds and lenient about one that it only reads: a missing POM
//! or one that breaks a rule makes a leaf, with a warning; one whose parent or import is missing ends
//! the resolution. The rules are those of validation level "minimal".

use super::coordinates::{Artifact, Coordinates};
use std::rc::Rc;

use super::collect::Wanted;
use super::effective::{Built, EffectiveDependency};
use super::interpolate::{Fault, Interpolated, interpolate};
use super::library::{Kind, Library};
use super::reach::Reach;

/// What is known about the dependencies of a release.
#[derive(Clone, Debug)]
pub(super) struct Descriptor {
    /// Its dependencies, in order.
    pub(super) dependencies: Vec<Wanted>,
    /// Where it went.
    pub(super) relocation: Option<[Option<String>; 3]>,
    /// Why nothing is known of its dependencies.
    pub(super) gap: Option<Gap>,
    /// Where they are looked for.
    pub(super) reach: Reach,
}

/// Why the dependencies of a release are not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What Maven does about it.
    pub weight: Weight,
    /// Why, in words.
    pub cause: String,
    /// Whether it may well be found in a repository that nobody asked yet.
    pub elsewhere: bool,
}

/// What Maven does when it cannot know the dependencies of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It takes it for a leaf: the POM is missing or breaks a rule.
    Leaf,
    /// It ends the resolution: the parent or an import of the POM is missing.
    Fatal,
}

impl Descriptor {
    /// Whether Maven ends the resolution over it.
    pub(super) fn is_fatal(&self) -> bool {
        self.gap.as_ref().is_some_and(|gap| gap.weight == Weight::Fatal)
    }

    fn unknown(weight: Weight, cause: String, elsewhere: bool) -> Self {
        let gap = Some(Gap { weight, cause, elsewhere });
        Self { dependencies: Vec::new(), relocation: None, gap, reach: Reach::default() }
    }
}

impl Library<'_> {
    /// What a release says about its dependencies.
    pub(super) fn descriptor(&mut self, of: &Coordinates, reach: Reach) -> Rc<Descriptor> {
        let key = (of.clone(), reach);
        if let Some(known) = self.descriptors.get(&key) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.read_descriptor(of, reach));
        self.descriptors.insert(key, Rc::clone(&found));
        found
    }

    fn read_descriptor(&mut self, of: &Coordinates, reach: Reach) -> Descriptor {
        let (file, kind) = match self.module(of) {
            Some(file) => (file, Kind::Project),
            None => match self.release(of, reach) {
                Ok(file) => (file, Kind::Descriptor),
                Err(lack) => {
                    return Descriptor::unknown(Weight::Leaf, lack.cause, !lack.is_broken);
                }
            },
        };
        let setting = self.setting(file, kind).within(reach);
        let built = self.quietly(|library| library.build(file, &setting, &mut Vec::new()));
        if let Some(missing) = built.missing.iter().find(|missing| missing.elsewhere) {
            let cause = format!("it needs {}: {}", missing.label, missing.cause);
            return Descriptor::unknown(Weight::Fatal, cause, true);
        }
        if let Some(fault) = self.faults_of(&built, file).into_iter().next() {
            return Descriptor::unknown(Weight::Leaf, fault, false);
        }
        let relocation = self.file(file).and_then(|file| file.pom.relocation.clone());
        let relocation = relocation.map(|to| {
            [to.group, to.artifact, to.version]
                .map(|part| part.map(|text| interpolate(&built.model, &text.value).text))
        });
        let dependencies = built.dependencies.iter().map(Wanted::from).collect();
        Descriptor { dependencies, relocation, gap: None, reach: built.model.reach }
    }

    /// The rules that a model breaks at validation level "minimal".
    pub(super) fn faults_of(&self, built: &Built, file: usize) -> Vec<String> {
        let mut faults = built.faults.clone();
        faults.extend(
            built
                .missing
                .iter()
                .map(|missing| format!("it needs {}: {}", missing.label, missing.cause)),
        );
        let pom = self.file(file).map(|file| &file.pom);
        if pom.is_some_and(|pom| pom.model_version.as_ref().is_none_or(|t| t.value.is_empty())) {
            faults.push("it has no modelVersion".to_owned());
        }
        for name in ["groupId", "artifactId", "version"] {
            let text = built.model.field(name).map(|text| &text.text.value);
            let text = text.map(|text| interpolate(&built.model, text)).unwrap_or_default();
            let is_id = name == "version" || is_id(&text.text);
            if text.text.is_empty() || !is_id {
                faults.push(format!("its {name} is \"{}\"", text.text));
            }
        }
        let managed = built.management.iter().map(|entry| &**entry);
        let both = built.dependencies.iter().map(|entry| (entry, true));
        for (entry, used) in both.chain(managed.map(|entry| (entry, false))) {
            faults.extend(fault_of(entry, used));
        }
        faults
    }
}

/// The rules beyond that for a project, of which Maven says that it cannot build it.
pub(super) fn strict_faults(dependencies: &[EffectiveDependency]) -> Vec<String> {
    let odd = |text: &str| {
        text.contains("${") || text.contains(['\\', '/', ':', '"', '<', '>', '|', '?', '*'])
    };
    let versions = dependencies.iter().filter_map(|dependency| {
        let version = &dependency.version.as_ref()?.value.text;
        let name = format!("{}:{}", dependency.group.text, dependency.artifact.text);
        odd(version).then(|| format!("its dependency {name} has version {version}"))
    });
    versions.collect()
}

fn fault_of(entry: &EffectiveDependency, used: bool) -> Option<String> {
    let name = format!("{}:{}", entry.group.text, entry.artifact.text);
    let cycle = |part: &Interpolated| matches!(part.fault, Some(Fault::Cycle(_)));
    let parts = [&entry.group, &entry.artifact, &entry.kind, &entry.classifier];
    let version = entry.version.as_ref().map(|version| &version.value);
    if parts.into_iter().chain(version).any(cycle) {
        return Some(format!("a property of its dependency {name} leads back to itself"));
    }
    if !is_id(&entry.group.text) || !is_id(&entry.artifact.text) {
        return Some(format!("its dependency {name} is no name"));
    }
    if used && version.is_none_or(|version| version.text.is_empty()) {
        return Some(format!("its dependency {name} has no version"));
    }
    if entry.scope.as_deref() == Some("system")
        && !entry.system_path.as_ref().is_some_and(|path| path.starts_with('/'))
    {
        return Some(format!("its dependency {name} of scope system has no absolute path"));
    }
    None
}

/// What may be a group or an artifact.
fn is_id(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    !text.is_empty() && text.chars().all(allowed)
}

impl Library<'_> {
    /// The version that `LATEST` or `RELEASE` stands for; `None` for any other version, and where no
    /// repository knows.
    pub(super) fn newest_of(&mut self, artifact: &Artifact, reach: Reach) -> Option<String> {
        let is_latest = artifact.version == "LATEST";
        if !is_latest && artifact.version != "RELEASE" {
            return None;
        }
        let remotes = self.remotes(reach);
        let (listed, troubles) = self.maven.versions(&artifact.group, &artifact.artifact, remotes);
        self.note(troubles);
        let metadata = listed?;
        let latest = metadata.latest.clone().filter(|_| is_latest);
        latest.or_else(|| metadata.release.clone())
    }
}
