//! The events of a day, from the world itself: every product, package and advisory, one after the
//! other, without documents, digests, stores or ranges.

use std::collections::{BTreeMap, BTreeSet};

use bomvet::config::EventKind;

use super::world::{Advisory, Change, World};

/// An event, as far as it can be foretold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    pub(crate) kind: EventKind,
    pub(crate) cause: &'static str,
    pub(crate) product: String,
    pub(crate) about: String,
    pub(crate) flaw: String,
}

#[derive(Clone, Copy)]
struct Before {
    is_open: bool,
    version: u32,
    level: usize,
    kev: bool,
    has_fix: bool,
}

#[derive(Default)]
pub(crate) struct Naive {
    /// By the number of the product and that of the advisory, which speaks of one package.
    known: BTreeMap<(usize, usize), Before>,
    /// The score that was last told, in hundredths, by the number of the advisory.
    told: BTreeMap<usize, u32>,
    waivers: BTreeSet<(EventKind, String)>,
}

impl Naive {
    pub(crate) fn day(&mut self, world: &World) -> Vec<Told> {
        let mut events = self.scores(world);
        for (flaw, advisory) in world.advisories.iter().enumerate() {
            let is_waived =
                world.waivers.iter().any(|own| own.id == advisory.id && world.day < own.end);
            for (number, product) in world.products.iter().enumerate() {
                let version = product.get(&advisory.package).copied();
                let key = (number, flaw);
                events.extend(self.one(world, key, (version, is_waived)));
            }
        }
        events.extend(self.ends(world));
        events
    }

    fn one(
        &mut self,
        world: &World,
        key: (usize, usize),
        (version, is_waived): (Option<u32>, bool),
    ) -> Vec<Told> {
        let advisory = &world.advisories[key.1];
        let before = self.known.get(&key).copied();
        let is_hit = version.is_some_and(|version| advisory.covers(version));
        let is_open = is_hit && !is_waived;
        let cause = match world.change() {
            Change::Document => "document changed",
            Change::Data => "data changed",
            Change::Policy => "policy changed",
            Change::Nothing => "time passed",
        };
        let told = |kind| told(kind, cause, key.0, advisory);
        let mut events = Vec::new();
        match before {
            None if is_open => events.push(told(EventKind::Introduced)),
            Some(before) if !before.is_open && is_open => events.push(told(EventKind::Reopened)),
            Some(before) if before.is_open && !is_open => {
                let stays = version == Some(before.version);
                let is_withdrawn = advisory.withdrawn && stays;
                events.push(told(match is_withdrawn {
                    true => EventKind::AdvisoryWithdrawn,
                    false => EventKind::Resolved,
                }));
            }
            Some(before) if before.is_open && is_open => {
                let worse = [
                    (advisory.kev && !before.kev, EventKind::KevAdded),
                    (advisory.level > before.level, EventKind::SeverityUp),
                    (advisory.fixed.is_some() && !before.has_fix, EventKind::FixPublished),
                ];
                events.extend(worse.into_iter().filter(|(is, _)| *is).map(|(_, kind)| told(kind)));
            }
            _ => {}
        }
        if let Some(version) = version.filter(|_| is_hit) {
            let now = Before {
                is_open,
                version,
                level: advisory.level,
                kev: advisory.kev,
                has_fix: advisory.fixed.is_some(),
            };
            self.known.insert(key, now);
            self.told.entry(key.1).or_insert(advisory.epss);
        } else if let Some(before) = self.known.get_mut(&key) {
            before.is_open = false;
        }
        events
    }

    /// A score is told when it is ten hundredths above the lowest since it was last told.
    fn scores(&mut self, world: &World) -> Vec<Told> {
        let mut events = Vec::new();
        for (flaw, advisory) in world.advisories.iter().enumerate() {
            let Some(last) = self.told.get_mut(&flaw) else { continue };
            if advisory.epss < *last + 10 {
                *last = (*last).min(advisory.epss);
                continue;
            }
            *last = advisory.epss;
            let open =
                self.known.iter().filter(|((_, own), before)| *own == flaw && before.is_open);
            let cause = "data changed";
            events.extend(
                open.map(|((product, _), _)| told(EventKind::EpssJump, cause, *product, advisory)),
            );
        }
        events
    }

    fn ends(&mut self, world: &World) -> Vec<Told> {
        let mut now = BTreeSet::new();
        for waiver in &world.waivers {
            let about =
                format!("waiver {} for every component until {}", waiver.id, World::end_of(waiver));
            if waiver.end <= world.day {
                now.insert((EventKind::WaiverExpired, about));
            } else if waiver.end <= world.day + 14 {
                now.insert((EventKind::WaiverExpiring, about));
            }
        }
        let new = now.difference(&self.waivers).cloned();
        let told = new.map(|(kind, about)| Told {
            kind,
            cause: "time passed",
            product: String::new(),
            about,
            flaw: String::new(),
        });
        let told = told.collect();
        self.waivers = now;
        told
    }
}

fn told(kind: EventKind, cause: &'static str, product: usize, advisory: &Advisory) -> Told {
    Told {
        kind,
        cause,
        product: format!("p{product:03}"),
        about: format!("Maven {}", advisory.package),
        flaw: advisory.id.clone(),
    }
}
