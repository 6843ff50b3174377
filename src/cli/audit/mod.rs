//! `bomvet audit`: the portfolio again and again ([`run`], [`ask`]), and duties with their deadlines
//! (`mark`, `clocks`, `draft`, `regimes`).

pub(super) mod args;
mod ask;
mod clocks;
mod draft;
mod mark;

mod notices;
mod regimes;
mod report;
mod run;
pub(super) mod serve;
mod store_args;
mod store_at;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Failure, given, network, settings};
use crate::audit::clock::register::{self, Entry};
use crate::audit::clock::{Case, Declared, Fact, Regime, Stage, bundled, read, with_own};
use crate::config::{Exposure, Settings};
use crate::files;
use crate::ids::Cve;
use crate::judge::gate::Class;
use args::{AuditArgs, AuditCommand, WhereArgs};

pub(super) fn run(args: AuditArgs) -> Result<Class, Failure> {
    match args.command {
        None => run::run(&args.run),
        Some(AuditCommand::Run(args)) => run::run(&args),
        Some(AuditCommand::Status(args)) => ask::status(&args),
        Some(AuditCommand::Events(args)) => ask::events(&args),
        Some(AuditCommand::Where(args)) => ask::places(&args),
        Some(AuditCommand::Export(args)) => ask::export(&args),
        Some(AuditCommand::Report(args)) => report::run(&args),
        Some(AuditCommand::Backup(args)) => ask::backup(&args),
        Some(AuditCommand::Vacuum(args)) => ask::vacuum(&args),
        Some(AuditCommand::Mark(args)) => mark::run(&args),
        Some(AuditCommand::Clocks(args)) => clocks::run(&args),
        Some(AuditCommand::Draft(args)) => draft::run(&args),
        Some(AuditCommand::Regimes(args)) => regimes::run(&args),
    }
}

/// Whether what the configuration says about clocks and notices can be used.
pub(super) fn check(settings: &Settings) -> Result<(), Failure> {
    Rules::of(settings.clone())?;
    notices::check(settings)
}

/// The clock, in whole seconds: nobody enters or reads more.
fn now(given: Option<Timestamp>) -> Result<Timestamp, Failure> {
    let now = settings::now(given)?;
    Timestamp::from_second(now.as_second()).map_err(config)
}

fn config(error: impl std::fmt::Display) -> Failure {
    Failure::new(Class::Config, error)
}

/// The regimes and what the user says about themselves.
struct Rules {
    settings: Settings,
    regimes: Vec<Regime>,
    declared: Declared,
}

/// The stage of that name.
fn stage<'r>(regime: &'r Regime, id: &str) -> Result<&'r Stage, Failure> {
    regime.stage(id).ok_or_else(|| {
        let known: Vec<&str> = regime.stages.iter().map(|stage| stage.id.as_str()).collect();
        let known = known.join(", ");
        config(format!("{} has no stage \"{id}\"; it has: {known}", regime.id))
    })
}

impl Rules {
    /// The regime of that name.
    fn regime(&self, id: &str) -> Result<&Regime, Failure> {
        let found = self.regimes.iter().find(|regime| regime.id == id);
        found.ok_or_else(|| {
            config(format!("there is no regime \"{id}\"")).with_help("see `bomvet audit regimes`")
        })
    }

    fn load(named: Option<&Path>) -> Result<Self, Failure> {
        Self::of(settings::configured(named)?)
    }

    fn of(settings: Settings) -> Result<Self, Failure> {
        let mut own = Vec::new();
        for name in &settings.audit.regimes {
            let path = network::beside_configuration(&settings, name);
            let (text, _) = given::text(&path, "regime").map_err(config)?;
            own.push(read(&text, &path.display().to_string()).map_err(config)?);
        }
        let regimes = with_own(bundled().map_err(config)?, own);
        let audit = &settings.audit;
        let declared = Declared {
            roles: audit.roles.clone(),
            markets: audit.markets.clone(),
            on: audit.on.clone(),
            off: audit.off.clone(),
        };
        declared.check(&regimes).map_err(|error| {
            config(format!("[audit]: {error}")).with_help("see `bomvet audit regimes`")
        })?;
        Ok(Self { settings, regimes, declared })
    }

    /// The register: the option, else what the configuration names.
    fn register(&self, files: &WhereArgs) -> Option<PathBuf> {
        let configured = self.settings.audit.register.as_deref();
        let beside = |path| network::beside_configuration(&self.settings, path);
        files.register.clone().or_else(|| configured.map(beside))
    }

    /// What the configuration answers for all cases, where the register does not.
    fn offer(&self, case: &mut Case) {
        let audit = &self.settings.audit;
        let exposed = audit.exposure.map(|exposure| match exposure {
            Exposure::Exposed => "yes",
            Exposure::Internal => "no",
        });
        let class = audit.fedramp_class;
        for (fact, word, key) in
            [(Fact::Exposed, exposed, "exposure"), (Fact::FedrampClass, class, "fedramp_class")]
        {
            if let Some(word) = word.filter(|_| case.facts.get(fact).is_none()) {
                case.facts.tell(fact, word, format!("audit.{key} of the configuration"));
            }
        }
    }
}

/// The entries of a register. One that is named by an option must be there; one that only the
/// configuration names begins with the first entry.
fn entries(path: Option<&Path>, files: &WhereArgs) -> Result<Vec<Entry>, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    if files.register.is_none() && !files::is_file(path) {
        return Ok(Vec::new());
    }
    let (text, _) = given::text(path, "register").map_err(config)?;
    register::read(&text).map_err(|error| config(format!("{}:{error}", path.display())))
}

/// A CVE identifier in the spelling of its list; any other name as it is.
fn subject(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return Err(config("the identifier is empty"));
    }
    let upper = text.to_ascii_uppercase();
    Ok(if Cve::parse(&upper).is_some() { upper } else { text.to_owned() })
}
