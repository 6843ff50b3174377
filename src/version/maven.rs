//! Maven's order: `org.apache.maven.artifact.versioning.ComparableVersion` of 3.8.5 to 3.9.x, the
//! class that OSV's `ECOSYSTEM` ranges for Maven mean (POM reference, "version order
//! specification"). Exact, oddities included; `tests/it/maven_order.rs` holds it against the class.
//!
//! A version is cut at `.`, at `-` (which opens a list) and wherever digits and letters meet (which
//! opens a list too). Trailing zeros and release qualifiers of each list are dropped. Numbers are
//! above lists, and lists above texts.
//!
//! One difference is known: a capital sigma is lower-cased by Unicode's rule for the end of words,
//! while Java asks its own word breaker.

use super::chain::{Chain, Item};
use super::digits::{ascii_digit, is_digit};
use std::borrow::Cow;
use std::cmp::Ordering;

/// How the exact algorithm orders two texts.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (lower_case(left), lower_case(right));
    parse(&left).compare(&parse(&right))
}

/// Whether a qualifier before the release is anywhere in the text.
pub(super) fn is_prerelease(text: &str) -> bool {
    parse(&lower_case(text)).items().any(|part| match part {
        Part::Text(qualifier) => qualifier.rank() < Qualifier::Release.rank(),
        Part::Number(_) => false,
    })
}

/// As `String.toLowerCase(Locale.ENGLISH)`: U+0130 becomes `i` and a combining dot.
pub(super) fn lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

/// A number or a text between separators.
#[derive(Debug)]
pub(super) enum Part<'t> {
    Number(Number<'t>),
    Text(Qualifier<'t>),
}

impl Part<'_> {
    fn is_null(&self) -> bool {
        self.against_nothing().is_eq()
    }
}

impl Item for Part<'_> {
    fn against(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(mine), Self::Number(theirs)) => mine.cmp(theirs),
            (Self::Text(mine), Self::Text(theirs)) => mine.compare(theirs),
            (Self::Number(_), Self::Text(_)) => Ordering::Greater,
            (Self::Text(_), Self::Number(_)) => Ordering::Less,
        }
    }

    fn against_nothing(&self) -> Ordering {
        match self {
            Self::Number(number) if number.is_zero() => Ordering::Equal,
            Self::Number(_) => Ordering::Greater,
            Self::Text(qualifier) => qualifier.compare(&Qualifier::Release),
        }
    }

    fn against_list(&self) -> Ordering {
        match self {
            Self::Number(_) => Ordering::Greater,
            Self::Text(_) => Ordering::Less,
        }
    }
}

/// The Java type that a number is kept in. It is compared before the value, and chosen by how many
/// characters were written after ASCII zeros, so that `1.0000000000.1` is above `1.5.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    Int,
    Long,
    Big,
}

impl Width {
    fn of(digits: usize) -> Self {
        match digits {
            0..=9 => Self::Int,
            10..=18 => Self::Long,
            _ => Self::Big,
        }
    }
}

/// A number of any length. Fields are declared in the order in which they are compared.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number<'t> {
    width: Width,
    /// The number of `digits`.
    length: usize,
    /// ASCII, without leading zeros; zero is empty.
    digits: Cow<'t, str>,
}

impl<'t> Number<'t> {
    pub(super) const ZERO: Self = Self { width: Width::Int, length: 0, digits: Cow::Borrowed("") };

    /// Reads a run of decimal digits; a run of zeros alone keeps its length for the type.
    pub(super) fn new(run: &'t str) -> Self {
        let stripped = run.trim_start_matches('0');
        let written = if stripped.is_empty() { run } else { stripped };
        let digits = if stripped.is_ascii() {
            Cow::Borrowed(stripped)
        } else {
            let ascii: String = stripped.chars().filter_map(ascii_digit).collect();
            Cow::Owned(ascii.trim_start_matches('0').to_owned())
        };
        Self { width: Width::of(written.chars().count()), length: digits.len(), digits }
    }

    /// Owned, so that it outlives the text that it was read from.
    pub(super) fn into_owned(self) -> Number<'static> {
        let digits = Cow::Owned(self.digits.into_owned());
        Number { width: self.width, length: self.length, digits }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.length == 0
    }

    pub(super) fn digits(&self) -> &str {
        &self.digits
    }

    /// Whether its type follows from its value, as it does for all that people write.
    pub(super) fn is_regular(&self) -> bool {
        self.width == Width::of(self.length)
    }
}

/// A text, by its place among those that Maven knows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Qualifier<'t> {
    Alpha,
    Beta,
    Milestone,
    Candidate,
    Snapshot,
    /// `ga`, `final`, `release`: as if nothing was there.
    Release,
    ServicePack,
    /// Any other: above those known, by UTF-16 unit.
    Unknown(&'t str),
}

/// What comes right after a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Followed {
    ByDigit,
    ByOther,
}

impl<'t> Qualifier<'t> {
    pub(super) fn new(text: &'t str, followed: Followed) -> Self {
        match text {
            "alpha" => Self::Alpha,
            "beta" => Self::Beta,
            "milestone" => Self::Milestone,
            "a" if followed == Followed::ByDigit => Self::Alpha,
            "b" if followed == Followed::ByDigit => Self::Beta,
            "m" if followed == Followed::ByDigit => Self::Milestone,
            "rc" | "cr" => Self::Candidate,
            "snapshot" => Self::Snapshot,
            "" | "ga" | "final" | "release" => Self::Release,
            "sp" => Self::ServicePack,
            _ => Self::Unknown(text),
        }
    }

    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Alpha => 0,
            Self::Beta => 1,
            Self::Milestone => 2,
            Self::Candidate => 3,
            Self::Snapshot => 4,
            Self::Release => 5,
            Self::ServicePack => 6,
            Self::Unknown(_) => 7,
        }
    }

    pub(super) fn compare(&self, other: &Qualifier<'_>) -> Ordering {
        match (self, other) {
            (Self::Unknown(mine), Qualifier::Unknown(theirs)) => {
                mine.encode_utf16().cmp(theirs.encode_utf16())
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Digits,
    Letters,
}

/// Cuts a text that [`lower_case`] has passed, and normalises.
pub(super) fn parse(lower: &str) -> Chain<Part<'_>> {
    let mut chain = Chain::new();
    let mut start = 0;
    let mut run = Run::Letters;
    for (at, c) in lower.char_indices() {
        if c == '.' || c == '-' {
            chain.push(part(run, &lower[start..at]));
            start = at + 1;
            if c == '-' {
                chain.open();
            }
        } else if is_digit(c) {
            if run == Run::Letters && at > start {
                chain.open_unless_empty();
                chain.push(Part::Text(Qualifier::new(&lower[start..at], Followed::ByDigit)));
                chain.open();
                start = at;
            }
            run = Run::Digits;
        } else {
            if run == Run::Digits && at > start {
                chain.push(Part::Number(Number::new(&lower[start..at])));
                chain.open();
                start = at;
            }
            run = Run::Letters;
        }
    }
    if start < lower.len() {
        if run == Run::Letters {
            chain.open_unless_empty();
        }
        chain.push(part(run, &lower[start..]));
    }
    normalise(&mut chain);
    chain
}

fn part(run: Run, text: &str) -> Part<'_> {
    match run {
        _ if text.is_empty() => Part::Number(Number::ZERO),
        Run::Digits => Part::Number(Number::new(text)),
        Run::Letters => Part::Text(Qualifier::new(text, Followed::ByOther)),
    }
}

/// Drops zeros and release qualifiers from the end of each list, and lists that become empty.
fn normalise(chain: &mut Chain<Part<'_>>) {
    for list in &mut chain.lists {
        let kept = list.iter().rposition(|part| !part.is_null()).map_or(0, |last| last + 1);
        list.truncate(kept);
    }
    let kept = chain.lists.iter().rposition(|list| !list.is_empty()).map_or(1, |last| last + 1);
    chain.lists.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascend(texts: &[&str]) {
        for pair in texts.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
    }

    #[test]
    fn qualifiers_ascend_from_alpha_to_service_pack_to_unknown_to_numbers() {
        ascend(&[
            "2.0-alpha1",
            "2.0-beta9",
            "2.0-m1",
            "2.0-rc1",
            "2.0-SNAPSHOT",
            "2.0",
            "2.0-sp",
            "2.0-redhat-1",
            "2.0-1",
            "2.0.1",
        ]);
        ascend(&["31.1", "31.1-android", "31.1-jre"]);
    }

    #[test]
    fn release_qualifiers_and_zeros_say_nothing() {
        for text in ["1.0", "1-0", "1.ga", "1-FINAL", "1.0.0.RELEASE", "1..", "1--", "01"] {
            assert_eq!(compare("1", text), Ordering::Equal, "{text}");
        }
    }

    #[test]
    fn the_relation_has_a_cycle() {
        ascend(&["1m1", "1", "1.x.1"]);
        assert_eq!(compare("1m1", "1.x.1"), Ordering::Greater);
    }

    #[test]
    fn vendor_builds_are_above_the_release() {
        ascend(&["2.15.0", "2.15.0.redhat-00001", "2.15.1"]);
    }

    #[test]
    fn numbers_of_any_length_are_compared() {
        ascend(&[
            "1.999999999",
            "1.1000000000",
            "1.9223372036854775808",
            "1.99999999999999999999999",
        ]);
    }

    #[test]
    fn a_long_zero_is_above_a_short_number() {
        ascend(&["1.5.1", "1.0000000000.1"]);
    }

    #[test]
    fn digits_of_other_scripts_are_numbers() {
        ascend(&["1.\u{661}", "1.2", "1.\u{663}"]);
    }

    #[test]
    fn unknown_qualifiers_are_ordered_by_utf16_unit() {
        ascend(&["1-\u{1F600}", "1-\u{FF5E}"]);
    }

    #[test]
    fn a_qualifier_before_the_release_makes_a_prerelease() {
        for text in
            ["2.0-rc1", "2.0.Beta9", "3.0-SNAPSHOT", "1.0a1", "1.0.CR2", "7.0.0.M3.redhat-1"]
        {
            assert!(is_prerelease(text), "{text}");
        }
        for text in ["2.17.1", "1.0.Final", "31.1-jre", "1.0-sp1", "1.0a", ""] {
            assert!(!is_prerelease(text), "{text}");
        }
    }
}
