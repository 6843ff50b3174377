//! Any bytes: every member has bytes that are not packed any more, or one line why not; labels are
//! harmless, and what comes out stays within the budget.
#![no_main]

use bomvet::ingest::unpack;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut total = 0;
    unpack::each(bytes, &mut |member| {
        assert!(!member.label.contains(char::is_control));
        match member.content {
            Ok(content) => {
                assert!(!unpack::is_packed(content));
                total += content.len();
            }
            Err(error) => assert!(!error.cause.is_empty() && !error.cause.contains('\n')),
        }
    });
    assert!(total <= bytes.len().max((64 << 20) + 1));
});
