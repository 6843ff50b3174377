//! Baselines: what was known when a pipeline began to look, so that only what is worse closes its gate.
//!
//! An entry is one flaw, under any of its identifiers, in one package without its version, in one
//! subject: what the fingerprint of a finding is made of. It holds as long as the flaw is not graver
//! than it was when it was written down. A baseline that is written anew over an old one loses what is
//! gone and wins nothing, unless it is asked to.

mod write;

pub use write::{Growth, Tally, written};

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Judged, Suppression, SuppressionKind, Verdict};
use crate::advisory::severity::Level;
use crate::ids::AdvisoryId;
use crate::inventory::Inventory;
use crate::matching::Finding;

/// The identifier of the file's shape.
pub const SCHEMA: &str = "bomvet.baseline/1";

/// How many entries that match nothing are named; the others are counted.
const NAMED: usize = 10;

/// One known flaw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What the document is about; empty where it does not say.
    pub subject: String,
    /// The ecosystem of the package.
    pub ecosystem: String,
    /// Its name there.
    pub package: String,
    /// Every identifier of the flaw.
    pub ids: Vec<AdvisoryId>,
    /// How grave it was.
    pub severity: Level,
    /// Whether it was known to be exploited.
    pub exploited: bool,
    /// When it was first written down.
    pub first_seen: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    schema: String,
    written_at: Timestamp,
    findings: Vec<Entry>,
}

/// A baseline that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// The file as the user named it.
    pub path: String,
    /// Its entries, in the order of the file.
    pub entries: Vec<Entry>,
}

/// Why a file is no baseline: file, place, cause in one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not read baseline {path}{}: {cause}", at.map(|(line, column)| format!(" at {line}:{column}")).unwrap_or_default())]
pub struct BaselineError {
    path: String,
    at: Option<(usize, usize)>,
    cause: String,
}

/// The part of a baseline that tells its shape, whatever else the file holds.
#[derive(Deserialize)]
struct Mark {
    schema: Option<String>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// When it is no JSON, another document, or an entry lacks something.
    pub fn read(text: &str, path: &str) -> Result<Self, BaselineError> {
        let wrong = |at, cause: String| BaselineError { path: path.to_owned(), at, cause };
        let broken = |error: &serde_json::Error| {
            let message = error.to_string();
            let cause = match message.split(" at line ").next() {
                _ if error.is_eof() => "ends too early: the file is truncated".to_owned(),
                Some(cause) if error.is_data() => cause.to_owned(),
                cause => format!("is no JSON: {}", cause.unwrap_or_default()),
            };
            wrong(Some((error.line(), error.column())), cause)
        };
        let mark: Mark = serde_json::from_str(text).map_err(|error| broken(&error))?;
        match mark.schema.as_deref() {
            Some(SCHEMA) => {}
            Some(other) => {
                return Err(wrong(None, format!("schema is \"{other}\", expected \"{SCHEMA}\"")));
            }
            None => {
                let cause = format!("is no baseline: it has no \"schema\": \"{SCHEMA}\"");
                return Err(wrong(None, cause));
            }
        }
        let wire: Wire = serde_json::from_str(text).map_err(|error| broken(&error))?;
        if let Some(number) = wire.findings.iter().position(|entry| entry.ids.is_empty()) {
            return Err(wrong(None, format!("entry {} has no ids", number + 1)));
        }
        Ok(Self { path: path.to_owned(), entries: wire.findings })
    }

    /// Suppresses open findings that are known and not graver than they were. The answer is what is
    /// to be said about entries that match nothing.
    #[must_use]
    pub fn apply(&self, judged: &mut [Judged], inventory: &Inventory) -> Vec<String> {
        let mut matched = vec![false; self.entries.len()];
        let index = ByPackage::of(&self.entries);
        for one in judged {
            for &number in index.of_finding(&one.finding, inventory) {
                let entry = &self.entries[number];
                if !entry.is_about(&one.finding, inventory) {
                    continue;
                }
                matched[number] = true;
                one.first_seen =
                    Some(one.first_seen.map_or(entry.first_seen, |at| at.min(entry.first_seen)));
                if one.verdict != Verdict::Open {
                    continue;
                }
                let place = format!("entry {} of {}", number + 1, self.path);
                match entry.worse(&one.finding) {
                    None => one.verdict = Verdict::Suppressed(suppression(entry, place)),
                    Some(worse) => one.finding.notes.push(format!("known ({place}), but {worse}")),
                }
            }
        }
        self.unmatched(&matched, inventory)
    }

    fn unmatched(&self, matched: &[bool], inventory: &Inventory) -> Vec<String> {
        let idle = || self.entries.iter().enumerate().filter(|(number, _)| !matched[*number]);
        let path = &self.path;
        let (gone, elsewhere): (Vec<_>, Vec<_>) =
            idle().partition(|(_, entry)| entry.is_scanned(inventory));
        let mut all: Vec<String> = gone
            .iter()
            .take(NAMED)
            .map(|(number, entry)| {
                let place = format!("entry {} of {path}", number + 1);
                format!("{place} ({entry}) matches no finding: --write-baseline drops it")
            })
            .collect();
        if gone.len() > NAMED {
            all.push(format!("{path}: {} more entries match no finding", gone.len() - NAMED));
        }
        match elsewhere.len() {
            0 => {}
            1 => all.push(format!("{path}: 1 entry is about what was not scanned")),
            n => all.push(format!("{path}: {n} entries are about what was not scanned")),
        }
        all
    }
}

/// The places of entries by the names of their packages.
struct ByPackage(HashMap<String, Vec<usize>>);

impl ByPackage {
    fn of(entries: &[Entry]) -> Self {
        let mut index: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, entry) in entries.iter().enumerate() {
            index.entry(entry.package.clone()).or_default().push(number);
        }
        Self(index)
    }

    fn of_finding(&self, finding: &Finding, inventory: &Inventory) -> &[usize] {
        let package = inventory.components[finding.component].identity.as_ref().ok();
        package.and_then(|package| self.0.get(&package.name)).map_or(&[], Vec::as_slice)
    }
}

impl std::fmt::Display for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let id = self.ids.first().map_or("", AdvisoryId::as_str);
        write!(f, "{id} in {} {}", self.ecosystem, self.package)
    }
}

impl Entry {
    fn is_about(&self, finding: &Finding, inventory: &Inventory) -> bool {
        let component = &inventory.components[finding.component];
        let Ok(package) = &component.identity else { return false };
        self.package == package.name
            && self.ecosystem == package.ecosystem.as_str()
            && self.subject == subject(inventory, component.input)
            && self.ids.iter().any(|id| finding.ids.contains(id))
    }

    /// Whether its subject is among the documents at all.
    fn is_scanned(&self, inventory: &Inventory) -> bool {
        (0..inventory.inputs.len()).any(|input| subject(inventory, input) == self.subject)
    }

    /// Why the finding is more than what was known.
    fn worse(&self, finding: &Finding) -> Option<String> {
        let (was, now) = (self.severity, finding.severity.level);
        if now > was || (now == Level::Unknown && was != Level::Unknown) {
            return Some(format!("its severity was {} and is {}", was.as_str(), now.as_str()));
        }
        (finding.exploitation.kev.is_some() && !self.exploited)
            .then(|| "it is exploited by now".to_owned())
    }
}

fn subject(inventory: &Inventory, input: usize) -> &str {
    inventory.inputs[input].subject.as_ref().map_or("", |subject| subject.name.as_str())
}

fn suppression(entry: &Entry, place: String) -> Suppression {
    Suppression {
        kind: SuppressionKind::Baseline,
        justification: None,
        source: place,
        ticket: None,
        author: None,
        at: Some(entry.first_seen.to_string()),
        until: None,
        word: None,
    }
}
