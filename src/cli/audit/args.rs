//! What can be typed behind `bomvet audit`.

use clap::{Args as ClapArgs, Subcommand};

use super::store_args::{
    BackupArgs, EventsArgs, ExportArgs, PlacesArgs, RUN_CODES, RunArgs, STORE_CODES, StatusArgs,
    VacuumArgs,
};

/// `bomvet audit`.
#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
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
    /// Write all that the store knows, one JSON object a line
    #[command(after_help = STORE_CODES)]
    Export(ExportArgs),
    /// Write a copy of the store, also while a run is at work
    #[command(after_help = STORE_CODES)]
    Backup(BackupArgs),
    /// Forget what is older than audit.keep_days, and give unused room back
    #[command(after_help = STORE_CODES)]
    Vacuum(VacuumArgs),
}
