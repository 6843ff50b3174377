//! Clocks for people, what is due first on top, in at most 100 columns; as JSON, `bomvet.clocks/1`.

use std::io::{self, Write};

use anstyle::Style;
use jiff::Timestamp;

use super::{BOLD, GREEN, RED, YELLOW};
use crate::audit::clock::{
    Basis, Clock, Declared, Lateness, Regime, Source, Standing, Stands, State, conflicts,
};
use crate::report::text::{WIDTH, count, labelled, plain, wrap};

pub use super::json::json;

/// What is to be told.
#[derive(Debug)]
pub struct Page<'r> {
    /// All clocks, what is due first on top.
    pub clocks: Vec<Clock<'r>>,
    /// All regimes.
    pub regimes: &'r [Regime],
    /// What was declared.
    pub declared: &'r Declared,
    /// The time of now.
    pub now: Timestamp,
    /// The register, as named.
    pub register: Option<String>,
    /// The store from which first detections are, as named.
    pub history: Option<String>,
}

/// Puts what is due first on top: over, near, owed at once, running, then those without a date.
pub fn sort(clocks: &mut [Clock<'_>]) {
    clocks.sort_by_key(|clock| {
        let when = match &clock.state {
            State::Overdue { due, .. } | State::DueSoon { due } | State::Running { due } => {
                due.end()
            }
            State::Owed { since, .. } => since.start(),
            _ => Timestamp::MAX,
        };
        (Urgency::of(&clock.state), when)
    });
}

/// How pressing a clock is, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    Overdue,
    DueSoon,
    Owed,
    Running,
    OutOfForce,
    NotStarted,
    Done,
    Unsourced,
    NoLimit,
    NotOwed,
}

impl Urgency {
    pub(super) fn of(state: &State) -> Self {
        match state {
            State::Overdue { .. } => Self::Overdue,
            State::DueSoon { .. } => Self::DueSoon,
            State::Owed { .. } => Self::Owed,
            State::Running { .. } => Self::Running,
            State::OutOfForce(_) => Self::OutOfForce,
            State::NotStarted { .. } => Self::NotStarted,
            State::Done { .. } => Self::Done,
            State::Unsourced => Self::Unsourced,
            State::NoLimit(_) => Self::NoLimit,
            State::NotOwed(_) => Self::NotOwed,
        }
    }

    /// Whether something has a date or is owed now.
    pub(super) fn is_due(self) -> bool {
        self <= Self::Running
    }
}

/// Writes the clocks for people.
///
/// # Errors
/// When the writer fails.
pub fn table(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    headline(page, out)?;
    let (told, brief): (Vec<&Clock<'_>>, Vec<&Clock<'_>>) =
        page.clocks.iter().partition(|clock| Urgency::of(&clock.state).is_due());
    for clock in told {
        writeln!(out)?;
        block(clock, out)?;
    }
    let mut last = "";
    for clock in brief {
        let (title, text) = in_brief(clock);
        if title != last {
            writeln!(out, "\n{BOLD}{title}{BOLD:#}")?;
            last = title;
        }
        entry(&name(clock), &text, out)?;
    }
    conflict(page, out)?;
    may_apply(page, out)
}

fn headline(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let number = |urgency: Urgency| {
        page.clocks.iter().filter(|clock| Urgency::of(&clock.state) == urgency).count()
    };
    let text = format!(
        "CLOCKS at {}: {} overdue, {} due soon, {} owed at once, {} running, {} not started",
        page.now,
        number(Urgency::Overdue),
        number(Urgency::DueSoon),
        number(Urgency::Owed),
        number(Urgency::Running),
        number(Urgency::NotStarted)
    );
    writeln!(out, "{BOLD}{text}{BOLD:#}")?;
    for line in remarks(page).iter().flat_map(|line| wrap(&plain(line), WIDTH)) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Where events come from, and what must be known before any date is read.
pub(super) fn remarks(page: &Page<'_>) -> Vec<String> {
    let register = match &page.register {
        Some(path) => format!("events from {path}"),
        None => "no register is named, so no event is known: --register, or register under [audit]"
            .to_owned(),
    };
    let mut lines = vec![register];
    lines.extend(page.history.as_ref().map(|history| {
        format!(
            "first detections from {history}; of flaws that nobody entered, only what has begun is shown"
        )
    }));
    let defaults = page.clocks.iter().filter(|clock| is_default(clock)).count();
    if defaults > 0 {
        lines.push(format!(
            "{} by default: nobody entered when you learned of the flaw, so the first detection \
             stands for it; enter it with `bomvet audit mark`",
            count(defaults, "date")
        ));
    }
    if page.declared.roles.is_empty() && page.declared.markets.is_empty() {
        lines.push(
            "nothing is declared about you, so no clock can run: say roles and markets under \
             [audit] in bomvet.toml"
                .to_owned(),
        );
    }
    lines
        .push("dates by bomvet are reckoned from rules as data and are no legal advice".to_owned());
    lines
}

/// `CVE-2021-44228 in shop: cn-rmsv/report-miit`.
pub(super) fn name(clock: &Clock<'_>) -> String {
    let product = clock.product.as_ref().map(|product| format!(" in {product}"));
    let product = product.unwrap_or_default();
    format!("{}{product}: {}/{}", clock.subject, clock.regime.id, clock.stage.id)
}

fn block(clock: &Clock<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (style, text) = title(clock);
    let title = format!("{text}  {}", name(clock));
    for line in wrap(&plain(&title), WIDTH) {
        writeln!(out, "{style}{line}{style:#}")?;
    }
    for (label, text) in fields(clock) {
        field(label, &text, out)?;
    }
    Ok(())
}

/// The duty, and the evidence of its date.
pub(super) fn fields(clock: &Clock<'_>) -> Vec<(&'static str, String)> {
    let (regime, stage) = (clock.regime, clock.stage);
    let mut fields = vec![("duty", stage.name.clone()), ("to", stage.to.clone())];
    if let Some(basis) = &clock.basis {
        fields.push(("from", from(basis)));
    }
    fields.extend(stage.provided.as_ref().map(|provided| ("only if", provided.clone())));
    fields.push((
        "rule",
        format!("{} [{}]; {}, data of {}", regime.law, stage.evidence, regime.id, regime.version),
    ));
    fields.extend(clock.answers.iter().map(|answer| ("by", answer.clone())));
    let notes = clock.notes.iter().chain(&stage.note);
    fields.extend(notes.map(|note| ("note", note.clone())));
    fields
}

fn field(label: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    for (label, line) in labelled(label, text) {
        writeln!(out, "  {:<7}  {line}", label.trim_end())?;
    }
    Ok(())
}

/// How a clock stands in words, with its colour. A date that nobody's event led to is told as such.
pub(super) fn title(clock: &Clock<'_>) -> (Style, String) {
    let (style, text) = in_colour(&clock.state);
    let default = if is_default(clock) { ", BY DEFAULT" } else { "" };
    (style, format!("{text}{default}"))
}

/// Whether first detection stands for an event that nobody entered.
fn is_default(clock: &Clock<'_>) -> bool {
    clock.basis.as_ref().is_some_and(|basis| basis.stands == Stands::Default)
}

fn in_colour(state: &State) -> (Style, String) {
    match state {
        State::Overdue { due, by } => {
            let by = match by {
                Lateness::Late(by) => format!(" by {by}"),
                Lateness::InTime | Lateness::CannotTell => String::new(),
            };
            (RED, format!("OVERDUE{by}, was due {due}"))
        }
        State::DueSoon { due } => (YELLOW, format!("DUE SOON, {due}")),
        State::Owed { since, how } => (YELLOW, format!("OWED {how}, since {since}")),
        State::Running { due } => (BOLD, format!("due {due}")),
        other => (BOLD, in_words(other)),
    }
}

/// Where those without a running date are told, and what is told.
fn in_brief(clock: &Clock<'_>) -> (&'static str, String) {
    let title = match &clock.state {
        State::NotStarted { .. } => "NOT STARTED",
        State::Done { .. } => "DONE",
        State::Unsourced => "NOT COUNTED, the number is from memory",
        State::OutOfForce(_) => "TO BE DECIDED BY PEOPLE, it began when the rule did not hold",
        _ => "WITHOUT A DATE",
    };
    let text = match (&clock.state, &clock.basis) {
        (State::OutOfForce(_), Some(basis)) => {
            let force = clock.regime.force();
            format!("{} was {}; {force}", basis.start, basis.at)
        }
        (state, _) => in_words(state),
    };
    (title, text)
}

/// A state without a running date.
pub(super) fn in_words(state: &State) -> String {
    match state {
        State::NotStarted { waits } => {
            let waits: Vec<String> = waits.iter().map(ToString::to_string).collect();
            format!("waits for {}", waits.join(" or "))
        }
        State::Done { at, due, late } => {
            let due = due.map(|due| format!(", was due {due}")).unwrap_or_default();
            let late = match late {
                None => String::new(),
                Some(Lateness::InTime) => ", in time".to_owned(),
                Some(Lateness::Late(by)) => format!(", {by} late"),
                Some(Lateness::CannotTell) => {
                    ", on that day; at which hour was not told".to_owned()
                }
            };
            format!("done {at}{due}{late}")
        }
        State::Unsourced => "name the regime under audit.on to count it all the same".to_owned(),
        State::NoLimit(how) => how.clone(),
        State::NotOwed(why) => format!("not owed: {why}"),
        State::OutOfForce(day) => format!("the rule does not hold on {day}"),
        State::Overdue { due, .. } | State::DueSoon { due } | State::Running { due } => {
            format!("due {due}")
        }
        State::Owed { since, how } => format!("{how}, since {since}"),
    }
}

pub(super) fn from(basis: &Basis) -> String {
    let span = basis.span.map(|span| format!("{span} from ")).unwrap_or_default();
    let who = match &basis.by {
        Source::Person { name, entered } => format!("entered by {name} at {entered}"),
        Source::History(found) => {
            let run = match found.run {
                Some(run) => format!("audit {run}"),
                None => "an audit that is forgotten since".to_owned(),
            };
            format!("first found by {run} in {}, {}", found.product, found.document)
        }
        Source::Data(name) => name.clone(),
    };
    let default = match basis.stands {
        Stands::Itself => "",
        Stands::Default => "; DEFAULT, first detection stands for it until somebody enters it",
    };
    let note = basis.note.as_ref().map(|note| format!("; \"{note}\"")).unwrap_or_default();
    format!("{span}{} {}, {who}{default}{note}", basis.start, basis.at)
}

/// A name and a text beside it, or below where the name is long.
fn entry(name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    const INDENT: usize = 6;
    let whole = format!("{name}  {text}");
    for (number, line) in wrap(&plain(&whole), WIDTH - INDENT).into_iter().enumerate() {
        let indent = if number == 0 { 2 } else { INDENT };
        writeln!(out, "{:indent$}{line}", "")?;
    }
    Ok(())
}

fn conflict(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (regime, conflict) in conflicts(page.regimes, page.declared, page.now) {
        let title = format!("CONFLICT of {} and {}", regime.id, conflict.with.join(", "));
        writeln!(out)?;
        for line in wrap(&plain(&title), WIDTH) {
            writeln!(out, "{YELLOW}{line}{YELLOW:#}")?;
        }
        for line in wrap(&plain(&conflict.text), WIDTH - 2) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

fn may_apply(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let standing = |regime: &Regime| page.declared.standing(regime, page.now);
    let mut off = 0;
    let mut is_first = true;
    for regime in page.regimes {
        match standing(regime) {
            Standing::On => {}
            Standing::Off(_) => off += 1,
            Standing::MayApply(words) => {
                if is_first {
                    let title = "MAY APPLY, if this concerns you; say so under [audit]";
                    writeln!(out, "\n{GREEN}{title}{GREEN:#}")?;
                    is_first = false;
                }
                entry(&format!("{}: {words}", regime.id), &format!("({})", regime.name), out)?;
            }
        }
    }
    if off > 0 {
        let count = count(off, "regime");
        writeln!(out, "\n{count} off: disputed, ended or not begun; see `bomvet audit regimes`")?;
    }
    Ok(())
}
