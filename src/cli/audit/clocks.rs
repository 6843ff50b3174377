//! `bomvet audit clocks`: what is owed by when.

use jiff::Timestamp;

use super::args::{ClocksArgs, ClocksFormat, WhereArgs};
use super::{Rules, entries, now, subject};
use crate::advisory::database::Database;
use crate::audit::clock::{Case, Clock, State, Told, evaluate, register};
use crate::cli::args::DataArgs;
use crate::cli::{Failure, output, settings};
use crate::judge::gate::Class;
use crate::report::audit::clocks::{Page, json, sort, table};

pub(super) fn run(args: &ClocksArgs) -> Result<Class, Failure> {
    let now = now(args.data.now)?;
    let rules = Rules::load(args.files.config.as_deref())?;
    let page = page(&rules, &args.subjects, (&args.files, &args.data), now)?;
    let is_overdue = page.clocks.iter().any(|one| matches!(one.state, State::Overdue { .. }));
    let mut bytes = Vec::new();
    let made = match args.format {
        ClocksFormat::Table => table(&page, &mut bytes),
        ClocksFormat::Json => json(&page, &mut bytes),
    };
    let written = output::finish(made.and_then(|()| match args.format {
        ClocksFormat::Table => output::print(&bytes, args.color),
        ClocksFormat::Json => output::print_all(&bytes),
    }));
    let class = if args.exit_code && is_overdue { Class::Gate } else { Class::Ok };
    Ok(class.max(written))
}

/// The clocks of these flaws and incidents, or of all that the register names.
pub(super) fn page<'r>(
    rules: &'r Rules,
    subjects: &[String],
    (files, data): (&WhereArgs, &DataArgs),
    now: Timestamp,
) -> Result<Page<'r>, Failure> {
    let path = rules.register(files);
    let mut cases = register::cases(&entries(path.as_deref(), files)?);
    if !subjects.is_empty() {
        let asked = subjects.iter().map(|text| subject(text)).collect::<Result<Vec<_>, _>>()?;
        cases.retain(|case| asked.contains(&case.subject));
        for name in asked {
            if !cases.iter().any(|case| case.subject == name) {
                cases.push(Case::new(&name));
            }
        }
    }
    let database = settings::database(data, now)?;
    Ok(Page {
        clocks: clocks(rules, cases, &database, now)?,
        regimes: &rules.regimes,
        declared: &rules.declared,
        now,
        register: path.map(|path| path.display().to_string()),
    })
}

/// The clocks of all that the register of the configuration names.
pub(super) fn of_register<'r>(
    rules: &'r Rules,
    database: &Database,
    now: Timestamp,
) -> Result<Vec<Clock<'r>>, Failure> {
    let files = WhereArgs { register: None, config: None };
    let entries = entries(rules.register(&files).as_deref(), &files)?;
    clocks(rules, register::cases(&entries), database, now)
}

fn clocks<'r>(
    rules: &'r Rules,
    mut cases: Vec<Case>,
    database: &Database,
    now: Timestamp,
) -> Result<Vec<Clock<'r>>, Failure> {
    let mut clocks = Vec::new();
    for case in &mut cases {
        Told::about(&case.subject, database, now)?.offer(case);
        rules.offer(case);
        clocks.extend(evaluate(&rules.regimes, &rules.declared, case, now));
    }
    sort(&mut clocks);
    Ok(clocks)
}
