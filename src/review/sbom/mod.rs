//! A bill of materials as its author wrote it: every field that a quality profile may ask for, as
//! text, with nothing guessed, repaired or filled in. What `ingest` reads is made to be matched; what
//! is read here is made to be judged, so an absent field stays absent.

pub mod conformance;
mod cyclonedx;
mod draft;
mod party;
mod read;
mod spdx2;
mod spdx3;
#[cfg(test)]
mod tests;

pub use read::NotRead;

use crate::inventory::Format;

/// A bill of materials as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sbom {
    /// The format.
    pub format: Format,
    /// The version of the format, as written.
    pub spec_version: String,
    /// What it says about itself.
    pub document: Document,
    /// What it lists, the primary component included.
    pub parts: Vec<Part>,
    /// The components it says it describes, as indices of [`Sbom::parts`]; more than one is legal.
    pub primary: Vec<usize>,
    /// Who contains or needs whom.
    pub links: Vec<Link>,
    /// What it says about how complete it is.
    pub completeness: Vec<Completeness>,
    /// What was odd about its shape, each with its place: `components[3].purl is a list, expected a
    /// string: left out`.
    pub oddities: Vec<String>,
}

/// What a bill of materials says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its name, where the format has one.
    pub name: Option<String>,
    /// Who made it: people, organisations, and tools where a tool is named as the author.
    pub authors: Vec<Party>,
    /// Who supplies the product it describes.
    pub suppliers: Vec<Party>,
    /// The tools it was made with.
    pub tools: Vec<Tool>,
    /// When it was made or last changed, as written.
    pub timestamp: Option<String>,
    /// When in the product's life it was made, each as written.
    pub contexts: Vec<String>,
    /// Its own version, as written.
    pub version: Option<String>,
    /// The identifier under which it can be cited: serial number, namespace, IRI.
    pub uri: Option<String>,
    /// The licences of the document itself.
    pub data_licences: Vec<String>,
    /// The key that holds a signature in it (`signature`, `ds:Signature`), whether or not it holds.
    pub signature: Option<String>,
    /// How many vulnerabilities it lists; `None` where it has no such list at all.
    pub vulnerabilities: Option<usize>,
    /// Disclosure reports that it names (`vulnerability-disclosure-report` and the like): their URLs.
    pub disclosures: Vec<Reference>,
}

/// A tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

/// What kind of actor a [`Party`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PartyKind {
    /// The format does not say.
    #[default]
    Unstated,
    /// An organisation.
    Organization,
    /// A person.
    Person,
    /// A program.
    Tool,
}

/// A person, an organisation or a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// What it is.
    pub kind: PartyKind,
    /// Its name, as written.
    pub name: Option<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// URLs.
    pub urls: Vec<String>,
}

/// What kind of thing a [`Part`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Element {
    /// A package, library, application, operating system, container.
    #[default]
    Package,
    /// A single file or a snippet of one, or plain data: nothing that package managers know.
    File,
}

/// One component as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Where it stands in the document: `components[3]`, `packages[12]`, a tag-value line.
    pub at: String,
    /// Its name within the document (`bom-ref`, `SPDXID`): never an identifier of the package.
    pub reference: Option<String>,
    /// What kind of thing it is.
    pub element: Element,
    /// Its type or purpose, as written (`library`, `operating-system`, `APPLICATION`).
    pub purpose: Option<String>,
    /// Further purposes of SPDX 3.
    pub purposes: Vec<String>,
    /// Whether it is said to be outside the delivery (CycloneDX `isExternal`, scope `excluded`).
    pub external: bool,
    /// Group or namespace.
    pub group: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Version.
    pub version: Option<String>,
    /// Who distributes it.
    pub suppliers: Vec<Party>,
    /// Who made it.
    pub producers: Vec<Party>,
    /// The publisher, a weaker word that counts as neither.
    pub publisher: Option<String>,
    /// Package URLs, CPEs and the like, as written.
    pub identifiers: Vec<Identifier>,
    /// Digests of the component.
    pub hashes: Vec<Hash>,
    /// Places outside the document.
    pub references: Vec<Reference>,
    /// Licences.
    pub licences: Vec<Licence>,
    /// What is said about the licences beside their names, such as limits of use.
    pub licence_comments: Vec<String>,
    /// Copyright.
    pub copyright: Option<String>,
    /// Description or summary.
    pub description: Option<String>,
    /// Comments and annotations.
    pub comments: Vec<String>,
    /// Name-value pairs, in order.
    pub properties: Vec<(String, String)>,
    /// Where it can be fetched, as SPDX says it; `NOASSERTION` and `NONE` are kept.
    pub download: Option<String>,
    /// How its source was found (SPDX `sourceInfo`).
    pub source_info: Option<String>,
    /// The name of the file.
    pub filename: Option<String>,
    /// When it was released, as written.
    pub released: Option<String>,
    /// Until when it is supported, as written.
    pub valid_until: Option<String>,
    /// The level of support, as written.
    pub support: Option<String>,
    /// How many patches its pedigree names.
    pub patches: usize,
    /// How many vulnerabilities in the document, or security references, point at it.
    pub vulnerabilities: usize,
}

/// How an identifier is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// A package URL.
    Purl,
    /// CPE 2.2 or 2.3.
    Cpe,
    /// SWID tag.
    Swid,
    /// Software Heritage identifier.
    Swhid,
    /// OmniBOR or gitoid.
    Gitoid,
}

/// An identifier of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// How it is written.
    pub scheme: Scheme,
    /// Itself, as written.
    pub text: String,
}

/// A digest, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hash {
    /// The algorithm, as written (`SHA-256`, `SHA256`).
    pub algorithm: String,
    /// The digest, as written.
    pub value: String,
}

/// A place outside the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its type, as written (`vcs`, `distribution`, `rfc-9116`).
    pub kind: String,
    /// The URL, as written.
    pub url: String,
    /// Digests of what is found there.
    pub hashes: Vec<Hash>,
}

/// Whose word a licence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// Not said.
    Unstated,
    /// Found out by the author of the document.
    Concluded,
    /// Stated by the component's author.
    Declared,
}

/// A licence, as written; `NOASSERTION` and `NONE` are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// The text: an id, an expression, a name, or a URL.
    pub text: String,
    /// Whether it stands where SPDX ids and expressions belong, and not in a field for free names.
    pub formal: bool,
    /// Whose word it is.
    pub acknowledgement: Acknowledgement,
}

/// What a link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The first needs the second.
    DependsOn,
    /// The second is part of the first.
    Contains,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// To a component, by its index.
    Part(usize),
    /// To a name that the document does not define.
    Dangling(String),
    /// To nothing, said explicitly: there are no more (`dependsOn: []`, SPDX `NONE`).
    Nothing,
    /// To what the author does not know (SPDX `NOASSERTION`).
    Unknown,
}

/// One statement of who contains or needs whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// From whom.
    pub from: usize,
    /// What it says.
    pub relation: Relation,
    /// To whom.
    pub to: Target,
}

/// How complete something is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aggregate {
    /// Nothing is missing.
    Complete,
    /// Something is missing.
    Incomplete,
    /// The author does not know.
    Unknown,
    /// The field is there and says nothing.
    NotSpecified,
}

/// A statement of completeness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completeness {
    /// About whom; `None` for the document as a whole.
    pub about: Option<usize>,
    /// Whether it speaks of dependencies or of contents.
    pub relation: Relation,
    /// What it says.
    pub aggregate: Aggregate,
    /// The word itself (`incomplete_third_party_only`).
    pub word: String,
}
