//! Which ecosystem orders its versions how.
//!
//! Names are those of the OSV schema (`affected[].package.ecosystem`). Ecosystems that are missing
//! have rules of their own which are not written yet (`RubyGems`, `NuGet`, `Packagist`, `Alpine`,
//! `Hackage`, `CRAN`, …); a version of theirs cannot be ordered, and must be reported so.

use std::fmt;

/// An order of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Maven's `ComparableVersion`, 3.8.5 to 3.9.x.
    Maven,
    /// Semantic Versioning 2.0.0, precedence of section 11.
    SemVer,
    /// Go modules: `SemVer` after a leading `v`.
    Go,
    /// npm: `SemVer` after a leading `v` or `=`.
    Npm,
    /// Python's PEP 440.
    Pep440,
    /// dpkg: `[epoch:]upstream[-revision]`.
    Debian,
    /// RPM: `[epoch:]version[-release]`.
    Rpm,
}

impl Order {
    /// All orders.
    pub const ALL: [Self; 7] =
        [Self::Maven, Self::SemVer, Self::Go, Self::Npm, Self::Pep440, Self::Debian, Self::Rpm];

    /// The order of an OSV ecosystem; what follows a `:` (a release, a repository) is ignored.
    ///
    /// `None` means that no order is known yet, not that any would do.
    #[must_use]
    pub fn of_ecosystem(ecosystem: &str) -> Option<Self> {
        let name = ecosystem.split(':').next().unwrap_or_default();
        let order = match name {
            "Maven" => Self::Maven,
            "npm" => Self::Npm,
            "Go" => Self::Go,
            "crates.io" | "Hex" | "Pub" | "SwiftURL" | "GitHub Actions" | "Julia" => Self::SemVer,
            "PyPI" => Self::Pep440,
            "Debian" | "Ubuntu" | "Echo" => Self::Debian,
            "Red Hat" | "Rocky Linux" | "AlmaLinux" | "openSUSE" | "SUSE" | "openEuler"
            | "Mageia" | "Photon OS" | "Azure Linux" => Self::Rpm,
            _ => return None,
        };
        Some(order)
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Maven => "Maven",
            Self::SemVer => "SemVer",
            Self::Go => "Go",
            Self::Npm => "npm",
            Self::Pep440 => "PEP 440",
            Self::Debian => "Debian",
            Self::Rpm => "RPM",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ecosystem_is_known_without_its_release() {
        assert_eq!(Order::of_ecosystem("Debian:12"), Some(Order::Debian));
        assert_eq!(Order::of_ecosystem("Red Hat:enterprise_linux:9::appstream"), Some(Order::Rpm));
        assert_eq!(Order::of_ecosystem("Maven"), Some(Order::Maven));
        assert_eq!(Order::of_ecosystem("npm"), Some(Order::Npm));
    }

    #[test]
    fn an_ecosystem_without_a_written_order_has_none() {
        for name in ["RubyGems", "NuGet", "Packagist", "Alpine:v3.20", "maven", ""] {
            assert_eq!(Order::of_ecosystem(name), None, "{name}");
        }
    }
}
