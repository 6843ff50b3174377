//! The findings of one change: what to take, what to do, what it clears.

use std::io::{self, Write};

use anstyle::Style;

use super::super::change::{self, Change};
use super::super::model::{Finding, Mitigation, Remedy};
use super::super::text::{WIDTH, count, plain, wrap};
use super::super::words;
use super::{BOLD, Detail, RED, YELLOW, field};

/// How many stopgaps are printed without `--verbose`.
const STOPGAPS: usize = 2;

/// How a condition starts that evidence shows.
const HOLDS: &str = "holds: ";

/// Prints one change.
pub(super) struct Printed<'c, 'r, 'a>(pub(super) &'c Change<'r, 'a>);

impl Printed<'_, '_, '_> {
    pub(super) fn write(&self, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
        self.title(out)?;
        for remedy in &self.0.remedies {
            self.place(remedy, out)?;
        }
        self.steps(out)?;
        let mut told: Vec<&str> = Vec::new();
        for finding in &self.0.findings {
            self.row(finding, out)?;
            if !told.contains(&finding.advisory.id) {
                told.push(finding.advisory.id);
                self.story(finding, detail, out)?;
            }
        }
        self.stopgaps(detail, out)
    }

    fn title(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in wrap(&plain(&self.0.title()), WIDTH) {
            writeln!(out, "{BOLD}{line}{BOLD:#}")?;
        }
        self.0.left().map_or(Ok(()), |left| field(out, "leaves", &left))
    }

    /// Where the component stands, on which path, and whether it counts.
    fn place(&self, remedy: &Remedy<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Some(finding) = self.0.finding_of(remedy) else {
            return Ok(());
        };
        let component = &finding.component;
        field(out, "package", &component.label)?;
        let mut places: Vec<String> =
            component.locations.iter().take(3).map(ToString::to_string).collect();
        if component.locations.len() > 3 {
            places.push(format!("{} more", component.locations.len() - 3));
        }
        places.extend(component.scope.map(|scope| format!("scope {scope}")));
        if !finding.counts_at_gate {
            places.push("does not count at the gate".to_owned());
        }
        field(out, "found in", &places.join(", "))?;
        if let Some(path) = finding.paths.first().filter(|path| path.len() > 2) {
            let steps: Vec<_> = path.iter().map(|step| step.label.as_str()).collect();
            field(out, "path", &steps.join(" > "))?;
        }
        Ok(())
    }

    fn steps(&self, out: &mut dyn Write) -> io::Result<()> {
        for (number, step) in self.0.steps().into_iter().enumerate() {
            field(out, if number == 0 { "do" } else { "" }, step)?;
        }
        for other in &self.0.remedies[0].alternatives {
            field(out, "or", &format!("{}: {}", other.to, other.why))?;
        }
        Ok(())
    }

    /// One line for one finding: level, score, name, exploitation, the fix on its interval.
    fn row(&self, finding: &Finding<'_>, out: &mut dyn Write) -> io::Result<()> {
        let style = match finding.severity.level {
            "critical" | "high" => RED,
            "medium" | "unknown" => YELLOW,
            _ => Style::new(),
        };
        let level = words::severity(finding);
        let mut facts = Vec::new();
        if self.0.remedies.len() > 1 {
            let version = finding.component.version.unwrap_or_default();
            facts.push(format!("{} {version}", finding.component.name).trim().to_owned());
        }
        if let Some(kev) = &finding.exploitation.kev {
            facts.push(format!("EXPLOITED since {}", kev.added));
        }
        facts.extend(words::likelihood(finding));
        let fixes = words::fixes(finding);
        if !fixes.is_empty() {
            facts.push(format!("fixed in {fixes}"));
        }
        if finding.mitigated.is_some() {
            facts.push("MITIGATED".to_owned());
        }
        if finding.certainty != "exact" {
            facts.push(format!("certainty {}", finding.certainty));
        }
        let text = format!("{:<16}  {}", finding.advisory.id, facts.join(", "));
        for (number, line) in wrap(&plain(text.trim_end()), WIDTH - 17).iter().enumerate() {
            let level = if number == 0 { level.as_str() } else { "" };
            writeln!(out, "  {style}{level:<13}{style:#}  {line}")?;
        }
        match &finding.mitigated {
            Some(seen) => {
                let text = format!("{} ({}); it counts all the same", seen.by, seen.evidence);
                field(out, "mitigated", &text)
            }
            None => Ok(()),
        }
    }

    /// What the flaw is, when it bites, and what the reader must know to judge it.
    fn story(&self, finding: &Finding<'_>, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
        if !finding.advisory.summary.is_empty() {
            field(out, "", finding.advisory.summary)?;
        }
        for condition in finding.conditions {
            if detail == Detail::Full || condition.starts_with(HOLDS) {
                field(out, "bites when", condition)?;
            }
        }
        for note in finding.notes {
            field(out, "note", note)?;
        }
        claims(finding, detail, out)
    }

    /// The stopgaps against what is exploited or critical; all of them in full detail.
    fn stopgaps(&self, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
        let urgent = |mitigation: &Mitigation<'_>| {
            self.0.findings.iter().any(|finding| {
                let grave =
                    finding.exploitation.kev.is_some() || finding.severity.level == "critical";
                let open = finding.mitigated.is_none();
                grave && open && mitigation.works_for.iter().any(|id| id == finding.advisory.id)
            })
        };
        let all = self.0.stopgaps();
        let shown: Vec<_> = match detail {
            Detail::Full => all.clone(),
            Detail::Brief => all.iter().copied().filter(|m| urgent(m)).take(STOPGAPS).collect(),
        };
        for mitigation in &shown {
            field(out, "meanwhile", &change::stopgap(mitigation))?;
        }
        if shown.len() < all.len() {
            let more = count(all.len() - shown.len(), "more stopgap");
            field(out, "", &format!("{more}: scan --verbose, or bomvet explain"))?;
        }
        Ok(())
    }
}

/// Facts about which authorities do not agree: who says what, and what was followed.
fn claims(finding: &Finding<'_>, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let told = |about: &&str| {
        detail == Detail::Full || matches!(*about, "fixed" | "severity" | "affected")
    };
    let mut subjects: Vec<&str> =
        finding.claims.iter().map(|claim| claim.about).filter(told).collect();
    subjects.sort_unstable();
    subjects.dedup();
    for about in subjects {
        let mut said: Vec<String> = Vec::new();
        for claim in finding.claims.iter().filter(|claim| claim.about == about) {
            let followed = if claim.decides { " (followed)" } else { "" };
            let text = format!("{} {}{followed}", claim.source, claim.value);
            if !said.contains(&text) {
                said.push(text);
            }
        }
        if said.len() > 1 {
            field(out, "conflict", &format!("{about}: {}", said.join("; ")))?;
        }
    }
    Ok(())
}
