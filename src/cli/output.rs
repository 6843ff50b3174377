//! Where reports go: standard output, files.

use std::io::{self, ErrorKind, Write};

use anstream::{AutoStream, ColorChoice, StripStream};

use super::Failure;
use super::args::{Color, ListHow, OutputArg, ScanArgs};
use crate::files;
use crate::inventory::Inventory;
use crate::judge::gate::Class;
use crate::report::model::Report;
use crate::report::{self, Detail, ReportFormat};

/// Writes a report to standard output.
pub(super) fn to_stdout(report: &Report<'_>, args: &ScanArgs) -> Class {
    let mut bytes = Vec::new();
    let made = report::write(report, args.format, detail(args), &mut bytes);
    finish(made.and_then(|()| match args.format {
        ReportFormat::Table => print(&bytes, args.color),
        _ => print_all(&bytes),
    }))
}

fn detail(args: &ScanArgs) -> Detail {
    if args.verbose { Detail::Full } else { Detail::Brief }
}

/// Writes an inventory to standard output.
pub(super) fn list(inventory: &Inventory, how: ListHow, color: Color) -> Class {
    let mut bytes = Vec::new();
    let made = match how {
        ListHow::Table => report::list::table(inventory, &mut bytes),
        ListHow::Tree => report::list::tree(inventory, &mut bytes),
    };
    finish(made.and_then(|()| print(&bytes, color)))
}

/// Writes text to standard output, with colours where they are wanted.
pub(super) fn print(bytes: &[u8], color: Color) -> io::Result<()> {
    let choice = match color {
        Color::Auto => AutoStream::choice(&io::stdout()),
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    // made whole first: standard output would write every line by itself
    let mut whole = AutoStream::new(Vec::with_capacity(bytes.len()), choice);
    whole.write_all(bytes)?;
    print_all(&whole.into_inner())
}

/// Writes bytes to standard output as they are.
fn print_all(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// A reader that went away took all that it wanted; any other failure is one.
pub(super) fn finish(done: io::Result<()>) -> Class {
    match done {
        Ok(()) => Class::Ok,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Class::Ok,
        Err(error) => {
            let message = format!("could not write standard output: {error}");
            Failure::new(Class::Output, message).print();
            Class::Output
        }
    }
}

/// Writes a report to a file, without colours, beside the target and renamed.
pub(super) fn to_file(report: &Report<'_>, args: &ScanArgs, target: &OutputArg) -> Class {
    let path = &target.path;
    let mut bytes = Vec::new();
    let made = match target.format {
        ReportFormat::Table => {
            let mut plain = StripStream::new(&mut bytes);
            report::write(report, target.format, detail(args), &mut plain)
        }
        _ => report::write(report, target.format, detail(args), &mut bytes),
    };
    let written = made
        .map_err(|error| format!("{}: {error}", path.display()))
        .and_then(|()| files::write(path, &bytes).map_err(|error| error.to_string()));
    match written {
        Ok(()) => Class::Ok,
        Err(error) => {
            Failure::new(Class::Output, format!("could not write {error}")).print();
            Class::Output
        }
    }
}
