//! No bytes, however odd, bring the reader of a review down, and what is read points at nothing that
//! is not there.
#![no_main]

use bomvet::files::Source;
use bomvet::review::sbom::conformance::read_and_check;
use bomvet::review::sbom::{Sbom, Target};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for sbom in Sbom::read_all(bytes).unwrap_or_default() {
        let there = |index: usize| assert!(index < sbom.parts.len(), "{index} of no part");
        sbom.primary.iter().copied().for_each(there);
        sbom.completeness.iter().filter_map(|said| said.about).for_each(there);
        for link in &sbom.links {
            there(link.from);
            if let Target::Part(to) = link.to {
                there(to);
            }
        }
    }
    let _ = read_and_check(&Source::from(bytes.to_vec()), "fuzzed");
});
