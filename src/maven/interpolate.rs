//! Fills in `${…}` as Maven 3 does (`StringSearchInterpolator`, prefixes `project.` and `pom.`).
//!
//! In order: fields of the project under a prefix, its properties, fields without a prefix.
//! System properties and the environment are not asked: a POM whose versions depend on them has no
//! one answer. What nothing defines stays as written, as it does in Maven, and is reported.
//! References inside values are followed; one that leads back to itself is a fault, and so is one
//! that multiplies.

use super::inherit::{Located, Model};

/// How many references one text may lead to, all told.
const MAX_REFERENCES: usize = 256;

/// How long a text may become, in bytes.
const MAX_LENGTH: usize = 4096;

/// Why a text could not be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing defines this property.
    Undefined(String),
    /// These references lead back to the first of them.
    Cycle(Vec<String>),
    /// This reference leads to too many others, or to too long a text.
    Boundless(String),
}

/// A text with its references filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interpolated {
    /// The text; what could not be filled in is as written.
    pub text: String,
    /// The first thing that went wrong.
    pub fault: Option<Fault>,
}

/// One run over one text.
struct Run<'m> {
    model: &'m Model,
    open: Vec<String>,
    left: usize,
    fault: Option<Fault>,
}

/// Fills in a text.
pub(super) fn interpolate(model: &Model, text: &str) -> Interpolated {
    if !text.contains("${") {
        return Interpolated { text: text.to_owned(), fault: None };
    }
    let mut run = Run { model, open: Vec::new(), left: MAX_REFERENCES, fault: None };
    let mut filled = String::new();
    run.fill(text, &mut filled);
    Interpolated { text: filled, fault: run.fault }
}

impl Run<'_> {
    /// Recursion ends with the references, of which there are at most [`MAX_REFERENCES`].
    fn fill(&mut self, text: &str, out: &mut String) {
        let mut rest = text;
        while let Some((before, whole, after)) = next_reference(rest) {
            out.push_str(before);
            self.reference(whole, out);
            rest = after;
        }
        out.push_str(rest);
    }

    fn reference(&mut self, whole: &str, out: &mut String) {
        let name = name_of(whole);
        let naked = naked(name);
        if let Some(at) = self.open.iter().position(|open| *open == naked) {
            let cycle = self.open[at..].iter().cloned().chain([naked]).collect();
            self.fault.get_or_insert(Fault::Cycle(cycle));
            out.push_str(whole);
            return;
        }
        if self.left == 0 || out.len() > MAX_LENGTH {
            let first = self.open.first().map_or(name, String::as_str).to_owned();
            self.fault.get_or_insert(Fault::Boundless(first));
            out.push_str(whole);
            return;
        }
        self.left -= 1;
        let Some(value) = lookup(self.model, name) else {
            self.fault.get_or_insert_with(|| Fault::Undefined(name.to_owned()));
            out.push_str(whole);
            return;
        };
        let value = value.text.value.clone();
        self.open.push(naked);
        self.fill(&value, out);
        self.open.pop();
    }
}

/// What stands before a reference, the reference with its braces, and what follows.
fn next_reference(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("${")?;
    let end = start + text[start..].find('}')? + 1;
    Some((&text[..start], &text[start..end], &text[end..]))
}

/// `${name}` and `${.name}` are `name`.
fn name_of(whole: &str) -> &str {
    let name = whole.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or(whole);
    name.strip_prefix('.').unwrap_or(name)
}

/// `pom.version` is the old name of `project.version`: one step in a cycle.
fn naked(name: &str) -> String {
    name.strip_prefix("pom.").map_or_else(|| name.to_owned(), |rest| format!("project.{rest}"))
}

/// The text that a reference stands for, as written.
fn lookup<'m>(model: &'m Model, name: &str) -> Option<&'m Located> {
    let prefixed = ["project.", "pom."].into_iter().find_map(|prefix| name.strip_prefix(prefix));
    prefixed
        .and_then(|field| model.field(field))
        .or_else(|| model.properties.get(name))
        .or_else(|| model.field(name))
}

/// The element whose text gives a value when it is nothing but a reference, through all of them.
///
/// The second result is the name of the last reference.
pub(super) fn origin<'m>(model: &'m Model, text: &'m Located) -> (&'m Located, Option<String>) {
    let (mut at, mut through) = (text, None);
    for _ in 0..MAX_REFERENCES {
        let value = at.text.value.as_str();
        let Some((before, whole, after)) = next_reference(value) else {
            break;
        };
        if !before.is_empty() || !after.is_empty() {
            break;
        }
        let name = name_of(whole);
        let Some(next) = lookup(model, name) else {
            break;
        };
        (at, through) = (next, Some(name.to_owned()));
    }
    (at, through)
}
