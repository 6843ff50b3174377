//! The faults of signatures as remarks.

use std::collections::BTreeMap;

use super::{Binding, Checked, Outcome};
use crate::config::ReviewRule;
use crate::review::{About, Evidence, Remark};

/// The remarks on a delivery's signatures. A file that one key of the buyer vouches for needs no other
/// signature; a broken one is always said.
pub(super) fn remarks(checked: &[Checked]) -> Vec<Remark> {
    let mut by_path: BTreeMap<&str, Vec<&Checked>> = BTreeMap::new();
    for one in checked {
        by_path.entry(&one.path).or_default().push(one);
    }
    let mut remarks: Vec<Remark> =
        by_path.into_values().flat_map(|of_file| on_file(&of_file)).collect();
    remarks.extend(checked.iter().flat_map(mismatches));
    remarks.sort();
    remarks.dedup();
    remarks
}

fn on_file(signatures: &[&Checked]) -> Vec<Remark> {
    let verified = signatures.iter().any(|one| matches!(one.outcome, Outcome::Verified { .. }));
    let remark = |one: &&Checked| match &one.outcome {
        Outcome::Verified { .. } => None,
        Outcome::Broken(why) => Some(broken(one, why)),
        Outcome::NotVerified(_) | Outcome::Absent if verified => None,
        Outcome::NotVerified(why) => Some(unverified(one, why)),
        Outcome::Absent => Some(absent(one)),
    };
    signatures.iter().filter_map(remark).collect()
}

/// A remark of a rule on a signature, to be filled.
fn remark(rule: ReviewRule, one: &Checked) -> Remark {
    let form = one.form.map(|form| form.as_str().to_owned()).unwrap_or_default();
    let holder = one.beside.as_ref().unwrap_or(&one.path);
    Remark {
        rule,
        about: About::File(one.path.clone()),
        detail: one.beside.clone().unwrap_or(form),
        what: String::new(),
        ask: String::new(),
        clauses: Vec::new(),
        evidence: vec![Evidence { path: holder.clone(), at: String::new() }],
    }
}

/// The signature in words: its form, and where it stands if that is another file.
fn named(one: &Checked) -> String {
    let form = one.form.map_or("signature", |form| form.as_str());
    match &one.beside {
        Some(path) => format!("The {form} {path} of {}", one.path),
        None => format!("The {form} in {}", one.path),
    }
}

fn broken(one: &Checked, why: &str) -> Remark {
    Remark {
        what: format!("{} does not hold: {why}.", named(one)),
        ask: format!(
            "Please deliver {} again, as it was signed, with a signature that holds.",
            one.path
        ),
        ..remark(ReviewRule::SignatureBroken, one)
    }
}

fn unverified(one: &Checked, why: &str) -> Remark {
    Remark {
        what: format!("{} is present, not verified: {why}.", named(one)),
        ask: format!(
            "Please tell us, on another way than the delivery itself, which key or certificate {} is signed with.",
            one.path
        ),
        ..remark(ReviewRule::SignatureUnverified, one)
    }
}

fn absent(one: &Checked) -> Remark {
    Remark {
        what: format!(
            "{} is not signed: nothing shows who made it, or that it was not changed.",
            one.path
        ),
        ask: format!(
            "Please sign {}, and tell us, on another way than the delivery itself, which key or certificate \
             belongs to it.",
            one.path
        ),
        ..remark(ReviewRule::SignatureAbsent, one)
    }
}

/// What a signed statement names and what was delivered under that name are two things.
fn mismatches(one: &Checked) -> Vec<Remark> {
    let holder = one.beside.as_ref().unwrap_or(&one.path);
    let differs = |binding: &Binding| match binding {
        Binding::Differs { name, path } => Some((name.clone(), path.clone())),
        Binding::Matches { .. } | Binding::Unproven { .. } | Binding::NotDelivered { .. } => None,
    };
    let remark = |(name, path): (String, String)| Remark {
        about: About::File(path.clone()),
        detail: format!("{holder} {name}"),
        what: format!(
            "{path} is not the file that the signed statement in {holder} speaks of: its digest is another one."
        ),
        ask: format!(
            "Please deliver the {path} that was signed, or a statement on the one that was delivered."
        ),
        ..remark(ReviewRule::SubjectMismatch, one)
    };
    one.bindings.iter().filter_map(differs).map(remark).collect()
}
