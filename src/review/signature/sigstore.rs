//! Sigstore bundles 0.1 to 0.3 in JSON: an envelope, or a signature of a file, with what it takes to
//! check it.
//!
//! A bundle is checked with what the buyer gave and with nothing else. The transparency log is not
//! asked, nor are its entries and timestamps in the bundle read: both need keys of the log, and the log
//! the network. So the short-lived certificates of the public service, which are over minutes after
//! signing, are never enough; a bundle made with a key is.

use super::certificate::Certificate;
use super::dsse::{self, Envelope, Over};
use super::encoding::base64;
use super::json::Value;
use super::key::{Digest, USUAL};
use super::verdict::{Carried, Claim, Outcome, Trusted};

/// The types of bundles that are read.
const MEDIA: [&str; 5] = [
    "application/vnd.dev.sigstore.bundle+json;version=0.1",
    "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
    "application/vnd.dev.sigstore.bundle.v0.3.1+json",
];

/// Whether a value is a bundle.
pub(super) fn is_bundle(value: &Value) -> bool {
    value
        .text_of("mediaType")
        .is_some_and(|kind| kind.starts_with("application/vnd.dev.sigstore.bundle"))
}

/// Checks a bundle, which may stand beside a file.
pub(super) fn check(bundle: &Value, file: Option<&[u8]>, trusted: Trusted<'_>) -> Envelope {
    let plain = |outcome| Envelope { outcome, subjects: Vec::new(), over: Over::File };
    if !MEDIA.contains(&bundle.text_of("mediaType").unwrap_or_default()) {
        let cause = "the bundle is of a version that is not known: 0.1 to 0.3 are";
        return plain(Outcome::NotVerified(cause.to_owned()));
    }
    let material = Material::of(bundle);
    if let Err(cause) = &material.chain {
        return plain(Outcome::NotVerified(format!("a certificate of the bundle {cause}")));
    }
    if let Some(envelope) = bundle.get("dsseEnvelope") {
        return dsse::check(envelope, trusted, || material.carried());
    }
    let Some(signature) = bundle.get("messageSignature") else {
        return plain(Outcome::Broken("the bundle holds no signature".to_owned()));
    };
    let Some(file) = file else {
        let cause = "the file that the bundle signs is not in the delivery";
        return plain(Outcome::NotVerified(cause.to_owned()));
    };
    plain(of_file(signature, &material, file, trusted))
}

/// A signature over a file.
fn of_file(signature: &Value, material: &Material, file: &[u8], trusted: Trusted<'_>) -> Outcome {
    let Some(bytes) = signature.text_of("signature").and_then(base64) else {
        return Outcome::Broken("the signature of the bundle is no base 64".to_owned());
    };
    if let Some(digest) = signature.get("messageDigest") {
        let kind = digest.text_of("algorithm").and_then(Digest::of_name);
        let stated = digest.text_of("digest").and_then(base64);
        match (kind, stated) {
            (Some(kind), Some(stated)) if kind.of(file) == stated => {}
            (Some(_), Some(_)) => {
                let cause = "the bundle was made for another file: its digest differs";
                return Outcome::Broken(cause.to_owned());
            }
            (Some(_), None) => {
                return Outcome::Broken("the digest of the bundle is no base 64".to_owned());
            }
            // what is signed is the file itself; a digest that cannot be compared is but a hint
            (None, _) => {}
        }
    }
    let claim = Claim {
        message: file,
        content: file,
        signature: &bytes,
        ways: &USUAL,
        key_id: material.hint.as_deref(),
        carried: material.carried(),
    };
    claim.judge(trusted)
}

/// What a bundle carries to check it with.
struct Material {
    /// The key that it says it was made with.
    hint: Option<String>,
    /// The signer's certificate and those behind it.
    chain: Result<Vec<Certificate>, String>,
}

impl Material {
    fn of(bundle: &Value) -> Self {
        let material = bundle.get("verificationMaterial");
        let member = |name: &str| material.and_then(|material| material.get(name));
        let hint = member("publicKey").and_then(|key| key.text_of("hint")).map(str::to_owned);
        let several = member("x509CertificateChain").and_then(|chain| chain.get("certificates"));
        let several = several.and_then(Value::list).unwrap_or_default();
        let read = |value: &Value| {
            let der = value.text_of("rawBytes").and_then(base64);
            der.ok_or_else(|| "is no base 64".to_owned()).and_then(|der| Certificate::parse(&der))
        };
        let chain = member("certificate").into_iter().chain(several).take(16).map(read).collect();
        Self { hint, chain }
    }

    fn carried(&self) -> Carried {
        match self.chain.as_deref() {
            Ok([leaf, between @ ..]) => Carried::Chain(Box::new(leaf.clone()), between.to_vec()),
            _ => Carried::Nothing,
        }
    }
}
