//! The effective POM (Maven 3, `DefaultModelBuilder`), as far as dependencies go.
//!
//! In Maven's order: profiles are put into each POM, parents are merged, references are filled in,
//! bills of materials are imported, management is applied to the dependencies, the scope defaults
//! to `compile`. Entries of the project and its parents win over imported ones, the first import
//! wins over later ones. A bill of materials is a project of its own: properties of the importer
//! do not reach it.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::coordinates::Coordinates;
use super::declared::Declared;
use super::import::Troubles;
use super::inherit::{Entry, Located, Model};
use super::interpolate::{Interpolated, interpolate, origin};
use super::library::{Kind, Library, PomFile, Remark, Setting};
use super::lineage::Missing;
use super::model::{Pom, Text};
use super::reactor::Modules;
use super::remote::{Remote, Trouble};
use super::session::Maven;

/// How many files out of reach are named.
const MAX_MISSING: usize = 100;

/// What Maven makes of a POM, as far as the files at hand allow.
#[derive(Clone, Debug)]
pub struct Effective {
    /// Group of the project.
    pub group: Option<Interpolated>,
    /// Artifact of the project.
    pub artifact: Option<Interpolated>,
    /// Version of the project.
    pub version: Option<Version>,
    /// What is built, `jar` when nothing is said.
    pub packaging: String,
    /// The direct dependencies, in Maven's order.
    pub dependencies: Vec<EffectiveDependency>,
    /// The managed dependencies, imports replaced by their entries.
    pub management: Vec<Arc<EffectiveDependency>>,
    /// The bills of materials that the project and its parents import.
    pub imports: Vec<EffectiveDependency>,
    /// The builds that the project belongs to, as far as anybody lists them.
    pub(super) builds: Vec<Arc<Modules>>,
    /// All files that were read, the project first.
    pub files: Vec<PomFile>,
    /// The project and those of its parents that were read, by index in `files`.
    pub lineage: Vec<usize>,
    /// The modules of the project.
    pub modules: Vec<Text>,
    /// What is out of reach: the project's own parent first, then imports.
    pub missing: Vec<Missing>,
    /// Why Maven refuses the project, for other reasons than these.
    pub faults: Vec<String>,
    /// What was odd.
    pub remarks: Vec<Remark>,
    /// What is to be told about remote repositories.
    pub troubles: Vec<Trouble>,
    /// The remote repositories in which the project looks.
    pub(super) remotes: Vec<Remote>,
}

/// A dependency with its references filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveDependency {
    /// Group.
    pub group: Interpolated,
    /// Artifact.
    pub artifact: Interpolated,
    /// Type, `jar` by default.
    pub kind: Interpolated,
    /// Classifier, empty by default.
    pub classifier: Interpolated,
    /// Whether the classifier is written, be it empty: then that of the type does not count.
    pub has_classifier: bool,
    /// Version, where anything gives one.
    pub version: Option<Version>,
    /// Scope; for direct dependencies `compile` by default.
    pub scope: Option<String>,
    /// Whether it is optional, where that is said.
    pub optional: Option<bool>,
    /// `systemPath`.
    pub system_path: Option<String>,
    /// What is not to come in below it: group and artifact, `*` for any.
    pub exclusions: Vec<[String; 2]>,
    /// The file that declares it.
    pub file: usize,
    /// The bytes of its element there.
    pub span: Range<usize>,
    /// Where its own version begins there, else the element itself.
    pub at: usize,
}

impl EffectiveDependency {
    /// Maven's management key.
    #[must_use]
    pub fn key(&self) -> [&str; 4] {
        [&self.group, &self.artifact, &self.kind, &self.classifier].map(|part| part.text.as_str())
    }

    /// Whether it stands for the management of another POM.
    #[must_use]
    pub fn is_import(&self) -> bool {
        self.kind.text == "pom" && self.scope.as_deref() == Some("import")
    }

    /// Group, artifact and version, when all of them are known; the version may be a range.
    #[must_use]
    pub fn coordinates(&self) -> Option<Coordinates> {
        let version = self.version.as_ref().map(|version| &version.value)?;
        let parts = [&self.group, &self.artifact, version];
        let known = parts.iter().all(|part| part.fault.is_none() && !part.text.is_empty());
        let [group, artifact, version] = parts.map(|part| part.text.clone());
        known.then_some(Coordinates { group, artifact, version })
    }
}

/// A version, and the text that decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The version, or what is left of it.
    pub value: Interpolated,
    /// The file that a person must edit to change it.
    pub file: usize,
    /// The bytes there.
    pub span: Range<usize>,
    /// What stands there.
    pub how: How,
    /// An import gave it though something that would win is out of reach.
    pub assumed: bool,
}

/// What decides a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// The dependency itself.
    Dependency,
    /// Its entry in the management.
    Management,
    /// A property.
    Property(String),
    /// The version of the project or of its parent.
    Project,
    /// Something that stands in no POM: `environment variable X`.
    Outside(String),
}

/// Works out what Maven makes of a POM.
#[must_use]
pub fn effective(pom: Pom, path: &Path, maven: &Maven<'_>) -> Effective {
    let mut library = Library::new(maven, pom, path);
    let built = library.project();
    Effective::new(built, library)
}

impl Effective {
    /// The POMs that are built with the project; of several builds some may come again.
    pub fn build(&self) -> impl Iterator<Item = &PathBuf> {
        self.builds.iter().flat_map(|build| &build.paths)
    }

    pub(super) fn new(built: Built, library: Library<'_>) -> Self {
        let field = |name| built.model.field(name).map(|text| &text.text.value);
        let filled = |name| field(name).map(|text| interpolate(&built.model, text));
        let mut missing = built.missing;
        missing.truncate(MAX_MISSING);
        let remotes = library.remotes(built.model.reach).to_vec();
        Self {
            group: filled("groupId"),
            artifact: filled("artifactId"),
            version: built.model.field("version").map(|v| version(&built.model, v, How::Project)),
            packaging: filled("packaging").map_or_else(|| "jar".to_owned(), |text| text.text),
            dependencies: built.dependencies,
            management: built.management,
            imports: imports(&built.model),
            builds: library.reactor.builds,
            files: library.files,
            lineage: built.lineage,
            modules: built.modules,
            missing,
            faults: built.faults,
            remarks: library.remarks,
            troubles: library.troubles.into_iter().collect(),
            remotes,
        }
    }
}

/// One model, built.
#[derive(Clone, Debug)]
pub(super) struct Built {
    pub(super) model: Model,
    pub(super) dependencies: Vec<EffectiveDependency>,
    pub(super) management: Vec<Arc<EffectiveDependency>>,
    pub(super) lineage: Vec<usize>,
    pub(super) modules: Vec<Text>,
    pub(super) missing: Vec<Missing>,
    pub(super) faults: Vec<String>,
}

impl Library<'_> {
    /// The project that was given, with the build that it belongs to.
    pub(super) fn project(&mut self) -> Built {
        self.find_reactor();
        let setting = self.setting(0, Kind::Project);
        self.build(0, &setting, &mut Vec::new())
    }

    /// Builds a model. `open` are those whose imports led here.
    pub(super) fn build(
        &mut self,
        file: usize,
        setting: &Setting,
        open: &mut Vec<Coordinates>,
    ) -> Built {
        let lineage = self.lineage(file, setting);
        if setting.kind == Kind::Project {
            for generation in &lineage.generations {
                if let Some(path) = self.tree_path(generation.file) {
                    self.join(&path);
                }
            }
        }
        let mut model = Model::assemble(&self.files, &lineage, setting);
        model.reach = self.extended(setting.reach, &repositories(&model, setting.kind));
        let missing = lineage.missing.into_iter().collect();
        let mut troubles = Troubles { missing, faults: lineage.faults };
        let management = self.managed(&model, setting.kind, open, &mut troubles);
        let mut dependencies: Vec<_> = model
            .dependencies
            .iter()
            .map(|entry| filled(&model, entry, &How::Dependency))
            .collect();
        if setting.kind == Kind::Project {
            for dependency in dependencies.iter_mut().filter(|one| one.version.is_none()) {
                dependency.version = self.inferred(dependency);
            }
        }
        manage(&mut dependencies, &management);
        let modules = lineage.generations.first().map(|first| first.section.modules.clone());
        Built {
            model,
            dependencies,
            management,
            lineage: lineage.generations.iter().map(|generation| generation.file).collect(),
            modules: modules.unwrap_or_default(),
            missing: troubles.missing,
            faults: troubles.faults,
        }
    }
}

/// The entries of the management that stand for other management.
fn imports(model: &Model) -> Vec<EffectiveDependency> {
    let all = model.management.iter().map(|entry| filled(model, entry, &How::Management));
    all.filter(EffectiveDependency::is_import).collect()
}

/// The repositories of a model that have an address.
fn repositories(model: &Model, kind: Kind) -> Vec<Declared> {
    let filled = model.repositories.iter().filter_map(|declared| {
        let url = interpolate(model, declared.url.as_ref()?);
        let id = interpolate(model, &declared.id).text;
        let url = url.fault.is_none().then_some(url.text)?;
        Some(Declared { id, url: Some(url), by: kind.by(), ..declared.clone() })
    });
    filled.collect()
}

/// Fills version, scope and the rest of each dependency from the first managed entry that has them;
/// of two dependencies that came to the same key only the last is managed, as in Maven.
fn manage(dependencies: &mut [EffectiveDependency], management: &[Arc<EffectiveDependency>]) {
    let mut last: HashMap<[String; 4], usize> = HashMap::new();
    for (at, dependency) in dependencies.iter().enumerate() {
        last.insert(dependency.key().map(str::to_owned), at);
    }
    for entry in management {
        let at = last.get(&entry.key().map(str::to_owned));
        let Some(dependency) = at.and_then(|at| dependencies.get_mut(*at)) else { continue };
        dependency.version = dependency.version.take().or_else(|| entry.version.clone());
        dependency.scope = dependency.scope.take().or_else(|| entry.scope.clone());
        dependency.system_path =
            dependency.system_path.take().or_else(|| entry.system_path.clone());
        if dependency.exclusions.is_empty() {
            dependency.exclusions.clone_from(&entry.exclusions);
        }
    }
    for dependency in dependencies {
        dependency.scope.get_or_insert_with(|| "compile".to_owned());
    }
}

/// A dependency with its references filled in by the model that it belongs to.
pub(super) fn filled(model: &Model, entry: &Entry, how: &How) -> EffectiveDependency {
    let dependency = &entry.dependency;
    let fill = |text: Option<&Text>, default: &str| {
        interpolate(model, text.map_or(default, |text| text.value.as_str()))
    };
    let plain = |text: Option<&Text>| text.map(|text| interpolate(model, &text.value).text);
    let located = |text: &Text| Located { file: entry.file, text: text.clone() };
    let exclusions = dependency.exclusions.iter().map(|exclusion| {
        [&exclusion.group, &exclusion.artifact].map(|part| plain(part.as_ref()).unwrap_or_default())
    });
    EffectiveDependency {
        group: fill(dependency.group.as_ref(), ""),
        artifact: fill(dependency.artifact.as_ref(), ""),
        kind: fill(dependency.kind.as_ref().filter(|text| !text.value.is_empty()), "jar"),
        classifier: fill(dependency.classifier.as_ref(), ""),
        has_classifier: dependency.classifier.is_some(),
        version: dependency
            .version
            .as_ref()
            .map(|text| version(model, &located(text), how.clone())),
        scope: plain(dependency.scope.as_ref()),
        optional: plain(dependency.optional.as_ref()).map(|text| text == "true"),
        system_path: plain(dependency.system_path.as_ref()).filter(|text| !text.is_empty()),
        exclusions: exclusions.collect(),
        file: entry.file,
        span: dependency.span.clone(),
        at: dependency.version.as_ref().map_or(dependency.span.start, |text| text.span.start),
    }
}

/// A version text, its value and the place that decides it.
pub(super) fn version(model: &Model, text: &Located, how: How) -> Version {
    let source = origin(model, text);
    let how = match (source.outside, source.through) {
        (Some(outside), _) => How::Outside(outside.to_owned()),
        (None, Some(name)) if model.properties.get(&name) == Some(source.text) => {
            How::Property(name)
        }
        (None, Some(_)) => How::Project,
        (None, None) => how,
    };
    Version {
        value: interpolate(model, &text.text.value),
        file: source.text.file,
        span: source.text.text.span.clone(),
        how,
        assumed: false,
    }
}
