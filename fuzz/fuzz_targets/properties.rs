//! No `pom.properties` and no manifest, however odd, brings a reader down.
#![no_main]

use bomvet::ingest::properties;
use libfuzzer_sys::fuzz_target;

mod promises;

fuzz_target!(|text: &str| {
    let _ = properties::is_pom_properties(text);
    let _ = properties::is_manifest(text);
    for document in [properties::read_pom_properties(text), properties::read_manifest(text)] {
        if let Ok(document) = document {
            promises::check(&document, text);
        }
    }
});
