//! Text back to the bytes of its file.
//!
//! Whoever changes a part of a text and writes it must leave every other byte as it was: the byte order
//! mark, the encoding. That a file is spelt in the plain way is checked, not hoped for.

use encoding_rs::{Encoding, UTF_8, UTF_16BE};

use super::document::ReadError;
use super::text::{declared_encoding, decode, utf16};

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// How the bytes of a file spell its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    mark: &'static [u8],
    encoding: &'static Encoding,
}

impl Spelling {
    /// The text of a file and how it is spelt.
    ///
    /// # Errors
    /// When the bytes are no text, or not those that this text would be written with.
    pub fn of(bytes: &[u8]) -> Result<(String, Self), ReadError> {
        let text = decode(bytes)?.into_owned();
        let mark: &[u8] = match bytes {
            [0xff, 0xfe, ..] => b"\xff\xfe",
            [0xfe, 0xff, ..] => b"\xfe\xff",
            _ if bytes.starts_with(MARK) => MARK,
            _ => b"",
        };
        let encoding = match utf16(bytes) {
            Some((wide, _)) => wide,
            None if std::str::from_utf8(bytes).is_ok() => UTF_8,
            None => declared_encoding(bytes).unwrap_or(UTF_8),
        };
        let spelling = Self { mark, encoding };
        if spelling.write(&text).as_deref() != Some(bytes) {
            let cause = format!("is not spelt as {} is written", encoding.name());
            return Err(ReadError::new(cause));
        }
        Ok((text, spelling))
    }

    /// The bytes of a text; none when it holds a character that this encoding has not.
    #[must_use]
    pub fn write(&self, text: &str) -> Option<Vec<u8>> {
        let mut bytes = self.mark.to_vec();
        if self.is_wide() {
            let unit = if self.encoding == UTF_16BE { u16::to_be_bytes } else { u16::to_le_bytes };
            bytes.extend(text.encode_utf16().flat_map(unit));
            return Some(bytes);
        }
        let (written, _, is_lossy) = self.encoding.encode(text);
        bytes.extend_from_slice(&written);
        (!is_lossy).then_some(bytes)
    }

    /// Whether a character takes more than one byte even where ASCII has it: tools that work on lines
    /// of bytes cannot read it.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.encoding.output_encoding() != self.encoding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_written_as_it_was() {
        let wide = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(unit).collect()
        };
        for bytes in [
            "<a>\u{e9}</a>\r\n".as_bytes().to_vec(),
            "\u{feff}<a/>".as_bytes().to_vec(),
            b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>".to_vec(),
            wide("\u{feff}<a>\u{1f4a1}</a>", u16::to_le_bytes),
            wide("\u{feff}<a/>", u16::to_be_bytes),
            wide("<a/>", u16::to_le_bytes),
        ] {
            let (text, spelling) = Spelling::of(&bytes).unwrap();
            assert!(!text.starts_with('\u{feff}'));
            assert_eq!(spelling.write(&text), Some(bytes.clone()));
            assert_eq!(spelling.is_wide(), bytes.contains(&0));
        }
    }

    #[test]
    fn a_character_that_the_encoding_has_not_is_not_replaced() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>";
        let (text, spelling) = Spelling::of(latin).unwrap();
        assert_eq!(spelling.write(&(text + "\u{4e00}")), None);
    }

    #[test]
    fn bytes_that_the_encoding_would_not_write_are_refused() {
        // Windows has this character in three places of Shift_JIS and writes the first
        let odd = b"<?xml version='1.0' encoding='Shift_JIS'?><a>\xfa\x54</a>";
        assert!(
            decode(odd).unwrap().contains('\u{ac}') || decode(odd).unwrap().contains('\u{ffe2}')
        );
        assert!(Spelling::of(odd).is_err());
    }
}
