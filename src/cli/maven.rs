//! The machine that Maven manifests are read for: its environment, settings, local repository and remote
//! ones.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::args::MavenArgs;
use super::{Failure, given, network, settings};
use crate::config::{Checksums, MavenSettings, Settings as Configured};
use crate::files;
use crate::ingest::Disk;
use crate::judge::gate::Class;
use crate::maven::{
    self, Declared, Machine, Master, Maven, Online, PomSource, Remotes, Security, Settings,
};
use crate::net::{Clock, Options};

/// Parts of the names of variables that may hold a secret: a POM that refers to one would carry it
/// into a report.
const SECRET: [&str; 7] = ["TOKEN", "SECRET", "PASS", "CREDENTIAL", "KEY", "AUTH", "COOKIE"];

/// How many files may refer to each other for the master password.
const MAX_RELOCATIONS: usize = 8;

/// How long one POM may take. The waits that a server asks for count.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// How often one POM is asked for before it is given up.
const ATTEMPTS: u32 = 3;

/// What Maven is on this machine.
pub(super) struct Setup {
    /// The machine and the remote repositories.
    base: Maven<'static>,
    /// The local repository, where there is any.
    pub(super) repository: Option<PathBuf>,
}

impl Setup {
    /// Maven over these files.
    pub(super) fn over<'s>(&self, source: &'s dyn PomSource) -> Maven<'s> {
        let maven = self.base.over(source);
        match &self.repository {
            Some(folder) => maven.with_local(folder.clone()),
            None => maven,
        }
    }
}

/// Maven as the options, the configuration, the environment and the settings have it.
pub(super) fn maven(args: &MavenArgs, configured: &Configured) -> Result<Maven<'static>, Failure> {
    Ok(setup(args, configured)?.over(&Disk))
}

/// What the options, the configuration, the environment and the settings say about Maven.
pub(super) fn setup(args: &MavenArgs, configured: &Configured) -> Result<Setup, Failure> {
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    let home = home.filter(|home| !home.is_empty()).map(PathBuf::from);
    let beside = |path: &Option<String>| {
        path.as_deref().map(|path| network::beside_configuration(configured, path))
    };
    let named = args.settings.clone().or_else(|| beside(&configured.maven.settings));
    let settings = maven_settings(named.as_deref(), home.as_deref())?;
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| !may_be_secret(name))
        .collect();
    let profiles = args.profiles.iter().map(|list| format!("-P{list}"));
    let arguments = profiles.chain(args.define.iter().map(|one| format!("-D{one}"))).collect();
    let machine = Machine { environment, home, settings, arguments };
    let named = args.local_repository.clone();
    let repository = match named.or_else(|| beside(&configured.maven.local_repository)) {
        Some(folder) if !files::is_folder(&folder) => {
            let message = format!("--local-repository {}: no such folder", folder.display());
            return Err(Failure::new(Class::Config, message));
        }
        Some(folder) => Some(folder),
        None => machine.local_repository(),
    };
    let cache = beside(&configured.maven.cache)
        .or_else(|| Some(settings::own_folder("XDG_CACHE_HOME", ".cache")?.join("maven")));
    let remotes = remotes(args, configured, &machine, cache)?;
    Ok(Setup { base: Maven::new(&Disk, machine).with_remotes(remotes), repository })
}

/// Whether a name is one of those under which secrets are kept.
pub(super) fn may_be_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    SECRET.iter().any(|secret| name.contains(secret))
}

/// The settings: those that are named must be there, the user's own may.
fn maven_settings(named: Option<&Path>, home: Option<&Path>) -> Result<Settings, Failure> {
    if let Some(path) = named {
        return read(path, "settings", |text| Settings::parse(text, path.to_owned()))
            .map_err(|message| Failure::new(Class::Config, message));
    }
    let path = home.map(|home| home.join(".m2/settings.xml"));
    let Some(path) = path.filter(|path| files::is_file(path)) else {
        return Ok(Settings::default());
    };
    let read = read(&path, "settings", |text| Settings::parse(text, path.clone()));
    Ok(read.unwrap_or_else(|cause| {
        eprintln!("warning: {}; it is passed over", crate::report::plain(&cause));
        Settings::default()
    }))
}

fn read<T>(
    path: &Path,
    what: &str,
    parse: impl FnOnce(&str) -> Result<T, crate::maven::PomError>,
) -> Result<T, String> {
    let (text, _) = given::text(path, what)?;
    let shown = path.display();
    parse(&text).map_err(|error| match error.place {
        Some(place) => format!("could not read {what} {shown} at {place}: {error}"),
        None => format!("could not read {what} {shown}: {error}"),
    })
}

/// The remote repositories and how they are reached.
fn remotes(
    args: &MavenArgs,
    configured: &Configured,
    machine: &Machine,
    cache: Option<PathBuf>,
) -> Result<Remotes, Failure> {
    let MavenSettings { online, repositories, checksums, .. } = &configured.maven;
    let given = if args.repository.is_empty() { repositories } else { &args.repository };
    let home = machine.home.as_deref();
    let value = |name: &str| match name.strip_prefix("env.") {
        Some(name) => std::env::var(name).ok(),
        None => home.filter(|_| name == "user.home").map(|home| home.display().to_string()),
    };
    let online = match *online || args.online {
        false => None,
        true => Some(Online {
            options: Options {
                longest: LONGEST,
                attempts: ATTEMPTS,
                ..network::options(configured)?
            },
            clock: Clock { now: &Timestamp::now, sleep: &std::thread::sleep },
        }),
    };
    Ok(Remotes {
        given: given.iter().map(|one| Declared::given(&one.id, &one.url)).collect(),
        access: machine.settings.access.clone().filled(&value),
        // who asks nobody needs no password
        master: home.filter(|_| online.is_some()).map(master).unwrap_or_default(),
        cache,
        checksums: checksums.map(|checksums| match checksums {
            Checksums::Warn => maven::Checksums::Warn,
            Checksums::Fail => maven::Checksums::Fail,
        }),
        online,
    })
}

/// What opens the encrypted passwords of a user.
fn master(home: &Path) -> Master {
    let mut path = home.join(".m2/settings-security.xml");
    if !files::is_file(&path) {
        return Master::default();
    }
    for _ in 0..MAX_RELOCATIONS {
        match read(&path, "settings-security", Security::parse) {
            Ok(Security::Master(encrypted)) => return Master::of(&encrypted),
            Ok(Security::Elsewhere(other)) => path = other,
            Err(cause) => return Master::lacking(cause),
        }
    }
    Master::lacking("settings-security.xml leads from file to file".to_owned())
}
