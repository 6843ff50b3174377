//! Why a document cannot be written, which is known before the first byte of it.

use super::names::Names;
use super::{Drafted, assertion, csaf};
use crate::report::ReportFormat;
use crate::report::model::Report;

/// Why a document cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Nothing is stated of any finding, and the format knows no document without statements.
    NothingStated(String),
    /// The format asks for an issuer, and nobody named it: what is missing, and how to name it.
    NoIssuer(String),
}

/// What stands in the way of a report in that format; nothing when it can be written.
#[must_use]
pub fn obstacle(report: &Report<'_>, format: ReportFormat) -> Option<Obstacle> {
    match format {
        ReportFormat::OpenVex => nothing_stated(report, "OpenVEX").or_else(|| no_author(report)),
        ReportFormat::Csaf => no_publisher(report).or_else(|| nothing_stated(report, "CSAF")),
        _ => None,
    }
}

/// The same for a VEX document, which in any format needs something to state.
#[must_use]
pub fn obstacle_to_statements(report: &Report<'_>, format: ReportFormat) -> Option<Obstacle> {
    match format {
        ReportFormat::CycloneDx => nothing_told(report),
        other => obstacle(report, other),
    }
}

fn no_publisher(report: &Report<'_>) -> Option<Obstacle> {
    csaf::missing(report.issuer).map(|missing| {
        let text = format!(
            "CSAF needs a publisher: set {missing} under [vex] in bomvet.toml, or as \
             BOMVET_VEX_… variables"
        );
        Obstacle::NoIssuer(text)
    })
}

fn nothing_stated(report: &Report<'_>, name: &str) -> Option<Obstacle> {
    let drafted = Drafted::of(report);
    let left_out = drafted.left_out().map(|text| format!(" ({text})")).unwrap_or_default();
    drafted.assertions.is_empty().then(|| {
        let text = format!("no statement to write, so no {name} document is written{left_out}");
        Obstacle::NothingStated(text)
    })
}

/// CycloneDX names components in a way of its own.
fn nothing_told(report: &Report<'_>) -> Option<Obstacle> {
    let names = Names::of(report);
    let mut findings = report.findings.iter().enumerate();
    let is_told = findings.any(|(index, finding)| {
        assertion(report, finding).is_some_and(|own| names.is_told(index, own.status))
    });
    let text = "no statement to write, so no CycloneDX document is written";
    (!is_told).then(|| Obstacle::NothingStated(text.to_owned()))
}

fn no_author(report: &Report<'_>) -> Option<Obstacle> {
    report.issuer.author.is_none().then(|| {
        let text =
            "OpenVEX needs an author: set author under [vex] in bomvet.toml, or BOMVET_VEX_AUTHOR";
        Obstacle::NoIssuer(text.to_owned())
    })
}
