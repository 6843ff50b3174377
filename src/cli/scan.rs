//! `bomvet scan`: read, judge, report, gate.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

use super::args::ScanArgs;
use super::{Failure, output, settings};
use crate::files::{Reach, Why};
use crate::ingest::{self, Intake};
use crate::judge::gate::{Class, Gate};
use crate::pipeline;
use crate::report::model::Report;
use crate::report::{ReportFormat, plain};

pub(super) fn run(args: &ScanArgs) -> Result<Class, Failure> {
    let settings = settings::settings(args)?;
    let now = settings::now(args.data.now)?;
    let database = settings::corrected(&args.data, &settings, now)?;
    let mut intake = read(args);
    intake.add_evidence(&args.evidence);
    for error in &intake.errors {
        eprintln!("error: {}", plain(&error.to_string()));
    }
    pass_over(args, &intake);
    if intake.inventory.inputs.is_empty() {
        // no report: nobody shall take an empty one for a clean one
        return Ok(Class::Input);
    }
    let audit = pipeline::audit(intake, &database, &settings, now)?;
    for (_, reason) in audit.gate.reasons.iter().filter(|(class, _)| *class == Class::Data) {
        eprintln!("error: {}", plain(reason));
    }
    let report = Report::new(&audit, &settings);
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
    for target in &args.output {
        class = class.max(output::to_file(&report, args, target));
    }
    // the process ends here: giving back every string one by one would only take time
    std::mem::forget((database, audit));
    Ok(class)
}

/// The part of the gate's answer that tells whether the inputs could be read.
fn reading(gate: &Gate) -> Class {
    let input = gate.reasons.iter().any(|(class, _)| *class == Class::Input);
    if input { Class::Input } else { Class::Ok }
}

/// Reads the inputs, with a counter on the terminal that vanishes at the end.
fn read(args: &ScanArgs) -> Intake {
    let reach = if args.no_ignore { Reach::Inside } else { Reach::NotIgnored };
    let counter = Counter::default();
    let tell = |done, of| counter.tell(done, of);
    let shown = !args.no_progress && std::io::stderr().is_terminal();
    let progress = shown.then_some(&tell as &(dyn Fn(usize, usize) + Sync));
    let options = ingest::Options { reach, progress, ..ingest::Options::default() };
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
