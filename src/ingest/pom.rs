//! Reads a Maven POM (<https://maven.apache.org/pom.html>): all dependencies of one project.
//!
//! What Maven would make of it is worked out in [`crate::maven`]; here it becomes a document. Every
//! dependency is a component, also one whose version nobody here can know: then with the reason.
//! Entries that are only managed are no components. What releases bring in whose POMs are out of
//! reach is one more component that is not evaluated: what is not known is never silence.

mod gaps;
mod names;
mod reasons;
mod repositories;

use std::path::Path;

use super::document::{About, Declared, Document, Position, ReadError, Warning};
use crate::inventory::{Declaration, Edges, Format, NotEvaluated, Owner, Reason};
use crate::maven::{
    Effective, EffectiveDependency, How, Interpolated, Machine, Maven, Nowhere, Origin, Pom,
    PomError, Resolution, Resolved, Role, Unresolved, Version, resolve,
};
use names::{nameless, reference, undefined_in};
pub(super) use names::{purl, scope};

/// Reads a POM and what it leads to.
///
/// # Errors
/// When the text is no POM.
pub fn read(text: &str, path: &Path, maven: &Maven<'_>) -> Result<Document, ReadError> {
    let pom = Pom::parse(text).map_err(error)?;
    let spec_version = pom.model_version.as_ref().map(|text| text.value.clone());
    let resolution = resolve(pom, path, maven);
    let cure = if maven.is_online() { reasons::CURE_ONLINE } else { reasons::CURE };
    let writer = Writer { effective: &resolution.effective, resolution: &resolution, cure };
    Ok(writer.document(spec_version))
}

/// Reads a POM that stands alone: neither a parent nor a release is looked for.
///
/// # Errors
/// When the text is no POM.
pub fn read_text(text: &str) -> Result<Document, ReadError> {
    read(text, Path::new("pom.xml"), &Maven::new(&Nowhere, Machine::default()))
}

fn error(error: PomError) -> ReadError {
    ReadError::at(error.place.map_or(Position::Unknown, Position::At), error.cause)
}

/// The index of the project's own file.
const PROJECT: usize = 0;

/// Turns a resolved POM into a document.
struct Writer<'e> {
    effective: &'e Effective,
    resolution: &'e Resolution,
    /// What would bring POMs that are out of reach.
    cure: &'static str,
}

impl Writer<'_> {
    fn document(&self, spec_version: Option<String>) -> Document {
        let project = self.project();
        let root = project.reference.clone().unwrap_or_default();
        let mut components = Vec::new();
        let mut edges = Edges::default();
        let from_root = |to: &String| (root.clone(), to.clone());
        for (number, dependency) in self.effective.dependencies.iter().enumerate() {
            let of_it = |one: &&Unresolved| one.direct == Some(number);
            if dependency.coordinates().is_none() {
                let declared = self.declared(dependency, &root);
                edges.extend(declared.reference.iter().map(from_root));
                components.push(declared);
            } else if let Some(one) = self.resolution.unresolved.iter().find(of_it) {
                let declared = self.unresolved(one, &root);
                edges.extend(declared.reference.iter().map(from_root));
                components.push(declared);
            }
            components.extend(self.brought_in_by(number).map(|one| self.resolved(one, &root)));
        }
        let references: Vec<_> =
            self.resolution.dependencies.iter().map(|one| reference_of(one, &root)).collect();
        for (from, to) in &self.resolution.edges {
            let from = from.map_or(root.as_str(), |from| references[from].as_str());
            edges.push(from, &references[*to]);
        }
        let deeper = self.resolution.unresolved.iter().filter(|one| one.direct.is_none());
        components.extend(deeper.map(|one| self.unresolved(one, &root)));
        components.extend(self.unknown());
        Document {
            spec_version: spec_version.filter(|text| !text.is_empty()),
            about: About::Apart(Box::new(project)),
            edges,
            warnings: self.warnings(),
            gaps: self.gaps(),
            components,
            ..Document::new(Format::MavenPom)
        }
    }

    /// A direct dependency and what it brings in, in order.
    fn brought_in_by(&self, direct: usize) -> impl Iterator<Item = &Resolved> {
        let all = &self.resolution.dependencies;
        let start = all.iter().position(|one| one.direct == Some(direct)).unwrap_or(all.len());
        let below = all.iter().skip(start + 1).take_while(|one| one.depth > 1);
        all.get(start).into_iter().chain(below)
    }

    fn project(&self) -> Declared {
        let text = |value: Option<&Interpolated>| value.map_or("", |v| v.text.as_str()).to_owned();
        let group = text(self.effective.group.as_ref());
        let name = text(self.effective.artifact.as_ref());
        let nameless = nameless([self.effective.group.as_ref(), self.effective.artifact.as_ref()]);
        let named = nameless.is_none();
        let identity = match nameless {
            Some(why) => Err(why),
            None => self.version(self.effective.version.as_ref()),
        };
        let version = identity.as_deref().ok();
        let own = self.effective.version.as_ref().filter(|version| version.file == PROJECT);
        let root = || self.effective.files.first().map_or(0, |file| file.pom.span.start);
        Declared {
            reference: Some(format!("{group}:{name}")),
            purls: named.then(|| purl([&group, &name, "jar", ""], version)).into_iter().collect(),
            version: version.map(str::to_owned),
            position: self.position(PROJECT, own.map_or_else(root, |version| version.span.start)),
            declared_in: self
                .effective
                .version
                .as_ref()
                .map(|version| Box::new(self.declaration(version))),
            not_evaluated: identity.err().map(Box::new),
            group: Some(group).filter(|group| !group.is_empty()),
            name,
            ..Declared::default()
        }
    }

    /// A dependency of the project that Maven could not even ask for.
    fn declared(&self, dependency: &EffectiveDependency, root: &str) -> Declared {
        let key = dependency.key();
        let [group, name, ..] = key;
        let nameless = nameless([Some(&dependency.group), Some(&dependency.artifact)])
            .or_else(|| undefined_in([&dependency.kind, &dependency.classifier]));
        let named = nameless.is_none();
        let why = nameless.or_else(|| self.version(dependency.version.as_ref()).err());
        Declared {
            reference: Some(reference(key, root)),
            group: Some(group.to_owned()).filter(|group| !group.is_empty()),
            name: name.to_owned(),
            purls: named.then(|| purl(key, None)).into_iter().collect(),
            scope: scope(dependency.scope.as_deref()),
            position: self.position(dependency.file, dependency.at),
            declared_in: dependency
                .version
                .as_ref()
                .map(|version| Box::new(self.declaration(version))),
            not_evaluated: Some(Box::new(
                why.unwrap_or_else(|| NotEvaluated::bare(Reason::NoVersion)),
            )),
            ..Declared::default()
        }
    }

    /// A dependency that has its place in the build.
    fn resolved(&self, one: &Resolved, root: &str) -> Declared {
        let key = key_of(one);
        let identity = self.identity(one);
        let version = identity.as_deref().ok();
        let from = one.relocated_from.first();
        let note = from.map(|from| format!("declared as {from}, which was relocated"));
        Declared {
            reference: Some(reference(key, root)),
            group: Some(key[0].to_owned()),
            name: key[1].to_owned(),
            purls: vec![purl(key, version)],
            version: version.map(str::to_owned),
            scope: scope(Some(&one.scope)),
            position: self.position_of(one),
            declared_in: one.decided.as_ref().map(|version| Box::new(self.declaration(version))),
            not_evaluated: identity.err().map(Box::new),
            notes: note.into_iter().collect(),
            ..Declared::default()
        }
    }

    /// Something that was asked for and not found.
    fn unresolved(&self, one: &Unresolved, root: &str) -> Declared {
        let artifact = &one.artifact;
        let key = [&artifact.group, &artifact.artifact, &one.kind, &artifact.classifier];
        let key = key.map(String::as_str);
        let direct = one.direct.and_then(|number| self.effective.dependencies.get(number));
        Declared {
            reference: one.direct.map(|_| reference(key, root)),
            group: Some(key[0].to_owned()),
            name: key[1].to_owned(),
            purls: vec![purl(key, None)],
            scope: scope(Some(&one.scope)),
            position: direct.map_or(Position::Unknown, |d| self.position(d.file, d.at)),
            declared_in: direct
                .and_then(|direct| direct.version.as_ref())
                .map(|version| Box::new(self.declaration(version))),
            not_evaluated: Some(Box::new(self.why_unresolved(one))),
            ..Declared::default()
        }
    }

    /// Where a direct dependency stands, also for all that it brings in.
    fn position_of(&self, one: &Resolved) -> Position {
        let mut at = one;
        while let Some(parent) = at.parent.and_then(|at| self.resolution.dependencies.get(at)) {
            at = parent;
        }
        let direct = at.direct.and_then(|number| self.effective.dependencies.get(number));
        direct.map_or(Position::Unknown, |direct| self.position(direct.file, direct.at))
    }

    /// The line that decides a version, and whose it is.
    fn declaration(&self, version: &Version) -> Declaration {
        let file = self.effective.files.get(version.file);
        let is_parent = self.effective.lineage.contains(&version.file);
        let what = match &version.how {
            How::Dependency => "dependency".to_owned(),
            How::Management => "dependencyManagement".to_owned(),
            How::Property(name) => format!("property {name}"),
            How::Project => "project version".to_owned(),
            How::Outside(from) => from.clone(),
        };
        let of = match file {
            _ if version.file == PROJECT => String::new(),
            Some(file) if file.origin == Origin::Settings => " of the settings".to_owned(),
            Some(file) if is_parent => format!(" of parent {}", file.label()),
            Some(file) if self.is_import(version) => format!(" of import {}", file.label()),
            Some(file) => format!(" of {}", file.label()),
            None => String::new(),
        };
        let released = file.is_some_and(|file| file.origin == Origin::Repository);
        let owner = match &version.how {
            _ if !released => Owner::Project,
            How::Property(name) if is_parent => Owner::ParentProperty(name.clone()),
            _ => Owner::Release,
        };
        Declaration {
            path: file.map(|file| file.shown.clone()).unwrap_or_default(),
            line: file.map_or(1, |file| file.lines().place(version.span.start).line),
            how: what + &of,
            owner,
        }
    }

    /// Whether the management of the project has this version.
    fn is_import(&self, version: &Version) -> bool {
        let same = |known: &Version| (known.file, &known.span) == (version.file, &version.span);
        self.effective.management.iter().any(|entry| entry.version.as_ref().is_some_and(same))
    }

    /// A place in the project's file; what a parent says stands at the reference to the parent.
    fn position(&self, file: usize, offset: usize) -> Position {
        let Some(project) = self.effective.files.get(PROJECT) else {
            return Position::Unknown;
        };
        let parent = || project.pom.parent.as_ref().map_or(0, |parent| parent.span.start);
        let offset = if file == PROJECT { offset } else { parent() };
        Position::At(project.lines().place(offset))
    }

    fn warnings(&self) -> Vec<Warning> {
        let missing = self.effective.missing.iter().map(|missing| {
            let (what, unknown) = match missing.role {
                Role::Parent => ("parent", "what it declares, manages and defines is unknown"),
                Role::Import => ("import", "what it manages is unknown"),
            };
            let message =
                format!("{what} {} is not available: {}; {unknown}", missing.label, missing.cause);
            self.warning(message, missing.file, missing.offset)
        });
        let remarks = self.effective.remarks.iter();
        let remarks = remarks.map(|r| self.warning(r.message.clone(), r.file, r.offset));
        let own = [self.assumed(), self.scopes(), self.modules()];
        let faults =
            self.effective.faults.iter().map(|fault| format!("Maven refuses this: {fault}"));
        let own = own
            .into_iter()
            .flatten()
            .chain(faults.take(SHOWN))
            .chain(repositories::told(&self.effective.troubles))
            .map(|message| Warning { message, position: Position::Unknown });
        missing.chain(remarks).chain(own).collect()
    }

    fn warning(&self, message: String, file: usize, offset: usize) -> Warning {
        let position = self.position(file, offset);
        let other = self.effective.files.get(file).filter(|_| file != PROJECT);
        let message = match other {
            Some(other) => {
                let place = other.lines().place(offset);
                format!("{}:{place}: {message}", other.shown)
            }
            None => message,
        };
        Warning { message, position }
    }

    /// Versions from an import though something that would win over it is out of reach.
    fn assumed(&self) -> Option<String> {
        let assumed = self
            .resolution
            .dependencies
            .iter()
            .filter(|one| one.decided.as_ref().is_some_and(|version| version.assumed));
        let names: Vec<_> = assumed
            .map(|one| format!("{}:{}", one.artifact.group, one.artifact.artifact))
            .collect();
        (!names.is_empty()).then(|| {
            format!(
                "versions were taken from an import although a parent or an earlier import, which \
                 would win, is not available: {}",
                shortened(&names)
            )
        })
    }

    fn scopes(&self) -> Option<String> {
        let odd = self.effective.dependencies.iter().filter_map(|dependency| {
            let text = dependency.scope.as_deref()?;
            scope(Some(text)).is_none().then(|| format!("\"{text}\""))
        });
        let mut odd: Vec<_> = odd.collect();
        odd.sort();
        odd.dedup();
        (!odd.is_empty()).then(|| format!("unknown scopes were passed over: {}", shortened(&odd)))
    }

    /// Whether the modules' POMs are given, too, is not known here.
    fn modules(&self) -> Option<String> {
        let names = self.effective.modules.iter().map(|module| module.value.clone());
        let names: Vec<String> = names.collect();
        let count = match names.len() {
            0 => return None,
            1 => "1 module".to_owned(),
            count => format!("{count} modules"),
        };
        let names = shortened(&names);
        Some(format!("has {count}, looked at where their own POMs are given: {names}"))
    }
}

/// Group, artifact, type and classifier, the latter when the type does not imply it.
fn key_of(one: &Resolved) -> [&str; 4] {
    let artifact = &one.artifact;
    let implied = one.implies_classifier();
    let classifier = if implied { "" } else { artifact.classifier.as_str() };
    [&artifact.group, &artifact.artifact, &one.kind, classifier]
}

fn reference_of(one: &Resolved, root: &str) -> String {
    reference(key_of(one), root)
}

/// How many names a sentence lists.
const SHOWN: usize = 5;

/// At most so many names.
fn shortened(names: &[String]) -> String {
    shortened_to(SHOWN, names)
}

fn shortened_to(most: usize, names: &[String]) -> String {
    let shown = names.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests;
