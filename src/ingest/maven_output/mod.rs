//! Reads what Maven's dependency plugin prints: `dependency:tree` and `dependency:list`, from a log
//! or from the file that `-DoutputFile` names, for one module or several.
//!
//! A package that several modules use is one component, with the scope that counts most. Entries
//! that the plugin calls omitted are no components: they are edges to the version that Maven took.
//! Optional dependencies keep their scope, for Maven puts them on the class path.

mod line;

use std::collections::HashMap;
use std::sync::Arc;

use super::document::{About, Declared, Document, Position, ReadError, Warning};
use super::misfits::{Misfits, at, numbered};
use super::pom;
use crate::inventory::{Edges, Format, Scope};
use line::{Coordinates, Line, Node, Plain, colourless};

/// Whether a text is such output: a log in which one of the goals runs, or nothing but a tree or a
/// list. Texts that quote some of it are not taken.
#[must_use]
pub fn is_maven_output(text: &str) -> bool {
    let (mut lines, mut logged, mut others, mut branches, mut lists) = (0_usize, 0_usize, 0, 0, 0);
    let (mut has_goal, mut begins_with_root, mut begins_logged) = (false, None, None);
    for (_, line) in numbered(text) {
        let line = colourless(line);
        let plain = Plain::of(&line);
        if plain.text.starts_with("```") {
            return false;
        }
        let read = Line::of(plain.text);
        if read != Line::Blank {
            lines += 1;
            begins_logged.get_or_insert(plain.is_logged);
        }
        logged += usize::from(plain.is_logged && read != Line::Blank);
        match read {
            Line::Goal { is_ours } => has_goal |= is_ours && plain.is_logged,
            Line::Node(node) => {
                begins_with_root.get_or_insert(node.coordinates.scope.is_none());
                branches += usize::from(node.depth > 0);
            }
            Line::Resolved => lists += 1,
            Line::Blank | Line::Nothing => {}
            Line::End { .. } | Line::OtherForm(_) | Line::Broken { .. } | Line::Other => {
                others += 1;
            }
        }
    }
    let is_log = has_goal && (begins_logged == Some(true) || logged * 4 >= lines);
    let is_file = lists > 0 || (branches > 0 && begins_with_root == Some(true));
    is_log || (others == 0 && is_file)
}

/// The name of the form, where a text is a tree that the plugin wrote for another program.
#[must_use]
pub fn other_form(text: &str) -> Option<&'static str> {
    line::other_form(text.lines().next()?)
}

/// Reads such output.
///
/// # Errors
/// When a goal ran and its tree or list is not in the text, or the build failed.
pub fn read(text: &str) -> Result<Document, ReadError> {
    let mut reader = Reader::default();
    for (number, line) in numbered(text) {
        let line = colourless(line);
        let plain = Plain::of(&line);
        reader.line(Line::of(plain.text), number)?;
    }
    reader.finish()
}

/// What the lines belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    /// Nothing was said yet: the text is no log.
    #[default]
    Unsaid,
    Tree,
    List,
    /// Another goal.
    Other,
}

/// A module whose tree was read.
#[derive(Debug)]
struct Module {
    declared: Declared,
    /// Its reference as a dependency of other modules.
    key: String,
}

/// An edge to the version that Maven took for these coordinates.
#[derive(Debug)]
struct Omitted {
    from: Arc<str>,
    /// Coordinates without the version.
    package: String,
}

#[derive(Debug, Default)]
struct Reader {
    section: Section,
    modules: Vec<Module>,
    components: Vec<Declared>,
    /// The component of a reference.
    index: HashMap<String, usize>,
    edges: Edges,
    /// References from the root to the last entry.
    path: Vec<Arc<str>>,
    /// In the module that is read: the reference of each package without its version.
    taken: HashMap<String, Arc<str>>,
    omitted: Vec<Omitted>,
    /// Line of the first goal whose output is read.
    goal: Option<u32>,
    lists: usize,
    /// Whether the log says that the build ended.
    has_ended: bool,
    /// Left out.
    misfits: Misfits,
    /// Read, without the one that brings them in.
    orphans: Misfits,
    warnings: Vec<Warning>,
}

impl Reader {
    fn line(&mut self, line: Line<'_>, number: u32) -> Result<(), ReadError> {
        match line {
            Line::Goal { is_ours } => {
                self.end_module();
                self.section = if is_ours { Section::Tree } else { Section::Other };
                if is_ours {
                    self.goal.get_or_insert(number);
                }
            }
            Line::Resolved if self.section != Section::Other => {
                self.end_module();
                self.section = Section::List;
                self.lists += 1;
            }
            Line::Node(node) => match self.section {
                Section::Unsaid | Section::Tree => self.node(node, number),
                Section::List => self.component(node.coordinates, number),
                Section::Other => {}
            },
            Line::End { is_success: false } if self.goal.is_some() => {
                let cause = "the build failed: trees that it did not come to are missing";
                return Err(ReadError::at(at(number), cause));
            }
            Line::End { .. } => self.has_ended = true,
            Line::OtherForm(form) if self.section == Section::Tree => {
                return Err(ReadError::at(at(number), refusal(form)));
            }
            Line::Broken { depth, has_branch } => self.broken(depth, has_branch, number),
            Line::Blank | Line::Nothing | Line::Resolved | Line::OtherForm(_) | Line::Other => {}
        }
        Ok(())
    }

    /// Something like an entry that cannot be read: what stands below it has lost its parent.
    fn broken(&mut self, depth: usize, has_branch: bool, line: u32) {
        let is_expected = match self.section {
            Section::Unsaid | Section::Tree => has_branch,
            Section::List => true,
            Section::Other => false,
        };
        if is_expected {
            self.path.truncate(depth);
            self.misfits.add(line);
        }
    }

    fn node(&mut self, node: Node<'_>, line: u32) {
        let coordinates = node.coordinates;
        if node.depth == 0 && coordinates.scope.is_none() {
            return self.module(coordinates, line);
        }
        let from = node.depth.checked_sub(1).and_then(|above| self.path.get(above)).cloned();
        if from.is_none() {
            self.orphans.add(line);
        }
        if node.is_omitted {
            let package = package(coordinates);
            self.omitted.extend(from.map(|from| Omitted { from, package }));
            return;
        }
        let reference: Arc<str> = Arc::from(reference(coordinates));
        self.component(coordinates, line);
        self.taken.insert(package(coordinates), Arc::clone(&reference));
        if let Some(from) = from {
            self.path.truncate(node.depth);
            self.edges.push(&from, &reference);
            self.path.push(reference);
        }
    }

    /// The root of a tree. Its reference is its own, so that a module's direct dependencies stay
    /// direct where another module depends on it.
    fn module(&mut self, coordinates: Coordinates<'_>, line: u32) {
        self.end_module();
        self.section = Section::Tree;
        let key = reference(coordinates);
        let root: Arc<str> = Arc::from(format!("{key} (module)"));
        if self.modules.iter().all(|module| module.key != key) {
            let mut declared = declared(coordinates, line);
            declared.reference = Some(root.to_string());
            self.modules.push(Module { declared, key });
        }
        self.taken.insert(package(coordinates), Arc::clone(&root));
        self.path.push(root);
    }

    fn end_module(&mut self) {
        for omitted in std::mem::take(&mut self.omitted) {
            if let Some(to) = self.taken.get(&omitted.package) {
                self.edges.push(&omitted.from, to);
            }
        }
        self.taken.clear();
        self.path.clear();
    }

    fn component(&mut self, coordinates: Coordinates<'_>, line: u32) {
        let reference = reference(coordinates);
        if let Some(known) = self.index.get(&reference).and_then(|&at| self.components.get_mut(at))
        {
            let scope = pom::scope(coordinates.scope);
            if weight(scope) > weight(known.scope) {
                known.scope = scope;
            }
            return;
        }
        self.index.insert(reference, self.components.len());
        self.components.push(declared(coordinates, line));
    }

    fn finish(mut self) -> Result<Document, ReadError> {
        self.end_module();
        if let (Some(goal), 0, true) = (self.goal, self.lists, self.modules.is_empty()) {
            let cause = "the dependency tree is not in this log: scan the file that Maven wrote";
            return Err(ReadError::at(at(goal), cause));
        }
        if let (Some(goal), false) = (self.goal, self.has_ended) {
            let message =
                "the log does not tell the end of the build: it may be cut off".to_owned();
            self.warnings.push(Warning { message, position: at(goal) });
        }
        let format = if self.modules.is_empty() { Format::MavenList } else { Format::MavenTree };
        let about = if self.modules.len() == 1 && self.lists == 0 {
            self.modules.pop().map_or(About::Unsaid, |one| About::Apart(Box::new(one.declared)))
        } else {
            About::Unsaid
        };
        let inner = |module: &Module| self.index.contains_key(&module.key);
        let modules = self.modules.iter().filter(|module| !inner(module));
        let modules: Vec<_> = modules.map(|module| module.declared.clone()).collect();
        self.components.extend(modules);
        self.components.sort_by_key(|component| match component.position {
            Position::At(place) => place.line,
            Position::Unknown | Position::Offset(_) => 0,
        });
        self.warnings
            .extend(self.misfits.warning("no group:artifact:type:version:scope and left out"));
        self.warnings
            .extend(self.orphans.warning("below no entry: what brings it in is not known"));
        Ok(Document {
            about,
            components: self.components,
            edges: self.edges,
            warnings: self.warnings,
            ..Document::new(format)
        })
    }
}

/// Why a tree for other programs is not read.
pub(super) fn refusal(form: &str) -> String {
    format!("is a dependency tree in {form}, which is not read: let Maven write it as text")
}

/// `group:artifact:type[:classifier]`.
fn package(of: Coordinates<'_>) -> String {
    let Coordinates { group, artifact, kind, classifier, .. } = of;
    match classifier {
        "" => format!("{group}:{artifact}:{kind}"),
        classifier => format!("{group}:{artifact}:{kind}:{classifier}"),
    }
}

fn reference(of: Coordinates<'_>) -> String {
    format!("{}:{}", package(of), of.version)
}

fn declared(of: Coordinates<'_>, line: u32) -> Declared {
    let key = [of.group, of.artifact, of.kind, of.classifier];
    Declared {
        reference: Some(reference(of)),
        group: Some(of.group.to_owned()),
        name: of.artifact.to_owned(),
        version: Some(of.version.to_owned()),
        purls: vec![pom::purl(key, Some(of.version))],
        scope: of.scope.and_then(|scope| pom::scope(Some(scope))),
        position: at(line),
        ..Declared::default()
    }
}

/// What counts more where modules use one package in several scopes.
fn weight(scope: Option<Scope>) -> u8 {
    match scope {
        Some(Scope::Compile) => 6,
        Some(Scope::Runtime) => 5,
        None => 4,
        Some(Scope::System) => 3,
        Some(Scope::Provided | Scope::Optional | Scope::Excluded) => 2,
        Some(Scope::Test) => 1,
        Some(Scope::Build) => 0,
    }
}

#[cfg(test)]
mod tests;
