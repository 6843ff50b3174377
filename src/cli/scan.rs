//! `bomvet scan`: read, judge, report, gate.

use super::args::ScanArgs;
use super::{Failure, output, settings};
use crate::ingest;
use crate::judge::gate::{Class, Gate};
use crate::pipeline;
use crate::report::model::Report;
use crate::report::{ReportFormat, plain};

pub(super) fn run(args: &ScanArgs) -> Result<Class, Failure> {
    let settings = settings::settings(args)?;
    let now = settings::now(&args.data)?;
    let database = settings::database(&args.data, now)?;
    let mut intake = ingest::read_all(&args.inputs);
    intake.add_evidence(&args.evidence);
    for error in &intake.errors {
        eprintln!("error: {}", plain(&error.to_string()));
    }
    pass_over(args, &intake.passed_over);
    if intake.inventory.inputs.is_empty() {
        // no report: nobody shall take an empty one for a clean one
        return Ok(Class::Input);
    }
    let audit = pipeline::audit(intake, &database, &settings, now);
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

fn pass_over(args: &ScanArgs, files: &[std::path::PathBuf]) {
    if args.verbose {
        for path in files {
            let path = plain(&path.display().to_string());
            eprintln!("passed over: {path} is no bill of materials");
        }
    }
}
