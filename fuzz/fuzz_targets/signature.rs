//! No signature, however odd, brings its readers down, and without a key of the buyer none is verified.
#![no_main]

use bomvet::files::Source;
use bomvet::review::signature::{Outcome, Role, SignedFile, TrustedKey, check};
use libfuzzer_sys::fuzz_target;

const BESIDE: [&str; 6] = [
    "app.jar.sig",
    "app.jar.minisig",
    "app.jar.p7s",
    "app.jar.asc",
    "app.jar.sigstore.json",
    "app.jar.intoto.jsonl",
];

fuzz_target!(|data: &[u8]| {
    let (jar, given) = (Source::from(b"jar".to_vec()), Source::from(data.to_vec()));
    let file = |path, source, role| SignedFile { path, source: Ok(source), role };
    let now = jiff::Timestamp::UNIX_EPOCH;
    let document = [file("bom.json", &given, Role::Document)];
    let (within, _) = check(&document, &[], now);
    assert!(!within.is_empty());
    for path in BESIDE {
        let files = [file("app.jar", &jar, Role::Other), file(path, &given, Role::Other)];
        let (beside, _) = check(&files, &[], now);
        let verified = |outcome: &Outcome| matches!(outcome, Outcome::Verified { .. });
        assert!(!within.iter().chain(&beside).any(|one| verified(&one.outcome)));
        if let Ok(keys) = TrustedKey::parse(data, "key") {
            check(&files, &keys, now);
        }
    }
});
