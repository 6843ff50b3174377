//! What rows mean, whatever keeps them: the one place that both backends read and write values by.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::numbers::unpacked;
use super::trouble::Trouble;
use super::{Affected, Detection, Line, Order, PastRun, Wanted};
use crate::audit::state::{Covered, DocumentState, Held};
use crate::config::EventKind;

/// How many documents share a posting.
pub(super) const BLOCK: u32 = 4096;

/// What stands about a document in one text.
#[derive(Serialize, Deserialize)]
pub(super) struct About {
    subject: Option<String>,
    format: String,
    commit: Option<String>,
    covered: Covered,
    /// Stores of earlier versions have none.
    #[serde(default)]
    gaps: BTreeSet<String>,
}

impl About {
    /// The text about a document.
    pub(super) fn text(state: &DocumentState) -> Result<String, Trouble> {
        Ok(serde_json::to_string(&Self {
            subject: state.subject.clone(),
            format: state.format.clone(),
            commit: state.commit.clone(),
            covered: state.covered.clone(),
            gaps: state.gaps.clone(),
        })?)
    }

    /// The commit that a document is of.
    pub(super) fn commit(about: &str) -> Result<Option<String>, Trouble> {
        Ok(serde_json::from_str::<Self>(about)?.commit)
    }

    /// A document without its releases and findings.
    pub(super) fn state(sha256: String, about: &str) -> Result<DocumentState, Trouble> {
        let about: Self = serde_json::from_str(about)?;
        Ok(DocumentState {
            sha256,
            subject: about.subject,
            format: about.format,
            commit: about.commit,
            covered: about.covered,
            gaps: about.gaps,
            ..DocumentState::default()
        })
    }

    /// How a document stands, findings apart.
    pub(super) fn line(
        (product, document): (String, String),
        sha256: String,
        about: &str,
    ) -> Result<Line, Trouble> {
        let about: Self = serde_json::from_str(about)?;
        Ok(Line {
            product,
            document,
            sha256,
            subject: about.subject,
            format: about.format,
            commit: about.commit,
            components: about.covered,
            open: BTreeMap::new(),
            unconfirmed: 0,
            suppressed: 0,
        })
    }
}

/// Counts findings of a document by their status.
pub(super) fn count(
    line: &mut Line,
    status: &str,
    level: String,
    findings: usize,
) -> Result<(), Trouble> {
    if status == "suppressed" {
        line.suppressed += findings;
        return Ok(());
    }
    line.unconfirmed += if status == "open" { 0 } else { findings };
    *line.open.entry(serde_json::from_value(level.into())?).or_default() += findings;
    Ok(())
}

pub(super) fn numbers_of(bytes: &[u8]) -> Result<Vec<u32>, Trouble> {
    unpacked(bytes).ok_or_else(|| Trouble::damaged("a list of numbers was cut"))
}

/// A finding from its text and the score of its flaw.
pub(super) fn held(text: &str, epss: Option<f64>) -> Result<Held, Trouble> {
    let held: Held = serde_json::from_str(text)?;
    Ok(Held { epss, ..held })
}

/// The text of a finding; the score stands with the flaw, once.
pub(super) fn held_text(held: &Held) -> Result<String, Trouble> {
    Ok(serde_json::to_string(&Held { epss: None, ..held.clone() })?)
}

/// When verdicts must be looked at again.
pub(super) fn recheck(at: Option<i64>) -> Option<Timestamp> {
    at.map(|at| Timestamp::from_second(at).unwrap_or(Timestamp::MIN))
}

/// A number that the databases know with a sign.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Of which run, since when, of which product and kind; nothing is all.
pub(super) type Conditions<'w> = (Option<i64>, Option<i64>, Option<&'w str>, Option<&'static str>);

pub(super) fn conditions_of(wanted: &Wanted) -> Conditions<'_> {
    let run = wanted.run.map(signed);
    // events have the clock of their run, and clocks are told to the second: rounded up, none is early
    let since = wanted.since.map(|at| at.as_second() + i64::from(at.subsec_nanosecond() > 0));
    (run, since, wanted.product.as_deref(), wanted.kind.map(EventKind::as_str))
}

/// The order of events, in SQL.
pub(super) fn order_of(order: Order) -> String {
    match order {
        Order::Told => "seq".to_owned(),
        Order::Gravest => {
            let kinds = EventKind::ALL.iter().enumerate();
            let cases: String =
                kinds.map(|(place, kind)| format!(" WHEN '{kind}' THEN {place}")).collect();
            format!("CASE kind{cases} END, level DESC, seq")
        }
    }
}

/// The kind that a row names.
pub(super) fn kind(name: &str) -> Result<EventKind, Trouble> {
    EventKind::from_name(name).ok_or_else(|| Trouble::damaged("an event is of no known kind"))
}

/// Open findings by document and package: a flaw in two packages of a document is two things that
/// happen.
#[derive(Default)]
pub(super) struct Grouped(BTreeMap<(String, String, (String, String)), Affected>);

impl Grouped {
    pub(super) fn add(&mut self, product: String, document: String, sha256: String, held: Held) {
        let (ecosystem, name) = held.release.package();
        let package = (ecosystem.to_owned(), name.to_owned());
        let key = (product.clone(), document.clone(), package);
        let one = self.0.entry(key).or_insert_with(|| Affected {
            product,
            document,
            sha256,
            findings: Vec::new(),
        });
        one.findings.push(held);
    }

    pub(super) fn all(self) -> Vec<Affected> {
        self.0.into_values().collect()
    }
}

/// A run as its row tells it.
pub(super) struct RunRow {
    pub(super) id: i64,
    pub(super) now: String,
    pub(super) is_finished: bool,
    pub(super) data: String,
    pub(super) policy: String,
    pub(super) as_of: Option<String>,
}

impl RunRow {
    pub(super) fn run(self) -> Result<PastRun, Trouble> {
        Ok(PastRun {
            id: u64::try_from(self.id).unwrap_or_default(),
            now: self.now.parse().map_err(|_| Trouble::damaged("a run has no clock"))?,
            is_finished: self.is_finished,
            data_sha256: self.data,
            data_as_of: self.as_of.and_then(|at| at.parse().ok()),
            policy_sha256: self.policy,
        })
    }
}

/// First detections: of each flaw in each product the earliest.
pub(super) struct Detections {
    runs: HashMap<Timestamp, u64>,
    all: BTreeMap<(String, String), Detection>,
}

/// A finding as its row tells it.
pub(super) struct DetectionRow {
    /// The names of the flaw, as JSON.
    pub(super) ids: String,
    pub(super) product: String,
    pub(super) document: String,
    pub(super) since: String,
    pub(super) status: String,
}

impl Detections {
    pub(super) fn new(runs: Vec<PastRun>) -> Self {
        let runs = runs.into_iter().map(|run| (run.now, run.id)).collect();
        Self { runs, all: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, row: DetectionRow) -> Result<(), Trouble> {
        let at = row.since.parse().map_err(|_| Trouble::damaged("a finding has no day"))?;
        let is_open = matches!(row.status.as_str(), "open" | "unconfirmed");
        let found = Detection {
            ids: serde_json::from_str(&row.ids)?,
            product: row.product.clone(),
            document: row.document,
            at,
            run: self.runs.get(&at).copied(),
            is_open,
        };
        let first = self.all.entry((row.ids, row.product)).or_insert_with(|| found.clone());
        let is_open = first.is_open || is_open;
        if (found.at, &found.document) < (first.at, &first.document) {
            *first = found;
        }
        first.is_open = is_open;
        Ok(())
    }

    pub(super) fn all(self) -> Vec<Detection> {
        self.all.into_values().collect()
    }
}
