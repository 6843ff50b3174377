//! Real documents of many producers: each is read as what it is, with every component, or refused in
//! one line. Prints the table.

use std::path::{Path, PathBuf};

use bomvet::ingest::{self, Intake};
use bomvet::inventory::Format;

mod support;

struct Row {
    file: String,
    format: String,
    version: String,
    components: Option<usize>,
    packages_of_log4j: Vec<String>,
}

fn rows(folder: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut lines = text.lines();
    let titles: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let column = |name: &str| titles.iter().position(|title| *title == name).unwrap();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |name: &str| cells[column(name)].to_owned();
            Row {
                file: cell("file").rsplit('/').next().unwrap().to_owned(),
                format: cell("format"),
                version: cell("version"),
                components: cell("components").parse().ok(),
                packages_of_log4j: cell("log4j_packages")
                    .split(", ")
                    .filter(|entry| *entry != "-" && !entry.is_empty())
                    .map(|entry| entry.split(" x").next().unwrap().to_owned())
                    .collect(),
            }
        })
        .collect()
}

fn expected(row: &Row) -> Option<Format> {
    match row.format.as_str() {
        "cdx-json" => Some(Format::CycloneDxJson),
        "cdx-xml" => Some(Format::CycloneDxXml),
        "spdx-json" => Some(Format::SpdxJson),
        "spdx-tv" => Some(Format::SpdxTagValue),
        "spdx3-jsonld" => Some(Format::Spdx3Json),
        "spdx-yaml" => Some(Format::SpdxYaml),
        "cdx-proto?" => Some(Format::CycloneDxProtobuf),
        "syft-json" => Some(Format::SyftJson),
        _ => None,
    }
}

fn read(path: &Path) -> Intake {
    ingest::read_all(&[PathBuf::from(path)])
}

#[test]
fn every_real_document_is_read_whole_or_refused_in_one_line() {
    let Some(shared) = support::shared() else { return };
    let folder = shared.join("sboms");
    let mut faults = Vec::new();
    println!("{:<72} {:<17} {:>5} {:>5}", "file", "read as", "index", "read");
    for row in rows(&folder) {
        let intake = read(&folder.join(&row.file));
        let outcome = check(&row, &intake);
        println!("{:<72} {}", row.file, outcome.as_ref().unwrap_or_else(|fault| fault));
        if let Err(fault) = outcome {
            faults.push(format!("{}: {fault}", row.file));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

fn check(row: &Row, intake: &Intake) -> Result<String, String> {
    let Some(format) = expected(row) else {
        let [error] = intake.errors.as_slice() else {
            return Err("neither read nor refused".to_owned());
        };
        let line = error.to_string();
        return if line.contains('\n') { Err(format!("two lines: {line}")) } else { Ok(line) };
    };
    let Some(input) = intake.inventory.inputs.first() else {
        return Err(intake.errors.iter().map(ToString::to_string).collect());
    };
    let count = intake.inventory.count(None);
    if input.format != format {
        return Err(format!("read as {}, expected {format}", input.format));
    }
    let version = row.version.trim_start_matches("SPDX-");
    let version = if version == "?" { "1.3" } else { version };
    if input.spec_version.as_deref() != Some(version) {
        return Err(format!("version {:?}, expected {version}", input.spec_version));
    }
    // the index has no count for the binary: two, counted by hand
    let components = row.components.or((format == Format::CycloneDxProtobuf).then_some(2));
    if Some(count.declared) != components {
        return Err(format!("{} components, expected {components:?}", count.declared));
    }
    if count.declared != count.evaluated + count.not_evaluated {
        return Err("declared is not evaluated and not evaluated".to_owned());
    }
    for wanted in &row.packages_of_log4j {
        let found = |c: &bomvet::inventory::Component| {
            let nameless = wanted.strip_suffix("@None").unwrap_or(wanted);
            c.purl_text.as_deref() == Some(wanted) || c.label() == *wanted || c.name == nameless
        };
        if !intake.inventory.components.iter().any(found) {
            return Err(format!("{wanted} not found"));
        }
    }
    Ok(format!("{:<17} {:>5} {:>5}", format, row.components.unwrap_or(0), count.declared))
}
