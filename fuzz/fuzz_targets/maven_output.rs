//! No output of Maven, however odd, brings the reader down.
#![no_main]

use bomvet::ingest::maven_output;
use libfuzzer_sys::fuzz_target;

mod promises;

fuzz_target!(|text: &str| {
    let _ = maven_output::is_maven_output(text);
    if let Ok(document) = maven_output::read(text) {
        promises::check(&document, text);
    }
});
