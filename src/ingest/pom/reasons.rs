//! Why something in a POM cannot be evaluated, and what would change that.

use super::names::exact;
use super::{SHOWN, Writer, shortened, shortened_to};
use crate::ingest::document::{Declared, Position};
use crate::inventory::{NotEvaluated, Reason};
use crate::maven::{Fault, Resolved, Role, Unresolved, Version};

/// What fetches POMs that are out of reach.
pub(super) const CURE: &str = "--online or mvn dependency:go-offline fetches it, \
    --local-repository names where it went";

/// What may bring those that no remote repository had.
pub(super) const CURE_ONLINE: &str =
    "--repository names one that has it, --local-repository a folder where it is";

/// How many releases are named whose POMs are out of reach.
const NAMED: usize = 10;

impl Writer<'_> {
    /// A cause, with the cure where one is known.
    fn curable(&self, cause: &str, elsewhere: bool) -> String {
        if elsewhere { format!("{cause}; {}", self.cure) } else { cause.to_owned() }
    }

    /// The version of a dependency that has its place, or why it is none.
    pub(super) fn identity(&self, one: &Resolved) -> Result<String, NotEvaluated> {
        if let Some(conflict) = &one.conflict {
            let detail = format!("no version does for all: {}", shortened(&conflict.wishes));
            return Err(NotEvaluated::because(Reason::VersionRange, detail));
        }
        let text = one.artifact.version.as_str();
        match &one.decided {
            // a range has become a version
            Some(version) if version.value.text != text && version.value.fault.is_none() => {
                self.plain(text)
            }
            Some(version) => self.version(Some(version)),
            None => self.plain(text),
        }
    }

    pub(super) fn why_unresolved(&self, one: &Unresolved) -> NotEvaluated {
        let version = &one.artifact.version;
        let is_range = version.starts_with(['[', '(']);
        let reason = if is_range { Reason::VersionRange } else { Reason::UnresolvedPom };
        let mut cause = one.cause.clone();
        if let Some(by) = one.by.last() {
            cause = format!("{cause}, asked for by {by}");
        }
        NotEvaluated::because(reason, self.curable(&cause, one.elsewhere))
    }

    /// What releases bring in whose POMs are out of reach, as one component without identity.
    pub(super) fn unknown(&self) -> Option<Declared> {
        let unknown = || self.resolution.dependencies.iter().filter(|one| one.gap.is_some());
        let names: Vec<_> = unknown().map(|one| one.artifact.to_string()).collect();
        let first = unknown().next();
        let gap = first.and_then(|first| first.gap.as_ref());
        let detail = match (gap, names.as_slice()) {
            _ if self.resolution.is_cut => {
                "there are more, or deeper ones, than are looked at: what is listed may be wrong"
                    .to_owned()
            }
            (None, _) => return None,
            (Some(gap), [one]) => format!("of {one}; {}", self.curable(&gap.cause, gap.elsewhere)),
            (Some(gap), names) => {
                let (count, names) = (names.len(), shortened_to(NAMED, names));
                let cause = self.curable(&gap.cause, gap.elsewhere);
                format!("of {count} artifacts: {names}; {cause}")
            }
        };
        Some(Declared {
            name: "transitive dependencies".to_owned(),
            position: first.map_or(Position::Unknown, |first| self.position_of(first)),
            not_evaluated: Some(Box::new(NotEvaluated::because(Reason::UnresolvedPom, detail))),
            ..Declared::default()
        })
    }

    /// The version, if it is one, else why not.
    pub(super) fn version(&self, version: Option<&Version>) -> Result<String, NotEvaluated> {
        let Some(version) = version else {
            return Err(self.no_version());
        };
        if let Some(fault) = &version.value.fault {
            let detail = self.fault(fault);
            return Err(NotEvaluated::because(Reason::UnresolvedProperty, detail));
        }
        self.plain(&version.value.text)
    }

    fn plain(&self, text: &str) -> Result<String, NotEvaluated> {
        if let Some(exact) = exact(text) {
            return Ok(exact.to_owned());
        }
        let because = |reason, detail: String| Err(NotEvaluated::because(reason, detail));
        match text {
            "" => because(Reason::NoVersion, "its version is empty".to_owned()),
            "LATEST" | "RELEASE" => because(
                Reason::VersionRange,
                format!("{text} is whatever a repository offers on the day of the build"),
            ),
            _ if text.starts_with(['[', '(']) => because(
                Reason::VersionRange,
                format!("{text} is a range: repositories decide which version is taken"),
            ),
            _ if text.contains("${") => because(
                Reason::UnresolvedProperty,
                format!("\"{text}\" holds a reference that nothing defines"),
            ),
            _ => Ok(text.to_owned()),
        }
    }

    fn no_version(&self) -> NotEvaluated {
        let of = |role| self.effective.missing.iter().filter(move |missing| missing.role == role);
        let parents = of(Role::Parent).map(|missing| format!("parent {}", missing.label));
        let imports = of(Role::Import).map(|missing| format!("import {}", missing.label));
        let sources: Vec<_> = parents.chain(imports).collect();
        let available = match sources.len() {
            0 => return NotEvaluated::bare(Reason::NoVersion),
            1 => "which is not available",
            _ => "none of which is available",
        };
        let named = sources.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(" or ");
        let more = match sources.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" or {more} others"),
        };
        let cause = format!("version comes from {named}{more}, {available}");
        let elsewhere = self.effective.missing.iter().any(|missing| missing.elsewhere);
        NotEvaluated::because(Reason::UnresolvedParent, self.curable(&cause, elsewhere))
    }

    fn fault(&self, fault: &Fault) -> String {
        match fault {
            Fault::Undefined(name) => {
                let parent = self.effective.missing.iter().find(|m| m.role == Role::Parent);
                let cause = format!("nothing defines property {name}");
                match parent {
                    Some(parent) => {
                        let label = &parent.label;
                        let cause = format!(
                            "{cause}; it may come from parent {label}, which is not available"
                        );
                        self.curable(&cause, parent.elsewhere)
                    }
                    None => cause,
                }
            }
            Fault::Cycle(names) => {
                format!("a property leads back to itself: {}", names.join(" -> "))
            }
            Fault::Boundless(name) => {
                format!("property {name} leads to too many others, or to too long a text")
            }
        }
    }
}
