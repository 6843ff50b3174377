//! From changes to the bytes of a POM.

use std::path::PathBuf;
use std::sync::Arc;

use super::layout::{Edit, Element, Layout, Shape, edited};
use crate::maven::{Dependency, Pom, Property};

/// What comes behind `dependencyManagement` in a POM as people write them.
const BEHIND_MANAGEMENT: [&str; 7] = [
    "dependencies",
    "repositories",
    "pluginRepositories",
    "build",
    "reporting",
    "reports",
    "profiles",
];

/// Group, artifact, type and classifier, the latter two empty when they are not to be written.
pub(super) type Names = [String; 4];

/// One change of one POM. Places are bytes of the text that it is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The file.
    pub(super) file: PathBuf,
    /// What is changed there.
    pub(super) what: What,
}

/// What is changed in a POM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The text at these bytes.
    Text {
        range: std::ops::Range<usize>,
        /// Its line.
        line: u32,
        to: String,
        /// What it is, in words: `property log4j2.version`.
        name: String,
        /// What it was.
        from: String,
    },
    /// A new entry of `dependencyManagement`.
    Manage { names: Names, version: String },
    /// A new property.
    Property { name: String, value: String },
    /// A new exclusion in the dependency whose element begins there.
    Exclude { at: usize, group: String, artifact: String, of: String },
    /// A new dependency behind the one whose element begins there.
    Depend { at: usize, names: Names, version: String, scope: Option<String> },
    /// A version for the dependency whose element begins there.
    Version { at: usize, version: String },
}

/// Changes in words, with their places; one that takes another further is told with it.
pub(super) fn in_words(changes: &[Change]) -> Vec<String> {
    let mut told: Vec<Change> = Vec::new();
    for change in changes {
        if !told.iter_mut().any(|earlier| earlier.is_taken_further(change)) {
            told.push(change.clone());
        }
    }
    told.iter().map(Change::in_words).collect()
}

impl Change {
    /// Takes over the version of a later change of the same place; says whether that was one.
    fn is_taken_further(&mut self, later: &Self) -> bool {
        let What::Text { name, from, to, .. } = &later.what else { return false };
        let (own, value) = match &mut self.what {
            What::Text { name, to, .. } => (name.clone(), to),
            What::Property { name, value } => (format!("property {name}"), value),
            _ => return false,
        };
        let is_same = self.file == later.file && own == *name && value == from;
        if is_same {
            value.clone_from(to);
        }
        is_same
    }

    /// The change in words, with its place.
    fn in_words(&self) -> String {
        let place = self.file.display();
        match &self.what {
            What::Text { line, .. } => format!("{place}:{line}: {}", self.what.in_words()),
            _ => format!("{place}: {}", self.what.in_words()),
        }
    }
}

impl What {
    fn in_words(&self) -> String {
        let name = |[group, artifact, kind, classifier]: &Names| {
            let parts = [group, artifact, kind, classifier].map(String::as_str);
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(":")
        };
        match self {
            Self::Text { name, from, to, .. } => format!("{name} {from} -> {to}"),
            Self::Manage { names, version } => {
                format!("new entry of dependencyManagement: {}:{version}", name(names))
            }
            Self::Property { name, value } => format!("new property {name}: {value}"),
            Self::Exclude { group, artifact, of, .. } => {
                format!("new exclusion of {group}:{artifact} from {of}")
            }
            Self::Depend { names, version, .. } => {
                format!("new dependency {}:{version}", name(names))
            }
            Self::Version { version, .. } => format!("new version {version}"),
        }
    }
}

/// The text of a POM with all changes that are meant for it.
///
/// # Errors
/// Why they cannot be made, in words.
pub(super) fn written(text: &str, pom: &Pom, changes: &[&What]) -> Result<String, String> {
    let layout = Layout::of(text, pom);
    let page = Page { text, pom, layout };
    let mut edits = Vec::new();
    for change in changes {
        edits.extend(page.edit(change)?);
    }
    // of two new sections in the same place the properties come first
    edits.extend(page.properties(changes));
    edits.extend(page.managed(changes));
    edited(text, edits).ok_or_else(|| "two changes want the same bytes".to_owned())
}

struct Page<'t> {
    text: &'t str,
    pom: &'t Pom,
    layout: Layout,
}

impl Page<'_> {
    fn dependency(&self, at: usize) -> Result<&Arc<Dependency>, String> {
        self.pom.dependency_at(at).ok_or_else(|| "the dependency is gone".to_owned())
    }

    fn edit(&self, change: &What) -> Result<Option<Edit>, String> {
        Ok(Some(match change {
            What::Text { range, to, .. } => Edit { range: range.clone(), text: to.clone() },
            What::Exclude { at, group, artifact, .. } => {
                let dependency = self.dependency(*at)?;
                let inner =
                    vec![Element::text("groupId", group), Element::text("artifactId", artifact)];
                let exclusion = Element::List("exclusion", inner);
                match dependency.exclusions.last() {
                    Some(last) => self.layout.after(self.text, &last.span, &exclusion, Shape::Like),
                    None => {
                        let list = Element::List("exclusions", vec![exclusion]);
                        self.layout.last_in(self.text, &dependency.span, &list)
                    }
                }
            }
            What::Depend { at, names, version, scope } => {
                let dependency = self.dependency(*at)?;
                let element = entry(names, version, scope.as_deref());
                self.layout.after(self.text, &dependency.span, &element, Shape::Like)
            }
            What::Version { at, version } => {
                let dependency = self.dependency(*at)?;
                let artifact = dependency.artifact.as_ref().ok_or("it has no artifactId")?;
                let before = self.text[..artifact.span.start].rfind("<artifactId");
                let behind = self.text[artifact.span.end..].find("</artifactId");
                let (Some(start), Some(end)) = (before, behind) else {
                    return Err("its artifactId cannot be found".to_owned());
                };
                let end = artifact.span.end + end;
                let end = self.text[end..].find('>').map_or(end, |at| end + at + 1);
                let element = Element::text("version", version);
                self.layout.after(self.text, &(start..end), &element, Shape::Like)
            }
            What::Manage { .. } | What::Property { .. } => return Ok(None),
        }))
    }

    /// All new entries of the management at once: they may share a section that is new as well.
    fn managed(&self, changes: &[&What]) -> Vec<Edit> {
        let entries = changes.iter().filter_map(|change| match change {
            What::Manage { names, version } => Some(entry(names, version, None)),
            _ => None,
        });
        let entries: Vec<_> = entries.collect();
        if entries.is_empty() {
            return Vec::new();
        }
        let section = &self.pom.section;
        if let Some(last) = section.management.last() {
            let after = |e| self.layout.after(self.text, &last.span, e, Shape::Like);
            return entries.iter().map(after).collect();
        }
        if let Some(list) = &section.containers.management {
            return entries.iter().map(|e| self.layout.inside(self.text, list, e)).collect();
        }
        let list = Element::List("dependencies", entries);
        if let Some(holder) = &section.containers.managed {
            return vec![self.layout.inside(self.text, holder, &list)];
        }
        let section = Element::List("dependencyManagement", vec![list]);
        self.section(&section, &BEHIND_MANAGEMENT).into_iter().collect()
    }

    fn properties(&self, changes: &[&What]) -> Vec<Edit> {
        let new = changes.iter().filter_map(|change| match change {
            What::Property { name, value } => Some(Element::text(name, value)),
            _ => None,
        });
        let new: Vec<_> = new.collect();
        if new.is_empty() {
            return Vec::new();
        }
        let last = self.pom.section.properties.last().map(|Property { span, .. }| span);
        match (last, &self.pom.section.containers.properties) {
            (Some(last), _) => {
                new.iter().map(|e| self.layout.after(self.text, last, e, Shape::Like)).collect()
            }
            (None, Some(list)) => {
                new.iter().map(|e| self.layout.inside(self.text, list, e)).collect()
            }
            (None, None) => {
                let behind: Vec<_> =
                    ["dependencyManagement"].into_iter().chain(BEHIND_MANAGEMENT).collect();
                let section = Element::List("properties", new);
                self.section(&section, &behind).into_iter().collect()
            }
        }
    }

    /// A new part of the project, before those that come behind it by custom.
    fn section(&self, element: &Element, behind: &[&str]) -> Option<Edit> {
        let elements = &self.pom.elements;
        let first = elements.iter().position(|one| behind.contains(&one.value.as_str()));
        let before = first.unwrap_or(elements.len()).checked_sub(1);
        let neighbour = before.and_then(|at| elements.get(at)).or(elements.last())?;
        Some(self.layout.after(self.text, &neighbour.span, element, Shape::Open))
    }
}

fn entry(
    [group, artifact, kind, classifier]: &Names,
    version: &str,
    scope: Option<&str>,
) -> Element {
    let parts = [
        ("groupId", group.as_str()),
        ("artifactId", artifact.as_str()),
        ("version", version),
        ("type", kind.as_str()),
        ("classifier", classifier.as_str()),
        ("scope", scope.unwrap_or_default()),
    ];
    let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
    Element::List("dependency", parts.map(|(name, text)| Element::text(name, text)).collect())
}

#[cfg(test)]
mod tests;
