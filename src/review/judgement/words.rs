//! The words of a check that a document does not hold, for a reader who is no developer.

use super::super::profile::Level;
use super::super::quality::{Cannot, Example, Row, Scope, State};

/// What would mend it, as a request to the supplier.
pub(super) fn request(row: &Row) -> String {
    let check = row.asks.check;
    if !row.asks.formats.is_empty() {
        let formats: Vec<_> = row.asks.formats.iter().map(ToString::to_string).collect();
        return format!(
            "Please deliver the document in one of these formats: {}.",
            formats.join(", ")
        );
    }
    match (check.ask, check.scope()) {
        (Some(ask), _) => ask.to_owned(),
        (None, Scope::Document) => format!("Please give in the document: {}.", check.fact),
        (None, Scope::Component) => format!("Please give for each component: {}.", check.fact),
    }
}

/// What was found, and why it could not be otherwise where that is known.
pub(super) fn told(row: &Row) -> String {
    let fact = row.asks.check.fact;
    let wrong = row.examples.iter().find_map(|one| match &one.state {
        State::Invalid(why) => Some(format!("{}{why}", of(one))),
        _ => None,
    });
    let counts = &row.counts;
    let mut parts = Vec::new();
    match row.asks.check.scope() {
        Scope::Document => {
            let what = match (counts.invalid, counts.declared()) {
                (0, 0) => format!("The document lacks {fact}"),
                (0, _) => format!("The document says that {fact} is not known or is kept back"),
                _ if !row.asks.formats.is_empty() => {
                    "The document is in a format that is not accepted".to_owned()
                }
                _ => format!("The document does not give {fact} as it should"),
            };
            parts.push(what);
        }
        Scope::Component => {
            let asked = counts.asked();
            let some = |count: usize, one: &str, several: &str| {
                format!("{count} of {asked} components {}", if count == 1 { one } else { several })
            };
            if counts.absent > 0 {
                let start = some(counts.absent, "lacks", "lack");
                parts.push(format!("{start} {fact}"));
            }
            if counts.declared() > 0 && row.asks.level != Level::RequiredUnknownOk {
                let start = some(counts.declared(), "says", "say");
                parts.push(format!("{start} that {fact} is not known"));
            }
            if counts.invalid > 0 {
                let (one, several) = ("it should", "they should");
                let start = some(counts.invalid, "does not give", "do not give");
                let end = if counts.invalid == 1 { one } else { several };
                parts.push(format!("{start} {fact} as {end}"));
            }
        }
    }
    let wrong = wrong.map(|wrong| format!(" ({wrong})")).unwrap_or_default();
    let cannot = row.cannot.as_ref().map(|why| {
        let takes = match why {
            Cannot::Format(_) => "another format or a later version of it",
            Cannot::Tool(_) => "another tool, or work by hand",
        };
        format!(" {}: this takes {takes}.", sentence(&why.to_string()))
    });
    format!("{}{wrong}.{}", sentence(&parts.join("; ")), cannot.unwrap_or_default())
}

fn of(example: &Example) -> String {
    match example.subject.is_empty() {
        true => String::new(),
        false => format!("{}: ", example.subject),
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
