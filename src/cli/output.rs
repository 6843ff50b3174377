//! Where reports go: standard output, files.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice, StripStream};

use super::Failure;
use super::args::{Color, ListHow, OutputArg, ScanArgs};
use crate::files;
use crate::inventory::Inventory;
use crate::judge::gate::Class;
use crate::report::model::Report;
use crate::report::{self, Detail, Obstacle, ReportFormat, plain};

/// Writes a report to standard output.
pub(super) fn to_stdout(report: &Report<'_>, args: &ScanArgs) -> Class {
    let obstacle = report::obstacle(report, args.format);
    document(obstacle, None, colours(args.format, args), |out| {
        report::write(report, args.format, detail(args), out)
    })
}

/// Writes a report to a file.
pub(super) fn to_file(report: &Report<'_>, args: &ScanArgs, target: &OutputArg) -> Class {
    let obstacle = report::obstacle(report, target.format);
    document(obstacle, Some(&target.path), colours(target.format, args), |out| {
        report::write(report, target.format, detail(args), out)
    })
}

/// The table alone has colours.
fn colours(format: ReportFormat, args: &ScanArgs) -> Option<Color> {
    (format == ReportFormat::Table).then_some(args.color)
}

/// Writes a document to a file, without its colours, beside the target and renamed, or to standard
/// output; where there is an obstacle, nothing but that.
pub(super) fn document(
    obstacle: Option<Obstacle>,
    target: Option<&Path>,
    colours: Option<Color>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Class {
    if let Some(obstacle) = obstacle {
        return tell(&obstacle).max(target.map_or(Class::Ok, remove_old));
    }
    let mut bytes = Vec::new();
    let Some(path) = target else {
        let made = write(&mut bytes);
        return finish(made.and_then(|()| match colours {
            Some(color) => print(&bytes, color),
            None => print_all(&bytes),
        }));
    };
    let made = match colours {
        Some(_) => write(&mut StripStream::new(&mut bytes)),
        None => write(&mut bytes),
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

/// Says why there is no document, and what that means for the exit code.
fn tell(obstacle: &Obstacle) -> Class {
    match obstacle {
        Obstacle::NothingStated(text) => {
            eprintln!("note: {}", plain(text));
            Class::Ok
        }
        Obstacle::NoIssuer(text) => {
            Failure::new(Class::Config, text).print();
            Class::Config
        }
    }
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
pub(super) fn print_all(bytes: &[u8]) -> io::Result<()> {
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

/// What an earlier run stated must not be taken for what this one states.
fn remove_old(path: &Path) -> Class {
    let removed = if files::is_file(path) { files::remove(path) } else { Ok(()) };
    match removed {
        Ok(()) => Class::Ok,
        Err(error) => {
            Failure::new(Class::Output, format!("could not remove the old {error}")).print();
            Class::Output
        }
    }
}
