//! Packages that may not be there: `[[deny]]`.

use serde::Deserialize;

use super::file::{ConfigError, Place};
use crate::purl::Purl;

/// One package that may not be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// A package URL as a pattern: without a version every version.
    pub package: String,
    /// Why.
    pub reason: Option<String>,
    /// Its line in the file.
    pub line: usize,
}

/// One `[[deny]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeniedEntry {
    package: String,
    reason: Option<String>,
}

impl DeniedEntry {
    pub(super) fn denied(&self, place: &Place<'_>, offset: usize) -> Result<Denied, ConfigError> {
        Purl::parse(&self.package).map_err(|error| {
            place.error(offset, format!("deny: \"{}\" is no package URL: {error}", self.package))
        })?;
        let (package, reason) = (self.package.clone(), self.reason.clone());
        Ok(Denied { package, reason, line: place.line(offset) })
    }
}
