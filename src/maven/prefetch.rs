//! Fetches the POMs of a project level by level, many at a time, before they are asked for one by one.
//!
//! Nothing is decided here. A level is what the level above declares, roughly as the collector will see
//! it: exclusions are not looked at and ranges not followed. What comes is on the shelf afterwards,
//! and each level is worked out in its own order, so that it does not matter which answer came first.

use std::collections::{HashMap, HashSet};

use super::collect::Wanted;
use super::coordinates::{Coordinates, holds_its_dependencies};
use super::effective::Built;
use super::library::Library;
use super::reach::Reach;

/// How many levels are fetched ahead.
const MAX_LEVELS: usize = 64;

/// How many parents of parents are fetched ahead.
const MAX_PARENTS: usize = 16;

/// How many POMs are fetched ahead for one project.
const MAX_POMS: usize = 20_000;

/// A release and where it is looked for.
type Place = (Coordinates, Reach);

impl Library<'_> {
    /// Fetches what the collector will ask for, where anything is to be fetched.
    pub(super) fn prefetch(&mut self, project: &Built) {
        if !self.maven.is_online() {
            return;
        }
        let managed: HashMap<[String; 4], String> = project
            .management
            .iter()
            .map(|entry| Wanted::from(&**entry).artifact)
            .filter(|artifact| !artifact.version.is_empty())
            .map(|artifact| (artifact.key().map(str::to_owned), artifact.version))
            .collect();
        let reach = project.model.reach;
        let direct = project.dependencies.iter().filter(|one| one.coordinates().is_some());
        let mut level: Vec<Place> =
            direct.map(|one| (Wanted::from(one).artifact.coordinates(), reach)).collect();
        let mut seen = HashSet::new();
        for _ in 0..MAX_LEVELS {
            level.retain(|(of, reach)| is_plain(&of.version) && seen.insert((of.clone(), *reach)));
            if level.is_empty() || seen.len() > MAX_POMS {
                return;
            }
            self.fetch_with_parents(&level);
            let mut next = Vec::new();
            for (of, reach) in &level {
                next.extend(self.below(of, *reach, &managed));
            }
            level = next;
        }
    }

    /// What a release brings in, with the versions of the project's management.
    fn below(
        &mut self,
        of: &Coordinates,
        reach: Reach,
        managed: &HashMap<[String; 4], String>,
    ) -> Vec<Place> {
        let descriptor = self.descriptor(of, reach);
        if descriptor.relocation.is_some() {
            return Vec::new();
        }
        let followed = descriptor.dependencies.iter().filter(|wanted| wanted.is_followed());
        let below = followed.map(|wanted| {
            let mut coordinates = wanted.artifact.coordinates();
            if let Some(version) = managed.get(&wanted.artifact.key().map(str::to_owned)) {
                coordinates.version.clone_from(version);
            }
            (coordinates, descriptor.reach)
        });
        below.collect()
    }

    /// Fetches POMs, then their parents, then the parents of those.
    fn fetch_with_parents(&self, level: &[Place]) {
        let mut wanted = level.to_vec();
        let mut seen = HashSet::new();
        for _ in 0..MAX_PARENTS {
            wanted.retain(|place| seen.insert(place.clone()));
            if wanted.is_empty() {
                return;
            }
            let with_remotes = wanted.iter().map(|(of, reach)| (of.clone(), self.remotes(*reach)));
            self.maven.prefetch(&with_remotes.collect::<Vec<_>>());
            let parents = wanted.iter().filter_map(|(of, reach)| {
                Some((self.parent_of(of, *reach)?, *reach)).filter(|(of, _)| is_plain(&of.version))
            });
            wanted = parents.collect();
        }
    }

    fn parent_of(&self, of: &Coordinates, reach: Reach) -> Option<Coordinates> {
        let (answer, _) = self.maven.release(of, self.remotes(reach));
        let shelved = answer.ok().flatten()?;
        let parent = shelved.pom.parent.as_ref()?;
        let [group, artifact, version] = [&parent.group, &parent.artifact, &parent.version]
            .map(|text| text.as_ref().map(|text| text.value.clone()));
        Some(Coordinates { group: group?, artifact: artifact?, version: version? })
    }
}

/// Whether a version names one release.
fn is_plain(version: &str) -> bool {
    !(version.is_empty()
        || version.starts_with(['[', '('])
        || version.contains("${")
        || ["LATEST", "RELEASE"].contains(&version))
}

impl Wanted {
    /// Whether a dependency of a dependency is looked at.
    fn is_followed(&self) -> bool {
        let hidden = self.optional || ["test", "provided", "system"].contains(&&*self.scope);
        !hidden && !holds_its_dependencies(&self.kind)
    }
}
