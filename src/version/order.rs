//! Which ecosystem orders its versions how.
//!
//! Names are those of the OSV schema (`affected[].package.ecosystem`). A version of an ecosystem that is
//! missing here cannot be ordered, and must be reported so: some have no versions (Android, Linux,
//! OSS-Fuzz, `GIT`), some have a relation with cycles (`ConanCenter`), some have rules that nothing here
//! was held against (`Root`, `opam`, `Homebrew`, `FreeBSD`).

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
    /// npm: node-semver, read loosely.
    Npm,
    /// GitHub Actions: `SemVer` of full tags.
    GitHubActions,
    /// Bitnami: `SemVer` with revisions.
    Bitnami,
    /// Dart's Pub: `SemVer` that ranks build metadata.
    Pub,
    /// Julia: as Pub, with short forms.
    Julia,
    /// Python's PEP 440, and what was before it.
    Pep440,
    /// Ruby's `Gem::Version`.
    RubyGems,
    /// `NuGet.Versioning`.
    NuGet,
    /// Packagist: Composer's normal form, ordered by PHP.
    Composer,
    /// Cabal: numbers between dots.
    Hackage,
    /// R's `numeric_version`.
    R,
    /// dpkg: `[epoch:]upstream[-revision]`.
    Debian,
    /// RPM: `[epoch:]version[-release]`.
    Rpm,
    /// Alpine's apk: `version[-rN]`.
    Apk,
}

impl Order {
    /// All orders.
    pub const ALL: [Self; 17] = [
        Self::Maven,
        Self::SemVer,
        Self::Go,
        Self::Npm,
        Self::GitHubActions,
        Self::Bitnami,
        Self::Pub,
        Self::Julia,
        Self::Pep440,
        Self::RubyGems,
        Self::NuGet,
        Self::Composer,
        Self::Hackage,
        Self::R,
        Self::Debian,
        Self::Rpm,
        Self::Apk,
    ];

    /// The order of an OSV ecosystem; what follows a `:` (a release, a repository) is ignored, but where
    /// it is the ecosystem that another vendor rebuilds.
    ///
    /// `None` means that no order is known, not that any would do.
    #[must_use]
    pub fn of_ecosystem(ecosystem: &str) -> Option<Self> {
        let (name, suffix) = ecosystem.split_once(':').unwrap_or((ecosystem, ""));
        let order = match name {
            "Maven" => Self::Maven,
            "npm" => Self::Npm,
            "Go" => Self::Go,
            "crates.io" | "Hex" | "SwiftURL" | "GHC" | "VSCode" => Self::SemVer,
            "GitHub Actions" => Self::GitHubActions,
            "Bitnami" => Self::Bitnami,
            "Pub" => Self::Pub,
            "Julia" => Self::Julia,
            "PyPI" => Self::Pep440,
            "RubyGems" => Self::RubyGems,
            "NuGet" => Self::NuGet,
            "Packagist" => Self::Composer,
            "Hackage" => Self::Hackage,
            "CRAN" | "Bioconductor" => Self::R,
            "Debian" | "Ubuntu" | "Echo" => Self::Debian,
            "Red Hat" | "Rocky Linux" | "AlmaLinux" | "openSUSE" | "SUSE" | "openEuler"
            | "Mageia" | "Photon OS" | "Azure Linux" => Self::Rpm,
            "Alpine"
            | "Alpaquita"
            | "BellSoft Hardened Containers"
            | "Chainguard"
            | "CleanStart"
            | "MinimOS"
            | "Wolfi" => Self::Apk,
            "TuxCare" | "Docker Hardened Images" => return Self::of_rebuilt(suffix),
            _ => return None,
        };
        Some(order)
    }

    /// `TuxCare:Alpine:v3.16`: versions are those of the ecosystem that is named behind the vendor.
    fn of_rebuilt(ecosystem: &str) -> Option<Self> {
        let nested = ["TuxCare", "Docker Hardened Images"].iter().any(|v| ecosystem.starts_with(v));
        if nested { None } else { Self::of_ecosystem(ecosystem) }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Maven => "Maven",
            Self::SemVer => "SemVer",
            Self::Go => "Go",
            Self::Npm => "npm",
            Self::GitHubActions => "GitHub Actions",
            Self::Bitnami => "Bitnami",
            Self::Pub => "Pub",
            Self::Julia => "Julia",
            Self::Pep440 => "PEP 440",
            Self::RubyGems => "RubyGems",
            Self::NuGet => "NuGet",
            Self::Composer => "Composer",
            Self::Hackage => "Hackage",
            Self::R => "R",
            Self::Debian => "Debian",
            Self::Rpm => "RPM",
            Self::Apk => "apk",
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
        for name in ["ConanCenter", "Linux", "Android", "GIT", "Root:npm", "opam", "maven", ""] {
            assert_eq!(Order::of_ecosystem(name), None, "{name}");
        }
    }

    #[test]
    fn a_rebuilt_ecosystem_keeps_its_order() {
        assert_eq!(Order::of_ecosystem("TuxCare:Alpine:v3.16"), Some(Order::Apk));
        assert_eq!(
            Order::of_ecosystem("Docker Hardened Images:Debian:trixie"),
            Some(Order::Debian)
        );
        for name in ["TuxCare", "TuxCare:TuxCare:npm", "TuxCare:x"] {
            assert_eq!(Order::of_ecosystem(name), None, "{name}");
        }
    }
}
