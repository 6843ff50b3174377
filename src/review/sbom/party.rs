//! People, organisations and tools as SPDX 2 writes them: `Organization: Acme (info@acme.example)`.

use super::{Party, PartyKind, Tool};

/// Who creates, supplies or originates (SPDX 2.3, clauses 6.8, 7.5 and 7.6); `NOASSERTION` stays a name.
pub(super) fn party(text: &str) -> Party {
    let kinds = [
        ("Organization:", PartyKind::Organization),
        ("Person:", PartyKind::Person),
        ("Tool:", PartyKind::Tool),
    ];
    let found = kinds.iter().find_map(|(prefix, kind)| Some((text.strip_prefix(prefix)?, *kind)));
    let (rest, kind) = found.unwrap_or((text, PartyKind::Unstated));
    let (name, email) = with_email(rest.trim());
    Party {
        kind,
        name: Some(name.to_owned()),
        emails: email.map(str::to_owned).into_iter().collect(),
        urls: Vec::new(),
    }
}

/// The tool of a creator line, or nothing where it names somebody else.
pub(super) fn tool(text: &str) -> Option<Tool> {
    text.strip_prefix("Tool:").map(|name| named_tool(name.trim()))
}

/// A tool whose name may hold its version.
pub(super) fn named_tool(text: &str) -> Tool {
    let (name, version) = with_version(text);
    Tool { name: Some(name.to_owned()), version: version.map(str::to_owned) }
}

/// `Name (mail)`; empty brackets say that there is no address, and others belong to the name.
fn with_email(text: &str) -> (&str, Option<&str>) {
    let inside = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    match inside {
        Some((name, "")) => (name.trim_end(), None),
        Some((name, email)) if email.contains('@') => (name.trim_end(), Some(email.trim())),
        _ => (text, None),
    }
}

/// `name-version`: a version begins behind the first dash that a digit follows, or `v` and a digit, and
/// else behind the last dash, if a digit is in it. The format has no field of its own for it.
fn with_version(text: &str) -> (&str, Option<&str>) {
    let begins = |rest: &str| {
        let rest = rest.strip_prefix('v').unwrap_or(rest);
        rest.starts_with(|c: char| c.is_ascii_digit())
    };
    let mut dashes = text.match_indices('-').map(|(at, _)| (&text[..at], &text[at + 1..]));
    let plain = dashes.find(|(name, rest)| !name.is_empty() && begins(rest));
    let last = || {
        let (name, rest) = text.rsplit_once('-')?;
        let has_digit = rest.bytes().any(|b| b.is_ascii_digit());
        (has_digit && !name.is_empty()).then_some((name, rest))
    };
    match plain.or_else(last) {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_has_kind_name_and_address() {
        let found = party("Organization: Acme (UK) (info@acme.example)");
        assert_eq!(found.kind, PartyKind::Organization);
        assert_eq!(found.name.as_deref(), Some("Acme (UK)"));
        assert_eq!(found.emails, ["info@acme.example"]);
        let plain = party("Person: Jane Doe ()");
        assert_eq!((plain.kind, plain.name.as_deref()), (PartyKind::Person, Some("Jane Doe")));
        let unknown = party("NOASSERTION");
        assert_eq!(
            (unknown.kind, unknown.name.as_deref()),
            (PartyKind::Unstated, Some("NOASSERTION"))
        );
    }

    #[test]
    fn the_version_of_a_tool_stands_behind_a_dash() {
        let cases = [
            ("Tool: syft-1.52.0", ("syft", Some("1.52.0"))),
            ("Tool: sbom-tool-v2.2.6-beta.1", ("sbom-tool", Some("v2.2.6-beta.1"))),
            ("Tool: tern-f00d5e", ("tern", Some("f00d5e"))),
            ("Tool: GitHub.com-Dependency-Graph", ("GitHub.com-Dependency-Graph", None)),
        ];
        for (text, (name, version)) in cases {
            let found = tool(text).unwrap();
            assert_eq!((found.name.as_deref(), found.version.as_deref()), (Some(name), version));
        }
        assert_eq!(tool("Organization: syft-1"), None);
    }
}
