//! The store of imported advisories: opening it and asking it: `cargo bench --bench store`.
//!
//! The data is made here. `BOMVET_DB=DIR cargo bench --bench store` takes a store that is there, such as
//! one imported from `examples/synthetic_world.rs`, to see that its size does not matter.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use bomvet::advisory::database::Database;
use bomvet::advisory::import::{Given, Import};
use bomvet::advisory::store::Store;
use bomvet::ids::Ecosystem;
use bomvet::inventory::{Naming, Package};
use bomvet::version::{Order, Version};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;

const LOOKUPS: usize = 2_000;

const RECORDS: usize = 5_000;

/// One record for each package, of which every version below 0.5 is affected.
fn import(folder: &Path) -> PathBuf {
    let (osv, home) = (folder.join("osv"), folder.join("db"));
    std::fs::create_dir(&osv).unwrap();
    for number in 0..RECORDS {
        let group = number % 97;
        let text = format!(
            r#"{{"id": "B-{number}", "modified": "2026-01-01T00:00:00Z", "affected": [{{
                "package": {{"ecosystem": "Maven", "name": "com.example.group{group}:artifact-{number}"}},
                "ranges": [{{"type": "ECOSYSTEM", "events": [{{"introduced": "0"}}, {{"fixed": "0.5"}}]}}]
            }}]}}"#
        );
        std::fs::write(osv.join(format!("{number}.json")), text).unwrap();
    }
    let (sources, now) = ([Given::from(&osv)], Timestamp::UNIX_EPOCH);
    Import { home: &home, sources: &sources, as_of: None, now }.run(|| ()).unwrap();
    home
}

fn store(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let home = std::env::var_os("BOMVET_DB").map_or_else(|| import(folder.path()), PathBuf::from);
    let open = || Store::open(&home).unwrap();
    let packages: Vec<Package> = (0..LOOKUPS)
        .map(|number| Package {
            ecosystem: Ecosystem::known("Maven"),
            name: format!("com.example.group{}:artifact-{number}", number % 97),
            version: "1.7.3".to_owned(),
            naming: Naming::Listed,
        })
        .collect();
    let version = Version::parse(Order::Maven, "1.7.3").unwrap();
    let ask = |database: &Database| {
        let may = |package| database.may_cover(package, &version).unwrap();
        packages.iter().filter(|package| may(*package)).count()
    };
    let mut group = criterion.benchmark_group("store");
    group.bench_function("open", |b| b.iter(|| black_box(open())));
    let database = Database::with_store(Vec::new(), open(), Timestamp::UNIX_EPOCH);
    group.bench_function("2,000 lookups", |b| b.iter(|| ask(&database)));
    group.bench_function("open and 2,000 lookups", |b| {
        b.iter(|| ask(&Database::with_store(Vec::new(), open(), Timestamp::UNIX_EPOCH)));
    });
    group.finish();
}

criterion_group!(benches, store);
criterion_main!(benches);
