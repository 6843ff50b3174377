//! Certificates (RFC 5280): whose they are, when they hold, and who vouches for them.
//!
//! A chain is checked for its signatures, its dates on the day of the review, the right of each issuer
//! to issue, and the purpose of the signer's certificate. It is not checked for revocation, which would
//! take the network.

use std::time::Duration;

use jiff::Timestamp;
use pki_types::{CertificateDer, UnixTime};
use webpki::{
    EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeId, KeyPurposeIdIter,
    RequiredEkuNotFoundContext,
};
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, SubjectAltName};
use x509_cert::time::Time;

use super::key::{PublicKey, shortened};

/// The most bytes of a certificate: theirs are some thousand.
const LONGEST: usize = 16 * 1024;

/// A certificate.
#[derive(Clone, Debug)]
pub(super) struct Certificate {
    der: Vec<u8>,
    parsed: x509_cert::Certificate,
    /// Its key, or why that cannot be used.
    pub(super) key: Result<PublicKey, String>,
}

impl Certificate {
    /// Reads DER; the error says why it is no certificate.
    pub(super) fn parse(der: &[u8]) -> Result<Self, String> {
        if der.len() > LONGEST {
            return Err(format!("is longer than {LONGEST} bytes, which no certificate is"));
        }
        let parsed = x509_cert::Certificate::from_der(der)
            .map_err(|error| format!("is no certificate: {error}"))?;
        let key = parsed.tbs_certificate().subject_public_key_info().to_der();
        let key = key.map_err(|error| error.to_string()).and_then(|der| PublicKey::from_spki(&der));
        Ok(Self { der: der.to_vec(), parsed, key })
    }

    /// Whose it is: the subject, and where that is empty the names beside it, as Sigstore has them.
    pub(super) fn subject(&self) -> String {
        let subject = self.parsed.tbs_certificate().subject().to_string();
        if !subject.is_empty() {
            return shortened(&subject);
        }
        let names = self.parsed.tbs_certificate().get_extension::<SubjectAltName>();
        let names = names.ok().flatten().map(|(_, names)| names.0).unwrap_or_default();
        let written = |name: &GeneralName| match name {
            GeneralName::Rfc822Name(text)
            | GeneralName::DnsName(text)
            | GeneralName::UniformResourceIdentifier(text) => Some(shortened(text.as_str())),
            _ => None,
        };
        let names: Vec<String> = names.iter().filter_map(written).take(4).collect();
        if names.is_empty() { "a nameless certificate".to_owned() } else { names.join(", ") }
    }

    /// Issuer and serial number in DER, by which CMS names certificates.
    pub(super) fn issued(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let certificate = self.parsed.tbs_certificate();
        Some((certificate.issuer().to_der().ok()?, certificate.serial_number().to_der().ok()?))
    }

    /// Why it does not hold at a time.
    pub(super) fn dates(&self, now: Timestamp) -> Result<(), String> {
        let validity = self.parsed.tbs_certificate().validity();
        let second =
            |time: &Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
        if now.as_second() < second(&validity.not_before) {
            return Err(format!(
                "the certificate of {} is valid only from {}",
                self.subject(),
                validity.not_before
            ));
        }
        if now.as_second() > second(&validity.not_after) {
            return Err(format!(
                "the certificate of {} ran out on {}, and nothing that can be checked offline shows that it was signed before",
                self.subject(),
                validity.not_after
            ));
        }
        Ok(())
    }

    /// Whether it may issue certificates.
    pub(super) fn is_authority(&self) -> bool {
        let constraints = self.parsed.tbs_certificate().get_extension::<BasicConstraints>();
        constraints.ok().flatten().is_some_and(|(_, constraints)| constraints.ca)
    }

    /// Whether it may sign documents: it names no use of its key, or this one.
    fn may_sign(&self) -> bool {
        match self.parsed.tbs_certificate().get_extension::<KeyUsage>() {
            Ok(Some((_, usage))) => usage.digital_signature() || usage.non_repudiation(),
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// Whether an authority vouches for it at a time, through certificates that came with it; the
    /// error says why not.
    pub(super) fn vouched(
        &self,
        between: &[Self],
        authority: &Self,
        now: Timestamp,
    ) -> Result<(), String> {
        if !authority.is_authority() {
            return Err("it may not issue certificates".to_owned());
        }
        authority.dates(now)?;
        self.dates(now)?;
        if !self.may_sign() {
            return Err(format!("the certificate of {} is not made for signing", self.subject()));
        }
        let root = CertificateDer::from(&*authority.der);
        let anchor = webpki::anchor_from_trusted_cert(&root).map_err(|error| error.to_string())?;
        let anchors = [anchor];
        let leaf = CertificateDer::from(&*self.der);
        let leaf = EndEntityCert::try_from(&leaf).map_err(|error| error.to_string())?;
        let between: Vec<_> =
            between.iter().map(|other| CertificateDer::from(&*other.der)).collect();
        let second = u64::try_from(now.as_second()).unwrap_or(0);
        let path = leaf.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
            &between,
            UnixTime::since_unix_epoch(Duration::from_secs(second)),
            Signing,
            None,
            None,
        );
        path.map(|_| ()).map_err(|error| in_words(&error))
    }
}

/// Why a chain does not hold.
fn in_words(error: &Error) -> String {
    match error {
        Error::UnknownIssuer => "it did not issue the signer's certificate".to_owned(),
        Error::RequiredEkuNotFoundContext(_) => {
            "the signer's certificate is not made for signing documents".to_owned()
        }
        Error::CaUsedAsEndEntity => "the signer's certificate is an authority's".to_owned(),
        Error::CertExpired { .. } => "a certificate between them ran out".to_owned(),
        other => {
            format!("the chain of certificates does not hold ({})", shortened(&other.to_string()))
        }
    }
}

/// The purposes that a signer's certificate may name: any; code signing, e-mail protection, document
/// signing (RFC 5280 4.2.1.12, RFC 9336).
const PURPOSES: [&[u8]; 4] = [
    &[0x55, 0x1d, 0x25, 0x00],
    &[0x2b, 6, 1, 5, 5, 7, 3, 3],
    &[0x2b, 6, 1, 5, 5, 7, 3, 4],
    &[0x2b, 6, 1, 5, 5, 7, 3, 36],
];

struct Signing;

impl ExtendedKeyUsageValidator for Signing {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        let mut present = Vec::new();
        for purpose in purposes {
            let purpose = purpose?;
            if PURPOSES.iter().any(|fitting| KeyPurposeId::new(fitting) == purpose) {
                return Ok(());
            }
            present.push(purpose.to_decoded_oid());
        }
        if present.is_empty() {
            return Ok(());
        }
        let required = webpki::KeyUsage::required(PURPOSES[1]);
        Err(Error::RequiredEkuNotFoundContext(RequiredEkuNotFoundContext { required, present }))
    }
}
