//! Python's order: PEP 440 ("version identification", now a `PyPA` specification), with the
//! normalisations of its appendix: case, a leading `v`, spelled-out and separated phases, implicit
//! numbers. Local versions are ordered, numbers of any length are read.
//!
//! A text that PEP 440 does not know is a version from before it (`legacy`), below all others.
//!
//! The key of those is 1 and their parts. The key of the others is the epoch, then the release without trailing zeros and 1, then
//!
//! | part | bytes |
//! | --- | --- |
//! | pre | 1 none, but a development release; 2, 3, 4 and a number: a, b, rc; 5 none |
//! | post | 1 none; 2 and a number |
//! | dev | 1 and a number; 2 none |
//! | local | 1 none; for each segment a number, or 3, text, 0; then 2 |

use super::invalid::Cause;
use super::key::push_number;
use super::legacy::push_legacy;

/// Below the first byte of any epoch.
const LEGACY: u8 = 1;
const RELEASE_END: u8 = 1;
const LOCAL_NONE: u8 = 1;
const LOCAL_END: u8 = 2;
const LOCAL_TEXT: u8 = 3;
const TEXT_END: u8 = 0;

pub(super) fn key(text: &str) -> Result<Box<[u8]>, Cause> {
    let lower = text.trim().to_ascii_lowercase();
    let mut key = Vec::with_capacity(lower.len() + 8);
    let parts = match (Reader { rest: &lower }.parts()) {
        Ok(parts) => parts,
        Err(cause) => {
            key.push(LEGACY);
            push_legacy(&mut key, &lower).map_err(|_| cause)?;
            return Ok(key.into_boxed_slice());
        }
    };
    push_number(&mut key, parts.epoch.as_bytes());
    for number in parts.release {
        push_number(&mut key, number.as_bytes());
    }
    key.push(RELEASE_END);
    match (parts.pre, parts.post, parts.dev) {
        (Some((phase, number)), _, _) => push_marked(&mut key, phase.mark(), number),
        (None, None, Some(_)) => key.push(1),
        (None, _, _) => key.push(5),
    }
    match parts.post {
        Some(number) => push_marked(&mut key, 2, number),
        None => key.push(1),
    }
    match parts.dev {
        Some(number) => push_marked(&mut key, 1, number),
        None => key.push(2),
    }
    push_local(&mut key, parts.local);
    Ok(key.into_boxed_slice())
}

pub(super) fn is_prerelease(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    match (Reader { rest: &lower }.parts()) {
        Ok(parts) => parts.pre.is_some() || parts.dev.is_some(),
        Err(_) => true,
    }
}

/// Whether a key is that of a version from before PEP 440.
pub(super) fn is_legacy(key: &[u8]) -> bool {
    key.first() == Some(&LEGACY)
}

fn push_marked(key: &mut Vec<u8>, mark: u8, number: &str) {
    key.push(mark);
    push_number(key, number.as_bytes());
}

fn push_local(key: &mut Vec<u8>, local: Option<&str>) {
    let Some(local) = local else {
        return key.push(LOCAL_NONE);
    };
    for segment in local.split(SEPARATORS) {
        if segment.bytes().all(|byte| byte.is_ascii_digit()) {
            push_number(key, segment.as_bytes());
        } else {
            key.push(LOCAL_TEXT);
            key.extend(segment.bytes());
            key.push(TEXT_END);
        }
    }
    key.push(LOCAL_END);
}

#[derive(Clone, Copy)]
enum Phase {
    Alpha,
    Beta,
    Candidate,
}

impl Phase {
    fn mark(self) -> u8 {
        match self {
            Self::Alpha => 2,
            Self::Beta => 3,
            Self::Candidate => 4,
        }
    }
}

struct Parts<'t> {
    epoch: &'t str,
    /// Without trailing zeros.
    release: Vec<&'t str>,
    pre: Option<(Phase, &'t str)>,
    post: Option<&'t str>,
    dev: Option<&'t str>,
    local: Option<&'t str>,
}

const SEPARATORS: [char; 3] = ['.', '-', '_'];

/// Longer names before those that they begin with.
const PHASES: [(&str, Phase); 8] = [
    ("alpha", Phase::Alpha),
    ("a", Phase::Alpha),
    ("beta", Phase::Beta),
    ("b", Phase::Beta),
    ("preview", Phase::Candidate),
    ("pre", Phase::Candidate),
    ("rc", Phase::Candidate),
    ("c", Phase::Candidate),
];

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn parts(mut self) -> Result<Parts<'t>, Cause> {
        if self.rest.is_empty() {
            return Err(Cause::Empty);
        }
        self.take("v");
        let (epoch, release) = self.epoch_and_release()?;
        let pre = self.pre();
        let post = self.post();
        let dev = self.named(&["dev"]);
        let local = self.local()?;
        match self.rest.chars().next() {
            Some(c) => Err(Cause::Unexpected(c)),
            None => Ok(Parts { epoch, release, pre, post, dev, local }),
        }
    }

    fn epoch_and_release(&mut self) -> Result<(&'t str, Vec<&'t str>), Cause> {
        let mut epoch = "";
        let mut first = self.digits()?;
        if self.take("!") {
            epoch = first;
            first = self.digits()?;
        }
        let mut release = vec![first];
        while self.rest.starts_with('.') && self.rest[1..].starts_with(|c: char| c.is_ascii_digit())
        {
            self.take(".");
            release.push(self.digits()?);
        }
        let zero = |number: &&str| number.bytes().all(|digit| digit == b'0');
        while release.last().is_some_and(zero) {
            release.pop();
        }
        Ok((epoch, release))
    }

    fn pre(&mut self) -> Option<(Phase, &'t str)> {
        let after = self.rest.strip_prefix(SEPARATORS).unwrap_or(self.rest);
        let (name, phase) = PHASES.iter().find(|(name, _)| after.starts_with(name))?;
        self.rest = &after[name.len()..];
        Some((*phase, self.optional_number()))
    }

    fn post(&mut self) -> Option<&'t str> {
        if let Some(after) = self.rest.strip_prefix('-') {
            let number = leading_digits(after);
            if !number.is_empty() {
                self.rest = &after[number.len()..];
                return Some(number);
            }
        }
        self.named(&["post", "rev", "r"])
    }

    /// One of `names` with separators around it, and its number (none = 0).
    fn named(&mut self, names: &[&str]) -> Option<&'t str> {
        let after = self.rest.strip_prefix(SEPARATORS).unwrap_or(self.rest);
        self.rest = names.iter().find_map(|name| after.strip_prefix(name))?;
        Some(self.optional_number())
    }

    /// The separator and number after a name; either may be missing, as in `1.0a` and `1.0a.`.
    fn optional_number(&mut self) -> &'t str {
        let after = self.rest.strip_prefix(SEPARATORS).unwrap_or(self.rest);
        let number = leading_digits(after);
        self.rest = &after[number.len()..];
        number
    }

    fn local(&mut self) -> Result<Option<&'t str>, Cause> {
        if !self.take("+") {
            return Ok(None);
        }
        let in_local = |c: char| c.is_ascii_alphanumeric() || SEPARATORS.contains(&c);
        let end = self.rest.find(|c| !in_local(c)).unwrap_or(self.rest.len());
        let (local, rest) = self.rest.split_at(end);
        if local.split(SEPARATORS).any(str::is_empty) {
            return Err(Cause::Missing("a segment of the local version"));
        }
        self.rest = rest;
        Ok(Some(local))
    }

    fn digits(&mut self) -> Result<&'t str, Cause> {
        let number = leading_digits(self.rest);
        match self.rest.chars().next() {
            _ if !number.is_empty() => {
                self.rest = &self.rest[number.len()..];
                Ok(number)
            }
            Some(c) => Err(Cause::Unexpected(c)),
            None => Err(Cause::Missing("a number")),
        }
    }

    fn take(&mut self, prefix: &str) -> bool {
        let after = self.rest.strip_prefix(prefix);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }
}

fn leading_digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_orders_of_the_specification_ascend() {
        let ascending = [
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1.99999999999999999999",
            "1!0.1",
        ];
        for pair in ascending.windows(2) {
            assert!(key(pair[0]).unwrap() < key(pair[1]).unwrap(), "{pair:?}");
        }
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        for (left, right) in [
            ("1.1RC1", "1.1-c_1"),
            ("1.0", "v1"),
            ("1.0a", "1.0.ALPHA0"),
            ("1.0-1", "1.0.post1"),
            ("1.0-r4", "1.0.post4"),
            ("1.2.dev", "1.2-dev0"),
            ("1.0+ubuntu-1", "1.0+ubuntu.1"),
            (" 1.0\n", "1.0.0"),
            ("00!1.01", "1.1"),
            ("1.0pre2", "1.0rc2"),
            ("1.0a.", "1.0a0"),
            ("1.0a_-1", "1.0a0.post1"),
            ("1.0a.", "1.0a0"),
            ("1.0a..post1", "1.0a0.post1"),
            ("1.0+01", "1.0+1"),
        ] {
            assert_eq!(key(left), key(right), "{left} {right}");
            assert!(key(left).is_ok(), "{left}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "x", "latest", "1.0 1", "1.0+é", "1.0\t2"] {
            assert!(key(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_pep_440_does_not_know_is_older_than_all() {
        let lowest = key("0.dev0").unwrap();
        for text in ["1.0+", "1.0+a..b", "1.0-", "1..0", "1!", "!1", "1.0a1a2", "2004d", "9.0-x"] {
            let key = key(text).unwrap();
            assert!(is_legacy(&key) && key < lowest, "{text:?}");
        }
        assert!(!is_legacy(&lowest));
    }

    #[test]
    fn pre_and_development_releases_are_prereleases() {
        assert!(is_prerelease("1.0b2.post1") && is_prerelease("1.0.post1.dev2"));
        assert!(!is_prerelease("1.0.post1") && !is_prerelease("1.0+dev"));
    }
}
