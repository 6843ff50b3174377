//! Licences: whether they are SPDX expressions, and whose word they are.

use super::super::sbom::{Acknowledgement, Licence};
use super::words::{Said, is_uri, judged, said};
use super::{Family, State, View};
use crate::config::is_expression;

/// `NONE` is a statement: the component has no licence.
const NONE: &str = "NONE";

fn one(text: &str) -> State {
    judged(Some(text), |text| match text == NONE || is_expression(text) {
        true => State::Valid,
        false => State::Invalid(format!("\"{}\" is no SPDX expression", shortened(text))),
    })
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// All that say something must be right; words that say nothing count where nothing else is said.
fn all<'a>(texts: impl IntoIterator<Item = &'a str>, judge: impl Fn(&str) -> State) -> State {
    let mut state = State::Absent;
    for text in texts {
        match judge(text) {
            wrong @ State::Invalid(_) => return wrong,
            State::Valid => state = State::Valid,
            other if state == State::Absent => state = other,
            _ => {}
        }
    }
    state
}

/// Any licence: an expression, or the address of a text.
pub(in super::super) fn licence_any(view: &View<'_>, part: usize) -> State {
    let licences = view.sbom.parts[part].licences.iter();
    all(licences.map(|licence| licence.text.as_str()), |text| {
        if is_uri(text) && text.contains("://") { State::Valid } else { one(text) }
    })
}

/// The licences of one kind. CycloneDX before 1.6 has no place for the kind, and later versions let it
/// out: a licence of which nobody says whose word it is comes short of the check.
fn acknowledged(view: &View<'_>, part: usize, kind: Acknowledgement) -> State {
    let licences = &view.sbom.parts[part].licences;
    let of = |kind: Acknowledgement| {
        let chosen = licences.iter().filter(move |licence| licence.acknowledgement == kind);
        all(chosen.map(|licence| licence.text.as_str()), one)
    };
    match of(kind) {
        State::Absent => match of(Acknowledgement::Unstated) {
            State::Valid => State::Partial(
                "a licence is stated, and not whether its author declared it or others concluded it"
                    .to_owned(),
            ),
            other => other,
        },
        found => found,
    }
}

/// The licence under which the receiver may use it.
pub(super) fn licence_distribution(view: &View<'_>, part: usize) -> State {
    acknowledged(view, part, Acknowledgement::Concluded)
}

/// The licence that its author gave it.
pub(super) fn licence_original(view: &View<'_>, part: usize) -> State {
    acknowledged(view, part, Acknowledgement::Declared)
}

/// That no word stands in the place of the licence. Without a licence there is nothing to judge.
pub(super) fn licence_named(view: &View<'_>, part: usize) -> State {
    let licences = view.sbom.parts[part].licences.iter();
    let theirs = |one: &&Licence| one.acknowledgement != Acknowledgement::Declared;
    let mut state = State::NotApplicable;
    for licence in licences.filter(theirs) {
        match said(Some(&licence.text)) {
            Said::Text(NONE) => return State::Invalid("NONE stands for the licence".to_owned()),
            Said::Unknown => return State::Invalid("no licence is named".to_owned()),
            Said::Text(_) => state = State::Valid,
            Said::Nothing | Said::Withheld => {}
        }
    }
    state
}

/// The licence under which the author of the document uses it. The text of BSI and its list of
/// properties spell the name differently; both are read.
pub(super) fn licence_effective(view: &View<'_>, part: usize) -> State {
    let names = ["bsi:component:effectiveLicence", "bsi:component:effectiveLicense"];
    let properties = view.sbom.parts[part].properties.iter();
    let theirs = properties.filter(|(key, _)| names.contains(&key.as_str()));
    all(theirs.map(|(_, value)| value.as_str()), one)
}

/// The licence of the document; SPDX 2 knows one alone.
pub(super) fn data_license(view: &View<'_>) -> State {
    let texts = view.sbom.document.data_licences.iter().map(String::as_str);
    let spdx2 = view.family == Some(Family::Spdx2);
    all(texts, |text| match spdx2 && text != "CC0-1.0" {
        true => State::Invalid(format!("\"{}\", where SPDX 2 has CC0-1.0 alone", shortened(text))),
        false => one(text.rsplit('/').next().unwrap_or(text)),
    })
}
