//! A made-up portfolio with its advisories, the same for everybody who gives the same numbers.
//!
//! ```text
//! cargo run --release --example synthetic_portfolio -- FOLDER DOCUMENTS COMPONENTS
//! ```
//!
//! writes into FOLDER, for `bomvet audit`: `docs/` with bills of materials in CycloneDX, `bomvet.toml`
//! with one product for each thousand of them, and advisories for `--advisories`: `data/` with 4,000 records
//! on 5,000 packages in eight versions each, few of which are popular and most rare; `few/` with 250 more
//! on packages of which each is in two documents; `many/` with 250 more on any packages. Nothing in it is
//! true.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

type Failure = Box<dyn std::error::Error>;

const PACKAGES: u64 = 5000;
const VERSIONS: u64 = 8;
const ADVISORIES: u64 = 4000;
const CHANGES: u64 = 250;

/// SplitMix64: small, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// A package: the lowest of four throws, so that low numbers are popular.
    fn package(&mut self) -> u64 {
        (0..4).map(|_| self.below(PACKAGES)).min().unwrap_or(0)
    }
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let usage = "expected FOLDER DOCUMENTS COMPONENTS";
    let folder = arguments.next().ok_or(usage)?;
    let folder = Path::new(&folder);
    let documents: u64 = arguments.next().ok_or(usage)?.parse()?;
    let components: u64 = arguments.next().ok_or(usage)?.parse()?;
    let mut dice = Dice(1);
    for name in ["docs", "data", "few", "many"] {
        fs::create_dir_all(folder.join(name))?;
    }
    let mut configuration = String::new();
    for product in 0..documents.div_ceil(1000) {
        let sources = format!("docs/{product:03}");
        fs::create_dir_all(folder.join(&sources))?;
        write!(
            configuration,
            "[[product]]\nname = \"p{product:03}\"\nsources = [\"{sources}\"]\n"
        )?;
    }
    fs::write(folder.join("bomvet.toml"), configuration)?;
    for number in 0..documents {
        let name = format!("docs/{:03}/{number:06}.cdx.json", number / 1000);
        fs::write(folder.join(name), document(&mut dice, number, documents, components))?;
    }
    for number in 0..ADVISORIES {
        let name = name(dice.below(PACKAGES));
        advisory(&folder.join("data"), &mut dice, number, &name)?;
    }
    for number in 0..CHANGES {
        // each of these is in two documents, see `document`
        let name = format!("own-{}", number * (documents / 2 / CHANGES).max(1));
        advisory(&folder.join("few"), &mut dice, 10_000 + number, &name)?;
        let name = self::name(dice.package());
        advisory(&folder.join("many"), &mut dice, 20_000 + number, &name)?;
    }
    Ok(())
}

fn name(package: u64) -> String {
    format!("artifact-{package}")
}

fn document(dice: &mut Dice, number: u64, documents: u64, components: u64) -> String {
    let mut text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": ["#.to_owned();
    let mut seen = std::collections::BTreeSet::new();
    // a library of its own, which the document that stands half the list away has, too
    let own = format!("own-{}", number % (documents / 2).max(1));
    let mut names = vec![(own, 0)];
    while (names.len() as u64) < components {
        let package = dice.package();
        if seen.insert(package) {
            names.push((name(package), dice.below(VERSIONS)));
        }
    }
    for (place, (name, version)) in names.iter().enumerate() {
        let comma = if place == 0 { "" } else { ",\n" };
        let purl = format!("pkg:maven/com.example/{name}@1.{version}.0");
        // writing to a text cannot fail
        let _ = write!(
            text,
            r#"{comma}{{"type": "library", "bom-ref": "{purl}", "group": "com.example", "name": "{name}",
"version": "1.{version}.0", "purl": "{purl}", "licenses": [{{"license": {{"id": "Apache-2.0"}}}}],
"hashes": [{{"alg": "SHA-256", "content": "{:032x}{:032x}"}}]}}"#,
            dice.next(),
            dice.next()
        );
    }
    text.push_str("]}\n");
    text
}

fn advisory(folder: &Path, dice: &mut Dice, number: u64, name: &str) -> Result<(), Failure> {
    let id = format!("CVE-2026-{}", 10_000 + number);
    let fixed = match name.starts_with("own") {
        true => 1,
        false => 1 + dice.below(2),
    };
    let text = format!(
        r#"{{"id": "{id}", "modified": "2026-11-01T00:00:00Z", "summary": "made up", "affected": [{{
"package": {{"ecosystem": "Maven", "name": "com.example:{name}"}}, "ranges": [{{"type": "ECOSYSTEM",
"events": [{{"introduced": "0"}}, {{"fixed": "1.{fixed}.0"}}]}}]}}], "severity": [{{"type": "CVSS_V3",
"score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}}]}}"#
    );
    Ok(fs::write(folder.join(format!("{id}.json")), text)?)
}
