//! Open flaws over the runs: counted back from what is open now, event by event.
//!
//! A flaw has in each run the level that was told of it by then. That a level fell is no event, so a
//! fall shows from the first point of the drawing on.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::super::text::count;
use super::page::{Html, header, page as framed, section, table, whole};
use super::portfolio::standing;
use super::{Seen, Site};
use crate::advisory::severity::Level;
use crate::audit::event::Event;
use crate::audit::store::PastRun;
use crate::config::EventKind;
use crate::ids::AdvisoryId;

/// How many flaws were open after a run, by level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) run: u64,
    pub(super) now: Timestamp,
    pub(super) open: BTreeMap<Level, usize>,
}

/// Where a flaw is: product, document, package.
type At = (String, String, String);

/// The open flaws of each place, under all their names, with their levels.
type Open = BTreeMap<At, Vec<(Vec<AdvisoryId>, Level)>>;

/// The page of the trend.
pub(super) fn page(site: &Site<'_, '_>) -> Html {
    let points = points(&site.seen, &site.digest.events, &site.runs);
    let title = match points.len() {
        0 => "No run has come to its end yet".to_owned(),
        number => format!("Open flaws after the last {}", count(number, "run")),
    };
    let about = format!("Trend at {}", site.clocks.now);
    let mut body = header("told", &about, &title, &standing(site).0);
    let remark = "<p class=\"faint\">Counted back from what is open today by the events in the store, \
                  each flaw with the severity that was told of it by then. A flaw counts once in each \
                  package of a document. Parts without a verdict are not in it.</p>\n";
    body.push_str("<main>\n");
    body.push_str(&section("Over the runs", &format!("{}{remark}", drawing(&points))));
    body.push_str(&section("In numbers, the latest run first", &numbers(&points)));
    body.push_str("</main>\n");
    framed(site, "Trend", &body, None)
}

/// The finished runs, the oldest first. A flaw counts once in each document and package.
pub(super) fn points(seen: &[Seen], events: &[Event], runs: &[PastRun]) -> Vec<Point> {
    let mut open = open_now(seen);
    let told = Told::of(events);
    let mut left = events.iter().rev().peekable();
    let mut points = Vec::new();
    for run in runs.iter().filter(|run| run.is_finished) {
        while let Some(event) = left.next_if(|event| event.run > run.id) {
            undo(event, &told, &mut open);
        }
        let mut counts: BTreeMap<Level, usize> = BTreeMap::new();
        for (_, level) in open.values().flatten() {
            *counts.entry(*level).or_default() += 1;
        }
        points.push(Point { run: run.id, now: run.now, open: counts });
    }
    points.reverse();
    points
}

fn open_now(seen: &[Seen]) -> Open {
    let mut open = Open::new();
    for one in seen {
        for held in one.findings.iter().filter(|held| held.status.is_open()) {
            let package = format!("{} {}", held.release.ecosystem, held.release.name);
            let at = (one.line.product.clone(), one.line.document.clone(), package);
            let flaws = open.entry(at).or_default();
            match flaws.iter_mut().find(|(ids, _)| shares(ids, &held.ids)) {
                Some((_, level)) => *level = held.level.max(*level),
                None => flaws.push((held.ids.clone(), held.level)),
            }
        }
    }
    open
}

fn shares(some: &[AdvisoryId], others: &[AdvisoryId]) -> bool {
    some.iter().any(|id| others.contains(id))
}

fn at(event: &Event) -> Option<At> {
    Some((event.product.clone()?, event.document.clone()?, event.package.clone()?))
}

/// The events that told a level, by place, in their order.
struct Told<'e>(BTreeMap<At, Vec<&'e Event>>);

impl<'e> Told<'e> {
    fn of(events: &'e [Event]) -> Self {
        let telling = [EventKind::Introduced, EventKind::Reopened, EventKind::SeverityUp];
        let mut all: BTreeMap<At, Vec<&Event>> = BTreeMap::new();
        for event in events.iter().filter(|event| telling.contains(&event.kind)) {
            if let Some(at) = at(event) {
                all.entry(at).or_default().push(event);
            }
        }
        Self(all)
    }

    /// The level of a flaw before an event raised it; nothing where the store forgot.
    fn before(&self, at: &At, event: &Event) -> Option<Level> {
        let told = self.0.get(at)?;
        let place = told.iter().position(|other| other.id == event.id)?;
        let mut earlier = told[..place].iter().rev();
        earlier.find(|other| shares(&other.ids, &event.ids))?.level
    }
}

fn undo(event: &Event, told: &Told<'_>, open: &mut Open) {
    let (Some(at), Some(level)) = (at(event), event.level) else { return };
    let before = told.before(&at, event);
    let flaws = open.entry(at).or_default();
    match event.kind {
        EventKind::Introduced | EventKind::Reopened => {
            flaws.retain(|(ids, _)| !shares(ids, &event.ids));
        }
        EventKind::Resolved | EventKind::AdvisoryWithdrawn => {
            flaws.push((event.ids.clone(), level));
        }
        EventKind::SeverityUp => {
            let flaw = flaws.iter_mut().find(|(ids, _)| shares(ids, &event.ids));
            if let (Some((_, now)), Some(before)) = (flaw, before) {
                *now = before;
            }
        }
        _ => {}
    }
}

/// The same as a table.
fn numbers(points: &[Point]) -> String {
    let columns: Vec<&str> =
        ["day", "run"].into_iter().chain(Level::ALL.map(Level::as_str)).collect();
    let row = |point: &Point| {
        let day = whole(&point.now.strftime("%Y-%m-%d").to_string());
        let counts =
            Level::ALL.map(|level| point.open.get(&level).copied().unwrap_or(0).to_string());
        [day, point.run.to_string()].into_iter().chain(counts).collect()
    };
    let rows: Vec<Vec<String>> = points.iter().rev().map(row).collect();
    table(&columns, &rows)
}

/// Lines for each level, and a legend in words.
pub(super) fn drawing(points: &[Point]) -> String {
    const WIDE: usize = 720;
    const HIGH: usize = 200;
    const LEFT: usize = 60;
    let most = points.iter().flat_map(|point| point.open.values()).max().copied().unwrap_or(0);
    let levels: Vec<Level> = Level::ALL
        .into_iter()
        .filter(|level| points.iter().any(|p| p.open.contains_key(level)))
        .collect();
    let steps = points.len().saturating_sub(1).max(1);
    let place = |(number, point): (usize, &Point), level: Level| {
        let count = point.open.get(&level).copied().unwrap_or(0);
        (LEFT + (WIDE - LEFT - 20) * number / steps, HIGH - 30 - (HIGH - 50) * count / most.max(1))
    };
    let mut lines = String::new();
    for level in &levels {
        let places: Vec<(usize, usize)> =
            points.iter().enumerate().map(|one| place(one, *level)).collect();
        let path: Vec<String> = places.iter().map(|(x, y)| format!("{x},{y}")).collect();
        let dots: String = places
            .iter()
            .map(|(x, y)| format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"3\"/>"))
            .collect();
        lines.push_str(&format!(
            "<g class=\"{}\"><polyline points=\"{}\"/>{dots}</g>\n",
            level.as_str(),
            path.join(" ")
        ));
    }
    let day = |point: Option<&Point>| {
        point.map(|point| point.now.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
    };
    let legend: Vec<String> = levels
        .iter()
        .map(|level| {
            let last = points.last().and_then(|point| point.open.get(level)).copied().unwrap_or(0);
            format!("<span class=\"{0}\">{0}: {last}</span>", level.as_str())
        })
        .collect();
    let (floor, right) = (HIGH - 30, WIDE - 20);
    format!(
        "<svg viewBox=\"0 0 {WIDE} {HIGH}\" role=\"img\" aria-label=\"open flaws by level over the runs\">\n\
         <line class=\"axis\" x1=\"{LEFT}\" y1=\"{floor}\" x2=\"{right}\" y2=\"{floor}\"/>\n\
         <text x=\"8\" y=\"24\">{most}</text><text x=\"8\" y=\"{floor}\">0</text>\n\
         <text x=\"{LEFT}\" y=\"{0}\">{1}</text><text x=\"{right}\" y=\"{0}\" text-anchor=\"end\">{2}</text>\n\
         {lines}</svg>\n<p>After the last run: {3}</p>\n",
        HIGH - 8,
        day(points.first()),
        day(points.last()),
        if legend.is_empty() { "none is known".to_owned() } else { legend.join(", ") }
    )
}
