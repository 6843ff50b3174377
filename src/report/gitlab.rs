//! GitLab's dependency scanning report, schema 15.2.4.
//!
//! It lists open findings. The schema has no place for suppressed ones and for components without a
//! verdict: messages of the scan tell them, with the decision, the coverage and the data.

use std::io::{self, Write};

use serde::Serialize;

use super::model::{Finding, Remedy, Report};
use super::text::{clip, count, plain};
use super::{json, place, words};
use crate::files::sha256;
use crate::purl::Purl;

/// How many messages of a kind are written.
const MOST_MESSAGES: usize = 1_000;

/// How many identifiers GitLab takes of one vulnerability.
const MOST_IDENTIFIERS: usize = 20;

#[derive(Serialize)]
struct Document {
    version: &'static str,
    scan: Scan,
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Serialize)]
struct Scan {
    analyzer: Scanner,
    scanner: Scanner,
    #[serde(rename = "type")]
    kind: &'static str,
    start_time: String,
    end_time: String,
    status: &'static str,
    messages: Vec<Message>,
}

#[derive(Clone, Serialize)]
struct Scanner {
    id: &'static str,
    name: &'static str,
    version: &'static str,
    vendor: Name,
}

#[derive(Clone, Serialize)]
struct Name {
    name: String,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Vulnerability {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    solution: String,
    identifiers: Vec<Identifier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cvss_vectors: Vec<Vector>,
    links: Vec<Link>,
    location: Location,
}

#[derive(Serialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    value: String,
}

#[derive(Serialize)]
struct Vector {
    vendor: String,
    vector: String,
}

#[derive(Serialize)]
struct Link {
    url: String,
}

#[derive(Serialize)]
struct Location {
    file: String,
    dependency: Dependency,
}

#[derive(Serialize)]
struct Dependency {
    package: Name,
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    direct: Option<bool>,
}

/// Writes one document.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let tool = Scanner {
        id: report.tool.name,
        name: report.tool.name,
        version: report.tool.version,
        vendor: Name { name: report.tool.name.to_owned() },
    };
    // the schema wants neither a zone nor fractions
    let at = report.generated_at.split(['.', 'Z']).next().unwrap_or_default().to_owned();
    let remedies = words::remedies(report);
    let numbered = report.findings.iter().zip(words::prints(report));
    let open = numbered.filter(|(finding, _)| finding.status == "open");
    let document = Document {
        version: "15.2.4",
        scan: Scan {
            analyzer: tool.clone(),
            scanner: tool,
            kind: "dependency_scanning",
            start_time: at.clone(),
            end_time: at,
            status: if matches!(report.gate.class, "ok" | "gate") { "success" } else { "failure" },
            messages: messages(report),
        },
        vulnerabilities: open
            .map(|(finding, print)| {
                let remedy = remedies.get(&finding.place).copied();
                vulnerability(finding, &print, remedy, report)
            })
            .collect(),
    };
    json::pretty(&document, out)
}

fn messages(report: &Report<'_>) -> Vec<Message> {
    let say = |level, text: &str| Message { level, value: plain(text) };
    let totals = report.totals();
    let level = match report.gate.class {
        "ok" => "info",
        "gate" => "warn",
        _ => "fatal",
    };
    let decision = words::decision(report);
    let mut all: Vec<Message> = words::reasons(report)
        .iter()
        .map(|reason| say(level, &format!("{decision}: {reason}")))
        .collect();
    let is_whole = totals.is_whole();
    all.push(say(if is_whole { "info" } else { "warn" }, &words::whole_coverage(report)));
    all.extend(words::data(report).iter().map(|line| say("info", line)));
    all.push(say("info", &words::origin(report)));
    all.extend(words::warnings(report).map(|warning| say("warn", warning)));
    let suppressed = report.findings.iter().filter_map(|finding| {
        let by = words::suppressed(finding)?;
        let (id, label) = (finding.advisory.id, &finding.component.label);
        Some(say("info", &format!("suppressed: {id} in {label}: {by}")))
    });
    all.extend(suppressed.take(MOST_MESSAGES));
    let missing = report.not_evaluated.iter().map(|entry| {
        let text = format!("{} is NOT evaluated: {}", entry.component.label, words::why(entry));
        say("warn", &text)
    });
    all.extend(missing.take(MOST_MESSAGES));
    for (number, what) in [
        (report.summary.suppressed, "more suppressed finding"),
        (report.not_evaluated.len(), "more component without a verdict"),
    ] {
        let more = number.saturating_sub(MOST_MESSAGES);
        if more > 0 {
            all.push(say("warn", &format!("not listed here: {}", count(more, what))));
        }
    }
    all
}

fn vulnerability(
    finding: &Finding<'_>,
    print: &str,
    remedy: Option<&Remedy<'_>>,
    report: &Report<'_>,
) -> Vulnerability {
    let advisory = &finding.advisory;
    let title = if advisory.summary.is_empty() { advisory.id } else { advisory.summary };
    let mut described = vec![plain(title)];
    described.extend(words::marks(finding).iter().map(|mark| plain(mark)));
    described.extend(finding.conditions.iter().map(|one| plain(&format!("bites when: {one}"))));
    let (file, _) = place::of(&finding.component, report);
    Vulnerability {
        id: uuid(print),
        name: clip(&plain(title), 255),
        description: clip(&described.join("\n\n"), 100_000),
        severity: severity(finding.severity.level),
        solution: clip(&plain(&remedy.map(words::remedy).unwrap_or_default()), 7_000),
        identifiers: identifiers(finding),
        cvss_vectors: vector(finding).into_iter().collect(),
        links: links(finding),
        location: Location {
            file: plain(file),
            dependency: Dependency {
                package: Name { name: package(finding) },
                version: plain(finding.component.version.unwrap_or_default()),
                direct: finding.component.direct,
            },
        },
    }
}

/// A UUID (RFC 9562, version 8) of what stays the same of a finding.
fn uuid(print: &str) -> String {
    let digest = sha256([print.as_bytes()]);
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

fn severity(level: &str) -> &'static str {
    match level {
        "critical" => "Critical",
        "high" => "High",
        "medium" => "Medium",
        "low" => "Low",
        "none" => "Info",
        _ => "Unknown",
    }
}

fn identifiers(finding: &Finding<'_>) -> Vec<Identifier> {
    let ids = std::iter::once(&finding.advisory.id).chain(&finding.advisory.aliases);
    let known = ids.map(|id| {
        let kind = match id.split('-').next().unwrap_or_default() {
            kind @ ("CVE" | "GHSA") => kind.to_ascii_lowercase(),
            _ => "osv".to_owned(),
        };
        Identifier { kind, name: plain(id), value: plain(id) }
    });
    known.take(MOST_IDENTIFIERS).collect()
}

/// The schema knows vectors of CVSS 3 with their prefix.
fn vector(finding: &Finding<'_>) -> Option<Vector> {
    let vector = finding.severity.vector.filter(|vector| vector.starts_with("CVSS:3."))?;
    let vendor = finding.severity.source.filter(|source| !source.is_empty()).unwrap_or("unknown");
    (vector.len() <= 128).then(|| Vector { vendor: plain(vendor), vector: plain(vector) })
}

fn links(finding: &Finding<'_>) -> Vec<Link> {
    let web = |url: &&String| place::is_web_address(url);
    let urls = finding.advisory.urls.iter().filter(web);
    urls.map(|url| Link { url: url.clone() }).collect()
}

/// The package as GitLab's own analyzers name it: `group/artifact`.
fn package(finding: &Finding<'_>) -> String {
    let purl = finding.component.purl.and_then(|text| Purl::parse(text).ok());
    let package = purl.and_then(|purl| purl.package(""));
    let name = package.map(|package| package.name.replace(':', "/"));
    plain(&name.unwrap_or_else(|| finding.component.name.to_owned()))
}
