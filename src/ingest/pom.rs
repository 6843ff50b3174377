//! Reads a Maven POM (<https://maven.apache.org/pom.html>): the direct dependencies of one project.
//!
//! What Maven would make of it is worked out in [`crate::maven`]; here it becomes a document. Every
//! dependency is a component, also one whose version nobody here can know: then with the reason.
//! Entries that are only managed are no components. Transitive dependencies are not resolved, which
//! a warning says.

use std::path::Path;
use std::sync::Arc;

use super::document::{About, Declared, Document, Position, ReadError, Warning};
use crate::inventory::{Declaration, Format, NotEvaluated, Reason, Scope};
use crate::maven::{
    Effective, EffectiveDependency, Fault, How, Interpolated, Machine, Maven, Nowhere, Pom,
    PomError, Role, Version, effective,
};

/// Reads a POM and the parents that its source has.
///
/// # Errors
/// When the text is no POM.
pub fn read(text: &str, path: &Path, maven: &Maven<'_>) -> Result<Document, ReadError> {
    let pom = Pom::parse(text).map_err(error)?;
    let spec_version = pom.model_version.as_ref().map(|text| text.value.clone());
    let effective = effective(pom, path, maven);
    Ok(Writer { effective: &effective }.document(spec_version))
}

/// Reads a POM that stands alone: no parent is looked for on disk.
///
/// # Errors
/// When the text is no POM.
pub fn read_text(text: &str) -> Result<Document, ReadError> {
    read(text, Path::new("pom.xml"), &Maven::new(&Nowhere, Machine::default()))
}

fn error(error: PomError) -> ReadError {
    ReadError::at(error.place.map_or(Position::Unknown, Position::At), error.cause)
}

/// The index of the project's own file.
const PROJECT: usize = 0;

/// Turns an effective POM into a document.
struct Writer<'e> {
    effective: &'e Effective,
}

impl Writer<'_> {
    fn document(&self, spec_version: Option<String>) -> Document {
        let project = self.project();
        let root = project.reference.clone().unwrap_or_default();
        let components: Vec<_> =
            self.effective.dependencies.iter().map(|d| self.declared(d, &root)).collect();
        let root: Arc<str> = Arc::from(root);
        let references = components.iter().filter_map(|component| component.reference.clone());
        Document {
            format: Format::MavenPom,
            spec_version: spec_version.filter(|text| !text.is_empty()),
            about: About::Apart(Box::new(project)),
            edges: references.map(|reference| (Arc::clone(&root), Arc::from(reference))).collect(),
            warnings: self.warnings(&components),
            components,
        }
    }

    fn project(&self) -> Declared {
        let text = |value: Option<&Interpolated>| value.map_or("", |v| v.text.as_str()).to_owned();
        let group = text(self.effective.group.as_ref());
        let name = text(self.effective.artifact.as_ref());
        let nameless = nameless([self.effective.group.as_ref(), self.effective.artifact.as_ref()]);
        let named = nameless.is_none();
        let identity = match nameless {
            Some(why) => Err(why),
            None => self.version(self.effective.version.as_ref()),
        };
        let version = identity.as_deref().ok();
        let own = self.effective.version.as_ref().filter(|version| version.file == PROJECT);
        let root = || self.effective.files.first().map_or(0, |file| file.pom.span.start);
        Declared {
            reference: Some(format!("{group}:{name}")),
            purls: named.then(|| purl([&group, &name, "jar", ""], version)).into_iter().collect(),
            version: version.map(str::to_owned),
            position: self.position(PROJECT, own.map_or_else(root, |version| version.span.start)),
            declared_in: self.effective.version.as_ref().map(|version| self.declaration(version)),
            not_evaluated: identity.err(),
            group: Some(group).filter(|group| !group.is_empty()),
            name,
            ..Declared::default()
        }
    }

    fn declared(&self, dependency: &EffectiveDependency, root: &str) -> Declared {
        let key = dependency.key();
        let [group, name, ..] = key;
        let nameless = nameless([Some(&dependency.group), Some(&dependency.artifact)])
            .or_else(|| undefined_in([&dependency.kind, &dependency.classifier]));
        let named = nameless.is_none();
        let identity = match nameless {
            Some(why) => Err(why),
            None => self.version(dependency.version.as_ref()),
        };
        let version = identity.as_deref().ok();
        Declared {
            reference: Some(reference(key, root)),
            group: Some(group.to_owned()).filter(|group| !group.is_empty()),
            name: name.to_owned(),
            purls: named.then(|| purl(key, version)).into_iter().collect(),
            version: version.map(str::to_owned),
            scope: scope(dependency.scope.as_deref()),
            position: self.position(dependency.file, dependency.at),
            declared_in: dependency.version.as_ref().map(|version| self.declaration(version)),
            not_evaluated: identity.err(),
            ..Declared::default()
        }
    }
    /// The version, if it is one, else why not.
    fn version(&self, version: Option<&Version>) -> Result<String, NotEvaluated> {
        let Some(version) = version else {
            return Err(self.no_version());
        };
        let text = version.value.text.as_str();
        if let Some(fault) = &version.value.fault {
            let detail = self.fault(fault);
            return Err(NotEvaluated::because(Reason::UnresolvedProperty, detail));
        }
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
                format!("\"{text}\" begins a reference and does not end it"),
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
        let detail = format!("version comes from {named}{more}, {available}");
        NotEvaluated::because(Reason::UnresolvedParent, detail)
    }

    fn fault(&self, fault: &Fault) -> String {
        match fault {
            Fault::Undefined(name) => {
                let parent = self.effective.missing.iter().find(|m| m.role == Role::Parent);
                let parent = parent.map(|missing| {
                    format!("; it may come from parent {}, which is not available", missing.label)
                });
                format!("nothing defines property {name}{}", parent.unwrap_or_default())
            }
            Fault::Cycle(names) => {
                format!("a property leads back to itself: {}", names.join(" -> "))
            }
            Fault::Boundless(name) => {
                format!("property {name} leads to too many others, or to too long a text")
            }
        }
    }

    /// The line that a person must edit to change a version.
    fn declaration(&self, version: &Version) -> Declaration {
        let file = self.effective.files.get(version.file);
        let owner = match file {
            Some(_) if version.file == PROJECT => String::new(),
            Some(file) if self.effective.lineage.contains(&version.file) => {
                format!(" of parent {}", file.label())
            }
            Some(file) => format!(" of import {}", file.label()),
            None => String::new(),
        };
        let what = match &version.how {
            How::Dependency => "dependency".to_owned(),
            How::Management => "dependencyManagement".to_owned(),
            How::Property(name) => format!("property {name}"),
            How::Project => "project version".to_owned(),
            How::Outside(from) => from.clone(),
        };
        Declaration {
            path: file.map(|file| file.path.display().to_string()).unwrap_or_default(),
            line: file.map_or(1, |file| file.lines().place(version.span.start).line),
            how: what + &owner,
        }
    }

    /// A place in the project's file; what a parent says stands at the reference to the parent.
    fn position(&self, file: usize, offset: usize) -> Position {
        let Some(project) = self.effective.files.get(PROJECT) else {
            return Position::Unknown;
        };
        let parent = || project.pom.parent.as_ref().map_or(0, |parent| parent.span.start);
        let offset = if file == PROJECT { offset } else { parent() };
        Position::At(project.pom.lines.place(offset))
    }

    fn warnings(&self, components: &[Declared]) -> Vec<Warning> {
        let missing = self.effective.missing.iter().map(|missing| {
            let (what, unknown) = match missing.role {
                Role::Parent => ("parent", "what it declares, manages and defines is unknown"),
                Role::Import => ("import", "what it manages is unknown"),
            };
            let message =
                format!("{what} {} is not available: {}; {unknown}", missing.label, missing.cause);
            self.warning(message, missing.file, missing.offset)
        });
        let remarks = self.effective.remarks.iter();
        let remarks = remarks.map(|r| self.warning(r.message.clone(), r.file, r.offset));
        let own = [self.assumed(), self.scopes(), self.modules(), transitive(components.len())];
        let own = own
            .into_iter()
            .flatten()
            .map(|message| Warning { message, position: Position::Unknown });
        missing.chain(remarks).chain(own).collect()
    }

    fn warning(&self, message: String, file: usize, offset: usize) -> Warning {
        let position = self.position(file, offset);
        let other = self.effective.files.get(file).filter(|_| file != PROJECT);
        let message = match other {
            Some(other) => {
                let place = other.pom.lines.place(offset);
                format!("{}:{place}: {message}", other.path.display())
            }
            None => message,
        };
        Warning { message, position }
    }

    /// Versions from an import though something that would win over it is out of reach.
    fn assumed(&self) -> Option<String> {
        let assumed = self.effective.dependencies.iter().filter(|dependency| {
            dependency.version.as_ref().is_some_and(|version| version.assumed)
        });
        let names: Vec<_> =
            assumed.map(|d| format!("{}:{}", d.group.text, d.artifact.text)).collect();
        (!names.is_empty()).then(|| {
            format!(
                "versions were taken from an import although a parent or an earlier import, which \
                 would win, is not available: {}",
                shortened(&names)
            )
        })
    }

    fn scopes(&self) -> Option<String> {
        let odd = self.effective.dependencies.iter().filter_map(|dependency| {
            let text = dependency.scope.as_deref()?;
            scope(Some(text)).is_none().then(|| format!("\"{text}\""))
        });
        let mut odd: Vec<_> = odd.collect();
        odd.sort();
        odd.dedup();
        (!odd.is_empty()).then(|| format!("unknown scopes were passed over: {}", shortened(&odd)))
    }

    fn modules(&self) -> Option<String> {
        match self.effective.modules.len() {
            0 => None,
            1 => Some("1 module is declared and not read: give its POM too".to_owned()),
            n => Some(format!("{n} modules are declared and not read: give their POMs too")),
        }
    }
}

/// Why a project or a dependency has no identity.
fn nameless(names: [Option<&Interpolated>; 2]) -> Option<NotEvaluated> {
    let [group, artifact] = names;
    for (what, part) in [("groupId", group), ("artifactId", artifact)] {
        if part.is_none_or(|part| part.text.is_empty()) {
            return Some(NotEvaluated::because(Reason::NoIdentifier, format!("it has no {what}")));
        }
    }
    undefined_in(names.into_iter().flatten())
}

/// Coordinates that hold a reference which nothing defines.
fn undefined_in<'i>(parts: impl IntoIterator<Item = &'i Interpolated>) -> Option<NotEvaluated> {
    let part = parts.into_iter().find(|part| part.text.contains("${"))?;
    let detail = format!("its name holds {}, which nothing defines", part.text);
    Some(NotEvaluated::because(Reason::UnresolvedProperty, detail))
}

/// `[1.0]` is 1.0 and nothing else.
fn exact(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?.trim();
    let plain = !inner.is_empty() && !inner.contains([',', '[', ']', '(', ')', '*', '$']);
    plain.then_some(inner)
}

/// Maven's scopes, those of Maven 4 by what they are for.
pub(super) fn scope(text: Option<&str>) -> Option<Scope> {
    match text? {
        "" | "compile" => Some(Scope::Compile),
        "runtime" => Some(Scope::Runtime),
        "provided" | "compile-only" => Some(Scope::Provided),
        "system" => Some(Scope::System),
        "test" | "test-only" | "test-runtime" => Some(Scope::Test),
        _ => None,
    }
}

/// `group:artifact`, with type and classifier where they are not the default; never the project's.
fn reference([group, name, kind, classifier]: [&str; 4], root: &str) -> String {
    let plain = format!("{group}:{name}");
    match (kind, classifier) {
        ("jar", "") if plain != root => plain,
        (kind, "") => format!("{plain}:{kind}"),
        (kind, classifier) => format!("{plain}:{kind}:{classifier}"),
    }
}

/// The package URL (purl-spec, type `maven`): qualifiers in alphabetical order, defaults left out.
pub(super) fn purl([group, name, kind, classifier]: [&str; 4], version: Option<&str>) -> String {
    let version = version.map(|version| format!("@{}", encoded(version))).unwrap_or_default();
    let qualifiers = [("classifier", classifier, ""), ("type", kind, "jar")];
    let qualifiers = qualifiers.iter().filter(|(_, value, default)| value != default);
    let qualifiers: Vec<_> =
        qualifiers.map(|(key, value, _)| format!("{key}={}", encoded(value))).collect();
    let query =
        if qualifiers.is_empty() { String::new() } else { format!("?{}", qualifiers.join("&")) };
    format!("pkg:maven/{}/{}{version}{query}", encoded(group), encoded(name))
}

/// Percent-encodes all but letters, digits, `.`, `-`, `_`, `~` and the colon.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'.' | b'-' | b'_' | b'~' | b':' => encoded.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

fn transitive(direct: usize) -> Option<String> {
    let read = match direct {
        0 => return None,
        1 => "only the 1 direct dependency was read".to_owned(),
        n => format!("only the {n} direct dependencies were read"),
    };
    Some(format!(
        "{read}: transitive ones are not resolved from a POM alone; scan a bill of materials of the \
         build for those"
    ))
}

/// How many names a sentence lists.
const SHOWN: usize = 5;

/// At most so many names.
fn shortened(names: &[String]) -> String {
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests;
