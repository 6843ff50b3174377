//! VEX: what somebody states about a flaw in a product, read from any of four formats into one type.
//!
//! A document is read whole or refused. What a statement is worth is decided later: `matching` says of
//! which component it speaks, `precedence` which of several counts. The table of rules, each with its
//! test, is `docs/vex.md`.

mod csaf;
mod cyclonedx;
mod directory;
pub mod lint;
mod matching;
mod openvex;
mod precedence;
mod spdx3;
mod voices;
mod wire;

pub use directory::{Directory, Reached};
pub use precedence::apply;
pub use voices::Voices;

use std::borrow::Cow;

use jiff::Timestamp;

use self::wire::Marks;
use crate::config::justification;

/// The largest VEX document that is read, in bytes.
pub const MAX_DOCUMENT: usize = 256 << 20;

/// How many statements one document may make; a product in a group counts each time.
const MAX_STATEMENTS: usize = 500_000;

/// Where a document comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The user gave it with `--vex`.
    Given,
    /// It stands in the scanned document with this place in the inventory: whoever wrote the list of
    /// parts also cleared them.
    Embedded(usize),
}

/// What is stated about a flaw in a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The flaw does not matter there.
    NotAffected,
    /// It was never there (`CycloneDX` alone).
    FalsePositive,
    /// It was there and is mended.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
    /// It matters.
    Affected,
}

impl Status {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::FalsePositive => "false_positive",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
            Self::Affected => "affected",
        }
    }

    /// Whether it could close a finding.
    #[must_use]
    pub fn clears(self) -> bool {
        matches!(self, Self::NotAffected | Self::FalsePositive | Self::Fixed)
    }

    /// The less favourable, the higher.
    fn gravity(self) -> u8 {
        match self {
            Self::NotAffected | Self::FalsePositive | Self::Fixed => 0,
            Self::UnderInvestigation => 1,
            Self::Affected => 2,
        }
    }
}

/// One way to name a component or a product.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identifier {
    /// A package URL as a pattern.
    Purl(String),
    /// A handle inside a document: bom-ref, SPDX id.
    Reference(String),
    /// `urn:cdx:SERIAL/VERSION#REF`: a handle inside one version of one `CycloneDX` document.
    BomLink {
        /// The document: `urn:cdx:SERIAL/VERSION`.
        document: String,
        /// The handle in it; none for the document itself.
        reference: Option<String>,
    },
    /// A CPE name, compared as text.
    Cpe(String),
    /// SHA-256 in lower case hexadecimal.
    Sha256(String),
}

impl Identifier {
    /// What a text that may be anything is by its scheme.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.trim();
        match text.split_once('#') {
            _ if text.starts_with("pkg:") => Self::Purl(text.to_owned()),
            _ if text.starts_with("cpe:") => Self::Cpe(text.to_owned()),
            Some((document, reference)) if text.starts_with("urn:cdx:") => Self::BomLink {
                document: document.to_ascii_lowercase(),
                reference: Some(reference.to_owned()),
            },
            None if text.starts_with("urn:cdx:") => {
                Self::BomLink { document: text.to_ascii_lowercase(), reference: None }
            }
            _ => Self::Reference(text.to_owned()),
        }
    }
}

/// A product, and the parts of it that a statement speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Product {
    /// Its names: any of them tells it.
    pub identifiers: Vec<Identifier>,
    /// The parts by their names; none when the statement is about the product itself.
    pub subcomponents: Vec<Vec<Identifier>>,
    /// The only versions that are meant, where the format lists them apart.
    pub versions: Vec<String>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Where it stands: the file, and which statement it is in it.
    pub place: String,
    /// The file.
    pub source: String,
    /// The document's own id, where it has one.
    pub document: Option<String>,
    /// Who handed it over.
    pub origin: Origin,
    /// Every identifier of the flaw.
    pub vulnerability: Vec<String>,
    /// What it is about; all of them.
    pub products: Vec<Product>,
    /// What it says.
    pub status: Status,
    /// Why, in the document's own word.
    pub justification: Option<String>,
    /// Why, as prose.
    pub impact: Option<String>,
    /// What is to be done, for what is affected.
    pub action: Option<String>,
    /// Who says so.
    pub author: Option<String>,
    /// Since when it holds.
    pub at: Option<Timestamp>,
    /// Whether its format lets author and time be left out of a document.
    pub may_be_anonymous: bool,
}

/// What the statement that counts says of one finding, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// What it says.
    pub status: Status,
    /// Why, in the document's own word.
    pub justification: Option<String>,
    /// Why, as prose.
    pub impact: Option<String>,
    /// What is to be done.
    pub action: Option<String>,
    /// Who says so.
    pub author: Option<String>,
    /// Since when it holds.
    pub at: Option<Timestamp>,
    /// Where it stands: the document by file and id, and which statement it is in it.
    pub place: String,
}

impl Statement {
    /// Why it cannot close a finding, whatever it matches; nothing when it can.
    #[must_use]
    pub fn weakness(&self, now: Timestamp) -> Option<String> {
        if !self.status.clears() {
            return Some(format!("says {}", self.status.as_str()));
        }
        if self.at.is_some_and(|at| at > now) {
            return Some("is from the future".to_owned());
        }
        let anonymous = self.may_be_anonymous && self.origin == Origin::Given;
        if self.author.is_none() && !anonymous {
            return Some("names no author".to_owned());
        }
        if self.at.is_none() && !anonymous {
            return Some("has no time".to_owned());
        }
        if self.status == Status::Fixed {
            return None;
        }
        match self.justification.as_deref() {
            Some(word) if justification::CONDITIONAL_OF_CYCLONEDX.contains(&word) => {
                Some(format!("depends on the deployment ({word})"))
            }
            Some(word) if justification::is_known(word) => None,
            _ if self.impact.is_some() => None,
            Some(word) => Some(format!("gives the unknown justification \"{word}\" and no impact")),
            None => Some("gives neither justification nor impact".to_owned()),
        }
    }

    /// Every name of the flaw in lower case; an address of a record ends with its name.
    pub fn flaws(&self) -> impl Iterator<Item = String> + '_ {
        self.vulnerability.iter().map(|id| {
            let name = id.trim().trim_end_matches('/').rsplit('/').next().unwrap_or(id);
            name.to_ascii_lowercase()
        })
    }

    /// The flaw as its document names it first.
    #[must_use]
    pub fn flaw(&self) -> &str {
        self.vulnerability.first().map_or("no flaw", String::as_str)
    }
}

/// Why a VEX document cannot be used: file, place, cause in one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not read VEX document {path}{}: {cause}", place(*at))]
pub struct VexError {
    path: String,
    at: Option<(usize, usize)>,
    cause: String,
}

fn place(at: Option<(usize, usize)>) -> String {
    at.map(|(line, column)| format!(" at {line}:{column}")).unwrap_or_default()
}

/// The document that is read: its name, whence it comes.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file as the user named it.
    pub path: &'a str,
    /// Who handed it over.
    pub origin: Origin,
}

impl Source<'_> {
    fn error(&self, cause: impl Into<String>) -> VexError {
        VexError { path: self.path.to_owned(), at: None, cause: cause.into() }
    }

    fn json_error(&self, error: &serde_json::Error) -> VexError {
        let text = error.to_string();
        let found = text.split(" at line ").next().unwrap_or(&text);
        let cause = match found {
            "recursion limit exceeded" => "nested deeper than 128 levels".to_owned(),
            _ if error.is_eof() => "ends too early: the file is truncated".to_owned(),
            _ if error.is_syntax() => format!("is no JSON: {found}"),
            other => other.to_owned(),
        };
        let at = (error.line() > 0).then(|| (error.line(), error.column()));
        VexError { at, ..self.error(cause) }
    }

    fn parse<'t, T: serde::Deserialize<'t>>(&self, text: &'t str) -> Result<T, VexError> {
        serde_json::from_str(text).map_err(|error| self.json_error(&error))
    }

    /// A statement about nothing yet.
    fn statement(&self, place: &str, status: Status) -> Statement {
        Statement {
            place: format!("{place} of {}", self.path),
            source: self.path.to_owned(),
            document: None,
            origin: self.origin,
            vulnerability: Vec::new(),
            products: Vec::new(),
            status,
            justification: None,
            impact: None,
            action: None,
            author: None,
            at: None,
            may_be_anonymous: false,
        }
    }
}

/// Reads a VEX document in the format that its content shows: `OpenVEX` 0.2.0, CSAF 2.0 or 2.1,
/// `CycloneDX` in JSON, SPDX 3 in JSON-LD.
///
/// # Errors
/// With the place and the cause when it is none of them, is broken, or is larger than the limits.
pub fn read(text: &str, source: Source<'_>) -> Result<Vec<Statement>, VexError> {
    if text.len() > MAX_DOCUMENT {
        return Err(source.error(format!("is larger than {} MiB", MAX_DOCUMENT >> 20)));
    }
    let marks: Marks = source.parse(text)?;
    let statements = if marks.graph.is_some() {
        spdx3::statements(&source.parse(text)?, source)
    } else if marks.bom_format.is_some() {
        cyclonedx::statements(&source.parse(text)?, source)
    } else if marks.statements.is_some() {
        openvex::statements(&source.parse(text)?, source)
    } else if marks.document.is_some() {
        csaf::statements(&source.parse(text)?, source)
    } else {
        let known = "OpenVEX, CSAF, CycloneDX and SPDX 3 in JSON are read";
        return Err(source.error(format!("is no VEX document: {known}")));
    }?;
    if statements.is_empty() && source.origin == Origin::Given {
        return Err(source.error("makes no statement"));
    }
    Ok(statements)
}

/// A list of statements that is not longer than the limit.
struct Statements<'a> {
    source: Source<'a>,
    list: Vec<Statement>,
}

impl<'a> Statements<'a> {
    fn of(source: Source<'a>) -> Self {
        Self { source, list: Vec::new() }
    }

    fn add(&mut self, statement: Statement) -> Result<(), VexError> {
        if self.list.len() >= MAX_STATEMENTS {
            let cause = format!("makes more than {MAX_STATEMENTS} statements");
            return Err(self.source.error(cause));
        }
        self.list.push(statement);
        Ok(())
    }
}

/// A bom-ref as the fragment of a BOM-Link: what no URI may hold is percent-encoded (RFC 3986, 3.5).
#[must_use]
pub fn fragment(reference: &str) -> Cow<'_, str> {
    let legal = |b: u8| b.is_ascii_graphic() && !b"\"#<>[\\]^`{|}".contains(&b);
    if reference.bytes().all(legal) {
        return Cow::Borrowed(reference);
    }
    let mut text = String::with_capacity(reference.len());
    for byte in reference.bytes() {
        match legal(byte) {
            true => text.push(char::from(byte)),
            false => text.push_str(&format!("%{byte:02X}")),
        }
    }
    Cow::Owned(text)
}

/// A text that says something.
fn said(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// An instant with its offset from UTC; anything else is none.
fn instant(text: Option<&String>) -> Option<Timestamp> {
    text.and_then(|text| text.trim().parse().ok())
}
