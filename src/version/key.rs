//! Numbers of any length, and texts, as bytes that compare like them.
//!
//! The first byte tells the length, so that no number is the beginning of another's bytes:
//!
//! | number | bytes |
//! | --- | --- |
//! | 0 – 199 | `16 + number` |
//! | 3 – 36 digits | `213 + digits`, then two digits a byte |
//! | more digits | 250, the count in two bytes, then two digits a byte |
//!
//! Bytes below [`NUMBER`] are free for an order's own marks, which all sort before numbers.

/// The first byte of the number 0, and above all marks.
pub(super) const NUMBER: u8 = 16;

const TEXT_END: u8 = 0;
const SMALL: u8 = 200;
const COUNTED: u8 = 213;
const COUNTED_MOST: usize = 36;
const LONG: u8 = 250;

/// Appends the number written in ASCII `digits` (leading zeros allowed, none = 0).
pub(super) fn push_number(key: &mut Vec<u8>, digits: &[u8]) {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    let digits = &digits[zeros..];
    if digits.len() <= 3 {
        let value = digits.iter().fold(0u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
        match u8::try_from(value) {
            Ok(value) if value < SMALL => return key.push(NUMBER + value),
            _ => {}
        }
    }
    push_length(key, digits.len());
    let odd = digits.len() % 2;
    if odd == 1 {
        key.push(digits[0] - b'0');
    }
    key.extend(digits[odd..].chunks_exact(2).map(|pair| (pair[0] - b'0') << 4 | (pair[1] - b'0')));
}

/// Appends a text without zero bytes so that it is below every longer text that it begins.
pub(super) fn push_text(key: &mut Vec<u8>, text: &str) {
    key.extend(text.bytes());
    key.push(TEXT_END);
}

fn push_length(key: &mut Vec<u8>, length: usize) {
    match u8::try_from(length) {
        Ok(length) if usize::from(length) <= COUNTED_MOST => key.push(COUNTED + length),
        _ => {
            key.push(LONG);
            // texts are bounded by `LONGEST`, far below
            let length = u16::try_from(length).unwrap_or(u16::MAX);
            key.extend(length.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(digits: &str) -> Vec<u8> {
        let mut key = Vec::new();
        push_number(&mut key, digits.as_bytes());
        key
    }

    #[test]
    fn bytes_ascend_with_the_numbers() {
        let mut numbers: Vec<String> = (0..3000u32).map(|n| n.to_string()).collect();
        numbers.extend((5..60).map(|length| "9".repeat(length)));
        for pair in numbers.windows(2) {
            assert!(bytes(&pair[0]) < bytes(&pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn leading_zeros_do_not_count() {
        assert_eq!(bytes("007"), bytes("7"));
        assert_eq!(bytes("0000"), bytes(""));
        assert_eq!(bytes("0002026"), bytes("2026"));
    }
}
