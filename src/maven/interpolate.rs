//! Fills in `${…}` as Maven 3 does (`StringSearchInterpolator`, prefixes `project.` and `pom.`).
//!
//! In order: the folder, fields of the project under a prefix, `-D`, the properties of the project,
//! the system's and the environment's (`env.X`, and plain `X`), fields without a prefix. What nothing
//! defines stays as written, as it does in Maven, and is reported.
//! References inside values are followed; one that leads back to itself is a fault, and so is one
//! that multiplies.

use super::context::Given;
use super::inherit::{Located, Model};

/// How many references one text may lead to, all told.
const MAX_REFERENCES: usize = 256;

/// How long a text may become, in bytes.
const MAX_LENGTH: usize = 4096;

/// The properties of versions that are composed when a build is started: the system's win over those
/// of the project, and `-D` is the system's where a dependency is concerned
/// (`DefaultModelVersionProcessor`).
const OVERRIDDEN: [&str; 3] = ["revision", "sha1", "changelist"];

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
        let value = value.text().to_owned();
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

/// What a reference stands for, as written.
#[derive(Clone, Copy)]
enum Found<'m> {
    /// A POM states it.
    Stated(&'m Located),
    /// It comes from outside, and from where.
    Given(&'m Given),
    /// The folder of the project.
    Folder(&'m str),
}

impl<'m> Found<'m> {
    fn text(self) -> &'m str {
        match self {
            Self::Stated(located) => &located.text.value,
            Self::Given(given) => &given.value,
            Self::Folder(folder) => folder,
        }
    }
}

fn lookup<'m>(model: &'m Model, name: &str) -> Option<Found<'m>> {
    let prefixed = ["project.", "pom."].into_iter().find_map(|prefix| name.strip_prefix(prefix));
    if prefixed.unwrap_or(name) == "basedir"
        && let Some(folder) = &model.basedir
    {
        return Some(Found::Folder(folder));
    }
    let system = |name: &str| model.outside.system.get(name).map(Found::Given);
    prefixed
        .and_then(|field| model.field(field).map(Found::Stated))
        .or_else(|| model.outside.user.get(name).map(Found::Given))
        .or_else(|| system(name).filter(|_| OVERRIDDEN.contains(&name)))
        .or_else(|| model.properties.get(name).map(Found::Stated))
        .or_else(|| system(name))
        .or_else(|| system(&format!("env.{name}")))
        .or_else(|| model.field(name).map(Found::Stated))
}

/// What gives a text its value when it is nothing but a reference, through all of them.
pub(super) struct Source<'m> {
    /// The last text that a person can edit.
    pub(super) text: &'m Located,
    /// The name of the last reference to such a text.
    pub(super) through: Option<String>,
    /// Where the value comes from when it stands in no file: `environment variable X`.
    pub(super) outside: Option<&'m str>,
}

/// Follows a text to its source.
pub(super) fn origin<'m>(model: &'m Model, text: &'m Located) -> Source<'m> {
    let mut source = Source { text, through: None, outside: None };
    for _ in 0..MAX_REFERENCES {
        let value = source.text.text.value.as_str();
        let Some((before, whole, after)) = next_reference(value) else {
            break;
        };
        if !before.is_empty() || !after.is_empty() {
            break;
        }
        let name = name_of(whole);
        match lookup(model, name) {
            Some(Found::Stated(next)) => {
                source = Source { text: next, through: Some(name.to_owned()), outside: None };
            }
            Some(Found::Given(given)) => {
                source.outside = Some(&given.from);
                break;
            }
            Some(Found::Folder(_)) | None => break,
        }
    }
    source
}
