//! Licences in SPDX's tag-value text: what was concluded of a package, else what it declares.

use super::lines::{Content, Lines};
use crate::ingest::licences::{Names, Stated, spdx_licence};

/// The package whose lines are read.
#[derive(Default)]
struct Package<'a> {
    name: &'a str,
    id: Option<&'a str>,
    version: Option<&'a str>,
    concluded: Option<&'a str>,
    declared: Option<&'a str>,
}

/// Looks for licences; nothing where the text breaks off.
pub(in crate::ingest) fn read(text: &str) -> Option<Stated> {
    let mut lines = Lines::new(text);
    let mut stated = Stated::default();
    let mut package: Option<Package<'_>> = None;
    while let Some(line) = lines.next().ok()? {
        let Content::Pair { tag, value, .. } = line.content else { continue };
        match (tag, &mut package) {
            ("PackageName" | "FileName" | "SnippetSPDXID" | "LicenseID", _) => {
                end(package.take(), &mut stated);
                if tag == "PackageName" {
                    package = Some(Package { name: value, ..Package::default() });
                }
            }
            ("SPDXID", Some(package)) => package.id = Some(value),
            ("PackageVersion", Some(package)) => package.version = Some(value),
            ("PackageLicenseConcluded", Some(package)) => package.concluded = Some(value),
            ("PackageLicenseDeclared", Some(package)) => package.declared = Some(value),
            _ => {}
        }
    }
    end(package, &mut stated);
    Some(stated)
}

fn end(package: Option<Package<'_>>, stated: &mut Stated) {
    let Some(package) = package else { return };
    let names =
        Names { reference: package.id, purl: None, name: package.name, version: package.version };
    stated.add(&names, spdx_licence((package.concluded, package.declared)));
}
