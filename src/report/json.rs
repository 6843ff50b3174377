//! The JSON report, `bomvet.report/1`.

use std::io::{self, Write};

use super::model::Report;

/// Writes one document and a line end.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report).map_err(io::Error::from)?;
    out.write_all(b"\n")
}
