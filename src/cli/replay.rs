//! `bomvet scan --replay`: an audit made again from its report, by its clock and its options.
//!
//! The verdict is the class of the gate and the status of every finding. If all digests are those of the
//! report, another verdict means another bomvet, or a fault. If one is not, nobody can say more than
//! which.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use clap::Parser;
use jiff::Timestamp;
use serde::Deserialize;

use super::args::{Args, Color, Command, ScanArgs};
use super::{Failure, output, scan};
use crate::files;
use crate::judge::gate::Class;
use crate::report::model::{Report, SCHEMA, verdict_digest, verdict_label};
use crate::report::plain;

/// How many findings are named whose status is another.
const NAMED: usize = 20;

/// What a replay needs of a report.
#[derive(Deserialize)]
struct Recorded {
    schema: String,
    tool: Tool,
    generated_at: Timestamp,
    data: Data,
    inputs: Vec<Digest>,
    findings: Vec<Finding>,
    gate: Gate,
    envelope: Envelope,
}

#[derive(Deserialize)]
struct Tool {
    version: String,
}

#[derive(Deserialize)]
struct Data {
    sources: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    kind: String,
    sha256: String,
}

#[derive(Deserialize)]
struct Digest {
    path: String,
    sha256: String,
}

#[derive(Deserialize)]
struct Finding {
    id: String,
    component: Component,
    advisory: Advisory,
    status: String,
}

#[derive(Deserialize)]
struct Component {
    purl: Option<String>,
    name: String,
    version: Option<String>,
}

#[derive(Deserialize)]
struct Advisory {
    id: String,
}

#[derive(Deserialize)]
struct Gate {
    class: String,
}

#[derive(Deserialize)]
struct Envelope {
    arguments: Vec<String>,
    policy_sha256: String,
    files: Vec<Digest>,
    verdict_sha256: String,
}

/// Names and digests.
type Digests = BTreeSet<(String, String)>;

/// What differs, with the class that the exit code follows.
#[derive(Default)]
struct Differences(Vec<(Option<Class>, String)>);

pub(super) fn run(path: &Path) -> Result<Class, Failure> {
    let text = files::read(path)
        .map_err(|error| Failure::new(Class::Config, format!("could not read report {error}")))?;
    let was = read(&text).map_err(|cause| {
        Failure::new(Class::Config, format!("could not read report {}: {cause}", path.display()))
    })?;
    let args = arguments(&was)?;
    let Some(done) = scan::audit(&args)? else { return Ok(Class::Input) };
    let report = Report::new(&done.audit, &done.settings);
    let made = serde_json::to_vec(&report).map_err(|error| error.to_string());
    let is = made
        .and_then(|text| read(&text))
        .map_err(|cause| Failure::new(Class::Output, format!("could not compare: {cause}")))?;
    let differences = Differences::between(&was, &is);
    let told = differences.told(&was, &is);
    let class = differences.class();
    Ok(class.max(output::finish(output::print(told.as_bytes(), Color::Never))))
}

fn read(text: &[u8]) -> Result<Recorded, String> {
    let report: Recorded = serde_json::from_slice(text)
        .map_err(|error| format!("is no JSON report of this version of bomvet: {error}"))?;
    if report.schema != SCHEMA {
        return Err(format!("schema is \"{}\", expected \"{SCHEMA}\"", report.schema));
    }
    if report.verdict() != report.envelope.verdict_sha256 {
        return Err("its findings or its gate are not those that it was written with".to_owned());
    }
    Ok(report)
}

/// The options of the report, by its clock.
fn arguments(report: &Recorded) -> Result<Box<ScanArgs>, Failure> {
    let program = ["bomvet", "scan", "--no-progress"].into_iter().map(str::to_owned);
    let clock = format!("--now={}", report.generated_at);
    let all = program.chain([clock]).chain(report.envelope.arguments.iter().cloned());
    match Args::try_parse_from(all).map(|args| args.command) {
        Ok(Command::Scan(args)) if args.replay.is_none() => Ok(args),
        _ => {
            let message = "the report's arguments are none of bomvet scan";
            Err(Failure::new(Class::Config, message))
        }
    }
}

impl Recorded {
    fn verdict(&self) -> String {
        let findings = self.findings.iter();
        verdict_digest(
            &self.gate.class,
            findings.map(|one| (one.id.as_str(), one.component.label(), one.status.as_str())),
        )
    }

    /// Each finding as people name it, with its status; of several documents with each.
    fn statuses(&self) -> BTreeMap<String, Vec<&str>> {
        let mut all: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for one in &self.findings {
            let name = format!("{} in {}", one.advisory.id, one.component.label());
            all.entry(name).or_default().push(&one.status);
        }
        all.values_mut().for_each(|statuses| statuses.sort_unstable());
        all
    }
}

impl Component {
    fn label(&self) -> String {
        verdict_label(self.purl.as_deref(), &self.name, self.version.as_deref())
    }
}

impl Differences {
    fn between(was: &Recorded, is: &Recorded) -> Self {
        let mut all = Self::default();
        if was.tool.version != is.tool.version {
            let text = format!("made by bomvet {}, this is {}", was.tool.version, is.tool.version);
            all.0.push((None, text));
        }
        let source = |one: &Named| (format!("{} ({})", one.name, one.kind), one.sha256.clone());
        let sources = |of: &Recorded| of.data.sources.iter().map(source).collect();
        let file = |one: &Digest| (one.path.clone(), one.sha256.clone());
        let digests = |list: &[Digest]| list.iter().map(file).collect();
        let (before, now) = (&was.envelope, &is.envelope);
        let inputs = (&digests(&was.inputs), &digests(&is.inputs));
        all.digests(Class::Input, "input", inputs);
        all.digests(Class::Data, "data", (&sources(was), &sources(is)));
        let files = (&digests(&before.files), &digests(&now.files));
        all.digests(Class::Config, "statements", files);
        if before.policy_sha256 != now.policy_sha256 {
            let text = "policy changed: the configuration, or variables of the environment";
            all.0.push((Some(Class::Config), text.to_owned()));
        }
        all.verdicts(was, is);
        all
    }

    fn digests(&mut self, class: Class, what: &str, (was, is): (&Digests, &Digests)) {
        let names = |set: &Digests| -> BTreeSet<String> {
            set.iter().map(|(name, _)| name.clone()).collect()
        };
        let (before, now) = (names(was), names(is));
        for name in before.union(&now) {
            let of = |set: &Digests| -> Vec<String> {
                set.iter().filter(|(own, _)| own == name).map(|(_, hash)| hash.clone()).collect()
            };
            let change = match (of(was), of(is)) {
                (old, new) if old == new => continue,
                (old, _) if old.is_empty() => "was not there".to_owned(),
                (_, new) if new.is_empty() => "is gone".to_owned(),
                (old, new) => format!("sha256 was {}, is {}", old.join(" "), new.join(" ")),
            };
            self.0.push((Some(class), format!("{what} changed: {name}: {change}")));
        }
    }

    /// Another verdict counts for itself where nothing explains it.
    fn verdicts(&mut self, was: &Recorded, is: &Recorded) {
        let mut texts = Vec::new();
        if was.gate.class != is.gate.class {
            texts.push(format!("gate: was {}, is {}", was.gate.class, is.gate.class));
        }
        let (before, now) = (was.statuses(), is.statuses());
        let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
        for name in names {
            let status = |of: &BTreeMap<String, Vec<&str>>| {
                of.get(name).map_or_else(|| "not there".to_owned(), |all| all.join(", "))
            };
            let (old, new) = (status(&before), status(&now));
            if old != new {
                texts.push(format!("{name}: was {old}, is {new}"));
            }
        }
        let more = texts.len().saturating_sub(NAMED);
        texts.truncate(NAMED);
        texts.extend((more > 0).then(|| format!("and {more} more")));
        self.0.extend(texts.into_iter().map(|text| (Some(Class::Gate), text)));
    }

    fn class(&self) -> Class {
        self.0.iter().filter_map(|(class, _)| *class).max().unwrap_or(Class::Ok)
    }

    fn told(&self, was: &Recorded, is: &Recorded) -> String {
        let same = was.verdict() == is.verdict();
        let explained = self.class() > Class::Gate;
        let mut text = match (same, explained) {
            (true, false) => format!("SAME VERDICT  {}, all digests are the same\n", is.gate.class),
            (true, true) => format!("SAME VERDICT  {}, but not from the same\n", is.gate.class),
            (false, true) => "ANOTHER VERDICT  from something else\n".to_owned(),
            (false, false) => "ANOTHER VERDICT  although all digests are the same\n".to_owned(),
        };
        for (_, line) in &self.0 {
            // writing into a text cannot fail
            let _ = writeln!(text, "  {}", plain(line));
        }
        text
    }
}
