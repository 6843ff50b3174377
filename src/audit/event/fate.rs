//! What becomes of findings that a newer state does not name.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::flaw::Names;
use super::{Cause, Standing};
use crate::audit::state::{DocumentState, Held, Release, Status};
use crate::config::EventKind;
use crate::ids::AdvisoryId;

/// A finding that counted and is gone.
pub(super) struct Lost {
    pub(super) held: Held,
    pub(super) cause: Option<Cause>,
    pub(super) kind: EventKind,
    pub(super) detail: &'static str,
}

/// Carries over what the newer state does not name; the answer is what went with a reason to tell, each
/// flaw once.
pub(super) fn carry(
    before: &DocumentState,
    after: &mut DocumentState,
    standing: &dyn Fn(&[AdvisoryId]) -> Standing,
    now: Timestamp,
) -> Vec<Lost> {
    first_seen(before, after);
    let judged = Names::of(&after.findings);
    let missing: Vec<&Held> = before.findings.iter().filter(|known| !judged.has(known)).collect();
    let (memories, missing): (Vec<&Held>, Vec<&Held>) =
        missing.into_iter().partition(|known| known.status.is_gone());
    let look = Look { before, after, standing, now };
    let mut lost = Vec::new();
    let mut carried = Vec::new();
    for known in missing {
        let (status, told) = look.fate(known);
        lost.extend(told.map(|(kind, cause, detail)| (known, kind, cause, detail)));
        carried.push(Held { status, ..known.clone() });
    }
    // a version that may still be there keeps its flaw from being resolved
    let mut told = Names::of(carried.iter().filter(|held| held.status.is_open()));
    let counted = Names::of(before.findings.iter().filter(|known| known.status.is_open()));
    lost.retain(|(held, ..)| counted.has(held) && told.add(held));
    let known = Names::of(&carried);
    let memories: Vec<Held> =
        memories.into_iter().filter(|known_before| !known.has(known_before)).cloned().collect();
    let lost = lost
        .into_iter()
        .map(|(held, kind, cause, detail)| Lost { held: held.clone(), cause, kind, detail })
        .collect();
    after.findings.extend(carried);
    after.findings.extend(memories);
    lost
}

/// Gives each finding the day on which its flaw was first seen.
fn first_seen(before: &DocumentState, after: &mut DocumentState) {
    let mut first = HashMap::new();
    for known in &before.findings {
        for id in &known.ids {
            let since = first.entry((known.release.package(), id)).or_insert(known.since);
            *since = known.since.min(*since);
        }
    }
    for held in &mut after.findings {
        let known = held.ids.iter().filter_map(|id| first.get(&(held.release.package(), id)));
        held.since = known.copied().fold(held.since, Timestamp::min);
    }
}

type Told = (EventKind, Option<Cause>, &'static str);

struct Look<'a> {
    before: &'a DocumentState,
    after: &'a DocumentState,
    standing: &'a dyn Fn(&[AdvisoryId]) -> Standing,
    now: Timestamp,
}

impl Look<'_> {
    fn fate(&self, known: &Held) -> (Status, Option<Told>) {
        let gone = Status::Gone { at: self.now };
        let package = known.release.package();
        let here = versions(&self.after.releases, package);
        let is_same = here.contains(&known.release);
        if !is_same
            && known.status.is_open()
            && let Some(unread) = self.unread(known, here)
        {
            return (unread, None);
        }
        if here.is_empty() {
            let detail = "the package is not there any more";
            return (gone, Some((EventKind::Resolved, Some(Cause::Document), detail)));
        }
        let standing = (self.standing)(&known.records);
        if is_same && standing == Standing::Withdrawn {
            let detail = "its records were withdrawn";
            return (gone, Some((EventKind::AdvisoryWithdrawn, Some(Cause::Data), detail)));
        }
        let unasked = !versions(&self.after.unasked, package).is_empty();
        if standing == Standing::Missing || (unasked && standing != Standing::Withdrawn) {
            let why = if unasked {
                "the package cannot be judged any more"
            } else {
                "a record that covered it is missing from the data"
            };
            // what did not count is not missed
            return (if known.status.is_open() { unconfirmed(why) } else { gone }, None);
        }
        let told = match is_same {
            true => (EventKind::Resolved, None, "no record covers the version any more"),
            false => (EventKind::Resolved, Some(Cause::Document), "another version is there"),
        };
        (gone, Some(told))
    }

    /// How a finding stands whose release may be in a part that nobody could look into; nothing where
    /// that cannot be.
    fn unread(&self, known: &Held, here: &[Release]) -> Option<Status> {
        if !here.is_empty() && self.after.has_one_version {
            return None;
        }
        if self.after.is_partial {
            return Some(unconfirmed("a part of the document cannot be read"));
        }
        let behind = self.behind(known);
        if let Some(first) = behind.first() {
            let more = match behind.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let why = format!("it may be in what could not be read: {first}{more}");
            return Some(Status::Unconfirmed { why, behind });
        }
        let (_, name) = known.release.package();
        let short = name.rsplit([':', '/']).next().unwrap_or(name);
        let is_named = here.is_empty()
            && [name, short].iter().any(|name| self.after.unnamed.contains(&name.to_lowercase()));
        is_named.then(|| unconfirmed("a component of that name is there and cannot be evaluated"))
    }

    /// The unread parts that may hide a finding: those that could be read when it was last seen.
    fn behind(&self, known: &Held) -> BTreeSet<String> {
        let waits = match &known.status {
            Status::Unconfirmed { behind, .. } => Some(behind),
            _ => None,
        };
        let may_hide = |gap: &&String| {
            !self.before.gaps.contains(*gap) || waits.is_some_and(|behind| behind.contains(*gap))
        };
        self.after.gaps.iter().filter(may_hide).cloned().collect()
    }
}

fn unconfirmed(why: &str) -> Status {
    Status::Unconfirmed { why: why.to_owned(), behind: BTreeSet::new() }
}

/// The releases of a package among sorted ones.
fn versions<'r>(releases: &'r [Release], package: (&str, &str)) -> &'r [Release] {
    let start = releases.partition_point(|one| one.package() < package);
    let end = releases.partition_point(|one| one.package() <= package);
    &releases[start..end]
}
