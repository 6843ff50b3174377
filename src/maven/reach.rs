//! Which remote repositories a POM may be looked for in.
//!
//! Every project has those of the user, then those of the settings, then those that it and its parents
//! declare. What a dependency declares counts for what it brings in and nowhere else. Of equal names
//! the first counts (`DefaultRemoteRepositoryManager`).

use super::access::filled;
use super::declared::Declared;
use super::library::Library;
use super::remote::{Remote, Trouble};

/// How many repositories one POM may be looked for in: each of them is asked for all that the others lack.
const MAX_REPOSITORIES: usize = 50;

/// A list of remote repositories, by its number: equal lists have equal numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Reach(usize);

/// All lists of one project; the first is empty.
pub(super) struct Reaches(Vec<Vec<Remote>>);

impl Default for Reaches {
    fn default() -> Self {
        Self(vec![Vec::new()])
    }
}

impl Library<'_> {
    /// The repositories of a list.
    pub(super) fn remotes(&self, reach: Reach) -> &[Remote] {
        self.reaches.0.get(reach.0).map_or(&[], Vec::as_slice)
    }

    /// What every project has before its POM says anything.
    pub(super) fn reach_of_user(&mut self, of_settings: &[Declared]) -> Reach {
        let Some(registry) = self.maven.registry() else { return Reach::default() };
        let known = |name: &str| {
            let values = [&self.context.user, &self.context.system];
            values.into_iter().find_map(|values| values.get(name)).map(|given| given.value.clone())
        };
        let fill = |declared: &Declared| Declared {
            url: declared.url.as_ref().map(|url| filled(url, &known)),
            ..declared.clone()
        };
        let of_settings = of_settings.iter().map(fill);
        let given = registry.of_user().iter().cloned();
        let all: Vec<_> = given.chain(of_settings).chain([Declared::central()]).collect();
        self.extended(Reach::default(), &all)
    }

    /// A list with more at its end.
    pub(super) fn extended(&mut self, reach: Reach, more: &[Declared]) -> Reach {
        let Some(registry) = self.maven.registry().filter(|_| !more.is_empty()) else {
            return reach;
        };
        let mut list = self.remotes(reach).to_vec();
        for remote in more.iter().filter_map(|declared| registry.remote(declared)) {
            match list.iter().position(|known| known.id() == remote.id()) {
                Some(at) if list[at].is_at(&remote) => list[at] = list[at].joined(&remote),
                Some(_) => {}
                None if list.len() < MAX_REPOSITORIES => list.push(remote),
                None => {
                    let cause = format!("more than {MAX_REPOSITORIES} are declared");
                    let repository = remote.id().to_owned();
                    self.troubles.insert(Trouble::Unasked { repository, cause });
                    break;
                }
            }
        }
        let lists = &mut self.reaches.0;
        let same = |known: &Vec<Remote>| {
            known.len() == list.len() && std::iter::zip(known, &list).all(|(a, b)| a.is(b))
        };
        let known = lists.iter().position(same);
        Reach(known.unwrap_or_else(|| {
            lists.push(list);
            lists.len() - 1
        }))
    }

    /// Remembers what is to be told.
    pub(super) fn note(&mut self, troubles: Vec<Trouble>) {
        self.troubles.extend(troubles);
    }
}
