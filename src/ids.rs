//! Names of advisories and ecosystems.

use std::borrow::Cow;
use std::fmt;

/// The identifier of one advisory record: `CVE-2021-44228`, `GHSA-jfh8-c2jp-5v3q`, `PYSEC-2022-19`.
///
/// Compared exactly, as the OSV schema asks; never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdvisoryId(String);

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
    fn cve_numbers_sort_as_numbers() {
        let small = AdvisoryId::new("CVE-2021-4104").unwrap();
        let large = AdvisoryId::new("CVE-2021-44228").unwrap();
        assert!(small.natural_key() < large.natural_key());
    }
}
