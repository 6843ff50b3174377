//! Packages of Linux distributions: which ecosystem, which release, and from which source.
//!
//! The OSV schema scopes their records to a release (`Debian:12`) and names *source* packages, while
//! documents list what is installed. A package URL tells the source in the qualifier `upstream`, where
//! its name is another.

use super::Purl;
use crate::ids::Ecosystem;
use crate::inventory::Naming;

/// The ecosystem of a package of a distribution; `None` where records are scoped to something that a
/// package URL does not say, such as Red Hat's product streams.
pub(super) fn ecosystem(purl: &Purl<'_>) -> Option<Ecosystem> {
    let namespace = purl.namespace()?.to_ascii_lowercase();
    let distro = purl.qualifier("distro").unwrap_or_default().to_ascii_lowercase();
    let release = distro.strip_prefix(&*namespace).map_or(&*distro, |rest| rest.trim_matches('-'));
    let scoped = |base: &str, release: Option<String>| {
        Ecosystem::new(&release.map_or(base.to_owned(), |release| format!("{base}:{release}")))
    };
    let major = || number(release.split('.').next()?);
    let minor = || Some((number(release.split('.').next()?)?, number(release.split('.').nth(1)?)?));
    let ecosystem = match (purl.kind(), &*namespace) {
        ("deb", "debian") => scoped("Debian", debian(release)),
        ("deb", "ubuntu") => scoped("Ubuntu", ubuntu(release)),
        ("apk", "alpine") => {
            let release = release.strip_prefix('v').unwrap_or(release);
            let branch: Vec<&str> = release.split('.').take(2).collect();
            let is_branch = branch.len() == 2 && branch.iter().all(|part| number(part).is_some());
            scoped("Alpine", is_branch.then(|| format!("v{}", branch.join("."))))
        }
        ("apk", "wolfi") => Ecosystem::known("Wolfi"),
        ("apk", "chainguard") => Ecosystem::known("Chainguard"),
        ("rpm", "almalinux") => scoped("AlmaLinux", major()),
        ("rpm", "rocky" | "rockylinux") => scoped("Rocky Linux", major_of_rocky(release)),
        ("rpm", "mageia") => scoped("Mageia", major()),
        ("rpm", "photon") => scoped("Photon OS", minor().map(|(a, b)| format!("{a}.{b}"))),
        ("rpm", "opensuse") => scoped("openSUSE", opensuse(release)),
        _ => return None,
    };
    Some(ecosystem)
}

/// Some documents write `rocky-9.4` although the namespace is `rockylinux`, or the other way round.
fn major_of_rocky(release: &str) -> Option<String> {
    let release = release.trim_start_matches("rocky").trim_start_matches("linux");
    number(release.trim_start_matches('-').split('.').next()?)
}

fn number(text: &str) -> Option<String> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned())
}

fn debian(release: &str) -> Option<String> {
    let word = release.split('.').next()?;
    let known = match word {
        "buster" => "10",
        "bullseye" => "11",
        "bookworm" => "12",
        "trixie" => "13",
        "forky" => "14",
        "sid" | "unstable" => "sid",
        word => return number(word),
    };
    Some(known.to_owned())
}

/// Releases of April in even years are supported for long, and their records say so.
fn ubuntu(release: &str) -> Option<String> {
    let release = match release {
        "trusty" => "14.04",
        "xenial" => "16.04",
        "bionic" => "18.04",
        "focal" => "20.04",
        "jammy" => "22.04",
        "noble" => "24.04",
        "oracular" => "24.10",
        "plucky" => "25.04",
        "questing" => "25.10",
        other => other,
    };
    let mut parts = release.split('.');
    let (year, month) = (parts.next()?, parts.next()?);
    number(month)?;
    let is_even = number(year)?.ends_with(['0', '2', '4', '6', '8']);
    let suffix = if is_even && month == "04" { ":LTS" } else { "" };
    Some(format!("{year}.{month}{suffix}"))
}

fn opensuse(release: &str) -> Option<String> {
    if release.contains("tumbleweed") {
        return Some("Tumbleweed".to_owned());
    }
    let version = release.trim_start_matches("leap").trim_start_matches('-');
    let (major, minor) = version.split_once('.')?;
    Some(format!("Leap {}.{}", number(major)?, number(minor)?))
}

/// Whether records of the ecosystem name source packages (OSV schema, "Defined Ecosystems").
pub(super) fn names_sources(ecosystem: &Ecosystem) -> bool {
    matches!(
        ecosystem.base(),
        "Debian" | "Ubuntu" | "Alpine" | "AlmaLinux" | "Rocky Linux" | "Mageia" | "openSUSE"
    )
}

/// Whether the packages are those of a Linux distribution, whose name is no part of theirs.
pub(super) fn is_distribution(ecosystem: &Ecosystem) -> bool {
    names_sources(ecosystem) || matches!(ecosystem.base(), "Wolfi" | "Chainguard" | "Photon OS")
}

/// The source that a package was built from: its name, and its version where that is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Upstream<'a> {
    pub(super) name: &'a str,
    pub(super) version: Option<&'a str>,
}

/// Reads the qualifier `upstream`: `openssl`, `openssl@3.0.11-1`, `openssl-3.0.7-24.el9.src.rpm`.
pub(super) fn upstream<'a>(purl: &'a Purl<'_>) -> Option<Upstream<'a>> {
    let text = purl.qualifier("upstream")?.trim();
    let found = match text.strip_suffix(".src.rpm") {
        Some(file) => {
            let release = file.rfind('-')?;
            let version = file[..release].rfind('-')?;
            Upstream { name: &file[..version], version: Some(&file[version + 1..]) }
        }
        None => match text.split_once('@') {
            Some((name, version)) => Upstream { name, version: Some(version) },
            None => Upstream { name: text, version: None },
        },
    };
    (!found.name.is_empty() && found.version != Some("")).then_some(found)
}

/// Whether the name of a package of which no source is told is that of one.
pub(super) fn naming(purl: &Purl<'_>) -> Naming {
    match purl.qualifier("arch") {
        Some("source" | "src") => Naming::Listed,
        _ => Naming::PerhapsBuilt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ecosystem_of(text: &str) -> Option<String> {
        Purl::parse(text).unwrap().ecosystem().map(|ecosystem| ecosystem.as_str().to_owned())
    }

    #[test]
    fn the_release_is_part_of_the_ecosystem() {
        let rows = [
            ("pkg:deb/debian/a@1?distro=debian-12.5", "Debian:12"),
            ("pkg:deb/debian/a@1?distro=bookworm", "Debian:12"),
            ("pkg:deb/debian/a@1?distro=sid", "Debian:sid"),
            ("pkg:deb/debian/a@1", "Debian"),
            ("pkg:deb/ubuntu/a@1?distro=ubuntu-22.04", "Ubuntu:22.04:LTS"),
            ("pkg:deb/ubuntu/a@1?distro=jammy", "Ubuntu:22.04:LTS"),
            ("pkg:deb/ubuntu/a@1?distro=ubuntu-25.04", "Ubuntu:25.04"),
            ("pkg:deb/ubuntu/a@1?distro=ubuntu-24.10", "Ubuntu:24.10"),
            ("pkg:apk/alpine/a@1?distro=alpine-3.19.1", "Alpine:v3.19"),
            ("pkg:apk/alpine/a@1?distro=3.19.1", "Alpine:v3.19"),
            ("pkg:apk/alpine/a@1?distro=alpine-edge", "Alpine"),
            ("pkg:apk/wolfi/a@1", "Wolfi"),
            ("pkg:apk/chainguard/a@1?distro=chainguard-20230214", "Chainguard"),
            ("pkg:rpm/almalinux/a@1?distro=almalinux-9.4", "AlmaLinux:9"),
            ("pkg:rpm/rocky/a@1?distro=rocky-9.4", "Rocky Linux:9"),
            ("pkg:rpm/rockylinux/a@1?distro=rocky-8.9", "Rocky Linux:8"),
            ("pkg:rpm/mageia/a@1?distro=mageia-9", "Mageia:9"),
            ("pkg:rpm/photon/a@1?distro=photon-5.0", "Photon OS:5.0"),
            ("pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.6", "openSUSE:Leap 15.6"),
            ("pkg:rpm/opensuse/a@1?distro=opensuse-tumbleweed-20240101", "openSUSE:Tumbleweed"),
        ];
        for (purl, expected) in rows {
            assert_eq!(ecosystem_of(purl).as_deref(), Some(expected), "{purl}");
        }
        for purl in ["pkg:rpm/redhat/a@1?distro=rhel-9.4", "pkg:deb/a@1", "pkg:rpm/fedora/a@1"] {
            assert_eq!(ecosystem_of(purl), None, "{purl}");
        }
    }

    #[test]
    fn the_source_is_asked_about_with_its_own_version() {
        let rows = [
            ("pkg:deb/debian/libssl3@3.0.11-1%2Bb1?upstream=openssl", "openssl", "3.0.11-1+b1"),
            ("pkg:deb/debian/libssl3@2?upstream=openssl%403.0.11-1", "openssl", "3.0.11-1"),
            (
                "pkg:rpm/almalinux/perl-libs@5.32.1-481.el9?epoch=4&upstream=perl-5.32.1-480.el9.src.rpm",
                "perl",
                "4:5.32.1-480.el9",
            ),
            ("pkg:apk/alpine/libcrypto3@3.1.4-r5?upstream=openssl", "openssl", "3.1.4-r5"),
            ("pkg:deb/debian/bash@5.2-1?arch=source", "bash", "5.2-1"),
        ];
        for (text, name, version) in rows {
            let purl = Purl::parse(text).unwrap();
            let package = purl.package(purl.version().unwrap()).unwrap();
            assert_eq!((&*package.name, &*package.version), (name, version), "{text}");
            assert_eq!(package.naming, Naming::Listed, "{text}");
        }
    }

    #[test]
    fn without_a_source_the_name_may_be_of_one_of_several_that_are_built_from_it() {
        for text in [
            "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12",
            "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12&upstream=",
            "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12&upstream=.src.rpm",
        ] {
            let purl = Purl::parse(text).unwrap();
            let package = purl.package(purl.version().unwrap()).unwrap();
            assert_eq!(
                (&*package.name, package.naming),
                ("libssl3", Naming::PerhapsBuilt),
                "{text}"
            );
        }
        let maven = Purl::parse("pkg:maven/a/b@1").unwrap();
        assert_eq!(maven.package("1").unwrap().naming, Naming::Listed);
    }
}
