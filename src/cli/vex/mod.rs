//! VEX documents: those of `--vex`, `bomvet vex create`, `bomvet vex check`.

pub(super) mod args;
mod check;
mod create;

use std::path::{Path, PathBuf};

use super::{Failure, given};
use crate::judge::gate::Class;
use crate::judge::vex::{Origin, Source, Statement, read};
use crate::pipeline::{GivenFile, Run};
use args::{VexArgs, VexCommand};

pub(super) fn run(args: VexArgs) -> Result<Class, Failure> {
    match args.command {
        VexCommand::Create(create) => create::run(*create),
        VexCommand::Check(check) => check::run(&check),
    }
}

/// Reads every document that was given. One that cannot be used ends the scan: its statements might have
/// kept a finding open.
pub(super) fn given(paths: &[PathBuf], run: &mut Run) -> Result<Vec<Statement>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        let (text, sha256) = text_of(path)?;
        let name = path.display().to_string();
        run.files.push(GivenFile { role: "vex", path: name.clone(), sha256 });
        let source = Source { path: &name, origin: Origin::Given };
        all.extend(read(&text, source).map_err(|error| Failure::new(Class::Config, error))?);
    }
    Ok(all)
}

/// The text of a VEX document and the digest of its bytes.
fn text_of(path: &Path) -> Result<(String, String), Failure> {
    given::text(path, "VEX document").map_err(|error| Failure::new(Class::Config, error))
}
