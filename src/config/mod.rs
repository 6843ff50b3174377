//! The configuration: the file as written, and what it means.

mod file;
mod issuer;
pub mod justification;
mod rule;
mod source;

pub use file::{ConfigError, File, WaiverEntry};
pub use issuer::{Category, Issuer};
pub use rule::{InvalidProbability, InvalidRule, Probability, Rule, Threshold};
pub use source::{DataSource, NetSettings, SourceKind};

use jiff::Timestamp;

use crate::inventory::Scope;

/// What to do where policy allows two answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The gate closes.
    Fail,
    /// The gate stays open; the fact is listed.
    Pass,
}

/// What an unused waiver is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unused {
    /// A line on standard error and in the report.
    Warn,
    /// Exit code 2.
    Error,
    /// Nothing.
    Ignore,
}

/// When the gate closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatePolicy {
    /// Any of these rules closes it.
    pub fail_on: Vec<Rule>,
    /// What a finding without a rating does at a severity rule.
    pub unknown_severity: Answer,
    /// What a component without a verdict does.
    pub not_evaluated: Answer,
    /// What a component does of whose package the loaded data can tell nothing.
    pub not_covered: Answer,
    /// The scopes whose findings count; a component without a scope always counts.
    pub scopes: Vec<Scope>,
}

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

/// How waivers are to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaiverPolicy {
    /// Each needs an end.
    pub require_expiry: bool,
    /// Each needs a reason.
    pub require_reason: bool,
    /// What one that matches nothing is.
    pub unused: Unused,
    /// How many days before its end a waiver is announced.
    pub warn_before_days: u32,
}

/// A waiver as the configuration has it, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverRule {
    /// Any identifier of the finding.
    pub id: String,
    /// A package URL, with or without version; none for every component.
    pub component: Option<String>,
    /// The first moment at which it no longer holds, and the text that said so.
    pub expires: Option<(Timestamp, String)>,
    /// Why.
    pub reason: Option<String>,
    /// Why the flaw does not matter, in a word that is [known](justification); none where the waiver
    /// accepts one that does.
    pub justification: Option<String>,
    /// The highest level it covers.
    pub max_severity: Option<Threshold>,
    /// Its line in the file.
    pub line: usize,
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
    /// How it is fetched.
    pub net: NetSettings,
    /// Waivers in general.
    pub waivers: WaiverPolicy,
    /// Waivers one by one.
    pub waiver: Vec<WaiverRule>,
    /// Authors of VEX statements, the most trusted first.
    pub vex_trust: Vec<String>,
    /// Who speaks in VEX documents that are written.
    pub issuer: Issuer,
    /// The file it came from, as named.
    pub path: Option<String>,
    /// SHA-256 of that file, in hexadecimal.
    pub sha256: Option<String>,
    /// The Java level that the product must run on.
    pub java: Option<u8>,
}

/// Reads names of scopes, as `--scope` and `gate.scopes` hold them.
///
/// # Errors
/// With the name that is none and those that are.
pub fn scopes<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<Scope>, String> {
    names
        .map(|name| {
            Scope::from_name(name.trim()).ok_or_else(|| {
                let known: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
                format!("\"{name}\" is no scope; known: {}", known.join(", "))
            })
        })
        .collect()
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
                scopes: Scope::ALL.into_iter().filter(counted).collect(),
            },
            certainty: LeastCertainty::Known,
            data: DataPolicy { max_age_days: 0, allow_stale: false },
            sources: Vec::new(),
            net: NetSettings::default(),
            waivers: WaiverPolicy {
                require_expiry: false,
                require_reason: false,
                unused: Unused::Warn,
                warn_before_days: 14,
            },
            waiver: Vec::new(),
            vex_trust: Vec::new(),
            issuer: Issuer::default(),
            path: None,
            sha256: None,
            java: None,
        }
    }
}
