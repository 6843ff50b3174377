//! Resolution against Maven's own libraries, on universes made up from seeds.
//!
//! Runs where Java and Maven are installed. `BOMVET_MAVEN_CASES` sets how many universes (40 unless
//! set), `BOMVET_MAVEN_SEED` the first seed. A universe that differs is left on disk and named.

mod universe;

use std::collections::BTreeMap;
use std::path::Path;

use crate::maven_support::oracle::{Answer, ask, installed_maven};
use crate::maven_support::{is_exact_range_without_metadata, lines, name, reactor};
use bomvet::ingest::Disk;
use bomvet::maven::{Machine, Maven};
use universe::{ENVIRONMENT, universe};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What differs, if anything.
fn difference(folder: &Path, answer: &Answer) -> Option<String> {
    let environment = BTreeMap::from([(ENVIRONMENT.0.to_owned(), ENVIRONMENT.1.to_owned())]);
    let machine = Machine { environment, ..Machine::default() };
    let maven = Maven::new(&Disk, machine).with_local(folder.join("repo"));
    let found = reactor(&folder.join("pom.xml"), &maven, &Disk);
    let refused = found.iter().any(|one| !one.refusals.is_empty());
    if let Some(error) = &answer.error {
        // its own stack overflows on artifacts that are relocated to themselves
        return (!refused).then(|| format!("Maven refuses the build: {error}"));
    }
    for project in &answer.projects {
        let Some(one) = found.iter().find(|one| name(one) == project.name) else {
            let names: Vec<_> = found.iter().map(name).collect();
            return Some(format!("no project {} among {names:?}", project.name));
        };
        match &project.error {
            Some(error) if one.refusals.is_empty() && !is_exact_range_without_metadata(error) => {
                return Some(format!("{}: Maven gives up: {error}", project.name));
            }
            Some(_) => {}
            None if !one.refusals.is_empty() => {
                return Some(format!("{}: refused {:?}", project.name, one.refusals));
            }
            None => {
                let lines = lines(one);
                if lines != project.lines {
                    return Some(format!(
                        "{}\n  Maven {:#?}\n  found {lines:#?}",
                        project.name, project.lines
                    ));
                }
            }
        }
    }
    None
}

fn write(folder: &Path, seed: u64) {
    for (path, text) in universe(seed) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn made_up_universes_resolve_as_in_maven() {
    let (first, count) = (setting("BOMVET_MAVEN_SEED", 1), setting("BOMVET_MAVEN_CASES", 40));
    let Some(class_path) = installed_maven() else {
        eprintln!("skipped: no Maven is installed");
        return;
    };
    let scratch = tempfile::Builder::new().prefix("bomvet-universes").tempdir().unwrap();
    let folders: Vec<_> =
        (first..first + count).map(|seed| scratch.path().join(seed.to_string())).collect();
    for (seed, folder) in (first..).zip(&folders) {
        write(folder, seed);
    }
    let Some(answers) = ask(&class_path, &folders, ENVIRONMENT) else {
        eprintln!("skipped: Java does not answer");
        return;
    };
    assert_eq!(answers.len(), folders.len());
    let (mut wrong, mut whole, mut nodes) = (Vec::new(), 0, 0);
    for (folder, answer) in folders.iter().zip(&answers) {
        let projects = answer.projects.iter().filter(|project| project.error.is_none());
        whole += projects.clone().count();
        nodes += projects.map(|project| project.lines.len()).sum::<usize>();
        wrong
            .extend(difference(folder, answer).map(|text| format!("{}: {text}", folder.display())));
    }
    eprintln!(
        "{} universes, {whole} projects that Maven resolves with {nodes} dependencies, {} differences",
        folders.len(),
        wrong.len()
    );
    if !wrong.is_empty() {
        let kept = scratch.keep();
        panic!("see {}\n{}", kept.display(), wrong.join("\n"));
    }
}
