//! `bomvet review`: a delivery is read, judged, asked about, decided on.

pub(super) mod args;
mod record;
mod side;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Failure, given, output, settings, vex};
use crate::advisory::database::Database;
use crate::advisory::record::Record;
use crate::advisory::store::StoreError;
use crate::config::{ReviewPolicy, ReviewRule, Settings};
use crate::files;
use crate::ids::AdvisoryId;
use crate::inventory::Coverage;
use crate::judge::gate::Class;
use crate::pipeline::Run;
use crate::report::plain;
use crate::report::review::model::Given;
use crate::report::review::{self, ReviewFormat};
use crate::review::answers::Past;
use crate::review::change::{self, Change};
use crate::review::delivery::Kind;
use crate::review::looked::{FLAWS, KnownFlaw, Looked, flaws_of, part_name};
use crate::review::outcome::conclude;
use crate::review::profile::{DEFAULT_PROFILE, Profile};
use crate::review::quality::{Asked, RowVerdict, Signature};
use crate::review::questions::{Question, Terms};
use crate::review::sbom::conformance::Conformance;
use crate::review::signature::{Checked, Outcome, TrustedKey};
use crate::review::{
    Judgement, Remark, answers, archives, basics, checksums, claims, disclosure, judge,
};
use args::ReviewArgs;
use side::Side;

pub(super) fn run(args: &ReviewArgs) -> Result<Class, Failure> {
    let mut settings = settings::configured(args.config.as_deref())?;
    override_by(&mut settings.review, args);
    let now = settings::now(args.data.now)?;
    let mut inputs = Vec::new();
    let profiles = profiles(&settings.review, &mut inputs)?;
    let past = past(args, &mut inputs)?;
    let mut run = Run::default();
    let said = vex::given(&args.vex, &mut run)?;
    inputs.extend(run.files.into_iter().map(|file| Given {
        role: file.role,
        path: file.path,
        sha256: file.sha256,
    }));
    let database = settings::corrected(&args.data, &settings, now)?;
    let keys = keys(&settings.review, &mut inputs)?;
    let around = (&database, &settings, now);
    let side = Side::read(&args.delivery, around, &said)?;
    let before = args.previous.as_deref();
    let before = before.map(|path| Side::read(path, around, &said)).transpose()?;
    let looker = Looker { args, settings: &settings, profiles: &profiles, keys: &keys, now };
    let looked = looker.look(&side);
    let seen_before = before.as_ref().map(|side| looker.look(side));
    let pair = before.as_ref().zip(seen_before.as_ref());
    let change = pair.map(|(old, seen)| compare((old, &seen.checks), (&side, &looked.checks)));
    let in_archives = archives::remarks(side.delivered());
    let mut reach = looker.reach(&side, before.as_ref(), in_archives.is_some());
    reach.unrecorded = unrecorded(&past.questions, &database)?;
    let mut remarks = looker.remarks(&side);
    remarks.extend(in_archives.into_iter().flatten());
    remarks.extend(looked.judgements.iter().flat_map(|(_, judged)| judged.remarks.iter().cloned()));
    remarks.extend(looked.on_signatures);
    if let (Some(change), Some(old)) = (&change, &before) {
        remarks.extend(change.remarks(&old.delivery, &side.delivery));
    }
    let terms = Terms { today: day(now), days: settings.review.answer_days };
    let by = (&settings.review, terms);
    let outcome = conclude(remarks, past.questions, by, reach);
    inputs.extend(before.iter().flat_map(record::of_previous));
    let parts = record::Parts {
        args,
        settings: &settings,
        now,
        side: &side,
        before: before.as_ref(),
        judgements: &looked.judgements,
        signatures: &looked.signatures,
        change: change.as_ref(),
        ignored: &past.ignored,
    };
    let review = parts.review(&outcome, inputs);
    let class = data_class(&side).max(args.fail_on.class(outcome.decision.verdict));
    Ok(write(&review, args, class))
}

/// Compares the two deliveries.
fn compare<'a>(
    (old, old_checks): (&'a Side, &'a [(String, bool)]),
    (new, new_checks): (&'a Side, &'a [(String, bool)]),
) -> Change<'a> {
    let side = |side: &'a Side, checks| change::Side {
        audit: &side.audit,
        statements: &side.delivery.statements,
        checks,
    };
    change::compare(side(old, old_checks), side(new, new_checks))
}

/// Writes every report that was asked for.
fn write(review: &review::model::Review<'_>, args: &ReviewArgs, class: Class) -> Class {
    let colours = |format| (format == ReviewFormat::Table).then_some(args.color);
    let mut class = class;
    if !(args.quiet && args.format == ReviewFormat::Table) {
        class = class.max(output::document(None, None, colours(args.format), |out| {
            review::write(review, args.format, out)
        }));
    }
    for target in &args.output {
        let written = output::document(None, Some(&target.path), colours(target.format), |out| {
            review::write(review, target.format, out)
        });
        class = class.max(written);
    }
    class
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
fn data_class(side: &Side) -> Class {
    for reason in old_data(side) {
        eprintln!("error: {}", plain(reason));
    }
    if has_old_data(side) { Class::Data } else { Class::Ok }
}

fn old_data(side: &Side) -> impl Iterator<Item = &str> {
    let reasons = side.audit.gate.reasons.iter();
    reasons.filter(|(class, _)| *class == Class::Data).map(|(_, reason)| reason.as_str())
}

fn has_old_data(side: &Side) -> bool {
    old_data(side).next().is_some()
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

/// The questions of the last review: what the buyer kept, with what the supplier answered.
fn past(args: &ReviewArgs, inputs: &mut Vec<Given>) -> Result<Past, Failure> {
    let mut read =
        |path: Option<&Path>, role| path.map(|path| questions(path, role, inputs)).transpose();
    let kept = read(args.record.as_deref(), "record")?;
    let answered = read(args.answers.as_deref(), "answers")?;
    Ok(answers::join(kept, answered))
}

fn questions(
    path: &Path,
    role: &'static str,
    inputs: &mut Vec<Given>,
) -> Result<Vec<Question>, Failure> {
    let config = |error: String| Failure::new(Class::Config, error);
    let (text, sha256) = given::text(path, role).map_err(config)?;
    let name = path.display().to_string();
    let questions = answers::read(&text).map_err(|error| config(format!("{name}:{error}")))?;
    inputs.push(Given { role, path: name, sha256 });
    Ok(questions)
}

/// The flaws that were asked about and of which no loaded record speaks. What was withdrawn is known.
fn unrecorded(past: &[Question], database: &Database) -> Result<BTreeSet<KnownFlaw>, StoreError> {
    let asked: BTreeSet<KnownFlaw> = past.iter().flat_map(flaws_of).collect();
    let mut unknown = BTreeSet::new();
    for flaw in asked {
        let Some(id) = AdvisoryId::new(&flaw.id) else { continue };
        let is_withdrawn = database.counts(&id)? == Some(false);
        let speaks = |record: &Arc<Record>| {
            record.affected.iter().any(|affected| part_name(&affected.name) == flaw.part)
        };
        if !is_withdrawn && !database.find(&id)?.iter().any(speaks) {
            unknown.insert(flaw);
        }
    }
    Ok(unknown)
}

/// The keys and certificates of the buyer.
fn keys(policy: &ReviewPolicy, inputs: &mut Vec<Given>) -> Result<Vec<TrustedKey>, Failure> {
    let config = |error: String| Failure::new(Class::Config, error);
    let mut all = Vec::new();
    for name in &policy.trusted_keys {
        let bytes = files::read(Path::new(name))
            .map_err(|error| config(format!("could not read key {error}")))?;
        all.extend(TrustedKey::parse(&bytes, name).map_err(|error| config(error.to_string()))?);
        let sha256 = files::sha256([&*bytes]);
        inputs.push(Given { role: "key", path: name.clone(), sha256 });
    }
    Ok(all)
}

/// What was found out about the documents of a delivery.
struct Seen {
    judgements: Vec<(String, Judgement)>,
    /// The checks of the profiles, and whether all documents held them.
    checks: Vec<(String, bool)>,
    signatures: Vec<Checked>,
    on_signatures: Vec<Remark>,
}

/// Who looks, and by what.
struct Looker<'a> {
    args: &'a ReviewArgs,
    settings: &'a Settings,
    profiles: &'a [Profile],
    keys: &'a [TrustedKey],
    now: Timestamp,
}

impl Looker<'_> {
    /// What signatures and lists of parts are worth.
    fn look(&self, side: &Side) -> Seen {
        let (signatures, on_signatures) = side.signatures(self.keys, self.now);
        let one = |(path, sbom): &(String, _)| {
            let asked = self.asked(signature_of(path, &signatures));
            (path.clone(), judge(sbom, path, self.profiles, &asked))
        };
        let judgements: Vec<_> = side.sboms.iter().map(one).collect();
        let checks = checks(&judgements);
        Seen { judgements, checks, signatures, on_signatures }
    }

    /// What is known beside a document.
    fn asked(&self, signature: Signature) -> Asked {
        let policy = &self.settings.review;
        let product = policy.product.as_ref();
        let limit = policy.max_age_days;
        Asked {
            product: product.map(|one| (one.name.clone(), one.version.clone())),
            now: self.now,
            released: self.args.released,
            max_age_days: (limit > 0).then_some(limit),
            signature,
        }
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
        let checked = side.conformance.iter().filter_map(|(_, one)| match one {
            Conformance::Checked(remarks) => Some(remarks),
            Conformance::NotChecked(_) => None,
        });
        remarks.extend(checked.flatten().cloned());
        remarks.extend(basics::not_evaluated(&side.audit.inventory));
        remarks.extend(claims::remarks(side.delivered(), terms));
        remarks.extend(disclosure::remarks(side.delivered()));
        remarks.extend(checksums::remarks(&side.delivery));
        remarks
    }

    /// How far anybody could look.
    fn reach(&self, side: &Side, before: Option<&Side>, in_archives: bool) -> Looked {
        use ReviewRule as R;
        let mut looked = Looked {
            profiles: self.profiles.iter().map(|profile| profile.id.clone()).collect(),
            before: before.map(Side::sha256),
            ..Looked::default()
        };
        for component in &side.audit.inventory.components {
            let names = match (&component.identity, component.coverage) {
                (Err(_), _) | (_, Coverage::Nothing) => &mut looked.unlooked,
                (_, Coverage::Exploited) => &mut looked.half_looked,
                _ => continue,
            };
            names.insert(part_name(&component.name));
        }
        if has_old_data(side) {
            looked.not_for.extend(FLAWS.map(|rule| (rule, "the loaded records are too old")));
        }
        if !side.unread.is_empty() {
            let why = "a list of parts could not be judged";
            looked.not_for.extend(basics::JUDGED.map(|rule| (rule, why)));
        }
        if side.conformance.iter().any(|(_, one)| matches!(one, Conformance::NotChecked(_))) {
            looked
                .not_for
                .insert(R::NotConformant, "a list of parts was not checked against its format");
        }
        if !in_archives {
            let why = "no archives were delivered that could be compared with a list of parts";
            looked.not_for.extend([R::NotInSbom, R::NotInArchive].map(|rule| (rule, why)));
        }
        let has_list = side.delivery.items.iter().any(|item| item.kind == Kind::Checksums);
        if !in_archives || !has_list {
            looked
                .not_for
                .insert(R::HashMismatch, "archives or checksums to compare were not delivered");
        }
        if self.settings.review.product.is_none() {
            looked.not_for.insert(R::ProductMismatch, "no product was named with --product");
        }
        if self.args.released.is_none() && self.settings.review.max_age_days == 0 {
            looked.not_for.insert(R::Old, "neither a release date nor a highest age was given");
        }
        looked
    }
}

/// What is known of the signature of a document.
fn signature_of(path: &str, all: &[Checked]) -> Signature {
    let own = || all.iter().filter(|one| one.path == path).map(|one| &one.outcome);
    let is = |wanted: fn(&Outcome) -> bool| own().any(wanted);
    match () {
        () if is(|outcome| matches!(outcome, Outcome::Broken(_))) => Signature::Broken,
        () if is(|outcome| matches!(outcome, Outcome::Verified { .. })) => Signature::Verified,
        () if is(|outcome| matches!(outcome, Outcome::NotVerified(_))) => Signature::Unverified,
        () => Signature::Unseen,
    }
}

/// The checks of the profiles, and whether every document held them; those that ask nothing are left out.
fn checks(judgements: &[(String, Judgement)]) -> Vec<(String, bool)> {
    let mut all: BTreeMap<String, bool> = BTreeMap::new();
    for result in judgements.iter().flat_map(|(_, judged)| &judged.profiles) {
        for row in result.rows.iter().filter(|row| row.verdict != RowVerdict::NotApplicable) {
            let passed = row.verdict == RowVerdict::Pass;
            let id = format!("{}/{}", result.profile, row.asks.check.id);
            all.entry(id).and_modify(|known| *known &= passed).or_insert(passed);
        }
    }
    all.into_iter().collect()
}
