//! What can be typed behind `bomvet vex`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use crate::cli::args::{DataArgs, MavenArgs};
use crate::report::ReportFormat;

/// `bomvet vex`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct VexArgs {
    /// What to do.
    #[command(subcommand)]
    pub(in crate::cli) command: VexCommand,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum VexCommand {
    /// Write what is stated of findings: VEX statements that count, waivers, and what evidence shows
    Create(Box<CreateArgs>),
    /// Find what is wrong with VEX documents by their own specification, with line and column
    Check(CheckArgs),
}

/// Formats of VEX documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum VexFormat {
    /// OpenVEX 0.2.0
    Openvex,
    /// CSAF 2.0, profile VEX
    Csaf,
    /// CycloneDX 1.6
    Cyclonedx,
}

impl VexFormat {
    pub(in crate::cli) fn report(self) -> ReportFormat {
        match self {
            Self::Openvex => ReportFormat::OpenVex,
            Self::Csaf => ReportFormat::Csaf,
            Self::Cyclonedx => ReportFormat::CycloneDx,
        }
    }
}

/// Options of `vex create`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct CreateArgs {
    /// Files or folders; `-` is standard input
    #[arg(value_name = "INPUT", default_value = ".")]
    pub(in crate::cli) inputs: Vec<PathBuf>,
    /// The format of the document
    #[arg(short, long, value_enum, default_value = "openvex")]
    pub(in crate::cli) format: VexFormat,
    /// Where it is written [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Who speaks in it [default: author under vex in the configuration]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) author: Option<String>,
    /// The configuration [default: bomvet.toml from here upwards, or BOMVET_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// The advisory data.
    #[command(flatten)]
    pub(in crate::cli) data: DataArgs,
    /// VEX statements to take over: OpenVEX, CSAF, CycloneDX or SPDX 3 in JSON; repeatable
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) vex: Vec<PathBuf>,
    /// Logging configurations in use, or key=value settings: a file, or a folder that is searched;
    /// repeatable
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) evidence: Vec<PathBuf>,
    /// Maven manifests.
    #[command(flatten)]
    pub(in crate::cli) maven: MavenArgs,
}

/// Options of `vex check`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct CheckArgs {
    /// OpenVEX, CSAF, CycloneDX or SPDX 3 in JSON; the format is found from the content
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) files: Vec<PathBuf>,
    /// Colours
    #[arg(long, value_enum, default_value = "auto")]
    pub(in crate::cli) color: crate::cli::args::Color,
}
