//! Workflow commands of GitHub Actions, which annotate files in a run and in a pull request.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without a word.
//! So the decision comes first, the gravest findings take the other places, and every line beyond them
//! is plain text in the log, counted in the decision.

use std::io::{self, Write};

use super::model::{Finding, NotEvaluated, Remedy, Report};
use super::text::{clip, count, plain};
use super::{place, words};

/// How many annotations of a level GitHub shows.
const MOST: usize = 10;

/// The longest message, in characters.
const LONGEST: usize = 1_000;

/// A level of annotations.
#[derive(Clone, Copy)]
enum Level {
    Error,
    Warning,
    Notice,
}

/// What is said of one finding or component.
struct Line<'r> {
    level: Level,
    file: &'r str,
    line: Option<u32>,
    title: String,
    message: String,
}

/// The places that are left at each level.
struct Room {
    error: usize,
    warning: usize,
    notice: usize,
}

/// Writes every line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut room = Room { error: MOST, warning: MOST, notice: MOST };
    let (level, head) = decision(report);
    room.takes(level);
    let totals = report.totals();
    let is_whole = totals.is_whole();
    let coverage = if is_whole { Level::Notice } else { Level::Warning };
    room.takes(coverage);
    room.takes(Level::Notice);

    let remedies = words::remedies(report);
    let lines: Vec<Line<'_>> = report
        .open()
        .map(|one| finding(one, remedies.get(&one.place).copied(), report))
        .chain(report.not_evaluated.iter().map(|entry| missing(entry, report)))
        .collect();
    let (shown, rest): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| room.takes(line.level));
    let more = match rest.len() {
        0 => String::new(),
        some => {
            format!("; {} only in the log, for GitHub shows ten of a level", count(some, "line"))
        }
    };
    command(level, "", "bomvet", &format!("{head}{more}"), out)?;
    command(coverage, "", "bomvet: coverage", &words::whole_coverage(report), out)?;
    let data = format!("{}; {}", words::data(report).join("; "), words::origin(report));
    command(Level::Notice, "", "bomvet: data", &data, out)?;
    shown.iter().try_for_each(|line| line.annotate(out))?;
    rest.iter().try_for_each(|line| line.log(out))?;
    for finding in report.findings.iter() {
        let Some(by) = words::suppressed(finding) else { continue };
        let (id, label) = (finding.advisory.id, &finding.component.label);
        log(&format!("suppressed: {id} in {label}: {by}"), out)?;
    }
    words::warnings(report).try_for_each(|warning| log(&format!("warning: {warning}"), out))
}

fn decision(report: &Report<'_>) -> (Level, String) {
    let level = if report.gate.class == "ok" { Level::Notice } else { Level::Error };
    (level, format!("{}: {}", words::decision(report), words::reasons(report).join("; ")))
}

fn finding<'r>(
    finding: &Finding<'r>,
    remedy: Option<&Remedy<'_>>,
    report: &'r Report<'_>,
) -> Line<'r> {
    let (file, line) = place::of(&finding.component, report);
    let mut parts = vec![finding.component.label.clone(), finding.advisory.summary.to_owned()];
    match words::fixes(finding) {
        fixes if fixes.is_empty() => {}
        fixes => parts.push(format!("fixed in {fixes}")),
    }
    parts.extend(words::marks(finding));
    parts.extend(place::inside(&finding.component));
    parts.extend(remedy.and_then(|remedy| remedy.steps.first()).map(|step| format!("do: {step}")));
    parts.retain(|part| !part.is_empty());
    Line {
        level: match finding.severity.level {
            _ if !finding.counts_at_gate => Level::Notice,
            "critical" | "high" => Level::Error,
            _ => Level::Warning,
        },
        file,
        line,
        title: format!("{} {}", words::severity(finding), finding.advisory.id),
        message: parts.join("; "),
    }
}

fn missing<'r>(entry: &NotEvaluated<'r>, report: &'r Report<'_>) -> Line<'r> {
    let (file, line) = place::of(&entry.component, report);
    Line {
        level: Level::Warning,
        file,
        line,
        title: "NOT evaluated".to_owned(),
        message: match place::inside(&entry.component) {
            Some(inside) => format!("{}: {}; {inside}", entry.component.label, words::why(entry)),
            None => format!("{}: {}", entry.component.label, words::why(entry)),
        },
    }
}

impl Room {
    /// Takes a place, if there is one.
    fn takes(&mut self, level: Level) -> bool {
        let left = match level {
            Level::Error => &mut self.error,
            Level::Warning => &mut self.warning,
            Level::Notice => &mut self.notice,
        };
        let fits = *left > 0;
        *left = left.saturating_sub(1);
        fits
    }
}

impl Line<'_> {
    fn annotate(&self, out: &mut dyn Write) -> io::Result<()> {
        let line = self.line.map(|line| format!(",line={line}")).unwrap_or_default();
        let place = format!("file={}{line},", property(self.file));
        command(self.level, &place, &self.title, &self.message, out)
    }

    fn log(&self, out: &mut dyn Write) -> io::Result<()> {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        log(&format!("{}: {} ({}{line})", self.title, self.message, self.file), out)
    }
}

fn command(
    level: Level,
    place: &str,
    title: &str,
    message: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let name = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let title = property(title);
    writeln!(out, "::{name} {place}title={title}::{}", data(&clip(message, LONGEST)))
}

/// A line of the log. It begins with a word of ours, so it is no command.
fn log(text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", plain(text))
}

/// A message: what would end it is escaped.
fn data(text: &str) -> String {
    plain(text).replace('%', "%25")
}

/// A property: what would end it or begin another one is escaped.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
