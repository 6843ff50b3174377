//! Why a reference and we differ about a pair, where that is meant.

use super::references::Answer;

/// A difference that is meant.
#[derive(Clone, Copy)]
pub(crate) enum Deviation {
    /// We read a form that the reference refuses.
    Taken(&'static str),
    /// We refuse a text that the reference reads: it counts as "cannot be ordered".
    Refused(&'static str),
    /// The reference's answer is a fault of its own, or not the ecosystem's.
    Fault(&'static str),
}

impl Deviation {
    pub(crate) fn covers(self, ours: Answer, theirs: Answer) -> bool {
        match self {
            Self::Taken(_) => theirs == Answer::Refused,
            Self::Refused(_) => ours == Answer::Refused,
            Self::Fault(_) => true,
        }
    }

    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::Taken(why) | Self::Refused(why) | Self::Fault(why) => why,
        }
    }
}

type Test = fn(&str) -> bool;

/// The first rule that speaks of one of the two.
fn first(rules: &[(Test, Deviation)], left: &str, right: &str) -> Option<Deviation> {
    let speaks = |(test, _): &&(Test, Deviation)| test(left) || test(right);
    rules.iter().find(speaks).map(|(_, deviation)| *deviation)
}

fn core(text: &str) -> &str {
    text.split(['-', '+']).next().unwrap_or_default()
}

fn is_short(text: &str) -> bool {
    core(text).split('.').count() < 3
}

fn has_v(text: &str) -> bool {
    text.starts_with('v')
}

fn has_large_number(text: &str) -> bool {
    let parts = core(text).trim_start_matches('v').split('.');
    parts.into_iter().any(|part| part.len() > 18 && part.parse::<u64>().is_err())
}

fn has_large_part(text: &str) -> bool {
    let parts = text.split(|c: char| !c.is_ascii_digit());
    parts.into_iter().any(|part| part.len() > 18 && part.parse::<u64>().is_err())
}

fn zero_led(part: &str) -> bool {
    part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit())
}

const SHORT: (Test, Deviation) = (is_short, Deviation::Taken("short forms, padded here"));
const V: (Test, Deviation) = (has_v, Deviation::Taken("with a leading v, read here"));
const LARGE: (Test, Deviation) =
    (has_large_number, Deviation::Refused("with a number past 64 bits, refused here"));

pub(crate) fn semver(left: &str, right: &str) -> Option<Deviation> {
    first(&[SHORT, V], left, right)
}

pub(crate) fn actions(left: &str, right: &str) -> Option<Deviation> {
    first(&[V], left, right)
}

pub(crate) fn dart(left: &str, right: &str) -> Option<Deviation> {
    let zero_before: Test =
        |text| text.split('+').next().unwrap_or_default().split(['.', '-']).any(zero_led);
    let zero_in_build: Test = |text| text.split(['.', '+']).any(zero_led);
    let signed: Test = |text| {
        let (numbers, _) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
        numbers.split('.').any(|part| part.len() > 18 && part.parse::<i64>().is_err())
    };
    let rules: [(Test, Deviation); 3] = [
        (signed, Deviation::Refused("with a number past 63 bits, which Pub does not read")),
        (zero_before, Deviation::Taken("with leading zeros, which Pub reads")),
        (
            zero_in_build,
            Deviation::Fault("with leading zeros in the build, which are nothing to Pub"),
        ),
    ];
    first(&rules, left, right)
}

pub(crate) fn bitnami(left: &str, right: &str) -> Option<Deviation> {
    let wildcard: Test = |text| text.split(['-', '.', '+']).skip(3).any(|part| part == "x");
    let rules: [(Test, Deviation); 3] = [
        LARGE,
        (wildcard, Deviation::Fault("with a revision named x, which it takes for any revision")),
        (has_large_part, Deviation::Fault("with a revision past 64 bits, which it takes for text")),
    ];
    first(&rules, left, right)
}

pub(crate) fn hex(left: &str, right: &str) -> Option<Deviation> {
    first(&[LARGE, SHORT, V], left, right)
}

pub(crate) fn go(left: &str, right: &str) -> Option<Deviation> {
    first(&[LARGE, SHORT], left, right)
}

pub(crate) fn npm(left: &str, right: &str) -> Option<Deviation> {
    let split: Test = |text| core(text).split('.').count() > 3;
    let float: Test = |text| {
        let parts = text.split(|c: char| !c.is_ascii_digit());
        parts.into_iter().any(|part| part.parse::<u64>().map_or(!part.is_empty(), |n| n >= 1 << 53))
    };
    let rules: [(Test, Deviation); 3] = [
        SHORT,
        (split, Deviation::Refused("of four numbers, of which it reads 1.2.34.5 as 1.2.3-4.5")),
        (float, Deviation::Fault("with identifiers past 2^53, which it compares as floats")),
    ];
    first(&rules, left, right)
}

pub(crate) fn pypi(left: &str, right: &str) -> Option<Deviation> {
    let no_digit: Test = |text| !text.bytes().any(|byte| byte.is_ascii_digit());
    let rules: [(Test, Deviation); 1] =
        [(no_digit, Deviation::Refused("without a digit, refused here"))];
    first(&rules, left, right)
}

pub(crate) fn nuget(left: &str, right: &str) -> Option<Deviation> {
    let spaced: Test = |text| core(text).contains(' ');
    let rules: [(Test, Deviation); 1] =
        [(spaced, Deviation::Refused("with spaces around a number, refused here"))];
    first(&rules, left, right)
}

pub(crate) fn gem(left: &str, right: &str) -> Option<Deviation> {
    let empty: Test = |text| text.trim().is_empty();
    first(
        &[(empty, Deviation::Refused("of nothing, which it takes for 0; refused here"))],
        left,
        right,
    )
}

pub(crate) fn hackage(left: &str, right: &str) -> Option<Deviation> {
    let tagged: Test = |text| text.contains('-');
    let spaced: Test = |text| text.ends_with(' ');
    let rules: [(Test, Deviation); 2] = [
        (tagged, Deviation::Refused("with a tag, which it reads and leaves out; refused here")),
        (spaced, Deviation::Refused("with a space behind, refused here")),
    ];
    first(&rules, left, right)
}

pub(crate) fn debian(left: &str, right: &str) -> Option<Deviation> {
    let odd: Test = |text| {
        text.chars().any(|c| !(c.is_ascii_alphanumeric() || "+-.:~".contains(c)) && c != ' ')
    };
    let signed: Test =
        |text| text.trim().split_once(':').is_some_and(|(epoch, _)| epoch.starts_with(['+', '-']));
    let rules: [(Test, Deviation); 2] = [
        (odd, Deviation::Refused("with signs that it warns of, refused here")),
        (signed, Deviation::Refused("with a signed epoch, refused here")),
    ];
    first(&rules, left, right)
}

pub(crate) fn apk(left: &str, right: &str) -> Option<Deviation> {
    let overflow = Deviation::Fault("with a number past 64 bits, which overflows in it");
    first(&[(has_large_part, overflow)], left, right)
}

pub(crate) fn rpm(left: &str, right: &str) -> Option<Deviation> {
    let bare: Test = |text| text.trim().is_empty() || text.ends_with(':');
    first(&[(bare, Deviation::Refused("without a version, refused here"))], left, right)
}
