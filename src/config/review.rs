//! What a buyer's review of a delivery looks for, and what each fault means to the decision.

mod order;
mod section;

use std::fmt;

pub use order::{AcceptedFormat, InvalidFormat, InvalidProduct, OrderedProduct};
pub(super) use section::Review;
pub use section::{AnswerDays, ReviewPolicy};

/// What a fault means to the decision on a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Not looked for.
    Off,
    /// Shown, nothing follows.
    Note,
    /// The supplier is asked; the delivery can be accepted meanwhile.
    Ask,
    /// The delivery is accepted on the condition that this is mended.
    Condition,
    /// The delivery is rejected.
    Reject,
}

impl Effect {
    /// All effects, from the mildest.
    pub const ALL: [Self; 5] = [Self::Off, Self::Note, Self::Ask, Self::Condition, Self::Reject];

    /// The name in configurations and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Note => "note",
            Self::Ask => "ask",
            Self::Condition => "condition",
            Self::Reject => "reject",
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $rule:ident = $name:literal, $effect:ident;)+) => {
        /// A rule of the review: one kind of fault, with a name that stays.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ReviewRule {
            $($(#[doc = $doc])+ $rule,)+
        }

        impl ReviewRule {
            /// All rules, in the order in which they are documented.
            pub const ALL: &[Self] = &[$(Self::$rule,)+];

            /// The name in configurations, questions and reports.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$rule => $name,)+ }
            }

            /// What the fault means where the configuration says nothing.
            #[must_use]
            pub fn default_effect(self) -> Effect {
                match self { $(Self::$rule => Effect::$effect,)+ }
            }
        }
    };
}

rules! {
    /// The delivery holds no bill of materials.
    NoSbom = "no-sbom", Reject;
    /// A file that claims to be one of the known documents cannot be read.
    Unreadable = "unreadable", Reject;
    /// A bill of materials that lists nothing: it cannot be judged.
    EmptyInventory = "empty-inventory", Reject;
    /// The format or its version is none that the profile accepts.
    BadFormat = "bad-format", Reject;
    /// The document breaks the schema of its own format.
    NotConformant = "not-conformant", Ask;
    /// No primary component with name and version.
    NoPrimary = "no-primary", Reject;
    /// The primary component is not the product that was ordered.
    ProductMismatch = "product-mismatch", Reject;
    /// Too few components carry a package URL.
    NoPurl = "no-purl", Reject;
    /// Package URLs of type `generic`: nothing can be looked up by them.
    GenericPurl = "generic-purl", Condition;
    /// Components without a version.
    NoVersion = "no-version", Condition;
    /// Only direct dependencies, or none, are listed.
    NoTransitive = "no-transitive", Reject;
    /// Only the operating system, or only the application, is listed.
    OneLayer = "one-layer", Ask;
    /// Native programs are delivered and what is linked into them is not listed.
    StaticBlind = "static-blind", Ask;
    /// A required check of a quality profile failed.
    Quality = "quality", Condition;
    /// Components that no path from the primary component reaches.
    Orphans = "orphans", Ask;
    /// The document says itself that it is incomplete, or does not say that it is complete.
    Incomplete = "incomplete", Ask;
    /// The document is older than the release it describes, or than the buyer allows.
    Old = "old", Condition;
    /// The same component listed more than once with different facts.
    Duplicate = "duplicate", Note;
    /// The version in the package URL is not the version of the component.
    VersionMismatch = "version-mismatch", Condition;
    /// Digests by an algorithm that no longer proves anything.
    WeakHash = "weak-hash", Note;
    /// A licence that is no SPDX expression.
    InvalidLicence = "invalid-licence", Note;
    /// In the delivered archive and not in the bill of materials.
    NotInSbom = "not-in-sbom", Condition;
    /// In the bill of materials and not in the delivered archives.
    NotInArchive = "not-in-archive", Ask;
    /// The digest in the bill of materials is not the digest of the delivered file.
    HashMismatch = "hash-mismatch", Reject;
    /// A VEX statement is contradicted by versions or by what lies in the archive.
    ClaimContradicted = "claim-contradicted", Condition;
    /// "Not affected" is claimed for a flaw that is known to be exploited.
    ClaimExploited = "claim-exploited", Ask;
    /// A VEX statement that speaks of nothing in the delivery.
    ClaimUnused = "claim-unused", Ask;
    /// A VEX document or statement that breaks its specification.
    ClaimInvalid = "claim-invalid", Ask;
    /// "Affected" without a word on what will be done.
    NoAction = "no-action", Ask;
    /// "Under investigation" for longer than the buyer allows.
    StaleInvestigation = "stale-investigation", Ask;
    /// No component of the delivery could be compared with advisories.
    NotEvaluated = "not-evaluated", Condition;
    /// An open finding for which the supplier says nothing.
    OpenFinding = "open-finding", Condition;
    /// An open finding whose flaw is known to be exploited, or a malicious package.
    ExploitedFinding = "exploited-finding", Reject;
    /// The disclosure report that the bill of materials names does not say what VEX says, or lacks.
    Disclosure = "disclosure", Ask;
    /// No signature.
    SignatureAbsent = "signature-absent", Note;
    /// A signature that no key of the buyer vouches for.
    SignatureUnverified = "signature-unverified", Ask;
    /// A signature that does not hold.
    SignatureBroken = "signature-broken", Reject;
    /// What is signed is not what was delivered.
    SubjectMismatch = "subject-mismatch", Reject;
    /// A component went to a lower version since the last delivery.
    Downgrade = "downgrade", Ask;
    /// A component left since the last delivery.
    Removed = "removed", Note;
    /// A finding that the last delivery did not have.
    Introduced = "introduced", Note;
    /// A finding that was cured once and is back.
    Reopened = "reopened", Condition;
    /// A check of a quality profile that passed for the last delivery and fails now.
    QualityFell = "quality-fell", Ask;
    /// A VEX statement that was withdrawn or turned since the last delivery.
    ClaimChanged = "claim-changed", Ask;
}

impl fmt::Display for ReviewRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
