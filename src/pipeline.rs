//! The whole audit of one set of inputs. Read this first.

use jiff::Timestamp;

use crate::advisory::database::{Database, Source};
use crate::advisory::playbook::Playbook;
use crate::advisory::store::StoreError;
use crate::config::Settings;
use crate::evidence::logging::weigh::{Evidence, Question, Weighed, weigh};
use crate::ingest::{Assessed, Intake};
use crate::inventory::{Inventory, Reason, Role};
use crate::judge::baseline::Baseline;
use crate::judge::gate::{self, Class, Gate};
use crate::judge::vex::{self, Statement};
use crate::judge::{Judged, grace, waiver};
use crate::matching;
use crate::purl::Purl;
use crate::remedy::target::Releases;
use crate::remedy::{self, Action, Remedy, Sources};

/// All that one audit found out.
#[derive(Debug)]
pub struct Audit {
    /// The clock of the audit.
    pub now: Timestamp,
    /// How it was asked for.
    pub run: Run,
    /// Who is inside.
    pub inventory: Inventory,
    /// Findings with their verdicts: by severity, then component, then identifier.
    pub judged: Vec<Judged>,
    /// For each finding, what must be true for it to bite, and what evidence says about it.
    pub weighed: Vec<Weighed>,
    /// What to do, one remedy for each component with open findings.
    pub remedies: Vec<Remedy>,
    /// Whether the pipeline may go on.
    pub gate: Gate,
    /// Where the records came from.
    pub data: DataState,
    /// What the reader must know besides.
    pub warnings: Vec<String>,
}

/// The state of the advisory data.
#[derive(Debug, Default)]
pub struct DataState {
    /// The origins.
    pub sources: Vec<Source>,
    /// The ecosystems with records.
    pub ecosystems: Vec<String>,
    /// Those of them whose data is held to be whole.
    pub whole: Vec<String>,
    /// How many packages the records name.
    pub packages: usize,
    /// How many more they name for flaws that are known to be exploited alone.
    pub exploited_packages: usize,
    /// How many days old the oldest origin is.
    pub age_days: Option<i64>,
    /// What was refused or odd in it.
    pub warnings: Vec<String>,
}

/// What people said about findings before this audit.
#[derive(Debug, Default)]
pub struct Said {
    /// VEX statements that were given.
    pub statements: Vec<Statement>,
    /// The findings that are known.
    pub baseline: Option<Baseline>,
    /// How the audit was asked for.
    pub run: Run,
}

/// How an audit was asked for, so that it can be asked for again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The options that decide a verdict, and the inputs.
    pub arguments: Vec<String>,
    /// What people stated, as files.
    pub files: Vec<GivenFile>,
}

/// A file with statements of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenFile {
    /// `vex` or `baseline`.
    pub role: &'static str,
    /// The file as the user named it.
    pub path: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl From<Vec<Statement>> for Said {
    fn from(statements: Vec<Statement>) -> Self {
        Self { statements, ..Self::default() }
    }
}

/// Audits what was read against what is known.
///
/// # Errors
/// When the imported data turns out to be damaged: then there is no verdict on anything.
pub fn audit(
    intake: Intake,
    database: &Database,
    settings: &Settings,
    said: impl Into<Said>,
    now: Timestamp,
) -> Result<Audit, StoreError> {
    let said = said.into();
    let mut inventory = intake.inventory;
    matching::coordinates::adopt(&mut inventory, database, settings.certainty)?;
    count_records_without_version(&mut inventory, database)?;
    inventory.keep_covered(|ecosystem| database.covers(ecosystem));
    let matches = matching::find(&mut inventory, database)?;
    inventory.mark_coverage(|package, certainty| database.coverage(package, certainty))?;
    let unasked = (Playbook::default(), Vec::new());
    let (playbook, warnings) =
        if matches.findings.is_empty() { &unasked } else { Playbook::bundled() };
    let mut warnings = warnings.clone();
    warnings.extend(matches.doubts);
    let outcome = waiver::apply(matches.findings, &inventory, settings, now);
    warnings.extend(intake.warnings);
    warnings.extend(outcome.warnings);
    let mut judged = outcome.judged;
    let mut all = embedded(&intake.assessed, &inventory, &mut warnings);
    all.extend(said.statements);
    warnings.extend(vex::apply(&mut judged, &all, &inventory, (settings, now)));
    let known = said.baseline.map(|baseline| baseline.apply(&mut judged, &inventory));
    warnings.extend(known.into_iter().flatten());
    warnings.extend(grace::apply(&mut judged, settings.grace, now));
    sort(&mut judged, &inventory);
    let releases = Releases::new(&inventory, playbook);
    let sources = Sources {
        inventory: &inventory,
        database,
        playbook,
        releases: &releases,
        java: settings.java,
    };
    let remedies = remedy::find(&judged, sources)?;
    let change = |one: &Judged| change(&remedies, one, &inventory);
    let known = gate::Known { fixable: &|one| cures(&remedies, one), change: &change, database };
    let mut gate = gate::judge(&judged, &inventory, (settings, now), known);
    warnings.append(&mut gate.remarks);
    for error in &intake.errors {
        gate.add(Class::Input, error.to_string());
    }
    for error in outcome.errors {
        gate.add(Class::Config, error);
    }
    let data = data_state(database, settings, now, &mut gate);
    let weighed = weigh_all(&mut judged, &inventory, playbook, &intake.evidence);
    Ok(Audit { now, run: said.run, weighed, judged, remedies, gate, data, warnings, inventory })
}

/// The VEX statements that stand in scanned documents. One that cannot be read closes nothing, so a
/// warning is enough.
fn embedded(
    assessed: &[Assessed],
    inventory: &Inventory,
    warnings: &mut Vec<String>,
) -> Vec<Statement> {
    let mut all = Vec::new();
    for Assessed { input, text } in assessed {
        let path = &inventory.inputs[*input].path;
        let source = vex::Source { path, origin: vex::Origin::Embedded(*input) };
        match vex::read(text, source) {
            Ok(statements) => all.extend(statements),
            Err(error) => warnings.push(error.to_string()),
        }
    }
    all
}

/// Weighs every finding against the evidence; mitigations that are no full help become notes.
fn weigh_all(
    judged: &mut [Judged],
    inventory: &Inventory,
    playbook: &Playbook,
    evidence: &Evidence,
) -> Vec<Weighed> {
    let of_one = |one: &mut Judged| {
        let package = inventory.components[one.finding.component].identity.as_ref();
        let (package, version) =
            package.map_or(("", ""), |package| (&package.name, &package.version));
        let question = Question { ids: &one.finding.ids, package, version };
        let mut weighed = weigh(playbook, question, evidence);
        one.finding.notes.append(&mut weighed.notes);
        weighed
    };
    judged.iter_mut().map(of_one).collect()
}

/// A component without a version has no verdict, but how many records speak of its package is known.
fn count_records_without_version(
    inventory: &mut Inventory,
    database: &Database,
) -> Result<(), StoreError> {
    for component in &mut inventory.components {
        let Err(why) = &mut component.identity else {
            continue;
        };
        if !matches!(why.reason, Reason::NoVersion | Reason::VersionRange) {
            continue;
        }
        let purl = component.purl_text.as_deref().and_then(|text| Purl::parse(text).ok());
        let Some(package) = purl.and_then(|purl| purl.package("")) else { continue };
        let known = database.record_count(&package.ecosystem, &package.name)?;
        if known > 0 {
            let noun = if known == 1 { "record speaks" } else { "records speak" };
            let text = format!("{known} {noun} of this package");
            why.detail = Some(match why.detail.take() {
                Some(detail) => format!("{detail}; {text}"),
                None => text,
            });
        }
    }
    Ok(())
}

fn sort(judged: &mut [Judged], inventory: &Inventory) {
    judged.sort_by_cached_key(|one| {
        let finding = &one.finding;
        let component = &inventory.components[finding.component];
        let score = finding.severity.score.unwrap_or_default();
        // scores have one decimal: tenths order them as integers
        #[expect(clippy::cast_possible_truncation, reason = "a CVSS score lies between 0 and 10")]
        let tenths = -((score * 10.0).round() as i64);
        (
            finding.severity.level.reading_rank(),
            tenths,
            component.label(),
            finding.ids.first().map(ToString::to_string),
            component.input,
        )
    });
}

/// Whether a remedy clears a finding.
fn cures(remedies: &[Remedy], judged: &Judged) -> bool {
    let own = remedies.iter().find(|remedy| remedy.component == judged.finding.component);
    own.is_some_and(|remedy| judged.finding.ids.iter().any(|id| remedy.clears.contains(id)))
}

/// What would make a finding go away.
fn change(remedies: &[Remedy], judged: &Judged, inventory: &Inventory) -> String {
    let name = inventory.components[judged.finding.component].short();
    let own = remedies.iter().find(|remedy| remedy.component == judged.finding.component);
    match own.filter(|_| cures(remedies, judged)).map(|remedy| (remedy.action, &remedy.to)) {
        Some((Action::Upgrade, Some(to))) => format!("upgrade {name} to {}", to.version),
        Some((Action::Replace, _)) => format!("replace {name}"),
        Some((Action::Remove, _)) => format!("remove {name}"),
        _ => format!(
            "no version of {name} is known to cure it: replace it, or say in a VEX statement or a \
             waiver why it does not matter"
        ),
    }
}

/// Whether imported data is older than the policy allows: in words.
#[must_use]
pub fn too_old(database: &Database, settings: &Settings, now: Timestamp) -> Option<String> {
    let as_of = database.store()?.manifest().as_of;
    let limit = i64::from(settings.data.max_age_days);
    let days = days_between(as_of, now);
    (limit > 0 && days > limit).then(|| {
        format!(
            "the imported advisory data is {days} days old (of {}), more than the {limit} that \
             data.max_age_days allows",
            as_of.strftime("%Y-%m-%d")
        )
    })
}

fn days_between(start: Timestamp, end: Timestamp) -> i64 {
    end.duration_since(start).as_secs().div_euclid(86_400)
}

/// The data behind the audit, and whether it may be used: imported data has a limit to its age.
fn data_state(
    database: &Database,
    settings: &Settings,
    now: Timestamp,
    gate: &mut Gate,
) -> DataState {
    let mut warnings = database.warnings.clone();
    if database.is_empty() {
        gate.add(Class::Data, "no advisory data: no record is loaded".to_owned());
    }
    let age = database.built_at().map(|built| days_between(built, now));
    if age.is_some_and(|days| days < -1) {
        warnings.push("the advisory data is from the future: is the clock wrong?".to_owned());
    }
    let (packages, exploited_packages) = database.packages();
    match too_old(database, settings, now) {
        Some(text) if settings.data.allow_stale => warnings.push(text),
        Some(text) => gate.add(Class::Data, text),
        None => {}
    }
    DataState {
        sources: database.sources.clone(),
        ecosystems: database.ecosystems().map(str::to_owned).collect(),
        whole: database.whole_ecosystems().map(str::to_owned).collect(),
        packages,
        exploited_packages,
        age_days: age.map(|days| days.max(0)),
        warnings,
    }
}

impl Audit {
    /// Whether anything was evaluated at all, a subject included.
    #[must_use]
    pub fn has_evaluated(&self) -> bool {
        self.inventory.components.iter().any(|c| c.identity.is_ok() && c.role != Role::Alias)
    }
}
