//! The command line: what was typed, wired to the rooms. No logic.

#![expect(
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "the one room that talks to the terminal and reads environment and clock"
)]

mod args;
mod arguments;
mod audit;
mod baseline;
mod config;
mod db;
mod diff;
mod enrich;
mod explain;
mod fix;
mod given;
mod manual;
mod maven;
mod network;
mod output;
mod replay;
mod review;
mod scan;
mod settings;
mod vex;

use std::ffi::OsString;
use std::fmt;

use clap::Parser;

use crate::advisory::store::StoreError;
use crate::judge::gate::Class;
use crate::report::plain;
use args::{Args, Command};

/// Why a command ends early: a class, a line, and what would help.
#[derive(Debug)]
pub(crate) struct Failure {
    class: Class,
    message: String,
    help: Option<String>,
}

impl Failure {
    fn new(class: Class, message: impl fmt::Display) -> Self {
        Self { class, message: message.to_string(), help: None }
    }

    fn with_help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }

    fn print(&self) {
        eprintln!("error: {}", plain(&self.message));
        if let Some(help) = &self.help {
            eprintln!("help: {help}");
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(Class::Data, error).with_help(StoreError::HELP)
    }
}

/// Runs the command line and returns the class whose number is the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Class {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            let failed = error.use_stderr();
            if error.print().is_err() && !failed {
                return Class::Output;
            }
            return if failed { Class::Config } else { Class::Ok };
        }
    };
    let done = match args.command {
        Command::Scan(scan) => scan::run(&scan),
        Command::Fix(fix) => fix::run(&fix),
        Command::Explain(explain) => explain::run(&explain),
        Command::Review(review) => review::run(&review),
        Command::Diff(diff) => diff::run(&diff),
        Command::Config(command) => config::run(&command),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { command } => manual::man(&command),
        Command::Db(db) => db::run(&db),
        Command::Vex(vex) => vex::run(vex),
        Command::Audit(audit) => audit::run(*audit),
        Command::Serve(serve) => audit::serve::run(*serve),
    };
    done.unwrap_or_else(|failure| {
        failure.print();
        failure.class
    })
}
