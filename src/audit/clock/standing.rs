//! Which regimes count: what people declare about themselves, and what holds at the time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::regime::{Conflict, Regime, Status};

/// What people say about themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// What they are.
    pub roles: Vec<String>,
    /// Where they sell or work.
    pub markets: Vec<String>,
    /// Regimes that count although they are marked, and with what is only recalled.
    pub on: Vec<String>,
    /// Regimes that do not count.
    pub off: Vec<String>,
}

/// Whether a regime counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    On,
    /// It would, if this were declared: in words.
    MayApply(String),
    /// It does not, for this reason.
    Off(String),
}

impl Declared {
    /// Sees to it that every name is one that some regime knows: a role with a typing mistake would
    /// silently turn duties off.
    ///
    /// # Errors
    /// With the first name that is unknown and those that are known.
    pub fn check(&self, regimes: &[Regime]) -> Result<(), String> {
        let ids: Vec<&str> = regimes.iter().map(|regime| regime.id.as_str()).collect();
        let roles = names(regimes, |regime| &regime.roles);
        let markets = names(regimes, |regime| &regime.markets);
        for (what, given, known) in [
            ("role", &self.roles, &roles),
            ("market", &self.markets, &markets),
            ("regime", &self.on, &ids),
            ("regime", &self.off, &ids),
        ] {
            if let Some(name) = given.iter().find(|name| !known.contains(&name.as_str())) {
                let known = known.join(", ");
                return Err(format!("no regime knows the {what} \"{name}\"; known: {known}"));
            }
        }
        Ok(())
    }

    /// Whether a regime counts at a time.
    #[must_use]
    pub fn standing(&self, regime: &Regime, now: Timestamp) -> Standing {
        if self.off.contains(&regime.id) {
            return Standing::Off("turned off by audit.off".to_owned());
        }
        if let Some(reason) = self.reason_against(regime, now) {
            return Standing::Off(reason);
        }
        let role = concerns(&regime.roles, &self.roles);
        let market = concerns(&regime.markets, &self.markets);
        if role && market {
            return Standing::On;
        }
        let list = |names: &[String]| names.join(" or ");
        let words = [
            (!role).then(|| format!("role {}", list(&regime.roles))),
            (!market).then(|| format!("market {}", list(&regime.markets))),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        Standing::MayApply(words.join(" and "))
    }

    /// Whether the user named it to be on: then it counts with all that is marked.
    #[must_use]
    pub fn names(&self, regime: &Regime) -> bool {
        self.on.contains(&regime.id)
    }

    fn reason_against(&self, regime: &Regime, now: Timestamp) -> Option<String> {
        if self.names(regime) {
            return None;
        }
        let day = TimeZone::UTC.to_datetime(now).date();
        match regime.status {
            Status::Disputed => {
                Some("disputed: sources do not agree that it is in force".to_owned())
            }
            Status::Bill => Some("a bill: no law in any source read".to_owned()),
            Status::Unsourced => Some("its number is from memory: no source was read".to_owned()),
            _ if regime.until.is_some_and(|until| day >= until) => Some(regime.force()),
            _ => regime.from.filter(|from| day < *from).map(|from| format!("begins on {from}")),
        }
    }
}

/// The regimes that count and of which one may forbid what another asks for.
#[must_use]
pub fn conflicts<'r>(
    regimes: &'r [Regime],
    declared: &Declared,
    now: Timestamp,
) -> Vec<(&'r Regime, &'r Conflict)> {
    let is_on = |regime: &&Regime| declared.standing(regime, now) == Standing::On;
    let on: Vec<&Regime> = regimes.iter().filter(is_on).collect();
    let all = on.iter().flat_map(|regime| regime.conflicts.iter().map(|one| (*regime, one)));
    let meets = |one: &Conflict| on.iter().any(|other| one.with.contains(&other.id));
    let mut found: Vec<(&Regime, &Conflict)> = all.filter(|(_, one)| meets(one)).collect();
    // told once, though each side names the other
    let named: Vec<&str> = found.iter().map(|(regime, _)| regime.id.as_str()).collect();
    let first = |regime: &Regime, one: &Conflict| {
        let others = one.with.iter().filter(|id| named.contains(&id.as_str()));
        others.into_iter().all(|other| regime.id < *other)
    };
    found.retain(|(regime, one)| first(regime, one));
    found
}

fn names<'r>(regimes: &'r [Regime], of: impl Fn(&'r Regime) -> &'r Vec<String>) -> Vec<&'r str> {
    let mut all: Vec<&str> = Vec::new();
    for regime in regimes {
        all.extend(of(regime).iter().map(String::as_str));
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn concerns(asked: &[String], declared: &[String]) -> bool {
    asked.is_empty() || asked.iter().any(|name| declared.contains(name))
}
