//! Java components by their Maven names, and whether two of them are one.

use std::cmp::Ordering;

use crate::inventory::{Certainty, Component, Role};
use crate::version::{Order, Version};

/// A Java component by its names.
#[derive(Clone, Debug)]
pub(super) struct Named<'a> {
    /// The group; none where only a file name or a manifest speaks.
    pub(super) group: Option<String>,
    /// The artifact.
    pub(super) artifact: String,
    /// The version, where it is known.
    pub(super) version: Option<String>,
    /// Whether a Maven package URL names it.
    pub(super) is_maven: bool,
    /// The component.
    pub(super) component: &'a Component,
}

/// How a component of an archive stands in the bills of materials.
#[derive(Debug)]
pub(super) enum Match<'l, 'a> {
    /// As it is.
    Same(&'l Named<'a>),
    /// In another version.
    OtherVersion(&'l Named<'a>),
    /// Under another group.
    OtherGroup(&'l Named<'a>),
    /// Not at all.
    None,
}

impl<'a> Named<'a> {
    /// The names of a component; nothing for one of another ecosystem. A product may be of none.
    pub(super) fn of(component: &'a Component) -> Option<Self> {
        let version = component.version.clone();
        let named = |group: Option<&str>, artifact: &str, is_maven| Self {
            group: group.filter(|group| !group.is_empty()).map(str::to_owned),
            artifact: artifact.to_owned(),
            version: version.clone(),
            is_maven,
            component,
        };
        if let Some(purl) = component.purl() {
            let is_any = purl.kind() == "generic" || component.role == Role::Subject;
            return match purl.kind() {
                "maven" => Some(named(purl.namespace(), purl.name(), true)),
                _ if is_any => Some(named(None, purl.name(), false)),
                _ => None,
            };
        }
        if let Ok(package) = &component.identity {
            let (group, artifact) = package.name.split_once(':')?;
            return Some(named(Some(group), artifact, false));
        }
        let is_guess = component.certainty == Certainty::Low;
        let group = component.group.as_deref().filter(|_| !is_guess);
        match component.name.split_once(':') {
            Some((group, artifact)) => Some(named(Some(group), artifact, false)),
            None => Some(named(group, &component.name, false)),
        }
    }

    /// Its names as people read them.
    pub(super) fn label(&self) -> String {
        let group = self.group.as_ref().map(|group| format!("{group}:")).unwrap_or_default();
        let version = self.version.as_ref().map(|version| format!(" {version}"));
        format!("{group}{}{}", self.artifact, version.unwrap_or_default())
    }

    /// Where it stands among those that are listed; `listed` holds those of the same artifact.
    pub(super) fn among<'l>(&self, listed: &[&'l Named<'a>]) -> Match<'l, 'a> {
        let is_of_group = |other: &Named<'_>| match (&self.group, &other.group) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        };
        let (own, foreign): (Vec<&Named<'_>>, Vec<_>) =
            listed.iter().copied().partition(|other| is_of_group(other));
        if let Some(same) = own.iter().copied().find(|other| self.is_version_of(other)) {
            return Match::Same(same);
        }
        if let Some(other) = own.first() {
            return Match::OtherVersion(other);
        }
        match foreign.into_iter().find(|other| self.is_version_of(other)) {
            Some(other) => Match::OtherGroup(other),
            None => Match::None,
        }
    }

    fn is_version_of(&self, listed: &Named<'_>) -> bool {
        let (Some(own), Some(listed)) = (&self.version, &listed.version) else { return true };
        // a file name shows a classifier as if it were part of the version
        let is_classified = || {
            let rest = own.strip_prefix(listed.as_str());
            self.group.is_none() && rest.is_some_and(|rest| rest.starts_with('-'))
        };
        is_same_version(own, listed) || is_classified()
    }
}

/// Whether two texts name one Maven version; a snapshot with its time is the snapshot.
fn is_same_version(one: &str, other: &str) -> bool {
    let (one, other) = (snapshot(one), snapshot(other));
    if one == other {
        return true;
    }
    let parsed = (Version::parse(Order::Maven, &one), Version::parse(Order::Maven, &other));
    match parsed {
        (Ok(one), Ok(other)) => one.compare(&other) == Some(Ordering::Equal),
        _ => false,
    }
}

/// `1.0-20210101.123456-1` as `1.0-SNAPSHOT`.
fn snapshot(version: &str) -> String {
    let timed = || {
        let (rest, build) = version.rsplit_once('-')?;
        let (base, time) = rest.rsplit_once('-')?;
        let (day, hour) = time.split_once('.')?;
        let is_number = |text: &str, length: Option<usize>| {
            !text.is_empty()
                && length.is_none_or(|length| text.len() == length)
                && text.bytes().all(|b| b.is_ascii_digit())
        };
        let is_timed =
            is_number(day, Some(8)) && is_number(hour, Some(6)) && is_number(build, None);
        is_timed.then(|| format!("{base}-SNAPSHOT"))
    };
    timed().unwrap_or_else(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_one_where_maven_takes_them_for_one() {
        for (one, other, is_same) in [
            ("1.0", "1.0", true),
            ("1.0", "1.0.0", true),
            ("1.0-SNAPSHOT", "1.0-20210101.123456-1", true),
            ("1.0", "1.0-20210101.123456-1", false),
            ("1.0-2021.1-1", "1.0-SNAPSHOT", false),
            ("2.14.1", "2.17.1", false),
        ] {
            assert_eq!(is_same_version(one, other), is_same, "{one} {other}");
        }
    }
}
