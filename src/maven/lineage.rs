//! Finds the parents of a POM.
//!
//! By `relativePath` (POM reference, "Inheritance"; Maven's `readParentLocally`): absent means
//! `../pom.xml`, empty means nowhere, a folder means its `pom.xml`; the file counts when it has the
//! coordinates that are asked for, or lies in the range that is. Else from a repository, the highest
//! of a range. POMs from repositories look for nothing on disk.

use super::coordinates::Coordinates;
use super::declared::Declared;
use super::generic::GenericVersion;
use super::library::{Kind, Library, Origin, PomFile, Setting, label};
use super::model::{Parent, RelativePath, Section};
use super::range::{Constraint, parent_in_range};
use super::reach::Reach;
use std::sync::Arc;

/// How many parents are followed.
const MAX_PARENTS: usize = 64;

/// What a file is to the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A parent, at whatever distance.
    Parent,
    /// An imported bill of materials, or a parent of one.
    Import,
}

/// A POM that is needed and out of reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What it would be.
    pub role: Role,
    /// `group:artifact:version`.
    pub label: String,
    /// Why it is out of reach.
    pub cause: String,
    /// Whether it may well be found in a repository that nobody asked yet.
    pub elsewhere: bool,
    /// The file that refers to it.
    pub file: usize,
    /// The byte there.
    pub offset: usize,
}

/// A file and those it inherits from.
#[derive(Clone, Debug)]
pub(super) struct Lineage {
    /// Nearest first, the file itself before all.
    pub(super) generations: Vec<Generation>,
    /// The parent of the last, when it has one that is out of reach.
    pub(super) missing: Option<Missing>,
    /// Why Maven would refuse the model, for other reasons.
    pub(super) faults: Vec<String>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Generation {
    pub(super) file: usize,
    /// What it says with the profiles that count.
    pub(super) section: Arc<Section>,
    /// The version of its parent, where it asks for a range.
    pub(super) parent_version: Option<String>,
}

/// Why a parent was not found.
struct Unfound {
    cause: String,
    elsewhere: bool,
}

impl Unfound {
    fn for_good(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), elsewhere: false }
    }
}

impl PomFile {
    /// Whether it is the parent that is asked for; what is not said (Maven 4) is not compared.
    fn is_the(&self, parent: &Parent) -> bool {
        let [group, artifact, version] = self.coordinates();
        let same = std::iter::zip([&parent.group, &parent.artifact], [group, artifact]);
        let mut same = same.map(|(wanted, found)| match (wanted, found) {
            (Some(wanted), Some(found)) => wanted.value == found.value,
            (Some(_), None) => false,
            (None, _) => true,
        });
        let version = match (&parent.version, version) {
            (Some(wanted), Some(found)) => {
                wanted.value == found.value
                    || parent_in_range(&wanted.value, &found.value) == Some(true)
            }
            (Some(_), None) => false,
            (None, _) => true,
        };
        version && same.all(|same| same)
    }
}

impl Library<'_> {
    /// A file and its parents, nearest first, and the parent that is out of reach.
    pub(super) fn lineage(&mut self, first: usize, setting: &Setting) -> Lineage {
        let mut lineage = Lineage { generations: Vec::new(), missing: None, faults: Vec::new() };
        let (mut next, mut reach) = (Some(first), setting.reach);
        while let Some(at) = next.take() {
            let section = self.section(at, setting);
            reach = self.extended(reach, &as_written(&section.repositories, setting.kind));
            lineage.generations.push(Generation { file: at, section, parent_version: None });
            let Some(parent) = self.file(at).and_then(|file| file.pom.parent.clone()) else {
                break;
            };
            let found = self.parent(at, &parent, reach).and_then(|(found, version)| {
                self.new_in(&lineage, found).map(|found| (found, version))
            });
            match found {
                Ok((found, version)) => {
                    if let Some(last) = lineage.generations.last_mut() {
                        last.parent_version = version;
                    }
                    lineage.faults.extend(self.packaging_fault(found));
                    next = Some(found);
                }
                Err(Unfound { cause, elsewhere }) => {
                    let role =
                        if setting.kind == Kind::Project { Role::Parent } else { Role::Import };
                    let coordinates = [&parent.group, &parent.artifact, &parent.version];
                    let label = label(coordinates.map(Option::as_ref));
                    let offset = parent.span.start;
                    lineage.missing =
                        Some(Missing { role, label, cause, elsewhere, file: at, offset });
                }
            }
        }
        lineage
    }

    fn packaging_fault(&self, parent: usize) -> Option<String> {
        let file = self.file(parent)?;
        let packaging = file.pom.packaging.as_ref().map_or("jar", |text| text.value.as_str());
        (packaging != "pom").then(|| {
            format!("parent {} has packaging {packaging}, which must be pom", file.label())
        })
    }

    fn new_in(&self, lineage: &Lineage, found: usize) -> Result<usize, Unfound> {
        let files: Vec<_> = lineage.generations.iter().map(|generation| generation.file).collect();
        if files.len() >= MAX_PARENTS {
            let cause = format!("more than {MAX_PARENTS} parents stand one above the other");
            return Err(Unfound::for_good(cause));
        }
        let Some(from) = files.iter().position(|known| *known == found) else {
            return Ok(found);
        };
        let labels = files[from..].iter().chain([&found]);
        let labels = labels.filter_map(|at| self.file(*at)).map(PomFile::label);
        let cycle = labels.collect::<Vec<_>>().join(" -> ");
        Err(Unfound::for_good(format!("the parents form a cycle: {cycle}")))
    }

    /// The parent of a file, and its version where a range was asked for.
    fn parent(
        &mut self,
        child: usize,
        parent: &Parent,
        reach: Reach,
    ) -> Result<(usize, Option<String>), Unfound> {
        let is_on_disk = self.file(child).is_some_and(|file| file.origin == Origin::Tree);
        let nearby = match is_on_disk {
            true => match self.parent_nearby(child, parent) {
                Ok(found) => return Ok((found, self.version_in_range(found, parent))),
                Err(cause) => Some(cause),
            },
            false => None,
        };
        self.parent_released(parent, reach).map_err(|unfound| match nearby {
            // without any repository, why the file beside is not it says all there is to say
            Some(nearby) if self.maven.asked(self.remotes(reach)).is_none() => {
                Unfound { cause: nearby, elsewhere: true }
            }
            Some(nearby) => Unfound { cause: format!("{nearby}; {}", unfound.cause), ..unfound },
            None => unfound,
        })
    }

    fn version_in_range(&self, found: usize, parent: &Parent) -> Option<String> {
        let [_, _, version] = self.file(found)?.coordinates();
        let wanted = parent.version.as_ref()?;
        version.filter(|found| found.value != wanted.value).map(|found| found.value.clone())
    }

    /// Where Maven looks for a parent on disk.
    fn parent_nearby(&mut self, child: usize, parent: &Parent) -> Result<usize, String> {
        let written = match &parent.relative_path {
            RelativePath::Nowhere => {
                return Err("its relativePath is empty, so it comes from a repository".to_owned());
            }
            RelativePath::Default => "../pom.xml",
            RelativePath::At(path) => path.as_str(),
        };
        let found = self.load(&self.beside(child, written))?;
        match self.file(found) {
            Some(file) if file.is_the(parent) => Ok(found),
            Some(file) => Err(format!(
                "{} is {}, so Maven takes the parent from a repository",
                file.path.display(),
                file.label()
            )),
            None => Err(String::new()),
        }
    }

    fn parent_released(
        &mut self,
        parent: &Parent,
        reach: Reach,
    ) -> Result<(usize, Option<String>), Unfound> {
        let text = |text: &Option<super::model::Text>| text.as_ref().map(|t| t.value.clone());
        let written = (text(&parent.group), text(&parent.artifact), text(&parent.version));
        let (Some(group), Some(artifact), Some(version)) = written else {
            return Err(Unfound::for_good("its coordinates are not complete"));
        };
        let mut wanted = Coordinates { group, artifact, version };
        let constraint = Constraint::parse(&wanted.version).map_err(Unfound::for_good)?;
        let mut chosen = None;
        if matches!(constraint, Constraint::Ranges(_)) {
            if !constraint.is_bounded_above() {
                let cause = format!("range {} has no upper end", wanted.version);
                return Err(Unfound::for_good(cause));
            }
            let candidates = self.versions(&wanted.group, &wanted.artifact, reach);
            let admitted = sorted_in(&constraint, &candidates);
            let Some(highest) = admitted.last() else {
                let cause = format!("no known version lies in {}", wanted.version);
                return Err(Unfound { cause, elsewhere: true });
            };
            highest.text().clone_into(&mut wanted.version);
            chosen = Some(wanted.version.clone());
        }
        match self.release(&wanted, reach) {
            Ok(found) => Ok((found, chosen)),
            Err(lack) => match self.module(&wanted) {
                // Maven would not look there; whoever has the tree need not ask for more
                Some(found) => Ok((found, chosen)),
                None => Err(Unfound { cause: lack.cause, elsewhere: !lack.is_broken }),
            },
        }
    }

    /// All versions of an artifact that modules and repositories offer.
    pub(super) fn versions(&mut self, group: &str, artifact: &str, reach: Reach) -> Vec<String> {
        let mut all = self.module_versions(group, artifact);
        let (listed, troubles) = self.maven.versions(group, artifact, self.remotes(reach));
        self.note(troubles);
        for version in listed.iter().flat_map(|metadata| &metadata.versions) {
            if !all.contains(version) {
                all.push(version.clone());
            }
        }
        all
    }
}

/// The repositories whose addresses need no filling in: parents are looked for before that is possible.
fn as_written(repositories: &[Declared], kind: Kind) -> Vec<Declared> {
    let plain = |one: &&Declared| one.url.as_ref().is_some_and(|url| !url.contains("${"));
    repositories.iter().filter(plain).map(|one| Declared { by: kind.by(), ..one.clone() }).collect()
}

/// The versions that a constraint admits, ascending. Sorted by insertion, as the order is not total.
pub(super) fn sorted_in(constraint: &Constraint, versions: &[String]) -> Vec<GenericVersion> {
    let mut sorted: Vec<GenericVersion> = Vec::new();
    let read = versions.iter().map(|version| GenericVersion::parse(version));
    for version in read.filter(|version| constraint.admits(version)) {
        let after = sorted.iter().rposition(|known| known.compare(&version).is_le());
        sorted.insert(after.map_or(0, |at| at + 1), version);
    }
    sorted
}
