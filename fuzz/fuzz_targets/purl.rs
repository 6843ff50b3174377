//! What is read as a package URL has a type and a name, and the text that is shown for it is kept.
#![no_main]

use bomvet::purl::Purl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(purl) = Purl::parse(text) {
        assert!(!purl.kind().is_empty() && !purl.name().is_empty());
        assert_ne!(purl.version(), Some(""));
        let _ = purl.package(purl.version().unwrap_or("1"));
    }
});
