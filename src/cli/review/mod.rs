//! `bomvet review`: a delivery is read, judged, asked about, decided on.

pub(super) mod args;
mod record;
mod side;

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Failure, given, output, settings, vex};
use crate::config::{ReviewPolicy, ReviewRule, Settings};
use crate::files;
use crate::judge::gate::Class;
use crate::pipeline::Run;
use crate::report::plain;
use crate::report::review::model::Given;
use crate::report::review::{self, ReviewFormat};
use crate::review::follow::Looked;
use crate::review::outcome::conclude;
use crate::review::profile::{DEFAULT_PROFILE, Profile};
use crate::review::quality::{Asked, Signature};
use crate::review::questions::{Question, Terms};
use crate::review::{Judgement, Remark, answers, archives, basics, checksums, claims, judge};
use args::ReviewArgs;
use side::Side;

pub(super) fn run(args: &ReviewArgs) -> Result<Class, Failure> {
    let mut settings = settings::configured(args.config.as_deref())?;
    override_by(&mut settings.review, args);
    let now = settings::now(args.data.now)?;
    let mut inputs = Vec::new();
    let profiles = profiles(&settings.review, &mut inputs)?;
    let past = args.answers.as_deref().map(|path| answered(path, &mut inputs)).transpose()?;
    let mut run = Run::default();
    let said = vex::given(&args.vex, &mut run)?;
    inputs.extend(run.files.into_iter().map(|file| Given {
        role: file.role,
        path: file.path,
        sha256: file.sha256,
    }));
    let database = settings::corrected(&args.data, &settings, now)?;
    let around = (&database, &settings, now);
    let side = Side::read(&args.delivery, around, &said)?;
    let stale = settings_allow(&side)?;
    let looker = Looker { args, settings: &settings, profiles: &profiles, now };
    let judgements = looker.judge(&side);
    let mut remarks = looker.remarks(&side);
    remarks.extend(judgements.iter().flat_map(|(_, judged)| judged.remarks.iter().cloned()));
    let terms = Terms { today: day(now), days: settings.review.answer_days };
    let outcome = conclude(
        remarks,
        past.unwrap_or_default(),
        (&settings.review, terms),
        looker.looked(&side),
    );
    let record = record::Parts { args, settings: &settings, now, side: &side };
    let review = record.review(&outcome, &judgements, inputs);
    let mut class = stale.max(args.fail_on.class(outcome.decision.verdict));
    let colours = |format| (format == ReviewFormat::Table).then_some(args.color);
    class = class.max(output::document(None, None, colours(args.format), |out| {
        review::write(&review, args.format, out)
    }));
    for target in &args.output {
        let written = output::document(None, Some(&target.path), colours(target.format), |out| {
            review::write(&review, target.format, out)
        });
        class = class.max(written);
    }
    Ok(class)
}

/// Lets options override what the configuration says.
fn override_by(policy: &mut ReviewPolicy, args: &ReviewArgs) {
    if !args.profiles.is_empty() {
        policy.profiles.clone_from(&args.profiles);
    }
    if policy.profiles.is_empty() {
        policy.profiles.push(DEFAULT_PROFILE.to_owned());
    }
    policy.product = args.product.clone().or(policy.product.take());
    policy.reviewer = args.reviewer.clone().or(policy.reviewer.take());
    if !args.keys.is_empty() {
        policy.trusted_keys = args.keys.iter().map(|path| path.display().to_string()).collect();
    }
}

/// The day of the review, in UTC.
fn day(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// Data that is too old gives no decision that anybody may rely on.
fn settings_allow(side: &Side) -> Result<Class, Failure> {
    let reasons = side.audit.gate.reasons.iter();
    for (_, reason) in reasons.filter(|(class, _)| *class == Class::Data) {
        eprintln!("error: {}", plain(reason));
    }
    let has_data = side.audit.gate.reasons.iter().any(|(class, _)| *class == Class::Data);
    Ok(if has_data { Class::Data } else { Class::Ok })
}

/// The profiles by id, or else by file.
fn profiles(policy: &ReviewPolicy, inputs: &mut Vec<Given>) -> Result<Vec<Profile>, Failure> {
    let mut all: Vec<Profile> = Vec::new();
    for name in &policy.profiles {
        let profile = match Profile::named(name) {
            Some(bundled) => bundled.clone(),
            None => own_profile(Path::new(name), inputs)?,
        };
        if all.iter().any(|known| known.id == profile.id) {
            let message = format!("profile {name}: another one has the id {}", profile.id);
            return Err(Failure::new(Class::Config, message));
        }
        all.push(profile);
    }
    Ok(all)
}

fn own_profile(path: &Path, inputs: &mut Vec<Given>) -> Result<Profile, Failure> {
    let config = |error: String| Failure::new(Class::Config, error);
    let name = path.display().to_string();
    if !files::is_file(path) {
        let known: Vec<&str> = Profile::bundled().iter().map(|one| one.id.as_str()).collect();
        let message = format!("\"{name}\" is neither a profile nor a file");
        return Err(config(message).with_help(&format!("profiles: {}", known.join(", "))));
    }
    let (text, sha256) = given::text(path, "profile").map_err(config)?;
    let profile = Profile::parse(&text, &name).map_err(|error| config(error.to_string()))?;
    inputs.push(Given { role: "profile", path: name, sha256 });
    Ok(profile)
}

/// The questions of the last review with what people wrote.
fn answered(path: &Path, inputs: &mut Vec<Given>) -> Result<Vec<Question>, Failure> {
    let config = |error: String| Failure::new(Class::Config, error);
    let (text, sha256) = given::text(path, "answers").map_err(config)?;
    let name = path.display().to_string();
    let questions = answers::read(&text).map_err(|error| config(format!("{name}:{error}")))?;
    inputs.push(Given { role: "answers", path: name, sha256 });
    Ok(questions)
}

/// Who looks, and by what.
struct Looker<'a> {
    args: &'a ReviewArgs,
    settings: &'a Settings,
    profiles: &'a [Profile],
    now: Timestamp,
}

impl Looker<'_> {
    /// What the lists of parts are worth, by the profiles.
    fn judge(&self, side: &Side) -> Vec<(String, Judgement)> {
        let policy = &self.settings.review;
        let product = policy.product.as_ref();
        let limit = policy.max_age_days;
        let asked = Asked {
            product: product.map(|one| (one.name.clone(), one.version.clone())),
            now: self.now,
            released: self.args.released,
            max_age_days: (limit > 0).then_some(limit),
            signature: Signature::Unseen,
        };
        let one =
            |(path, sbom): &(String, _)| (path.clone(), judge(sbom, path, self.profiles, &asked));
        side.sboms.iter().map(one).collect()
    }

    /// What stands against a delivery besides.
    fn remarks(&self, side: &Side) -> Vec<Remark> {
        let policy = &self.settings.review;
        let terms = claims::Terms {
            investigation_days: i64::from(policy.investigation_days),
            scopes: &self.settings.gate.scopes,
        };
        let mut remarks =
            basics::remarks(&side.delivery, &side.sboms, &side.unread, &policy.accepted_formats);
        remarks.extend(claims::remarks(side.delivered(), terms));
        remarks.extend(archives::remarks(side.delivered()));
        remarks.extend(checksums::remarks(&side.delivery));
        remarks
    }

    /// For which rules nobody could look.
    fn looked(&self, side: &Side) -> Looked {
        use ReviewRule as R;
        let mut looked = Looked {
            profiles: self.profiles.iter().map(|profile| profile.id.clone()).collect(),
            ..Looked::default()
        };
        if self.args.previous.is_none() {
            let rules = [
                R::Downgrade,
                R::Removed,
                R::Introduced,
                R::Reopened,
                R::QualityFell,
                R::ClaimChanged,
            ];
            looked.not_for.extend(rules);
        }
        if side.delivery.archives.is_empty() {
            looked.not_for.extend([R::NotInSbom, R::NotInArchive, R::HashMismatch]);
        }
        if self.settings.review.product.is_none() {
            looked.not_for.insert(R::ProductMismatch);
        }
        if self.args.released.is_none() && self.settings.review.max_age_days == 0 {
            looked.not_for.insert(R::Old);
        }
        looked
    }
}
