//! Versions that are numbers and nothing else: Hackage's (`1.2.3`, the Haskell Package Versioning
//! Policy as Cabal reads it) and R's (`1.2-3`, `numeric_version`), used by CRAN and Bioconductor.
//!
//! Numbers are compared one by one, and of two versions the longer is above: `1.0` is above `1`.
//!
//! The key holds the numbers and an end.

use super::invalid::Cause;
use super::key::push_number;

const END: u8 = 1;
/// The longest number that Cabal reads.
const HACKAGE_DIGITS: usize = 9;

/// Hackage: numbers between dots, written in one way only.
pub(super) fn hackage(text: &str) -> Result<Box<[u8]>, Cause> {
    let numbers = text.split('.');
    if let Some(odd) = numbers.clone().find(|number| number.len() > 1 && number.starts_with('0')) {
        return Err(Cause::Number { digits: odd.to_owned(), why: "starts with 0" });
    }
    if let Some(odd) = numbers.clone().find(|number| number.len() > HACKAGE_DIGITS) {
        return Err(Cause::Number { digits: odd.to_owned(), why: "is too large" });
    }
    key(numbers)
}

/// R: numbers between dots and hyphens, each within R's integers.
pub(super) fn r(text: &str) -> Result<Box<[u8]>, Cause> {
    let numbers = text.split(['.', '-']);
    let too_large = |number: &&str| number.len() > HACKAGE_DIGITS && number.parse::<i32>().is_err();
    match numbers.clone().find(too_large) {
        Some(odd) if odd.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(Cause::Number { digits: odd.to_owned(), why: "is too large" })
        }
        _ => key(numbers),
    }
}

fn key<'t>(numbers: impl Iterator<Item = &'t str>) -> Result<Box<[u8]>, Cause> {
    let mut key = Vec::new();
    for number in numbers {
        if let Some(c) = number.chars().find(|c| !c.is_ascii_digit()) {
            return Err(Cause::Unexpected(c));
        }
        if number.is_empty() {
            return Err(Cause::Missing("a number"));
        }
        push_number(&mut key, number.as_bytes());
    }
    key.push(END);
    Ok(key.into_boxed_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_of_two_is_above() {
        for pair in ["1", "1.0", "1.0.0", "1.0.1", "1.2", "1.10", "2"].windows(2) {
            assert!(hackage(pair[0]).unwrap() < hackage(pair[1]).unwrap(), "{pair:?}");
            assert!(r(pair[0]).unwrap() < r(pair[1]).unwrap(), "{pair:?}");
        }
    }

    #[test]
    fn a_hyphen_separates_in_r_alone() {
        assert_eq!(r("1.2-3"), r("1.2.3"));
        assert!(hackage("1.2-3").is_err());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "1.", ".1", "1..2", "1.a", "v1", "1.99999999999"] {
            assert!(hackage(text).is_err() && r(text).is_err(), "{text:?}");
        }
        assert!(hackage("1.02").is_err() && r("1.02").is_ok());
    }
}
