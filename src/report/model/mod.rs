//! The report as a value: what every format prints, with the names of the JSON contract.

mod build;
mod envelope;

use serde::{Serialize, Serializer};

use crate::advisory::bundled;
use crate::config::{Answer, Issuer};
use crate::inventory::{Inventory, Location, Role};
use crate::judge::vex;
use crate::pipeline::Audit;
pub use envelope::{Envelope, EnvelopeFile, verdict_digest, verdict_label};

/// The identifier of the report's shape.
pub const SCHEMA: &str = "bomvet.report/1";

/// One report.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Report<'a> {
    pub schema: &'static str,
    pub tool: Tool,
    pub generated_at: String,
    pub data: Data<'a>,
    pub policy: Policy<'a>,
    pub inputs: Vec<Input<'a>>,
    pub components: Components<'a>,
    pub not_evaluated: Vec<NotEvaluated<'a>>,
    pub findings: Vec<Finding<'a>>,
    pub remedies: Vec<Remedy<'a>>,
    pub gate: Gate<'a>,
    pub summary: Summary,
    pub warnings: &'a [String],
    pub envelope: Envelope<'a>,
    /// Who speaks in VEX documents; not part of the contract.
    #[serde(skip)]
    pub issuer: &'a Issuer,
    /// The text of the document that a CycloneDX report is to be added to; not part of the contract.
    #[serde(skip)]
    pub original: Option<&'a str>,
}

/// Who made the report.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Tool {
    pub name: &'static str,
    pub version: &'static str,
}

/// The advisory data behind it.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Data<'a> {
    pub sources: Vec<Source<'a>>,
    pub ecosystems: &'a [String],
    /// Those of them whose data is held to be whole.
    pub whole: &'a [String],
    /// What the data cannot tell, in words.
    pub caveat: Option<String>,
    pub age_days: Option<i64>,
    pub warnings: &'a [String],
}

/// One origin of records.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Source<'a> {
    pub name: &'a str,
    pub kind: &'static str,
    pub records: usize,
    pub packages: Option<usize>,
    pub extent: &'static str,
    pub withdrawn: usize,
    pub built_at: Option<String>,
    pub sha256: &'a str,
    pub imported: bool,
}

/// The policy behind it.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Policy<'a> {
    pub sha256: Option<&'a str>,
    pub path: Option<&'a str>,
    pub fail_on: Vec<String>,
    pub certainty: &'static str,
    /// What a component without a verdict means at the gate; not part of the contract.
    #[serde(skip)]
    pub not_evaluated: Answer,
}

/// One document.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Input<'a> {
    pub path: &'a str,
    pub sha256: &'a str,
    pub format: String,
    pub spec_version: Option<&'a str>,
    pub subject: Option<Subject<'a>>,
    pub components: Counts,
    pub graph: &'static str,
    pub warnings: &'a [String],
    /// The BOM-Link that others name the document by; not part of the contract.
    #[serde(skip)]
    pub bom_link: Option<&'a str>,
}

/// What a document is about.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Subject<'a> {
    pub name: &'a str,
    pub version: Option<&'a str>,
    pub purl: Option<&'a str>,
}

/// How many components, and what became of them.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Counts {
    pub declared: usize,
    pub evaluated: usize,
    pub not_evaluated: usize,
    pub low_certainty: usize,
    pub named: usize,
    pub not_covered: usize,
}

/// One component.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Component<'a> {
    pub purl: Option<&'a str>,
    pub name: &'a str,
    pub version: Option<&'a str>,
    pub scope: Option<&'static str>,
    pub direct: Option<bool>,
    pub certainty: Option<&'static str>,
    pub matched_as: Option<String>,
    pub coverage: Option<&'static str>,
    #[serde(serialize_with = "locations")]
    pub locations: Vec<&'a Location>,
    pub input: usize,
    #[serde(rename = "ref")]
    pub reference: Option<&'a str>,
    /// The component as people name it; not part of the contract.
    #[serde(skip)]
    pub label: String,
}

impl Component<'_> {
    /// An order that does not depend on the document's own.
    fn order(&self) -> (usize, Option<&str>, &str, Option<&str>, Option<&str>) {
        (self.input, self.purl, self.name, self.version, self.reference)
    }
}

/// All components, made only when a format lists them.
#[derive(Clone, Copy, Debug)]
pub struct Components<'a>(&'a Inventory);

impl<'a> Components<'a> {
    /// Every component, subjects too, in an order that does not depend on the document's own.
    #[must_use]
    pub fn list(self) -> Vec<Component<'a>> {
        let listed = self.0.components.iter().filter(|c| c.role != Role::Alias);
        let mut all: Vec<_> = listed.map(|c| build::component(self.0, c, &[])).collect();
        all.sort_by(|a, b| a.order().cmp(&b.order()));
        all
    }
}

impl Serialize for Components<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list().serialize(serializer)
    }
}

/// A component without a verdict.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct NotEvaluated<'a> {
    pub component: Component<'a>,
    pub input: usize,
    pub reason: &'static str,
    pub detail: Option<&'a str>,
    pub likely: Option<&'a str>,
    /// Whether low certainty would have it evaluated; not part of the contract.
    #[serde(skip)]
    pub is_guessable: bool,
}

/// One component, one flaw.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Finding<'a> {
    pub id: String,
    pub component: Component<'a>,
    pub advisory: Advisory<'a>,
    pub records: Vec<Record<'a>>,
    pub severity: Severity<'a>,
    pub exploitation: Exploitation<'a>,
    pub status: &'static str,
    pub suppressed_by: Option<SuppressedBy<'a>>,
    pub mitigated: Option<Mitigated<'a>>,
    pub conditions: &'a [String],
    pub certainty: &'static str,
    pub counts_at_gate: bool,
    pub notes: &'a [String],
    pub claims: Vec<Claim<'a>>,
    pub paths: Vec<Vec<Step>>,
    /// The component's place in the inventory; not part of the contract.
    #[serde(skip)]
    pub place: usize,
    /// What documents of others are made from; not part of the contract.
    #[serde(skip)]
    pub exchange: Exchange<'a>,
}

/// What a document in a format of others needs to know of a finding besides.
#[derive(Debug, Default)]
pub struct Exchange<'a> {
    /// The VEX statement that counts.
    pub stated: Option<&'a vex::Stated>,
    /// The document's handles of all places that list the component.
    pub references: Vec<Option<&'a str>>,
    /// The component's CPE name.
    pub cpe: Option<&'a str>,
    /// The component's group.
    pub group: Option<&'a str>,
    /// Whether the component is what its document describes.
    pub is_subject: bool,
    /// When what covers the version last changed.
    pub modified: Option<String>,
}

/// What was seen to help.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Mitigated<'a> {
    pub by: &'a str,
    pub evidence: &'a str,
}

/// The flaw.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Advisory<'a> {
    pub id: &'a str,
    pub aliases: Vec<&'a str>,
    pub summary: &'a str,
    pub published: Option<String>,
    pub urls: &'a [String],
}

/// What one record says.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Record<'a> {
    pub id: &'a str,
    pub source: &'a str,
    pub affected: bool,
    pub fixed: Option<&'a str>,
    pub last_affected: Option<&'a str>,
}

/// What one authority says about one fact.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Claim<'a> {
    pub about: &'a str,
    pub source: &'a str,
    pub value: &'a str,
    pub url: Option<&'a str>,
    pub decides: bool,
}

/// How grave.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Severity<'a> {
    pub level: &'static str,
    pub score: Option<f64>,
    pub vector: Option<&'a str>,
    pub source: Option<&'a str>,
}

/// Whether it is exploited.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Exploitation<'a> {
    pub kev: Option<Kev<'a>>,
    pub epss: Option<Epss<'a>>,
    pub ssvc: Option<Ssvc>,
}

/// How likely it is exploited within 30 days.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Epss<'a> {
    pub score: f64,
    pub percentile: f64,
    pub date: String,
    pub source: &'a str,
}

/// What a coordinator decided.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Ssvc {
    pub exploitation: Option<&'static str>,
    pub automatable: Option<bool>,
    pub technical_impact: Option<&'static str>,
    pub at: String,
}

/// The entry in the catalogue of exploited vulnerabilities.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Kev<'a> {
    pub added: &'a str,
    pub due: Option<&'a str>,
    pub source: Option<&'a str>,
}

/// Who suppressed it.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct SuppressedBy<'a> {
    pub kind: &'static str,
    pub status: &'static str,
    pub justification: Option<&'a str>,
    pub source: &'a str,
    pub ticket: Option<&'a str>,
    pub author: Option<&'a str>,
    pub at: Option<&'a str>,
    pub until: Option<&'a str>,
    /// The word of a waiver that denies the flaw; not part of the contract.
    #[serde(skip)]
    pub word: Option<&'a str>,
}

/// One step of a path.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Step {
    #[serde(rename = "ref")]
    pub reference: String,
    pub purl: Option<String>,
    /// As people say it; not part of the contract.
    #[serde(skip)]
    pub label: String,
}

/// One change for one component.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Remedy<'a> {
    pub component: String,
    pub action: &'static str,
    pub to: Option<&'a str>,
    pub java: Option<u8>,
    pub clears: Vec<&'a str>,
    pub leaves: Vec<&'a str>,
    pub alternatives: Vec<Alternative<'a>>,
    pub declared_in: Option<DeclaredIn<'a>>,
    pub introduced_by: &'a [String],
    pub steps: &'a [String],
    pub mitigations: Vec<Mitigation<'a>>,
    /// The component's place in the inventory; not part of the contract.
    #[serde(skip)]
    pub place: usize,
    /// Remedies with the same key are one change; not part of the contract.
    #[serde(skip)]
    pub change: String,
}

/// Another way.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Alternative<'a> {
    pub to: &'a str,
    pub why: &'a str,
}

/// The line to change.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct DeclaredIn<'a> {
    pub path: &'a str,
    pub line: u32,
    pub how: &'a str,
}

/// What helps meanwhile.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Mitigation<'a> {
    pub what: &'a str,
    pub strength: &'static str,
    pub works_for: &'a [String],
    pub not_for: &'a [String],
    pub versions: &'a str,
}

/// Whether the pipeline may go on.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Gate<'a> {
    pub verdict: &'static str,
    pub class: &'static str,
    pub exit_code: u8,
    pub reasons: Vec<&'a str>,
    pub blockers: Vec<Blocker<'a>>,
}

/// What tripped a rule of the gate.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Blocker<'a> {
    pub rule: &'a str,
    pub about: &'a str,
    pub finding: Option<String>,
    pub change: &'a str,
}

/// Totals.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Summary {
    pub open: usize,
    pub suppressed: usize,
    pub not_covered: usize,
    pub by_severity: BySeverity,
}

/// Open findings by level.
#[derive(Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct BySeverity {
    pub critical: usize,
    pub high: usize,
    pub medium: usize,
    pub low: usize,
    pub none: usize,
    pub unknown: usize,
}

impl Report<'_> {
    /// The counts of all documents together.
    #[must_use]
    pub fn totals(&self) -> Counts {
        let sum = |of: fn(&Counts) -> usize| self.inputs.iter().map(|i| of(&i.components)).sum();
        Counts {
            declared: sum(|counts| counts.declared),
            evaluated: sum(|counts| counts.evaluated),
            not_evaluated: sum(|counts| counts.not_evaluated),
            low_certainty: sum(|counts| counts.low_certainty),
            named: sum(|counts| counts.named),
            not_covered: sum(|counts| counts.not_covered),
        }
    }
}

impl Counts {
    /// Those about which the loaded data can tell something, be it that nothing is known.
    #[must_use]
    pub fn covered(&self) -> usize {
        self.evaluated - self.not_covered
    }

    /// Whether every component has a verdict that rests on data.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.not_evaluated + self.not_covered == 0
    }
}

impl Data<'_> {
    /// Whether the records that ship with bomvet are all there are.
    #[must_use]
    pub fn is_bundled_alone(&self) -> bool {
        self.sources
            .iter()
            .filter(|source| source.kind == "osv")
            .all(|source| source.name == bundled::NAME)
    }
}

impl<'a> Report<'a> {
    /// Turns an audit into its report.
    #[must_use]
    pub fn new(audit: &'a Audit, settings: &'a crate::config::Settings) -> Self {
        build::report(audit, settings)
    }

    /// The findings that nobody closed, the gravest first.
    pub fn open(&self) -> impl Iterator<Item = &Finding<'a>> {
        self.findings.iter().filter(|finding| finding.status == "open")
    }
}

fn locations<S: Serializer>(list: &[&Location], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list.iter().map(ToString::to_string))
}
