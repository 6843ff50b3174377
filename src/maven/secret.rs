//! Passwords in settings, plain or encrypted as Maven does it (plexus-cipher 1 and 2, plexus-sec-dispatcher).
//!
//! An encrypted text stands in braces, with anything around it. In base64: 8 bytes of salt, the number of
//! bytes of padding at the end, the text in AES-128 in CBC mode with PKCS #7, the padding. Key and
//! initialisation vector are the halves of SHA-256 over the passphrase and the salt. The passphrase is the
//! master password of `settings-security.xml`, whose own is known to everybody.

use std::fmt;
use std::path::PathBuf;

use aes::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roxmltree::Node;
use sha2::{Digest, Sha256};

use super::parse::PomError;
use super::reader::{Reader, read};

/// With what a master password is encrypted.
const OF_MASTERS: &str = "settings.security";

const SALT: usize = 8;

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The master password, or why there is none. It is never shown.
#[derive(Clone)]
pub struct Master(Result<Secret, String>);

impl Default for Master {
    fn default() -> Self {
        Self(Err("there is no settings-security.xml with a master password".to_owned()))
    }
}

impl fmt::Debug for Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Master(…)")
    }
}

/// What `settings-security.xml` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// The encrypted master password.
    Master(Secret),
    /// It stands in another file.
    Elsewhere(PathBuf),
}

impl Security {
    /// Reads `settings-security.xml`.
    ///
    /// # Errors
    /// When the text is no XML, another document, or names neither a password nor a file.
    pub fn parse(text: &str) -> Result<Self, PomError> {
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method alone has one lifetime"
        )]
        read(text, |reader, root| reader.security(root))
    }
}

impl Reader<'_> {
    fn security(&self, root: Node<'_, '_>) -> Result<Security, PomError> {
        if !self.is(root, "settingsSecurity") {
            let found = self.raw_name(root);
            let cause = format!("the root element is <{found}>, expected <settingsSecurity>");
            return Err(self.error(root, cause));
        }
        let fields = self.fields(root)?;
        let text = |name| fields.string(name).filter(|text| !text.is_empty());
        match (text("relocation"), text("master")) {
            (Some(path), _) => Ok(Security::Elsewhere(PathBuf::from(path))),
            (None, Some(master)) => Ok(Security::Master(Secret::new(master))),
            (None, None) => Err(self.error(root, "it names no master password")),
        }
    }
}

impl Master {
    /// Opens an encrypted master password.
    #[must_use]
    pub fn of(encrypted: &Secret) -> Self {
        let text = inner(&encrypted.0).unwrap_or(&encrypted.0);
        Self(decrypted(text, OF_MASTERS).map(Secret).ok_or_else(|| {
            "the master password in settings-security.xml cannot be decrypted".to_owned()
        }))
    }

    /// No master password, for a reason.
    #[must_use]
    pub fn lacking(cause: String) -> Self {
        Self(Err(cause))
    }
}

impl Secret {
    /// Takes a text as it is written.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text that is written.
    pub(super) fn written(&self) -> &str {
        &self.0
    }

    /// The text that is meant.
    ///
    /// # Errors
    /// Why it cannot be decrypted, without what it is.
    pub(super) fn revealed(&self, master: &Master) -> Result<String, String> {
        let Some(text) = inner(&self.0) else { return Ok(self.0.clone()) };
        if text.starts_with('[') {
            return Err("it is encrypted in a way that only an extension of Maven knows".to_owned());
        }
        let master = master.0.as_ref().map_err(Clone::clone)?;
        let wrong = || "it was encrypted with another master password, or is damaged".to_owned();
        decrypted(text, &master.0).ok_or_else(wrong)
    }
}

/// What stands between the first braces that are not escaped.
fn inner(text: &str) -> Option<&str> {
    let brace = |brace: char, from: usize| {
        let mut found = text[from..].match_indices(brace).map(|(at, _)| from + at);
        found.find(|at| !text[..*at].ends_with('\\'))
    };
    let open = brace('{', 0)? + 1;
    let close = brace('}', open)?;
    Some(&text[open..close]).filter(|inner| !inner.is_empty())
}

fn decrypted(text: &str, passphrase: &str) -> Option<String> {
    let bytes = STANDARD.decode(text.split_whitespace().collect::<String>()).ok()?;
    let (salt, rest) = bytes.split_at_checked(SALT)?;
    let (padding, rest) = rest.split_first()?;
    let data = rest.get(..rest.len().checked_sub(usize::from(*padding))?)?;
    let digest = Sha256::new().chain_update(passphrase).chain_update(salt).finalize();
    let (key, vector) = digest.split_at(16);
    let cipher = cbc::Decryptor::<aes::Aes128>::new_from_slices(key, vector).ok()?;
    let mut data = data.to_vec();
    let plain = cipher.decrypt_padded::<Pkcs7>(&mut data).ok()?;
    String::from_utf8(plain.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // by `mvn --encrypt-master-password` and `mvn --encrypt-password` of Maven 3.8.7
    const MASTER: &str = "{Hn0HYJfuIP8HuKXLeetwUvKUlFIrT++sV0Ck26fck/g=}";
    const SHORT: &str = "{mC0upnTNCcYH1LFMD+O9MrqqEqrkxSw9GahptJlSEtI=}";
    const LONG: &str = "{FXIzyjqvSFsHtYGnkYljJkNrH+5w14ETvRv/pGj+SXK3sMDe0s5WdZiMq82Iy3Lv}";

    fn revealed(text: &str) -> Result<String, String> {
        Secret::new(text.to_owned()).revealed(&Master::of(&Secret::new(MASTER.to_owned())))
    }

    #[test]
    fn passwords_that_maven_encrypted_are_opened() {
        let master = Master::of(&Secret::new(MASTER.to_owned()));
        assert_eq!(master.0.unwrap().0, "Grüße {x} 1");
        assert_eq!(revealed(SHORT).unwrap(), "open sesame");
        assert_eq!(revealed(LONG).unwrap(), "pä$$wörd & <0123456789abcdef>");
        assert_eq!(revealed(&format!("set by Joe {SHORT} in May")).unwrap(), "open sesame");
    }

    #[test]
    fn other_passwords_stay_as_they_are() {
        for text in ["plain", "\\{escaped\\}", "{}", "a{b", ""] {
            assert_eq!(revealed(text).unwrap(), text);
        }
    }

    #[test]
    fn what_cannot_be_opened_says_why_and_not_what() {
        let damaged = SHORT.replace("mC0", "nC0");
        for text in [damaged.as_str(), "{mC0u}", "{!}", "{AAAA}", MASTER] {
            assert!(revealed(text).unwrap_err().contains("another master password"), "{text}");
        }
        assert!(revealed("{[type=x]AAAA}").unwrap_err().contains("extension"));
        let without = Secret::new(SHORT.to_owned()).revealed(&Master::default()).unwrap_err();
        assert!(without.contains("settings-security.xml"), "{without}");
        let secret = Secret::new("hidden".to_owned());
        assert!(!format!("{secret:?} {:?}", Master::of(&secret)).contains("hidden"));
    }

    #[test]
    fn the_master_password_stands_in_its_file_or_elsewhere() {
        let of =
            |inner: &str| Security::parse(&format!("<settingsSecurity>{inner}</settingsSecurity>"));
        let master = of(&format!("<master>{MASTER}</master>")).unwrap();
        assert_eq!(master, Security::Master(Secret::new(MASTER.to_owned())));
        let elsewhere = of("<relocation>/media/usb/s.xml</relocation>").unwrap();
        assert_eq!(elsewhere, Security::Elsewhere("/media/usb/s.xml".into()));
        assert_eq!(of("").unwrap_err().cause, "it names no master password");
        assert!(Security::parse("<settings/>").is_err());
    }
}
