//! `bomvet audit draft`: the report of a stage, to be finished by people.

use super::args::DraftArgs;
use super::clocks::Memory;
use super::{Rules, entries, now, stage, subject};
use crate::audit::clock::{Told, evaluate_stage, register};
use crate::cli::{Failure, output, settings};
use crate::judge::gate::Class;
use crate::report::audit::draft;

pub(super) fn run(args: &DraftArgs) -> Result<Class, Failure> {
    let now = now(args.data.now)?;
    let rules = Rules::load(args.files.config.as_deref())?;
    let name = subject(&args.subject)?;
    let regime = rules.regime(&args.regime)?;
    let stage = stage(regime, &args.stage)?;
    let path = rules.register(&args.files);
    let mut case =
        register::case(&entries(path.as_deref(), &args.files)?, &name, args.product.as_deref());
    let database = settings::database(&args.data, now)?;
    let told = Told::about(&name, &database, now)?;
    told.offer(&mut case);
    rules.offer(&mut case);
    Memory::open(&args.store, &rules)?.until(now).offer(&mut case);
    let clock = evaluate_stage((regime, stage), &rules.declared, &case, now);
    let text = draft(&clock, &case, &told, now);
    Ok(output::finish(output::print_all(text.as_bytes())))
}
