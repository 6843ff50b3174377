//! Names of advisories and ecosystems.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The identifier of one advisory record: `CVE-2021-44228`, `GHSA-jfh8-c2jp-5v3q`, `PYSEC-2022-19`.
///
/// Compared exactly, as the OSV schema asks; never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct AdvisoryId(String);

impl TryFrom<String> for AdvisoryId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or("an identifier is empty")
    }
}

impl AdvisoryId {
    /// Takes any text that is not blank.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The identifier as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which of several aliases names a finding: CVE first, then GHSA, then the rest.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self.0.split('-').next() {
            Some("CVE") => 0,
            Some("GHSA") => 1,
            _ => 2,
        }
    }

    /// The key by which people read a list of identifiers: by year and number where there is one.
    #[must_use]
    pub fn natural_key(&self) -> (u8, Vec<u64>, &str) {
        let numbers = self.0.split('-').filter_map(|part| part.parse().ok()).collect();
        (self.rank(), numbers, &self.0)
    }
}

impl fmt::Display for AdvisoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The year and number of a CVE identifier in eight bytes; sorts by both.
///
/// The form is that of the CVE record format: four digits of a year, then four to nineteen digits, of
/// which at most fifteen fit here. No number that was ever assigned has more than seven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cve(u64);

impl Cve {
    /// What a year is multiplied with.
    const YEAR: u64 = 1_000_000_000_000_000;

    /// Takes `CVE-2021-44228`, and nothing that is written in another way.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, number) = text.strip_prefix("CVE-")?.split_once('-')?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let padded = number.len() > 4 && number.starts_with('0');
        if year.len() != 4 || !(4..=15).contains(&number.len()) || padded {
            return None;
        }
        if !digits(year) || !digits(number) {
            return None;
        }
        Some(Self(year.parse::<u64>().ok()? * Self::YEAR + number.parse::<u64>().ok()?))
    }

    /// The number under which tables are sorted.
    #[must_use]
    pub fn key(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Cve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CVE-{:04}-{:04}", self.0 / Self::YEAR, self.0 % Self::YEAR)
    }
}

/// An OSV ecosystem name, with its suffix: `Maven`, `npm`, `Debian:12`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ecosystem(Cow<'static, str>);

impl Ecosystem {
    /// Names an ecosystem.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(Cow::Owned(name.to_owned()))
    }

    /// Names an ecosystem that is known when bomvet is built.
    #[must_use]
    pub const fn known(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The full name, `Debian:12`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its suffix, `Debian`.
    #[must_use]
    pub fn base(&self) -> &str {
        let end = self.0.bytes().position(|byte| byte == b':');
        end.map_or(&*self.0, |end| &self.0[..end])
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_text_is_no_identifier() {
        assert_eq!(AdvisoryId::new("  "), None);
    }

    #[test]
    fn a_cve_reads_as_it_prints_and_sorts_by_year_and_number() {
        let texts = ["CVE-1999-0001", "CVE-2021-4104", "CVE-2021-44228", "CVE-2026-1000000"];
        let cves: Vec<Cve> = texts.iter().map(|text| Cve::parse(text).unwrap()).collect();
        assert!(cves.is_sorted());
        assert_eq!(cves.iter().map(ToString::to_string).collect::<Vec<_>>(), texts);
    }

    #[test]
    fn what_is_written_in_another_way_is_no_cve() {
        let others = ["GHSA-jfh8-c2jp-5v3q", "CVE-2021-123", "CVE-2021-01234", "CVE-21-44228"];
        for text in others.iter().chain(&["cve-2021-44228", "CVE-2021-44a28", "CVE-2021-+4228"]) {
            assert_eq!(Cve::parse(text), None, "{text}");
        }
        assert_eq!(Cve::parse("CVE-2021-1234567890123456"), None);
    }

    #[test]
    fn cve_numbers_sort_as_numbers() {
        let small = AdvisoryId::new("CVE-2021-4104").unwrap();
        let large = AdvisoryId::new("CVE-2021-44228").unwrap();
        assert!(small.natural_key() < large.natural_key());
    }
}
