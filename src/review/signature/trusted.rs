//! The keys and certificates that the buyer gave: the only ground on which a signature is verified.

use super::certificate::Certificate;
use super::encoding::pem;
use super::json::Value;
use super::key::PublicKey;
use super::minisign;

/// The most bytes of a file with keys.
const LONGEST: usize = 1024 * 1024;

/// A key or certificate that the buyer gave.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    /// The file it stands in, as the buyer named it.
    pub(super) name: String,
    pub(super) held: Held,
}

/// What a buyer gave.
#[derive(Clone, Debug)]
pub(super) enum Held {
    /// A public key, with the identifier that its file gives it (`kid`).
    Key { key: PublicKey, id: Option<String> },
    /// A certificate: of the signer, or of the authority that vouches for the signer.
    Certificate(Box<Certificate>),
    /// A key of minisign, which is known by a number.
    Minisign(minisign::Key),
}

/// Why a file with keys cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {cause}")]
pub struct KeyFault {
    /// The file.
    pub name: String,
    /// What is wrong with it.
    pub cause: String,
}

impl TrustedKey {
    /// Reads the keys of a file: PEM or DER with a public key or certificates, a JSON Web Key or a set
    /// of them, a public key of minisign. `name` is what the file is called in reports.
    ///
    /// # Errors
    ///
    /// Where a key in it cannot be used: the cause says what it is instead. A file is used whole or not
    /// at all, so no key is ever left out in silence.
    pub fn parse(bytes: &[u8], name: &str) -> Result<Vec<Self>, KeyFault> {
        let fault = |cause: String| KeyFault { name: name.to_owned(), cause };
        if bytes.len() > LONGEST {
            return Err(fault(format!("is longer than {LONGEST} bytes, which no key is")));
        }
        let held = read(bytes).map_err(fault)?;
        Ok(held.into_iter().map(|held| Self { name: name.to_owned(), held }).collect())
    }

    /// SHA-256 of the key, in hexadecimal; that of a certificate is its key's.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        self.key().map_or("", |key| &key.fingerprint)
    }

    /// The file it stands in, as the buyer named it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key; none of a certificate whose key is of a kind that is not supported.
    pub(super) fn key(&self) -> Option<&PublicKey> {
        match &self.held {
            Held::Key { key, .. } => Some(key),
            Held::Certificate(certificate) => certificate.key.as_ref().ok(),
            Held::Minisign(key) => Some(&key.key),
        }
    }

    /// Whether an identifier in a document means this key.
    pub(super) fn is_called(&self, id: &str) -> bool {
        let own = matches!(&self.held, Held::Key { id: Some(own), .. } if own == id);
        own || self.key().is_some_and(|key| key.is_called(id))
    }
}

fn read(bytes: &[u8]) -> Result<Vec<Held>, String> {
    let plain = |key| Held::Key { key, id: None };
    if bytes.first() == Some(&0x30) && std::str::from_utf8(bytes).is_err() {
        return match Certificate::parse(bytes) {
            Ok(certificate) => Ok(vec![Held::Certificate(Box::new(certificate))]),
            Err(_) => PublicKey::from_spki(bytes).map(|key| vec![plain(key)]),
        };
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "is neither text nor DER".to_owned())?;
    if text.trim_start().starts_with('{') {
        return read_jwk(text.trim());
    }
    if text.contains("-----BEGIN ") {
        return read_pem(text);
    }
    match minisign::Key::parse(text) {
        Some(key) => Ok(vec![Held::Minisign(key)]),
        None => {
            Err("is no key that is known: PEM, DER, a JSON Web Key or a key of minisign".to_owned())
        }
    }
}

fn read_pem(text: &str) -> Result<Vec<Held>, String> {
    let blocks = pem(text);
    if blocks.is_empty() {
        return Err("begins a block of PEM and does not end it".to_owned());
    }
    let mut held = Vec::new();
    for block in blocks {
        let label = block.label.as_str();
        if label.contains("PRIVATE KEY") {
            return Err(
                "holds a private key: give the public one, and keep that one secret".to_owned()
            );
        }
        if label.starts_with("PGP ") {
            return Err(
                "holds an OpenPGP key: OpenPGP signatures are recognised, not checked (use gpg --verify)".to_owned(),
            );
        }
        let bytes = block.bytes.ok_or_else(|| format!("the block {label} is no base 64"))?;
        held.push(match label {
            "PUBLIC KEY" => Held::Key { key: PublicKey::from_spki(&bytes)?, id: None },
            "RSA PUBLIC KEY" => {
                let key = PublicKey::from_pkcs1(&bytes).ok_or("holds no RSA public key")?;
                Held::Key { key, id: None }
            }
            "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE" => {
                Held::Certificate(Box::new(Certificate::parse(&bytes)?))
            }
            other => return Err(format!("holds a block of PEM that is no public key ({other:?})")),
        });
    }
    Ok(held)
}

fn read_jwk(text: &str) -> Result<Vec<Held>, String> {
    let value = Value::parse(text.as_bytes()).map_err(|error| format!("is no JSON: {error}"))?;
    let one = |jwk: &Value| {
        if jwk.get("d").is_some() {
            return Err(
                "holds a private key: give the public one, and keep that one secret".to_owned()
            );
        }
        let key = PublicKey::from_jwk(jwk)?;
        Ok(Held::Key { key, id: jwk.text_of("kid").map(str::to_owned) })
    };
    match value.get("keys").and_then(Value::list) {
        Some([]) => Err("is a set without keys".to_owned()),
        Some(keys) => keys.iter().map(one).collect(),
        None => Ok(vec![one(&value)?]),
    }
}
