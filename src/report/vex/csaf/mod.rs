//! CSAF 2.0 (ISO/IEC 20153), profile 5: `csaf_vex`.
//!
//! The part of a product is a `default_component_of` it. Each product of `known_not_affected` has a flag
//! or a threat of category `impact` (6.1.27.9), each of `known_affected` a remediation (6.1.27.10); no
//! product stands in two lists of a flaw (6.1.6). Nothing is published without a publisher.

mod tree;

use std::io::{self, Write};

use serde::Serialize;

use self::tree::{ProductTree, Tree};
use super::names::{product_label, uri};
use super::{Assertion, Course, Drafted, envelope, uuid, words};
use crate::config::Issuer;
use crate::judge::vex::Status;
use crate::report::json::pretty;
use crate::report::model::{Report, Severity};

#[derive(Serialize)]
struct Document<'a> {
    document: Head<'a>,
    product_tree: ProductTree,
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Serialize)]
struct Head<'a> {
    category: &'static str,
    csaf_version: &'static str,
    lang: &'static str,
    notes: Vec<Note>,
    publisher: Publisher<'a>,
    title: String,
    tracking: Tracking<'a>,
}

#[derive(Serialize)]
struct Publisher<'a> {
    category: &'static str,
    name: &'a str,
    namespace: &'a str,
}

#[derive(Serialize)]
struct Tracking<'a> {
    current_release_date: &'a str,
    generator: Generator<'a>,
    id: String,
    initial_release_date: &'a str,
    revision_history: [Revision<'a>; 1],
    status: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Generator<'a> {
    date: &'a str,
    engine: Engine<'a>,
}

#[derive(Serialize)]
struct Engine<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Revision<'a> {
    date: &'a str,
    number: &'static str,
    summary: &'static str,
}

#[derive(Serialize)]
struct Note {
    category: &'static str,
    text: String,
    title: String,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cve: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<Flag>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ids: Vec<OtherId<'a>>,
    notes: Vec<Note>,
    product_status: ProductStatus,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remediations: Vec<Remark>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scores: Vec<Score<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    threats: Vec<Remark>,
    #[serde(skip)]
    id: &'a str,
}

#[derive(Serialize)]
struct OtherId<'a> {
    system_name: &'a str,
    text: &'a str,
}

#[derive(Default, Serialize)]
struct ProductStatus {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixed: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known_affected: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known_not_affected: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    under_investigation: Vec<String>,
}

#[derive(Serialize)]
struct Flag {
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    label: &'static str,
    product_ids: [String; 1],
}

#[derive(Serialize)]
struct Remark {
    category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    details: String,
    product_ids: [String; 1],
}

#[derive(Serialize)]
struct Reference {
    summary: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Score<'a> {
    cvss_v3: Cvss<'a>,
    products: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cvss<'a> {
    base_score: f64,
    base_severity: String,
    vector_string: &'a str,
    version: &'static str,
}

/// Writes the document. Ask for an [obstacle](super::obstacle) first.
pub(in crate::report) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let publisher = publisher(report.issuer).map_err(io::Error::other)?;
    let drafted = Drafted::of(report);
    let mut tree = Tree::default();
    let mut vulnerabilities: Vec<Vulnerability<'_>> = Vec::new();
    for (assertion, parts) in &drafted.assertions {
        let product = tree.product(report, assertion.finding, parts);
        let id = assertion.finding.advisory.id;
        let known = vulnerabilities.iter().rposition(|known| known.id == id);
        let index = known.unwrap_or_else(|| {
            vulnerabilities.push(Vulnerability::of(assertion));
            vulnerabilities.len() - 1
        });
        vulnerabilities[index].add(assertion, &product);
    }
    let mut document = Document {
        document: head(report, publisher, drafted.left_out()),
        product_tree: tree.finish(),
        vulnerabilities,
    };
    let content = serde_json::to_string(&document).map_err(io::Error::from)?;
    document.document.tracking.id = format!("bomvet-{}", uuid(&content));
    pretty(&document, out)
}

/// The publisher; else which settings are missing.
fn publisher(issuer: &Issuer) -> Result<Publisher<'_>, String> {
    match (&issuer.author, &issuer.namespace, issuer.category) {
        (Some(name), Some(namespace), Some(category)) => {
            Ok(Publisher { category: category.as_str(), name, namespace })
        }
        (name, namespace, category) => {
            let missing = [
                (name.is_none(), "author"),
                (namespace.is_none(), "namespace"),
                (category.is_none(), "category"),
            ];
            let missing = missing.iter().filter(|(is_missing, _)| *is_missing);
            Err(missing.map(|(_, name)| *name).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Which settings are missing for a publisher, in words.
pub(super) fn missing(issuer: &Issuer) -> Option<String> {
    publisher(issuer).err()
}

fn head<'a>(
    report: &'a Report<'_>,
    publisher: Publisher<'a>,
    left_out: Option<String>,
) -> Head<'a> {
    let date = &report.generated_at;
    let mut notes = vec![Note {
        category: "general",
        text: envelope::paragraph(report),
        title: "How this document was made".to_owned(),
    }];
    notes.extend(report.data.caveat.as_ref().map(|caveat| Note {
        category: "general",
        text: caveat.clone(),
        title: "What the advisory data cannot tell".to_owned(),
    }));
    notes.extend(left_out.map(|text| Note {
        category: "general",
        text,
        title: "What this document does not speak of".to_owned(),
    }));
    let products: Vec<String> = report.inputs.iter().map(product_label).collect();
    Head {
        category: "csaf_vex",
        csaf_version: "2.0",
        lang: "en",
        notes,
        publisher,
        title: format!("VEX statements on {}", products.join(", ")),
        tracking: Tracking {
            current_release_date: date,
            generator: Generator {
                date,
                engine: Engine { name: report.tool.name, version: report.tool.version },
            },
            id: String::new(),
            initial_release_date: date,
            revision_history: [Revision { date, number: "1", summary: "First version" }],
            status: "final",
            version: "1",
        },
    }
}

impl<'a> Vulnerability<'a> {
    fn of(assertion: &Assertion<'a>) -> Self {
        let advisory = &assertion.finding.advisory;
        let (cve, ids): (Vec<&str>, Vec<&str>) = std::iter::once(advisory.id)
            .chain(advisory.aliases.iter().copied())
            .partition(|id| *id == advisory.id && is_cve(id));
        let summary = Some(advisory.summary).filter(|text| !text.trim().is_empty());
        let urls = advisory.urls.iter().filter(|url| url.starts_with("http"));
        Self {
            cve: cve.first().copied(),
            flags: Vec::new(),
            ids: ids.into_iter().map(other_id).collect(),
            notes: vec![Note {
                category: "description",
                text: summary.unwrap_or("the advisory data has no description").to_owned(),
                title: advisory.id.to_owned(),
            }],
            product_status: ProductStatus::default(),
            references: urls.map(|url| Reference { summary: "Advisory", url: uri(url) }).collect(),
            remediations: Vec::new(),
            scores: Vec::new(),
            threats: Vec::new(),
            id: advisory.id,
        }
    }

    /// Adds what is stated of one product.
    fn add(&mut self, assertion: &Assertion<'a>, product: &str) {
        let status = &mut self.product_status;
        let list = match assertion.status {
            Status::Fixed => &mut status.fixed,
            Status::Affected => &mut status.known_affected,
            Status::NotAffected | Status::FalsePositive => &mut status.known_not_affected,
            Status::UnderInvestigation => &mut status.under_investigation,
        };
        // copies of a component that are told apart in the report and by no name
        if list.iter().any(|known| known == product) {
            return;
        }
        list.push(product.to_owned());
        let product_ids = [product.to_owned()];
        let date = assertion.at.map(|at| at.to_string());
        let label = assertion.word.filter(|_| assertion.is_excused()).and_then(words::shared);
        let title = assertion.finding.component.label.clone();
        self.notes.push(Note { category: "details", text: assertion.notes(label), title });
        let impact = assertion.impact.filter(|_| assertion.is_excused());
        let impact = impact.or_else(|| assertion.reason().filter(|_| label.is_none()));
        self.threats.extend(impact.map(|text| Remark {
            category: "impact",
            date: date.clone(),
            details: text.to_owned(),
            product_ids: product_ids.clone(),
        }));
        self.remediations.extend(assertion.course.as_ref().map(|course| Remark {
            category: remediation(course),
            date: date.clone(),
            details: course.text().to_owned(),
            product_ids: product_ids.clone(),
        }));
        self.score(&assertion.finding.severity, product);
        self.flags.extend(label.map(|label| Flag { date, label, product_ids }));
    }

    fn score(&mut self, severity: &Severity<'a>, product: &str) {
        let (Some(vector), Some(base_score)) = (severity.vector, severity.score) else { return };
        let version = match vector.split('/').next() {
            Some("CVSS:3.0") => "3.0",
            Some("CVSS:3.1") => "3.1",
            // CSAF 2.0 has no place for CVSS 4
            _ => return,
        };
        match self.scores.iter_mut().find(|score| score.cvss_v3.vector_string == vector) {
            Some(score) => score.products.push(product.to_owned()),
            None => self.scores.push(Score {
                cvss_v3: Cvss {
                    base_score,
                    base_severity: severity.level.to_uppercase(),
                    vector_string: vector,
                    version,
                },
                products: vec![product.to_owned()],
            }),
        }
    }
}

/// The category of a remediation (CSAF 2.0, 3.2.3.12.1) that says no more than what is known.
fn remediation(course: &Course) -> &'static str {
    match course {
        Course::Action(_) | Course::Mitigated(_) => "mitigation",
        Course::Cure(_) => "vendor_fix",
        Course::Accepted(_) | Course::Unsaid(_) => "none_available",
    }
}

/// As CSAF's pattern has it.
fn is_cve(id: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let parts = id.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(year, number)| {
        year.len() == 4 && number.len() >= 4 && digits(year) && digits(number)
    })
}

fn other_id(id: &str) -> OtherId<'_> {
    let system_name = match id.split_once('-').map_or(id, |(start, _)| start) {
        "GHSA" => "GitHub Security Advisory",
        "" => "unknown",
        start => start,
    };
    OtherId { system_name, text: id }
}
