//! Finds the POMs that a POM refers to: its parents and the bills of materials that it imports.
//!
//! Parents by `relativePath` (POM reference, "Inheritance"; Maven's `readParentLocally`): absent
//! means `../pom.xml`, empty means nowhere, a folder means its `pom.xml`; the file counts when it
//! has the coordinates that are asked for. Imports among the parents and the modules that they
//! list, as in a build of all of them. Nothing else is asked; what is not found is [`Missing`].

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use super::PomSource;
use super::model::{Parent, Pom, RelativePath, Section, Text};
use super::profile;

/// How many files one POM may lead to.
const MAX_FILES: usize = 256;

/// How many parents are followed.
const MAX_PARENTS: usize = 64;

/// A POM that was read, with the profiles that count.
#[derive(Clone, Debug)]
pub struct PomFile {
    /// Its path, relative as that of the first POM is, without `..` where that is possible.
    pub path: PathBuf,
    /// What it says.
    pub pom: Pom,
    /// What it says with the profiles that count.
    pub section: Section,
    /// Whether its parent, if it has one, was read.
    pub parent_is_known: bool,
}

impl PomFile {
    /// The coordinates as written; without a version that is but a reference.
    #[must_use]
    pub fn label(&self) -> String {
        let [group, artifact, version] = self.coordinates();
        label([group, artifact, version])
    }

    /// Own group, artifact and version, else those of the reference to the parent.
    fn coordinates(&self) -> [Option<&Text>; 3] {
        let parent = self.pom.parent.as_ref();
        [
            self.pom.group.as_ref().or_else(|| parent?.group.as_ref()),
            self.pom.artifact.as_ref(),
            self.pom.version.as_ref().or_else(|| parent?.version.as_ref()),
        ]
    }

    /// Whether it is the parent that is asked for; what is not said (Maven 4) is not compared.
    fn is_the(&self, parent: &Parent) -> bool {
        let wanted = [&parent.group, &parent.artifact, &parent.version];
        std::iter::zip(wanted, self.coordinates()).all(|(wanted, found)| match (wanted, found) {
            (Some(wanted), Some(found)) => wanted.value == found.value,
            (Some(_), None) => false,
            (None, _) => true,
        })
    }
}

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
    /// The file that asks for it.
    pub file: usize,
    /// Where in that file.
    pub offset: usize,
}

/// Something odd that was found on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What was found and what was done.
    pub message: String,
    /// The file.
    pub file: usize,
    /// Where in it.
    pub offset: usize,
}

/// Reads files, each once.
pub(super) struct Loader<'s> {
    source: &'s dyn PomSource,
    /// The files in the order in which they were read, the project first.
    pub(super) files: Vec<PomFile>,
    known: HashMap<PathBuf, Result<usize, String>>,
    /// What was odd.
    pub(super) remarks: Vec<Remark>,
}

impl<'s> Loader<'s> {
    /// Starts with the project itself.
    pub(super) fn new(source: &'s dyn PomSource, pom: Pom, path: &Path) -> Self {
        let mut loader =
            Self { source, files: Vec::new(), known: HashMap::new(), remarks: Vec::new() };
        let path = normal(path);
        let index = loader.add(pom, path.clone());
        loader.known.insert(path, Ok(index));
        loader
    }

    fn add(&mut self, pom: Pom, path: PathBuf) -> usize {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let decision = profile::decide(&pom, &|name| self.exists(&folder, name));
        let index = self.files.len();
        if let Some(message) = decision.remark {
            self.remarks.push(Remark { message, file: index, offset: pom.span.start });
        }
        let section = decision.section;
        self.files.push(PomFile { path, pom, section, parent_is_known: false });
        index
    }

    /// Whether a file beside the POM exists; paths out of its folder are not asked for, and a name
    /// without an extension that is no file may be a folder.
    fn exists(&self, folder: &Path, name: &str) -> Option<bool> {
        let name = ["${basedir}/", "${project.basedir}/"]
            .into_iter()
            .find_map(|prefix| name.strip_prefix(prefix))
            .unwrap_or(name);
        let path = Path::new(name);
        let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
        if !inside || name.contains("${") {
            return None;
        }
        match self.source.at(&folder.join(path)) {
            Ok(Some(_)) => Some(true),
            Ok(None) if path.extension().is_some() => Some(false),
            Ok(None) | Err(_) => None,
        }
    }

    /// Reads the POM at a path, or in the folder at that path.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn load(&mut self, path: &Path) -> Result<usize, String> {
        let path = normal(path);
        let inner = path.join("pom.xml");
        let is_file = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xml"));
        let order = if is_file { [&path, &inner] } else { [&inner, &path] };
        let mut first = None;
        for candidate in order {
            match self.load_file(candidate) {
                Ok(index) => return Ok(index),
                Err(cause) => first.get_or_insert(cause),
            };
        }
        Err(first.unwrap_or_default())
    }

    fn load_file(&mut self, path: &Path) -> Result<usize, String> {
        if let Some(known) = self.known.get(path) {
            return known.clone();
        }
        let shown = path.display();
        let read = if self.known.len() >= 2 * MAX_FILES || self.files.len() >= MAX_FILES {
            Err(format!("more than {MAX_FILES} files are needed"))
        } else {
            match self.source.at(path) {
                Ok(Some(text)) => Pom::parse(&text).map_err(|error| match error.place {
                    Some(place) => format!("could not read {shown} at {place}: {error}"),
                    None => format!("could not read {shown}: {error}"),
                }),
                Ok(None) => Err(format!("there is no {shown}")),
                Err(cause) => Err(format!("could not read {shown}: {cause}")),
            }
        };
        let index = read.map(|pom| self.add(pom, path.to_owned()));
        self.known.insert(path.to_owned(), index.clone());
        index
    }

    /// A file and its parents, nearest first, and the parent that is out of reach.
    pub(super) fn lineage(&mut self, first: usize, role: Role) -> (Vec<usize>, Option<Missing>) {
        let mut lineage = vec![first];
        let mut at = first;
        loop {
            let Some(parent) = self.files.get(at).and_then(|file| file.pom.parent.clone()) else {
                return (lineage, None);
            };
            let found = self.parent(at, &parent).and_then(|found| self.new_in(&lineage, found));
            match found {
                Ok(found) => {
                    if let Some(file) = self.files.get_mut(at) {
                        file.parent_is_known = true;
                    }
                    lineage.push(found);
                    at = found;
                }
                Err(cause) => {
                    let label = label(
                        [&parent.group, &parent.artifact, &parent.version].map(Option::as_ref),
                    );
                    let offset = parent.span.start;
                    return (lineage, Some(Missing { role, label, cause, file: at, offset }));
                }
            }
        }
    }

    fn new_in(&self, lineage: &[usize], found: usize) -> Result<usize, String> {
        if lineage.len() >= MAX_PARENTS {
            return Err(format!("more than {MAX_PARENTS} parents stand one above the other"));
        }
        let Some(from) = lineage.iter().position(|known| *known == found) else {
            return Ok(found);
        };
        let labels = lineage[from..].iter().chain([&found]);
        let labels = labels.filter_map(|at| self.files.get(*at)).map(PomFile::label);
        Err(format!("the parents form a cycle: {}", labels.collect::<Vec<_>>().join(" -> ")))
    }

    /// Where Maven looks for a parent on disk.
    fn parent(&mut self, child: usize, parent: &Parent) -> Result<usize, String> {
        let written = match &parent.relative_path {
            RelativePath::Nowhere => {
                return Err("its relativePath is empty, so it comes from a repository".to_owned());
            }
            RelativePath::Default => "../pom.xml",
            RelativePath::At(path) => path.as_str(),
        };
        let found = self.load(&self.beside(child, written))?;
        match self.files.get(found) {
            Some(file) if file.is_the(parent) => Ok(found),
            Some(file) => Err(format!(
                "{} is {}, so Maven takes the parent from a repository",
                file.path.display(),
                file.label()
            )),
            None => Err(String::new()),
        }
    }

    /// A path that a POM writes, from its own folder; a leading `/` counts for nothing.
    pub(super) fn beside(&self, file: usize, written: &str) -> PathBuf {
        let folder = self.files.get(file).and_then(|file| file.path.parent());
        let mut path = folder.unwrap_or(Path::new("")).to_owned();
        for part in written.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".") {
            path.push(part);
        }
        path
    }
}

/// `group:artifact:version`; a version that is but a reference is left out.
pub(super) fn label(coordinates: [Option<&Text>; 3]) -> String {
    let texts = coordinates.map(|text| text.map(|text| text.value.as_str()));
    let [group, artifact, version] = texts;
    let name = format!("{}:{}", group.unwrap_or("?"), artifact.unwrap_or("?"));
    match version {
        Some(version) if !version.contains("${") && !version.is_empty() => {
            format!("{name}:{version}")
        }
        _ => name,
    }
}

/// Takes `.` and `folder/..` out of a path, as Maven does, without asking the file system.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match (part, normal.components().next_back()) {
            (Component::ParentDir, Some(Component::Normal(_))) => {
                normal.pop();
            }
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            _ => normal.push(part),
        }
    }
    normal
}
