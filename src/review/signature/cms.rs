//! Detached signatures of CMS (RFC 5652; `.p7s`), in DER or PEM.

use x509_cert::der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use x509_cert::der::{Decode, Encode, Tag, Tagged};

use super::certificate::Certificate;
use super::encoding::{elements, pem};
use super::key::{self, Digest, Way};
use super::verdict::{Carried, Claim, Outcome, Trusted};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

/// The most signers and certificates that are looked at.
const MOST: usize = 16;

/// How a sequence of indefinite length begins (X.690, 8.1.3.6), which BER allows and DER does not.
const INDEFINITE: [u8; 2] = [0x30, 0x80];

/// `SignedData`, as far as it matters.
struct SignedData<'a> {
    /// `eContentType`, in DER.
    kind: AnyRef<'a>,
    /// The content, where the signature is not detached.
    content: Option<&'a [u8]>,
    certificates: Vec<Result<Certificate, String>>,
    signers: Vec<SignerInfo<'a>>,
}

/// `SignerInfo`, as far as it matters.
struct SignerInfo<'a> {
    /// Whom it names: issuer and serial number, or the identifier of a key.
    signer: AnyRef<'a>,
    digest: ObjectIdentifier,
    /// The attributes that are signed in place of the content.
    attributes: Option<AnyRef<'a>>,
    /// The algorithm of the signature, with its parameters.
    algorithm: AnyRef<'a>,
    signature: &'a [u8],
}

/// What a signature beside a file is worth.
pub(super) fn check(file: &[u8], signature: &[u8], trusted: Trusted<'_>) -> Outcome {
    let der = match std::str::from_utf8(signature) {
        Ok(text) => {
            let block =
                pem(text).into_iter().find(|block| matches!(&*block.label, "PKCS7" | "CMS"));
            let Some(bytes) = block.and_then(|block| block.bytes) else {
                let cause = "it is neither DER nor PEM: S/MIME mails are not read";
                return Outcome::NotVerified(cause.to_owned());
            };
            bytes
        }
        Err(_) => signature.to_vec(),
    };
    let Some(data) = SignedData::parse(&der) else {
        return match der.starts_with(&INDEFINITE) {
            true => Outcome::NotVerified(
                "it is in BER, which leaves lengths open, and only DER is read (openssl cms -verify reads \
                 both; signed without -stream it is in DER)"
                    .to_owned(),
            ),
            false => Outcome::Broken("it is no signature of CMS in DER".to_owned()),
        };
    };
    if data.content.is_some_and(|content| content != file) {
        return Outcome::Broken(
            "it holds other content than the file, so one of them has been changed".to_owned(),
        );
    }
    match data.signers.len() {
        0 => Outcome::NotVerified("it names no signer".to_owned()),
        many if many > MOST => Outcome::NotVerified(format!(
            "it names {many} signers, and no more than {MOST} are checked"
        )),
        _ => Outcome::best(
            data.signers.iter().map(|signer| data.judge(signer, file, trusted)).collect(),
        ),
    }
}

impl<'a> SignedData<'a> {
    fn parse(der: &'a [u8]) -> Option<Self> {
        let info = parts(AnyRef::from_der(der).ok()?)?;
        let [kind, content] = info[..] else { return None };
        if kind.decode_as::<ObjectIdentifier>().ok()? != SIGNED_DATA || context(content) != Some(0)
        {
            return None;
        }
        let data = parts(AnyRef::from_der(content.value()).ok()?)?;
        let [_version, _digests, inner, rest @ .., signers] = data.as_slice() else { return None };
        let inner = parts(*inner)?;
        let (kind, content) = match inner[..] {
            [kind] => (kind, None),
            [kind, content] if context(content) == Some(0) => {
                let octets = <&OctetStringRef>::from_der(content.value()).ok()?;
                (kind, Some(octets.as_bytes()))
            }
            _ => return None,
        };
        let certificates = rest.iter().find(|part| context(**part) == Some(0));
        let certificates = certificates.map_or(Some(Vec::new()), |part| elements(part.value()))?;
        let certificates = certificates.iter().take(MOST).map(|part| {
            let der = part.to_der().map_err(|error| error.to_string())?;
            Certificate::parse(&der)
        });
        let certificates = certificates.collect();
        let signers = (signers.tag() == Tag::Set).then(|| elements(signers.value()))??;
        let signers = signers.into_iter().map(SignerInfo::parse).collect::<Option<_>>()?;
        Some(Self { kind, content, certificates, signers })
    }

    fn judge(&self, signer: &SignerInfo<'_>, file: &[u8], trusted: Trusted<'_>) -> Outcome {
        let Some(digest) = Digest::of_oid(signer.digest) else {
            let cause =
                format!("its digest ({}) is not one that still proves anything", signer.digest);
            return Outcome::NotVerified(cause);
        };
        let way = match way(signer.algorithm, digest) {
            Ok(way) => way,
            Err(cause) => return Outcome::NotVerified(cause),
        };
        let attributes = match signer.attributes {
            None => None,
            Some(attributes) => match self.attributes(attributes, &digest.of(file)) {
                Ok(signed) => Some(signed),
                Err(cause) => return Outcome::Broken(cause.to_owned()),
            },
        };
        let message = attributes.as_deref().unwrap_or(file);
        self.claim(signer, &[way], (message, file), trusted)
    }

    /// The attributes as they are signed, if they speak of this content (RFC 5652, 5.4 and 5.6).
    fn attributes(&self, attributes: AnyRef<'_>, digest: &[u8]) -> Result<Vec<u8>, &'static str> {
        let malformed = "its signed attributes cannot be read";
        let mut of_content = false;
        let mut of_kind = false;
        for attribute in elements(attributes.value()).ok_or(malformed)? {
            let parts = parts(attribute).ok_or(malformed)?;
            let [name, values] = parts[..] else { return Err(malformed) };
            let name = name.decode_as::<ObjectIdentifier>().map_err(|_| malformed)?;
            if name == MESSAGE_DIGEST {
                let stated = <&OctetStringRef>::from_der(values.value()).map_err(|_| malformed)?;
                if stated.as_bytes() != digest {
                    return Err(
                        "it was made for another file, or the file has been changed: the digest differs",
                    );
                }
                of_content = true;
            } else if name == CONTENT_TYPE {
                let stated = AnyRef::from_der(values.value()).map_err(|_| malformed)?;
                of_kind = stated == self.kind;
            }
        }
        if !(of_content && of_kind) {
            return Err("its signed attributes do not say what they are about");
        }
        let set = AnyRef::new(Tag::Set, attributes.value()).and_then(|set| set.to_der());
        set.map_err(|_| malformed)
    }

    fn claim(
        &self,
        signer: &SignerInfo<'_>,
        ways: &[Way],
        (message, content): (&[u8], &[u8]),
        trusted: Trusted<'_>,
    ) -> Outcome {
        let named = |certificate: &&Certificate| signer.names(certificate);
        let readable = || self.certificates.iter().flatten();
        let carried = match readable().find(named) {
            None => Carried::Nothing,
            Some(leaf) => {
                let others = readable().filter(|certificate| !signer.names(certificate)).cloned();
                Carried::Chain(Box::new(leaf.clone()), others.collect())
            }
        };
        let claim =
            Claim { message, content, signature: signer.signature, ways, key_id: None, carried };
        claim.judge(trusted)
    }
}

impl<'a> SignerInfo<'a> {
    fn parse(part: AnyRef<'a>) -> Option<Self> {
        let parts = parts(part)?;
        let [_version, signer, digest, rest @ ..] = parts.as_slice() else { return None };
        let (attributes, rest) = match rest {
            [first, rest @ ..] if context(*first) == Some(0) => (Some(*first), rest),
            rest => (None, rest),
        };
        let [algorithm, signature, ..] = rest else { return None };
        let signature = signature.decode_as::<&OctetStringRef>().ok()?.as_bytes();
        let (digest, algorithm) = (algorithm_of(*digest)?, *algorithm);
        Some(Self { signer: *signer, digest, attributes, algorithm, signature })
    }

    /// Whether it names the certificate as the signer's. Key identifiers are not compared: whose key it
    /// is shows when the signature holds under it.
    fn names(&self, certificate: &Certificate) -> bool {
        if self.signer.tag() != Tag::Sequence {
            return false;
        }
        let issued = certificate.issued().map(|(issuer, serial)| [issuer, serial].concat());
        issued.is_some_and(|issued| issued == self.signer.value())
    }
}

/// The elements of a constructed one.
fn parts(any: AnyRef<'_>) -> Option<Vec<AnyRef<'_>>> {
    (any.tag() == Tag::Sequence).then(|| elements(any.value()))?
}

/// The number of a context-specific tag.
fn context(any: AnyRef<'_>) -> Option<u32> {
    any.tag().is_context_specific().then(|| any.tag().number().value())
}

/// The name of an algorithm, without its parameters.
fn algorithm_of(any: AnyRef<'_>) -> Option<ObjectIdentifier> {
    parts(any)?.first()?.decode_as::<ObjectIdentifier>().ok()
}

/// The way that an algorithm of a signature names. RSA-PSS carries its own digest and the length of its
/// salt (RFC 4055, 3.1), which ring takes only as long as the digest.
fn way(algorithm: AnyRef<'_>, digest: Digest) -> Result<Way, String> {
    let oid = algorithm_of(algorithm).ok_or("its algorithm cannot be read")?;
    if oid != key::PSS {
        return key::cms(oid, digest);
    }
    let parameters = parts(algorithm).and_then(|all| all.get(1).copied()).and_then(parts);
    let parameters = parameters.unwrap_or_default();
    let number = |number: u32| parameters.iter().find(|part| context(**part) == Some(number));
    let hash =
        number(0).and_then(|part| AnyRef::from_der(part.value()).ok()).and_then(algorithm_of);
    let salt = number(2).and_then(|part| u32::from_der(part.value()).ok()).unwrap_or(20);
    let hash = hash.and_then(Digest::of_oid);
    let Some(hash) = hash.filter(|hash| usize::try_from(salt) == Ok(hash.length())) else {
        return Err(format!(
            "RSA-PSS with these parameters is not supported (a salt of {salt} bytes)"
        ));
    };
    key::cms(oid, hash)
}
