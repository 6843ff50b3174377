//! Reading, key building and matching: `cargo bench --bench scan`.
//!
//! The documents are made here, so the numbers need no files: a CycloneDX document as Maven's plugin
//! writes it, with hashes, licences, references and a dependency graph.

use std::fmt::Write;
use std::hint::black_box;

use bomvet::advisory::bundled;
use bomvet::advisory::database::Database;
use bomvet::config::Settings;
use bomvet::ids::Ecosystem;
use bomvet::ingest::{self, cyclonedx, json, spdx};
use bomvet::inventory::{Naming, Package};
use bomvet::matching::covering;
use bomvet::version::{Order, Version};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

mod made;

use made::coordinates;

const COMPONENTS: usize = 2_000;

fn cyclonedx_json() -> String {
    let mut text =
        String::from("{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.6\",\n");
    text.push_str("  \"components\": [\n");
    for number in 0..COMPONENTS {
        let (group, name, version) = coordinates(number);
        let comma = if number + 1 == COMPONENTS { "" } else { "," };
        let hash = format!("{number:064x}");
        let _ = write!(
            text,
            "    {{\n      \"type\": \"library\",\n      \"bom-ref\": \"ref-{number}\",\n      \
             \"group\": \"{group}\",\n      \"name\": \"{name}\",\n      \"version\": \"{version}\",\n      \
             \"description\": \"A library that does something useful for somebody\",\n      \
             \"hashes\": [\n        {{\"alg\": \"SHA-256\", \"content\": \"{hash}\"}},\n        \
             {{\"alg\": \"SHA-512\", \"content\": \"{hash}{hash}\"}}\n      ],\n      \
             \"licenses\": [{{\"license\": {{\"id\": \"Apache-2.0\"}}}}],\n      \
             \"purl\": \"pkg:maven/{group}/{name}@{version}?type=jar\",\n      \
             \"externalReferences\": [{{\"type\": \"vcs\", \"url\": \"https://example.org/{name}\"}}]\n    }}{comma}\n"
        );
    }
    text.push_str("  ],\n  \"dependencies\": [\n");
    for number in 0..COMPONENTS {
        let comma = if number + 1 == COMPONENTS { "" } else { "," };
        let on = number / 2;
        let _ = writeln!(
            text,
            "    {{\"ref\": \"ref-{on}\", \"dependsOn\": [\"ref-{number}\"]}}{comma}"
        );
    }
    text.push_str("  ]\n}\n");
    text
}

fn cyclonedx_xml() -> String {
    let mut text =
        String::from("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><components>\n");
    for number in 0..COMPONENTS {
        let (group, name, version) = coordinates(number);
        let _ = writeln!(
            text,
            "<component type=\"library\" bom-ref=\"ref-{number}\"><group>{group}</group>\
             <name>{name}</name><version>{version}</version>\
             <hashes><hash alg=\"SHA-256\">{number:064x}</hash></hashes>\
             <purl>pkg:maven/{group}/{name}@{version}?type=jar</purl></component>"
        );
    }
    text.push_str("</components></bom>\n");
    text
}

fn spdx_tag_value() -> String {
    let mut text = String::from("SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n");
    for number in 0..COMPONENTS {
        let (group, name, version) = coordinates(number);
        let _ = write!(
            text,
            "\nPackageName: {name}\nSPDXID: SPDXRef-{number}\nPackageVersion: {version}\n\
             PackageDownloadLocation: NOASSERTION\nPackageChecksum: SHA256: {number:064x}\n\
             ExternalRef: PACKAGE-MANAGER purl pkg:maven/{group}/{name}@{version}\n"
        );
    }
    text
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    let text = cyclonedx_json();
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("cyclonedx-json", |b| b.iter(|| json::read(black_box(&text))));
    let text = cyclonedx_xml();
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("cyclonedx-xml", |b| b.iter(|| cyclonedx::xml::read(black_box(&text))));
    let text = spdx_tag_value();
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("spdx-tag-value", |b| b.iter(|| spdx::tag_value::read(black_box(&text))));
    group.finish();
}

fn database() -> Database {
    Database::new(vec![bundled::batch()], jiff::Timestamp::UNIX_EPOCH)
}

fn matching(criterion: &mut Criterion) {
    let database = database();
    let version = Version::parse(Order::Maven, "2.14.1").unwrap();
    let maven = Ecosystem::known("Maven");
    let open = |name: &str| database.dossier(&maven, name).unwrap();
    let known = "org.apache.logging.log4j:log4j-core";
    let mut group = criterion.benchmark_group("match");
    group.bench_function("log4j-core against all its records", |b| {
        b.iter(|| covering(&open(black_box(known)), &version).len());
    });
    let unknown = Package {
        ecosystem: maven.clone(),
        name: "org.example:artifact".to_owned(),
        version: "2.14.1".to_owned(),
        naming: Naming::Listed,
    };
    group.bench_function("a package without records", |b| {
        b.iter(|| database.may_cover(black_box(&unknown), &version));
    });
    group.finish();
}

fn whole(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sbom.cdx.json");
    let text = cyclonedx_json();
    std::fs::write(&path, &text).unwrap();
    let settings = Settings::default();
    let mut group = criterion.benchmark_group("whole");
    group.throughput(Throughput::Elements(COMPONENTS as u64));
    group.bench_function("bundled records to database", |b| b.iter(database));
    let database = database();
    group.bench_function("file to audit, 2,000 components", |b| {
        b.iter(|| {
            let intake = ingest::read_all(std::slice::from_ref(&path));
            bomvet::pipeline::audit(
                intake,
                &database,
                &settings,
                Vec::new(),
                jiff::Timestamp::UNIX_EPOCH,
            )
        });
    });
    group.finish();
}

criterion_group!(benches, reading, matching, whole);
criterion_main!(benches);
