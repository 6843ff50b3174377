//! From regimes, declarations and events to clocks.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::anchor::Anchor;
use super::case::{Case, Source, Stands};
use super::fact::{Fact, KevDue};
use super::moment::{Lateness, Moment};
use super::regime::{Evidence, Limit, Regime, Stage, Start};
use super::span::{Span, is_weekend};
use super::standing::{Declared, Standing};
use super::table::{Looked, Then};

/// One duty in one case: how it stands, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock<'r> {
    /// The rule.
    pub regime: &'r Regime,
    /// The duty.
    pub stage: &'r Stage,
    /// The flaw or incident.
    pub subject: String,
    /// The product, where it was told for one.
    pub product: Option<String>,
    /// How it stands.
    pub state: State,
    /// From which event its date was counted.
    pub basis: Option<Basis>,
    /// What led to the limit: answers to a table's questions, each with its source.
    pub answers: Vec<String>,
    /// What else is to know: readings by which it would end later, events that do not count.
    pub notes: Vec<String>,
}

/// How a duty stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// These are not known, so it does not run.
    NotStarted {
        /// Any of these events would start it; answers are needed all.
        waits: Vec<Need>,
    },
    /// It runs.
    Running {
        /// Until when.
        due: Moment,
    },
    /// It runs, and a quarter of its time or less is left.
    DueSoon {
        /// Until when.
        due: Moment,
    },
    /// It is over and was not done.
    Overdue {
        /// Since when.
        due: Moment,
        /// By how much.
        by: Lateness,
    },
    /// It was done.
    Done {
        /// When.
        at: Moment,
        /// Until when it had to be done, where there is a date.
        due: Option<Moment>,
        /// Whether that was in time.
        late: Option<Lateness>,
    },
    /// It is owed without delay; the text has no number.
    Owed {
        /// Since when.
        since: Moment,
        /// In the words of the rule.
        how: String,
    },
    /// No time is set.
    NoLimit(String),
    /// It is not owed, for this reason.
    NotOwed(String),
    /// The event lies where the rule does not hold; whether the duty follows all the same, people decide.
    OutOfForce(Date),
    /// The number is from memory alone and does not count unless the user turns the regime on by name.
    Unsourced,
}

/// What a duty waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// An event, or another stage done.
    Start(Start),
    /// An answer.
    Fact(Fact),
    /// The day that CISA's catalogue names, of which nothing is loaded.
    CatalogueDay,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(start) => write!(f, "{start}"),
            Self::Fact(fact) => write!(f, "fact {fact}"),
            Self::CatalogueDay => {
                f.write_str("the day in CISA's catalogue, whose entry is not in the loaded data")
            }
        }
    }
}

/// From what a date was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The event.
    pub start: Start,
    /// When it was.
    pub at: Moment,
    /// Who says so.
    pub by: Source,
    /// What was remarked.
    pub note: Option<String>,
    /// Whether first detection stands for it.
    pub stands: Stands,
    /// How much time there is from then on.
    pub span: Option<Span>,
}

/// The clocks of one case, by regime and stage; only of regimes that count.
#[must_use]
pub fn evaluate<'r>(
    regimes: &'r [Regime],
    declared: &Declared,
    case: &Case,
    now: Timestamp,
) -> Vec<Clock<'r>> {
    let mut clocks = Vec::new();
    for regime in regimes {
        let is_meant = regime.flaws.is_empty() || regime.flaws.contains(&case.subject);
        if !is_meant || declared.standing(regime, now) != Standing::On {
            continue;
        }
        clocks.extend(evaluate_all(regime, declared, case, now));
    }
    clocks
}

/// The clocks of one case under one regime, whether that counts or not.
#[must_use]
pub fn evaluate_all<'r>(
    regime: &'r Regime,
    declared: &Declared,
    case: &Case,
    now: Timestamp,
) -> Vec<Clock<'r>> {
    let one = |stage| evaluate_stage((regime, stage), declared, case, now);
    regime.stages.iter().map(one).collect()
}

/// The clock of one case under one stage of a regime, whether that counts or not.
#[must_use]
pub fn evaluate_stage<'r>(
    (regime, stage): (&'r Regime, &'r Stage),
    declared: &Declared,
    case: &Case,
    now: Timestamp,
) -> Clock<'r> {
    Look { regime, case, now, is_named: declared.names(regime) }.clock(stage)
}

/// One regime over one case.
struct Look<'r, 'c> {
    regime: &'r Regime,
    case: &'c Case,
    now: Timestamp,
    is_named: bool,
}

/// What was found out about a limit.
enum Found {
    /// It runs out then, counted from the basis; it was given from the first instant on.
    Due { due: Moment, given: Timestamp },
    /// There is no date, and this is how it stands.
    Stands(State),
}

impl<'r> Look<'r, '_> {
    fn clock(&self, stage: &'r Stage) -> Clock<'r> {
        let mut clock = Clock {
            regime: self.regime,
            stage,
            subject: self.case.subject.clone(),
            product: self.case.product.clone(),
            state: State::Unsourced,
            basis: None,
            answers: Vec::new(),
            notes: Vec::new(),
        };
        let found = self.find(stage, &mut clock);
        let done = self.case.done.get(&(self.regime.id.clone(), stage.id.clone()));
        clock.state = match (done, found) {
            (None, Found::Stands(state)) => state,
            (None, Found::Due { due, given }) => self.state(due, given),
            (Some(done), Found::Stands(_)) => State::Done { at: done.at, due: None, late: None },
            (Some(done), Found::Due { due, .. }) => {
                State::Done { at: done.at, due: Some(due), late: Some(due.lateness(done.at)) }
            }
        };
        clock
    }

    fn state(&self, due: Moment, given: Timestamp) -> State {
        if due.is_over(self.now) {
            let now = Moment::At(self.now, jiff::tz::Offset::UTC);
            return State::Overdue { due, by: due.lateness(now) };
        }
        let (whole, left) = (due.end().duration_since(given), due.end().duration_since(self.now));
        if left.saturating_mul(4) <= whole {
            State::DueSoon { due }
        } else {
            State::Running { due }
        }
    }

    fn find(&self, stage: &Stage, clock: &mut Clock<'_>) -> Found {
        if stage.evidence == Evidence::Recalled && !self.is_named {
            return Found::Stands(State::Unsourced);
        }
        if let Some((table, flag)) = &stage.only
            && let Some(state) = self.excused(*table, flag, clock)
        {
            return Found::Stands(state);
        }
        match &stage.limit {
            Limit::Within(span) => self.due(stage, Some(*span), clock),
            Limit::AtOnce(how) => match self.due(stage, None, clock) {
                Found::Due { due, .. } => {
                    Found::Stands(State::Owed { since: due, how: how.clone() })
                }
                stands => stands,
            },
            Limit::Open(how) => Found::Stands(State::NoLimit(how.clone())),
            Limit::Fixed(due) => Found::Due { due: *due, given: self.first_day() },
            Limit::Table(table) => self.by_table(stage, *table, clock),
            Limit::KevDue => self.by_catalogue(clock),
        }
    }

    fn first_day(&self) -> Timestamp {
        self.regime.from.map_or(Timestamp::MIN, |day| Moment::Day(day).start())
    }

    /// Why a stage that a table asks for under a mark is not owed; nothing where it is.
    fn excused(&self, table: usize, flag: &str, clock: &mut Clock<'_>) -> Option<State> {
        match self.regime.tables[table].look(&self.case.facts) {
            Looked::Row(row, answers) => {
                clock.answers = answers;
                let bears = row.flags.iter().any(|known| known == flag);
                (!bears).then(|| State::NotOwed(format!("its row asks for no {flag}")))
            }
            Looked::Missing(facts) => Some(waits(facts)),
            Looked::NoRow(answers) => {
                clock.answers = answers;
                Some(State::NotOwed("the table has no row for it".to_owned()))
            }
        }
    }

    fn by_table(&self, stage: &Stage, table: usize, clock: &mut Clock<'_>) -> Found {
        match self.regime.tables[table].look(&self.case.facts) {
            Looked::Missing(facts) => Found::Stands(waits(facts)),
            Looked::NoRow(answers) => {
                clock.answers = answers;
                Found::Stands(State::NoLimit("the table has no row for it".to_owned()))
            }
            Looked::Row(row, answers) => {
                clock.answers = answers;
                clock.notes.extend(row.flags.iter().map(|flag| format!("the row asks for {flag}")));
                match &row.then {
                    Then::Within(span) => self.due(stage, Some(*span), clock),
                    Then::Says(text) => Found::Stands(State::NoLimit(text.clone())),
                }
            }
        }
    }

    /// The day that the catalogue names.
    fn by_catalogue(&self, clock: &mut Clock<'_>) -> Found {
        let added = Start::Anchor(Anchor::KevAdded);
        match (self.case.facts.get(Fact::Kev), self.case.facts.kev_due) {
            (Some(("no", _)), _) => {
                let why = "not in the catalogue of exploited flaws";
                Found::Stands(State::NotOwed(why.to_owned()))
            }
            (None, _) => Found::Stands(waits(vec![Fact::Kev])),
            (Some(_), KevDue::NotLookedUp) => {
                Found::Stands(State::NotStarted { waits: vec![Need::CatalogueDay] })
            }
            (Some(_), KevDue::None) => {
                Found::Stands(State::NoLimit("the catalogue's entry names no day".to_owned()))
            }
            (Some(_), KevDue::Day(day)) => {
                let Some(basis) = self.basis(&added, None) else {
                    let waits = vec![Need::Start(added)];
                    return Found::Stands(State::NotStarted { waits });
                };
                let (at, given) = (basis.at.date(), basis.at.start());
                clock.basis = Some(basis);
                if !self.regime.counts_on(at) {
                    return Found::Stands(State::OutOfForce(at));
                }
                Found::Due { due: Moment::Day(day), given }
            }
        }
    }

    /// The earliest end of all events that are known and count. Without a span it is the event itself.
    fn due(&self, stage: &Stage, span: Option<Span>, clock: &mut Clock<'_>) -> Found {
        let cap = stage.cap.as_ref().map(|(span, start)| (start, Some(*span)));
        let starts = stage.starts.iter().map(|start| (start, span)).chain(cap);
        let known = starts.clone().filter_map(|(start, span)| self.basis(start, span));
        let (counted, outside): (Vec<Basis>, Vec<Basis>) =
            known.partition(|basis| self.regime.counts_on(basis.at.date()));
        let end = |basis: &Basis| match basis.span {
            Some(span) => span.after(basis.at, &self.regime.holidays),
            None => basis.at,
        };
        let first = counted.into_iter().map(|basis| (end(&basis), basis));
        let Some((due, basis)) = first.min_by_key(|(due, _)| due.end()) else {
            let Some(basis) = outside.into_iter().next() else {
                let waits = starts.map(|(start, _)| Need::Start(start.clone())).collect();
                return Found::Stands(State::NotStarted { waits });
            };
            let day = basis.at.date();
            clock.basis = Some(basis);
            return Found::Stands(State::OutOfForce(day));
        };
        clock.notes.extend(outside.iter().map(|basis| {
            let (start, at) = (&basis.start, basis.at);
            format!("{start} {at} lies where the rule does not hold and is not counted")
        }));
        clock.notes.extend(self.readings(&basis, due));
        let given = basis.at.start();
        clock.basis = Some(basis);
        Found::Due { due, given }
    }

    /// How the strict date was read, and how it may be read otherwise.
    fn readings(&self, basis: &Basis, due: Moment) -> Vec<String> {
        let Some(span) = basis.span else { return Vec::new() };
        let mut notes = Vec::new();
        if span.is_hours() && matches!(basis.at, Moment::Day(_)) {
            let start = &basis.start;
            notes.push(format!(
                "the hour of {start} was not told: counted from 00:00 UTC of that day"
            ));
        }
        if matches!(span, Span::BusinessDays(_)) && self.regime.holidays.is_empty() {
            notes.push("holidays are not considered, which gives the earlier date".to_owned());
        }
        if let Some(text) = self.regime.next_working_day.as_ref().filter(|_| !span.is_hours()) {
            let mut day = due.date();
            while is_weekend(day) && day < Date::MAX {
                day = day.tomorrow().unwrap_or(Date::MAX);
            }
            if day != due.date() {
                notes.push(format!("{text}: {day}, holidays not considered"));
            }
        }
        notes
    }

    fn basis(&self, start: &Start, span: Option<Span>) -> Option<Basis> {
        let (entered, stands) = match start {
            Start::Anchor(anchor) => self.case.anchor(*anchor)?,
            Start::Stage(stage) => {
                let key = (self.regime.id.clone(), stage.clone());
                (self.case.done.get(&key)?, Stands::Itself)
            }
        };
        let (at, by, note) = (entered.at, entered.by.clone(), entered.note.clone());
        Some(Basis { start: start.clone(), at, by, note, stands, span })
    }
}

fn waits(facts: Vec<Fact>) -> State {
    State::NotStarted { waits: facts.into_iter().map(Need::Fact).collect() }
}
