//! Bytes to text.
//!
//! UTF-8 is what JSON (RFC 8259 §8.1) and SPDX ask for; UTF-16 is what Windows PowerShell writes
//! when a tool's output is redirected, with a byte order mark or without. XML that is no UTF-8 is read
//! in the encoding that it declares (XML 1.0 §4.3.3). Whatever else arrives is named, never guessed:
//! binary files, archives that are not opened, texts in an encoding that nobody declares. The text
//! starts behind the byte order mark, so offsets in it count from there.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::document::{Position, ReadError};
use crate::inventory::Place;

/// How many of the first bytes decide whether a file is binary.
const SNIFFED: usize = 8 * 1024;

/// The first bytes of packed files, and what to say where they are not [opened](super::unpack).
const COMPRESSED: [(&[u8], &str); 9] = [
    (b"\x1f\x8b", "is gzip-compressed; decompress it first"),
    (b"\x28\xb5\x2f\xfd", "is zstd-compressed; decompress it first"),
    (b"\xfd7zXZ\0", "is xz-compressed; decompress it first"),
    (b"BZh", "is bzip2-compressed; decompress it first"),
    (b"PK\x03\x04", "is a zip archive; unpack it first"),
    (b"PK\x05\x06", "is an empty zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive, which is not read; pack it as zip or tar"),
    (b"Rar!\x1a\x07", "is a rar archive, which is not read; pack it as zip or tar"),
    (b"\x04\x22\x4d\x18", "is lz4-compressed, which is not read; use gzip or zstd"),
];

/// Turns the bytes of a file into text, without its byte order mark.
///
/// # Errors
/// When the file is empty, compressed, binary, or in an encoding that nobody declares.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    if let Some((_, cause)) = COMPRESSED.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(ReadError::new(*cause));
    }
    let text = match utf16(bytes) {
        Some((encoding, rest)) => decode_utf16(encoding, rest)?,
        None => decode_utf8(bytes)?,
    };
    if text.trim_ascii().is_empty() {
        return Err(ReadError::new("is empty"));
    }
    Ok(text)
}

/// The kind of UTF-16 that the first bytes show, and the bytes behind the byte order mark.
///
/// Without a mark, two characters of ASCII, each with its zero byte on the same side, decide: no
/// format that is read here starts otherwise, and no UTF-8 text holds zero bytes.
pub(super) fn utf16(bytes: &[u8]) -> Option<(&'static Encoding, &[u8])> {
    let is_text = |b: u8| b.is_ascii_graphic() || b.is_ascii_whitespace();
    match bytes {
        [0xff, 0xfe, rest @ ..] => Some((UTF_16LE, rest)),
        [0xfe, 0xff, rest @ ..] => Some((UTF_16BE, rest)),
        [a, 0, b, 0, ..] if is_text(*a) && is_text(*b) => Some((UTF_16LE, bytes)),
        [0, a, 0, b, ..] if is_text(*a) && is_text(*b) => Some((UTF_16BE, bytes)),
        _ => None,
    }
}

fn decode_utf16<'a>(
    encoding: &'static Encoding,
    bytes: &'a [u8],
) -> Result<Cow<'a, str>, ReadError> {
    let text =
        encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
            ReadError::new(format!(
                "is {} that breaks off or holds half a character",
                encoding.name()
            ))
        })?;
    if text.bytes().take(SNIFFED).any(|b| b == 0) {
        return Err(binary());
    }
    Ok(text)
}

/// UTF-8, or what an XML declaration names instead. Bytes that are UTF-8 are read so in any case:
/// no text with a legacy letter in it is UTF-8 by accident, but many declarations are.
fn decode_utf8(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let sniffed = &bytes[..bytes.len().min(SNIFFED)];
    if sniffed.iter().any(|&b| is_binary(b)) {
        return Err(binary());
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    let Some(declared) = declared_encoding(bytes) else {
        return Err(not_utf8(bytes, error.valid_up_to(), ""));
    };
    declared.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        let but = format!(", nor is it {}, which it declares", declared.name());
        not_utf8(bytes, error.valid_up_to(), &but)
    })
}

/// Control characters that no text holds; tab, the line and page ends and escape are let pass.
fn is_binary(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a | 0x1b)
}

fn binary() -> ReadError {
    ReadError::new("is a binary file of no known kind")
}

fn not_utf8(bytes: &[u8], offset: usize, but: &str) -> ReadError {
    let found = bytes.get(offset).copied().unwrap_or_default();
    ReadError::at(
        Position::At(place_of(&bytes[..offset])),
        format!("is no UTF-8: byte 0x{found:02x} at offset {offset}{but}"),
    )
}

/// The encoding that an XML declaration names (XML 1.0 §4.3.3), where it is a known one in which the
/// declaration itself can be read.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let declaration = bytes.strip_prefix(b"<?xml")?;
    let end = declaration.iter().take(SNIFFED).position(|&b| b == b'>')?;
    let declaration = std::str::from_utf8(&declaration[..end]).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let label = value.split(['"', '\'']).nth(1)?;
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    (encoding.is_ascii_compatible() && encoding != encoding_rs::UTF_8).then_some(encoding)
}

/// The line and column, in bytes, behind the given bytes.
fn place_of(before: &[u8]) -> Place {
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1) + 1;
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Place { line: number(line), column: number(column) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(bytes: &[u8]) -> String {
        decode(bytes).unwrap_err().cause
    }

    fn utf16_bytes(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(decode("{\"ä\":1}".as_bytes()), Ok(Cow::Borrowed("{\"ä\":1}"))));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(decode("\u{feff}{}".as_bytes()).unwrap(), "{}");
        assert_eq!(decode(&utf16_bytes("\u{feff}{}", u16::to_le_bytes)).unwrap(), "{}");
        assert_eq!(decode(&utf16_bytes("\u{feff}{}", u16::to_be_bytes)).unwrap(), "{}");
    }

    #[test]
    fn utf16_without_a_mark_is_seen_from_its_zero_bytes() {
        let text = "{ \"name\": \"Größe 💡\" }";
        assert_eq!(decode(&utf16_bytes(text, u16::to_le_bytes)).unwrap(), text);
        assert_eq!(decode(&utf16_bytes(text, u16::to_be_bytes)).unwrap(), text);
    }

    #[test]
    fn utf16_that_breaks_off_is_an_error() {
        let mut bytes = utf16_bytes("\u{feff}{}", u16::to_le_bytes);
        bytes.push(b'x');
        assert_eq!(cause(&bytes), "is UTF-16LE that breaks off or holds half a character");
        let lone = [0xff, 0xfe, b'{', 0, 0x00, 0xd8, b'}', 0];
        assert_eq!(cause(&lone), "is UTF-16LE that breaks off or holds half a character");
    }

    #[test]
    fn compressed_files_are_named() {
        assert_eq!(cause(b"\x1f\x8b\x08\0"), "is gzip-compressed; decompress it first");
        assert_eq!(cause(b"\x28\xb5\x2f\xfd\0"), "is zstd-compressed; decompress it first");
        assert_eq!(cause(b"\xfd7zXZ\0\0"), "is xz-compressed; decompress it first");
        assert_eq!(cause(b"BZh91AY&SY"), "is bzip2-compressed; decompress it first");
        assert_eq!(cause(b"PK\x03\x04\x14"), "is a zip archive; unpack it first");
    }

    #[test]
    fn empty_and_blank_files_are_errors() {
        for bytes in [b"".as_slice(), b" \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"\xff\xfe"]
        {
            assert_eq!(cause(bytes), "is empty", "{bytes:?}");
        }
    }

    #[test]
    fn binary_files_are_named() {
        let message = b"\n\x031.3\x1a\x2durn:uuid:3e671687";
        assert_eq!(cause(message), "is a binary file of no known kind");
        assert_eq!(cause(b"\xca\xfe\xba\xbe\0\0\0\x34"), "is a binary file of no known kind");
        assert_eq!(cause(b"\xff\xfe\0\0{\0\0\0"), "is a binary file of no known kind");
    }

    #[test]
    fn a_byte_that_is_no_utf8_is_placed() {
        let error = decode(b"{\n \"a\": \"caf\xe9\"}").unwrap_err();
        assert_eq!(error.cause, "is no UTF-8: byte 0xe9 at offset 12");
        assert_eq!(error.position, Position::At(Place { line: 2, column: 11 }));
    }

    #[test]
    fn a_legacy_encoding_that_xml_declares_is_read() {
        let latin1 = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>";
        assert!(decode(latin1).unwrap().ends_with("<a>é</a>"));
        let windows = b"<?xml version='1.0' encoding='windows-1252'?><a>\x80</a>";
        assert!(decode(windows).unwrap().ends_with("<a>€</a>"));
        let japanese = b"<?xml version='1.0' encoding='Shift_JIS'?><a>\x83\x8d\x83\x4f</a>";
        assert!(decode(japanese).unwrap().ends_with("<a>ログ</a>"));
    }

    #[test]
    fn a_declaration_that_does_not_hold_is_an_error() {
        let japanese = b"<?xml version='1.0' encoding='Shift_JIS'?><a>\xff\xff</a>";
        assert!(cause(japanese).ends_with("nor is it Shift_JIS, which it declares"));
        for label in ["UTF-8", "UTF-16", "ISO-2022-KR", "EBCDIC"] {
            let text = format!("<?xml version='1.0' encoding='{label}'?><a>");
            let bytes = [text.as_bytes(), b"\xe9</a>"].concat();
            assert!(cause(&bytes).starts_with("is no UTF-8: byte 0xe9"), "{label}");
        }
    }
}
