//! `bomvet diff`: what came, went and changed between two sets of documents.

use std::io;
use std::path::PathBuf;

use super::args::{DiffArgs, DiffFormat};
use super::{Failure, maven, output, settings};
use crate::ingest;
use crate::inventory::{Inventory, diff};
use crate::judge::gate::Class;
use crate::maven::Maven;
use crate::report;

pub(super) fn run(args: &DiffArgs) -> Result<Class, Failure> {
    if [&args.old, &args.new].iter().all(|path| path.as_os_str() == "-") {
        return Err(Failure::new(Class::Config, "standard input can be one side alone"));
    }
    let maven = maven::maven(&args.maven, &settings::configured(None)?)?;
    let (old, new) = (read(&args.old, &maven), read(&args.new, &maven));
    // half of a side would show what is missing as removed
    let (Some(old), Some(new)) = (old, new) else { return Ok(Class::Input) };
    let diffs = diff::compare(&old, &new);
    let mut bytes = Vec::new();
    let made = match args.format {
        DiffFormat::Table => report::diff::table(&diffs, &mut bytes),
        DiffFormat::Json => report::diff::json(&diffs, &mut bytes),
    };
    let written = output::finish(made.and_then(|()| print(&bytes, args)));
    let differs = diffs.iter().any(|diff| !diff.is_empty());
    let class = if args.exit_code && differs { Class::Gate } else { Class::Ok };
    Ok(class.max(written))
}

fn print(bytes: &[u8], args: &DiffArgs) -> io::Result<()> {
    output::print(bytes, args.color)
}

/// All documents of a side; `None` when one of them could not be read.
fn read(path: &PathBuf, maven: &Maven<'_>) -> Option<Inventory> {
    let options = ingest::Options { maven: Some(maven), ..ingest::Options::default() };
    let intake = ingest::read_with(std::slice::from_ref(path), &options);
    for error in &intake.errors {
        eprintln!("error: {error}");
    }
    intake.errors.is_empty().then_some(intake.inventory)
}
