//! Decimal digits as Java's `Character.isDigit(char)` knows them: Unicode category Nd within the
//! Basic Multilingual Plane (JDK 17; no later Unicode added one there). Digits of the supplementary
//! planes do not count, since Maven reads versions by UTF-16 unit.

/// The zeros of the digit runs outside ASCII, ascending; nine more digits follow each.
#[rustfmt::skip]
const ZEROS: [char; 36] = [
    '\u{660}', '\u{6F0}', '\u{7C0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{B66}', '\u{BE6}',
    '\u{C66}', '\u{CE6}', '\u{D66}', '\u{DE6}', '\u{E50}', '\u{ED0}', '\u{F20}', '\u{1040}', '\u{1090}',
    '\u{17E0}', '\u{1810}', '\u{1946}', '\u{19D0}', '\u{1A80}', '\u{1A90}', '\u{1B50}', '\u{1BB0}', '\u{1C40}',
    '\u{1C50}', '\u{A620}', '\u{A8D0}', '\u{A900}', '\u{A9D0}', '\u{A9F0}', '\u{AA50}', '\u{ABF0}', '\u{FF10}',
];

/// The ASCII digit of the same value, if `c` is a decimal digit.
pub(super) fn ascii_digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let run = ZEROS.partition_point(|&zero| zero <= c).checked_sub(1)?;
    let value = u32::from(c) - u32::from(ZEROS[run]);
    char::from_digit(value, 10)
}

/// The value of `c`, if it is a decimal digit.
pub(crate) fn digit_value(c: char) -> Option<u32> {
    ascii_digit(c)?.to_digit(10)
}

/// Whether `c` is a decimal digit.
pub(super) fn is_digit(c: char) -> bool {
    ascii_digit(c).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_all_scripts_of_the_first_plane_count() {
        assert_eq!(ascii_digit('7'), Some('7'));
        assert_eq!(ascii_digit('\u{661}'), Some('1'));
        assert_eq!(ascii_digit('\u{FF19}'), Some('9'));
        let all = ('\0'..='\u{10FFFF}').filter(|&c| is_digit(c)).count();
        assert_eq!(all, 370);
    }

    #[test]
    fn neighbours_and_supplementary_digits_do_not_count() {
        for c in ['\u{65F}', '\u{66A}', '\u{FF1A}', '\u{1D7CE}', '²', '½', 'x'] {
            assert!(!is_digit(c), "{c:?}");
        }
    }
}
