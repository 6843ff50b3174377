//! The secret that opens a server: as it is given, and as it is compared.
//!
//! Nothing is compared with the secret itself. What is offered and what is expected pass HMAC-SHA256 with
//! a key that the process drew, and their results are compared in constant time, whatever their length.

use ring::hmac::{HMAC_SHA256, Key, Tag, sign, verify};
use ring::rand::SystemRandom;

/// The fewest characters of a secret.
const SHORTEST: usize = 16;

/// A secret. It is never shown.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Why a text is no secret. The text is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidToken {
    /// It could be guessed.
    #[error("has fewer than {SHORTEST} characters")]
    Short,
    /// It could not stand in an address.
    #[error("holds more than letters, digits and - . _ ~")]
    Characters,
}

impl Token {
    /// Reads a secret; white space around it is none of it.
    ///
    /// # Errors
    /// When it is too short, or holds what an address cannot hold as it is (RFC 3986, 2.3).
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let text = text.trim();
        if !text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c)) {
            return Err(InvalidToken::Characters);
        }
        if text.len() < SHORTEST {
            return Err(InvalidToken::Short);
        }
        Ok(Self(text.to_owned()))
    }
}

/// What is expected of those who ask.
pub(super) struct Lock {
    key: Key,
    token: Tag,
    /// What browsers keep instead of the secret; it ends with the process.
    pub(super) session: String,
    session_tag: Tag,
}

impl Lock {
    /// A lock for a secret; nothing where the system has no random numbers.
    pub(super) fn of(token: &Token) -> Option<Self> {
        let key = Key::generate(HMAC_SHA256, &SystemRandom::new()).ok()?;
        let tag = sign(&key, token.0.as_bytes());
        let mark = sign(&key, &[b"session ", token.0.as_bytes()].concat());
        let session: String = mark.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let session_tag = sign(&key, session.as_bytes());
        Some(Self { key, token: tag, session, session_tag })
    }

    /// Whether the secret itself is offered.
    pub(super) fn opens(&self, offered: &str) -> bool {
        verify(&self.key, offered.as_bytes(), self.token.as_ref()).is_ok()
    }

    /// Whether what a browser kept is offered.
    pub(super) fn knows(&self, offered: &str) -> bool {
        verify(&self.key, offered.as_bytes(), self.session_tag.as_ref()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_can_stand_in_an_address_and_cannot_be_guessed() {
        assert!(Token::parse(" 0123456789abcdef\n").is_ok());
        assert_eq!(Token::parse("0123456789abcde").unwrap_err(), InvalidToken::Short);
        assert_eq!(Token::parse("").unwrap_err(), InvalidToken::Short);
        for text in
            ["0123456789abcdef+", "0123456789 abcdef", "0123456789abcdef;x=1", "ü23456789012345678"]
        {
            assert_eq!(Token::parse(text).unwrap_err(), InvalidToken::Characters);
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let token = Token::parse("0123456789abcdef").unwrap();
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert!(!Lock::of(&token).unwrap().session.contains("0123456789abcdef"));
    }

    #[test]
    fn the_secret_opens_and_what_a_browser_keeps_is_another_one() {
        let token = Token::parse("0123456789abcdef").unwrap();
        let (lock, other) = (Lock::of(&token).unwrap(), Lock::of(&token).unwrap());
        assert!(lock.opens("0123456789abcdef") && lock.knows(&lock.session));
        assert!(!lock.opens(&lock.session) && !lock.knows("0123456789abcdef"));
        for wrong in ["", "0123456789abcdeF", "0123456789abcdef0"] {
            assert!(!lock.opens(wrong) && !lock.knows(wrong));
        }
        assert!(!lock.knows(&other.session), "it ends with its process");
    }
}
