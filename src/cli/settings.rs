//! Options, environment, file, default: in that order, into one value.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::Failure;
use super::args::{CertaintyArg, DataArgs, ScanArgs};
use crate::advisory::database::{Contents, Database};
use crate::advisory::{bundled, source};
use crate::config::{File, LeastCertainty, Settings, scopes};
use crate::files;
use crate::judge::gate::Class;

const FILE: &str = "bomvet.toml";

/// What the configuration, the environment and the options mean together.
pub(super) fn settings(args: &ScanArgs) -> Result<Settings, Failure> {
    let config = |error: String| Failure::new(Class::Config, error);
    let variable = |name: &str| std::env::var(name).ok();
    let mut settings = match find(args.config.as_deref()) {
        None => {
            let mut settings = Settings::default();
            File::apply_environment(&mut settings, variable).map(|()| settings)
        }
        Some(path) => {
            let bytes = files::read(&path)
                .map_err(|error| config(format!("could not read configuration {error}")))?;
            let text = String::from_utf8(bytes)
                .map_err(|_| config(format!("{}: is no UTF-8 text", path.display())))?;
            File::settings(&text, &path, variable)
        }
    }
    .map_err(|error| config(error.to_string()))?;
    if !args.fail_on.is_empty() {
        settings.gate.fail_on.clone_from(&args.fail_on);
    }
    if !args.scope.is_empty() {
        settings.gate.scopes = scopes(args.scope.iter().map(String::as_str))
            .map_err(|error| config(format!("--scope: {error}")))?;
    }
    match args.certainty {
        Some(CertaintyArg::Known) => settings.certainty = LeastCertainty::Known,
        Some(CertaintyArg::Low) => settings.certainty = LeastCertainty::Low,
        None => {}
    }
    settings.java = args.java;
    Ok(settings)
}

/// The named file, else `BOMVET_CONFIG`, else the nearest `bomvet.toml` from here upwards.
fn find(named: Option<&Path>) -> Option<PathBuf> {
    if let Some(path) = named {
        return Some(path.to_owned());
    }
    if let Some(path) = std::env::var_os("BOMVET_CONFIG") {
        return Some(PathBuf::from(path));
    }
    let here = std::env::current_dir().ok()?;
    let found =
        here.ancestors().map(|folder| folder.join(FILE)).find(|path| files::is_file(path))?;
    // in the working directory the short name is what people typed and what reports should show
    Some(if found.parent() == Some(&here) { PathBuf::from(FILE) } else { found })
}

/// The audit's clock: the option, `SOURCE_DATE_EPOCH`, the machine's.
pub(super) fn now(args: &DataArgs) -> Result<Timestamp, Failure> {
    if let Some(now) = args.now {
        return Ok(now);
    }
    let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(Timestamp::now());
    };
    let text = epoch.to_string_lossy();
    let seconds = text.trim().parse().ok();
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).ok_or_else(|| {
        let message = format!("SOURCE_DATE_EPOCH is \"{text}\", expected seconds since 1970");
        Failure::new(Class::Config, message)
    })
}

/// All records that the options ask for.
pub(super) fn database(args: &DataArgs, now: Timestamp) -> Result<Database, Failure> {
    let mut batches = Vec::new();
    if !args.no_bundled {
        batches.push(bundled::batch());
    }
    for path in &args.advisories {
        batches.push(source::load(path).map_err(|error| Failure::new(Class::Data, error))?);
    }
    let database = Database::new(batches, now);
    if database.sources.iter().all(|source| source.contents != Contents::Osv) {
        return Err(Failure::new(Class::Data, "no advisory data: nothing to compare with")
            .with_help("leave out --no-bundled, or give OSV records with --advisories"));
    }
    Ok(database)
}
