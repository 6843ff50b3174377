//! Identifiers that depend on what is identified: the same content, the same name.

use crate::files::sha256;

/// A UUID of version 8 (RFC 9562, 5.8) from the SHA-256 of a text.
pub(in crate::report) fn uuid(text: &str) -> String {
    let digest = sha256([text.as_bytes()]);
    // the digits of version and variant are fixed
    format!(
        "{}-{}-8{}-a{}-{}",
        &digest[..8],
        &digest[8..12],
        &digest[13..16],
        &digest[17..20],
        &digest[20..32]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_made_of_the_digest_with_version_and_variant_in_their_places() {
        // sha256sum of "abc": ba7816bf 8f01 cfea 4141 40de5dae2223…
        assert_eq!(uuid("abc"), "ba7816bf-8f01-8fea-a141-40de5dae2223");
    }
}
