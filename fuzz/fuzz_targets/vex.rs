//! No VEX document, however odd, brings the reader down, and a statement without author, or without a
//! time where the format asks for one, never closes a finding.
#![no_main]

use bomvet::judge::vex::{Origin, Source, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = Source {
        path: "vex.json",
        origin: Origin::Given,
    };
    for statement in read(text, source).unwrap_or_default() {
        let anonymous = statement.author.is_none() || statement.at.is_none();
        let weak = statement.weakness(jiff::Timestamp::MAX).is_some();
        assert!(!anonymous || statement.may_be_anonymous || weak);
        assert!(weak || statement.status.clears());
    }
});
