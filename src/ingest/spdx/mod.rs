//! SPDX 2.0 to 2.3 (ISO/IEC 5962:2021 is 2.2.1) and 3.0, in their spellings, and what these have in
//! common.

pub mod json;
pub(super) mod licences;
pub(crate) mod lines;
pub mod rdf;
pub mod relationships;
pub mod tag_value;
pub mod three;

use std::collections::HashSet;

use super::document::Kind;

/// The newest minor version of SPDX 2 whose specification was read.
const NEWEST: u32 = 3;

/// The version that a document names, without its prefix: `2.3` for `SPDX-2.3`.
#[must_use]
pub fn version(text: &str) -> Option<String> {
    let text = text.trim();
    let number = text.strip_prefix("SPDX-").unwrap_or(text);
    (!number.is_empty()).then(|| number.to_owned())
}

/// What to say about the version that a document names, `SPDX-2.3`: nothing where it is known.
/// Later minor versions are read as well.
///
/// # Errors
/// With the cause, for SPDX 1 and 3, which are other formats.
pub fn version_remark(version: &str) -> Result<Option<String>, String> {
    let number = version.strip_prefix("SPDX-").unwrap_or(version);
    let mut parts = number.split('.').map(|part| part.parse::<u32>().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(2), Some(minor)) if minor > NEWEST => {
            Ok(Some(format!("SPDX {number} is newer than bomvet knows: read as 2.{NEWEST}")))
        }
        (Some(2), _) if number.len() < version.len() => Ok(None),
        (Some(major), _) if major != 2 => {
            Err(format!("SPDX {number} is not supported: bomvet reads 2.0 to 2.{NEWEST}"))
        }
        _ => {
            Ok(Some(format!("the version is \"{version}\", expected \"SPDX-2.{NEWEST}\" or older")))
        }
    }
}

/// What the primary purpose of a package (clause 7.24) makes of it, in any spelling:
/// `OPERATING-SYSTEM`, `OPERATING_SYSTEM` and, in RDF, `operatingSystem` all occur.
#[must_use]
pub fn kind(purpose: &str) -> Kind {
    let plain = purpose.trim().to_ascii_uppercase().replace(['_', '-'], "");
    match plain.as_str() {
        "FILE" | "CONTAINER" | "OPERATINGSYSTEM" | "DEVICE" | "FIRMWARE" => Kind::Other,
        _ => Kind::Package,
    }
}

/// Whether an external reference is a package URL: its type alone decides, because the category is
/// spelled in three ways.
#[must_use]
pub fn is_purl(reference_type: &str) -> bool {
    type_name(reference_type).eq_ignore_ascii_case("purl")
}

/// The package URLs among the external references `(type, locator)` of a package, each once.
///
/// Where none is a package URL, the identifiers of package managers that say the same are taken
/// (annex F.3).
#[must_use]
pub fn purls<'a>(references: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Vec<String> {
    let said = references.filter_map(|(kind, locator)| Some((kind, asserted(locator)?)));
    let urls = said.clone().filter(|(kind, _)| is_purl(kind));
    let mut seen = HashSet::new();
    let distinct = urls.filter(|(_, url)| seen.insert(*url));
    let purls: Vec<String> = distinct.map(|(_, url)| url.to_owned()).collect();
    match purls.is_empty() {
        true => said.filter_map(|(kind, locator)| purl_of(kind, locator)).collect(),
        false => purls,
    }
}

/// The first CPE name among the external references `(type, locator)` of a package.
#[must_use]
pub fn cpe<'a>(mut references: impl Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let found = references.find(|(kind, _)| matches!(type_name(kind), "cpe22Type" | "cpe23Type"));
    found.and_then(|(_, locator)| asserted(locator)).map(str::to_owned)
}

/// The package URL that says the same as another package manager's identifier (annex F.3).
#[must_use]
pub fn purl_of(reference_type: &str, locator: &str) -> Option<String> {
    match type_name(reference_type) {
        "maven-central" => {
            let (group, rest) = locator.split_once(':')?;
            Some(match rest.split_once(':') {
                Some((artifact, version)) => format!("pkg:maven/{group}/{artifact}@{version}"),
                None => format!("pkg:maven/{group}/{rest}"),
            })
        }
        "npm" => {
            let (name, version) = locator.rsplit_once('@')?;
            (!name.is_empty()).then(|| format!("pkg:npm/{}@{version}", name.replace('@', "%40")))
        }
        "nuget" => {
            let (name, version) = locator.split_once('/')?;
            Some(format!("pkg:nuget/{name}@{version}"))
        }
        _ => None,
    }
}

/// The type of an external reference without the address that RDF puts before it.
pub(crate) fn type_name(kind: &str) -> &str {
    let kind = kind.trim();
    kind.rsplit_once(['/', '#']).map_or(kind, |(_, name)| name)
}

/// A value that says something: not blank, `NONE` or `NOASSERTION`.
#[must_use]
pub fn asserted(value: &str) -> Option<&str> {
    let value = value.trim();
    (!matches!(value, "" | "NONE" | "NOASSERTION")).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_spdx_2_pass_and_others_are_refused() {
        let remark = |version| version_remark(version).unwrap();
        assert_eq!((remark("SPDX-2.0"), remark("SPDX-2.2.1")), (None, None));
        let newer = remark("SPDX-2.9").unwrap();
        assert_eq!(newer, "SPDX 2.9 is newer than bomvet knows: read as 2.3");
        let odd = remark("2.3").unwrap();
        assert_eq!(odd, "the version is \"2.3\", expected \"SPDX-2.3\" or older");
        let cause = version_remark("SPDX-3.0").unwrap_err();
        assert_eq!(cause, "SPDX 3.0 is not supported: bomvet reads 2.0 to 2.3");
    }

    #[test]
    fn purposes_are_known_in_any_spelling() {
        for other in ["OPERATING-SYSTEM", "OPERATING_SYSTEM", "container", "FILE"] {
            assert_eq!(kind(other), Kind::Other, "{other}");
        }
        assert_eq!(kind("LIBRARY"), Kind::Package);
        assert_eq!(kind(""), Kind::Package);
    }

    #[test]
    fn a_version_loses_its_prefix() {
        assert_eq!(version(" SPDX-2.3 ").as_deref(), Some("2.3"));
        assert_eq!(version(""), None);
    }

    #[test]
    fn the_type_of_a_reference_decides() {
        let address = "http://spdx.org/rdf/references/purl";
        let references =
            [("purl", "a"), ("PURL", "b"), (address, " c "), ("purl", "a"), ("npm", "d@1")];
        assert_eq!(purls(references.into_iter()), ["a", "b", "c"]);
    }

    #[test]
    fn identifiers_of_package_managers_stand_in_for_a_missing_purl() {
        let references = [
            ("cpe23Type", "cpe:2.3:a"),
            ("maven-central", "g:a:1"),
            ("npm", "@s/a@1"),
            ("nuget", "a/1"),
        ];
        let expected = ["pkg:maven/g/a@1", "pkg:npm/%40s/a@1", "pkg:nuget/a@1"];
        assert_eq!(purls(references.into_iter()), expected);
    }

    #[test]
    fn no_assertion_says_nothing() {
        assert_eq!(asserted(" NOASSERTION "), None);
        assert_eq!(asserted(" 1.0 "), Some("1.0"));
    }
}
