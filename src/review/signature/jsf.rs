//! CycloneDX's signatures within a document in JSON: JSF 0.82, over the canonical form of RFC 8785.
//!
//! A signature alone stands in `signature`; independent ones in `signature.signers`, each made as if it
//! stood there alone; successive ones in `signature.chain`, each over those before it. What `excludes`
//! names is not signed, so such a signature never verifies a document. Signatures of single components
//! are not looked at: they do not speak for the document.

use super::certificate::Certificate;
use super::encoding::base64;
use super::json::Value;
use super::key::{PublicKey, jwa, shortened};
use super::verdict::{Carried, Claim, Outcome, Trusted};

/// The member that holds the signature.
const MEMBER: &str = "signature";

/// The most signatures of one document that are checked.
const MOST: usize = 16;

/// What the signature in a document is worth; `None` where the document has none.
pub(super) fn check(document: &Value, trusted: Trusted<'_>) -> Option<Outcome> {
    let signature = document.get(MEMBER)?;
    if signature.members().is_empty() {
        return Some(Outcome::Broken("its field \"signature\" holds no signature".to_owned()));
    }
    let excludes = excluded(signature);
    let lists = [("signers", Layout::Signers), ("chain", Layout::Chain)];
    let list = lists.into_iter().find_map(|(name, layout)| Some((signature.get(name)?, layout)));
    let (signatures, layout) = match list {
        None => (std::slice::from_ref(signature), Layout::Alone),
        Some((list, layout)) => (list.list().unwrap_or_default(), layout),
    };
    if signatures.is_empty() {
        return Some(Outcome::NotVerified("its list of signatures is empty".to_owned()));
    }
    if signatures.len() > MOST {
        return Some(Outcome::NotVerified(format!(
            "it lists {} signatures, and no more than {MOST} are checked",
            signatures.len()
        )));
    }
    let one = |at: usize| {
        let message = signed(document, (layout, signatures, at), &excludes).canonical();
        checked(&signatures[at], &message, trusted)
    };
    let outcome = Outcome::best((0..signatures.len()).map(one).collect());
    Some(match outcome {
        Outcome::Verified { by, .. } if !excludes.is_empty() => {
            let names: Vec<String> = excludes.iter().take(8).map(|name| shortened(name)).collect();
            Outcome::NotVerified(format!(
                "it holds under {by}, but leaves out these parts of the document, which anybody could change: {}",
                names.join(", ")
            ))
        }
        other => other,
    })
}

/// How the signatures of a document stand to each other.
#[derive(Clone, Copy)]
enum Layout {
    Alone,
    Signers,
    Chain,
}

fn excluded(signature: &Value) -> Vec<&str> {
    let list = signature.get("excludes").and_then(Value::list).unwrap_or_default();
    list.iter().filter_map(Value::text).collect()
}

/// The document as it was when one of its signatures was made (JSF 0.82, 6 to 9).
fn signed(document: &Value, place: (Layout, &[Value], usize), excludes: &[&str]) -> Value {
    let (layout, signatures, at) = place;
    let own = without(&signatures[at], &["value", "excludes"]);
    let list = |name: &str, list: Vec<Value>| {
        let mut outer = Vec::new();
        for (key, value) in document.get(MEMBER).map(Value::members).unwrap_or_default() {
            if key != "excludes" {
                outer.push((
                    key.clone(),
                    if key == name { Value::List(list.clone()) } else { value.clone() },
                ));
            }
        }
        Value::Object(outer)
    };
    let signature = match layout {
        Layout::Alone => own,
        Layout::Signers => list("signers", vec![own]),
        Layout::Chain => {
            let before = signatures[..at].iter().cloned();
            list("chain", before.chain([own]).collect())
        }
    };
    let members = document.members().iter().filter(|(name, _)| !excludes.contains(&name.as_str()));
    let members = members.filter(|(name, _)| name != MEMBER).cloned();
    Value::Object(members.chain([(MEMBER.to_owned(), signature)]).collect())
}

fn without(object: &Value, names: &[&str]) -> Value {
    let kept = object.members().iter().filter(|(name, _)| !names.contains(&name.as_str()));
    Value::Object(kept.cloned().collect())
}

/// What one signature over these bytes is worth.
fn checked(signature: &Value, message: &[u8], trusted: Trusted<'_>) -> Outcome {
    let Some(algorithm) = signature.text_of("algorithm") else {
        return Outcome::Broken("it names no algorithm".to_owned());
    };
    let way = match jwa(algorithm) {
        Ok(way) => way,
        Err(cause) => return Outcome::NotVerified(cause),
    };
    let Some(value) = signature.text_of("value").and_then(base64) else {
        return Outcome::Broken("its value is missing or no base 64".to_owned());
    };
    let carried = match carried(signature) {
        Ok(carried) => carried,
        Err(cause) => return Outcome::NotVerified(cause),
    };
    let claim = Claim {
        message,
        content: message,
        signature: &value,
        ways: &[way],
        key_id: signature.text_of("keyId"),
        carried,
    };
    claim.judge(trusted)
}

/// The key or the certificates in a signature.
fn carried(signature: &Value) -> Result<Carried, String> {
    if let Some(path) = signature.get("certificatePath").and_then(Value::list) {
        let read = |value: &Value| {
            let der = value.text().and_then(base64).ok_or_else(|| "is no base 64".to_owned());
            der.and_then(|der| Certificate::parse(&der))
        };
        let certificates: Result<Vec<_>, _> = path.iter().take(MOST).map(read).collect();
        let mut certificates =
            certificates.map_err(|cause| format!("a certificate that it carries {cause}"))?;
        if !certificates.is_empty() {
            let leaf = certificates.remove(0);
            return Ok(Carried::Chain(Box::new(leaf), certificates));
        }
    }
    let key = signature.get("publicKey").map(PublicKey::from_jwk);
    Ok(key.map_or(Carried::Nothing, Carried::Key))
}
