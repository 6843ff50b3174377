//! Asks repositories for releases: first those that are files, then the remote ones of the project, each
//! its cache before itself, in order.

use std::path::PathBuf;
use std::sync::Arc;

use super::coordinates::Coordinates;
use super::effective::Effective;
use super::metadata::{Metadata, Snapshot};
use super::model::Pom;
use super::remote::{Remote, Told, Trouble};
use super::repository::Stored;
use super::session::{Answer, Maven, Refused};

/// What is to be told about the repositories that were asked.
pub(super) type Troubles = Vec<Trouble>;

impl Maven<'_> {
    /// What was asked for releases, in words; `None` when there is nobody to ask.
    pub(super) fn asked(&self, reach: &[Remote]) -> Option<String> {
        let mut names = self.near();
        let is_online = self.is_online();
        names.extend(reach.iter().map(|remote| match is_online {
            true => format!("repository {}", remote.id()),
            false => format!("what was kept of repository {}", remote.id()),
        }));
        (!names.is_empty()).then(|| names.join(" or "))
    }

    /// The POM of a release, from the first repository that has it.
    pub(super) fn release(&self, of: &Coordinates, reach: &[Remote]) -> (Answer, Troubles) {
        let near = self.stored(of);
        let is_near = matches!(near, Ok(Some(_)) | Err(Refused::Broken(_)));
        if is_near || reach.is_empty() || !of.are_harmless() {
            return (near, Troubles::new());
        }
        let mut asked = Asked { maven: self, troubles: Troubles::new(), refused: near.err() };
        let found = match of.is_snapshot() {
            true => asked.snapshot(of, reach),
            false => asked.first(reach, |remote| remote.release(of, self.source())),
        };
        let answer = match (found, asked.refused) {
            (Some(stored), _) => self.read(stored, of).map(Some),
            (None, Some(refused)) => Err(refused),
            (None, None) => Ok(None),
        };
        (answer, asked.troubles)
    }

    /// The versions of an artifact that repositories list; `None` when none of them lists any.
    pub(super) fn versions(
        &self,
        group: &str,
        artifact: &str,
        reach: &[Remote],
    ) -> (Option<Arc<Metadata>>, Troubles) {
        let near = self.listed(group, artifact);
        let any = Coordinates {
            group: group.to_owned(),
            artifact: artifact.to_owned(),
            version: "any".to_owned(),
        };
        if reach.is_empty() || !any.are_harmless() {
            return (near, Troubles::new());
        }
        let (mut all, mut troubles) = (near.as_deref().cloned(), Troubles::new());
        for remote in reach {
            let told = remote.versions(group, artifact, self.source());
            troubles.extend(told.troubles);
            match (&mut all, told.found.ok().flatten()) {
                (_, None) => {}
                (None, Some(found)) => all = Some(found),
                (Some(all), Some(found)) => all.merge(found),
            }
        }
        (all.map(Arc::new), troubles)
    }

    /// Whether a repository of the project has the POM of a release.
    #[must_use]
    pub fn has(&self, release: &Coordinates, project: &Effective) -> bool {
        self.release(release, &project.remotes).0.is_ok_and(|found| found.is_some())
    }

    /// The POM of a release and where it lies, if a repository of the project has it.
    #[must_use]
    pub fn released(&self, release: &Coordinates, project: &Effective) -> Option<(PathBuf, Pom)> {
        let found = self.release(release, &project.remotes).0.ok()??;
        Some((found.path.clone(), Pom::clone(&found.pom)))
    }

    /// The versions of an artifact that the repositories of the project list, as they list them.
    #[must_use]
    pub fn listing(&self, group: &str, artifact: &str, project: &Effective) -> Vec<String> {
        let (listed, _) = self.versions(group, artifact, &project.remotes);
        listed.map_or_else(Vec::new, |listed| listed.versions.clone())
    }

    /// Asks for many at once, so that whoever asks for one of them later need not wait.
    pub(super) fn prefetch(&self, wanted: &[(Coordinates, &[Remote])]) {
        let next = std::sync::atomic::AtomicUsize::new(0);
        let ask = || {
            let number = || next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            while let Some((of, reach)) = wanted.get(number()) {
                // the shelf remembers the answer
                let _ = self.release(of, reach);
            }
        };
        let others = wanted.len().min(super::remote::MOST_REQUESTS).saturating_sub(1);
        std::thread::scope(|scope| {
            for _ in 0..others {
                // where the system gives no more threads, those that there are do it
                let _ = std::thread::Builder::new().spawn_scoped(scope, ask);
            }
            ask();
        });
    }
}

/// Remote repositories, being asked for one release.
struct Asked<'m> {
    maven: &'m Maven<'m>,
    troubles: Troubles,
    /// Why the first of those that did not answer did not.
    refused: Option<Refused>,
}

impl Asked<'_> {
    fn first(&mut self, reach: &[Remote], ask: impl Fn(&Remote) -> Told<Stored>) -> Option<Stored> {
        reach.iter().find_map(|remote| self.take(ask(remote)))
    }

    fn take<T>(&mut self, told: Told<T>) -> Option<T> {
        self.troubles.extend(told.troubles);
        told.found.unwrap_or_else(|cause| {
            self.refused.get_or_insert(Refused::Unasked(cause));
            None
        })
    }

    /// The newest build that any of them has.
    fn snapshot(&mut self, of: &Coordinates, reach: &[Remote]) -> Option<Stored> {
        let source = self.maven.source();
        let mut newest: Option<(&Remote, Snapshot)> = None;
        for remote in reach {
            let metadata = self.take(remote.newest_build(of, source));
            let Some(found) = metadata.and_then(|metadata| metadata.snapshot) else { continue };
            if newest.as_ref().is_none_or(|(_, known)| found.updated > known.updated) {
                newest = Some((remote, found));
            }
        }
        let harmless = |build: &Snapshot| {
            Coordinates { version: build.version.clone(), ..of.clone() }.are_harmless()
        };
        if let Some((remote, build)) = newest.filter(|(_, build)| harmless(build))
            && let Some(stored) = self.take(remote.snapshot(of, Some(&build.version), source))
        {
            return Some(stored);
        }
        self.first(reach, |remote| remote.snapshot(of, None, source))
    }
}
