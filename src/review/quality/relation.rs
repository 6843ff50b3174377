//! What a document says about who needs whom, and how complete that is.

use super::super::graph::listed;
use super::super::sbom::Aggregate;
use super::{State, View};

/// That the product leads to what it needs, and every name that is led to is defined. Saying which
/// product is described (`DESCRIBES`) is no dependency.
pub(super) fn dependencies(view: &View<'_>) -> State {
    let graph = &view.graph;
    let dangling = match &graph.dangling[..] {
        [] => None,
        [one] => Some(format!("\"{one}\" is needed and not defined")),
        [one, more @ ..] => {
            Some(format!("\"{one}\" and {} more are needed and not defined", more.len()))
        }
    };
    if let Some(why) = dangling {
        return State::Invalid(why);
    }
    let primary = &view.sbom.primary;
    if primary.is_empty() {
        return if graph.has_links() { State::Valid } else { State::Absent };
    }
    let any = |holds: &dyn Fn(usize) -> bool| primary.iter().any(|part| holds(*part));
    let has_more = listed(view.sbom).next().is_some();
    match (any(&|part| graph.leads_on(part)), any(&|part| graph.ends(part)), has_more) {
        (true, ..) | (false, true, false) => State::Valid,
        (false, true, true) => {
            State::Invalid("the product is said to need nothing, and components are listed".into())
        }
        (false, false, _) if any(&|part| graph.is_unknown(part)) => State::DeclaredUnknown,
        (false, false, _) if graph.has_links() => State::Invalid(
            "components need each other, and nothing says what the product needs".into(),
        ),
        (false, false, _) => State::Absent,
    }
}

/// Whether the author says of each direct dependency, or of a product without any, that its list is
/// complete.
fn is_said_whole(view: &View<'_>) -> bool {
    let is_whole = |part| view.graph.stated(part) == Some(Aggregate::Complete);
    let direct = view.graph.depth.iter().enumerate().filter(|(_, depth)| **depth == Some(1));
    let mut direct = direct.map(|(part, _)| part).peekable();
    match direct.peek() {
        None => listed(view.sbom).next().is_none() && is_whole(view.sbom.primary.first().copied()),
        Some(_) => direct.all(|part| is_whole(Some(part))),
    }
}

/// That what the product needs needs something in turn, or is said to need nothing.
pub(in super::super) fn transitive(view: &View<'_>) -> State {
    let graph = &view.graph;
    let has_primary = !view.sbom.primary.is_empty();
    let mut direct =
        graph.depth.iter().enumerate().filter(|(_, depth)| **depth == Some(1)).peekable();
    match graph.reach(has_primary) {
        2.. => State::Valid,
        _ if is_said_whole(view) => State::Valid,
        0 if graph.has_links() => State::Invalid("nothing is reached from the product".to_owned()),
        0 => State::Absent,
        _ if direct.peek().is_some() && direct.all(|(part, _)| graph.ends(part)) => State::Partial(
            "each direct dependency is said to need nothing, which is rarely so".to_owned(),
        ),
        _ => State::Invalid("only direct dependencies are listed".to_owned()),
    }
}

/// That the author says how complete the list is: complete and incomplete are both answers.
pub(super) fn completeness(view: &View<'_>, part: usize) -> State {
    match view.graph.stated(Some(part)) {
        Some(Aggregate::Complete | Aggregate::Incomplete) => State::Valid,
        Some(Aggregate::Unknown) => State::DeclaredUnknown,
        Some(Aggregate::NotSpecified) | None => State::Absent,
    }
}
