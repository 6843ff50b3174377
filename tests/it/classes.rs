//! The table of class files of log4j-core: what stands in it, and that it is what the released archives
//! hold.

use crate::support;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use bomvet::advisory::classes::{CLASSES, Origin};
use bomvet::files::sha256;
use bomvet::version::{Order, Version, sort_ascending};
use serde_json::Value;
use zip::ZipArchive;

use crate::support::packing::jar;

const TABLE: &str = "advisories/classes/log4j-core.tsv";

fn table() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    String::from_utf8(support::read(&path)).unwrap()
}

/// The rows: class, digest, releases.
fn rows(table: &str) -> Vec<(&str, &str, Vec<&str>)> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    let row = |line| match str::split(line, '\t').collect::<Vec<_>>()[..] {
        [class, digest, releases] => (class, digest, releases.split(' ').collect()),
        _ => panic!("{line}"),
    };
    lines.map(row).collect()
}

#[test]
fn every_row_is_whole_and_no_release_has_two_files_of_one_class() {
    let table = table();
    let mut seen = BTreeMap::new();
    for (class, digest, releases) in rows(&table) {
        assert!(CLASSES.contains(&class), "{class}");
        assert!(digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{digest}");
        assert!(!releases.is_empty());
        for release in releases {
            assert!(Version::parse(Order::Maven, release).is_ok(), "{release}");
            assert_eq!(seen.insert((class, release), digest), None, "{class} of {release}");
        }
    }
    assert!(CLASSES.iter().all(|class| seen.keys().any(|(of, _)| of == class)));
}

/// Digests that detectors of Log4Shell published from December 2021 on, such as
/// <https://github.com/Ryan2065/Log4ShellDetection>.
#[test]
fn digests_that_others_published_are_those_of_the_same_releases() {
    let table = table();
    let manager = |digest, releases| ("net/JndiManager", digest, releases);
    let lookup = |digest, releases| ("lookup/JndiLookup", digest, releases);
    for (class, digest, releases) in [
        manager("ae950f9435c0ef3373d4030e7eff175ee11044e584b7f205b7a9804bbe795f9c", "2.1 2.2 2.3"),
        manager(
            "3bff6b3011112c0b5139a5c3aa5e698ab1531a2f130e86f9e4262dd6018916d7",
            "2.4 2.4.1 2.5",
        ),
        manager(
            "6540d5695ddac8b0a343c2e91d58316cfdbfdc5b99c6f3f91bc381bc6f748246",
            "2.6 2.6.1 2.6.2",
        ),
        manager(
            "1584b839cfceb33a372bb9e6f704dcea9701fa810a9ba1ad3961615a5b998c32",
            "2.7 2.8 2.8.1",
        ),
        manager("764b06686dbe06e3d5f6d15891250ab04073a0d1c357d114b7365c70fa8a7407", "2.8.2"),
        manager(
            "293d7e83d4197f0496855f40a7745cfcdd10026dc057dfc1816de57295be88a6",
            "2.9.0 2.9.1 2.10.0 2.11.0 2.11.1 2.11.2",
        ),
        manager(
            "1fa92c00fa0b305b6bbe6e2ee4b012b588a906a20a05e135cbe64c9d77d676de",
            "2.12.0 2.12.1",
        ),
        manager("b1960d63a3946f9e16e1920624f37c152b58b98932ed04df99ed5d9486732afb", "2.12.2"),
        manager("a954ff8c69d43a40dac017ec01ecc56f6c39d9122cb3c388abbe89b975a6fe95", "2.12.4"),
        manager(
            "77323460255818f4cbfe180141d6001bfb575b429e00a07cbceabd59adf334d6",
            "2.14.0 2.14.1",
        ),
        manager("db07ef1ea174e000b379732681bd835cfede648a7971bf4e9a0d31981582d69e", "2.15.0"),
        manager("5210e6aae7dd8a61cd16c56937c5f2ed43941487830f46e99d0d3f45bfa6f953", "2.16.0"),
        manager("3588a6aaf84fa79215a1cc5d12dee69413b8772656c73bdf26ef35df713b1091", "2.17.1"),
        lookup(
            "39a495034d37c7934b64a9aa686ea06b61df21aa222044cc50a47d6903ba1ca8",
            "2.0-beta9 2.0-rc1",
        ),
        lookup("febbc7867784d0f06934fec59df55ee45f6b24c55b17fff71cc4fca80bf22ebb", "2.12.2"),
        lookup("edb797a8633f629b7c2187ccafd259a16a0b7b4cce4d42e646f8472358b8962a", "2.12.3 2.12.4"),
        lookup("7f0add9055958365137a8cc7a90969a43c44b20280323bdac718c1ff3795beb8", "2.3.2"),
    ] {
        let row = (class, digest, releases.split(' ').collect());
        assert!(rows(&table).contains(&row), "{row:?}");
    }
}

/// The released archives, by release, that `BOMVET_LOG4J_CORE` names a folder of.
fn released() -> Vec<(String, PathBuf)> {
    let folder = std::env::var_os("BOMVET_LOG4J_CORE").expect("BOMVET_LOG4J_CORE names a folder");
    let release = |(name, path): (String, PathBuf)| {
        let name = name.strip_prefix("log4j-core-")?.strip_suffix(".jar")?.to_owned();
        Some((name, path))
    };
    support::entries(Path::new(&folder)).into_iter().filter_map(release).collect()
}

/// The digests of the classes in an archive.
fn digests(path: &Path) -> Vec<(&'static str, Option<String>)> {
    let mut zip = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut found = Vec::new();
    for class in CLASSES {
        let Ok(mut entry) = zip.by_name(&format!("org/apache/logging/log4j/core/{class}.class"))
        else {
            continue;
        };
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        found.push((class, Some(sha256([bytes.as_slice()]))));
    }
    found
}

fn made_of(released: &[(String, PathBuf)]) -> String {
    let mut by_digest: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    for (release, path) in released {
        for (class, digest) in digests(path) {
            by_digest.entry((class, digest.unwrap())).or_default().push(release);
        }
    }
    let mut text =
        "# class of log4j-core, SHA-256 of its file, releases that hold it; see README.md\n"
            .to_owned();
    for ((class, digest), releases) in by_digest {
        let mut releases: Vec<Version> = releases
            .into_iter()
            .map(|release| Version::parse(Order::Maven, release).unwrap())
            .collect();
        sort_ascending(&mut releases);
        let releases: Vec<String> = releases.iter().map(ToString::to_string).collect();
        text += &format!("{class}\t{digest}\t{}\n", releases.join(" "));
    }
    text
}

#[test]
#[ignore = "needs the released archives; just classes"]
fn the_table_is_what_the_released_archives_hold() {
    let released = released();
    let made = made_of(&released);
    if std::env::var_os("BOMVET_UPDATE").is_some() {
        // it is compiled in: what follows holds for the next build
        return support::write(&Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE), made.as_bytes());
    }
    assert_eq!(made, table());
    let mut alike = Vec::new();
    for (release, path) in &released {
        let origin = Origin::of(&digests(path));
        assert!(origin.releases.contains(&release.as_str()), "{release}: {origin:?}");
        if origin.release().is_none() {
            alike.push(release.as_str());
        }
    }
    assert_eq!(alike, ["2.21.0", "2.21.1"], "all others can be told apart");
}

/// Every entry of an archive that `keep` names.
fn entries(path: &Path, keep: impl Fn(&str) -> bool) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let names: Vec<String> =
        zip.file_names().filter(|name| keep(name)).map(str::to_owned).collect();
    let read = |name: String| {
        let mut bytes = Vec::new();
        zip.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    names.into_iter().map(read).collect()
}

#[test]
#[ignore = "needs the released archives; just classes"]
fn a_released_log4j_core_without_its_description_is_evaluated_also_without_its_lookup() {
    let folder = support::temp_dir();
    for (release, path) in released() {
        if !["2.3.2", "2.12.1", "2.14.1", "2.17.0"].contains(&release.as_str()) {
            continue;
        }
        for without in ["none", "JndiLookup.class"] {
            let own = |name: &str| name.ends_with(".class") && !name.ends_with(without);
            let files = entries(&path, own);
            let mut files: Vec<_> = files.iter().map(|(name, bytes)| (&**name, &**bytes)).collect();
            files.push(("com/example/Main.class", b""));
            support::write(&folder.path().join("app.jar"), &jar(&files));
            let mut program = support::bomvet();
            program.current_dir(folder.path()).args(["scan", "-f", "json", "app.jar"]);
            let report: Value = serde_json::from_slice(&program.output().unwrap().stdout).unwrap();
            let purl = format!("pkg:maven/org.apache.logging.log4j/log4j-core@{release}");
            let findings = report["findings"].as_array().unwrap();
            assert!(!findings.is_empty(), "{release}");
            assert!(findings.iter().all(|f| f["component"]["purl"] == purl.as_str()), "{release}");
            assert!(findings.iter().all(|f| f["certainty"] == "repaired"), "{release}");
            let shell = findings.iter().find(|f| f["advisory"]["id"] == "CVE-2021-44228");
            assert_eq!(shell.is_some(), ["2.12.1", "2.14.1"].contains(&release.as_str()));
            let is_helped = |f: &Value| !f["mitigated"].is_null();
            assert_eq!(shell.is_some_and(is_helped), shell.is_some() && without != "none");
        }
    }
}
