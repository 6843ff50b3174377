//! What the index keeps of a record about one package: enough to say "this version is surely not in
//! it" without reading the record.
//!
//! Bounds are the byte keys of [`Version::key`], in the order in which a range is walked. What keys
//! cannot decide (limits, bounds without a key, ecosystems without an order) makes the entry one that
//! is always looked at. For Maven the bounds are kept as texts, too, since a reader is told where Maven
//! 4 would decide otherwise.

use jiff::Timestamp;

use super::bytes::{Damage, Reader, push_bytes, push_number};
use crate::advisory::ranges::{Answer, CompiledRange, are_ordered_alike};
use crate::advisory::record::{Affected, Event};
use crate::version::{Order, Version};

/// It was withdrawn; the moment follows.
const WITHDRAWN: u8 = 1;
/// Only the record itself can tell.
const LOOK: u8 = 2;

/// Every bound of a range has a key.
const KEYED: u8 = 1;

/// From how much work on, as listed versions times events, all are kept as they are listed.
const MOST_WORK: usize = 1 << 20;

/// What an entry says about a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glance {
    /// The record says nothing about it, by any order.
    Outside,
    /// The record must be read.
    Look,
}

/// One entry, as it is read from the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    /// Where the record is.
    pub(super) text: u64,
    withdrawn: Option<i64>,
    flags: u8,
    body: Reader<'a>,
}

/// Writes what an index keeps of a record's parts about one package.
pub(super) fn encode(withdrawn: Option<i64>, parts: &[&Affected], order: Option<Order>) -> Vec<u8> {
    let mut flags = if withdrawn.is_some() { WITHDRAWN } else { 0 };
    let body = order.and_then(|order| Body::of(parts, order).encode(order));
    if body.is_none() {
        flags |= LOOK;
    }
    let mut bytes = vec![flags];
    if let Some(at) = withdrawn {
        bytes.extend_from_slice(&at.to_le_bytes());
    }
    push_bytes(&mut bytes, &body.unwrap_or_default());
    bytes
}

/// Ranges and listed versions, read into their order.
struct Body {
    ranges: Vec<CompiledRange>,
    listed: Vec<Version>,
}

impl Body {
    fn of(parts: &[&Affected], order: Order) -> Self {
        let ranges: Vec<CompiledRange> = parts
            .iter()
            .flat_map(|part| &part.ranges)
            .filter_map(|range| CompiledRange::new(range, order))
            .collect();
        // a text that is no version is never the version of a component that was evaluated
        let listed = parts.iter().flat_map(|part| &part.versions);
        let listed = listed.filter_map(|text| Version::parse(order, text).ok());
        let mut listed: Vec<Version> = listed.collect();
        let events: usize = ranges.iter().map(|range| range.bounds().count()).sum();
        if listed.len().saturating_mul(events) <= MOST_WORK {
            // mostly the versions in the ranges are listed once more
            let in_range = |version: &Version| {
                ranges.iter().any(|range| matches!(range.evaluate(version), Answer::Inside { .. }))
            };
            listed.retain(|version| !in_range(version));
        }
        Self { ranges, listed }
    }

    /// `None` when keys cannot decide.
    fn encode(&self, order: Order) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        push_number(&mut bytes, self.listed.len() as u64);
        for version in &self.listed {
            // an irregular version has no key: its text is held against the text
            bytes.push(u8::from(version.key().is_some()));
            push_bytes(&mut bytes, version.key().unwrap_or(version.text().as_bytes()));
        }
        push_number(&mut bytes, self.ranges.len() as u64);
        for range in &self.ranges {
            if !range.is_plain() {
                return None;
            }
            push_range(&mut bytes, range, order);
        }
        Some(bytes)
    }
}

fn push_range(bytes: &mut Vec<u8>, range: &CompiledRange, order: Order) {
    let keyed = range.bounds().filter_map(|(_, at)| at).all(|bound| bound.key().is_some());
    bytes.push(if keyed { KEYED } else { 0 });
    push_number(bytes, range.bounds().count() as u64);
    for (sign, bound) in range.bounds() {
        bytes.push(sign);
        let Some(bound) = bound else { continue };
        push_bytes(bytes, bound.key().unwrap_or_default());
        if order == Order::Maven {
            push_bytes(bytes, bound.text().as_bytes());
        }
    }
}

impl<'a> Entry<'a> {
    /// Appends an entry to those of a package.
    pub(super) fn append(bytes: &mut Vec<u8>, text: u64, encoded: &[u8]) {
        push_number(bytes, text);
        bytes.extend_from_slice(encoded);
    }

    /// Reads the entries of a package.
    pub(super) fn all(bytes: &'a [u8]) -> impl Iterator<Item = Result<Self, Damage>> {
        let mut reader = Reader(bytes);
        std::iter::from_fn(move || {
            (!reader.is_empty()).then(|| {
                let entry = Self::read(&mut reader);
                if entry.is_err() {
                    reader = Reader(&[]);
                }
                entry
            })
        })
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, Damage> {
        let (text, flags) = (reader.number()?, reader.byte()?);
        let withdrawn = match flags & WITHDRAWN {
            0 => None,
            _ => Some(i64::from_le_bytes(reader.u64()?.to_le_bytes())),
        };
        Ok(Self { text, withdrawn, flags, body: Reader(reader.bytes()?) })
    }

    /// Whether the record counts at that moment.
    pub(super) fn counts(&self, now: Timestamp) -> bool {
        self.withdrawn.is_none_or(|at| at > now.as_second())
    }

    /// Whether the record must be read for that version. Where it need not be, the version lies in none
    /// of its ranges by any order that is asked, and is not listed.
    pub(super) fn glance(&self, version: &Version) -> Result<Glance, Damage> {
        if self.flags & LOOK != 0 {
            return Ok(Glance::Look);
        }
        let mut body = self.body;
        if is_listed(&mut body, version)? {
            return Ok(Glance::Look);
        }
        for _ in 0..body.number()? {
            if range_says(&mut body, version)? {
                return Ok(Glance::Look);
            }
        }
        Ok(Glance::Outside)
    }
}

fn is_listed(body: &mut Reader<'_>, version: &Version) -> Result<bool, Damage> {
    let mut found = false;
    for _ in 0..body.number()? {
        let keyed = body.byte()? != 0;
        let own = match version.key() {
            Some(key) if keyed => key,
            None if !keyed => version.text().as_bytes(),
            _ => {
                body.bytes()?;
                continue;
            }
        };
        found |= body.bytes()? == own;
    }
    Ok(found)
}

/// Whether a range holds a version, or Maven 4 might say so.
fn range_says(body: &mut Reader<'_>, version: &Version) -> Result<bool, Damage> {
    let keyed = body.byte()? == KEYED;
    let start = *body;
    let Some(key) = version.key().filter(|_| keyed) else {
        return by_texts(body, version);
    };
    let walk = by_keys(body, key, version)?;
    if walk.inside || !walk.doubtful {
        return Ok(walk.inside);
    }
    *body = start;
    by_texts(body, version)
}

/// What keys say about a range.
struct Walk {
    inside: bool,
    /// Whether it is not plain that Maven 4 orders the version and each bound alike.
    doubtful: bool,
}

/// Walks the events of a range as the OSV schema says, comparing keys.
fn by_keys(body: &mut Reader<'_>, key: &[u8], version: &Version) -> Result<Walk, Damage> {
    let maven = version.order() == Order::Maven;
    let mut walk = Walk { inside: false, doubtful: false };
    for _ in 0..body.number()? {
        let sign = body.byte()?;
        if sign == CompiledRange::FROM_THE_FIRST {
            walk.inside = true;
            continue;
        }
        let bound = body.bytes()?;
        if maven {
            walk.doubtful |= !are_ordered_alike(version.text(), body.text()?);
        }
        match sign {
            CompiledRange::INTRODUCED if key >= bound => walk.inside = true,
            CompiledRange::FIXED if key >= bound => walk.inside = false,
            CompiledRange::LAST_AFFECTED if key > bound => walk.inside = false,
            CompiledRange::INTRODUCED | CompiledRange::FIXED | CompiledRange::LAST_AFFECTED => {}
            _ => return Err("an event of unknown kind"),
        }
    }
    Ok(walk)
}

/// Reads a Maven range from its texts, and asks it what a record would be asked.
fn by_texts(body: &mut Reader<'_>, version: &Version) -> Result<bool, Damage> {
    let mut events = Vec::new();
    for _ in 0..body.number()? {
        let sign = body.byte()?;
        if sign == CompiledRange::FROM_THE_FIRST {
            events.push(Event::Introduced("0".to_owned()));
            continue;
        }
        body.bytes()?;
        let text = body.text()?.to_owned();
        events.push(match sign {
            CompiledRange::INTRODUCED => Event::Introduced(text),
            CompiledRange::FIXED => Event::Fixed(text),
            CompiledRange::LAST_AFFECTED => Event::LastAffected(text),
            _ => return Err("an event of unknown kind"),
        });
    }
    let range = CompiledRange::of_arranged(&events, version.order());
    Ok(range.evaluate(version) != Answer::Outside
        || (range.maven4_disagrees(version).is_some()
            && range.evaluate_maven4(version) != Answer::Outside))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advisory::record::{Over, Range};
    use crate::ids::Ecosystem;
    use proptest::prelude::*;

    fn affected(ecosystem: &str, ranges: Vec<Vec<Event>>, versions: &[&str]) -> Affected {
        let range = |events| Range { over: Over::Versions, events };
        Affected {
            ecosystem: Ecosystem::new(ecosystem),
            name: "g:a".to_owned(),
            ranges: ranges.into_iter().map(range).collect(),
            versions: versions.iter().map(|&v| v.to_owned()).collect(),
            severity: Vec::new(),
            hint: None,
        }
    }

    fn introduced(v: &str) -> Event {
        Event::Introduced(v.to_owned())
    }

    fn fixed(v: &str) -> Event {
        Event::Fixed(v.to_owned())
    }

    /// What the index says of a version, written and read.
    fn glance(part: &Affected, version: &str) -> Glance {
        let order = Order::of_ecosystem(part.ecosystem.as_str());
        let mut bytes = Vec::new();
        Entry::append(&mut bytes, 700, &encode(None, &[part], order));
        let entry = Entry::all(&bytes).next().unwrap().unwrap();
        assert_eq!(entry.text, 700);
        entry.glance(&Version::parse(order.unwrap(), version).unwrap()).unwrap()
    }

    #[test]
    fn a_version_in_a_range_is_looked_at_and_one_outside_is_not() {
        let range =
            vec![introduced("2.0-beta9"), fixed("2.3.1"), introduced("2.4"), fixed("2.12.2")];
        let part = affected("Maven", vec![range], &["2.13"]);
        for version in ["2.0-beta9", "2.0", "2.3.0", "2.4", "2.12.1", "2.13"] {
            assert_eq!(glance(&part, version), Glance::Look, "{version}");
        }
        for version in ["1.2", "2.0-beta8", "2.3.1", "2.3.2", "2.12.2", "2.14", "3"] {
            assert_eq!(glance(&part, version), Glance::Outside, "{version}");
        }
    }

    #[test]
    fn last_affected_is_inclusive_and_zero_is_before_everything() {
        let last = Event::LastAffected("1.2.17".to_owned());
        let part = affected("npm", vec![vec![introduced("0"), last]], &[]);
        assert_eq!(glance(&part, "0.0.0-alpha"), Glance::Look);
        assert_eq!(glance(&part, "1.2.17"), Glance::Look);
        assert_eq!(glance(&part, "1.2.18"), Glance::Outside);
    }

    #[test]
    fn what_keys_cannot_decide_is_looked_at() {
        let limit = Event::Limit("2".to_owned());
        let limited = affected("Maven", vec![vec![introduced("1"), limit]], &[]);
        assert_eq!(glance(&limited, "3"), Glance::Look);
        let unreadable = affected("npm", vec![vec![introduced("no version")]], &[]);
        assert_eq!(glance(&unreadable, "3.0.0"), Glance::Look);
        let bytes = encode(None, &[&affected("NoSuchEcosystem", Vec::new(), &["1"])], None);
        assert_eq!(bytes[0] & LOOK, LOOK);
    }

    #[test]
    fn a_version_that_the_two_mavens_order_differently_is_looked_at() {
        // 2.3.0-RC1 is before 2.3.0-rc.2 by one of the two alone
        let part = affected("Maven", vec![vec![introduced("2.3.0-rc.2"), fixed("2.4")]], &[]);
        let version = Version::parse(Order::Maven, "2.3.0-RC1").unwrap();
        let bound = Version::parse(Order::Maven, "2.3.0-rc.2").unwrap();
        assert_ne!(version.compare(&bound), version.compare_maven4(&bound));
        assert_eq!(glance(&part, "2.3.0-RC1"), Glance::Look);
    }

    /// Each of the bounds is before the next, and the last before the first.
    #[test]
    fn bounds_in_a_cycle_keep_the_order_that_the_record_gives_them() {
        let bounds = [introduced("01.1.0.beta-1"), fixed("01.1"), introduced("1.01-sp")];
        let range = Range { over: Over::Versions, events: bounds.to_vec() };
        let version = Version::parse(Order::Maven, "1.1").unwrap();
        let asked = CompiledRange::new(&range, Order::Maven).unwrap();
        assert_eq!(asked.evaluate(&version), Answer::Outside);
        let part = affected("Maven", vec![bounds.to_vec()], &[]);
        assert_eq!(glance(&part, "1.1"), Glance::Outside);
    }

    #[test]
    fn a_withdrawn_record_does_not_count_from_its_time_on() {
        let mut bytes = Vec::new();
        let part = affected("Maven", vec![vec![introduced("0")]], &[]);
        Entry::append(&mut bytes, 0, &encode(Some(100), &[&part], Some(Order::Maven)));
        let entry = Entry::all(&bytes).next().unwrap().unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!([99, 100, 101].map(|second| entry.counts(at(second))), [true, false, false]);
    }

    #[test]
    fn listed_versions_that_are_in_a_range_are_not_kept_twice() {
        let listed = ["1.1", "1.2", "1.3"];
        let both = affected("Maven", vec![vec![introduced("1"), fixed("2")]], &listed);
        let range = affected("Maven", vec![vec![introduced("1"), fixed("2")]], &[]);
        let encoded = |part: &Affected| encode(None, &[part], Some(Order::Maven));
        assert_eq!(encoded(&both), encoded(&range));
    }

    fn version() -> impl Strategy<Value = String> {
        let number = prop::sample::select(vec!["0", "1", "2", "10", "01"]);
        let tail = prop::sample::select(vec![
            "",
            "",
            "",
            ".0",
            ".1",
            "-1",
            "-alpha",
            "-rc1",
            "-RC.1",
            ".Final",
            "-SNAPSHOT",
            ".x",
            "m1",
            "-sp",
            "-foo",
            ".0.beta-1",
        ]);
        (number.clone(), number, tail).prop_map(|(a, b, c)| format!("{a}.{b}{c}"))
    }

    fn event() -> impl Strategy<Value = Event> {
        (0..9_u8, version()).prop_map(|(kind, v)| match kind {
            0 => introduced("0"),
            1..4 => introduced(&v),
            4..7 => fixed(&v),
            7 => Event::LastAffected(v),
            _ => Event::Limit(v),
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The oracle is the record itself, as it is asked when it is read.
        #[test]
        fn what_is_passed_over_says_nothing_by_any_order(
            ranges in prop::collection::vec(prop::collection::vec(event(), 0..5), 0..3),
            listed in prop::collection::vec(version(), 0..3),
            at in version(),
        ) {
            let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
            let part = affected("Maven", ranges, &listed);
            let version = Version::parse(Order::Maven, &at).unwrap();
            let ranges: Vec<CompiledRange> = part.ranges.iter()
                .filter_map(|range| CompiledRange::new(range, Order::Maven)).collect();
            let inside = ranges.iter().any(|range| range.evaluate(&version) != Answer::Outside);
            let doubt = ranges.iter().any(|range| range.maven4_disagrees(&version).is_some()
                && range.evaluate_maven4(&version) != Answer::Outside);
            let says = inside || doubt || listed.contains(&at.as_str());
            let plain = part.ranges.iter().flat_map(|r| &r.events).all(|e| !matches!(e, Event::Limit(_)));
            // a listed version of the same rank is looked at, too
            let same = |v: &&str| Version::parse(Order::Maven, v).unwrap().compare(&version)
                == Some(std::cmp::Ordering::Equal);
            let near = !plain || listed.iter().any(same);
            match glance(&part, &at) {
                Glance::Outside => prop_assert!(!says),
                Glance::Look => prop_assert!(says || near),
            }
        }
    }

    #[test]
    fn what_was_cut_is_damage_and_no_answer() {
        let part = affected("Maven", vec![vec![introduced("1"), fixed("2")]], &["3"]);
        let mut bytes = Vec::new();
        Entry::append(&mut bytes, 700, &encode(Some(9), &[&part], Some(Order::Maven)));
        for length in 1..bytes.len() {
            assert!(Entry::all(&bytes[..length]).any(|entry| entry.is_err()), "cut at {length}");
        }
    }
}
