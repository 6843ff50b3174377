//! No bytes in the place of imported data, however made, bring a scan down; and none of them make it
//! find less than the data that was imported.
//!
//! The first two bytes choose a file of a small store and how its bytes are changed by the rest.
#![no_main]

use std::path::PathBuf;
use std::sync::OnceLock;

use bomvet::advisory::database::Database;
use bomvet::advisory::import::{Given, Import};
use bomvet::advisory::store::Store;
use bomvet::ids::Ecosystem;
use bomvet::inventory::Package;
use bomvet::version::{Order, Version};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

struct World {
    home: PathBuf,
    files: Vec<(PathBuf, Vec<u8>)>,
}

/// Made once; the folder stays, as the process is killed anyway.
fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("bomvet-fuzz-{}", std::process::id()));
        let osv = folder.join("osv");
        std::fs::create_dir_all(&osv).unwrap();
        for number in 0..20 {
            let text = format!(
                r#"{{"id": "A-{number}", "aliases": ["CVE-2026-{}"], "affected": [{{
                    "package": {{"ecosystem": "Maven", "name": "g:a{}"}}, "versions": ["7"],
                    "ranges": [{{"type": "ECOSYSTEM",
                                 "events": [{{"introduced": "0"}}, {{"fixed": "2.0-rc1"}}]}}]}}]}}"#,
                number / 2,
                number % 5
            );
            std::fs::write(osv.join(format!("{number}.json")), text).unwrap();
        }
        let home = folder.join("db");
        let (sources, now) = ([Given::from(&osv)], Timestamp::UNIX_EPOCH);
        Import { home: &home, sources: &sources, as_of: None, now }.run(|| ()).unwrap();
        let generation = std::fs::read_dir(home.join("gen-00000001")).unwrap();
        let mut files: Vec<_> = generation.map(|entry| entry.unwrap().path()).collect();
        files.push(home.join("current"));
        files.sort();
        let files = files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap()));
        World { files: files.collect(), home }
    })
}

fn ask(home: &std::path::Path) -> Option<usize> {
    let store = Store::open(home).ok()??;
    let _ = store.verify();
    let database = Database::with_store(Vec::new(), Some(store), Timestamp::UNIX_EPOCH);
    let ecosystem = Ecosystem::known("Maven");
    let mut found = 0;
    for number in 0..5 {
        let name = format!("g:a{number}");
        let version = Version::parse(Order::Maven, "1.0").ok()?;
        let package = Package { ecosystem: ecosystem.clone(), name, version: "1.0".to_owned() };
        if database.may_cover(&package, &version).ok()? {
            found += database.dossier(&ecosystem, &package.name).ok()?.entries().len();
        }
    }
    Some(found)
}

fuzz_target!(|bytes: &[u8]| {
    let [file, how, change @ ..] = bytes else { return };
    let world = world();
    let (path, whole) = &world.files[usize::from(*file) % world.files.len()];
    let mut changed = whole.clone();
    match how % 3 {
        0 => change.clone_into(&mut changed),
        1 => changed.truncate(change.len()),
        _ => {
            let places = changed.iter_mut().skip(usize::from(*how) * 8);
            places.zip(change).for_each(|(byte, more)| *byte ^= more);
        }
    }
    std::fs::write(path, &changed).unwrap();
    let found = ask(&world.home);
    std::fs::write(path, whole).unwrap();
    assert!(found.is_none_or(|found| found == 20), "{found:?} of 20 in {}", path.display());
});
