//! What a document says about itself.

use super::super::profile::Accepted;
use super::super::sbom::{Party, PartyKind};
use super::words::{Said, best, judged, moment, named, reachable, said, uri};
use super::{Family, Signature, State, View};

/// Makers of generators whose names stand as the author in what their tools write by themselves. They
/// made the tool; whoever ran it is the author.
/// Seen in documents of Syft 0.57 and 0.65 (`Organization: Anchore, Inc`) and of Trivy in SPDX
/// (`Organization: aquasecurity`).
const TOOL_MAKERS: [&str; 4] = ["anchore", "anchore, inc", "aquasecurity", "aqua security"];

/// Who made it: a person or an organisation, not the tool.
pub(super) fn author(view: &View<'_>) -> State {
    let authors = &view.sbom.document.authors;
    let is_tool = |party: &Party| {
        let name = party.name.as_deref().unwrap_or_default();
        party.kind == PartyKind::Tool || name.starts_with("Tool:")
    };
    if !authors.is_empty() && authors.iter().all(is_tool) {
        return State::Invalid("only a tool is named".to_owned());
    }
    let state = named(authors);
    let made_the_tool = |party: &Party| {
        let name = party.name.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
        TOOL_MAKERS.contains(&name.as_str())
    };
    match state {
        State::Valid if authors.iter().all(|one| is_tool(one) || made_the_tool(one)) => {
            State::Partial("the maker of the tool is named, not who ran it".to_owned())
        }
        state => state,
    }
}

/// How to reach who made it.
pub(super) fn author_contact(view: &View<'_>) -> State {
    reachable(&view.sbom.document.authors)
}

/// A signature, by what is known of it.
pub(super) fn author_signature(view: &View<'_>) -> State {
    let unproven =
        || State::Partial("it is there, and no key of the buyer vouches for it".to_owned());
    match (view.asked.signature, &view.sbom.document.signature) {
        (Signature::Verified, _) => State::Valid,
        (Signature::Broken, _) => State::Invalid("it does not hold".to_owned()),
        (Signature::Unverified, _) | (Signature::Unseen, Some(_)) => unproven(),
        (Signature::Unseen, None) => State::Absent,
    }
}

/// A format that machines read and the profile accepts.
pub(super) fn format_name(view: &View<'_>, accepted: &[Accepted]) -> State {
    let Some(family) = view.family else {
        return State::Invalid(format!("{} is no bill of materials", view.sbom.format));
    };
    match accepted.is_empty() || accepted.iter().any(|one| one.is_of(family)) {
        true => State::Valid,
        false => State::Invalid(format!("{}, expected {}", view.sbom.format, list(accepted))),
    }
}

/// A version of the format that the profile accepts.
pub(super) fn format_version(view: &View<'_>, accepted: &[Accepted]) -> State {
    let version = &view.sbom.spec_version;
    let Some(family) = view.family else {
        return State::Invalid(format!("{} is no bill of materials", view.sbom.format));
    };
    judged(Some(version), |_| match view.version.is_empty() {
        true => State::Invalid(format!("\"{version}\" is no version")),
        false
            if accepted.is_empty()
                || accepted.iter().any(|one| one.takes(family, &view.version)) =>
        {
            State::Valid
        }
        false => {
            State::Invalid(format!("{} {version}, expected {}", view.sbom.format, list(accepted)))
        }
    })
}

fn list(accepted: &[Accepted]) -> String {
    let names: Vec<_> = accepted.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// When in the product's life it was made. A timestamp does not tell.
pub(super) fn generation_context(view: &View<'_>) -> State {
    best(view.sbom.document.contexts.iter().map(|text| judged(Some(text), |_| State::Valid)))
}

/// When it was made: a moment with its zone, that has been, after 2009.
pub(super) fn timestamp(view: &View<'_>) -> State {
    judged(view.sbom.document.timestamp.as_deref(), |text| match moment(text) {
        None => State::Invalid(format!("\"{text}\" is no date and time with a zone")),
        Some(moment) if moment > view.asked.now => State::Invalid(format!("{text} is yet to come")),
        Some(moment) if moment.to_zoned(jiff::tz::TimeZone::UTC).year() < 2010 => {
            State::Invalid(format!("{text} is before there were such documents"))
        }
        Some(_) => State::Valid,
    })
}

/// With which tool it was made.
pub(super) fn tool_name(view: &View<'_>) -> State {
    best(view.sbom.document.tools.iter().map(|tool| judged(tool.name.as_deref(), |_| State::Valid)))
}

/// With which version of it.
pub(super) fn tool_version(view: &View<'_>) -> State {
    let tools = &view.sbom.document.tools;
    let states = tools.iter().map(|tool| judged(tool.version.as_deref(), |_| State::Valid));
    let state = best(states);
    let without = tools.iter().find(|tool| said(tool.version.as_deref()) == Said::Nothing);
    match (state, without) {
        (State::Valid, Some(tool)) => {
            let name = tool.name.as_deref().unwrap_or("a tool");
            State::Partial(format!("{name} has no version, others have"))
        }
        (state, _) => state,
    }
}

/// Its own version. In SPDX each version has an identifier of its own.
pub(super) fn version(view: &View<'_>) -> State {
    match view.family {
        Some(Family::Spdx2 | Family::Spdx3) => self::identifier(view),
        _ => match view.sbom.document.version.as_deref().map(str::trim) {
            None | Some("") => {
                State::Partial("not written; the format takes that for 1".to_owned())
            }
            Some(text) if text.parse::<u64>().is_ok_and(|number| number >= 1) => State::Valid,
            Some(text) => State::Invalid(format!("\"{text}\" is no whole number from 1")),
        },
    }
}

/// The identifier by which it can be cited.
pub(super) fn identifier(view: &View<'_>) -> State {
    judged(view.sbom.document.uri.as_deref(), |text| match view.family {
        Some(Family::CycloneDx) if !is_serial_number(text) => {
            State::Invalid(format!("\"{text}\" is no serial number (urn:uuid:…)"))
        }
        Some(Family::Spdx2) if text.contains('#') => {
            State::Invalid(format!("\"{text}\" holds a #, which no namespace may"))
        }
        _ => uri(text),
    })
}

fn is_serial_number(text: &str) -> bool {
    let groups: Vec<_> = text.strip_prefix("urn:uuid:").unwrap_or_default().split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    groups.len() == lengths.len()
        && groups.iter().zip(lengths).all(|(group, length)| {
            group.len() == length && group.bytes().all(|b| b.is_ascii_hexdigit())
        })
}

/// Exactly one product, with a name.
pub(super) fn primary(view: &View<'_>) -> State {
    match view.sbom.primary[..] {
        [] => State::Absent,
        [one] => match said(view.sbom.parts[one].name.as_deref()) {
            Said::Text(_) => State::Valid,
            _ => State::Invalid("the product has no name".to_owned()),
        },
        ref many => State::Invalid(format!("{} products are named, expected one", many.len())),
    }
}

/// At least one product.
pub(super) fn describes(view: &View<'_>) -> State {
    if view.sbom.primary.is_empty() { State::Absent } else { State::Valid }
}

/// Its name.
pub(super) fn name(view: &View<'_>) -> State {
    judged(view.sbom.document.name.as_deref(), |_| State::Valid)
}

/// That it holds no vulnerabilities.
pub(super) fn no_vulnerabilities(view: &View<'_>) -> State {
    let listed = view.sbom.document.vulnerabilities.unwrap_or(0);
    let pointing = view.sbom.parts.iter().any(|part| part.vulnerabilities > 0);
    match listed > 0 || pointing {
        true => State::Invalid("it holds vulnerabilities".to_owned()),
        false => State::Valid,
    }
}
