//! Where reports go: standard output, files.

use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anstream::{AutoStream, ColorChoice, StripStream};

use super::Failure;
use super::args::{Color, ListHow, OutputArg, ScanArgs};
use crate::files::{self, Beside};
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

/// How many reports are made at once: each waits for the disk longer than it is made.
const AT_ONCE: usize = 4;

/// Writes the reports to their files. Several threads make them and write them beside their targets; they
/// take their places one after the other, so that of two for one file the last counts.
pub(super) fn to_files(report: &Report<'_>, args: &ScanArgs) -> Class {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(target) = args.output.get(number) else { return made };
            made.push((number, make_file(report, args, target)));
        }
    };
    let mut made = thread::scope(|scope| {
        // where the system gives no more threads, fewer do the work
        let others: Vec<_> = (1..args.output.len().min(AT_ONCE))
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut made = work();
        for thread in others {
            match thread.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_unstable_by_key(|(number, _)| *number);
    let settled = made.into_iter().zip(&args.output);
    settled.fold(Class::Ok, |class, ((_, made), target)| class.max(settle(made, &target.path)))
}

fn make_file(report: &Report<'_>, args: &ScanArgs, target: &OutputArg) -> Made {
    let obstacle = report::obstacle(report, target.format);
    make(obstacle, &target.path, colours(target.format, args), |out| {
        report::write(report, target.format, detail(args), out)
    })
}

/// A document that has not taken its place yet.
enum Made {
    /// There is none, and why.
    Not(Obstacle),
    /// It waits beside its target; else what went wrong.
    Written(Result<Beside, String>),
}

/// Makes a document, without its colours, beside its target.
fn make(
    obstacle: Option<Obstacle>,
    path: &Path,
    colours: Option<Color>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Made {
    if let Some(obstacle) = obstacle {
        return Made::Not(obstacle);
    }
    let mut bytes = Vec::new();
    let made = match colours {
        Some(_) => write(&mut StripStream::new(&mut bytes)),
        None => write(&mut bytes),
    };
    Made::Written(
        made.map_err(|error| format!("{}: {error}", path.display()))
            .and_then(|()| Beside::write(path, &bytes).map_err(|error| error.to_string())),
    )
}

/// Puts a document in its place, or says why there is none.
fn settle(made: Made, path: &Path) -> Class {
    let settled = match made {
        Made::Not(obstacle) => return tell(&obstacle).max(remove_old(path)),
        Made::Written(written) => {
            written.and_then(|beside| beside.settle().map_err(|error| error.to_string()))
        }
    };
    match settled {
        Ok(()) => Class::Ok,
        Err(error) => {
            Failure::new(Class::Output, format!("could not write {error}")).print();
            Class::Output
        }
    }
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
    if let Some(path) = target {
        return settle(make(obstacle, path, colours, write), path);
    }
    if let Some(obstacle) = obstacle {
        return tell(&obstacle);
    }
    let mut bytes = Vec::new();
    let made = write(&mut bytes);
    finish(made.and_then(|()| match colours {
        Some(color) => print(&bytes, color),
        None => print_all(&bytes),
    }))
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
