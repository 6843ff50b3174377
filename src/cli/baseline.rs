//! The baselines of `--baseline` and `--write-baseline`.

use std::path::Path;

use super::args::ScanArgs;
use super::{Failure, given};
use crate::files;
use crate::judge::baseline::{Baseline, Growth, written};
use crate::judge::gate::Class;
use crate::pipeline::{Audit, GivenFile, Run};

/// The baseline of `--baseline`.
pub(super) fn given(path: &Path, run: &mut Run) -> Result<Baseline, Failure> {
    let (baseline, sha256) = read(path)?;
    run.files.push(GivenFile { role: "baseline", path: baseline.path.clone(), sha256 });
    Ok(baseline)
}

/// Reads a baseline, with the digest of its file. One that cannot be used ends the scan: nobody would
/// know what is new.
fn read(path: &Path) -> Result<(Baseline, String), Failure> {
    let failed = |error: String| Failure::new(Class::Config, error);
    let (text, sha256) = given::text(path, "baseline").map_err(failed)?;
    let baseline = Baseline::read(&text, &path.display().to_string())
        .map_err(|error| failed(error.to_string()))?;
    Ok((baseline, sha256))
}

/// The baseline that is to be written, as it is now: read before the scan, so that a damaged one costs
/// nobody a scan.
pub(super) fn previous(args: &ScanArgs) -> Result<Option<Baseline>, Failure> {
    let there = args.write_baseline.as_deref().filter(|path| files::is_file(path));
    there.map(|path| read(path).map(|(baseline, _)| baseline)).transpose()
}

/// Writes the baseline of `--write-baseline`, and tells what changed in it. A scan that could not judge
/// everything writes none: what it did not see would be gone.
pub(super) fn write(
    args: &ScanArgs,
    previous: Option<&Baseline>,
    audit: &Audit,
) -> Result<(), Failure> {
    let Some(path) = &args.write_baseline else { return Ok(()) };
    let name = path.display();
    if audit.gate.class > Class::Gate {
        let message = format!("baseline {name} was not written: the scan has no verdict");
        return Err(Failure::new(audit.gate.class, message));
    }
    let growth = if args.grow_baseline { Growth::Grow } else { Growth::Shrink };
    let failed = |error: &dyn std::fmt::Display| {
        Failure::new(Class::Output, format!("could not write {error}"))
    };
    let findings = (audit.judged.as_slice(), &audit.inventory);
    let (text, tally) =
        written(previous, growth, findings, audit.now).map_err(|error| failed(&error))?;
    files::write(path, text.as_bytes()).map_err(|error| failed(&error))?;
    let left_out = match tally.left_out {
        0 => String::new(),
        n => format!("; {n} open or graver NOT added (--grow-baseline adds them)"),
    };
    eprintln!(
        "note: baseline {name}: {} kept, {} dropped, {} added{left_out}",
        tally.kept, tally.dropped, tally.added
    );
    Ok(())
}
