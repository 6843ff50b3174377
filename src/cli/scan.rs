//! `bomvet scan`: read, judge, report, gate.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;
use std::thread::{self, ScopedJoinHandle};

use jiff::Timestamp;

use super::args::ScanArgs;
use super::{Failure, baseline, enrich, maven, output, replay, settings, vex};
use crate::advisory::database::Database;
use crate::advisory::playbook::Playbook;
use crate::config::Settings;
use crate::files::{self, Reach, Why};
use crate::ingest::{self, Intake, Licences};
use crate::judge::gate::{Class, Gate};
use crate::maven::Maven;
use crate::pipeline::{self, Audit, Run, Said};
use crate::report::model::Report;
use crate::report::{ReportFormat, plain};

pub(super) fn run(args: &ScanArgs) -> Result<Class, Failure> {
    if let Some(report) = &args.replay {
        return replay::run(report);
    }
    enrich::check(args)?;
    let previous = baseline::previous(args)?;
    // no report where nothing was read: nobody shall take an empty one for a clean one
    let Some(done) = audit(args)? else { return Ok(Class::Input) };
    let Done { audit, settings, .. } = &done;
    let original = enrich::original(args, &audit.inventory)?;
    let mut report = Report::new(audit, settings);
    report.original = original.as_deref();
    let mut class = audit.gate.class;
    if args.list.is_some() {
        class = reading(&audit.gate);
    }
    match args.list {
        _ if args.format != ReportFormat::Table => {
            class = class.max(output::to_stdout(&report, args));
        }
        _ if args.quiet => {}
        Some(how) => class = class.max(output::list(&audit.inventory, how, args.color)),
        None => class = class.max(output::to_stdout(&report, args)),
    }
    class = class.max(output::to_files(&report, args));
    if let Err(failure) = baseline::write(args, previous.as_ref(), audit) {
        failure.print();
        class = class.max(failure.class);
    }
    // the process ends here: giving back every string one by one would only take time
    std::mem::forget(done);
    Ok(class)
}

/// An audit that was made, with what it was made from.
pub(super) struct Done {
    pub(super) audit: Audit,
    pub(super) settings: Settings,
    /// Kept for those who leave without giving memory back.
    #[expect(dead_code, reason = "dropping it would take time at the end of the process")]
    database: Database,
}

/// Reads and judges what the options name. Nothing where no input could be read: nobody shall take an
/// empty report for a clean one.
pub(super) fn audit(args: &ScanArgs) -> Result<Option<Done>, Failure> {
    audit_by(args, settings::settings(&args.policy)?)
}

/// The same by settings that were made otherwise.
pub(super) fn audit_by(args: &ScanArgs, settings: Settings) -> Result<Option<Done>, Failure> {
    let now = settings::now(args.data.now)?;
    let maven = maven::maven(&args.maven, &settings)?;
    let mut run = Run { arguments: args.arguments(settings.path.as_deref()), files: Vec::new() };
    let statements = vex::given(&args.vex, &mut run)?;
    let known = args.baseline.as_deref();
    let known = known.map(|path| baseline::given(path, &mut run)).transpose()?;
    let (database, mut intake) = data_and_inputs(args, &settings, &maven, now)?;
    intake.add_evidence(&args.evidence);
    for error in &intake.errors {
        eprintln!("error: {}", plain(&error.to_string()));
    }
    pass_over(args, &intake);
    if intake.inventory.inputs.is_empty() {
        return Ok(None);
    }
    let said = Said { statements, baseline: known, run };
    let audit = pipeline::audit(intake, &database, &settings, said, now)?;
    for (_, reason) in audit.gate.reasons.iter().filter(|(class, _)| *class == Class::Data) {
        eprintln!("error: {}", plain(reason));
    }
    Ok(Some(Done { audit, settings, database }))
}

/// The part of the gate's answer that tells whether the inputs could be read.
fn reading(gate: &Gate) -> Class {
    let input = gate.reasons.iter().any(|(class, _)| *class == Class::Input);
    if input { Class::Input } else { Class::Ok }
}

/// The records and the inputs. Neither needs the other, so two threads read them where that is
/// worth a thread.
fn data_and_inputs(
    args: &ScanArgs,
    settings: &Settings,
    maven: &Maven<'_>,
    now: Timestamp,
) -> Result<(Database, Intake), Failure> {
    let data = || settings::corrected(&args.data, settings, now);
    if !args.inputs.iter().any(|input| is_long_to_read(input)) {
        return data().map(|database| (database, read(args, settings, maven)));
    }
    thread::scope(|scope| {
        let thread = thread::Builder::new().spawn_scoped(scope, || {
            let database = data();
            // large inputs rarely have nothing to be asked about
            Playbook::bundled();
            database
        });
        let intake = read(args, settings, maven);
        let database = match thread.map(ScopedJoinHandle::join) {
            Ok(Ok(database)) => database,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // the system gives no more threads
            Err(_) => data(),
        };
        Ok((database?, intake))
    })
}

/// Whether an input takes longer to read than a thread to start: a large file, a folder, a pipe.
fn is_long_to_read(input: &Path) -> bool {
    const LARGE: u64 = 256 * 1024;
    input.as_os_str() == "-" || files::is_folder(input) || files::length(input) >= LARGE
}

/// Reads the inputs, with a counter on the terminal that vanishes at the end.
fn read(args: &ScanArgs, settings: &Settings, maven: &Maven<'_>) -> Intake {
    let reach = if args.no_ignore { Reach::Inside } else { Reach::NotIgnored };
    let counter = Counter::default();
    let tell = |done, of| counter.tell(done, of);
    let shown = !args.no_progress && std::io::stderr().is_terminal();
    let progress = shown.then_some(&tell as &(dyn Fn(usize, usize) + Sync));
    let maven = Some(maven);
    let licences = Licences::where_asked(settings.asks_licences());
    let options =
        ingest::Options { reach, progress, maven, licences, ..ingest::Options::default() };
    let intake = ingest::read_with(&args.inputs, &options);
    counter.clear();
    intake
}

/// One line that counts the files of a folder.
#[derive(Default)]
struct Counter {
    /// The last per cent that was shown, and 0 when nothing was.
    shown: Mutex<usize>,
}

impl Counter {
    /// From how many files on a folder takes long enough to count.
    const MANY: usize = 200;

    fn tell(&self, done: usize, of: usize) {
        let Ok(mut shown) = self.shown.lock() else { return };
        let percent = done * 100 / of.max(1);
        if of >= Self::MANY && percent != *shown && percent > 0 {
            *shown = percent;
            // a counter that cannot be written is no reason to stop
            let _ = write!(std::io::stderr(), "\r{done} of {of} files read");
        }
    }

    fn clear(&self) {
        if self.shown.lock().is_ok_and(|shown| *shown > 0) {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}

fn pass_over(args: &ScanArgs, intake: &Intake) {
    let count = |why| intake.left_out.iter().filter(|(_, own)| *own == why).count();
    let told = |why, what: &str, help: &str| {
        let entries = match count(why) {
            0 => return,
            1 => "1 entry".to_owned(),
            n => format!("{n} entries"),
        };
        eprintln!("note: {entries} not looked at, {what}{help}");
    };
    told(Why::Ignored, "left out by .gitignore", ": --no-ignore reads such entries");
    told(Why::LeadsOut, "links that lead out of the folder", "");
    if args.verbose {
        for path in &intake.passed_over {
            let path = plain(&path.display().to_string());
            eprintln!("passed over: {path} is no bill of materials");
        }
        for (path, why) in &intake.left_out {
            let why = match why {
                Why::Ignored => "left out by .gitignore",
                Why::LeadsOut => "a link that leads out of the folder",
            };
            let path = plain(&path.display().to_string());
            eprintln!("passed over: {path}: {why}");
        }
    }
}
