//! The seeds of the fuzz targets: every target has some, each small and read by the target's reader, so
//! that a fuzzer starts from what is right and not from nothing.

use crate::support;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bomvet::advisory::exploitation;
use bomvet::advisory::record::Record;
use bomvet::evidence::logging::{Origin, read as read_logging};
use bomvet::files::Source;
use bomvet::ingest::archive::{self, Tally};
use bomvet::ingest::cyclonedx::{protobuf, xml};
use bomvet::ingest::spdx::{rdf, tag_value};
use bomvet::ingest::{detect, gradle, json, maven_output, pom, properties, text, unpack, yaml};
use bomvet::judge::vex;
use bomvet::purl::Purl;
use bomvet::review::sbom::Sbom;
use bomvet::review::signature::{Form, Role, SignedFile, check};
use jiff::Timestamp;

/// The largest seed: mutations of small inputs are quick.
const LARGEST: usize = 4096;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
}

/// The targets that are built.
fn targets() -> Vec<String> {
    let manifest = String::from_utf8(support::read(&folder("Cargo.toml"))).unwrap();
    let lines = manifest.split("[[bin]]").skip(1);
    let name =
        |bin: &str| bin.lines().find_map(|line| line.strip_prefix("name = ").map(str::to_owned));
    lines.map(|bin| name(bin).unwrap().trim_matches('"').to_owned()).collect()
}

/// Whether the reader of a target reads the seed.
fn is_read(target: &str, bytes: &[u8]) -> bool {
    let text = || std::str::from_utf8(bytes).unwrap();
    match target {
        "archive" => {
            let source = Source::from(bytes.to_vec());
            let zip = archive::open(&source).unwrap();
            archive::read(zip, &source, "app.jar", &mut Tally::default()).is_ok()
        }
        "cyclonedx_xml" => xml::read(text()).is_ok(),
        "exploitation" => matches!(exploitation::parse(bytes), Ok(Some(_))),
        "gradle" => gradle::read(text()).is_ok(),
        "json" => json::read(text()).is_ok(),
        "logging_config" => matches!(read_logging(text(), Origin::Given), Ok(Some(_))),
        "maven_output" => maven_output::read(text()).is_ok(),
        // two versions in one text: how they are parted is the fuzzer's affair
        "maven_version" => text().starts_with(|c: char| c.is_ascii_digit()),
        "osv_record" => Record::parse(text(), &Arc::from("seed")).is_ok(),
        "pom" => pom::read_text(text()).is_ok(),
        "properties" => {
            let read = [properties::read_pom_properties, properties::read_manifest];
            read.into_iter().any(|read| read(text()).is_ok())
        }
        "protobuf" => protobuf::read(bytes).is_ok(),
        "purl" => Purl::parse(text()).is_ok(),
        "review_sbom" => Sbom::read(bytes).is_ok(),
        "signature" => holds_a_signature(bytes),
        "spdx_rdf" => rdf::read(text()).is_ok(),
        // which file is changed and how, and with what
        "store" => bytes.len() > 2,
        "tag_value" => tag_value::read(text()).is_ok(),
        "text" => text::decode(bytes).is_ok_and(|text| detect::shape(&text).is_ok()),
        "unpack" => unpacks(bytes),
        "vex" => {
            let source = vex::Source { path: "vex.json", origin: vex::Origin::Given };
            vex::read(text(), source).is_ok()
        }
        "yaml" => yaml::read(text()).is_ok(),
        other => panic!("no reader is named for the target {other}"),
    }
}

/// Whether the bytes are a signature, within a document or beside one.
fn holds_a_signature(bytes: &[u8]) -> bool {
    let paths = ["bom.json", "app.jar.sig", "app.jar.p7s", "app.jar.intoto.jsonl"];
    paths.iter().any(|path| {
        let (empty, given) = (Source::from(Vec::new()), Source::from(bytes.to_vec()));
        let file = |path, source| SignedFile { path, source: Ok(source), role: Role::Other };
        let files = [file("app.jar", &empty), file(path, &given)];
        let (checked, _) = check(&files, &[], Timestamp::MAX);
        checked.iter().any(|one| one.form.is_some_and(|form| form != Form::Unknown))
    })
}

fn unpacks(bytes: &[u8]) -> bool {
    let source = Source::from(bytes.to_vec());
    let mut members = Vec::new();
    unpack::each(&source, "file", &mut |member| {
        members.push(member.content.is_ok());
        ControlFlow::Continue(())
    });
    unpack::is_packed(&source) && !members.is_empty() && members.into_iter().all(|read| read)
}

#[test]
fn every_target_has_seeds_that_its_reader_reads() {
    let targets = targets();
    assert!(targets.len() >= 17, "{targets:?}");
    for target in &targets {
        let seeds = support::entries(&folder("seeds").join(target));
        assert!(seeds.len() >= 2, "{target} has {} seeds", seeds.len());
        for (name, path) in seeds {
            let bytes = support::read(&path);
            assert!(bytes.len() <= LARGEST, "{target}/{name}: {} bytes", bytes.len());
            assert!(is_read(target, &bytes), "{target}/{name} is not read");
        }
    }
}

#[test]
fn no_seeds_lie_there_for_a_target_that_is_gone() {
    let targets = targets();
    for (name, _) in support::entries(&folder("seeds")) {
        assert!(targets.contains(&name), "{name}");
    }
    for (name, _) in support::entries(&folder("fuzz_targets")) {
        let target = name.trim_end_matches(".rs");
        assert!(target == "promises" || targets.iter().any(|known| known == target), "{name}");
    }
}
