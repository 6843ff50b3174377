//! A POM that was given, as Maven sees it, and what of it belongs to one release.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use super::write::Names;
use crate::advisory::playbook::{Playbook, Property as Switch};
use crate::maven::{
    EffectiveDependency, Maven, Origin, Pom, PomFile, PomSource, Property, Resolution, Resolved,
    Role, Text, Version, resolve,
};
use crate::remedy::Release;
use crate::version::{Order, Version as Ordered};

/// A project with all that it depends on.
pub(super) struct Project {
    pub(super) path: PathBuf,
    pub(super) resolution: Resolution,
}

/// Artifacts that move together.
#[derive(Clone, Debug)]
pub(super) struct Family {
    pub(super) group: String,
    pub(super) artifact: String,
    /// The version from which they move.
    pub(super) version: String,
    pub(super) release: Release,
    /// Who says that the project depends on it.
    pub(super) shown: Shown,
}

/// Who shows that a project depends on something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The POM, with those that it leads to.
    Here,
    /// Another document, where POMs are out of reach.
    Elsewhere,
}

/// One of them, in one project.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) names: Names,
    pub(super) version: String,
    /// What decides the version.
    pub(super) decided: Option<Version>,
    /// The version that stands with the artifact, be it a reference.
    pub(super) site: Option<Site>,
    /// Another member brings it in, in a version that this one alone decides.
    pub(super) comes_along: bool,
}

/// The version text of a dependency or of an entry of the management.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) file: usize,
    pub(super) text: Text,
    pub(super) of: SiteOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SiteOf {
    Dependency,
    Management,
}

impl SiteOf {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Dependency => "dependency",
            Self::Management => "dependencyManagement",
        }
    }
}

impl Family {
    /// Whether an artifact at a version is one of them. That a group is one release is known of packages
    /// with a playbook alone; of that group, what has the same version, and what has a playbook itself.
    pub(super) fn holds(&self, group: &str, artifact: &str, version: &str) -> bool {
        let is_own = group == self.group && artifact == self.artifact;
        is_own
            || self.release == Release::OfGroup
                && group == self.group
                && (version == self.version || is_in_playbook(group, artifact))
    }
}

/// Whether `group:artifact:version` is of that group and artifact.
fn is_of(label: &str, name: &str) -> bool {
    label.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

fn switches(group: &str) -> impl Iterator<Item = &'static Switch> {
    Playbook::bundled().0.properties.iter().filter(move |switch| switch.group == group)
}

fn is_in_playbook(group: &str, artifact: &str) -> bool {
    Playbook::bundled().0.lines_of(&format!("{group}:{artifact}")).next().is_some()
}

/// Whether the first version is lower; one that cannot be ordered is not.
pub(super) fn is_below(version: &str, other: &str) -> bool {
    compare(version, other) == Some(Ordering::Less)
}

pub(super) fn compare(version: &str, other: &str) -> Option<Ordering> {
    let parse = |text: &str| Ordered::parse(Order::Maven, text).ok();
    parse(version)?.compare(&parse(other)?)
}

impl Member {
    pub(super) fn label(&self) -> String {
        let [group, artifact, ..] = &self.names;
        format!("{group}:{artifact}")
    }
}

impl Project {
    /// Reads and resolves the POM at a path.
    pub(super) fn load(path: &Path, source: &dyn PomSource, maven: &Maven<'_>) -> Option<Self> {
        let text = source.at(path).ok()??;
        let resolution = resolve(Pom::parse(&text).ok()?, path, maven);
        Some(Self { path: path.to_owned(), resolution })
    }

    pub(super) fn file(&self, index: usize) -> Option<&PomFile> {
        self.resolution.effective.files.get(index)
    }

    /// The project and its parents that lie in the tree, the nearest first.
    pub(super) fn own_files(&self) -> impl Iterator<Item = &PomFile> {
        let lineage = self.resolution.effective.lineage.iter();
        lineage.filter_map(|&at| self.file(at)).filter(|file| file.origin == Origin::Tree)
    }

    /// Where it depends on an artifact.
    pub(super) fn resolved<'a>(
        &'a self,
        group: &'a str,
        artifact: &'a str,
    ) -> impl Iterator<Item = &'a Resolved> {
        let all = self.resolution.dependencies.iter();
        all.filter(move |one| one.artifact.group == group && one.artifact.artifact == artifact)
    }

    /// The managed entry of an artifact that the project does not show.
    pub(super) fn managed_alone(&self, group: &str, artifact: &str) -> Option<Member> {
        let managed = &self.resolution.effective.management;
        let entry = managed.iter().find(|entry| entry.key() == [group, artifact, "jar", ""])?;
        let version = entry.version.clone().filter(|version| version.value.fault.is_none())?;
        let is_shown = self.resolved(group, artifact).next().is_some();
        (!is_shown).then(|| Member {
            names: [group.to_owned(), artifact.to_owned(), String::new(), String::new()],
            version: version.value.text.clone(),
            site: self.site_of(entry, SiteOf::Management),
            decided: Some(version),
            comes_along: false,
        })
    }

    /// What another document shows, and the POM neither shows nor manages. By a property of a parent that
    /// is out of reach the project may have chosen the version all the same.
    fn out_of_sight(&self, family: &Family) -> Option<Member> {
        let chosen = self.switch(&family.group).and_then(|switch| self.property(&switch.name));
        let chosen = chosen.map(|(_, property)| property.value.value.clone());
        (family.shown == Shown::Elsewhere).then(|| Member {
            names: [&*family.group, &*family.artifact, "", ""].map(str::to_owned),
            version: chosen.unwrap_or_else(|| family.version.clone()),
            decided: None,
            site: None,
            comes_along: false,
        })
    }

    /// The property by which a parent that is out of reach lets the project choose a group's version.
    pub(super) fn switch(&self, group: &str) -> Option<&'static Switch> {
        let missing = &self.resolution.effective.missing;
        let parents = missing.iter().filter(|missing| missing.role == Role::Parent);
        let parents: Vec<_> = parents.map(|missing| missing.label.as_str()).collect();
        switches(group).find(|switch| {
            let names = |label: &&str| switch.parents.iter().any(|name| is_of(label, name));
            parents.iter().any(names)
        })
    }

    /// The property that a project sets in vain, for it imports what it would have to inherit.
    pub(super) fn idle_switch(&self, group: &str) -> Option<(&PomFile, &'static Switch)> {
        let imports = &self.resolution.effective.imports;
        let imported = |switch: &&Switch| {
            let label = |import: &EffectiveDependency| import.key()[..2].join(":");
            imports.iter().any(|import| switch.parents.contains(&label(import)))
        };
        let is_inherited = |switch: &&Switch| {
            let lineage = self.resolution.effective.lineage.iter();
            let mut files = lineage.filter_map(|&at| self.file(at));
            files.any(|file| switch.parents.iter().any(|name| is_of(&file.label(), name)))
        };
        let switch = switches(group).filter(imported).find(|switch| !is_inherited(switch))?;
        self.property(&switch.name).map(|(file, _)| (file, switch))
    }

    /// A property as the nearest file of the project has it.
    pub(super) fn property(&self, name: &str) -> Option<(&PomFile, &Property)> {
        self.own_files().find_map(|file| {
            let all = file.pom.section.properties.iter().rev();
            all.clone().find(|property| property.name == name).map(|property| (file, property))
        })
    }

    /// Whether one of its own dependencies, whose POM is out of reach, has that name.
    pub(super) fn hides_behind(&self, names: &[String]) -> bool {
        let hidden = self.resolution.dependencies.iter().filter(|one| one.gap.is_some());
        let mut hidden = hidden.filter(|one| one.direct.is_some());
        hidden.any(|one| {
            let artifact = &one.artifact;
            names.contains(&format!("{}:{}", artifact.group, artifact.artifact))
        })
    }

    /// All members of a family: what is depended on, and what is managed and would come with it.
    pub(super) fn members(&self, family: &Family) -> Vec<Member> {
        let all = self.resolution.dependencies.iter();
        let own = all.filter(|one| {
            let artifact = &one.artifact;
            family.holds(&artifact.group, &artifact.artifact, &artifact.version)
        });
        let mut members: Vec<Member> = own.map(|one| self.member(one, family)).collect();
        if members.is_empty() {
            let managed = self.managed_alone(&family.group, &family.artifact);
            members.extend(managed.or_else(|| self.out_of_sight(family)));
        }
        if family.release == Release::OfGroup {
            let book = &Playbook::bundled().0;
            let labels: Vec<_> = members.iter().map(Member::label).collect();
            let brought =
                labels.iter().flat_map(|label| book.lines_of(label)).flat_map(|l| &l.brings);
            let brought = brought.filter(|name| !labels.contains(name)).collect::<Vec<_>>();
            for name in brought {
                let Some((group, artifact)) = name.split_once(':') else { continue };
                let known = |member: &Member| member.label() == *name;
                if !members.iter().any(known) {
                    members.extend(self.managed_alone(group, artifact));
                }
            }
        }
        members
    }

    fn member(&self, one: &Resolved, family: &Family) -> Member {
        let artifact = &one.artifact;
        let classifier = if one.implies_classifier() { "" } else { artifact.classifier.as_str() };
        let kind = if one.kind == "jar" { "" } else { one.kind.as_str() };
        let names = [&artifact.group, &artifact.artifact, kind, classifier].map(str::to_owned);
        Member {
            names,
            version: artifact.version.clone(),
            site: self.site(one, classifier),
            decided: one.decided.clone(),
            comes_along: self.comes_along(one, family),
        }
    }

    fn comes_along(&self, one: &Resolved, family: &Family) -> bool {
        let all = &self.resolution.dependencies;
        let brought = one.parent.and_then(|at| all.get(at)).is_some_and(|parent| {
            let artifact = &parent.artifact;
            family.holds(&artifact.group, &artifact.artifact, &artifact.version)
        });
        let [group, artifact, ..] = one.artifact.key();
        let managed = &self.resolution.effective.management;
        brought && !managed.iter().any(|entry| entry.key()[..2] == [group, artifact])
    }

    /// The version text nearest to the artifact that counts for it.
    fn site(&self, one: &Resolved, classifier: &str) -> Option<Site> {
        let effective = &self.resolution.effective;
        let direct = one.direct.and_then(|number| effective.dependencies.get(number));
        if let Some(site) = direct.and_then(|d| self.site_of(d, SiteOf::Dependency)) {
            return Some(site);
        }
        let decided = one.decided.as_ref()?;
        let key = [&*one.artifact.group, &*one.artifact.artifact, &*one.kind, classifier];
        let entry = effective.management.iter().find(|entry| entry.key() == key)?;
        let same = entry
            .version
            .as_ref()
            .is_some_and(|version| (version.file, &version.span) == (decided.file, &decided.span));
        if same { self.site_of(entry, SiteOf::Management) } else { None }
    }

    fn site_of(&self, entry: &EffectiveDependency, of: SiteOf) -> Option<Site> {
        let pom = &self.file(entry.file)?.pom;
        let text = pom.dependency_at(entry.span.start)?.version.clone()?;
        Some(Site { file: entry.file, text, of })
    }

    /// The artifacts whose own dependencies are not known.
    pub(super) fn gaps(&self) -> Vec<String> {
        let gaps = self.resolution.dependencies.iter().filter(|one| one.gap.is_some());
        gaps.map(|one| one.artifact.to_string()).collect()
    }
}
