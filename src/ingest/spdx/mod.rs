//! SPDX 2.0 to 2.3 (ISO/IEC 5962:2021 is 2.2.1), in its two spellings, and what both have in common.

pub mod json;
mod lines;
pub mod relationships;
pub mod tag_value;

use super::document::Kind;

/// The versions of the specification that the readers know.
const KNOWN: [&str; 5] = ["2.0", "2.1", "2.2", "2.3", "2.2.1"];

/// The version that `spdxVersion` names, without its prefix: `2.3` for `SPDX-2.3`.
#[must_use]
pub fn version(text: &str) -> Option<String> {
    let text = text.trim();
    let number = text.strip_prefix("SPDX-").unwrap_or(text);
    (!number.is_empty()).then(|| number.to_owned())
}

/// What to say about a version: nothing where it is known. Others are read as far as they go.
#[must_use]
pub fn version_remark(version: &str) -> Option<String> {
    (!KNOWN.contains(&version))
        .then(|| format!("SPDX {version} is not known: read as 2.3, unknown parts are left out"))
}

/// What the primary purpose of a package (clause 7.24) makes of it, in any spelling:
/// `OPERATING-SYSTEM` and `OPERATING_SYSTEM` both occur.
#[must_use]
pub fn kind(purpose: &str) -> Kind {
    let plain = purpose.trim().to_ascii_uppercase().replace('_', "-");
    match plain.as_str() {
        "FILE" | "CONTAINER" | "OPERATING-SYSTEM" | "DEVICE" | "FIRMWARE" => Kind::Other,
        _ => Kind::Package,
    }
}

/// Whether an external reference is a package URL: its type alone decides, which some producers
/// write as a URI, because the category is spelled in three ways (annex F).
#[must_use]
pub fn is_purl(reference_type: &str) -> bool {
    let term = reference_type.rsplit(['/', '#']).next().unwrap_or_default();
    term.trim().eq_ignore_ascii_case("purl")
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
    fn a_version_loses_its_prefix() {
        assert_eq!(version(" SPDX-2.3 ").as_deref(), Some("2.3"));
        assert_eq!(version(""), None);
        assert_eq!(version_remark("2.3"), None);
        let remark = version_remark("2.9").unwrap();
        assert_eq!(
            remark,
            "SPDX 2.9 is not known: read as 2.3, unknown parts are left out"
        );
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
    fn the_type_of_a_reference_decides() {
        assert!(is_purl("purl") && is_purl("http://spdx.org/rdf/references/purl"));
        assert!(!is_purl("cpe23Type") && !is_purl("http://spdx.org/rdf/references/purls"));
    }

    #[test]
    fn no_assertion_says_nothing() {
        assert_eq!(asserted(" NOASSERTION "), None);
        assert_eq!(asserted(" 1.0 "), Some("1.0"));
    }
}
