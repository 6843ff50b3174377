//! Libraries by other authors read the same real documents and must count the same components.
//!
//! They refuse more documents than bomvet: what they cannot read is printed and not compared. Of SPDX
//! only the JSON is compared: spdx-rs 0.5 drops packages of tag-value documents (it counts 1 of the 143
//! in `cosign__bom-go-mod.spdx`).

use crate::support;
use std::path::{Path, PathBuf};

use bomvet::ingest;
use cyclonedx_bom::models::bom::{Bom, SpecVersion};
use cyclonedx_bom::models::component::Components;
use spdx_rs::models::SPDX;

/// What another reader counts in a file, or why it cannot read it.
type Count = Result<usize, String>;

/// The text of a file in UTF-8, without a byte order mark; UTF-16 is for none of these readers.
fn text(path: &Path) -> Option<String> {
    let text = String::from_utf8(support::read(path)).ok()?;
    Some(text.trim_start_matches('\u{feff}').to_owned())
}

fn cyclonedx_json(text: &str) -> Option<Count> {
    if !text.contains("bomFormat") || !text.trim_start().starts_with('{') {
        return None;
    }
    let bom = Bom::parse_from_json(text.as_bytes());
    Some(bom.map(|bom| nested(bom.components.as_ref())).map_err(|error| error.to_string()))
}

fn cyclonedx_xml(text: &str) -> Option<Count> {
    let versions =
        [("1.3", SpecVersion::V1_3), ("1.4", SpecVersion::V1_4), ("1.5", SpecVersion::V1_5)];
    let (_, rest) = text.split_once("http://cyclonedx.org/schema/bom/")?;
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let Some((_, version)) = versions.into_iter().find(|(name, _)| rest.starts_with(name)) else {
        return Some(Err(format!("is CycloneDX {}", rest.get(..3).unwrap_or(rest))));
    };
    let bom = Bom::parse_from_xml_with_version(text.as_bytes(), version);
    Some(bom.map(|bom| nested(bom.components.as_ref())).map_err(|error| error.to_string()))
}

/// Components with those inside them; the document's subject is none of them.
fn nested(components: Option<&Components>) -> usize {
    let components = components.map_or(&[][..], |components| &components.0);
    components.iter().map(|component| 1 + nested(component.components.as_ref())).sum()
}

fn spdx_json(text: &str) -> Option<Count> {
    if !text.contains("spdxVersion") || !text.trim_start().starts_with('{') {
        return None;
    }
    let document: Result<SPDX, _> = serde_json::from_str(text);
    Some(document.map(|d| d.package_information.len()).map_err(|error| error.to_string()))
}

/// Compares every document that the reader takes for its own, and returns how many it could read.
fn compare(name: &str, reader: impl Fn(&str) -> Option<Count>, at_least: usize) {
    let Some(shared) = support::shared() else { return };
    let (mut compared, mut refused) = (0, 0);
    let mut faults = Vec::new();
    for (file, path) in support::entries(&shared.join("sboms")) {
        let Some(theirs) = text(&path).and_then(|text| reader(&text)) else { continue };
        match (theirs, ours(&path)) {
            (Ok(theirs), Ok(ours)) => {
                compared += 1;
                println!("{name}: {file}: {theirs}, bomvet {ours}");
                if theirs != ours {
                    faults.push(format!("{file}: {name} counts {theirs}, bomvet {ours}"));
                }
            }
            (Ok(theirs), Err(error)) => {
                faults.push(format!("{file}: {name} counts {theirs}, bomvet: {error}"));
            }
            (Err(error), _) => {
                refused += 1;
                let line = error.lines().next().unwrap_or_default();
                println!("{name}: {file}: not read: {line:.80}");
            }
        }
    }
    println!("{name}: {compared} documents compared, {refused} not read");
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(compared >= at_least, "{name} could read {compared} documents, expected {at_least}");
}

fn ours(path: &Path) -> Count {
    let intake = ingest::read_all(&[PathBuf::from(path)]);
    match intake.errors.first() {
        Some(error) => Err(error.to_string()),
        None => Ok(intake.inventory.count(None).declared),
    }
}

#[test]
fn cyclonedx_bom_counts_the_same_components_in_json() {
    compare("cyclonedx-bom", cyclonedx_json, 5);
}

#[test]
fn cyclonedx_bom_counts_the_same_components_in_xml() {
    compare("cyclonedx-bom", cyclonedx_xml, 1);
}

#[test]
fn spdx_rs_counts_the_same_packages_in_json() {
    compare("spdx-rs", spdx_json, 3);
}
