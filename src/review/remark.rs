//! One fault of a delivery, with its evidence.

use crate::config::ReviewRule;

/// One fault: what is wrong, where that can be seen, who asks for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The kind of fault.
    pub rule: ReviewRule,
    /// What it is about. Rule, subject and [`Remark::detail`] are the identity of the remark: they hold
    /// no line number, no count and no date, so that the same fault has the same identity tomorrow.
    pub about: About,
    /// What tells this remark from others of the same rule about the same subject: a check's id, an
    /// advisory's id. Empty where there is but one.
    pub detail: String,
    /// What is wrong, in one sentence for a reader who is no developer.
    pub what: String,
    /// What would answer it, as a request to the supplier; empty where there is nothing to ask.
    pub ask: String,
    /// Who asks for it.
    pub clauses: Vec<Clause>,
    /// Where it can be seen.
    pub evidence: Vec<Evidence>,
}

/// What a remark is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The delivery as a whole.
    Delivery,
    /// A file of it, by its path within the delivery.
    File(String),
    /// A component: its package URL, or else its name and version.
    Component(String),
}

/// The place in a published text that asks for something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clause {
    /// The profile, law or contract: `cisa-2026`.
    pub text: String,
    /// The place in it as its readers cite it; the profile's own field id where it has no numbers.
    pub place: String,
}

/// A place that shows a fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The file, by its path within the delivery.
    pub path: String,
    /// The place in it, such as `components[3].purl` or an entry of an archive; empty for all of it.
    pub at: String,
}
