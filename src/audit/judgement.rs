//! One document of today: read, judged as `bomvet scan` judges it, and made a value to remember.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;

use super::outcome::Outcomes;
use super::state::{Covered, DocumentState, Held, Release, Status};
use super::store::Outcome;
use crate::advisory::database::Database;
use crate::advisory::store::StoreError;
use crate::config::Settings;
use crate::files::Source;
use crate::ingest::{self, Intake, Named};
use crate::inventory::{Component, Format, Inventory};
use crate::judge::baseline::Baseline;
use crate::judge::vex::Statement;
use crate::judge::{Judged, Verdict};
use crate::matching::coordinates;
use crate::pipeline::{self, Audit, Said};

/// What a document is judged by.
pub struct Court<'a> {
    /// The advisory data.
    pub database: &'a Database,
    /// What it says of releases.
    pub outcomes: &'a Outcomes<'a>,
    /// The policy.
    pub settings: &'a Settings,
    /// VEX statements that were given.
    pub statements: &'a [Statement],
    /// The findings that are known.
    pub baseline: Option<&'a Baseline>,
    /// The clock.
    pub now: Timestamp,
}

/// A document that was judged.
#[derive(Debug)]
pub struct Judgement {
    /// What to remember.
    pub state: DocumentState,
    /// What the data says of its releases, in their order.
    pub outcomes: Vec<Outcome>,
    /// From when on its verdicts may change by time alone, or by files that it does not hold.
    pub recheck: Option<Timestamp>,
    /// What in it could not be read.
    pub errors: Vec<String>,
}

/// What came of looking at a file.
#[derive(Debug)]
pub enum Look {
    /// It is no document.
    Nothing,
    /// It cannot be read.
    Failed(String),
    /// It was judged.
    Judged(Box<Judgement>),
}

impl Court<'_> {
    /// Reads and judges a file.
    ///
    /// # Errors
    /// When the imported data is damaged: then there is no verdict on anything.
    pub fn judge(
        &self,
        (path, source): (&Path, &Source),
        named: Named,
        options: &ingest::Options<'_>,
    ) -> Result<Look, StoreError> {
        let intake = ingest::read_source(path, source, named, options);
        let errors: Vec<String> = intake.errors.iter().map(ToString::to_string).collect();
        if intake.inventory.inputs.is_empty() {
            return Ok(errors.into_iter().next().map_or(Look::Nothing, Look::Failed));
        }
        let sha256 = match source.sha256() {
            Ok(sha256) => sha256,
            Err(error) => return Ok(Look::Failed(format!("{}: {error}", path.display()))),
        };
        let asked: Vec<Vec<Release>> = intake.inventory.components.iter().map(releases).collect();
        let is_assessed = !intake.assessed.is_empty();
        let audit = self.audit(intake)?;
        let mut state = state(&audit, asked);
        state.sha256 = sha256;
        let outcomes: Result<Vec<Outcome>, StoreError> =
            state.releases.iter().map(|release| self.outcomes.of(release)).collect();
        let recheck = self.recheck(&audit.inventory, &state, is_assessed);
        Ok(Look::Judged(Box::new(Judgement { state, outcomes: outcomes?, recheck, errors })))
    }

    fn audit(&self, intake: Intake) -> Result<Audit, StoreError> {
        let said = Said {
            statements: self.statements.to_vec(),
            baseline: self.baseline.cloned(),
            ..Said::default()
        };
        pipeline::audit(intake, self.database, self.settings, said, self.now)
    }

    /// From when on the verdicts may change although document, data and policy stay. A POM also depends
    /// on files beside it, so that it is always judged anew.
    fn recheck(
        &self,
        inventory: &Inventory,
        state: &DocumentState,
        is_assessed: bool,
    ) -> Option<Timestamp> {
        if inventory.inputs.iter().any(|input| input.format == Format::MavenPom) {
            return Some(Timestamp::MIN);
        }
        if state.findings.is_empty() {
            return None;
        }
        let grace = self.settings.grace != crate::config::Grace::default();
        if is_assessed || (grace && self.baseline.is_some()) {
            return Some(Timestamp::MIN);
        }
        let ends =
            self.settings.waiver.iter().filter_map(|waiver| Some(waiver.expires.as_ref()?.0));
        let starts = self.statements.iter().filter_map(|statement| statement.at);
        ends.chain(starts).filter(|at| *at > self.now).min()
    }
}

/// What advisories may be asked about a component, before the data is known.
fn releases(component: &Component) -> Vec<Release> {
    if let Ok(package) = &component.identity {
        return vec![Release::from(package)];
    }
    let mut all: Vec<Release> =
        coordinates::candidates(component).iter().map(Release::from).collect();
    let version = component.version.as_deref().unwrap_or_default();
    let stated = component.purl().and_then(|purl| purl.package(version));
    all.extend(stated.as_ref().map(Release::from));
    all
}

fn state(audit: &Audit, before: Vec<Vec<Release>>) -> DocumentState {
    let inventory = &audit.inventory;
    let (mut all, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for (component, before) in inventory.components.iter().zip(before) {
        if let Ok(package) = &component.identity {
            let release = Release::from(package);
            if !component.is_not_covered() {
                asked.insert(release.clone());
            }
            all.insert(release);
        }
        all.extend(before);
    }
    let unasked = all.difference(&asked).cloned().collect();
    let input = &inventory.inputs[0];
    let subject = input.subject.as_ref().map(|subject| {
        let version = subject.version.as_deref().unwrap_or_default();
        format!("{} {version}", subject.name).trim_end().to_owned()
    });
    let spec = input.spec_version.as_deref().unwrap_or_default();
    DocumentState {
        sha256: String::new(),
        subject,
        format: format!("{} {spec}", input.format).trim_end().to_owned(),
        commit: None,
        covered: covered(inventory),
        releases: all.into_iter().collect(),
        unasked,
        findings: audit.judged.iter().filter_map(|one| held(one, inventory, audit.now)).collect(),
        gaps: gaps(inventory),
        is_partial: inventory.inputs.iter().any(|input| input.gaps.is_cut),
        unnamed: unnamed(inventory),
        has_one_version: matches!(&inventory.inputs[..], [one] if one.format == Format::MavenPom),
    }
}

/// The unread parts of all documents in a file, each document with its name where there are several.
fn gaps(inventory: &Inventory) -> BTreeSet<String> {
    let is_one = inventory.inputs.len() == 1;
    let parts = inventory.inputs.iter().flat_map(|input| {
        let name = |part: &String| match is_one {
            true => part.clone(),
            false => format!("{}: {part}", input.path),
        };
        input.gaps.parts.iter().map(name)
    });
    parts.collect()
}

/// What components are called that could not be evaluated: one of them may be what was known by another
/// name.
fn unnamed(inventory: &Inventory) -> BTreeSet<String> {
    let without = inventory.components.iter().filter(|component| component.identity.is_err());
    let names = without.flat_map(|component| [component.full_name(), component.name.clone()]);
    names.map(|name| name.to_lowercase()).filter(|name| !name.is_empty()).collect()
}

fn covered(inventory: &Inventory) -> Covered {
    let count = inventory.count(None);
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for why in inventory.parts().filter_map(|part| part.identity.as_ref().err()) {
        *reasons.entry(why.reason.as_str().to_owned()).or_default() += 1;
    }
    Covered {
        declared: count.declared,
        evaluated: count.evaluated,
        not_evaluated: count.not_evaluated,
        not_covered: count.not_covered,
        reasons,
    }
}

fn held(judged: &Judged, inventory: &Inventory, now: Timestamp) -> Option<Held> {
    let finding = &judged.finding;
    let component = &inventory.components[finding.component];
    let package = component.identity.as_ref().ok()?;
    let covering = || finding.evidence.iter().filter(|evidence| evidence.affected);
    let mut fixed: Vec<String> = covering().filter_map(|one| one.fixed.clone()).collect();
    fixed.sort();
    fixed.dedup();
    let stated = judged.stated.as_ref().and_then(|stated| stated.at);
    let exploitation = &finding.exploitation;
    Some(Held {
        component: component.label(),
        release: Release::from(package),
        ids: finding.ids.clone(),
        records: covering().map(|evidence| evidence.id.clone()).collect(),
        level: finding.severity.level,
        score: finding.severity.score,
        kev: exploitation.kev.as_ref().map(|kev| kev.added.clone()),
        epss: exploitation.epss.as_ref().map(|epss| epss.score.value()),
        fixed,
        scope: component.scope.map(|scope| scope.as_str().to_owned()),
        malicious: finding.malicious,
        has_stale_statement: stated
            .is_some_and(|at| finding.modified.is_some_and(|modified| at < modified)),
        status: status(&judged.verdict),
        since: now,
    })
}

fn status(verdict: &Verdict) -> Status {
    match verdict {
        Verdict::Open => Status::Open,
        Verdict::Suppressed(by) => Status::Suppressed {
            kind: by.kind.as_str().to_owned(),
            status: by.kind.status().to_owned(),
            justification: by.justification.clone(),
            source: by.source.clone(),
            until: by.until.clone(),
        },
    }
}
