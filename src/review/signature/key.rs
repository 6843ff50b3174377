//! Public keys, and what they can check.

use ring::signature::{self as algorithms, UnparsedPublicKey, VerificationAlgorithm};
use x509_cert::der::asn1::{AnyRef, BitString, ObjectIdentifier, UintRef};
use x509_cert::der::{Any, Decode, Encode, Tag, Tagged};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::encoding::base64;
use super::json::Value;
use crate::files::{Source, hexadecimal, sha256};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// RSA-PSS (RFC 4055).
pub(super) const PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// A kind of key that can be checked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyKind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublicKey {
    pub(super) kind: KeyKind,
    /// As ring takes them: `RSAPublicKey` (RFC 8017), an uncompressed point, 32 bytes of Ed25519.
    bytes: Vec<u8>,
    /// SHA-256 of `SubjectPublicKeyInfo` in DER (RFC 5280), in hexadecimal.
    pub(super) fingerprint: String,
}

impl PublicKey {
    /// Reads `SubjectPublicKeyInfo` in DER; the error says what it is instead.
    pub(super) fn from_spki(der: &[u8]) -> Result<Self, String> {
        let spki = SubjectPublicKeyInfoOwned::from_der(der)
            .map_err(|error| format!("is no public key: {error}"))?;
        let curve = spki.algorithm.parameters.as_ref();
        let curve = curve.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
        let kind = match (spki.algorithm.oid, curve) {
            (RSA, _) => KeyKind::Rsa,
            (EC, Some(P256)) => KeyKind::P256,
            (EC, Some(P384)) => KeyKind::P384,
            (ED25519, _) => KeyKind::Ed25519,
            (other, curve) => {
                let curve = curve.map(|curve| format!(", curve {curve}")).unwrap_or_default();
                return Err(format!(
                    "is a key of a kind that is not supported (algorithm {other}{curve}); RSA, P-256, P-384 and Ed25519 are"
                ));
            }
        };
        let bytes = spki.subject_public_key.raw_bytes().to_vec();
        Ok(Self { kind, bytes, fingerprint: sha256([der]) })
    }

    /// A key of which only the bytes are known.
    pub(super) fn from_bytes(kind: KeyKind, bytes: Vec<u8>) -> Option<Self> {
        let (oid, parameters) = match kind {
            KeyKind::Rsa => (RSA, Some(Any::null())),
            KeyKind::P256 => (EC, Some(Any::from(P256))),
            KeyKind::P384 => (EC, Some(Any::from(P384))),
            KeyKind::Ed25519 => (ED25519, None),
        };
        let spki = SubjectPublicKeyInfoOwned {
            algorithm: AlgorithmIdentifierOwned { oid, parameters },
            subject_public_key: BitString::from_bytes(&bytes).ok()?,
        };
        let fingerprint = sha256([&*spki.to_der().ok()?]);
        Some(Self { kind, bytes, fingerprint })
    }

    /// Reads a JSON Web Key (RFC 7517, RFC 7518 6, RFC 8037); the error says what it is instead.
    pub(super) fn from_jwk(jwk: &Value) -> Result<Self, String> {
        let number = |name: &str| {
            let bytes = jwk.text_of(name).and_then(base64);
            bytes.ok_or_else(|| format!("is a JSON Web Key without {name:?}"))
        };
        let curve = jwk.text_of("crv").unwrap_or_default();
        let (kind, bytes) = match (jwk.text_of("kty").unwrap_or_default(), curve) {
            ("RSA", _) => {
                let bytes = rsa(&number("n")?, &number("e")?);
                (KeyKind::Rsa, bytes.ok_or("is a JSON Web Key with unusable numbers")?)
            }
            ("EC", "P-256") => (KeyKind::P256, point(&number("x")?, &number("y")?)),
            ("EC", "P-384") => (KeyKind::P384, point(&number("x")?, &number("y")?)),
            ("OKP", "Ed25519") => (KeyKind::Ed25519, number("x")?),
            ("oct", _) => return Err("is a secret, and no public key".to_owned()),
            (kty, curve) => {
                return Err(format!(
                    "is a JSON Web Key of a kind that is not supported ({} {})",
                    shortened(kty),
                    shortened(curve)
                ));
            }
        };
        Self::from_bytes(kind, bytes).ok_or_else(|| "is a JSON Web Key that is too long".to_owned())
    }

    /// Reads `RSAPublicKey` in DER (RFC 8017, A.1.1).
    pub(super) fn from_pkcs1(der: &[u8]) -> Option<Self> {
        AnyRef::from_der(der).ok().filter(|any| any.tag() == Tag::Sequence)?;
        Self::from_bytes(KeyKind::Rsa, der.to_vec())
    }

    /// Whether an identifier in a document means this key: its fingerprint, in hexadecimal or base 64.
    pub(super) fn is_called(&self, id: &str) -> bool {
        let id = id.strip_prefix("SHA256:").or_else(|| id.strip_prefix("sha256:")).unwrap_or(id);
        let digest = base64(id).map(|bytes| hexadecimal(&bytes));
        id.eq_ignore_ascii_case(&self.fingerprint) || digest.as_ref() == Some(&self.fingerprint)
    }

    /// Whether the signature holds under this key by one of the ways that fit it.
    pub(super) fn holds(&self, ways: &[Way], message: &[u8], signature: &[u8]) -> bool {
        let fitting = ways.iter().filter(|way| way.kind == self.kind);
        let mut held = fitting.map(|way| UnparsedPublicKey::new(way.algorithm, &self.bytes));
        held.any(|key| key.verify(message, signature).is_ok())
    }
}

/// Foreign text, short enough to be shown.
pub(super) fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

fn point(x: &[u8], y: &[u8]) -> Vec<u8> {
    [&[4], x, y].concat()
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    let number = |bytes: &[u8]| UintRef::new(bytes).and_then(|number| number.to_der()).ok();
    let numbers = [number(modulus)?, number(exponent)?].concat();
    AnyRef::new(Tag::Sequence, &numbers).ok()?.to_der().ok()
}

/// A way to sign: a kind of key with an algorithm.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) kind: KeyKind,
    algorithm: &'static dyn VerificationAlgorithm,
}

macro_rules! way {
    ($kind:ident $algorithm:ident) => {
        Way { kind: KeyKind::$kind, algorithm: &algorithms::$algorithm }
    };
}

/// The ways that a kind of key signs bytes where the document does not name one (DSSE, Sigstore, bare
/// signatures): with SHA-256, or the digest of the curve. RSA keys of less than 2048 bits never hold.
pub(super) const USUAL: [Way; 6] = [
    way!(Rsa RSA_PKCS1_2048_8192_SHA256),
    way!(Rsa RSA_PSS_2048_8192_SHA256),
    way!(P256 ECDSA_P256_SHA256_ASN1),
    way!(P384 ECDSA_P384_SHA384_ASN1),
    way!(P384 ECDSA_P384_SHA256_ASN1),
    way!(Ed25519 ED25519),
];

/// Ed25519 alone, as minisign has it.
pub(super) const PURE_ED25519: Way = way!(Ed25519 ED25519);

/// The way of a name of JSON Web Algorithms (RFC 7518, 3.1) as JSF uses them; the error says why it
/// cannot be gone.
pub(super) fn jwa(name: &str) -> Result<Way, String> {
    Ok(match name {
        "RS256" => way!(Rsa RSA_PKCS1_2048_8192_SHA256),
        "RS384" => way!(Rsa RSA_PKCS1_2048_8192_SHA384),
        "RS512" => way!(Rsa RSA_PKCS1_2048_8192_SHA512),
        "PS256" => way!(Rsa RSA_PSS_2048_8192_SHA256),
        "PS384" => way!(Rsa RSA_PSS_2048_8192_SHA384),
        "PS512" => way!(Rsa RSA_PSS_2048_8192_SHA512),
        "ES256" => way!(P256 ECDSA_P256_SHA256_FIXED),
        "ES384" => way!(P384 ECDSA_P384_SHA384_FIXED),
        "Ed25519" => PURE_ED25519,
        "HS256" | "HS384" | "HS512" => {
            return Err(format!(
                "{name} works with a secret that both sides hold, so no public key can check it"
            ));
        }
        other => return Err(format!("the algorithm {:?} is not supported", shortened(other))),
    })
}

/// The way of the algorithms of CMS (RFC 5652, RFC 5754, RFC 8419), by their object identifiers.
pub(super) fn cms(signature: ObjectIdentifier, digest: Digest) -> Result<Way, String> {
    const ECDSA: [ObjectIdentifier; 2] = [
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"),
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3"),
    ];
    const RSA_WITH: [ObjectIdentifier; 3] = [
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"),
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12"),
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13"),
    ];
    let name = match (signature, digest) {
        (RSA, Digest::Sha256) => "RS256",
        (RSA, Digest::Sha384) => "RS384",
        (RSA, Digest::Sha512) => "RS512",
        (PSS, Digest::Sha256) => "PS256",
        (PSS, Digest::Sha384) => "PS384",
        (PSS, Digest::Sha512) => "PS512",
        (other, _) if other == RSA_WITH[0] => "RS256",
        (other, _) if other == RSA_WITH[1] => "RS384",
        (other, _) if other == RSA_WITH[2] => "RS512",
        (other, _) if other == ECDSA[0] => return Ok(way!(P256 ECDSA_P256_SHA256_ASN1)),
        (other, _) if other == ECDSA[1] => return Ok(way!(P384 ECDSA_P384_SHA384_ASN1)),
        (ED25519, _) => "Ed25519",
        (other, _) => return Err(format!("the algorithm {other} is not supported")),
    };
    jwa(name)
}

/// A digest that still proves something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Digest {
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// The digest of an object identifier (RFC 5754, 2.2 to 2.4).
    pub(super) fn of_oid(oid: ObjectIdentifier) -> Option<Self> {
        let at = |last: &str| oid.to_string() == format!("2.16.840.1.101.3.4.2.{last}");
        let known = [("1", Self::Sha256), ("2", Self::Sha384), ("3", Self::Sha512)];
        known.into_iter().find(|(last, _)| at(last)).map(|(_, digest)| digest)
    }

    /// The digest by its name in in-toto statements and Sigstore bundles.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        match name {
            "sha256" | "SHA2_256" => Some(Self::Sha256),
            "sha384" | "SHA2_384" => Some(Self::Sha384),
            "sha512" | "SHA2_512" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// How many bytes it has.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The digest of a file in hexadecimal, read piece by piece; `None` where it cannot be read.
    pub(super) fn of_source(self, source: &Source) -> Option<String> {
        match self {
            Self::Sha256 => source.sha256(),
            Self::Sha384 => source.sha384(),
            Self::Sha512 => source.sha512(),
        }
        .ok()
    }

    /// The digest of bytes.
    pub(super) fn of(self, bytes: &[u8]) -> Vec<u8> {
        use ring::digest::{SHA256, SHA384, SHA512, digest};
        let algorithm = match self {
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
            Self::Sha512 => &SHA512,
        };
        digest(algorithm, bytes).as_ref().to_vec()
    }
}
