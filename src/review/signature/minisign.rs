//! minisign: a signature beside the file, over the file or its BLAKE2b, and one over both the signature
//! and the comment that is trusted.

use blake2::{Blake2b512, Digest};

use super::encoding::base64;
use super::key::{KeyKind, PURE_ED25519, PublicKey, shortened};
use super::trusted::Held;
use super::verdict::{Outcome, Signer, Trust, Trusted};
use crate::files::sha256;

const COMMENT: &str = "untrusted comment:";
const TRUSTED: &str = "trusted comment: ";

/// The number of a key, as minisign shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KeyId([u8; 8]);

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016X}", u64::from_le_bytes(self.0))
    }
}

/// A public key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    id: KeyId,
    pub(super) key: PublicKey,
}

impl Key {
    /// Reads `minisign.pub`, or its second line alone.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().filter(|line| !line.starts_with(COMMENT));
        let bytes = base64(lines.find(|line| !line.trim().is_empty())?)?;
        let (b"Ed", rest) = bytes.split_at_checked(2)? else { return None };
        let (id, key) = rest.split_at_checked(8)?;
        let key = (key.len() == 32).then(|| key.to_vec())?;
        Some(Self {
            id: KeyId(id.try_into().ok()?),
            key: PublicKey::from_bytes(KeyKind::Ed25519, key)?,
        })
    }
}

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    /// The BLAKE2b-512 of the file.
    Digest,
    /// The file, as older releases had it.
    File,
}

/// A signature.
struct Signature {
    over: Over,
    id: KeyId,
    signature: Vec<u8>,
    comment: String,
    global: Vec<u8>,
}

impl Signature {
    /// Reads four lines; the error says which is wrong.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let mut lines = text.lines();
        lines
            .next()
            .filter(|line| line.starts_with(COMMENT))
            .ok_or("its first line is no comment")?;
        let bytes = lines.next().and_then(base64).ok_or("its second line is no base 64")?;
        let over = match bytes.get(..2) {
            Some(b"ED") => Over::Digest,
            Some(b"Ed") => Over::File,
            _ => return Err("its algorithm is not known"),
        };
        let id: [u8; 8] =
            bytes.get(2..10).and_then(|id| id.try_into().ok()).ok_or("it has no key number")?;
        let signature =
            bytes.get(10..).filter(|rest| rest.len() == 64).ok_or("its length is wrong")?;
        let comment = lines.next().and_then(|line| line.strip_prefix(TRUSTED));
        let comment = comment.ok_or("its third line is no trusted comment")?;
        let global = lines.next().and_then(base64).ok_or("its fourth line is no base 64")?;
        Ok(Self {
            over,
            id: KeyId(id),
            signature: signature.to_vec(),
            comment: comment.to_owned(),
            global,
        })
    }
}

/// What a signature beside a file is worth.
pub(super) fn check(file: &[u8], signature: &[u8], trusted: Trusted<'_>) -> Outcome {
    let text = std::str::from_utf8(signature).map_err(|_| "it is no text");
    let signature = match text.and_then(Signature::parse) {
        Ok(signature) => signature,
        Err(cause) => return Outcome::Broken(format!("it is no signature of minisign: {cause}")),
    };
    let own = trusted.keys.iter().filter_map(|given| match &given.held {
        Held::Minisign(key) => Some((given, key)),
        Held::Key { .. } | Held::Certificate(_) => None,
    });
    let own: Vec<_> = own.collect();
    let id = signature.id;
    let Some((given, key)) = own.iter().find(|(_, key)| key.id == id) else {
        let names: Vec<_> =
            own.iter().map(|(given, key)| format!("{} is {}", given.name, key.id)).collect();
        return Outcome::NotVerified(if names.is_empty() {
            format!("no key of minisign was given to check it with (it was made with key {id})")
        } else {
            format!(
                "it was made with key {id}, and none of the keys given is that one ({})",
                names.join(", ")
            )
        });
    };
    let message = match signature.over {
        Over::Digest => Blake2b512::digest(file).to_vec(),
        Over::File => file.to_vec(),
    };
    let whole = [&*signature.signature, signature.comment.as_bytes()].concat();
    let broken =
        |what| Outcome::Broken(format!("it names the key of {} ({id}), and {what}", given.name));
    if !key.key.holds(&[PURE_ED25519], &message, &signature.signature) {
        return broken("does not hold under it: the file has been changed".to_owned());
    }
    if !key.key.holds(&[PURE_ED25519], &whole, &signature.global) {
        let comment = shortened(&signature.comment);
        return broken(format!("its trusted comment ({comment:?}) has been changed"));
    }
    let fingerprint = key.key.fingerprint.clone();
    let by = Signer { name: given.name.clone(), fingerprint, trust: Trust::Key };
    Outcome::Verified { by, what: sha256([file]) }
}
