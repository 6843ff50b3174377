//! RPM's order: `[epoch:]version[-release]`, each part by `rpmvercmp` of rpm 4.15 and later (the
//! manual's rpm-version(7)). Used by Red Hat, its rebuilds, SUSE and others.
//!
//! A part is cut into runs of digits and runs of letters; other characters only separate. A number
//! is above letters, more runs are above fewer, `~` is below the end and `^` right above it. A
//! missing epoch is 0, a missing release is below any.
//!
//! The key holds the epoch, and of both parts each run: `~` as 1, the end as 2, `^` as 3, letters
//! as 4, text, 0, and numbers; between the two stands 1 before a release, or else 0.

use super::invalid::Cause;
use super::key::push_number;

const TILDE: u8 = 1;
const END: u8 = 2;
const CARET: u8 = 3;
const LETTERS: u8 = 4;
const LETTERS_END: u8 = 0;
const NO_RELEASE: u8 = 0;
const RELEASE: u8 = 1;

pub(super) fn key(text: &str) -> Result<Box<[u8]>, Cause> {
    let text = text.trim();
    let (epoch, rest) = match text.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => (epoch, rest),
        _ => ("", text),
    };
    if rest.is_empty() {
        return Err(Cause::Empty);
    }
    if let Some(c) = rest.chars().find(|c| c.is_whitespace() || c.is_control()) {
        return Err(Cause::Unexpected(c));
    }
    let (version, release) = rest.rsplit_once('-').map_or((rest, None), |(v, r)| (v, Some(r)));
    let mut key = Vec::with_capacity(rest.len() + 8);
    push_number(&mut key, epoch.as_bytes());
    push_part(&mut key, version.as_bytes());
    match release {
        None => key.push(NO_RELEASE),
        Some(release) => {
            key.push(RELEASE);
            push_part(&mut key, release.as_bytes());
        }
    }
    Ok(key.into_boxed_slice())
}

fn push_part(key: &mut Vec<u8>, mut part: &[u8]) {
    while let Some(&first) = part.first() {
        let same = |byte: &&u8| match first {
            b'0'..=b'9' => byte.is_ascii_digit(),
            _ => byte.is_ascii_alphabetic(),
        };
        let length = part.iter().take_while(same).count().max(1);
        let (run, rest) = part.split_at(length);
        match first {
            b'~' => key.push(TILDE),
            b'^' => key.push(CARET),
            b'0'..=b'9' => push_number(key, run),
            _ if first.is_ascii_alphabetic() => {
                key.push(LETTERS);
                key.extend(run);
                key.push(LETTERS_END);
            }
            _ => {}
        }
        part = rest;
    }
    key.push(END);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering::{self, Equal, Greater, Less};

    /// Facts of rpm's own tests (`tests/rpmvercmp.at`).
    #[rustfmt::skip]
    const RPM: &[(&str, Ordering, &str)] = &[
        ("1.0", Equal, "1.0"), ("1.0", Less, "2.0"), ("2.0.1", Equal, "2.0.1"), ("2.0", Less, "2.0.1"),
        ("2.0.1a", Equal, "2.0.1a"), ("2.0.1a", Greater, "2.0.1"), ("5.5p1", Less, "5.5p2"),
        ("5.5p10", Equal, "5.5p10"), ("5.5p1", Less, "5.5p10"), ("10xyz", Less, "10.1xyz"),
        ("xyz10", Equal, "xyz10"), ("xyz10", Less, "xyz10.1"), ("xyz.4", Equal, "xyz.4"), ("xyz.4", Less, "8"),
        ("xyz.4", Less, "2"), ("5.5p2", Less, "5.6p1"), ("5.6p1", Less, "6.5p1"), ("6.0.rc1", Greater, "6.0"),
        ("10b2", Greater, "10a1"), ("10a2", Less, "10b2"), ("1.0aa", Equal, "1.0aa"), ("1.0a", Less, "1.0aa"),
        ("10.0001", Equal, "10.1"), ("10.0001", Less, "10.0039"), ("4.999.9", Less, "5.0"),
        ("20101121", Equal, "20101121"), ("20101121", Less, "20101122"), ("2_0", Equal, "2.0"),
        ("2.0", Equal, "2_0"), ("a", Equal, "a"), ("a+", Equal, "a+"), ("a+", Equal, "a_"), ("+a", Equal, "_a"),
        ("+a", Equal, "+a"), ("+", Equal, "_"), ("1.0~rc1", Equal, "1.0~rc1"), ("1.0~rc1", Less, "1.0"),
        ("1.0~rc1", Less, "1.0~rc2"), ("1.0~rc1~git123", Equal, "1.0~rc1~git123"),
        ("1.0~rc1~git123", Less, "1.0~rc1"), ("1.0^", Equal, "1.0^"), ("1.0^", Greater, "1.0"),
        ("1.0^git1", Greater, "1.0"), ("1.0^git1", Less, "1.0^git2"), ("1.0^git1", Less, "1.01"),
        ("1.0^20160101", Less, "1.0.1"), ("1.0^20160101^git1", Equal, "1.0^20160101^git1"),
        ("1.0^20160102", Greater, "1.0^20160101^git1"), ("1.0~rc1^git1", Equal, "1.0~rc1^git1"),
        ("1.0~rc1^git1", Greater, "1.0~rc1"), ("1.0^git1~pre", Less, "1.0^git1"),
        ("1b.fc17", Equal, "1b.fc17"), ("1b.fc17", Less, "1.fc17"), ("1g.fc17", Greater, "1.fc17"),
    ];

    #[test]
    fn keys_order_as_rpm() {
        for &(left, wanted, right) in RPM {
            let (a, b) = (key(left).unwrap(), key(right).unwrap());
            assert_eq!(a.cmp(&b), wanted, "{left} {right}");
            assert_eq!(b.cmp(&a), wanted.reverse(), "{right} {left}");
        }
    }

    #[test]
    fn epoch_then_version_then_release_decide() {
        let ascending = ["1.1-2.el9", "1.1-10.el9", "1.2-1.el8", "1:0.9-1", "2:0.1-0"];
        for pair in ascending.windows(2) {
            assert!(key(pair[0]).unwrap() < key(pair[1]).unwrap(), "{pair:?}");
        }
        assert_eq!(key("0:1.1-2.el9"), key("1.1-2.el9"));
        assert!(key("1.1").unwrap() < key("1.1-~1").unwrap());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "1:", "1 0", "1\u{0}"] {
            assert!(key(text).is_err(), "{text:?}");
        }
    }
}
