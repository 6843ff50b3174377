//! What people and machines read: one model, one file per format.

pub mod audit;
mod change;
mod csv;
mod cyclonedx;
pub mod db;
pub mod diff;
pub mod explain;
pub mod fix;
mod github;
mod gitlab;
mod headline;
mod html;
pub mod json;
mod junit;
pub mod list;
mod markdown;
pub mod model;
mod place;
pub mod review;
mod sarif;
pub mod table;
mod text;
mod vex;
mod words;

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use cyclonedx::Contents;
use model::Report;
pub use table::Detail;
pub(crate) use text::count;
pub use text::plain;
pub use vex::{Obstacle, obstacle, obstacle_to_statements};
pub(crate) use words::warnings;

/// A format in which a report can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    /// For people.
    Table,
    /// For programs, by the contract `bomvet.report/1`.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For the summary of a workflow step: GitHub's Markdown.
    Markdown,
    /// For people: one page, with search and filters.
    Html,
    /// For test reports of CI servers: XML as JUnit's.
    Junit,
    /// For GitLab: dependency scanning 15.2.4.
    Gitlab,
    /// For GitHub Actions: workflow commands that annotate files.
    Github,
    /// For spreadsheets: RFC 4180.
    Csv,
    /// CycloneDX: all findings, beside the scanned document or in a copy of it.
    CycloneDx,
    /// OpenVEX: what is stated of findings.
    OpenVex,
    /// CSAF 2.0, profile VEX: what is stated of findings.
    Csaf,
}

impl ReportFormat {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Table, "table"),
        (Self::Json, "json"),
        (Self::Sarif, "sarif"),
        (Self::Markdown, "markdown"),
        (Self::Html, "html"),
        (Self::Junit, "junit"),
        (Self::Gitlab, "gitlab"),
        (Self::Github, "github"),
        (Self::Csv, "csv"),
        (Self::CycloneDx, "cyclonedx"),
        (Self::OpenVex, "openvex"),
        (Self::Csaf, "csaf"),
    ];
}

/// A name that is no format.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no report format; known: {known}", known = known())]
pub struct UnknownFormat(String);

fn known() -> String {
    ReportFormat::ALL.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}

impl FromStr for ReportFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map(|(format, _)| *format).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

impl fmt::Display for ReportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Self::ALL.iter().find(|(format, _)| format == self);
        f.write_str(found.map_or("", |(_, name)| name))
    }
}

/// Writes a report. The table carries colours; who writes it to a pipe takes them out.
///
/// # Errors
/// When the writer fails.
pub fn write(
    report: &Report<'_>,
    format: ReportFormat,
    detail: Detail,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ReportFormat::Table => table::write(report, detail, out),
        ReportFormat::Json => json::write(report, out),
        ReportFormat::Sarif => sarif::write(report, out),
        ReportFormat::Markdown => markdown::write(report, out),
        ReportFormat::Html => html::write(report, out),
        ReportFormat::Junit => junit::write(report, out),
        ReportFormat::Gitlab => gitlab::write(report, out),
        ReportFormat::Github => github::write(report, out),
        ReportFormat::Csv => csv::write(report, out),
        ReportFormat::CycloneDx => cyclonedx::write(report, Contents::Findings, out),
        ReportFormat::OpenVex => vex::openvex::write(report, out),
        ReportFormat::Csaf => vex::csaf::write(report, out),
    }
}

/// Writes a VEX document: as a report in that format, but in CycloneDX only findings of which something
/// is stated.
///
/// # Errors
/// When the writer fails.
pub fn write_statements(
    report: &Report<'_>,
    format: ReportFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ReportFormat::CycloneDx => cyclonedx::write(report, Contents::Statements, out),
        other => write(report, other, Detail::Brief, out),
    }
}
