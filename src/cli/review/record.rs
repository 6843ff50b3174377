//! The decision record, put together from what was read, judged and decided.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::args::ReviewArgs;
use super::side::Side;
use crate::config::{ReviewRule, Settings};
use crate::report::model::Report;
use crate::report::review::lists::Listed;
use crate::report::review::model::{
    self, Check, Coverage, Decided, Delivered, Given, Profile, Review, Signature, Terms, Told,
};
use crate::report::warnings;
use crate::review::Judgement;
use crate::review::answers::SCHEMA;
use crate::review::change::Change;
use crate::review::delivery::{Item, Kind};
use crate::review::outcome::Outcome;
use crate::review::quality::{Counts, ProfileResult, Row};
use crate::review::sbom::conformance::Conformance;
use crate::review::signature::Checked;

/// What the record is made of.
pub(super) struct Parts<'a> {
    pub(super) args: &'a ReviewArgs,
    pub(super) settings: &'a Settings,
    pub(super) now: Timestamp,
    pub(super) side: &'a Side,
    pub(super) before: Option<&'a Side>,
    pub(super) judgements: &'a [(String, Judgement)],
    pub(super) signatures: &'a [Checked],
    pub(super) change: Option<&'a Change<'a>>,
    /// What was not believed of the file with answers.
    pub(super) ignored: &'a [String],
}

/// The files of the delivery before.
pub(super) fn of_previous(side: &Side) -> impl Iterator<Item = Given> {
    side.delivery.items.iter().map(|item| Given {
        role: "previous delivery",
        path: item.path.clone(),
        sha256: item.sha256.clone(),
    })
}

impl<'a> Parts<'a> {
    /// The record.
    pub(super) fn review(&self, outcome: &'a Outcome, mut inputs: Vec<Given>) -> Review<'a> {
        let report = Report::new(&self.side.audit, self.settings);
        let policy = &self.settings.review;
        if let (Some(path), Some(sha256)) = (&self.settings.path, &self.settings.sha256) {
            let (path, sha256) = (path.clone(), sha256.clone());
            inputs.push(Given { role: "configuration", path, sha256 });
        }
        let profiles = self
            .judgements
            .iter()
            .flat_map(|(path, judged)| judged.profiles.iter().map(|one| profile(path, one)));
        Review {
            schema: SCHEMA,
            warnings: self.warnings(&report, outcome),
            coverage: Coverage::new(&report, &self.side.audit.judged),
            tool: report.tool,
            reviewed_at: self.now.to_string(),
            reviewer: policy.reviewer.as_deref(),
            product: policy.product.as_ref().map(ToString::to_string),
            released: self.args.released.map(|date| date.to_string()),
            delivery: self.args.delivery.display().to_string(),
            previous: self.args.previous.as_ref().map(|path| path.display().to_string()),
            decision: Decided::new(&outcome.decision, &outcome.questions),
            profiles: profiles.collect(),
            lists: self.lists(),
            signatures: self.signatures.iter().map(Signature::new).collect(),
            change: self.change.map(model::Change::new),
            faults: outcome.faults.iter().map(Told::new).collect(),
            questions: &outcome.questions,
            files: self.side.delivery.items.iter().map(file).collect(),
            inputs,
            terms: self.terms(),
        }
    }

    /// What the audit says, what was odd in the lists as written, what could not be read before, what was
    /// not believed of a file with answers, and which questions wait although their fault does not show.
    fn warnings(&self, report: &Report<'_>, outcome: &Outcome) -> Vec<String> {
        let mut all: Vec<String> = warnings(report).map(str::to_owned).collect();
        for (path, sbom) in &self.side.sboms {
            all.extend(sbom.oddities.iter().map(|oddity| format!("{path}: {oddity}")));
        }
        for (path, one) in &self.side.conformance {
            if let Conformance::NotChecked(why) = one {
                all.push(format!("{path}: not checked against the schema of its format: {why}"));
            }
        }
        if let Some(before) = self.before {
            let unreadable = before.delivery.items.iter().filter_map(|item| match &item.kind {
                Kind::Unreadable(_) => Some(&item.path),
                _ => None,
            });
            let unread = before.unread.iter().map(|one| &one.path);
            all.extend(unreadable.chain(unread).map(|path| {
                format!(
                    "{path} of the delivery before could not be read whole: what is told as new may \
                     have been in it"
                )
            }));
        }
        all.extend(self.ignored.iter().cloned());
        all.extend(outcome.kept.iter().map(|kept| {
            format!("{} stays open although its fault does not show: {}", kept.id, kept.why)
        }));
        all
    }

    fn lists(&self) -> Vec<Listed> {
        let judged = self.judgements.iter();
        judged.map(|(path, judged)| Listed::new(path, &judged.completeness)).collect()
    }

    fn terms(&self) -> Terms {
        let policy = &self.settings.review;
        let effect = |rule: &ReviewRule| (rule.as_str(), policy.effect(*rule).as_str());
        Terms {
            effects: ReviewRule::ALL.iter().map(effect).collect(),
            answer_days: policy.answer_days.into(),
            max_age_days: policy.max_age_days,
            investigation_days: policy.investigation_days,
            accepted_formats: policy.accepted_formats.iter().map(ToString::to_string).collect(),
        }
    }
}

fn file(item: &Item) -> Delivered {
    let kind = match &item.kind {
        Kind::Sbom(format) | Kind::Manifest(format) => format!("{} ({format})", item.kind.as_str()),
        other => other.as_str().to_owned(),
    };
    Delivered { path: item.path.clone(), kind, sha256: item.sha256.clone() }
}

fn profile(path: &str, result: &ProfileResult) -> Profile {
    Profile {
        id: result.profile.clone(),
        name: result.name.clone(),
        version: result.version.clone(),
        path: path.to_owned(),
        verdict: result.verdict.as_str(),
        checks: result.rows.iter().map(check).collect(),
    }
}

fn check(row: &Row) -> Check {
    Check {
        id: row.asks.check.id,
        asks: row.asks.check.fact,
        level: row.asks.level.as_str(),
        clause: row.asks.clause.clone(),
        verdict: row.verdict.as_str(),
        states: states(row.counts),
        cannot: row.cannot.as_ref().map(ToString::to_string),
    }
}

fn states(counts: Counts) -> BTreeMap<&'static str, usize> {
    [
        ("valid", counts.valid),
        ("partial", counts.partial),
        ("invalid", counts.invalid),
        ("declared_unknown", counts.unknown),
        ("declared_withheld", counts.withheld),
        ("absent", counts.absent),
        ("not_applicable", counts.not_applicable),
    ]
    .into()
}
