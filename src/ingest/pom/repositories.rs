//! What a document tells about remote repositories: each fact once.

use std::collections::BTreeMap;

use super::shortened;
use crate::maven::Trouble;

/// A sentence for each fact; files without a digest are named together.
pub(super) fn told(troubles: &[Trouble]) -> Vec<String> {
    let mut undigested: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for trouble in troubles {
        if let Trouble::NoDigest { repository, place } = trouble {
            undigested.entry(repository).or_default().push(place.clone());
        }
    }
    undigested.retain(|_, places| places.len() > 1);
    let alone = troubles.iter().filter(|trouble| match trouble {
        Trouble::NoDigest { repository, .. } => !undigested.contains_key(repository.as_str()),
        _ => true,
    });
    let together = undigested.iter().map(|(repository, places)| {
        let (count, places) = (places.len(), shortened(places));
        format!("repository {repository} has no digests to check {count} files by: {places}")
    });
    alone.map(ToString::to_string).chain(together).collect()
}
