//! SPDX 2.x in JSON, and in YAML, which is read as the JSON that it stands for.

use super::model::Spdx;
use super::sbom;
use crate::ingest::document::ReadError;
use crate::ingest::json::read_as;
use crate::inventory::Format;
use crate::review::sbom::Sbom;

/// Reads one document.
pub(in crate::review::sbom) fn read(text: &str, format: Format) -> Result<Sbom, ReadError> {
    let (spdx, oddities) = read_as::<Spdx<'_>>(text)?;
    sbom(format, &spdx, oddities)
}
