//! What formats have no place for, and what known generators never write. A supplier who uses them did
//! not leave the fact out: he needs a later format or another tool.

use std::fmt;

use super::{Check, Family, View};

/// Why a document could not have stated a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cannot {
    /// The format, or this version of it, has no place for it.
    Format(String),
    /// The generator never writes it.
    Tool(&'static str),
}

impl fmt::Display for Cannot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(format) => write!(f, "{format} has no place for it"),
            Self::Tool(tool) => write!(f, "{tool}, which made the document, never writes it"),
        }
    }
}

/// The version of CycloneDX that first has a place for a fact, by its schemas; earlier ones have none.
const CYCLONEDX_SINCE: [(&str, [u32; 2]); 24] = [
    ("doc.author", [1, 2]),
    ("doc.author_contact", [1, 2]),
    ("doc.generation_context", [1, 5]),
    ("doc.timestamp", [1, 2]),
    ("doc.tool_name", [1, 2]),
    ("doc.tool_version", [1, 2]),
    ("doc.uri", [1, 1]),
    ("doc.primary", [1, 2]),
    ("doc.data_license", [1, 3]),
    ("rel.dependencies", [1, 2]),
    ("rel.transitive", [1, 2]),
    ("rel.completeness", [1, 3]),
    ("rel.describes", [1, 2]),
    ("comp.supplier", [1, 2]),
    ("comp.producer_contact", [1, 6]),
    ("comp.hash_sha512_deployable", [1, 3]),
    ("comp.source_hash", [1, 6]),
    ("comp.executable", [1, 3]),
    ("comp.archive", [1, 3]),
    ("comp.structured", [1, 3]),
    ("comp.filename", [1, 3]),
    ("comp.licence_distribution", [1, 6]),
    ("comp.licence_original", [1, 6]),
    ("comp.licence_effective", [1, 3]),
];

/// Facts for which a family of formats has no place in any version.
const NOWHERE: [(Family, &str); 7] = [
    (Family::CycloneDx, "doc.name"),
    (Family::Spdx2, "comp.hash_sha512_deployable"),
    (Family::Spdx2, "comp.executable"),
    (Family::Spdx2, "comp.archive"),
    (Family::Spdx2, "comp.structured"),
    (Family::Spdx2, "comp.source_hash"),
    (Family::Spdx2, "comp.licence_effective"),
];

/// What a generator never writes in a family of formats, by its source code.
struct Silent {
    /// What the name of the tool begins with, in lower case.
    tool: &'static str,
    name: &'static str,
    family: Family,
    facts: &'static [&'static str],
}

/// Sources, one version each, read in November 2026: anchore/syft `syft/format/common/cyclonedxhelpers/to_format_model.go`;
/// aquasecurity/trivy `pkg/sbom/cyclonedx/marshal.go`; CycloneDX/cyclonedx-maven-plugin
/// `BaseCycloneDxMojo.java` and `DefaultModelConverter.java`.
const SILENT: [Silent; 3] = [
    Silent {
        tool: "syft",
        name: "Syft",
        family: Family::CycloneDx,
        facts: &[
            "doc.author",
            "doc.author_contact",
            "doc.author_signature",
            "doc.generation_context",
            "rel.dependencies",
            "rel.completeness",
            "comp.supplier",
            "comp.hash_sha512_deployable",
        ],
    },
    Silent {
        tool: "trivy",
        name: "Trivy",
        family: Family::CycloneDx,
        facts: &[
            "doc.author",
            "doc.author_contact",
            "doc.author_signature",
            "doc.generation_context",
            "rel.completeness",
        ],
    },
    Silent {
        tool: "cyclonedx maven plugin",
        name: "the CycloneDX Maven plugin",
        family: Family::CycloneDx,
        facts: &[
            "doc.author_signature",
            "rel.completeness",
            "comp.supplier",
            "comp.producer_contact",
            "comp.hash_sha512_deployable",
        ],
    },
];

/// Why a document could not have stated a fact, where that is known. Of a document that several tools
/// made nobody can tell which of them kept silent.
pub(super) fn cannot(view: &View<'_>, check: &Check) -> Option<Cannot> {
    let family = view.family?;
    let since = CYCLONEDX_SINCE.iter().find(|(id, _)| *id == check.id);
    let too_old = family == Family::CycloneDx
        && !view.version.is_empty()
        && since.is_some_and(|(_, since)| view.version[..] < since[..]);
    if too_old || NOWHERE.contains(&(family, check.id)) {
        let version = view.sbom.spec_version.trim_start_matches("SPDX-");
        let name = if family == Family::CycloneDx { "CycloneDX" } else { "SPDX" };
        return Some(Cannot::Format(format!("{name} {version}")));
    }
    let [tool] = &view.sbom.document.tools[..] else { return None };
    let name = tool.name.as_deref()?.trim().to_ascii_lowercase();
    let known = SILENT.iter().find(|one| one.family == family && name.starts_with(one.tool))?;
    known.facts.contains(&check.id).then_some(Cannot::Tool(known.name))
}

/// All checks that the tables name.
#[cfg(test)]
pub(super) fn named() -> impl Iterator<Item = &'static str> {
    let since = CYCLONEDX_SINCE.iter().map(|(id, _)| *id);
    let nowhere = NOWHERE.iter().map(|(_, id)| *id);
    let silent = SILENT.iter().flat_map(|one| one.facts.iter().copied());
    since.chain(nowhere).chain(silent)
}
