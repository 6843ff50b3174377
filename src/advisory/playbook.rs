//! Playbooks: what people know about a product beyond its advisories.
//!
//! Release lines and the Java level each needs, the conditions under which a flaw bites, mitigations
//! with the versions they work for, what does not help, and what replaces a package that gets no
//! more fixes. Every entry names its sources.
//!
//! `advisories/playbooks/*.toml` is what people read and change; `advisories/playbooks.jsonl` is the
//! same, one playbook a line, made by `just bundle` and checked for freshness by a test.

use std::sync::LazyLock;

use serde::Deserialize;

use super::sign::Sign;
use crate::ids::AdvisoryId;
use crate::version::{Order, Version};

const PLAYBOOKS: &str = include_str!("../../advisories/playbooks.jsonl");

/// All that the bundled playbooks say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// Release lines, oldest first within a package.
    #[serde(default, rename = "line")]
    pub lines: Vec<Line>,
    /// Conditions of flaws.
    #[serde(default, rename = "condition")]
    pub conditions: Vec<Condition>,
    /// What helps besides upgrading.
    #[serde(default, rename = "mitigation")]
    pub mitigations: Vec<Mitigation>,
    /// What people try and what does not help.
    #[serde(default, rename = "myth")]
    pub myths: Vec<Myth>,
    /// What takes the place of a package that gets no more fixes.
    #[serde(default, rename = "replacement")]
    pub replacements: Vec<Replacement>,
    /// Properties by which published parents let a project choose versions.
    #[serde(default, rename = "property")]
    pub properties: Vec<Property>,
}

/// A line of releases that is maintained together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// `group:artifact`.
    pub package: String,
    /// What people call it: `2.12.x`.
    pub name: String,
    /// First version, inclusive.
    pub from: String,
    /// First version that is no longer in it; none for the newest line.
    pub below: Option<String>,
    /// Lowest Java level that its releases run on.
    pub java: Option<u8>,
    /// Releases, pre-releases left out, ascending.
    pub releases: Vec<String>,
    /// `group:artifact` of what a release brings along in its own version.
    #[serde(default)]
    pub brings: Vec<String>,
    /// Where this can be checked.
    pub sources: Vec<String>,
}

/// What must be true for a flaw to bite.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Any identifier of the flaw.
    pub advisory: String,
    /// The condition.
    pub text: String,
    /// Any of these in a configuration makes its part of the condition hold.
    #[serde(default)]
    pub when: Vec<Sign>,
    /// The part that no configuration shows.
    pub beyond: Option<String>,
    /// Where this can be checked.
    pub sources: Vec<String>,
}

/// How much a mitigation helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// It removes the flaw.
    Full,
    /// It closes the best known way, not all.
    Partial,
}

/// What helps besides upgrading.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mitigation {
    /// `group:artifact` of the packages it is for.
    pub packages: Vec<String>,
    /// What to do.
    pub what: String,
    /// First version it works for, inclusive.
    pub from: Option<String>,
    /// First version it no longer works for.
    pub below: Option<String>,
    /// How much it helps.
    pub strength: Strength,
    /// The flaws it works for.
    pub works_for: Vec<String>,
    /// The flaws it is known not to work for.
    #[serde(default)]
    pub not_for: Vec<String>,
    /// Any of these shows that it is in place.
    #[serde(default)]
    pub when: Vec<Sign>,
    /// It is in place where none of these stands in the configurations in use.
    #[serde(default)]
    pub absent: Vec<Sign>,
    /// Where this can be checked.
    pub sources: Vec<String>,
}

/// What people try and what does not help.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Myth {
    /// `group:artifact` of the packages it is tried for.
    pub packages: Vec<String>,
    /// What is tried.
    pub what: String,
    /// The flaws that stay.
    pub not_for: Vec<String>,
    /// Where this can be checked.
    pub sources: Vec<String>,
}

/// What takes the place of a package that gets no more fixes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    /// `group:artifact` of the dead package.
    pub package: String,
    /// `group:artifact` of the living one.
    pub with: String,
    /// A release of it that no bundled record covers.
    pub version: String,
    /// Why and at which cost.
    pub why: String,
    /// Where this can be checked.
    pub sources: Vec<String>,
}

/// A property by which a published Maven parent lets a project choose the version of a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// `group:artifact` of the parents. A project that merely imports one of them chooses nothing so.
    pub parents: Vec<String>,
    /// The group whose version it is.
    pub group: String,
    /// Where this can be checked.
    pub sources: Vec<String>,
}

impl Playbook {
    /// The bundled playbooks, and what could not be read of them (nothing: a test sees to it). They
    /// are read once, by who asks first.
    pub fn bundled() -> &'static (Self, Vec<String>) {
        static BUNDLED: LazyLock<(Playbook, Vec<String>)> = LazyLock::new(Playbook::read_bundled);
        &BUNDLED
    }

    fn read_bundled() -> (Self, Vec<String>) {
        let mut all = Self::default();
        let mut warnings = Vec::new();
        for (number, line) in PLAYBOOKS.lines().enumerate() {
            match serde_json::from_str::<Self>(line) {
                Ok(one) => all.append(one),
                Err(error) => warnings.push(format!("playbook {}: {error}", number + 1)),
            }
        }
        (all, warnings)
    }

    fn append(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.conditions.extend(other.conditions);
        self.mitigations.extend(other.mitigations);
        self.myths.extend(other.myths);
        self.replacements.extend(other.replacements);
        self.properties.extend(other.properties);
    }

    /// The release lines of a package, oldest first.
    pub fn lines_of<'a>(&'a self, package: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.package == package)
    }

    /// The conditions of a flaw, asked by any of its identifiers.
    pub fn conditions_of<'a>(
        &'a self,
        ids: &'a [AdvisoryId],
    ) -> impl Iterator<Item = &'a Condition> {
        self.conditions.iter().filter(|c| names(ids, &c.advisory))
    }

    /// The mitigations that are made for this version of a package.
    pub fn mitigations_of<'a>(
        &'a self,
        package: &'a str,
        version: &'a Version,
    ) -> impl Iterator<Item = &'a Mitigation> {
        self.mitigations
            .iter()
            .filter(move |m| m.packages.iter().any(|p| p == package) && m.is_for(version))
    }

    /// What replaces a package.
    pub fn replacements_of<'a>(
        &'a self,
        package: &'a str,
    ) -> impl Iterator<Item = &'a Replacement> {
        self.replacements.iter().filter(move |r| r.package == package)
    }
}

impl Mitigation {
    /// Whether it is made for a version.
    #[must_use]
    pub fn is_for(&self, version: &Version) -> bool {
        lies_between(version, self.from.as_deref(), self.below.as_deref())
    }

    /// The versions it is made for, in words.
    #[must_use]
    pub fn versions(&self) -> String {
        match (&self.from, &self.below) {
            (None, None) => "every version".to_owned(),
            (Some(from), None) => format!("{from} and later"),
            (None, Some(below)) => format!("before {below}"),
            (Some(from), Some(below)) => format!("{from} to before {below}"),
        }
    }
}

impl Line {
    /// Whether a version belongs to the line.
    #[must_use]
    pub fn holds(&self, version: &Version) -> bool {
        lies_between(version, Some(&self.from), self.below.as_deref())
    }
}

/// Whether any of the identifiers is that text.
#[must_use]
pub fn names(ids: &[AdvisoryId], id: &str) -> bool {
    ids.iter().any(|known| known.as_str() == id)
}

fn lies_between(version: &Version, from: Option<&str>, below: Option<&str>) -> bool {
    let side = |bound: &str| {
        let bound = Version::parse(Order::Maven, bound).ok()?;
        version.compare(&bound)
    };
    from.is_none_or(|bound| side(bound).is_some_and(std::cmp::Ordering::is_ge))
        && below.is_none_or(|bound| side(bound).is_some_and(std::cmp::Ordering::is_lt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_playbook_is_read() {
        assert_eq!(Playbook::bundled().1, Vec::<String>::new());
    }

    #[test]
    fn every_entry_names_its_source() {
        let (book, _) = Playbook::bundled();
        let sources = (book.lines.iter().map(|l| &l.sources))
            .chain(book.conditions.iter().map(|c| &c.sources))
            .chain(book.mitigations.iter().map(|m| &m.sources))
            .chain(book.myths.iter().map(|m| &m.sources))
            .chain(book.replacements.iter().map(|r| &r.sources))
            .chain(book.properties.iter().map(|p| &p.sources));
        for list in sources {
            assert!(!list.is_empty());
        }
    }

    #[test]
    fn releases_of_a_line_ascend_and_lie_in_it() {
        for line in &Playbook::bundled().0.lines {
            let parse = |text: &String| Version::parse(Order::Maven, text).unwrap();
            let versions: Vec<_> = line.releases.iter().map(parse).collect();
            for version in &versions {
                assert!(line.holds(version), "{} {}", line.name, version.text());
            }
            for pair in versions.windows(2) {
                assert!(pair[0].compare(&pair[1]).unwrap().is_lt(), "{}", pair[1].text());
            }
        }
    }
}
