//! Trivy's own JSON: the packages that Trivy found, and which needs which.
//!
//! Follows Trivy's report schema 2 (`pkg/types/report.go` in its repository). A report holds its
//! packages only when they were asked for, by default since 0.54: one without them names flaws
//! alone, which is no bill of materials, and is refused. Ids are those of one result, unique ids
//! (`UID`) those of the whole report.

use std::collections::HashMap;

use super::document::{About, Declared, Document, Kind, Position, ReadError, Warning};
use super::json::{Doc, Text, TrivyPackage, TrivyResult};
use super::references::{self, References};
use crate::inventory::{Edges, Format, Scope};

/// The newest report schema that was read about.
const NEWEST: u32 = 2;

/// Turns Trivy's keys into a document.
pub(in crate::ingest) fn document(doc: &Doc<'_>) -> Result<Document, ReadError> {
    let warning = check_version(doc.schema_version.as_ref())?;
    let results = doc.results.as_deref().unwrap_or_default();
    let mut warnings: Vec<Warning> = warning.into_iter().collect();
    warnings.extend(check_packages(results)?);
    let mut found = Found::default();
    results.iter().for_each(|result| found.add(result));
    let parts = References::of(&found.components);
    warnings.extend(parts.duplicates("ID"));
    warnings.extend(references::dangling("DependsOn", found.dangling));
    Ok(Document {
        spec_version: said(doc.schema_version.as_ref()),
        about: doc
            .artifact_name
            .as_ref()
            .map_or(About::Unsaid, |name| About::Apart(Box::new(subject(name)))),
        components: found.components,
        edges: found.edges,
        warnings,
        ..Document::new(Format::TrivyJson)
    })
}

fn subject(name: &Text<'_>) -> Declared {
    Declared {
        kind: Kind::Other,
        name: name.value.trim().to_owned(),
        position: name.position,
        ..Declared::default()
    }
}

/// Makes sure that the packages were listed: a report without them would look clean.
fn check_packages(results: &[TrivyResult<'_>]) -> Result<Option<Warning>, ReadError> {
    let any = results.iter().flat_map(|result| &result.packages).any(|list| !list.is_empty());
    if !any {
        return Err(ReadError::new(
            "lists no packages: have Trivy write the report with --list-all-pkgs",
        ));
    }
    let without = results.iter().filter(|result| {
        let listed = result.packages.as_ref().is_some_and(|list| !list.is_empty());
        let class = result.class.as_ref().map_or("", |class| class.value.trim());
        !listed && (is_flawed(result) || matches!(class, "os-pkgs" | "lang-pkgs"))
    });
    let mut warning = None;
    for result in without {
        let target = result.target.as_ref().map_or("", |target| target.value.trim());
        let position = result.target.as_ref().map_or(Position::Unknown, |text| text.position);
        if is_flawed(result) {
            let cause = format!("lists flaws of \"{target}\" and not its packages");
            return Err(ReadError::at(position, cause));
        }
        let message = format!("no packages are listed in \"{target}\"");
        warning.get_or_insert(Warning { message, position });
    }
    Ok(warning)
}

fn is_flawed(result: &TrivyResult<'_>) -> bool {
    result.vulnerabilities.as_ref().is_some_and(|list| !list.is_empty())
}

/// What the results hold together.
#[derive(Default)]
struct Found<'a> {
    components: Vec<Declared>,
    edges: Edges,
    dangling: Vec<&'a str>,
}

impl<'a> Found<'a> {
    fn add(&mut self, result: &'a TrivyResult<'_>) {
        let kind = result.kind.as_ref().map_or("", |kind| kind.value.trim());
        let packages = result.packages.as_deref().unwrap_or_default();
        let mut names: HashMap<&str, String> = HashMap::with_capacity(packages.len());
        for package in packages {
            let declared = declared(package, kind);
            if let (Some(id), Some(reference)) = (&package.id, &declared.reference) {
                names.entry(id.value.trim()).or_insert_with(|| reference.clone());
            }
            self.components.push(declared);
        }
        for package in packages {
            let Some(from) = package.id.as_ref().and_then(|id| names.get(id.value.trim())) else {
                continue;
            };
            for id in package.depends_on.iter().flatten().map(|id| id.trim()) {
                match names.get(id) {
                    Some(to) => self.edges.push(from, to),
                    None => self.dangling.push(id),
                }
            }
        }
    }
}

fn declared(package: &TrivyPackage<'_>, kind: &str) -> Declared {
    let identifier = package.identifier.as_ref();
    let purl = identifier.and_then(|identifier| identifier.purl.as_ref());
    let unique = identifier.and_then(|identifier| identifier.unique.as_ref());
    let name = said(package.name.as_ref()).unwrap_or_default();
    let maven = matches!(kind, "jar" | "pom" | "gradle" | "sbt");
    let (group, name) = match name.split_once(':') {
        Some((group, artifact)) if maven => (Some(group.to_owned()), artifact.to_owned()),
        _ => (None, name),
    };
    let development = package.development.as_ref().is_some_and(|text| text.value == "true");
    let place = purl.or(package.name.as_ref());
    Declared {
        reference: said(unique).or_else(|| said(package.id.as_ref())),
        kind: Kind::Package,
        group,
        name,
        version: version(package),
        purls: said(purl).into_iter().collect(),
        scope: development.then_some(Scope::Build),
        position: place.map_or(Position::Unknown, |text| text.position),
        ..Declared::default()
    }
}

/// The version with epoch and release, which Trivy keeps apart: `1:2.3-4`.
fn version(package: &TrivyPackage<'_>) -> Option<String> {
    let mut version = said(package.version.as_ref())?;
    if let Some(epoch) = said(package.epoch.as_ref()).filter(|epoch| epoch != "0") {
        version = format!("{epoch}:{version}");
    }
    if let Some(release) = said(package.release.as_ref()) {
        version = format!("{version}-{release}");
    }
    Some(version)
}

fn said(text: Option<&Text<'_>>) -> Option<String> {
    text.map(|text| text.value.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Warns of report schemas that were not read about.
fn check_version(version: Option<&Text<'_>>) -> Result<Option<Warning>, ReadError> {
    let Some(text) = version else { return Ok(None) };
    let (version, position) = (text.value.trim(), text.position);
    match version.parse::<u32>() {
        Ok(1..=NEWEST) => Ok(None),
        Ok(newer) if newer > NEWEST => {
            let message = format!("report schema {newer} of Trivy is newer than bomvet knows");
            Ok(Some(Warning { message: format!("{message}: read as {NEWEST}"), position }))
        }
        _ => Err(ReadError::at(position, format!("\"{version}\" is no report schema of Trivy"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::json::read;

    fn trivy(results: &str) -> Document {
        read(&format!(r#"{{"SchemaVersion": 2, "ArtifactName": "app", "Results": [{results}]}}"#))
            .unwrap()
    }

    fn cause(results: &str) -> String {
        let text = format!(r#"{{"Results": [{results}], "SchemaVersion": 2}}"#);
        read(&text).unwrap_err().cause
    }

    fn messages(document: &Document) -> Vec<&str> {
        document.warnings.iter().map(|warning| warning.message.as_str()).collect()
    }

    #[test]
    fn a_package_has_what_its_keys_say() {
        let document = trivy(
            r#"{"Target": "pom.xml", "Class": "lang-pkgs", "Type": "pom", "Packages": [
                {"ID": "g:a:1", "Name": "g:a", "Version": "1", "Dev": true,
                 "Identifier": {"PURL": "pkg:maven/g/a@1", "UID": "f00"}}]}"#,
        );
        assert_eq!(
            (document.format, document.spec_version.as_deref()),
            (Format::TrivyJson, Some("2"))
        );
        let [a] = document.components.as_slice() else { panic!("not one component") };
        assert_eq!((a.group.as_deref(), a.name.as_str()), (Some("g"), "a"));
        assert_eq!(a.reference.as_deref(), Some("f00"));
        assert_eq!((a.version.as_deref(), a.scope), (Some("1"), Some(Scope::Build)));
        assert_eq!(a.purls, ["pkg:maven/g/a@1"]);
        assert_eq!(messages(&document), [""; 0]);
        let About::Apart(subject) = document.about else { panic!("no subject") };
        assert_eq!((subject.name.as_str(), subject.kind), ("app", Kind::Other));
    }

    #[test]
    fn a_system_package_has_epoch_and_release_in_its_version() {
        let document = trivy(
            r#"{"Class": "os-pkgs", "Type": "redhat", "Packages": [
                {"Name": "bash", "Version": "5.1", "Release": "6.el9", "Epoch": 1},
                {"Name": "zlib", "Version": "1.2", "Epoch": 0}]}"#,
        );
        let versions: Vec<_> = document.components.iter().map(|c| c.version.as_deref()).collect();
        assert_eq!(versions, [Some("1:5.1-6.el9"), Some("1.2")]);
    }

    #[test]
    fn ids_hold_within_one_result() {
        let document = trivy(
            r#"{"Packages": [{"ID": "a@1", "Identifier": {"UID": "1"}, "DependsOn": ["b@1", "x@1"]},
                             {"ID": "b@1", "Identifier": {"UID": "2"}}]},
               {"Packages": [{"ID": "b@1", "Identifier": {"UID": "3"}}]}"#,
        );
        assert_eq!(document.edges, [("1", "2")]);
        assert_eq!(
            messages(&document),
            ["1 reference leads to no component in DependsOn: \"x@1\""]
        );
    }

    #[test]
    fn a_report_without_packages_is_refused_with_the_option_that_helps() {
        let asked = "lists no packages: have Trivy write the report with --list-all-pkgs";
        assert_eq!(
            cause(r#"{"Class": "lang-pkgs", "Vulnerabilities": [{"PkgName": "a"}]}"#),
            asked
        );
        assert_eq!(cause(""), asked);
        assert_eq!(
            cause(r#"{"Packages": [{"Name": "a"}]}, {"Target": "t", "Vulnerabilities": [{}]}"#),
            "lists flaws of \"t\" and not its packages"
        );
    }

    #[test]
    fn a_target_without_packages_among_others_is_named_and_secrets_are_none() {
        let document = trivy(
            r#"{"Packages": [{"Name": "a"}]}, {"Target": "distroless", "Class": "os-pkgs"},
               {"Target": "key.pem", "Class": "secret"}"#,
        );
        assert_eq!(messages(&document), ["no packages are listed in \"distroless\""]);
    }

    #[test]
    fn newer_schemas_are_read_with_a_warning() {
        let text = r#"{"SchemaVersion": 3, "Results": [{"Packages": [{"Name": "a"}]}]}"#;
        let document = read(text).unwrap();
        assert_eq!(
            messages(&document),
            ["report schema 3 of Trivy is newer than bomvet knows: read as 2"]
        );
        assert!(read(&text.replace('3', "\"x\"")).is_err());
    }

    #[test]
    fn a_wrong_shape_among_the_packages_is_an_error() {
        assert_eq!(
            cause(r#"{"Packages": ["a"]}"#),
            "Results[0].Packages[0] is a string, expected an object"
        );
    }
}
