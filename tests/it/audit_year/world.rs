//! A made-up world: products that are delivered each month, data that changes on every day without a
//! delivery, waivers that are given and end. One of document, data, policy and clock changes on a day, so
//! that the cause of each event is plain.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

const PACKAGES: u32 = 100;
const VERSIONS: u32 = 6;
const LEVELS: [&str; 3] = [
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
];

/// What changes on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Document,
    Data,
    Policy,
    Nothing,
}

#[derive(Clone, Debug)]
pub(crate) struct Advisory {
    pub(crate) id: String,
    pub(crate) package: String,
    pub(crate) introduced: u32,
    pub(crate) fixed: Option<u32>,
    pub(crate) level: usize,
    pub(crate) kev: bool,
    pub(crate) withdrawn: bool,
    /// In hundredths.
    pub(crate) epss: u32,
    modified: u32,
}

impl Advisory {
    pub(crate) fn covers(&self, version: u32) -> bool {
        let is_open = self.fixed.is_none_or(|fixed| version < fixed);
        !self.withdrawn && self.introduced <= version && is_open
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Waiver {
    pub(crate) id: String,
    /// The first day on which it does not hold.
    pub(crate) end: u32,
}

/// Numbers by chance that a seed decides, by xorshift64.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below another.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 11) % u64::from(end)).unwrap()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct World {
    dice: Dice,
    pub(crate) day: u32,
    pub(crate) advisories: Vec<Advisory>,
    /// Versions by package, for each product.
    pub(crate) products: Vec<BTreeMap<String, u32>>,
    pub(crate) waivers: Vec<Waiver>,
}

impl World {
    pub(crate) fn new(seed: u64, products: usize) -> Self {
        let mut world = Self {
            dice: Dice::new(seed),
            day: 0,
            advisories: Vec::new(),
            products: vec![BTreeMap::new(); products],
            waivers: Vec::new(),
        };
        for _ in 0..50 {
            world.publish();
        }
        world.deliver();
        world.deliver();
        world.deliver();
        world
    }

    fn below(&mut self, end: u32) -> u32 {
        self.dice.below(end)
    }

    pub(crate) fn change(&self) -> Change {
        match self.day % 30 {
            0 => Change::Document,
            10 => Change::Policy,
            // the day on which waivers end
            20 => Change::Nothing,
            _ => Change::Data,
        }
    }

    /// Goes to the next day.
    pub(crate) fn next(&mut self) {
        self.day += 1;
        match self.change() {
            Change::Document => self.deliver(),
            Change::Policy => self.waive(),
            Change::Data => self.research(),
            Change::Nothing => {}
        }
    }

    fn publish(&mut self) {
        let number = 1000 + self.advisories.len();
        let introduced = self.below(VERSIONS);
        let fixed = (self.below(2) == 0).then(|| introduced + 1 + self.below(3));
        let advisory = Advisory {
            id: format!("CVE-2026-{number}"),
            package: format!("g:p{}", self.below(PACKAGES)),
            introduced,
            fixed,
            level: self.below(3) as usize,
            kev: self.below(10) == 0,
            withdrawn: false,
            epss: 3 * self.below(20),
            modified: self.day,
        };
        self.advisories.push(advisory);
    }

    fn research(&mut self) {
        for _ in 0..=self.below(2) {
            let place = self.below(u32::try_from(self.advisories.len()).unwrap()) as usize;
            let (what, more) = (self.below(6), 1 + self.below(6));
            let day = self.day;
            let advisory = &mut self.advisories[place];
            advisory.modified = day;
            match what {
                0 => self.publish(),
                1 => advisory.fixed = Some(advisory.introduced + more),
                2 => advisory.level = (advisory.level + 1).min(2),
                3 => advisory.kev = true,
                4 => advisory.withdrawn = true,
                // one that comes back
                _ => advisory.withdrawn = false,
            }
        }
        for place in 0..self.advisories.len() {
            let (up, by) = (self.below(2) == 0, 3 * self.below(3));
            let jump = if self.below(40) == 0 { 30 } else { 0 };
            let score = &mut self.advisories[place].epss;
            *score = if up { (*score + by + jump).min(99) } else { score.saturating_sub(by) };
        }
    }

    fn deliver(&mut self) {
        for product in 0..self.products.len() {
            for package in 0..PACKAGES {
                let name = format!("g:p{package}");
                let known = self.products[product].get(&name).copied();
                let dice = self.below(20);
                match known {
                    None if dice == 0 => {
                        let version = self.below(VERSIONS);
                        self.products[product].insert(name, version);
                    }
                    Some(_) if dice < 3 => {
                        self.products[product].remove(&name);
                    }
                    Some(version) if dice < 5 => {
                        self.products[product].insert(name, version + 1);
                    }
                    _ => {}
                }
            }
        }
    }

    fn waive(&mut self) {
        if !self.waivers.is_empty() && self.below(2) == 0 {
            let place = self.below(u32::try_from(self.waivers.len()).unwrap()) as usize;
            self.waivers.remove(place);
        }
        for _ in 0..3 {
            let place = self.below(u32::try_from(self.advisories.len()).unwrap()) as usize;
            let id = self.advisories[place].id.clone();
            let end = self.day + 10 + 30 * self.below(3);
            if self.waivers.iter().all(|waiver| waiver.id != id) {
                self.waivers.push(Waiver { id, end });
            }
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        at(self.day)
    }

    pub(crate) fn end_of(waiver: &Waiver) -> String {
        at(waiver.end).to_string()
    }

    /// Writes all documents. Between deliveries they stay as they are.
    pub(crate) fn write(&self, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        for (number, product) in self.products.iter().enumerate() {
            let components: Vec<String> = product
                .iter()
                .map(|(name, version)| {
                    let (group, name) = name.split_once(':').unwrap();
                    format!(
                        r#"{{"type": "library", "group": "{group}", "name": "{name}",
                        "version": "{version}", "purl": "pkg:maven/{group}/{name}@{version}"}}"#
                    )
                })
                .collect();
            let text = format!(
                r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}]}}"#,
                components.join(", ")
            );
            fs::write(folder.join(format!("{number}.cdx.json")), text).unwrap();
        }
    }

    pub(crate) fn configuration(&self) -> String {
        let mut text = String::new();
        for number in 0..self.products.len() {
            text += &format!(
                "[[product]]\nname = \"p{number:03}\"\nsources = [\"{number}.cdx.json\"]\n"
            );
        }
        for waiver in &self.waivers {
            let end = Self::end_of(waiver);
            text += &format!("[[waiver]]\nid = \"{}\"\nexpires = \"{end}\"\n", waiver.id);
        }
        text
    }

    pub(crate) fn records(&self) -> Vec<String> {
        self.advisories.iter().map(Self::record).collect()
    }

    fn record(advisory: &Advisory) -> String {
        let modified = at(advisory.modified);
        let withdrawn = match advisory.withdrawn {
            true => format!(r#""withdrawn": "{modified}", "#),
            false => String::new(),
        };
        let fixed = advisory.fixed.map(|fixed| format!(r#", {{"fixed": "{fixed}"}}"#));
        let kev = match advisory.kev {
            true => r#", "database_specific": {"kev": {"added": "2026-01-01"}}"#,
            false => "",
        };
        format!(
            r#"{{"id": "{}", "modified": "{modified}", {withdrawn}"affected": [{{
            "package": {{"ecosystem": "Maven", "name": "{}"}}, "ranges": [{{"type": "ECOSYSTEM",
            "events": [{{"introduced": "{}"}}{}]}}]}}],
            "severity": [{{"type": "CVSS_V3", "score": "{}"}}]{kev}}}"#,
            advisory.id,
            advisory.package,
            advisory.introduced,
            fixed.unwrap_or_default(),
            LEVELS[advisory.level],
        )
    }

    pub(crate) fn scores(&self) -> String {
        let day = self.now();
        let mut text = format!("#model_version:v1,score_date:{day}\ncve,epss,percentile\n");
        for advisory in &self.advisories {
            text += &format!("{},0.{:02},0.5\n", advisory.id, advisory.epss);
        }
        text
    }
}

/// Midnight of a day, the first of which is 2026-01-01.
fn at(day: u32) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * (20_454 + i64::from(day)))
}
