//! XML as JUnit's Ant task writes it, which every CI server shows.
//!
//! The first suite is the gate. Then one suite for each document: its coverage, a failure for each open
//! finding, a skip for each suppressed one; a component without a verdict is skipped, or an error where
//! the policy closes the gate on it. So nothing that was not looked at counts as passed.

use std::collections::HashMap;
use std::io::{self, Write};

use super::model::{Finding, Input, NotEvaluated, Remedy, Report};
use super::text::{clip, count, markup};
use super::{place, words};
use crate::config::Answer;

/// How many cases are written: GitLab takes files of 30 MB.
const MOST: usize = 20_000;

/// The longest text of a case, in characters.
const LONGEST: usize = 1_000;

/// What a case says.
enum Outcome {
    Passed,
    Failure { kind: String, message: String },
    Error { kind: String, message: String },
    Skipped(String),
}

struct Case {
    class: String,
    name: String,
    file: Option<String>,
    outcome: Outcome,
}

struct Suite {
    name: String,
    cases: Vec<Case>,
    /// What stands below the cases.
    said: Vec<String>,
}

/// How many cases of a kind.
#[derive(Clone, Copy, Default)]
struct Tally {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

/// Writes the whole document.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(report);
    let mut total = Tally::default();
    suites.iter().flat_map(|suite| &suite.cases).for_each(|case| total.add(case));
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="bomvet"{} time="0">"#, total.attributes())?;
    let at = report.generated_at.split(['.', 'Z']).next().unwrap_or_default();
    for suite in &suites {
        suite.write(at, out)?;
    }
    writeln!(out, "</testsuites>")
}

fn suites(report: &Report<'_>) -> Vec<Suite> {
    let remedies = words::remedies(report);
    let mut documents: Vec<Suite> = report.inputs.iter().map(document).collect();
    let mut room = MOST;
    let mut add = |input: usize, case: Case| {
        if let Some(suite) = documents.get_mut(input).filter(|_| room > 0) {
            room -= 1;
            suite.cases.push(case);
        }
    };
    for status in ["open", "suppressed"] {
        for one in report.findings.iter().filter(|finding| finding.status == status) {
            add(one.component.input, finding(one, remedies.get(&one.place).copied(), report));
        }
    }
    for entry in &report.not_evaluated {
        add(entry.input, missing(entry, report));
    }
    let left_out = (report.findings.len() + report.not_evaluated.len()).saturating_sub(MOST);
    documents.iter_mut().for_each(|suite| tell_apart(&mut suite.cases));
    std::iter::once(gate(report, left_out)).chain(documents).collect()
}

fn gate(report: &Report<'_>, left_out: usize) -> Suite {
    let message = words::reasons(report).join("; ");
    let kind = report.gate.class.to_owned();
    let outcome = match report.gate.class {
        "ok" => Outcome::Passed,
        "gate" => Outcome::Failure { kind, message: message.clone() },
        _ => Outcome::Error { kind, message: message.clone() },
    };
    let mut said = vec![format!("{}: {message}", words::decision(report))];
    said.push(words::whole_coverage(report));
    said.extend(words::data(report));
    said.push(words::origin(report));
    said.extend(words::warnings(report).map(|warning| format!("warning: {warning}")));
    if left_out > 0 {
        said.push(format!("{} not written here: the JSON report has all", count(left_out, "case")));
    }
    let case = Case { class: "bomvet".to_owned(), name: "gate".to_owned(), file: None, outcome };
    Suite { name: "gate".to_owned(), cases: vec![case], said }
}

fn document(input: &Input<'_>) -> Suite {
    let counts = &input.components;
    let told = [
        format!("{} of {} evaluated", counts.evaluated, count(counts.declared, "component")),
        format!("{} NOT", counts.not_evaluated),
        format!("the data can tell nothing, or only exploited flaws, of {}", counts.not_covered),
    ];
    let number = [1, counts.not_evaluated, counts.not_covered].into_iter();
    let told = told.into_iter().zip(number).filter(|(_, number)| *number > 0);
    let told = told.map(|(text, _)| text).collect::<Vec<_>>().join(", ");
    let is_whole = counts.is_whole();
    let case = Case {
        class: input.path.to_owned(),
        name: "coverage".to_owned(),
        file: Some(place::file(input.path).to_owned()),
        outcome: if is_whole { Outcome::Passed } else { Outcome::Skipped(told) },
    };
    let said = vec![format!("SHA-256 {}", input.sha256)];
    Suite { name: input.path.to_owned(), cases: vec![case], said }
}

fn finding(finding: &Finding<'_>, remedy: Option<&Remedy<'_>>, report: &Report<'_>) -> Case {
    let (file, _) = place::of(&finding.component, report);
    let mut parts = vec![finding.advisory.summary.to_owned()];
    match words::fixes(finding) {
        fixes if fixes.is_empty() => {}
        fixes => parts.push(format!("fixed in {fixes}")),
    }
    parts.extend(words::marks(finding));
    parts.extend(remedy.map(|remedy| format!("do: {}", words::remedy(remedy))));
    parts.push(format!("at {}", place::exact(&finding.component, report)));
    parts.retain(|part| !part.is_empty());
    Case {
        class: finding.component.name.to_owned(),
        name: format!("{} in {}", finding.advisory.id, finding.component.label),
        file: Some(file.to_owned()),
        outcome: match words::suppressed(finding) {
            Some(by) => Outcome::Skipped(format!("suppressed: {by}")),
            None => Outcome::Failure { kind: words::severity(finding), message: parts.join("; ") },
        },
    }
}

fn missing(entry: &NotEvaluated<'_>, report: &Report<'_>) -> Case {
    let (file, _) = place::of(&entry.component, report);
    let message = format!("NOT evaluated: {}", words::why(entry));
    // no policy can ask a verdict on a file or a device
    let fails = report.policy.not_evaluated == Answer::Fail && entry.reason != "not-a-package";
    Case {
        class: entry.component.name.to_owned(),
        name: format!("evaluation of {}", entry.component.label),
        file: Some(file.to_owned()),
        outcome: match fails {
            true => Outcome::Error { kind: entry.reason.to_owned(), message },
            false => Outcome::Skipped(message),
        },
    }
}

/// Of cases with one name GitLab shows the first alone: the others get a number.
fn tell_apart(cases: &mut [Case]) {
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    for case in cases {
        let number = seen.entry((case.class.clone(), case.name.clone())).or_default();
        *number += 1;
        if *number > 1 {
            case.name.push_str(&format!(" ({number})"));
        }
    }
}

impl Tally {
    fn add(&mut self, case: &Case) {
        self.tests += 1;
        match case.outcome {
            Outcome::Passed => {}
            Outcome::Failure { .. } => self.failures += 1,
            Outcome::Error { .. } => self.errors += 1,
            Outcome::Skipped(_) => self.skipped += 1,
        }
    }

    fn attributes(self) -> String {
        let Self { tests, failures, errors, skipped } = self;
        format!(r#" tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}""#)
    }
}

impl Suite {
    fn write(&self, at: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut tally = Tally::default();
        self.cases.iter().for_each(|case| tally.add(case));
        let (name, counts) = (markup(&self.name), tally.attributes());
        writeln!(out, r#"  <testsuite name="{name}"{counts} time="0" timestamp="{at}">"#)?;
        self.cases.iter().try_for_each(|case| case.write(out))?;
        let said: Vec<String> = self.said.iter().map(|line| markup(line)).collect();
        writeln!(out, "    <system-out>{}</system-out>", said.join("\n"))?;
        writeln!(out, "  </testsuite>")
    }
}

impl Case {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let short = |text: &str| markup(&clip(text, LONGEST));
        let (class, name) = (short(&self.class), short(&self.name));
        let file = self.file.as_deref().map(|file| format!(r#" file="{}""#, short(file)));
        let file = file.unwrap_or_default();
        write!(out, r#"    <testcase classname="{class}" name="{name}"{file} time="0""#)?;
        let (tag, kind, message) = match &self.outcome {
            Outcome::Passed => return writeln!(out, "/>"),
            Outcome::Failure { kind, message } => ("failure", Some(kind), message),
            Outcome::Error { kind, message } => ("error", Some(kind), message),
            Outcome::Skipped(message) => ("skipped", None, message),
        };
        let kind = kind.map(|kind| format!(r#" type="{}""#, short(kind))).unwrap_or_default();
        writeln!(out, r#"><{tag}{kind} message="{}"/></testcase>"#, short(message))
    }
}
