//! Whether a document keeps to the rules of its own format, by the word of libraries of others:
//! cyclonedx-bom for CycloneDX 1.3 to 1.5, spdx-rs for SPDX 2.2 and 2.3 in JSON.
//!
//! Nothing else is checked, and that is said. Where a library is stricter than the specification that it
//! checks, its word does not count. Both build the whole document in memory, and the one for XML calls
//! itself for each level of nesting, so size and depth are bounded before either is asked.

use std::borrow::Cow;
use std::collections::BTreeMap;

use cyclonedx_bom::models::bom::{Bom, SpecVersion};
use cyclonedx_bom::validation::{Validate, ValidationErrorsKind, ValidationResult};
use spdx_rs::models::SPDX;

use super::Sbom;
use super::read::{self, NotRead, read_opened};
use crate::config::ReviewRule;
use crate::files::Source;
use crate::ingest::markup::{Markup, Node};
use crate::ingest::opened::Opened;
use crate::inventory::Format;
use crate::review::{About, Clause, Evidence, Remark};

/// The deepest nesting that is checked; real documents stay below 20.
const MAX_DEPTH: usize = 64;

/// The longest text that is checked, in bytes: it takes several times its size.
const MAX_LENGTH: usize = 64 << 20;

/// The most remarks on one document, and the most places in one remark.
const MOST_REMARKS: usize = 100;
const MOST_PLACES: usize = 20;

/// What was found out about a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conformance {
    /// It was checked; no remark means that nothing was found.
    Checked(Vec<Remark>),
    /// It was not, and why.
    NotChecked(String),
}

/// Reads every document that a file holds and checks each; `path` is what remarks call it.
///
/// # Errors
/// As [`Sbom::read_all`]: what cannot be read cannot be checked.
pub fn read_and_check(source: &Source, path: &str) -> Result<Vec<(Sbom, Conformance)>, NotRead> {
    read::each(source, &|opened| {
        let sbom = read_opened(opened)?;
        let found = check(&sbom, opened, path);
        Ok((sbom, found))
    })
}

/// One fault: where, and what the library says.
type Fault = (String, String);

fn check(sbom: &Sbom, opened: &Opened<'_>, path: &str) -> Conformance {
    let not_checked = Conformance::NotChecked;
    let version = sbom.spec_version.trim();
    let text = &opened.text;
    if text.len() > MAX_LENGTH {
        return not_checked(format!("it is larger than {} MiB", MAX_LENGTH >> 20));
    }
    if depth(opened) > MAX_DEPTH {
        return not_checked(format!("it is nested deeper than {MAX_DEPTH} levels"));
    }
    let found = match opened.format {
        Format::CycloneDxJson | Format::CycloneDxXml => {
            let Some(known) = known_version(version) else {
                return not_checked(format!("only CycloneDX 1.3 to 1.5 is checked, not {version}"));
            };
            cyclonedx(opened, known)
        }
        Format::SpdxJson if matches!(version, "SPDX-2.2" | "SPDX-2.3") => spdx(text),
        Format::SpdxJson => {
            return not_checked(format!("only SPDX 2.2 and 2.3 is checked, not {version}"));
        }
        other => return not_checked(format!("no check is known for {other}")),
    };
    // optional since 1.5, and the library asks for it all the same
    let stricter = version == "1.5" && sbom.document.version.is_none();
    match found {
        Err(Stricter(why)) => not_checked(why.to_owned()),
        Ok(faults) if stricter && faults.iter().any(|(_, what)| what.contains("`version`")) => {
            not_checked(
                "the check asks for a version of the document, which 1.5 lets be absent".into(),
            )
        }
        Ok(faults) => {
            let name = match opened.format {
                Format::SpdxJson => version.replace('-', " "),
                _ => format!("CycloneDX {version}"),
            };
            Conformance::Checked(remarks(&name, path, faults))
        }
    }
}

/// The library refuses what the specification allows.
struct Stricter(&'static str);

fn known_version(version: &str) -> Option<SpecVersion> {
    match version {
        "1.3" => Some(SpecVersion::V1_3),
        "1.4" => Some(SpecVersion::V1_4),
        "1.5" => Some(SpecVersion::V1_5),
        _ => None,
    }
}

/// How deep a text is nested.
fn depth(opened: &Opened<'_>) -> usize {
    match opened.format {
        Format::CycloneDxXml => xml_depth(&opened.text),
        _ => json_depth(&opened.text),
    }
}

fn xml_depth(text: &str) -> usize {
    let mut markup = Markup::new(text);
    let (mut depth, mut deepest) = (0_usize, 0);
    loop {
        match markup.next() {
            Ok(Node::Open(_)) => depth += 1,
            Ok(Node::Close) => depth = depth.saturating_sub(1),
            Ok(Node::Text(_)) => {}
            Ok(Node::End) => return deepest,
            Err(_) => return usize::MAX,
        }
        deepest = deepest.max(depth);
    }
}

/// Brackets outside of strings.
fn json_depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn cyclonedx(opened: &Opened<'_>, version: SpecVersion) -> Result<Vec<Fault>, Stricter> {
    let text = opened.text.as_bytes();
    let bom = match opened.format {
        Format::CycloneDxXml => {
            Bom::parse_from_xml_with_version(without_declaration(&opened.text), version)
                .map_err(|error| error.to_string())
        }
        _ => Bom::parse_from_json_with_version(text, version).map_err(|error| error.to_string()),
    };
    match bom {
        Ok(bom) => {
            let mut faults = Vec::new();
            flatten(bom.validate_version(version), "", &mut faults);
            Ok(faults)
        }
        Err(error) => Ok(vec![split_place(&readable(&error))]),
    }
}

/// What the reader of XML says, without the inside of the element and without namespaces.
fn readable(error: &str) -> String {
    let error = error.split(": Got unexpected element").next().unwrap_or(error);
    let mut plain = String::with_capacity(error.len());
    let mut inside = false;
    for letter in error.chars() {
        inside = (inside || letter == '{') && letter != '}';
        if !inside && letter != '}' {
            plain.push(letter);
        }
    }
    plain
}

/// The declaration may name the encoding that the text had before it was decoded.
fn without_declaration(text: &str) -> &[u8] {
    let text = text.trim_start();
    let rest = text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    rest.map_or(text, |(_, rest)| rest).as_bytes()
}

/// All faults with their paths, such as `components[3].purl`.
fn flatten(result: ValidationResult, at: &str, faults: &mut Vec<Fault>) {
    for (name, kind) in result.errors() {
        let path = match (at, name.as_str()) {
            // the library's own name for the items of a list
            (at, "" | "inner") => at.to_owned(),
            ("", name) => name.to_owned(),
            (at, name) => format!("{at}.{name}"),
        };
        match kind {
            ValidationErrorsKind::Struct(inner) => flatten(inner, &path, faults),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    flatten(inner, &format!("{path}[{index}]"), faults);
                }
            }
            ValidationErrorsKind::Field(errors) | ValidationErrorsKind::Custom(errors) => {
                let errors = errors.into_iter().filter(|error| !is_stricter(&error.message));
                faults.extend(errors.map(|error| (path.clone(), error.message)));
            }
            ValidationErrorsKind::Enum(error) => faults.push((path, error.message)),
        }
    }
}

/// The schema for JSON asks nothing of line ends in texts, and the one for XML replaces them before it
/// asks (`xs:normalizedString`).
fn is_stricter(message: &str) -> bool {
    message.starts_with("NormalizedString contains invalid characters")
}

fn spdx(text: &str) -> Result<Vec<Fault>, Stricter> {
    let Err(error) = serde_json::from_str::<SPDX>(text) else { return Ok(Vec::new()) };
    let (at, what) = split_place(&error.to_string());
    if what.contains("`OPERATING-SYSTEM`") {
        return Err(Stricter("the check does not know the purpose OPERATING-SYSTEM"));
    }
    if what.contains("`$schema`") {
        return Err(Stricter("the check does not know that a document may name its schema"));
    }
    Ok(vec![(at, what)])
}

/// What serde says, and where.
fn split_place(error: &str) -> Fault {
    let line = error.rsplit_once(" at line ");
    let Some((what, place)) = line else { return (String::new(), error.to_owned()) };
    match place.split_once(" column ") {
        Some((line, column)) => (format!("{line}:{column}"), what.to_owned()),
        None => (String::new(), error.to_owned()),
    }
}

/// One remark for each kind of fault, with the places where it stands.
fn remarks(format: &str, path: &str, faults: Vec<Fault>) -> Vec<Remark> {
    let mut kinds: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (at, what) in faults {
        let field = if at.starts_with(|c: char| c.is_ascii_digit()) {
            String::new()
        } else {
            without_indices(&at).into_owned()
        };
        kinds.entry((field, what)).or_default().push(at);
    }
    let remark = |((field, what), places): ((String, String), Vec<String>)| Remark {
        rule: ReviewRule::NotConformant,
        about: About::File(path.to_owned()),
        detail: if field.is_empty() { what.clone() } else { format!("{field}: {what}") },
        what: format!("The document breaks the rules of its own format, {format}: {what}."),
        ask: format!("Please deliver a document that is valid {format}."),
        clauses: vec![Clause { text: format.to_owned(), place: field }],
        evidence: places
            .into_iter()
            .take(MOST_PLACES)
            .map(|at| Evidence { path: path.to_owned(), at })
            .collect(),
    };
    kinds.into_iter().take(MOST_REMARKS).map(remark).collect()
}

/// `components[].purl` for `components[3].purl`.
fn without_indices(path: &str) -> Cow<'_, str> {
    if !path.contains('[') {
        return Cow::Borrowed(path);
    }
    let mut plain = String::with_capacity(path.len());
    let mut inside = false;
    for letter in path.chars() {
        inside = (inside || letter == '[') && letter != ']';
        if !inside || letter == '[' {
            plain.push(letter);
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Conformance {
        let source = Source::from(text.as_bytes().to_vec());
        let mut all = read_and_check(&source, "bom.json").unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0).1
    }

    fn details(text: &str) -> Vec<String> {
        match check(text) {
            Conformance::Checked(remarks) => remarks.into_iter().map(|r| r.detail).collect(),
            Conformance::NotChecked(why) => panic!("{why}"),
        }
    }

    fn why(text: &str) -> String {
        match check(text) {
            Conformance::NotChecked(why) => why,
            Conformance::Checked(remarks) => panic!("{remarks:?}"),
        }
    }

    fn cyclonedx(version: &str, rest: &str) -> String {
        format!(r#"{{"bomFormat": "CycloneDX", "specVersion": "{version}", {rest}}}"#)
    }

    const SPDX: &str = r#"{"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": "n", "documentNamespace": "https://n.example", "creationInfo": {"creators": ["Tool: t"],
        "created": "2026-01-02T03:04:05Z"}, "packages": [{"SPDXID": "SPDXRef-a", "name": "a",
        "downloadLocation": "NONE"}]}"#;

    #[test]
    fn a_valid_document_has_no_remarks() {
        for version in ["1.3", "1.4", "1.5"] {
            let rest = r#""version": 1, "components": [{"type": "library", "name": "a", "version": "1",
                "purl": "pkg:npm/a@1"}]"#;
            assert_eq!(details(&cyclonedx(version, rest)), [""; 0], "{version}");
        }
        let xml = r#"<?xml version="1.0" encoding="UTF-16"?><bom xmlns="http://cyclonedx.org/schema/bom/1.4"
            version="1"><components><component type="library"><name>a</name><version>1</version>
            </component></components></bom>"#;
        assert_eq!(details(xml), [""; 0]);
        assert_eq!(details(SPDX), [""; 0]);
    }

    #[test]
    fn a_fault_is_one_remark_with_all_its_places() {
        let rest = r#""version": 1, "components": [{"type": "odd", "name": "a", "version": "1"},
            {"type": "odd", "name": "b", "version": "1"}]"#;
        let Conformance::Checked(found) = check(&cyclonedx("1.5", rest)) else { panic!() };
        let [remark] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(remark.rule, ReviewRule::NotConformant);
        assert_eq!(remark.about, About::File("bom.json".to_owned()));
        assert!(remark.detail.contains("[]") && !remark.detail.contains("[0]"), "{remark:?}");
        assert_eq!(remark.evidence.len(), 2);
        assert!(remark.evidence[1].at.contains("[1]"), "{remark:?}");
        assert_eq!(remark.clauses[0].text, "CycloneDX 1.5");
    }

    #[test]
    fn what_the_library_cannot_read_is_a_remark_with_its_place() {
        let without = SPDX.replace("\"downloadLocation\": \"NONE\"", "\"comment\": \"c\"");
        let Conformance::Checked(found) = check(&without) else { panic!() };
        assert_eq!(found.len(), 1);
        assert!(found[0].what.contains("downloadLocation"), "{found:?}");
        assert!(found[0].evidence[0].at.contains(':'), "{found:?}");
        assert!(!found[0].detail.contains(" line "), "{found:?}");
        let typed =
            details(&cyclonedx("1.4", r#""version": 1, "components": [{"type": "library"}]"#));
        assert_eq!(typed.len(), 1);
        assert!(typed[0].contains("name"), "{typed:?}");
    }

    #[test]
    fn a_fault_of_xml_is_named_in_words() {
        let odd = "<bom xmlns='http://cyclonedx.org/schema/bom/1.5' version='1'><externalReferences>\
            <reference type='website'><url><url>https://a.example</url></url></reference>\
            </externalReferences></bom>";
        let found = details(odd);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("unexpected") && !found[0].contains(['{', '}']), "{found:?}");
    }

    #[test]
    fn line_ends_in_texts_break_nothing() {
        let rest = r#""version": 1, "components": [{"type": "library", "name": "a", "version": "1",
            "description": "two\nlines"}]"#;
        assert_eq!(details(&cyclonedx("1.4", rest)), [""; 0]);
    }

    #[test]
    fn what_is_not_checked_says_why() {
        assert!(why(&cyclonedx("1.6", r#""version": 1"#)).contains("not 1.6"));
        assert!(why(&cyclonedx("1.5", r#""components": []"#)).contains("lets be absent"));
        assert!(why(r#"{"spdxVersion": "SPDX-2.1"}"#).contains("not SPDX-2.1"));
        assert!(why("SPDXVersion: SPDX-2.3\n").contains("spdx-tag-value"));
        let purpose = r#""name": "a", "primaryPackagePurpose": "OPERATING-SYSTEM""#;
        assert!(why(&SPDX.replace(r#""name": "a""#, purpose)).contains("OPERATING-SYSTEM"));
    }

    #[test]
    fn nesting_is_bounded_before_a_library_is_asked() {
        let open = "<components><component type='library'><name>a</name><version>1</version>";
        let nested = |levels: usize| {
            format!(
                "<bom xmlns='http://cyclonedx.org/schema/bom/1.4' version='1'>{}{}</bom>",
                open.repeat(levels),
                "</component></components>".repeat(levels)
            )
        };
        assert_eq!(details(&nested(30)), [""; 0]);
        assert_eq!(why(&nested(250)), "it is nested deeper than 64 levels");
        let deep = format!("\"version\": 1, \"x\": {}{}", "[".repeat(90), "]".repeat(90));
        assert_eq!(why(&cyclonedx("1.4", &deep)), "it is nested deeper than 64 levels");
        assert_eq!(json_depth(r#"{"a": "[[\"[[", "b": [1]}"#), 2);
    }
}
