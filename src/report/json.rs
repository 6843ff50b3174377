//! The JSON report, `bomvet.report/1`.

use std::io::{self, Write};

use serde::Serialize;

use super::model::Report;

/// Writes one document and a line end.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    pretty(report, out)
}

/// Writes any value and a line end.
pub(super) fn pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    // made whole first: a writer behind a pointer would be asked for every bracket
    let mut bytes = serde_json::to_vec_pretty(value).map_err(io::Error::from)?;
    bytes.push(b'\n');
    out.write_all(&bytes)
}
