//! No advisory record, however odd, brings the reader down.
#![no_main]

use std::sync::Arc;

use bomvet::advisory::record::Record;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Record::parse(text, &Arc::from("fuzz"));
});
