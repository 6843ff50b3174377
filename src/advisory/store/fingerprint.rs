//! Whether keys that were written once mean today what they meant then.
//!
//! Keys of versions, normal forms of names and names of shelves are made by code that may change. The
//! fingerprint is made from what that code makes of some awkward texts. It is written into each index
//! and made anew when one is opened: an index of another make is refused, where its keys would compare
//! wrongly and say "not affected".

use super::file::checksum;
use crate::advisory::database::index_key;
use crate::ids::Ecosystem;
use crate::purl::normal_name;
use crate::version::{Order, Version};

/// Texts that show every rule of some order.
const VERSIONS: [&str; 38] = [
    "",
    "0",
    "1",
    "1.0",
    "1.0.0",
    "01.007",
    "1.2.3",
    "1.10",
    "1-1",
    "1.0-alpha-1",
    "1.0-beta9",
    "2.0-rc1",
    "1.0-SNAPSHOT",
    "1.0.Final",
    "1.0-ga",
    "1.0-sp1",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0+build.5",
    "v1.2.3",
    "=1.2",
    "v0.0.0-20200101000000-abcdefabcdef",
    "v2.0.0+incompatible",
    "1!2.0",
    "1.0a1",
    "1.0.post1",
    "1.0.dev2",
    "1.0rc1+local.7",
    "1:2.3-4",
    "2.3~rc1-1",
    "2.3^git1",
    "1.2.3-r1",
    "1.2b_p3",
    "1.x",
    "1.0.0.RELEASE",
    "99999999999999999999.1",
    "1_2_3",
    "2.0.0-preview.1",
];

/// Names that show every rule of a normal form.
const NAMES: [&str; 4] = ["Org.Example:Art_ifact", "@Scope/na.me", "zope._-Interface", "Ünicode"];

/// The fingerprint of what an index of an ecosystem is made with.
pub(super) fn of(base: &str) -> u64 {
    let ecosystem = Ecosystem::new(base);
    let suffixed = [format!("{base}:12"), format!("{base}:https://example.org/a")];
    let shelves = suffixed.map(|name| index_key(&Ecosystem::new(&name)).to_owned());
    let names = NAMES.map(|name| normal_name(&ecosystem, name));
    let mut sum = 0;
    for text in shelves.iter().chain(&names) {
        sum = checksum(sum, &[text.as_bytes()]);
    }
    let Some(order) = Order::of_ecosystem(base) else { return sum };
    for text in VERSIONS {
        let version = Version::parse(order, text);
        let key = version.as_ref().map_or(&b"refused"[..], |v| v.key().unwrap_or(b"irregular"));
        sum = checksum(sum, &[key]);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ecosystems_with_other_rules_have_other_fingerprints() {
        let names = ["Maven", "npm", "Go", "crates.io", "PyPI", "Debian", "Red Hat", "NuGet", "X"];
        let mut all = names.map(of).to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), names.len());
        assert_eq!(of("Maven"), of("Maven"));
    }
}
