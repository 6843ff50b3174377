//! The effective POM (Maven 3, `DefaultModelBuilder`), as far as dependencies go.
//!
//! In Maven's order: profiles are put into each POM, parents are merged, references are filled in,
//! bills of materials are imported, management is applied to the dependencies, the scope defaults
//! to `compile`. Entries of the project and its parents win over imported ones, the first import
//! wins over later ones. A bill of materials is a project of its own: properties of the importer
//! do not reach it.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use super::PomSource;
use super::inherit::{Entry, Located, Model};
use super::interpolate::{Interpolated, interpolate, origin};
use super::lineage::{Loader, Missing, PomFile, Remark, Role, label};
use super::model::{Pom, Text};

/// How many bills of materials may import each other.
const MAX_IMPORTS: usize = 16;

/// How many imports one project may lead to, each counted as often as it is asked for.
const MAX_IMPORTED: usize = 500;

/// How many files out of reach are named.
const MAX_MISSING: usize = 100;

/// How many managed entries one project may have, all imports together.
const MAX_MANAGED: usize = 200_000;

/// What Maven makes of a POM, as far as the files at hand allow.
#[derive(Clone, Debug)]
pub struct Effective {
    /// Group of the project.
    pub group: Option<Interpolated>,
    /// Artifact of the project.
    pub artifact: Option<Interpolated>,
    /// Version of the project.
    pub version: Option<Version>,
    /// The direct dependencies, in Maven's order.
    pub dependencies: Vec<EffectiveDependency>,
    /// The managed dependencies, imports replaced by their entries.
    pub management: Vec<EffectiveDependency>,
    /// All files that were read, the project first.
    pub files: Vec<PomFile>,
    /// The project and those of its parents that were read, by index in `files`.
    pub lineage: Vec<usize>,
    /// What is out of reach: the project's own parent first, then imports.
    pub missing: Vec<Missing>,
    /// What was odd.
    pub remarks: Vec<Remark>,
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
    /// Version, where anything gives one.
    pub version: Option<Version>,
    /// Scope; for direct dependencies `compile` by default.
    pub scope: Option<String>,
    /// Whether it is optional.
    pub optional: bool,
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
}

/// Works out what Maven makes of a POM.
#[must_use]
pub fn effective(pom: Pom, path: &Path, source: &dyn PomSource) -> Effective {
    let mut builder = Builder {
        loader: Loader::new(source, pom, path),
        missing: Vec::new(),
        imported: 0,
        managed: 0,
    };
    let (lineage, missing) = builder.loader.lineage(0, Role::Parent);
    let out_of_reach = missing.is_some();
    builder.missing.extend(missing);
    let model = Model::assemble(&builder.loader.files, &lineage);
    let management = builder.management(&model, out_of_reach, &mut vec![0]);
    let mut dependencies: Vec<_> =
        model.dependencies.iter().map(|entry| filled(&model, entry, &How::Dependency)).collect();
    manage(&mut dependencies, &management);
    let field = |name| model.field(name).map(|text| interpolate(&model, &text.text.value));
    Effective {
        group: field("groupId"),
        artifact: field("artifactId"),
        version: model.field("version").map(|text| version(&model, text, How::Project)),
        dependencies,
        management,
        files: builder.loader.files,
        lineage,
        missing: builder.missing,
        remarks: builder.loader.remarks,
    }
}

/// Fills version and scope of each dependency from the first managed entry that has them; of two
/// dependencies that came to the same key only the last is managed, as in Maven.
fn manage(dependencies: &mut [EffectiveDependency], management: &[EffectiveDependency]) {
    let mut managed: HashMap<[&str; 4], Vec<&EffectiveDependency>> = HashMap::new();
    for entry in management {
        managed.entry(entry.key()).or_default().push(entry);
    }
    let mut last: HashMap<[String; 4], usize> = HashMap::new();
    for (at, dependency) in dependencies.iter().enumerate() {
        last.insert(dependency.key().map(str::to_owned), at);
    }
    for (at, dependency) in dependencies.iter_mut().enumerate() {
        let is_last = last.get(&dependency.key().map(str::to_owned)) == Some(&at);
        let entries = managed.get(&dependency.key()).filter(|_| is_last).cloned();
        for entry in entries.unwrap_or_default() {
            dependency.version = dependency.version.take().or_else(|| entry.version.clone());
            dependency.scope = dependency.scope.take().or_else(|| entry.scope.clone());
        }
        dependency.scope.get_or_insert_with(|| "compile".to_owned());
    }
}

/// A dependency with its references filled in by the model that it belongs to.
fn filled(model: &Model, entry: &Entry, how: &How) -> EffectiveDependency {
    let dependency = &entry.dependency;
    let fill = |text: Option<&Text>, default: &str| {
        interpolate(model, text.map_or(default, |text| text.value.as_str()))
    };
    let located = |text: &Text| Located { file: entry.file, text: text.clone() };
    EffectiveDependency {
        group: fill(dependency.group.as_ref(), ""),
        artifact: fill(dependency.artifact.as_ref(), ""),
        kind: fill(dependency.kind.as_ref().filter(|text| !text.value.is_empty()), "jar"),
        classifier: fill(dependency.classifier.as_ref(), ""),
        version: dependency
            .version
            .as_ref()
            .map(|text| version(model, &located(text), how.clone())),
        scope: dependency.scope.as_ref().map(|text| interpolate(model, &text.value).text),
        optional: fill(dependency.optional.as_ref(), "").text == "true",
        file: entry.file,
        span: dependency.span.clone(),
        at: dependency.version.as_ref().map_or(dependency.span.start, |text| text.span.start),
    }
}

/// A version text, its value and the place that decides it.
fn version(model: &Model, text: &Located, how: How) -> Version {
    let (decides, through) = origin(model, text);
    let how = match through {
        Some(name) if model.properties.get(&name) == Some(decides) => How::Property(name),
        Some(_) => How::Project,
        None => how,
    };
    Version {
        value: interpolate(model, &text.text.value),
        file: decides.file,
        span: decides.text.span.clone(),
        how,
        assumed: false,
    }
}

/// Builds the management of a project and of what it imports.
struct Builder<'s> {
    loader: Loader<'s>,
    missing: Vec<Missing>,
    imported: usize,
    managed: usize,
}

impl Builder<'_> {
    /// The management of a model. `open` are the files whose management is being built: the last
    /// of them is this one. Recursion ends at [`MAX_IMPORTS`].
    fn management(
        &mut self,
        model: &Model,
        out_of_reach: bool,
        open: &mut Vec<usize>,
    ) -> Vec<EffectiveDependency> {
        let all = model.management.iter().map(|entry| filled(model, entry, &How::Management));
        let (imports, own): (Vec<_>, Vec<_>) = all.partition(|entry| {
            entry.kind.text == "pom" && entry.scope.as_deref() == Some("import")
        });
        let mut uncertain = out_of_reach;
        let mut imported = Vec::new();
        for import in &imports {
            match self.import(import, open) {
                Ok(mut entries) => {
                    for version in entries.iter_mut().filter_map(|entry| entry.version.as_mut()) {
                        version.assumed |= uncertain;
                    }
                    imported.push(entries);
                }
                Err(cause) => {
                    uncertain = true;
                    self.miss(import, cause);
                }
            }
        }
        merged(own, imported)
    }

    fn miss(&mut self, import: &EffectiveDependency, cause: String) {
        if self.missing.len() >= MAX_MISSING {
            return;
        }
        self.missing.push(Missing {
            role: Role::Import,
            label: import_label(import),
            cause,
            file: import.file,
            offset: import.span.start,
        });
    }

    /// The management of an imported bill of materials.
    fn import(
        &mut self,
        import: &EffectiveDependency,
        open: &mut Vec<usize>,
    ) -> Result<Vec<EffectiveDependency>, String> {
        self.imported += 1;
        if self.imported > MAX_IMPORTED {
            return Err(format!("more than {MAX_IMPORTED} imports are needed"));
        }
        let file = self.find(import).ok_or("it is among neither the parents nor their modules")?;
        if open.contains(&file) {
            return Err("the imports form a cycle".to_owned());
        }
        if open.len() > MAX_IMPORTS {
            return Err(format!("more than {MAX_IMPORTS} imports lead to each other"));
        }
        let (lineage, missing) = self.loader.lineage(file, Role::Import);
        let out_of_reach = missing.is_some();
        if let Some(missing) = missing
            && !self.missing.iter().any(|known| known.label == missing.label)
        {
            self.missing.push(missing);
        }
        let model = Model::assemble(&self.loader.files, &lineage);
        open.push(file);
        let entries = self.management(&model, out_of_reach, open);
        open.pop();
        self.managed += entries.len();
        if self.managed > MAX_MANAGED {
            return Err(format!("more than {MAX_MANAGED} entries are imported"));
        }
        Ok(entries)
    }

    /// The file of an import among all that was read and the modules that those list.
    fn find(&mut self, import: &EffectiveDependency) -> Option<usize> {
        let mut at = 0;
        while at < self.loader.files.len() {
            if self.is_the(at, import) {
                return Some(at);
            }
            if at == 0 || self.is_near(at, import) {
                self.load_modules(at);
            }
            at += 1;
        }
        None
    }

    /// The modules of a project of another organisation are not read in search of an import.
    fn is_near(&self, file: usize, import: &EffectiveDependency) -> bool {
        let organisation =
            |group: &str| group.split('.').take(2).map(str::to_owned).collect::<Vec<_>>();
        let group = self.loader.files.get(file).and_then(|file| {
            let parent = file.pom.parent.as_ref();
            file.pom.group.as_ref().or_else(|| parent?.group.as_ref())
        });
        group.is_some_and(|group| organisation(&group.value) == organisation(&import.group.text))
    }

    fn load_modules(&mut self, file: usize) {
        let modules = self.loader.files.get(file).map(|file| file.section.modules.clone());
        for module in modules.into_iter().flatten() {
            // A module that cannot be read is not the one that is looked for.
            let _ = self.loader.load(&self.loader.beside(file, &module.value));
        }
    }

    fn is_the(&mut self, file: usize, import: &EffectiveDependency) -> bool {
        let artifact = self.loader.files.get(file).and_then(|file| file.pom.artifact.as_ref());
        if !artifact.is_some_and(|a| a.value == import.artifact.text || a.value.contains("${")) {
            return false;
        }
        let (lineage, _) = self.loader.lineage(file, Role::Import);
        let model = Model::assemble(&self.loader.files, &lineage);
        let is = |field: &str, wanted: &str| {
            model
                .field(field)
                .is_some_and(|text| interpolate(&model, &text.text.value).text == wanted)
        };
        is("groupId", &import.group.text)
            && is("artifactId", &import.artifact.text)
            && import.version.as_ref().is_some_and(|v| is("version", &v.value.text))
    }
}

/// Own entries first; then the imported ones with keys that are new.
fn merged(
    own: Vec<EffectiveDependency>,
    imported: Vec<Vec<EffectiveDependency>>,
) -> Vec<EffectiveDependency> {
    if imported.is_empty() {
        return own;
    }
    let mut merged: Vec<EffectiveDependency> = Vec::new();
    let mut places: HashMap<[String; 4], usize> = HashMap::new();
    for entry in own {
        let place = *places.entry(entry.key().map(str::to_owned)).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(earlier) => *earlier = entry,
            None => merged.push(entry),
        }
    }
    for entry in imported.into_iter().flatten() {
        places.entry(entry.key().map(str::to_owned)).or_insert_with(|| {
            merged.push(entry);
            merged.len() - 1
        });
    }
    merged
}

fn import_label(import: &EffectiveDependency) -> String {
    let text = |value: &str| Text { value: value.to_owned(), span: 0..0 };
    let version = import.version.as_ref().map(|version| text(&version.value.text));
    label([Some(&text(&import.group.text)), Some(&text(&import.artifact.text)), version.as_ref()])
}
