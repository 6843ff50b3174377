//! `bomvet audit draft`: the report of a stage, to be finished by people.

use super::args::DraftArgs;
use super::{Rules, config, entries, now, subject};
use crate::audit::clock::{Told, draft, evaluate_all, register};
use crate::cli::{Failure, output, settings};
use crate::judge::gate::Class;

pub(super) fn run(args: &DraftArgs) -> Result<Class, Failure> {
    let now = now(args.data.now)?;
    let rules = Rules::load(args.files.config.as_deref())?;
    let name = subject(&args.subject)?;
    let regime = rules.regimes.iter().find(|regime| regime.id == args.regime);
    let regime = regime.ok_or_else(|| {
        config(format!("there is no regime \"{}\"", args.regime))
            .with_help("see `bomvet audit regimes`")
    })?;
    let path = rules.register(&args.files);
    let mut case =
        register::case(&entries(path.as_deref(), &args.files)?, &name, args.product.as_deref());
    let database = settings::database(&args.data, now)?;
    let told = Told::about(&name, &database, now)?;
    told.offer(&mut case);
    rules.offer(&mut case);
    let clocks = evaluate_all(regime, &rules.declared, &case, now);
    let clock = clocks.into_iter().find(|clock| clock.stage.id == args.stage);
    let clock = clock.ok_or_else(|| {
        let known: Vec<&str> = regime.stages.iter().map(|stage| stage.id.as_str()).collect();
        let known = known.join(", ");
        config(format!("{} has no stage \"{}\"; it has: {known}", regime.id, args.stage))
    })?;
    let text = draft(&clock, &case, &told, now);
    Ok(output::finish(output::print_all(text.as_bytes())))
}
