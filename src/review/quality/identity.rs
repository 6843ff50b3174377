//! Identifiers: whether a name by which others can look a package up is spelled as its scheme asks.

use super::super::sbom::{Element, Identifier, Part, Scheme};
use super::words::{best, judged};
use super::{State, View};
use crate::inventory::Certainty;
use crate::purl::Purl;

/// The package URLs of a component that can be read.
pub(in super::super) fn purls(part: &Part) -> impl Iterator<Item = Purl<'_>> {
    let texts = part.identifiers.iter().filter(|one| one.scheme == Scheme::Purl);
    texts.filter_map(|one| Purl::parse(&one.text).ok())
}

/// Whether a component has package URLs and nothing can be looked up by any of them.
pub(in super::super) fn is_generic(part: &Part) -> bool {
    let mut kinds = purls(part).map(|purl| purl.kind() == "generic").peekable();
    kinds.peek().is_some() && kinds.all(|generic| generic)
}

/// At least one identifier; names that hold within the document alone are none.
pub(super) fn identifiers(view: &View<'_>, part: usize) -> State {
    best(view.sbom.parts[part].identifiers.iter().map(one))
}

/// Whether a component is an operating system as a whole, in the spellings of all formats.
pub(in super::super) fn is_system(part: &Part) -> bool {
    let purpose = part.purpose.as_deref().unwrap_or_default();
    ["operating-system", "OPERATING-SYSTEM", "OPERATING_SYSTEM", "operatingSystem"]
        .contains(&purpose)
}

/// A package URL. Single files have none, and no type of it names an operating system.
pub(super) fn purl(view: &View<'_>, part: usize) -> State {
    let part = &view.sbom.parts[part];
    let found = part.identifiers.iter().filter(|one| one.scheme == Scheme::Purl).map(one);
    match best(found) {
        State::Absent if part.element == Element::File || is_system(part) => State::NotApplicable,
        state => state,
    }
}

/// A package URL by which something can be looked up. Where there is none, another check says so.
pub(super) fn purl_type(view: &View<'_>, part: usize) -> State {
    let part = &view.sbom.parts[part];
    match (purls(part).next().is_some(), is_generic(part)) {
        (false, _) => State::NotApplicable,
        (true, false) => State::Valid,
        (true, true) => State::Invalid("the package URL names no kind of package".to_owned()),
    }
}

fn one(identifier: &Identifier) -> State {
    let wrong = |what: &str, text: &str| State::Invalid(format!("\"{text}\" is no {what}"));
    judged(Some(&identifier.text), |text| {
        let (what, right) = match identifier.scheme {
            Scheme::Purl => return package_url(text),
            Scheme::Cpe => ("CPE", is_cpe(text)),
            Scheme::Swid => return State::Valid,
            Scheme::Swhid => ("Software Heritage identifier", is_swhid(text)),
            Scheme::Gitoid => ("gitoid", is_gitoid(text)),
        };
        if right { State::Valid } else { wrong(what, text) }
    })
}

fn package_url(text: &str) -> State {
    match Purl::parse(text) {
        Err(error) => State::Invalid(format!("\"{text}\" is no package URL: {error}")),
        Ok(purl) if purl.certainty() == Certainty::Exact => State::Valid,
        Ok(_) => State::Partial(format!("\"{text}\" is not spelled as package URLs are")),
    }
}

/// CPE 2.3 (NISTIR 7695, 6.2: eleven attributes after the prefix, a colon in a value is quoted) or 2.2.
fn is_cpe(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("cpe:2.3:") {
        let mut parts = vec![0];
        let mut quoted = false;
        for c in rest.chars() {
            match c {
                _ if quoted => quoted = false,
                '\\' => quoted = true,
                ':' => parts.push(0),
                c if c.is_whitespace() => return false,
                _ => {}
            }
            if let (Some(last), true) = (parts.last_mut(), c != ':' || quoted) {
                *last += 1;
            }
        }
        return parts.len() == 11 && parts.iter().all(|length| *length > 0) && is_part(rest);
    }
    let rest = text.strip_prefix("cpe:/");
    rest.is_some_and(|rest| {
        is_part(rest) && rest.contains(':') && !rest.chars().any(char::is_whitespace)
    })
}

fn is_part(rest: &str) -> bool {
    ["a", "o", "h", "*", "-"].contains(&rest.split(':').next().unwrap_or_default())
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_swhid(text: &str) -> bool {
    let core = text.split(';').next().unwrap_or(text);
    let parts: Vec<_> = core.split(':').collect();
    let kinds = ["cnt", "dir", "rel", "rev", "snp"];
    matches!(parts[..], ["swh", "1", kind, digest] if kinds.contains(&kind) && is_hex(digest, 40))
}

fn is_gitoid(text: &str) -> bool {
    let parts: Vec<_> = text.split(':').collect();
    match parts[..] {
        ["gitoid", kind, "sha1", digest] => !kind.is_empty() && is_hex(digest, 40),
        ["gitoid", kind, "sha256", digest] => !kind.is_empty() && is_hex(digest, 64),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_spelled_as_their_schemes_ask() {
        for text in [
            "cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*",
            "cpe:2.3:a:foo\\:bar:big\\$money:2010:*:*:*:*:*:*:*",
            "cpe:/a:apache:log4j:2.14.1",
        ] {
            assert!(is_cpe(text), "{text}");
        }
        for text in
            ["cpe:2.3:a:apache:log4j:2.14.1", "cpe:2.3:x:a:b:c:*:*:*:*:*:*:*", "cpe:/x", "log4j"]
        {
            assert!(!is_cpe(text), "{text}");
        }
        assert!(is_swhid("swh:1:cnt:94a9ed024d3859793618152ea559a168bbcbb5e2"));
        assert!(!is_swhid("swh:1:cnt:94a9"));
        assert!(is_gitoid("gitoid:blob:sha1:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64"));
        assert!(!is_gitoid("gitoid:blob:sha256:261eeb9e9f8b2b4b0d119366dda99c6fd7d35c64"));
    }
}
