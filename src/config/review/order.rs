//! What was ordered: a product, a format.

use std::fmt;
use std::str::FromStr;

/// A product in a version: `shop@2.1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderedProduct {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A text that is no product.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no product, expected NAME@VERSION")]
pub struct InvalidProduct(String);

impl FromStr for OrderedProduct {
    type Err = InvalidProduct;

    fn from_str(text: &str) -> Result<Self, InvalidProduct> {
        let parts = text.rsplit_once('@').map(|(name, version)| (name.trim(), version.trim()));
        match parts {
            Some((name, version)) if !name.is_empty() && !version.is_empty() => {
                Ok(Self { name: name.to_owned(), version: version.to_owned() })
            }
            _ => Err(InvalidProduct(text.to_owned())),
        }
    }
}

impl fmt::Display for OrderedProduct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

/// A format that a buyer accepts: `cyclonedx>=1.5`, `spdx-json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedFormat {
    /// The family, or one of its forms.
    name: String,
    /// The lowest version of the specification, as numbers.
    least: Option<Vec<u32>>,
}

/// A text that names no format.
#[derive(Debug, thiserror::Error)]
#[error(
    "\"{0}\" is no format of bills of materials, expected cyclonedx, spdx or one form of them \
     (cyclonedx-json, spdx-tag-value), with >=VERSION where only later ones are accepted"
)]
pub struct InvalidFormat(String);

impl AcceptedFormat {
    const NAMES: [&'static str; 11] = [
        "cyclonedx",
        "cyclonedx-json",
        "cyclonedx-xml",
        "cyclonedx-yaml",
        "cyclonedx-protobuf",
        "spdx",
        "spdx-json",
        "spdx3-json",
        "spdx-yaml",
        "spdx-rdf",
        "spdx-tag-value",
    ];

    /// Whether a document of that format, by its name in reports, and version is accepted. A version
    /// that cannot be read is not.
    #[must_use]
    pub fn accepts(&self, format: &str, version: &str) -> bool {
        let family = if format.starts_with("spdx") { "spdx" } else { "cyclonedx" };
        let is_named =
            self.name == format || (self.name == family && Self::NAMES.contains(&format));
        let is_late = |least: &Vec<u32>| numbers(version).is_some_and(|own| own >= *least);
        is_named && self.least.as_ref().is_none_or(is_late)
    }
}

impl FromStr for AcceptedFormat {
    type Err = InvalidFormat;

    fn from_str(text: &str) -> Result<Self, InvalidFormat> {
        let invalid = || InvalidFormat(text.to_owned());
        let (name, least) = match text.split_once(">=") {
            Some((name, least)) => (name, Some(numbers(least.trim()).ok_or_else(invalid)?)),
            None => (text, None),
        };
        let name = name.trim().to_lowercase();
        if Self::NAMES.contains(&&*name) { Ok(Self { name, least }) } else { Err(invalid()) }
    }
}

impl fmt::Display for AcceptedFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        let Some(least) = &self.least else { return Ok(()) };
        let least: Vec<_> = least.iter().map(ToString::to_string).collect();
        write!(f, ">={}", least.join("."))
    }
}

/// `SPDX-2.3` and `1.6` as numbers.
fn numbers(version: &str) -> Option<Vec<u32>> {
    let digits = version.strip_prefix("SPDX-").unwrap_or(version);
    digits.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_at_sign_parts_name_and_version() {
        let product: OrderedProduct = "@acme/shop@2.1".parse().unwrap();
        assert_eq!((&*product.name, &*product.version), ("@acme/shop", "2.1"));
        for text in ["shop", "shop@", "@2.1", ""] {
            assert!(text.parse::<OrderedProduct>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_family_accepts_its_forms_and_a_version_the_later_ones() {
        let cyclonedx: AcceptedFormat = "cyclonedx>=1.5".parse().unwrap();
        assert!(cyclonedx.accepts("cyclonedx-xml", "1.10"));
        assert!(!cyclonedx.accepts("cyclonedx-json", "1.4"));
        assert!(!cyclonedx.accepts("cyclonedx-json", "new"));
        assert!(!cyclonedx.accepts("spdx-json", "2.3"));
        let spdx: AcceptedFormat = "spdx>=2.3".parse().unwrap();
        assert!(spdx.accepts("spdx3-json", "3.0.1") && spdx.accepts("spdx-json", "SPDX-2.3"));
        let xml: AcceptedFormat = "cyclonedx-xml".parse().unwrap();
        assert!(xml.accepts("cyclonedx-xml", "1.0") && !xml.accepts("cyclonedx-json", "1.6"));
        assert!(!"cyclonedx".parse::<AcceptedFormat>().unwrap().accepts("syft-json", "1"));
    }
}
