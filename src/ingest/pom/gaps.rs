//! What a POM leads to and nobody could read: more may come in by it.

use super::Writer;
use crate::inventory::Gaps;

impl Writer<'_> {
    /// What is out of reach, by group and artifact: a newer version that is out of reach, too, is the
    /// same gap.
    pub(super) fn gaps(&self) -> Gaps {
        let found = &self.resolution.dependencies;
        let found = found.iter().filter(|one| one.gap.is_some() || self.identity(one).is_err());
        let asked = self.resolution.unresolved.iter().map(|one| &one.artifact);
        let artifacts = found.map(|one| &one.artifact).chain(asked);
        let artifacts = artifacts.map(|one| format!("{}:{}", one.group, one.artifact));
        let models = self.effective.missing.iter().map(|missing| without_version(&missing.label));
        let declared = &self.effective.dependencies;
        let versionless = declared.iter().filter(|one| one.coordinates().is_none()).map(|one| {
            let [group, artifact, ..] = one.key();
            format!("{group}:{artifact}")
        });
        let mut parts: Vec<String> = artifacts.chain(models).chain(versionless).collect();
        parts.sort();
        parts.dedup();
        Gaps { parts, is_cut: self.resolution.is_cut }
    }
}

/// `group:artifact` of `group:artifact:version`.
fn without_version(label: &str) -> String {
    label.split(':').take(2).collect::<Vec<_>>().join(":")
}
