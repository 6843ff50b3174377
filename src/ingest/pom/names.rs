//! What Maven's names are in a bill of materials: package URLs, references, scopes.

use crate::inventory::{NotEvaluated, Reason, Scope};
use crate::maven::Interpolated;

/// Why a project or a dependency has no identity.
pub(super) fn nameless(names: [Option<&Interpolated>; 2]) -> Option<NotEvaluated> {
    let [group, artifact] = names;
    for (what, part) in [("groupId", group), ("artifactId", artifact)] {
        if part.is_none_or(|part| part.text.is_empty()) {
            return Some(NotEvaluated::because(Reason::NoIdentifier, format!("it has no {what}")));
        }
    }
    undefined_in(names.into_iter().flatten())
}

/// Coordinates that hold a reference which nothing defines.
pub(super) fn undefined_in<'i>(
    parts: impl IntoIterator<Item = &'i Interpolated>,
) -> Option<NotEvaluated> {
    let part = parts.into_iter().find(|part| part.text.contains("${"))?;
    let detail = format!("its name holds {}, which nothing defines", part.text);
    Some(NotEvaluated::because(Reason::UnresolvedProperty, detail))
}

/// `[1.0]` is 1.0 and nothing else.
pub(super) fn exact(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?.trim();
    let plain = !inner.is_empty() && !inner.contains([',', '[', ']', '(', ')', '*', '$']);
    plain.then_some(inner)
}

/// Maven's scopes, those of Maven 4 by what they are for.
pub(in crate::ingest) fn scope(text: Option<&str>) -> Option<Scope> {
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
pub(super) fn reference([group, name, kind, classifier]: [&str; 4], root: &str) -> String {
    let plain = format!("{group}:{name}");
    match (kind, classifier) {
        ("jar", "") if plain != root => plain,
        (kind, "") => format!("{plain}:{kind}"),
        (kind, classifier) => format!("{plain}:{kind}:{classifier}"),
    }
}

/// The package URL (purl-spec, type `maven`): qualifiers in alphabetical order, defaults left out.
pub(in crate::ingest) fn purl(
    [group, name, kind, classifier]: [&str; 4],
    version: Option<&str>,
) -> String {
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
