//! Any bytes: decoded or refused, and what is decoded has a format or a cause why not.
#![no_main]

use bomvet::ingest::{detect, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match text::decode(bytes) {
        Ok(text) => match detect::shape(&text) {
            Ok(_) => {}
            Err(error) => assert!(!error.cause.contains('\n')),
        },
        Err(error) => assert!(!error.cause.is_empty()),
    }
});
