//! `bomvet fix`: find the patch, print or apply it, say what is left.

use std::path::Path;

use super::args::FixArgs;
use super::{Failure, maven, output, settings, vex};
use crate::config::Rule;
use crate::files::{self, Reach};
use crate::fix::{self, Outcome, Task};
use crate::judge::gate::Class;
use crate::maven::PomSource;
use crate::pipeline::Run;
use crate::report::{self, plain};

pub(super) fn run(args: &FixArgs) -> Result<Class, Failure> {
    let settings = settings::settings(&args.policy)?;
    let now = settings::now(args.data.now)?;
    let setup = maven::setup(&args.maven, &settings)?;
    let statements = vex::given(&args.vex, &mut Run::default())?;
    let database = settings::corrected(&args.data, &settings, now)?;
    let here = std::env::current_dir()
        .map_err(|error| Failure::new(Class::Input, format!("no working folder: {error}")))?;
    let repositories: Vec<_> = setup.repository.iter().cloned().collect();
    let task = Task {
        inputs: &args.inputs,
        database: &database,
        settings: &settings,
        statements: &statements,
        now,
        maven: &|source: &dyn PomSource| setup.over(source),
        reach: if args.no_ignore { Reach::Inside } else { Reach::NotIgnored },
        here: &here,
        repositories: &repositories,
    };
    let found = fix::find(&task)?;
    for error in &found.errors {
        eprintln!("error: {}", plain(&error.to_string()));
    }
    let Some(audit) = &found.audit else { return Ok(Class::Input) };
    let written = if args.write { write(&found) } else { print(&found, &here) };
    if written == Class::Output {
        return Ok(written);
    }
    let mut class = audit.gate.class.max(written);
    if args.write && !found.patches.is_empty() {
        // what counts is what lies there now
        let again = task.again()?;
        class = again.gate.class;
        say(&report::fix::told(&found, &again));
    } else {
        say(&report::fix::told(&found, audit));
    }
    if !found.lost.is_empty() && !settings.gate.fail_on.contains(&Rule::Never) {
        class = class.max(Class::Gate);
    }
    Ok(class)
}

fn say(lines: &[String]) {
    for line in lines {
        eprintln!("{line}");
    }
}

/// Puts each file into the place of the one that is there.
fn write(found: &Outcome) -> Class {
    for (number, patch) in found.patches.iter().enumerate() {
        if let Err(error) = files::write(&patch.path, &patch.after) {
            let mut failure = Failure::new(Class::Output, format!("could not write {error}"));
            if number > 0 {
                failure = failure.with_help(&format!("{number} files are written: run it again"));
            }
            failure.print();
            return Class::Output;
        }
    }
    Class::Ok
}

/// Prints the diffs of all files: all or none, for half a patch cures something else.
fn print(found: &Outcome, here: &Path) -> Class {
    let mut bytes = Vec::new();
    for patch in &found.patches {
        match patch.diff(here) {
            Ok(diff) => bytes.extend(diff),
            Err(why) => {
                Failure::new(Class::Output, why).with_help("--write changes the file").print();
                return Class::Output;
            }
        }
    }
    output::finish(output::print_all(&bytes))
}
