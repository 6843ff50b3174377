//! `bomvet config`: whether the configuration can be used, what it means, its schema.

use std::fmt::Write;

use super::args::{ConfigCommand, PolicyArgs};
use super::{Failure, audit, output, settings};
use crate::config::{Origin, Settings, Shown};
use crate::judge::gate::Class;
use crate::judge::waiver;
use crate::report::{count, plain};
use crate::review::profile::Profile;

/// The schema of `bomvet.toml`.
const SCHEMA: &str = include_str!("../../docs/bomvet-toml.schema.json");

pub(super) fn run(command: &ConfigCommand) -> Result<Class, Failure> {
    let text = match command {
        ConfigCommand::Schema => SCHEMA.to_owned(),
        ConfigCommand::Profile { id: Some(id) } => profile(id)?.to_owned(),
        ConfigCommand::Profile { id: None } => profiles(),
        ConfigCommand::Show(args) => show(args)?,
        ConfigCommand::Check { config, now } => {
            let (settings, _) = settings::with_text(config.as_deref())?;
            let Some(path) = &settings.path else {
                let message = "no bomvet.toml from here upwards";
                return Err(
                    Failure::new(Class::Config, message).with_help("name one with --config")
                );
            };
            audit::check(&settings)?;
            for remark in waiver::lint(&settings, settings::now(*now)?) {
                eprintln!("warning: {}", plain(&remark));
            }
            format!("{path}: can be used; {}\n", counts(&settings))
        }
    };
    Ok(output::finish(output::print(text.as_bytes(), super::args::Color::Never)))
}

fn profile(id: &str) -> Result<&'static str, Failure> {
    Profile::text_of(id).ok_or_else(|| {
        let message = format!("no bundled profile is called \"{id}\"");
        Failure::new(Class::Config, message).with_help("`bomvet config profile` lists them")
    })
}

fn profiles() -> String {
    Profile::bundled()
        .iter()
        .map(|one| format!("{:<20}{}, {}\n", one.id, one.name, one.version))
        .collect()
}

fn counts(settings: &Settings) -> String {
    [
        count(settings.waiver.len(), "waiver"),
        count(settings.rules.len(), "rule"),
        count(settings.deny.len(), "denied package"),
        count(settings.sources.len(), "data source"),
        count(settings.products.len(), "product"),
    ]
    .join(", ")
}

fn show(args: &PolicyArgs) -> Result<String, Failure> {
    let (mut settings, text) = settings::with_text(args.config.as_deref())?;
    settings::override_by(&mut settings, args)?;
    let path = settings.path.clone().unwrap_or_default();
    let options = settings::options(args);
    let variable = |name: &str| std::env::var(name).ok();
    let mut out = String::new();
    for shown in settings.shown(text.as_deref(), &options, variable) {
        // writing into a text cannot fail
        let _ = writeln!(out, "{}", line(&shown, &path));
    }
    Ok(out)
}

/// Lines of keys are TOML; the others are remarks in it.
fn line(shown: &Shown, path: &str) -> String {
    let origin = match &shown.origin {
        Origin::Option(name) => (*name).to_owned(),
        Origin::Variable(name) => name.clone(),
        Origin::Line(line) => format!("{path}:{line}"),
        Origin::Default => "default".to_owned(),
    };
    let (key, value) = (plain(&shown.key), plain(&shown.value));
    let said = match shown.value.as_str() {
        "" => format!("# {key} is not set"),
        _ if key.contains(' ') => format!("# {key}: {value}"),
        _ => format!("{key} = {value}"),
    };
    format!("{said:<60}  # {origin}")
}
