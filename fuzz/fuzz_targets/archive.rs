//! No archive, however odd, brings the reader down.
#![no_main]

use bomvet::files::Source;
use bomvet::ingest::archive::{self, Tally};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Source::from(bytes.to_vec());
    if let Ok(zip) = archive::open(&source) {
        let _ = archive::read(zip, &source, "app.jar", &mut Tally::default());
    }
});
