//! CycloneDX 1.0 to 1.7 (ECMA-424), in its three spellings, and what both have in common.

mod field;
pub mod json;
pub(super) mod licences;
pub mod protobuf;
mod wire;
pub mod xml;

use std::collections::HashSet;

use super::document::{Declared, Kind, Warning};
use super::references::{self, References};
use crate::inventory::Scope;

/// The newest minor version of CycloneDX 1 whose specification was read.
const NEWEST: u32 = 7;

/// What to say about the version that a document names: nothing where it is known. Later minor
/// versions are read as well, because what is read here has kept its shape since 1.0.
///
/// # Errors
/// With the cause, for version 2 and later: it may mean anything.
pub fn version_remark(version: Option<&str>) -> Result<Option<String>, String> {
    let Some(version) = version else {
        return Ok(Some("names no version of CycloneDX: read as 1".to_owned()));
    };
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(1), Some(minor)) if minor > NEWEST => {
            Ok(Some(format!("CycloneDX {version} is newer than bomvet knows: read as 1.{NEWEST}")))
        }
        (Some(1), Some(_)) => Ok(None),
        (Some(major), _) if major > 1 => {
            Err(format!("CycloneDX {version} is not supported: bomvet reads 1.0 to 1.{NEWEST}"))
        }
        _ => Ok(Some(format!("\"{version}\" is no version of CycloneDX: read as 1.{NEWEST}"))),
    }
}

/// What the type of a component makes of it: whether advisories may know it by its name.
#[must_use]
pub fn kind(component_type: &str) -> Kind {
    let packages = ["library", "framework", "application", "platform", ""];
    let component_type = component_type.trim();
    match packages.iter().any(|package| package.eq_ignore_ascii_case(component_type)) {
        true => Kind::Package,
        false => Kind::Other,
    }
}

/// What the scope of a component means; `required` is "required for runtime".
#[must_use]
pub fn scope(name: &str) -> Option<Scope> {
    let scopes = [
        ("required", Scope::Runtime),
        ("optional", Scope::Optional),
        ("excluded", Scope::Excluded),
    ];
    let known = scopes.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
    known.map(|(_, scope)| scope)
}

/// The bom-refs of what is no part: of the subject, of services and other things.
#[derive(Debug, Default)]
pub struct Elsewhere<'a> {
    /// `metadata.component`.
    pub subject: Option<&'a str>,
    /// Services above all.
    pub others: HashSet<&'a str>,
}

/// Remarks on bom-refs that several components have, and on dependencies of what is not there.
///
/// `named` are the references in the list of dependencies, in its order; a BOM-Link among them
/// names a component of another document.
#[must_use]
pub fn reference_warnings<'a>(
    components: &[Declared],
    elsewhere: &Elsewhere<'_>,
    named: impl Iterator<Item = &'a str>,
) -> Vec<Warning> {
    let parts = References::of(components);
    let dangling = named.filter(|name| {
        parts.get(name).is_none()
            && elsewhere.subject != Some(name)
            && !elsewhere.others.contains(name)
            && !name.starts_with("urn:cdx:")
    });
    let dangling = references::dangling("dependencies", dangling);
    let mut warnings = parts.duplicates("bom-ref");
    warnings.extend(dangling);
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_versions_pass_later_ones_are_remarked_and_version_2_is_refused() {
        let remark = |version| version_remark(Some(version)).unwrap();
        assert_eq!((remark("1.0"), remark("1.7")), (None, None));
        let newer = remark("1.9").unwrap();
        assert_eq!(newer, "CycloneDX 1.9 is newer than bomvet knows: read as 1.7");
        let odd = remark("one").unwrap();
        assert_eq!(odd, "\"one\" is no version of CycloneDX: read as 1.7");
        assert!(version_remark(None).unwrap().is_some());
        let cause = version_remark(Some("2.0")).unwrap_err();
        assert_eq!(cause, "CycloneDX 2.0 is not supported: bomvet reads 1.0 to 1.7");
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
