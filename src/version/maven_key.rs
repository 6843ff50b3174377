//! Bytes that compare as Maven orders, for the versions that have such bytes.
//!
//! Maven's relation has cycles (see [`maven`](super::maven)), all of them through a text that is
//! not the first of its list, or a list that starts with a list. A version without either is
//! *regular*, and at any position of two regular versions these meet, from low to high:
//!
//! | mark | what |
//! | --- | --- |
//! | 1 – 5 | a list that starts with alpha, beta, milestone, rc, snapshot |
//! | 6 | the end |
//! | 7, 8 | a list that starts with a release qualifier, with sp |
//! | 9, text, 0 | a list that starts with another text |
//! | 10 | a list that starts with a number |
//! | 16 … | a number ([`key`](super::key)) |
//!
//! A list is always the last of its parent, so it is written in its place and needs no end of its
//! own. The empty list of a version like `0` is the end alone.
//!
//! Irregular as well: a number whose Java type does not follow from its value, and unknown texts
//! with NUL or with characters from U+E000 up (there UTF-8 and UTF-16 differ in order).

use super::chain::Chain;
use super::key::push_number;
use super::maven::{self, Followed, Part, Qualifier};

const END: u8 = 6;
const UNKNOWN: u8 = 9;
const TEXT_END: u8 = 0;
const LIST: u8 = 10;

/// Longer runs of digits go the long way.
const SHORT_RUN: usize = 18;
/// Longer qualifiers go the long way.
const SHORT_TEXT: usize = 16;

/// The key of a regular version, `None` for an irregular one.
pub(super) fn key(text: &str) -> Option<Box<[u8]>> {
    let mut key = Vec::with_capacity(text.len() + 4);
    if write_plain(&mut key, text.as_bytes()).is_none() {
        key.clear();
        write_chain(&mut key, &maven::parse(&maven::lower_case(text)))?;
    }
    Some(key.into_boxed_slice())
}

/// The short way for `1.2.3`, `1.2.3-rc1`, `1.2.3.Final`, `1.2.3-jre`: nine of ten versions.
/// `None` means that the text has another form, not that it is irregular.
fn write_plain(key: &mut Vec<u8>, text: &[u8]) -> Option<()> {
    let rest = write_numbers(key, text)?;
    let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (name, digits) = rest.split_at(letters);
    let plain = digits.len() <= SHORT_RUN && digits.iter().all(u8::is_ascii_digit);
    if !plain || name.len() > SHORT_TEXT || (name.is_empty() && !digits.is_empty()) {
        return None;
    }
    if !name.is_empty() {
        write_qualifier(key, name, digits)?;
    }
    key.push(END);
    Some(())
}

/// Writes the leading numbers without trailing zeros; gives what follows them and one separator.
fn write_numbers<'t>(key: &mut Vec<u8>, mut text: &'t [u8]) -> Option<&'t [u8]> {
    let mut significant = 0;
    loop {
        let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 || length > SHORT_RUN {
            return None;
        }
        let (run, rest) = text.split_at(length);
        let zero = run.iter().all(|&digit| digit == b'0');
        if zero && length > 9 {
            return None;
        }
        push_number(key, run);
        if !zero {
            significant = key.len();
        }
        text = match rest {
            [b'.', next, ..] if next.is_ascii_digit() => &rest[1..],
            _ => {
                key.truncate(significant);
                return match rest {
                    [] => Some(rest),
                    // a list within an empty one is left to the long way
                    _ if significant == 0 => None,
                    [b'.' | b'-', next, ..] if next.is_ascii_alphabetic() => Some(&rest[1..]),
                    [first, ..] if first.is_ascii_alphabetic() => Some(rest),
                    _ => None,
                };
            }
        };
    }
}

fn write_qualifier(key: &mut Vec<u8>, name: &[u8], digits: &[u8]) -> Option<()> {
    let mut lower = [0; SHORT_TEXT];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    let zero = digits.iter().all(|&digit| digit == b'0');
    if zero && digits.len() > 9 {
        return None;
    }
    let followed = if digits.is_empty() { Followed::ByOther } else { Followed::ByDigit };
    match Qualifier::new(std::str::from_utf8(lower).ok()?, followed) {
        Qualifier::Release if zero => return Some(()),
        Qualifier::Release => return None,
        qualifier => write_text(key, &qualifier)?,
    }
    if !zero {
        key.push(LIST);
        push_number(key, digits);
    }
    Some(())
}

/// The long way, from the parsed version; `None` when it is irregular.
fn write_chain(key: &mut Vec<u8>, chain: &Chain<Part<'_>>) -> Option<()> {
    for (depth, list) in chain.lists.iter().enumerate() {
        for (position, part) in list.iter().enumerate() {
            match part {
                Part::Text(qualifier) if position == 0 => write_text(key, qualifier)?,
                Part::Number(number) if number.is_regular() => {
                    if position == 0 && depth > 0 {
                        key.push(LIST);
                    }
                    push_number(key, number.digits().as_bytes());
                }
                Part::Text(_) | Part::Number(_) => return None,
            }
        }
        if list.is_empty() && chain.lists.len() > 1 {
            return None;
        }
    }
    key.push(END);
    Some(())
}

fn write_text(key: &mut Vec<u8>, qualifier: &Qualifier<'_>) -> Option<()> {
    let mark = match qualifier {
        Qualifier::Alpha => 1,
        Qualifier::Beta => 2,
        Qualifier::Milestone => 3,
        Qualifier::Candidate => 4,
        Qualifier::Snapshot => 5,
        Qualifier::Release => 7,
        Qualifier::ServicePack => 8,
        Qualifier::Unknown(text) => {
            if text.chars().any(|c| c == '\0' || c >= '\u{E000}') {
                return None;
            }
            key.push(UNKNOWN);
            key.extend(text.bytes());
            TEXT_END
        }
    };
    key.push(mark);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(text: &str) -> Option<Vec<u8>> {
        let mut key = Vec::new();
        write_plain(&mut key, text.as_bytes()).map(|()| key)
    }

    fn long(text: &str) -> Option<Vec<u8>> {
        let mut key = Vec::new();
        write_chain(&mut key, &maven::parse(&maven::lower_case(text))).map(|()| key)
    }

    #[test]
    fn common_versions_go_the_short_way() {
        for text in ["1", "2.17.1", "1.0.0.Final", "31.1-jre", "2.0-rc1", "1.0a1", "3.0-SNAPSHOT"] {
            assert_eq!(plain(text), long(text), "{text}");
            assert!(plain(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_text_in_the_middle_of_a_list_is_irregular() {
        for text in ["1.x.1", "1.0.0.Beta-1", "0-alpha", "1.ga1", "1.0000000000.1", "1-\u{FF5E}"] {
            assert_eq!(key(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_short() {
        assert_eq!(key("2.17.1").map(|key| key.len()), Some(4));
        assert_eq!(key("0").map(|key| key.len()), Some(1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn the_short_way_writes_what_the_long_way_writes(
            text in "[0-9]{1,11}(\\.[0-9]{1,3}){0,3}[.-]?(alpha|Beta|a|m|rc|CR|ga|FINAL|sp|jre|x)?[0-9]{0,11}"
        ) {
            if let Some(key) = plain(&text) {
                prop_assert_eq!(Some(key), long(&text));
            }
        }

        #[test]
        fn keys_order_as_the_exact_algorithm(left in nasty(), right in nasty()) {
            if let (Some(a), Some(b)) = (key(&left), key(&right)) {
                prop_assert_eq!(a.cmp(&b), maven::compare(&left, &right));
            }
        }

        #[test]
        fn the_exact_algorithm_is_antisymmetric(left in nasty(), right in nasty()) {
            prop_assert_eq!(maven::compare(&left, &right), maven::compare(&right, &left).reverse());
        }
    }

    fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[0-9]{1,2}",
            "[.-]",
            "[0-9]\\.[0-9]",
            "0{1,12}",
            "[0-9]{8,20}",
            "(alpha|beta|milestone|rc|snapshot|ga|final|release|sp|cr|a|b|m|x|jre)",
            "-?(RC|Beta)[0-9]",
            "[٠١é_+~\u{FF5E}\u{1F600}İ]",
        ];
        proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }
}
