//! A POM as written (<https://maven.apache.org/pom.html>), with the bytes of what it says.
//!
//! Nothing is inherited, filled in or defaulted here. Each text knows the bytes that a person or
//! a patch would change; they are trimmed as Maven trims them.

use std::ops::Range;
use std::sync::Arc;

use super::declared::Declared;
use crate::inventory::Place;

/// A value and the bytes of the file that give it.
///
/// The bytes are equal to the value unless comments, references or CDATA stand between them:
/// whoever edits compares first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands; empty for an empty element, at the element itself.
    pub span: Range<usize>,
}

/// The text of an element.
pub type Text = Spanned<String>;

/// A project description as it stands in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pom {
    /// The version of the POM format, `4.0.0`.
    pub model_version: Option<Text>,
    /// The project it inherits from.
    pub parent: Option<Parent>,
    /// Own group, when it is not the parent's.
    pub group: Option<Text>,
    /// The artifact.
    pub artifact: Option<Text>,
    /// Own version, when it is not the parent's.
    pub version: Option<Text>,
    /// What is built, `jar` when nothing is said.
    pub packaging: Option<Text>,
    /// What profiles may say as well.
    pub section: Section,
    /// The profiles, in order.
    pub profiles: Vec<Profile>,
    /// Where the artifact went, when it is published under another name now.
    pub relocation: Option<Relocation>,
    /// `root="true"` on the root element (Maven 4): no build reaches above this folder.
    pub is_root: bool,
    /// The elements in it by name, in order.
    pub elements: Vec<Spanned<String>>,
    /// The bytes of the root element.
    pub span: Range<usize>,
    /// Where the lines of the file begin.
    pub lines: Lines,
}

impl Pom {
    /// A POM that says nothing, in a file with these lines.
    pub(super) fn nameless(lines: Lines) -> Self {
        Self {
            model_version: None,
            parent: None,
            group: None,
            artifact: None,
            version: None,
            packaging: None,
            section: Section::default(),
            profiles: Vec::new(),
            relocation: None,
            is_root: false,
            elements: Vec::new(),
            span: 0..0,
            lines,
        }
    }
}

/// The part of a POM that a profile can change too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Properties in order; of equal names the last counts.
    pub properties: Vec<Property>,
    /// `dependencyManagement`, imports among them.
    pub management: Vec<Arc<Dependency>>,
    /// `dependencies`.
    pub dependencies: Vec<Arc<Dependency>>,
    /// `modules`, and Maven 4's `subprojects`.
    pub modules: Vec<Text>,
    /// `repositories`.
    pub repositories: Vec<Declared>,
    /// The elements that hold all this, where a patch may add to them.
    pub containers: Containers,
}

/// The bytes of the lists of a section, from the start tag to the end tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Containers {
    /// `properties`.
    pub properties: Option<Range<usize>>,
    /// `dependencyManagement`.
    pub managed: Option<Range<usize>>,
    /// `dependencies` in `dependencyManagement`.
    pub management: Option<Range<usize>>,
    /// `dependencies`.
    pub dependencies: Option<Range<usize>>,
}

/// A property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// The element's name.
    pub name: String,
    /// Its text.
    pub value: Text,
    /// The bytes of the whole element.
    pub span: Range<usize>,
}

/// A dependency, used or managed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// `groupId`.
    pub group: Option<Text>,
    /// `artifactId`.
    pub artifact: Option<Text>,
    /// `version`, text or range.
    pub version: Option<Text>,
    /// `type`, `jar` when nothing is said.
    pub kind: Option<Text>,
    /// `classifier`.
    pub classifier: Option<Text>,
    /// `scope`.
    pub scope: Option<Text>,
    /// `optional`.
    pub optional: Option<Text>,
    /// `systemPath`.
    pub system_path: Option<Text>,
    /// `exclusions`.
    pub exclusions: Vec<Exclusion>,
    /// The bytes of the whole element.
    pub span: Range<usize>,
}

/// What is not to come in below a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// `groupId`; `*` is any.
    pub group: Option<Text>,
    /// `artifactId`; `*` is any.
    pub artifact: Option<Text>,
    /// The bytes of the whole element.
    pub span: Range<usize>,
}

/// `distributionManagement/relocation`; what it does not say stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// `groupId`.
    pub group: Option<Text>,
    /// `artifactId`.
    pub artifact: Option<Text>,
    /// `version`.
    pub version: Option<Text>,
    /// The bytes of the whole element.
    pub span: Range<usize>,
}

impl Pom {
    /// What it says itself, and what each of its profiles says.
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        std::iter::once(&self.section).chain(self.profiles.iter().map(|profile| &profile.section))
    }

    /// The dependency, used or managed, whose element begins at a byte.
    #[must_use]
    pub fn dependency_at(&self, start: usize) -> Option<&Arc<Dependency>> {
        let mut all = self.sections().flat_map(|s| s.dependencies.iter().chain(&s.management));
        all.find(|dependency| dependency.span.start == start)
    }
}

impl Dependency {
    /// What Maven compares entries by, on the texts as written: group, artifact, type, classifier.
    #[must_use]
    pub fn key(&self) -> [&str; 4] {
        fn of(text: Option<&Text>) -> Option<&str> {
            text.map(|text| text.value.as_str())
        }
        [
            of(self.group.as_ref()).unwrap_or(""),
            of(self.artifact.as_ref()).unwrap_or(""),
            of(self.kind.as_ref()).unwrap_or("jar"),
            of(self.classifier.as_ref()).unwrap_or(""),
        ]
    }
}

/// The reference to a parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// `groupId`.
    pub group: Option<Text>,
    /// `artifactId`.
    pub artifact: Option<Text>,
    /// `version`.
    pub version: Option<Text>,
    /// Where the file is looked for first.
    pub relative_path: RelativePath,
    /// The bytes of the whole element.
    pub span: Range<usize>,
}

/// Where a parent's file is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelativePath {
    /// Nothing said: `../pom.xml`.
    Default,
    /// An empty element: nowhere, repositories alone.
    Nowhere,
    /// A file or a folder.
    At(String),
}

/// A profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name, `default` when it has none.
    pub id: String,
    /// When it counts.
    pub activation: Activation,
    /// What it adds.
    pub section: Section,
}

/// The conditions of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activation {
    /// `activeByDefault` is `true`.
    pub by_default: bool,
    /// `jdk`.
    pub jdk: Option<String>,
    /// `os`: pairs of element and text.
    pub os: Option<Vec<(String, String)>>,
    /// `property`: name, and value where one is asked for.
    pub property: Option<(String, Option<String>)>,
    /// `file/exists`.
    pub exists: Option<String>,
    /// `file/missing`.
    pub missing: Option<String>,
    /// A condition that Maven 3 does not know: `packaging`, `condition`.
    pub other: Option<String>,
}

/// Where the lines of a text begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines(Vec<usize>);

impl Lines {
    /// The lines of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect())
    }

    /// The line and the column of a byte.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        let after = self.0.partition_point(|&start| start <= offset).max(1);
        let start = self.0.get(after - 1).copied().unwrap_or(0);
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place { line: small(after), column: small((offset - start).saturating_add(1)) }
    }

    /// The byte at which a line, counted from 1, begins.
    #[must_use]
    pub fn start(&self, line: usize) -> usize {
        self.0.get(line.saturating_sub(1)).copied().unwrap_or(0)
    }
}
