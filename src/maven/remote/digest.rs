//! The digests that repositories keep beside their files (`.sha1` and its kin).

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::files::hexadecimal;

/// A kind of digest, by the extension of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sha1,
    Sha256,
    Sha512,
    Md5,
}

impl Kind {
    /// The order in which they are asked for: what nearly every file has comes first. A digest proves
    /// that a file came as the repository has it, not that the repository is right.
    pub(super) const ALL: [Self; 4] = [Self::Sha1, Self::Sha256, Self::Sha512, Self::Md5];

    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
            Self::Md5 => "md5",
        }
    }

    /// The digest of bytes, in small hexadecimal.
    pub(super) fn of(self, bytes: &[u8]) -> String {
        match self {
            Self::Sha1 => hexadecimal(&Sha1::digest(bytes)),
            Self::Sha256 => hexadecimal(&Sha256::digest(bytes)),
            Self::Sha512 => hexadecimal(&Sha512::digest(bytes)),
            Self::Md5 => hexadecimal(&Md5::digest(bytes)),
        }
    }

    /// The digest that a file states: alone, before a file name, or behind `SHA1 (file) =`.
    pub(super) fn stated(self, text: &str) -> Option<String> {
        let length = self.of(b"").len();
        let mut words = text.split_whitespace();
        let is_digest =
            |word: &&str| word.len() == length && word.chars().all(|c| c.is_ascii_hexdigit());
        words.find(is_digest).map(str::to_ascii_lowercase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "abc" of FIPS 180-4 and RFC 1321.
    #[test]
    fn digests_are_those_of_the_standards() {
        for (kind, digest) in [
            (Kind::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (Kind::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                Kind::Sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                 2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            ),
            (Kind::Md5, "900150983cd24fb0d6963f7d28e17f72"),
        ] {
            assert_eq!(kind.of(b"abc"), digest);
            let upper = digest.to_uppercase();
            for text in
                [format!("{digest}\n"), format!("{upper}  a.pom"), format!("X (a.pom) = {digest}")]
            {
                assert_eq!(kind.stated(&text).as_deref(), Some(digest), "{text}");
            }
        }
        assert_eq!(Kind::Sha1.stated("<html>not found</html>"), None);
    }
}
