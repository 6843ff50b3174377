//! No logging configuration, however odd, brings a reader down, and every fact has a line.
#![no_main]

use bomvet::evidence::logging::{Origin, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for origin in [Origin::Given, Origin::Found] {
        if let Ok(Some(content)) = read(text, origin) {
            let lines = text.lines().count();
            let within = |line: u32| line >= 1 && usize::try_from(line).is_ok_and(|n| n <= lines + 1);
            assert!(content.facts.iter().all(|fact| within(fact.line)));
            assert!(content.gaps.iter().all(|gap| within(gap.line)));
        }
    }
});
