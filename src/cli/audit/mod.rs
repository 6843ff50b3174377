//! `bomvet audit`: the portfolio, again and again.

pub(super) mod args;
mod ask;
mod run;
mod store_args;

use super::Failure;
use crate::judge::gate::Class;
use args::{AuditArgs, AuditCommand};

pub(super) fn run(args: AuditArgs) -> Result<Class, Failure> {
    match args.command {
        None => run::run(&args.run),
        Some(AuditCommand::Run(args)) => run::run(&args),
        Some(AuditCommand::Status(args)) => ask::status(&args),
        Some(AuditCommand::Events(args)) => ask::events(&args),
        Some(AuditCommand::Where(args)) => ask::places(&args),
        Some(AuditCommand::Export(args)) => ask::export(&args),
        Some(AuditCommand::Backup(args)) => ask::backup(&args),
        Some(AuditCommand::Vacuum(args)) => ask::vacuum(&args),
    }
}
