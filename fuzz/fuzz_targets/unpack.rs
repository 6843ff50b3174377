//! Any bytes: every member has bytes that are not packed any more, is a Java archive, or has one line
//! why not; labels are harmless, and what comes out stays within the budget.
#![no_main]

use std::ops::ControlFlow;

use bomvet::files::Source;
use bomvet::ingest::unpack::{self, Content};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut total = 0;
    unpack::each(&Source::from(bytes.to_vec()), "file", &mut |member| {
        assert!(!member.label.contains(char::is_control));
        match member.content {
            Ok(Content::Plain(content)) => {
                assert!(!unpack::is_packed(&content));
                total += content.len();
            }
            Ok(Content::Java(content, _)) => total += content.len(),
            Err(error) => assert!(!error.cause.is_empty() && !error.cause.contains('\n')),
        }
        ControlFlow::Continue(())
    });
    assert!(total <= (bytes.len() as u64).max((64 << 20) + 1));
});
