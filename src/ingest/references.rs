//! References inside one document: which component a bom-ref or SPDX id names, and which names
//! are used twice or lead nowhere.
//!
//! Faults here are faults of the graph alone: every component is kept, verdicts do not depend on
//! them.

use std::collections::{HashMap, HashSet};

use super::document::{Declared, Position, Warning};
use crate::inventory::Numbering;

/// The most references that one warning names.
const NAMED: usize = 5;

/// The components of a document by their references; the first of several has the name.
#[derive(Debug)]
pub(super) struct References<'a> {
    components: &'a [Declared],
    index: Numbering,
    again: Vec<(&'a str, usize)>,
}

impl<'a> References<'a> {
    /// Reads the references of all components.
    #[must_use]
    pub(super) fn of(components: &'a [Declared]) -> Self {
        let (mut index, mut again) = (Numbering::with_capacity(components.len()), Vec::new());
        for (position, component) in components.iter().enumerate() {
            let Some(reference) = component.reference.as_deref() else {
                continue;
            };
            if index.find_or_add(reference, position, |at| name(components, at)) != position {
                again.push((reference, position));
            }
        }
        Self { components, index, again }
    }

    /// The index of the component that has this reference.
    #[must_use]
    pub(super) fn get(&self, reference: &str) -> Option<usize> {
        self.index.find(reference, |at| name(self.components, at))
    }

    /// One warning for each reference that several components have; `what` is `bom-ref` or `SPDXID`.
    #[must_use]
    pub(super) fn duplicates(&self, what: &str) -> Vec<Warning> {
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for (reference, _) in &self.again {
            *uses.entry(reference).or_insert(1) += 1;
        }
        let second = self.again.iter().filter_map(|(reference, position)| {
            let count = uses.remove(reference)?;
            Some(Warning {
                message: format!(
                    "{what} \"{reference}\" is used by {count} components: paths through it are \
                     not certain"
                ),
                position: self.components.get(*position).map_or(Position::Unknown, |c| c.position),
            })
        });
        second.collect()
    }
}

fn name(components: &[Declared], at: usize) -> Option<&str> {
    components.get(at)?.reference.as_deref()
}

/// One warning for all references that nothing in the document has; `place` is the list that
/// names them. The references may come several times.
#[must_use]
pub(super) fn dangling<'r>(
    place: &str,
    references: impl IntoIterator<Item = &'r str>,
) -> Option<Warning> {
    let mut seen = HashSet::new();
    let distinct: Vec<&str> = references.into_iter().filter(|r| seen.insert(*r)).collect();
    let noun = match distinct.len() {
        0 => return None,
        1 => "reference leads",
        _ => "references lead",
    };
    Some(Warning {
        message: format!(
            "{} {noun} to no component in {place}: {}",
            distinct.len(),
            few(&distinct)
        ),
        position: Position::Unknown,
    })
}

/// The first of several names, quoted, and the number of the rest.
#[must_use]
pub(super) fn few(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().take(NAMED).map(|name| format!("\"{name}\"")).collect();
    match names.len().saturating_sub(NAMED) {
        0 => quoted.join(", "),
        rest => format!("{} and {rest} more", quoted.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(reference: &str) -> Declared {
        Declared { reference: Some(reference.to_owned()), ..Declared::default() }
    }

    #[test]
    fn a_reference_used_twice_is_named_once_with_its_number() {
        let components = [named("a"), named("x"), named("x"), named("x")];
        let references = References::of(&components);
        let warnings = references.duplicates("bom-ref");
        assert_eq!(references.get("x"), Some(1));
        let messages: Vec<_> = warnings.iter().map(|w| w.message.as_str()).collect();
        assert_eq!(
            messages,
            ["bom-ref \"x\" is used by 3 components: paths through it are not certain"]
        );
    }

    #[test]
    fn dangling_references_are_one_warning_with_five_names() {
        let warning = dangling("dependencies", ["a", "b", "a", "c", "d", "e", "f", "g"]);
        assert_eq!(
            warning.map(|w| w.message).unwrap(),
            "7 references lead to no component in dependencies: \
             \"a\", \"b\", \"c\", \"d\", \"e\" and 2 more"
        );
        assert_eq!(dangling("dependencies", []), None);
    }
}
