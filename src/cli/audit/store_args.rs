//! What can be typed behind the commands of `bomvet audit` that use the store.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use jiff::Timestamp;

use crate::cli::args::{CertaintyArg, Color, DataArgs, MavenArgs, PolicyArgs};
use crate::config::EventKind;

/// Exit codes of `run`, as its `--help` shows them.
pub(super) const RUN_CODES: &str = "\
Exit codes (the highest of several counts):
  0  run, and nothing happened that audit.fail_on_events names
  1  something happened that audit.fail_on_events names
  2  bad arguments, configuration, waiver or VEX file, or no product in the configuration
  3  a source or the store could not be read, or nothing in a document could be evaluated
  4  advisory data missing, empty, damaged or older than allowed
  5  a report or the store could not be written, or another audit is running";

/// Exit codes of the others.
pub(super) const STORE_CODES: &str = "\
Exit codes:
  0  told
  2  bad arguments or configuration
  3  there is no store, or it could not be read
  5  something could not be written, or another audit is running";

/// Where the store is.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct StoreArgs {
    /// The store: a file, or postgres://USER@HOST/DATABASE [default: store under audit in the
    /// configuration, else bomvet-audit.sqlite beside the configuration]
    #[arg(long, value_name = "FILE|URL")]
    pub(in crate::cli) store: Option<PathBuf>,
}

/// Where the store is, for commands that judge nothing.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Place {
    /// The store.
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
    /// The configuration [default: bomvet.toml from here upwards, or BOMVET_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
}

/// How it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Form {
    /// For people
    Table,
    /// For programs: bomvet.audit/1
    Json,
}

/// How events are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum EventForm {
    /// For people
    Table,
    /// For programs: bomvet.audit/1
    Json,
    /// One event a line
    Jsonl,
}

/// Options of `audit run`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RunArgs {
    /// The configuration, with the portfolio [default: bomvet.toml from here upwards, or
    /// BOMVET_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// How well components must be identified to be matched [default: known]
    #[arg(long, value_enum, value_name = "HOW")]
    pub(in crate::cli) certainty: Option<CertaintyArg>,
    /// The store.
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
    /// The advisory data.
    #[command(flatten)]
    pub(in crate::cli) data: DataArgs,
    /// VEX statements, as for `scan`; repeatable
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) vex: Vec<PathBuf>,
    /// Findings that are known, as for `scan`
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Maven manifests; --online also asks the addresses of sources.
    #[command(flatten)]
    pub(in crate::cli) maven: MavenArgs,
    /// Tell also what happened before this run, from that moment on (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) since: Option<Timestamp>,
    /// Read every file again, also those whose length and times are what they were
    #[arg(long)]
    pub(in crate::cli) read_all: bool,
    /// How long to wait for another audit that has the store; a dead one is not waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(in crate::cli) wait: u32,
    /// Judge and tell, and write nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// What goes to standard output
    #[arg(short, long, value_enum, default_value = "table")]
    pub(in crate::cli) format: Form,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(in crate::cli) color: Color,
    /// Print no table
    #[arg(short, long)]
    pub(in crate::cli) quiet: bool,
    /// Show no progress
    #[arg(long)]
    pub(in crate::cli) no_progress: bool,
}

impl RunArgs {
    /// What of them decides a verdict. Gates are those of scans; an audit has events to fail on.
    pub(super) fn policy(&self) -> PolicyArgs {
        PolicyArgs {
            config: self.config.clone(),
            fail_on: Vec::new(),
            certainty: self.certainty,
            scope: Vec::new(),
            java: None,
        }
    }
}

/// Options of `audit status`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct StatusArgs {
    /// The store.
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The clock by which the data is old (RFC 3339); SOURCE_DATE_EPOCH does the same
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) now: Option<Timestamp>,
    /// What goes to standard output
    #[arg(short, long, value_enum, default_value = "table")]
    pub(in crate::cli) format: Form,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(in crate::cli) color: Color,
}

/// Options of `audit events`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct EventsArgs {
    /// The store.
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// From that moment on (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) since: Option<Timestamp>,
    /// Those of one product
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) product: Option<String>,
    /// Those of one kind: introduced, resolved, kev-added, …
    #[arg(long, value_name = "EVENT", value_parser = kind)]
    pub(in crate::cli) kind: Option<EventKind>,
    /// The clock of the report (RFC 3339); SOURCE_DATE_EPOCH does the same
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) now: Option<Timestamp>,
    /// What goes to standard output
    #[arg(short, long, value_enum, default_value = "table")]
    pub(in crate::cli) format: EventForm,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(in crate::cli) color: Color,
}

fn kind(text: &str) -> Result<EventKind, String> {
    EventKind::from_name(text).ok_or_else(|| {
        format!("expected one of {}", EventKind::ALL.map(EventKind::as_str).join(", "))
    })
}

/// Options of `audit where`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct PlacesArgs {
    /// A package with versions: "pkg:maven/org.apache.logging.log4j/log4j-core@<2.17.1"; bounds are <,
    /// <=, >, >= or = with a version, separated by commas; none is every version
    #[arg(value_name = "PURL-RANGE")]
    pub(in crate::cli) what: String,
    /// The store.
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// The clock of the report (RFC 3339); SOURCE_DATE_EPOCH does the same
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) now: Option<Timestamp>,
    /// What goes to standard output
    #[arg(short, long, value_enum, default_value = "table")]
    pub(in crate::cli) format: Form,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(in crate::cli) color: Color,
}

/// How all is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ExportForm {
    /// One JSON object a line, to standard output
    Jsonl,
    /// A folder of Parquet files, one for each type of row
    Parquet,
}

/// Options of `audit export`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ExportArgs {
    /// The folder of Parquet files, which must not be there
    #[arg(value_name = "DIR", required_if_eq("format", "parquet"))]
    pub(in crate::cli) folder: Option<PathBuf>,
    /// The store.
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// How it is written [default: parquet into a folder, else jsonl]
    #[arg(short, long, value_enum)]
    pub(in crate::cli) format: Option<ExportForm>,
}

/// Options of `audit backup`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct BackupArgs {
    /// The copy, which must not be there
    #[arg(value_name = "FILE")]
    pub(in crate::cli) target: PathBuf,
    /// The store.
    #[command(flatten)]
    pub(in crate::cli) place: Place,
}

/// Options of `audit vacuum`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct VacuumArgs {
    /// The store.
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    /// For how many days events and what is gone are kept [default: audit.keep_days]
    #[arg(long, value_name = "DAYS")]
    pub(in crate::cli) keep_days: Option<u32>,
    /// The clock by which they are old (RFC 3339); SOURCE_DATE_EPOCH does the same
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) now: Option<Timestamp>,
}
