//! The machine that Maven manifests are read for: its environment, settings and local repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Failure;
use super::args::MavenArgs;
use crate::files;
use crate::ingest::{Disk, text};
use crate::judge::gate::Class;
use crate::maven::{Machine, Maven, PomSource, Settings};

/// Parts of the names of variables that may hold a secret: a POM that refers to one would carry it
/// into a report.
const SECRET: [&str; 7] = ["TOKEN", "SECRET", "PASS", "CREDENTIAL", "KEY", "AUTH", "COOKIE"];

/// What Maven is on this machine.
pub(super) struct Setup {
    machine: Machine,
    /// The local repository, where there is any.
    pub(super) repository: Option<PathBuf>,
}

impl Setup {
    /// Maven over these files.
    pub(super) fn over<'s>(&self, source: &'s dyn PomSource) -> Maven<'s> {
        let maven = Maven::new(source, self.machine.clone());
        match &self.repository {
            Some(folder) => maven.with_local(folder.clone()),
            None => maven,
        }
    }
}

/// Maven as the options, the environment and the settings have it.
pub(super) fn maven(args: &MavenArgs) -> Result<Maven<'static>, Failure> {
    Ok(setup(args)?.over(&Disk))
}

/// What the options, the environment and the settings say about Maven.
pub(super) fn setup(args: &MavenArgs) -> Result<Setup, Failure> {
    let config = |message: String| Failure::new(Class::Config, message);
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    let home = home.filter(|home| !home.is_empty()).map(PathBuf::from);
    let settings = match (&args.settings, &home) {
        (Some(path), _) => settings(path).map_err(config)?,
        (None, Some(home)) => {
            let path = home.join(".m2/settings.xml");
            let read =
                if files::is_file(&path) { settings(&path) } else { Ok(Settings::default()) };
            read.unwrap_or_else(|cause| {
                eprintln!("warning: {}; it is passed over", crate::report::plain(&cause));
                Settings::default()
            })
        }
        (None, None) => Settings::default(),
    };
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| {
            let name = name.to_ascii_uppercase();
            !SECRET.iter().any(|secret| name.contains(secret))
        })
        .collect();
    let machine = Machine { environment, home, settings };
    let repository = match &args.local_repository {
        Some(folder) if !files::is_folder(folder) => {
            let message = format!("--local-repository {}: no such folder", folder.display());
            return Err(config(message));
        }
        Some(folder) => Some(folder.clone()),
        None => machine.local_repository(),
    };
    Ok(Setup { machine, repository })
}

fn settings(path: &Path) -> Result<Settings, String> {
    let shown = path.display();
    let bytes = files::read(path).map_err(|error| format!("could not read settings {error}"))?;
    let text = text::decode(&bytes)
        .map_err(|error| format!("could not read settings {shown}: {error}"))?;
    Settings::parse(&text, path.to_owned()).map_err(|error| match error.place {
        Some(place) => format!("could not read settings {shown} at {place}: {error}"),
        None => format!("could not read settings {shown}: {error}"),
    })
}
