//! Quality profiles: what a published text, a law or a buyer asks of a bill of materials.
//!
//! A profile is data. `advisories/profiles/*.toml` are the bundled ones; a user's own file has the
//! same form. A row of it names one check of [`quality`](super::quality), how strongly it is asked for,
//! of whom, and where the text says so. What a profile does not name is not asked for.

use std::path::Path;
use std::sync::LazyLock;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::quality::{Check, Family};
use crate::config::{ConfigError, read_toml};

/// The bundled profiles, in the order in which they are shown.
const BUNDLED: [(&str, &str); 8] = [
    ("cisa-2026.toml", include_str!("../../advisories/profiles/cisa-2026.toml")),
    ("ntia-2021.toml", include_str!("../../advisories/profiles/ntia-2021.toml")),
    ("bsi-tr-03183-2.toml", include_str!("../../advisories/profiles/bsi-tr-03183-2.toml")),
    ("eu-cra-annex-i.toml", include_str!("../../advisories/profiles/eu-cra-annex-i.toml")),
    (
        "openchain-telco-1.1.toml",
        include_str!("../../advisories/profiles/openchain-telco-1.1.toml"),
    ),
    ("fda-2026.toml", include_str!("../../advisories/profiles/fda-2026.toml")),
    ("cert-in-2.0.toml", include_str!("../../advisories/profiles/cert-in-2.0.toml")),
    ("buyer.toml", include_str!("../../advisories/profiles/buyer.toml")),
];

/// The id of the profile that is asked where none is named.
pub const DEFAULT_PROFILE: &str = "cisa-2026";

/// A quality profile.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its name in options and results.
    pub id: String,
    /// Its title.
    pub name: String,
    /// The version of the text, with its date.
    pub version: String,
    /// Who published the text.
    pub issuer: String,
    /// Whether it is in force, superseded, a draft.
    pub status: String,
    /// What binds whom to it: law, guidance, a contract.
    pub binding: String,
    /// How well the rows are known.
    pub evidence: Known,
    /// Where they can be checked.
    pub sources: Vec<String>,
    /// What it asks that no document can show, in words.
    #[serde(default)]
    pub practices: Vec<String>,
    /// What it asks of a document, each check at most once.
    #[serde(rename = "check", deserialize_with = "rows")]
    pub rows: Vec<Asks>,
}

/// How well the rows of a profile are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// The text itself was read.
    Verified,
    /// Another text about it was read.
    Secondary,
    /// The buyer's own wishes.
    Own,
}

/// One row: what a profile asks by one check.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asks {
    /// The check.
    #[serde(rename = "id", deserialize_with = "check")]
    pub check: &'static Check,
    /// How strongly.
    pub level: Level,
    /// The place in the text, as its readers cite it.
    #[serde(deserialize_with = "said")]
    pub clause: String,
    /// What the text adds, in our words.
    #[serde(default)]
    pub note: String,
    /// Of which components; of no meaning to checks of the document.
    #[serde(default)]
    pub of: Applies,
    /// The least share of components that must hold it, in per cent; without it, all must.
    #[serde(default, deserialize_with = "share")]
    pub least: Option<u8>,
    /// The formats that are accepted; without it, every CycloneDX and SPDX.
    #[serde(default)]
    pub formats: Vec<Accepted>,
}

/// How strongly a profile asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It must be there.
    Required,
    /// It must be there, or the author must say that it is unknown or withheld.
    RequiredUnknownOk,
    /// It must be right where it exists; whether it exists nobody can see from outside.
    RequiredIfExists,
    /// It should be there.
    Recommended,
    /// It may be there.
    Optional,
    /// A goal for later.
    Aspirational,
}

impl Level {
    /// The name in profiles and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::RequiredUnknownOk => "required_unknown_ok",
            Self::RequiredIfExists => "required_if_exists",
            Self::Recommended => "recommended",
            Self::Optional => "optional",
            Self::Aspirational => "aspirational",
        }
    }
}

/// Of which components a row asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// The product itself.
    Primary,
    /// All packages, the product included, single files left out.
    #[default]
    Packages,
    /// All packages but the product.
    Listed,
    /// All packages that the document does not call external to the delivery.
    Delivered,
    /// Everything, single files included.
    All,
}

/// A format that is accepted: `cyclonedx`, `spdx 2.3`, `cyclonedx 1.6+`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    family: String,
    version: Vec<u32>,
    later: bool,
}

impl Accepted {
    fn parse(text: &str) -> Option<Self> {
        let (family, version) = text.split_once(' ').unwrap_or((text, ""));
        let known = ["cyclonedx", "spdx"].contains(&family);
        let (version, later) = match version.strip_suffix('+') {
            Some(version) => (version, true),
            None => (version, version.is_empty()),
        };
        let version = if version.is_empty() { Some(Vec::new()) } else { numbers(version) };
        known.then_some(Self { family: family.to_owned(), version: version?, later })
    }

    /// Whether it speaks of this family, in whatever version.
    #[must_use]
    pub fn is_of(&self, family: Family) -> bool {
        self.family == family.name()
    }

    /// Whether a document of this family and version is accepted.
    #[must_use]
    pub fn takes(&self, family: Family, version: &[u32]) -> bool {
        let fits = if self.later { version >= &self.version[..] } else { version == self.version };
        self.is_of(family) && fits
    }
}

impl std::fmt::Display for Accepted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = if self.family == "spdx" { "SPDX" } else { "CycloneDX" };
        let numbers: Vec<_> = self.version.iter().map(ToString::to_string).collect();
        match (numbers.is_empty(), self.later) {
            (true, _) => f.write_str(name),
            (false, true) => write!(f, "{name} {} or later", numbers.join(".")),
            (false, false) => write!(f, "{name} {}", numbers.join(".")),
        }
    }
}

/// A version of a format as numbers: `SPDX-2.3` is 2 and 3.
pub(super) fn numbers(text: &str) -> Option<Vec<u32>> {
    let text = text.trim();
    let text = text.strip_prefix("SPDX-").unwrap_or(text);
    text.split('.').map(|part| part.parse().ok()).collect()
}

impl<'de> Deserialize<'de> for Accepted {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong = || {
            D::Error::custom(format!(
                "\"{text}\" is no format, expected such as \"cyclonedx\", \"spdx 2.3\", \"cyclonedx 1.6+\""
            ))
        };
        Self::parse(&text).ok_or_else(wrong)
    }
}

fn check<'de, D: Deserializer<'de>>(from: D) -> Result<&'static Check, D::Error> {
    let id = String::deserialize(from)?;
    Check::by_id(&id).ok_or_else(|| D::Error::custom(format!("there is no check \"{id}\"")))
}

fn said<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    match text.trim() {
        "" => Err(D::Error::custom("clause is empty")),
        _ => Ok(text),
    }
}

fn share<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u8>, D::Error> {
    match u8::deserialize(from)? {
        share @ 1..=100 => Ok(Some(share)),
        other => Err(D::Error::custom(format!("least is {other}, expected 1 to 100 per cent"))),
    }
}

fn rows<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Asks>, D::Error> {
    let rows = Vec::<Asks>::deserialize(from)?;
    for (number, row) in rows.iter().enumerate() {
        if rows[..number].iter().any(|before| before.check == row.check) {
            return Err(D::Error::custom(format!("{} is asked twice", row.check.id)));
        }
    }
    match rows.is_empty() {
        true => Err(D::Error::custom("a profile that asks nothing")),
        false => Ok(rows),
    }
}

impl Profile {
    /// Reads a profile; `name` is the file in messages.
    ///
    /// # Errors
    /// With file and line: a key, a word or a check that does not exist, a check asked twice, no clause.
    pub fn parse(text: &str, name: &str) -> Result<Self, ConfigError> {
        read_toml(text, Path::new(name))
    }

    /// The bundled profiles, the default one first.
    #[must_use]
    pub fn bundled() -> &'static [Self] {
        static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
            let read = BUNDLED.iter().map(|(name, text)| Profile::parse(text, name));
            read.filter_map(Result::ok).collect()
        });
        &PROFILES
    }

    /// The bundled profile of that id as its file has it, with its remarks.
    #[must_use]
    pub fn text_of(id: &str) -> Option<&'static str> {
        let at = Self::bundled().iter().position(|profile| profile.id == id)?;
        BUNDLED.get(at).map(|(_, text)| *text)
    }

    /// The bundled profile of that id.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        Self::bundled().iter().find(|profile| profile.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id = \"own\"\nname = \"Own\"\nversion = \"1\"\nissuer = \"us\"\n\
                        status = \"in use\"\nbinding = \"contract\"\nevidence = \"own\"\nsources = [\"us\"]\n";

    fn error(rows: &str) -> String {
        Profile::parse(&format!("{HEAD}{rows}"), "own.toml").unwrap_err().to_string()
    }

    #[test]
    fn every_bundled_profile_is_read_under_its_own_name() {
        for (name, text) in BUNDLED {
            let profile = Profile::parse(text, name).unwrap();
            assert_eq!(format!("{}.toml", profile.id), name);
            assert!(!profile.sources.is_empty(), "{name}");
        }
        assert_eq!(Profile::bundled().len(), BUNDLED.len());
        assert_eq!(Profile::bundled()[0].id, DEFAULT_PROFILE);
    }

    #[test]
    fn what_nobody_knows_is_an_error_with_file_and_line() {
        let row = "[[check]]\nid = \"comp.name\"\nlevel = \"required\"\nclause = \"1\"\n";
        let unknown = error(&format!("{row}levle = \"x\"\n"));
        assert!(unknown.starts_with("own.toml:13: unknown field `levle`"), "{unknown}");
        let check = error("[[check]]\nid = \"comp.nmae\"\nlevel = \"required\"\nclause = \"1\"\n");
        assert_eq!(check, "own.toml:10: there is no check \"comp.nmae\"");
        let level = error("[[check]]\nid = \"comp.name\"\nlevel = \"must\"\nclause = \"1\"\n");
        assert!(level.starts_with("own.toml:11: unknown variant `must`"), "{level}");
        let clause = error("[[check]]\nid = \"comp.name\"\nlevel = \"required\"\nclause = \" \"\n");
        assert_eq!(clause, "own.toml:12: clause is empty");
        let least = error(&format!("{row}least = 101\n"));
        assert_eq!(least, "own.toml:13: least is 101, expected 1 to 100 per cent");
        let format = error(&format!("{row}formats = [\n\"spdx\",\n\"swid 1\"]\n"));
        assert!(format.starts_with("own.toml:13: \"swid 1\" is no format"), "{format}");
        assert!(error(&format!("{row}{row}")).ends_with("comp.name is asked twice"));
        assert!(error("check = []\n").ends_with("a profile that asks nothing"));
    }

    #[test]
    fn formats_are_exact_or_that_and_later() {
        let takes = |text: &str, family, version: &str| {
            Accepted::parse(text).unwrap().takes(family, &numbers(version).unwrap())
        };
        assert!(takes("cyclonedx 1.6+", Family::CycloneDx, "1.7"));
        assert!(!takes("cyclonedx 1.6+", Family::CycloneDx, "1.5"));
        assert!(!takes("spdx 3.0.1+", Family::Spdx3, "3.0"));
        assert!(takes("spdx 2.3", Family::Spdx2, "SPDX-2.3"));
        assert!(!takes("spdx 2.3", Family::Spdx3, "3.0.1"));
        assert!(takes("spdx", Family::Spdx3, "3.0.1"));
        assert!(!takes("spdx", Family::CycloneDx, "1.6"));
    }
}
