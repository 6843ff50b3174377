//! Options, environment, file, default: in that order, into one value.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::Failure;
use super::args::{CertaintyArg, DataArgs, PolicyArgs};
use crate::advisory::database::{Contents, Database};
use crate::advisory::store::Store;
use crate::advisory::{bundled, correction, source};
use crate::config::{File, LeastCertainty, Settings, scopes};
use crate::files;
use crate::judge::gate::Class;

const FILE: &str = "bomvet.toml";

/// What the configuration, the environment and the options mean together.
pub(super) fn settings(args: &PolicyArgs) -> Result<Settings, Failure> {
    let mut settings = configured(args.config.as_deref())?;
    override_by(&mut settings, args)?;
    Ok(settings)
}

/// Lets options override what the configuration says.
pub(super) fn override_by(settings: &mut Settings, args: &PolicyArgs) -> Result<(), Failure> {
    if !args.fail_on.is_empty() {
        settings.gate.fail_on.clone_from(&args.fail_on);
    }
    if !args.scope.is_empty() {
        settings.gate.scopes = scopes(args.scope.iter().map(String::as_str))
            .map_err(|error| Failure::new(Class::Config, format!("--scope: {error}")))?;
    }
    match args.certainty {
        Some(CertaintyArg::Known) => settings.certainty = LeastCertainty::Known,
        Some(CertaintyArg::Low) => settings.certainty = LeastCertainty::Low,
        None => {}
    }
    settings.java = args.java;
    Ok(())
}

/// The keys that an option decided, with its name.
pub(super) fn options(args: &PolicyArgs) -> Vec<(&'static str, &'static str)> {
    let given = [
        (!args.fail_on.is_empty(), ("gate.fail_on", "--fail-on")),
        (!args.scope.is_empty(), ("gate.scopes", "--scope")),
        (args.certainty.is_some(), ("matching.certainty", "--certainty")),
    ];
    given.into_iter().filter(|(is_given, _)| *is_given).map(|(_, names)| names).collect()
}

/// What the configuration and the environment mean.
pub(super) fn configured(named: Option<&Path>) -> Result<Settings, Failure> {
    with_text(named).map(|(settings, _)| settings)
}

/// The same, with the text of the file where there is one.
pub(super) fn with_text(named: Option<&Path>) -> Result<(Settings, Option<String>), Failure> {
    let config = |error: String| Failure::new(Class::Config, error);
    let variable = |name: &str| std::env::var(name).ok();
    match find(named) {
        None => {
            let mut settings = Settings::default();
            File::apply_environment(&mut settings, variable).map(|()| (settings, None))
        }
        Some(path) => {
            let bytes = files::read(&path)
                .map_err(|error| config(format!("could not read configuration {error}")))?;
            let text = String::from_utf8(bytes)
                .map_err(|_| config(format!("{}: is no UTF-8 text", path.display())))?;
            File::settings(&text, &path, variable).map(|settings| (settings, Some(text)))
        }
    }
    .map_err(|error| config(error.to_string()))
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
pub(super) fn now(given: Option<Timestamp>) -> Result<Timestamp, Failure> {
    if let Some(now) = given {
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
    let store = store(args.db.as_deref())?;
    let mut batches = Vec::new();
    if !args.no_bundled {
        batches.push(bundled::batch());
    }
    for path in &args.advisories {
        batches.push(source::load(path).map_err(|error| Failure::new(Class::Data, error))?);
    }
    let database = Database::with_store(batches, store, now);
    if database.sources.iter().all(|source| source.contents != Contents::Osv) {
        let help = "leave out --no-bundled, give OSV records with --advisories, or import data with \
                    `bomvet db import`";
        return Err(
            Failure::new(Class::Data, "no advisory data: nothing to compare with").with_help(help)
        );
    }
    Ok(database)
}

/// All records, with what is corrected beside the configuration.
pub(super) fn corrected(
    args: &DataArgs,
    settings: &Settings,
    now: Timestamp,
) -> Result<Database, Failure> {
    let database = database(args, now)?;
    let Some(path) = &settings.path else { return Ok(database) };
    let folder = Path::new(path).with_file_name(correction::FOLDER);
    let corrections =
        correction::load(&folder).map_err(|error| Failure::new(Class::Config, error))?;
    Ok(database.correct(corrections)?)
}

/// The imported data: that of a folder that was named must be there, that of the user's own folder may.
pub(super) fn store(named: Option<&Path>) -> Result<Option<Store>, Failure> {
    let (home, is_named) = match (named_home(named), own_home()) {
        (Some(home), _) => (home, true),
        (None, Some(home)) => (home, false),
        (None, None) => return Ok(None),
    };
    match Store::open(&home)? {
        None if is_named => {
            let message = format!("no advisory data was imported to {}", home.display());
            Err(Failure::new(Class::Data, message)
                .with_help("import some with `bomvet db import --db DIR SOURCE`"))
        }
        store => Ok(store),
    }
}

/// The folder of imported data: the option, `BOMVET_DB`, the user's own.
pub(super) fn home(named: Option<&Path>) -> Result<PathBuf, Failure> {
    named_home(named).or_else(own_home).ok_or_else(|| {
        Failure::new(Class::Config, "the user has no data folder (neither XDG_DATA_HOME nor HOME)")
            .with_help("name a folder with --db")
    })
}

fn named_home(named: Option<&Path>) -> Option<PathBuf> {
    let variable = || std::env::var_os("BOMVET_DB").filter(|value| !value.is_empty());
    named.map(Path::to_owned).or_else(|| variable().map(PathBuf::from))
}

fn own_home() -> Option<PathBuf> {
    own_folder("XDG_DATA_HOME", ".local/share")
}

/// The program's folder in one of the user's own, as the XDG Base Directory Specification says: the one
/// that the variable names, else that below the home folder. A relative one does not count.
pub(super) fn own_folder(variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let folder = absolute(variable).or_else(|| Some(absolute("HOME")?.join(below_home)));
    Some(folder?.join("bomvet"))
}
