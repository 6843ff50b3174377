//! The configuration: the file as written, and what it means.

mod audit;
mod condition;
mod denied;
mod event;
mod facts;
mod file;
mod gate;
mod issuer;
pub mod justification;
mod keys;
mod licence;
mod maven;
mod notice;
mod product;
mod review;
mod rule;
mod rules;
mod source;
mod waiver;
mod watch;

pub use audit::{AuditSettings, Exposure};
pub use condition::{Asked, Condition, Facts, Need};
pub use denied::Denied;
pub use event::EventKind;
pub use facts::{ComponentFacts, DocumentFacts, FindingFacts};
pub(crate) use file::Place;
pub use file::{ConfigError, File, read_toml};
pub use gate::{Answer, GatePolicy, Grace, scopes};
pub use issuer::{Category, Issuer};
pub use keys::{Origin, Shown};
pub use licence::{LicencePolicy, Licensed, is_expression};
pub use maven::{Checksums, InvalidRepository, MavenSettings, RemoteRepository};
pub use notice::{
    Channel, Form, MailNotice, MailServer, MailTls, Notice, Secret, Target, Tracker, TrackerForm,
};
pub use product::{Criticality, GitSource, Product, ProductSource};
pub use review::{
    AcceptedFormat, AnswerDays, Effect, InvalidFormat, InvalidProduct, OrderedProduct,
    ReviewPolicy, ReviewRule,
};
pub use rule::{InvalidProbability, InvalidRule, Probability, Rule, Threshold};
pub use rules::CustomRule;
pub use source::{DataSource, NetSettings, SourceKind};
pub use waiver::{Unused, WaiverEntry, WaiverPolicy, WaiverRule};
pub use watch::Watch;

use crate::inventory::Scope;

/// How well the identity of a component must be known for advisories to be asked about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeastCertainty {
    /// The document says it, or a record confirms what names tell.
    Known,
    /// A guess from names is enough; what it finds is marked.
    Low,
}

impl LeastCertainty {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Known, Self::Low];

    /// The name in options, configurations and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Low => "low",
        }
    }
}

/// How old advisory data may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataPolicy {
    /// In days; 0 is no limit.
    pub max_age_days: u32,
    /// Whether older data gives a warning instead of an error.
    pub allow_stale: bool,
}

/// What the configuration means, after options and environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The gate.
    pub gate: GatePolicy,
    /// Which components are matched.
    pub certainty: LeastCertainty,
    /// The data.
    pub data: DataPolicy,
    /// Where data is fetched from.
    pub sources: Vec<DataSource>,
    /// How the network is used.
    pub net: NetSettings,
    /// How POMs are resolved.
    pub maven: MavenSettings,
    /// Waivers in general.
    pub waivers: WaiverPolicy,
    /// Waivers one by one.
    pub waiver: Vec<WaiverRule>,
    /// How long findings may wait.
    pub grace: Grace,
    /// Licences that are allowed and denied.
    pub licences: LicencePolicy,
    /// Packages that may not be there.
    pub deny: Vec<Denied>,
    /// Rules of one's own.
    pub rules: Vec<CustomRule>,
    /// Authors of VEX statements, the most trusted first.
    pub vex_trust: Vec<String>,
    /// Who speaks in VEX documents that are written.
    pub issuer: Issuer,
    /// What the review of deliveries goes by.
    pub review: ReviewPolicy,
    /// What concerns the user, for clocks and for the scheduled audit.
    pub audit: AuditSettings,
    /// What the scheduled audit looks after.
    pub products: Vec<Product>,
    /// Whom it tells what.
    pub notices: Vec<Notice>,
    /// The file it came from, as named.
    pub path: Option<String>,
    /// SHA-256 of that file, in hexadecimal.
    pub sha256: Option<String>,
    /// The Java level that the product must run on.
    pub java: Option<u8>,
}

impl Settings {
    /// Whether anything depends on what documents state about licences.
    #[must_use]
    pub fn asks_licences(&self) -> bool {
        self.licences.is_set() || self.rules.iter().any(|rule| rule.condition.needs(Need::Licences))
    }
}

impl Default for Settings {
    fn default() -> Self {
        let counted = |scope: &Scope| !matches!(scope, Scope::Test | Scope::Build);
        Self {
            gate: GatePolicy {
                fail_on: vec![Rule::Any],
                unknown_severity: Answer::Fail,
                not_evaluated: Answer::Pass,
                not_covered: Answer::Pass,
                min_evaluated: None,
                scopes: Scope::ALL.into_iter().filter(counted).collect(),
            },
            certainty: LeastCertainty::Known,
            data: DataPolicy { max_age_days: 0, allow_stale: false },
            sources: Vec::new(),
            net: NetSettings::default(),
            maven: MavenSettings::default(),
            waivers: WaiverPolicy {
                require_expiry: false,
                require_reason: false,
                require_component: false,
                unused: Unused::Warn,
                warn_before_days: 14,
            },
            waiver: Vec::new(),
            grace: Grace::default(),
            licences: LicencePolicy::default(),
            deny: Vec::new(),
            rules: Vec::new(),
            vex_trust: Vec::new(),
            issuer: Issuer::default(),
            review: ReviewPolicy::default(),
            audit: AuditSettings::default(),
            products: Vec::new(),
            notices: Vec::new(),
            path: None,
            sha256: None,
            java: None,
        }
    }
}
