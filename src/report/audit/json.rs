//! Clocks for programs, `bomvet.clocks/1`.

use std::io::{self, Write};

use serde::Serialize;

use super::clocks::{Page, in_words};
use crate::audit::clock::{
    Basis, Clock, Lateness, Regime, Source, Standing, Stands, State, conflicts,
};
use crate::report::json::pretty;

/// The identifier of the JSON's shape.
const SCHEMA: &str = "bomvet.clocks/1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    generated_at: String,
    register: Option<&'a str>,
    history: Option<&'a str>,
    declared: DeclaredJson<'a>,
    clocks: Vec<ClockJson<'a>>,
    conflicts: Vec<ConflictJson<'a>>,
    regimes: Vec<RegimeJson<'a>>,
}

#[derive(Serialize)]
struct DeclaredJson<'a> {
    roles: &'a [String],
    markets: &'a [String],
}

#[derive(Serialize)]
struct ClockJson<'a> {
    subject: &'a str,
    product: Option<&'a str>,
    regime: &'a str,
    regime_version: &'a str,
    stage: &'a str,
    name: &'a str,
    state: &'static str,
    due: Option<String>,
    since: Option<String>,
    done: Option<String>,
    late: Option<&'a str>,
    waits_for: Vec<String>,
    says: Option<String>,
    from: Option<BasisJson<'a>>,
    to: &'a str,
    provided: Option<&'a str>,
    evidence: &'static str,
    source: &'a str,
    answers: &'a [String],
    notes: Vec<&'a str>,
}

#[derive(Serialize)]
struct BasisJson<'a> {
    start: String,
    at: String,
    span: Option<String>,
    by: &'a str,
    kind: &'static str,
    entered_at: Option<String>,
    is_default: bool,
    found: Option<FoundJson<'a>>,
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct FoundJson<'a> {
    run: Option<u64>,
    product: &'a str,
    document: &'a str,
}

#[derive(Serialize)]
struct ConflictJson<'a> {
    regime: &'a str,
    with: &'a [String],
    text: &'a str,
}

#[derive(Serialize)]
struct RegimeJson<'a> {
    id: &'a str,
    version: &'a str,
    sha256: &'a str,
    name: &'a str,
    law: &'a str,
    kind: &'static str,
    status: &'static str,
    standing: &'static str,
    why: Option<String>,
}

/// Writes the clocks for programs: the same as the table, with the digest of each regime's file.
///
/// # Errors
/// When the writer fails.
pub fn json(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let conflicts = conflicts(page.regimes, page.declared, page.now).into_iter();
    let document = Document {
        schema: SCHEMA,
        generated_at: page.now.to_string(),
        register: page.register.as_deref(),
        history: page.history.as_deref(),
        declared: DeclaredJson { roles: &page.declared.roles, markets: &page.declared.markets },
        clocks: page.clocks.iter().map(clock).collect(),
        conflicts: conflicts
            .map(|(regime, one)| ConflictJson {
                regime: &regime.id,
                with: &one.with,
                text: &one.text,
            })
            .collect(),
        regimes: page.regimes.iter().map(|one| regime(one, page)).collect(),
    };
    pretty(&document, out)
}

fn regime<'a>(regime: &'a Regime, page: &Page<'_>) -> RegimeJson<'a> {
    let (standing, why) = match page.declared.standing(regime, page.now) {
        Standing::On => ("on", None),
        Standing::MayApply(words) => ("may-apply", Some(words)),
        Standing::Off(reason) => ("off", Some(reason)),
    };
    RegimeJson {
        id: &regime.id,
        version: &regime.version,
        sha256: &regime.sha256,
        name: &regime.name,
        law: &regime.law,
        kind: regime.kind.as_str(),
        status: regime.status.as_str(),
        standing,
        why,
    }
}

fn state(state: &State) -> &'static str {
    match state {
        State::NotStarted { .. } => "not-started",
        State::Running { .. } => "running",
        State::DueSoon { .. } => "due-soon",
        State::Overdue { .. } => "overdue",
        State::Done { .. } => "done",
        State::Owed { .. } => "owed",
        State::NoLimit(_) => "no-limit",
        State::NotOwed(_) => "not-owed",
        State::OutOfForce(_) => "out-of-force",
        State::Unsourced => "unsourced",
    }
}

fn clock<'a>(clock: &'a Clock<'_>) -> ClockJson<'a> {
    let (regime, stage) = (clock.regime, clock.stage);
    let mut told = ClockJson {
        subject: &clock.subject,
        product: clock.product.as_deref(),
        regime: &regime.id,
        regime_version: &regime.version,
        stage: &stage.id,
        name: &stage.name,
        state: state(&clock.state),
        due: None,
        since: None,
        done: None,
        late: None,
        waits_for: Vec::new(),
        says: None,
        from: clock.basis.as_ref().map(basis),
        to: &stage.to,
        provided: stage.provided.as_deref(),
        evidence: stage.evidence.as_str(),
        source: &stage.source,
        answers: &clock.answers,
        notes: clock.notes.iter().chain(&stage.note).map(String::as_str).collect(),
    };
    match &clock.state {
        State::Running { due } | State::DueSoon { due } => told.due = Some(due.to_string()),
        State::Overdue { due, by } => {
            told.due = Some(due.to_string());
            told.late = late(by);
        }
        State::Done { at, due, late: by } => {
            told.done = Some(at.to_string());
            told.due = due.map(|due| due.to_string());
            told.late = by.as_ref().and_then(late);
            told.says = Some(in_words(&clock.state));
        }
        State::Owed { since, how } => {
            told.since = Some(since.to_string());
            told.says = Some(how.clone());
        }
        State::NotStarted { waits } => {
            told.waits_for = waits.iter().map(ToString::to_string).collect();
        }
        State::NoLimit(_) | State::NotOwed(_) | State::OutOfForce(_) | State::Unsourced => {
            told.says = Some(in_words(&clock.state));
        }
    }
    told
}

fn late(by: &Lateness) -> Option<&str> {
    match by {
        Lateness::Late(by) => Some(by),
        Lateness::InTime | Lateness::CannotTell => None,
    }
}

fn basis(basis: &Basis) -> BasisJson<'_> {
    let (by, kind, entered_at) = match &basis.by {
        Source::Person { name, entered } => (name.as_str(), "person", Some(entered.to_string())),
        Source::History(_) => ("bomvet", "history", None),
        Source::Data(name) => (name.as_str(), "data", None),
    };
    BasisJson {
        start: basis.start.to_string(),
        at: basis.at.to_string(),
        span: basis.span.map(|span| span.to_string()),
        by,
        kind,
        entered_at,
        is_default: basis.stands == Stands::Default,
        found: match &basis.by {
            Source::History(found) => Some(FoundJson {
                run: found.run,
                product: &found.product,
                document: &found.document,
            }),
            Source::Person { .. } | Source::Data(_) => None,
        },
        note: basis.note.as_deref(),
    }
}
