//! The parts of the page, each a list of rows that filters know by status and severity.

use std::io::{self, Write};

use super::super::change::{self, Change};
use super::super::model::{Finding, Report};
use super::super::text::{count, markup};
use super::super::{place, words};

/// The open findings, by the change that cures them.
pub(super) fn changes(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.summary.open == 0 {
        return Ok(());
    }
    writeln!(out, "<section data-group=\"\">\n<h2>What to change</h2>")?;
    for change in change::all(report) {
        article(&change, report, out)?;
    }
    writeln!(out, "</section>")
}

fn article(change: &Change<'_, '_>, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<article data-group=\"\">\n<h3>{}</h3>\n<dl>", markup(&change.title()))?;
    for step in change.steps() {
        term("do", step, out)?;
    }
    change.left().map_or(Ok(()), |left| term("leaves", &left, out))?;
    for other in &change.remedies[0].alternatives {
        term("or", &format!("{}: {}", other.to, other.why), out)?;
    }
    writeln!(out, "</dl>")?;
    let stopgaps: Vec<String> = change.stopgaps().into_iter().map(change::stopgap).collect();
    fold(&count(stopgaps.len(), "stopgap"), "ul", &stopgaps, out)?;
    table(&["severity", "advisory", "component", "fixed in"], out)?;
    for finding in &change.findings {
        open(finding, report, out)?;
    }
    writeln!(out, "</tbody></table>\n</article>")
}

fn open(finding: &Finding<'_>, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    row("open", Some(finding), out)?;
    advisory(finding, out)?;
    for mark in words::marks(finding) {
        let exploited = if mark.starts_with("EXPLOITED") { " exploited" } else { "" };
        write!(out, "<span class=\"mark{exploited}\">{}</span>", markup(&mark))?;
    }
    fold("conditions and remarks", "ul", &remarks(finding), out)?;
    write!(out, "</td>")?;
    component(finding, report, out)?;
    writeln!(out, "<td>{}</td></tr>", markup(&words::fixes(finding)))
}

/// What a reader needs to judge a flaw: conditions, notes, who says what.
fn remarks(finding: &Finding<'_>) -> Vec<String> {
    let severity = &finding.severity;
    let vector = severity.vector.map(|vector| {
        let by = severity.source.map(|source| format!(" by {source}")).unwrap_or_default();
        format!("{vector}{by}")
    });
    let conditions = finding.conditions.iter().map(|one| format!("bites when: {one}"));
    let notes = finding.notes.iter().map(|note| format!("note: {note}"));
    let records = finding.records.iter().map(|record| {
        let says = if record.affected { "affected" } else { "not affected" };
        let fixed = record.fixed.map(|fixed| format!(", fixed in {fixed}")).unwrap_or_default();
        format!("{} ({}): {says}{fixed}", record.id, record.source)
    });
    let claims = finding.claims.iter().map(|claim| {
        let followed = if claim.decides { " (followed)" } else { "" };
        format!("{}: {} says {}{followed}", claim.about, claim.source, claim.value)
    });
    vector.into_iter().chain(conditions).chain(notes).chain(records).chain(claims).collect()
}

/// Name, place and every path that leads to it.
fn component(finding: &Finding<'_>, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let component = &finding.component;
    write!(out, "<td><code>{}</code>", markup(&component.label))?;
    let mut places: Vec<String> = component.locations.iter().map(ToString::to_string).collect();
    if places.is_empty() {
        places.push(place::document(component, report).to_owned());
    }
    let scope = component.scope.map(|scope| format!(", scope {scope}")).unwrap_or_default();
    write!(out, "<div class=\"faint\">{}{scope}</div>", markup(&places[0]))?;
    fold(&count(places.len() - 1, "more place"), "ul", &places[1..], out)?;
    for path in &finding.paths {
        let steps: Vec<String> = path.iter().map(|step| step.label.clone()).collect();
        fold(&format!("path of {}", count(steps.len(), "step")), "ol", &steps, out)?;
    }
    write!(out, "</td>")
}

/// The components that have no verdict.
pub(super) fn missing(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    if report.not_evaluated.is_empty() {
        return Ok(());
    }
    let number = report.not_evaluated.len();
    writeln!(
        out,
        "<section data-group=\"\">\n<h2>NOT evaluated ({number})</h2>\n<div class=\"card\">"
    )?;
    writeln!(out, "<p class=\"gap\">Neither safe nor affected is known of these.</p>")?;
    table(&["component", "why", "at"], out)?;
    for entry in &report.not_evaluated {
        row("missing", None, out)?;
        let (label, why) = (markup(&entry.component.label), markup(&words::why(entry)));
        let at = markup(&place::exact(&entry.component, report));
        writeln!(
            out,
            "<td><code>{label}</code></td><td>{why}</td><td class=\"at\">{at}</td></tr>"
        )?;
    }
    writeln!(out, "</tbody></table>\n</div>\n</section>")
}

/// The findings that somebody closed, with who and why.
pub(super) fn suppressed(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let number = report.summary.suppressed;
    if number == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "<section data-group=\"\">\n<h2>Suppressed ({number})</h2>\n<div class=\"card\">"
    )?;
    table(&["severity", "advisory", "component", "by"], out)?;
    for finding in report.findings.iter().filter(|finding| finding.status == "suppressed") {
        row("suppressed", Some(finding), out)?;
        advisory(finding, out)?;
        write!(out, "</td>")?;
        component(finding, report, out)?;
        let by = words::suppressed(finding).unwrap_or_default();
        writeln!(out, "<td>{}</td></tr>", markup(&by))?;
    }
    writeln!(out, "</tbody></table>\n</div>\n</section>")
}

/// Every warning.
pub(super) fn warnings(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let warnings: Vec<&str> = words::warnings(report).collect();
    if warnings.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>Warnings ({})</h2>\n<div class=\"card\"><ul>", warnings.len())?;
    for warning in warnings {
        writeln!(out, "<li>{}</li>", markup(warning))?;
    }
    writeln!(out, "</ul></div>\n</section>")
}

/// Documents, data, policy and clock: what the decision rests on.
pub(super) fn evidence(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section>\n<h2>What this rests on</h2>\n<div class=\"card\"><dl>")?;
    for input in &report.inputs {
        let version = input.spec_version.map(|version| format!(" {version}")).unwrap_or_default();
        let counts = &input.components;
        let text = format!(
            "{}, {}{version}, {} of {} evaluated, SHA-256 {}",
            input.path,
            input.format,
            counts.evaluated,
            count(counts.declared, "component"),
            input.sha256
        );
        term("document", &text, out)?;
    }
    for line in words::data(report) {
        term("data", &line, out)?;
    }
    term("made by", &words::origin(report), out)?;
    writeln!(out, "</dl></div>\n</section>")
}

fn term(name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<dt>{name}</dt><dd>{}</dd>", markup(text))
}

fn table(columns: &[&str], out: &mut dyn Write) -> io::Result<()> {
    let heads: String =
        columns.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    writeln!(out, "<table><thead><tr>{heads}</tr></thead><tbody>")
}

/// Begins a row; of a finding with its severity in the first cell.
fn row(status: &str, finding: Option<&Finding<'_>>, out: &mut dyn Write) -> io::Result<()> {
    let Some(finding) = finding else {
        return write!(out, "<tr data-status=\"{status}\">");
    };
    let (level, severity) = (finding.severity.level, words::severity(finding));
    write!(out, "<tr data-status=\"{status}\" data-severity=\"{level}\">")?;
    write!(out, "<td><span class=\"level {level}\">{severity}</span></td>")
}

/// Begins the cell of an advisory: identifier, aliases, summary.
fn advisory(finding: &Finding<'_>, out: &mut dyn Write) -> io::Result<()> {
    let advisory = &finding.advisory;
    let id = markup(advisory.id);
    match advisory.urls.iter().find(|url| place::is_web_address(url)) {
        Some(url) => {
            let url = markup(url);
            write!(out, "<td><a href=\"{url}\" rel=\"noopener noreferrer\">{id}</a>")?;
        }
        None => write!(out, "<td>{id}")?,
    }
    if !advisory.aliases.is_empty() {
        write!(out, " <span class=\"faint\">{}</span>", markup(&advisory.aliases.join(", ")))?;
    }
    write!(out, "<div>{}</div>", markup(advisory.summary))
}

/// A list that opens at a click; nothing where it is empty.
fn fold(title: &str, tag: &str, lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    write!(out, "<details><summary>{title}</summary><{tag}>")?;
    for line in lines {
        write!(out, "<li>{}</li>", markup(line))?;
    }
    write!(out, "</{tag}></details>")
}
