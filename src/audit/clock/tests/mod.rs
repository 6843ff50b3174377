//! The rules of the engine over the regimes that ship: test vectors of the law, tables row by row,
//! what holds for every input.

mod properties;
mod rules;
mod tables;
mod vectors;

use jiff::Timestamp;

use super::*;

/// The regimes that ship.
fn regimes() -> Vec<Regime> {
    bundled().unwrap()
}

fn regime(id: &str) -> Regime {
    regimes().into_iter().find(|regime| regime.id == id).unwrap()
}

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Somebody to whom every regime applies.
fn everybody() -> Declared {
    let mut declared = Declared::default();
    for regime in regimes() {
        declared.roles.extend(regime.roles);
        declared.markets.extend(regime.markets);
    }
    declared
}

/// As entered by a person.
fn entered(at: &str) -> Entered {
    let by =
        Source::Person { name: "Ada".to_owned(), entered: "2026-11-30T12:00:00Z".parse().unwrap() };
    Entered { at: moment(at), by, note: None }
}

fn case(anchors: &[(Anchor, &str)]) -> Case {
    let mut case = Case::new("CVE-2021-44228");
    for (anchor, at) in anchors {
        case.anchors.insert(*anchor, entered(at));
    }
    case
}

fn done(mut case: Case, regime: &str, stage: &str, at: &str) -> Case {
    case.done.insert((regime.to_owned(), stage.to_owned()), entered(at));
    case
}

/// The state of one stage at a time.
fn state(regimes: &[Regime], (regime, stage): (&str, &str), case: &Case, now: &str) -> State {
    let clocks = evaluate(regimes, &everybody(), case, at(now));
    let found = clocks.into_iter().find(|one| one.regime.id == regime && one.stage.id == stage);
    found.unwrap_or_else(|| panic!("{regime}/{stage} is not shown")).state
}

/// The date by which a stage is due, whatever the time of now; none without one.
fn due(state: &State) -> Option<String> {
    match state {
        State::Running { due } | State::DueSoon { due } | State::Overdue { due, .. } => {
            Some(due.to_string())
        }
        State::Done { due, .. } => due.map(|due| due.to_string()),
        _ => None,
    }
}
