//! Real documents of many producers: each is read as what it is, with every component, or refused in
//! one line. The table of them is `docs/documents.md`; `BOMVET_UPDATE=1` writes it.

use crate::support;
use std::path::{Path, PathBuf};

use bomvet::ingest::{self, Intake};
use bomvet::inventory::{Component, Format};

/// One line of the index.
struct Row {
    file: String,
    /// Where it is from: the repository, the path in it, the commit.
    origin: [String; 3],
    licence: String,
    format: String,
    version: String,
    components: Option<usize>,
    /// Package URL or label, and how many components have it.
    packages_of_log4j: Vec<(String, usize)>,
}

/// What bomvet made of it.
struct Outcome {
    format: Format,
    version: String,
    declared: usize,
    /// The packages of log4j, as people say them.
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
                origin: ["source_repo", "path", "commit"].map(cell),
                licence: cell("licence"),
                format: cell("format"),
                version: cell("version"),
                components: cell("components").parse().ok(),
                packages_of_log4j: cell("log4j_packages")
                    .split(", ")
                    .filter(|entry| *entry != "-" && !entry.is_empty())
                    .map(|entry| match entry.split_once(" x") {
                        Some((package, times)) => (package.to_owned(), times.parse().unwrap()),
                        None => (entry.to_owned(), 1),
                    })
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
fn every_real_document_is_read_whole() {
    let Some(shared) = support::shared() else { return };
    let folder = shared.join("sboms");
    let mut faults = Vec::new();
    let mut lines = Vec::new();
    for row in rows(&folder) {
        match check(&row, &read(&folder.join(&row.file))) {
            Ok(outcome) => lines.push(line(&row, &outcome)),
            Err(fault) => faults.push(format!("{}: {fault}", row.file)),
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    let page = page(&lines);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/documents.md");
    if std::env::var_os("BOMVET_UPDATE").is_some() {
        support::write(&path, page.as_bytes());
    }
    let known = String::from_utf8(support::read(&path)).unwrap();
    assert!(
        known == page,
        "docs/documents.md is old: BOMVET_UPDATE=1 cargo test --test it documents::"
    );
}

fn page(lines: &[String]) -> String {
    format!(
        "# Real documents\n\n\
         {} public documents of many producers, each read whole: the number of components equals that \
         of an index made without\nbomvet, and every package of log4j that the index lists is found. \
         `tests/it/documents.rs` holds them against it, where the\ndocuments lie beside the repository, \
         and writes this page.\n\n\
         | document | repository | licence | read as | components | of log4j |\n\
         | --- | --- | --- | --- | --- | --- |\n{}",
        lines.len(),
        lines.concat()
    )
}

fn line(row: &Row, outcome: &Outcome) -> String {
    let [repository, path, commit] = &row.origin;
    let components = match row.components {
        Some(_) => outcome.declared.to_string(),
        None => format!("{} (counted by hand)", outcome.declared),
    };
    let of_log4j = match outcome.packages_of_log4j.join(", ") {
        none if none.is_empty() => "–".to_owned(),
        some => some,
    };
    format!(
        "| `{path}` | {repository} `{}` | {} | {} {} | {components} | {of_log4j} |\n",
        &commit[..8],
        row.licence,
        outcome.format,
        outcome.version
    )
}

fn check(row: &Row, intake: &Intake) -> Result<Outcome, String> {
    let Some(format) = expected(row) else {
        return Err(format!("the index calls it {}, which this test does not know", row.format));
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
    Ok(Outcome {
        format,
        version: version.to_owned(),
        declared: count.declared,
        packages_of_log4j: of_log4j(row, intake)?,
    })
}

/// `log4j-core 2.14.1`, by the package URL where there is one.
fn artifact(component: &Component) -> String {
    let name = component.full_name();
    let name = name.rsplit(':').next().unwrap_or_default();
    format!("{name} {}", component.version.as_deref().unwrap_or_default()).trim_end().to_owned()
}

/// Every package of log4j that the index lists, as often as it lists it.
fn of_log4j(row: &Row, intake: &Intake) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for (wanted, times) in &row.packages_of_log4j {
        let nameless = wanted.strip_suffix("@None").unwrap_or(wanted);
        let is_it = |c: &&Component| {
            c.purl_text.as_deref() == Some(wanted) || c.label() == *wanted || c.name == nameless
        };
        let all: Vec<&Component> = intake.inventory.components.iter().filter(is_it).collect();
        if all.len() != *times {
            return Err(format!("{wanted} found {} times, expected {times}", all.len()));
        }
        let name = all.first().map(|component| artifact(component)).unwrap_or_default();
        found.push(if *times > 1 { format!("{name} ({times} times)") } else { name });
    }
    Ok(found)
}
