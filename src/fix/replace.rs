//! Another package in the place of one that gets no more fixes, as the playbooks name it.
//!
//! Where the project names it, its coordinates change. Where others bring it in, they are told not to,
//! and the project depends on the other one itself: the classes must be there.

use super::Task;
use super::cure::{Need, Trial};
use super::project::Project;
use super::route::Router;
use super::tree::Tree;
use super::write::{Change, What};
use crate::advisory::playbook::{Playbook, Replacement};
use crate::maven::{Dependency, Origin, PomFile, Resolved, Text};

/// How many times it may turn up anew, by another way.
const MAX_ROUNDS: usize = 16;

/// Scopes, the widest first.
const SCOPES: [&str; 4] = ["compile", "runtime", "provided", "test"];

impl Task<'_> {
    /// Makes the changes that replace a package.
    pub(super) fn replaced<'t>(
        &self,
        need: &Need,
        tree: &Tree<'t>,
        look: &super::Look,
    ) -> Result<Trial<'t>, String> {
        let book = &Playbook::bundled().0;
        let with = book.replacements_of(&need.package).next();
        let with = with.ok_or("no other package is known to take its place")?;
        let project = look.projects.get(&need.input).ok_or("its POM cannot be read")?;
        let mut trial = Trial::on(tree, &format!("{} {}", with.with, with.version));
        let mut round = Round { need, with, scope: None, beside: None };
        for _ in 0..MAX_ROUNDS {
            let changes = {
                let maven = (self.maven)(&trial.tree);
                let project = Project::load(&project.path, &trial.tree, &maven)
                    .ok_or("its POM cannot be read any more")?;
                let router = Router {
                    project: &project,
                    tree: &trial.tree,
                    maven: &maven,
                    ground: &self.ground(&project),
                    family: &need.family(),
                    given: &look.given(),
                };
                round.changes(&router)?
            };
            if changes.is_empty() {
                return Ok(trial);
            }
            trial.make(changes)?;
        }
        Err(format!("{} comes in by more than {MAX_ROUNDS} ways", need.package))
    }
}

/// What was seen while it was taken out.
struct Round<'n> {
    need: &'n Need,
    with: &'n Replacement,
    /// The widest scope in which it was brought in.
    scope: Option<usize>,
    /// The dependency beside which the other one is to stand.
    beside: Option<[String; 2]>,
}

impl Round<'_> {
    fn changes(&mut self, router: &Router<'_>) -> Result<Vec<Change>, String> {
        let [group, artifact] = self.need.names();
        let found = router.project.resolved(group, artifact).next();
        if let Some(one) = found {
            return match one.direct {
                Some(number) => self.swap(router, number),
                None => self.exclude(router, one).map(|change| vec![change]),
            };
        }
        Ok(self.depend(router)?.into_iter().collect())
    }

    /// The element of a direct dependency, in a file of the project.
    fn element<'p>(
        router: &'p Router<'_>,
        number: usize,
    ) -> Result<(&'p PomFile, &'p Dependency), String> {
        let direct = router.project.resolution.effective.dependencies.get(number);
        let direct = direct.ok_or("the dependency is gone")?;
        let file = router.project.file(direct.file).ok_or("its file is gone")?;
        let name = direct.key()[1].to_owned();
        if file.origin != Origin::Tree {
            return Err(format!("{} depends on {name}, and it is released", file.label()));
        }
        router.ground.admits(&file.path, router.tree)?;
        let element = file.pom.dependency_at(direct.span.start).ok_or("the dependency is gone")?;
        Ok((file, element))
    }

    /// Gives a dependency other coordinates.
    fn swap(&self, router: &Router<'_>, number: usize) -> Result<Vec<Change>, String> {
        let (file, element) = Self::element(router, number)?;
        let (group, artifact) =
            self.with.with.split_once(':').ok_or("the playbook names no artifact")?;
        let text = |text: Option<&Text>, what: &str, to: &str| {
            let text = text.ok_or_else(|| format!("it has no {what}"))?;
            router.text(file, &text.span, to, what.to_owned())
        };
        let mut changes = vec![
            text(element.group.as_ref(), "groupId", group)?,
            text(element.artifact.as_ref(), "artifactId", artifact)?,
        ];
        let version = &self.with.version;
        changes.push(match &element.version {
            Some(_) => {
                let of = self.need.names();
                let direct = &router.project.resolution.effective.dependencies[number];
                let source = direct.version.as_ref();
                let source = source.and_then(|source| router.at_source(source, of, version));
                match source {
                    Some(Ok(change)) => change,
                    _ => text(element.version.as_ref(), "version", version)?,
                }
            }
            None => Change {
                file: file.path.clone(),
                what: What::Version { at: element.span.start, version: version.clone() },
            },
        });
        Ok(changes)
    }

    /// Tells the direct dependency that brings it in not to.
    fn exclude(&mut self, router: &Router<'_>, one: &Resolved) -> Result<Change, String> {
        let all = &router.project.resolution.dependencies;
        let mut top = one;
        while let Some(parent) = top.parent.and_then(|at| all.get(at)) {
            top = parent;
        }
        let number = top.direct.ok_or("nobody knows what brings it in")?;
        let (file, element) = Self::element(router, number)?;
        let scope = SCOPES.iter().position(|known| *known == one.scope).unwrap_or(0);
        if self.scope.is_none_or(|widest| scope < widest) {
            self.scope = Some(scope);
        }
        let [group, artifact] = self.need.names().map(str::to_owned);
        let of = [&top.artifact.group, &top.artifact.artifact].map(String::clone);
        let change = Change {
            file: file.path.clone(),
            what: What::Exclude { at: element.span.start, group, artifact, of: of.join(":") },
        };
        self.beside = Some(of);
        Ok(change)
    }

    /// Depends on the other package once nobody brings in this one.
    fn depend(&mut self, router: &Router<'_>) -> Result<Option<Change>, String> {
        let Some([group, artifact]) = self.beside.take() else { return Ok(None) };
        let (new_group, new_artifact) =
            self.with.with.split_once(':').ok_or("the playbook names no artifact")?;
        if router.project.resolved(new_group, new_artifact).next().is_some() {
            return Ok(None);
        }
        let beside = router.project.resolved(&group, &artifact).next();
        let number = beside.and_then(|one| one.direct).ok_or("the dependency is gone")?;
        let (file, element) = Self::element(router, number)?;
        let names = [new_group, new_artifact, "", ""].map(str::to_owned);
        let scope = self.scope.and_then(|at| SCOPES.get(at)).filter(|scope| **scope != "compile");
        let what = What::Depend {
            at: element.span.start,
            names,
            version: self.with.version.clone(),
            scope: scope.map(|scope| (*scope).to_owned()),
        };
        Ok(Some(Change { file: file.path.clone(), what }))
    }
}
