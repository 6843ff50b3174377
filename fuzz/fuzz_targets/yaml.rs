//! No YAML text, however odd, brings the reader down, and what is read keeps its promises.
#![no_main]

use bomvet::ingest::yaml;
use libfuzzer_sys::fuzz_target;

mod promises;

fuzz_target!(|text: &str| {
    if let Ok(document) = yaml::read(text) {
        promises::check(&document, text);
    }
});
