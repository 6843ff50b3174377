//! Grace: how long a finding may stay open before it closes the gate.
//!
//! It is counted from the day on which the baseline first knew the finding, else from the day on which
//! the flaw was published. Where nobody knows that day, or it lies ahead, there is no grace. Malware
//! has none, and what is known to be exploited has its own. A level with a grace also bounds what a
//! baseline knows: when the grace is over, the finding counts again.

use jiff::{SignedDuration, Timestamp};

use super::{Judged, SuppressionKind, Verdict};
use crate::advisory::severity::Level;
use crate::config::Grace;
use crate::matching::Finding;

/// What grace does to a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Waiting {
    /// It counts now.
    #[default]
    Counts,
    /// It does not count before this moment.
    Until(Timestamp),
}

/// Notes on every finding whether it may wait, and until when; the answer is what is to be said about
/// all of them.
#[must_use]
pub fn apply(judged: &mut [Judged], grace: Grace, now: Timestamp) -> Option<String> {
    let mut waiting = 0;
    for one in judged {
        let Some(days) = days(&one.finding, grace) else { continue };
        let known =
            matches!(&one.verdict, Verdict::Suppressed(by) if by.kind == SuppressionKind::Baseline);
        if !known && !one.is_open() {
            continue;
        }
        let (start, what) = match (one.first_seen, one.finding.published) {
            (Some(seen), _) => (Some(seen), "the baseline first knew it on"),
            (None, published) => (published, "the flaw was published on"),
        };
        let Some(start) = start.filter(|start| *start <= now) else {
            one.verdict = Verdict::Open;
            let text = "no grace: the day since when it is known is not known or lies ahead";
            one.finding.notes.push(text.to_owned());
            continue;
        };
        let since = format!("{what} {}", start.strftime("%Y-%m-%d"));
        let end = start.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok();
        match end.filter(|end| now < *end) {
            Some(_) if known => {}
            Some(end) => {
                waiting += 1;
                one.waiting = Waiting::Until(end);
                one.finding.notes.push(format!("waits until {end}: {days} days of grace, {since}"));
            }
            None => {
                one.verdict = Verdict::Open;
                let text = format!("its grace of {days} days is over: {since}");
                one.finding.notes.extend((days > 0).then_some(text));
            }
        }
    }
    match waiting {
        0 => None,
        1 => Some("1 finding is in its grace and does not close the gate yet".to_owned()),
        n => Some(format!("{n} findings are in their grace and do not close the gate yet")),
    }
}

/// How many days it has; nothing where the policy gives none.
fn days(finding: &Finding, grace: Grace) -> Option<u16> {
    let by_level = match finding.severity.level {
        Level::Critical => grace.critical,
        Level::High => grace.high,
        Level::Medium => grace.medium,
        Level::Low | Level::None => grace.low,
        Level::Unknown => grace.unknown,
    };
    match finding.exploitation.kev {
        _ if finding.malicious => by_level.map(|_| 0),
        Some(_) => match (grace.exploited, by_level) {
            (Some(exploited), by_level) => Some(exploited.min(by_level.unwrap_or(exploited))),
            (None, by_level) => by_level.map(|_| 0),
        },
        None => by_level,
    }
}
