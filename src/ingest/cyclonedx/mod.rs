//! CycloneDX 1.0 to 1.7 (ECMA-424), in its two spellings, and what both have in common.

mod field;
pub mod json;
mod markup;
pub mod xml;

use std::collections::HashSet;

use super::document::{About, Document, Kind, Warning};
use super::references::{self, References};
use crate::inventory::Scope;

/// The versions of the specification that the readers know.
const KNOWN: [&str; 8] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

/// What to say about the version that a document names: nothing where it is known. Later versions
/// are read as well, because what is read here has kept its shape since 1.0.
#[must_use]
pub fn version_remark(version: Option<&str>) -> Option<String> {
    match version {
        Some(version) if KNOWN.contains(&version) => None,
        Some(version) => Some(format!(
            "CycloneDX {version} is not known: read as {}, unknown parts are left out",
            KNOWN[KNOWN.len() - 1]
        )),
        None => Some("names no version of CycloneDX".to_owned()),
    }
}

/// What the type of a component makes of it.
#[must_use]
pub fn kind(component_type: &str) -> Kind {
    match component_type.trim() {
        "" | "library" | "framework" | "application" => Kind::Package,
        _ => Kind::Other,
    }
}

/// What the scope of a component means; `required` is "required for runtime".
#[must_use]
pub fn scope(name: &str) -> Option<Scope> {
    match name.trim() {
        "required" => Some(Scope::Runtime),
        "optional" => Some(Scope::Optional),
        "excluded" => Some(Scope::Excluded),
        _ => None,
    }
}

/// Remarks on bom-refs that several components have and on dependencies of what is not there.
///
/// `elsewhere` holds the bom-refs of services and other things that are no components.
#[must_use]
pub fn reference_warnings(document: &Document, elsewhere: &HashSet<String>) -> Vec<Warning> {
    let components = References::of(&document.components);
    let subject = match &document.about {
        About::Apart(subject) => subject.reference.as_deref(),
        About::Unsaid | About::Listed(_) => None,
    };
    let known = |reference: &str| {
        components.get(reference).is_some()
            || subject == Some(reference)
            || elsewhere.contains(reference)
    };
    let ends = document
        .edges
        .iter()
        .flat_map(|(from, to)| [from.as_str(), to.as_str()]);
    let dangling = references::dangling("dependencies", ends.filter(|end| !known(end)));
    let mut warnings = components.duplicates(&document.components, "bom-ref");
    warnings.extend(dangling);
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_versions_pass_and_others_are_remarked() {
        assert_eq!(version_remark(Some("1.7")), None);
        let remark = version_remark(Some("1.9")).unwrap();
        assert_eq!(
            remark,
            "CycloneDX 1.9 is not known: read as 1.7, unknown parts are left out"
        );
        assert_eq!(
            version_remark(None).unwrap(),
            "names no version of CycloneDX"
        );
    }

    #[test]
    fn only_packages_are_known_to_advisories_without_a_purl() {
        assert_eq!(kind("library"), Kind::Package);
        assert_eq!(kind(""), Kind::Package);
        for other in ["file", "container", "device", "operating-system", "data"] {
            assert_eq!(kind(other), Kind::Other, "{other}");
        }
    }

    #[test]
    fn scopes_have_our_names() {
        assert_eq!(scope("required"), Some(Scope::Runtime));
        assert_eq!(scope("excluded"), Some(Scope::Excluded));
        assert_eq!(scope(""), None);
    }
}
