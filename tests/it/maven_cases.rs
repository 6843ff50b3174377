//! Resolution against Maven's own: recorded answers of Maven 3.8.7 beside the repository.
//!
//! `maven-cases` are projects with their repository and what `dependency:tree` said; `maven-fuzz` are
//! generated ones with the answer of Maven's libraries.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::maven_support::{is_exact_range_without_metadata, lines, name, reactor};
use bomvet::ingest::Disk;
use bomvet::maven::{Artifact, Machine, Maven, Pom, Resolution, Resolved, resolve};
use serde_json::Value;

fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    if !path.exists() {
        eprintln!("skipped: no {name} beside the repository");
        return None;
    }
    Some(path)
}

/// `depth id scope` of each dependency as `dependency:tree` prints it: with the type where the
/// libraries have the extension.
fn tree(resolution: &Resolution) -> Vec<String> {
    let line = |one: &Resolved| {
        let artifact = Artifact { extension: one.kind.clone(), ..one.artifact.clone() };
        format!("{} {artifact} {}", one.depth, one.scope)
    };
    resolution.dependencies.iter().map(line).collect()
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What differs from the recorded answer of one project.
fn differences(folder: &Path) -> Vec<String> {
    let expected = read(&folder.join("expected.json"));
    let environment = expected["env"].as_object().unwrap().iter();
    let environment: BTreeMap<String, String> = environment
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    let machine = Machine { environment, ..Machine::default() };
    let maven = Maven::new(&Disk, machine).with_local(folder.join("repo"));
    let found = reactor(&folder.join("pom.xml"), &maven, &Disk);
    let case = folder.file_name().unwrap().to_string_lossy().into_owned();
    let mut wrong = Vec::new();
    let refusals: Vec<_> = found.iter().flat_map(|one| &one.refusals).collect();
    if expected["ok"].as_bool().unwrap() != refusals.is_empty() {
        wrong.push(format!("{case}: Maven says ok {}, refusals {refusals:?}", expected["ok"]));
    }
    let projects = expected["projects"].as_array().unwrap();
    if expected["ok"] == true && projects.len() != found.len() {
        wrong.push(format!("{case}: {} projects, found {}", projects.len(), found.len()));
    }
    for project in projects {
        let wanted = project["project"].as_str().unwrap();
        let Some(one) = found.iter().find(|one| name(one) == wanted) else {
            let names: Vec<_> = found.iter().map(name).collect();
            wrong.push(format!("{case}: no project {wanted} among {names:?}"));
            continue;
        };
        let dependencies = project["dependencies"].as_array().unwrap().iter();
        let line = |d: &Value| {
            let text = |key: &str| d[key].as_str().unwrap().to_owned();
            format!("{} {} {}", d["depth"], text("id"), text("scope"))
        };
        let expected: Vec<_> = dependencies.map(line).collect();
        if expected != tree(one) {
            wrong
                .push(format!("{case} {wanted}:\n  Maven {expected:#?}\n  found {:#?}", tree(one)));
        }
    }
    wrong
}

#[test]
fn the_recorded_projects_resolve_as_in_maven() {
    let Some(cases) = shared("maven-cases") else { return };
    let mut folders: Vec<_> =
        std::fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let wrong: Vec<_> = folders.iter().flat_map(|folder| differences(folder)).collect();
    eprintln!("{} projects, {} differences", folders.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn fuzz_difference(case: &Value) -> Option<String> {
    let seed = case["seed"].as_str().unwrap();
    let files = case["files"].as_object().unwrap().iter();
    let files = files.map(|(path, text)| (PathBuf::from(path), text.as_str().unwrap().to_owned()));
    let universe: BTreeMap<_, _> = files.collect();
    let maven = Maven::new(&universe, Machine::default()).with_local(PathBuf::from("repo"));
    let pom = Pom::parse(&universe[Path::new("pom.xml")]).unwrap();
    let found = resolve(pom, Path::new("pom.xml"), &maven);
    if case["ok"] == false {
        let error = case["error"].as_str().unwrap();
        let explained = is_exact_range_without_metadata(error);
        let differs = found.refusals.is_empty() && !explained;
        return differs.then(|| format!("{seed}: Maven fails: {error}"));
    }
    let line =
        |d: &Value| format!("{} {} {}", d[0], d[1].as_str().unwrap(), d[2].as_str().unwrap());
    let expected: Vec<_> = case["expected"].as_array().unwrap().iter().map(line).collect();
    if !found.refusals.is_empty() || expected != lines(&found) {
        let (expected_set, found_lines) = (expected.iter().collect::<BTreeSet<_>>(), lines(&found));
        let found_set = found_lines.iter().collect::<BTreeSet<_>>();
        let missing: Vec<_> = expected_set.difference(&found_set).collect();
        let extra: Vec<_> = found_set.difference(&expected_set).collect();
        return Some(format!("{seed}: {:?} missing {missing:?} extra {extra:?}", found.refusals));
    }
    None
}

#[test]
fn generated_universes_resolve_as_in_maven() {
    let Some(path) = shared("maven-fuzz.jsonl.gz") else { return };
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let wrong: Vec<_> = cases.iter().filter_map(fuzz_difference).collect();
    eprintln!("{} universes, {} differences", cases.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
