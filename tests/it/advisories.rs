//! The bundled records: valid, fresh, and saying what the sources say.

use crate::support;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bomvet::advisory::bundled;
use bomvet::advisory::database::Database;
use bomvet::advisory::playbook::Playbook;
use bomvet::ids::{AdvisoryId, Ecosystem};
use bomvet::matching::covering;
use bomvet::version::{Order, Version};

/// `advisories/kev-maven.toml`: what CISA lists as exploited in packages of Maven.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Exploited {
    catalogue: toml::Table,
    entry: Vec<Entry>,
    left_out: Vec<LeftOut>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    cve: String,
    product: String,
    added: String,
    records: BTreeSet<String>,
    packages: BTreeSet<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftOut {
    cve: String,
    product: String,
    added: String,
    reason: String,
}

fn exploited() -> Exploited {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("advisories/kev-maven.toml");
    toml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What the bundled records say about one flaw of the catalogue.
#[derive(Default)]
struct Dated {
    ids: BTreeSet<String>,
    dates: BTreeSet<String>,
    packages: BTreeSet<String>,
}

/// The bundled records with a date of the catalogue, by the CVE that they are about.
fn dated_records() -> BTreeMap<String, Dated> {
    let mut dated: BTreeMap<String, Dated> = BTreeMap::new();
    for record in bundled::batch().records {
        let Some(kev) = &record.specific.kev else {
            continue;
        };
        let mut names = record.aliases.iter().chain([&record.id]).map(ToString::to_string);
        let cve = names.find(|name| name.starts_with("CVE-")).unwrap();
        let flaw = dated.entry(cve).or_default();
        flaw.ids.insert(record.id.to_string());
        flaw.dates.insert(kev.added.clone());
        let maven = |ecosystem: &Ecosystem| *ecosystem == Ecosystem::new("Maven");
        let affected = record.affected.iter().filter(|affected| maven(&affected.ecosystem));
        flaw.packages.extend(affected.map(|affected| affected.name.clone()));
    }
    dated
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("advisories/osv")
}

fn record_files() -> Vec<PathBuf> {
    files(&folder())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn database() -> Database {
    Database::new(vec![bundled::batch()], "2026-11-25T12:00:00Z".parse().unwrap())
}

/// The identifiers by which bundled records cover a version.
fn flaws(package: &str, version: &str) -> Vec<String> {
    let database = database();
    let dossier = database.dossier(&Ecosystem::known("Maven"), package).unwrap();
    let version = Version::parse(Order::Maven, version).unwrap();
    let covered = covering(&dossier, &version);
    let mut ids: Vec<String> = covered.keys().map(|group| group.ids()[0].to_string()).collect();
    ids.sort();
    ids
}

#[test]
fn bundled_jsonl_is_the_folder_one_record_a_line() {
    let records = record_files().into_iter().map(|file| json(&file).to_string());
    is_fresh("advisories/bundled.jsonl", records);
}

#[test]
fn bundled_playbooks_are_the_folder_one_playbook_a_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("advisories/playbooks");
    let playbook = |file: PathBuf| {
        let table: toml::Table = toml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        serde_json::to_string(&table).unwrap()
    };
    is_fresh("advisories/playbooks.jsonl", files(&folder).into_iter().map(playbook));
}

/// Holds the file against the lines that it must have; with `BOMVET_UPDATE` it is written first.
fn is_fresh(file: &str, lines: impl Iterator<Item = String>) {
    let fresh: String = lines.map(|line| line + "\n").collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("BOMVET_UPDATE").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let same = fs::read_to_string(&path).is_ok_and(|text| text == fresh);
    assert!(same, "{file} is stale: run `just bundle`");
}

#[test]
fn every_record_is_valid_by_the_osv_schema() {
    let Some(shared) = support::shared() else {
        return;
    };
    let schema = json(&shared.join("schemas/osv/osv.schema.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for file in record_files() {
        let record = json(&file);
        let errors: Vec<String> =
            validator.iter_errors(&record).map(|e| format!("{}: {e}", e.instance_path)).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
    }
}

#[test]
fn a_record_is_named_as_its_file_and_every_record_has_references() {
    for file in record_files() {
        let record = json(&file);
        assert_eq!(record["id"].as_str(), file.file_stem().unwrap().to_str());
        assert!(!record["references"].as_array().unwrap().is_empty(), "{}", file.display());
    }
}

#[test]
fn aliases_between_bundled_records_are_mutual() {
    let batch = bundled::batch();
    for record in &batch.records {
        for alias in &record.aliases {
            let Some(other) = batch.records.iter().find(|r| r.id == *alias) else {
                continue;
            };
            assert!(other.aliases.contains(&record.id), "{alias} does not name {}", record.id);
        }
    }
}

#[test]
fn every_flaw_that_a_playbook_names_has_a_record() {
    let database = database();
    let (book, _) = Playbook::bundled();
    let named = (book.conditions.iter().map(|c| &c.advisory))
        .chain(book.mitigations.iter().flat_map(|m| m.works_for.iter().chain(&m.not_for)))
        .chain(book.myths.iter().flat_map(|m| &m.not_for));
    for id in named {
        assert!(!database.find(&AdvisoryId::new(id).unwrap()).unwrap().is_empty(), "{id}");
    }
}

#[test]
fn a_replacement_is_covered_by_no_record() {
    for other in &Playbook::bundled().0.replacements {
        assert_eq!(flaws(&other.with, &other.version), Vec::<String>::new(), "{}", other.with);
    }
}

/// Apache's disclosure report, with the CVE's and GitHub's stricter fixes of CVE-2021-44832.
#[test]
fn log4j_core_is_covered_as_apache_says() {
    let core = "org.apache.logging.log4j:log4j-core";
    let of_2021 = |version: &str| {
        let mut ids = flaws(core, version);
        ids.retain(|id| id.starts_with("CVE-2021-"));
        ids
    };
    let (shell, second, recursion, jdbc) =
        ("CVE-2021-44228", "CVE-2021-45046", "CVE-2021-45105", "CVE-2021-44832");
    let none: [&str; 0] = [];
    // CVE-2021-45046 is here by GitHub's claim alone, which starts at the first version
    assert_eq!(of_2021("2.0-beta8"), [jdbc, second, recursion]);
    assert_eq!(of_2021("2.0-beta9"), [shell, jdbc, second, recursion]);
    assert_eq!(of_2021("2.3.1"), [jdbc]);
    assert_eq!(of_2021("2.3.2"), none);
    assert_eq!(of_2021("2.12.1"), [shell, jdbc, second, recursion]);
    assert_eq!(of_2021("2.12.2"), [jdbc, second, recursion]);
    assert_eq!(of_2021("2.12.3"), [jdbc]);
    assert_eq!(of_2021("2.12.4"), none);
    assert_eq!(of_2021("2.14.1"), [shell, jdbc, second, recursion]);
    assert_eq!(of_2021("2.15.0"), [jdbc, second, recursion]);
    assert_eq!(of_2021("2.16.0"), [jdbc, recursion]);
    assert_eq!(of_2021("2.17.0"), [jdbc]);
    assert_eq!(of_2021("2.17.1"), none);
    assert_eq!(flaws(core, "2.25.5"), none);
    assert_eq!(flaws(core, "2.26.1"), none);
}

#[test]
fn modules_without_the_lookup_are_not_covered_by_the_flaws_of_2021() {
    let log4j = "org.apache.logging.log4j";
    for name in ["log4j-api", "log4j-to-slf4j", "log4j-slf4j-impl", "log4j-1.2-api", "log4j-bom"] {
        let ids = flaws(&format!("{log4j}:{name}"), "2.14.1");
        assert!(!ids.iter().any(|id| id.starts_with("CVE-2021-")), "{name}: {ids:?}");
    }
    for (name, version) in [
        ("org.springframework.boot:spring-boot-starter-log4j2", "2.5.7"),
        ("org.slf4j:log4j-over-slf4j", "1.7.30"),
        ("org.slf4j:slf4j-log4j12", "1.7.30"),
    ] {
        assert_eq!(flaws(name, version), Vec::<String>::new(), "{name}");
    }
    let reload4j = flaws("ch.qos.reload4j:reload4j", "1.2.18.3");
    assert_eq!(reload4j, Vec::<String>::new());
}

#[test]
fn log4j_1_is_covered_by_its_own_flaws_and_by_no_other() {
    assert_eq!(
        flaws("log4j:log4j", "1.2.17"),
        [
            "CVE-2019-17571",
            "CVE-2020-9488",
            "CVE-2021-4104",
            "CVE-2022-23302",
            "CVE-2022-23305",
            "CVE-2022-23307",
            "CVE-2023-26464"
        ]
    );
}

#[test]
fn repackaged_copies_have_ranges_of_their_own() {
    let pax = "org.ops4j.pax.logging:pax-logging-log4j2";
    assert!(flaws(pax, "1.11.9").contains(&"CVE-2021-44228".to_owned()));
    assert!(!flaws(pax, "1.11.10").contains(&"CVE-2021-44228".to_owned()));
    assert!(!flaws(pax, "2.0.14").contains(&"CVE-2021-44228".to_owned()));
    for copy in ["com.guicedee.services:log4j-core", "org.xbib.elasticsearch:log4j"] {
        assert!(database().speaks_of(&Ecosystem::known("Maven"), copy).unwrap(), "{copy}");
    }
}

#[test]
fn exploited_flaws_carry_the_date_of_their_entry() {
    let database = database();
    let added = |id: &str| {
        let records = database.find(&AdvisoryId::new(id).unwrap()).unwrap();
        records.iter().find_map(|r| r.specific.kev.as_ref().map(|kev| kev.added.clone()))
    };
    assert_eq!(added("CVE-2021-44228").as_deref(), Some("2021-12-10"));
    assert_eq!(added("GHSA-7rjr-3q55-vv33").as_deref(), Some("2023-05-01"));
    assert_eq!(added("CVE-2021-44832"), None);
}

#[test]
fn the_list_of_exploited_flaws_and_the_records_say_the_same() {
    let (exploited, dated) = (exploited(), dated_records());
    let listed: BTreeMap<&str, &Entry> =
        exploited.entry.iter().map(|entry| (entry.cve.as_str(), entry)).collect();
    assert_eq!(listed.len(), exploited.entry.len(), "an entry is there twice");
    assert_eq!(
        listed.keys().copied().collect::<Vec<_>>(),
        dated.keys().map(String::as_str).collect::<Vec<_>>()
    );
    for (cve, flaw) in &dated {
        let entry = listed[cve.as_str()];
        assert_eq!(flaw.ids, entry.records, "{cve}");
        assert_eq!(flaw.dates, BTreeSet::from([entry.added.clone()]), "{cve}");
        assert_eq!(flaw.packages, entry.packages, "{cve}");
        assert!(!entry.product.is_empty(), "{cve}");
    }
}

#[test]
fn readme_counts_the_exploited_flaws_and_their_packages() {
    let entries = exploited().entry;
    let packages: BTreeSet<&String> = entries.iter().flat_map(|entry| &entry.packages).collect();
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let said = format!("{} of them in {} packages", entries.len(), packages.len());
    assert!(fs::read_to_string(readme).unwrap().contains(&said), "{said}");
}

#[test]
fn what_was_left_out_of_the_exploited_flaws_has_a_reason_and_no_record() {
    let database = database();
    for out in exploited().left_out {
        assert!(
            database.find(&AdvisoryId::new(&out.cve).unwrap()).unwrap().is_empty(),
            "{}",
            out.cve
        );
        assert!(!out.reason.is_empty() && !out.product.is_empty(), "{}", out.cve);
    }
}

#[test]
fn no_entry_is_younger_than_the_catalogue_that_was_read() {
    let Exploited { catalogue, entry, left_out } = exploited();
    let complete_to = catalogue["complete_to"].as_str().unwrap();
    let added = entry.iter().map(|e| &e.added).chain(left_out.iter().map(|out| &out.added));
    for day in added {
        let date: jiff::civil::Date = day.parse().unwrap();
        assert!(day.as_str() <= complete_to && date.to_string() == *day, "{day}");
    }
}

/// Of each product one release before the fix that its advisory names, and the fix.
#[test]
fn exploited_releases_are_covered_and_the_repaired_ones_are_not() {
    for (package, broken, repaired, cve) in [
        ("struts:struts", "1.2.8", "1.2.9", "CVE-2006-1547"),
        ("org.apache.struts:struts2-core", "2.3.31", "2.3.32", "CVE-2017-5638"),
        ("org.apache.struts:struts2-core", "2.5.10", "2.5.10.1", "CVE-2017-5638"),
        ("org.apache.struts:struts2-rest-plugin", "2.5.12", "2.5.13", "CVE-2017-9805"),
        ("org.apache.struts:struts2-core", "2.5.25", "2.5.26", "CVE-2020-17530"),
        ("org.springframework:spring-beans", "5.3.17", "5.3.18", "CVE-2022-22965"),
        ("org.springframework:spring-webmvc", "5.2.19.RELEASE", "5.2.20.RELEASE", "CVE-2022-22965"),
        (
            "org.springframework.data:spring-data-commons",
            "1.12.10.RELEASE",
            "1.13.11.RELEASE",
            "CVE-2018-1273",
        ),
        (
            "org.springframework.cloud:spring-cloud-function-context",
            "3.2.2",
            "3.2.3",
            "CVE-2022-22963",
        ),
        (
            "org.springframework.cloud:spring-cloud-gateway-server",
            "3.0.6",
            "3.0.7",
            "CVE-2022-22947",
        ),
        ("org.apache.tomcat.embed:tomcat-embed-core", "9.0.0.M27", "9.0.31", "CVE-2020-1938"),
        ("org.apache.tomcat:tomcat-coyote", "8.5.50", "8.5.51", "CVE-2020-1938"),
        ("org.apache.tomcat.embed:tomcat-embed-core", "7.0.79", "7.0.81", "CVE-2017-12615"),
        ("org.apache.tomcat.embed:tomcat-embed-core", "10.1.34", "10.1.35", "CVE-2025-24813"),
        ("org.apache.tomcat:tomcat-tribes", "9.0.116", "9.0.117", "CVE-2026-34486"),
        ("org.apache.activemq:activemq-client", "5.18.2", "5.18.3", "CVE-2023-46604"),
        ("org.apache.activemq:activemq-broker", "6.2.2", "6.2.3", "CVE-2026-34197"),
        ("org.apache.shiro:shiro-core", "1.2.4", "1.2.5", "CVE-2016-4437"),
        ("org.apache.solr:solr-core", "8.3.1", "8.4.0", "CVE-2019-17558"),
        ("com.thoughtworks.xstream:xstream", "1.4.17", "1.4.18", "CVE-2021-39144"),
        ("org.jenkins-ci.main:jenkins-core", "2.441", "2.442", "CVE-2024-23897"),
        ("io.netty:netty-codec-http2", "4.1.99.Final", "4.1.100.Final", "CVE-2023-44487"),
        (
            "org.eclipse.jetty.http2:http2-server",
            "9.4.52.v20230823",
            "9.4.53.v20231009",
            "CVE-2023-44487",
        ),
        ("org.apache.spark:spark-core_2.12", "3.2.1", "3.2.2", "CVE-2022-33891"),
        ("org.apache.rocketmq:rocketmq-broker", "4.9.5", "4.9.7", "CVE-2023-33246"),
        ("org.xwiki.platform:xwiki-platform-search-solr-ui", "16.4.0", "16.4.1", "CVE-2025-24893"),
        ("org.geoserver:gs-wms", "2.25.5", "2.25.6", "CVE-2025-58360"),
    ] {
        let cve = cve.to_owned();
        assert!(flaws(package, broken).contains(&cve), "{package} {broken}");
        assert!(!flaws(package, repaired).contains(&cve), "{package} {repaired}");
    }
}
