//! Which archives one class loader may ask.
//!
//! Removing `JndiLookup.class` from one archive helps nothing while the class loader finds it in
//! another: in an archive beside it, around it, or beside one that is around it.

use std::collections::HashMap;

use crate::inventory::{Component, Fact};

/// Takes back what an archive without the class seems to show, where one of the holders has it within
/// the reach of the same class loader. Archives are named as reports call them.
pub(in crate::ingest) fn share_class_loaders(components: &mut [Component], holders: &[String]) {
    if holders.is_empty() {
        return;
    }
    let reach = Reach::of(holders);
    for fact in components.iter_mut().flat_map(|component| &mut component.facts) {
        let Fact::JndiLookupAbsent { archive, .. } = fact else { continue };
        if let Some(holder) = reach.holder(archive) {
            let (archive, holder) = (std::mem::take(archive), holder.to_owned());
            *fact = Fact::JndiLookupElsewhere { archive, holder };
        }
    }
}

/// The holders, by the place in which every archive may ask them.
struct Reach<'h>(HashMap<&'h str, &'h str>);

impl<'h> Reach<'h> {
    fn of(holders: &'h [String]) -> Self {
        let mut places = HashMap::new();
        for holder in holders {
            places.entry(holder.as_str()).or_insert(holder.as_str());
            places.entry(around(holder)).or_insert(holder.as_str());
        }
        Self(places)
    }

    /// The holder that the class loader of an archive may ask.
    fn holder(&self, archive: &str) -> Option<&'h str> {
        let outer = archive.match_indices("!/").map(|(at, _)| &archive[..at]);
        outer.chain([around(archive)]).find_map(|place| self.0.get(place).copied())
    }
}

/// What stands around an archive: the archive that holds it, else its folder with the last slash. A
/// folder reaches the archives that lie in it, and not what is in those: each may be an application.
fn around(archive: &str) -> &str {
    match archive.rsplit_once("!/") {
        Some((outer, _)) => outer,
        None => &archive[..archive.rfind(['/', '\\']).map_or(0, |at| at + 1)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_share_a_class_loader_with_those_beside_and_around() {
        let core = "all.ear!/a.war!/WEB-INF/lib/core.jar";
        for (holder, archive, shared) in [
            ("all.ear!/a.war!/WEB-INF/lib/other.jar", core, true),
            ("all.ear!/a.war", core, true),
            ("all.ear!/lib/shared.jar", core, true),
            ("all.ear", core, true),
            ("all.ear!/b.war!/WEB-INF/lib/core.jar", core, false),
            ("all.ear!/lib/core.jar", "all.ear", false),
            ("lib/other.jar", "lib/core.jar", true),
            ("other.jar", "core.jar", true),
            ("lib/other.jar", "core.jar", false),
            ("other.jar", core, false),
        ] {
            let holders = [holder.to_owned()];
            assert_eq!(Reach::of(&holders).holder(archive), shared.then_some(holder), "{holder}");
        }
    }
}
