//! Bills of materials: management that a POM takes over from another (`scope` `import`).

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::coordinates::Coordinates;
use super::effective::{EffectiveDependency, How, filled};
use super::inherit::Model;
use super::library::{Kind, Library, Origin, label};
use super::lineage::{Missing, Role};
use super::model::Text;
use super::reach::Reach;

/// How many bills of materials may import each other.
const MAX_IMPORTS: usize = 16;

/// How many times a bill of materials may be built for one project: once each, but for those that
/// are cut at a cycle.
const MAX_BUILT: usize = 2_000;

/// How many managed entries one project may have, all imports together.
const MAX_MANAGED: usize = 1_000_000;

/// What an import brings.
pub(super) type Imported = Result<Arc<Bom>, Refusal>;

/// What is wrong with a model.
#[derive(Clone, Debug, Default)]
pub(super) struct Troubles {
    /// What is out of reach.
    pub(super) missing: Vec<Missing>,
    /// Why Maven refuses it, for other reasons.
    pub(super) faults: Vec<String>,
}

/// What a bill of materials manages.
#[derive(Debug)]
pub(super) struct Bom {
    entries: Vec<Arc<EffectiveDependency>>,
    missing: Vec<Missing>,
    faults: Vec<String>,
}

/// Why an import brings nothing.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    cause: String,
    elsewhere: bool,
}

impl Refusal {
    fn for_good(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), elsewhere: false }
    }
}

impl Library<'_> {
    pub(super) fn tree_path(&self, file: usize) -> Option<PathBuf> {
        let file = self.file(file).filter(|file| file.origin == Origin::Tree)?;
        Some(file.path.clone())
    }

    /// The management of a model. `open` are the models whose imports led here. Recursion ends at
    /// [`MAX_IMPORTS`].
    pub(super) fn managed(
        &mut self,
        model: &Model,
        kind: Kind,
        open: &mut Vec<Coordinates>,
        troubles: &mut Troubles,
    ) -> Vec<Arc<EffectiveDependency>> {
        let all = model.management.iter().map(|entry| filled(model, entry, &How::Management));
        let (imports, own): (Vec<_>, Vec<_>) = all.partition(EffectiveDependency::is_import);
        let own: Vec<_> = own.into_iter().map(Arc::new).collect();
        if imports.is_empty() {
            return own;
        }
        let own_name = model.coordinates();
        open.extend(own_name.clone());
        let Troubles { missing, faults } = troubles;
        let mut uncertain = !missing.is_empty();
        let mut imported = Vec::new();
        for import in &imports {
            match self.import(import, (kind, model.reach), open) {
                Ok(bom) => {
                    for lack in &bom.missing {
                        if !missing.iter().any(|known| known.label == lack.label) {
                            missing.push(lack.clone());
                        }
                    }
                    faults.extend(bom.faults.iter().cloned());
                    imported.push((bom, uncertain));
                }
                Err(refusal) => {
                    uncertain = true;
                    missing.push(missed(import, refusal));
                }
            }
        }
        open.truncate(open.len() - usize::from(own_name.is_some()));
        merged(own, &imported)
    }

    /// What an import brings, built once for each way in which it can be.
    fn import(
        &mut self,
        import: &EffectiveDependency,
        (kind, reach): (Kind, Reach),
        open: &mut Vec<Coordinates>,
    ) -> Result<Arc<Bom>, Refusal> {
        let kind = if kind == Kind::Descriptor { kind } else { Kind::Import };
        let Some(wanted) = import.coordinates() else {
            return Err(Refusal::for_good("its coordinates are not complete"));
        };
        if open.contains(&wanted) {
            return Err(Refusal::for_good("the imports form a cycle"));
        }
        if open.len() > MAX_IMPORTS {
            let cause = format!("more than {MAX_IMPORTS} imports lead to each other");
            return Err(Refusal::for_good(cause));
        }
        let key = (wanted, kind, reach);
        if let Some(known) = self.imports.get(&key) {
            return known.clone();
        }
        self.imports_built += 1;
        if self.imports_built > MAX_BUILT {
            return Err(Refusal::for_good(format!("more than {MAX_BUILT} imports are needed")));
        }
        let built = self.build_import(&key, open);
        // what was cut at a cycle depends on where the cycle was entered
        let is_whole = built.as_ref().is_ok_and(|bom| {
            bom.missing.iter().all(|missing| missing.cause != "the imports form a cycle")
        });
        if is_whole || built.as_ref().is_err_and(|refusal| refusal.elsewhere) {
            self.imports.insert(key, built.clone());
        }
        built
    }

    fn build_import(
        &mut self,
        (wanted, kind, reach): &(Coordinates, Kind, Reach),
        open: &mut Vec<Coordinates>,
    ) -> Result<Arc<Bom>, Refusal> {
        let file = match self.module(wanted) {
            Some(file) => file,
            None => self.release(wanted, *reach).map_err(|lack| {
                let cause = match self.maven.asked(self.remotes(*reach)) {
                    Some(_) => lack.cause,
                    None => "it is among neither the parents nor their modules".to_owned(),
                };
                Refusal { cause, elsewhere: !lack.is_broken }
            })?,
        };
        let setting = self.setting(file, *kind).within(*reach);
        let built = self.build(file, &setting, open);
        self.entries_imported += built.management.len();
        if self.entries_imported > MAX_MANAGED {
            let cause = format!("more than {MAX_MANAGED} entries are imported");
            return Err(Refusal::for_good(cause));
        }
        let faults = self.faults_of(&built, file);
        Ok(Arc::new(Bom { entries: built.management, missing: built.missing, faults }))
    }
}

fn missed(import: &EffectiveDependency, refusal: Refusal) -> Missing {
    let text = |value: &str| Text { value: value.to_owned(), span: 0..0 };
    let version = import.version.as_ref().map(|version| text(&version.value.text));
    let (group, artifact) = (text(&import.group.text), text(&import.artifact.text));
    Missing {
        role: Role::Import,
        label: label([Some(&group), Some(&artifact), version.as_ref()]),
        cause: refusal.cause,
        elsewhere: refusal.elsewhere,
        file: import.file,
        offset: import.span.start,
    }
}

/// Own entries first; then the imported ones with keys that are new. Those of an import that comes
/// after something out of reach are an assumption.
fn merged(
    own: Vec<Arc<EffectiveDependency>>,
    imported: &[(Arc<Bom>, bool)],
) -> Vec<Arc<EffectiveDependency>> {
    if imported.is_empty() {
        return own;
    }
    let mut merged: Vec<Arc<EffectiveDependency>> = Vec::new();
    let mut places: HashMap<[String; 4], usize> = HashMap::new();
    for entry in own {
        let place = *places.entry(entry.key().map(str::to_owned)).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(earlier) => *earlier = entry,
            None => merged.push(entry),
        }
    }
    for (bom, uncertain) in imported {
        for entry in &bom.entries {
            places.entry(entry.key().map(str::to_owned)).or_insert_with(|| {
                merged.push(if *uncertain { assumed(entry) } else { Arc::clone(entry) });
                merged.len() - 1
            });
        }
    }
    merged
}

fn assumed(entry: &EffectiveDependency) -> Arc<EffectiveDependency> {
    let mut entry = entry.clone();
    if let Some(version) = &mut entry.version {
        version.assumed = true;
    }
    Arc::new(entry)
}
