//! The findings of one change: what to take, what to do, what it clears.

use std::io::{self, Write};

use anstyle::Style;

use super::super::model::{Exploitation, Finding, Mitigation, Remedy, Report};
use super::super::text::{WIDTH, count, plain, wrap};
use super::{BOLD, Detail, RED, YELLOW, field};

/// How many stopgaps are printed without `--verbose`.
const STOPGAPS: usize = 2;

/// How a condition starts that evidence shows.
const HOLDS: &str = "holds: ";

/// The findings of one change.
pub(super) struct Change<'r, 'a> {
    remedies: Vec<&'r Remedy<'a>>,
    findings: Vec<&'r Finding<'a>>,
}

/// All changes, the one with the gravest finding first.
pub(super) fn all<'r, 'a>(report: &'r Report<'a>) -> Vec<Change<'r, 'a>> {
    let mut changes: Vec<Change<'r, 'a>> = Vec::new();
    for remedy in &report.remedies {
        let same = |change: &&mut Change<'_, '_>| change.remedies[0].change == remedy.change;
        match changes.iter_mut().find(same) {
            Some(change) => change.remedies.push(remedy),
            None => changes.push(Change { remedies: vec![remedy], findings: Vec::new() }),
        }
    }
    let mut order = Vec::new();
    for finding in report.findings.iter().filter(|finding| finding.status == "open") {
        let place = changes.iter().position(|c| c.remedies.iter().any(|r| is_of(finding, r)));
        let Some(place) = place else { continue };
        changes[place].findings.push(finding);
        if !order.contains(&place) {
            order.push(place);
        }
    }
    // findings come by severity, so the first finding of a change gives its rank
    let mut ranked: Vec<_> = changes.into_iter().enumerate().collect();
    ranked.sort_by_key(|(place, _)| order.iter().position(|known| known == place));
    ranked.into_iter().map(|(_, change)| change).collect()
}

fn is_of(finding: &Finding<'_>, remedy: &Remedy<'_>) -> bool {
    finding.place == remedy.place
}

impl Change<'_, '_> {
    pub(super) fn write(&self, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
        self.title(out)?;
        for remedy in &self.remedies {
            self.place(remedy, out)?;
        }
        self.steps(out)?;
        let mut told: Vec<&str> = Vec::new();
        for finding in &self.findings {
            self.row(finding, out)?;
            if !told.contains(&finding.advisory.id) {
                told.push(finding.advisory.id);
                self.story(finding, detail, out)?;
            }
        }
        self.stopgaps(detail, out)
    }

    fn title(&self, out: &mut dyn Write) -> io::Result<()> {
        let first = self.remedies[0];
        let change = match (first.action, first.to) {
            (_, Some(to)) => {
                let java = first.java.map(|java| format!(" (Java {java})")).unwrap_or_default();
                format!("-> {}{java}", plain(to))
            }
            ("replace", _) => "-> replace".to_owned(),
            ("remove", _) => "-> remove".to_owned(),
            _ => "-> no fix known".to_owned(),
        };
        let total = self.findings.len();
        let effect = match (first.to.is_some(), first.leaves.is_empty()) {
            (true, true) if total == 1 => "clears its finding".to_owned(),
            (true, true) => format!("clears all {total} findings"),
            (true, false) => {
                let cleared: usize = self.remedies.iter().map(|remedy| remedy.clears.len()).sum();
                format!("clears {cleared} of {total} findings")
            }
            (false, _) => count(total, "finding"),
        };
        let title = format!("{} {change}: {effect}", self.names().join(", "));
        for line in wrap(&title, WIDTH) {
            writeln!(out, "{BOLD}{line}{BOLD:#}")?;
        }
        if !first.leaves.is_empty() && first.to.is_some() {
            let told = |id: &&str| {
                let known = self.findings.iter().any(|finding| finding.advisory.id == *id);
                if known { (*id).to_owned() } else { format!("{id} (comes with it)") }
            };
            let left: Vec<String> = first.leaves.iter().map(told).collect();
            field(out, "leaves", &left.join(", "))?;
        }
        Ok(())
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for finding in self.remedies.iter().filter_map(|remedy| self.finding_of(remedy)) {
            let version = finding.component.version.unwrap_or_default();
            let name = plain(format!("{} {version}", finding.component.name).trim());
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn finding_of(&self, remedy: &Remedy<'_>) -> Option<&Finding<'_>> {
        self.findings.iter().find(|finding| is_of(finding, remedy)).copied()
    }

    /// Where the component stands, on which path, and whether it counts.
    fn place(&self, remedy: &Remedy<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Some(finding) = self.finding_of(remedy) else {
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
        let mut told: Vec<&str> = Vec::new();
        let first = self.remedies.iter().filter_map(|remedy| remedy.steps.first());
        let further = self.remedies.iter().flat_map(|remedy| remedy.steps.iter().skip(1));
        for step in first.chain(further) {
            if !told.contains(&step.as_str()) {
                field(out, if told.is_empty() { "do" } else { "" }, step)?;
                told.push(step);
            }
        }
        for other in &self.remedies[0].alternatives {
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
        let score = finding.severity.score.map(|s| format!(" {s:.1}")).unwrap_or_default();
        let level = format!("{}{score}", finding.severity.level);
        let mut facts = Vec::new();
        if self.remedies.len() > 1 {
            let version = finding.component.version.unwrap_or_default();
            facts.push(format!("{} {version}", finding.component.name).trim().to_owned());
        }
        if let Some(kev) = &finding.exploitation.kev {
            facts.push(format!("EXPLOITED since {}", kev.added));
        }
        facts.extend(likelihood(&finding.exploitation));
        let mut fixes: Vec<_> = finding.records.iter().filter_map(|record| record.fixed).collect();
        fixes.sort_unstable();
        fixes.dedup();
        if !fixes.is_empty() {
            facts.push(format!("fixed in {}", fixes.join(" or ")));
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
            self.findings.iter().any(|finding| {
                let grave =
                    finding.exploitation.kev.is_some() || finding.severity.level == "critical";
                let open = finding.mitigated.is_none();
                grave && open && mitigation.works_for.iter().any(|id| id == finding.advisory.id)
            })
        };
        let mut all: Vec<&Mitigation<'_>> = Vec::new();
        for mitigation in self.remedies.iter().flat_map(|remedy| &remedy.mitigations) {
            if !all.iter().any(|known| known.what == mitigation.what) {
                all.push(mitigation);
            }
        }
        let shown: Vec<_> = match detail {
            Detail::Full => all.clone(),
            Detail::Brief => all.iter().copied().filter(|m| urgent(m)).take(STOPGAPS).collect(),
        };
        for mitigation in &shown {
            field(out, "meanwhile", &sentence(mitigation))?;
        }
        if shown.len() < all.len() {
            let more = count(all.len() - shown.len(), "more stopgap");
            field(out, "", &format!("{more}: scan --verbose, or bomvet explain"))?;
        }
        Ok(())
    }
}

/// The EPSS score in three decimals, and what a coordinator saw of attacks where no catalogue lists it.
fn likelihood(exploitation: &Exploitation<'_>) -> Vec<String> {
    let epss = exploitation.epss.as_ref().map(|epss| match epss.score {
        score if score > 0.0 && score < 0.001 => "EPSS below 0.001".to_owned(),
        score => format!("EPSS {score:.3}"),
    });
    let seen = exploitation.ssvc.as_ref().and_then(|decision| decision.exploitation);
    let seen = match seen {
        Some("active") if exploitation.kev.is_none() => Some("EXPLOITED by SSVC".to_owned()),
        Some("poc") if exploitation.kev.is_none() => Some("exploit public".to_owned()),
        _ => None,
    };
    epss.into_iter().chain(seen).collect()
}

fn sentence(mitigation: &Mitigation<'_>) -> String {
    let mut text = format!("{} ({}", mitigation.what, mitigation.strength);
    text.push_str(&format!(" for {}", mitigation.works_for.join(", ")));
    if !mitigation.not_for.is_empty() {
        text.push_str(&format!("; no help for {}", mitigation.not_for.join(", ")));
    }
    text.push(')');
    text
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
