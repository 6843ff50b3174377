//! What one Java archive says about itself, from its names and its small texts.

use super::manifest::{self, Manifest};
use super::names::{self, CORE, TELLTALES};
use super::{Fault, Walk, Zip};
use crate::advisory::classes::{self, Origin};
use crate::files::sha256;

/// How many class files are compared with those of releases; several copies are odd already.
const MAX_COMPARED: usize = 64;

/// One artifact that a `pom.properties` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pom {
    /// The entry.
    pub path: String,
    /// Group, else the one of the path.
    pub group: String,
    /// Artifact, else the one of the path.
    pub artifact: String,
    /// Version, where one is given.
    pub version: Option<String>,
}

/// Classes of log4j-core.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Core {
    /// Those that only log4j-core has, by their paths.
    pub telltales: Vec<String>,
    /// Any class of its package.
    pub any: Option<String>,
    /// `JndiLookup.class`, wherever it stands.
    pub lookup: Option<String>,
    /// Entries that are compared with the class files of releases.
    pub listed: Vec<(usize, &'static str)>,
    /// The release that they are from, looked for where no description tells it.
    pub origin: Origin,
}

/// All that an archive says.
#[derive(Debug, Default)]
pub(super) struct Statement {
    /// The artifacts that it names, each once.
    pub poms: Vec<Pom>,
    /// Its manifest.
    pub manifest: Manifest,
    /// Classes of log4j-core.
    pub core: Core,
    /// The package that all its classes share, with slashes; empty if they share none.
    pub package: String,
    /// Entries that are called like logging configurations.
    pub configurations: Vec<usize>,
    /// Entries that may be archives.
    pub others: Vec<usize>,
}

impl Statement {
    /// Reads names, manifest and every `pom.properties`.
    pub(super) fn read(zip: &mut Zip, walk: &mut Walk<'_>) -> Result<Self, Fault> {
        let mut statement = Self::default();
        let mut poms = Vec::new();
        let mut manifest = None;
        let mut package: Option<String> = None;
        for index in 0..zip.len() {
            let Some(name) = zip.name_for_index(index) else { continue };
            if name.ends_with(".class") {
                statement.core.see(index, name);
                let found = names::package(name);
                package = match (package, found) {
                    (Some(known), Some(found)) => Some(names::common(&known, found).to_owned()),
                    (known, found) => known.or_else(|| found.map(str::to_owned)),
                };
            } else if names::file_name(name) == "pom.properties" {
                poms.push(index);
            } else if name.eq_ignore_ascii_case("META-INF/MANIFEST.MF") {
                manifest = Some(index);
            } else if names::is_configuration(name) {
                statement.configurations.push(index);
            } else if !name.ends_with('/') {
                statement.others.push(index);
            }
        }
        statement.package = package.unwrap_or_default();
        if let Some(index) = manifest {
            statement.manifest = Manifest::read(&walk.text(zip, index)?);
        }
        for index in poms {
            let path = zip.name_for_index(index).unwrap_or_default().to_owned();
            let bytes = walk.text(zip, index)?;
            let known = |pom: &Pom| {
                statement.poms.iter().any(|other| {
                    (&other.group, &other.artifact, &other.version)
                        == (&pom.group, &pom.artifact, &pom.version)
                })
            };
            if let Some(pom) = pom(path, &bytes).filter(|pom| !known(pom)) {
                statement.poms.push(pom);
            }
        }
        if statement.hides_core() {
            statement.core.compare(zip, walk);
            walk.tally.check()?;
        }
        Ok(statement)
    }

    /// Whether classes of log4j-core are there and no description of it.
    pub(super) fn hides_core(&self) -> bool {
        !self.core.telltales.is_empty() && !self.poms.iter().any(|pom| pom.artifact == CORE)
    }

    /// The artifact that the archive itself is, not one that was shaded into it.
    pub(super) fn own(&self, file: &str) -> Option<usize> {
        if self.poms.len() == 1 {
            return Some(0);
        }
        let (name, _) = names::name_and_version(file);
        let begins = |pom: &Pom| {
            let rest = name.strip_prefix(pom.artifact.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let titled = |pom: &Pom| self.manifest.title.as_ref() == Some(&pom.artifact);
        let all = || self.poms.iter().enumerate();
        all()
            .filter(|(_, pom)| begins(pom))
            .max_by_key(|(_, pom)| pom.artifact.len())
            .or_else(|| all().find(|(_, pom)| titled(pom)))
            .map(|(index, _)| index)
    }
}

/// `None` for a file of that name that has nothing to do with Maven.
fn pom(path: String, bytes: &[u8]) -> Option<Pom> {
    let [group, artifact, version] = manifest::properties(bytes);
    let mut parts = path.rsplit('/').skip(1);
    let (of_path, group_of_path) = (parts.next(), parts.next());
    let by_maven = path.contains("META-INF/maven/");
    let from_path = |part: Option<&str>| part.filter(|_| by_maven).map(str::to_owned);
    let (group, artifact) =
        (group.or_else(|| from_path(group_of_path)), artifact.or_else(|| from_path(of_path)));
    Some(Pom { group: group?, artifact: artifact?, version, path })
}

impl Core {
    fn see(&mut self, index: usize, class: &str) {
        self.listed.extend(classes::at(class).map(|listed| (index, listed)));
        if names::file_name(class) == "JndiLookup.class" {
            self.lookup.get_or_insert_with(|| names::label(class));
        }
        if TELLTALES.iter().any(|end| names::ends_with(class, end)) {
            let label = names::label(class);
            if self.telltales.len() < TELLTALES.len() && !self.telltales.contains(&label) {
                self.telltales.push(label);
            }
        }
        if self.any.is_none() && class.contains("logging/log4j/core/") {
            self.any = Some(names::label(class));
        }
    }

    /// Compares the class files with those of releases.
    fn compare(&mut self, zip: &mut Zip, walk: &mut Walk<'_>) {
        if self.listed.len() > MAX_COMPARED {
            return;
        }
        let digest = |&(index, class): &(usize, &'static str)| {
            let bytes = walk.small(zip, index).ok();
            (class, bytes.map(|bytes| sha256([bytes.as_slice()])))
        };
        self.origin = Origin::of(&self.listed.iter().map(digest).collect::<Vec<_>>());
    }
}
