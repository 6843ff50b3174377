//! What a reader finds in a document, before anything is concluded from it.

use crate::inventory::{
    Certainty, Declaration, Edges, Fact, Format, Gaps, NotEvaluated, Place, Scope,
};

/// What a document says a component is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A library, a framework, an application, or nothing said: advisories may know it.
    #[default]
    Package,
    /// A file, a device, a container, data: known to advisories only under a package URL.
    Other,
}

/// One component as its document declares it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// bom-ref, SPDX id.
    pub reference: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Group, as CycloneDX and Maven have it.
    pub group: Option<String>,
    /// Name; empty when the document gives none.
    pub name: String,
    /// Version, trimmed; never empty.
    pub version: Option<String>,
    /// Package URLs as written. SPDX packages may have several; each is matched.
    pub purls: Vec<String>,
    /// CPE name as written: nothing is matched by it, but it may tell what a component is.
    pub cpe: Option<String>,
    /// What it is for.
    pub scope: Option<Scope>,
    /// Where it stands.
    pub position: Position,
    /// Set by readers that know why there is no version.
    pub not_evaluated: Option<Box<NotEvaluated>>,
    /// The editable line that decides the version.
    pub declared_in: Option<Box<Declaration>>,
    /// Where inside the file it was found: archives within archives, joined by `!/`.
    pub inside: Option<String>,
    /// How its identity was found; a package URL that had to be mended lowers it further.
    pub certainty: Certainty,
    /// What was seen of it.
    pub facts: Vec<Fact>,
    /// What its reader has to say about it.
    pub notes: Vec<String>,
}

/// Where a component stands in its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// Nobody knows.
    #[default]
    Unknown,
    /// A byte offset in the text, turned into line and column later.
    Offset(usize),
    /// A line and a column.
    At(Place),
}

/// A remark about a document that was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What was found and what was done.
    pub message: String,
    /// Where.
    pub position: Position,
}

/// All that a reader finds in one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub format: Format,
    /// The version of its format.
    pub spec_version: Option<String>,
    /// Its own name for others to link to: CycloneDX's `urn:cdx:SERIAL/VERSION`.
    pub bom_link: Option<String>,
    /// What it is about.
    pub about: About,
    /// Its components, nested ones behind their parents, in document order.
    pub components: Vec<Declared>,
    /// Who needs whom, by reference.
    pub edges: Edges,
    /// What was odd.
    pub warnings: Vec<Warning>,
    /// Whether VEX statements may stand in its text.
    pub may_assess: bool,
    /// What of it nobody could look into.
    pub gaps: Gaps,
}

impl Document {
    /// A document of which nothing is known but its format.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            spec_version: None,
            bom_link: None,
            about: About::Unsaid,
            components: Vec::new(),
            edges: Edges::default(),
            warnings: Vec::new(),
            may_assess: false,
            gaps: Gaps::default(),
        }
    }
}

/// What a document is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum About {
    /// It does not say.
    #[default]
    Unsaid,
    /// CycloneDX `metadata.component`, a POM's project: not one of the parts.
    Apart(Box<Declared>),
    /// The one package that an SPDX document describes: it stands among the parts, at this index.
    Listed(usize),
}

/// What an unreadable text is. Named on the command line, either is an error; in a folder, foreign
/// files are passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nature {
    /// A bill of materials that is damaged, or of a kind that is not read.
    #[default]
    Broken,
    /// Something else.
    Foreign,
}

/// Why a text could not be read as the format it is in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct ReadError {
    /// Whether it is a bill of materials at all.
    pub nature: Nature,
    /// Where.
    pub position: Position,
    /// What was found, lower case, no full stop.
    pub cause: String,
}

impl ReadError {
    /// What is no bill of materials and never was meant to be one.
    pub fn foreign(cause: impl Into<String>) -> Self {
        Self { nature: Nature::Foreign, ..Self::new(cause) }
    }

    /// An error at a place.
    pub fn at(position: Position, cause: impl Into<String>) -> Self {
        Self { position, ..Self::new(cause) }
    }

    /// An error without a place.
    pub fn new(cause: impl Into<String>) -> Self {
        Self { nature: Nature::Broken, position: Position::Unknown, cause: cause.into() }
    }
}
