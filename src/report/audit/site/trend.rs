//! Open flaws over the runs: counted back from what is open now, event by event.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Seen;
use crate::advisory::severity::Level;
use crate::audit::event::Event;
use crate::audit::store::PastRun;
use crate::config::EventKind;
use crate::ids::AdvisoryId;

/// How many flaws were open after a run, by level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) now: Timestamp,
    pub(super) open: BTreeMap<Level, usize>,
}

/// Where a flaw is: product, document, package.
type At = (String, String, String);

/// The finished runs, the oldest first. A flaw counts once in each document and package.
pub(super) fn points(seen: &[Seen], events: &[Event], runs: &[PastRun]) -> Vec<Point> {
    let mut open: BTreeMap<At, Vec<(Vec<AdvisoryId>, Level)>> = BTreeMap::new();
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
    let mut left = events.iter().rev().peekable();
    let mut points = Vec::new();
    for run in runs.iter().filter(|run| run.is_finished) {
        while let Some(event) = left.next_if(|event| event.run > run.id) {
            undo(event, &mut open);
        }
        let mut counts: BTreeMap<Level, usize> = BTreeMap::new();
        for (_, level) in open.values().flatten() {
            *counts.entry(*level).or_default() += 1;
        }
        points.push(Point { now: run.now, open: counts });
    }
    points.reverse();
    points
}

fn shares(some: &[AdvisoryId], others: &[AdvisoryId]) -> bool {
    some.iter().any(|id| others.contains(id))
}

fn undo(event: &Event, open: &mut BTreeMap<At, Vec<(Vec<AdvisoryId>, Level)>>) {
    let (Some(product), Some(document), Some(package), Some(level)) =
        (&event.product, &event.document, &event.package, event.level)
    else {
        return;
    };
    let flaws = open.entry((product.clone(), document.clone(), package.clone())).or_default();
    match event.kind {
        EventKind::Introduced | EventKind::Reopened => {
            flaws.retain(|(ids, _)| !shares(ids, &event.ids));
        }
        EventKind::Resolved | EventKind::AdvisoryWithdrawn => {
            flaws.push((event.ids.clone(), level));
        }
        _ => {}
    }
}

/// Lines for each level, and a legend in words.
pub(super) fn drawing(points: &[Point]) -> String {
    const WIDE: usize = 720;
    const HIGH: usize = 200;
    let most = points.iter().flat_map(|point| point.open.values()).max().copied().unwrap_or(0);
    let levels: Vec<Level> = Level::ALL
        .into_iter()
        .filter(|level| points.iter().any(|p| p.open.contains_key(level)))
        .collect();
    let steps = points.len().saturating_sub(1).max(1);
    let place = |(number, point): (usize, &Point), level: Level| {
        let count = point.open.get(&level).copied().unwrap_or(0);
        (40 + (WIDE - 60) * number / steps, HIGH - 30 - (HIGH - 50) * count / most.max(1))
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
         <line class=\"axis\" x1=\"40\" y1=\"{floor}\" x2=\"{right}\" y2=\"{floor}\"/>\n\
         <text x=\"8\" y=\"24\">{most}</text><text x=\"8\" y=\"{floor}\">0</text>\n\
         <text x=\"40\" y=\"{0}\">{1}</text><text x=\"{right}\" y=\"{0}\" text-anchor=\"end\">{2}</text>\n\
         {lines}</svg>\n<p>Now: {3}</p>\n",
        HIGH - 8,
        day(points.first()),
        day(points.last()),
        if legend.is_empty() { "none is known".to_owned() } else { legend.join(", ") }
    )
}
