//! All checks, each with the one fact that it looks at.

use super::super::profile::Accepted;
use super::{State, View};
use super::{component as c, document as d, hash as h, identity as i, licence as l, relation as r};
use crate::config::ReviewRule;

/// What a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The document as a whole.
    Document,
    /// Each component.
    Component,
}

/// How a check finds its fact.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    /// In the document.
    Document(fn(&View<'_>) -> State),
    /// In the document, against the formats that a profile accepts.
    Format(fn(&View<'_>, &[Accepted]) -> State),
    /// In one component.
    Part(fn(&View<'_>, usize) -> State),
}

/// One check: one fact under a name that stays.
#[derive(Debug)]
pub struct Check {
    /// Its name in profiles, remarks and reports.
    pub id: &'static str,
    /// The fact, so that "lacks" can stand before it.
    pub fact: &'static str,
    /// The request to a supplier, where more is to be said than to add the fact.
    pub ask: Option<&'static str>,
    /// The rule of the review that speaks of the same fault, where one does.
    pub rule: Option<ReviewRule>,
    pub(super) look: Look,
}

impl PartialEq for Check {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Check {}

impl Check {
    /// All checks, in the order in which they are documented.
    pub const ALL: &[Self] = CHECKS;

    /// The check of that name.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Self> {
        CHECKS.iter().find(|check| check.id == id)
    }

    /// What it looks at.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self.look {
            Look::Document(_) | Look::Format(_) => Scope::Document,
            Look::Part(_) => Scope::Component,
        }
    }
}

const fn document(id: &'static str, fact: &'static str, look: fn(&View<'_>) -> State) -> Check {
    Check { id, fact, ask: None, rule: None, look: Look::Document(look) }
}

const fn part(id: &'static str, fact: &'static str, look: fn(&View<'_>, usize) -> State) -> Check {
    Check { id, fact, ask: None, rule: None, look: Look::Part(look) }
}

const fn format(
    id: &'static str,
    fact: &'static str,
    look: fn(&View<'_>, &[Accepted]) -> State,
) -> Check {
    Check { id, fact, ask: None, rule: Some(ReviewRule::BadFormat), look: Look::Format(look) }
}

impl Check {
    const fn also(self, rule: ReviewRule) -> Self {
        Self { rule: Some(rule), ..self }
    }

    const fn asked(self, ask: &'static str) -> Self {
        Self { ask: Some(ask), ..self }
    }
}

const CHECKS: &[Check] = &[
    document("doc.author", "the author's name (a person or an organisation)", d::author),
    document("doc.author_contact", "a way to reach the author", d::author_contact),
    document("doc.author_signature", "a signature", d::author_signature).asked(
        "Please sign the document, and tell us, on another way than the delivery itself, which key or \
         certificate belongs to the signature.",
    ),
    format("doc.format_name", "an accepted format", d::format_name),
    format("doc.format_version", "an accepted version of its format", d::format_version),
    document(
        "doc.generation_context",
        "the stage of the product's life at which it was made",
        d::generation_context,
    ),
    document("doc.timestamp", "the time at which it was made", d::timestamp),
    document("doc.tool_name", "the name of the tool that made it", d::tool_name),
    document("doc.tool_version", "the version of the tool that made it", d::tool_version),
    document("doc.version", "a version number of its own", d::version),
    document("doc.uri", "an identifier by which it can be cited", d::identifier),
    document("doc.primary", "the one product that it describes", d::primary).also(ReviewRule::NoPrimary),
    document("doc.name", "a name of its own", d::name),
    document("doc.data_license", "the licence of the document itself", l::data_license),
    document(
        "doc.no_vulnerabilities",
        "components alone, without vulnerabilities",
        d::no_vulnerabilities,
    )
    .asked("Please take the known vulnerabilities out of the document and deliver them beside it."),
    part("comp.name", "a name", c::name),
    part("comp.version", "a version", c::version).also(ReviewRule::NoVersion),
    part("comp.supplier", "the name of the supplier", c::supplier),
    part("comp.producer", "the name of the producer", c::producer),
    part("comp.producer_contact", "a way to reach the producer", c::producer_contact),
    part("comp.identifiers", "an identifier that others use too, such as a package URL", i::identifiers),
    part("comp.purl", "a package URL", i::purl).also(ReviewRule::NoPurl),
    part("comp.purl_type", "a package URL of a real package type", i::purl_type)
        .also(ReviewRule::GenericPurl),
    part("comp.hash", "a digest (checksum)", h::hash),
    part("comp.hash_algorithm", "a digest (checksum) by a strong algorithm", h::hash_algorithm)
        .also(ReviewRule::WeakHash),
    part(
        "comp.hash_sha512_deployable",
        "the SHA-512 digest of the delivered file",
        h::hash_sha512_deployable,
    ),
    part("comp.filename", "a file name", c::filename),
    part("comp.executable", "a mark that tells programs from other files", c::executable),
    part("comp.archive", "a mark that tells archives from other files", c::archive),
    part("comp.structured", "a mark that tells whether single parts can still be told apart", c::structured),
    part("comp.licence_any", "a licence", l::licence_any),
    part("comp.licence_distribution", "the licence that the receiver gets", l::licence_distribution),
    part("comp.licence_named", "the name of a licence", l::licence_named).asked(
        "Please name the licence of each component: NONE and NOASSERTION name none.",
    ),
    part("comp.licence_original", "the licence that the author gave", l::licence_original),
    part("comp.licence_effective", "the licence under which the supplier uses the component", l::licence_effective),
    part("comp.copyright", "the holder of the copyright", c::copyright),
    part("comp.source_uri", "the address of the source code", c::source_uri),
    part("comp.deployable_uri", "the address of the delivered file", c::deployable_uri),
    part("comp.source_hash", "the digest (checksum) of the source code", h::source_hash),
    part("comp.security_txt", "the address to which flaws can be reported", c::security_txt),
    part("comp.download_location", "a download address", c::download_location),
    part("comp.support_level", "the level of support", c::support_level),
    part("comp.end_of_support", "the day on which support ends", c::end_of_support),
    part("comp.purpose", "a kind, such as library or application", c::purpose),
    part("comp.description", "a description", c::description),
    part("comp.origin", "the origin: open source, proprietary or third party", c::origin),
    part("comp.vulnerabilities", "the known vulnerabilities", c::vulnerabilities),
    part("comp.patch_status", "the state of patches", c::patch_status),
    part("comp.release_date", "the release date", c::release_date),
    part("comp.criticality", "the degree of criticality", c::criticality),
    part("comp.usage_restrictions", "the restrictions on use", c::usage_restrictions),
    part("comp.comments", "comments", c::comments),
    document("rel.dependencies", "the dependencies of the product", r::dependencies)
        .also(ReviewRule::NoTransitive),
    document("rel.transitive", "the dependencies of dependencies", r::transitive)
        .also(ReviewRule::NoTransitive),
    part("rel.completeness", "a word on whether all that is needed is listed", r::completeness),
    document("rel.describes", "the product that it describes", d::describes)
        .also(ReviewRule::NoPrimary),
];
