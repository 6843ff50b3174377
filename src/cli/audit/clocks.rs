//! `bomvet audit clocks`: what is owed by when.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::args::{ClocksArgs, ClocksFormat, WhereArgs};
use super::run::{failure, path as store_path};
use super::store_args::StoreArgs;
use super::{Rules, entries, now, subject};
use crate::advisory::database::Database;
use crate::audit::clock::{Case, Clock, History, State, Told, evaluate, register};
use crate::audit::store::{Detection, Sqlite, Store, StoreError};
use crate::cli::args::DataArgs;
use crate::cli::{Failure, output, settings};
use crate::judge::gate::Class;
use crate::report::audit::clocks::{Page, json, sort, table};

pub(super) fn run(args: &ClocksArgs) -> Result<Class, Failure> {
    let now = now(args.data.now)?;
    let rules = Rules::load(args.files.config.as_deref())?;
    let memory = Memory::open(&args.store, &rules)?;
    let page = page(&rules, &args.subjects, (&args.files, &args.data, &memory), now)?;
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

/// What audits found, and when first.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// The store; none where no audit was run yet.
    path: Option<PathBuf>,
    detections: Vec<Detection>,
}

impl Memory {
    /// Asks the store. One that an option names must be there; without any, only the register speaks.
    pub(super) fn open(args: &StoreArgs, rules: &Rules) -> Result<Self, Failure> {
        let path = store_path(args.store.as_deref(), &rules.settings);
        match Sqlite::open(&path) {
            Err(StoreError::Missing { .. }) if args.store.is_none() => Ok(Self::default()),
            opened => Self::of(path, &opened.map_err(failure)?),
        }
    }

    pub(super) fn of(path: PathBuf, store: &dyn Store) -> Result<Self, Failure> {
        let detections = store.detections().map_err(failure)?;
        Ok(Self { path: Some(path), detections })
    }

    pub(super) fn until(&self, now: Timestamp) -> History<'_> {
        History::until(now, &self.detections)
    }
}

/// The clocks of these flaws and incidents; or of all that the register names, with those that have
/// begun of what audits found.
pub(super) fn page<'r>(
    rules: &'r Rules,
    subjects: &[String],
    (files, data, memory): (&WhereArgs, &DataArgs, &Memory),
    now: Timestamp,
) -> Result<Page<'r>, Failure> {
    let path = rules.register(files);
    let mut cases = register::cases(&entries(path.as_deref(), files)?);
    let history = memory.until(now);
    let mut found = history.cases(&cases);
    if !subjects.is_empty() {
        let asked = subjects.iter().map(|text| subject(text)).collect::<Result<Vec<_>, _>>()?;
        cases.retain(|case| asked.contains(&case.subject));
        found.retain(|case| asked.contains(&case.subject));
        for name in asked {
            if !cases.iter().chain(&found).any(|case| case.subject == name) {
                cases.push(Case::new(&name));
            }
        }
    }
    let database = settings::database(data, now)?;
    let mut look = Look { rules, history, told: BTreeMap::new(), now };
    let mut clocks = look.all(&mut cases, &database)?;
    let begun = look.all(&mut found, &database)?.into_iter();
    clocks.extend(begun.filter(|clock| !subjects.is_empty() || clock.basis.is_some()));
    sort(&mut clocks);
    Ok(Page {
        clocks,
        regimes: &rules.regimes,
        declared: &rules.declared,
        now,
        register: path.map(|path| path.display().to_string()),
        history: memory.path.as_ref().map(|path| path.display().to_string()),
    })
}

/// The clocks of all that the register of the configuration names, by what was entered alone.
pub(super) fn of_register<'r>(
    rules: &'r Rules,
    database: &Database,
    now: Timestamp,
) -> Result<Vec<Clock<'r>>, Failure> {
    let files = WhereArgs { register: None, config: None };
    let entries = entries(rules.register(&files).as_deref(), &files)?;
    let mut look = Look { rules, history: History::default(), told: BTreeMap::new(), now };
    let mut clocks = look.all(&mut register::cases(&entries), database)?;
    sort(&mut clocks);
    Ok(clocks)
}

/// Looks at cases; what the data tells of a flaw is asked once for all products.
struct Look<'r, 'm> {
    rules: &'r Rules,
    history: History<'m>,
    told: BTreeMap<String, Told>,
    now: Timestamp,
}

impl<'r> Look<'r, '_> {
    fn all(&mut self, cases: &mut [Case], database: &Database) -> Result<Vec<Clock<'r>>, Failure> {
        let mut clocks = Vec::new();
        for case in cases {
            if !self.told.contains_key(&case.subject) {
                let told = Told::about(&case.subject, database, self.now)?;
                self.told.insert(case.subject.clone(), told);
            }
            self.told.get(&case.subject).into_iter().for_each(|told| told.offer(case));
            self.rules.offer(case);
            self.history.offer(case);
            let Rules { regimes, declared, .. } = self.rules;
            clocks.extend(evaluate(regimes, declared, case, self.now));
        }
        Ok(clocks)
    }
}
