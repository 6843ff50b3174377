//! Signatures on a delivery. What is signed in `tests/fixtures/signatures` was signed by other programs;
//! the vectors of JSF are those that its author publishes.

use crate::support;
use bomvet::config::ReviewRule;
use bomvet::files::Source;
use bomvet::review::signature::{
    Binding, Checked, Form, Outcome, Role, SignedFile, Trust, TrustedKey, check,
};
use bomvet::review::{About, Remark};
use jiff::Timestamp;

fn fixture(name: &str) -> Vec<u8> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    support::read(&root.join("tests/fixtures/signatures").join(name))
}

fn keys(names: &[&str]) -> Vec<TrustedKey> {
    let parsed = names.iter().map(|name| TrustedKey::parse(&fixture(name), name).unwrap());
    parsed.flatten().collect()
}

fn now() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

fn sources<'a>(files: &[(&'a str, Vec<u8>)]) -> Vec<(&'a str, Source)> {
    files.iter().map(|(path, bytes)| (*path, Source::from(bytes.clone()))).collect()
}

/// Checks a delivery of files by path, of which `bom.json` is a document that ought to be signed.
fn review(files: &[(&str, Vec<u8>)], keys: &[TrustedKey]) -> (Vec<Checked>, Vec<Remark>) {
    let role = |path: &str| if path == "bom.json" { Role::Document } else { Role::Other };
    let sources = sources(files);
    let signed = |(path, source)| SignedFile { path, source: Ok(source), role: role(path) };
    let files: Vec<SignedFile<'_>> =
        sources.iter().map(|(path, source)| signed((*path, source))).collect();
    check(&files, keys, now())
}

/// What the one signature of a delivery is worth.
fn outcome(files: &[(&str, Vec<u8>)], names: &[&str]) -> Outcome {
    let (checked, _) = review(files, &keys(names));
    let [one] = &checked[..] else { panic!("{checked:?}") };
    assert_eq!(one.path, "bom.json");
    one.outcome.clone()
}

/// What the signature within a document is worth.
fn within(document: &[u8], names: &[&str]) -> Outcome {
    outcome(&[("bom.json", document.to_vec())], names)
}

/// What a signature beside `bom.json` is worth, under the ending that the fixture has.
fn beside(signature: &str, names: &[&str]) -> Outcome {
    outcome(&pair(signature, fixture("bom.json")), names)
}

fn pair(signature: &str, bom: Vec<u8>) -> [(&'static str, Vec<u8>); 2] {
    let endings = [".intoto.jsonl", ".sigstore.json", ".minisig", ".p7s", ".sig", ".asc"];
    let paths = [
        "bom.json.intoto.jsonl",
        "bom.json.sigstore.json",
        "bom.json.minisig",
        "bom.json.p7s",
        "bom.json.sig",
        "bom.json.asc",
    ];
    let at = endings.iter().position(|ending| signature.ends_with(ending)).unwrap();
    [("bom.json", bom), (paths[at], fixture(signature))]
}

/// The document with a later release of a component: what somebody would change.
fn changed(document: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(document.to_vec()).unwrap();
    assert!(text.contains("2.17.1"));
    text.replace("2.17.1", "2.14.1").into_bytes()
}

#[track_caller]
fn verified(outcome: &Outcome) -> (String, Trust) {
    let Outcome::Verified { by, .. } = outcome else { panic!("{outcome:?}") };
    (by.name.clone(), by.trust.clone())
}

#[track_caller]
fn not_verified(outcome: &Outcome, why: &str) {
    let Outcome::NotVerified(text) = outcome else { panic!("{outcome:?}") };
    assert!(text.contains(why), "{text}");
}

#[track_caller]
fn broken(outcome: &Outcome, why: &str) {
    let Outcome::Broken(text) = outcome else { panic!("{outcome:?}") };
    assert!(text.contains(why), "{text}");
}

const JSF: [(&str, &str, &str); 9] = [
    ("RS256", "rsa.pem", "other-rsa.pem"),
    ("RS384", "rsa.pem", "other-rsa.pem"),
    ("RS512", "rsa-pkcs1.pem", "other-rsa.pem"),
    ("PS256", "rsa.pem", "other-rsa.pem"),
    ("PS384", "rsa.pem", "other-rsa.pem"),
    ("PS512", "set.jwks", "other-rsa.pem"),
    ("ES256", "p256.jwk", "other-p256.pem"),
    ("ES384", "p384.pem", "p256.pem"),
    ("Ed25519", "ed25519.pem", "other-ed25519.pem"),
];

#[test]
fn a_signature_in_a_document_is_verified_with_its_key_and_no_other() {
    for (algorithm, key, other) in JSF {
        let document = fixture(&format!("jsf-{algorithm}.json"));
        assert_eq!(verified(&within(&document, &[other, key])).0, key, "{algorithm}");
        let why =
            if algorithm == "ES384" { "none of the keys given is of the kind" } else { other };
        not_verified(&within(&document, &[other]), why);
        not_verified(&within(&document, &[]), "no key was given");
        not_verified(&within(&changed(&document), &[key]), "has been changed");
        let spaced = String::from_utf8(document).unwrap().replace('\n', " \n\t ");
        assert_eq!(verified(&within(spaced.as_bytes(), &[key])).0, key, "spaces are not signed");
    }
}

#[test]
fn what_no_public_key_can_check_is_said_so() {
    not_verified(
        &within(&fixture("jsf-HS256.json"), &["rsa.pem"]),
        "a secret that both sides hold",
    );
    not_verified(&within(&fixture("jsf-ES512.json"), &["p256.pem"]), "\"ES512\" is not supported");
    not_verified(&within(&fixture("jsf-rsa1024.json"), &["rsa1024.pem"]), "does not hold");
    for algorithm in ["none", "HS256", "ES384", "PS256", "RS512", "es256"] {
        let text = String::from_utf8(fixture("jsf-ES256.json")).unwrap();
        let text = text.replace("\"ES256\"", &format!("\"{algorithm}\""));
        let outcome = within(text.as_bytes(), &["p256.pem", "rsa.pem", "p384.pem"]);
        assert!(matches!(outcome, Outcome::NotVerified(_)), "{algorithm}: {outcome:?}");
    }
}

#[test]
fn a_signature_that_names_a_key_of_the_buyer_and_fails_is_broken() {
    let document = fixture("jsf-keyid.json");
    assert_eq!(verified(&within(&document, &["p256.jwk"])).0, "p256.jwk");
    broken(&within(&changed(&document), &["p256.jwk"]), "names the key of p256.jwk");
    not_verified(&within(&changed(&document), &["other-p256.pem"]), "other-p256.pem");
}

#[test]
fn a_key_in_the_document_proves_nothing_but_a_fault() {
    let document = fixture("jsf-embedded.json");
    not_verified(
        &within(&document, &[]),
        "holds under the key that it carries itself, which proves nothing",
    );
    not_verified(&within(&document, &["other-p256.pem"]), "which proves nothing");
    broken(&within(&changed(&document), &[]), "does not hold under the key that it carries");
    broken(
        &within(&changed(&document), &["p256.pem"]),
        "does not hold under the key that it carries",
    );
    assert_eq!(verified(&within(&document, &["p256.pem"])), ("p256.pem".to_owned(), Trust::Key));
}

#[test]
fn any_of_several_signatures_is_enough() {
    for (name, signers) in [
        ("jsf-signers.json", ["p256.pem", "rsa.pem"]),
        ("jsf-chain.json", ["p256.pem", "ed25519.pem"]),
    ] {
        for key in signers {
            assert_eq!(verified(&within(&fixture(name), &[key])).0, key, "{name}");
            not_verified(&within(&changed(&fixture(name)), &[key]), "has been changed");
        }
        not_verified(&within(&fixture(name), &["other-p256.pem"]), "another key");
    }
}

const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"6BKxpty8cI-exDzCkh-goU6dXq3MbcY0cd1LaAxiNrU","y":"mCbcvUzm44j3Lt2b5BPyQloQ91tf2D2V-gzeUxWaUdg"}"#;
const P384: &str = r#"{"kty":"EC","crv":"P-384","x":"o4lIdIXzdJro4jU9g-2q-__i5WcutpJaWwOeSgKL8x6nxKWOPD5rH-POQhJ79l6t","y":"MLnyLIGdTO2feJkCW3rWWKG3elhi1Zmbp068Ejb_1LuI-2cNQsRUqb16TfK588_N"}"#;

fn joe(signature: &str) -> String {
    format!(r#"{{"now":"2019-02-10T11:23:06Z","name":"Joe","id":2200063,"signature":{signature}}}"#)
}

/// What a document is worth to who has the key.
fn with(document: &str, key: &str) -> Outcome {
    let key = TrustedKey::parse(key.as_bytes(), "key").unwrap();
    let (checked, _) = review(&[("bom.json", document.as_bytes().to_vec())], &key);
    checked[0].outcome.clone()
}

/// `testdata/json-signatures` of the author of JSF, by its names there.
#[test]
fn published_vectors_hold() {
    const ED25519: &str =
        r#"{"kty":"OKP","crv":"Ed25519","x":"_kms9bkrbpI1lPLoM2j2gKySS-k89TOuyvgC43dX-Mk"}"#;
    let own = |algorithm: &str, key: &str, value: &str| {
        format!(r#"{{"algorithm":"{algorithm}","publicKey":{key},"value":"{value}"}}"#)
    };
    let chain = joe(&format!(
        r#"{{"chain":[{},{}]}}"#,
        own(
            "ES256",
            P256,
            "vfYq18EaFN2YLEdT8hfTIYwKYnLxS1h9kaCdI4FZEqZFbdIYDP6acauTYyEm7N4kvYmtyzGG-Y7U56W-jcOVGg"
        ),
        own(
            "Ed25519",
            ED25519,
            "DcW9Wd6XuvNbE5BoImpDyMBOzkge0mL-uGJupzrJT3X0nq8GYRv5PcmXzaXY8fENJVcyEJwR4sUMv8W0lPXgAg"
        ),
    ));
    let signers = joe(&format!(
        r#"{{"signers":[{},{}]}}"#,
        own(
            "ES256",
            P256,
            "iYefob_JB6RBNPeGhnpJ7uDTCKPFW2TAZqPqGdNC2-6pzHpmEpqxbenxWv-CWTHbqPlT9DUVPjwxV4FGMO5YmQ"
        ),
        own(
            "ES384",
            P384,
            "CW9AhF8N9LgU89Mag72UtsyCUXB6Mjivr1HDjwyCLM-K_V41DP7BsTdyafQUR6Dmmp8e38laS-13hxcRsLCCQBXxuXVwZubpXvxibqtCGI3zJRhuxEs4x6dCx9HRLXkI"
        ),
    ));
    for (document, key) in [(&chain, P256), (&chain, ED25519), (&signers, P256), (&signers, P384)] {
        verified(&with(document, key));
        broken(&with(&document.replace("Joe", "Jo"), key), "has been changed");
    }
}

/// Two more of them: properties that are left out, and a signer of two with properties of its own.
#[test]
fn published_vectors_with_options_hold() {
    let extended = joe(
        r#"{"signers":[{"algorithm":"ES256","keyId":"example.com:p256","otherExt":"Cool Stuff",
          "https://example.com/extension":{"life-is-great":true},
          "value":"ekIi8iJ0nbzbwbjaU2uqtKLwM_oPRfNMwPPE-ULU9VlOVAQofuTidP9mOMQCm6PUFvbEQqEKO5M2b8sOIFKRaw"}],
          "extensions":["otherExt","https://example.com/extension"]}"#,
    );
    let excludes = |unsigned: &str| {
        format!(
            r#"{{"mySignedData":"something","myUnsignedData":"{unsigned}","signature":{{"algorithm":"ES256","publicKey":{P256},
            "excludes":["myUnsignedData"],"value":"EWkjHQTGBptNmhCsRw2wHqX64XpWS_4n4ba3DJ8HisvWl4eZYHsx6QCe7NIrwYHJOB6Tr-yOqN3G7oH9zH27jQ"}}}}"#
        )
    };
    for unsigned in ["something else", "anything"] {
        not_verified(&with(&excludes(unsigned), P256), "leaves out these parts of the document");
    }
    verified(&with(&extended, P256));
}

#[test]
fn a_certificate_in_the_document_needs_an_authority_that_the_buyer_gave() {
    let document = fixture("jsf-path.json");
    let (name, trust) = verified(&within(&document, &["other-ca.crt", "ca.crt"]));
    assert_eq!(name, "ca.crt");
    let subject = "O=Supplier Release".to_owned();
    let authority = "O=Supplier Root".to_owned();
    assert_eq!(trust, Trust::Authority { subject: subject.clone(), authority });
    not_verified(&within(&document, &["other-ca.crt"]), "other-ca.crt: it did not issue");
    not_verified(&within(&document, &[]), "which anybody can make");
    broken(&within(&changed(&document), &["ca.crt"]), "does not hold under the certificate");
    let (name, trust) = verified(&within(&document, &["signer.cer"]));
    assert_eq!((&*name, trust), ("signer.cer", Trust::Certificate { subject }));
}

#[test]
fn dates_and_purposes_of_certificates_count() {
    not_verified(&within(&fixture("jsf-path-expired.json"), &["ca.crt"]), "ran out on 2021-01-01");
    not_verified(&within(&fixture("jsf-path.json"), &["expired.crt"]), "ran out on 2021-01-01");
    not_verified(&within(&fixture("jsf-path.json"), &["old-ca.crt"]), "ran out on 2022-01-01");
    not_verified(&within(&fixture("jsf-path-server.json"), &["ca.crt"]), "not made for signing");
    let (_, trust) = verified(&within(&fixture("jsf-path-mail.json"), &["ca.crt"]));
    assert!(
        matches!(trust, Trust::Authority { subject, .. } if subject == "release@supplier.example")
    );
    let files = [("bom.json", fixture("jsf-path.json"))];
    let early = |at: &str| {
        let sources = sources(&files);
        let files: Vec<_> = sources
            .iter()
            .map(|(path, source)| SignedFile { path, source: Ok(source), role: Role::Document })
            .collect();
        check(&files, &keys(&["ca.crt"]), at.parse().unwrap()).0[0].outcome.clone()
    };
    not_verified(&early("2019-06-01T00:00:00Z"), "valid only from 2020-01-01");
    verified(&early("2039-12-31T00:00:00Z"));
    not_verified(&early("2040-01-02T00:00:00Z"), "ran out");
}

#[test]
fn an_envelope_is_verified_and_bound_to_the_file() {
    for key in ["p256", "p384", "rsa", "ed25519"] {
        let name = format!("dsse-{key}.intoto.jsonl");
        let pem = format!("{key}.pem");
        assert_eq!(verified(&beside(&name, &[&pem])).0, pem);
        not_verified(&beside(&name, &["other-p256.pem", "other-rsa.pem"]), "other-");
        not_verified(&beside(&name, &[]), "no key was given");
        let (checked, remarks) =
            review(&pair(&name, changed(&fixture("bom.json"))), &keys(&[&pem]));
        not_verified(&checked[0].outcome, "does not speak of this file");
        let rules: Vec<_> = remarks.iter().map(|remark| remark.rule).collect();
        assert_eq!(rules, [ReviewRule::SignatureUnverified, ReviewRule::SubjectMismatch]);
    }
    verified(&beside("dsse-two.intoto.jsonl", &["p256.pem"]));
    let (checked, _) =
        review(&pair("dsse-p256.intoto.jsonl", fixture("bom.json")), &keys(&["p256.pem"]));
    let bound = Binding::Matches { name: "bom.json".to_owned(), path: "bom.json".to_owned() };
    assert_eq!(checked[0].bindings, [bound]);
}

#[test]
fn an_envelope_on_something_else_verifies_no_file() {
    let (checked, remarks) =
        review(&pair("dsse-elsewhere.intoto.jsonl", fixture("bom.json")), &keys(&["p256.pem"]));
    not_verified(&checked[0].outcome, "does not speak of this file");
    assert_eq!(checked[0].bindings, [Binding::NotDelivered { name: "image".to_owned() }]);
    assert_eq!(remarks[0].rule, ReviewRule::SignatureUnverified);
    let (_, remarks) =
        review(&pair("dsse-differs.intoto.jsonl", fixture("bom.json")), &keys(&["p256.pem"]));
    let mismatch =
        remarks.iter().find(|remark| remark.rule == ReviewRule::SubjectMismatch).unwrap();
    assert_eq!(mismatch.about, About::File("bom.json".to_owned()));
    assert!(mismatch.what.contains("its digest is another one"), "{}", mismatch.what);
}

#[test]
fn an_envelope_with_a_changed_payload_or_type_is_not_verified() {
    let text = String::from_utf8(fixture("dsse-keyid.intoto.jsonl")).unwrap();
    let with = |text: &str| {
        let files = [
            ("bom.json", fixture("bom.json")),
            ("bom.json.intoto.jsonl", text.as_bytes().to_vec()),
        ];
        outcome(&files, &["p256.pem"])
    };
    verified(&with(&text));
    broken(
        &with(&text.replace("vnd.in-toto+json", "vnd.in-toto+jsom")),
        "names the key of p256.pem",
    );
    broken(
        &with(&text.replace("\"payload\": \"e", "\"payload\": \"f")),
        "names the key of p256.pem",
    );
    broken(&with(&text.replace("\"payload\": \"e", "\"payload\": \"*")), "no base 64");
    not_verified(
        &with(r#"{"payload":"","payloadType":"a","signatures":[]}"#),
        "carries no signature",
    );
    broken(&with(r#"{"payload":"","payloadType":"a"}"#), "no list of signatures");
    broken(&with(r#"{"payload":"","payload":"","payloadType":"a"}"#), "stands twice");
}

#[test]
fn bundles_are_verified_with_keys_and_authorities_of_the_buyer() {
    for (name, key, other) in [
        ("bundle-0.1.sigstore.json", "ca.crt", "other-ca.crt"),
        ("bundle-0.2.sigstore.json", "p256.pem", "other-p256.pem"),
        ("bundle-0.3.sigstore.json", "p256.der", "other-p256.pem"),
        ("bundle-0.3-cert.sigstore.json", "signer.crt", "other-p256.pem"),
    ] {
        assert_eq!(verified(&beside(name, &[key])).0, key, "{name}");
        let outcome = beside(name, &[other]);
        assert!(matches!(outcome, Outcome::NotVerified(_)), "{name}: {outcome:?}");
        let (checked, _) = review(&pair(name, changed(&fixture("bom.json"))), &keys(&[key]));
        assert!(!matches!(checked[0].outcome, Outcome::Verified { .. }), "{name}");
    }
    let (checked, _) = review(
        &pair("bundle-0.3.sigstore.json", changed(&fixture("bom.json"))),
        &keys(&["p256.pem"]),
    );
    broken(&checked[0].outcome, "made for another file");
    not_verified(&beside("bundle-0.3-expired.sigstore.json", &["ca.crt"]), "ran out on 2021-01-01");
    not_verified(
        &beside("bundle-0.3-cert.sigstore.json", &["ca.crt"]),
        "no certificate given vouches",
    );
}

#[test]
fn minisign_is_verified_by_the_number_of_its_key() {
    for name in ["hashed.minisig", "legacy.minisig"] {
        assert_eq!(
            verified(&beside(name, &["other-minisign.pub", "minisign.pub"])).0,
            "minisign.pub"
        );
        not_verified(
            &beside(name, &["other-minisign.pub"]),
            "made with key 0807060504030201, and none of the keys given is that one (other-minisign.pub is 1211100F0E0D0C0B)",
        );
        not_verified(&beside(name, &["ed25519.pem"]), "no key of minisign was given");
        let (checked, remarks) =
            review(&pair(name, changed(&fixture("bom.json"))), &keys(&["minisign.pub"]));
        broken(&checked[0].outcome, "the file has been changed");
        assert_eq!(remarks[0].rule, ReviewRule::SignatureBroken);
        let text =
            String::from_utf8(fixture(name)).unwrap().replace("file:bom.json", "file:any.json");
        let files = [("bom.json", fixture("bom.json")), ("bom.json.minisig", text.into_bytes())];
        broken(&outcome(&files, &["minisign.pub"]), "its trusted comment");
    }
}

#[test]
fn cms_is_verified_with_the_certificate_or_its_authority() {
    for (name, key) in [
        ("ecdsa.p7s", "ca.crt"),
        ("ecdsa.p7s", "signer.crt"),
        ("pem.p7s", "ca.crt"),
        ("rsa.p7s", "ca.crt"),
        ("rsa.p7s", "rsa.pem"),
        ("plain.p7s", "ca.crt"),
        ("pss.p7s", "ca.crt"),
        ("nocerts.p7s", "rsa.crt"),
        ("attached.p7s", "ca.crt"),
    ] {
        assert_eq!(verified(&beside(name, &[key])).0, key, "{name}");
        let (checked, _) = review(&pair(name, changed(&fixture("bom.json"))), &keys(&[key]));
        broken(&checked[0].outcome, "changed");
        let outcome = beside(name, &["other-ca.crt", "other-rsa.pem"]);
        assert!(matches!(outcome, Outcome::NotVerified(_)), "{name}: {outcome:?}");
    }
    let files =
        [("bom.json", fixture("bom.json")), ("bom.json.p7s", b"MIME-Version: 1.0\n".to_vec())];
    not_verified(&outcome(&files, &["ca.crt"]), "S/MIME");
    not_verified(&beside("pss-long-salt.p7s", &["ca.crt"]), "a salt of 222 bytes");
    // the same with an open length, as X.690, 8.1.3.6 has it
    let der = fixture("ecdsa.p7s");
    assert_eq!(der[..2], [0x30, 0x82], "a length of two bytes");
    let ber = [&[0x30, 0x80], &der[4..], &[0, 0]].concat();
    let files = [("bom.json", fixture("bom.json")), ("bom.json.p7s", ber)];
    not_verified(&outcome(&files, &["ca.crt"]), "it is in BER");
    let files = [("bom.json", fixture("bom.json")), ("bom.json.p7s", der[..99].to_vec())];
    broken(&outcome(&files, &["ca.crt"]), "no signature of CMS");
}

#[test]
fn a_signature_without_a_frame_is_tried_with_all_keys() {
    for (name, key) in
        [("p256.sig", "p256.pem"), ("rsa.sig", "rsa.crt"), ("cosign.sig", "p256.jwk")]
    {
        assert_eq!(verified(&beside(name, &["other-p256.pem", "other-rsa.pem", key])).0, key);
        not_verified(&beside(name, &["other-p256.pem", "other-rsa.pem"]), "other-");
        let (checked, _) = review(&pair(name, changed(&fixture("bom.json"))), &keys(&[key]));
        not_verified(&checked[0].outcome, "has been changed");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_not_called_absent_or_broken() {
    let (signature, cause) = (Source::from(fixture("p256.sig")), "is larger than 2048 MiB");
    let file = |path, source| SignedFile { path, source, role: Role::Other };
    let files = [file("app.jar", Err(cause)), file("app.jar.sig", Ok(&signature))];
    let (checked, _) = check(&files, &keys(&["p256.pem"]), now());
    not_verified(&checked[0].outcome, "the file that it signs could not be read whole: is larger");
    let bom = Source::from(fixture("bom.json"));
    let files = [file("bom.json", Ok(&bom)), file("bom.json.sig", Err(cause))];
    let (checked, _) = check(&files, &keys(&["p256.pem"]), now());
    not_verified(&checked[0].outcome, "the signature could not be read whole");
}

#[test]
fn what_is_recognised_and_not_checked_is_never_verified() {
    for name in ["openpgp.asc", "openpgp.sig"] {
        let (checked, remarks) = review(&pair(name, fixture("bom.json")), &keys(&["p256.pem"]));
        assert_eq!(checked[0].form, Some(Form::OpenPgp), "{name}");
        not_verified(&checked[0].outcome, "use gpg --verify");
        assert_eq!(remarks[0].rule, ReviewRule::SignatureUnverified);
    }
    let xml = br#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></bom>"#;
    not_verified(&within(xml, &["p256.pem"]), "XML signatures are recognised, not checked");
}

#[test]
fn a_document_without_a_signature_is_named_and_other_files_are_not() {
    let files = [
        ("bom.json", fixture("bom.json")),
        ("app.jar", b"PK".to_vec()),
        ("key.asc", fixture("openpgp-key.asc")),
    ];
    let (checked, remarks) = review(&files, &keys(&["p256.pem"]));
    assert_eq!(checked.len(), 1);
    assert_eq!((checked[0].form, &checked[0].outcome), (None, &Outcome::Absent));
    assert_eq!(remarks.len(), 1);
    assert_eq!(remarks[0].rule, ReviewRule::SignatureAbsent);
    assert_eq!(remarks[0].about, About::File("bom.json".to_owned()));
    let lonely =
        review(&[("app.jar.minisig", fixture("hashed.minisig"))], &keys(&["minisign.pub"]));
    not_verified(&lonely.0[0].outcome, "not in the delivery");
}

#[test]
fn one_verified_signature_answers_for_the_others_unless_one_is_broken() {
    let mut files = pair("openpgp.asc", fixture("bom.json")).to_vec();
    files.push(("bom.json.minisig", fixture("hashed.minisig")));
    let (checked, remarks) = review(&files, &keys(&["minisign.pub"]));
    assert_eq!((checked.len(), remarks.len()), (2, 0));
    let bad = String::from_utf8(fixture("bundle-0.3.sigstore.json")).unwrap();
    files.push((
        "bom.json.sigstore.json",
        bad.replace("\"digest\": \"", "\"digest\": \"AA").into_bytes(),
    ));
    let (_, remarks) = review(&files, &keys(&["minisign.pub"]));
    assert_eq!(remarks.len(), 1);
    assert_eq!(remarks[0].rule, ReviewRule::SignatureBroken);
}

#[test]
fn files_that_hold_no_usable_key_are_refused_by_name() {
    for (name, cause) in [
        ("p521.pem", "not supported"),
        ("openpgp-key.asc", "gpg --verify"),
        ("bom.json", "not supported"),
        ("p256.sig", "is no public key"),
        ("make.py", "is no key that is known"),
    ] {
        let fault = TrustedKey::parse(&fixture(name), name).unwrap_err();
        assert!(fault.to_string().starts_with(&format!("{name}: ")), "{fault}");
        assert!(fault.cause.contains(cause), "{fault}");
    }
    for (text, cause) in [
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "private key"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no public key"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n", "does not end it"),
        (r#"{"kty":"oct","k":"AAAA"}"#, "is a secret"),
        (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}"#, "private key"),
        (r#"{"keys":[]}"#, "without keys"),
        (r#"{"kty":"OKP","kty":"EC"}"#, "twice"),
        ("", "is no key"),
    ] {
        let fault = TrustedKey::parse(text.as_bytes(), "key").unwrap_err();
        assert!(fault.cause.contains(cause), "{text}: {fault}");
    }
}

/// The fingerprints are those that `openssl pkey -pubin -outform DER | sha256sum` prints: the DER that
/// the fixture holds as a file.
#[test]
fn a_key_has_one_fingerprint_whatever_file_it_stands_in() {
    let spki = bomvet::files::sha256([&*fixture("p256.der")]);
    for name in ["p256.pem", "p256.jwk", "p256.der"] {
        assert_eq!(keys(&[name])[0].fingerprint(), spki, "{name}");
    }
    let same =
        [("rsa.pem", "rsa.crt"), ("rsa.pem", "rsa-pkcs1.pem"), ("ed25519.pem", "minisign.pub")];
    for (one, other) in same {
        assert_eq!(keys(&[one])[0].fingerprint(), keys(&[other])[0].fingerprint(), "{other}");
    }
}

const SIGNED: [(&str, &str); 12] = [
    ("p256.sig", "p256.pem"),
    ("rsa.sig", "rsa.pem"),
    ("hashed.minisig", "minisign.pub"),
    ("legacy.minisig", "minisign.pub"),
    ("ecdsa.p7s", "ca.crt"),
    ("plain.p7s", "ca.crt"),
    ("attached.p7s", "ca.crt"),
    ("dsse-ed25519.intoto.jsonl", "ed25519.pem"),
    ("bundle-0.1.sigstore.json", "ca.crt"),
    ("bundle-0.2.sigstore.json", "p256.pem"),
    ("bundle-0.3.sigstore.json", "p256.pem"),
    ("bundle-0.3-cert.sigstore.json", "signer.crt"),
];

/// Every bit of the signed file counts, whatever it is signed with.
#[test]
fn no_bit_of_a_signed_file_can_be_changed() {
    let bom = fixture("bom.json");
    for (name, key) in SIGNED {
        let keys = keys(&[key]);
        for at in (0..bom.len()).step_by(13) {
            let mut bytes = bom.clone();
            bytes[at] ^= 1 << (at % 8);
            let (checked, remarks) = review(&pair(name, bytes), &keys);
            assert!(!matches!(checked[0].outcome, Outcome::Verified { .. }), "{name} at {at}");
            assert!(!remarks.is_empty(), "{name} at {at}");
        }
    }
}

/// Changed and cut signatures bring nothing down, and a bare one never holds with a bit changed.
#[test]
fn no_bit_of_a_signature_brings_the_reader_down() {
    let bom = fixture("bom.json");
    for (name, key) in SIGNED {
        let keys = keys(&[key]);
        let [_, (path, signature)] = pair(name, bom.clone());
        for at in (0..signature.len()).step_by(if name.ends_with(".sig") { 1 } else { 7 }) {
            let mut bytes = signature.clone();
            bytes[at] ^= 1 << (at % 8);
            let (checked, _) = review(&[("bom.json", bom.clone()), (path, bytes)], &keys);
            let verified = matches!(checked[0].outcome, Outcome::Verified { .. });
            assert!(!verified || !name.ends_with(".sig"), "{name} at {at}");
            review(&[("bom.json", bom.clone()), (path, signature[..at].to_vec())], &keys);
        }
    }
}

#[test]
fn hostile_signatures_are_answered_in_short() {
    let key = ["p256.pem", "ca.crt", "minisign.pub"];
    let signed =
        |signature: &str| format!(r#"{{"bomFormat":"CycloneDX","signature":{signature}}}"#);
    broken(&within(signed("{}").as_bytes(), &key), "holds no signature");
    broken(&within(signed("null").as_bytes(), &key), "holds no signature");
    broken(&within(signed(r#"{"value":"AA"}"#).as_bytes(), &key), "names no algorithm");
    broken(&within(signed(r#"{"algorithm":"ES256"}"#).as_bytes(), &key), "value is missing");
    broken(&within(signed(r#"{"algorithm":"ES256","value":"*"}"#).as_bytes(), &key), "no base 64");
    for list in [r#"{"signers":[]}"#, r#"{"chain":[]}"#, r#"{"signers":3}"#] {
        not_verified(&within(signed(list).as_bytes(), &key), "list of signatures is empty");
    }
    let many = vec![r#"{"algorithm":"ES256","value":"AA"}"#; 100_000].join(",");
    not_verified(
        &within(signed(&format!(r#"{{"signers":[{many}]}}"#)).as_bytes(), &key),
        "no more than 16",
    );
    not_verified(
        &within(signed(r#"{"algorithm":"ES256","value":"AA","value":"AB"}"#).as_bytes(), &key),
        "twice",
    );
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    not_verified(&within(signed(&deep).as_bytes(), &key), "recursion limit");
    let long = signed(&format!(r#"{{"algorithm":"{}","value":"AA"}}"#, "x".repeat(1_000_000)));
    let Outcome::NotVerified(text) = within(long.as_bytes(), &key) else { panic!() };
    assert!(text.len() < 200, "{}", text.len());
    let bom = || ("bom.json", fixture("bom.json"));
    // sets of DER in the worst order for a reader that sorts them
    let set: Vec<u8> =
        [0x31, 0x83, 0x0f, 0xff, 0x00].into_iter().chain([2, 1, 0].repeat(349_440)).collect();
    let outcome = outcome(&[bom(), ("bom.json.p7s", set)], &key);
    not_verified(&outcome, "longer than 65536 bytes");
}
