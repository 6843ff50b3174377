//! What can be typed.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::config::{RemoteRepository, Rule};
use crate::report::ReportFormat;

/// Exit codes, as `--help` shows them.
const EXIT_CODES: &str = "\
Exit codes (the highest of several counts):
  0  scanned, the gate is open
  1  scanned, the gate is closed
  2  bad arguments, configuration, waiver or VEX file
  3  an input could not be read, or nothing in it could be evaluated
  4  advisory data missing, empty, damaged or older than allowed
  5  a report could not be written";

/// Exit codes of `fix`, as its `--help` shows them.
const FIX_CODES: &str = "\
Exit codes, for the project with the patch in place (the highest of several counts):
  0  the gate is open: nothing is left
  1  the gate is closed: something is left, standard error says what and why
  2  bad arguments, configuration, waiver or VEX file
  3  an input could not be read, or nothing in it could be evaluated
  4  advisory data missing, empty, damaged or older than allowed
  5  the patch could not be written";

/// Audits the dependencies that bills of materials declare, and says what to change.
#[derive(Debug, Parser)]
#[command(name = "bomvet", version, about, after_help = EXIT_CODES, max_term_width = 100)]
pub(super) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read bills of materials and manifests, judge them, print findings and what to change
    #[command(after_help = EXIT_CODES)]
    Scan(Box<ScanArgs>),
    /// Print the smallest patch of Maven POMs that cures their findings, or apply it
    #[command(after_help = FIX_CODES)]
    Fix(Box<FixArgs>),
    /// Tell what is known about an advisory (CVE-2021-44228) or a package (pkg:maven/g/a@1)
    Explain(ExplainArgs),
    /// Judge a supplier's delivery: accept, accept with conditions or reject, why, and what to ask
    #[command(after_help = super::review::args::EXIT_CODES)]
    Review(Box<super::review::args::ReviewArgs>),
    /// Tell which components, findings and licences came, went and changed between two documents or folders
    Diff(Box<DiffArgs>),
    /// Judge the products of the configuration again and again, with a memory: what happened since
    Audit(Box<super::audit::args::AuditArgs>),
    /// Serve the pages of the audit's memory, live and read-only, on this machine unless told
    #[command(after_help = super::audit::args::SERVE_CODES)]
    Serve(Box<super::audit::args::ServeArgs>),
    /// Check the configuration, show what it means, print its schema
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print completions for a shell
    Completions {
        /// bash, elvish, fish, powershell, zsh
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff), of bomvet or of one command
    Man {
        /// The command; of a command in a command both names
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Import advisory data, look at it, compare it
    Db(super::db::args::DbArgs),
    /// Write VEX documents from what is stated of findings, or check some
    Vex(super::vex::args::VexArgs),
}

/// When to write colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// One more report.
#[derive(Clone, Debug)]
pub(super) struct OutputArg {
    /// Its format.
    pub(super) format: ReportFormat,
    /// Its file.
    pub(super) path: PathBuf,
}

fn output(text: &str) -> Result<OutputArg, String> {
    let (format, path) = text.split_once('=').ok_or("expected FORMAT=PATH")?;
    if path.is_empty() {
        return Err("expected FORMAT=PATH".to_owned());
    }
    let format = format.parse().map_err(|error: crate::report::UnknownFormat| error.to_string())?;
    Ok(OutputArg { format, path: PathBuf::from(path) })
}

/// Options that choose the advisory data.
#[derive(Debug, ClapArgs)]
pub(super) struct DataArgs {
    /// OSV records, CISA's KEV catalogue, EPSS scores, CVE records with SSVC: a file, a folder
    /// (searched whole) or a zip; repeatable
    #[arg(long = "advisories", value_name = "PATH")]
    pub(super) advisories: Vec<PathBuf>,
    /// The imported advisory data [default: in the user's data folder, or BOMVET_DB]
    #[arg(long, value_name = "DIR")]
    pub(super) db: Option<PathBuf>,
    /// Leave out the records that ship with bomvet
    #[arg(long)]
    pub(super) no_bundled: bool,
    /// The audit's clock (RFC 3339), for reproducible reports; SOURCE_DATE_EPOCH does the same
    #[arg(long, value_name = "TIME")]
    pub(super) now: Option<Timestamp>,
}

/// Options for Maven manifests.
#[derive(Debug, Default, ClapArgs)]
pub(super) struct MavenArgs {
    /// Where POMs of releases are looked for [default: what the settings say, else ~/.m2/repository]
    #[arg(long, value_name = "DIR")]
    pub(super) local_repository: Option<PathBuf>,
    /// Maven's settings [default: ~/.m2/settings.xml]
    #[arg(short, long, value_name = "FILE")]
    pub(super) settings: Option<PathBuf>,
    /// Maven profiles that are on, `!ID` for off; repeatable
    #[arg(short = 'P', long = "profile", value_name = "LIST")]
    pub(super) profiles: Vec<String>,
    /// A property of the Maven build, as on its own command line; repeatable
    #[arg(short = 'D', long = "define", value_name = "KEY=VALUE")]
    pub(super) define: Vec<String>,
    /// Fetch POMs that are not there from remote repositories: those of --repository, of the settings
    /// and of POMs. Without it no connection is opened
    #[arg(long)]
    pub(super) online: bool,
    /// A remote repository, asked before others; repeatable. None is built in, not even Maven's own
    #[arg(long, value_name = "ID=URL")]
    pub(super) repository: Vec<RemoteRepository>,
}

/// Options that say what the policy is.
#[derive(Debug, ClapArgs)]
pub(super) struct PolicyArgs {
    /// The configuration [default: bomvet.toml from here upwards, or BOMVET_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Close the gate on: any (default), low, medium, high, critical, never, kev, epss>=0.5,
    /// fixable, malicious, unscored, new, untriaged; repeatable, any one closes it
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) fail_on: Vec<Rule>,
    /// How well components must be identified to be matched [default: known]
    #[arg(long, value_enum, value_name = "HOW")]
    pub(super) certainty: Option<CertaintyArg>,
    /// Scopes that count at the gate [default: all but test and build]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(super) scope: Vec<String>,
    /// The Java level that the product must run on; bounds the versions to upgrade to
    #[arg(long, value_name = "N")]
    pub(super) java: Option<u8>,
}

/// What `config` does.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Tell whether the configuration can be used, and which waivers need a look
    Check {
        /// The configuration [default: bomvet.toml from here upwards, or BOMVET_CONFIG]
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// The clock by which waivers end (RFC 3339)
        #[arg(long, value_name = "TIME")]
        now: Option<Timestamp>,
    },
    /// Show what every key means by now, and who said so: option, variable, line of the file, default
    Show(Box<PolicyArgs>),
    /// Print the JSON schema of bomvet.toml
    Schema,
    /// Print a bundled quality profile, to copy and change for `review --profile`; without an id, list them
    Profile {
        /// Such as `buyer`
        #[arg(value_name = "ID")]
        id: Option<String>,
    },
}

/// Options of `scan`.
#[derive(Debug, ClapArgs)]
pub(super) struct ScanArgs {
    /// Files or folders; `-` is standard input
    #[arg(value_name = "INPUT", default_value = ".")]
    pub(super) inputs: Vec<PathBuf>,
    /// What goes to standard output: table, json, sarif, cyclonedx, openvex, csaf, markdown, html,
    /// junit, gitlab, github or csv
    #[arg(short, long, value_name = "FORMAT", default_value_t = ReportFormat::Table)]
    pub(super) format: ReportFormat,
    /// Make the CycloneDX report a copy of the scanned document with the findings added, instead of a
    /// document of its own
    #[arg(long)]
    pub(super) enrich: bool,
    /// Print the inventory instead of the findings: a table, or a tree of who brings in what; the
    /// gate does not count then
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "table"
    )]
    pub(super) list: Option<ListHow>,
    /// Write one more report to a file; repeatable
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = output)]
    pub(super) output: Vec<OutputArg>,
    /// The policy.
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    /// The advisory data.
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// VEX statements: OpenVEX, CSAF, CycloneDX or SPDX 3 in JSON; repeatable. Closes findings that
    /// somebody says do not matter, and says who
    #[arg(long, value_name = "FILE")]
    pub(super) vex: Vec<PathBuf>,
    /// Findings that are known: they are listed and suppressed, unless they became graver
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Write the open and known findings as a baseline; one that is there only loses what is gone
    #[arg(long, value_name = "FILE")]
    pub(super) write_baseline: Option<PathBuf>,
    /// With --write-baseline: also add what is open to a baseline that is there
    #[arg(long, requires = "write_baseline")]
    pub(super) grow_baseline: bool,
    /// Repeat the scan of a JSON report by its clock and options, from the same working folder, and tell
    /// whether the verdict is the same, or what changed
    #[arg(long, value_name = "REPORT", exclusive = true)]
    pub(super) replay: Option<PathBuf>,
    /// Logging configurations in use, or key=value settings: a file, or a folder that is searched;
    /// repeatable. Tells which conditions of findings hold, and never hides one
    #[arg(long, value_name = "PATH")]
    pub(super) evidence: Vec<PathBuf>,
    /// Maven manifests.
    #[command(flatten)]
    pub(super) maven: MavenArgs,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(super) color: Color,
    /// Print nothing on standard output but what a --format other than table asks for
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Say more: every condition and stopgap in the table, files passed over on standard error
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// Read also what .gitignore files of a folder leave out
    #[arg(long)]
    pub(super) no_ignore: bool,
    /// Show no progress
    #[arg(long)]
    pub(super) no_progress: bool,
}

/// Options of `fix`.
#[derive(Debug, ClapArgs)]
pub(super) struct FixArgs {
    /// POMs, or folders that are searched for them; a bill of materials beside them shows what their
    /// builds bring in where POMs of releases are out of reach
    #[arg(value_name = "POM", default_value = "pom.xml")]
    pub(super) inputs: Vec<PathBuf>,
    /// Change the files, scan again, and say what is left; without it the patch is printed
    #[arg(long)]
    pub(super) write: bool,
    /// The policy, as for `scan`; every open finding is cured where that can be done.
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    /// The advisory data.
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// VEX statements, as for `scan`: what they close needs no cure
    #[arg(long, value_name = "FILE")]
    pub(super) vex: Vec<PathBuf>,
    /// Maven manifests.
    #[command(flatten)]
    pub(super) maven: MavenArgs,
    /// Search also what .gitignore files of a folder leave out
    #[arg(long)]
    pub(super) no_ignore: bool,
}

/// How well a component must be identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CertaintyArg {
    /// The document says which package it is, or a record confirms what names tell
    Known,
    /// A guess from names, coordinates or CPE is enough; what it finds is marked
    Low,
}

/// How `--list` prints the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListHow {
    /// One line for each component
    Table,
    /// Who brings in what
    Tree,
}

/// Options of `explain`.
#[derive(Debug, ClapArgs)]
pub(super) struct ExplainArgs {
    /// An identifier of an advisory, or a package URL with or without a version
    #[arg(value_name = "ID|PURL")]
    pub(super) what: String,
    /// The advisory data.
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// The Java level that the product must run on; bounds the versions to upgrade to
    #[arg(long, value_name = "N")]
    pub(super) java: Option<u8>,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(super) color: Color,
}

/// How `diff` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// For people
    Table,
    /// For programs: bomvet.diff/1
    Json,
}

/// Options of `diff`.
#[derive(Debug, ClapArgs)]
pub(super) struct DiffArgs {
    /// A file or folder as it was; `-` is standard input
    #[arg(value_name = "OLD")]
    pub(super) old: PathBuf,
    /// A file or folder as it is now; `-` is standard input
    #[arg(value_name = "NEW")]
    pub(super) new: PathBuf,
    /// What goes to standard output
    #[arg(short, long, value_enum, default_value = "table")]
    pub(super) format: DiffFormat,
    /// The configuration [default: bomvet.toml from here upwards, or BOMVET_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The advisory data.
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// VEX statements, as for `scan`, on both sides; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) vex: Vec<PathBuf>,
    /// Maven manifests.
    #[command(flatten)]
    pub(super) maven: MavenArgs,
    /// Exit with 1 when anything differs, as `git diff --exit-code` does
    #[arg(long)]
    pub(super) exit_code: bool,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(super) color: Color,
}
