//! No tag-value text, however odd, brings the reader down, and no package is lost.
#![no_main]

use bomvet::ingest::spdx::tag_value;
use libfuzzer_sys::fuzz_target;

mod promises;

fuzz_target!(|text: &str| {
    if let Ok(document) = tag_value::read(text) {
        promises::check(&document, text);
        if !text.contains("<text>") {
            let packages = text
                .split('\n')
                .filter(|line| line.trim().starts_with("PackageName:"));
            assert!(document.components.len() >= packages.count());
        }
    }
});
