//! What can be typed behind `bomvet audit`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args as ClapArgs, Subcommand, ValueEnum};
use jiff::Timestamp;

use super::store_args::{
    BackupArgs, EventsArgs, ExportArgs, PlacesArgs, RUN_CODES, RunArgs, STORE_CODES, StatusArgs,
    StoreArgs, VacuumArgs,
};
use crate::audit::clock::{Anchor, Fact, Moment};
use crate::cli::args::{Color, DataArgs};

/// Exit codes, as `--help` shows them.
const CLOCK_CODES: &str = "\
Exit codes:
  0  told
  1  with --exit-code: something is overdue
  2  bad arguments, configuration, regime or register
  4  advisory data damaged
  5  standard output could not be written";

/// Exit codes of `serve`, as its `--help` shows them.
pub(in crate::cli) const SERVE_CODES: &str = "\
Exit codes:
  0  served until it was told to end (SIGINT, SIGTERM)
  2  bad arguments, configuration, regime or register, or no token where one is needed
  3  there is no store, or it could not be read
  4  advisory data damaged
  5  the address could not be listened on";

/// `bomvet audit`.
#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true, after_help = RUN_CODES)]
pub(in crate::cli) struct AuditArgs {
    /// What to do; without a command, `run`.
    #[command(subcommand)]
    pub(in crate::cli) command: Option<AuditCommand>,
    /// Options of `run`.
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AuditCommand {
    /// Judge what changed since the last run, tell what happened, write it down; `bomvet audit` alone
    /// does the same
    #[command(after_help = RUN_CODES)]
    Run(Box<RunArgs>),
    /// Tell how the portfolio stands, as the last run left it
    #[command(after_help = STORE_CODES)]
    Status(StatusArgs),
    /// List what happened, the oldest first
    #[command(after_help = STORE_CODES)]
    Events(EventsArgs),
    /// Tell which documents hold a package in certain versions, and what is open there
    #[command(after_help = STORE_CODES)]
    Where(PlacesArgs),
    /// Write all that the store knows: JSON, one object a line, or Parquet
    #[command(after_help = STORE_CODES)]
    Export(ExportArgs),
    /// Write pages for people, as files that any browser shows without a server
    #[command(after_help = STORE_CODES)]
    Report(ReportArgs),
    /// Write a copy of the store, also while a run is at work
    #[command(after_help = STORE_CODES)]
    Backup(BackupArgs),
    /// Forget what is older than audit.keep_days, and give unused room back
    #[command(after_help = STORE_CODES)]
    Vacuum(VacuumArgs),
    /// Enter in the register when something happened, what was done, or an answer that tables ask for
    Mark(MarkArgs),
    /// List what is owed by when, what is due first on top
    #[command(after_help = CLOCK_CODES)]
    Clocks(ClocksArgs),
    /// Write the draft of a report, with what is known and each unknown marked; nothing is sent
    Draft(DraftArgs),
    /// List the regimes: whom they bind, whether they count for you; or tell all about one
    Regimes(RegimesArgs),
}

/// Where declarations and events are.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct WhereArgs {
    /// The register of entered events [default: register under audit in the configuration]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) register: Option<PathBuf>,
    /// The configuration [default: bomvet.toml from here upwards, or BOMVET_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
}

/// Options of `audit mark`.
#[derive(Debug, ClapArgs)]
#[command(group(ArgGroup::new("what").required(true).args(["anchor", "done", "fact"])))]
pub(in crate::cli) struct MarkArgs {
    /// The flaw (CVE-2021-44228), or a name of the incident
    #[arg(value_name = "CVE")]
    pub(in crate::cli) subject: String,
    /// The event from which deadlines run: learned, aware, measure-available, … (`bomvet audit regimes`)
    #[arg(long, value_name = "EVENT")]
    pub(in crate::cli) anchor: Option<Anchor>,
    /// The duty that was done: eu-cra-14-vuln/early-warning
    #[arg(long, value_name = "REGIME/STAGE")]
    pub(in crate::cli) done: Option<String>,
    /// An answer that tables ask for: exposed=yes, automatable=no, technical-impact=total, kev=no, …
    #[arg(long, value_name = "NAME=ANSWER", value_parser = fact)]
    pub(in crate::cli) fact: Option<(Fact, &'static str)>,
    /// When: a day, or an instant with its offset (2026-11-24T23:30:00+08:00)
    #[arg(long, value_name = "TIME", value_parser = moment, required_unless_present_any = ["fact", "retract"])]
    pub(in crate::cli) at: Option<Moment>,
    /// Take back what was entered; it stays readable
    #[arg(long, conflicts_with = "at")]
    pub(in crate::cli) retract: bool,
    /// Who enters it [default: the user's name by USER]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) by: Option<String>,
    /// A remark
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) note: Option<String>,
    /// The product that it is about [default: all]
    #[arg(long, value_name = "PRODUCT")]
    pub(in crate::cli) product: Option<String>,
    /// Where to.
    #[command(flatten)]
    pub(in crate::cli) files: WhereArgs,
    /// The clock of the entry (RFC 3339); SOURCE_DATE_EPOCH does the same
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) now: Option<Timestamp>,
}

/// How `audit clocks` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ClocksFormat {
    /// For people
    Table,
    /// For programs: bomvet.clocks/1
    Json,
}

/// Options of `audit clocks`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ClocksArgs {
    /// Only these flaws or incidents [default: all of the register, and what audits found]
    #[arg(value_name = "CVE")]
    pub(in crate::cli) subjects: Vec<String>,
    /// What goes to standard output
    #[arg(short, long, value_enum, default_value = "table")]
    pub(in crate::cli) format: ClocksFormat,
    /// Exit with 1 when something is overdue
    #[arg(long)]
    pub(in crate::cli) exit_code: bool,
    /// The store: it tells of first detections.
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
    /// Where from.
    #[command(flatten)]
    pub(in crate::cli) files: WhereArgs,
    /// The advisory data: it tells of exploitation.
    #[command(flatten)]
    pub(in crate::cli) data: DataArgs,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(in crate::cli) color: Color,
}

/// Options of `audit report`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ReportArgs {
    /// The folder of the pages: one that is not there, is empty, or holds an earlier report
    #[arg(value_name = "DIR")]
    pub(in crate::cli) folder: PathBuf,
    /// The store.
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
    /// Where declarations and events are.
    #[command(flatten)]
    pub(in crate::cli) files: WhereArgs,
    /// The advisory data: it tells clocks of exploitation.
    #[command(flatten)]
    pub(in crate::cli) data: DataArgs,
}

/// Options of `serve`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ServeArgs {
    /// The address and port to listen on; one that others can reach needs a token. Port 0 is any that is
    /// free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8087")]
    pub(in crate::cli) listen: SocketAddr,
    /// A file that holds the token which every request must bring [default: BOMVET_SERVE_TOKEN in the
    /// environment, else none is needed]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) token_file: Option<PathBuf>,
    /// A name under which the server is asked, beside localhost and addresses in numbers; needs a token;
    /// repeatable
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) host: Vec<String>,
    /// The store.
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
    /// Where declarations and events are.
    #[command(flatten)]
    pub(in crate::cli) files: WhereArgs,
    /// The advisory data: it tells clocks of exploitation.
    #[command(flatten)]
    pub(in crate::cli) data: DataArgs,
}

/// Options of `audit draft`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct DraftArgs {
    /// The flaw or incident
    #[arg(value_name = "CVE")]
    pub(in crate::cli) subject: String,
    /// The regime
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) regime: String,
    /// Its stage
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) stage: String,
    /// The product that it is about
    #[arg(long, value_name = "PRODUCT")]
    pub(in crate::cli) product: Option<String>,
    /// The store: it tells of first detections.
    #[command(flatten)]
    pub(in crate::cli) store: StoreArgs,
    /// Where from.
    #[command(flatten)]
    pub(in crate::cli) files: WhereArgs,
    /// The advisory data.
    #[command(flatten)]
    pub(in crate::cli) data: DataArgs,
}

/// Options of `audit regimes`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RegimesArgs {
    /// All about this one
    #[arg(value_name = "ID")]
    pub(in crate::cli) id: Option<String>,
    /// The configuration [default: bomvet.toml from here upwards, or BOMVET_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// The time at which they are to hold (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) now: Option<Timestamp>,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(in crate::cli) color: Color,
}

fn fact(text: &str) -> Result<(Fact, &'static str), String> {
    let (name, word) = text.split_once('=').ok_or("expected NAME=ANSWER")?;
    let fact: Fact = name.parse()?;
    Ok((fact, fact.answer(word)?))
}

fn moment(text: &str) -> Result<Moment, String> {
    Moment::parse(text)
}
