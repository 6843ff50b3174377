//! The wrappings that keys and signatures come in: base 64, PEM, elements of DER.

use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Decode, Reader, SliceReader};

pub(super) use crate::ingest::json::base64::decode as base64;

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
    fn blocks_are_found_between_other_text() {
        let text = "a\n-----BEGIN X-----\nAQI=\n-----END X-----\nb\n-----BEGIN Y-----\n?\n-----END Y-----\n";
        let blocks = pem(text);
        let found: Vec<_> =
            blocks.iter().map(|block| (&*block.label, block.bytes.clone())).collect();
        assert_eq!(found, [("X", Some(vec![1, 2])), ("Y", None)]);
        assert!(pem("-----BEGIN X-----\nAQI=\n-----END Y-----").is_empty());
    }
}
