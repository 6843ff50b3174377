//! The patch: the fewest bytes in the project's own POMs that cure its findings.
//!
//! For each remedy, ways to reach its version are tried in memory, the smallest first: changed, resolved
//! again as Maven would, judged again. What does not cure, or brings a new finding, is no part of the
//! patch, and the report says why.

mod cure;
mod diff;
mod layout;
mod project;
mod replace;
mod route;
mod tree;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::advisory::database::Database;
use crate::advisory::store::StoreError;
use crate::config::Settings;
use crate::files::{self, Reach};
use crate::ingest::spelling::Spelling;
use crate::ingest::{self, Disk, IngestError, Licences};
use crate::inventory::Format;
use crate::judge::vex::Statement;
use crate::maven::{Maven, PomSource, normal};
use crate::pipeline::{self, Audit};
use cure::needs;
use project::Project;
use tree::{Ground, Tree, generated};

/// How Maven is asked over files of which some are changed.
pub type MavenOver<'a> = &'a (dyn for<'s> Fn(&'s dyn PomSource) -> Maven<'s> + 'a);

/// What is to be cured, and with what.
pub struct Task<'a> {
    /// POMs, folders with POMs, and documents that show what a POM does not.
    pub inputs: &'a [PathBuf],
    /// What is known to be vulnerable.
    pub database: &'a Database,
    /// The policy.
    pub settings: &'a Settings,
    /// VEX statements.
    pub statements: &'a [Statement],
    /// The clock.
    pub now: Timestamp,
    /// Maven on this machine.
    pub maven: MavenOver<'a>,
    /// Which files of folders are wanted.
    pub reach: Reach,
    /// The working folder.
    pub here: &'a Path,
    /// Where released POMs lie: nothing is edited there.
    pub repositories: &'a [PathBuf],
}

/// What came of it.
pub struct Outcome {
    /// The audit with the patch in place; none when no input could be read.
    pub audit: Option<Audit>,
    /// What could not be read.
    pub errors: Vec<IngestError>,
    /// What is cured, in the order in which it was.
    pub cured: Vec<Cured>,
    /// What stays.
    pub left: Vec<Left>,
    /// What is gone from sight and may stay: it is not among what is cured.
    pub lost: Vec<Left>,
    /// The files that change.
    pub patches: Vec<Patch>,
}

/// A change that cures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cured {
    /// The component as it was: `group:artifact 2.14.1`.
    pub what: String,
    /// What takes its place.
    pub to: String,
    /// The findings that are gone.
    pub ids: Vec<String>,
    /// What changes where, in words.
    pub changes: Vec<String>,
    /// What the reader must know.
    pub notes: Vec<String>,
}

/// Findings that stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The component and its document.
    pub what: String,
    /// The findings.
    pub ids: Vec<String>,
    /// Why, one sentence for each way that was tried.
    pub why: Vec<String>,
}

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// The file.
    pub path: PathBuf,
    /// Its bytes as they are.
    pub before: Vec<u8>,
    /// Its bytes as they are to be.
    pub after: Vec<u8>,
    is_wide: bool,
}

impl Patch {
    /// The unified diff, with the path from the working folder.
    ///
    /// # Errors
    /// Why no diff can say it, in words.
    pub fn diff(&self, here: &Path) -> Result<Vec<u8>, String> {
        let shown = self.path.display();
        if self.is_wide {
            return Err(format!("{shown} is UTF-16, which no diff of lines can change"));
        }
        let whole = normal(&here.join(&self.path));
        let Ok(inside) = whole.strip_prefix(here) else {
            return Err(format!("{shown} lies outside of the working folder"));
        };
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        Ok(diff::unified(&parts.join("/"), &self.before, &self.after))
    }
}

/// A finding as it is told from others: input, package, advisory.
type Key = (usize, String, String);

/// The inputs as they would be read with some files changed.
struct Look {
    audit: Audit,
    errors: Vec<IngestError>,
    /// The POMs among the inputs, by input.
    projects: BTreeMap<usize, Project>,
}

/// Finds the patch.
///
/// # Errors
/// When the imported data is damaged.
pub fn find(task: &Task<'_>) -> Result<Outcome, StoreError> {
    let mut tree = Tree::new(&Disk);
    let mut look = task.look(&tree)?;
    if look.audit.inventory.inputs.is_empty() {
        let (cured, left, lost, patches) = Default::default();
        return Ok(Outcome { audit: None, errors: look.errors, cured, left, lost, patches });
    }
    let (mut cured, mut lost) = (Vec::new(), Vec::new());
    if let Some(cure) = task.cure_all(&needs(&look), &tree, &look)? {
        add(&mut cured, cure.cured);
        lost.extend(cure.lost);
        (tree, look) = (cure.tree, cure.look);
    }
    let mut refused: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    let next = |look: &Look, refused: &BTreeMap<_, _>| {
        let mut all = needs(look).into_iter();
        all.find(|need| !refused.contains_key(&(need.input, need.package.clone())))
    };
    while let Some(need) = next(&look, &refused) {
        match task.cure(&need, &tree, &look)? {
            Ok(cure) => {
                add(&mut cured, cure.cured);
                lost.extend(cure.lost);
                (tree, look) = (cure.tree, cure.look);
            }
            Err(why) => {
                refused.insert((need.input, need.package), why);
            }
        }
    }
    let left = left(&look, &refused, &cured);
    let patches = tree.changed.iter().filter_map(|(path, text)| patch(path, text)).collect();
    Ok(Outcome { audit: Some(look.audit), errors: look.errors, cured, left, lost, patches })
}

/// Adds cures; the same component in several projects is one.
fn add(all: &mut Vec<Cured>, new: Vec<Cured>) {
    for one in new {
        match all.iter_mut().find(|known| (&known.what, &known.to) == (&one.what, &one.to)) {
            Some(known) => {
                known.ids.extend(one.ids);
                known.ids.sort();
                known.ids.dedup();
                known.changes.extend(one.changes);
                known.notes.extend(one.notes);
                known.notes.sort();
                known.notes.dedup();
            }
            None => all.push(one),
        }
    }
}

/// Both sides of a changed file. That it can be spelt was made sure when it was first changed.
fn patch(path: &Path, text: &str) -> Option<Patch> {
    let before = files::read(path).ok()?;
    let (_, spelling) = Spelling::of(&before).ok()?;
    let after = spelling.write(text)?;
    let is_wide = spelling.is_wide();
    (before != after).then(|| Patch { path: path.to_owned(), before, after, is_wide })
}

/// What stays open, by component, with the reason.
fn left(
    look: &Look,
    refused: &BTreeMap<(usize, String), Vec<String>>,
    cured: &[Cured],
) -> Vec<Left> {
    let inventory = &look.audit.inventory;
    let mut by_component: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for (index, id) in open(&look.audit) {
        by_component.entry(index).or_default().insert(id);
    }
    let told = |(index, ids): (usize, BTreeSet<String>)| {
        let component = &inventory.components[index];
        let why = refused.get(&(component.input, component.full_name())).cloned();
        let path = &inventory.inputs[component.input].path;
        let version = component.version.as_deref().unwrap_or_default();
        let name = format!("{} {version}", component.full_name());
        let is_cured = cured.iter().any(|one| one.what == name);
        let no_need = || match look.projects.contains_key(&component.input) {
            true => "no version of it is known to be clean",
            false if is_cured => "it tells of a build before this patch: make it anew",
            false => "no POM that was given decides this version",
        };
        Left {
            what: format!("{name} in {path}"),
            ids: ids.into_iter().collect(),
            why: why.unwrap_or_else(|| vec![no_need().to_owned()]),
        }
    };
    by_component.into_iter().map(told).collect()
}

/// Every open finding: the component and the first identifier.
fn open(audit: &Audit) -> impl Iterator<Item = (usize, String)> {
    let open = audit.judged.iter().filter(|judged| judged.is_open());
    open.flat_map(|judged| {
        let finding = &judged.finding;
        let id = finding.ids.first().map(ToString::to_string).unwrap_or_default();
        let all = std::iter::once(finding.component).chain(finding.twins.iter().copied());
        all.map(move |component| (component, id.clone()))
    })
}

impl Look {
    fn keys(&self) -> BTreeSet<Key> {
        let components = &self.audit.inventory.components;
        let key = |(index, id): (usize, String)| {
            (components[index].input, components[index].full_name(), id)
        };
        open(&self.audit).map(key).collect()
    }

    fn given(&self) -> Vec<PathBuf> {
        self.projects.values().map(|project| normal(&project.path)).collect()
    }
}

impl Task<'_> {
    /// Judges the files as they lie there now.
    ///
    /// # Errors
    /// When the imported data is damaged.
    pub fn again(&self) -> Result<Audit, StoreError> {
        Ok(self.look(&Tree::new(&Disk))?.audit)
    }

    /// Reads and judges all inputs as they would be.
    fn look(&self, tree: &Tree<'_>) -> Result<Look, StoreError> {
        let maven = (self.maven)(tree);
        let options = ingest::Options {
            reach: self.reach,
            maven: Some(&maven),
            instead: Some(&tree.changed),
            licences: Licences::where_asked(self.settings.asks_licences()),
            ..ingest::Options::default()
        };
        let mut intake = ingest::read_with(self.inputs, &options);
        let errors = std::mem::take(&mut intake.errors);
        let statements = self.statements.to_vec();
        let mut audit =
            pipeline::audit(intake, self.database, self.settings, statements, self.now)?;
        for error in &errors {
            audit.gate.add(crate::judge::gate::Class::Input, error.to_string());
        }
        let poms = audit.inventory.inputs.iter().enumerate();
        let poms = poms.filter(|(_, input)| input.format == Format::MavenPom);
        let projects = poms.filter_map(|(index, input)| {
            Some((index, Project::load(Path::new(&*input.path), tree, &maven)?))
        });
        let projects = projects.collect();
        Ok(Look { audit, errors, projects })
    }

    /// What may be edited for a project: below the working folder, below the folder of its POM, and
    /// below those parents that list it as a module.
    fn ground(&self, project: &Project) -> Ground {
        let folder = |path: &Path| {
            let whole = normal(&self.here.join(path));
            whole.parent().map(Path::to_owned).unwrap_or_default()
        };
        let own = folder(&project.path);
        let mut roots = vec![own.clone()];
        if own.starts_with(self.here) {
            roots.push(self.here.to_owned());
        }
        for file in project.own_files().skip(1) {
            let root = folder(&file.path);
            let modules = file.pom.sections().flat_map(|section| &section.modules);
            let mut modules = modules.map(|module| normal(&root.join(&module.value)));
            if modules.any(|module| own.starts_with(&module) || module.starts_with(&own)) {
                roots.push(root);
            }
        }
        let repositories = self.repositories.iter().map(|folder| normal(&self.here.join(folder)));
        Ground { roots, repositories: repositories.collect(), here: self.here.to_owned() }
    }
}
