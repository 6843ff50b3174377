//! Python versions from before PEP 440, ordered as `setuptools` did and `packaging` until 22: below all
//! versions of PEP 440.
//!
//! A text is cut into digits, letters and what is between; `pre`, `preview` and `rc` count as `c`,
//! `dev` as the lowest, a hyphen as right above the end. Digits are padded to eight and compared as
//! text. A text without a digit (`latest`, `unspecified`) names no version and is refused; so is one
//! with spaces or signs outside ASCII.
//!
//! The key holds the parts, each ended by 1, and 0.

use super::invalid::Cause;

const PART_END: u8 = 1;
const END: u8 = 0;
const DIGITS: usize = 8;
const ZERO: &str = "00000000";
const HYPHEN: &str = "*final-";

/// Appends the parts of a text in lower case.
pub(super) fn push_legacy(key: &mut Vec<u8>, lower: &str) -> Result<(), Cause> {
    if let Some(c) = lower.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(Cause::Unexpected(c));
    }
    if !lower.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Cause::Missing("a number"));
    }
    for part in parts(lower) {
        key.extend(part.bytes());
        key.push(PART_END);
    }
    key.push(END);
    Ok(())
}

fn parts(lower: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in runs(lower).filter_map(part).chain(["*final".to_owned()]) {
        if part.starts_with('*') {
            if part.as_str() < "*final" {
                drop_last(&mut parts, HYPHEN);
            }
            drop_last(&mut parts, ZERO);
        }
        parts.push(part);
    }
    parts
}

fn drop_last(parts: &mut Vec<String>, text: &str) {
    while parts.last().is_some_and(|last| last == text) {
        parts.pop();
    }
}

fn part(run: &str) -> Option<String> {
    Some(match run {
        "." => return None,
        "pre" | "preview" | "rc" => "*c".to_owned(),
        "-" => HYPHEN.to_owned(),
        "dev" => "*@".to_owned(),
        digits if digits.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{digits:0>DIGITS$}")
        }
        other => format!("*{other}"),
    })
}

#[derive(PartialEq)]
enum Kind {
    Digits,
    Letters,
    /// A dot or hyphen, each for itself.
    Mark,
    Other,
}

fn kind(byte: u8) -> Kind {
    match byte {
        b'0'..=b'9' => Kind::Digits,
        b'a'..=b'z' => Kind::Letters,
        b'.' | b'-' => Kind::Mark,
        _ => Kind::Other,
    }
}

fn runs(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let first = kind(rest.bytes().next()?);
        let length = match first {
            Kind::Mark => 1,
            _ => rest.bytes().take_while(|&byte| kind(byte) == first).count(),
        };
        let (run, after) = rest.split_at(length);
        rest = after;
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Vec<u8> {
        let mut key = Vec::new();
        push_legacy(&mut key, text).unwrap();
        key
    }

    /// What the documentation of `setuptools` said of its order.
    #[test]
    fn versions_ascend_as_setuptools_said() {
        for (lower, upper) in [
            ("2.1-rc2", "2.1"),
            ("2.1", "2.1-1"),
            ("0.7a1dev-r66608", "0.7a1"),
            ("0.79.9999a1", "0.79.99999"),
            ("0.80.1-3", "0.80.1-4"),
            ("2.0-foo", "2.0.1-foo"),
        ] {
            assert!(key(lower) < key(upper), "{lower} {upper}");
        }
        assert_eq!(key("1.0-rc1"), key("1.0c1"));
    }
}
