//! The VEX documents of `--vex`.

use std::path::PathBuf;

use super::Failure;
use crate::files;
use crate::ingest::text;
use crate::judge::gate::Class;
use crate::judge::vex::{Origin, Source, Statement, read};
use crate::pipeline::{GivenFile, Run};

/// Reads every document that was given. One that cannot be used ends the scan: its statements might have
/// kept a finding open.
pub(super) fn given(paths: &[PathBuf], run: &mut Run) -> Result<Vec<Statement>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        let failed = |cause: String| Failure::new(Class::Config, cause);
        let unreadable =
            |cause: &dyn std::fmt::Display| failed(format!("could not read VEX document {cause}"));
        let bytes = files::read(path).map_err(|error| unreadable(&error))?;
        let name = path.display().to_string();
        let sha256 = files::sha256([&*bytes]);
        run.files.push(GivenFile { role: "vex", path: name.clone(), sha256 });
        let text = text::decode(&bytes)
            .map_err(|error| unreadable(&format!("{name}: {}", error.cause)))?;
        let source = Source { path: &name, origin: Origin::Given };
        all.extend(read(&text, source).map_err(|error| failed(error.to_string()))?);
    }
    Ok(all)
}
