//! One cure: tried in memory, resolved again, judged again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::project::{Family, Member, Project, Shown, is_below};
use super::route::{Router, Way};
use super::tree::Tree;
use super::write::{Change, in_words};
use super::{Cured, Key, Left, Look, Task, generated};
use crate::advisory::store::StoreError;
use crate::purl::Purl;
use crate::remedy::{Action, Release, Remedy};

/// How many times what still stands in the old version is moved as well.
const MAX_ROUNDS: usize = 6;

/// How many combinations of ways are tried.
const MAX_PLANS: usize = 10;

/// What one project needs.
#[derive(Clone, Debug)]
pub(super) struct Need {
    /// The input that is its POM.
    pub(super) input: usize,
    /// `group:artifact`.
    pub(super) package: String,
    /// The installed version.
    pub(super) version: String,
    /// The version to take.
    pub(super) to: Option<String>,
    pub(super) action: Action,
    pub(super) release: Release,
    /// What the version to take does not cure.
    leaves: Vec<String>,
    /// The input that shows the component, where that is another one.
    shown_by: usize,
}

/// A cure that holds.
pub(super) struct Cure<'a> {
    pub(super) tree: Tree<'a>,
    pub(super) look: Look,
    pub(super) cured: Vec<Cured>,
    /// What nobody sees any more, for the POMs of what took its place are not at hand.
    pub(super) lost: Vec<Left>,
}

/// What all projects need, in the order of the remedies.
pub(super) fn needs(look: &Look) -> Vec<Need> {
    let mut needs = Vec::new();
    let inventory = &look.audit.inventory;
    for remedy in &look.audit.remedies {
        let own = &inventory.components[remedy.component];
        let Ok(package) = &own.identity else { continue };
        if package.ecosystem.base() != "Maven" {
            continue;
        }
        let components = twins(look, remedy);
        for &index in &components {
            let input = inventory.components[index].input;
            let need = need(remedy, package.name.clone(), package.version.clone(), input);
            if look.projects.contains_key(&input) {
                needs.push(need);
            } else if let Some((group, artifact)) = package.name.split_once(':') {
                // a document may show what a POM manages and does not show itself
                for (&pom, project) in &look.projects {
                    let need = Need { input: pom, ..need.clone() };
                    if is_told_by(project, &need, [group, artifact], &remedy.introduced_by) {
                        needs.push(need);
                    }
                }
            }
        }
    }
    needs
}

/// Whether what a document shows is of this project: in the version that the project manages or chooses
/// by a property, or behind a dependency of it whose POM is out of reach.
fn is_told_by(project: &Project, need: &Need, names: [&str; 2], by: &[String]) -> bool {
    let [group, artifact] = names;
    if project.resolved(group, artifact).next().is_some() {
        return false;
    }
    let by: Vec<_> = by
        .iter()
        .filter_map(|label| Purl::parse(label).ok()?.package(""))
        .map(|p| p.name)
        .collect();
    let family = Family { shown: Shown::Elsewhere, ..need.family() };
    let is_there = |member: &Member| member.names[..2] == names && member.version == need.version;
    let is_managed = project.managed_alone(group, artifact).is_some();
    let is_chosen = project.switch(group).is_some();
    (is_managed || is_chosen || project.hides_behind(&by))
        && project.members(&family).iter().any(is_there)
}

fn need(remedy: &Remedy, package: String, version: String, shown_by: usize) -> Need {
    Need {
        input: shown_by,
        package,
        version,
        to: remedy.to.as_ref().map(|to| to.version.clone()),
        action: remedy.action,
        release: remedy.release,
        leaves: remedy.leaves.iter().map(ToString::to_string).collect(),
        shown_by,
    }
}

/// The component of a remedy and those of other documents that share its findings.
fn twins(look: &Look, remedy: &Remedy) -> BTreeSet<usize> {
    let of_it = look.audit.judged.iter().filter(|judged| judged.is_open());
    let of_it = of_it.filter(|judged| judged.finding.component == remedy.component);
    let twins = of_it.flat_map(|judged| judged.finding.twins.iter().copied());
    std::iter::once(remedy.component).chain(twins).collect()
}

impl Need {
    /// Group and artifact.
    pub(super) fn names(&self) -> [&str; 2] {
        let (group, artifact) = self.package.split_once(':').unwrap_or((&self.package, ""));
        [group, artifact]
    }

    /// Whether a finding is what it is meant for: its package, and what moves along.
    fn means(&self, (_, package, _): &Key) -> bool {
        let of_group = package.split_once(':').is_some_and(|(group, _)| group == self.names()[0]);
        *package == self.package || self.release == Release::OfGroup && of_group
    }

    pub(super) fn family(&self) -> Family {
        let [group, artifact] = self.names().map(str::to_owned);
        let is_own = self.shown_by == self.input;
        let shown = if is_own { Shown::Here } else { Shown::Elsewhere };
        Family { group, artifact, version: self.version.clone(), release: self.release, shown }
    }
}

/// What to change next.
struct Step {
    to: String,
    /// Whether some member has more ways than this one.
    more: bool,
    /// Nothing to change: all have come along.
    changes: Result<Vec<Change>, Vec<String>>,
}

/// Changes that are made and not judged yet.
pub(super) struct Trial<'a> {
    pub(super) tree: Tree<'a>,
    pub(super) changes: Vec<Change>,
    pub(super) to: String,
}

impl<'a> Trial<'a> {
    pub(super) fn on(tree: &Tree<'a>, to: &str) -> Self {
        Self { tree: tree.clone(), changes: Vec::new(), to: to.to_owned() }
    }

    /// Makes changes, each once.
    pub(super) fn make(&mut self, changes: Vec<Change>) -> Result<(), String> {
        let mut new: Vec<Change> = Vec::new();
        for change in changes {
            if !new.contains(&change) {
                new.push(change);
            }
        }
        let before = self.tree.changed.clone();
        self.tree.change(&new)?;
        if self.tree.changed == before {
            return Err("the change has no effect".to_owned());
        }
        self.changes.extend(new);
        Ok(())
    }
}

impl Task<'_> {
    /// Cures a need, or says why that cannot be done: one sentence for each way.
    pub(super) fn cure<'t>(
        &self,
        need: &Need,
        tree: &Tree<'t>,
        look: &Look,
    ) -> Result<Result<Cure<'t>, Vec<String>>, StoreError> {
        let Some(project) = look.projects.get(&need.input) else {
            return Ok(Err(vec!["its POM cannot be read".to_owned()]));
        };
        if let Some(why) = generated(&project.path, tree) {
            return Ok(Err(vec![format!("{} is generated: {why}", project.path.display())]));
        }
        let mut whys = Vec::new();
        match (need.action, &need.to) {
            (_, Some(to)) => {
                for plan in 0..MAX_PLANS {
                    let (trial, more) = self.moved(need, tree, look, (to, plan));
                    match self.judged(need, trial, look)? {
                        Ok(cure) => return Ok(Ok(cure)),
                        Err(why) => whys.extend(why),
                    }
                    if !more {
                        break;
                    }
                }
            }
            (Action::Replace, None) => {
                let trial = self.replaced(need, tree, look).map_err(|why| vec![why]);
                match self.judged(need, trial, look)? {
                    Ok(cure) => return Ok(Ok(cure)),
                    Err(why) => whys.extend(why),
                }
            }
            (Action::Remove, None) => {
                whys.push("it is reported as malware: take it out by hand".to_owned());
            }
            (_, None) => whys.push("no version of it is known to be clean".to_owned()),
        }
        let mut seen = BTreeSet::new();
        whys.retain(|why| seen.insert(why.clone()));
        Ok(Err(whys))
    }

    /// Brings a family to a version, each member by the way of that number, or its last one. Also whether
    /// there are more ways.
    fn moved<'t>(
        &self,
        need: &Need,
        tree: &Tree<'t>,
        look: &Look,
        (to, plan): (&str, usize),
    ) -> (Result<Trial<'t>, Vec<String>>, bool) {
        let mut trial = Trial::on(tree, to);
        let mut more = false;
        let Some(path) = look.projects.get(&need.input).map(|project| &project.path) else {
            return (Err(Vec::new()), false);
        };
        for _ in 0..MAX_ROUNDS {
            let step = self.step(need, path, &trial, (&look.given(), plan));
            more |= step.more;
            trial.to = step.to;
            let done = match step.changes {
                Ok(changes) if changes.is_empty() => return (Ok(trial), more),
                Ok(changes) => trial.make(changes).map_err(|why| vec![why]),
                Err(whys) => Err(whys),
            };
            if let Err(whys) = done {
                return (Err(whys), more);
            }
        }
        let label = &need.package;
        (Err(vec![format!("{label} does not come to {} by it", trial.to)]), more)
    }

    /// What is behind still, and how to move it. The version to take is never below one that a member
    /// has already.
    fn step(
        &self,
        need: &Need,
        path: &Path,
        trial: &Trial<'_>,
        (given, plan): (&[PathBuf], usize),
    ) -> Step {
        let family = need.family();
        let mut step = Step { to: trial.to.clone(), more: false, changes: Ok(Vec::new()) };
        let maven = (self.maven)(&trial.tree);
        let Some(project) = Project::load(path, &trial.tree, &maven) else {
            step.changes = Err(vec!["its POM cannot be read any more".to_owned()]);
            return step;
        };
        let members = project.members(&family);
        for member in &members {
            if is_below(&step.to, &member.version) {
                step.to.clone_from(&member.version);
            }
        }
        let ground = self.ground(&project);
        let router = Router {
            project: &project,
            tree: &trial.tree,
            maven: &maven,
            ground: &ground,
            family: &family,
            given,
        };
        let (mut changes, mut whys) = (Vec::new(), Vec::new());
        let behind: Vec<_> = members.iter().filter(|one| one.version != step.to).collect();
        // what others of the family bring in is looked at again once those have moved
        let alone = behind.iter().any(|one| !one.comes_along);
        for member in behind.into_iter().filter(|one| !alone || !one.comes_along) {
            let (change, more, why) = pick(router.ways(member, &step.to), plan);
            step.more |= more;
            let label = member.label();
            match change {
                Some(change) => changes.push(change),
                None => whys.extend(why.iter().map(|why| format!("{label}: {why}"))),
            }
        }
        step.changes = if whys.is_empty() { Ok(changes) } else { Err(whys) };
        step
    }

    /// Judges a trial: what it was made for is gone, nothing new came, everything has a version still.
    fn judged<'t>(
        &self,
        need: &Need,
        trial: Result<Trial<'t>, Vec<String>>,
        before: &Look,
    ) -> Result<Result<Cure<'t>, Vec<String>>, StoreError> {
        let trial = match trial {
            Ok(trial) if trial.changes.is_empty() => {
                return Ok(Err(vec!["no POM shows that version any more".to_owned()]));
            }
            Ok(trial) => trial,
            Err(why) => return Ok(Err(why)),
        };
        let look = self.look(&trial.tree)?;
        if let Err(why) = accept(need, before, &look) {
            return Ok(Err(vec![format!("{}: {why}", trial.summary())]));
        }
        let told = told(need, &trial, before, &look);
        let gaps = new_gaps(&[need], before, &look);
        let lost = lost(&[need], before, &look, &gaps);
        Ok(Ok(Cure { tree: trial.tree, look, cured: vec![told], lost }))
    }

    /// Meets all needs at once, each by its first way; none when they do not go together. What this does
    /// in one judgement takes one for each need otherwise.
    pub(super) fn cure_all<'t>(
        &self,
        needs: &[Need],
        tree: &Tree<'t>,
        before: &Look,
    ) -> Result<Option<Cure<'t>>, StoreError> {
        let mut whole = tree.clone();
        let mut met: Vec<(&Need, Trial<'t>)> = Vec::new();
        for need in needs {
            if let Ok(trial) = self.first_try(need, &whole, before) {
                whole = trial.tree.clone();
                met.push((need, trial));
            }
        }
        if met.iter().all(|(_, trial)| trial.changes.is_empty()) {
            return Ok(None);
        }
        let look = self.look(&whole)?;
        if met.iter().any(|(need, _)| accept(need, before, &look).is_err()) {
            return Ok(None);
        }
        let needs: Vec<&Need> = met.iter().map(|(need, _)| *need).collect();
        let gaps = new_gaps(&needs, before, &look);
        let lost = lost(&needs, before, &look, &gaps);
        let made = met.iter().filter(|(_, trial)| !trial.changes.is_empty());
        let cured = made.map(|(need, trial)| told(need, trial, before, &look)).collect();
        Ok(Some(Cure { tree: whole, look, cured, lost }))
    }

    fn first_try<'t>(
        &self,
        need: &Need,
        tree: &Tree<'t>,
        look: &Look,
    ) -> Result<Trial<'t>, Vec<String>> {
        let project = look.projects.get(&need.input).ok_or_else(Vec::new)?;
        match (need.action, &need.to) {
            _ if generated(&project.path, tree).is_some() => Err(Vec::new()),
            (_, Some(to)) => self.moved(need, tree, look, (to, 0)).0,
            (Action::Replace, None) => self.replaced(need, tree, look).map_err(|why| vec![why]),
            (_, None) => Err(Vec::new()),
        }
    }
}

/// A cure as people read it.
fn told(need: &Need, trial: &Trial<'_>, before: &Look, look: &Look) -> Cured {
    let gaps = new_gaps(&[need], before, look);
    let mut notes = Vec::new();
    if !gaps.is_empty() {
        let gaps = gaps.join(", ");
        notes.push(format!("not at hand, so what they bring in was not looked at: {gaps}"));
    }
    if need.shown_by != need.input {
        let path = &look.audit.inventory.inputs[need.shown_by].path;
        notes.push(format!("{path} tells of a build before this change: make it anew"));
    }
    notes.extend(look.projects.get(&need.input).and_then(|project| idle(project, need)));
    let (had, has) = (before.keys(), look.keys());
    let gone = had.difference(&has).filter(|key| need.means(key));
    let shown = |key: &&Key| need.shown_by != need.input && key.0 == need.shown_by;
    let shown = had.iter().filter(shown).filter(|key| key.1 == need.package);
    let ids: BTreeSet<&String> = gone.chain(shown).map(|key| &key.2).collect();
    Cured {
        what: format!("{} {}", need.package, need.version),
        to: trial.to.clone(),
        ids: ids.into_iter().cloned().collect(),
        changes: in_words(&trial.changes),
        notes,
    }
}

impl Trial<'_> {
    /// All changes in one line.
    fn summary(&self) -> String {
        in_words(&self.changes).join("; ")
    }
}

/// The way of that number among those that are one, or the last; whether there are more; and the
/// reasons of those that are none.
fn pick(ways: Vec<Way>, plan: usize) -> (Option<Change>, bool, Vec<String>) {
    let (mut changes, mut whys) = (Vec::new(), Vec::new());
    for way in ways {
        match way {
            Ok(change) => changes.push(change),
            Err(why) => whys.push(why),
        }
    }
    let more = plan + 1 < changes.len();
    let at = plan.min(changes.len().saturating_sub(1));
    (changes.into_iter().nth(at), more, whys)
}

/// Whether a trial may stand.
fn accept(need: &Need, before: &Look, after: &Look) -> Result<(), String> {
    let (had, has) = (before.keys(), after.keys());
    let is_left = |key: &Key| key.1 == need.package && need.leaves.contains(&key.2);
    if let Some((_, package, id)) = has.difference(&had).find(|key| !is_left(key)) {
        return Err(format!("it would bring {id} of {package}"));
    }
    let stays = |key: &&Key| key.0 == need.input && key.1 == need.package && !is_left(key);
    if let Some((_, package, id)) = has.iter().find(stays) {
        return Err(format!("{package} would still have {id}"));
    }
    for (index, project) in &after.projects {
        let Some(old) = before.projects.get(index) else { continue };
        let known = &old.resolution.refusals;
        if let Some(new) = project.resolution.refusals.iter().find(|one| !known.contains(one)) {
            return Err(format!("Maven would refuse {}: {new}", project.path.display()));
        }
    }
    let (had, has) = (nameless(before), nameless(after));
    match has.difference(&had).next() {
        Some((_, name)) => Err(format!("nobody could tell the version of {name} then")),
        None => Ok(()),
    }
}

/// The dependencies that have no version, but for what releases bring in.
fn nameless(look: &Look) -> BTreeSet<(usize, String)> {
    let parts = look.audit.inventory.parts().filter(|part| part.identity.is_err());
    let parts = parts.filter(|part| part.reference.is_some());
    parts.map(|part| (part.input, part.full_name())).collect()
}

/// What is gone though no change was made for it, while something new is not at hand: it may merely be
/// out of sight.
fn lost(needs: &[&Need], before: &Look, after: &Look, gaps: &[String]) -> Vec<Left> {
    if gaps.is_empty() {
        return Vec::new();
    }
    let (had, has) = (before.keys(), after.keys());
    let gone = had.difference(&has).filter(|key| !needs.iter().any(|need| need.means(key)));
    let why = format!("out of sight and maybe still there: not at hand are {}", gaps.join(", "));
    let left =
        |key: &Key| Left { what: key.1.clone(), ids: vec![key.2.clone()], why: vec![why.clone()] };
    gone.map(left).collect()
}

/// What people try and what has no effect here.
fn idle(project: &Project, need: &Need) -> Option<String> {
    let (file, switch) = project.idle_switch(need.names()[0])?;
    Some(format!(
        "property {} in {} has no effect: the project imports the platform and does not inherit from it",
        switch.name,
        file.path.display()
    ))
}

/// Releases whose own dependencies nobody here knows: what they bring in was not judged.
fn new_gaps(needs: &[&Need], before: &Look, after: &Look) -> Vec<String> {
    let inputs: BTreeSet<usize> = needs.iter().map(|need| need.input).collect();
    let mut new = BTreeSet::new();
    for input in inputs {
        let gaps = |look: &Look| look.projects.get(&input).map(Project::gaps).unwrap_or_default();
        let known = gaps(before);
        new.extend(gaps(after).into_iter().filter(|gap| !known.contains(gap)));
    }
    new.into_iter().collect()
}
