//! A made-up world of advisories, the same for everybody who gives the same numbers.
//!
//! ```text
//! cargo run --release --example synthetic_world -- FOLDER ADVISORIES [SEED]
//! ```
//!
//! writes `Maven.zip`, `npm.zip`, `PyPI.zip` and `Go.zip` into FOLDER, laid out like the bulk files of
//! osv.dev: one JSON file a record. Two in five advisories are Maven's, three in ten npm's, two in ten
//! PyPI's, one in ten Go's. A package has two and a half advisories in the mean, few have many; one
//! advisory in ten speaks of three packages, one in five is told by two records that name each other,
//! one in a hundred is withdrawn. Most ranges end at old versions, so that some per cent of what is
//! installed is affected. Nothing in it is true.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

type Failure = Box<dyn std::error::Error>;

/// An ecosystem with its share of the advisories, in tenths.
const ECOSYSTEMS: [(&str, u64); 4] = [("Maven", 4), ("npm", 3), ("PyPI", 2), ("Go", 1)];

const WORDS: [&str; 24] = [
    "parser",
    "request",
    "header",
    "path",
    "archive",
    "session",
    "token",
    "template",
    "handler",
    "input",
    "allows",
    "remote",
    "attackers",
    "to",
    "read",
    "write",
    "arbitrary",
    "files",
    "without",
    "validation",
    "when",
    "configured",
    "through",
    "crafted",
];

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

    fn words(&mut self, count: u64) -> String {
        let words = (0..count).map(|_| {
            let place = usize::try_from(self.below(WORDS.len() as u64)).unwrap_or(0);
            WORDS[place]
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// One zip with all records of an ecosystem.
struct World {
    ecosystem: &'static str,
    packages: u64,
    dice: Dice,
    zip: ZipWriter<BufWriter<File>>,
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("expected FOLDER ADVISORIES [SEED]")?);
    let advisories: u64 = arguments.next().ok_or("expected ADVISORIES")?.parse()?;
    let seed: u64 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    std::fs::create_dir_all(&folder)?;
    for (number, (ecosystem, share)) in (1..).zip(ECOSYSTEMS) {
        let count = advisories * share / 10;
        let mut world = World::new(&folder, ecosystem, count, seed.wrapping_add(number))?;
        for advisory in 0..count {
            world.advisory(number, advisory)?;
        }
        world.zip.finish()?.flush()?;
        println!("{ecosystem}: {count} advisories on at most {} packages", world_packages(count));
    }
    Ok(())
}

fn world_packages(advisories: u64) -> u64 {
    (advisories / 2).max(1)
}

impl World {
    fn new(folder: &Path, ecosystem: &'static str, count: u64, seed: u64) -> Result<Self, Failure> {
        let file = File::create(folder.join(format!("{ecosystem}.zip")))?;
        let zip = ZipWriter::new(BufWriter::new(file));
        Ok(Self { ecosystem, packages: world_packages(count), dice: Dice(seed), zip })
    }

    /// One or two records about one flaw.
    fn advisory(&mut self, shelf: u64, number: u64) -> Result<(), Failure> {
        let cve = format!("CVE-{}-{}", 2000 + number % 27, 100_000 + shelf * 10_000_000 + number);
        let prefix =
            if self.ecosystem == "npm" && number.is_multiple_of(10) { "MAL" } else { "GHSA" };
        let own = format!("{prefix}-{shelf}{number:07}");
        let twin = format!("OTHER-{shelf}{number:07}");
        let affected = self.affected();
        if number.is_multiple_of(5) {
            self.record(&own, &[&cve, &twin], &affected, number)?;
            return self.record(&twin, &[&own], &affected, number);
        }
        self.record(&own, &[&cve], &affected, number)
    }

    fn affected(&mut self) -> String {
        let packages = if self.dice.below(10) == 0 { 3 } else { 1 };
        let entries = (0..packages).map(|_| self.entry()).collect::<Vec<_>>();
        format!("[{}]", entries.join(", "))
    }

    fn entry(&mut self) -> String {
        // the lower of two throws, twice: few packages have many advisories
        let place = (0..2).map(|_| self.dice.below(self.packages)).min().unwrap_or(0);
        let name = self.name(place);
        let mut ranges = Vec::new();
        for _ in 0..=self.dice.below(3) {
            ranges.push(self.range());
        }
        let versions =
            if self.dice.below(10) == 0 { r#", "versions": ["0.0.7", "0.0.8"]"# } else { "" };
        format!(
            r#"{{"package": {{"ecosystem": "{}", "name": "{name}"}}, "ranges": [{}]{versions}}}"#,
            self.ecosystem,
            ranges.join(", ")
        )
    }

    fn name(&self, place: u64) -> String {
        match self.ecosystem {
            "Maven" => format!("com.example.group{}:artifact-{place}", place % 97),
            "Go" => format!("example.com/group{}/module-{place}", place % 97),
            _ => format!("package-{place}"),
        }
    }

    fn range(&mut self) -> String {
        let kind = if self.ecosystem == "npm" { "SEMVER" } else { "ECOSYSTEM" };
        let (minor, patch) = (self.dice.below(12), self.dice.below(10));
        let tail = match (self.ecosystem, self.dice.below(10)) {
            ("Maven", 0) => ".Final",
            ("Maven", 1) => "-rc1",
            _ => "",
        };
        let start =
            if self.dice.below(2) == 0 { "0".to_owned() } else { format!("0.{}.0", minor / 2) };
        let end = format!("0.{minor}.{patch}{tail}");
        let last = if self.dice.below(8) == 0 { "last_affected" } else { "fixed" };
        format!(
            r#"{{"type": "{kind}", "events": [{{"introduced": "{start}"}}, {{"{last}": "{end}"}}]}}"#
        )
    }

    fn record(
        &mut self,
        id: &str,
        aliases: &[&str],
        affected: &str,
        number: u64,
    ) -> Result<(), Failure> {
        let day = format!(
            "20{:02}-{:02}-{:02}T00:00:00Z",
            10 + number % 17,
            1 + number % 12,
            1 + number % 28
        );
        let withdrawn =
            if number % 100 == 7 { format!(r#", "withdrawn": "{day}""#) } else { String::new() };
        let aliases: Vec<String> = aliases.iter().map(|alias| format!("\"{alias}\"")).collect();
        let mut references = Vec::new();
        for place in 0..=self.dice.below(5) {
            references
                .push(format!(r#"{{"type": "WEB", "url": "https://example.org/{id}/{place}"}}"#));
        }
        let (summary, length) = (self.dice.words(8), 30 + self.dice.below(150));
        let details = self.dice.words(length);
        let letter = ["N", "L", "H"][usize::try_from(self.dice.below(3)).unwrap_or(0)];
        let mut json =
            format!(r#"{{"schema_version": "1.7.0", "id": "{id}", "modified": "{day}", "#);
        write!(
            json,
            r#""published": "{day}"{withdrawn}, "aliases": [{}], "summary": "{summary}",
 "details": "{details}", "affected": {affected}, "references": [{}],
 "severity": [{{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:{letter}/I:{letter}/A:H"}}],
 "database_specific": {{"cwe_ids": ["CWE-{}"], "github_reviewed": true}}}}"#,
            aliases.join(", "),
            references.join(", "),
            self.dice.below(900),
        )?;
        self.zip.start_file(format!("{id}.json"), SimpleFileOptions::default())?;
        self.zip.write_all(json.as_bytes())?;
        Ok(())
    }
}
