//! Packagist's order: `composer/semver` brings a text into its normal form, PHP's `version_compare`
//! orders those.
//!
//! The normal form is four numbers, or the numbers of a date, then a stability (`dev`, alpha, beta, RC,
//! patch) with numbers of its own. `1.x-dev` is the branch whose missing numbers are 9999999. A branch
//! that is no number (`dev-main`) stands nowhere among the versions and is refused, as are aliases
//! (`1.0 as 2.0`), which only requirements have.
//!
//! The key holds each part: an unknown word as 1, `dev` to RC as 2 to 5, the end as 6, a number as
//! itself, patch as 255.

use super::invalid::Cause;
use super::key::push_number;

const UNKNOWN: u8 = 1;
const DEV: u8 = 2;
const ALPHA: u8 = 3;
const BETA: u8 = 4;
const CANDIDATE: u8 = 5;
const END: u8 = 6;
/// Above the first byte of any number.
const PATCH: u8 = 255;

/// What the missing numbers of a branch count as.
const ANY_NUMBER: &str = "9999999";
/// Beyond this a number counts as it (PHP's `strtol`).
const LARGEST: u64 = i64::MAX.unsigned_abs();
const FLAGS: [&str; 5] = ["stable", "rc", "beta", "alpha", "dev"];
/// Longer words before those that they begin with.
const WORDS: [(&str, u8); 9] = [
    ("stable", UNKNOWN),
    ("beta", BETA),
    ("b", BETA),
    ("rc", CANDIDATE),
    ("alpha", ALPHA),
    ("a", ALPHA),
    ("patch", PATCH),
    ("pl", PATCH),
    ("p", PATCH),
];

pub(super) fn key(text: &str) -> Result<Box<[u8]>, Cause> {
    let mut key = Vec::with_capacity(text.len() + 4);
    for part in normal_form(text)? {
        match part {
            Part::Number(digits) => push_capped(&mut key, digits),
            Part::Word(rank) => key.push(rank),
        }
    }
    key.push(END);
    Ok(key.into_boxed_slice())
}

/// Whether its stability is below stable.
pub(super) fn is_prerelease(text: &str) -> bool {
    let before = |part: &Part<'_>| matches!(part, Part::Word(DEV..=CANDIDATE));
    normal_form(text).is_ok_and(|parts| parts.iter().any(before))
}

#[derive(Clone, Copy)]
enum Part<'t> {
    Number(&'t str),
    Word(u8),
}

fn push_capped(key: &mut Vec<u8>, digits: &str) {
    let significant = digits.trim_start_matches('0');
    let value = if significant.is_empty() { Ok(0) } else { significant.parse::<u64>() };
    let capped = value.map_or(LARGEST, |value| value.min(LARGEST));
    push_number(key, capped.to_string().as_bytes());
}

fn normal_form(text: &str) -> Result<Vec<Part<'_>>, Cause> {
    let text = text.trim_matches([' ', '\t', '\n', '\r', '\0', '\x0B']);
    if text.is_empty() {
        return Err(Cause::Empty);
    }
    if let Some(c) = text.chars().find(|c| c.is_whitespace() || !c.is_ascii() || *c == ',') {
        return Err(Cause::Unexpected(c));
    }
    let text = without_flag(text);
    let branch = matches!(text, "master" | "trunk" | "default");
    if branch || starts_with(text, "dev-") {
        return Err(Cause::Branch);
    }
    let text = without_metadata(text);
    let bare = strip_letter(text, b'v');
    let forms = [classical(bare), date(bare), numeric_branch(text)];
    forms.into_iter().flatten().next().ok_or_else(|| unexpected(bare))
}

fn unexpected(text: &str) -> Cause {
    let odd = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').chars().next();
    odd.map_or(Cause::Missing("a form that Composer knows"), Cause::Unexpected)
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn strip_letter(text: &str, letter: u8) -> &str {
    match text.bytes().next() {
        Some(first) if first.eq_ignore_ascii_case(&letter) => &text[1..],
        _ => text,
    }
}

/// `@stable` and its like at the end.
fn without_flag(text: &str) -> &str {
    match text.rsplit_once('@') {
        Some((version, flag)) if FLAGS.iter().any(|f| f.eq_ignore_ascii_case(flag)) => version,
        _ => text,
    }
}

fn without_metadata(text: &str) -> &str {
    match text.split_once('+') {
        Some((version, metadata)) if !version.is_empty() && !metadata.is_empty() => version,
        _ => text,
    }
}

/// One to four numbers, the first of at most five digits, and what follows.
fn classical(text: &str) -> Option<Vec<Part<'_>>> {
    const FIRST_DIGITS: usize = 5;
    let first = digits(text);
    if first.is_empty() || first.len() > FIRST_DIGITS {
        return None;
    }
    let mut parts = vec![Part::Number(first)];
    let mut rest = &text[first.len()..];
    while parts.len() < 4 {
        let number = rest.strip_prefix('.').map_or("", digits);
        if number.is_empty() {
            break;
        }
        parts.push(Part::Number(number));
        rest = &rest[1 + number.len()..];
    }
    parts.resize(4, Part::Number("0"));
    with_modifier(parts, rest)
}

/// `\d{4}([.:-]?\d{2}){1,6}([.:-]?\d{1,3})?` and what follows.
fn date(text: &str) -> Option<Vec<Part<'_>>> {
    const MARKS: [char; 3] = ['.', ':', '-'];
    let numeric = text.find(|c: char| !c.is_ascii_digit() && !MARKS.contains(&c));
    let end = text[..numeric.unwrap_or(text.len())].trim_end_matches(MARKS).len();
    let (numbers, rest) = text.split_at(end);
    let runs: Vec<&str> = numbers.split(MARKS).collect();
    is_date(&runs).then(|| with_modifier(runs.into_iter().map(Part::Number).collect(), rest))?
}

fn is_date(runs: &[&str]) -> bool {
    let Some(after_year) = runs[0].len().checked_sub(4) else {
        return false;
    };
    let lengths: Vec<usize> =
        std::iter::once(after_year).chain(runs[1..].iter().map(|run| run.len())).collect();
    if lengths[1..].contains(&0) {
        return false;
    }
    let Some((last, before)) = lengths.split_last() else {
        return false;
    };
    let pairs_before: usize = before.iter().map(|length| length / 2).sum();
    // the last run may end with one piece of one to three digits
    let ends = (0..=3).filter(|piece| piece <= last && (last - piece) % 2 == 0);
    before.iter().all(|length| length % 2 == 0)
        && ends.into_iter().any(|piece| (1..=6).contains(&(pairs_before + (last - piece) / 2)))
}

/// `1.x-dev`: up to four numbers or `x`, and `dev`.
fn numeric_branch(text: &str) -> Option<Vec<Part<'_>>> {
    let end = text.len().checked_sub(3).filter(|&end| text[end..].eq_ignore_ascii_case("dev"))?;
    let name = text[..end].strip_suffix(['.', '-']).unwrap_or(&text[..end]);
    let mut parts = Vec::with_capacity(5);
    for (position, piece) in strip_letter(name, b'v').split('.').enumerate() {
        match piece {
            _ if position == 4 => return None,
            "x" | "X" | "*" if position > 0 => parts.push(Part::Number(ANY_NUMBER)),
            _ if !piece.is_empty() && digits(piece) == piece => parts.push(Part::Number(piece)),
            _ => return None,
        }
    }
    parts.resize(4, Part::Number(ANY_NUMBER));
    parts.push(Part::Word(DEV));
    Some(parts)
}

/// `[._-]?(word([.-]?\d+)*)?([.-]?dev)?`
fn with_modifier<'t>(mut parts: Vec<Part<'t>>, rest: &'t str) -> Option<Vec<Part<'t>>> {
    let mut rest = rest.strip_prefix(['.', '_', '-']).unwrap_or(rest);
    if let Some((name, rank)) = WORDS.iter().find(|(name, _)| starts_with(rest, name)) {
        let (word, after) = rest.split_at(name.len());
        let mut numbers = Vec::new();
        rest = after;
        while let Some(number) = marked_number(rest) {
            rest = &rest[number.len()..];
            numbers.push(Part::Number(number.trim_start_matches(['.', '-'])));
        }
        if word == "stable" {
            return is_dev_or_end(rest).map(|_| parts);
        }
        parts.push(Part::Word(*rank));
        parts.append(&mut numbers);
    }
    if is_dev_or_end(rest)? == Tail::Dev {
        parts.push(Part::Word(DEV));
    }
    Some(parts)
}

#[derive(PartialEq)]
enum Tail {
    Dev,
    End,
}

fn is_dev_or_end(rest: &str) -> Option<Tail> {
    match rest.strip_prefix(['.', '-']).unwrap_or(rest) {
        dev if dev.eq_ignore_ascii_case("dev") => Some(Tail::Dev),
        _ if rest.is_empty() => Some(Tail::End),
        _ => None,
    }
}

fn marked_number(text: &str) -> Option<&str> {
    let number = digits(text.strip_prefix(['.', '-']).unwrap_or(text));
    let mark = text.len() - text.strip_prefix(['.', '-']).unwrap_or(text).len();
    (!number.is_empty()).then(|| &text[..mark + number.len()])
}

fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stabilities_ascend() {
        let ascending = [
            "1.0-dev",
            "1.0-alpha",
            "1.0a2",
            "1.0.0-beta.1",
            "1.0_BETA2",
            "1.0-RC1",
            "1.0",
            "1.0.0.1",
            "1.0.1",
            "1.0.1-p1",
            "1.0.1-pl2",
            "1.1.x-dev",
            "1.x-dev",
            "2",
            "2010.1.2",
            "20100102",
        ];
        for pair in ascending.windows(2) {
            assert!(key(pair[0]).unwrap() < key(pair[1]).unwrap(), "{pair:?}");
        }
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        for (left, right) in [
            ("v1.0", "1.0.0.0"),
            ("1.0.0+meta", "1"),
            ("1.0-stable", "1.0"),
            ("1.0@beta", "1.0"),
            ("1.0b2", "1.0.0-beta.2"),
            ("1.0-pl1", "1.0-patch1"),
            ("2010-01-02", "2010:01:02"),
        ] {
            assert_eq!(key(left), key(right), "{left} {right}");
        }
    }

    #[test]
    fn branches_stand_nowhere() {
        for text in ["dev-master", "dev-1.0", "master", "trunk", "DEV-x"] {
            assert_eq!(key(text), Err(Cause::Branch), "{text:?}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "a",
            "1.0.0.0.0",
            "1.0-meh",
            "1.0 as 2.0",
            "feature-dev",
            "1.0.0-foo.1",
            "^1.0",
            "201.x",
        ] {
            assert!(key(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_below_stable_is_a_prerelease() {
        assert!(is_prerelease("1.0-RC1") && is_prerelease("1.x-dev") && !is_prerelease("1.0-p1"));
    }
}
