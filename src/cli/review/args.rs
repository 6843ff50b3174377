//! What can be typed behind `bomvet review`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use jiff::civil::Date;

use crate::cli::args::{Color, DataArgs};
use crate::config::OrderedProduct;
use crate::judge::gate::Class;
use crate::report::review::{ReviewFormat, UnknownReviewFormat};
use crate::review::decision::Verdict;

/// Exit codes, as `--help` shows them.
pub(in crate::cli) const EXIT_CODES: &str = "\
Exit codes (the highest of several counts):
  0  accepted, or accepted with conditions
  1  rejected; with --fail-on condition also where there are conditions
  2  bad arguments, configuration, profile, key, record, answers or VEX file
  3  the delivery, or the one before, could not be read at all
  4  advisory data missing, empty, damaged or older than allowed
  5  a report could not be written";

/// Options of `review`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ReviewArgs {
    /// What the supplier delivered: a folder, or one file that may be an archive
    #[arg(value_name = "DELIVERY")]
    pub(super) delivery: PathBuf,
    /// The delivery before, to tell what changed
    #[arg(long, value_name = "OLD")]
    pub(super) previous: Option<PathBuf>,
    /// Quality profiles, by id or file; repeatable [default: cisa-2026]
    #[arg(long = "profile", value_name = "ID|FILE")]
    pub(super) profiles: Vec<String>,
    /// What came back from the supplier, the sheet (CSV) or the JSON record: answers are read from it, and
    /// no decision
    #[arg(long, value_name = "FILE")]
    pub(super) answers: Option<PathBuf>,
    /// What you kept of the last review, the sheet (CSV) or the JSON record, with what you accept or
    /// withdraw
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
    /// The product that was ordered
    #[arg(long, value_name = "NAME@VERSION")]
    pub(super) product: Option<OrderedProduct>,
    /// Keys and certificates whose signatures count; repeatable
    #[arg(long = "key", value_name = "FILE")]
    pub(super) keys: Vec<PathBuf>,
    /// Who reviews, for the record
    #[arg(long, value_name = "NAME")]
    pub(super) reviewer: Option<String>,
    /// When the product was released; the bill of materials must not be older than the terms allow
    #[arg(long, value_name = "DATE")]
    pub(super) released: Option<Date>,
    /// What goes to standard output: table, json (the record), markdown (a letter to the supplier), csv
    /// (the questions, to fill) or html (one page, to print)
    #[arg(short, long, value_name = "FORMAT", default_value_t = ReviewFormat::Table)]
    pub(super) format: ReviewFormat,
    /// Write one more report to a file; repeatable
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = output)]
    pub(super) output: Vec<ReviewOutput>,
    /// From which decision on the exit code is 1
    #[arg(long, value_enum, value_name = "DECISION", default_value = "reject")]
    pub(super) fail_on: FailOn,
    /// The configuration [default: bomvet.toml from here upwards, or BOMVET_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The advisory data.
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// VEX statements that lie outside the delivery; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) vex: Vec<PathBuf>,
    /// Print nothing on standard output but what a --format other than table asks for
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(super) color: Color,
}

/// One more report.
#[derive(Clone, Debug)]
pub(super) struct ReviewOutput {
    pub(super) format: ReviewFormat,
    pub(super) path: PathBuf,
}

fn output(text: &str) -> Result<ReviewOutput, String> {
    match text.split_once('=') {
        Some((format, path)) if !path.is_empty() => {
            let format = format.parse().map_err(|error: UnknownReviewFormat| error.to_string())?;
            Ok(ReviewOutput { format, path: PathBuf::from(path) })
        }
        _ => Err("expected FORMAT=PATH".to_owned()),
    }
}

/// From which decision on the exit code is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// The delivery is rejected
    Reject,
    /// It is rejected, or there are conditions
    Condition,
    /// Never
    Never,
}

impl FailOn {
    /// The class of a decision.
    pub(super) fn class(self, verdict: Verdict) -> Class {
        let fails = match self {
            Self::Reject => verdict == Verdict::Reject,
            Self::Condition => verdict >= Verdict::Conditions,
            Self::Never => false,
        };
        if fails { Class::Gate } else { Class::Ok }
    }
}
