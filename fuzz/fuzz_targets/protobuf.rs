//! No binary, however odd, brings the reader down, and what is read keeps its promises.
#![no_main]

use bomvet::ingest::cyclonedx::protobuf;
use libfuzzer_sys::fuzz_target;

mod promises;

fuzz_target!(|bytes: &[u8]| {
    let _ = protobuf::is_bom(bytes);
    if let Ok(document) = protobuf::read(bytes) {
        promises::check(&document, "");
    }
});
