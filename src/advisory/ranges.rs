//! Whether a version lies in a range, by the evaluation algorithm of the OSV schema, literally.
//!
//! Events are walked in the ecosystem's order; an introduced event at or below the version switches
//! the flaw on, a fixed event at or below it or a last-affected event below it switches it off.
//!
//! A Python version from before PEP 440 stands below all others by convention. That makes no version
//! safe: where such a one meets a bound that is not, "outside" becomes "cannot be told".

use std::cmp::Ordering;

use super::record::{Event, Over, Range};
use crate::version::{Order, Version};

/// How many events a range with an irregular bound may have: they are compared pair by pair.
const MOST_IRREGULAR: usize = 2_000;

/// A range whose bounds are parsed and sorted.
#[derive(Debug)]
pub struct CompiledRange {
    events: Vec<CompiledEvent>,
    limits: Vec<Version>,
    unlimited: bool,
    /// A bound that the ecosystem's order cannot read.
    unreadable: Option<String>,
}

#[derive(Debug)]
struct CompiledEvent {
    kind: Kind,
    /// `None` stands before every version (`introduced: "0"`).
    at: Option<Version>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Introduced,
    Fixed,
    LastAffected,
}

/// What a range says about a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It does not hold it.
    Outside,
    /// It holds it.
    Inside {
        /// The fixed event that ends the interval in which the version lies.
        fixed: Option<String>,
        /// The last-affected event that ends it, where no fixed event does.
        last_affected: Option<String>,
    },
    /// It cannot be told, since this bound cannot be ordered.
    Indeterminate(String),
}

impl CompiledRange {
    /// Parses and sorts the bounds; `None` for a range over commits, which says nothing of versions.
    #[must_use]
    pub fn new(range: &Range, order: Order) -> Option<Self> {
        (range.over == Over::Versions).then(|| Self::of_events(&range.events, order))
    }

    /// Parses and sorts the bounds.
    #[must_use]
    pub fn of_events(events: &[Event], order: Order) -> Self {
        let mut compiled = Self::of_arranged(events, order);
        compiled.arrange();
        compiled
    }

    /// Parses bounds that stand in their order. Brought into it once more they might change it, since
    /// Maven's relation has cycles.
    pub(super) fn of_arranged(events: &[Event], order: Order) -> Self {
        let mut compiled =
            Self { events: Vec::new(), limits: Vec::new(), unlimited: true, unreadable: None };
        for event in events {
            compiled.add(event, order);
        }
        compiled
    }

    fn add(&mut self, event: &Event, order: Order) {
        let kind = match event {
            Event::Introduced(v) if v == "0" => {
                return self.events.push(CompiledEvent { kind: Kind::Introduced, at: None });
            }
            Event::Limit(v) if v == "*" => return,
            Event::Introduced(_) => Kind::Introduced,
            Event::Fixed(_) => Kind::Fixed,
            Event::LastAffected(_) => Kind::LastAffected,
            Event::Limit(_) => {
                self.unlimited = false;
                match Version::parse(order, event.version()) {
                    Ok(version) => self.limits.push(version),
                    Err(_) => self.unreadable = Some(event.version().to_owned()),
                }
                return;
            }
        };
        match Version::parse(order, event.version()) {
            Ok(version) => self.events.push(CompiledEvent { kind, at: Some(version) }),
            Err(_) => self.unreadable = Some(event.version().to_owned()),
        }
    }

    /// Brings the events into their order, equal ones as they were written. Where every bound has a key
    /// the order is total; else Maven's relation must not reach a sort function.
    fn arrange(&mut self) {
        let mut bounds = self.events.iter().filter_map(|event| event.at.as_ref());
        let Some(irregular) = bounds.find(|at| at.key().is_none()) else {
            self.events.sort_by(|a, b| compare(a.at.as_ref(), b.at.as_ref()));
            return;
        };
        if self.events.len() > MOST_IRREGULAR {
            self.unreadable = Some(irregular.text().to_owned());
            return;
        }
        for event in std::mem::take(&mut self.events) {
            let after =
                |known: &CompiledEvent| compare(known.at.as_ref(), event.at.as_ref()).is_gt();
            let place = self.events.iter().position(after).unwrap_or(self.events.len());
            self.events.insert(place, event);
        }
    }

    /// Evaluates the range for a version.
    #[must_use]
    pub fn evaluate(&self, version: &Version) -> Answer {
        self.evaluate_by(version, compare)
    }

    /// Evaluates the range by Maven 4's order.
    #[must_use]
    pub fn evaluate_maven4(&self, version: &Version) -> Answer {
        self.evaluate_by(version, |a, b| match (a, b) {
            (Some(a), Some(b)) => a.compare_maven4(b).unwrap_or_else(|| compare(Some(a), Some(b))),
            _ => compare(a, b),
        })
    }

    fn evaluate_by(&self, version: &Version, compare: Compare) -> Answer {
        if let Some(bound) = &self.unreadable {
            return Answer::Indeterminate(bound.clone());
        }
        let below = |limit| compare(Some(version), Some(limit)).is_lt();
        if !self.unlimited && !self.limits.iter().any(below) {
            return self.outside(version);
        }
        let mut inside_since = None;
        for (position, event) in self.events.iter().enumerate() {
            let side = compare(Some(version), event.at.as_ref());
            match event.kind {
                Kind::Introduced if side.is_ge() => inside_since = Some(position),
                Kind::Fixed if side.is_ge() => inside_since = None,
                Kind::LastAffected if side.is_gt() => inside_since = None,
                _ => {}
            }
        }
        let Some(position) = inside_since else { return self.outside(version) };
        let ends = |event: &&CompiledEvent| {
            event.kind != Kind::Introduced && compare(Some(version), event.at.as_ref()).is_le()
        };
        let end = self.events[position + 1..].iter().find(ends);
        let text = end.and_then(|event| event.at.as_ref()).map(|at| at.text().to_owned());
        match end.map(|event| event.kind) {
            Some(Kind::Fixed) => Answer::Inside { fixed: text, last_affected: None },
            _ => Answer::Inside { fixed: None, last_affected: text },
        }
    }

    fn outside(&self, version: &Version) -> Answer {
        let bounds = self.events.iter().filter_map(|event| event.at.as_ref()).chain(&self.limits);
        let mut by_convention = bounds.filter(|bound| bound.is_legacy() != version.is_legacy());
        match by_convention.next() {
            Some(bound) => Answer::Indeterminate(bound.text().to_owned()),
            None => Answer::Outside,
        }
    }

    /// A bound about which Maven 4 orders the version differently, so that its answer may differ.
    #[must_use]
    pub fn maven4_disagrees(&self, version: &Version) -> Option<&str> {
        if version.order() != Order::Maven {
            return None;
        }
        self.events.iter().filter_map(|event| event.at.as_ref()).find_map(|bound| {
            if are_ordered_alike(version.text(), bound.text()) {
                return None;
            }
            let ours = version.compare(bound)?;
            let theirs = version.compare_maven4(bound)?;
            (ours != theirs).then(|| bound.text())
        })
    }

    /// An introduced event before every version, as an index writes it.
    pub(super) const FROM_THE_FIRST: u8 = 0;
    /// An introduced event.
    pub(super) const INTRODUCED: u8 = 1;
    /// A fixed event.
    pub(super) const FIXED: u8 = 2;
    /// A last-affected event.
    pub(super) const LAST_AFFECTED: u8 = 3;

    /// Whether its events are all there is to it: no limits, no bound that cannot be ordered.
    pub(super) fn is_plain(&self) -> bool {
        self.unlimited && self.unreadable.is_none()
    }

    /// Its events in the order in which they are walked.
    pub(super) fn bounds(&self) -> impl Iterator<Item = (u8, Option<&Version>)> {
        self.events.iter().map(|event| {
            let sign = match (event.kind, &event.at) {
                (Kind::Introduced, None) => Self::FROM_THE_FIRST,
                (Kind::Introduced, Some(_)) => Self::INTRODUCED,
                (Kind::Fixed, _) => Self::FIXED,
                (Kind::LastAffected, _) => Self::LAST_AFFECTED,
            };
            (sign, event.at.as_ref())
        })
    }

    /// The fixed versions of the range.
    pub fn fixes(&self) -> impl Iterator<Item = &Version> {
        self.events.iter().filter(|e| e.kind == Kind::Fixed).filter_map(|e| e.at.as_ref())
    }
}

type Compare = fn(Option<&Version>, Option<&Version>) -> Ordering;

/// Whether a text is of digits and dots alone.
fn is_of_numbers(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Whether it is plain that every Maven orders two versions alike: both are of numbers alone, or their
/// leading numbers tell them apart.
pub(super) fn are_ordered_alike(a: &str, b: &str) -> bool {
    (is_of_numbers(a) && is_of_numbers(b)) || differ_in_numbers(a, b)
}

/// Whether the numbers before any qualifier differ in a place that no Maven leaves out. A zero may be
/// left out, unless a number above zero follows.
fn differ_in_numbers(mut a: &str, mut b: &str) -> bool {
    loop {
        let (Some((one, after_one)), Some((other, after_other))) = (number(a), number(b)) else {
            return false;
        };
        if one != other {
            let stays = |number: u64, after| number > 0 || holds_number(after);
            return stays(one, after_one) && stays(other, after_other);
        }
        let (Some(rest_one), Some(rest_other)) =
            (after_one.strip_prefix('.'), after_other.strip_prefix('.'))
        else {
            return false;
        };
        (a, b) = (rest_one, rest_other);
    }
}

/// A number of at most eighteen digits at the front that a dot, a dash or the end closes.
fn number(text: &str) -> Option<(u64, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, after) = text.split_at_checked(end)?;
    let closed = after.is_empty() || after.starts_with(['.', '-']);
    (closed && (1..=18).contains(&digits.len())).then_some((digits.parse().ok()?, after))
}

/// Whether a number above zero follows behind dots.
fn holds_number(mut after: &str) -> bool {
    while let Some((next, rest)) = after.strip_prefix('.').and_then(number) {
        if next > 0 {
            return true;
        }
        after = rest;
    }
    false
}

/// Compares positions on the line of versions; `None` stands before every version.
fn compare(a: Option<&Version>, b: Option<&Version>) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => a.compare(b).unwrap_or(Ordering::Equal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(events: &[Event]) -> CompiledRange {
        CompiledRange::of_events(events, Order::Maven)
    }

    fn at(range: &CompiledRange, version: &str) -> Answer {
        range.evaluate(&Version::parse(Order::Maven, version).unwrap())
    }

    fn introduced(v: &str) -> Event {
        Event::Introduced(v.to_owned())
    }

    fn fixed(v: &str) -> Event {
        Event::Fixed(v.to_owned())
    }

    fn inside(fixed: Option<&str>) -> Answer {
        Answer::Inside { fixed: fixed.map(str::to_owned), last_affected: None }
    }

    #[test]
    fn fixed_is_exclusive_and_introduced_inclusive() {
        let range = range(&[introduced("2.0-beta9"), fixed("2.3.1")]);
        assert_eq!(at(&range, "2.0-beta8"), Answer::Outside);
        assert_eq!(at(&range, "2.0-beta9"), inside(Some("2.3.1")));
        assert_eq!(at(&range, "2.3.1"), Answer::Outside);
    }

    #[test]
    fn last_affected_is_inclusive_and_no_fix() {
        let range = range(&[introduced("0"), Event::LastAffected("1.2.17".to_owned())]);
        let last = Some("1.2.17".to_owned());
        assert_eq!(at(&range, "1.2.17"), Answer::Inside { fixed: None, last_affected: last });
        assert_eq!(at(&range, "1.2.18"), Answer::Outside);
    }

    #[test]
    fn zero_stands_before_every_version() {
        let range = range(&[introduced("0"), fixed("1")]);
        assert_eq!(at(&range, "0-alpha"), inside(Some("1")));
    }

    #[test]
    fn events_are_walked_in_order_however_they_are_written() {
        let range = range(&[fixed("2"), introduced("4"), introduced("1"), fixed("5")]);
        assert_eq!(at(&range, "1.5"), inside(Some("2")));
        assert_eq!(at(&range, "3"), Answer::Outside);
        assert_eq!(at(&range, "4"), inside(Some("5")));
    }

    #[test]
    fn a_limit_ends_what_the_range_says() {
        let range = range(&[introduced("0"), Event::Limit("2".to_owned())]);
        assert_eq!(at(&range, "1"), inside(None));
        assert_eq!(at(&range, "2"), Answer::Outside);
    }

    #[test]
    fn a_python_version_from_before_pep_440_is_cleared_by_no_bound_after_it() {
        let answer = |events: &[Event], version: &str| {
            let range = Range { over: Over::Versions, events: events.to_vec() };
            let range = CompiledRange::new(&range, Order::Pep440).unwrap();
            range.evaluate(&Version::parse(Order::Pep440, version).unwrap())
        };
        let later = [introduced("1.0"), fixed("2.0")];
        assert_eq!(answer(&later, "1.5-custom"), Answer::Indeterminate("1.0".to_owned()));
        assert_eq!(answer(&later, "2.5"), Answer::Outside);
        assert_eq!(answer(&[introduced("0"), fixed("2.0")], "1.5-custom"), inside(Some("2.0")));
        let older = [introduced("0"), fixed("2004f")];
        assert_eq!(answer(&older, "2005.1"), Answer::Indeterminate("2004f".to_owned()));
        assert_eq!(answer(&older, "2004g"), Answer::Outside);
        assert_eq!(answer(&older, "2004e"), inside(Some("2004f")));
    }

    #[test]
    fn a_range_over_commits_says_nothing_of_versions() {
        let over = Over::Commits { repository: None };
        assert!(
            CompiledRange::new(&Range { over, events: vec![introduced("0")] }, Order::Maven)
                .is_none()
        );
    }

    fn maven_version() -> impl Strategy<Value = String> {
        let number =
            || prop::sample::select(vec!["0", "0", "1", "2", "10", "00", "01", "20260101"]);
        let joint = || prop::sample::select(vec![".", ".", ".", "-", ""]);
        let word = || {
            prop::sample::select(vec![
                "", "", "", "alpha", "RC1", "rc.2", "Final", "x", "SNAPSHOT", "sp", "m1", "0", "-",
                ".",
            ])
        };
        (number(), joint(), number(), joint(), number(), joint(), word(), joint(), number())
            .prop_map(|(a, j, b, k, c, l, word, m, d)| format!("{a}{j}{b}{k}{c}{l}{word}{m}{d}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        /// The oracles are the two algorithms themselves.
        #[test]
        fn what_is_called_ordered_alike_is(a in maven_version(), b in maven_version()) {
            let (one, other) = (Version::parse(Order::Maven, &a), Version::parse(Order::Maven, &b));
            let (one, other) = (one.unwrap(), other.unwrap());
            if are_ordered_alike(&a, &b) && let Some(four) = one.compare_maven4(&other) {
                prop_assert_eq!(one.compare(&other), Some(four), "{} {}", a, b);
            }
        }
    }

    #[test]
    fn leading_numbers_tell_most_versions_apart() {
        for (a, b) in
            [("1.7.3", "0.5.1.Final"), ("2.14.1", "2.15.0-rc1"), ("31.1-jre", "32.0.0-jre")]
        {
            assert!(are_ordered_alike(a, b) && are_ordered_alike(b, a), "{a} {b}");
        }
        for (a, b) in
            [("1.0-rc1", "1.1"), ("2.3.0-RC1", "2.3.0-rc.2"), ("1", "1.x"), ("1.0m", "1.1")]
        {
            assert!(!are_ordered_alike(a, b), "{a} {b}");
        }
    }

    #[test]
    fn a_bound_that_cannot_be_ordered_is_not_clean() {
        let range = CompiledRange::of_events(&[introduced("not a version")], Order::SemVer);
        let version = Version::parse(Order::SemVer, "1.0.0").unwrap();
        assert_eq!(range.evaluate(&version), Answer::Indeterminate("not a version".to_owned()));
    }
}
