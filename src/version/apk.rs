//! Alpine's order: `1.2.3a_rc1~0123abc-r4` as apk-tools 3 compares it (`src/version.c`). Used by
//! Alpaquita, `BellSoft`, Chainguard, Wolfi and `MinimOS` as well.
//!
//! A number that starts with 0, other than the first, is compared as text, so `1.02` is below `1.1`. Of
//! the words after `_` alpha, beta, pre and rc are below the end; cvs, svn, git, hg and p are above
//! it, in this order.
//!
//! The key is the first number, then each part with its mark, then the end.

use super::invalid::Cause;
use super::key::{push_number, push_text};

/// Words below the end, by rank.
const BEFORE: [&str; 4] = ["alpha", "beta", "pre", "rc"];
const FIRST_BEFORE: u8 = 1;
const END: u8 = 5;
const REVISION: u8 = 6;
const COMMIT: u8 = 7;
const WORD_NUMBER: u8 = 8;
/// Words above the end, by rank.
const AFTER: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];
const FIRST_AFTER: u8 = 9;
const LETTER: u8 = 14;
const NUMBER: u8 = 15;
/// Below the first byte of any number.
const ZERO_LED: u8 = 1;

pub(super) fn key(text: &str) -> Result<Box<[u8]>, Cause> {
    let mut reader = Reader { rest: text, key: Vec::with_capacity(text.len() + 4) };
    let first = reader.digits()?;
    push_number(&mut reader.key, first.as_bytes());
    while reader.take(".") {
        reader.number()?;
    }
    reader.letter();
    while reader.take("_") {
        reader.word()?;
    }
    reader.commit()?;
    reader.revision()?;
    match reader.rest.chars().next() {
        Some(c) => Err(Cause::Unexpected(c)),
        None => {
            reader.key.push(END);
            Ok(reader.key.into_boxed_slice())
        }
    }
}

/// Whether an alpha, beta, pre or rc follows the numbers.
pub(super) fn is_prerelease(text: &str) -> bool {
    text.split('_').skip(1).any(|word| BEFORE.iter().any(|name| word.starts_with(name)))
}

struct Reader<'t> {
    rest: &'t str,
    key: Vec<u8>,
}

impl<'t> Reader<'t> {
    fn number(&mut self) -> Result<(), Cause> {
        let digits = self.digits()?;
        self.key.push(NUMBER);
        if digits.starts_with('0') {
            self.key.push(ZERO_LED);
            push_text(&mut self.key, digits);
        } else {
            push_number(&mut self.key, digits.as_bytes());
        }
        Ok(())
    }

    fn letter(&mut self) {
        if let Some(letter) = self.rest.bytes().next().filter(u8::is_ascii_lowercase) {
            self.key.extend([LETTER, letter]);
            self.rest = &self.rest[1..];
        }
    }

    fn word(&mut self) -> Result<(), Cause> {
        let word = self.run(|byte| byte.is_ascii_lowercase());
        let ranks = (FIRST_BEFORE..).zip(BEFORE).chain((FIRST_AFTER..).zip(AFTER));
        let rank = ranks.into_iter().find(|(_, name)| *name == word).map(|(rank, _)| rank);
        self.key.push(rank.ok_or(Cause::Missing("a word that apk knows after '_'"))?);
        let digits = self.run(|byte| byte.is_ascii_digit());
        if !digits.is_empty() {
            self.key.push(WORD_NUMBER);
            push_number(&mut self.key, digits.as_bytes());
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Cause> {
        if self.take("~") {
            let hash = self.run(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
            if hash.is_empty() {
                return Err(Cause::Missing("the commit after '~'"));
            }
            self.key.push(COMMIT);
            push_text(&mut self.key, hash);
        }
        Ok(())
    }

    fn revision(&mut self) -> Result<(), Cause> {
        if self.take("-r") {
            let digits = self.digits()?;
            self.key.push(REVISION);
            push_number(&mut self.key, digits.as_bytes());
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<&'t str, Cause> {
        let digits = self.run(|byte| byte.is_ascii_digit());
        if digits.is_empty() { Err(Cause::Missing("a number")) } else { Ok(digits) }
    }

    fn run(&mut self, of: fn(u8) -> bool) -> &'t str {
        let length = self.rest.bytes().take_while(|&byte| of(byte)).count();
        let (run, rest) = self.rest.split_at(length);
        self.rest = rest;
        run
    }

    fn take(&mut self, prefix: &str) -> bool {
        let after = self.rest.strip_prefix(prefix);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_ascend_as_apk_says() {
        let ascending = [
            "1.02",
            "1.1_alpha",
            "1.1_alpha2",
            "1.1_beta",
            "1.1_pre",
            "1.1_rc1",
            "1.1_rc1_p1",
            "1.1",
            "1.1-r0",
            "1.1-r10",
            "1.1~abc",
            "1.1_cvs",
            "1.1_git20240101",
            "1.1_p",
            "1.1_p1-r2",
            "1.1a",
            "1.1b",
            "1.1.0",
            "1.1.1",
            "1.2",
            "1.10",
            "2",
        ];
        for pair in ascending.windows(2) {
            assert!(key(pair[0]).unwrap() < key(pair[1]).unwrap(), "{pair:?}");
        }
    }

    #[test]
    fn the_first_number_and_revisions_are_numbers() {
        assert_eq!(key("01.1"), key("1.1"));
        assert_eq!(key("1-r01"), key("1-r1"));
        assert_ne!(key("1.01"), key("1.1"));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "a", "1.", "1..2", "1_foo", "1.2ab", "1-1", "1-r", "1~", "1~x", "1_p_", "1 "]
        {
            assert!(key(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn words_below_the_end_make_a_prerelease() {
        assert!(is_prerelease("1.2_rc1-r0") && !is_prerelease("1.2_p1-r0"));
    }
}
