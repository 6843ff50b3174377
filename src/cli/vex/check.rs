//! `bomvet vex check`: the faults of VEX documents, one a line.

use std::fmt::Write;

use super::args::CheckArgs;
use super::text_of;
use crate::cli::{Failure, output};
use crate::judge::gate::Class;
use crate::judge::vex::lint::{Gravity, lint};
use crate::judge::vex::{Origin, Source};
use crate::report::plain;

pub(super) fn run(args: &CheckArgs) -> Result<Class, Failure> {
    let mut lines = String::new();
    let mut class = Class::Ok;
    let mut count = [0_usize; 2];
    for path in &args.files {
        let name = path.display().to_string();
        let source = Source { path: &name, origin: Origin::Given };
        let faults = text_of(path).and_then(|(text, _)| {
            lint(&text, source).map_err(|error| Failure::new(Class::Config, error))
        });
        let faults = match faults {
            Ok(faults) => faults,
            Err(failure) => {
                failure.print();
                class = Class::Config;
                continue;
            }
        };
        for fault in faults {
            let (place, gravity) = (fault.place, fault.gravity);
            count[usize::from(gravity == Gravity::Error)] += 1;
            let word = gravity.as_str();
            let text = plain(&format!("{name}:{place}: {word}: {} [{}]", fault.text, fault.rule));
            // a text always has room
            let _ = writeln!(lines, "{text}");
        }
    }
    let [warnings, errors] = count;
    if errors > 0 {
        class = Class::Config;
    }
    let files = args.files.len();
    let _ = writeln!(lines, "{files} checked: {errors} errors, {warnings} warnings");
    let written = output::finish(output::print(lines.as_bytes(), args.color));
    Ok(class.max(written))
}
