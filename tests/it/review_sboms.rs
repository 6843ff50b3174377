//! Real documents of many producers are read for judging as for matching: none is refused that a scan
//! reads, and the parts are the components that a scan counts.

use crate::support;
use std::path::{Path, PathBuf};

use bomvet::files::Source;
use bomvet::ingest;
use bomvet::inventory::Format;
use bomvet::review::sbom::conformance::{Conformance, read_and_check};
use bomvet::review::sbom::{Element, NotRead, Sbom};

/// How many components a scan counts among the parts. It counts every component of CycloneDX but the
/// one that the document describes, and the packages of SPDX, but no files and snippets.
fn counted(sbom: &Sbom) -> usize {
    match sbom.format {
        Format::CycloneDxJson | Format::CycloneDxXml | Format::CycloneDxYaml => {
            sbom.parts.len() - sbom.primary.len()
        }
        _ => sbom.parts.iter().filter(|part| part.element == Element::Package).count(),
    }
}

fn declared(path: &Path) -> usize {
    let intake = ingest::read_all(&[PathBuf::from(path)]);
    assert!(intake.errors.is_empty(), "{:?}", intake.errors);
    intake.inventory.count(None).declared
}

#[test]
fn every_real_document_is_read_with_all_its_parts() {
    let Some(shared) = support::shared() else {
        println!("the shared documents are not here: nothing is compared");
        return;
    };
    let mut compared = 0;
    let mut faults = Vec::new();
    for (file, path) in support::entries(&shared.join("sboms")) {
        if file == "INDEX.tsv" {
            continue;
        }
        match Sbom::read(&support::read(&path)) {
            Ok(sbom) => {
                compared += 1;
                let (ours, theirs) = (counted(&sbom), declared(&path));
                println!("{file}: {} {}: {ours}", sbom.format, sbom.spec_version);
                println!("  {} links, oddities {:?}", sbom.links.len(), sbom.oddities);
                if ours != theirs {
                    faults.push(format!("{file}: {ours} parts, a scan counts {theirs}"));
                }
            }
            Err(NotRead::NotJudged(format)) => println!("{file}: {format} is not judged"),
            Err(error) => faults.push(format!("{file}: {error}")),
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(compared >= 35, "only {compared} documents were compared");
}

#[test]
fn real_documents_are_checked_against_their_formats() {
    let Some(shared) = support::shared() else {
        println!("the shared documents are not here: nothing is checked");
        return;
    };
    let (mut clean, mut faulty) = (Vec::new(), Vec::new());
    for (file, path) in support::entries(&shared.join("sboms")) {
        let source = Source::from(support::read(&path));
        for (_, found) in read_and_check(&source, &file).unwrap_or_default() {
            match found {
                Conformance::Checked(remarks) if remarks.is_empty() => clean.push(file.clone()),
                Conformance::Checked(remarks) => {
                    for remark in &remarks {
                        println!("{file}: {} ({} places)", remark.detail, remark.evidence.len());
                    }
                    faulty.push(file.clone());
                }
                Conformance::NotChecked(why) => println!("{file}: not checked: {why}"),
            }
        }
    }
    println!("{} without a fault: {clean:?}", clean.len());
    assert!(clean.len() >= 5 && faulty.len() >= 2, "{clean:?} {faulty:?}");
    // the schema of CycloneDX says the same of these, see the index
    let valid = ["parlay__sbom2.cyclonedx.json", "dep-scan__bom-syft-duplicate-components.json"];
    assert!(valid.iter().all(|file| !faulty.iter().any(|one| one == file)), "{faulty:?}");
    let invalid = "SBOM-in-a-Box__jbom-Case1-1.0-SNAPSHOT-jar-with-dependencies.json";
    assert!(faulty.iter().any(|file| file == invalid), "{faulty:?}");
}
