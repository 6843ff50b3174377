//! What a file is that reading passed over, told by its content and, where that says nothing, by its name.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::checksums;
use crate::files::Source;
use crate::ingest::text;
use crate::inventory::Format;
use crate::judge::vex::{self, Origin, Statement};

/// What a file of a delivery is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bill of materials.
    Sbom(Format),
    /// What a build declares: a POM, a lockfile, a listing.
    Manifest(Format),
    /// VEX statements of their own.
    Vex,
    /// A report of known flaws that does not say of each what it is worth (VDR), or an advisory.
    Disclosure,
    /// A signature beside another file.
    Signature,
    /// Digests of other files.
    Checksums,
    /// A Java archive.
    JavaArchive,
    /// An archive or a compressed file that holds others.
    Packed,
    /// A file that claims to be one of these and cannot be read, with the cause.
    Unreadable(String),
    /// Anything else.
    Other,
}

impl Kind {
    /// What a document of a format is.
    pub(crate) fn of(format: Format) -> Self {
        match format {
            Format::CycloneDxJson
            | Format::CycloneDxXml
            | Format::CycloneDxYaml
            | Format::CycloneDxProtobuf
            | Format::SpdxJson
            | Format::Spdx3Json
            | Format::SpdxYaml
            | Format::SpdxRdf
            | Format::SpdxTagValue
            | Format::SyftJson
            | Format::TrivyJson => Self::Sbom(format),
            Format::JavaArchive => Self::JavaArchive,
            Format::MavenPom
            | Format::GradleLockfile
            | Format::MavenTree
            | Format::MavenList
            | Format::PomProperties
            | Format::JarManifest => Self::Manifest(format),
        }
    }

    /// The name in reports.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Sbom(_) => "sbom",
            Self::Manifest(_) => "manifest",
            Self::Vex => "vex",
            Self::Disclosure => "disclosure-report",
            Self::Signature => "signature",
            Self::Checksums => "checksums",
            Self::JavaArchive => "java-archive",
            Self::Packed => "archive",
            Self::Unreadable(_) => "unreadable",
            Self::Other => "other",
        }
    }
}

/// What tells documents with statements from all other JSON.
#[derive(Deserialize)]
struct Marks {
    #[serde(rename = "@context")]
    context: Option<serde_json::Value>,
    #[serde(rename = "bomFormat")]
    bom_format: Option<IgnoredAny>,
    vulnerabilities: Option<Vec<Flaw>>,
    document: Option<Head>,
}

#[derive(Deserialize)]
struct Flaw {
    analysis: Option<IgnoredAny>,
}

/// The head of a CSAF document.
#[derive(Deserialize)]
struct Head {
    category: Option<String>,
    csaf_version: Option<String>,
}

/// What a file is, with the statements in it.
pub(super) fn by_content(path: &str, bytes: &[u8]) -> (Kind, Vec<Statement>) {
    let Ok(text) = text::decode(bytes) else { return (by_name(path), Vec::new()) };
    if is_signature(&text) {
        return (Kind::Signature, Vec::new());
    }
    if checksums::read(path, &text).is_some() {
        return (Kind::Checksums, Vec::new());
    }
    let claimed = claimed(&text);
    let Some(claimed) = claimed else { return (by_name(path), Vec::new()) };
    match vex::read(&text, vex::Source { path, origin: Origin::Given }) {
        Ok(statements) => (claimed, statements),
        // a report of flaws may state nothing of any
        Err(_) if claimed == Kind::Disclosure => (claimed, Vec::new()),
        Err(error) => (Kind::Unreadable(error.to_string()), Vec::new()),
    }
}

/// Which document with statements a text claims to be.
fn claimed(text: &str) -> Option<Kind> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('{') {
        return None;
    }
    let Ok(marks) = serde_json::from_str::<Marks>(text) else {
        let is_vex = text.contains("openvex.dev/ns") || text.contains("\"csaf_version\"");
        return is_vex.then_some(Kind::Vex);
    };
    if let Some(head) = marks.document.filter(|head| head.csaf_version.is_some()) {
        let is_vex = head.category.as_deref() == Some("csaf_vex");
        return Some(if is_vex { Kind::Vex } else { Kind::Disclosure });
    }
    if marks.context.is_some_and(|context| context.to_string().contains("openvex.dev/ns")) {
        return Some(Kind::Vex);
    }
    let flaws = marks.vulnerabilities.filter(|flaws| !flaws.is_empty())?;
    let is_whole = flaws.iter().all(|flaw| flaw.analysis.is_some());
    marks.bom_format.map(|_| if is_whole { Kind::Vex } else { Kind::Disclosure })
}

/// OpenPGP in ASCII armour, minisign and signify, Sigstore's bundle, an envelope with signatures.
fn is_signature(text: &str) -> bool {
    let text = text.trim_start();
    let is_envelope = || {
        text.starts_with('{')
            && (text.contains("application/vnd.dev.sigstore.bundle")
                || (text.contains("\"payloadType\"") && text.contains("\"signatures\"")))
    };
    text.starts_with("-----BEGIN PGP SIGNATURE-----")
        || text.starts_with("-----BEGIN PKCS7-----")
        || text.starts_with("untrusted comment: signature from")
        || is_envelope()
}

/// How far the first sign of a document is looked for.
const HEAD: u64 = 1024;

/// Whether bytes may be a document in JSON or XML, in whatever encoding: its first sign stands there,
/// behind nothing but blanks and the marks of encodings.
pub(in crate::review) fn begins_like_a_document(source: &Source) -> bool {
    let head = source.head(HEAD).unwrap_or_default();
    let is_mark = |byte: &u8| matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xfe | 0xff);
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace() && !is_mark(byte));
    matches!(first, Some(b'{' | b'<')) || (first.is_none() && !head.is_empty())
}

/// What the name of a file says.
pub(super) fn by_name(path: &str) -> Kind {
    const ENDINGS: [&str; 6] = [".sig", ".asc", ".minisig", ".p7s", ".sigstore", ".sigstore.json"];
    let path = path.to_ascii_lowercase();
    let is_signature = ENDINGS.iter().any(|ending| path.ends_with(ending));
    if is_signature { Kind::Signature } else { Kind::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str, text: &str) -> Kind {
        by_content(path, text.as_bytes()).0
    }

    const STATEMENT: &str = r#"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "a", "author": "A",
        "timestamp": "2026-01-01T00:00:00Z", "version": 1, "statements": [{"vulnerability":
        {"name": "CVE-2021-44228"}, "products": [{"@id": "pkg:maven/a/b@1"}],
        "status": "fixed"}]}"#;

    #[test]
    fn documents_with_statements_are_told_by_what_they_hold() {
        assert_eq!(kind("any.txt", STATEMENT), Kind::Vex);
        let statements = by_content("any.txt", STATEMENT.as_bytes()).1;
        assert_eq!(statements.len(), 1);
        let of_cyclonedx = |analysis: &str| {
            format!(
                r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": [
                {{"id": "CVE-2021-44228", {analysis} "affects": [{{"ref": "urn:cdx:a/1#b"}}]}}]}}"#
            )
        };
        let analysed = of_cyclonedx(r#""analysis": {"state": "exploitable"},"#);
        assert_eq!(kind("a.json", &analysed), Kind::Vex);
        assert_eq!(kind("a.json", &of_cyclonedx("")), Kind::Disclosure);
    }

    #[test]
    fn a_document_that_claims_to_state_something_and_is_broken_is_unreadable() {
        let broken = &STATEMENT[..STATEMENT.len() - 2];
        assert!(matches!(kind("a.json", broken), Kind::Unreadable(_)));
        assert_eq!(kind("a.json", r#"{"statements": 3}"#), Kind::Other);
        assert_eq!(kind("a.json", "{"), Kind::Other);
    }

    #[test]
    fn signatures_are_told_by_their_content_else_by_their_name() {
        assert_eq!(kind("a", "-----BEGIN PGP SIGNATURE-----\n"), Kind::Signature);
        assert_eq!(kind("a", "untrusted comment: signature from minisign\n"), Kind::Signature);
        let bundle = r#"{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}"#;
        assert_eq!(kind("a.json", bundle), Kind::Signature);
        assert_eq!(kind("app.jar.SIG", "AAAA"), Kind::Signature);
        assert_eq!(kind("readme.txt", "see the signature"), Kind::Other);
    }

    #[test]
    fn lists_of_digests_are_checksums() {
        let digest = "a".repeat(64);
        assert_eq!(kind("SHA256SUMS", &format!("{digest}  app.jar\n")), Kind::Checksums);
        assert_eq!(kind("notes", &digest[..10]), Kind::Other);
    }
}
