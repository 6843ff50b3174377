//! The bundled records: valid, fresh, and saying what the sources say.

use std::fs;
use std::path::{Path, PathBuf};

use bomvet::advisory::bundled;
use bomvet::advisory::database::Database;
use bomvet::advisory::playbook::Playbook;
use bomvet::ids::{AdvisoryId, Ecosystem};
use bomvet::inventory::Package;
use bomvet::matching::covering;
use bomvet::version::{Order, Version};

mod support;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("advisories/osv")
}

fn record_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
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
    let package = Package {
        ecosystem: Ecosystem::new("Maven"),
        name: package.to_owned(),
        version: version.to_owned(),
    };
    let version = Version::parse(Order::Maven, version).unwrap();
    let covered = covering(&package, &version, &database);
    let mut ids: Vec<String> =
        covered.keys().map(|group| database.group_ids(*group)[0].to_string()).collect();
    ids.sort();
    ids
}

#[test]
fn bundled_jsonl_is_the_folder_one_record_a_line() {
    let mut fresh = String::new();
    for file in record_files() {
        fresh.push_str(&json(&file).to_string());
        fresh.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("advisories/bundled.jsonl");
    if std::env::var_os("BOMVET_UPDATE").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let same = fs::read_to_string(&path).unwrap() == fresh;
    assert!(same, "advisories/bundled.jsonl is stale: run `just bundle`");
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
        assert!(!database.find(&AdvisoryId::new(id).unwrap()).is_empty(), "{id}");
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
        assert!(database().record_count(&Ecosystem::new("Maven"), copy) > 0, "{copy}");
    }
}

#[test]
fn exploited_flaws_carry_the_date_of_their_entry() {
    let database = database();
    let added = |id: &str| {
        let records = database.find(&AdvisoryId::new(id).unwrap());
        records.iter().find_map(|r| r.specific.kev.as_ref().map(|kev| kev.added.clone()))
    };
    assert_eq!(added("CVE-2021-44228").as_deref(), Some("2021-12-10"));
    assert_eq!(added("GHSA-7rjr-3q55-vv33").as_deref(), Some("2023-05-01"));
    assert_eq!(added("CVE-2021-44832"), None);
}
