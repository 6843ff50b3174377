//! The order of each ecosystem reaches the verdict: what is inside a range by its own rules is found,
//! what is outside is not, and what cannot be ordered is said.

use crate::support;
use serde_json::{Value, json};

/// Ecosystem, package, bounds of the one record, package URLs that it covers, and that it does not.
type Row = (&'static str, &'static str, [&'static str; 2], [&'static str; 2], [&'static str; 2]);

#[rustfmt::skip]
const ROWS: [Row; 15] = [
    ("npm", "n", ["0", "1.2.3"], ["pkg:npm/n@v1.2.2", "pkg:npm/n@1.2.3beta"], ["pkg:npm/n@01.2.3", "pkg:npm/n@1.2.3%2B1"]),
    ("Go", "x.org/g", ["0", "1.2.4-0.20240201000000-abcdefabcdef"], ["pkg:golang/x.org/g@v1.2.4-0.20240101000000-ffffffffffff", "pkg:golang/x.org/g@v1.2.3%2Bincompatible"], ["pkg:golang/x.org/g@v1.2.4-rc.1", "pkg:golang/x.org/g@v2.0.0%2Bincompatible"]),
    ("PyPI", "p", ["0", "1.0rc2"], ["pkg:pypi/p@1.0-RC.1", "pkg:pypi/p@0.9-custom"], ["pkg:pypi/p@1.0", "pkg:pypi/p@1.0.post1"]),
    ("RubyGems", "r", ["0", "1.0"], ["pkg:gem/r@1.0.0.rc1", "pkg:gem/r@0.9.10"], ["pkg:gem/r@1.0.0", "pkg:gem/r@1.0.0.1"]),
    ("NuGet", "N", ["1.0.0-beta", "1.0.0.2"], ["pkg:nuget/N@1.0.0-BETA.2", "pkg:nuget/N@1.0.0.1"], ["pkg:nuget/N@1.0.0-alpha", "pkg:nuget/N@1.0.0.2%2Bx"]),
    ("Packagist", "v/c", ["0", "v2.0.0"], ["pkg:composer/v/c@2.0.0-RC1", "pkg:composer/v/c@1.x-dev"], ["pkg:composer/v/c@2.0.0.0", "pkg:composer/v/c@2.0.0-p1"]),
    ("Pub", "d", ["0", "1.0.0+2"], ["pkg:pub/d@1.0.0%2B1", "pkg:pub/d@1.0.0"], ["pkg:pub/d@1.0.0%2B2", "pkg:pub/d@1.0.0%2B10"]),
    ("Hackage", "h", ["0", "1.0"], ["pkg:hackage/h@1", "pkg:hackage/h@0.12"], ["pkg:hackage/h@1.0", "pkg:hackage/h@1.0.0"]),
    ("CRAN", "c", ["0", "1.2-10"], ["pkg:cran/c@1.2-9", "pkg:cran/c@1.2.9"], ["pkg:cran/c@1.2.10", "pkg:cran/c@1.2-10.1"]),
    ("Bitnami", "b", ["0", "1.2.3-2"], ["pkg:bitnami/b@1.2.3", "pkg:bitnami/b@1.2.3-1"], ["pkg:bitnami/b@1.2.3-10", "pkg:bitnami/b@1.2.4"]),
    ("GitHub Actions", "o/a", ["0", "4.1.3"], ["pkg:githubactions/o/a@v4.1.2", "pkg:githubactions/o/a@4.1.3-rc.1"], ["pkg:githubactions/o/a@v4.1.3", "pkg:githubactions/o/a@v5.0.0"]),
    ("Debian:12", "e", ["0", "1:1.0-2"], ["pkg:deb/debian/e@1.0-1?distro=debian-12&epoch=1", "pkg:deb/debian/e@9.0-1?distro=debian-12"], ["pkg:deb/debian/e@1.0-2?distro=debian-12&epoch=1", "pkg:deb/debian/e@2:0.1-1?distro=debian-12"]),
    ("Ubuntu:22.04:LTS", "u", ["0", "1.0-1ubuntu3.2"], ["pkg:deb/ubuntu/u@1.0-1ubuntu3.1?distro=ubuntu-22.04", "pkg:deb/ubuntu/libu1@9?distro=jammy&upstream=u%401.0-1ubuntu3~1"], ["pkg:deb/ubuntu/u@1.0-1ubuntu3.2?distro=ubuntu-22.04", "pkg:deb/ubuntu/libu1@0.1?distro=jammy&upstream=u%401.0-1ubuntu3.10"]),
    ("Alpine:v3.19", "a", ["0", "3.1.4-r6"], ["pkg:apk/alpine/a@3.1.4-r5?distro=alpine-3.19.1", "pkg:apk/alpine/liba3@3.1.4_rc1-r9?distro=3.19.0&upstream=a"], ["pkg:apk/alpine/a@3.1.4-r6?distro=alpine-3.19.1", "pkg:apk/alpine/liba3@3.1.4-r10?distro=3.19.0&upstream=a"]),
    ("AlmaLinux:9", "m", ["0", "1:3.0.7-25.el9"], ["pkg:rpm/almalinux/m@3.0.7-24.el9?distro=almalinux-9.4&epoch=1", "pkg:rpm/almalinux/m-libs@9?distro=almalinux-9.4&epoch=1&upstream=m-3.0.7-24.el9.src.rpm"], ["pkg:rpm/almalinux/m@3.0.7-25.el9?distro=almalinux-9.4&epoch=1", "pkg:rpm/almalinux/m-libs@1?distro=almalinux-9.4&epoch=1&upstream=m-3.0.7-25.el9.src.rpm"]),
];

fn record((ecosystem, name, [introduced, fixed], ..): &Row) -> Value {
    json!({
        "id": format!("TEST-{ecosystem}"), "modified": "2026-11-01T00:00:00Z",
        "affected": [{
            "package": {"ecosystem": ecosystem, "name": name},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": introduced}, {"fixed": fixed}]}],
        }],
    })
}

/// The report of a document with these components against the records of all rows.
fn scan(purls: &[&str]) -> Value {
    let folder = support::temp_dir();
    for row in &ROWS {
        let path =
            folder.path().join("advisories").join(format!("{}.json", row.0.replace(':', "-")));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        support::write(&path, record(row).to_string().as_bytes());
    }
    let components: Vec<Value> =
        purls.iter().map(|purl| json!({"type": "library", "name": "x", "purl": purl})).collect();
    let document =
        json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components});
    support::write(&folder.path().join("sbom.json"), document.to_string().as_bytes());
    let output = support::bomvet()
        .args([
            "scan",
            "--format",
            "json",
            "--no-bundled",
            "--advisories",
            "advisories",
            "sbom.json",
        ])
        .current_dir(folder.path())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn found(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["component"]["purl"].as_str().unwrap()).collect()
}

#[test]
fn ranges_are_walked_in_the_order_of_the_ecosystem() {
    let affected: Vec<&str> = ROWS.iter().flat_map(|row| row.3).collect();
    let clean: Vec<&str> = ROWS.iter().flat_map(|row| row.4).collect();
    let all: Vec<&str> = affected.iter().chain(&clean).copied().collect();
    let report = scan(&all);
    assert_eq!(report["not_evaluated"], json!([]));
    let found = found(&report);
    for purl in affected {
        assert!(found.contains(&purl), "{purl} is affected");
    }
    for purl in clean {
        assert!(!found.contains(&purl), "{purl} is not affected");
    }
}

#[test]
fn a_version_that_stands_nowhere_is_not_evaluated() {
    let purls = [
        "pkg:githubactions/o/a@v4",
        "pkg:composer/v/c@dev-main",
        "pkg:hackage/h@1.0-tag",
        "pkg:nuget/N@1.0.0.0.1",
        "pkg:gem/r@main",
        "pkg:pypi/p@main",
        "pkg:npm/n@main",
    ];
    let report = scan(&purls);
    assert_eq!(report["findings"], json!([]));
    let reasons = report["not_evaluated"].as_array().unwrap();
    assert_eq!(reasons.len(), purls.len());
    for reason in reasons {
        assert_eq!(reason["reason"], "invalid-version", "{reason}");
    }
}

#[test]
fn a_python_version_from_before_pep_440_is_not_called_clean() {
    let report = scan(&["pkg:pypi/p@1.5-custom"]);
    assert_eq!(found(&report), ["pkg:pypi/p@1.5-custom"]);
}

#[test]
fn a_package_that_is_built_from_a_source_nobody_named_is_not_called_clean() {
    let purls = [
        "pkg:deb/debian/libe1@9-1?distro=debian-12",
        "pkg:deb/debian/libe1@9-1?distro=debian-12&upstream=e",
        "pkg:deb/debian/e@9-1?distro=debian-12",
    ];
    let report = scan(&purls);
    let coverage = |purl: &str| {
        let mut components = report["components"].as_array().unwrap().iter();
        let component = components.find(|component| component["purl"] == *purl).unwrap();
        component["coverage"].as_str().unwrap().to_owned()
    };
    assert_eq!(purls.map(coverage), ["nothing", "whole", "whole"]);
    assert_eq!(report["inputs"][0]["components"]["not_covered"], 1);
}

#[test]
fn a_distribution_whose_releases_are_not_told_by_its_packages_is_not_evaluated() {
    let report = scan(&["pkg:rpm/redhat/a@1?distro=rhel-9.4", "pkg:apk/alpine/a@1"]);
    let reasons = report["not_evaluated"].as_array().unwrap().iter();
    let reasons: Vec<&str> = reasons.map(|one| one["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["ecosystem-not-supported"; 2]);
}
