//! Who is inside: components, where each was found, how they depend on each other.
//!
//! Promise: every component that a document declares is here, once, and is either evaluable or
//! carries the [`Reason`] why not. There is no third place to lose one.

mod coverage;
pub mod diff;
mod edges;
mod format;
mod gaps;
mod graph;
mod numbering;

pub use coverage::{Count, Coverage};
pub use edges::Edges;
pub use format::Format;
pub use gaps::Gaps;
pub use graph::{Graph, GraphKnowledge};
pub(crate) use numbering::Numbering;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::ids::Ecosystem;
use crate::purl::Purl;

/// A line and a column in a text, both counted from 1, the column in characters of the file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Where a component was found: a file, and a place in it where the format has one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The file as the user named it.
    pub path: Arc<str>,
    /// The place in the file.
    pub place: Option<Place>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        self.place.map_or(Ok(()), |place| write!(f, ":{place}"))
    }
}

/// What a component is for, as far as its document says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Needed to compile and to run.
    Compile,
    /// Needed to run.
    Runtime,
    /// Given by the environment at run time.
    Provided,
    /// Maven's `system` scope: a file named by its path.
    System,
    /// CycloneDX `optional`, SPDX optional dependencies.
    Optional,
    /// CycloneDX `excluded`: documented, said not to be delivered.
    Excluded,
    /// Used by tests alone.
    Test,
    /// Used by the build alone.
    Build,
}

impl Scope {
    /// All scopes, in the order in which they are documented.
    pub const ALL: [Self; 8] = [
        Self::Compile,
        Self::Runtime,
        Self::Provided,
        Self::System,
        Self::Optional,
        Self::Excluded,
        Self::Test,
        Self::Build,
    ];

    /// The name in configurations and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Compile => "compile",
            Self::Runtime => "runtime",
            Self::Provided => "provided",
            Self::System => "system",
            Self::Optional => "optional",
            Self::Excluded => "excluded",
            Self::Test => "test",
            Self::Build => "build",
        }
    }

    /// The scope of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// Why a component has no verdict. The names are those of the JSON report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Neither a package URL nor another identity.
    NoIdentifier,
    /// An identity without a version.
    NoVersion,
    /// The package URL cannot be read.
    InvalidPurl,
    /// The version cannot be ordered by its ecosystem's rule.
    InvalidVersion,
    /// No order or no advisory data for that ecosystem.
    EcosystemNotSupported,
    /// The version holds a property that nothing defines.
    UnresolvedProperty,
    /// The version comes from a parent that is out of reach.
    UnresolvedParent,
    /// What a release depends on: its POM is out of reach.
    UnresolvedPom,
    /// A range stands where a version should.
    VersionRange,
    /// A file, a device, a container: nothing that advisories speak of.
    NotAPackage,
}

impl Reason {
    /// All reasons, in the order in which they are documented.
    pub const ALL: [Self; 10] = [
        Self::NoIdentifier,
        Self::NoVersion,
        Self::InvalidPurl,
        Self::InvalidVersion,
        Self::EcosystemNotSupported,
        Self::UnresolvedProperty,
        Self::UnresolvedParent,
        Self::UnresolvedPom,
        Self::VersionRange,
        Self::NotAPackage,
    ];

    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoIdentifier => "no-identifier",
            Self::NoVersion => "no-version",
            Self::InvalidPurl => "invalid-purl",
            Self::InvalidVersion => "invalid-version",
            Self::EcosystemNotSupported => "ecosystem-not-supported",
            Self::UnresolvedProperty => "unresolved-property",
            Self::UnresolvedParent => "unresolved-parent",
            Self::UnresolvedPom => "unresolved-pom",
            Self::VersionRange => "version-range",
            Self::NotAPackage => "not-a-package",
        }
    }
}

/// Why a component has no verdict, with what the reader of the report needs to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotEvaluated {
    /// The class of the reason.
    pub reason: Reason,
    /// The fact behind it: the parent that is missing, the text that is no version.
    pub detail: Option<String>,
    /// What the component probably is, where names tell.
    pub likely: Option<Box<Likely>>,
}

/// A guess at a component's identity, from names alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likely {
    /// The package URL that the component probably should have.
    pub purl: String,
    /// What advisories can be asked by it; none where the version is missing or is none.
    pub package: Option<Package>,
}

impl NotEvaluated {
    /// A reason that says all by itself.
    #[must_use]
    pub fn bare(reason: Reason) -> Self {
        Self { reason, detail: None, likely: None }
    }

    /// A reason with its fact.
    #[must_use]
    pub fn because(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: Some(detail.into()), likely: None }
    }
}

/// A package in a release: what advisories are asked about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Package {
    /// The OSV ecosystem.
    pub ecosystem: Ecosystem,
    /// The name in the ecosystem's own normal form: `group:artifact` for Maven.
    pub name: String,
    /// The version as written.
    pub version: String,
    /// What the name names.
    pub naming: Naming,
}

/// What the name of a package names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Naming {
    /// What the records of its ecosystem list.
    #[default]
    Listed,
    /// Perhaps one of several packages that a distribution builds from one source, and its records list
    /// sources: that none has the name means nothing.
    PerhapsBuilt,
}

impl Certainty {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Repaired => "repaired",
            Self::Low => "low",
        }
    }
}

/// How well the identity of a component is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// Read as the specification says.
    #[default]
    Exact,
    /// Read after mending a known spelling mistake.
    Repaired,
    /// Concluded from names: of a file, of classes, in a manifest.
    Low,
}

/// What was seen of a component in the archive that holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Classes of log4j-core are there and `JndiLookup.class` is not, nor in any archive beside it.
    JndiLookupAbsent {
        /// The archive.
        archive: String,
        /// One of the classes that are there.
        seen: String,
    },
    /// It is not in the archive of log4j-core, but in another one that the class loader may ask.
    JndiLookupElsewhere {
        /// The archive.
        archive: String,
        /// The one that holds the class.
        holder: String,
    },
    /// All classes of the archive stand below this package, in dotted form.
    ClassesBelow {
        /// The package.
        package: String,
    },
}

/// One component that a document declares.
#[derive(Clone, Debug)]
pub struct Component {
    /// Index of its document in [`Inventory::inputs`].
    pub input: usize,
    /// The document's own handle: bom-ref, SPDX id.
    pub reference: Option<String>,
    /// The package URL as written, also when it cannot be read.
    pub purl_text: Option<String>,
    /// The group, namespace or vendor, as the document says.
    pub group: Option<String>,
    /// The name.
    pub name: String,
    /// The version that counts: the purl's, else the component's.
    pub version: Option<String>,
    /// CPE name as written; none for further package URLs.
    pub cpe: Option<Box<str>>,
    /// What it is for.
    pub scope: Option<Scope>,
    /// Where it was found.
    pub location: Location,
    /// Whether it is the document's subject itself and not one of its parts.
    pub role: Role,
    /// What advisories can be asked, or why not.
    pub identity: Result<Package, NotEvaluated>,
    /// How well the identity is known.
    pub certainty: Certainty,
    /// What the loaded data can tell about it; nothing before it was asked.
    pub coverage: Coverage,
    /// Remarks for the reader: which version won, what was mended.
    pub notes: Vec<String>,
    /// What is known about a version that is missing: only the POM reader fills it.
    pub declared_in: Option<Box<Declaration>>,
    /// What was seen of it: only archives fill this.
    pub facts: Vec<Fact>,
}

/// The line that decides a component's version, in a file that a person can edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// In words: `property log4j2.version`, `dependency`, `dependencyManagement`.
    pub how: String,
    /// Whose line it is.
    pub owner: Owner,
}

/// Whether a person can edit a line, and what overrules it otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// It stands in the project.
    Project,
    /// It gives a property of a released parent: one of the same name in the project wins.
    ParentProperty(String),
    /// It stands in something released.
    Release,
}

/// Whether a component is what a document describes, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `metadata.component`, the described package.
    Subject,
    /// One of the parts.
    Part,
    /// A further package URL of a part: asked about, not counted.
    Alias,
}

impl Component {
    /// A component of which nothing is known but its package.
    #[must_use]
    pub fn bare(package: Package) -> Self {
        Self {
            input: 0,
            reference: None,
            purl_text: None,
            group: None,
            name: package.name.clone(),
            version: Some(package.version.clone()),
            cpe: None,
            scope: None,
            location: Location { path: Arc::from(""), place: None },
            role: Role::Part,
            identity: Ok(package),
            certainty: Certainty::Exact,
            coverage: Coverage::Nothing,
            notes: Vec::new(),
            declared_in: None,
            facts: Vec::new(),
        }
    }

    /// The component as people name it: its purl, else `group:name@version`.
    #[must_use]
    pub fn label(&self) -> String {
        if let Some(purl) = &self.purl_text {
            return purl.clone();
        }
        let group = self.group.as_deref().map(|group| format!("{group}:")).unwrap_or_default();
        let version = self.version.as_deref().map(|v| format!("@{v}")).unwrap_or_default();
        format!("{group}{}{version}", self.name)
    }
}

impl Component {
    /// The package URL, where there is one that can be read.
    #[must_use]
    pub fn purl(&self) -> Option<Purl<'_>> {
        Purl::parse(self.purl_text.as_deref()?).ok()
    }

    /// The package's name with its group: `org.apache.logging.log4j:log4j-core`, `@scope/name`.
    #[must_use]
    pub fn full_name(&self) -> String {
        match (&self.identity, self.purl().and_then(|purl| purl.package(""))) {
            (Ok(package), _) => package.name.clone(),
            (Err(_), Some(package)) => package.name,
            (Err(_), None) => match self.group.as_deref().filter(|group| !group.is_empty()) {
                Some(group) => format!("{group}:{}", self.name),
                None if self.name.is_empty() => self.label(),
                None => self.name.clone(),
            },
        }
    }

    /// The component as people say it: `log4j-core 2.14.1`.
    #[must_use]
    pub fn short(&self) -> String {
        let version = self.version.as_deref().unwrap_or_default();
        format!("{} {version}", self.name).trim_end().to_owned()
    }
}

/// The thing a document is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Its package URL as written.
    pub purl: Option<String>,
}

/// One document that was read.
#[derive(Clone, Debug)]
pub struct Input {
    /// The path as the user named it.
    pub path: Arc<str>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// What it turned out to be.
    pub format: Format,
    /// The version of the format that it names.
    pub spec_version: Option<String>,
    /// Its own name for others to link to: CycloneDX's `urn:cdx:SERIAL/VERSION`.
    pub bom_link: Option<String>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// What the reader must know: shapes that were mended, references that lead nowhere.
    pub warnings: Vec<String>,
    /// Who depends on whom.
    pub graph: Graph,
    /// The place in the inventory of the document's first part; the others of the document follow.
    pub first_part: usize,
    /// What of it nobody could look into.
    pub gaps: Gaps,
}

/// All documents of one scan and all components in them.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The documents, in the order of the command line.
    pub inputs: Vec<Input>,
    /// The components, by document, in the order of the document.
    pub components: Vec<Component>,
    /// What documents state about licences, by the component's place; empty where nobody asked.
    pub licences: BTreeMap<usize, Vec<String>>,
}

impl Inventory {
    /// Adds the documents of another inventory behind those that are here.
    pub fn append(&mut self, mut other: Self) {
        let (inputs, components) = (self.inputs.len(), self.components.len());
        for input in &mut other.inputs {
            input.first_part += components;
        }
        for component in &mut other.components {
            component.input += inputs;
        }
        let licences = other.licences.into_iter();
        self.licences.extend(licences.map(|(index, stated)| (index + components, stated)));
        self.inputs.append(&mut other.inputs);
        self.components.append(&mut other.components);
    }

    /// The component of a document that has this reference; the reference itself where none has.
    #[must_use]
    pub fn label_of(&self, input: usize, reference: &str) -> String {
        self.by_reference(input, reference).map_or_else(|| reference.to_owned(), Component::label)
    }

    /// The component of a document that has this reference.
    #[must_use]
    pub fn by_reference(&self, input: usize, reference: &str) -> Option<&Component> {
        let input = self.inputs.get(input)?;
        self.components.get(input.first_part + input.graph.part(reference)?)
    }

    /// The parts of all documents, without the subjects.
    pub fn parts(&self) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(|c| c.role == Role::Part)
    }
}
