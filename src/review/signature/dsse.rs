//! Signed envelopes (DSSE v1): a payload in base 64, its type, and signatures over both.

use super::encoding::base64;
use super::json::Value;
use super::key::USUAL;
use super::subject::{Subject, subjects};
use super::verdict::{Carried, Claim, Outcome, Trusted};

/// The type of payloads that are in-toto statements.
const STATEMENT: &str = "application/vnd.in-toto+json";

/// The most signatures of one envelope that are checked.
const MOST: usize = 16;

/// What an envelope is worth.
pub(super) struct Envelope {
    pub(super) outcome: Outcome,
    /// What its statement is about; empty where it holds none.
    pub(super) subjects: Vec<Subject>,
    /// What its signatures are over.
    pub(super) over: Over,
}

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// The file beside it.
    File,
    /// A payload that it holds itself, which may speak of the file beside it.
    Payload,
}

impl Envelope {
    fn broken(cause: &str) -> Self {
        Self {
            outcome: Outcome::Broken(cause.to_owned()),
            subjects: Vec::new(),
            over: Over::Payload,
        }
    }
}

/// Whether a value is an envelope.
pub(super) fn is_envelope(value: &Value) -> bool {
    value.get("payload").is_some() && value.get("payloadType").is_some()
}

/// The bytes that are signed: "pre-authentication encoding" of the specification.
pub(super) fn encoded(kind: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

/// Checks an envelope. `carried` says, for each signature, what stands beside it.
pub(super) fn check(
    value: &Value,
    trusted: Trusted<'_>,
    carried: impl Fn() -> Carried,
) -> Envelope {
    let Some(kind) = value.text_of("payloadType") else {
        return Envelope::broken("its payload has no type");
    };
    let Some(payload) = value.text_of("payload").and_then(base64) else {
        return Envelope::broken("its payload is no base 64");
    };
    let Some(signatures) = value.get("signatures").and_then(Value::list) else {
        return Envelope::broken("it has no list of signatures");
    };
    let message = encoded(kind, &payload);
    let one = |signature: &Value| {
        let Some(bytes) = signature.text_of("sig").and_then(base64) else {
            return Outcome::Broken("a signature of it is no base 64".to_owned());
        };
        let claim = Claim {
            message: &message,
            content: &payload,
            signature: &bytes,
            ways: &USUAL,
            key_id: signature.text_of("keyid").filter(|id| !id.is_empty()),
            carried: carried(),
        };
        claim.judge(trusted)
    };
    let outcome = match signatures.len() {
        0 => Outcome::NotVerified("the envelope carries no signature".to_owned()),
        many if many > MOST => Outcome::NotVerified(format!(
            "the envelope carries {many} signatures, and no more than {MOST} are checked"
        )),
        _ => Outcome::best(signatures.iter().map(one).collect()),
    };
    let subjects = if kind == STATEMENT { subjects(&payload) } else { Vec::new() };
    Envelope { outcome, subjects, over: Over::Payload }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample of the specification of DSSE v1 (`protocol.md`, "test vectors").
    #[test]
    fn the_signed_bytes_are_those_of_the_specification() {
        let bytes = encoded("http://example.com/HelloWorld", b"hello world");
        assert_eq!(bytes, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
        assert_eq!(encoded("", b""), b"DSSEv1 0  0 ");
    }
}
