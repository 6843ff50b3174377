//! `bomvet diff`: what came, went and changed between two sets of documents, and what that means.

use std::path::PathBuf;

use super::args::{DiffArgs, DiffFormat};
use super::{Failure, maven, output, settings, vex};
use crate::config::Rule;
use crate::ingest::{self, Intake, Licences};
use crate::judge::gate::Class;
use crate::judge::vex::Statement;
use crate::maven::Maven;
use crate::pipeline::{self, Audit, Run};
use crate::report::{self, plain};
use crate::review::change::{self, Side};
use crate::review::delivery;

pub(super) fn run(args: &DiffArgs) -> Result<Class, Failure> {
    if [&args.old, &args.new].iter().all(|path| path.as_os_str() == "-") {
        return Err(Failure::new(Class::Config, "standard input can be one side alone"));
    }
    let mut settings = settings::configured(args.config.as_deref())?;
    // a difference is told and closes no gate
    settings.gate.fail_on = vec![Rule::Never];
    let now = settings::now(args.data.now)?;
    let maven = maven::maven(&args.maven, &settings)?;
    let given = vex::given(&args.vex, &mut Run::default())?;
    let (old, new) = (read(&args.old, &maven), read(&args.new, &maven));
    // half of a side would show what is missing as removed
    let (Some(old), Some(new)) = (old, new) else { return Ok(Class::Input) };
    let database = settings::corrected(&args.data, &settings, now)?;
    let judged = |intake: Intake| -> Result<(Audit, Vec<Statement>), Failure> {
        let statements = delivery::list("", &[], &intake).statements;
        Ok((pipeline::audit(intake, &database, &settings, given.clone(), now)?, statements))
    };
    let (old, new) = (judged(old)?, judged(new)?);
    let side = |(audit, statements)| Side { audit, statements, checks: &[] };
    let change = change::compare(side((&old.0, &old.1)), side((&new.0, &new.1)));
    let class = if args.exit_code && !change.is_empty() { Class::Gate } else { Class::Ok };
    Ok(class.max(print(&change, args)).max(doubts([&old.0, &new.0])))
}

fn print(change: &change::Change<'_>, args: &DiffArgs) -> Class {
    let mut bytes = Vec::new();
    let made = match args.format {
        DiffFormat::Table => report::diff::table(change, &mut bytes),
        DiffFormat::Json => report::diff::json(change, &mut bytes),
    };
    output::finish(made.and_then(|()| output::print(&bytes, args.color)))
}

/// Data that may not be used leaves findings that may be wrong.
fn doubts(audits: [&Audit; 2]) -> Class {
    let reasons = audits.iter().flat_map(|audit| &audit.gate.reasons);
    let mut texts: Vec<&str> = reasons
        .filter(|(class, _)| *class == Class::Data)
        .map(|(_, reason)| reason.as_str())
        .collect();
    texts.dedup();
    for text in &texts {
        eprintln!("error: {}", plain(text));
    }
    if texts.is_empty() { Class::Ok } else { Class::Data }
}

/// All documents of a side; `None` when one of them could not be read.
fn read(path: &PathBuf, maven: &Maven<'_>) -> Option<Intake> {
    let options = ingest::Options {
        maven: Some(maven),
        licences: Licences::Read,
        ..ingest::Options::default()
    };
    let intake = ingest::read_with(std::slice::from_ref(path), &options);
    for error in &intake.errors {
        eprintln!("error: {error}");
    }
    intake.errors.is_empty().then_some(intake)
}
