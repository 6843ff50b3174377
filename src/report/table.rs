//! The report for people: the decision, what to change, what was not looked at.
//!
//! At most 100 columns, nothing that only colour tells. Findings are grouped by the change that cures
//! them, the gravest group first.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::model::{Finding, Remedy, Report};
use super::text::{WIDTH, count, plain, wrap};

/// How many components without a verdict are named; the JSON report names all.
const NAMED: usize = 10;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const GREEN: Style = AnsiColor::Green.on_default().bold();

/// Writes the whole table.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    decision(report, out)?;
    for group in groups(report) {
        writeln!(out)?;
        group.write(out)?;
    }
    suppressed(report, out)?;
    writeln!(out)?;
    coverage(report, out)?;
    data(report, out)?;
    warnings(report, out)
}

/// A label in a column of its own, the text beside it, wrapped.
fn field(out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
    const INDENT: usize = 15;
    for (number, line) in wrap(&plain(text), WIDTH - INDENT).iter().enumerate() {
        let label = if number == 0 { label } else { "" };
        writeln!(out, "  {DIM}{label:<11}{DIM:#}  {line}")?;
    }
    Ok(())
}

fn decision(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (style, word) = match (report.gate.class, report.summary.open) {
        ("ok", _) => (GREEN, "GATE OPEN"),
        ("gate", _) => (RED, "GATE CLOSED"),
        _ => (RED, "NO VERDICT"),
    };
    if !report.gate.reasons.is_empty() {
        writeln!(out, "{style}{word}{style:#}")?;
        for reason in &report.gate.reasons {
            for line in wrap(&plain(reason), WIDTH - 2) {
                writeln!(out, "  {line}")?;
            }
        }
        return Ok(());
    }
    writeln!(out, "{style}{word}{style:#}  {}", headline(report))
}

/// What an open gate means; "nothing found" is never said of what was not looked at.
fn headline(report: &Report<'_>) -> String {
    let declared: usize = report.inputs.iter().map(|i| i.components.declared).sum();
    let evaluated: usize = report.inputs.iter().map(|i| i.components.evaluated).sum();
    match (report.summary.open, declared) {
        (0, 0) => "the documents declare no components".to_owned(),
        (0, _) if evaluated == declared => {
            format!("no finding among {}", count(evaluated, "component"))
        }
        (0, _) => format!(
            "no finding among the {evaluated} components that were evaluated; {} of {declared} were NOT",
            declared - evaluated
        ),
        (open, _) => format!("{} below the gate's rules", count(open, "finding")),
    }
}

/// The findings of one change.
struct Group<'r, 'a> {
    remedies: Vec<&'r Remedy<'a>>,
    findings: Vec<&'r Finding<'a>>,
}

/// Remedies that ask for the same change of the same line stand together.
fn groups<'r, 'a>(report: &'r Report<'a>) -> Vec<Group<'r, 'a>> {
    let mut groups: Vec<Group<'r, 'a>> = Vec::new();
    let of = |remedy: &Remedy<'_>| {
        let found = report.findings.iter().filter(|f| {
            f.status == "open"
                && f.component.label == remedy.component
                && f.component.input == remedy.input
        });
        found.collect::<Vec<_>>()
    };
    let rank = |findings: &[&Finding<'_>]| {
        findings.iter().filter_map(|f| report.findings.iter().position(|g| std::ptr::eq(*f, g))).min()
    };
    for remedy in &report.remedies {
        let same = |group: &&mut Group<'_, '_>| {
            let other = group.remedies[0];
            remedy.to.is_some() && other.to == remedy.to && other.steps.first() == remedy.steps.first()
        };
        match groups.iter_mut().find(same) {
            Some(group) => {
                group.remedies.push(remedy);
                group.findings.extend(of(remedy));
            }
            None => groups.push(Group { remedies: vec![remedy], findings: of(remedy) }),
        }
    }
    groups.sort_by_key(|group| rank(&group.findings));
    groups
}

impl Group<'_, '_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.title(out)?;
        for remedy in &self.remedies {
            self.component(remedy, out)?;
        }
        let first = self.remedies[0];
        for (number, step) in first.steps.iter().enumerate() {
            field(out, if number == 0 { "do" } else { "" }, step)?;
        }
        for other in &first.alternatives {
            field(out, "or", &format!("{}: {}", other.to, other.why))?;
        }
        for finding in &self.findings {
            line(finding, out)?;
        }
        for remedy in &self.remedies {
            for mitigation in &remedy.mitigations {
                let mut text = format!("{} ({}", mitigation.what, mitigation.strength);
                text.push_str(&format!("; for {}", mitigation.works_for.join(", ")));
                if !mitigation.not_for.is_empty() {
                    text.push_str(&format!("; not for {}", mitigation.not_for.join(", ")));
                }
                text.push(')');
                field(out, "meanwhile", &text)?;
            }
        }
        Ok(())
    }

    fn title(&self, out: &mut dyn Write) -> io::Result<()> {
        let first = self.remedies[0];
        let names: Vec<String> = self
            .remedies
            .iter()
            .filter_map(|remedy| self.of(remedy).next())
            .map(|finding| {
                let version = finding.component.version.unwrap_or_default();
                plain(format!("{} {version}", finding.component.name).trim())
            })
            .collect();
        let names = names.join(", ");
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
        let cleared: usize = self.remedies.iter().map(|r| r.clears.len()).sum();
        let effect = match (first.to.is_some(), first.leaves.is_empty()) {
            (true, true) => format!("clears {}", count(cleared, "finding")),
            (true, false) => format!("clears {cleared} of {total}, leaves {}", first.leaves.join(", ")),
            (false, _) => count(total, "finding"),
        };
        let mut lines = wrap(&format!("{names} {change}"), WIDTH).into_iter();
        if let Some(line) = lines.next() {
            writeln!(out, "{BOLD}{line}{BOLD:#}")?;
        }
        for line in lines {
            writeln!(out, "{BOLD}{line}{BOLD:#}")?;
        }
        field(out, "effect", &effect)
    }

    fn of<'s>(&'s self, remedy: &'s Remedy<'_>) -> impl Iterator<Item = &'s Finding<'s>> {
        self.findings
            .iter()
            .filter(|f| f.component.label == remedy.component && f.component.input == remedy.input)
            .map(|finding| *finding as &Finding<'_>)
    }

    fn component(&self, remedy: &Remedy<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Some(finding) = self.of(remedy).next() else { return Ok(()) };
        let component = &finding.component;
        field(out, "package", &component.label)?;
        let mut place: Vec<String> =
            component.locations.iter().take(3).map(ToString::to_string).collect();
        if component.locations.len() > 3 {
            place.push(format!("{} more", component.locations.len() - 3));
        }
        if let Some(scope) = component.scope {
            place.push(format!("scope {scope}"));
        }
        if !finding.counts_at_gate {
            place.push("does not count at the gate".to_owned());
        }
        field(out, "found in", &place.join(", "))?;
        if let Some(path) = finding.paths.first().filter(|path| path.len() > 2) {
            let steps: Vec<_> = path
                .iter()
                .map(|step| step.purl.clone().unwrap_or_else(|| step.reference.clone()))
                .collect();
            field(out, "path", &steps.join(" > "))?;
        }
        Ok(())
    }
}

/// One finding: level, score, name, what is known about exploitation, the fix on its interval.
fn line(finding: &Finding<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style = match finding.severity.level {
        "critical" | "high" => RED,
        "medium" | "unknown" => YELLOW,
        _ => Style::new(),
    };
    let score = finding.severity.score.map(|s| format!(" {s:.1}")).unwrap_or_default();
    let level = format!("{}{score}", finding.severity.level);
    let mut facts = Vec::new();
    if let Some(kev) = &finding.exploitation.kev {
        facts.push(format!("EXPLOITED since {}", kev.added));
    }
    let mut fixes: Vec<_> = finding.records.iter().filter_map(|record| record.fixed).collect();
    fixes.dedup();
    if !fixes.is_empty() {
        facts.push(format!("fixed in {}", fixes.join(" or ")));
    }
    if finding.certainty != "exact" {
        facts.push(format!("certainty {}", finding.certainty));
    }
    let facts = if facts.is_empty() { String::new() } else { format!("  {}", facts.join(", ")) };
    let title = plain(&format!("{}{facts}", finding.advisory.id));
    writeln!(out, "  {style}{level:<13}{style:#}{title}")?;
    field(out, "", finding.advisory.summary)?;
    for condition in finding.conditions {
        field(out, "bites when", condition)?;
    }
    for note in finding.notes {
        field(out, "note", note)?;
    }
    claims(finding, out)
}

/// Facts about which authorities do not agree: who says what, and what was followed.
fn claims(finding: &Finding<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut subjects: Vec<&str> = finding.claims.iter().map(|claim| claim.about).collect();
    subjects.sort_unstable();
    subjects.dedup();
    for about in subjects {
        let mut said: Vec<String> = Vec::new();
        for claim in finding.claims.iter().filter(|claim| claim.about == about) {
            let followed = if claim.decides { " (followed)" } else { "" };
            let text = format!("{} says {}{followed}", claim.source, claim.value);
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

fn suppressed(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.summary.suppressed == 0 {
        return Ok(());
    }
    writeln!(out, "\n{BOLD}{} suppressed{BOLD:#}", count(report.summary.suppressed, "finding"))?;
    for finding in report.findings.iter().filter(|f| f.status == "suppressed") {
        let Some(by) = &finding.suppressed_by else { continue };
        let until = by.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let why = by.justification.map(|why| format!(": {why}")).unwrap_or_default();
        field(
            out,
            finding.severity.level,
            &format!(
                "{} in {}, {} by {}{until}{why}",
                finding.advisory.id, finding.component.label, by.status, by.source
            ),
        )?;
    }
    Ok(())
}

fn coverage(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let declared: usize = report.inputs.iter().map(|i| i.components.declared).sum();
    let evaluated: usize = report.inputs.iter().map(|i| i.components.evaluated).sum();
    let missing = declared - evaluated;
    let documents = count(report.inputs.len(), "document");
    let mut text =
        format!("{evaluated} of {} evaluated in {documents}", count(declared, "component"));
    if missing > 0 {
        text.push_str(&format!("; {missing} NOT evaluated: {}", reasons(report)));
    }
    field(out, "coverage", &text)?;
    for entry in report.not_evaluated.iter().filter(|e| e.reason != "not-a-package").take(NAMED) {
        let detail = entry.detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
        let place = entry.component.locations.first().map(|l| format!(", {l}")).unwrap_or_default();
        field(out, "", &format!("{}: {}{detail}{place}", entry.component.label, entry.reason))?;
    }
    let listed = report.not_evaluated.iter().filter(|e| e.reason != "not-a-package").count();
    if listed > NAMED {
        field(out, "", &format!("and {} more: --format json lists all", listed - NAMED))?;
    }
    Ok(())
}

fn reasons(report: &Report<'_>) -> String {
    let mut names: Vec<&str> = report.not_evaluated.iter().map(|entry| entry.reason).collect();
    names.sort_unstable();
    names.dedup();
    let number = |name: &str| report.not_evaluated.iter().filter(|e| e.reason == name).count();
    let parts: Vec<_> = names.iter().map(|name| format!("{} {name}", number(name))).collect();
    parts.join(", ")
}

fn data(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (number, source) in report.data.sources.iter().enumerate() {
        let built = source.built_at.as_deref().and_then(|at| at.split('T').next());
        let built = built.map(|day| format!(", newest of {day}")).unwrap_or_default();
        let only = if source.name == crate::advisory::bundled::NAME {
            "; they know the log4j and logback families alone"
        } else {
            ""
        };
        let text = format!("{}: {}{built}{only}", source.name, count(source.records, "record"));
        field(out, if number == 0 { "data" } else { "" }, &text)?;
    }
    Ok(())
}

fn warnings(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let inputs = report.inputs.iter().flat_map(|input| input.warnings);
    let all = report.data.warnings.iter().chain(report.warnings).chain(inputs);
    for (number, warning) in all.enumerate() {
        field(out, if number == 0 { "warnings" } else { "" }, warning)?;
    }
    Ok(())
}
