//! `bomvet vex create`: the audit of a scan, of which only the statements are written.

use clap::{Args as _, FromArgMatches as _};

use super::args::CreateArgs;
use crate::cli::args::{PolicyArgs, ScanArgs};
use crate::cli::scan::{self, Done};
use crate::cli::{Failure, output, settings};
use crate::judge::gate::Class;
use crate::report;
use crate::report::model::Report;

pub(super) fn run(args: CreateArgs) -> Result<Class, Failure> {
    let format = args.format.report();
    let (target, author) = (args.output.clone(), args.author.clone());
    let scan = scan_args(args)?;
    let mut settings = settings::settings(&scan.policy)?;
    if let Some(author) = author.map(|author| author.trim().to_owned()) {
        if author.is_empty() {
            return Err(Failure::new(Class::Config, "--author is empty"));
        }
        settings.issuer.author = Some(author);
    }
    let Some(done) = scan::audit_by(&scan, settings)? else {
        return Ok(Class::Input);
    };
    let Done { audit, settings, .. } = &done;
    // open findings are no fault of a document that states something of others
    let classes = audit.gate.reasons.iter().map(|(class, _)| *class);
    let class = classes.filter(|class| *class != Class::Gate).max().unwrap_or(Class::Ok);
    let report = Report::new(audit, settings);
    let obstacle = report::obstacle_to_statements(&report, format);
    let written = output::document(obstacle, target.as_deref(), None, |out| {
        report::write_statements(&report, format, out)
    });
    std::mem::forget(done);
    Ok(class.max(written))
}

/// A scan with these options, and the defaults of `scan` for all others.
fn scan_args(args: CreateArgs) -> Result<ScanArgs, Failure> {
    let command = ScanArgs::augment_args(clap::Command::new("scan").no_binary_name(true));
    let none: [&str; 0] = [];
    let defaults = command
        .try_get_matches_from(none)
        .and_then(|matches| ScanArgs::from_arg_matches(&matches))
        .map_err(|error| Failure::new(Class::Config, error))?;
    Ok(ScanArgs {
        inputs: args.inputs,
        policy: PolicyArgs { config: args.config, ..defaults.policy },
        data: args.data,
        vex: args.vex,
        evidence: args.evidence,
        maven: args.maven,
        ..defaults
    })
}
