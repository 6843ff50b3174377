//! The `bomvet` command: parse arguments, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(bomvet::cli::run(std::env::args_os()).code())
}
