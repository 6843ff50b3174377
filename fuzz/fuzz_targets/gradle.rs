//! No lockfile, however odd, brings the reader down, and no lock is lost.
#![no_main]

use bomvet::ingest::gradle;
use libfuzzer_sys::fuzz_target;

mod promises;

fuzz_target!(|text: &str| {
    let _ = gradle::is_lockfile(text);
    if let Ok(document) = gradle::read(text) {
        promises::check(&document, text);
        assert!(document.edges.is_empty());
    }
});
