//! What can be typed after `bomvet db`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::cli::args::Color;

/// Exit codes, as `--help` shows them.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  2  bad arguments
  4  a source or the data is missing, empty or damaged; the data that was there still counts
  5  the data could not be written; the data that was there still counts";

/// Options of `db`.
#[derive(Debug, Args)]
pub(in crate::cli) struct DbArgs {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: DbCommand,
}

/// What can be done with advisory data.
#[derive(Debug, Subcommand)]
pub(super) enum DbCommand {
    /// Make the sources the data that scans use, in the place of what was there: OSV records in files,
    /// folders and zips, GitHub's advisory database, CISA's catalogue (KEV), EPSS scores
    #[command(after_help = EXIT_CODES)]
    Import(ImportArgs),
    /// Fetch the sources of the configuration and import them, if any of them changed. The one command
    /// that opens network connections
    #[command(after_help = EXIT_CODES)]
    Update(UpdateArgs),
    /// Tell what the data is: sources, counts, age, digests
    #[command(after_help = EXIT_CODES)]
    Status(StatusArgs),
    /// Read all of the data and tell whether it is what was imported
    #[command(after_help = EXIT_CODES)]
    Verify(Place),
    /// Print the records of an identifier, or those that speak of a package
    #[command(after_help = EXIT_CODES)]
    Show(ShowArgs),
    /// Tell which advisories were added, changed and withdrawn between two imports
    #[command(after_help = EXIT_CODES)]
    Diff(CompareArgs),
}

/// Where the data is.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The folder of the data [default: in the user's data folder, or BOMVET_DB]
    #[arg(long, value_name = "DIR")]
    pub(super) db: Option<PathBuf>,
}

/// How a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people
    Table,
    /// For programs
    Json,
}

/// How and where a command prints.
#[derive(Debug, Args)]
pub(super) struct Print {
    /// What goes to standard output
    #[arg(short, long, value_enum, default_value = "table")]
    pub(super) format: Form,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(super) color: Color,
}

/// Options of `db import`.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Files, folders (searched whole) and zips, also zips in them
    #[arg(value_name = "SOURCE", required = true)]
    pub(super) sources: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) place: Place,
    /// How old the data is (RFC 3339) [default: the newest change in it]
    #[arg(long, value_name = "TIME")]
    pub(super) as_of: Option<Timestamp>,
    /// The clock (RFC 3339); SOURCE_DATE_EPOCH does the same
    #[arg(long, value_name = "TIME")]
    pub(super) now: Option<Timestamp>,
    /// Name every text that was odd or no record
    #[arg(short, long)]
    pub(super) verbose: bool,
}

/// Options of `db update`.
#[derive(Debug, Args)]
pub(super) struct UpdateArgs {
    /// The configuration with [[data.source]] [default: bomvet.toml from here upwards, or BOMVET_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[command(flatten)]
    pub(super) place: Place,
    /// The clock (RFC 3339); SOURCE_DATE_EPOCH does the same
    #[arg(long, value_name = "TIME")]
    pub(super) now: Option<Timestamp>,
    /// Import even if nothing changed
    #[arg(long)]
    pub(super) force: bool,
    /// Name every text that was odd or no record
    #[arg(short, long)]
    pub(super) verbose: bool,
}

/// Options of `db status`.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    pub(super) place: Place,
    #[command(flatten)]
    pub(super) print: Print,
    /// The clock (RFC 3339); SOURCE_DATE_EPOCH does the same
    #[arg(long, value_name = "TIME")]
    pub(super) now: Option<Timestamp>,
    /// List what the import found odd, the files and their digests
    #[arg(short, long)]
    pub(super) verbose: bool,
}

/// Options of `db show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// An identifier of an advisory, or a package URL
    #[arg(value_name = "ID|PURL")]
    pub(super) what: String,
    #[command(flatten)]
    pub(super) place: Place,
    #[command(flatten)]
    pub(super) print: Print,
}

/// Options of `db diff`.
#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Older data: a folder of data or one generation in it [default: the import before the last]
    #[arg(value_name = "OLD", requires = "new")]
    pub(super) old: Option<PathBuf>,
    /// Newer data [default: the last import]
    #[arg(value_name = "NEW")]
    pub(super) new: Option<PathBuf>,
    #[command(flatten)]
    pub(super) place: Place,
    #[command(flatten)]
    pub(super) print: Print,
    /// Tell which findings in these documents the changes explain; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) sbom: Vec<PathBuf>,
    /// The clock (RFC 3339); SOURCE_DATE_EPOCH does the same
    #[arg(long, value_name = "TIME")]
    pub(super) now: Option<Timestamp>,
}
