//! Debian's order: `[epoch:]upstream[-revision]` as dpkg compares it (deb-version(7), Debian Policy
//! 5.6.12). Used by Ubuntu as well.
//!
//! A part is compared by turns of text and number. In text `~` is below the end, the end is below
//! letters, letters are below the other signs. A missing revision, or number, is 0.
//!
//! Like `dpkg --compare-versions` this takes a version that does not start with a digit; unlike it,
//! a text with characters that no version has is refused.
//!
//! The key holds the epoch, and of both parts each text (`~` as 1, its end as 2, signs moved above
//! letters) and number in turn, until an empty text after a number.

use super::invalid::Cause;
use super::key::push_number;

const TILDE: u8 = 1;
const TEXT_END: u8 = 2;
/// Moves `+`, `-`, `.` and `:` above the letters.
const SIGN: u8 = 128;

pub(super) fn key(text: &str) -> Result<Box<[u8]>, Cause> {
    let (epoch, rest) = match text.trim().split_once(':') {
        Some((epoch, rest)) => (epoch_digits(epoch)?, rest),
        None => ("", text.trim()),
    };
    let (upstream, revision) = upstream_and_revision(rest)?;
    let in_version = |c: char| c.is_ascii_alphanumeric() || "+-.:~".contains(c);
    if let Some(c) = rest.chars().find(|&c| !in_version(c)) {
        return Err(Cause::Unexpected(c));
    }
    let mut key = Vec::with_capacity(rest.len() + 8);
    push_number(&mut key, epoch.as_bytes());
    push_part(&mut key, upstream.as_bytes());
    push_part(&mut key, revision.as_bytes());
    Ok(key.into_boxed_slice())
}

fn epoch_digits(epoch: &str) -> Result<&str, Cause> {
    match epoch.chars().find(|c| !c.is_ascii_digit()) {
        Some(c) => Err(Cause::Unexpected(c)),
        None if epoch.is_empty() => Err(Cause::Missing("the epoch before ':'")),
        None if epoch.parse::<i32>().is_err() => {
            Err(Cause::Number { digits: epoch.to_owned(), why: "is too large for an epoch" })
        }
        None => Ok(epoch),
    }
}

fn upstream_and_revision(rest: &str) -> Result<(&str, &str), Cause> {
    match rest.rsplit_once('-') {
        _ if rest.is_empty() => Err(Cause::Empty),
        Some(("", _)) => Err(Cause::Missing("the version before '-'")),
        Some((_, "")) => Err(Cause::Missing("the revision after '-'")),
        Some(parts) => Ok(parts),
        None => Ok((rest, "")),
    }
}

fn push_part(key: &mut Vec<u8>, mut part: &[u8]) {
    // once at least: nothing and 0 are equal
    loop {
        let text = part.iter().take_while(|byte| !byte.is_ascii_digit()).count();
        key.extend(part[..text].iter().map(|&byte| rank(byte)));
        key.push(TEXT_END);
        part = &part[text..];
        let digits = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
        push_number(key, &part[..digits]);
        part = &part[digits..];
        if part.is_empty() {
            return key.push(TEXT_END);
        }
    }
}

fn rank(byte: u8) -> u8 {
    match byte {
        b'~' => TILDE,
        _ if byte.is_ascii_alphabetic() => byte,
        _ => byte + SIGN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering::{self, Equal, Greater, Less};

    /// Checked with `dpkg --compare-versions` (1.21.22).
    #[rustfmt::skip]
    const DPKG: &[(&str, Ordering, &str)] = &[
        ("1.0", Equal, "1.0"), ("1.0", Equal, "1.0-0"), ("1.0", Equal, "1.0-00"), ("1.0", Less, "1.0-1"),
        ("1.0~rc1", Less, "1.0"), ("1.0~rc1-1", Less, "1.0-1"), ("1.0~~", Less, "1.0~"),
        ("1.0~~a", Less, "1.0~"), ("1.0~", Less, "1.0"), ("1.0a", Greater, "1.0"), ("1.0a", Less, "1.0+"),
        ("1.0a", Less, "1.0."), ("1.0+", Less, "1.0."), ("1.0-1", Less, "1.0.1"),
        ("1.0-1-1", Greater, "1.0-1"), ("1.0-1-1", Greater, "1.0-1.1"), ("1.2.3", Less, "1.2.10"),
        ("1.02", Equal, "1.2"), ("1.a", Greater, "1.1"), ("1.0z", Greater, "1.0A"), ("1.0Z", Less, "1.0a"),
        ("1:1.0", Greater, "2.0"), ("0:1.0", Equal, "1.0"), ("1:1:0", Greater, "1:1.0"),
        ("2.0-1ubuntu1", Greater, "2.0-1"), ("2.0-1ubuntu1~22.04", Less, "2.0-1ubuntu1"),
        ("2.0-1+deb12u1", Greater, "2.0-1"), ("2.0-1+deb12u2", Less, "2.0-1+deb12u10"),
        ("2.0-1+b1", Less, "2.0-1.1"), ("2.17.1-1~deb11u1", Less, "2.17.1-1"),
        ("2.17.0-1~deb10u1", Less, "2.17.1-1~deb10u1"), ("0", Less, "0.0"), ("0", Equal, "00"),
        ("1", Less, "1."), ("1", Less, "1a"), ("1a0", Equal, "1a"), ("1.0-1.0", Greater, "1.0-1"),
        ("1.0+dfsg-1", Greater, "1.0-1"), ("1.0+dfsg-1", Less, "1.0.1-1"),
        ("99999999999999999998", Less, "99999999999999999999"),
        ("1.99999999999999999999", Less, "1.100000000000000000000"), ("abc", Greater, "1"),
        ("20210101", Greater, "1.0"), ("1.0.4+git", Greater, "1.0.4"), ("1.0-~1", Less, "1.0"),
        ("1.0-~", Less, "1.0-0"),
    ];

    #[test]
    fn keys_order_as_dpkg() {
        for &(left, wanted, right) in DPKG {
            let (a, b) = (key(left).unwrap(), key(right).unwrap());
            assert_eq!(a.cmp(&b), wanted, "{left} {right}");
            assert_eq!(b.cmp(&a), wanted.reverse(), "{right} {left}");
        }
    }

    #[test]
    fn an_epoch_outranks_all() {
        assert!(key("1:0.1").unwrap() > key("9.9").unwrap());
        assert_eq!(key("0:1.0"), key("1.0"));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1:",
            ":1",
            "a:1",
            "-1",
            "1.0-",
            "1.0_1",
            "1 0",
            "1.0é",
            "<unfixed>",
            "2147483648:1",
        ] {
            assert!(key(text).is_err(), "{text:?}");
        }
    }
}
