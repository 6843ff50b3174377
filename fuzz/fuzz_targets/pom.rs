//! No POM, however odd, brings the reader down.
#![no_main]

use bomvet::ingest::pom;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = pom::read_text(text);
});
