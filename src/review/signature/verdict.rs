//! What a signature is worth. This is the one place that says "verified", and it says so only of a key
//! or certificate that the buyer gave.

use std::fmt;

use jiff::Timestamp;

use super::certificate::Certificate;
use super::key::{PublicKey, Way};
use super::trusted::{Held, TrustedKey};
use crate::files::sha256;

/// What a signature is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds under a key or certificate that the buyer gave.
    Verified {
        /// Who signed, as far as the buyer's keys tell.
        by: Signer,
        /// SHA-256 of what is signed, in hexadecimal.
        what: String,
    },
    /// There is one, and nothing that the buyer gave shows whose it is; the text says why.
    NotVerified(String),
    /// There is none.
    Absent,
    /// It does not hold, whoever made it; the text says why.
    Broken(String),
}

impl Outcome {
    /// Of several signatures on one thing, one that holds is enough, and a broken one tells more than
    /// one that nobody vouches for; where nobody vouches for any, all reasons are told.
    pub(super) fn best(outcomes: Vec<Self>) -> Self {
        let rank = |outcome: &Self| match outcome {
            Self::Verified { .. } => 0,
            Self::Broken(_) => 1,
            Self::NotVerified(_) => 2,
            Self::Absent => 3,
        };
        let mut reasons: Vec<String> = Vec::new();
        for outcome in &outcomes {
            if let Self::NotVerified(why) = outcome
                && !reasons.contains(why)
            {
                reasons.push(why.clone());
            }
        }
        match outcomes.into_iter().min_by_key(rank) {
            Some(Self::NotVerified(_)) => Self::NotVerified(reasons.join("; ")),
            Some(best) => best,
            None => Self::Absent,
        }
    }
}

/// Who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The file that the buyer gave.
    pub name: String,
    /// SHA-256 of the signer's public key, in hexadecimal.
    pub fingerprint: String,
    /// How the buyer's file vouches for the signature.
    pub trust: Trust,
}

/// How the buyer's file vouches for a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It holds the key itself.
    Key,
    /// It holds the signer's certificate, which is valid on the day of the review.
    Certificate {
        /// Whose it is.
        subject: String,
    },
    /// It holds the certificate of an authority, and all certificates from there to the signer's hold
    /// and are valid on the day of the review.
    Authority {
        /// Whose the signer's certificate is.
        subject: String,
        /// Whose the authority's is.
        authority: String,
    },
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, fingerprint, trust } = self;
        match trust {
            Trust::Key => write!(f, "the key of {name} (SHA-256 {fingerprint})"),
            Trust::Certificate { subject } => {
                write!(
                    f,
                    "{subject}, whose certificate is {name} (SHA-256 of the key {fingerprint})"
                )
            }
            Trust::Authority { subject, authority } => write!(
                f,
                "{subject}, for whom {authority} of {name} vouches (SHA-256 of the key {fingerprint})"
            ),
        }
    }
}

/// What signatures are checked with.
#[derive(Clone, Copy)]
pub(super) struct Trusted<'a> {
    pub(super) keys: &'a [TrustedKey],
    pub(super) now: Timestamp,
}

/// A signature and all that stands beside it.
pub(super) struct Claim<'a> {
    /// The bytes that the signature is over.
    pub(super) message: &'a [u8],
    /// What is signed by them: mostly the same, but CMS signs attributes that hold a digest.
    pub(super) content: &'a [u8],
    pub(super) signature: &'a [u8],
    /// The ways in which it may have been made.
    pub(super) ways: &'a [Way],
    /// The key that it says it was made with.
    pub(super) key_id: Option<&'a str>,
    pub(super) carried: Carried,
}

/// What a signature carries to show whose it is; none of it counts by itself.
pub(super) enum Carried {
    Nothing,
    Key(Result<PublicKey, String>),
    /// The signer's certificate and those that lead to its authority.
    Chain(Box<Certificate>, Vec<Certificate>),
}

impl Claim<'_> {
    /// What the signature is worth.
    pub(super) fn judge(&self, trusted: Trusted<'_>) -> Outcome {
        let mut doubt = None;
        for given in trusted.keys {
            match self.under(given, trusted.now) {
                Some(Ok(by)) => return self.verified(by),
                Some(Err(why)) => doubt = Some(why),
                None => {}
            }
        }
        if let Some(why) = doubt {
            return Outcome::NotVerified(why);
        }
        match &self.carried {
            Carried::Nothing => self.unknown(trusted),
            Carried::Key(key) => self.with_key(key, trusted),
            Carried::Chain(leaf, between) => self.with_chain(leaf, between, trusted),
        }
    }

    /// `None` where the signature does not hold under a key; else who signed, or why that does not
    /// count.
    fn under(&self, given: &TrustedKey, now: Timestamp) -> Option<Result<Signer, String>> {
        let key = given.key()?;
        if !key.holds(self.ways, self.message, self.signature) {
            return None;
        }
        let signer = |trust| Signer {
            name: given.name.clone(),
            fingerprint: key.fingerprint.clone(),
            trust,
        };
        Some(match &given.held {
            Held::Certificate(certificate) => {
                let trust = Trust::Certificate { subject: certificate.subject() };
                certificate.dates(now).map(|()| signer(trust))
            }
            Held::Key { .. } | Held::Minisign(_) => Ok(signer(Trust::Key)),
        })
    }

    fn verified(&self, by: Signer) -> Outcome {
        Outcome::Verified { by, what: sha256([self.content]) }
    }

    /// The signature carries nothing that tells whether it holds.
    fn unknown(&self, trusted: Trusted<'_>) -> Outcome {
        let meant = trusted.keys.iter().find(|key| self.key_id.is_some_and(|id| key.is_called(id)));
        if let Some(key) = meant {
            return Outcome::Broken(format!(
                "it names the key of {}, and does not hold under it: what was signed has been changed",
                key.name
            ));
        }
        Outcome::NotVerified(self.nobody(trusted))
    }

    /// Why no key of the buyer vouches for it.
    fn nobody(&self, trusted: Trusted<'_>) -> String {
        if trusted.keys.is_empty() {
            return "no key was given to check it with".to_owned();
        }
        let fits = |given: &&TrustedKey| {
            let key = given.key();
            key.is_some_and(|key| self.ways.iter().any(|way| way.kind == key.kind))
        };
        let tried: Vec<&str> = trusted.keys.iter().filter(fits).map(TrustedKey::name).collect();
        if tried.is_empty() {
            return "none of the keys given is of the kind that it was made with".to_owned();
        }
        format!(
            "it does not hold under any key given ({}): it was made with another key, or what was signed has been changed",
            tried.join(", ")
        )
    }

    fn with_key(&self, key: &Result<PublicKey, String>, trusted: Trusted<'_>) -> Outcome {
        match key {
            Err(cause) => Outcome::NotVerified(format!("the key that it carries {cause}")),
            Ok(key) if key.holds(self.ways, self.message, self.signature) => {
                Outcome::NotVerified(format!(
                    "it holds under the key that it carries itself, which proves nothing; {}",
                    self.nobody(trusted)
                ))
            }
            Ok(_) => Outcome::Broken(
                "it does not hold under the key that it carries itself: what was signed has been changed"
                    .to_owned(),
            ),
        }
    }

    fn with_chain(
        &self,
        leaf: &Certificate,
        between: &[Certificate],
        trusted: Trusted<'_>,
    ) -> Outcome {
        let subject = leaf.subject();
        let key = match &leaf.key {
            Ok(key) => key,
            Err(cause) => {
                return Outcome::NotVerified(format!(
                    "the key of the certificate that it carries {cause}"
                ));
            }
        };
        if !key.holds(self.ways, self.message, self.signature) {
            return Outcome::Broken(format!(
                "it does not hold under the certificate that it carries itself ({subject}): what was signed has been changed"
            ));
        }
        let mut causes = Vec::new();
        for given in trusted.keys {
            let Held::Certificate(authority) = &given.held else { continue };
            match leaf.vouched(between, authority, trusted.now) {
                Ok(()) => {
                    let trust = Trust::Authority { subject, authority: authority.subject() };
                    let name = given.name.clone();
                    return self.verified(Signer {
                        name,
                        fingerprint: key.fingerprint.clone(),
                        trust,
                    });
                }
                Err(cause) => causes.push(format!("{}: {cause}", given.name)),
            }
        }
        let why = if causes.is_empty() {
            "no certificate was given that vouches for it".to_owned()
        } else {
            format!("no certificate given vouches for it ({})", causes.join("; "))
        };
        Outcome::NotVerified(format!(
            "it holds under the certificate that it carries itself ({subject}), which anybody can make; {why}"
        ))
    }
}
