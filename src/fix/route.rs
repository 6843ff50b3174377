//! Where a version can be changed: the line that decides it, or one that overrules that.
//!
//! The ways stand in the order in which they are tried, the smallest first. Each is a change or the
//! reason why it is none. Whether a way cures is not decided here.

use std::ops::Range;
use std::path::PathBuf;

use super::project::{Family, Member, Project, SiteOf, compare, is_below};
use super::tree::{Ground, Tree};
use super::write::{Change, What};
use crate::maven::{
    Coordinates, EffectiveDependency, How, Maven, Origin, PomFile, PomSource, Use, Version,
    effective, uses,
};
use crate::remedy::Release;

/// How many newer bills of materials are tried.
const MAX_IMPORTS: usize = 8;

/// How many strangers of a property are named.
const NAMED: usize = 3;

/// A way, or why it is none.
pub(super) type Way = Result<Change, String>;

/// All that ways are found with.
pub(super) struct Router<'a> {
    pub(super) project: &'a Project,
    pub(super) tree: &'a Tree<'a>,
    pub(super) maven: &'a Maven<'a>,
    pub(super) ground: &'a Ground,
    pub(super) family: &'a Family,
    /// The POMs that were given.
    pub(super) given: &'a [PathBuf],
}

impl Router<'_> {
    /// The ways to bring a member to a version.
    pub(super) fn ways(&self, member: &Member, to: &str) -> Vec<Way> {
        let [group, artifact, ..] = &member.names;
        let mut ways = Vec::new();
        if let Some(version) = &member.decided {
            ways.extend(self.at_source(version, [group, artifact], to));
            ways.extend(self.by_imports(version, to));
        } else {
            ways.extend(self.by_switch(group, to));
        }
        ways.extend(self.at_site(member, to));
        ways.extend(self.overrule(member, to));
        if ways.is_empty() {
            ways.push(Err("nothing that can be edited decides its version".to_owned()));
        }
        ways
    }

    /// Changes the text that decides a version, or the property in the project that would win over it.
    pub(super) fn at_source(&self, version: &Version, of: [&str; 2], to: &str) -> Option<Way> {
        let file = self.project.file(version.file)?;
        let is_parent = self.project.resolution.effective.lineage.contains(&version.file);
        match (&version.how, file.origin) {
            (How::Outside(from), _) => Some(Err(format!("{from} decides the version"))),
            (How::Project, _) => Some(Err("its version is that of a project".to_owned())),
            (_, Origin::Settings) => Some(Err("the settings decide the version".to_owned())),
            (How::Property(name), Origin::Tree) => Some(
                self.alone(name, of, to)
                    .and_then(|()| self.text(file, &version.span, to, format!("property {name}"))),
            ),
            (How::Dependency, Origin::Tree) => {
                Some(self.text(file, &version.span, to, "dependency".to_owned()))
            }
            (How::Management, Origin::Tree) => {
                Some(self.text(file, &version.span, to, "dependencyManagement".to_owned()))
            }
            (How::Property(name), Origin::Repository) if is_parent => {
                Some(self.alone(name, of, to).and_then(|()| self.new_property(name, to)))
            }
            (_, Origin::Repository) => None,
        }
    }

    /// Sets the property that a parent out of reach is known to have for it.
    fn by_switch(&self, group: &str, to: &str) -> Option<Way> {
        let name = &self.project.switch(group)?.name;
        Some(match self.project.property(name) {
            Some((file, property)) => {
                self.text(file, &property.value.span, to, format!("property {name}"))
            }
            None => self.new_property(name, to),
        })
    }

    /// A property that wins over one of a released parent stands in the file that names that parent.
    fn new_property(&self, name: &str, to: &str) -> Way {
        let file = self.project.own_files().last().ok_or("it has no file of its own")?;
        self.ground.admits(&file.path, self.tree)?;
        let what = What::Property { name: name.to_owned(), value: to.to_owned() };
        Ok(Change { file: file.path.clone(), what })
    }

    pub(super) fn text(&self, file: &PomFile, range: &Range<usize>, to: &str, what: String) -> Way {
        self.ground.admits(&file.path, self.tree)?;
        let text = self.tree.at(&file.path)?.unwrap_or_default();
        let from = text.get(range.clone()).unwrap_or_default();
        if from.is_empty() || from.contains("<!--") {
            let place = file.lines().place(range.start);
            return Err(format!(
                "{}:{place}: the version is empty or a comment stands in it",
                file.path.display()
            ));
        }
        let line = file.lines().place(range.start).line;
        let what = What::Text {
            range: range.clone(),
            line,
            to: to.to_owned(),
            name: what,
            from: from.to_owned(),
        };
        Ok(Change { file: file.path.clone(), what })
    }

    /// Whether a property decides the version of this artifact, of its family and of nothing else: in
    /// the project, its parents and everything that is built with it.
    fn alone(&self, property: &str, of: [&str; 2], to: &str) -> Result<(), String> {
        let effective = &self.project.resolution.effective;
        let lineage = effective.lineage.iter().filter_map(|&at| self.project.file(at));
        let mut files: Vec<PathBuf> = lineage.map(|file| file.path.clone()).collect();
        files.extend(effective.build().chain(self.given).cloned());
        files.sort();
        files.dedup();
        let texts: Vec<_> =
            files.iter().filter_map(|file| Some((file, self.tree.at(file).ok()??))).collect();
        let (mut open, mut seen) = (vec![property.to_owned()], Vec::new());
        let mut strangers: Vec<String> = Vec::new();
        while let Some(name) = open.pop() {
            if seen.contains(&name) {
                continue;
            }
            for (file, text) in &texts {
                // a file that is no XML is no part of any build
                for one in uses(text, &name).unwrap_or_default() {
                    match one {
                        Use::Property(other) => open.push(other),
                        Use::VersionOf(other) => {
                            if !self.moves_along(&other, of, to) {
                                strangers.push(other.join(":"));
                            }
                        }
                        Use::Elsewhere(line) => {
                            strangers.push(format!("{}:{line}", file.display()));
                        }
                    }
                }
            }
            seen.push(name);
        }
        strangers.sort();
        strangers.dedup();
        match strangers.len() {
            0 => Ok(()),
            count => {
                strangers.truncate(NAMED);
                let more = count.saturating_sub(NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                Err(format!("property {property} also decides {}{more}", strangers.join(", ")))
            }
        }
    }

    /// Whether another artifact may take the same version: one of the same release, or one of the same
    /// group of which a repository has that version.
    fn moves_along(&self, other: &[String; 2], of: [&str; 2], to: &str) -> bool {
        let [group, artifact] = other;
        if [group.as_str(), artifact.as_str()] == of {
            return true;
        }
        let is_release = self.family.release == Release::OfGroup && *group == self.family.group;
        let there = || {
            let (group, artifact) = (group.clone(), artifact.clone());
            self.has(&Coordinates { group, artifact, version: to.to_owned() })
        };
        is_release || group == of[0] && there()
    }

    fn has(&self, release: &Coordinates) -> bool {
        self.maven.has(release, &self.project.resolution.effective)
    }

    /// Newer versions of the bill of materials that a version comes from.
    fn by_imports(&self, version: &Version, to: &str) -> Vec<Way> {
        let effective = &self.project.resolution.effective;
        let Some(file) = self.project.file(version.file) else { return Vec::new() };
        if file.origin != Origin::Repository || effective.lineage.contains(&version.file) {
            return Vec::new();
        }
        let mut ways = Vec::new();
        for import in &effective.imports {
            let (Some(own), Some(coordinates)) = (&import.version, import.coordinates()) else {
                continue;
            };
            if !self.leads_to(&coordinates, file) {
                continue;
            }
            for newer in self.newer(import, &coordinates, to) {
                let of = [coordinates.group.as_str(), coordinates.artifact.as_str()];
                ways.extend(self.at_source(own, of, &newer));
            }
        }
        ways
    }

    fn leads_to(&self, import: &Coordinates, file: &PomFile) -> bool {
        let Some((path, pom)) = self.maven.released(import, &self.project.resolution.effective)
        else {
            return false;
        };
        let found = effective(pom, &path, self.maven);
        found.files.iter().any(|one| one.path == file.path)
    }

    /// The versions to try, lowest first: that of the release if it is its own bill of materials, else
    /// what repositories list and have.
    fn newer(&self, import: &EffectiveDependency, now: &Coordinates, to: &str) -> Vec<String> {
        let has =
            |version: &String| self.has(&Coordinates { version: version.clone(), ..now.clone() });
        if self.family.release == Release::OfGroup && import.group.text == self.family.group {
            return Some(to.to_owned()).filter(has).into_iter().collect();
        }
        let line = |version: &str| version.split(['.', '-']).next().map(str::to_owned);
        let mut newer =
            self.maven.listing(&now.group, &now.artifact, &self.project.resolution.effective);
        newer.retain(|one| line(one) == line(&now.version) && is_below(&now.version, one));
        newer.sort_by(|a, b| compare(a, b).unwrap_or_else(|| a.cmp(b)));
        newer.into_iter().filter(has).take(MAX_IMPORTS).collect()
    }

    /// Writes the version where a reference stands now.
    fn at_site(&self, member: &Member, to: &str) -> Option<Way> {
        let site = member.site.as_ref()?;
        let file = self.project.file(site.file).filter(|file| file.origin == Origin::Tree)?;
        let decided = member.decided.as_ref()?;
        let is_source = (decided.file, &decided.span) == (site.file, &site.text.span);
        let outside = matches!(decided.how, How::Outside(_));
        (!is_source || outside)
            .then(|| self.text(file, &site.text.span, to, site.of.as_str().to_owned()))
    }

    /// An entry of the management in the project wins over those of imports, of released parents and of
    /// releases themselves; over a version that stands with the dependency it has no effect.
    fn overrule(&self, member: &Member, to: &str) -> Option<Way> {
        let site = member.site.as_ref();
        let site_file = site.and_then(|site| self.project.file(site.file));
        let in_tree = site_file.is_some_and(|file| file.origin == Origin::Tree);
        if site.is_some_and(|site| site.of == SiteOf::Dependency) {
            let place = site_file.filter(|_| !in_tree)?.label();
            return Some(Err(format!(
                "{place} declares it with a version, over which dependencyManagement has no effect"
            )));
        }
        if in_tree {
            return None;
        }
        Some(self.new_entry(member, to))
    }

    /// A new entry stands with those that there are, in the nearest file that has some.
    fn new_entry(&self, member: &Member, to: &str) -> Way {
        let admitted = |file: &&PomFile| self.ground.admits(&file.path, self.tree).is_ok();
        let manages = |file: &&PomFile| file.pom.section.containers.managed.is_some();
        let nearest = self.project.own_files().filter(admitted).find(manages);
        let file = match nearest {
            Some(file) => file,
            None => self.project.own_files().next().ok_or("it has no file of its own")?,
        };
        self.ground.admits(&file.path, self.tree)?;
        let what = What::Manage { names: member.names.clone(), version: to.to_owned() };
        Ok(Change { file: file.path.clone(), what })
    }
}
