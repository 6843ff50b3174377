//! What documents state about licences: a second look at a text that is read, taken only where the
//! policy asks, so that nobody else pays for it.
//!
//! CycloneDX (`licenses`: id, name, or expression), SPDX 2 (`licenseConcluded`, else `licenseDeclared`)
//! and Syft (`licenses`). A component is found again by its reference, else by its package URL, else by
//! name and version; what is stated twice must hold twice.

use std::collections::{HashMap, VecDeque};

use serde::Deserialize;
use serde_json::Value;

use super::{cyclonedx, spdx, yaml};
use crate::inventory::{Component, Format, Inventory, Role};

/// Whether licences are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Licences {
    /// Nobody asks.
    #[default]
    Skip,
    /// The policy asks.
    Read,
}

impl Licences {
    /// Wanted where the policy asks for them.
    #[must_use]
    pub fn where_asked(asked: bool) -> Self {
        if asked { Self::Read } else { Self::Skip }
    }
}

/// What is stated, by what tells the component.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stated(HashMap<String, Vec<String>>);

/// The names by which a component is found again.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    /// bom-ref, SPDX id.
    pub(super) reference: Option<&'a str>,
    /// The package URL.
    pub(super) purl: Option<&'a str>,
    /// The name.
    pub(super) name: &'a str,
    /// The version.
    pub(super) version: Option<&'a str>,
}

impl Names<'_> {
    fn key(&self) -> String {
        let said = |text: Option<&str>| {
            text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        match (said(self.reference), said(self.purl)) {
            (Some(reference), _) => format!("ref {reference}"),
            (None, Some(purl)) => format!("purl {purl}"),
            (None, None) => {
                format!("name {} {}", self.name.trim(), self.version.unwrap_or_default().trim())
            }
        }
    }
}

impl Stated {
    /// Notes what is stated of a component.
    pub(super) fn add(&mut self, names: &Names<'_>, stated: impl IntoIterator<Item = String>) {
        self.0.entry(names.key()).or_default().extend(stated);
    }

    fn of(&self, component: &Component) -> Option<&Vec<String>> {
        let names = Names {
            reference: component.reference.as_deref(),
            purl: component.purl_text.as_deref(),
            name: &component.name,
            version: component.version.as_deref(),
        };
        self.0.get(&names.key()).filter(|stated| !stated.is_empty())
    }
}

/// Looks for licences in a text that was read as that format. The answer is `None` for formats whose
/// licences are not read, and for a text that cannot be looked at in this way.
pub(super) fn read(text: &str, format: Format) -> Option<Stated> {
    match format {
        Format::CycloneDxJson => cyclonedx_json(text),
        Format::SpdxJson => spdx_json(text),
        Format::CycloneDxYaml => cyclonedx_json(&yaml::to_json(text)?),
        Format::SpdxYaml => spdx_json(&yaml::to_json(text)?),
        Format::SyftJson => syft_json(text),
        Format::CycloneDxXml => cyclonedx::licences::read(text),
        Format::SpdxTagValue => spdx::licences::read(text),
        _ => None,
    }
}

/// Gives what is stated to the components of a document.
pub(super) fn give(inventory: &mut Inventory, input: usize, stated: Option<&Stated>) {
    let Some(stated) = stated else { return };
    for (index, component) in inventory.components.iter().enumerate() {
        if component.input == input
            && component.role != Role::Alias
            && let Some(texts) = stated.of(component)
        {
            inventory.licences.insert(index, texts.clone());
        }
    }
}

#[derive(Deserialize)]
struct Bom {
    metadata: Option<Metadata>,
    #[serde(default)]
    components: Vec<BomComponent>,
}

#[derive(Deserialize)]
struct Metadata {
    component: Option<BomComponent>,
}

#[derive(Deserialize)]
struct BomComponent {
    #[serde(rename = "bom-ref")]
    reference: Option<Value>,
    purl: Option<Value>,
    name: Option<Value>,
    version: Option<Value>,
    licenses: Option<Value>,
    #[serde(default)]
    components: Vec<BomComponent>,
}

fn cyclonedx_json(text: &str) -> Option<Stated> {
    let bom: Bom = serde_json::from_str(text).ok()?;
    let mut stated = Stated::default();
    let mut left = VecDeque::from(bom.components);
    left.extend(bom.metadata.and_then(|metadata| metadata.component));
    while let Some(mut component) = left.pop_front() {
        left.extend(component.components.drain(..));
        let names = Names {
            reference: component.reference.as_ref().and_then(Value::as_str),
            purl: component.purl.as_ref().and_then(Value::as_str),
            name: component.name.as_ref().and_then(Value::as_str).unwrap_or_default(),
            version: component.version.as_ref().and_then(Value::as_str),
        };
        let entries = component.licenses.as_ref().and_then(Value::as_array);
        stated.add(&names, entries.into_iter().flatten().map(cyclonedx_licence));
    }
    Some(stated)
}

/// An entry of `licenses`; one that says nothing that can be read is a licence that nobody knows.
fn cyclonedx_licence(entry: &Value) -> String {
    let licence = &entry["license"];
    let said = [&entry["expression"], &licence["id"], &licence["name"], &licence["url"]];
    said.into_iter().find_map(Value::as_str).unwrap_or_default().to_owned()
}

#[derive(Deserialize)]
struct Spdx {
    #[serde(default)]
    packages: Vec<Package>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(rename = "SPDXID")]
    id: Option<String>,
    name: Option<String>,
    version_info: Option<Value>,
    license_concluded: Option<String>,
    license_declared: Option<String>,
}

fn spdx_json(text: &str) -> Option<Stated> {
    let document: Spdx = serde_json::from_str(text).ok()?;
    let mut stated = Stated::default();
    for package in &document.packages {
        let names = Names {
            reference: package.id.as_deref(),
            purl: None,
            name: package.name.as_deref().unwrap_or_default(),
            version: package.version_info.as_ref().and_then(Value::as_str),
        };
        let licences = (package.license_concluded.as_deref(), package.license_declared.as_deref());
        stated.add(&names, spdx_licence(licences));
    }
    Some(stated)
}

/// What was concluded, where somebody concluded anything; else what is declared.
pub(super) fn spdx_licence((concluded, declared): (Option<&str>, Option<&str>)) -> Option<String> {
    let says = |text: &&str| !matches!(text.trim(), "" | "NOASSERTION");
    let told = concluded.filter(says).or(declared.filter(says));
    told.or(concluded).or(declared).map(str::to_owned)
}

#[derive(Deserialize)]
struct Syft {
    #[serde(default)]
    artifacts: Vec<Artifact>,
}

#[derive(Deserialize)]
struct Artifact {
    id: Option<String>,
    purl: Option<String>,
    #[serde(default)]
    name: String,
    version: Option<String>,
    licenses: Option<Value>,
}

fn syft_json(text: &str) -> Option<Stated> {
    let document: Syft = serde_json::from_str(text).ok()?;
    let mut stated = Stated::default();
    for artifact in &document.artifacts {
        let names = Names {
            reference: artifact.id.as_deref(),
            purl: artifact.purl.as_deref(),
            name: &artifact.name,
            version: artifact.version.as_deref(),
        };
        let entries = artifact.licenses.as_ref().and_then(Value::as_array);
        stated.add(&names, entries.into_iter().flatten().map(syft_licence));
    }
    Some(stated)
}

/// An entry of Syft's `licenses`: a text in old schemas.
fn syft_licence(entry: &Value) -> String {
    let said = [&entry["spdxExpression"], &entry["value"], entry];
    let said = said.into_iter().filter_map(Value::as_str).find(|text| !text.trim().is_empty());
    said.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, format: Format, key: &str) -> Vec<String> {
        read(text, format).unwrap().0[key].clone()
    }

    #[test]
    fn cyclonedx_states_ids_names_and_expressions_at_any_depth() {
        let text = r#"{"bomFormat": "CycloneDX", "components": [
          {"bom-ref": "a", "name": "a", "licenses": [{"license": {"id": "MIT"}},
            {"license": {"name": "Own Licence"}}],
            "components": [{"purl": "pkg:npm/b@1", "name": "b",
              "licenses": [{"expression": "MIT OR X11"}]}]},
          {"name": "c", "version": "3", "licenses": [{"license": {}}, 7]},
          {"name": "c", "version": "3", "licenses": [{"license": {"url": "https://x.example"}}]}]}"#;
        let format = Format::CycloneDxJson;
        assert_eq!(of(text, format, "ref a"), ["MIT", "Own Licence"]);
        assert_eq!(of(text, format, "purl pkg:npm/b@1"), ["MIT OR X11"]);
        assert_eq!(of(text, format, "name c 3"), ["", "", "https://x.example"]);
    }

    #[test]
    fn spdx_states_what_was_concluded_else_what_is_declared() {
        let told = |concluded, declared| spdx_licence((concluded, declared));
        assert_eq!(told(Some("MIT"), Some("X11")).as_deref(), Some("MIT"));
        assert_eq!(told(Some("NOASSERTION"), Some("X11")).as_deref(), Some("X11"));
        assert_eq!(told(None, Some("NONE")).as_deref(), Some("NONE"));
        assert_eq!(told(Some("NOASSERTION"), None).as_deref(), Some("NOASSERTION"));
        assert_eq!(told(None, None), None);
        let text = r#"{"spdxVersion": "SPDX-2.3", "packages": [{"SPDXID": "SPDXRef-a",
          "name": "a", "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT"}]}"#;
        assert_eq!(of(text, Format::SpdxJson, "ref SPDXRef-a"), ["MIT"]);
        let yaml =
            "spdxVersion: SPDX-2.3\npackages:\n- SPDXID: SPDXRef-a\n  licenseDeclared: MIT\n";
        assert_eq!(of(yaml, Format::SpdxYaml, "ref SPDXRef-a"), ["MIT"]);
        let lines = "SPDXVersion: SPDX-2.3\nPackageName: a\nSPDXID: SPDXRef-a\n\
                     PackageLicenseConcluded: MIT\nPackageLicenseDeclared: X11\n\
                     PackageName: b\nSPDXID: SPDXRef-b\nFileName: c\nSPDXID: SPDXRef-c\n";
        assert_eq!(of(lines, Format::SpdxTagValue, "ref SPDXRef-a"), ["MIT"]);
        assert_eq!(of(lines, Format::SpdxTagValue, "ref SPDXRef-b"), [""; 0]);
    }

    #[test]
    fn cyclonedx_in_xml_states_the_same() {
        let text = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>
          <component type="library" bom-ref="a"><name>a</name><licenses>
            <license><id>MIT</id></license><license><name>Own &amp; Licence</name></license></licenses>
            <pedigree><ancestors><component bom-ref="x"><name>x</name>
              <licenses><expression>X11</expression></licenses></component></ancestors></pedigree>
            <components><component><name>b</name><purl>pkg:npm/b@1</purl>
              <licenses><expression>MIT OR X11</expression></licenses></component></components>
          </component></components></bom>"#;
        let format = Format::CycloneDxXml;
        assert_eq!(of(text, format, "ref a"), ["MIT", "Own & Licence"]);
        assert_eq!(of(text, format, "purl pkg:npm/b@1"), ["MIT OR X11"]);
    }

    #[test]
    fn syft_states_expressions_and_values() {
        let text = r#"{"artifacts": [{"id": "1", "name": "a", "version": "1", "licenses": [
          {"value": "Apache 2", "spdxExpression": "", "type": "declared"},
          {"value": "x", "spdxExpression": "MIT"}, "X11"]}]}"#;
        assert_eq!(of(text, Format::SyftJson, "ref 1"), ["Apache 2", "MIT", "X11"]);
    }

    #[test]
    fn what_cannot_be_looked_at_states_nothing() {
        assert!(read("{", Format::CycloneDxJson).is_none());
        assert!(read("{}", Format::TrivyJson).is_none());
    }
}
