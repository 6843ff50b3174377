//! What a report holds so that it can be repeated, and by what two verdicts are the same.

use serde::Serialize;

use crate::files::sha256;

/// What the verdict was made from, besides inputs, data and clock.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct Envelope<'a> {
    pub arguments: &'a [String],
    pub policy_sha256: String,
    pub files: Vec<EnvelopeFile<'a>>,
    pub verdict_sha256: String,
}

/// A file with what people stated.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the JSON contract in the manual")]
pub struct EnvelopeFile<'a> {
    pub role: &'static str,
    pub path: &'a str,
    pub sha256: &'a str,
}

/// What a verdict calls a component: its package URL, else name and version.
#[must_use]
pub fn verdict_label(purl: Option<&str>, name: &str, version: Option<&str>) -> String {
    purl.map_or_else(|| format!("{name}@{}", version.unwrap_or_default()), str::to_owned)
}

/// SHA-256 over a verdict: the class of the gate, then each finding with its component and status, one
/// a line, sorted.
#[must_use]
pub fn verdict_digest<'v>(
    class: &str,
    findings: impl Iterator<Item = (&'v str, String, &'v str)>,
) -> String {
    let mut lines: Vec<String> =
        findings.map(|(id, component, status)| format!("{id} {component} {status}\n")).collect();
    lines.sort();
    let class = format!("{class}\n");
    sha256(std::iter::once(&class).chain(&lines).map(String::as_bytes))
}
