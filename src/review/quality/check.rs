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
    /// The fact, so that "does not state" can stand before it.
    pub fact: &'static str,
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
    Check { id, fact, rule: None, look: Look::Document(look) }
}

const fn part(id: &'static str, fact: &'static str, look: fn(&View<'_>, usize) -> State) -> Check {
    Check { id, fact, rule: None, look: Look::Part(look) }
}

const fn format(
    id: &'static str,
    fact: &'static str,
    look: fn(&View<'_>, &[Accepted]) -> State,
) -> Check {
    Check { id, fact, rule: Some(ReviewRule::BadFormat), look: Look::Format(look) }
}

impl Check {
    const fn also(self, rule: ReviewRule) -> Self {
        Self { rule: Some(rule), ..self }
    }
}

const CHECKS: &[Check] = &[
    document("doc.author", "who made it", d::author),
    document("doc.author_contact", "how to reach who made it", d::author_contact),
    document("doc.author_signature", "a signature", d::author_signature),
    format("doc.format_name", "an accepted format", d::format_name),
    format("doc.format_version", "an accepted version of its format", d::format_version),
    document(
        "doc.generation_context",
        "when in the product's life it was made",
        d::generation_context,
    ),
    document("doc.timestamp", "when it was made", d::timestamp),
    document("doc.tool_name", "the tool it was made with", d::tool_name),
    document("doc.tool_version", "the version of the tool it was made with", d::tool_version),
    document("doc.version", "its own version", d::version),
    document("doc.uri", "an identifier by which it can be cited", d::identifier),
    document("doc.primary", "the one product it describes", d::primary).also(ReviewRule::NoPrimary),
    document("doc.name", "its own name", d::name),
    document("doc.data_license", "the licence of the document itself", l::data_license),
    document(
        "doc.no_vulnerabilities",
        "components alone, without vulnerabilities",
        d::no_vulnerabilities,
    ),
    part("comp.name", "the name", c::name),
    part("comp.version", "the version", c::version).also(ReviewRule::NoVersion),
    part("comp.supplier", "who supplies it", c::supplier),
    part("comp.producer", "who made it", c::producer),
    part("comp.producer_contact", "how to reach who made it", c::producer_contact),
    part("comp.identifiers", "an identifier by which others know it", i::identifiers),
    part("comp.purl", "a package URL", i::purl).also(ReviewRule::NoPurl),
    part("comp.purl_type", "a package URL of a real package type", i::purl_type)
        .also(ReviewRule::GenericPurl),
    part("comp.hash", "a digest (hash)", h::hash),
    part("comp.hash_algorithm", "a digest by a strong algorithm", h::hash_algorithm)
        .also(ReviewRule::WeakHash),
    part(
        "comp.hash_sha512_deployable",
        "the SHA-512 digest of what is deployed",
        h::hash_sha512_deployable,
    ),
    part("comp.filename", "the name of its file", c::filename),
    part("comp.executable", "whether it is a program", c::executable),
    part("comp.archive", "whether it is an archive", c::archive),
    part("comp.structured", "whether its parts can be told apart", c::structured),
    part("comp.licence_any", "a licence", l::licence_any),
    part("comp.licence_distribution", "the licence for its receiver", l::licence_distribution),
    part("comp.licence_named", "a licence instead of a word for none", l::licence_named),
    part("comp.licence_original", "the licence its author gave it", l::licence_original),
    part("comp.licence_effective", "the licence under which it is used", l::licence_effective),
    part("comp.copyright", "who holds the copyright", c::copyright),
    part("comp.source_uri", "where its source is", c::source_uri),
    part("comp.deployable_uri", "where what is deployed can be fetched", c::deployable_uri),
    part("comp.source_hash", "the digest of its source", h::source_hash),
    part("comp.security_txt", "where to report flaws", c::security_txt),
    part("comp.download_location", "where it can be fetched", c::download_location),
    part("comp.support_level", "how well it is supported", c::support_level),
    part("comp.end_of_support", "until when it is supported", c::end_of_support),
    part("comp.purpose", "what kind of thing it is", c::purpose),
    part("comp.description", "a description", c::description),
    part("comp.origin", "whether it is open source, proprietary or from a third party", c::origin),
    part("comp.vulnerabilities", "its known vulnerabilities", c::vulnerabilities),
    part("comp.patch_status", "its state of patches", c::patch_status),
    part("comp.release_date", "when it was released", c::release_date),
    part("comp.criticality", "how critical it is", c::criticality),
    part("comp.usage_restrictions", "restrictions on its use", c::usage_restrictions),
    part("comp.comments", "comments", c::comments),
    document("rel.dependencies", "what the product needs", r::dependencies)
        .also(ReviewRule::NoTransitive),
    document("rel.transitive", "what its dependencies need in turn", r::transitive)
        .also(ReviewRule::NoTransitive),
    part("rel.completeness", "how complete the list of what it needs is", r::completeness),
    document("rel.describes", "which product it describes", d::describes)
        .also(ReviewRule::NoPrimary),
];
