//! The wrappings that keys and signatures come in: base 64, PEM, elements of DER.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Decode, Reader, SliceReader};

/// Padding is optional: JSON Web formats leave it out, DSSE and Sigstore write it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Bytes in base 64, of either alphabet (RFC 4648, 4 and 5), line breaks ignored.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let plain = |byte: u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    let bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(plain);
    LENIENT.decode(bytes.collect::<Vec<u8>>()).ok()
}

/// A block of PEM (RFC 7468).
pub(super) struct Block {
    /// What it says it holds: `CERTIFICATE`, `PUBLIC KEY`.
    pub(super) label: String,
    /// What it holds; `None` where that is no base 64.
    pub(super) bytes: Option<Vec<u8>>,
}

/// The blocks of a text in PEM, of which there may be none.
pub(super) fn pem(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let Some((label, after)) = after.split_once("-----") else { break };
        let end = format!("-----END {label}-----");
        let Some((body, after)) = after.split_once(&end) else { break };
        blocks.push(Block { label: label.to_owned(), bytes: base64(body) });
        rest = after;
    }
    blocks
}

/// The elements of DER that stand one behind another.
pub(super) fn elements(bytes: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        found.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_are_read_with_and_without_padding() {
        for text in ["+/8=", "+/8", "-_8=", "-_8", " -_\n8 "] {
            assert_eq!(base64(text), Some(vec![0xfb, 0xff]), "{text}");
        }
        assert_eq!(base64("*"), None);
    }

    #[test]
    fn blocks_are_found_between_other_text() {
        let text = "a\n-----BEGIN X-----\nAQI=\n-----END X-----\nb\n-----BEGIN Y-----\n?\n-----END Y-----\n";
        let blocks = pem(text);
        let found: Vec<_> =
            blocks.iter().map(|block| (&*block.label, block.bytes.clone())).collect();
        assert_eq!(found, [("X", Some(vec![1, 2])), ("Y", None)]);
        assert!(pem("-----BEGIN X-----\nAQI=\n-----END Y-----").is_empty());
    }
}
