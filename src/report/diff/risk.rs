//! What the difference means: findings, licences, statements.

use std::io::{self, Write};

use serde::Serialize;

use super::{BOLD, GREEN, Part, RED, YELLOW, aligned, name_and_version, part};
use crate::ids::AdvisoryId;
use crate::inventory::Component;
use crate::judge::{Judged, Verdict};
use crate::report::text::count;
use crate::review::change::{Change, ClaimChange, Cure, LicenceChange, Reopened, Resolved, Risk};
use crate::review::change::{Risks, Turn};

/// Writes what is not the same; nothing where all is.
pub(super) fn table(change: &Change<'_>, out: &mut dyn Write) -> io::Result<()> {
    const COLUMN: usize = 12;
    let risks = &change.risks;
    if !risks.is_empty() {
        writeln!(out, "\n{BOLD}findings{BOLD:#}")?;
        for one in &risks.introduced {
            aligned(out, (RED, "introduced", COLUMN), &told(one))?;
        }
        for one in &risks.reopened {
            let text = format!("{}: {}", told(&one.risk), before(one));
            aligned(out, (RED, "reopened", COLUMN), &text)?;
        }
        for one in &risks.lost {
            let text = format!("{}: cannot be evaluated any more", told(one));
            aligned(out, (YELLOW, "unknown", COLUMN), &text)?;
        }
        for one in &risks.unseen {
            let text = format!("{}: could not be evaluated before", told(one));
            aligned(out, (YELLOW, "unknown", COLUMN), &text)?;
        }
        for one in &risks.resolved {
            let text = format!("{}: {}", told(&one.risk), cured(one));
            aligned(out, (GREEN, "resolved", COLUMN), &text)?;
        }
        writeln!(out, "  {}", totals(risks))?;
    }
    if !change.licences.is_empty() {
        writeln!(out, "\n{BOLD}licences{BOLD:#}")?;
        for one in &change.licences {
            let text = format!("{} {} -> {}", one.package, all(&one.old), all(&one.new));
            aligned(out, (YELLOW, "changed", COLUMN), &text)?;
        }
    }
    if !change.claims.is_empty() {
        writeln!(out, "\n{BOLD}statements (VEX){BOLD:#}")?;
        for one in &change.claims {
            let (style, word, said) = match one.turn {
                Turn::Added(to) => (GREEN, "added", to.status.as_str().to_owned()),
                Turn::Withdrawn(from) => (RED, "withdrawn", from.status.as_str().to_owned()),
                Turn::Turned { from, to } => {
                    let said = format!("{} -> {}", from.status.as_str(), to.status.as_str());
                    (YELLOW, "turned", said)
                }
            };
            let text = format!("{} in {}: {said}", one.flaw, one.subject);
            aligned(out, (style, word, COLUMN), &text)?;
        }
    }
    Ok(())
}

fn told(risk: &Risk<'_>) -> String {
    let finding = &risk.judged.finding;
    let exploited = if finding.exploitation.kev.is_some() { ", known to be exploited" } else { "" };
    let level = finding.severity.level.as_str();
    format!("{} ({level}{exploited}) {}", risk.id(), name_and_version(risk.component))
}

fn version(component: &Component) -> &str {
    component.version.as_deref().unwrap_or("another version")
}

fn before(one: &Reopened<'_>) -> String {
    match one.before {
        Some(component) => format!("{} had the fix", version(component)),
        None => "was closed by a statement, waiver or baseline".to_owned(),
    }
}

fn cured(one: &Resolved<'_>) -> String {
    match one.cure {
        Cure::Removed => "the package is gone".to_owned(),
        Cure::Replaced(component) if component.version == one.risk.component.version => {
            "the same version does not have it".to_owned()
        }
        Cure::Replaced(component) => format!("now {}", version(component)),
        Cure::Closed(judged) => format!("closed by {}", closer(judged)),
    }
}

fn closer(judged: &Judged) -> &'static str {
    match &judged.verdict {
        Verdict::Suppressed(by) => by.kind.as_str(),
        Verdict::Open => "nobody",
    }
}

fn totals(risks: &Risks<'_>) -> String {
    let (introduced, resolved) = (risks.introduced.len(), risks.resolved.len());
    let unknown = match risks.lost.len() + risks.unseen.len() {
        0 => String::new(),
        some => format!(", {some} unknown"),
    };
    format!(
        "{introduced} introduced, {resolved} resolved, {} reopened{unknown}, {} open in both",
        risks.reopened.len(),
        count(risks.unchanged, "finding")
    )
}

fn all(licences: &[String]) -> String {
    if licences.is_empty() { "none".to_owned() } else { licences.join(", ") }
}

/// The findings by what became of them.
#[derive(Serialize)]
pub(super) struct Findings<'a> {
    introduced: Vec<Finding<'a>>,
    resolved: Vec<Gone<'a>>,
    reopened: Vec<Back<'a>>,
    /// Those of packages that cannot be evaluated any more.
    unknown: Vec<Finding<'a>>,
    /// Those of packages that could not be evaluated before.
    unknown_before: Vec<Finding<'a>>,
    unchanged: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    id: &'a str,
    ids: Vec<&'a str>,
    severity: &'static str,
    kev: bool,
    component: Part<'a>,
}

#[derive(Serialize)]
struct Gone<'a> {
    #[serde(flatten)]
    finding: Finding<'a>,
    /// `removed`, `version`, or who closed it: `vex`, `waiver`, `baseline`.
    how: &'static str,
    /// The component that is there now.
    now: Option<Part<'a>>,
}

#[derive(Serialize)]
struct Back<'a> {
    #[serde(flatten)]
    finding: Finding<'a>,
    /// The component that had the fix; none where the finding had been closed.
    before: Option<Part<'a>>,
}

pub(super) fn findings<'a>(risks: &Risks<'a>) -> Findings<'a> {
    Findings {
        introduced: risks.introduced.iter().map(finding).collect(),
        resolved: risks.resolved.iter().map(gone).collect(),
        reopened: risks
            .reopened
            .iter()
            .map(|one| Back { finding: finding(&one.risk), before: one.before.map(part) })
            .collect(),
        unknown: risks.lost.iter().map(finding).collect(),
        unknown_before: risks.unseen.iter().map(finding).collect(),
        unchanged: risks.unchanged,
    }
}

fn finding<'a>(risk: &Risk<'a>) -> Finding<'a> {
    let finding = &risk.judged.finding;
    let ids: Vec<&str> = finding.ids.iter().map(AdvisoryId::as_str).collect();
    Finding {
        id: ids.first().copied().unwrap_or_default(),
        ids,
        severity: finding.severity.level.as_str(),
        kev: finding.exploitation.kev.is_some(),
        component: part(risk.component),
    }
}

fn gone<'a>(resolved: &Resolved<'a>) -> Gone<'a> {
    let (how, now) = match resolved.cure {
        Cure::Removed => ("removed", None),
        Cure::Replaced(component) => ("version", Some(part(component))),
        Cure::Closed(judged) => (closer(judged), None),
    };
    Gone { finding: finding(&resolved.risk), how, now }
}

#[derive(Serialize)]
pub(super) struct Licence<'a> {
    package: &'a str,
    old: &'a [String],
    new: &'a [String],
}

pub(super) fn licence(change: &LicenceChange) -> Licence<'_> {
    Licence { package: &change.package, old: &change.old, new: &change.new }
}

#[derive(Serialize)]
pub(super) struct Statement<'a> {
    flaw: &'a str,
    subject: &'a str,
    old: Option<&'static str>,
    new: Option<&'static str>,
}

pub(super) fn statement<'a>(change: &'a ClaimChange<'_>) -> Statement<'a> {
    let (old, new) = match change.turn {
        Turn::Added(to) => (None, Some(to)),
        Turn::Withdrawn(from) => (Some(from), None),
        Turn::Turned { from, to } => (Some(from), Some(to)),
    };
    let word = |statement: Option<&crate::judge::vex::Statement>| {
        statement.map(|statement| statement.status.as_str())
    };
    Statement { flaw: change.flaw, subject: &change.subject, old: word(old), new: word(new) }
}
