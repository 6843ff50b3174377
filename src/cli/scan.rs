//! `bomvet scan`: read, judge, report, gate.

use super::args::ScanArgs;
use super::{Failure, output, settings};
use crate::ingest;
use crate::judge::gate::Class;
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
    if !(args.quiet && args.format == ReportFormat::Table) {
        class = class.max(output::to_stdout(&report, args));
    }
    for target in &args.output {
        class = class.max(output::to_file(&report, args, target));
    }
    // the process ends here: giving back every string one by one would only take time
    std::mem::forget((database, audit));
    Ok(class)
}

fn pass_over(args: &ScanArgs, files: &[std::path::PathBuf]) {
    if args.verbose {
        for path in files {
            let path = plain(&path.display().to_string());
            eprintln!("passed over: {path} is no bill of materials");
        }
    }
}
