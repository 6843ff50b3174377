//! No XML text, however odd, brings the reader of RDF down, and what is read keeps its promises.
#![no_main]

use bomvet::ingest::spdx::rdf;
use libfuzzer_sys::fuzz_target;

mod promises;

fuzz_target!(|text: &str| {
    if let Ok(document) = rdf::read(text) {
        promises::check(&document, text);
    }
});
