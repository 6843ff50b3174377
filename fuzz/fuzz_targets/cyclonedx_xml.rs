//! No XML text, however odd, brings the reader down, and what is read keeps its promises.
#![no_main]

use bomvet::ingest::cyclonedx::xml;
use libfuzzer_sys::fuzz_target;

mod promises;

fuzz_target!(|text: &str| {
    if let Ok(document) = xml::read(text) {
        promises::check(&document, text);
    }
});
